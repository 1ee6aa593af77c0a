//! Re-identification risk for an attacker who knows that somebody is in the table.
//!
//! "Average risk" names two different figures in the literature and in tools (0.505 and 0.02 on
//! one table); both are here, named after their formula. With n people in a class, each person of
//! it is found with probability 1/n.
//!
//! Source: K. El Emam, Guide to the De-Identification of Personal Health Information, 2013
//! (prosecutor and marketer risk).
//!
//! Deliberately absent: who is outside the table ([`super::journalist`] with a table of the
//! population, [`super::population`] with an estimate).

/// Risk figures of a table; all shares are of people. Where people are not given, rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// 1 / least class.
    pub highest: f64,
    /// People at the highest risk / all people.
    pub share_at_highest: f64,
    /// 1 / largest class.
    pub lowest: f64,
    /// People at the lowest risk / all people.
    pub share_at_lowest: f64,
    /// Σ over people of 1/n, divided by people = classes / people. (Prosecutor's and marketer's
    /// average risk.)
    pub mean_over_people: f64,
    /// Σ over classes of 1/n, divided by classes.
    pub mean_over_classes: f64,
    /// People alone in their class / all people.
    pub share_unique: f64,
    /// People alone in their class.
    pub unique: u64,
}

/// Measures from the number of people of every class; `None` for a table without rows.
///
/// A person in several classes of an event table counts once in each.
#[must_use]
pub fn risk(people_per_class: &[u64]) -> Option<Risk> {
    let least = people_per_class.iter().copied().min()?;
    let largest = people_per_class.iter().copied().max()?;
    let people: u64 = people_per_class.iter().sum();
    let classes = people_per_class.len() as f64;
    let in_classes_of = |size: u64| -> u64 { people_per_class.iter().filter(|n| **n == size).sum() };
    let share = |n: u64| n as f64 / people as f64;
    let unique = in_classes_of(1);
    Some(Risk {
        highest: 1.0 / least as f64,
        share_at_highest: share(in_classes_of(least)),
        lowest: 1.0 / largest as f64,
        share_at_lowest: share(in_classes_of(largest)),
        mean_over_people: classes / people as f64,
        mean_over_classes: people_per_class.iter().map(|n| 1.0 / *n as f64).sum::<f64>() / classes,
        share_unique: share(unique),
        unique,
    })
}

/// Share of people whose risk 1/n is above `threshold`; `None` for a table without rows.
#[must_use]
pub fn share_above(people_per_class: &[u64], threshold: f64) -> Option<f64> {
    let people: u64 = people_per_class.iter().sum();
    let above = people_per_class.iter().filter(|n| 1.0 / **n as f64 > threshold);
    (people > 0).then(|| above.sum::<u64>() as f64 / people as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop on a broken assumption")]
    use super::*;

    #[test]
    fn the_two_averages_differ() {
        let r = risk(&[1, 99]).unwrap();
        assert!((r.mean_over_people - 0.02).abs() < 1e-12);
        assert!((r.mean_over_classes - 0.505_050_505).abs() < 1e-9);
        assert_eq!(r.unique, 1);
        assert!((r.share_at_lowest - 0.99).abs() < 1e-12);
        assert_eq!(risk(&[]), None);
        assert_eq!(share_above(&[5, 4, 1], 0.2), Some(0.5));
    }
}
