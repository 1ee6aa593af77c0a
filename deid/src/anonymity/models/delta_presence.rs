//! δ-presence: how sure an attacker may be that somebody of the population is in the table.
//!
//! Source: M. Nergiz, M. Atzori, C. Clifton, "Hiding the presence of individuals from shared
//! databases", SIGMOD 2007: δmin ≤ (people of the class in the table) / (people of the population with
//! its tuple) ≤ δmax.
//!
//! Only classes of which something is published are judged; of people in a class without a record
//! the table says that they are absent, which no generalisation of other classes cures. For that
//! reason a δmin above 0 never prunes. With δmin = 0 the ratio of a class is a mean of those of its
//! parts: monotone without suppression; and of a people among b at least a − δmax·b lie in violating
//! parts.

use super::{Class, Model, Monotone, Reads, TOLERANCE};

/// Probability of presence in `min`..=`max` per class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeltaPresence {
    /// Least probability, in 0..=1.
    pub min: f64,
    /// Largest probability, in 0..=1, at least `min`.
    pub max: f64,
}

impl Model for DeltaPresence {
    fn id(&self) -> &'static str {
        "delta-presence"
    }

    fn reads(&self) -> Reads {
        Reads::Population
    }

    fn monotone(&self) -> Monotone {
        if self.min > 0.0 { Monotone::Never } else { Monotone::WithoutSuppression }
    }

    fn is_valid(&self) -> bool {
        (0.0..=1.0).contains(&self.min) && (self.min..=1.0).contains(&self.max)
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        let (people, population) = (class.people as f64, class.population as f64);
        people > self.max * population + TOLERANCE || people < self.min * population - TOLERANCE
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        let (people, population) = (class.people as f64, class.population as f64);
        let excess = people - self.max * population - TOLERANCE;
        if people > 0.0 { (excess / people - TOLERANCE).clamp(0.0, 1.0) } else { 0.0 }
    }
}
