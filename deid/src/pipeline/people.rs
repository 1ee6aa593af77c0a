//! Who a row belongs to: people, and the keys of tables that others refer to.
//!
//! Built while a table is counted, read-only for the tables after it. Memory is the people and
//! the rows of parent tables, never the rows of a leaf table.

use super::interner::{Hash, Interner, NONE};
use crate::anonymity::RecordId;

/// The people of an exchange, numbered in the order of the person table.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) names: Interner,
}

/// The keys of a parent table.
#[derive(Default)]
pub(crate) struct Keys {
    names: Interner,
    person: Vec<u32>,
    record: Vec<Option<RecordId>>,
    /// The key is the person's name itself: look in [`People`] instead.
    person_table: bool,
}

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) person: u32,
    pub(crate) record: Option<RecordId>,
}

impl Keys {
    /// For a table whose key is the person's name.
    pub(crate) fn of_people() -> Self {
        Self { person_table: true, ..Self::default() }
    }

    /// Whether the key is the person's name.
    pub(crate) fn is_person_table(&self) -> bool {
        self.person_table
    }

    /// Adds a row's key; `false` when it is there already.
    pub(crate) fn add(&mut self, key: (Hash, &str), person: u32, record: Option<RecordId>) -> bool {
        match self.names.intern_hashed(key.0, key.1) {
            Some((_, true)) => {
                self.person.push(person);
                self.record.push(record);
                true
            }
            _ => false,
        }
    }

    /// The owner that a child's reference leads to.
    pub(crate) fn find(&self, key: &str) -> Option<Owner> {
        let code = self.names.find(key)? as usize;
        let person = *self.person.get(code)?;
        (person != NONE).then_some(Owner { person, record: self.record.get(code).copied().flatten() })
    }
}

/// Distinct people with a row in one table.
#[derive(Default)]
pub(crate) struct PeopleSeen {
    seen: Vec<bool>,
    pub(crate) count: u64,
}

impl PeopleSeen {
    /// One more row of a person.
    pub(crate) fn add(&mut self, person: u32) {
        let at = person as usize;
        if self.seen.len() <= at {
            self.seen.resize(at + 1, false);
        }
        if let Some(slot) = self.seen.get_mut(at)
            && !std::mem::replace(slot, true)
        {
            self.count += 1;
        }
    }
}
