//! Average re-identification risk: the mean, over all published records, of 1 / size of their class.
//!
//! Source: K. El Emam, "Guide to the de-identification of personal health information", CRC Press
//! 2013 (marketer risk: J = number of classes / number of records).
//!
//! Where it is too large, the smallest classes go, all of one size together, until it is not.
//! Generalisation merges classes and so lowers it: monotone without suppression. With suppression it
//! is not: a new class above the cut may be smaller than the average.

use super::{Class, Model, Monotone, Reads};

/// Classes per record of at most `risk`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AverageRisk {
    /// Largest average, above 0, at most 1.
    pub risk: f64,
}

impl Model for AverageRisk {
    fn id(&self) -> &'static str {
        "average-risk"
    }

    fn reads(&self) -> Reads {
        Reads::Sizes
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        self.risk > 0.0 && self.risk <= 1.0
    }

    fn violates(&self, _: &Class<'_>) -> bool {
        false
    }

    fn cut(&self, sizes: &[(u64, u64)]) -> u64 {
        let mut classes: u64 = sizes.iter().map(|(_, classes)| classes).sum();
        let mut records: u64 = sizes.iter().map(|(size, classes)| size * classes).sum();
        let mut cut = 0;
        for (size, of_size) in sizes {
            if classes as f64 <= self.risk * records as f64 {
                break;
            }
            classes -= of_size;
            records -= size * of_size;
            cut = *size;
        }
        cut
    }
}
