//! Text → dense code, in one arena: for people, keys and leaf values.
//!
//! Exact, not a hash: two people never become one. About 14 bytes beside the text per entry.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// "No code": NULL, or unknown.
pub(crate) const NONE: u32 = u32::MAX;

/// Distinct texts in the order of their first appearance.
#[derive(Default)]
pub(crate) struct Interner {
    arena: String,
    ends: Vec<usize>,
    table: HashTable<(u32, u32)>,
}

/// The seed is fixed: order of iteration never reaches an output, only look-ups do.
fn hash(text: &str) -> u64 {
    FixedState::with_seed(0x6465_6964).hash_one(text.as_bytes())
}

fn short(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl Interner {
    /// The text of a code; empty for an unknown one.
    pub(crate) fn text(&self, code: u32) -> &str {
        let code = code as usize;
        let start = code.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0);
        self.ends.get(code).and_then(|end| self.arena.get(start..*end)).unwrap_or_default()
    }

    /// Number of distinct texts.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(NONE)
    }

    /// The code of a known text.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let h = hash(text);
        self.table.find(h, |(code, s)| *s == short(h) && self.text(*code) == text).map(|(code, _)| *code)
    }

    /// The code of a text, new or known; whether it is new. `None` after 2³² − 1 texts.
    pub(crate) fn intern(&mut self, text: &str) -> Option<(u32, bool)> {
        let h = hash(text);
        if let Some((code, _)) = self.table.find(h, |(code, s)| *s == short(h) && self.text(*code) == text) {
            return Some((*code, false));
        }
        let code = self.len();
        if code == NONE {
            return None;
        }
        self.arena.push_str(text);
        self.ends.push(self.arena.len());
        let (arena, ends) = (&self.arena, &self.ends);
        self.table.insert_unique(h, (code, short(h)), |(c, _)| {
            let c = *c as usize;
            let start = c.checked_sub(1).and_then(|i| ends.get(i)).copied().unwrap_or(0);
            hash(ends.get(c).and_then(|end| arena.get(start..*end)).unwrap_or_default())
        });
        Some((code, true))
    }

    /// All texts in the order of their codes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|c| self.text(c))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn agrees_with_a_map(texts in prop::collection::vec("[ab]{0,3}", 0..60)) {
            let mut interner = Interner::default();
            let mut oracle = HashMap::new();
            for text in &texts {
                let next = u32::try_from(oracle.len()).unwrap();
                let want = *oracle.entry(text.clone()).or_insert(next);
                let new = want == next && oracle.len() as u32 == next + 1 && interner.find(text).is_none();
                prop_assert_eq!(interner.intern(text), Some((want, new)));
                prop_assert_eq!(interner.text(want), text);
                prop_assert_eq!(interner.find(text), Some(want));
            }
            prop_assert_eq!(interner.iter().count(), oracle.len());
        }
    }
}
