//! The classes of a table at a node, and the re-grouping of the classes of a finer one.
//!
//! Why here: this is the inner loop of the search. The index of a class is a sum of look-ups; where
//! all indices fit a small array they are counted in it, without hashing; where they do not, a table of
//! indices numbers them. A count and a tuple that speaks for the class lie side by side.
//!
//! Deliberately absent: what is counted for (see `histogram`), and values of sensitive columns (see `items`).

use super::items::Items;
use super::ladder::{Chunk, Ladder, Part};

/// Classes at a node, or the distinct tuples themselves.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) levels: Vec<u8>,
    /// The tuples, as the ladder packs them, with the codes of these levels.
    pub(crate) words: Vec<Vec<u64>>,
    pub(crate) people: Vec<u32>,
    /// Empty where there is no population.
    pub(crate) population: Vec<u64>,
    /// Per sensitive column that somebody asks for.
    pub(crate) columns: Vec<Items>,
}

impl Groups {
    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }

    /// What every group's codes add up to.
    pub(crate) fn sum_each(&self, chunks: &[Chunk], mut tell: impl FnMut(usize, u64)) {
        let mut index = Vec::new();
        let mut from = 0;
        while from < self.len() {
            let to = (from + BLOCK).min(self.len());
            sum(&mut index, self, chunks, from, to);
            for (row, sum) in (from..).zip(&index) {
                tell(row, *sum);
            }
            from = to;
        }
    }

    /// Room that it takes, in machine words or so.
    pub(crate) fn size(&self) -> usize {
        let items: usize = self.columns.iter().map(|c| c.values.len() * 2).sum();
        self.len() * (self.words.len() + 1) + items
    }
}

/// The classes of the last grouping, numbered, and scratch.
#[derive(Debug, Default)]
pub(crate) struct Grouper {
    pub(crate) people: Vec<u32>,
    pub(crate) population: Vec<u64>,
    /// A group of the source that speaks for the class.
    pub(crate) speaker: Vec<u32>,
    /// Class per group of the source; filled where asked for.
    pub(crate) class_of: Vec<u32>,
    index: Vec<u64>,
    counts: Vec<u64>,
    population_at: Vec<u64>,
    /// Index per class, where it is not the place.
    keys: Vec<u64>,
    hashed: Vec<u64>,
    /// (hash, people, row), part by part.
    parted: Vec<(u64, u32, u32)>,
    /// Number of the class, counted on from grouping to grouping: smaller ones are of earlier ones.
    stamps: Vec<u32>,
    stamp: u32,
    numbers: Vec<u32>,
}

/// Told of people and speakers of classes; says whether that is enough.
pub(crate) type Stop<'s> = dyn FnMut(&[u32], &[u32]) -> bool + 's;

/// Largest array that is counted in without hashing.
const DIRECT: u64 = 1 << 17;
/// Rows of a part, or up to twice as many.
const PART: usize = 512;
/// Rows whose indices are summed at once: they stay in the first-level cache.
const BLOCK: usize = 1024;

impl Grouper {
    /// Groups the source at `levels`.
    pub(crate) fn group(&mut self, ladder: &Ladder, source: &Groups, levels: &[u8], with_classes: bool) {
        self.group_until(ladder, source, levels, with_classes, &mut |_, _| false);
    }

    /// As [`Grouper::group`], left once `stop` says so, which is told of all classes, as they are
    /// complete. Returns whether it went to the end.
    pub(crate) fn group_until(
        &mut self,
        ladder: &Ladder,
        source: &Groups,
        levels: &[u8],
        with_classes: bool,
        stop: &mut Stop<'_>,
    ) -> bool {
        let with_classes = with_classes || !source.population.is_empty();
        if ladder.domain(levels) > DIRECT
            && let Some((stays, chunks)) = ladder.word(&source.levels, levels, source.len())
        {
            let part = Part { chunks, domain: 0 };
            return self.hash(source, &part, stays, None, with_classes, stop);
        }
        let mut parts = ladder.index(&source.levels, levels, source.len());
        let Some(last) = parts.pop() else { return true };
        let mut joined = None;
        for part in parts {
            let mut numbers = std::mem::take(&mut self.numbers);
            self.number(source, &part, joined.as_deref());
            numbers.clone_from(&self.class_of);
            self.numbers = joined.replace(numbers).unwrap_or_default();
        }
        // An array as large as the domain pays while it stays in the second-level cache; looked through
        // from end to end only while it is smaller than the rows that go into it.
        let rows = source.len() as u64;
        if joined.is_some() || last.domain > DIRECT {
            let complete = self.hash(source, &last, 0, joined.as_deref(), with_classes, stop);
            self.numbers = joined.unwrap_or_default();
            return complete;
        }
        if last.domain <= rows.max(1 << 9) {
            self.count(source, &last, with_classes);
        } else {
            self.stamp(source, &last, with_classes);
        }
        stop(&self.people, &self.speaker);
        true
    }

