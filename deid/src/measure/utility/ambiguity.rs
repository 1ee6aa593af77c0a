//! Ambiguity: how many original tuples a published record may stand for.
//!
//! Source: J. Goldberger, T. Tassa, "Efficient anonymizations with enhanced utility", 2010.
//! x = Σ records Π columns (leaves under the value); the whole domain for a suppressed record.
//! 1 per record before, the whole domain per record at worst.

use super::Figure;
use super::view::View;

/// Measures all columns of `rows` records.
pub(super) fn ambiguity(views: &[View<'_>], rows: usize) -> Figure {
    let all: f64 = views.iter().map(|v| v.leaves).product();
    let mut tuples = vec![1.0f64; rows];
    for view in views {
        for (product, cell) in tuples.iter_mut().zip(view.cells()) {
            let leaves = if cell.gone { view.leaves } else { f64::from(view.under(cell.level, cell.leaf)) };
            *product *= leaves;
        }
    }
    Figure { before: rows as f64, after: tuples.iter().sum(), worst: rows as f64 * all }
}
