//! Times of day and datetimes: canonical text, zones as written.
//!
//! Canonical text: `YYYY-MM-DDTHH:MM:SS`, then the fraction without trailing zeros (absent when
//! zero), then the zone (`Z` or `±HH:MM`) as the cell has it. Seconds that are not written are
//! `:00`, so that a Parquet timestamp and a CSV `10:30` join. No conversion between zones is
//! done: an offset is part of the text. Leap seconds and 24:00 do not parse.

use super::Unparsable;
use super::civil::{Date, push2};
use super::date::{DateFormat, parse_any, parse_iso};

/// What a datetime column says about zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// A zone may stand there or not; it is kept as part of the value.
    #[default]
    Either,
    /// A zone makes the cell unparsable.
    Absent,
    /// A missing zone makes the cell unparsable.
    Present,
}

impl Zone {
    /// All rules with the words used in a recipe.
    pub const NAMES: [(&'static str, Zone); 3] =
        [("either", Zone::Either), ("absent", Zone::Absent), ("present", Zone::Present)];
}

/// Reads a datetime whose date part has one of `formats` and appends its canonical text.
///
/// Date and time are separated by `T` or one space, or, after `%Y%m%d`, not at all
/// (`20230401103000`). The time is `HH:MM`, `HH:MM:SS`, `HH:MM:SS.f` (1–9 digits) or the same without colons.
///
/// # Errors
/// [`Unparsable`].
pub fn write_datetime(
    formats: &[DateFormat],
    zone: Zone,
    text: &str,
    out: &mut String,
) -> Result<(), Unparsable> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some(parts) => parts,
        None if formats.contains(&DateFormat::Compact) => text.split_at_checked(8).ok_or(Unparsable)?,
        None => return Err(Unparsable),
    };
    let date = parse_any(formats, date)?;
    let before = out.len();
    date.write_iso(out);
    out.push('T');
    let done = write_time_zone(zone, time, out);
    if done.is_err() {
        out.truncate(before);
    }
    done
}

/// Reads a time of day without zone and appends `HH:MM:SS` and the fraction, if any.
///
/// # Errors
/// [`Unparsable`].
pub fn write_time(text: &str, out: &mut String) -> Result<(), Unparsable> {
    let before = out.len();
    let done = write_time_zone(Zone::Absent, text, out);
    if done.is_err() {
        out.truncate(before);
    }
    done
}

/// The date of a canonical date or datetime text and what follows it (`T…` or nothing).
pub(crate) fn split_canonical(text: &str) -> Option<(Date, &str)> {
    let (date, rest) = text.split_at_checked(10)?;
    if rest.is_empty() || rest.starts_with('T') { Some((parse_iso(date)?, rest)) } else { None }
}

fn two_digits(text: &str, limit: u32) -> Result<(u32, &str), Unparsable> {
    let (digits, rest) = text.split_at_checked(2).ok_or(Unparsable)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unparsable);
    }
    let number: u32 = digits.parse().map_err(|_| Unparsable)?;
    if number < limit { Ok((number, rest)) } else { Err(Unparsable) }
}

fn write_time_zone(zone: Zone, text: &str, out: &mut String) -> Result<(), Unparsable> {
    let (hour, rest) = two_digits(text, 24)?;
    let (colon, rest) = match rest.strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (minute, rest) = two_digits(rest, 60)?;
    let (second, rest) = match rest.as_bytes().first() {
        Some(b':') if colon => two_digits(rest.get(1..).unwrap_or(""), 60)?,
        Some(b'0'..=b'9') if !colon => two_digits(rest, 60)?,
        _ => (0, rest),
    };
    push2(hour, out);
    out.push(':');
    push2(minute, out);
    out.push(':');
    push2(second, out);
    let rest = match rest.strip_prefix('.') {
        Some(rest) => {
            let count = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (digits, rest) = rest.split_at_checked(count).ok_or(Unparsable)?;
            if count == 0 || count > 9 {
                return Err(Unparsable);
            }
            let digits = digits.trim_end_matches('0');
            if !digits.is_empty() {
                out.push('.');
                out.push_str(digits);
            }
            rest
        }
        None => rest,
    };
    if rest.is_empty() {
        return if zone == Zone::Present { Err(Unparsable) } else { Ok(()) };
    }
    if zone == Zone::Absent {
        return Err(Unparsable);
    }
    if rest == "Z" || rest == "z" {
        out.push('Z');
        return Ok(());
    }
    let sign = match rest.as_bytes().first() {
        Some(b'+') => '+',
        Some(b'-') => '-',
        _ => return Err(Unparsable),
    };
    let (hours, rest) = two_digits(rest.get(1..).unwrap_or(""), 24)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(':').unwrap_or(rest), 60)?;
    if !rest.is_empty() {
        return Err(Unparsable);
    }
    out.push(sign);
    push2(hours, out);
    out.push(':');
    push2(minutes, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn canonical(zone: Zone, text: &str) -> Option<String> {
        let formats = [DateFormat::Iso, DateFormat::Slash, DateFormat::Compact];
        let mut out = String::from("<");
        match write_datetime(&formats, zone, text, &mut out) {
            Ok(()) => Some(out.split_off(1)),
            Err(Unparsable) => {
                assert_eq!(out, "<");
                None
            }
        }
    }

    #[test]
    fn forms() {
        for (given, expected) in [
            ("2023-04-01T10:30", "2023-04-01T10:30:00"),
            ("2023/04/01 10:30:05", "2023-04-01T10:30:05"),
            ("20230401103005", "2023-04-01T10:30:05"),
            ("20230401 1030", "2023-04-01T10:30:00"),
            ("2023-04-01T10:30:05.120", "2023-04-01T10:30:05.12"),
            ("2023-04-01T10:30:05.000", "2023-04-01T10:30:05"),
            ("2023-04-01T10:30:05z", "2023-04-01T10:30:05Z"),
            ("2023-04-01T10:30:05+0900", "2023-04-01T10:30:05+09:00"),
            ("2023-04-01T10:30+09:00", "2023-04-01T10:30:00+09:00"),
        ] {
            assert_eq!(canonical(Zone::Either, given).as_deref(), Some(expected));
        }
        for bad in [
            "2023-04-01",
            "2023-04-01T",
            "2023-04-01T24:00",
            "2023-04-01T10",
            "2023-04-01T10:30:60",
            "2023-04-01T10:3005",
            "2023-04-01  10:30",
            "2023-04-01T10:30 JST",
            "2023-04-01T10:30.",
            "2023-02-30T10:30",
            "2023-04-01T１0:30",
            "2023-04-01T10:30+25:00",
        ] {
            assert_eq!(canonical(Zone::Either, bad), None, "{bad}");
        }
        assert_eq!(canonical(Zone::Absent, "2023-04-01T10:30Z"), None);
        assert_eq!(canonical(Zone::Present, "2023-04-01T10:30"), None);
        let mut out = String::new();
        assert_eq!(write_time("9:30", &mut out), Err(Unparsable));
        write_time("09:30", &mut out).unwrap();
        assert_eq!(out, "09:30:00");
    }
}
