//! t-closeness with ordered distance: how far values must be carried along their order.
//!
//! Source: Li, Li and Venkatasubramanian, "t-closeness", 2007, section 5.1:
//! D = 1/(m−1) · Σᵢ |Σ_{j≤i} (q_j − p_j)| over all m values of the order, p their shares in the
//! reference, q in the class.

use super::t_closeness::Distribution;
use super::values::{ClassValues, of, total};

/// Largest distance of a class, in 0..=1; infinite where a class has a value that is not in the
/// order. `None` without a class or an empty reference.
#[must_use]
pub fn t_ordered(classes: &ClassValues, reference: &Distribution, order: &[u32]) -> Option<f64> {
    let whole = total(reference.counts());
    if whole == 0 {
        return None;
    }
    classes.largest(|class| {
        if class.iter().any(|(value, _)| !order.contains(value)) {
            return f64::INFINITY;
        }
        // Whole numbers (times n·N) until the last division, so that equal fractions compare equal.
        let n = i128::from(total(class));
        let (mut carried, mut work) = (0i128, 0u128);
        for value in order {
            carried += i128::from(of(class, *value)) * i128::from(whole);
            carried -= i128::from(of(reference.counts(), *value)) * n;
            work += carried.unsigned_abs();
        }
        let steps = order.len().saturating_sub(1).max(1) as f64;
        work as f64 / (n as f64 * whole as f64 * steps)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// The example of the paper (section 5.3): salaries 3k…11k, classes {3k,4k,5k} and {6k,8k,11k}.
    #[test]
    fn the_example_of_the_paper() {
        let reference = Distribution::new((3..=11).map(|v| (v, 1)));
        let order: Vec<u32> = (3..=11).collect();
        let t = |values: [u32; 3]| {
            let class = ClassValues::of(vec![values.map(|v| (v, 1)).to_vec()]);
            t_ordered(&class, &reference, &order).unwrap()
        };
        assert!((t([3, 4, 5]) - 0.375).abs() < 1e-12);
        assert!((t([6, 8, 11]) - 1.0 / 6.0).abs() < 1e-12);
        assert!(t([3, 4, 99]).is_infinite());
    }
}
