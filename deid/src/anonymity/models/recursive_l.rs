//! Recursive (c,l)-diversity: the most frequent value of a class is not much too frequent.
//!
//! Source: A. Machanavajjhala et al., "l-diversity: privacy beyond k-anonymity", ACM TKDD 1(1),
//! 2007, definition 4.2: with counts r₁ ≥ r₂ ≥ … ≥ r_m, r₁ < c·(r_l + … + r_m).
//!
//! f = r₁ − c·(r_l + … + r_m) of a class is at most the sum of the f of its parts (the largest
//! counts are subadditive, the rest is superadditive), and f < 0 where a part holds. Hence it is
//! monotone without suppression; and at least f people lie in violating parts, as f ≤ n.

use super::{Class, Model, Monotone, Reads, TOLERANCE};

/// r₁ < `c`·(r_l + … + r_m) per class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecursiveL {
    /// Factor, above 0.
    pub c: f64,
    /// From which rank on the rarer values are counted, at least 1.
    pub l: u32,
}

impl RecursiveL {
    fn excess(&self, class: &Class<'_>) -> f64 {
        let mut counts: Vec<u64> = class.values.iter().map(|(_, count)| *count).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let rest: u64 = counts.iter().skip((self.l as usize).saturating_sub(1)).sum();
        counts.first().copied().unwrap_or(0) as f64 - self.c * rest as f64
    }
}

impl Model for RecursiveL {
    fn id(&self) -> &'static str {
        "l-diversity.recursive"
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        self.c.is_finite() && self.c > 0.0 && self.l > 0
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        // c is a float: an excess of exactly 0 may come out a little below it.
        self.excess(class) >= -TOLERANCE * class.total() as f64
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        let total = class.total() as f64;
        if total > 0.0 { (self.excess(class) / total - TOLERANCE).clamp(0.0, 1.0) } else { 0.0 }
    }
}
