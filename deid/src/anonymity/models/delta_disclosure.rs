//! δ-disclosure privacy: every value is about as likely in a class as in the whole.
//!
//! Source: J. Brickell, V. Shmatikov, "The cost of privacy: destruction of data-mining utility in
//! anonymized data publishing", KDD 2008, definition 5: |log (q/p)| < δ for every value of the table,
//! q its share in the class, p in the whole. The paper leaves the base open; here it is 2 (bits). A
//! class without one of the values violates it: log 0.
//!
//! Each q is a mean of those of the parts. Hence it is monotone without suppression; and the share of
//! a class that lies in violating parts is at least (q − high)/(1 − high) for a value above its limit
//! p·2^δ, and (low − q)/low for one below p·2^−δ.

use super::{Class, Model, Monotone, Reads, TOLERANCE, share_above};

/// |log₂ (q/p)| < `delta` per value and class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeltaDisclosure {
    /// Bound, above 0.
    pub delta: f64,
}

impl DeltaDisclosure {
    /// (share in the class, share in the whole) of every value of the reference.
    fn shares<'c>(class: &'c Class<'_>) -> impl Iterator<Item = (f64, f64)> + use<'c> {
        let (n, whole) = (class.total() as f64, class.reference.total() as f64);
        let mut values = class.values.iter().peekable();
        (0u32..).zip(class.reference.counts()).filter_map(move |(value, expected)| {
            while values.next_if(|(v, _)| *v < value).is_some() {}
            let count = values.next_if(|(v, _)| *v == value).map_or(0, |(_, count)| *count);
            (*expected > 0).then_some((count as f64 / n, *expected as f64 / whole))
        })
    }
}

impl Model for DeltaDisclosure {
    fn id(&self) -> &'static str {
        "delta-disclosure"
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        self.delta.is_finite() && self.delta > 0.0
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        Self::shares(class).any(|(q, p)| q <= 0.0 || (q / p).log2().abs() >= self.delta - TOLERANCE)
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        let factor = self.delta.exp2();
        let of_value = |(q, p): (f64, f64)| {
            let low = p / factor;
            let below = if q < low { (low - q) / low - TOLERANCE } else { 0.0 };
            below.max(share_above(q, p * factor, 1.0))
        };
        Self::shares(class).map(of_value).fold(0.0, f64::max)
    }
}
