//! Dense codes of one table's attributes at every level, packed into words, and the steps up.
//!
//! Why here: a check re-groups the classes of a finer node. Its tuples are fields of 64-bit words
//! whose places never change, so that a step up is a look-up per field; fields that stand side by
//! side are looked up together ([`Ladder::index`]).
//!
//! Deliberately absent: counts of people, and a limit to the number of attributes: there are as many
//! words as the tuples need.

use std::collections::HashMap;

use super::lattice::Attribute;
use super::tuples::TupleSet;

/// Fields of one table.
#[derive(Debug)]
pub(crate) struct Ladder {
    pub(crate) fields: Vec<Field>,
    pub(crate) words: usize,
}

/// One attribute.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) word: usize,
    pub(crate) shift: u32,
    bits: u32,
    /// Distinct codes in the data, per level.
    counts: Vec<u32>,
    /// `up[from][to − from][code at from]` = code at `to`.
    up: Vec<Vec<Vec<u32>>>,
    /// Leaves under the value of a code, per level.
    under: Vec<Vec<u32>>,
    /// The same where it is one number for all codes of the level.
    evenly: Vec<Option<u32>>,
}

/// Looks up fields that stand side by side.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) word: usize,
    pub(crate) shift: u32,
    pub(crate) mask: u64,
    /// What the fields' codes add to the index of the class.
    pub(crate) adds: Vec<u64>,
}

/// Chunks whose sums number the classes below `domain`.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) chunks: Vec<Chunk>,
    pub(crate) domain: u64,
}

/// An index of the first part stays below this, so that sums cannot overflow.
const FIRST: u128 = 1 << 62;
/// And of further ones below this: they are joined with a number below 2³².
const FURTHER: u128 = 1 << 31;

/// Bits needed for codes below `count`.
fn bits_for(count: u32) -> u32 {
    u32::BITS - count.saturating_sub(1).leading_zeros()
}

impl Field {
    pub(crate) fn mask(&self) -> u64 {
        (1u64 << self.bits) - 1
    }

    pub(crate) fn count(&self, level: u8) -> u32 {
        self.counts.get(usize::from(level)).copied().unwrap_or(1)
    }

    pub(crate) fn up(&self, from: u8, to: u8) -> &[u32] {
        let steps = usize::from(to).saturating_sub(usize::from(from));
        self.up.get(usize::from(from)).and_then(|u| u.get(steps)).map_or(&[], Vec::as_slice)
    }

    /// Leaves under every value of a level, where they are as many under each.
    pub(crate) fn evenly(&self, level: u8) -> Option<u32> {
        self.evenly.get(usize::from(level)).copied().flatten()
    }

    pub(crate) fn under(&self, level: u8) -> &[u32] {
        self.under.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }
}

