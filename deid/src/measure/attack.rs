//! An attack by linkage: who in a table of known people can a published record be?
//!
//! Why here: k counts records that look alike in the release; this counts the people of the source
//! whom each published record fits, with the hierarchies in hand, also where records were recoded
//! to different levels or cells are `*`. It is the test that a release does what its k says, and
//! shares no code with what made the release.
//!
//! A published value fits a person if the person's leaf is among the leaves under it; a record
//! fits whom all its values fit. m people fit: the attacker is right with probability 1/m, and
//! certain at m = 1. Source: D. Lambert, "Measures of disclosure risk and harm", Journal of Official
//! Statistics 9(2), 1993; exact matching, no distances.
//!
//! Two ways to the same numbers, by cost: one grouping of the source per combination of levels that
//! occurs (one for full-domain releases), or sets of people as bits, cut per distinct record (for
//! local recoding). Deliberately absent: guessing by nearness, and what a matched record reveals.

use super::classes::{Classes, MeasureError};
use crate::anonymity::Attribute;

/// A code that every person fits: a suppressed cell whose hierarchy has no root.
pub const ANY: u32 = u32::MAX;
/// A code that nobody fits: a value that its hierarchy does not know.
pub const NOBODY: u32 = u32::MAX - 1;

/// What an attacker has.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// The hierarchies of the quasi-identifiers.
    pub attributes: &'a [Attribute],
    /// Per attribute, the level of every published value.
    pub levels: &'a [Vec<u8>],
    /// Per attribute, the code of every published value at its level, or [`ANY`], or [`NOBODY`].
    pub codes: &'a [Vec<u32>],
}

/// The people that the attacker knows.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Leaf codes, per attribute and row.
    pub leaves: &'a [Vec<u32>],
    /// The person of every row; without them every row is a person.
    pub people: Option<&'a [u32]>,
}

/// What the attack achieves, over published records.
#[derive(Debug, Clone, PartialEq)]
pub struct Linkage {
    /// Published records.
    pub records: u64,
    /// Records that nobody fits.
    pub unmatched: u64,
    /// Records that exactly one person fits.
    pub certain: u64,
    /// Σ 1/m over the records that somebody fits: correct links expected.
    pub expected: f64,
    /// (people who fit, records), ascending; 0 people included.
    pub histogram: Vec<(u64, u64)>,
}

impl Linkage {
    /// From the number of people who fit each record.
    #[must_use]
    pub fn new(matches: &[u64]) -> Self {
        let mut sorted = matches.to_vec();
        sorted.sort_unstable();
        let groups = sorted.chunk_by(|a, b| a == b);
        let histogram: Vec<(u64, u64)> =
            groups.filter_map(|g| g.first().map(|m| (*m, g.len() as u64))).collect();
        let of = |m: u64| histogram.iter().find(|(at, _)| *at == m).map_or(0, |(_, n)| *n);
        Self {
            records: matches.len() as u64,
            unmatched: of(0),
            certain: of(1),
            expected: histogram.iter().filter(|(m, _)| *m > 0).map(|(m, n)| *n as f64 / *m as f64).sum(),
            histogram,
        }
    }

    /// Share of records re-identified with certainty; `None` without records.
    #[must_use]
    pub fn share_certain(&self) -> Option<f64> {
        (self.records > 0).then(|| self.certain as f64 / self.records as f64)
    }

    /// Share of records expected to be linked correctly; `None` without records.
    #[must_use]
    pub fn share_expected(&self) -> Option<f64> {
        (self.records > 0).then(|| self.expected / self.records as f64)
    }
}

/// How many known people fit each published record.
///
/// # Errors
/// [`MeasureError`] when columns do not form tables or a code or level does not exist.
pub fn matches(release: &Release<'_>, known: &Known<'_>) -> Result<Vec<u64>, MeasureError> {
    matches_by(release, known, None)
}

/// As [`matches`], by one of the two ways (tests compare them).
fn matches_by(
    release: &Release<'_>,
    known: &Known<'_>,
    by_bits: Option<bool>,
) -> Result<Vec<u64>, MeasureError> {
    let (published, entries) = (Published::new(release)?, Entries::new(release.attributes, known)?);
    let by_bits = by_bits
        .unwrap_or(published.tuples() / u64::BITS as usize <= published.patterns.count().saturating_sub(1));
    let of_tuple = if by_bits {
        by_sets(release.attributes, &published, &entries)
    } else {
        by_levels(release.attributes, &published, &entries)?
    };
    let of_row = published.classes.of_row().iter();
    Ok(of_row.map(|tuple| of_tuple.get(*tuple as usize).copied().unwrap_or(0)).collect())
}

