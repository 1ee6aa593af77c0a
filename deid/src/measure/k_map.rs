//! k-map and δ-presence: the classes of a table beside those of a population.
//!
//! Sources: L. Sweeney, "Computational disclosure control", PhD thesis, MIT 2001, section 6.4 (k-map: the
//! people of the population whom a class may stand for); M. Nergiz, M. Atzori, C. Clifton, "Hiding the
//! presence of individuals from shared databases", SIGMOD 2007 (people of the class in the table / in the
//! population). The population is counted over the same values, generalised alike, by the caller.
//!
//! Only classes of which something is published are looked at.

/// Fewest people of the population who share the values of a class; `None` without a class.
#[must_use]
pub fn k_map(population_per_class: &[u64]) -> Option<u64> {
    population_per_class.iter().copied().min()
}

/// Least and largest share of the people of the population who are in the table, over the classes;
/// infinite where a class has people and the population none. `None` without a class.
#[must_use]
pub fn delta_presence(people_per_class: &[u64], population_per_class: &[u64]) -> Option<(f64, f64)> {
    let share = |(people, population): (&u64, &u64)| {
        if *population == 0 { f64::INFINITY } else { *people as f64 / *population as f64 }
    };
    let shares = || people_per_class.iter().zip(population_per_class).map(share);
    Some((shares().reduce(f64::min)?, shares().reduce(f64::max)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_class_decides() {
        assert_eq!((k_map(&[7, 3, 5]), k_map(&[])), (Some(3), None));
        assert_eq!(delta_presence(&[2, 1, 5], &[4, 10, 5]), Some((0.1, 1.0)));
        assert_eq!(delta_presence(&[2], &[0]), Some((f64::INFINITY, f64::INFINITY)));
        assert_eq!(delta_presence(&[], &[]), None);
    }
}
