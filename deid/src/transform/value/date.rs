//! Reading dates in declared formats.
//!
//! A column declares the formats it may hold; nothing is guessed, partial dates (`1935-00-00`,
//! 昭和10年頃) do not parse. The three numeric forms that make up nearly every file have a path of
//! fixed width; 和暦 and free patterns come after. Only ASCII digits count: full-width digits parse
//! when the column's normalisation folds width first.

use super::Unparsable;
use super::civil::Date;
use super::era::{ERAS, strip_era};

/// One way to write a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateFormat {
    /// `%Y-%m-%d`
    Iso,
    /// `%Y/%m/%d`
    Slash,
    /// `%Y%m%d`
    Compact,
    /// `wareki`: 令和5年4月1日, 令和元年5月1日, R5.4.1, R05/04/01, r5-4-1, 令5.4.1.
    Wareki,
    /// `gyymmdd`: seven digits, G = 1 明治 2 大正 3 昭和 4 平成 5 令和 (claims records).
    EraDigits,
    /// Any other pattern of literals and `%Y` (4 digits), `%m` `%d` (2 digits), `%-m` `%-d`
    /// (1 or 2 digits).
    Pattern(Box<[Part]>),
}

/// A piece of a free pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that must stand there.
    Literal(Box<str>),
    /// Four-digit year.
    Year,
    /// Month; `true` where one digit is enough.
    Month(bool),
    /// Day; `true` where one digit is enough.
    Day(bool),
}

/// The declared format is not one that this crate reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown date format")]
pub struct UnknownFormat;

impl DateFormat {
    /// The format of a recipe's word or pattern: `iso`, `wareki`, `gyymmdd`, or `%Y…%m…%d`.
    ///
    /// # Errors
    /// [`UnknownFormat`] unless year, month and day stand in it exactly once.
    pub fn from_name(name: &str) -> Result<Self, UnknownFormat> {
        Ok(match name {
            "iso" | "%Y-%m-%d" => Self::Iso,
            "%Y/%m/%d" => Self::Slash,
            "%Y%m%d" => Self::Compact,
            "wareki" => Self::Wareki,
            "gyymmdd" => Self::EraDigits,
            pattern => Self::Pattern(parse_pattern(pattern)?),
        })
    }

    /// Reads a day.
    ///
    /// # Errors
    /// [`Unparsable`] if the text is not exactly of this form or the day does not exist.
    pub fn parse(&self, text: &str) -> Result<Date, Unparsable> {
        match self {
            Self::Iso => parse_separated::<b'-'>(text),
            Self::Slash => parse_separated::<b'/'>(text),
            Self::Compact => parse_compact(text),
            Self::Wareki => parse_wareki(text),
            Self::EraDigits => parse_era_digits(text),
            Self::Pattern(parts) => parse_by_pattern(parts, text),
        }
        .ok_or(Unparsable)
    }
}

/// The day that `text` is in one of the formats.
///
/// # Errors
/// [`Unparsable`] if no format reads it, or two formats read two different days: which one is meant
/// is not guessed.
#[inline]
pub fn parse_any(formats: &[DateFormat], text: &str) -> Result<Date, Unparsable> {
    let mut found = formats.iter().filter_map(|format| format.parse(text).ok());
    let first = found.next().ok_or(Unparsable)?;
    if found.all(|other| other == first) { Ok(first) } else { Err(Unparsable) }
}

/// `YYYY-MM-DD`, the canonical text of every date.
pub(crate) fn parse_iso(text: &str) -> Option<Date> {
    parse_separated::<b'-'>(text)
}

#[inline]
fn parse_separated<const SEP: u8>(text: &str) -> Option<Date> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let [a, b, c, d, s, e, f, t, g, h] = *bytes;
    if s != SEP || t != SEP {
        return None;
    }
    from_digits([a, b, c, d, e, f, g, h])
}

#[inline]
fn parse_compact(text: &str) -> Option<Date> {
    let bytes: &[u8; 8] = text.as_bytes().try_into().ok()?;
    from_digits(*bytes)
}

