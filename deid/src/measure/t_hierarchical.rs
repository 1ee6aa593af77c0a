//! t-closeness with hierarchical distance: how far values must be carried over a tree.
//!
//! Source: Li, Li and Venkatasubramanian, "t-closeness", 2007, section 5.2: two values are as far apart
//! as their lowest common ancestor is high, of H in all. Between leaves of one depth that is the way
//! up and down a tree whose edges are 1/(2H) long, and on a tree the work is
//! D = 1/(2H) · Σ over all nodes below the root of |share in the class − share in the reference|.
//! (The paper writes the same sum by inner nodes; the search computes it so.)

use super::t_closeness::Distribution;
use super::values::{ClassValues, total};
use std::collections::BTreeMap;

/// Largest distance of a class, in 0..=1. `paths[value]` = the nodes above a value from the leaf
/// itself to below the root, all of one length. Infinite where a class or the reference has a value
/// without a path; `None` without a class or an empty reference.
#[must_use]
pub fn t_hierarchical(
    classes: &ClassValues,
    reference: &Distribution,
    paths: &BTreeMap<u32, Vec<u32>>,
) -> Option<f64> {
    let whole = total(reference.counts());
    let height = paths.values().map(Vec::len).max().unwrap_or(0);
    if whole == 0 {
        return None;
    }
    classes.largest(|class| {
        let n = total(class);
        // Per (height, node): people of the class · N − people of the reference · n.
        let mut extra: BTreeMap<(usize, u32), i128> = BTreeMap::new();
        let weighed = class.iter().map(|(v, count)| (v, i128::from(*count) * i128::from(whole)));
        let against = reference.counts().iter().map(|(v, count)| (v, -i128::from(*count) * i128::from(n)));
        for (value, weight) in weighed.chain(against) {
            let Some(path) = paths.get(value) else { return f64::INFINITY };
            for (at, node) in path.iter().enumerate() {
                *extra.entry((at, *node)).or_insert(0) += weight;
            }
        }
        let work: u128 = extra.values().map(|e| e.unsigned_abs()).sum();
        work as f64 / (2.0 * height as f64 * n as f64 * whole as f64)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// Leaves 0, 1 | 2, 3 under two groups: height 2.
    fn paths() -> BTreeMap<u32, Vec<u32>> {
        (0..4).map(|leaf| (leaf, vec![leaf, leaf / 2])).collect()
    }

    #[test]
    fn near_values_are_nearer() {
        let t = |class: &[(u32, u64)], whole: &[(u32, u64)]| {
            let reference = Distribution::new(whole.iter().copied());
            t_hierarchical(&ClassValues::of(vec![class.to_vec()]), &reference, &paths()).unwrap()
        };
        // Everybody one group away: distance 1; within the group: 1/2.
        assert!((t(&[(0, 3)], &[(2, 1), (3, 1)]) - 1.0).abs() < 1e-12);
        assert!((t(&[(0, 3)], &[(1, 2)]) - 0.5).abs() < 1e-12);
        assert!(t(&[(0, 1), (1, 1)], &[(0, 5), (1, 5)]).abs() < 1e-12);
        assert!(t(&[(9, 1)], &[(0, 5)]).is_infinite());
    }
}
