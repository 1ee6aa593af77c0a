//! `date_truncate`: a day becomes the period it lies in.
//!
//! Labels are those of date hierarchies ([`Period::label`]): `2023-04`, 令和5年4月. Of a datetime only
//! the day is read. A partial date does not parse; it was no day to begin with.

use super::{BuildError, Published, TreatmentError};
use crate::transform::value::datetime::split_canonical;
use crate::transform::value::period::{Period, Style};

/// Truncates to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTruncate {
    period: Period,
    style: Style,
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
        Ok(Self { period, style })
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
        let (date, _) = split_canonical(text).ok_or(TreatmentError::Unparsable)?;
        self.period
            .label(date, self.style, out)
            .map_err(|_| TreatmentError::OutOfRange)?;
        Ok(Published::Text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dates_and_datetimes() {
        let month = DateTruncate::new(Period::Month, Style::Iso).unwrap();
        let wareki = DateTruncate::new(Period::FiscalYear, Style::Wareki).unwrap();
        for (cell, iso, ja) in [
            ("2023-04-01", "2023-04", "令和5年度"),
            ("2023-03-31T23:59:59+09:00", "2023-03", "令和4年度"),
        ] {
            let (mut a, mut b) = (String::new(), String::new());
            assert_eq!(month.apply(Some(cell), &mut a), Ok(Published::Text));
            assert_eq!(wareki.apply(Some(cell), &mut b), Ok(Published::Text));
            assert_eq!((a.as_str(), b.as_str()), (iso, ja));
        }
        let mut out = String::new();
        assert_eq!(month.apply(None, &mut out), Ok(Published::Null));
        for bad in ["", "NA", "2023-04", "2023-00-00", "2023/04/01"] {
            assert_eq!(
                month.apply(Some(bad), &mut out),
                Err(TreatmentError::Unparsable)
            );
        }
        assert_eq!(
            wareki.apply(Some("1870-01-01"), &mut out),
            Err(TreatmentError::OutOfRange)
        );
        assert_eq!(out, "");
        assert_eq!(
            DateTruncate::new(Period::Week, Style::Wareki),
            Err(BuildError::TruncatePeriod)
        );
    }
}
