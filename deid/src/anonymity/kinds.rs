//! Kinds of people: who cannot be told apart by the person table even before generalisation.
//!
//! Why here: an event's class needs its person's generalised tuples; there are far fewer kinds of
//! people than people. A person with several rows is a set of tuples, which is what an attacker
//! who knows the person's quasi-identifiers knows.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::problem::{Data, Exchange, NONE};

/// A kind of person: the set of leaf tuples that it has in the person table. Kind 0 has none.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    pub(crate) of_person: Vec<u32>,
    /// The sets one after another, and where each ends.
    tuples: Vec<u32>,
    ends: Vec<usize>,
}

/// Numbers for sets of several codes.
#[derive(Default)]
struct Sets(HashMap<Box<[u32]>, u32, FixedState>);

impl Sets {
    /// The number of a sorted set: that of an equal one before, or `next`.
    fn number(&mut self, set: &[u32], next: u32) -> u32 {
        match self.0.get(set) {
            Some(known) => *known,
            None => {
                self.0.insert(set.into(), next);
                next
            }
        }
    }
}

impl Kinds {
    pub(crate) fn new(exchange: &Exchange, table: usize) -> Self {
        let mut kinds = Self { of_person: vec![0; exchange.people], tuples: Vec::new(), ends: vec![0] };
        let Some(table) = exchange.tables.get(table) else {
            return kinds;
        };
        let Data::Records { records, .. } = &table.data else {
            return kinds;
        };
        let mut single = vec![NONE; table.tuples.len()];
        let mut several = Sets::default();
        let mut set: Vec<u32> = Vec::new();
        for of_person in records.chunk_by(|a, b| a.person == b.person) {
            set.clear();
            set.extend(of_person.iter().map(|r| table.tuple_of(r.entry)));
            set.sort_unstable();
            set.dedup();
            let next = u32::try_from(kinds.ends.len()).unwrap_or(NONE);
            let kind = match set.as_slice() {
                // Most people have one tuple, which needs no search.
                [one] => match single.get_mut(*one as usize) {
                    Some(slot) if *slot != NONE => *slot,
                    Some(slot) => {
                        *slot = next;
                        next
                    }
                    None => next,
                },
                set => several.number(set, next),
            };
            if kind == next {
                kinds.tuples.extend_from_slice(&set);
                kinds.ends.push(kinds.tuples.len());
            }
            let person = of_person.first().map_or(0, |r| r.person);
            if let Some(k) = kinds.of_person.get_mut(person as usize) {
                *k = kind;
            }
        }
        kinds
    }

    /// The class of every kind: the set of classes of its tuples.
    pub(crate) fn number(&self, class_of_tuple: &[u32], out: &mut Vec<u32>) {
        out.clear();
        // A class of one tuple keeps its number + 1; sets of several follow; kind 0 is class 0.
        let singles = class_of_tuple.iter().max().map_or(0, |c| c + 1);
        let mut known = Sets::default();
        let mut set: Vec<u32> = Vec::new();
        let mut start = 0;
        for end in &self.ends {
            let tuples = self.tuples.get(start..*end).unwrap_or_default();
            start = *end;
            let class_of = |t: &u32| class_of_tuple.get(*t as usize).copied().unwrap_or(0);
            let class = match tuples {
                [] => 0,
                [one] => class_of(one) + 1,
                several => {
                    set.clear();
                    set.extend(several.iter().map(class_of));
                    set.sort_unstable();
                    set.dedup();
                    if let [one] = set.as_slice() {
                        one + 1
                    } else {
                        let next = singles + 1 + u32::try_from(known.0.len()).unwrap_or(0);
                        known.number(&set, next)
                    }
                }
            };
            out.push(class);
        }
    }
}
