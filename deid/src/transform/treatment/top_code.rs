//! `top_code`: numbers from a threshold on become one value.
//!
//! At or above `at` the label is published (by default the threshold itself), below it the number
//! as it is. A label such as `90以上` is not a number any more; bands that follow in the same
//! column are told what it stands for.

use super::{Published, TreatmentError};
use crate::transform::value::number::Decimal;
use std::cmp::Ordering;

/// Replaces numbers at or above a threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopCode {
    at: Decimal,
    label: Box<str>,
}

impl TopCode {
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

    /// The label that is published at or above it.
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
        code(cell, self.at, Ordering::Less, &self.label, out)
    }
}

pub(super) fn label_or_number(at: Decimal, label: Option<&str>) -> Box<str> {
    match label {
        Some(label) => label.into(),
        None => {
            let mut text = String::new();
            at.write(&mut text);
            text.into()
        }
    }
}

/// Appends the cell if it lies strictly on the `kept` side of `at`, otherwise the label.
#[inline]
pub(super) fn code(
    cell: Option<&str>,
    at: Decimal,
    kept: Ordering,
    label: &str,
    out: &mut String,
) -> Result<Published, TreatmentError> {
    let Some(text) = cell else {
        return Ok(Published::Null);
    };
    let keep = Decimal::parse(text)?.compare(at) == kept;
    out.push_str(if keep { text } else { label });
    Ok(Published::Text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn threshold_belongs_to_the_top() {
        let at = Decimal::parse("90").unwrap();
        for (label, cell, expected) in [
            (Some("90以上"), "89", "89"),
            (Some("90以上"), "90", "90以上"),
            (Some("90以上"), "104", "90以上"),
            (None, "104", "90"),
            (None, "89.9", "89.9"),
            (None, "-5", "-5"),
        ] {
            let mut out = String::new();
            assert_eq!(TopCode::new(at, label).apply(Some(cell), &mut out), Ok(Published::Text));
            assert_eq!(out, expected);
        }
        let mut out = String::new();
        assert_eq!(TopCode::new(at, None).apply(None, &mut out), Ok(Published::Null));
        for bad in ["", "NA", "９０"] {
            assert_eq!(TopCode::new(at, None).apply(Some(bad), &mut out), Err(TreatmentError::Unparsable));
        }
        assert_eq!(out, "");
    }
}
