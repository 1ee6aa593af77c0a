//! Distinct l-diversity: every class has at least l different values.
//!
//! Source: A. Machanavajjhala, D. Kifer, J. Gehrke, M. Venkitasubramaniam, "l-diversity: privacy
//! beyond k-anonymity", ACM TKDD 1(1), 2007 (there the weakest form, named in section 4).
//!
//! Violated: distinct values < l; NULL is a value. Monotone at every limit: a part has no value that
//! the class lacks.

use super::{Class, Model, Monotone, Reads};

/// At least `l` distinct values per class; 0 and 1 ask nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DistinctL {
    /// Least number of distinct values.
    pub l: u32,
}

impl Model for DistinctL {
    fn id(&self) -> &'static str {
        "l-diversity.distinct"
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::Always
    }

    fn is_valid(&self) -> bool {
        true
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        (class.values.len() as u64) < u64::from(self.l)
    }
}
