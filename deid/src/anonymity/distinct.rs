//! The distinct rows of columns of codes, and how often each occurs.
//!
//! Why here: half a million rows hold a tenth as many tuples. Where the codes of a row fit a word,
//! sorting the words by their digits reads memory from end to end, which a table of that size does
//! not; the sorted tuples then lie beside their like, which later look-ups gain from as well.
//!
//! Deliberately absent: rows that need more than a word (see [`super::pack`]).

use std::thread;

/// Distinct rows in ascending order of their codes, the first column first. A code `u32::MAX` comes
/// before all others.
#[derive(Debug)]
pub(crate) struct Distinct {
    /// Per column how far it stands from the right, and how wide it is.
    fields: Vec<(u32, u32)>,
    /// One row each, and how often it occurs.
    pub(crate) found: Vec<(u64, u32)>,
}

/// Rows that are packed at once: they stay in the first-level cache.
const BLOCK: usize = 1024;
/// Widest digit: as many places are written to in turn as a core keeps in sight.
const DIGIT: u32 = 10;
/// So few rows are not worth a thread.
const SHARE: usize = 65_536;

impl Distinct {
    /// Of columns of the same length; `None` where a row needs more than 64 bits.
    pub(crate) fn of(rows: usize, columns: &[&[u32]], threads: usize) -> Option<Self> {
        let (mut fields, mut bits) = (Vec::new(), 0);
        for column in columns.iter().rev() {
            // One more than each code: the largest becomes 0, so that it takes no room.
            let largest = column.iter().map(|code| code.wrapping_add(1)).max().unwrap_or(0);
            let width = u32::BITS - largest.leading_zeros();
            fields.push((bits, width));
            bits += width;
        }
        fields.reverse();
        if bits > u64::BITS {
            return None;
        }
        let share = rows.div_ceil(threads.clamp(1, rows.div_ceil(SHARE).max(1))).max(1);
        let starts: Vec<usize> = (0..rows).step_by(share).collect();
        let counted = |from: usize| counted(columns, &fields, bits, from, (from + share).min(rows));
        let found = thread::scope(|scope| {
            let others: Vec<_> = starts.iter().skip(1).map(|from| scope.spawn(|| counted(*from))).collect();
            let mut found = starts.first().map(|from| counted(*from)).unwrap_or_default();
            for (other, from) in others.into_iter().zip(starts.iter().skip(1)) {
                // A thread that was lost leaves its work to this one.
                found = merged(found, other.join().unwrap_or_else(|_| counted(*from)));
            }
            found
        });
        Some(Self { fields, found })
    }

    /// The codes of some columns of a row.
    pub(crate) fn codes(&self, row: u64, columns: std::ops::Range<usize>) -> impl Iterator<Item = u32> {
        let fields = self.fields.get(columns).unwrap_or_default().iter();
        fields.map(move |(shift, width)| {
            let code = row.checked_shr(*shift).unwrap_or(0) & ((1u64 << width) - 1);
            (code as u32).wrapping_sub(1)
        })
    }

    /// What the first columns of a row, so many, have in common with equal ones only.
    pub(crate) fn head(&self, row: u64, columns: usize) -> u64 {
        let shift = columns.checked_sub(1).and_then(|last| self.fields.get(last)).map_or(64, |field| field.0);
        row.checked_shr(shift).unwrap_or(0)
    }
}

/// The distinct rows of `from..to`.
fn counted(columns: &[&[u32]], fields: &[(u32, u32)], bits: u32, from: usize, to: usize) -> Vec<(u64, u32)> {
    let mut keys = vec![0u64; to - from];
    for (block, start) in keys.chunks_mut(BLOCK).zip((from..).step_by(BLOCK)) {
        for (column, (shift, width)) in columns.iter().zip(fields).filter(|(_, (_, width))| *width > 0) {
            debug_assert!(shift + width <= u64::BITS);
            let codes = column.get(start..start + block.len()).unwrap_or_default();
            for (key, code) in block.iter_mut().zip(codes) {
                *key |= u64::from(code.wrapping_add(1)) << shift;
            }
        }
    }
    sort(&mut keys, bits);
    let mut found: Vec<(u64, u32)> = Vec::with_capacity(keys.len() / 4);
    found.extend(keys.chunk_by(|a, b| a == b).filter_map(|same| Some((*same.first()?, same.len() as u32))));
    found
}

