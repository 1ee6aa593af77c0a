//! Recursive (c,l): how often the most frequent value of a class outweighs the rarer ones.
//!
//! Source: Machanavajjhala et al., "l-diversity: privacy beyond k-anonymity", 2007, definition 4.2:
//! with counts r₁ ≥ … ≥ r_m, r₁ < c·(r_l + … + r_m). The figure is the largest r₁ / (r_l + … + r_m) of a
//! class: (c,l)-diversity holds for every c above it.

use super::values::ClassValues;

/// Largest quotient of a class; infinite where a class has fewer than `l` values; `None` without a
/// class.
#[must_use]
pub fn recursive_l(classes: &ClassValues, l: u32) -> Option<f64> {
    classes.largest(|class| {
        let mut counts: Vec<u64> = class.iter().map(|(_, count)| *count).collect();
        counts.sort_unstable();
        counts.reverse();
        let rarer: u64 = counts.iter().skip((l as usize).saturating_sub(1)).sum();
        let most = counts.first().copied().unwrap_or(0);
        if rarer == 0 { f64::INFINITY } else { most as f64 / rarer as f64 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_class_decides() {
        let classes = ClassValues::of(vec![vec![(0, 4), (1, 2), (2, 2)], vec![(1, 3), (0, 2), (5, 1)]]);
        assert_eq!(recursive_l(&classes, 2), Some(1.0));
        assert_eq!(recursive_l(&classes, 3), Some(3.0));
        assert_eq!(recursive_l(&classes, 1), Some(0.5));
        assert_eq!(recursive_l(&classes, 4), Some(f64::INFINITY));
    }
}
