//! How far records were generalised: per attribute, at which levels and over how many leaves.
//!
//! Why here: a search gives all records of a column one level, a local recoding does not; granularity,
//! loss and the report ask the same of both, so both are summed up here.
//!
//! Deliberately absent: what became of single records.

use std::collections::BTreeSet;

use super::at;
use super::recoding::granularity;
use super::records::Records;
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

impl Spread {
    /// Sums up records whose levels (one per attribute) `levels_of` tells; `None`: suppressed.
    #[must_use]
    pub fn new<'l>(records: &Records<'_>, levels_of: impl Fn(u32) -> Option<&'l [u8]>) -> Self {
        let rows = (0..records.len() as u32).map(|record| records.rows_of(record));
        let mut spread = Self { rows: rows.sum(), ..Self::empty() };
        for (position, (attribute, column)) in records.attributes.iter().zip(records.leaves).enumerate() {
            let mut at_level = vec![0; attribute.levels().len()];
            let (mut kept, mut gone) = (0, Gone::default());
            let mut values: BTreeSet<(u8, u32)> = BTreeSet::new();
            for (record, leaf) in (0u32..).zip(column) {
                let rows = records.rows_of(record);
                let level = levels_of(record).and_then(|levels| levels.get(position)).copied();
                let shown = attribute.levels().get(usize::from(level.unwrap_or(attribute.min_level())));
                let under = shown.map_or(0, |level| u64::from(at(level.leaves_under(), *leaf))) * rows;
                let Some(level) = level else {
                    gone.rows += rows;
                    gone.leaves += under;
                    continue;
                };
                kept += under;
                if let Some(sum) = at_level.get_mut(usize::from(level)) {
                    *sum += rows;
                }
                let null_below_root = *leaf == attribute.null_leaf() && under < u64::from(attribute.leaves());
                if !null_below_root {
                    let code = shown.map_or(0, |level| at(level.code_of_leaf(), *leaf));
                    values.insert((level, code));
                }
            }
            spread.suppressed = gone.rows;
            spread.at_level.push(at_level);
            spread.values.push(values.len() as u32);
            spread.kept.push(kept);
            spread.gone.push(gone);
            spread.leaves.push(attribute.leaves());
        }
        spread
    }

    fn empty() -> Self {
        Self {
            rows: 0,
            suppressed: 0,
            at_level: Vec::new(),
            values: Vec::new(),
            kept: Vec::new(),
            gone: Vec::new(),
            leaves: Vec::new(),
        }
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
    use crate::anonymity::Attribute;

    #[test]
    fn levels_and_leaves_are_summed_over_rows() {
        let halves = vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0; 4]];
        let attributes = [Attribute::new("x", halves).unwrap()];
        let leaves = [vec![0, 1, 2, 3, 4]];
        let rows = [10, 1, 1, 1, 2];
        let records = Records { rows: Some(&rows), ..Records::new(&attributes, &leaves) };
        let levels: [&[u8]; 5] = [&[0], &[1], &[1], &[2], &[0]];
        let spread = Spread::new(&records, |r| (r != 3).then(|| levels.get(r as usize).copied().unwrap()));
        assert_eq!((spread.rows, spread.suppressed), (15, 1));
        assert_eq!(spread.at_level, [vec![12, 2, 0]]);
        // Leaf 0, both halves; NULL at level 0 is none.
        assert_eq!(spread.values, [3]);
        // Shares 1/4 (12 rows), 1/2 (two rows), 1 (one suppressed row); at best 1/4 for all.
        let lost = 2.0 * 0.25 + 0.75;
        assert!((spread.granularity() - (1.0 - lost / (15.0 * 0.75))).abs() < 1e-12);
    }
}
