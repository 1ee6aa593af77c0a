//! How many people are probably unique in the population that a table was drawn from.
//!
//! Why here: a table of some residents shows who is alone in it, not who is alone in the city. The
//! estimators see only how many classes of each size the sample has and how many people the
//! population has; which population that is, the caller decides ([`JAPAN`] is one answer).
//!
//! [`pitman`] and [`snb`] fit a model of class sizes, [`zayatz`] asks how a sample unique came to be,
//! [`dankar`] chooses among the three. `None` always means: no valid estimate, never "nobody".
//!
//! Deliberately absent: the estimate for one person (all figures are of the whole table), and
//! μ-ARGUS, which the comparison of Dankar et al. found inferior.

pub mod dankar;
mod gamma;
pub mod pitman;
pub mod snb;
pub mod zayatz;

use std::collections::BTreeMap;

/// People in Japan: census of 2020-10-01 (令和2年国勢調査, 総務省統計局), 126,146,099.
pub const JAPAN: u64 = 126_146_099;

/// How many classes of each size a sample has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    sizes: Vec<(u64, u64)>,
    people: u64,
    classes: u64,
}

impl Sample {
    /// From the number of people of every class ([`crate::measure::Classes::people`]). Empty
    /// classes are left out.
    #[must_use]
    pub fn new(people_per_class: &[u64]) -> Self {
        let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
        for size in people_per_class.iter().filter(|n| **n > 0) {
            *sizes.entry(*size).or_insert(0) += 1;
        }
        Self {
            people: sizes.iter().map(|(size, count)| size * count).sum(),
            classes: sizes.values().sum(),
            sizes: sizes.into_iter().collect(),
        }
    }

    /// From (size, classes of that size), ascending, each size once and above 0.
    #[must_use]
    pub fn of_sizes(sizes: &[(u64, u64)]) -> Self {
        Self {
            people: sizes.iter().map(|(size, count)| size * count).sum(),
            classes: sizes.iter().map(|(_, count)| count).sum(),
            sizes: sizes.to_vec(),
        }
    }

    /// (size, classes of that size), ascending.
    #[must_use]
    pub fn sizes(&self) -> &[(u64, u64)] {
        &self.sizes
    }

    /// People in the sample.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.people
    }

    /// Classes in the sample.
    #[must_use]
    pub fn classes(&self) -> u64 {
        self.classes
    }

    /// Classes of one size.
    #[must_use]
    pub fn of_size(&self, size: u64) -> u64 {
        let at = self.sizes.binary_search_by_key(&size, |(s, _)| *s);
        at.ok().and_then(|at| self.sizes.get(at)).map_or(0, |(_, count)| *count)
    }
}

/// What all estimators say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimates {
    /// People in the population.
    pub population: u64,
    /// People in the sample / people in the population.
    pub fraction: f64,
    /// Hoshino's estimate from Pitman's model.
    pub pitman: Option<f64>,
    /// Zayatz's estimate.
    pub zayatz: Option<f64>,
    /// Chen and Keller-McNulty's estimate.
    pub snb: Option<f64>,
    /// The one that the rule of Dankar et al. chooses.
    pub dankar: Option<f64>,
}

/// Estimates people who are unique in a population of `population` people.
///
/// `None` when the sample has nobody or more people than the population.
#[must_use]
pub fn estimate(sample: &Sample, population: u64) -> Option<Estimates> {
    if sample.people() == 0 || population < sample.people() {
        return None;
    }
    let fraction = sample.people() as f64 / population as f64;
    let (pitman, zayatz, snb) = (
        pitman::population_uniques(sample, population),
        zayatz::population_uniques(sample, population),
        snb::population_uniques(sample, population),
    );
    Some(Estimates {
        population,
        fraction,
        pitman,
        zayatz,
        snb,
        dankar: dankar::choose(fraction, pitman, zayatz, snb),
    })
}

#[cfg(test)]
mod tests;
