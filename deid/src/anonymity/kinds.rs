//! Kinds of people: who cannot be told apart by the person table even before generalisation.
//!
//! Why here: an event's class needs its person's generalised tuples; there are far fewer kinds of
//! people than people. A person with several rows is a set of tuples, which is what an attacker
//! who knows the person's quasi-identifiers knows.

use super::problem::{Data, Exchange, NONE};

/// A kind of person: the set of leaf tuples that it has in the person table. Kind 0 has none.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    pub(crate) of_person: Vec<u32>,
    tuples: Vec<Vec<u32>>,
}

impl Kinds {
    pub(crate) fn new(exchange: &Exchange, table: usize) -> Self {
        let mut kinds = Self { of_person: vec![0; exchange.people], tuples: vec![Vec::new()] };
        let Some(table) = exchange.tables.get(table) else {
            return kinds;
        };
        let Data::Records { records, .. } = &table.data else {
            return kinds;
        };
        let mut known: std::collections::HashMap<Vec<u32>, u32> = std::collections::HashMap::new();
        for of_person in records.chunk_by(|a, b| a.person == b.person) {
            let mut set: Vec<u32> = of_person.iter().map(|r| table.tuple_of(r.entry)).collect();
            set.sort_unstable();
            set.dedup();
            let next = u32::try_from(kinds.tuples.len()).unwrap_or(NONE);
            let kind = *known.entry(set).or_insert_with_key(|set| {
                kinds.tuples.push(set.clone());
                next
            });
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
        let mut known: std::collections::HashMap<Vec<u32>, u32> = std::collections::HashMap::new();
        for tuples in &self.tuples {
            let class_of = |t: &u32| class_of_tuple.get(*t as usize).copied().unwrap_or(0);
            let class = match tuples.as_slice() {
                [] => 0,
                [one] => class_of(one) + 1,
                several => {
                    let mut set: Vec<u32> = several.iter().map(class_of).collect();
                    set.sort_unstable();
                    set.dedup();
                    if let [one] = set.as_slice() {
                        one + 1
                    } else {
                        let next = singles + 1 + u32::try_from(known.len()).unwrap_or(0);
                        *known.entry(set).or_insert(next)
                    }
                }
            };
            out.push(class);
        }
    }
}
