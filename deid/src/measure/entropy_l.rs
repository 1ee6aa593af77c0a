//! Entropy l: to how many equally frequent values the spread of a class's values corresponds.
//!
//! Source: Machanavajjhala et al., "l-diversity: privacy beyond k-anonymity", 2007, definition 4.1:
//! −Σ q·ln q ≥ ln l. The figure is the largest l that holds, e^(−Σ q·ln q) of the poorest class.

use super::values::{ClassValues, total};

/// Least e^entropy of a class, at least 1; `None` without a class.
#[must_use]
pub fn entropy_l(classes: &ClassValues) -> Option<f64> {
    let spread = |class: &[(u32, u64)]| {
        let n = total(class) as f64;
        class.iter().map(|(_, count)| *count as f64 / n).map(|q| -q * q.ln()).sum::<f64>().exp()
    };
    classes.iter().map(spread).reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_count_as_they_are_and_others_less() {
        let of = |counts: &[u64]| {
            entropy_l(&ClassValues::of(vec![(0u32..).zip(counts.iter().copied()).collect()]))
        };
        let near = |found: Option<f64>, wanted: f64| found.is_some_and(|f| (f - wanted).abs() < 1e-12);
        assert!(near(of(&[5, 5, 5]), 3.0) && near(of(&[9]), 1.0));
        // Shares 1/2, 1/4, 1/4: entropy 1.5·ln 2.
        assert!(near(of(&[2, 1, 1]), 2.0f64.powf(1.5)));
        assert_eq!(entropy_l(&ClassValues::default()), None);
    }
}
