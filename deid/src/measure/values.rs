//! The values of a sensitive column in every class, which the measures of values are made from.
//!
//! Why here: entropy, order, trees and gains all start from "how many people of this class have
//! this value". Counted once per column, over distinct (person, value): a value that one person
//! brings ten times counts once. NULL is a value.
//!
//! Deliberately absent: any formula.

use super::classes::{Classes, MeasureError};

/// Per class: (value, people who have it), every value once, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClassValues {
    classes: Vec<Vec<(u32, u64)>>,
}

impl ClassValues {
    /// Of a column; without people every row is a person.
    ///
    /// # Errors
    /// [`MeasureError::Ragged`] when the columns differ in length.
    pub fn new(classes: &Classes, people: Option<&[u32]>, values: &[u32]) -> Result<Self, MeasureError> {
        let mut found = vec![Vec::new(); classes.count()];
        for (class, value, count) in classes.tally(people, values)? {
            if let Some(of_class) = found.get_mut(class as usize) {
                of_class.push((value, count));
            }
        }
        Ok(Self::of(found))
    }

    /// Of counts in any order; classes and values without people are left out.
    #[must_use]
    pub fn of(mut classes: Vec<Vec<(u32, u64)>>) -> Self {
        for class in &mut classes {
            class.retain(|(_, count)| *count > 0);
            class.sort_unstable();
        }
        classes.retain(|class| !class.is_empty());
        Self { classes }
    }

    /// Class by class.
    pub fn iter(&self) -> impl Iterator<Item = &[(u32, u64)]> {
        self.classes.iter().map(Vec::as_slice)
    }

    /// The largest of a figure over the classes; `None` without a class.
    pub fn largest(&self, figure: impl Fn(&[(u32, u64)]) -> f64) -> Option<f64> {
        self.iter().map(figure).reduce(f64::max)
    }
}

/// Sum of the counts of a class.
#[must_use]
pub fn total(class: &[(u32, u64)]) -> u64 {
    class.iter().map(|(_, count)| count).sum()
}

/// How many people of a class have a value.
#[must_use]
pub fn of(class: &[(u32, u64)], value: u32) -> u64 {
    class.iter().find(|(v, _)| *v == value).map_or(0, |(_, count)| *count)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn people_count_once_per_value() {
        let classes = Classes::new(&[vec![0, 0, 0, 1]]).unwrap();
        let counted = ClassValues::new(&classes, Some(&[7, 7, 8, 9]), &[3, 3, 2, 3]).unwrap();
        assert_eq!(counted, ClassValues::of(vec![vec![(3, 1), (2, 1)], vec![(3, 1)], vec![(5, 0)]]));
        assert_eq!((total(&[(2, 1), (3, 4)]), of(&[(2, 1), (3, 4)], 3), of(&[], 3)), (5, 4, 0));
    }
}
