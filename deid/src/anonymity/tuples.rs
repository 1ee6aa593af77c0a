//! Distinct tuples of codes, numbered in order of first appearance.
//!
//! Why here: a table of five million rows holds a few thousand distinct tuples; everything after
//! the reading works on these. One flat array and a table of indices into it, no allocation per
//! tuple.
//!
//! Deliberately absent: deletion, and an iteration order that depends on hashes.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Fixed, so that a run does the same work every time; nothing that leaves the crate depends on it.
const HASHER: FixedState = FixedState::with_seed(0x6465_6964);

/// A set of tuples of one width.
#[derive(Debug, Clone)]
pub struct TupleSet {
    width: usize,
    codes: Vec<u32>,
    len: u32,
    /// (number, hash): growing needs no look at the tuples, and few look-ups see a wrong one.
    index: HashTable<(u32, u32)>,
}

fn short_hash(tuple: &[u32]) -> u32 {
    (HASHER.hash_one(tuple) >> 32) as u32
}

/// The 32 bits spread over what the table looks at: its lowest and its highest bits.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Tuples are a few codes wide: a loop beats the call that compares memory.
fn same(a: &[u32], b: &[u32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b)
}

impl TupleSet {
    /// An empty set of tuples of `width` codes; width 0 has one possible tuple.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, codes: Vec::new(), len: 0, index: HashTable::new() }
    }

    /// Number of distinct tuples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether nothing was put in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of a tuple, put in if new. `None` when the width is wrong or 2³²−1 is reached.
    pub fn intern(&mut self, tuple: &[u32]) -> Option<u32> {
        if tuple.len() != self.width {
            return None;
        }
        let hash = short_hash(tuple);
        let (codes, width) = (&self.codes, self.width);
        let found = self.index.find(spread(hash), |(i, h)| *h == hash && same(row(codes, width, *i), tuple));
        if let Some((found, _)) = found {
            return Some(*found);
        }
        if self.len == u32::MAX {
            return None;
        }
        let id = self.len;
        self.codes.extend_from_slice(tuple);
        self.index.insert_unique(spread(hash), (id, hash), |(_, hash)| spread(*hash));
        self.len += 1;
        Some(id)
    }

    /// The number of a tuple that was put in before.
    #[must_use]
    pub fn find(&self, tuple: &[u32]) -> Option<u32> {
        if tuple.len() != self.width {
            return None;
        }
        let hash = short_hash(tuple);
        let is_it = |(i, h): &(u32, u32)| *h == hash && same(row(&self.codes, self.width, *i), tuple);
        self.index.find(spread(hash), is_it).map(|(found, _)| *found)
    }

    /// The tuple of a number; empty when there is none.
    #[must_use]
    pub fn get(&self, id: u32) -> &[u32] {
        row(&self.codes, self.width, id)
    }

    /// All tuples in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len).map(|id| self.get(id))
    }
}

fn row(codes: &[u32], width: usize, id: u32) -> &[u32] {
    let start = id as usize * width;
    codes.get(start..start + width).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop on a broken assumption")]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_first_appearances(rows in proptest::collection::vec([0u32..4, 0..4], 0..60)) {
            let mut set = TupleSet::new(2);
            let mut seen: Vec<[u32; 2]> = Vec::new();
            for tuple in &rows {
                let expected = seen.iter().position(|s| s == tuple).unwrap_or_else(|| {
                    seen.push(*tuple);
                    seen.len() - 1
                });
                prop_assert_eq!(set.intern(tuple), Some(u32::try_from(expected).unwrap()));
            }
            prop_assert_eq!(set.len(), seen.len());
            for (tuple, expected) in set.iter().zip(&seen) {
                prop_assert_eq!(tuple, expected.as_slice());
                prop_assert!(set.find(expected).is_some());
            }
        }
    }

    #[test]
    fn width_zero_has_one_tuple_and_a_wrong_width_none() {
        let mut set = TupleSet::new(0);
        assert_eq!(set.intern(&[]), Some(0));
        assert_eq!(set.intern(&[]), Some(0));
        assert_eq!(set.intern(&[1]), None);
        assert_eq!(set.find(&[1]), None);
        assert_eq!(set.len(), 1);
    }
}
