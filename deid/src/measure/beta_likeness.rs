//! β-likeness: how much more likely a value becomes for somebody whose class is known.
//!
//! Source: J. Cao, P. Karras, "Publishing microdata with a robust privacy guarantee", PVLDB 5(11), 2012.
//! With p the share of a value in the reference and q in the class, the figure is the largest (q − p)/p
//! of a value with q > p (basic, definition 2). Enhanced (definition 3) asks for at most −ln p beside:
//! where a gain exceeds that, no β is kept.

use super::t_closeness::Distribution;
use super::values::{ClassValues, of, total};

/// A sum of floats may miss what is met exactly by this much.
const TOLERANCE: f64 = 1e-12;

/// Largest relative gain of a value in a class, at least 0; infinite where a class has a value that the
/// reference lacks (or, `enhanced`, a gain above −ln p). `None` without a class or an empty reference.
#[must_use]
pub fn beta_likeness(classes: &ClassValues, reference: &Distribution, enhanced: bool) -> Option<f64> {
    let whole = total(reference.counts());
    if whole == 0 {
        return None;
    }
    classes.largest(|class| {
        let n = total(class);
        let gain = |(value, count): &(u32, u64)| {
            let expected = of(reference.counts(), *value);
            if expected == 0 {
                return f64::INFINITY;
            }
            // (q − p)/p = (c·N − C·n) / (C·n)
            let base = i128::from(expected) * i128::from(n);
            let gain = (i128::from(*count) * i128::from(whole) - base) as f64 / base as f64;
            let bound = -(expected as f64 / whole as f64).ln();
            if enhanced && gain > bound + TOLERANCE { f64::INFINITY } else { gain }
        };
        class.iter().map(gain).fold(0.0, f64::max)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_are_relative() {
        let reference = Distribution::new([(0, 8), (1, 2)]);
        let of = |class: &[(u32, u64)], enhanced| {
            beta_likeness(&ClassValues::of(vec![class.to_vec()]), &reference, enhanced)
        };
        // Value 1: from 0.2 to 0.5.
        assert_eq!(of(&[(0, 2), (1, 2)], false), Some(1.5));
        assert_eq!(of(&[(0, 2), (1, 2)], true), Some(1.5));
        // From 0.2 to 1: a gain of 4, and −ln 0.2 is 1.6.
        assert_eq!(of(&[(1, 3)], false), Some(4.0));
        assert_eq!(of(&[(1, 3)], true), Some(f64::INFINITY));
        assert_eq!(of(&[(0, 4), (1, 1)], false), Some(0.0));
        assert_eq!(of(&[(7, 1)], false), Some(f64::INFINITY));
    }
}
