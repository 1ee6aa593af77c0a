//! How much of the input is left: output-quality figures, one file each.
//!
//! Every figure is raw first ([`Figure`]: before, after and at worst) and a utility second: 1 = the
//! input itself, 0 = nothing left, u = 1 − (after − before) / (worst − before), cut to 0..=1.
//!
//! | figure | file | source |
//! |---|---|---|
//! | Loss | [`loss`] | Iyengar 2002 |
//! | granularity | [`granularity`] | Iyengar 2002 |
//! | non-uniform entropy | [`entropy`] | de Waal, Willenborg 1999; Prasser, Bild, Kuhn 2016 |
//! | precision | [`precision`] | Sweeney 2002 |
//! | generalisation intensity | [`intensity`] | Sweeney 2002 |
//! | height | [`height`] | Samarati 2001 |
//! | discernibility | [`discernibility`] | Bayardo, Agrawal 2005 |
//! | average class size | [`average_class_size`] | LeFevre, DeWitt, Ramakrishnan 2006 |
//! | ambiguity | [`ambiguity`] | Goldberger, Tassa 2010 |
//! | missings | [`missings`] | |
//! | squared error per column and per record | [`squared_error`] | Sánchez, Martínez, Domingo-Ferrer 2016 (supplement) |
//! | SSE/SST | [`sse_sst`] | Solanas, Martínez-Ballesté, Domingo-Ferrer 2006 |
//!
//! A value stands, in the last two, for the positions of its leaves in the hierarchy: the order of
//! the leaves matters there. NULL stands after the last leaf.
//!
//! Deliberately absent: figures that need numbers parsed from values, and classification accuracy.

pub mod ambiguity;
pub mod average_class_size;
pub mod discernibility;
pub mod entropy;
pub mod granularity;
pub mod height;
pub mod intensity;
pub mod loss;
pub mod missings;
pub mod precision;
pub mod squared_error;
pub mod sse_sst;
mod view;

use super::classes::{Classes, MeasureError};
use crate::anonymity::Attribute;
use view::View;

/// The levels to which values were generalised.
#[derive(Debug, Clone, Copy)]
pub enum Levels<'a> {
    /// Full-domain: one level per attribute.
    Same(&'a [u8]),
    /// Local recoding: per attribute, the level of every row (also of suppressed ones, where only
    /// the non-uniform entropy looks at it).
    PerRow(&'a [Vec<u8>]),
}

/// What was published, as levels over the input's leaf codes.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// The hierarchies of the quasi-identifiers.
    pub attributes: &'a [Attribute],
    /// Leaf codes of the input, per attribute and row.
    pub leaves: &'a [Vec<u32>],
    /// The levels.
    pub levels: Levels<'a>,
    /// Per row, whether it was suppressed.
    pub suppressed: &'a [bool],
}

/// A raw figure: of the input, of the output, and the worst that there is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Of the input.
    pub before: f64,
    /// Of the output.
    pub after: f64,
    /// When nothing is left.
    pub worst: f64,
}

impl Figure {
    /// 1 = the input itself, 0 = nothing left.
    #[must_use]
    pub fn utility(&self) -> f64 {
        let range = self.worst - self.before;
        if range > 0.0 {
            (1.0 - (self.after - self.before) / range).clamp(0.0, 1.0)
        } else if self.after > self.before {
            0.0
        } else {
            1.0
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            before: self.before + other.before,
            after: self.after + other.after,
            worst: self.worst + other.worst,
        }
    }
}

/// A figure per attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct PerAttribute {
    /// In the order of the attributes.
    pub attributes: Vec<Figure>,
}

impl PerAttribute {
    /// The sum of the raw figures, whose utility is that of their arithmetic means. It is not the
    /// mean of the utilities: a column that can lose more weighs more.
    #[must_use]
    pub fn sum(&self) -> Figure {
        let zero = Figure { before: 0.0, after: 0.0, worst: 0.0 };
        self.attributes.iter().fold(zero, |sum, f| sum.plus(*f))
    }

    /// The arithmetic mean of the raw figures.
    #[must_use]
    pub fn mean(&self) -> Figure {
        let (sum, n) = (self.sum(), self.attributes.len().max(1) as f64);
        Figure { before: sum.before / n, after: sum.after / n, worst: sum.worst / n }
    }

    /// Utility of [`PerAttribute::sum`].
    #[must_use]
    pub fn utility(&self) -> f64 {
        self.sum().utility()
    }
}

/// The figures of one release.
#[derive(Debug, Clone, PartialEq)]
pub struct Utility {
    /// Iyengar's loss; 0 is the input.
    pub loss: loss::Loss,
    /// Mean domain share.
    pub granularity: PerAttribute,
    /// Bits needed to guess the input's values.
    pub non_uniform_entropy: PerAttribute,
    /// Mean of level / highest level, suppressed cells being 1.
    pub precision: PerAttribute,
    /// As precision, over hierarchies that end in a root.
    pub generalization_intensity: PerAttribute,
    /// Sum of levels.
    pub height: Figure,
    /// Σ |class|² + suppressed · n.
    pub discernibility: discernibility::Discernibility,
    /// Mean class size without suppressed rows.
    pub average_class_size: Figure,
    /// Mean number of leaf tuples that a record may stand for.
    pub ambiguity: Figure,
    /// Share of cells that say nothing.
    pub missings: missings::Missings,
    /// Squared distance to the farthest position that a published value may stand for, per column.
    pub squared_error: PerAttribute,
    /// Distance of a record to the farthest point of its published box.
    pub record_squared_error: Figure,
    /// Squared distances of the published midpoints.
    pub sse_sst: Figure,
}

/// Measures a release against its input. `gs_factor` as in [`loss::loss`].
///
/// # Errors
/// [`MeasureError`] when the columns do not form a table or a code or level does not exist.
pub fn utility(published: &Published<'_>, gs_factor: f64) -> Result<Utility, MeasureError> {
    let views = view::views(published)?;
    let rows = published.suppressed.len();
    let input = Classes::new(published.leaves)?;
    let kept = kept_class_sizes(&views)?;
    let each = |f: &dyn Fn(&View<'_>) -> Figure| PerAttribute { attributes: views.iter().map(f).collect() };
    Ok(Utility {
        loss: loss::loss(&views, published.attributes, gs_factor),
        granularity: each(&granularity::granularity),
        non_uniform_entropy: each(&entropy::entropy),
        precision: each(&precision::precision),
        generalization_intensity: each(&intensity::intensity),
        height: height::height(&views),
        discernibility: discernibility::discernibility(input.rows(), &kept, rows as u64),
        average_class_size: average_class_size::average_class_size(input.rows(), &kept, rows as u64),
        ambiguity: ambiguity::ambiguity(&views, rows),
        missings: missings::missings(&views),
        squared_error: each(&squared_error::of_column),
        record_squared_error: squared_error::of_records(&views, rows),
        sse_sst: sse_sst::sse_sst(&views),
    })
}

/// Rows per published class, suppressed rows left out.
fn kept_class_sizes(views: &[View<'_>]) -> Result<Vec<u64>, MeasureError> {
    let columns: Vec<Vec<u32>> = views
        .iter()
        .map(|view| view.cells().filter(|c| !c.gone).map(|c| view.value_of(c)).collect())
        .collect();
    Ok(Classes::new(&columns)?.rows().to_vec())
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