/// Sorts words of so many bits, digit by digit from the lowest.
#[expect(
    clippy::indexing_slicing,
    reason = "hot loop; digits are below the number of places, and places are sums of counts"
)]
fn sort(keys: &mut Vec<u64>, bits: u32) {
    if keys.len() < BLOCK {
        keys.sort_unstable();
        return;
    }
    let digits = bits.div_ceil(DIGIT);
    let width = bits.div_ceil(digits.max(1));
    let mask = (1u64 << width) - 1;
    let mut other = vec![0u64; keys.len()];
    for digit in 0..digits {
        let shift = digit * width;
        let mut places = vec![0u32; 1 << width];
        for key in keys.iter() {
            places[(key >> shift & mask) as usize] += 1;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for key in keys.iter() {
            let place = &mut places[(key >> shift & mask) as usize];
            other[*place as usize] = *key;
            *place += 1;
        }
        std::mem::swap(keys, &mut other);
    }
}

/// Two ascending lists as one, with the counts of equal rows added.
fn merged(a: Vec<(u64, u32)>, b: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x.0 == y.0 => a.next().zip(b.next()).map(|(x, y)| (x.0, x.1 + y.1)),
            (Some(x), Some(y)) if x.0 > y.0 => b.next(),
            (Some(_), _) => a.next(),
            (None, _) => b.next(),
        };
        let Some(next) = next else { return all };
        all.push(next);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    fn code() -> impl Strategy<Value = u32> {
        prop_oneof![0u32..3, Just(u32::MAX), Just(u32::MAX - 1), Just(70_000u32)]
    }

    proptest! {
        #[test]
        fn counts_what_a_map_counts(
            rows in prop::collection::vec(
                (0u32..40, prop_oneof![4 => 0u32..9, 1 => Just(u32::MAX)]).prop_map(|(a, b)| [a, b]),
                0..3000,
            ),
        ) {
            let columns: Vec<Vec<u32>> = (0..2).map(|c| rows.iter().map(|r| r[c]).collect()).collect();
            let columns: Vec<&[u32]> = columns.iter().map(Vec::as_slice).collect();
            let distinct = Distinct::of(rows.len(), &columns, 1).unwrap();
            let mut map: BTreeMap<[u32; 2], u32> = BTreeMap::new();
            for row in &rows {
                *map.entry(row.map(|code| code.wrapping_add(1))).or_insert(0) += 1;
            }
            let expected: Vec<(Vec<u32>, u32)> =
                map.iter().map(|(r, n)| (r.map(|code| code.wrapping_sub(1)).to_vec(), *n)).collect();
            let found: Vec<(Vec<u32>, u32)> =
                distinct.found.iter().map(|(r, n)| (distinct.codes(*r, 0..2).collect(), *n)).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_width_up_to_a_word(
            rows in prop::collection::vec([code(), code(), code()], 1..40), width in 0usize..4,
        ) {
            let columns: Vec<Vec<u32>> = (0..width).map(|c| rows.iter().map(|r| r[c]).collect()).collect();
            let columns: Vec<&[u32]> = columns.iter().map(Vec::as_slice).collect();
            let bits: u32 = columns.iter().map(|c| {
                32 - c.iter().map(|code| code.wrapping_add(1)).max().unwrap().leading_zeros()
            }).sum();
            let Some(distinct) = Distinct::of(rows.len(), &columns, 1) else {
                prop_assert!(bits > 64);
                return Ok(());
            };
            let mut seen: Vec<Vec<u32>> = rows.iter().map(|r| r[..width].to_vec()).collect();
            seen.sort_by_key(|r| r.iter().map(|code| code.wrapping_add(1)).collect::<Vec<_>>());
            seen.dedup();
            let found: Vec<Vec<u32>> =
                distinct.found.iter().map(|(r, _)| distinct.codes(*r, 0..width).collect()).collect();
            prop_assert_eq!(&found, &seen);
            let heads: std::collections::BTreeSet<u64> =
                distinct.found.iter().map(|(r, _)| distinct.head(*r, 1.min(width))).collect();
            let firsts: std::collections::BTreeSet<&[u32]> = seen.iter().map(|r| &r[..1.min(width)]).collect();
            prop_assert_eq!(heads.len(), firsts.len());
        }
    }

    /// Enough rows for several threads.
    #[test]
    fn threads_change_nothing() {
        let column: Vec<u32> = (0..300_000u32).map(|x| x.wrapping_mul(2_654_435_761) % 5000).collect();
        let other: Vec<u32> = (0..300_000u32).map(|x| x / 7 % 30).collect();
        let columns = [column.as_slice(), other.as_slice()];
        let one = Distinct::of(column.len(), &columns, 1).unwrap().found;
        assert_eq!(one.iter().map(|(_, n)| *n).sum::<u32>(), 300_000);
        for threads in [2, 3, 8] {
            assert_eq!(Distinct::of(column.len(), &columns, threads).unwrap().found, one);
        }
    }
}