/// Distinct published records.
struct Published {
    classes: Classes,
    /// Per attribute, level and code of every distinct record.
    levels: Vec<Vec<u32>>,
    codes: Vec<Vec<u32>>,
    /// Combinations of levels.
    patterns: Classes,
}

impl Published {
    fn new(release: &Release<'_>) -> Result<Self, MeasureError> {
        let count = release.attributes.len();
        if release.levels.len() != count || release.codes.len() != count {
            return Err(MeasureError::Ragged);
        }
        let mut columns = Vec::with_capacity(2 * count);
        for ((attribute, levels), codes) in release.attributes.iter().zip(release.levels).zip(release.codes) {
            let known = |(level, code): (&u8, &u32)| {
                let level = attribute.levels().get(usize::from(*level));
                *code >= NOBODY || level.is_some_and(|l| *code < l.codes())
            };
            if levels.len() != codes.len() || !levels.iter().zip(codes).all(known) {
                return Err(MeasureError::Unknown);
            }
            // What fits everybody or nobody has no level.
            let level = |(level, code): (&u8, &u32)| match *code {
                ANY => u32::from(u8::MAX) + 1,
                NOBODY => u32::from(u8::MAX) + 2,
                _ => u32::from(*level),
            };
            columns.push(levels.iter().zip(codes).map(level).collect::<Vec<u32>>());
            columns.push(codes.iter().map(|c| if *c >= NOBODY { 0 } else { *c }).collect());
        }
        let classes = Classes::new(&columns)?;
        let mut distinct = columns.iter().map(|c| classes.first_of_each(c));
        let (mut levels, mut codes) = (Vec::new(), Vec::new());
        while let (Some(level), Some(code)) = (distinct.next(), distinct.next()) {
            levels.push(level);
            codes.push(code);
        }
        let patterns = Classes::new(&levels)?;
        Ok(Self { classes, levels, codes, patterns })
    }

    fn tuples(&self) -> usize {
        self.classes.count()
    }
}

/// Distinct (leaves, person) of the known people, or leaves with their number of rows.
struct Entries {
    leaves: Vec<Vec<u32>>,
    people: Option<Vec<u32>>,
    weights: Vec<u64>,
}

impl Entries {
    fn new(attributes: &[Attribute], known: &Known<'_>) -> Result<Self, MeasureError> {
        if known.leaves.len() != attributes.len() {
            return Err(MeasureError::Ragged);
        }
        for (attribute, column) in attributes.iter().zip(known.leaves) {
            if column.iter().any(|leaf| *leaf > attribute.null_leaf()) {
                return Err(MeasureError::Unknown);
            }
        }
        let mut classes = Classes::new(known.leaves)?;
        if let Some(people) = known.people {
            classes = classes.with(people)?;
        }
        Ok(Self {
            leaves: known.leaves.iter().map(|c| classes.first_of_each(c)).collect(),
            people: known.people.map(|p| classes.first_of_each(p)),
            weights: classes.rows().to_vec(),
        })
    }

    fn count(&self) -> usize {
        self.weights.len()
    }
}

/// Code of a leaf at a level of [`Published::levels`]; one code for all where everybody fits.
fn code_at(attribute: &Attribute, level: u32) -> Option<&[u32]> {
    attribute.levels().get(level as usize).map(|l| l.code_of_leaf())
}

fn fits_nobody(level: u32) -> bool {
    level == u32::from(u8::MAX) + 2
}

