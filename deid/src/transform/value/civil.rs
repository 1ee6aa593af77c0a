//! Civil (proleptic Gregorian) dates, years 1–9999, as small integers.
//!
//! Own arithmetic instead of a calendar crate because one date costs about ten nanoseconds in
//! the hot path of five million rows. Day counts follow Howard Hinnant, "chrono-Compatible
//! Low-Level Date Algorithms" (`days_from_civil`, `civil_from_days`). Absent: time zones, clocks,
//! lunar dates before 1873.

/// A day of the proleptic Gregorian calendar, 0001-01-01 to 9999-12-31; ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i16,
    month: u8,
    day: u8,
}

/// Days of a month; 0 for a month outside 1–12.
#[must_use]
pub const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

impl Date {
    /// The day, or `None` if it does not exist or lies outside the years 1–9999.
    #[must_use]
    pub const fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if year < 1 || year > 9999 || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self { year: year as i16, month: month as u8, day: day as u8 })
    }

    /// Year, 1–9999.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year as i32
    }

    /// Month, 1–12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.month as u32
    }

    /// Day of the month, 1–31.
    #[must_use]
    pub const fn day(self) -> u32 {
        self.day as u32
    }

    /// Days since 1970-01-01 (negative before).
    #[must_use]
    pub const fn days(self) -> i32 {
        let year = self.year() - (self.month <= 2) as i32;
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = (self.month as i32 + 9) % 12;
        let day_of_year = (153 * shifted_month + 2) / 5 + self.day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day that lies `days` after 1970-01-01, if within the years 1–9999.
    #[must_use]
    pub const fn from_days(days: i32) -> Option<Self> {
        if days < -719_162 || days > 2_932_896 {
            return None;
        }
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + (month <= 2) as i32;
        Self::new(year, month as u32, day as u32)
    }

    /// The day `days` later (earlier if negative), if within the years 1–9999.
    #[must_use]
    pub const fn add_days(self, days: i32) -> Option<Self> {
        match self.days().checked_add(days) {
            Some(sum) => Self::from_days(sum),
            None => None,
        }
    }

    /// ISO weekday: Monday is 1, Sunday 7.
    #[must_use]
    pub const fn weekday(self) -> u32 {
        (self.days() + 3).rem_euclid(7) as u32 + 1
    }

    /// ISO 8601 week-numbering year and week (1–53).
    #[must_use]
    pub const fn iso_week(self) -> (i32, u32) {
        // The Thursday of a week decides the year that the week belongs to.
        let thursday = self.days() + 4 - self.weekday() as i32;
        let (year, first) = match Self::from_days(thursday) {
            Some(day) => (day.year(), Self { month: 1, day: 1, ..day }.days()),
            // Cannot happen: 0001-01-01 is a Monday and 9999-12-31 a Friday.
            None => (self.year(), thursday),
        };
        (year, ((thursday - first) / 7 + 1) as u32)
    }

    /// Appends `YYYY-MM-DD`.
    #[inline]
    pub fn write_iso(self, out: &mut String) {
        push_year(self.year(), out);
        out.push('-');
        push2(self.month(), out);
        out.push('-');
        push2(self.day(), out);
    }
}

const PAIRS: &str = "0001020304050607080910111213141516171819\
                     2021222324252627282930313233343536373839\
                     4041424344454647484950515253545556575859\
                     6061626364656667686970717273747576777879\
                     8081828384858687888990919293949596979899";

/// Appends two digits of `n` (0–99).
pub(crate) fn push2(n: u32, out: &mut String) {
    let at = (n as usize % 100) * 2;
    out.push_str(PAIRS.get(at..at + 2).unwrap_or("00"));
}

/// Appends a year as at least four digits.
pub(crate) fn push_year(year: i32, out: &mut String) {
    let year = year.max(0) as u32;
    if year >= 10_000 {
        out.push('1');
    }
    push2(year / 100, out);
    push2(year, out);
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::expect_used,
        reason = "tests"
    )]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_day_round_trips_and_agrees_with_jiff() {
        let mut last = Date::from_days(-719_162).unwrap();
        assert_eq!((last.year(), last.month(), last.day()), (1, 1, 1));
        for days in -719_162..=2_932_896 {
            let date = Date::from_days(days).unwrap();
            assert_eq!(date.days(), days);
            assert!(days == -719_162 || date > last);
            last = date;
        }
        assert!(Date::from_days(-719_163).is_none());
        assert!(Date::from_days(2_932_897).is_none());
    }

    proptest! {
        #[test]
        fn same_as_jiff(days in -719_162i32..=2_932_896) {
            let ours = Date::from_days(days).unwrap();
            let theirs = jiff::civil::Date::new(
                ours.year() as i16, ours.month() as i8, ours.day() as i8).unwrap();
            let epoch = jiff::civil::date(1970, 1, 1);
            prop_assert_eq!(epoch.until(theirs).unwrap().get_days(), days);
            prop_assert_eq!(theirs.weekday().to_monday_one_offset() as u32, ours.weekday());
            let week = theirs.iso_week_date();
            prop_assert_eq!((i32::from(week.year()), week.week() as u32), ours.iso_week());
            let mut text = String::new();
            ours.write_iso(&mut text);
            prop_assert_eq!(text, theirs.to_string());
        }
    }

    #[test]
    fn days_that_do_not_exist() {
        for (y, m, d) in [(2023, 2, 29), (1900, 2, 29), (2023, 0, 1), (2023, 13, 1), (0, 1, 1)] {
            assert!(Date::new(y, m, d).is_none());
        }
        assert!(Date::new(2024, 2, 29).is_some() && Date::new(2000, 2, 29).is_some());
    }
}
