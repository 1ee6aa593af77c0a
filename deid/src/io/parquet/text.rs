//! Values of typed columns ↔ their canonical text (see [`ColumnType`](super::types::ColumnType)).
//!
//! Pure and total: what has no canonical text (a date outside the years 0001–9999) or does not
//! read back exactly is `None`, never a nearest value. Own calendar arithmetic because a
//! decoder writes millions of dates; `jiff` is its oracle in the tests.

use std::io::Write as _;

use super::types::Unit;

/// Days from 1970-01-01 to 0001-01-01 and to 9999-12-31.
const FIRST_DAY: i64 = -719_162;
const LAST_DAY: i64 = 2_932_896;
const DAY: i64 = 86_400;

/// Year, month, day of a day number since 1970-01-01 (proleptic Gregorian calendar; eras of 400
/// years that begin on 1 March, so that the leap day is the last of its year).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Day number since 1970-01-01; `None` for a day that does not exist.
fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted_year = year - i64::from(month <= 2);
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    (civil(days) == (year, month, day)).then_some(days)
}

/// Appends a date.
pub(crate) fn put_date(out: &mut Vec<u8>, days: i64) -> Option<()> {
    if !(FIRST_DAY..=LAST_DAY).contains(&days) {
        return None;
    }
    let (year, month, day) = civil(days);
    put_digits(out, year, 4);
    out.push(b'-');
    put_digits(out, month, 2);
    out.push(b'-');
    put_digits(out, day, 2);
    Some(())
}

/// Appends a time of day in ticks since midnight.
pub(crate) fn put_time(out: &mut Vec<u8>, ticks: i64, unit: Unit) -> Option<()> {
    let per_second = unit.per_second();
    let (seconds, fraction) = (ticks.div_euclid(per_second), ticks.rem_euclid(per_second));
    if !(0..DAY).contains(&seconds) {
        return None;
    }
    put_digits(out, seconds / 3_600, 2);
    out.push(b':');
    put_digits(out, seconds / 60 % 60, 2);
    out.push(b':');
    put_digits(out, seconds % 60, 2);
    if fraction != 0 {
        out.push(b'.');
        put_digits(out, fraction, unit.digits());
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
    Some(())
}

/// Appends a timestamp in ticks since 1970-01-01T00:00:00.
pub(crate) fn put_datetime(out: &mut Vec<u8>, ticks: i64, unit: Unit, utc: bool) -> Option<()> {
    let per_day = unit.per_second() * DAY;
    put_date(out, ticks.div_euclid(per_day))?;
    out.push(b'T');
    put_time(out, ticks.rem_euclid(per_day), unit)?;
    if utc {
        out.push(b'Z');
    }
    Some(())
}

/// Appends `value · 10^-scale` with exactly `scale` fraction digits.
pub(crate) fn put_decimal(out: &mut Vec<u8>, value: i128, scale: usize) -> Option<()> {
    if value < 0 {
        out.push(b'-');
    }
    let power = 10_u128.checked_pow(u32::try_from(scale).ok()?)?;
    let size = value.unsigned_abs();
    write!(out, "{}", size / power).ok()?;
    if scale > 0 {
        write!(out, ".{:0scale$}", size % power).ok()?;
    }
    Some(())
}

fn put_digits(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = value / 10_i64.pow(place) % 10;
        out.push(b'0' + u8::try_from(digit).unwrap_or_default());
    }
}

/// Reads exactly `digits` digits from the front.
fn take(text: &mut &[u8], digits: usize) -> Option<i64> {
    let (head, tail) = text.split_at_checked(digits)?;
    *text = tail;
    head.iter().try_fold(0, |value, b| b.is_ascii_digit().then(|| value * 10 + i64::from(b - b'0')))
}

fn expect(text: &mut &[u8], byte: u8) -> Option<()> {
    let (first, tail) = text.split_first()?;
    *text = tail;
    (*first == byte).then_some(())
}

fn take_date(text: &mut &[u8]) -> Option<i64> {
    let year = take(text, 4)?;
    expect(text, b'-')?;
    let month = take(text, 2)?;
    expect(text, b'-')?;
    day_number(year, month, take(text, 2)?)
}

