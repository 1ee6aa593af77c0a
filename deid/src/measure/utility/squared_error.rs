//! Squared error: how far from the truth the farthest reading of a published value is.
//!
//! Source: D. Sánchez, S. Martínez, J. Domingo-Ferrer, comment on "Unique in the shopping mall",
//! Science 351, 2016 (supplement), as ARX turns it into a utility. A value stands for the positions
//! of its leaves. Per column x = Σ records (distance to the farthest position under the published
//! value)²; per record the root of the sum of these over the columns, each in standard deviations
//! of the input. 0 before; at worst every position that occurs.
//!
//! Positions, not numbers parsed from values: on a column of equally spaced numbers both agree.

use super::Figure;
use super::view::View;

/// The distance to the point of a range that is farthest from `x`.
fn farthest(x: f64, (low, high): (f64, f64)) -> f64 {
    (x - low).abs().max((high - x).abs())
}

/// Measures one column; a reading beyond what occurs in the input costs no more than all of it.
pub(super) fn of_column(view: &View<'_>) -> Figure {
    let whole = view.extent();
    let (mut after, mut worst) = (0.0, 0.0);
    for n in view.counts() {
        let x = f64::from(n.leaf);
        let far = farthest(x, whole).powi(2);
        let kept = super::view::Cell { leaf: n.leaf, level: n.level, gone: false };
        after += n.kept as f64 * farthest(x, view.span_of(kept)).powi(2).min(far) + n.gone as f64 * far;
        worst += (n.kept + n.gone) as f64 * far;
    }
    Figure { before: 0.0, after, worst }
}

/// Measures whole records. A column with one value in the input counts for nothing.
pub(super) fn of_records(views: &[View<'_>], rows: usize) -> Figure {
    let (mut near, mut far) = (vec![0.0f64; rows], vec![0.0f64; rows]);
    for view in views {
        let mean = view.column.iter().map(|x| f64::from(*x)).sum::<f64>() / rows as f64;
        let squares = view.column.iter().map(|x| (f64::from(*x) - mean).powi(2));
        let deviation = (squares.sum::<f64>() / rows as f64).sqrt();
        // NaN without records.
        if deviation.is_nan() || deviation <= 0.0 {
            continue;
        }
        let mut whole = view.extent();
        for cell in view.cells() {
            let (low, high) = view.span_of(cell);
            whole = (whole.0.min(low), whole.1.max(high));
        }
        for ((cell, near), far) in view.cells().zip(&mut near).zip(&mut far) {
            let x = f64::from(cell.leaf);
            *near += (farthest(x, view.span_of(cell)) / deviation).powi(2);
            *far += (farthest(x, whole) / deviation).powi(2);
        }
    }
    let sum = |all: &[f64]| all.iter().map(|x| x.sqrt()).sum();
    Figure { before: 0.0, after: sum(&near), worst: sum(&far) }
}
