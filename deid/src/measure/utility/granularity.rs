//! Granularity: the mean share of the domain that a published value covers.
//!
//! Source: V. Iyengar, "Transforming data to satisfy privacy constraints", KDD 2002. Per column
//! x = Σ share / n with share = leaves under the value / all leaves, and 1 for a suppressed cell;
//! 1/leaves before, 1 at worst.
//!
//! NULL covers one leaf, except at the root.

use super::Figure;
use super::view::View;

/// Measures one column.
pub(super) fn granularity(view: &View<'_>) -> Figure {
    let (mut leaves, mut rows, mut gone) = (0u128, 0u64, 0u64);
    for n in view.counts() {
        leaves += u128::from(n.kept) * u128::from(view.under(n.level, n.leaf));
        rows += n.kept + n.gone;
        gone += n.gone;
    }
    let sum = leaves as f64 / view.leaves + gone as f64;
    Figure { before: 1.0 / view.leaves, after: sum / rows.max(1) as f64, worst: 1.0 }
}
