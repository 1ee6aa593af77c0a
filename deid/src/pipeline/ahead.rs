//! What pass 2 knows of the rows of a chunk before it writes the first of them.
//!
//! Why here: people and tuples are found in tables larger than the cache; asked for a whole chunk
//! together, the waits for memory overlap. One set of lists per worker, filled again and again.

use super::interner::{NONE, Texts};
use super::row::Belongs;
use crate::anonymity::verdict::Found;
use crate::transform::treatment::RowContext;

/// What is looked up for all rows of a chunk together, which is much faster than row by row.
#[derive(Default)]
pub(crate) struct Ahead {
    pub(crate) belongs: Vec<Belongs>,
    pub(crate) contexts: Vec<RowContext>,
    /// Leaf codes, row after row, and what they say.
    pub(crate) codes: Vec<u32>,
    pub(crate) found: Vec<Found>,
    /// Names of the people, and their numbers; empty where rows do not name them.
    pub(crate) names: Texts,
    pub(crate) people: Vec<u32>,
}

impl Ahead {
    pub(crate) fn clear(&mut self) {
        self.belongs.clear();
        self.contexts.clear();
        self.codes.clear();
        self.found.clear();
        self.names.clear();
        self.people.clear();
    }

    /// The leaf code of a row's n-th quasi column, of `width`.
    pub(crate) fn code(&self, row: usize, width: usize, quasi: usize) -> u32 {
        self.codes.get(row * width + quasi).copied().unwrap_or(NONE)
    }
}
