//! Japanese eras 明治 to 令和: table, lookup by name and by day.
//!
//! Facts: first days 1868-01-25, 1912-07-30, 1926-12-25, 1989-01-08, 2019-05-01. On 1912-07-30 and
//! 1926-12-25 the edict changed the era on the day itself, so old records write that day in either
//! era and both are read; a day is *written* in the later one. Until 明治5年12月2日 Japan used a
//! lunisolar calendar (the next day is 1873-01-01 = 明治6年1月1日): earlier days are neither read
//! nor written here, because their month and day would be wrong.

use super::civil::Date;

/// One era. `letter` and `code` are the forms `R5.4.1` and GYYMMDD (1 = 明治 … 5 = 令和).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    /// Full name, e.g. 令和.
    pub name: &'static str,
    /// First character of the name, e.g. 令.
    pub short: &'static str,
    /// Latin letter, upper case.
    pub letter: u8,
    /// Digit in claims records (GYYMMDD).
    pub code: u8,
    /// First Gregorian year (year 1 of the era, 元年).
    pub first_year: i32,
    /// First day (Gregorian year, month, day) that the era may be written for.
    from: (i32, u32, u32),
    /// Last day that it may be written for.
    until: (i32, u32, u32),
}

/// The eras, oldest first. Their ranges overlap on the boundary days of 1912 and 1926.
pub const ERAS: [Era; 5] = [
    era("明治", "明", b'M', 1, 1868, (1873, 1, 1), (1912, 7, 30)),
    era("大正", "大", b'T', 2, 1912, (1912, 7, 30), (1926, 12, 25)),
    era("昭和", "昭", b'S', 3, 1926, (1926, 12, 25), (1989, 1, 7)),
    era("平成", "平", b'H', 4, 1989, (1989, 1, 8), (2019, 4, 30)),
    era("令和", "令", b'R', 5, 2019, (2019, 5, 1), (9999, 12, 31)),
];

const fn era(
    name: &'static str,
    short: &'static str,
    letter: u8,
    code: u8,
    first_year: i32,
    from: (i32, u32, u32),
    until: (i32, u32, u32),
) -> Era {
    Era { name, short, letter, code, first_year, from, until }
}

impl Era {
    /// The Gregorian day of a day of this era, if it exists and lies within the era.
    #[must_use]
    pub fn date(&self, year: u32, month: u32, day: u32) -> Option<Date> {
        if year == 0 || year > 9999 {
            return None;
        }
        let date = Date::new(self.first_year + year as i32 - 1, month, day)?;
        let key = (date.year(), month, day);
        (self.from <= key && key <= self.until).then_some(date)
    }
}

/// The era that a day is written in and its year of that era; `None` before 1873-01-01.
#[must_use]
pub fn era_of(date: Date) -> Option<(&'static Era, u32)> {
    let key = (date.year(), date.month(), date.day());
    ERAS.iter().rev().find(|era| era.from <= key).map(|era| (era, (date.year() - era.first_year + 1) as u32))
}

/// The era at the start of `text` (full name, first character, or letter in either case) and
/// what follows it.
#[must_use]
pub fn strip_era(text: &str) -> Option<(&'static Era, &str)> {
    for era in &ERAS {
        let rest = text
            .strip_prefix(era.name)
            .or_else(|| text.strip_prefix(era.short))
            .or_else(|| text.strip_prefix(era.letter as char))
            .or_else(|| text.strip_prefix(era.letter.to_ascii_lowercase() as char));
        if let Some(rest) = rest {
            return Some((era, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> Date {
        Date::new(y, m, d).unwrap()
    }

    #[test]
    fn boundary_days_read_in_both_eras_written_in_the_later() {
        assert_eq!(ERAS[0].date(45, 7, 30), Some(day(1912, 7, 30)));
        assert_eq!(ERAS[1].date(1, 7, 30), Some(day(1912, 7, 30)));
        assert_eq!(ERAS[1].date(15, 12, 25), Some(day(1926, 12, 25)));
        assert_eq!(ERAS[2].date(1, 12, 25), Some(day(1926, 12, 25)));
        assert_eq!(era_of(day(1912, 7, 30)).unwrap().0.name, "大正");
        assert_eq!(era_of(day(1926, 12, 25)).unwrap().0.name, "昭和");
        // The changes of 1989 and 2019 took effect on the following day: no overlap.
        assert_eq!(ERAS[2].date(64, 1, 7), Some(day(1989, 1, 7)));
        assert_eq!(ERAS[2].date(64, 1, 8), None);
        assert_eq!(ERAS[3].date(31, 4, 30), Some(day(2019, 4, 30)));
        assert_eq!(ERAS[3].date(31, 5, 1), None);
        assert_eq!(ERAS[4].date(1, 5, 1), Some(day(2019, 5, 1)));
        assert_eq!(ERAS[4].date(1, 4, 30), None);
    }

    #[test]
    fn days_of_the_lunisolar_calendar_are_refused() {
        assert_eq!(ERAS[0].date(5, 12, 2), None);
        assert_eq!(ERAS[0].date(6, 1, 1), Some(day(1873, 1, 1)));
        assert!(era_of(day(1872, 12, 31)).is_none());
    }

    #[test]
    fn every_day_since_1873_has_one_era_that_reads_it_back() {
        for days in day(1873, 1, 1).days()..=day(2100, 12, 31).days() {
            let date = Date::from_days(days).unwrap();
            let (era, year) = era_of(date).unwrap();
            assert_eq!(era.date(year, date.month(), date.day()), Some(date));
        }
    }
}
