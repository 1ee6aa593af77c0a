//! t-closeness with equal distance: half the sum of the differences of shares (total variation).
//!
//! Source: N. Li, T. Li, S. Venkatasubramanian, "t-closeness: privacy beyond k-anonymity and
//! l-diversity", ICDE 2007, section 4.2: D = ½ Σ |p − q| over all values.
//!
//! D is convex: the distance of a class is at most the mean of those of its parts, none of which
//! exceeds 1. Hence it is monotone without suppression (against a fixed reference); and of a class at
//! distance D above t at least the share (D − t) / (1 − t) lies in violating parts.

use super::{Class, Model, Monotone, Reads, share_above};

/// Distance of at most `t` per class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TEqual {
    /// Largest distance, in 0..=1.
    pub t: f64,
}

/// Distance of a class from its reference, in whole numbers until the last division, so that equal
/// fractions compare equal.
pub(crate) fn distance(class: &Class<'_>) -> f64 {
    // Σ |c/n − C/N| over all values, times n·N
    let (n, whole) = (u128::from(class.total()), u128::from(class.reference.total()));
    let (mut present, mut sum) = (0u128, 0u128);
    for (value, count) in class.values {
        let expected = u128::from(class.reference.of(*value));
        present += expected;
        sum += (u128::from(*count) * whole).abs_diff(expected * n);
    }
    sum += n * whole.saturating_sub(present);
    let scale = 2 * n * whole;
    if scale == 0 { 0.0 } else { sum as f64 / scale as f64 }
}

impl Model for TEqual {
    fn id(&self) -> &'static str {
        "t-closeness.equal"
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        (0.0..=1.0).contains(&self.t)
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        distance(class) > self.t
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        share_above(distance(class), self.t, 1.0)
    }
}
