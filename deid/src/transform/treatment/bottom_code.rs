//! `bottom_code`: numbers up to a threshold become one value.
//!
//! At or below `at` the label is published (by default the threshold itself), above it the number
//! as it is. The mirror image of `top_code`, with its rules about labels.

use super::top_code::{code, label_or_number};
use super::{Published, TreatmentError};
use crate::transform::value::number::Decimal;
use std::cmp::Ordering;

/// Replaces numbers at or below a threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BottomCode {
    at: Decimal,
    label: Box<str>,
}

impl BottomCode {
    /// Threshold and label; without label the threshold's own text.
    #[must_use]
    pub fn new(at: Decimal, label: Option<&str>) -> Self {
        Self { at, label: label_or_number(at, label) }
    }

    /// The threshold.
    #[must_use]
    pub fn at(&self) -> Decimal {
        self.at
    }

    /// The label that is published at or below it.
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
        code(cell, self.at, Ordering::Greater, &self.label, out)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn threshold_belongs_to_the_bottom() {
        let bottom = BottomCode::new(Decimal::parse("18").unwrap(), Some("18以下"));
        for (cell, expected) in
            [("18", "18以下"), ("3", "18以下"), ("-1", "18以下"), ("18.1", "18.1"), ("19", "19")]
        {
            let mut out = String::new();
            assert_eq!(bottom.apply(Some(cell), &mut out), Ok(Published::Text));
            assert_eq!(out, expected);
        }
        assert_eq!(bottom.apply(None, &mut String::new()), Ok(Published::Null));
        assert_eq!(bottom.apply(Some(""), &mut String::new()), Err(TreatmentError::Unparsable));
    }
}
