//! `date_truncate`: a day becomes the period it lies in.
//!
//! Labels are those of date hierarchies ([`Period::label`]): `2023-04`, 令和5年4月. Of a datetime only
//! the day is read then. Datetimes can also be cut to an hour, 30, 15 or 10 minutes
//! (`2023-04-01T10:15+09:00`: no seconds, zone kept), which emergency times call for. A partial
//! date does not parse; it was no day to begin with.

use super::{BuildError, Published, TreatmentError};
use crate::transform::value::civil::push2;
use crate::transform::value::datetime::split_canonical;
use crate::transform::value::period::{Period, Style};

/// Truncates to a period or to minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTruncate {
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Period(Period, Style),
    Minutes(u32),
}

impl DateTruncate {
    /// Truncates to `period`, written in `style`. `Day` turns a datetime into its day.
    ///
    /// # Errors
    /// [`BuildError::TruncatePeriod`] for weeks in 和暦.
    pub fn new(period: Period, style: Style) -> Result<Self, BuildError> {
        if period == Period::Week && style == Style::Wareki {
            return Err(BuildError::TruncatePeriod);
        }
        Ok(Self { unit: Unit::Period(period, style) })
    }

    /// Units of the time of day, with the words used in a recipe: minutes, finest first.
    pub const TIMES: [(&'static str, u32); 4] =
        [("10-minutes", 10), ("15-minutes", 15), ("30-minutes", 30), ("hour", 60)];

    /// Truncates to the unit of a recipe's word: a period of [`Period::NAMES`] or, for datetimes, a
    /// multiple of minutes after the full hour ([`DateTruncate::TIMES`]).
    ///
    /// # Errors
    /// [`BuildError::TruncatePeriod`] for another word, and for weeks and times in 和暦.
    pub fn of(unit: &str, style: Style) -> Result<Self, BuildError> {
        if let Some(period) = Period::from_name(unit) {
            return Self::new(period, style);
        }
        match Self::TIMES.iter().find(|(word, _)| *word == unit) {
            Some((_, minutes)) if style == Style::Iso => Ok(Self { unit: Unit::Minutes(*minutes) }),
            _ => Err(BuildError::TruncatePeriod),
        }
    }

    /// Whether a part of the time of day is left.
    #[must_use]
    pub fn is_of_time(self) -> bool {
        matches!(self.unit, Unit::Minutes(_))
    }

    /// Appends the label of the period; NULL stays NULL.
    ///
    /// # Errors
    /// [`TreatmentError::Unparsable`] if the cell is not a canonical date or datetime,
    /// [`TreatmentError::OutOfRange`] for 和暦 before 1873-01-01.
    #[inline]
    pub fn apply(self, cell: Option<&str>, out: &mut String) -> Result<Published, TreatmentError> {
        let Some(text) = cell else {
            return Ok(Published::Null);
        };
        let (date, time) = split_canonical(text).ok_or(TreatmentError::Unparsable)?;
        match self.unit {
            Unit::Period(period, style) => {
                period.label(date, style, out).map_err(|_| TreatmentError::OutOfRange)?
            }
            Unit::Minutes(unit) => {
                let (hour, minute, zone) = split_time(time).ok_or(TreatmentError::Unparsable)?;
                date.write_iso(out);
                out.push('T');
                push2(hour, out);
                out.push(':');
                push2(minute - minute % unit, out);
                out.push_str(zone);
            }
        }
        Ok(Published::Text)
    }
}

/// Hour, minute and zone of the time part of a canonical datetime (`THH:MM:SS[.f][zone]`).
fn split_time(time: &str) -> Option<(u32, u32, &str)> {
    let (hour, rest) = time.strip_prefix('T')?.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some((hour.parse().ok()?, minute.parse().ok()?, zone))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dates_and_datetimes() {
        let month = DateTruncate::new(Period::Month, Style::Iso).unwrap();
        let wareki = DateTruncate::new(Period::FiscalYear, Style::Wareki).unwrap();
        for (cell, iso, ja) in
            [("2023-04-01", "2023-04", "令和5年度"), ("2023-03-31T23:59:59+09:00", "2023-03", "令和4年度")]
        {
            let (mut a, mut b) = (String::new(), String::new());
            assert_eq!(month.apply(Some(cell), &mut a), Ok(Published::Text));
            assert_eq!(wareki.apply(Some(cell), &mut b), Ok(Published::Text));
            assert_eq!((a.as_str(), b.as_str()), (iso, ja));
        }
        let mut out = String::new();
        assert_eq!(month.apply(None, &mut out), Ok(Published::Null));
        for bad in ["", "NA", "2023-04", "2023-00-00", "2023/04/01"] {
            assert_eq!(month.apply(Some(bad), &mut out), Err(TreatmentError::Unparsable));
        }
        assert_eq!(wareki.apply(Some("1870-01-01"), &mut out), Err(TreatmentError::OutOfRange));
        assert_eq!(out, "");
        assert_eq!(DateTruncate::new(Period::Week, Style::Wareki), Err(BuildError::TruncatePeriod));
    }

    #[test]
    fn minutes_keep_the_zone_and_need_a_time() {
        let quarter = DateTruncate::of("15-minutes", Style::Iso).unwrap();
        let hour = DateTruncate::of("hour", Style::Iso).unwrap();
        for (cell, a, b) in [
            ("2023-04-01T10:29:59.5+09:00", "2023-04-01T10:15+09:00", "2023-04-01T10:00+09:00"),
            ("2023-04-01T00:00:00Z", "2023-04-01T00:00Z", "2023-04-01T00:00Z"),
            ("2023-04-01T23:59:00", "2023-04-01T23:45", "2023-04-01T23:00"),
        ] {
            let (mut x, mut y) = (String::new(), String::new());
            quarter.apply(Some(cell), &mut x).unwrap();
            hour.apply(Some(cell), &mut y).unwrap();
            assert_eq!((x.as_str(), y.as_str()), (a, b));
        }
        let mut out = String::new();
        assert_eq!(hour.apply(Some("2023-04-01"), &mut out), Err(TreatmentError::Unparsable));
        assert_eq!(out, "");
        for (word, style) in [("7-minutes", Style::Iso), ("hour", Style::Wareki), ("week", Style::Wareki)] {
            assert_eq!(DateTruncate::of(word, style), Err(BuildError::TruncatePeriod), "{word}");
        }
    }
}
