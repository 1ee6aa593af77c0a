//! k-anonymity: every class has at least k people.
//!
//! Source: P. Samarati, "Protecting respondents' identities in microdata release", IEEE TKDE 13(6),
//! 2001; L. Sweeney, "k-anonymity: a model for protecting privacy", IJUFKS 10(5), 2002.
//!
//! Violated: n < k. Monotone at every limit: the parts of a class that is too small are smaller.

use super::{Class, Model, Monotone, Reads};

/// At least `k` people per class; 1 asks nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KAnonymity {
    /// Least number of people.
    pub k: u32,
}

impl Model for KAnonymity {
    fn id(&self) -> &'static str {
        "k-anonymity"
    }

    fn reads(&self) -> Reads {
        Reads::People
    }

    fn monotone(&self) -> Monotone {
        Monotone::Always
    }

    fn is_valid(&self) -> bool {
        self.k > 0
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        class.people < u64::from(self.k)
    }
}
