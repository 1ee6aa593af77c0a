//! Values of rows, gathered by person; and sequences, numbered and counted.
//!
//! Why here: counting people per class, kinds of people and joined records all want the rows of
//! one person together. Two flat arrays by counting sort; a tree of lists took ten times as long.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::interner::NONE;
use crate::anonymity::slots::Slots;

/// One value per row, gathered by person. People without a number ([`NONE`]) come last, as one.
pub(crate) struct ByPerson {
    starts: Vec<usize>,
    values: Vec<u32>,
}

impl ByPerson {
    /// `people` and `values` go row by row; every person is below `count`, or [`NONE`].
    pub(crate) fn new(people: &[u32], values: &[u32], count: u32) -> Self {
        let slot = |person: &u32| (*person).min(count) as usize;
        let mut starts = vec![0usize; count as usize + 2];
        for person in people {
            if let Some(n) = starts.get_mut(slot(person) + 1) {
                *n += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut gathered = vec![0u32; people.len()];
        for (person, value) in people.iter().zip(values) {
            if let Some(at) = next.get_mut(slot(person)) {
                if let Some(place) = gathered.get_mut(*at) {
                    *place = *value;
                }
                *at += 1;
            }
        }
        Self { starts, values: gathered }
    }

    /// The values of each person in the order of the rows; empty for a person without rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let ends = self.starts.iter().skip(1);
        self.starts.iter().zip(ends).map(|(start, end)| self.values.get(*start..*end).unwrap_or_default())
    }

    /// People with at least one row.
    pub(crate) fn people(&self) -> u64 {
        self.iter().filter(|values| !values.is_empty()).count() as u64
    }

    /// Distinct people per value, for values below `count`.
    pub(crate) fn people_per_value(&self, count: usize) -> Vec<u64> {
        let mut people = vec![0u64; count];
        let mut last = vec![NONE; count];
        for (person, values) in (0u32..).zip(self.iter()) {
            for value in values {
                let at = *value as usize;
                if let (Some(last), Some(people)) = (last.get_mut(at), people.get_mut(at))
                    && std::mem::replace(last, person) != person
                {
                    *people += 1;
                }
            }
        }
        people
    }
}

/// Sequences of any length, numbered in order of first appearance and counted.
#[derive(Default)]
pub(crate) struct Sequences {
    codes: Vec<u32>,
    ends: Vec<usize>,
    pub(crate) counts: Vec<u64>,
    table: Slots,
}

impl Sequences {
    /// Counts one more of a sequence; its number.
    pub(crate) fn add(&mut self, sequence: &[u32]) -> u32 {
        let full = FixedState::with_seed(0x6465_6964).hash_one(sequence);
        let short = (full >> 32) as u32;
        let (codes, ends) = (&self.codes, &self.ends);
        let known = |at: u32| {
            let start = (at as usize).checked_sub(1).and_then(|i| ends.get(i)).copied().unwrap_or(0);
            ends.get(at as usize).and_then(|end| codes.get(start..*end)).unwrap_or_default()
        };
        let found = self.table.find(short, |at| known(at) == sequence);
        let number = match found {
            Some(number) => number,
            None => {
                let number = u32::try_from(self.ends.len()).unwrap_or(NONE);
                self.codes.extend_from_slice(sequence);
                self.ends.push(self.codes.len());
                self.counts.push(0);
                self.table.insert(short, number);
                number
            }
        };
        if let Some(n) = self.counts.get_mut(number as usize) {
            *n += 1;
        }
        number
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn agrees_with_trees(rows in prop::collection::vec((prop_oneof![0u32..5, Just(NONE)], 0u32..4), 0..40)) {
            let people: Vec<u32> = rows.iter().map(|r| r.0).collect();
            let values: Vec<u32> = rows.iter().map(|r| r.1).collect();
            let grouped = ByPerson::new(&people, &values, 5);
            let mut tree: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for (person, value) in &rows {
                tree.entry(*person).or_default().push(*value);
            }
            let gathered: Vec<&[u32]> = grouped.iter().filter(|v| !v.is_empty()).collect();
            prop_assert_eq!(&gathered, &tree.values().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(grouped.people(), tree.len() as u64);
            let per_value: Vec<u64> = (0..4)
                .map(|v| rows.iter().filter(|r| r.1 == v).map(|r| r.0).collect::<BTreeSet<_>>().len() as u64)
                .collect();
            prop_assert_eq!(grouped.people_per_value(4), per_value);
            let mut sequences = Sequences::default();
            let mut oracle: BTreeMap<&[u32], u64> = BTreeMap::new();
            for own in grouped.iter() {
                *oracle.entry(own).or_insert(0) += 1;
                let number = sequences.add(own) as usize;
                prop_assert_eq!(sequences.counts.get(number), oracle.get(own));
            }
            prop_assert_eq!(sequences.counts.len(), oracle.len());
        }
    }
}
