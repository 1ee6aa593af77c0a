//! Dates as Japanese official documents write them: era and western year, one-digit numbers in
//! full width, longer ones in half width (公用文). English: ISO 8601.
//!
//! Deliberately absent: eras before 昭和; no date of a case is older.

use jiff::civil::{Date, date};

use crate::words::Lang;

/// First day of an era and its name, the newest first.
const ERAS: [(Date, &str); 3] =
    [(date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"), (date(1926, 12, 25), "昭和")];

/// A date in words: 「令和７年（2025年）９月26日」, or `2025-09-26`.
#[must_use]
pub fn day(date: Date, lang: Lang) -> String {
    match lang {
        Lang::En => date.to_string(),
        Lang::Ja => {
            let western = i32::from(date.year());
            let (month, day) = (number(i64::from(date.month())), number(i64::from(date.day())));
            match ERAS.iter().find(|(first, _)| date >= *first) {
                Some((first, era)) => {
                    let year = western - i32::from(first.year()) + 1;
                    let year = if year == 1 { "元".to_owned() } else { number(i64::from(year)) };
                    format!("{era}{year}年（{western}年）{month}月{day}日")
                }
                None => format!("{western}年{month}月{day}日"),
            }
        }
    }
}

/// A number in Japanese text: one digit in full width, more in half width.
#[must_use]
pub fn number(value: i64) -> String {
    match u32::try_from(value)
        .ok()
        .filter(|digit| *digit < 10)
        .and_then(|digit| char::from_u32(0xFF10 + digit))
    {
        Some(wide) => wide.to_string(),
        None => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_change_on_their_first_day() {
        assert_eq!(day(date(2019, 4, 30), Lang::Ja), "平成31年（2019年）４月30日");
        assert_eq!(day(date(2019, 5, 1), Lang::Ja), "令和元年（2019年）５月１日");
        assert_eq!(day(date(2026, 3, 20), Lang::Ja), "令和８年（2026年）３月20日");
        assert_eq!(day(date(1989, 1, 7), Lang::Ja), "昭和64年（1989年）１月７日");
        assert_eq!(day(date(1926, 12, 24), Lang::Ja), "1926年12月24日");
        assert_eq!(day(date(2026, 3, 20), Lang::En), "2026-03-20");
    }
}