/// Eight ASCII digits YYYYMMDD.
#[inline]
fn from_digits(bytes: [u8; 8]) -> Option<Date> {
    let digits = bytes.map(|b| u32::from(b.wrapping_sub(b'0')));
    if digits.iter().any(|&d| d > 9) {
        return None;
    }
    let [a, b, c, d, e, f, g, h] = digits;
    let year = a * 1000 + b * 100 + c * 10 + d;
    Date::new(year as i32, e * 10 + f, g * 10 + h)
}

/// Takes `least..=2` digits from the front.
fn take_number(text: &str, least: usize) -> Option<(u32, &str)> {
    let count = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if count < least {
        return None;
    }
    let (digits, rest) = text.split_at_checked(count)?;
    Some((digits.parse().ok()?, rest))
}

fn parse_wareki(text: &str) -> Option<Date> {
    let (era, rest) = strip_era(text)?;
    let (year, rest) = match rest.strip_prefix('元') {
        Some(rest) => (1, rest),
        None => take_number(rest, 1)?,
    };
    let (after_year, after_month, end) = match rest.chars().next()? {
        '年' => ('年', '月', "日"),
        sep @ ('.' | '/' | '-') => (sep, sep, ""),
        _ => return None,
    };
    let (month, rest) = take_number(rest.strip_prefix(after_year)?, 1)?;
    let (day, rest) = take_number(rest.strip_prefix(after_month)?, 1)?;
    if rest != end {
        return None;
    }
    era.date(year, month, day)
}

fn parse_era_digits(text: &str) -> Option<Date> {
    let bytes: &[u8; 7] = text.as_bytes().try_into().ok()?;
    if !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [g, a, b, c, d, e, f] = bytes.map(|b| u32::from(b - b'0'));
    let era = ERAS.iter().find(|era| u32::from(era.code) == g)?;
    era.date(a * 10 + b, c * 10 + d, e * 10 + f)
}

fn parse_pattern(pattern: &str) -> Result<Box<[Part]>, UnknownFormat> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal).into()));
        }
        parts.push(match chars.next() {
            Some('Y') => Part::Year,
            Some('m') => Part::Month(false),
            Some('d') => Part::Day(false),
            Some('-') => match chars.next() {
                Some('m') => Part::Month(true),
                Some('d') => Part::Day(true),
                _ => return Err(UnknownFormat),
            },
            _ => return Err(UnknownFormat),
        });
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.into()));
    }
    let count = |f: fn(&Part) -> bool| parts.iter().filter(|p| f(p)).count();
    let complete = count(|p| matches!(p, Part::Year)) == 1
        && count(|p| matches!(p, Part::Month(_))) == 1
        && count(|p| matches!(p, Part::Day(_))) == 1;
    if complete { Ok(parts.into()) } else { Err(UnknownFormat) }
}