/// One grouping of the known people per combination of levels.
fn by_levels(
    attributes: &[Attribute],
    published: &Published,
    entries: &Entries,
) -> Result<Vec<u64>, MeasureError> {
    let mut of_tuple = vec![0; published.tuples()];
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); published.patterns.count()];
    for (tuple, pattern) in published.patterns.of_row().iter().enumerate() {
        if let Some(list) = members.get_mut(*pattern as usize) {
            list.push(tuple);
        }
    }
    for tuples in &members {
        let Some(first) = tuples.first() else { continue };
        let levels: Vec<u32> = published.levels.iter().filter_map(|l| l.get(*first).copied()).collect();
        if levels.iter().any(|l| fits_nobody(*l)) {
            continue;
        }
        let mut columns = Vec::with_capacity(attributes.len());
        for (((attribute, leaves), codes), level) in
            attributes.iter().zip(&entries.leaves).zip(&published.codes).zip(&levels)
        {
            let map = code_at(attribute, *level);
            let code = |leaf: &u32| map.and_then(|m| m.get(*leaf as usize)).copied().unwrap_or(0);
            let mut column: Vec<u32> = leaves.iter().map(code).collect();
            column.extend(tuples.iter().map(|t| codes.get(*t).copied().unwrap_or(0)));
            columns.push(column);
        }
        let classes = Classes::new(&columns)?;
        let (known, asked) = classes.of_row().split_at(entries.count().min(classes.of_row().len()));
        let mut sizes = vec![0u64; classes.count()];
        match &entries.people {
            None => {
                for (class, weight) in known.iter().zip(&entries.weights) {
                    bump(&mut sizes, *class, *weight);
                }
            }
            Some(people) => {
                let mut pairs: Vec<(u32, u32)> = known.iter().copied().zip(people.iter().copied()).collect();
                pairs.sort_unstable();
                pairs.dedup();
                for (class, _) in pairs {
                    bump(&mut sizes, class, 1);
                }
            }
        }
        for (tuple, class) in tuples.iter().zip(asked) {
            if let Some(found) = of_tuple.get_mut(*tuple) {
                *found = sizes.get(*class as usize).copied().unwrap_or(0);
            }
        }
    }
    Ok(of_tuple)
}

fn bump(sizes: &mut [u64], class: u32, by: u64) {
    if let Some(size) = sizes.get_mut(class as usize) {
        *size += by;
    }
}

/// Sets of entries as bits: one per published value, cut per distinct record.
fn by_sets(attributes: &[Attribute], published: &Published, entries: &Entries) -> Vec<u64> {
    let words = entries.count().div_ceil(64);
    // Per attribute: the set of every distinct published value, and which each record has.
    let mut sets: Vec<Vec<Vec<u64>>> = Vec::new();
    let mut of_tuple: Vec<Vec<u32>> = Vec::new();
    for (((attribute, leaves), levels), codes) in
        attributes.iter().zip(&entries.leaves).zip(&published.levels).zip(&published.codes)
    {
        let Ok(values) = Classes::new(&[levels, codes]) else { continue };
        let distinct = values.first_of_each(levels).into_iter().zip(values.first_of_each(codes));
        sets.push(distinct.map(|(level, code)| set(attribute, leaves, level, code)).collect());
        of_tuple.push(values.of_row().to_vec());
    }
    let mut cut = vec![0u64; words];
    let mut last_seen = vec![u32::MAX; entries.people.iter().flatten().max().map_or(0, |p| *p as usize + 1)];
    (0u32..)
        .take(published.tuples())
        .map(|tuple| {
            cut.fill(u64::MAX);
            for (sets, of_tuple) in sets.iter().zip(&of_tuple) {
                let value = of_tuple.get(tuple as usize).copied().unwrap_or(0);
                let set = sets.get(value as usize).map_or(&[][..], Vec::as_slice);
                for (all, own) in cut.iter_mut().zip(set) {
                    *all &= own;
                }
            }
            let mut found = 0;
            for entry in ones(&cut) {
                match &entries.people {
                    None => found += entries.weights.get(entry).copied().unwrap_or(0),
                    Some(people) => {
                        let person = people.get(entry).copied().unwrap_or(0);
                        if let Some(seen) = last_seen.get_mut(person as usize)
                            && *seen != tuple
                        {
                            *seen = tuple;
                            found += 1;
                        }
                    }
                }
            }
            found
        })
        .collect()
}

/// The entries that fit one value. Bits beyond the last entry stay clear in a table with columns.
fn set(attribute: &Attribute, leaves: &[u32], level: u32, code: u32) -> Vec<u64> {
    let map = code_at(attribute, level);
    let fits = |leaf: u32| match map {
        Some(map) => map.get(leaf as usize) == Some(&code),
        None => !fits_nobody(level),
    };
    let chunks = leaves.chunks(64);
    chunks
        .map(|chunk| (0u32..).zip(chunk).fold(0, |word, (bit, leaf)| word | (u64::from(fits(*leaf)) << bit)))
        .collect()
}

/// Positions of the set bits.
fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                at * 64 + bit as usize
            })
        })
    })
}

#[cfg(test)]
mod tests;
