//! How often each of many sequences of codes occurs.
//!
//! Why here: people are grouped by all that is published of them, and most groups are one person.
//! One array of codes and a table of numbers into it, filled block by block, instead of a list per
//! group.
//!
//! Deliberately absent: the sequences themselves, once they are counted, and any order of them.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::slots::{BLOCK, Slots};

/// Counted sequences.
#[derive(Default)]
pub(crate) struct Counted {
    codes: Vec<u32>,
    /// Where each distinct sequence ends in `codes`.
    ends: Vec<usize>,
    counts: Vec<u64>,
    slots: Slots,
    waiting: Vec<u32>,
    waiting_ends: Vec<usize>,
}

impl Counted {
    /// Counts one more of a sequence.
    pub(crate) fn add(&mut self, sequence: &[u32]) {
        self.waiting.extend_from_slice(sequence);
        self.waiting_ends.push(self.waiting.len());
        if self.waiting_ends.len() == BLOCK {
            self.settle();
        }
    }

    /// The counts of all distinct sequences.
    pub(crate) fn finish(mut self) -> Vec<u64> {
        self.settle();
        self.counts
    }

    fn settle(&mut self) {
        let Self { codes, ends, counts, slots, waiting, waiting_ends } = self;
        let hasher = FixedState::with_seed(0x6465_6964);
        let mut hashes = [0; BLOCK];
        for (hash, sequence) in hashes.iter_mut().zip(parts(waiting, waiting_ends)) {
            *hash = (hasher.hash_one(sequence) >> 32) as u32;
        }
        slots.touch(hashes.iter().copied());
        for (hash, sequence) in hashes.iter().zip(parts(waiting, waiting_ends)) {
            let known = |number: u32| {
                let start = (number as usize).checked_sub(1).and_then(|i| ends.get(i)).copied().unwrap_or(0);
                ends.get(number as usize).and_then(|end| codes.get(start..*end))
            };
            match slots.find(*hash, |number| known(number) == Some(sequence)) {
                Some(number) => {
                    if let Some(count) = counts.get_mut(number as usize) {
                        *count += 1;
                    }
                }
                None => {
                    // As many as there are people, whose codes are below 2³² − 1.
                    slots.insert(*hash, u32::try_from(ends.len()).unwrap_or(u32::MAX - 1));
                    codes.extend_from_slice(sequence);
                    ends.push(codes.len());
                    counts.push(1);
                }
            }
        }
        waiting.clear();
        waiting_ends.clear();
    }
}

fn parts<'a>(codes: &'a [u32], ends: &'a [usize]) -> impl Iterator<Item = &'a [u32]> {
    let starts = std::iter::once(&0).chain(ends);
    starts.zip(ends).map(|(start, end)| codes.get(*start..*end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn agrees_with_a_tree(
            sequences in prop::collection::vec(prop::collection::vec(0u32..3, 0..4), 0..200),
        ) {
            let mut counted = Counted::default();
            let mut tree: BTreeMap<&[u32], u64> = BTreeMap::new();
            for sequence in &sequences {
                counted.add(sequence);
                *tree.entry(sequence).or_insert(0) += 1;
            }
            let mut counts = counted.finish();
            counts.sort_unstable();
            let mut expected: Vec<u64> = tree.into_values().collect();
            expected.sort_unstable();
            prop_assert_eq!(counts, expected);
        }
    }
}
