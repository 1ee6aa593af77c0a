//! Times and dates in a manifest: one spelling, so that text order is time order.
//!
//! Times are UTC to the second, `2026-11-22T04:05:06Z`; dates are `2026-11-22` and mean the UTC
//! day. No zone names, no fractions, no leap second; times from 1970 to 9998, which every library
//! of dates can hold.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// A moment in UTC, to the second.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UtcTime(String);

impl UtcTime {
    /// Reads `YYYY-MM-DDThh:mm:ssZ`; the moment must exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.parse().ok()?;
        let in_range = ("1970".."9999").contains(&text.get(..4)?);
        (in_range && text.len() == 20 && moment.to_string() == text).then(|| Self(text.to_owned()))
    }

    /// Seconds since 1970 as a time; `None` outside the years 1970–9998.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Self::parse(&jiff::Timestamp::from_second(seconds).ok()?.to_string())
    }

    /// The UTC day.
    #[must_use]
    pub fn date(&self) -> CalendarDate {
        CalendarDate(self.0.chars().take(10).collect())
    }

    /// The 20 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A day of the calendar.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CalendarDate(String);

impl CalendarDate {
    /// Reads `YYYY-MM-DD`; the day must exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day: jiff::civil::Date = text.parse().ok()?;
        (text.len() == 10 && day.to_string() == text).then(|| Self(text.to_owned()))
    }

    /// The ten characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! as_text {
    ($name:ident, $what:literal) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom($what))
            }
        }
    };
}

as_text!(UtcTime, "not a time in UTC");
as_text!(CalendarDate, "not a date");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn one_spelling_only() {
        assert_eq!(UtcTime::parse("2026-11-22T04:05:06Z").unwrap().date().as_str(), "2026-11-22");
        assert_eq!(UtcTime::from_unix_seconds(0), UtcTime::parse("1970-01-01T00:00:00Z"));
        for wrong in [
            "2026-11-22T04:05:06+00:00",
            "2026-11-22t04:05:06z",
            "2026-11-22 04:05:06Z",
            "2026-11-22T04:05:60Z",
            "2026-11-22T04:05:06.0Z",
            "2026-02-29T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "20261122T040506Z",
            "1969-12-31T23:59:59Z",
            "9999-01-01T00:00:00Z",
            "2026-11-22",
        ] {
            assert_eq!(UtcTime::parse(wrong), None, "{wrong}");
        }
        assert!(CalendarDate::parse("2024-02-29").is_some());
        for wrong in
            ["2026-02-29", "2026-2-9", "20260209", "2026-11-22T00:00:00Z", "+2026-11-22", "2026-11-22 "]
        {
            assert_eq!(CalendarDate::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn text_order_is_time_order() {
        let at = |seconds| UtcTime::from_unix_seconds(seconds).unwrap();
        for (a, b) in [(0, 1), (999_999_999, 1_000_000_000), (1_700_000_000, 4_000_000_000)] {
            assert!(at(a) < at(b));
        }
    }
}
