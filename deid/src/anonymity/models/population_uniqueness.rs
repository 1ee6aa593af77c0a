//! Population uniqueness: the estimated share of people who are alone in the population.
//!
//! Sources: the estimators', which stand beside them (Pitman/Hoshino, Zayatz, SNB, and the rule of
//! Dankar et al., BMC Med Inform Decis Mak 12:66, 2012). The estimator is an argument: it sees the
//! sizes of the classes left and the size of the population, and may have no solution.
//!
//! Who is alone in the population is alone in the table. So where the share is too large, or no
//! solution is found, all unique records go; without them nobody published is unique, and the model
//! holds. An estimate may rise when classes merge: it never prunes.

use super::{Class, Model, Monotone, Reads};
use std::fmt;

/// Estimates people alone in a population of so many, from (people of a class, classes of that size),
/// ascending. `None`: no solution.
pub type Estimate = fn(&[(u64, u64)], u64) -> Option<f64>;

/// An estimated share of at most `share` of the population.
#[derive(Clone, Copy)]
pub struct PopulationUniqueness {
    /// Largest share, in 0..=1.
    pub share: f64,
    /// People of the population.
    pub population: u64,
    /// Name of the estimator.
    pub estimator: &'static str,
    /// The estimator.
    pub estimate: Estimate,
}

impl fmt::Debug for PopulationUniqueness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PopulationUniqueness")
            .field("share", &self.share)
            .field("population", &self.population)
            .field("estimator", &self.estimator)
            .finish()
    }
}

impl Model for PopulationUniqueness {
    fn id(&self) -> &'static str {
        "population-uniqueness"
    }

    fn reads(&self) -> Reads {
        Reads::Sizes
    }

    fn monotone(&self) -> Monotone {
        Monotone::Never
    }

    fn is_valid(&self) -> bool {
        (0.0..=1.0).contains(&self.share) && self.population > 0
    }

    fn violates(&self, _: &Class<'_>) -> bool {
        false
    }

    fn cut(&self, sizes: &[(u64, u64)]) -> u64 {
        if sizes.first().is_none_or(|(size, _)| *size > 1) {
            return 0;
        }
        let unique = (self.estimate)(sizes, self.population);
        u64::from(unique.is_none_or(|unique| unique > self.share * self.population as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_not_met_and_without_uniques_nothing_is_asked() {
        let model = |estimate: Estimate| PopulationUniqueness {
            share: 0.01,
            population: 1000,
            estimator: "test",
            estimate,
        };
        let (few, many, unknown): (Estimate, Estimate, Estimate) =
            (|_, _| Some(10.0), |_, _| Some(10.1), |_, _| None);
        for (estimate, cut) in [(few, 0), (many, 1), (unknown, 1)] {
            assert_eq!(model(estimate).cut(&[(1, 3), (2, 4)]), cut);
            assert_eq!(model(estimate).cut(&[(2, 4)]), 0);
        }
    }
}
