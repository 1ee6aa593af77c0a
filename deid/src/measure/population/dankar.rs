//! Which estimate to believe: the rule of Dankar et al.
//!
//! Source: F. Dankar, K. El Emam, A. Neisa, T. Roffey, "Estimating the re-identification risk of
//! clinical data sets", BMC Med Inform Decis Mak 12:66, 2012: Pitman's model at sampling fractions
//! of at most 10 %, above that the smaller of SNB and Zayatz.
//!
//! An estimator without a valid solution takes no part in the choice; where Pitman has none, the
//! choice is as above 10 %.

/// Sampling fraction up to which Pitman's model is used.
pub const PITMAN_UP_TO: f64 = 0.1;

/// The chosen estimate; `None` where no estimator that the rule would use has a solution.
#[must_use]
pub fn choose(fraction: f64, pitman: Option<f64>, zayatz: Option<f64>, snb: Option<f64>) -> Option<f64> {
    let smaller = [snb, zayatz].into_iter().flatten().reduce(f64::min);
    if fraction <= PITMAN_UP_TO { pitman.or(smaller) } else { smaller }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_switches_at_ten_percent_and_skips_what_has_no_solution() {
        assert_eq!(choose(0.1, Some(3.0), Some(2.0), Some(1.0)), Some(3.0));
        assert_eq!(choose(0.11, Some(3.0), Some(2.0), Some(1.0)), Some(1.0));
        assert_eq!(choose(0.11, Some(3.0), Some(2.0), None), Some(2.0));
        assert_eq!(choose(0.1, None, None, None), None);
    }
}
