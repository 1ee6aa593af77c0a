//! Class numbers of tuples at a node: the inner loop of every check.
//!
//! Why here: a check is one pass over the distinct tuples. Their codes at every level are computed
//! once; a node's codes are packed side by side into 64 bits and numbered by a small table. Where
//! 64 bits do not suffice, the key so far is replaced by its number and packing goes on.
//!
//! Deliberately absent: anything about people, counts or requirements.

use super::lattice::Attribute;
use super::tuples::TupleSet;

/// Codes of the distinct tuples of one table at every level, column by column.
#[derive(Debug)]
pub(crate) struct LevelColumns {
    /// `columns[attribute][level]`; empty where all tuples are one there.
    columns: Vec<Vec<Column>>,
    tuples: usize,
}

#[derive(Debug)]
struct Column {
    codes: Vec<u32>,
    bits: u32,
}

/// Reused between checks; holds no result.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    keys: Vec<u64>,
    numbers: Vec<u32>,
    slots: Vec<(u64, u32)>,
}

const FREE: u32 = u32::MAX;

/// Bits needed for the numbers 0..=largest.
fn bits_for(largest: u32) -> u32 {
    u32::BITS - largest.leading_zeros()
}

impl LevelColumns {
    /// The columns of `tuples`, whose codes belong to the attributes `of`.
    pub(crate) fn new(attributes: &[Attribute], of: &[usize], tuples: &TupleSet) -> Self {
        let mut columns = Vec::with_capacity(of.len());
        for (position, attribute) in of.iter().enumerate() {
            let levels = attributes.get(*attribute).map_or(&[][..], Attribute::levels);
            let per_level = levels.iter().map(|level| {
                let map = level.code_of_leaf();
                let codes: Vec<u32> = tuples
                    .iter()
                    .map(|tuple| {
                        tuple.get(position).and_then(|leaf| map.get(*leaf as usize)).copied().unwrap_or(0)
                    })
                    .collect();
                let first = codes.first().copied().unwrap_or(0);
                if codes.iter().all(|c| *c == first) {
                    return Column { codes: Vec::new(), bits: 0 };
                }
                let bits = bits_for(codes.iter().copied().max().unwrap_or(0));
                Column { codes, bits }
            });
            columns.push(per_level.collect());
        }
        Self { columns, tuples: tuples.len() }
    }

    /// Numbers the classes of all tuples at `levels` (one per attribute of the table): `out[tuple]`
    /// is the class, numbered by first appearance. Returns how many there are.
    pub(crate) fn classes(&self, levels: &[u8], packer: &mut Packer, out: &mut Vec<u32>) -> usize {
        packer.reset(self.tuples);
        let mut used = 0;
        for column in self.at(levels) {
            used = packer.make_room(used, column.bits);
            for (key, code) in packer.keys.iter_mut().zip(&column.codes) {
                *key |= u64::from(*code) << used;
            }
            used += column.bits;
        }
        packer.number(used, out)
    }

    /// The columns that tell tuples apart at `levels`.
    fn at(&self, levels: &[u8]) -> impl Iterator<Item = &Column> {
        self.columns
            .iter()
            .zip(levels)
            .filter_map(|(per_level, level)| per_level.get(usize::from(*level)))
            .filter(|column| column.bits > 0)
    }
}

impl Packer {
    fn reset(&mut self, rows: usize) {
        self.keys.clear();
        self.keys.resize(rows, 0);
    }

    /// Makes sure that `bits` more fit above the `used` ones; returns the bits then in use.
    fn make_room(&mut self, used: u32, bits: u32) -> u32 {
        if used + bits <= u64::BITS {
            return used;
        }
        let mut numbers = std::mem::take(&mut self.numbers);
        let count = self.number(used, &mut numbers);
        for (key, number) in self.keys.iter_mut().zip(&numbers) {
            *key = u64::from(*number);
        }
        self.numbers = numbers;
        bits_for(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Numbers the rows of columns of codes by first appearance; `u32::MAX` is a code like any other.
    pub(crate) fn columns(&mut self, rows: usize, columns: &[&[u32]], out: &mut Vec<u32>) -> usize {
        self.reset(rows);
        let mut used = 0;
        for column in columns {
            // One more than each code: the largest becomes 0, so that it takes no room.
            let largest = column.iter().map(|code| code.wrapping_add(1)).max().unwrap_or(0);
            let bits = bits_for(largest);
            used = self.make_room(used, bits);
            if bits > 0 {
                for (key, code) in self.keys.iter_mut().zip(*column) {
                    *key |= u64::from(code.wrapping_add(1)) << used;
                }
            }
            used += bits;
        }
        self.number(used, out)
    }

    /// Numbers pairs of numbers, as if they were tuples of two codes.
    pub(crate) fn pairs(&mut self, pairs: impl Iterator<Item = (u32, u32)>, out: &mut Vec<u32>) -> usize {
        self.keys.clear();
        self.keys.extend(pairs.map(|(a, b)| (u64::from(a) << u32::BITS) | u64::from(b)));
        self.number(u64::BITS, out)
    }

    /// Numbers the keys, of which the low `bits` are in use, by first appearance.
    fn number(&mut self, bits: u32, out: &mut Vec<u32>) -> usize {
        out.clear();
        // A table as large as the key's domain needs no probing; it pays while the domain is small
        // beside the keys that go into it (or fits the first-level cache anyway).
        if bits <= 12 || (bits <= 20 && (1usize << bits) <= 2 * self.keys.len()) {
            self.number_directly(bits, out)
        } else {
            self.number_by_hash(out)
        }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; the table has 2^bits slots and every key uses bits bits only"
    )]
    fn number_directly(&mut self, bits: u32, out: &mut Vec<u32>) -> usize {
        let mut slots = std::mem::take(&mut self.numbers);
        slots.clear();
        slots.resize(1 << bits, FREE);
        let mut count = 0u32;
        out.extend(self.keys.iter().map(|key| {
            let slot = &mut slots[*key as usize];
            if *slot == FREE {
                *slot = count;
                count += 1;
            }
            *slot
        }));
        self.numbers = slots;
        count as usize
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; every probe is masked to the table's length, a power of two"
    )]
    fn number_by_hash(&mut self, out: &mut Vec<u32>) -> usize {
        let mut capacity = 1024;
        self.slots.clear();
        self.slots.resize(capacity, (0, FREE));
        let mut count = 0u32;
        out.reserve(self.keys.len());
        for key in &self.keys {
            let mut at = spread(*key) & (capacity - 1);
            let number = loop {
                let slot = &mut self.slots[at];
                if slot.1 == FREE {
                    *slot = (*key, count);
                    count += 1;
                    break count - 1;
                }
                if slot.0 == *key {
                    break slot.1;
                }
                at = (at + 1) & (capacity - 1);
            };
            out.push(number);
            if count as usize * 2 > capacity {
                capacity *= 4;
                grow(&mut self.slots, capacity);
            }
        }
        count as usize
    }
}

