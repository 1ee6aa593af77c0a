//! `top_code` and `bottom_code`: numbers beyond a threshold become one value.
//!
//! At the threshold or beyond it the label is published (by default the threshold itself), the other
//! numbers as they are. A label such as `90以上` is not a number any more; bands that follow in the
//! same column are told what it stands for.

use super::{Published, TreatmentError};
use crate::transform::value::number::Decimal;
use std::cmp::Ordering;

/// The end of the numbers that is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Numbers at or above the threshold.
    Top,
    /// Numbers at or below the threshold.
    Bottom,
}

/// Replaces numbers at or beyond a threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndCode {
    end: End,
    at: Decimal,
    label: Box<str>,
}

impl EndCode {
    /// End, threshold and label; without label the threshold's own text.
    #[must_use]
    pub fn new(end: End, at: Decimal, label: Option<&str>) -> Self {
        let label = label.map_or_else(
            || {
                let mut text = String::new();
                at.write(&mut text);
                text.into()
            },
            Into::into,
        );
        Self { end, at, label }
    }

    /// The end that is cut.
    #[must_use]
    pub fn end(&self) -> End {
        self.end
    }

    /// The threshold.
    #[must_use]
    pub fn at(&self) -> Decimal {
        self.at
    }

    /// The label that is published at the threshold and beyond.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Appends the number or the label; NULL stays NULL.
    ///
    /// # Errors
    /// [`TreatmentError::Unparsable`] if the cell is not a number.
    #[inline]
    pub fn apply(&self, cell: Option<&str>, out: &mut String) -> Result<Published, TreatmentError> {
        let Some(text) = cell else {
            return Ok(Published::Null);
        };
        let kept = match self.end {
            End::Top => Ordering::Less,
            End::Bottom => Ordering::Greater,
        };
        let keep = Decimal::parse(text)?.compare(self.at) == kept;
        out.push_str(if keep { text } else { &self.label });
        Ok(Published::Text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_threshold_belongs_to_the_end() {
        let at = |text| Decimal::parse(text).unwrap();
        for (end, threshold, label, cell, expected) in [
            (End::Top, "90", Some("90以上"), "89", "89"),
            (End::Top, "90", Some("90以上"), "90", "90以上"),
            (End::Top, "90", Some("90以上"), "104", "90以上"),
            (End::Top, "90", None, "104", "90"),
            (End::Top, "90", None, "89.9", "89.9"),
            (End::Top, "90", None, "-5", "-5"),
            (End::Bottom, "18", Some("18以下"), "18", "18以下"),
            (End::Bottom, "18", Some("18以下"), "3", "18以下"),
            (End::Bottom, "18", Some("18以下"), "-1", "18以下"),
            (End::Bottom, "18", Some("18以下"), "18.1", "18.1"),
            (End::Bottom, "18", None, "19", "19"),
        ] {
            let mut out = String::new();
            assert_eq!(
                EndCode::new(end, at(threshold), label).apply(Some(cell), &mut out),
                Ok(Published::Text)
            );
            assert_eq!(out, expected, "{end:?} {cell}");
        }
        let mut out = String::new();
        for end in [End::Top, End::Bottom] {
            let code = EndCode::new(end, at("90"), None);
            assert_eq!(code.apply(None, &mut out), Ok(Published::Null));
            for bad in ["", "NA", "９０"] {
                assert_eq!(code.apply(Some(bad), &mut out), Err(TreatmentError::Unparsable));
            }
        }
        assert_eq!(out, "");
    }
}
