//! How far records were generalised: per attribute, at which levels and over how many leaves.
//!
//! Why here: a search gives all records of a column one level, a local recoding does not; granularity,
//! loss and the report ask the same of both, so both are summed up here.
//!
//! Deliberately absent: what became of single records.

use super::recoding::granularity;
use crate::anonymity::Attribute;
use crate::anonymity::loss::{Gone, LossModel};

/// The sums over all records, per attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// Rows, the suppressed ones too.
    pub rows: u64,
    /// Rows suppressed.
    pub suppressed: u64,
    /// Per attribute, the published rows at each level of its hierarchy.
    pub at_level: Vec<Vec<u64>>,
    /// Per attribute, the distinct published values (NULL below the root not counted).
    pub values: Vec<u32>,
    /// Per attribute, Σ over published rows of leaves under the value.
    kept: Vec<u64>,
    /// Per attribute, the suppressed rows with the leaves under their values at the lowest level.
    gone: Vec<Gone>,
    /// Leaves per attribute.
    leaves: Vec<u32>,
}

/// A leaf tuple, its rows, and its levels (one per attribute); `None`: suppressed.
pub type Generalised<'a> = (&'a [u32], u64, Option<&'a [u8]>);

impl Spread {
    /// Sums up the tuples of a table over its attributes.
    #[must_use]
    pub fn new<'a>(attributes: &[Attribute], tuples: impl Iterator<Item = Generalised<'a>>) -> Self {
        // Rows per leaf and level first: there are fewer leaves than tuples. The last row is for
        // suppressed ones.
        let room = |a: &Attribute| vec![vec![0u64; a.null_leaf() as usize + 1]; a.levels().len() + 1];
        let mut rows_at: Vec<Vec<Vec<u64>>> = attributes.iter().map(room).collect();
        let mut spread = Self {
            rows: 0,
            suppressed: 0,
            at_level: Vec::new(),
            values: Vec::new(),
            kept: Vec::new(),
            gone: Vec::new(),
            leaves: attributes.iter().map(Attribute::leaves).collect(),
        };
        for (leaves, rows, levels) in tuples {
            spread.rows += rows;
            spread.suppressed += if levels.is_none() { rows } else { 0 };
            for (position, (leaf, rows_at)) in leaves.iter().zip(&mut rows_at).enumerate() {
                let place = match levels {
                    Some(levels) => levels.get(position).map(|level| usize::from(*level)),
                    None => rows_at.len().checked_sub(1),
                };
                let slot = place.and_then(|p| rows_at.get_mut(p)).and_then(|r| r.get_mut(*leaf as usize));
                if let Some(sum) = slot {
                    *sum += rows;
                }
            }
        }
        for (attribute, rows_at) in attributes.iter().zip(&rows_at) {
            spread.add(attribute, rows_at);
        }
        spread
    }

    fn add(&mut self, attribute: &Attribute, rows_at: &[Vec<u64>]) {
        let (mut at_level, mut values, mut kept) = (Vec::new(), 0, 0);
        for (level, rows) in attribute.levels().iter().zip(rows_at) {
            let mut seen = vec![false; level.codes() as usize];
            let mut sum = 0;
            for ((leaf, rows), (code, under)) in
                (0u32..).zip(rows).zip(level.code_of_leaf().iter().zip(level.leaves_under()))
            {
                sum += rows;
                kept += rows * u64::from(*under);
                // NULL is no value until it is one with all others.
                let null = leaf == attribute.null_leaf() && *under < attribute.leaves();
                if let Some(seen) = seen.get_mut(*code as usize).filter(|s| *rows > 0 && !null && !**s) {
                    *seen = true;
                    values += 1;
                }
            }
            at_level.push(sum);
        }
        let lowest = attribute.levels().get(usize::from(attribute.min_level()));
        let lowest = lowest.map_or(&[][..], crate::anonymity::Level::leaves_under);
        let gone = rows_at.last().map_or(&[][..], Vec::as_slice);
        self.gone.push(Gone {
            rows: gone.iter().sum(),
            leaves: gone.iter().zip(lowest).map(|(rows, under)| rows * u64::from(*under)).sum(),
        });
        self.at_level.push(at_level);
        self.values.push(values);
        self.kept.push(kept);
    }

    /// Mean domain share brought to 0..=1 over all attributes together, 1 = the input itself
    /// (docs/methods/granularity).
    #[must_use]
    pub fn granularity(&self) -> f64 {
        let under = self.kept.iter().map(|kept| u128::from(*kept)).zip(self.leaves.iter().copied());
        granularity(under, self.rows, self.suppressed)
    }

    pub(super) fn loss(&self, model: &LossModel) -> f64 {
        model.of_sums(&self.kept, &self.gone)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn levels_and_leaves_are_summed_over_rows() {
        let halves = vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0; 4]];
        let attributes = [Attribute::new("x", halves).unwrap()];
        let tuples: [Generalised<'_>; 5] = [
            (&[0], 10, Some(&[0])),
            (&[1], 1, Some(&[1])),
            (&[2], 1, Some(&[1])),
            (&[3], 1, None),
            (&[4], 2, Some(&[0])),
        ];
        let spread = Spread::new(&attributes, tuples.into_iter());
        assert_eq!((spread.rows, spread.suppressed), (15, 1));
        assert_eq!(spread.at_level, [vec![12, 2, 0]]);
        // Leaf 0, both halves; NULL at level 0 is none.
        assert_eq!(spread.values, [3]);
        // Shares 1/4 (12 rows), 1/2 (two rows), 1 (one suppressed row); at best 1/4 for all.
        let lost = 2.0 * 0.25 + 0.75;
        assert!((spread.granularity() - (1.0 - lost / (15.0 * 0.75))).abs() < 1e-12);
    }
}
