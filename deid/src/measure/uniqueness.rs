//! How many people a column, or several together, make unique.
//!
//! Why here: a published column that nobody declared quasi-identifying may still single people
//! out; the recipe must acknowledge those over its limit.
//!
//! Deliberately absent: estimates for the population.

use super::classes::{Classes, MeasureError};

/// People who can be singled out by a set of columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uniqueness {
    /// People with at least one row whose values no other person has.
    pub unique: u64,
    /// All people.
    pub people: u64,
    /// Distinct combinations of values.
    pub distinct: u64,
}

impl Uniqueness {
    /// unique / people; 0 for a table without rows.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.people == 0 { 0.0 } else { self.unique as f64 / self.people as f64 }
    }
}

/// Measures on columns; without people every row is a person.
///
/// # Errors
/// [`MeasureError`] when there is no column or they differ in length.
pub fn uniqueness<C: AsRef<[u32]>>(
    columns: &[C],
    people: Option<&[u32]>,
) -> Result<Uniqueness, MeasureError> {
    let classes = Classes::new(columns)?;
    let sizes = classes.people(people)?;
    let alone = |class: &u32| sizes.get(*class as usize) == Some(&1);
    let distinct = classes.count() as u64;
    let Some(people) = people else {
        return Ok(Uniqueness {
            unique: classes.of_row().iter().filter(|c| alone(c)).count() as u64,
            people: classes.of_row().len() as u64,
            distinct,
        });
    };
    let mut all: Vec<(u32, bool)> =
        people.iter().zip(classes.of_row()).map(|(person, class)| (*person, alone(class))).collect();
    all.sort_unstable();
    all.dedup();
    let singled_out = all.iter().filter(|(_, alone)| *alone).count() as u64;
    all.dedup_by_key(|(person, _)| *person);
    Ok(Uniqueness { unique: singled_out, people: all.len() as u64, distinct })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop on a broken assumption")]
    use super::*;

    #[test]
    fn repeated_rows_of_one_person_still_single_them_out() {
        // person 0 twice with value 7 (alone), persons 1 and 2 share 8, person 2 also has 9 alone
        let values = vec![7, 7, 8, 8, 9];
        let people = [0, 0, 1, 2, 2];
        let u = uniqueness(&[&values], Some(&people)).unwrap();
        assert_eq!((u.unique, u.people, u.distinct), (2, 3, 3));
        let rows = uniqueness(&[&values], None).unwrap();
        assert_eq!((rows.unique, rows.people), (1, 5));
        assert!((rows.share() - 0.2).abs() < 1e-15);
    }
}
