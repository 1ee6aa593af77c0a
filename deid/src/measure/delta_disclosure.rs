//! δ-disclosure: by which factor a value becomes more or less likely for somebody whose class is known.
//!
//! Source: J. Brickell, V. Shmatikov, "The cost of privacy", KDD 2008, definition 5:
//! |log (q/p)| < δ for every value of the table. The paper leaves the base open; here it is 2. The
//! figure is the largest |log₂ (q/p)|: δ-disclosure holds for every δ above it.

use super::t_closeness::Distribution;
use super::values::{ClassValues, of, total};

/// Largest |log₂ (q/p)|; infinite where a class lacks a value of the reference, or the reverse. `None`
/// without a class or an empty reference.
#[must_use]
pub fn delta_disclosure(classes: &ClassValues, reference: &Distribution) -> Option<f64> {
    let whole = total(reference.counts());
    if whole == 0 {
        return None;
    }
    classes.largest(|class| {
        let n = total(class) as f64;
        let strange = class.iter().any(|(value, _)| of(reference.counts(), *value) == 0);
        let change = |(value, expected): &(u32, u64)| {
            let (q, p) = (of(class, *value) as f64 / n, *expected as f64 / whole as f64);
            if q > 0.0 { (q / p).log2().abs() } else { f64::INFINITY }
        };
        if strange { f64::INFINITY } else { reference.counts().iter().map(change).fold(0.0, f64::max) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_count() {
        let reference = Distribution::new([(0, 3), (1, 1)]);
        let of = |class: &[(u32, u64)]| delta_disclosure(&ClassValues::of(vec![class.to_vec()]), &reference);
        assert_eq!(of(&[(0, 3), (1, 1)]), Some(0.0));
        // Value 1 from 1/4 to 1/2: one bit; value 0 from 3/4 to 1/2: 0.58.
        assert_eq!(of(&[(0, 2), (1, 2)]), Some(1.0));
        assert_eq!(of(&[(0, 2)]), Some(f64::INFINITY));
        assert_eq!(of(&[(0, 3), (1, 1), (2, 1)]), Some(f64::INFINITY));
    }
}
