//! A hierarchy applied to the distinct values of a column: codes, labels and domain shares.
//!
//! This is what counting and the search work on: integers, no text. The share of a value is
//! (leaves of the hierarchy under it) / (all leaves of the hierarchy, present in the data or not);
//! for functional kinds the leaves are the distinct non-NULL values given. NULL is its own class
//! at every level below `*`, with share 1/leaves, and is not counted in leaves (design §4.4; the
//! shares are those of ARX's Loss metric).

use super::{Hierarchy, TOP};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Values that the hierarchy does not know, by their positions in the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} distinct values are not in the hierarchy", positions.len())]
pub struct MissingLeaves {
    /// Positions in the slice given to [`Hierarchy::materialise`], ascending.
    pub positions: Vec<usize>,
}

/// One level of a materialised hierarchy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MaterialisedLevel {
    /// Code of each input leaf, in input order; codes count from 0 in order of first appearance.
    pub codes: Vec<u32>,
    /// Label of each code; `None` is NULL (only below `*`).
    pub labels: Vec<Option<Box<str>>>,
    /// Leaves of the hierarchy under each code (NULL below `*`: 1).
    pub under: Vec<u64>,
    /// Domain share of each code: `under / leaves`.
    pub shares: Vec<f64>,
}

/// A hierarchy applied to a list of leaves; level 0 is the leaf, the last level `*`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Materialised {
    /// Levels from the leaf up.
    pub levels: Vec<MaterialisedLevel>,
    /// Number of leaves of the hierarchy, NULL not counted.
    pub leaves: u64,
}

impl Hierarchy {
    /// Applies the hierarchy to `leaves` (canonical texts; `None` is NULL; repeats are allowed).
    ///
    /// # Errors
    /// [`MissingLeaves`] with the positions of all values that are not in the hierarchy.
    pub fn materialise(&self, leaves: &[Option<&str>]) -> Result<Materialised, MissingLeaves> {
        let mut scratch = String::new();
        let mut known = |leaf: &str| {
            scratch.clear();
            self.label(leaf, 0, &mut scratch).is_ok()
        };
        let positions: Vec<usize> = leaves
            .iter()
            .enumerate()
            .filter_map(|(at, leaf)| leaf.filter(|leaf| !known(leaf)).map(|_| at))
            .collect();
        if !positions.is_empty() {
            return Err(MissingLeaves { positions });
        }
        // The domain over which shares are counted.
        let mut domain: Vec<&str> = match self.declared_leaves() {
            Some(declared) => declared.iter().map(|leaf| &**leaf).collect(),
            None => leaves.iter().flatten().copied().collect(),
        };
        domain.sort_unstable();
        domain.dedup();
        let count = domain.len() as u64;
        let last = self.levels() - 1;
        let levels =
            (0..=last).map(|level| self.materialise_level(leaves, &domain, level, level == last)).collect();
        Ok(Materialised { levels, leaves: count })
    }

    fn materialise_level(
        &self,
        leaves: &[Option<&str>],
        domain: &[&str],
        level: usize,
        is_top: bool,
    ) -> MaterialisedLevel {
        let mut result = MaterialisedLevel::default();
        let mut numbers: HashMap<Box<str>, u32, FixedState> = HashMap::default();
        let mut null: Option<u32> = None;
        let mut label = String::new();
        for leaf in leaves {
            let next = result.labels.len() as u32;
            label.clear();
            let code = match leaf {
                None if !is_top => *null.get_or_insert_with(|| {
                    result.labels.push(None);
                    next
                }),
                None => number_of(TOP, next, &mut numbers, &mut result.labels),
                Some(leaf) => {
                    // Known to be in the hierarchy: checked before.
                    let _ = self.label(leaf, level, &mut label);
                    number_of(&label, next, &mut numbers, &mut result.labels)
                }
            };
            result.codes.push(code);
        }
        result.under = vec![0; result.labels.len()];
        for leaf in domain {
            label.clear();
            let _ = self.label(leaf, level, &mut label);
            if let Some(code) = numbers.get(label.as_str())
                && let Some(under) = result.under.get_mut(*code as usize)
            {
                *under += 1;
            }
        }
        if let Some(under) = null.and_then(|code| result.under.get_mut(code as usize)) {
            *under = 1;
        }
        // A column of NULLs only has no leaf: the share of `*` is then 1 as well.
        let total = domain.len().max(1) as f64;
        result.shares = result.under.iter().map(|n| (*n).max(1) as f64 / total).collect();
        result
    }
}

