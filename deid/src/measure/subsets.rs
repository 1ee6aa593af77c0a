//! Which columns identify: every subset of the quasi-identifiers, measured by itself.
//!
//! Source: R. Motwani, Y. Xu, "Efficient algorithms for masking and finding quasi-identifiers",
//! VLDB 2007. α-distinction = distinct tuples / records (keep one record of each and the subset is
//! a key); α-separation = pairs of records that differ / pairs of records. Beside them the records
//! that are alone with their values.
//!
//! Equal records are counted once, with their number; then a depth-first walk splits the classes of
//! a subset by one more column, and stops splitting where all distinct records already stand
//! alone: at most one pass over the distinct records per subset.
//!
//! Records are counted, not people. Above [`MOST`] subsets (16 columns) only the smaller ones are
//! measured, and [`Subsets::complete`] says so.

use super::classes::{Classes, MeasureError, refine};

/// Most subsets that are measured: all of 15 columns.
pub const MOST: u64 = (1 << 15) - 1;

/// One subset of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subset {
    /// Positions of its columns, ascending.
    pub columns: Vec<usize>,
    /// Distinct tuples.
    pub distinct: u64,
    /// Pairs of records that the subset tells apart.
    pub separated: u128,
    /// Records with a tuple that no other record has.
    pub unique: u64,
}

/// All subsets, or all up to a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subsets {
    /// Records.
    pub records: u64,
    /// Most columns in a measured subset.
    pub largest: usize,
    /// Whether all non-empty subsets were measured.
    pub complete: bool,
    /// By number of columns, then by their positions.
    pub all: Vec<Subset>,
}

impl Subsets {
    /// α-distinction, in 0..=1; 0 without records.
    #[must_use]
    pub fn distinction(&self, subset: &Subset) -> f64 {
        subset.distinct as f64 / self.records.max(1) as f64
    }

    /// α-separation, in 0..=1; 0 with fewer than two records.
    #[must_use]
    pub fn separation(&self, subset: &Subset) -> f64 {
        subset.separated as f64 / pairs(self.records).max(1) as f64
    }

    /// Share of records that are alone, in 0..=1; 0 without records.
    #[must_use]
    pub fn share_unique(&self, subset: &Subset) -> f64 {
        subset.unique as f64 / self.records.max(1) as f64
    }
}

/// Measures every subset of `columns`.
///
/// # Errors
/// [`MeasureError`] when there is no column, they differ in length, or there are more than 64.
pub fn subsets<C: AsRef<[u32]>>(columns: &[C]) -> Result<Subsets, MeasureError> {
    subsets_up_to(columns, MOST)
}

/// As [`subsets`], with another limit; at least the single columns are measured.
///
/// # Errors
/// As [`subsets`].
pub fn subsets_up_to<C: AsRef<[u32]>>(columns: &[C], most: u64) -> Result<Subsets, MeasureError> {
    let classes = Classes::new(columns)?;
    let count = columns.len();
    let largest = largest_size(count, most);
    let mut walk = Walk {
        columns: columns.iter().map(|c| dense(&classes.first_of_each(c.as_ref()))).collect(),
        weights: classes.rows().to_vec(),
        records: classes.rows().iter().sum(),
        largest,
        chosen: Vec::new(),
        found: Vec::new(),
    };
    let tuples = classes.count();
    walk.extend(0, &vec![0; tuples], u32::from(tuples > 0));
    let mut all = walk.found;
    all.sort_by(|a, b| (a.columns.len(), &a.columns).cmp(&(b.columns.len(), &b.columns)));
    Ok(Subsets { records: walk.records, largest, complete: largest == count, all })
}

/// The largest size up to which all subsets of `count` columns are at most `most`; at least 1.
fn largest_size(count: usize, most: u64) -> usize {
    let (mut sum, mut choose) = (0u128, 1u128);
    let mut size = 0;
    while size < count {
        choose = choose * (count - size) as u128 / (size as u128 + 1);
        sum += choose;
        if sum > u128::from(most) {
            break;
        }
        size += 1;
    }
    size.max(1)
}

/// Codes numbered by first appearance, so that classes can be numbered by a table.
fn dense(codes: &[u32]) -> Vec<u32> {
    let mut of_row = vec![0; codes.len()];
    refine(&mut of_row, u32::from(!codes.is_empty()), codes);
    of_row
}

struct Walk {
    /// Dense codes per column and distinct record.
    columns: Vec<Vec<u32>>,
    /// Records per distinct record.
    weights: Vec<u64>,
    records: u64,
    largest: usize,
    chosen: Vec<usize>,
    found: Vec<Subset>,
}

