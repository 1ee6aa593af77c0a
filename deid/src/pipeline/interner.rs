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
    /// (code, hash): growing the table needs no look at the texts.
    table: HashTable<(u32, Hash)>,
}

/// The hash of a text, made where there is time for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Hash(u32);

impl Hash {
    /// The seed is fixed: order of iteration never reaches an output, only look-ups do.
    pub(crate) fn of(text: &str) -> Self {
        Self((FixedState::with_seed(0x6465_6964).hash_one(text.as_bytes()) >> 32) as u32)
    }

    /// The 32 bits spread over what the table looks at: its lowest and its highest bits.
    fn spread(self) -> u64 {
        u64::from(self.0).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
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
        let hash = Hash::of(text);
        self.table
            .find(hash.spread(), |(code, known)| *known == hash && self.text(*code) == text)
            .map(|(code, _)| *code)
    }

    /// The code of a text, new or known; whether it is new. `None` after 2³² − 1 texts.
    pub(crate) fn intern(&mut self, text: &str) -> Option<(u32, bool)> {
        self.intern_hashed(Hash::of(text), text)
    }

    /// As [`Interner::intern`], for a text whose hash is known.
    pub(crate) fn intern_hashed(&mut self, hash: Hash, text: &str) -> Option<(u32, bool)> {
        let same = |(code, known): &(u32, Hash)| *known == hash && self.text(*code) == text;
        if let Some((code, _)) = self.table.find(hash.spread(), same) {
            return Some((*code, false));
        }
        let code = self.len();
        if code == NONE {
            return None;
        }
        self.arena.push_str(text);
        self.ends.push(self.arena.len());
        self.table.insert_unique(hash.spread(), (code, hash), |(_, hash)| hash.spread());
        Some((code, true))
    }

    /// The codes of all rows in `out` (cleared first): [`NONE`] for NULL and for unknown texts.
    ///
    /// Step by step over the whole column, not text by text: the look-ups of one step do not wait
    /// for each other, so that a large dictionary costs a fraction of the time.
    pub(crate) fn find_all(&self, texts: &Texts, out: &mut Vec<u32>) {
        out.clear();
        out.extend(texts.rows.iter().map(|(hash, _)| {
            let found = hash.and_then(|h| self.table.find(h.spread(), |(_, known)| *known == h));
            found.map_or(NONE, |(code, _)| *code)
        }));
        let place = |code: &u32| match *code as usize {
            0 => (0, self.ends.first().copied().unwrap_or(0)),
            code => match self.ends.get(code - 1..=code) {
                Some([start, end]) => (*start, *end),
                _ => (0, 0),
            },
        };
        let places: Vec<(usize, usize)> = out.iter().map(place).collect();
        for ((code, (start, end)), row) in out.iter_mut().zip(places).zip(texts.iter()) {
            if let (true, Some((_, text))) = (*code != NONE, row)
                && self.arena.get(start..end) != Some(text)
            {
                // Another text with the same 32 bits.
                *code = self.find(text).unwrap_or(NONE);
            }
        }
    }

    /// The codes of all rows, new or known; [`NONE`] for NULL. `None` after 2³² − 1 texts.
    pub(crate) fn intern_all(&mut self, texts: &Texts, out: &mut Vec<u32>) -> Option<()> {
        self.find_all(texts, out);
        for (code, row) in out.iter_mut().zip(texts.iter()) {
            if let (NONE, Some((hash, text))) = (*code, row) {
                *code = self.intern_hashed(hash, text)?.0;
            }
        }
        Some(())
    }

    /// All texts in the order of their codes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|c| self.text(c))
    }
}

/// One text or NULL per row with its hash: what a worker hands to the thread that interns.
#[derive(Default)]
pub(crate) struct Texts {
    arena: String,
    rows: Vec<(Option<Hash>, usize)>,
}

impl Texts {
    pub(crate) fn clear(&mut self) {
        self.arena.clear();
        self.rows.clear();
    }

    pub(crate) fn push(&mut self, text: Option<&str>) {
        self.arena.push_str(text.unwrap_or_default());
        self.rows.push((text.map(Hash::of), self.arena.len()));
    }

    /// The text of a row; `None` for NULL and beyond the last row.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let start = row.checked_sub(1).and_then(|i| self.rows.get(i)).map_or(0, |(_, end)| *end);
        let (hash, end) = self.rows.get(row)?;
        hash.and_then(|_| self.arena.get(start..*end))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<(Hash, &str)>> {
        let mut start = 0;
        self.rows.iter().map(move |(hash, end)| {
            let text = self.arena.get(start..*end).unwrap_or_default();
            start = *end;
            hash.map(|hash| (hash, text))
        })
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
            let mut column = Texts::default();
            for text in &texts {
                column.push(Some(text));
                column.push(None);
            }
            let mut codes = Vec::new();
            interner.find_all(&column, &mut codes);
            prop_assert_eq!(codes.len(), 2 * texts.len());
            for (pair, text) in codes.chunks(2).zip(&texts) {
                prop_assert_eq!(pair, [interner.find(text).unwrap(), NONE]);
            }
            let mut anew = Interner::default();
            let mut again = Vec::new();
            prop_assert_eq!(anew.intern_all(&column, &mut again), Some(()));
            prop_assert_eq!(&codes, &again);
            prop_assert!(anew.iter().eq(interner.iter()));
            Interner::default().find_all(&column, &mut again);
            prop_assert!(again.iter().all(|c| *c == NONE));
            for (row, text) in column.iter().zip(texts.iter().flat_map(|t| [Some(t), None])) {
                prop_assert_eq!(row.map(|(_, t)| t), text.map(String::as_str));
                if let Some((hash, known)) = row {
                    prop_assert!(interner.intern_hashed(hash, known).is_some_and(|(_, new)| !new));
                }
            }
            prop_assert_eq!(interner.iter().count(), oracle.len());
        }
    }
}
