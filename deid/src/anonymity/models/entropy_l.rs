//! Entropy l-diversity (Shannon): the values of every class are spread as those of l equal ones.
//!
//! Source: A. Machanavajjhala et al., "l-diversity: privacy beyond k-anonymity", ACM TKDD 1(1),
//! 2007, definition 4.1: −Σ p·ln p ≥ ln l, with p the share of each value in the class.
//!
//! Entropy is concave: the entropy of a class is at least the mean of those of its parts. Hence it is
//! monotone without suppression; and of a class with entropy H below ln l at least the share
//! 1 − H / ln l lies in violating parts.

use super::{Class, Model, Monotone, Reads, TOLERANCE};

/// Entropy of at least ln `l` per class; `l` need not be whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EntropyL {
    /// Least number of equally frequent values with the same entropy, at least 1.
    pub l: f64,
}

fn entropy(class: &Class<'_>) -> f64 {
    let n = class.total() as f64;
    // ln n − Σ c·ln c / n: one logarithm per value, and 0 for a single one.
    let sum: f64 = class.values.iter().map(|(_, c)| *c as f64 * (*c as f64).ln()).sum();
    if n > 0.0 { (n.ln() - sum / n).max(0.0) } else { 0.0 }
}

impl Model for EntropyL {
    fn id(&self) -> &'static str {
        "l-diversity.entropy"
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        self.l.is_finite() && self.l >= 1.0
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        entropy(class) < self.l.ln() - TOLERANCE
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        let least = self.l.ln();
        if least > 0.0 { (1.0 - entropy(class) / least - TOLERANCE).clamp(0.0, 1.0) } else { 0.0 }
    }
}
