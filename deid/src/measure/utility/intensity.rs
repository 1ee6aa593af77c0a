//! Generalisation intensity: precision over hierarchies that are thought to end in one value.
//!
//! Source: L. Sweeney, 2002, as ARX measures it: mean of level / highest level, 1 for a suppressed
//! cell, where a hierarchy without a root counts as if `*` stood above it.

use super::Figure;
use super::precision::relative_height;
use super::view::View;

/// Measures one column.
pub(super) fn intensity(view: &View<'_>) -> Figure {
    relative_height(view, u64::from(view.last) + u64::from(!view.rooted))
}
