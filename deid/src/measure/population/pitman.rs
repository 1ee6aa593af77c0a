//! Population uniques by Pitman's sampling formula.
//!
//! Source: N. Hoshino, "Applying Pitman's sampling formula to microdata disclosure risk
//! assessment", Journal of Official Statistics 17(4), 2001. With u classes, n people, sᵢ classes of
//! size i and parameters 0 < α < 1, θ > −α, the log-likelihood of the sample is
//! ℓ(θ, α) = Σ_{i=1}^{u−1} ln(θ + iα) − Σ_{i=1}^{n−1} ln(θ + i) + Σᵢ sᵢ Σ_{j=1}^{i−1} ln(j − α);
//! at its maximum a population of N has about Γ(θ+1)/Γ(θ+α) · N^α unique people.
//!
//! Found by Newton's method with shortened steps that never leave the domain or lower ℓ, from the
//! moment estimates of the paper.
//!
//! Deliberately absent: the exact expectation N·Γ(θ+1)Γ(θ+α+N−1)/(Γ(θ+α)Γ(θ+N)), of which the
//! figure above is the limit; they differ by less than 0.1 % here, and the limit is what other tools
//! print.

use super::Sample;
use super::gamma::ln_gamma;

/// Most steps of Newton's method; 10 are usual.
const STEPS: usize = 200;

/// Parameters of Pitman's model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pitman {
    /// θ
    pub theta: f64,
    /// α
    pub alpha: f64,
}

/// People estimated to be unique among `population`; `None` where ℓ has no maximum inside the
/// domain (all people unique, none unique, or class sizes that the model cannot produce).
#[must_use]
pub fn population_uniques(sample: &Sample, population: u64) -> Option<f64> {
    if population == sample.people() {
        return Some(sample.of_size(1) as f64);
    }
    let Pitman { theta, alpha } = fit(sample)?;
    let ln = ln_gamma(theta + 1.0) - ln_gamma(theta + alpha) + alpha * (population as f64).ln();
    let uniques = ln.exp();
    (uniques.is_finite() && uniques <= population as f64).then_some(uniques)
}

/// The maximum of the likelihood.
#[must_use]
pub fn fit(sample: &Sample) -> Option<Pitman> {
    let (ones, twos) = (sample.of_size(1) as f64, sample.of_size(2) as f64);
    if ones == 0.0 || sample.classes() == sample.people() || sample.classes() < 2 {
        return None;
    }
    let mut at = start(sample, ones, twos.max(1.0));
    let mut now = Likelihood::at(sample, at)?;
    for _ in 0..STEPS {
        let (theta, alpha) = now.step();
        let below = |limit: f64| theta.abs() <= limit * at.theta.abs().max(1.0) && alpha.abs() <= limit;
        let (small, nearly) = (below(1e-12), below(1e-8));
        let mut length = 1.0;
        let next = loop {
            let to = Pitman { theta: at.theta + length * theta, alpha: at.alpha + length * alpha };
            let found = Likelihood::at(sample, to).map(|l| (to, l));
            // Rounding may lower ℓ by its last digits where it is flat.
            if let Some((to, l)) = found
                && l.value >= now.value - 4.0 * f64::EPSILON * now.value.abs()
            {
                break Some((to, l));
            }
            length /= 2.0;
            if length < 1e-12 {
                break None;
            }
        };
        let Some((to, likelihood)) = next else { return nearly.then_some(at) };
        (at, now) = (to, likelihood);
        if small {
            return Some(at);
        }
    }
    settled(sample, at)
}

/// Whether rounding alone keeps the steps from ending.
fn settled(sample: &Sample, at: Pitman) -> Option<Pitman> {
    let (theta, alpha) = Likelihood::at(sample, at)?.step();
    (theta.abs() <= 1e-8 * at.theta.abs().max(1.0) && alpha.abs() <= 1e-8).then_some(at)
}

/// Moment estimates, or the middle of the domain where these lie outside of it.
fn start(sample: &Sample, ones: f64, twos: f64) -> Pitman {
    let (n, u) = (sample.people() as f64, sample.classes() as f64);
    let c = ones * (ones - 1.0) / twos;
    let theta = (n * u * c - ones * (n - 1.0) * (2.0 * u + c)) / (2.0 * ones * u + ones * c - n * c);
    let alpha = (theta * (ones - n) + (n - 1.0) * ones) / (n * u);
    let at = Pitman { theta, alpha };
    if at.is_inside() { at } else { Pitman { theta: ones.max(1.0), alpha: 0.5 } }
}

impl Pitman {
    fn is_inside(self) -> bool {
        self.theta.is_finite() && self.alpha > 0.0 && self.alpha < 1.0 && self.theta > -self.alpha
    }
}

/// ℓ with its first and second derivatives.
struct Likelihood {
    value: f64,
    d_theta: f64,
    d_alpha: f64,
    d_theta_theta: f64,
    d_theta_alpha: f64,
    d_alpha_alpha: f64,
}

impl Likelihood {
    /// O(classes + people + largest class).
    fn at(sample: &Sample, at: Pitman) -> Option<Self> {
        if !at.is_inside() {
            return None;
        }
        let Pitman { theta, alpha } = at;
        let mut l = Self {
            value: 0.0,
            d_theta: 0.0,
            d_alpha: 0.0,
            d_theta_theta: 0.0,
            d_theta_alpha: 0.0,
            d_alpha_alpha: 0.0,
        };
        for i in 1..sample.classes() {
            let i = i as f64;
            let inverse = 1.0 / (theta + i * alpha);
            l.value -= inverse.ln();
            l.d_theta += inverse;
            l.d_alpha += i * inverse;
            l.d_theta_theta -= inverse * inverse;
            l.d_theta_alpha -= i * inverse * inverse;
            l.d_alpha_alpha -= i * i * inverse * inverse;
        }
        for i in 1..sample.people() {
            let inverse = 1.0 / (theta + i as f64);
            l.d_theta -= inverse;
            l.d_theta_theta += inverse * inverse;
        }
        // Σ ln(θ + i) = ln Γ(θ + n) − ln Γ(θ + 1).
        l.value -= ln_gamma(theta + sample.people() as f64) - ln_gamma(theta + 1.0);
        // Classes larger than j add 1/(j − α) each.
        let mut larger = sample.classes();
        let mut j = 1;
        for (size, count) in sample.sizes() {
            while j < *size {
                let (d, n) = (j as f64 - alpha, larger as f64);
                l.value += n * d.ln();
                l.d_alpha -= n / d;
                l.d_alpha_alpha -= n / (d * d);
                j += 1;
            }
            larger -= count;
        }
        l.value.is_finite().then_some(l)
    }

    /// Newton's step, or uphill where ℓ is not concave.
    fn step(&self) -> (f64, f64) {
        let determinant = self.d_theta_theta * self.d_alpha_alpha - self.d_theta_alpha.powi(2);
        if determinant > 0.0 && self.d_theta_theta < 0.0 {
            let theta = (self.d_alpha * self.d_theta_alpha - self.d_theta * self.d_alpha_alpha) / determinant;
            let alpha = (self.d_theta * self.d_theta_alpha - self.d_alpha * self.d_theta_theta) / determinant;
            return (theta, alpha);
        }
        let scale = |first: f64, second: f64| first / second.abs().max(f64::MIN_POSITIVE);
        (scale(self.d_theta, self.d_theta_theta), scale(self.d_alpha, self.d_alpha_alpha))
    }
}
