//! k-map: every class stands for at least k people of the population.
//!
//! Source: L. Sweeney, "Computational disclosure control: a primer on data privacy protection", PhD
//! thesis, MIT 2001, section 6.4. The population is a second table, counted over the same
//! quasi-identifiers and generalised alike.
//!
//! Violated: people of the population with the class's tuple < k. Monotone at every limit: a part
//! stands for no more people.

use super::{Class, Model, Monotone, Reads};

/// At least `k` people of the population per class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KMap {
    /// Least number of people of the population.
    pub k: u64,
}

impl Model for KMap {
    fn id(&self) -> &'static str {
        "k-map"
    }

    fn reads(&self) -> Reads {
        Reads::Population
    }

    fn monotone(&self) -> Monotone {
        Monotone::Always
    }

    fn is_valid(&self) -> bool {
        self.k > 0
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        class.population < self.k
    }
}
