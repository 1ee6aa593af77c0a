//! Missings: the share of cells that say nothing.
//!
//! A cell says nothing if it is `*`, NULL or suppressed. 0 is a complete table: this is the one
//! figure that is not turned round, as in ARX.

use super::view::View;

/// Shares of cells that say nothing, 0..=1.
#[derive(Debug, Clone, PartialEq)]
pub struct Missings {
    /// Per column of the input: NULL.
    pub before: Vec<f64>,
    /// Per column of the output.
    pub after: Vec<f64>,
}

impl Missings {
    /// Mean over the columns of the input and of the output.
    #[must_use]
    pub fn mean(&self) -> (f64, f64) {
        let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len().max(1) as f64;
        (mean(&self.before), mean(&self.after))
    }
}

/// Measures all columns.
pub(super) fn missings(views: &[View<'_>]) -> Missings {
    let mut found = Missings { before: Vec::new(), after: Vec::new() };
    for view in views {
        let (mut before, mut after, mut rows) = (0u64, 0u64, 0u64);
        for n in view.counts() {
            let is_null = n.leaf == view.null;
            let is_root = view.rooted && view.last > 0 && n.level == view.last;
            before += if is_null { n.kept + n.gone } else { 0 };
            after += n.gone + if is_null || is_root { n.kept } else { 0 };
            rows += n.kept + n.gone;
        }
        found.before.push(before as f64 / rows.max(1) as f64);
        found.after.push(after as f64 / rows.max(1) as f64);
    }
    found
}
