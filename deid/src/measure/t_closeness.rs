//! t-closeness with the equal distance: how far a class's values are from everybody's.
//!
//! Source: Li, Li and Venkatasubramanian, "t-closeness", 2007. The earth mover's distance with
//! equal ground distances is the total variation distance, ½ Σ |p − q|. Counted over distinct
//! (person, value): a value that one person brings ten times counts once.
//!
//! Deliberately absent: other ground distances ([`super::t_ordered`], [`super::t_hierarchical`]).

use super::classes::{Classes, MeasureError};

/// A distribution of value codes: (value, count), sorted by value, every value once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Distribution {
    counts: Vec<(u32, u64)>,
}

impl Distribution {
    /// From counts in any order.
    #[must_use]
    pub fn new(counts: impl IntoIterator<Item = (u32, u64)>) -> Self {
        let mut counts: Vec<(u32, u64)> = counts.into_iter().filter(|(_, n)| *n > 0).collect();
        counts.sort_unstable();
        counts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Self { counts }
    }

    /// Of a column: distinct (person, value), or rows where no people are given.
    ///
    /// # Errors
    /// [`MeasureError::Ragged`] when the columns differ in length.
    pub fn of_column(people: Option<&[u32]>, values: &[u32]) -> Result<Self, MeasureError> {
        let values_alone = Classes::new(&[values])?;
        let counts = values_alone.tally(people, values)?;
        Ok(Self::new(counts.into_iter().map(|(_, v, n)| (v, n))))
    }

    /// (value, count), sorted by value.
    #[must_use]
    pub fn counts(&self) -> &[(u32, u64)] {
        &self.counts
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(|(_, n)| n).sum()
    }

    fn of(&self, value: u32) -> u64 {
        let at = self.counts.binary_search_by_key(&value, |(v, _)| *v);
        at.ok().and_then(|i| self.counts.get(i)).map_or(0, |(_, n)| *n)
    }
}

/// Largest distance of a class from `reference`, in 0..=1; `None` for a table without rows or an
/// empty reference.
///
/// # Errors
/// [`MeasureError::Ragged`] when the columns differ in length.
pub fn t_closeness(
    classes: &Classes,
    people: Option<&[u32]>,
    sensitive: &[u32],
    reference: &Distribution,
) -> Result<Option<f64>, MeasureError> {
    let whole = u128::from(reference.total());
    let tally = classes.tally(people, sensitive)?;
    if whole == 0 || tally.is_empty() {
        return Ok(None);
    }
    let mut size = vec![0u64; classes.count()];
    for (class, _, n) in &tally {
        if let Some(s) = size.get_mut(*class as usize) {
            *s += n;
        }
    }
    // Per class: Σ |c/n − C/N| · n·N over the values present, and Σ C of these.
    let mut difference = vec![(0u128, 0u128); classes.count()];
    for (class, value, n) in &tally {
        let at = *class as usize;
        if let (Some(d), Some(size)) = (difference.get_mut(at), size.get(at)) {
            let expected = u128::from(reference.of(*value));
            d.0 += (u128::from(*n) * whole).abs_diff(expected * u128::from(*size));
            d.1 += expected;
        }
    }
    let distances = difference.iter().zip(&size).map(|((sum, present), size)| {
        let n = u128::from(*size);
        let sum = sum + n * (whole - present);
        sum as f64 / (2 * n * whole) as f64
    });
    Ok(distances.reduce(f64::max))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop on a broken assumption")]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_definition(rows in proptest::collection::vec((0u32..3, 0u32..4, 0u32..6), 1..60)) {
            let quasi: Vec<u32> = rows.iter().map(|r| r.0).collect();
            let values: Vec<u32> = rows.iter().map(|r| r.1).collect();
            let people: Vec<u32> = rows.iter().map(|r| r.2).collect();
            let classes = Classes::new(&[quasi]).unwrap();
            let reference = Distribution::of_column(Some(&people), &values).unwrap();
            let t = t_closeness(&classes, Some(&people), &values, &reference).unwrap().unwrap();

            let set = |keep: &dyn Fn(u32) -> bool| {
                let mut pairs: Vec<(u32, u32)> = rows.iter().filter(|r| keep(r.0)).map(|r| (r.2, r.1)).collect();
                pairs.sort_unstable();
                pairs.dedup();
                pairs
            };
            let share = |pairs: &[(u32, u32)], v: u32| pairs.iter().filter(|p| p.1 == v).count() as f64 / pairs.len() as f64;
            let all = set(&|_| true);
            let naive = (0..3).map(|c| set(&|q| q == c)).filter(|p| !p.is_empty())
                .map(|p| (0..4).map(|v| (share(&p, v) - share(&all, v)).abs()).sum::<f64>() / 2.0)
                .fold(0.0, f64::max);
            prop_assert!((t - naive).abs() < 1e-12);
        }
    }

    #[test]
    fn values_unknown_to_the_reference_are_far() {
        let classes = Classes::new(&[vec![0, 0]]).unwrap();
        let reference = Distribution::new([(1, 3)]);
        assert_eq!(t_closeness(&classes, None, &[9, 9], &reference), Ok(Some(1.0)));
        let empty = Distribution::default();
        assert_eq!(t_closeness(&classes, None, &[9, 9], &empty), Ok(None));
    }
}
