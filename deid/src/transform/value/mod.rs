//! Declared types: each typed value has exactly one canonical text.
//!
//! That text is what pseudonyms are made from and what every later step reads, so a CSV cell and
//! a Parquet value of the same thing join. Nothing is inferred: a column is text until the recipe
//! says otherwise, and 0012 stays 0012 in text and code.
//!
//! | type | canonical text |
//! |---|---|
//! | text | the cell as it is |
//! | code | the cell without the declared separators, leading zeros kept; `""` does not parse |
//! | integer | no `+`, no leading zeros, no `-0` |
//! | decimal, scale s | exactly s digits after the point; a cell with more non-zero digits does not parse |
//! | decimal, no scale | the digits after the point as written (`1.10` ≠ `1.1`: declare a scale to join) |
//! | date | `YYYY-MM-DD` |
//! | datetime | see [`datetime`] |
//! | time | `HH:MM:SS[.f]` |
//!
//! NULL never comes here. Absent: locale, thousands separators, floats, two-digit Western years.

pub mod civil;
pub mod date;
pub mod datetime;
pub mod era;
pub mod number;
pub mod period;

use date::DateFormat;
use datetime::Zone;
use number::Decimal;

/// The cell is not a value of the declared type. Carries nothing: a cell never enters an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cell does not parse as the declared type")]
pub struct Unparsable;

/// Declared type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ValueType {
    /// Any text, unchanged.
    #[default]
    Text,
    /// An identifier or classification code; the listed separators are removed (e.g. `-`).
    Code {
        /// Characters to remove, e.g. `['-']` for postal codes.
        remove: Box<[char]>,
    },
    /// Whole number of at most 30 digits.
    Integer,
    /// Exact decimal number of at most 30 digits.
    Decimal {
        /// Digits after the point, or `None` to keep them as written.
        scale: Option<u32>,
    },
    /// Day, in one of the formats; a cell that two of them read as two days does not parse.
    Date(Box<[DateFormat]>),
    /// Day and time of day.
    DateTime {
        /// Formats of the date part.
        formats: Box<[DateFormat]>,
        /// What to do with zones.
        zone: Zone,
    },
    /// Time of day without zone.
    Time,
}

