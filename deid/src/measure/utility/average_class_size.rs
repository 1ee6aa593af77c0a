//! Average class size (AECS): kept records / classes.
//!
//! Source: K. LeFevre, D. DeWitt, R. Ramakrishnan, "Mondrian multidimensional k-anonymity", ICDE
//! 2006, without the division by k. The input's own average before, n at worst; that also where no
//! record was kept, because nothing published is not the finest publication.

use super::Figure;

/// Measures from class sizes of the input and of the kept records, out of `rows`.
#[must_use]
pub fn average_class_size(input: &[u64], kept: &[u64], rows: u64) -> Figure {
    let mean = |sizes: &[u64]| sizes.iter().sum::<u64>() as f64 / sizes.len().max(1) as f64;
    let worst = rows as f64;
    Figure { before: mean(input), after: if kept.is_empty() { worst } else { mean(kept) }, worst }
}
