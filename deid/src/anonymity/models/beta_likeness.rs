//! β-likeness: no value becomes much more likely in a class than it is in the whole.
//!
//! Source: J. Cao, P. Karras, "Publishing microdata with a robust privacy guarantee", PVLDB 5(11),
//! 2012. With p the share of a value in the whole and q its share in the class, for every value with
//! q > p: (q − p)/p ≤ β (basic, definition 2), or ≤ min(β, −ln p) (enhanced, definition 3).
//!
//! Each q is a mean of those of the parts. Hence it is monotone without suppression; and of a class in
//! which a value has the share q above its limit at least (q − limit) / (1 − limit) lies in violating
//! parts.

use super::{Class, Model, Monotone, Reads, TOLERANCE, share_above};

/// Relative gain of at most `beta` per value and class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaLikeness {
    /// Largest relative gain, above 0.
    pub beta: f64,
    /// Whether the gain is also bounded by −ln p, which restrains frequent values.
    pub enhanced: bool,
}

impl BetaLikeness {
    /// (share in the class, largest share allowed) of every value present.
    fn shares<'c>(&self, class: &'c Class<'_>) -> impl Iterator<Item = (f64, f64)> + use<'c> {
        let (n, whole) = (class.total() as f64, class.reference.total() as f64);
        let Self { beta, enhanced } = *self;
        class.values.iter().map(move |(value, count)| {
            let p = class.reference.of(*value) as f64 / whole;
            let gain = if enhanced { beta.min(-p.ln()) } else { beta };
            // A value that the reference lacks has gained without bound.
            let most = if p > 0.0 { p * (1.0 + gain) } else { 0.0 };
            (*count as f64 / n, most)
        })
    }
}

impl Model for BetaLikeness {
    fn id(&self) -> &'static str {
        if self.enhanced { "beta-likeness.enhanced" } else { "beta-likeness.basic" }
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        self.beta.is_finite() && self.beta > 0.0
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        self.shares(class).any(|(q, most)| q > most + TOLERANCE)
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        self.shares(class).map(|(q, most)| share_above(q, most + TOLERANCE, 1.0)).fold(0.0, f64::max)
    }
}
