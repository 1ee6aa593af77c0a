//! k and distinct l written down once more, for tests: what [`super::Demanded`] must agree with, and a
//! model that tests can make in one line.

use super::model::{ClassModel, ClassView};

/// k-anonymity in people, with distinct-l per sensitive column.
///
/// Sources: Sweeney 2002; Machanavajjhala et al. 2007 (distinct l-diversity).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KAndDistinctL {
    /// Least number of people.
    pub(crate) k: u64,
    /// Least number of distinct values per sensitive column; missing columns ask nothing.
    pub(crate) l: Vec<u64>,
}

impl ClassModel for KAndDistinctL {
    fn accepts(&self, class: &ClassView) -> bool {
        let diverse = |(l, values): (&u64, Option<&Vec<(u32, u64)>>)| {
            *l <= 1 || values.is_some_and(|v| v.len() as u64 >= *l)
        };
        class.people >= self.k
            && self.l.iter().enumerate().all(|(column, l)| diverse((l, class.values.get(column))))
    }

    fn least_people(&self) -> u64 {
        self.k
    }

    fn keeps_under_union(&self) -> bool {
        true
    }

    fn reads_values(&self) -> bool {
        self.l.iter().any(|l| *l > 1)
    }
}