fn number_of(
    label: &str,
    next: u32,
    numbers: &mut HashMap<Box<str>, u32, FixedState>,
    labels: &mut Vec<Option<Box<str>>>,
) -> u32 {
    if let Some(&code) = numbers.get(label) {
        return code;
    }
    numbers.insert(label.into(), next);
    labels.push(Some(label.into()));
    next
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::{NullRow, Prefix, from_arx_csv};
    use super::*;
    use proptest::prelude::*;

    fn label_of(m: &Materialised, level: usize, leaf: usize) -> Option<&str> {
        m.levels[level].labels[m.levels[level].codes[leaf] as usize].as_deref()
    }

    fn share_of(m: &Materialised, level: usize, leaf: usize) -> f64 {
        m.levels[level].shares[m.levels[level].codes[leaf] as usize]
    }

    #[test]
    fn declared_leaves_count_even_if_absent() {
        let h: Hierarchy = from_arx_csv("a;x;*\nb;x;*\nc;y;*\nd;y;*\n", NullRow::None).unwrap().into();
        let m = h.materialise(&[Some("b"), None, Some("c")]).unwrap();
        assert_eq!((m.leaves, m.levels.len()), (4, 3));
        assert_eq!(share_of(&m, 0, 0), 0.25);
        assert_eq!((label_of(&m, 1, 0), share_of(&m, 1, 0)), (Some("x"), 0.5));
        assert_eq!((label_of(&m, 0, 1), share_of(&m, 0, 1)), (None, 0.25));
        assert_eq!((label_of(&m, 1, 1), share_of(&m, 1, 1)), (None, 0.25));
        assert_eq!((label_of(&m, 2, 1), share_of(&m, 2, 1)), (Some("*"), 1.0));
        assert_eq!(m.levels[2].codes, [0, 0, 0]);
        let missing = h.materialise(&[Some("b"), Some("z"), Some(""), None]).unwrap_err();
        assert_eq!(missing.positions, [1, 2]);
    }

    #[test]
    fn functional_leaves_are_the_distinct_values_given() {
        let h: Hierarchy = Prefix::new(&[1]).unwrap().into();
        let m = h
            .materialise(&[Some("10"), Some("11"), Some("20"), Some("10"), None, Some(""), Some("NA")])
            .unwrap();
        assert_eq!(m.leaves, 5);
        assert_eq!(m.levels[0].codes, [0, 1, 2, 0, 3, 4, 5]);
        assert_eq!(m.levels[1].codes, [0, 0, 1, 0, 2, 3, 4]);
        assert_eq!(share_of(&m, 1, 0), 0.4);
        assert_eq!(m.levels[2].codes, [0; 7]);
        let nulls = h.materialise(&[None, None]).unwrap();
        assert_eq!((nulls.leaves, share_of(&nulls, 0, 0), share_of(&nulls, 2, 0)), (0, 1.0, 1.0));
    }

    proptest! {
        /// NULL aside, shares of the distinct codes of a level add up to 1, and levels nest.
        #[test]
        fn shares_are_a_partition(given in proptest::collection::vec(proptest::option::of("[0-2]{0,3}"), 1..30)) {
            let h: Hierarchy = Prefix::new(&[2, 1]).unwrap().into();
            let leaves: Vec<Option<&str>> = given.iter().map(|l| l.as_deref()).collect();
            let m = h.materialise(&leaves).unwrap();
            for (at, level) in m.levels.iter().enumerate() {
                let some: u64 = level.labels.iter().zip(&level.under).filter(|(l, _)| l.is_some()).map(|(_, n)| n).sum();
                prop_assert_eq!(some, m.leaves);
                if let Some(next) = m.levels.get(at + 1) {
                    let mut parent = std::collections::HashMap::new();
                    for (child, up) in level.codes.iter().zip(&next.codes) {
                        prop_assert_eq!(*parent.entry(child).or_insert(up), up);
                    }
                }
            }
        }
    }
}