impl Ladder {
    /// The ladder of `tuples`, whose codes belong to the attributes `of`, and the tuples as words.
    pub(crate) fn new(attributes: &[Attribute], of: &[usize], tuples: &TupleSet) -> (Self, Vec<Vec<u64>>) {
        let mut ladder = Self { fields: Vec::new(), words: 1 };
        let own: Vec<&Attribute> = of.iter().filter_map(|a| attributes.get(*a)).collect();
        let unseen = |attribute: &&Attribute| vec![u32::MAX; attribute.null_leaf() as usize + 1];
        let mut code_of: Vec<Vec<u32>> = own.iter().map(unseen).collect();
        for tuple in tuples.iter() {
            for (leaf, code_of) in tuple.iter().zip(&mut code_of) {
                if let Some(seen) = code_of.get_mut(*leaf as usize) {
                    *seen = 0;
                }
            }
        }
        let mut used = 0;
        for (attribute, code_of) in own.iter().zip(&mut code_of) {
            let leaves: Vec<u32> =
                (0u32..).zip(&*code_of).filter(|(_, c)| **c == 0).map(|(l, _)| l).collect();
            let (mut field, codes) = Field::new(attribute, &leaves);
            for (leaf, code) in leaves.iter().zip(codes) {
                if let Some(slot) = code_of.get_mut(*leaf as usize) {
                    *slot = code;
                }
            }
            if used + field.bits > u64::BITS {
                ladder.words += 1;
                used = 0;
            }
            (field.word, field.shift) = (ladder.words - 1, used);
            used += field.bits;
            ladder.fields.push(field);
        }
        let mut words = vec![Vec::with_capacity(tuples.len()); ladder.words];
        for tuple in tuples.iter() {
            let mut fields = ladder.fields.iter().zip(tuple.iter().zip(&code_of)).peekable();
            for (at, word) in words.iter_mut().enumerate() {
                let mut bits = 0;
                while let Some((field, (leaf, codes))) = fields.next_if(|(field, _)| field.word == at) {
                    let code = codes.get(*leaf as usize).copied().unwrap_or(0);
                    // A field of one value takes no room, perhaps behind the last bit.
                    bits |= u64::from(code).checked_shl(field.shift).unwrap_or(0);
                }
                word.push(bits);
            }
        }
        (ladder, words)
    }

    /// Possible tuples at a node, of values that occur (saturating).
    pub(crate) fn domain(&self, levels: &[u8]) -> u64 {
        let counts = self.fields.iter().zip(levels).map(|(field, level)| u64::from(field.count(*level)));
        counts.fold(1, u64::saturating_mul)
    }

    /// Levels between `from` and `to`, as low as they may be with at most so many possible tuples:
    /// always that step down which makes them the fewest.
    pub(crate) fn between(&self, from: &[u8], to: &[u8], most: u64) -> Vec<u8> {
        let mut levels = to.to_vec();
        loop {
            let domain = self.domain(&levels);
            let steps = self.fields.iter().zip(levels.iter().zip(from)).enumerate();
            let steps = steps.filter(|(_, (_, (level, from)))| level > from);
            let steps = steps.map(|(at, (field, (level, _)))| {
                let (above, below) = (field.count(*level), field.count(level.saturating_sub(1)));
                ((domain / u64::from(above.max(1))).saturating_mul(u64::from(below)), at)
            });
            let Some((_, at)) = steps.min().filter(|(domain, _)| *domain <= most) else { return levels };
            if let Some(level) = levels.get_mut(at) {
                *level -= 1;
            }
        }
    }

    /// How to number the classes at `to` of tuples at `from`. `rows` = number of tuples, which says
    /// what larger tables are worth.
    pub(crate) fn index(&self, from: &[u8], to: &[u8], rows: usize) -> Vec<Part> {
        let mut parts = vec![(Vec::new(), 1)];
        for (at, (field, (from, to))) in self.fields.iter().zip(from.iter().zip(to)).enumerate() {
            let count = field.count(*to);
            if count <= 1 {
                continue;
            }
            let limit = if parts.len() == 1 { FIRST } else { FURTHER };
            let domain = parts.last().map_or(1, |(_, domain)| *domain);
            if u128::from(domain) * u128::from(count) > limit && domain > 1 {
                parts.push((Vec::new(), 1));
            }
            let Some((adds, domain)) = parts.last_mut() else { continue };
            adds.resize(at, Vec::new());
            adds.push(field.up(*from, *to).iter().map(|code| u64::from(*code) * *domain).collect());
            *domain *= u64::from(count);
        }
        let parts = parts.into_iter();
        parts.map(|(adds, domain)| Part { chunks: self.chunks(adds, rows), domain }).collect()
    }
}

