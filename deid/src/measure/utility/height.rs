//! Height: the sum of the levels of the generalisation.
//!
//! Source: P. Samarati, "Protecting respondents' identities in microdata release", 2001. Of kept
//! records only: suppression has no level. With local recoding, the mean over the records.

use super::Figure;
use super::view::View;

/// Measures all columns: 0 before, the sum of all highest levels at worst; that also where no record
/// was kept.
pub(super) fn height(views: &[View<'_>]) -> Figure {
    let mut figure = Figure { before: 0.0, after: 0.0, worst: 0.0 };
    for view in views {
        let (mut sum, mut kept) = (0u64, 0u64);
        for n in view.counts() {
            sum += u64::from(n.level) * n.kept;
            kept += n.kept;
        }
        let highest = f64::from(view.last);
        figure.after += if kept == 0 { highest } else { sum as f64 / kept as f64 };
        figure.worst += highest;
    }
    figure
}
