//! k-anonymity: how many people share what is known of them.
//!
//! Source: L. Sweeney, "k-anonymity: a model for protecting privacy", 2002; counted in distinct
//! people, because the many visits of one person hide nobody.

use std::collections::BTreeMap;

/// Sizes of the classes of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct KAnonymity {
    /// Least number of people in a class; `None` for a table without rows.
    pub k: Option<u64>,
    /// Number of classes.
    pub classes: u64,
    /// People per class on average: Σ people / classes; `None` without rows.
    pub average_class: Option<f64>,
    /// Classes by number of people, ascending: (people, classes).
    pub histogram: Vec<(u64, u64)>,
}

/// Measures from the number of people of every class ([`super::Classes::people`]).
#[must_use]
pub fn k_anonymity(people_per_class: &[u64]) -> KAnonymity {
    let mut histogram: BTreeMap<u64, u64> = BTreeMap::new();
    for people in people_per_class {
        *histogram.entry(*people).or_insert(0) += 1;
    }
    let classes = people_per_class.len() as u64;
    let people: u64 = people_per_class.iter().sum();
    KAnonymity {
        k: histogram.keys().next().copied(),
        classes,
        average_class: (classes > 0).then(|| people as f64 / classes as f64),
        histogram: histogram.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_counted() {
        let m = k_anonymity(&[3, 1, 3]);
        assert_eq!(m.k, Some(1));
        assert_eq!(m.histogram, vec![(1, 1), (3, 2)]);
        assert!(m.average_class.is_some_and(|a| (a - 7.0 / 3.0).abs() < 1e-15));
        assert_eq!(k_anonymity(&[]).k, None);
    }
}