impl ValueType {
    /// The word used in recipes and manifests.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Code { .. } => "code",
            Self::Integer => "integer",
            Self::Decimal { .. } => "decimal",
            Self::Date(_) => "date",
            Self::DateTime { .. } => "datetime",
            Self::Time => "time",
        }
    }

    /// Whether a value that is not NULL must parse.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        !matches!(self, Self::Text | Self::Code { .. })
    }

    /// Whether the declaration itself makes different spellings one value (several formats,
    /// removed separators, a fixed number of digits).
    #[must_use]
    pub fn unifies(&self) -> bool {
        match self {
            Self::Code { remove } => !remove.is_empty(),
            Self::Decimal { scale } => scale.is_some(),
            Self::Date(formats) | Self::DateTime { formats, .. } => formats.len() > 1,
            Self::Text | Self::Integer | Self::Time => false,
        }
    }

    /// Whether cells of this type are plain numbers (and so exempt from the formula check).
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal { .. })
    }

    /// Whether cells of this type hold a day.
    #[must_use]
    pub fn has_date(&self) -> bool {
        matches!(self, Self::Date(_) | Self::DateTime { .. })
    }

    /// The canonical text of `cell` (already normalised by the caller): `cell` itself where it is
    /// canonical already, otherwise written into `scratch`, which is cleared.
    ///
    /// # Errors
    /// [`Unparsable`].
    #[inline]
    pub fn canonical_of<'a>(&self, cell: &'a str, scratch: &'a mut String) -> Result<&'a str, Unparsable> {
        let as_it_is = match self {
            Self::Text => true,
            Self::Code { remove } => !cell.is_empty() && !cell.contains(&**remove),
            Self::Integer => {
                matches!(cell.as_bytes(), [b'1'..=b'9', rest @ ..]
                    if rest.len() < number::MAX_DIGITS && rest.iter().all(u8::is_ascii_digit))
            }
            Self::Date(formats) => matches!(&**formats, [DateFormat::Iso]) && date::parse_iso(cell).is_some(),
            _ => false,
        };
        if as_it_is {
            return Ok(cell);
        }
        scratch.clear();
        self.canonical(cell, scratch)?;
        Ok(scratch)
    }

    /// Appends the canonical text of `cell` (already normalised by the caller).
    ///
    /// # Errors
    /// [`Unparsable`]; nothing is appended then.
    #[inline]
    pub fn canonical(&self, cell: &str, out: &mut String) -> Result<(), Unparsable> {
        match self {
            Self::Text => out.push_str(cell),
            Self::Code { remove } => {
                let before = out.len();
                if remove.is_empty() {
                    out.push_str(cell);
                } else {
                    out.extend(cell.chars().filter(|c| !remove.contains(c)));
                }
                if out.len() == before {
                    return Err(Unparsable);
                }
            }
            Self::Integer => number::write_integer(cell, out)?,
            Self::Decimal { scale: None } => Decimal::parse(cell)?.write(out),
            Self::Decimal { scale: Some(scale) } => {
                Decimal::parse(cell)?.rescale(*scale).ok_or(Unparsable)?.write(out)
            }
            Self::Date(formats) => date::parse_any(formats, cell)?.write_iso(out),
            Self::DateTime { formats, zone } => {
                datetime::write_datetime(formats, *zone, cell, out)?;
            }
            Self::Time => datetime::write_time(cell, out)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn text(t: &ValueType, cell: &str) -> Option<String> {
        let mut out = String::new();
        t.canonical(cell, &mut out).ok().map(|()| out)
    }

    fn types() -> Vec<ValueType> {
        let formats: Box<[DateFormat]> = Box::new([DateFormat::Iso, DateFormat::Compact, DateFormat::Wareki]);
        vec![
            ValueType::Text,
            ValueType::Code { remove: Box::new(['-']) },
            ValueType::Integer,
            ValueType::Decimal { scale: None },
            ValueType::Decimal { scale: Some(2) },
            ValueType::Date(formats.clone()),
            ValueType::DateTime { formats, zone: Zone::Either },
            ValueType::Time,
        ]
    }

    #[test]
    fn one_canonical_text() {
        let code = ValueType::Code { remove: Box::new(['-', '〒']) };
        assert_eq!(text(&code, "〒305-0801").unwrap(), "3050801");
        assert_eq!(text(&code, "0012").unwrap(), "0012");
        assert_eq!(text(&code, "-"), None);
        assert_eq!(text(&ValueType::Text, "0012").unwrap(), "0012");
        assert_eq!(text(&ValueType::Integer, "0012").unwrap(), "12");
        let scaled = ValueType::Decimal { scale: Some(2) };
        assert_eq!(text(&scaled, "1.1").unwrap(), "1.10");
        assert_eq!(text(&scaled, "1.100").unwrap(), "1.10");
        assert_eq!(text(&scaled, "1.105"), None);
        let free = ValueType::Decimal { scale: None };
        assert_eq!(text(&free, "1.10").unwrap(), "1.10");
        let dates = ValueType::Date(Box::new([DateFormat::Iso, DateFormat::EraDigits]));
        assert_eq!(text(&dates, "5050401").unwrap(), "2023-04-01");
        let format = |f: &str| DateFormat::from_name(f).unwrap();
        let both = ValueType::Date(Box::new([format("%d/%m/%Y"), format("%m/%d/%Y")]));
        assert_eq!(text(&both, "13/04/2023").unwrap(), "2023-04-13");
        assert_eq!(text(&both, "04/04/2023").unwrap(), "2023-04-04");
        assert_eq!(text(&both, "03/04/2023"), None, "two days in one cell");
    }

    #[test]
    fn empty_and_na_are_not_values_of_a_typed_column() {
        for t in types() {
            let is_text = t == ValueType::Text;
            assert_eq!(text(&t, "").is_some(), is_text, "{t:?}");
            assert_eq!(text(&t, "NA").is_some(), is_text || matches!(t, ValueType::Code { .. }));
        }
    }

    proptest! {
        /// Canonical text is a fixed point, whatever was read.
        #[test]
        fn canonical_is_a_fixed_point(cell in "[-+0-9.:TZ/年月日令和R ]{0,20}") {
            for t in types() {
                let mut scratch = String::from("x");
                let short = t.canonical_of(&cell, &mut scratch).ok().map(str::to_owned);
                prop_assert_eq!(short, text(&t, &cell), "{:?}", t);
                if let Some(once) = text(&t, &cell) {
                    prop_assert_eq!(text(&t, &once), Some(once.clone()), "{:?}", t);
                }
            }
        }
    }
}
