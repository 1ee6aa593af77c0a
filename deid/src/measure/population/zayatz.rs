//! Population uniques by Zayatz's equivalence class method.
//!
//! Source: L. Zayatz, "Estimation of the percent of unique population elements on a microdata file
//! using the sample", US Census Bureau, 1991. With u classes, n people and sⱼ classes of size j in
//! the sample, the population's classes are taken to have the sample's sizes; then
//! P(unique in the population | unique in the sample) = (s₁/u)·(n/N) / Σⱼ (sⱼ/u)·H(j), where
//! H(j) is the hypergeometric chance that of j people exactly one falls into a sample of n out of
//! N; and s₁ · P · N/n people of the population are unique.
//!
//! H(j) = j·(n/N)·Π_{t=0}^{j−2} (N − n − t)/(N − 1 − t): products, because differences of logarithms
//! of factorials lose six digits at N of a country.

use super::Sample;

/// People estimated to be unique among `population`; `None` where nobody is unique in the sample
/// (the method then has nothing to start from).
#[must_use]
pub fn population_uniques(sample: &Sample, population: u64) -> Option<f64> {
    let ones = sample.of_size(1) as f64;
    if ones == 0.0 || population < sample.people() {
        return None;
    }
    let (n, all) = (sample.people() as f64, population as f64);
    let fraction = n / all;
    // Π (N − n − t)/(N − 1 − t), extended from one size to the next.
    let (mut product, mut factors) = (1.0, 0u64);
    let mut chance = 0.0;
    for (size, count) in sample.sizes() {
        while factors + 1 < *size && product > 0.0 {
            let t = factors as f64;
            product *= (all - n - t).max(0.0) / (all - 1.0 - t);
            factors += 1;
        }
        chance += *count as f64 * *size as f64 * fraction * product;
    }
    Some(ones * (ones * fraction / chance) / fraction)
}