fn parse_by_pattern(parts: &[Part], text: &str) -> Option<Date> {
    let (mut year, mut month, mut day) = (0, 0, 0);
    let mut rest = text;
    for part in parts {
        match part {
            Part::Literal(literal) => rest = rest.strip_prefix(&**literal)?,
            Part::Year => {
                let (high, tail) = take_number(rest, 2)?;
                let (low, tail) = take_number(tail, 2)?;
                year = high * 100 + low;
                rest = tail;
            }
            Part::Month(short) => (month, rest) = take_number(rest, if *short { 1 } else { 2 })?,
            Part::Day(short) => (day, rest) = take_number(rest, if *short { 1 } else { 2 })?,
        }
    }
    if !rest.is_empty() {
        return None;
    }
    Date::new(year as i32, month, day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::period::{Period, Style};
    use super::*;
    use proptest::prelude::*;

    fn iso(format: &str, text: &str) -> Option<String> {
        let date = DateFormat::from_name(format).unwrap().parse(text).ok()?;
        let mut out = String::new();
        date.write_iso(&mut out);
        Some(out)
    }

    #[test]
    fn forms_of_japanese_files() {
        for (format, text, expected) in [
            ("iso", "2023-04-01", "2023-04-01"),
            ("%Y/%m/%d", "2023/04/01", "2023-04-01"),
            ("%Y%m%d", "20230401", "2023-04-01"),
            ("%Y/%-m/%-d", "2023/4/1", "2023-04-01"),
            ("%Y年%-m月%-d日", "2023年4月1日", "2023-04-01"),
            ("wareki", "令和5年4月1日", "2023-04-01"),
            ("wareki", "R5.4.1", "2023-04-01"),
            ("wareki", "R05/04/01", "2023-04-01"),
            ("wareki", "r5-4-1", "2023-04-01"),
            ("wareki", "令5.4.1", "2023-04-01"),
            ("wareki", "令和元年5月1日", "2019-05-01"),
            ("wareki", "S64.1.7", "1989-01-07"),
            ("wareki", "平成元年1月8日", "1989-01-08"),
            ("wareki", "平成31年4月30日", "2019-04-30"),
            ("wareki", "明治45年7月30日", "1912-07-30"),
            ("wareki", "大正元年7月30日", "1912-07-30"),
            ("wareki", "T15.12.25", "1926-12-25"),
            ("wareki", "昭和元年12月25日", "1926-12-25"),
            ("wareki", "明治6年1月1日", "1873-01-01"),
            ("gyymmdd", "3471014", "1972-10-14"),
            ("gyymmdd", "5050401", "2023-04-01"),
            ("gyymmdd", "4010108", "1989-01-08"),
        ] {
            assert_eq!(iso(format, text).as_deref(), Some(expected), "{format} {text}");
        }
    }

    #[test]
    fn what_is_not_that_form_does_not_parse() {
        for (format, text) in [
            ("iso", ""),
            ("iso", "2023-4-1"),
            ("iso", "2023-02-29"),
            ("iso", "2023/04/01"),
            ("iso", "2023-04-01 "),
            ("iso", "２０２３-04-01"),
            ("iso", "1935-00-00"),
            ("iso", "+023-04-01"),
            ("iso", "0000-01-01"),
            ("%Y%m%d", "2023041"),
            ("%Y%m%d", "44927"),
            ("wareki", "令和5年4月"),
            ("wareki", "令和5年4月1"),
            ("wareki", "R5.4/1"),
            ("wareki", "R5.4.1日"),
            ("wareki", "令和0年5月1日"),
            ("wareki", "令和元年4月30日"),
            ("wareki", "昭和64年1月8日"),
            ("wareki", "平成31年5月1日"),
            ("wareki", "明治5年12月2日"),
            ("wareki", "昭和10年頃"),
            ("wareki", "Ｒ5.4.1"),
            ("wareki", "2023-04-01"),
            ("gyymmdd", "6010101"),
            ("gyymmdd", "0010101"),
            ("gyymmdd", "347101"),
        ] {
            assert_eq!(iso(format, text), None, "{format} {text}");
        }
    }

    #[test]
    fn patterns_are_checked() {
        for bad in ["", "date", "%Y-%m", "%Y-%m-%d %d", "%y-%m-%d", "%Y-%m-%", "%Y-%-Y-%d"] {
            assert_eq!(DateFormat::from_name(bad), Err(UnknownFormat), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(days in -35_429i32..=2_932_896) {
            let date = Date::from_days(days).unwrap();
            let mut text = String::new();
            date.write_iso(&mut text);
            prop_assert_eq!(DateFormat::Iso.parse(&text).unwrap(), date);
            prop_assert_eq!(DateFormat::Slash.parse(&text.replace('-', "/")).unwrap(), date);
            prop_assert_eq!(DateFormat::Compact.parse(&text.replace('-', "")).unwrap(), date);
            if date.year() < 2118 {
                let mut text = String::new();
                Period::Day.label(date, Style::Wareki, &mut text).unwrap();
                prop_assert_eq!(DateFormat::Wareki.parse(&text).unwrap(), date);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,12}") {
            for (name, _) in [("iso", 0), ("%Y%m%d", 0), ("wareki", 0), ("gyymmdd", 0), ("%Y年%-m月%-d日", 0)] {
                let _ = DateFormat::from_name(name).unwrap().parse(&text);
            }
            prop_assert!(true);
        }
    }
}
