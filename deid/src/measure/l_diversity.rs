//! Distinct-l: how many values of a sensitive column a class holds.
//!
//! Source: Machanavajjhala et al., "l-diversity: privacy beyond k-anonymity", 2007 (the distinct
//! variant). NULL is a value.
//!
//! Deliberately absent: entropy and recursive l ([`super::entropy_l`], [`super::recursive_l`]).

use super::classes::{Classes, MeasureError};

/// Least number of distinct values in a class; `None` for a table without rows.
///
/// # Errors
/// [`MeasureError::Ragged`] when the column has another length than the classes.
pub fn l_diversity(classes: &Classes, sensitive: &[u32]) -> Result<Option<u64>, MeasureError> {
    let mut distinct = vec![0u64; classes.count()];
    for (class, _, _) in classes.tally(None, sensitive)? {
        if let Some(n) = distinct.get_mut(class as usize) {
            *n += 1;
        }
    }
    Ok(distinct.into_iter().min())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop on a broken assumption")]
    use super::*;

    #[test]
    fn the_poorest_class_counts() {
        let classes = Classes::new(&[vec![0, 0, 1, 1, 1]]).unwrap();
        assert_eq!(l_diversity(&classes, &[5, 6, 7, 7, 7]), Ok(Some(1)));
        assert_eq!(l_diversity(&classes, &[5, 6, 7, 8, 7]), Ok(Some(2)));
        assert_eq!(l_diversity(&classes, &[5]), Err(MeasureError::Ragged));
    }
}
