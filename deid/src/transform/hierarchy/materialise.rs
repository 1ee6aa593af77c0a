//! A hierarchy applied to the distinct values of a column: codes and labels.
//!
//! This is what counting and the search work on: integers, no text. NULL is its own class at every
//! level below `*`. Absent: the shares of the domain, which the search counts from the codes.

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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MaterialisedLevel {
    /// Code of each input leaf, in input order; codes count from 0 in order of first appearance.
    pub codes: Vec<u32>,
    /// Label of each code; `None` is NULL (only below `*`).
    pub labels: Vec<Option<Box<str>>>,
}

/// A hierarchy applied to a list of leaves; level 0 is the leaf, the last level `*`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Materialised {
    /// Levels from the leaf up.
    pub levels: Vec<MaterialisedLevel>,
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
        let last = self.levels() - 1;
        let levels = (0..=last).map(|level| self.materialise_level(leaves, level, level == last)).collect();
        Ok(Materialised { levels })
    }

    fn materialise_level(&self, leaves: &[Option<&str>], level: usize, is_top: bool) -> MaterialisedLevel {
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

    #[test]
    fn null_has_a_class_of_its_own_below_the_top() {
        let text = "a;x;*\nb;x;*\nc;y;*\nd;y;*\n";
        let h: Hierarchy = from_arx_csv(text, ';', NullRow::None).unwrap().into();
        let m = h.materialise(&[Some("b"), None, Some("c")]).unwrap();
        assert_eq!(m.levels.len(), 3);
        assert_eq!((label_of(&m, 1, 0), label_of(&m, 0, 1), label_of(&m, 1, 1)), (Some("x"), None, None));
        assert_eq!(label_of(&m, 2, 1), Some("*"));
        assert_eq!(m.levels[2].codes, [0, 0, 0]);
        let missing = h.materialise(&[Some("b"), Some("z"), Some(""), None]).unwrap_err();
        assert_eq!(missing.positions, [1, 2]);
    }

    #[test]
    fn codes_count_in_order_of_appearance() {
        let h: Hierarchy = Prefix::new(&[1]).unwrap().into();
        let m = h
            .materialise(&[Some("10"), Some("11"), Some("20"), Some("10"), None, Some(""), Some("NA")])
            .unwrap();
        assert_eq!(m.levels[0].codes, [0, 1, 2, 0, 3, 4, 5]);
        assert_eq!(m.levels[1].codes, [0, 0, 1, 0, 2, 3, 4]);
        assert_eq!(m.levels[2].codes, [0; 7]);
    }

    proptest! {
        #[test]
        fn levels_nest(given in proptest::collection::vec(proptest::option::of("[0-2]{0,3}"), 1..30)) {
            let h: Hierarchy = Prefix::new(&[2, 1]).unwrap().into();
            let leaves: Vec<Option<&str>> = given.iter().map(|l| l.as_deref()).collect();
            let m = h.materialise(&leaves).unwrap();
            for (level, next) in m.levels.iter().zip(m.levels.iter().skip(1)) {
                let mut parent = std::collections::HashMap::new();
                for (child, up) in level.codes.iter().zip(&next.codes) {
                    prop_assert_eq!(*parent.entry(child).or_insert(up), up);
                }
            }
        }
    }
}