/// Puts the number that `intern` gives in the place of every number of a row, which were given by
/// first appearance: it is asked once for each.
pub(crate) fn renumber(
    numbers: &mut [u32],
    columns: &[&[u32]],
    mut intern: impl FnMut(&[u32]) -> Option<u32>,
) -> Option<()> {
    let (mut known, mut codes): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    for (row, number) in numbers.iter_mut().enumerate() {
        if *number as usize == known.len() {
            codes.clear();
            codes.extend(columns.iter().filter_map(|column| column.get(row)));
            known.push(intern(&codes)?);
        }
        *number = *known.get(*number as usize)?;
    }
    Some(())
}

/// Moves every slot to its place in a larger table.
#[expect(clippy::indexing_slicing, reason = "every probe is masked to the table's length, a power of two")]
fn grow(slots: &mut Vec<(u64, u32)>, capacity: usize) {
    let old = std::mem::replace(slots, vec![(0, FREE); capacity]);
    for slot in old.into_iter().filter(|slot| slot.1 != FREE) {
        let mut at = spread(slot.0) & (capacity - 1);
        while slots[at].1 != FREE {
            at = (at + 1) & (capacity - 1);
        }
        slots[at] = slot;
    }
}

/// Mixes all bits of a key into the low ones (folded multiplication).
#[inline]
fn spread(key: u64) -> usize {
    let wide = u128::from(key ^ 0x243f_6a88_85a3_08d3) * 0x9e37_79b9_7f4a_7c15_u128;
    ((wide >> 64) as u64 ^ wide as u64) as usize
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
    use super::*;
    use proptest::prelude::*;

    /// An attribute of `leaves` leaves with a level that joins neighbours and a root.
    fn attribute(leaves: u32) -> Attribute {
        Attribute::new(
            "a",
            vec![(0..leaves).collect(), (0..leaves).map(|x| x / 2).collect(), vec![0; leaves as usize]],
        )
        .unwrap()
    }

    proptest! {
        /// Twelve attributes of 9 bits need more than 64: numbering in between must not change what
        /// is one class.
        #[test]
        fn classes_are_equal_tuples(
            rows in proptest::collection::vec(proptest::collection::vec(0u32..3, 12), 1..80),
            levels in proptest::collection::vec(0u8..3, 12),
        ) {
            let attributes: Vec<Attribute> = (0..12).map(|_| attribute(400)).collect();
            let of: Vec<usize> = (0..12).collect();
            let mut set = TupleSet::new(12);
            for r in &rows {
                set.intern(&r.iter().map(|x| x * 199).collect::<Vec<_>>()).unwrap();
            }
            let columns = LevelColumns::new(&attributes, &of, &set);
            let mut packer = Packer::default();
            let mut all = Vec::new();
            let count = columns.classes(&levels, &mut packer, &mut all);
            let general: Vec<Vec<u32>> = set.iter().map(|t| {
                t.iter().zip(&levels).zip(&attributes)
                    .map(|((leaf, level), a)| a.levels()[usize::from(*level)].code_of_leaf()[*leaf as usize])
                    .collect()
            }).collect();
            let mut seen: Vec<&Vec<u32>> = Vec::new();
            for (tuple, class) in general.iter().zip(&all) {
                let expected = seen.iter().position(|s| *s == tuple).unwrap_or_else(|| { seen.push(tuple); seen.len() - 1 });
                prop_assert_eq!(*class as usize, expected);
            }
            prop_assert_eq!(count, seen.len());
        }

        #[test]
        fn hashing_and_direct_numbering_agree(keys in proptest::collection::vec(0u64..5000, 0..4000)) {
            let mut packer = Packer { keys, ..Packer::default() };
            let (mut a, mut b) = (Vec::new(), Vec::new());
            let direct = packer.number_directly(13, &mut a);
            let hashed = packer.number_by_hash(&mut b);
            prop_assert_eq!(direct, hashed);
            prop_assert_eq!(a, b);
        }
    }
}
