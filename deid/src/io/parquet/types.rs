//! Logical types of Parquet columns, as far as this tool reads and writes them back.
//!
//! Here and not in polars' terms, so that nothing outside this folder needs polars, and so that
//! the types can cross the pipe between decoder and parent as short texts. Deliberately absent:
//! nested types, binaries, durations, intervals, decimals beyond 38 digits.

use std::fmt;

/// Resolution of a time of day or a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Milli,
    Micro,
    Nano,
}

impl Unit {
    /// Decimal digits of a second's fraction.
    pub(crate) fn digits(self) -> u32 {
        match self {
            Self::Milli => 3,
            Self::Micro => 6,
            Self::Nano => 9,
        }
    }

    /// Ticks in a second.
    pub(crate) fn per_second(self) -> i64 {
        10_i64.pow(self.digits())
    }

    fn id(self) -> &'static str {
        match self {
            Self::Milli => "ms",
            Self::Micro => "us",
            Self::Nano => "ns",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Milli, Self::Micro, Self::Nano].into_iter().find(|u| u.id() == text)
    }
}

/// Logical type of a Parquet column, as needed to write it back.
///
/// Canonical text of a value: integers plain decimal; `true`/`false`; floats the shortest digits
/// that read back to the same bits, never with an exponent (`12`, not `12.0`), `NaN`, `inf`,
/// `-inf`; decimals with exactly their scale; dates `2025-10-01`; times and timestamps
/// `12:34:56` and `2025-10-01T12:34:56`, with a fraction only when it is not zero and without
/// its trailing zeros. A timestamp that the file declares as adjusted to UTC ends with `Z`: the
/// name of a local zone is no part of Parquet's types and is not read. Strings, also from
/// dictionaries (categories), as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Utf8,
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
    Date,
    Time(Unit),
    /// `utc` = the column holds instants; otherwise local clock readings.
    Datetime {
        unit: Unit,
        utc: bool,
    },
    /// 1 ≤ `precision` ≤ 38, `scale` ≤ `precision`.
    Decimal {
        precision: usize,
        scale: usize,
    },
}

/// The types without parameters, with their ids.
const PLAIN: [(&str, ColumnType); 13] = [
    ("utf8", ColumnType::Utf8),
    ("bool", ColumnType::Bool),
    ("i8", ColumnType::Int8),
    ("i16", ColumnType::Int16),
    ("i32", ColumnType::Int32),
    ("i64", ColumnType::Int64),
    ("u8", ColumnType::UInt8),
    ("u16", ColumnType::UInt16),
    ("u32", ColumnType::UInt32),
    ("u64", ColumnType::UInt64),
    ("f32", ColumnType::Float32),
    ("f64", ColumnType::Float64),
    ("date", ColumnType::Date),
];

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(unit) => write!(f, "time[{}]", unit.id()),
            Self::Datetime { unit, utc: false } => write!(f, "datetime[{}]", unit.id()),
            Self::Datetime { unit, utc: true } => write!(f, "datetime[{},utc]", unit.id()),
            Self::Decimal { precision, scale } => write!(f, "decimal[{precision},{scale}]"),
            plain => {
                f.write_str(PLAIN.iter().find(|(_, t)| t == plain).map(|(id, _)| *id).unwrap_or_default())
            }
        }
    }
}

impl ColumnType {
    /// A short stable text; [`ColumnType::parse`] reads it back.
    pub(crate) fn id(&self) -> String {
        self.to_string()
    }

    /// The type with this id.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        if let Some((_, plain)) = PLAIN.iter().find(|(text, _)| *text == id) {
            return Some(plain.clone());
        }
        let (kind, rest) = id.strip_suffix(']')?.split_once('[')?;
        match kind {
            "time" => Some(Self::Time(Unit::parse(rest)?)),
            "datetime" => match rest.split_once(',') {
                None => Some(Self::Datetime { unit: Unit::parse(rest)?, utc: false }),
                Some((unit, "utc")) => Some(Self::Datetime { unit: Unit::parse(unit)?, utc: true }),
                Some(_) => None,
            },
            "decimal" => {
                let (precision, scale) = rest.split_once(',')?;
                Self::decimal(precision.parse().ok()?, scale.parse().ok()?)
            }
            _ => None,
        }
    }

    /// A decimal type within the bounds of 128-bit arithmetic.
    pub(crate) fn decimal(precision: usize, scale: usize) -> Option<Self> {
        ((1..=38).contains(&precision) && scale <= precision).then_some(Self::Decimal { precision, scale })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn ids_are_distinct_and_read_back() {
        let mut all: Vec<ColumnType> = PLAIN.iter().map(|(_, t)| t.clone()).collect();
        for unit in [Unit::Milli, Unit::Micro, Unit::Nano] {
            all.push(ColumnType::Time(unit));
            all.push(ColumnType::Datetime { unit, utc: false });
            all.push(ColumnType::Datetime { unit, utc: true });
        }
        all.push(ColumnType::decimal(38, 38).unwrap());
        all.push(ColumnType::decimal(10, 0).unwrap());
        let ids: std::collections::BTreeSet<String> = all.iter().map(ColumnType::id).collect();
        assert_eq!(ids.len(), all.len());
        for t in all {
            assert_eq!(ColumnType::parse(&t.id()), Some(t));
        }
    }

    #[test]
    fn other_texts_are_no_types() {
        for id in [
            "",
            "int",
            "time[s]",
            "datetime[us,Asia/Tokyo]",
            "decimal[39,2]",
            "decimal[2,3]",
            "decimal[0,0]",
            "time[ms",
            "decimal[5]",
        ] {
            assert_eq!(ColumnType::parse(id), None, "{id}");
        }
    }
}