fn take_time(text: &mut &[u8], unit: Unit) -> Option<i64> {
    let hour = take(text, 2)?;
    expect(text, b':')?;
    let minute = take(text, 2)?;
    expect(text, b':')?;
    let second = take(text, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut fraction = 0;
    if text.first() == Some(&b'.') {
        expect(text, b'.')?;
        let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
        let missing = unit.digits().checked_sub(u32::try_from(digits).ok()?)?;
        if digits == 0 {
            return None;
        }
        fraction = take(text, digits)? * 10_i64.pow(missing);
    }
    Some((hour * 3_600 + minute * 60 + second) * unit.per_second() + fraction)
}

/// Day number of a canonical date.
pub(crate) fn date(text: &str) -> Option<i32> {
    let mut rest = text.as_bytes();
    let days = take_date(&mut rest)?;
    if rest.is_empty() { i32::try_from(days).ok() } else { None }
}

/// Ticks since midnight of a canonical time.
pub(crate) fn time(text: &str, unit: Unit) -> Option<i64> {
    let mut rest = text.as_bytes();
    let ticks = take_time(&mut rest, unit)?;
    rest.is_empty().then_some(ticks)
}

/// Ticks since 1970 of a canonical timestamp; `Z` at the end if and only if `utc`.
pub(crate) fn datetime(text: &str, unit: Unit, utc: bool) -> Option<i64> {
    let mut rest = text.as_bytes();
    let days = take_date(&mut rest)?;
    expect(&mut rest, b'T')?;
    let ticks = take_time(&mut rest, unit)?;
    if utc {
        expect(&mut rest, b'Z')?;
    }
    if !rest.is_empty() {
        return None;
    }
    days.checked_mul(unit.per_second() * DAY)?.checked_add(ticks)
}

/// `value · 10^scale` of a plain decimal number with at most `scale` fraction digits and at most
/// `precision` digits in all.
pub(crate) fn decimal(text: &str, precision: usize, scale: usize) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (digits, ""),
    };
    if whole.is_empty() || fraction.len() > scale {
        return None;
    }
    let mut value = 0_i128;
    let padding = std::iter::repeat_n(b'0', scale - fraction.len());
    for byte in whole.bytes().chain(fraction.bytes()).chain(padding) {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
    }
    if value >= 10_i128.checked_pow(u32::try_from(precision).ok()?)? {
        return None;
    }
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn put(f: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<String> {
        let mut out = Vec::new();
        f(&mut out)?;
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn the_bounds_of_the_calendar() {
        assert_eq!(put(|o| put_date(o, FIRST_DAY)).unwrap(), "0001-01-01");
        assert_eq!(put(|o| put_date(o, LAST_DAY)).unwrap(), "9999-12-31");
        assert_eq!(put(|o| put_date(o, FIRST_DAY - 1)), None);
        assert_eq!(put(|o| put_date(o, i64::MAX)), None);
        assert_eq!(put(|o| put_datetime(o, i64::MIN, Unit::Milli, true)), None);
        assert_eq!(put(|o| put_time(o, DAY * 1_000, Unit::Milli)), None);
        assert_eq!(put(|o| put_time(o, -1, Unit::Nano)), None);
    }

    #[test]
    fn texts_that_are_not_canonical_are_refused() {
        for text in
            ["2025-02-29", "2025-13-01", "0000-01-01", "2025-1-1", "2025-10-01 ", "２０２５-10-01", ""]
        {
            assert_eq!(date(text), None, "{text}");
        }
        for text in ["24:00:00", "12:60:00", "12:00:60", "12:00:00.", "12:00:00.1234", "1:00:00"] {
            assert_eq!(time(text, Unit::Milli), None, "{text}");
        }
        assert_eq!(datetime("2025-10-01T00:00:00", Unit::Milli, true), None);
        assert_eq!(datetime("2025-10-01T00:00:00Z", Unit::Milli, false), None);
        assert_eq!(datetime("9999-01-01T00:00:00", Unit::Nano, false), None, "does not fit 64 bits");
        for text in ["", "-", ".5", "5.", "1.234", "1e3", "+1", "1234", "１"] {
            assert_eq!(decimal(text, 5, 2), None, "{text}");
        }
    }

    #[test]
    fn fractions_only_when_not_zero() {
        assert_eq!(put(|o| put_time(o, 45_296_000_000, Unit::Micro)).unwrap(), "12:34:56");
        assert_eq!(put(|o| put_time(o, 45_296_500_000, Unit::Micro)).unwrap(), "12:34:56.5");
        assert_eq!(put(|o| put_datetime(o, -1, Unit::Nano, true)).unwrap(), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(put(|o| put_decimal(o, -5, 2)).unwrap(), "-0.05");
        assert_eq!(put(|o| put_decimal(o, i128::MIN, 0)).unwrap(), i128::MIN.to_string());
    }

    proptest! {
        #[test]
        fn dates_agree_with_jiff(days in FIRST_DAY..=LAST_DAY) {
            let text = put(|o| put_date(o, days)).unwrap();
            let oracle = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            prop_assert_eq!(&text, &oracle.to_string());
            prop_assert_eq!(date(&text), Some(i32::try_from(days).unwrap()));
        }

        #[test]
        fn timestamps_agree_with_jiff_and_read_back(ticks: i64, utc: bool) {
            let text = put(|o| put_datetime(o, ticks, Unit::Nano, utc)).unwrap();
            let oracle = jiff::Timestamp::from_nanosecond(i128::from(ticks)).unwrap().to_string();
            prop_assert_eq!(text.trim_end_matches('Z'), oracle.trim_end_matches('Z'));
            prop_assert_eq!(datetime(&text, Unit::Nano, utc), Some(ticks));
        }

        #[test]
        fn times_read_back(ticks in 0..DAY * 1_000_000) {
            let text = put(|o| put_time(o, ticks, Unit::Micro)).unwrap();
            prop_assert_eq!(time(&text, Unit::Micro), Some(ticks));
        }

        #[test]
        fn decimals_read_back(value in -(10_i128.pow(38) - 1)..10_i128.pow(38), scale in 0_usize..=38) {
            let text = put(|o| put_decimal(o, value, scale)).unwrap();
            prop_assert_eq!(text.split_once('.').map_or(0, |(_, f)| f.len()), scale);
            prop_assert_eq!(decimal(&text, 38, scale), Some(value));
        }

        #[test]
        fn readers_are_total(text in "[0-9T:.Z-]{0,30}") {
            let value = decimal(&text, 38, 4);
            prop_assert!(value.is_none() || text.parse::<f64>().is_ok());
            prop_assert!(date(&text).is_none() || text.len() == 10);
            prop_assert!(datetime(&text, Unit::Micro, true).is_none() || text.ends_with('Z'));
        }
    }
}
