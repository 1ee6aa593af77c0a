//! Precision: how far up their hierarchies the cells were taken.
//!
//! Source: L. Sweeney, "Achieving k-anonymity privacy protection using generalization and
//! suppression", 2002: Prec = 1 − Σ cells (level / highest level) / cells. A suppressed cell counts
//! as the highest level. A column without levels cannot lose any.
//!
//! Differs from the generalisation intensity only where a hierarchy does not end in one value.

use super::Figure;
use super::view::View;

/// Measures one column: mean of level / highest level, 0 before, 1 at worst.
pub(super) fn precision(view: &View<'_>) -> Figure {
    relative_height(view, u64::from(view.last))
}

/// Mean of level / `highest`, suppressed cells being 1.
pub(super) fn relative_height(view: &View<'_>, highest: u64) -> Figure {
    let (mut levels, mut gone, mut rows) = (0u64, 0u64, 0u64);
    for n in view.counts() {
        levels += u64::from(n.level) * n.kept;
        gone += n.gone;
        rows += n.kept + n.gone;
    }
    let sum = levels as f64 / highest.max(1) as f64 + gone as f64;
    Figure { before: 0.0, after: sum / rows.max(1) as f64, worst: 1.0 }
}
