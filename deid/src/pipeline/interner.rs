//! Text → dense code, in one arena: for people, keys and leaf values.
//!
//! Exact, not a hash: two people never become one. Eleven to twenty bytes beside the text per
//! entry, and none for where a text stands while all have the same length, as identifiers do.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::anonymity::slots::{BLOCK, Slots, candidates};

/// "No code": NULL, or unknown.
pub(crate) const NONE: u32 = u32::MAX;

/// Distinct texts in the order of their first appearance.
#[derive(Default)]
pub(crate) struct Interner {
    arena: String,
    count: u32,
    /// Length of every text; 0 once two differ, and `ends` tells.
    length: usize,
    ends: Vec<usize>,
    codes: Slots,
}

/// The hash of a text, made where there is time for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Hash(u32);

impl Hash {
    /// The seed is fixed: order of iteration never reaches an output, only look-ups do.
    #[inline]
    pub(crate) fn of(text: &str) -> Self {
        Self((FixedState::with_seed(0x6465_6964).hash_one(text.as_bytes()) >> 32) as u32)
    }
}

impl Interner {
    /// The text of a code; empty for an unknown one.
    pub(crate) fn text(&self, code: u32) -> &str {
        let (start, end) = self.place(code);
        self.arena.get(start..end).unwrap_or_default()
    }

    /// Where the text of a code begins and ends in the arena; beyond it for an unknown code.
    #[inline]
    fn place(&self, code: u32) -> (usize, usize) {
        let code = code as usize;
        if self.length > 0 {
            return (code * self.length, (code + 1) * self.length);
        }
        let start = code.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0);
        (start, self.ends.get(code).copied().unwrap_or(usize::MAX))
    }

    #[inline]
    fn is(&self, code: u32, text: &str) -> bool {
        let (start, end) = self.place(code);
        self.arena.as_bytes().get(start..end).is_some_and(|known| same(known, text.as_bytes()))
    }

    /// Number of distinct texts.
    pub(crate) fn len(&self) -> u32 {
        self.count
    }

    /// The code of a known text.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.codes.find(Hash::of(text).0, |code| self.is(code, text))
    }

    /// The code of a text, new or known; whether it is new. `None` after 2³² − 1 texts.
    pub(crate) fn intern(&mut self, text: &str) -> Option<(u32, bool)> {
        self.intern_hashed(Hash::of(text), text)
    }

    /// As [`Interner::intern`], for a text whose hash is known.
    pub(crate) fn intern_hashed(&mut self, hash: Hash, text: &str) -> Option<(u32, bool)> {
        if let Some(code) = self.codes.find(hash.0, |code| self.is(code, text)) {
            return Some((code, false));
        }
        let code = self.count;
        if code == NONE {
            return None;
        }
        if code == 0 {
            self.length = text.len();
        } else if self.length != text.len() && self.length > 0 {
            self.ends = (1..=code as usize).map(|i| i * self.length).collect();
            self.length = 0;
        }
        self.arena.push_str(text);
        if self.length == 0 {
            self.ends.push(self.arena.len());
        }
        self.codes.insert(hash.0, code);
        self.count += 1;
        Some((code, true))
    }

    /// The codes of all rows in `out` (cleared first): [`NONE`] for NULL and for unknown texts.
    ///
    /// Block by block over the whole column, not text by text: the look-ups of a block do not wait
    /// for each other, so that a large dictionary costs a fraction of the time.
    pub(crate) fn find_all(&self, texts: &Texts, out: &mut Vec<u32>) {
        out.clear();
        let (mut hashes, mut found) = ([0; BLOCK], [0; BLOCK]);
        let mut rows = texts.iter();
        for block in texts.rows.chunks(BLOCK) {
            for (slot, (hash, _)) in hashes.iter_mut().zip(block) {
                *slot = hash.unwrap_or_default().0;
            }
            candidates(&self.codes, &hashes, &mut found);
            let first = |code: &u32| self.arena.as_bytes().get(self.place(*code).0).copied().unwrap_or(0);
            std::hint::black_box(found.iter().map(first).fold(0, |all, byte| all ^ byte));
            out.extend(found.iter().zip(rows.by_ref().take(block.len())).map(|(code, row)| match row {
                None => NONE,
                Some((_, text)) if self.is(*code, text) => *code,
                // Unknown, or another text with the same 32 bits.
                Some(_) if *code == NONE => NONE,
                Some((_, text)) => self.find(text).unwrap_or(NONE),
            }));
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

/// Whether two short texts are equal: a few words, faster than the call that compares memory.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let differs = |a: &[u8; 8], b: &[u8; 8]| u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b);
    match (a.last_chunk(), b.last_chunk()) {
        // The last word overlaps the one before it.
        (Some(last), Some(other)) => {
            let words = a.as_chunks().0.iter().zip(b.as_chunks().0);
            words.fold(differs(last, other), |all, (a, b)| all | differs(a, b)) == 0
        }
        _ => a.iter().zip(b).all(|(a, b)| a == b),
    }
}

/// One text or NULL per row with its hash: what a worker hands to the thread that interns.
#[derive(Default)]
pub(crate) struct Texts {
    arena: String,
    rows: Vec<(Option<Hash>, usize)>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: Option<&str>) {
        self.arena.push_str(text.unwrap_or_default());
        self.rows.push((text.map(Hash::of), self.arena.len()));
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
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn same_is_equal(a in "[ab]{0,40}", at in 0usize..40, cut in 0usize..40) {
            let mut b = a.clone().into_bytes();
            prop_assert!(same(a.as_bytes(), &b));
            if at < b.len() {
                b[at] ^= 1;
                prop_assert!(!same(a.as_bytes(), &b));
                b[at] ^= 1;
            }
            b.truncate(cut);
            prop_assert_eq!(same(a.as_bytes(), &b), a.as_bytes() == b);
        }

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
