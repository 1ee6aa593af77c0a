//! Population uniqueness: the estimated share of people of a population who are alone in it.
//!
//! Why here: the estimators of [`super::population`] say how many people; a limit is a share, and somebody
//! must say what holds where a table shows nobody alone: then nobody published can be alone in the
//! population either, and the share is 0. The same code serves search and recount, because an estimator
//! is a definition; what differs is who counted the classes.

use super::population::{Sample, dankar, pitman, snb, zayatz};

/// Which estimate is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// The rule of Dankar et al.
    Dankar,
    /// Pitman's model.
    Pitman,
    /// Zayatz's method.
    Zayatz,
    /// Slide negative binomial.
    Snb,
}

impl Estimator {
    /// All, by the words of recipes and manifests.
    pub const ALL: [(&'static str, Self); 4] =
        [("dankar", Self::Dankar), ("pitman", Self::Pitman), ("zayatz", Self::Zayatz), ("snb", Self::Snb)];

    /// The estimator of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(id, _)| *id == word).map(|(_, estimator)| *estimator)
    }

    /// People alone in a population of `population` people; `None` without a valid solution.
    #[must_use]
    pub fn uniques(self, sample: &Sample, population: u64) -> Option<f64> {
        if sample.people() == 0 || population < sample.people() {
            return None;
        }
        let pitman = || pitman::population_uniques(sample, population);
        let zayatz = || zayatz::population_uniques(sample, population);
        let snb = || snb::population_uniques(sample, population);
        match self {
            Self::Pitman => pitman(),
            Self::Zayatz => zayatz(),
            Self::Snb => snb(),
            Self::Dankar => {
                let fraction = sample.people() as f64 / population as f64;
                let first = if fraction <= dankar::PITMAN_UP_TO { pitman() } else { None };
                first.or_else(|| dankar::choose(1.0, None, zayatz(), snb()))
            }
        }
    }
}

/// Estimated share of the population who are alone in it; 0 where no class of the table has one
/// person; `None` without a valid solution.
#[must_use]
pub fn population_uniqueness(people_per_class: &[u64], population: u64, estimator: Estimator) -> Option<f64> {
    if !people_per_class.contains(&1) {
        return (!people_per_class.is_empty()).then_some(0.0);
    }
    let uniques = estimator.uniques(&Sample::new(people_per_class), population)?;
    Some(uniques / population as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::population::estimate;
    use super::*;

    #[test]
    fn shares_are_those_of_the_estimators() {
        let mut sizes = vec![1; 40];
        sizes.extend([2; 20].iter().chain(&[3; 8]).chain(&[9; 5]));
        for population in [200, 5_000, 300_000] {
            let all = estimate(&Sample::new(&sizes), population).unwrap();
            for (estimator, uniques) in [
                (Estimator::Dankar, all.dankar),
                (Estimator::Pitman, all.pitman),
                (Estimator::Zayatz, all.zayatz),
                (Estimator::Snb, all.snb),
            ] {
                let share = uniques.map(|u| u / population as f64);
                assert_eq!(population_uniqueness(&sizes, population, estimator), share, "{estimator:?}");
            }
        }
        assert_eq!(population_uniqueness(&[2, 3], 100, Estimator::Pitman), Some(0.0));
        assert_eq!(population_uniqueness(&[1, 3], 3, Estimator::Pitman), None);
        assert_eq!(population_uniqueness(&[], 3, Estimator::Pitman), None);
    }
}