impl Ladder {
    /// Where a tuple is one word: the bits that stay from `from` to `to`, and what is added for the
    /// fields that change. The sum is the word at `to`, which tells classes apart as an index does.
    pub(crate) fn word(&self, from: &[u8], to: &[u8], rows: usize) -> Option<(u64, Vec<Chunk>)> {
        if self.words > 1 {
            return None;
        }
        let mut stays = 0;
        let fields = self.fields.iter().zip(from.iter().zip(to));
        let adds = fields.map(|(field, (from, to))| {
            if from == to {
                stays |= field.mask() << field.shift;
                return Vec::new();
            }
            field.up(*from, *to).iter().map(|code| u64::from(*code) << field.shift).collect()
        });
        let adds = adds.collect();
        Some((stays, self.chunks(adds, rows)))
    }

    /// How to sum what every code of every field adds; fields where all add nothing are left out.
    pub(crate) fn chunks(&self, adds: Vec<Vec<u64>>, rows: usize) -> Vec<Chunk> {
        let wide = (rows / 8).clamp(1, 2048);
        let mut chunks = Vec::<Chunk>::new();
        let mut open = None;
        for (field, adds) in self.fields.iter().zip(adds) {
            if adds.iter().all(|add| *add == 0) {
                continue;
            }
            let joined = chunks.last_mut().filter(|chunk| {
                let below = 1usize << field.shift.saturating_sub(chunk.shift).min(40);
                open == Some((field.word, field.shift)) && adds.len().saturating_mul(below) <= wide
            });
            open = Some((field.word, field.shift + field.bits));
            match joined {
                Some(chunk) => chunk.join(field.shift - chunk.shift, field.mask(), &adds),
                None => chunks.push(Chunk { word: field.word, shift: field.shift, mask: field.mask(), adds }),
            }
        }
        chunks
    }
}

impl Chunk {
    /// Takes a field in that begins `width` bits above the chunk's own.
    fn join(&mut self, width: u32, mask: u64, adds: &[u64]) {
        let mut below = std::mem::take(&mut self.adds);
        below.resize(1 << width, 0);
        self.mask = mask << width | ((1 << width) - 1);
        self.adds = adds.iter().flat_map(|more| below.iter().map(move |add| add + more)).collect();
    }
}

impl Field {
    /// The field of the leaves that occur, and the code of each of these at level 0.
    fn new(attribute: &Attribute, leaves: &[u32]) -> (Self, Vec<u32>) {
        let (mut counts, mut codes, mut under) = (Vec::new(), Vec::new(), Vec::new());
        for level in attribute.levels() {
            let mut number: HashMap<u32, u32> = HashMap::new();
            let (mut of_level, mut under_level) = (Vec::new(), Vec::new());
            for leaf in leaves {
                let next = u32::try_from(number.len()).unwrap_or(u32::MAX);
                let code = level.code_of_leaf().get(*leaf as usize).copied().unwrap_or(0);
                let code = *number.entry(code).or_insert(next);
                if code == next {
                    under_level.push(level.leaves_under().get(*leaf as usize).copied().unwrap_or(0));
                }
                of_level.push(code);
            }
            counts.push(u32::try_from(number.len().max(1)).unwrap_or(u32::MAX));
            codes.push(of_level);
            under.push(under_level);
        }
        let up = (0..codes.len()).map(|from| {
            let below = codes.get(from).map_or(&[][..], |c| c);
            let count = counts.get(from).copied().unwrap_or(0) as usize;
            let above = codes.iter().skip(from);
            above
                .map(|above| {
                    let mut map = vec![0; count];
                    for (below, above) in below.iter().zip(above) {
                        if let Some(slot) = map.get_mut(*below as usize) {
                            *slot = *above;
                        }
                    }
                    map
                })
                .collect()
        });
        let up = up.collect();
        let bits = bits_for(counts.first().copied().unwrap_or(1));
        let even = |under: &Vec<u32>| under.first().copied().filter(|one| under.iter().all(|u| u == one));
        let evenly = under.iter().map(even).collect();
        (
            Self { word: 0, shift: 0, bits, counts, up, under, evenly },
            codes.into_iter().next().unwrap_or_default(),
        )
    }
}
