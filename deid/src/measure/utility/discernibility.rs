//! Discernibility: how many records each record cannot be told from.
//!
//! Source: R. Bayardo, R. Agrawal, "Data privacy through optimal k-anonymization", ICDE 2005.
//! DM = Σ |E|² over the classes of kept records + suppressed · n; the input's own Σ |E|² before,
//! n² at worst. In whole numbers of 128 bits: a class of 46,341 records already overflows 31.

use super::Figure;

/// Exact sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discernibility {
    /// Of the input.
    pub before: u128,
    /// Of the output.
    pub after: u128,
    /// n².
    pub worst: u128,
}

impl Discernibility {
    /// As a figure.
    #[must_use]
    pub fn figure(&self) -> Figure {
        Figure { before: self.before as f64, after: self.after as f64, worst: self.worst as f64 }
    }
}

/// Measures from class sizes of the input and of the kept records, out of `rows`.
#[must_use]
pub fn discernibility(input: &[u64], kept: &[u64], rows: u64) -> Discernibility {
    let squares = |sizes: &[u64]| sizes.iter().map(|n| u128::from(*n) * u128::from(*n)).sum::<u128>();
    let n = u128::from(rows);
    let gone = n.saturating_sub(kept.iter().map(|n| u128::from(*n)).sum());
    Discernibility { before: squares(input), after: squares(kept) + gone * n, worst: n * n }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_class_is_too_large() {
        let n = 3_000_000_000;
        let d = discernibility(&[1, n - 1], &[n], n);
        assert_eq!(d.after, 9_000_000_000_000_000_000);
        assert!(d.figure().utility() < 1e-9);
    }
}