impl Walk {
    /// Adds each later column to the classes of the chosen ones.
    fn extend(&mut self, from: usize, of_tuple: &[u32], count: u32) {
        if self.chosen.len() >= self.largest {
            return;
        }
        for column in from..self.columns.len() {
            self.chosen.push(column);
            if count as usize == self.weights.len() {
                let found = self.measured(of_tuple, count);
                self.found.push(found);
                self.extend(column + 1, of_tuple, count);
            } else {
                let mut split = of_tuple.to_vec();
                let codes = self.columns.get(column).map_or(&[][..], Vec::as_slice);
                let count = refine(&mut split, count, codes);
                let found = self.measured(&split, count);
                self.found.push(found);
                self.extend(column + 1, &split, count);
            }
            self.chosen.pop();
        }
    }

    fn measured(&self, of_tuple: &[u32], count: u32) -> Subset {
        let mut sizes = vec![0u64; count as usize];
        for (class, weight) in of_tuple.iter().zip(&self.weights) {
            if let Some(size) = sizes.get_mut(*class as usize) {
                *size += weight;
            }
        }
        let together: u128 = sizes.iter().map(|n| pairs(*n)).sum();
        Subset {
            columns: self.chosen.clone(),
            distinct: u64::from(count),
            separated: pairs(self.records) - together,
            unique: sizes.iter().filter(|n| **n == 1).count() as u64,
        }
    }
}

fn pairs(n: u64) -> u128 {
    u128::from(n) * u128::from(n.saturating_sub(1)) / 2
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
    use super::*;
    use crate::anonymity::fixture;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_subset_agrees_with_pairwise_comparison(
            rows in proptest::collection::vec(proptest::collection::vec(prop_oneof![0u32..3, Just(u32::MAX)], 4), 0..30),
            most in 1u64..20,
        ) {
            let columns: Vec<Vec<u32>> = (0..4).map(|c| rows.iter().map(|r| r[c]).collect()).collect();
            let found = subsets_up_to(&columns, most).unwrap();
            prop_assert_eq!(found.complete, most >= 15);
            let wanted = (1u32..16).filter(|mask| mask.count_ones() as usize <= found.largest).count();
            prop_assert_eq!(found.all.len(), wanted);
            prop_assert!(wanted as u64 <= most.max(4));
            for subset in &found.all {
                let part = |r: &Vec<u32>| -> Vec<u32> { subset.columns.iter().map(|c| r[*c]).collect() };
                let (mut apart, mut unique, mut distinct) = (0, 0, 0);
                for (i, a) in rows.iter().enumerate() {
                    apart += rows[i + 1..].iter().filter(|b| part(a) != part(b)).count() as u128;
                    unique += u64::from(rows.iter().filter(|b| part(a) == part(b)).count() == 1);
                    distinct += u64::from(!rows[..i].iter().any(|b| part(a) == part(b)));
                }
                prop_assert_eq!((subset.separated, subset.unique, subset.distinct), (apart, unique, distinct));
            }
        }
    }

    #[test]
    fn subsets_are_limited_by_number_and_it_is_said() {
        assert_eq!(largest_size(15, MOST), 15);
        assert_eq!(largest_size(16, MOST), 7);
        assert_eq!(largest_size(64, MOST), 2);
        assert_eq!(largest_size(3, 0), 1);
    }

    #[test]
    fn adult_columns() {
        let Some(adult) = fixture::adult() else { return };
        let found = subsets(&adult.columns).unwrap();
        assert_eq!((found.all.len(), found.complete, found.largest), (255, true, 8));
        let all = found.all.last().unwrap();
        assert_eq!((all.distinct, all.unique), (12_458, 8_841));
        let same: u128 = (485_542 - 30_162) / 2;
        assert_eq!(all.separated, 30_162 * 30_161 / 2 - same);
        for (column, subset) in found.all.iter().take(8).enumerate() {
            let classes = Classes::new(&[&adult.columns[column]]).unwrap();
            assert_eq!((subset.columns.as_slice(), subset.distinct), (&[column][..], classes.count() as u64));
        }
    }

    /// `cargo test --release -p deid --no-default-features --lib subsets -- --nocapture --ignored`
    #[test]
    #[ignore = "a measurement; run in release"]
    fn seconds_for_all_subsets() {
        for table in [fixture::adult(), fixture::atus()] {
            let Some(table) = table else { return };
            let start = std::time::Instant::now();
            let found = subsets(&table.columns).unwrap();
            let spent = start.elapsed();
            assert_eq!(found.all.len(), 255);
            #[expect(clippy::print_stderr, reason = "a measurement, not a test of time")]
            {
                eprintln!("{} records, 255 subsets: {spent:?}", found.records);
            }
        }
    }
}
