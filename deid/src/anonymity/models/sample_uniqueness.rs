//! Sample uniqueness: the share of published records whose class has no other person.
//!
//! Source: C. Skinner, M. Elliot, "A measure of disclosure risk for microdata", JRSS B 64(4), 2002
//! (the sample uniques of which that measure starts).
//!
//! Where the share is too large, all unique records go. Generalisation makes no record unique:
//! monotone without suppression. (Alone it is so at every limit; beside models that are not, a share
//! of what is left depends on what they took, so that no more is claimed.)

use super::{Class, Model, Monotone, Reads};

/// Unique records of at most this share of those published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleUniqueness {
    /// Largest share, in 0..=1.
    pub share: f64,
}

impl Model for SampleUniqueness {
    fn id(&self) -> &'static str {
        "sample-uniqueness"
    }

    fn reads(&self) -> Reads {
        Reads::Sizes
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        (0.0..=1.0).contains(&self.share)
    }

    fn violates(&self, _: &Class<'_>) -> bool {
        false
    }

    fn cut(&self, sizes: &[(u64, u64)]) -> u64 {
        let records: u64 = sizes.iter().map(|(size, classes)| size * classes).sum();
        let unique = sizes.first().filter(|(size, _)| *size == 1).map_or(0, |(_, classes)| *classes);
        u64::from(unique as f64 > self.share * records as f64)
    }
}
