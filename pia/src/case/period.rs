//! Periods of a case (ISO 8601), such as `P3M` or `PT72H`.
//!
//! Why here: retention, withdrawal and records state periods with a unit; free text would have to
//! be guessed. Not here: adding a period to a date, which the calendar of `jiff` does.

use std::fmt;
use std::str::FromStr;

use jiff::Span;

/// A period as it was written; compared by its length with a month of 30 and a year of 365 days,
/// which is exact enough to say "longer than six months" and never used to compute a date.
#[derive(Debug, Clone, Copy)]
pub struct Period(Span);

/// The text is not an ISO 8601 period, or a negative one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a period")]
pub struct PeriodError;

impl Period {
    /// The calendar span, for adding to a date.
    #[must_use]
    pub fn span(self) -> Span {
        self.0
    }

    /// Length in hours, with the conventions above.
    #[must_use]
    pub fn hours(self) -> i64 {
        let days = i64::from(self.0.get_years()) * 365
            + i64::from(self.0.get_months()) * 30
            + i64::from(self.0.get_weeks()) * 7
            + i64::from(self.0.get_days());
        days * 24 + i64::from(self.0.get_hours()) + self.0.get_minutes() / 60
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let span: Span = if text.starts_with('P') {
            text.parse().map_err(|_| PeriodError)?
        } else {
            return Err(PeriodError);
        };
        if span.is_negative() { Err(PeriodError) } else { Ok(Self(span)) }
    }
}

impl PartialEq for Period {
    fn eq(&self, other: &Self) -> bool {
        self.hours() == other.hours()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn iso_periods_are_read_and_others_refused() {
        assert_eq!("P3M".parse::<Period>().unwrap().hours(), 90 * 24);
        assert_eq!("PT24H".parse::<Period>().unwrap().hours(), 24);
        for bad in ["", "3か月", "3M", "-P1D", "P", "P1.5X"] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }
}
