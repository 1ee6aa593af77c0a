//! Iyengar's loss as the search minimises it, counted again without the search's code.
//!
//! Source: V. Iyengar, KDD 2002; the coding model (gs-factor) and the rounding are those of ARX.
//! Per column, with s = leaves under a value / all leaves, n rows and the gs-factor g:
//! gF = 1 if g ≤ ½ else 1 − 2(g − ½); sF = 2g if g < ½ else 1;
//! a = Σ kept s·gF + Σ suppressed (1 if sF = 1 else s + sF·(1 − s));
//! x = (a − gF·n/leaves) / (n − gF·n/leaves), at least 0, floored to ten decimals.
//! Geometric mean: Π (w·x + 1)^(1/d) − 1. Arithmetic mean: Σ w·x / d. 0 is the input itself.

use super::view::View;
use crate::anonymity::Attribute;

/// The loss of a release.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// x per column, without its weight.
    pub attributes: Vec<f64>,
    /// Π (w·x + 1)^(1/d) − 1.
    pub geometric: f64,
    /// Σ w·x / d.
    pub arithmetic: f64,
}

/// Measures all columns. `gs_factor` in 0..=1: 0 = suppression is free beyond generalisation,
/// 1 = generalisation is free, ½ = a suppressed record costs as much as `*`.
pub(super) fn loss(views: &[View<'_>], attributes: &[Attribute], gs_factor: f64) -> Loss {
    let x: Vec<f64> = views.iter().map(|view| of_column(view, gs_factor)).collect();
    let d = x.len().max(1) as f64;
    let weighted = || x.iter().zip(attributes).map(|(x, a)| a.weight() * x);
    Loss {
        geometric: weighted().map(|wx| (wx + 1.0).powf(1.0 / d)).product::<f64>() - 1.0,
        arithmetic: weighted().sum::<f64>() / d,
        attributes: x,
    }
}

fn of_column(view: &View<'_>, g: f64) -> f64 {
    let generalised = if g <= 0.5 { 1.0 } else { 1.0 - 2.0 * (g - 0.5) };
    let suppressed = if g < 0.5 { 2.0 * g } else { 1.0 };
    let (mut kept, mut gone, mut gone_rows, mut rows) = (0u128, 0u128, 0u64, 0u64);
    for n in view.counts() {
        let under = u128::from(view.under(n.level, n.leaf));
        kept += u128::from(n.kept) * under;
        gone += u128::from(n.gone) * under;
        gone_rows += n.gone;
        rows += n.kept + n.gone;
    }
    let lost = if suppressed >= 1.0 {
        gone_rows as f64
    } else {
        let share = gone as f64 / view.leaves;
        share + suppressed * (gone_rows as f64 - share)
    };
    let sum = kept as f64 / view.leaves * generalised + lost;
    let least = generalised * rows as f64 / view.leaves;
    let range = rows as f64 - least;
    let x = if range > 0.0 { ((sum - least) / range).max(0.0) } else { 0.0 };
    (x * 1e10).floor() / 1e10
}
