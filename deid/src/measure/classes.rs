//! Equivalence classes of rows.
//!
//! Why here: every measure starts from them. One pass per column: the class so far and the
//! column's code make the new class, so that any number of columns and any codes work. Small
//! domains are numbered by a table, large ones by hashing.
//!
//! Deliberately absent: generalisation. The columns are taken as they are.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Columns that do not form a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// Columns of different lengths.
    #[error("columns differ in length")]
    Ragged,
    /// No column, and no number of rows that it could follow from.
    #[error("no column given")]
    NoColumn,
    /// More than 2³² − 2 rows.
    #[error("too many rows")]
    TooMany,
    /// A code that its hierarchy does not have, or a level that does not exist.
    #[error("a code or level does not exist")]
    Unknown,
}

/// The equivalence class of every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    of_row: Vec<u32>,
    rows: Vec<u64>,
}

impl Classes {
    /// Classes by equality in all `columns`.
    ///
    /// # Errors
    /// [`MeasureError`] when there is no column or they differ in length.
    pub fn new<C: AsRef<[u32]>>(columns: &[C]) -> Result<Self, MeasureError> {
        let length = columns.first().ok_or(MeasureError::NoColumn)?.as_ref().len();
        if columns.iter().any(|c| c.as_ref().len() != length) {
            return Err(MeasureError::Ragged);
        }
        if u32::try_from(length).is_ok_and(|l| l < u32::MAX) {
            let mut of_row = vec![0u32; length];
            let mut count = u32::from(length > 0);
            for column in columns {
                count = refine(&mut of_row, count, column.as_ref());
            }
            Ok(Self::numbered(of_row, count))
        } else {
            Err(MeasureError::TooMany)
        }
    }

    fn numbered(of_row: Vec<u32>, count: u32) -> Self {
        let mut rows = vec![0u64; count as usize];
        for class in &of_row {
            if let Some(n) = rows.get_mut(*class as usize) {
                *n += 1;
            }
        }
        Self { of_row, rows }
    }

    /// The class of every row, 0.. in order of first appearance.
    #[must_use]
    pub fn of_row(&self) -> &[u32] {
        &self.of_row
    }

    /// Rows per class.
    #[must_use]
    pub fn rows(&self) -> &[u64] {
        &self.rows
    }

    /// Number of classes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Distinct people per class; rows per class where no people are given.
    ///
    /// # Errors
    /// [`MeasureError::Ragged`] when people and rows differ in number.
    pub fn people(&self, people: Option<&[u32]>) -> Result<Vec<u64>, MeasureError> {
        match people {
            None => Ok(self.rows.clone()),
            Some(people) => {
                let pairs = self.with(people)?;
                let mut counts = vec![0u64; self.count()];
                for class in pairs.first_of_each(self.of_row()) {
                    if let Some(n) = counts.get_mut(class as usize) {
                        *n += 1;
                    }
                }
                Ok(counts)
            }
        }
    }

    /// The classes split further by one more column.
    ///
    /// # Errors
    /// [`MeasureError::Ragged`] when the column has another length.
    pub fn with(&self, column: &[u32]) -> Result<Self, MeasureError> {
        if column.len() != self.of_row.len() {
            return Err(MeasureError::Ragged);
        }
        let mut of_row = self.of_row.clone();
        let before = u32::try_from(self.count()).map_err(|_| MeasureError::TooMany)?;
        let count = refine(&mut of_row, before, column);
        Ok(Self::numbered(of_row, count))
    }

    /// What `column` holds in the first row of each class.
    pub(crate) fn first_of_each(&self, column: &[u32]) -> Vec<u32> {
        let mut first = Vec::with_capacity(self.count());
        for (class, value) in self.of_row.iter().zip(column) {
            // Classes are numbered by first appearance, so that a new one is always the next.
            if *class as usize == first.len() {
                first.push(*value);
            }
        }
        first
    }

    /// Distinct (class, person, value) as (class, value, number of people); without people, rows.
    pub(crate) fn tally(
        &self,
        people: Option<&[u32]>,
        values: &[u32],
    ) -> Result<Vec<(u32, u32, u64)>, MeasureError> {
        let by_value = self.with(values)?;
        let counts = by_value.people(people)?;
        let class = by_value.first_of_each(&self.of_row);
        let value = by_value.first_of_each(values);
        let pairs = class.into_iter().zip(value);
        Ok(pairs.zip(counts).map(|((c, v), n)| (c, v, n)).collect())
    }
}

/// Splits classes by a column, in place. Returns the new number of classes.
pub(super) fn refine(of_row: &mut [u32], count: u32, column: &[u32]) -> u32 {
    let domain = column.iter().max().map_or(0, |m| u64::from(*m) + 1);
    let cells = domain.saturating_mul(u64::from(count));
    if domain <= 1 {
        return count;
    }
    if cells <= 4 * of_row.len() as u64 {
        refine_by_table(of_row, domain as usize, cells as usize, column)
    } else {
        refine_by_hash(of_row, column)
    }
}

#[expect(clippy::indexing_slicing, reason = "hot loop; class and code are below the sides of the table")]
fn refine_by_table(of_row: &mut [u32], domain: usize, cells: usize, column: &[u32]) -> u32 {
    let mut number = vec![u32::MAX; cells];
    let mut count = 0;
    for (class, code) in of_row.iter_mut().zip(column) {
        let slot = &mut number[*class as usize * domain + *code as usize];
        if *slot == u32::MAX {
            *slot = count;
            count += 1;
        }
        *class = *slot;
    }
    count
}

fn refine_by_hash(of_row: &mut [u32], column: &[u32]) -> u32 {
    let mut number: HashMap<u64, u32, FixedState> = HashMap::default();
    let mut count = 0;
    for (class, code) in of_row.iter_mut().zip(column) {
        let key = (u64::from(*class) << u32::BITS) | u64::from(*code);
        *class = *number.entry(key).or_insert_with(|| {
            count += 1;
            count - 1
        });
    }
    count
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equal_rows_are_one_class(rows in proptest::collection::vec((0u32..4, 0u32..3, prop_oneof![0u32..3, Just(4_000_000_000)], 0u32..5), 1..120)) {
            let columns: [Vec<u32>; 3] = [
                rows.iter().map(|r| r.0).collect(),
                rows.iter().map(|r| r.1).collect(),
                rows.iter().map(|r| r.2).collect(),
            ];
            let people: Vec<u32> = rows.iter().map(|r| r.3).collect();
            let classes = Classes::new(&columns).unwrap();
            let sizes = classes.people(Some(&people)).unwrap();
            for (i, a) in rows.iter().enumerate() {
                let same: Vec<_> = rows.iter().filter(|b| (a.0, a.1, a.2) == (b.0, b.1, b.2)).collect();
                let mut who: Vec<u32> = same.iter().map(|r| r.3).collect();
                who.sort_unstable();
                who.dedup();
                let class = classes.of_row()[i] as usize;
                prop_assert_eq!(classes.rows()[class], same.len() as u64);
                prop_assert_eq!(sizes[class], who.len() as u64);
            }
        }
    }

    #[test]
    fn columns_must_form_a_table() {
        let none: [Vec<u32>; 0] = [];
        assert_eq!(Classes::new(&none), Err(MeasureError::NoColumn));
        assert_eq!(Classes::new(&[vec![1], vec![]]), Err(MeasureError::Ragged));
        let empty = Classes::new(&[Vec::new()]).unwrap();
        assert_eq!(empty.count(), 0);
        assert_eq!(empty.people(Some(&[1])), Err(MeasureError::Ragged));
    }
}
