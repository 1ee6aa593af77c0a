//! Population uniques by the shifted (slide) negative binomial model.
//!
//! Source: G. Chen, S. Keller-McNulty, "Estimation of identification disclosure risk in microdata",
//! Journal of Official Statistics 14(1), 1998. A class of the population has 1 + X people, X
//! negative binomial with parameters α > 0 and 0 < β < 1, so that of K classes K·β^α are of one
//! person. Each person is in the sample with probability f. With b = (1 − f)(1 − β) the expected
//! numbers of classes of one and of two people in the sample are
//! s₁ = K·f·(β/(1 − b))^α·(1 + α·b/(1 − b)) and
//! s₂ = K·f²/2·α·(1 − β)·β^α·(2 + (α − 1)·b)/(1 − b)^(α+2);
//! α and β make them equal to what was counted. K is Shlosser's estimate in the third modification
//! of P. Haas, L. Stokes, "Estimating the number of classes in a finite population", JASA 93, 1998.
//!
//! With r = β/(1 − b) and w = (1 − f)(1 − r)/f these are s₁ = K·f·r^α·(1 + αw) and
//! s₂/s₁ = α(1 − r)(2 + (1 + α)w) / (2(1 + αw)): for each r a quadratic equation gives the one
//! positive α, and r is found by bisection.
//!
//! Deliberately absent: a figure where there is no solution, or more than one. ARX 3.9.2 prints 0
//! for Adult at each of three population sizes where these equations have a solution; its second
//! equation multiplies by (1 − b)^(α+2) where the expectation divides.

use super::Sample;

/// Points at which a change of sign is looked for, per decade of r and of 1 − r.
const PER_DECADE: i32 = 100;
/// Decades on either side.
const DECADES: i32 = 14;

/// Parameters of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snb {
    /// Classes in the population.
    pub classes: f64,
    /// α
    pub alpha: f64,
    /// β
    pub beta: f64,
}

/// People estimated to be unique among `population`; `None` where the equations have no solution or
/// several.
#[must_use]
pub fn population_uniques(sample: &Sample, population: u64) -> Option<f64> {
    if population == sample.people() {
        return Some(sample.of_size(1) as f64);
    }
    let fraction = sample.people() as f64 / population as f64;
    let classes = classes(sample, fraction)?;
    let ones = sample.of_size(1) as f64;
    let snb = fit(classes, fraction, ones, sample.of_size(2) as f64)?;
    let uniques = classes * snb.beta.powf(snb.alpha);
    (uniques.is_finite() && uniques <= population as f64).then_some(uniques)
}

/// Classes in the population, from a sample of the given fraction.
#[must_use]
pub fn classes(sample: &Sample, fraction: f64) -> Option<f64> {
    let (f, q) = (fraction, fraction * fraction);
    let (mut one_twice, mut missed_twice, mut missed, mut one) = (0.0, 0.0, 0.0, 0.0);
    for (size, count) in sample.sizes() {
        let (i, n) = (*size as f64, *count as f64);
        // (1 − f)^i, exact also for the smallest f.
        let power = |base: f64, exponent: f64| (exponent * base.ln_1p()).exp();
        let none = power(-f, i) * n;
        one_twice += i * q * power(-q, i - 1.0) * n;
        missed_twice += none * (i * f.ln_1p()).exp_m1();
        missed += none;
        one += i * f * power(-f, i - 1.0) * n;
    }
    let more = sample.of_size(1) as f64 * (one_twice / missed_twice) * (missed / one).powi(2);
    let classes = sample.classes() as f64 + more;
    (classes.is_finite() && more >= 0.0).then_some(classes)
}

/// α and β for `classes` classes in the population and `ones` and `twos` expected in the sample.
#[must_use]
pub fn fit(classes: f64, fraction: f64, ones: f64, twos: f64) -> Option<Snb> {
    let inside = fraction > 0.0 && fraction < 1.0 && ones > 0.0 && twos > 0.0;
    if !inside {
        return None;
    }
    let equations = Equations { fraction, ratio: twos / ones, level: (classes * fraction / ones).ln() };
    // r = 1/(1 + e^-x), so that both ends are seen closely.
    let span = f64::from(DECADES) * std::f64::consts::LN_10;
    let points = 2 * DECADES * PER_DECADE;
    let x_at = |i: i32| span * (2.0 * f64::from(i) / f64::from(points) - 1.0);
    let mut found = None;
    let mut before = equations.excess(x_at(0));
    for i in 1..=points {
        let now = equations.excess(x_at(i));
        if before * now < 0.0 {
            if found.is_some() {
                return None;
            }
            found = Some(bisect(&equations, x_at(i - 1), x_at(i)));
        }
        before = now;
    }
    let (r, complement) = logistic(found?);
    let alpha = equations.alpha(complement);
    // β = rf/(1 − r(1 − f)), without cancellation.
    let beta = r * fraction / (complement + r * fraction);
    (alpha > 0.0 && alpha.is_finite() && beta > 0.0 && beta < 1.0).then_some(Snb { classes, alpha, beta })
}

fn logistic(x: f64) -> (f64, f64) {
    (1.0 / (1.0 + (-x).exp()), 1.0 / (1.0 + x.exp()))
}

fn bisect(equations: &Equations, mut low: f64, mut high: f64) -> f64 {
    let rising = equations.excess(low) < 0.0;
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if (equations.excess(middle) < 0.0) == rising { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

struct Equations {
    fraction: f64,
    /// s₂/s₁
    ratio: f64,
    /// ln(K·f/s₁)
    level: f64,
}

impl Equations {
    fn w(&self, complement: f64) -> f64 {
        (1.0 - self.fraction) * complement / self.fraction
    }

    /// The positive root of (1−r)w·α² + ((1−r)(2+w) − 2w·s₂/s₁)·α − 2·s₂/s₁ = 0.
    fn alpha(&self, complement: f64) -> f64 {
        let w = self.w(complement);
        let a = complement * w;
        let b = complement * (2.0 + w) - 2.0 * w * self.ratio;
        let c = -2.0 * self.ratio;
        let root = (b * b - 4.0 * a * c).sqrt();
        if b < 0.0 { (root - b) / (2.0 * a) } else { -2.0 * c / (b + root) }
    }

    /// ln of the expected s₁ over the counted one.
    fn excess(&self, x: f64) -> f64 {
        let (_, complement) = logistic(x);
        let alpha = self.alpha(complement);
        // ln r = −ln(1 + e^−x)
        self.level - alpha * (-x).exp().ln_1p() + (alpha * self.w(complement)).ln_1p()
    }
}
