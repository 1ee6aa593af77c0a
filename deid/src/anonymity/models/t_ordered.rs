//! t-closeness with ordered distance: earth mover's distance over values in a row.
//!
//! Source: N. Li, T. Li, S. Venkatasubramanian, "t-closeness: privacy beyond k-anonymity and
//! l-diversity", ICDE 2007, section 5.1: D = 1/(m−1) · Σᵢ |Σ_{j≤i} (p_j − q_j)| over the m values in
//! their order.
//!
//! As the equal distance it is convex and at most 1: monotone without suppression, with the same
//! least share.

use super::{Class, Model, Monotone, Reads, share_above};

/// Ordered distance of at most `t` per class.
#[derive(Debug, Clone, PartialEq)]
pub struct TOrdered {
    /// Largest distance, in 0..=1.
    pub t: f64,
    /// All value codes, lowest first, each once (NULL where the recipe puts it).
    pub order: Vec<u32>,
}

impl TOrdered {
    /// Distance of a class; 1 where it has a value that is not in the order.
    fn distance(&self, class: &Class<'_>) -> f64 {
        let (n, whole) = (i128::from(class.total()), i128::from(class.reference.total()));
        let of = |value: u32| {
            let at = class.values.binary_search_by_key(&value, |(v, _)| *v);
            at.ok().and_then(|at| class.values.get(at)).map_or(0, |(_, count)| *count)
        };
        let (mut ahead, mut sum, mut seen) = (0i128, 0u128, 0);
        for value in &self.order {
            let count = of(*value);
            seen += count;
            ahead += i128::from(count) * whole - i128::from(class.reference.of(*value)) * n;
            sum += ahead.unsigned_abs();
        }
        if i128::from(seen) != n {
            return 1.0;
        }
        let scale = n as f64 * whole as f64 * (self.order.len().saturating_sub(1)) as f64;
        if scale > 0.0 { sum as f64 / scale } else { 0.0 }
    }
}

impl Model for TOrdered {
    fn id(&self) -> &'static str {
        "t-closeness.ordered"
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        let mut sorted = self.order.clone();
        sorted.sort_unstable();
        sorted.dedup();
        (0.0..=1.0).contains(&self.t) && sorted.len() == self.order.len()
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        self.distance(class) > self.t
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        share_above(self.distance(class), self.t, 1.0)
    }
}
