//! Days as numbers and their texts: ISO 8601 and the Japanese era forms found in real files.
//!
//! Why not `jiff` inside: one city writes some ten million dates, and integer arithmetic on day
//! numbers (days since 1970-01-01, proleptic Gregorian; H. Hinnant's `civil_from_days`) is both
//! fast and the same everywhere. Dates before 明治 6 (1873) never occur here.

use std::fmt::Write as _;

/// Days since 1970-01-01.
pub(super) type Day = i32;

/// Day number of a civil date (month 1–12, day 1–31, not checked).
pub(super) const fn day(year: i32, month: i32, day_of_month: i32) -> Day {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = (month + 9) % 12;
    let doy = (153 * mp + 2) / 5 + day_of_month - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// Year, month and day of a day number.
pub(super) const fn civil(day: Day) -> (i32, i32, i32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

/// Completed years between birth and a day (−1 before birth).
pub(super) const fn age_on(birth: Day, on: Day) -> i32 {
    let (by, bm, bd) = civil(birth);
    let (y, m, d) = civil(on);
    y - by - if m < bm || (m == bm && d < bd) { 1 } else { 0 }
}

/// 0 = Sunday … 6 = Saturday.
pub(super) const fn weekday(day: Day) -> i32 {
    (day + 4).rem_euclid(7)
}

/// The same day of the month, `months` later; the last day of that month where there is none.
pub(super) fn add_months(from: Day, months: i32) -> Day {
    let (y, m, d) = civil(from);
    let n = y * 12 + m - 1 + months;
    let (year, month) = (n.div_euclid(12), n.rem_euclid(12) + 1);
    let next = day(year + month / 12, month % 12 + 1, 1);
    (day(year, month, 1) + d - 1).min(next - 1)
}

/// Appends `YYYY-MM-DD`.
pub(super) fn push_iso(out: &mut String, day: Day) {
    let (y, m, d) = civil(day);
    push_padded(out, y, 4);
    out.push('-');
    push_padded(out, m, 2);
    out.push('-');
    push_padded(out, d, 2);
}

/// Appends a number ≥ 0 with at least `width` digits (at most 12).
pub(super) fn push_padded(out: &mut String, number: impl Into<i64>, width: u32) {
    let number = number.into();
    let mut unit = 10_i64.pow(width.clamp(1, 12) - 1);
    while number / unit >= 10 {
        unit *= 10;
    }
    while unit > 0 {
        let digit = u8::try_from(number / unit % 10).unwrap_or(0);
        out.push(char::from(b'0' + digit));
        unit /= 10;
    }
}

/// Eras: first day, name, letter, first digit of the seven-digit form.
const ERAS: [(Day, &str, char, char); 5] = [
    (day(2019, 5, 1), "令和", 'R', '5'),
    (day(1989, 1, 8), "平成", 'H', '4'),
    (day(1926, 12, 25), "昭和", 'S', '3'),
    (day(1912, 7, 30), "大正", 'T', '2'),
    (day(1868, 1, 25), "明治", 'M', '1'),
];

/// How an era date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EraForm {
    /// 令和5年4月1日, first year 令和元年.
    Kanji,
    /// R5.4.1
    Dotted,
    /// R05/04/01
    Slashed,
    /// 5050401 (the form of medical claims: era, year, month, day).
    Seven,
}

/// Appends a day in an era form.
pub(super) fn push_era(out: &mut String, on: Day, form: EraForm) {
    let Some((start, name, letter, number)) = ERAS.iter().find(|(start, ..)| on >= *start) else {
        return push_iso(out, on);
    };
    let (y, m, d) = civil(on);
    let year = y - civil(*start).0 + 1;
    // Writing to a String cannot fail.
    let _ = match form {
        EraForm::Kanji if year == 1 => write!(out, "{name}元年{m}月{d}日"),
        EraForm::Kanji => write!(out, "{name}{year}年{m}月{d}日"),
        EraForm::Dotted => write!(out, "{letter}{year}.{m}.{d}"),
        EraForm::Slashed => write!(out, "{letter}{year:02}/{m:02}/{d:02}"),
        EraForm::Seven => write!(out, "{number}{year:02}{m:02}{d:02}"),
    };
}

/// Reads the `YYYY-MM-DD` at the start of a text.
pub(super) fn parse_iso(text: &str) -> Option<Day> {
    let mut parts = text.get(..10)?.split('-');
    let mut number = || parts.next()?.parse::<i32>().ok();
    let (y, m, d) = (number()?, number()?, number()?);
    Some(day(y, m, d))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_day_agrees_with_jiff() {
        let epoch = jiff::civil::date(1970, 1, 1);
        let mut date = jiff::civil::date(1868, 1, 1);
        let mut n = day(1868, 1, 1);
        while date.year() < 2101 {
            let (y, m, d) = civil(n);
            assert_eq!((y, m, d), (date.year().into(), date.month().into(), date.day().into()));
            assert_eq!(day(y, m, d), n);
            assert_eq!(weekday(n), i32::from(date.weekday().to_sunday_zero_offset()));
            date = date.tomorrow().unwrap();
            n += 1;
        }
        assert_eq!(civil(0), (epoch.year().into(), 1, 1));
    }

    #[test]
    fn ages_and_months() {
        assert_eq!(age_on(day(2000, 2, 29), day(2001, 2, 28)), 0);
        assert_eq!(age_on(day(2000, 2, 29), day(2001, 3, 1)), 1);
        assert_eq!(age_on(day(1950, 10, 1), day(2025, 10, 1)), 75);
        assert_eq!(add_months(day(2024, 1, 31), 1), day(2024, 2, 29));
        assert_eq!(add_months(day(2024, 12, 15), 12), day(2025, 12, 15));
        assert_eq!(add_months(day(2024, 11, 30), 1), day(2024, 12, 30));
    }

    #[test]
    fn era_forms() {
        let text = |y, m, d, form| {
            let mut s = String::new();
            push_era(&mut s, day(y, m, d), form);
            s
        };
        assert_eq!(text(2019, 5, 1, EraForm::Kanji), "令和元年5月1日");
        assert_eq!(text(2019, 4, 30, EraForm::Kanji), "平成31年4月30日");
        assert_eq!(text(1972, 10, 14, EraForm::Seven), "3471014");
        assert_eq!(text(1926, 12, 24, EraForm::Dotted), "T15.12.24");
        assert_eq!(text(2023, 4, 1, EraForm::Slashed), "R05/04/01");
        let mut iso = String::new();
        push_iso(&mut iso, day(2025, 10, 1));
        assert_eq!(iso, "2025-10-01");
        assert_eq!(parse_iso("2025-10-01 12:00"), Some(day(2025, 10, 1)));
    }
}
