//! Numbers found by a 32-bit hash of what they stand for: one flat table, one cache line a look-up.
//!
//! Why here: people and tuples are looked up millions of times in tables larger than the cache.
//! What counts then is how many lines are fetched, and that they are fetched together: a caller
//! with many hashes lets [`Slots::touch`] fetch the lines of a block of them at once, before it
//! looks at any.
//!
//! Deliberately absent: what the numbers stand for. A hash is no identity; the caller compares.

/// No number.
const NONE: u32 = u32::MAX;
/// A slot without a number.
const FREE: u64 = u64::MAX;
/// Look-ups that are fetched together: enough to hide the memory, few enough for the first cache.
pub(crate) const BLOCK: usize = 64;

/// Numbers below 2³² − 1 by hash; several may share one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slots {
    /// Hash above, number below; empty or a power of two.
    slots: Vec<u64>,
    used: usize,
}

#[expect(
    clippy::indexing_slicing,
    reason = "hot loop; every index is masked to the length, a power of two, and an empty table is left before"
)]
impl Slots {
    /// The first number of this hash that `is_it`.
    #[inline]
    pub(crate) fn find(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == FREE {
                return None;
            }
            if (slot >> 32) as u32 == hash && is_it(slot as u32) {
                return Some(slot as u32);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a number, which is not [`u32::MAX`].
    pub(crate) fn insert(&mut self, hash: u32, number: u32) {
        if self.used * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        put(&mut self.slots, (u64::from(hash) << 32) | u64::from(number));
        self.used += 1;
    }

    /// Fetches what [`Slots::find`] will look at first for these hashes.
    #[inline]
    pub(crate) fn touch(&self, hashes: impl Iterator<Item = u32>) {
        if let Some(mask) = self.slots.len().checked_sub(1) {
            std::hint::black_box(hashes.fold(0, |all, hash| all ^ self.slots[hash as usize & mask]));
        }
    }

    fn grow(&mut self) {
        let larger = vec![FREE; (self.slots.len() * 2).max(16)];
        for slot in std::mem::replace(&mut self.slots, larger) {
            if slot != FREE {
                put(&mut self.slots, slot);
            }
        }
    }
}

/// Puts a slot into the first free place from where its hash points; there is one.
#[expect(clippy::indexing_slicing, reason = "masked to the length, a power of two")]
fn put(slots: &mut [u64], slot: u64) {
    let mask = slots.len() - 1;
    let mut at = (slot >> 32) as usize & mask;
    while slots[at] != FREE {
        at = (at + 1) & mask;
    }
    slots[at] = slot;
}

/// The first number of each hash in a block, [`u32::MAX`] where there is none: to be compared.
pub(crate) fn candidates(slots: &Slots, hashes: &[u32; BLOCK], out: &mut [u32; BLOCK]) {
    slots.touch(hashes.iter().copied());
    for (hash, out) in hashes.iter().zip(out) {
        *out = slots.find(*hash, |_| true).unwrap_or(NONE);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_a_list(hashes in prop::collection::vec(prop_oneof![0u32..8, any::<u32>()], 0..300)) {
            let mut slots = Slots::default();
            prop_assert_eq!(slots.find(7, |_| true), None);
            for (number, hash) in (0u32..).zip(&hashes) {
                slots.insert(*hash, number);
            }
            for (number, hash) in (0u32..).zip(&hashes) {
                prop_assert_eq!(slots.find(*hash, |n| n == number), Some(number));
                let mut seen = Vec::new();
                prop_assert_eq!(slots.find(*hash, |n| { seen.push(n); false }), None);
                let all: Vec<u32> =
                    (0u32..).zip(&hashes).filter(|(_, h)| *h == hash).map(|(n, _)| n).collect();
                seen.sort_unstable();
                prop_assert_eq!(seen, all);
            }
            let mut block = [3; BLOCK];
            for (slot, hash) in block.iter_mut().zip(&hashes) {
                *slot = *hash;
            }
            let mut found = [0; BLOCK];
            candidates(&slots, &block, &mut found);
            for (hash, found) in block.iter().zip(found) {
                prop_assert_eq!(found == NONE, !hashes.contains(hash));
                prop_assert!(found == NONE || hashes[found as usize] == *hash);
            }
        }
    }
}
