//! Re-identification risk for an attacker who does not know whether somebody is in the table, but
//! has a table of the population that it was drawn from.
//!
//! Source: K. El Emam, Guide to the De-Identification of Personal Health Information, 2013. Class j
//! has fⱼ people in the published table and Fⱼ in the population, J are the published classes,
//! n = Σ fⱼ: journalist risk is 1/min Fⱼ at its highest and max(|J|/Σ Fⱼ, Σ (fⱼ/Fⱼ)/n) on average;
//! the marketer expects Σ fⱼ/Fⱼ correct matches.
//!
//! Where a class has more people in the table than in the population, the "population" is not one,
//! and Fⱼ is taken as fⱼ: never less risk than in the table alone would be wrong, more would be
//! invented. How many people that concerns is said.

/// Risk against a population; all shares are of people of the published table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Journalist {
    /// Least number of people of the population in a published class.
    pub smallest: u64,
    /// 1 / `smallest`.
    pub highest: f64,
    /// max(|J|/Σ Fⱼ, Σ (fⱼ/Fⱼ)/n).
    pub mean: f64,
    /// Σ (fⱼ/Fⱼ)/n: the marketer's share of correct matches.
    pub marketer: f64,
    /// People whose risk 1/Fⱼ is above the threshold / n.
    pub share_above: f64,
    /// People in classes that have fewer people in the population than in the table.
    pub not_in_population: u64,
}

/// Measures from (fⱼ, Fⱼ) of every published class; `None` for a table without people.
#[must_use]
pub fn journalist(classes: &[(u64, u64)], threshold: f64) -> Option<Journalist> {
    let sizes = || classes.iter().filter(|(f, _)| *f > 0).map(|(f, all)| (*f, (*all).max(*f)));
    let smallest = sizes().map(|(_, all)| all).min()?;
    let n = sizes().map(|(f, _)| f).sum::<u64>() as f64;
    let population = sizes().map(|(_, all)| u128::from(all)).sum::<u128>() as f64;
    let marketer = sizes().map(|(f, all)| f as f64 / all as f64).sum::<f64>() / n;
    let above = sizes().filter(|(_, all)| 1.0 / *all as f64 > threshold).map(|(f, _)| f).sum::<u64>();
    Some(Journalist {
        smallest,
        highest: 1.0 / smallest as f64,
        mean: marketer.max(sizes().count() as f64 / population),
        marketer,
        share_above: above as f64 / n,
        not_in_population: classes.iter().filter(|(f, all)| all < f).map(|(f, _)| f).sum(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop on a broken assumption")]
    use super::*;
    use crate::measure::risk::{risk, share_above};
    use proptest::prelude::*;

    #[test]
    fn the_population_hides_and_a_wrong_one_is_seen() {
        let j = journalist(&[(1, 10), (4, 5), (0, 7)], 0.15).unwrap();
        assert_eq!((j.smallest, j.not_in_population), (5, 0));
        assert!((j.marketer - (0.1 + 0.8) / 5.0).abs() < 1e-15);
        assert!((j.mean - j.marketer).abs() < 1e-15);
        assert!((j.share_above - 0.8).abs() < 1e-15);
        let few = journalist(&[(1, 10), (1, 1000)], 0.5).unwrap();
        assert!((few.mean - (0.1 + 0.001) / 2.0).abs() < 1e-15);
        let wrong = journalist(&[(3, 2), (2, 0)], 0.2).unwrap();
        assert_eq!((wrong.smallest, wrong.not_in_population), (2, 5));
        assert_eq!(journalist(&[], 0.2), None);
    }

    proptest! {
        /// Where the table is the population, the journalist knows what the prosecutor knows.
        #[test]
        fn the_whole_population_is_the_prosecutor(sizes in proptest::collection::vec(1u64..30, 1..50), t in 0.0..1.0f64) {
            let pairs: Vec<(u64, u64)> = sizes.iter().map(|n| (*n, *n)).collect();
            let (j, r) = (journalist(&pairs, t).unwrap(), risk(&sizes).unwrap());
            prop_assert_eq!(j.highest, r.highest);
            prop_assert!((j.mean - r.mean_over_people).abs() < 1e-12);
            prop_assert!((j.marketer - r.mean_over_people).abs() < 1e-12);
            prop_assert_eq!(Some(j.share_above), share_above(&sizes, t));
        }
    }
}
