//! Distinct tuples of codes, numbered in order of first appearance.
//!
//! Why here: a table of five million rows holds a few thousand distinct tuples; everything after
//! the reading works on these. One flat array and a table of numbers into it, no allocation per
//! tuple. Many tuples at once ([`TupleSet::intern_all`]) are looked up in blocks, whose waits for
//! memory overlap.
//!
//! Deliberately absent: deletion, and an iteration order that depends on hashes.

use std::sync::OnceLock;

use super::slots::{BLOCK, Slots, candidates};

/// A set of tuples of one width.
#[derive(Debug, Clone, Default)]
pub struct TupleSet {
    width: usize,
    codes: Vec<u32>,
    len: u32,
    /// Made when somebody first looks a tuple up.
    index: OnceLock<Slots>,
}

/// Folded multiplication, one code after the other; fixed, so that a run does the same work every
/// time, and nothing that leaves the crate depends on it.
#[inline]
fn hash_of(tuple: &[u32]) -> u32 {
    let fold = |state: u64, code: &u32| {
        let wide = u128::from(state ^ u64::from(*code)) * 0x9e37_79b9_7f4a_7c15_u128;
        (wide >> 64) as u64 ^ wide as u64
    };
    let state = tuple.iter().fold(0x243f_6a88_85a3_08d3, fold);
    (state >> 32) as u32 ^ state as u32
}

/// Tuples are a few codes wide: a loop beats the call that compares memory.
#[inline]
fn same(a: &[u32], b: &[u32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b)
}

impl TupleSet {
    /// An empty set of tuples of `width` codes; width 0 has one possible tuple.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, codes: Vec::new(), len: 0, index: OnceLock::new() }
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
        self.intern_hashed(hash_of(tuple), tuple)
    }

    fn intern_hashed(&mut self, hash: u32, tuple: &[u32]) -> Option<u32> {
        let (codes, width) = (&self.codes, self.width);
        if let Some(found) = self.index().find(hash, |id| same(row(codes, width, id), tuple)) {
            return Some(found);
        }
        if self.len == u32::MAX {
            return None;
        }
        let id = self.len;
        self.codes.extend_from_slice(tuple);
        if let Some(index) = self.index.get_mut() {
            index.insert(hash, id);
        }
        self.len += 1;
        Some(id)
    }

    fn index(&self) -> &Slots {
        self.index.get_or_init(|| {
            let mut index = Slots::default();
            for (tuple, id) in self.iter().zip(0u32..) {
                index.insert(hash_of(tuple), id);
            }
            index
        })
    }

    /// The numbers of tuples that stand one after the other in `tuples`, in `out` (cleared first);
    /// new ones are put in, in their order. `None` when 2³²−1 is reached or `tuples` does not
    /// consist of whole tuples. A set of width 0 takes nothing here.
    pub fn intern_all(&mut self, tuples: &[u32], out: &mut Vec<u32>) -> Option<()> {
        out.clear();
        if self.width == 0 || !tuples.len().is_multiple_of(self.width) {
            return tuples.is_empty().then_some(());
        }
        let (mut hashes, mut found) = ([0; BLOCK], [0; BLOCK]);
        for block in tuples.chunks(BLOCK * self.width) {
            let rows = block.chunks_exact(self.width);
            for (hash, tuple) in hashes.iter_mut().zip(rows.clone()) {
                *hash = hash_of(tuple);
            }
            candidates(self.index(), &hashes, &mut found);
            let first = |id: &u32| self.codes.get(*id as usize * self.width).copied().unwrap_or(0);
            std::hint::black_box(found.iter().map(first).fold(0, |all, code| all ^ code));
            for ((tuple, hash), id) in rows.zip(&hashes).zip(&found) {
                out.push(if same(row(&self.codes, self.width, *id), tuple) {
                    *id
                } else {
                    self.intern_hashed(*hash, tuple)?
                });
            }
        }
        Some(())
    }

    /// The number of a tuple that was put in before.
    #[must_use]
    pub fn find(&self, tuple: &[u32]) -> Option<u32> {
        if tuple.len() != self.width {
            return None;
        }
        self.index().find(hash_of(tuple), |id| same(row(&self.codes, self.width, id), tuple))
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

/// Puts distinct tuples into a set; into an empty one without a look at those that are there.
pub(crate) struct Appender<'s> {
    set: &'s mut TupleSet,
    fresh: bool,
    scratch: Vec<u32>,
}

impl<'s> Appender<'s> {
    pub(crate) fn new(set: &'s mut TupleSet) -> Self {
        let fresh = set.is_empty();
        if fresh {
            set.index = OnceLock::new();
        }
        Self { set, fresh, scratch: Vec::new() }
    }

    /// The number of a tuple that was not pushed here before. `None` when the width is wrong or
    /// 2³²−1 is reached.
    pub(crate) fn push(&mut self, tuple: impl Iterator<Item = u32>) -> Option<u32> {
        self.scratch.clear();
        self.scratch.extend(tuple);
        if !self.fresh {
            return self.set.intern(&self.scratch);
        }
        if self.scratch.len() != self.set.width || self.set.len == u32::MAX {
            return None;
        }
        self.set.codes.extend_from_slice(&self.scratch);
        self.set.len += 1;
        Some(self.set.len - 1)
    }
}

#[inline]
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
            // Put in twice over, so that blocks are full and hold their own repetitions.
            let flat: Vec<u32> = rows.iter().chain(&rows).flatten().copied().collect();
            let (mut anew, mut ids) = (TupleSet::new(2), Vec::new());
            for _ in 0..2 {
                prop_assert_eq!(anew.intern_all(&flat, &mut ids), Some(()));
                let expected: Vec<u32> =
                    rows.iter().chain(&rows).filter_map(|tuple| set.find(tuple)).collect();
                prop_assert_eq!(&ids, &expected);
                prop_assert!(anew.iter().eq(set.iter()));
                prop_assert_eq!(anew.find(&[9, 9]), None);
            }
            prop_assert_eq!(anew.intern_all(&[1], &mut ids), None);
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
