//! SSE/SST: the share of the variance that the published midpoints do not show.
//!
//! Source: A. Solanas, A. Martínez-Ballesté, J. Domingo-Ferrer, "V-MDAV: a multivariate
//! microaggregation with variable group size", 2006. SSE = Σ (position − midpoint of the published
//! value)²; SST = Σ (midpoint − mean position of the input)²; both over all columns. The utility is
//! 1 − SSE/SST, 0 where SSE is larger.

use super::Figure;
use super::view::View;

/// Measures all columns.
pub(super) fn sse_sst(views: &[View<'_>]) -> Figure {
    let (mut sse, mut sst) = (0.0, 0.0);
    for view in views {
        let rows = view.column.len() as f64;
        let centre = view.column.iter().map(|x| f64::from(*x)).sum::<f64>() / rows;
        for cell in view.cells() {
            let (low, high) = view.span_of(cell);
            let middle = (low + high) / 2.0;
            sse += (f64::from(cell.leaf) - middle).powi(2);
            sst += (middle - centre).powi(2);
        }
    }
    Figure { before: 0.0, after: sse, worst: sst }
}
