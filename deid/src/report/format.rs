//! Numbers, moments and names as a report prints them: one spelling each, so that the same run
//! always gives the same bytes.
//!
//! A ratio is rounded to two decimals of a percent, but a share that is not nothing never prints
//! as 0.00 % and one that is not all never prints as 100.00 %. Deliberately absent: locale
//! libraries, floats printed raw, words (those come from `i18n/`, through [`super::words`]).

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::error::Name;
use crate::transform::value::civil::Date;
use crate::transform::value::era::era_of;

/// What stands where there is no figure.
pub(crate) const NONE: &str = "–";

/// `1234567` → `1,234,567`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A number of combinations: counted up to 2⁶⁴ − 1, which stands for itself and everything above.
pub(crate) fn combinations(n: u64) -> String {
    if n == u64::MAX { format!("{}+", count(n)) } else { count(n) }
}

/// A count that may be missing.
pub(super) fn count_or_none(n: Option<u64>) -> String {
    n.map_or_else(|| NONE.to_owned(), count)
}

/// A ratio 0..=1 as a percentage with two decimals.
pub(crate) fn percent(ratio: f64) -> String {
    if !ratio.is_finite() {
        return NONE.to_owned();
    }
    if ratio > 0.0 && ratio < 0.0001 {
        return "< 0.01 %".to_owned();
    }
    if ratio > 0.9999 && ratio < 1.0 {
        return "> 99.99 %".to_owned();
    }
    format!("{:.2} %", ratio * 100.0)
}

/// `part / whole` as a percentage; nothing of nothing is 0.
pub(crate) fn share(part: u64, whole: u64) -> String {
    if whole == 0 { percent(0.0) } else { percent(part as f64 / whole as f64) }
}

/// A distance or loss, 0..=1, with four decimals.
pub(crate) fn fraction(x: f64) -> String {
    if x.is_finite() { format!("{x:.4}") } else { NONE.to_owned() }
}

/// The risk of one person in a group of `n`: `1/5 (20.00 %)`.
pub(super) fn one_in(n: u64) -> String {
    if n == 0 { NONE.to_owned() } else { format!("1/{} ({})", count(n), percent(1.0 / n as f64)) }
}

/// An average risk and the average group it comes from: `1/18.50 (5.41 %)`.
pub(super) fn one_in_average(average_class: f64, risk: f64) -> String {
    if average_class.is_finite() && average_class > 0.0 {
        format!("1/{} ({})", hundredths(average_class), percent(risk))
    } else {
        NONE.to_owned()
    }
}

/// A positive number with two decimals and thousands separators.
pub(super) fn hundredths(x: f64) -> String {
    if !x.is_finite() || x < 0.0 {
        return NONE.to_owned();
    }
    let total = (x * 100.0).round() as u64;
    format!("{}.{:02}", count(total / 100), total % 100)
}

/// A name or a sentence written by others, made harmless: control and bidirectional characters
/// (and other characters that cannot be seen) become their code points. Not shortened.
pub(super) fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\u{AD}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}' => {
                out.push_str(&format!("<U+{:04X}>", u32::from(c)));
            }
            _ => out.push_str(Name::new(c.encode_utf8(&mut [0; 4])).as_str()),
        }
    }
    out
}

/// The same for a name: at most 80 characters of the original are shown.
pub(super) fn name(raw: &str) -> String {
    let mut shown: String = raw.chars().take(80).collect();
    if raw.chars().nth(80).is_some() {
        shown.push('…');
    }
    text(&shown)
}

/// A moment in Japan, in the parts that a date of either language needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// Era and year of the era, `令和8年`; 元年 for the first.
    pub(super) era: String,
    pub(super) year: String,
    pub(super) month: String,
    pub(super) day: String,
    /// `13:05`
    pub(super) time: String,
}

/// The moment in Japanese time (UTC+9) of a UTC text; `None` if the text is not a time.
pub(super) fn in_japan(utc: &str) -> Option<Moment> {
    let moment: Timestamp = utc.parse().ok()?;
    let local = Offset::constant(9).to_datetime(moment);
    let date = Date::new(
        i32::from(local.year()),
        u32::from(local.month().unsigned_abs()),
        u32::from(local.day().unsigned_abs()),
    )?;
    let (era, year) = era_of(date)?;
    let year = if year == 1 { "元".to_owned() } else { year.to_string() };
    Some(Moment {
        era: format!("{}{year}年", era.name),
        year: date.year().to_string(),
        month: date.month().to_string(),
        day: date.day().to_string(),
        time: format!("{:02}:{:02}", local.hour(), local.minute()),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(combinations(u64::MAX), "18,446,744,073,709,551,615+");
        assert_eq!(combinations(12_000), "12,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(one_in(5), "1/5 (20.00 %)");
        assert_eq!(one_in(0), NONE);
        assert_eq!(one_in_average(18.5, 1.0 / 18.5), "1/18.50 (5.41 %)");
        assert_eq!(fraction(0.193_249_9), "0.1932");
        assert_eq!(hundredths(1234.567), "1,234.57");
        assert_eq!(share(0, 0), "0.00 %");
    }

    #[test]
    fn a_share_never_looks_like_nothing_or_all_unless_it_is() {
        assert_eq!(percent(0.0), "0.00 %");
        assert_eq!(percent(1.0), "100.00 %");
        assert_eq!(share(1, 1_000_000), "< 0.01 %");
        assert_eq!(share(999_999, 1_000_000), "> 99.99 %");
        assert_eq!(percent(f64::NAN), NONE);
        assert_eq!(fraction(f64::INFINITY), NONE);
    }

    #[test]
    fn moments_are_given_in_japan_and_in_its_eras() {
        let m = in_japan("2026-11-21T20:05:06Z").unwrap();
        assert_eq!(
            (m.era.as_str(), m.month.as_str(), m.day.as_str(), m.time.as_str()),
            ("令和8年", "11", "22", "05:05")
        );
        assert_eq!(in_japan("2019-04-30T14:59:59Z").unwrap().era, "平成31年");
        assert_eq!(in_japan("2019-04-30T15:00:00Z").unwrap().era, "令和元年");
        assert!(in_japan("yesterday").is_none());
    }

    #[test]
    fn invisible_characters_are_spelled_out() {
        assert_eq!(text("a\u{202E}b\u{0}c\u{2028}d\u{E0041}"), "a<U+202E>b<U+0000>c<U+2028>d<U+E0041>");
        assert_eq!(name(&"あ".repeat(100)).chars().count(), 81);
    }

    proptest! {
        #[test]
        fn percentages_are_two_decimals(ratio in 0.0f64..=1.0) {
            let said = percent(ratio);
            let digits = said.trim_start_matches(['<', '>', ' ']).strip_suffix(" %").unwrap();
            prop_assert_eq!(digits.split_once('.').unwrap().1.len(), 2);
            prop_assert!((digits.parse::<f64>().unwrap() - ratio * 100.0).abs() <= 0.01);
        }
    }
}