    fn number(&mut self, source: &Groups, part: &Part, joined: Option<&[u32]>) {
        self.hash(source, part, 0, joined, true, &mut |_, _| false);
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; every index is below the domain, the length of the arrays"
    )]
    fn count(&mut self, source: &Groups, part: &Part, with_classes: bool) {
        let domain = part.domain as usize;
        let counts = &mut self.counts;
        counts.clear();
        counts.resize(domain, 0);
        self.class_of.clear();
        let population = !source.population.is_empty();
        if population {
            self.population_at.clear();
            self.population_at.resize(domain, 0);
        }
        let mut from = 0;
        while from < source.len() {
            let to = (from + BLOCK).min(source.len());
            sum(&mut self.index, source, &part.chunks, from, to);
            if with_classes {
                self.class_of.extend(self.index.iter().map(|i| *i as u32));
            }
            for ((index, people), row) in self.index.iter().zip(&source.people[from..to]).zip(from as u64..) {
                let slot = &mut counts[*index as usize];
                *slot = (((*slot >> 32) + u64::from(*people)) << 32) | row;
            }
            if population {
                for (index, people) in self.index.iter().zip(&source.population[from..to]) {
                    self.population_at[*index as usize] += people;
                }
            }
            from = to;
        }
        self.people.clear();
        self.speaker.clear();
        self.population.clear();
        for (at, slot) in counts.iter_mut().enumerate() {
            let outside = if population { self.population_at[at] } else { 0 };
            if *slot >> 32 == 0 && outside == 0 {
                continue;
            }
            self.speaker.push(*slot as u32);
            let number = self.people.len() as u64;
            self.people.push((*slot >> 32) as u32);
            if population {
                self.population.push(outside);
            }
            *slot = number;
        }
        for class in &mut self.class_of {
            *class = counts[*class as usize] as u32;
        }
    }

    /// As `count`, without a pass over the array: numbers tell which places are of this grouping.
    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; every index is below the domain, and classes are numbered"
    )]
    fn stamp(&mut self, source: &Groups, part: &Part, with_classes: bool) {
        let domain = part.domain as usize;
        let rows = source.len();
        let first = self.begin(rows, domain);
        let mut count = 0;
        let mut from = 0;
        while from < rows {
            let to = (from + BLOCK).min(rows);
            sum(&mut self.index, source, &part.chunks, from, to);
            for ((index, people), row) in
                self.index.iter_mut().zip(&source.people[from..to]).zip(from as u32..)
            {
                // No branch: whether a class is new is as good as random, and a guess costs more.
                let slot = &mut self.stamps[*index as usize];
                let known = *slot >= first;
                let number = if known { *slot - first } else { count };
                *slot = first + number;
                count += u32::from(!known);
                self.people[number as usize] += people;
                self.speaker[number as usize] = row;
                *index = u64::from(number);
            }
            if with_classes {
                self.class_of.extend(self.index.iter().map(|number| *number as u32));
            }
            from = to;
        }
        self.end(source, count);
    }

    /// The population of every class; where one is given, classes are always numbered.
    #[expect(clippy::indexing_slicing, reason = "classes are numbered")]
    fn count_population(&mut self, source: &Groups) {
        self.population.clear();
        if !source.population.is_empty() {
            self.population.resize(self.speaker.len(), 0);
            for (class, people) in self.class_of.iter().zip(&source.population) {
                self.population[*class as usize] += people;
            }
        }
    }

    /// As `stamp`, with places found by a hash: a place may be taken by another class. Rows go part by
    /// part of the hashes, so that the places of a part and its classes stay in the first-level cache.
    /// The bits of `stays` are added to the index.
    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; parts are below their number, every probe is masked to a power of two within the table, and classes are numbered"
    )]
    fn hash(
        &mut self,
        source: &Groups,
        part: &Part,
        stays: u64,
        joined: Option<&[u32]>,
        with_classes: bool,
        stop: &mut Stop<'_>,
    ) -> bool {
        let rows = source.len();
        // The highest bits of a hash tell its part.
        let shift = (rows / PART).next_power_of_two().leading_zeros() + 1;
        let mut ends = vec![0u32; 1 << (u64::BITS - shift.min(u64::BITS))];
        self.hashed.clear();
        let mut from = 0;
        while from < rows {
            let to = (from + BLOCK).min(rows);
            sum(&mut self.index, source, &part.chunks, from, to);
            if let Some(joined) = joined {
                for (index, number) in self.index.iter_mut().zip(&joined[from..to]) {
                    *index += u64::from(*number) * part.domain;
                }
            }
            if stays != 0 {
                for (index, word) in self.index.iter_mut().zip(&source.words[0][from..to]) {
                    *index += word & stays;
                }
            }
            for index in &mut self.index {
                *index = spread(*index);
                ends[index.checked_shr(shift).unwrap_or(0) as usize] += 1;
            }
            self.hashed.extend_from_slice(&self.index);
            from = to;
        }
        let mut largest = 0;
        let mut next = 0;
        for end in &mut ends {
            largest = largest.max(*end);
            next += std::mem::replace(end, next);
        }
        if self.parted.len() < rows {
            self.parted.resize(rows, (0, 0, 0));
        }
        for ((hash, people), row) in self.hashed.iter().zip(&source.people).zip(0u32..) {
            let place = &mut ends[hash.checked_shr(shift).unwrap_or(0) as usize];
            self.parted[*place as usize] = (*hash, *people, row);
            *place += 1;
        }
        let mut first = self.begin(rows, (2 * largest as usize).next_power_of_two());
        if with_classes {
            self.class_of.resize(rows, 0);
        }
        if self.keys.len() <= largest as usize {
            self.keys.resize(largest as usize + 1, 0);
        }
        let (mut classes, mut begin) = (0, 0);
        for end in ends {
            let part = &self.parted[begin..end as usize];
            let mask = (2 * part.len()).next_power_of_two() - 1;
            let mut count = 0;
            let (all, speakers) =
                (&mut self.people[classes as usize..], &mut self.speaker[classes as usize..]);
            for (hash, people, row) in part {
                let mut at = *hash as usize & mask;
                let number = loop {
                    // Whether a class is new is as good as random: no branch on it. A place that is
                    // taken by another one is rare.
                    let slot = &mut self.stamps[at];
                    let known = *slot >= first;
                    let number = if known { *slot - first } else { count };
                    self.keys[count as usize] = *hash;
                    if self.keys[number as usize] == *hash {
                        *slot = first + number;
                        count += u32::from(!known);
                        break number;
                    }
                    at = (at + 1) & mask;
                };
                all[number as usize] += people;
                speakers[number as usize] = *row;
                if with_classes {
                    self.class_of[*row as usize] = classes + number;
                }
            }
            begin = end as usize;
            first += count;
            classes += count;
            if stop(&all[..count as usize], &speakers[..count as usize]) && begin < rows {
                self.end(source, classes);
                return false;
            }
        }
        self.end(source, classes);
        true
    }

    /// Makes room for `rows` classes in `places`. Returns the number from which this grouping counts.
    fn begin(&mut self, rows: usize, places: usize) -> u32 {
        if self.stamps.len() < places || u32::MAX - self.stamp <= rows as u32 {
            self.stamps.clear();
            self.stamps.resize(places, 0);
            self.stamp = 1;
        }
        // One place more: a class that turns out to be known is written there before.
        self.people.clear();
        self.people.resize(rows + 1, 0);
        self.speaker.resize(rows + 1, 0);
        self.class_of.clear();
        self.stamp
    }

    fn end(&mut self, source: &Groups, count: u32) {
        self.stamp += count;
        self.people.truncate(count as usize);
        self.speaker.truncate(count as usize);
        self.count_population(source);
    }

    /// The classes of the last grouping as a source of their own. `columns` are their values.
    #[expect(clippy::indexing_slicing, reason = "speakers are groups of the source, codes are in its tables")]
    pub(crate) fn keep(
        &self,
        ladder: &Ladder,
        source: &Groups,
        levels: &[u8],
        columns: Vec<Items>,
    ) -> Groups {
        let mut words: Vec<Vec<u64>> = source
            .words
            .iter()
            .map(|word| self.speaker.iter().map(|speaker| word[*speaker as usize]).collect())
            .collect();
        for (field, (from, to)) in ladder.fields.iter().zip(source.levels.iter().zip(levels)) {
            if from == to {
                continue;
            }
            let (up, mask, shift) = (field.up(*from, *to), field.mask(), field.shift);
            for word in &mut words[field.word] {
                let code = up[(*word >> shift & mask) as usize];
                *word = *word & !(mask << shift) | u64::from(code) << shift;
            }
        }
        Groups {
            levels: levels.to_vec(),
            words,
            people: self.people.clone(),
            population: self.population.clone(),
            columns,
        }
    }
}

/// The indices of the groups `from..to`.
#[expect(
    clippy::indexing_slicing,
    reason = "hot loop; a masked code is in the chunk's table, and the bounds are the caller's"
)]
fn sum(index: &mut Vec<u64>, source: &Groups, chunks: &[Chunk], from: usize, to: usize) {
    index.clear();
    let mut chunks = chunks.iter();
    match chunks.next() {
        None => index.resize(to - from, 0),
        Some(Chunk { word, shift, mask, adds }) => {
            let words = &source.words[*word][from..to];
            index.extend(words.iter().map(|word| adds[(word >> shift & mask) as usize]));
        }
    }
    for Chunk { word, shift, mask, adds } in chunks {
        for (index, word) in index.iter_mut().zip(&source.words[*word][from..to]) {
            *index += adds[(word >> shift & mask) as usize];
        }
    }
}

/// Another number for every index, with all of its bits mixed into the high and the low ones.
#[inline]
fn spread(index: u64) -> u64 {
    let mixed = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}
