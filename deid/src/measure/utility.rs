//! How much of the input is left: output-quality figures as ARX prints them.
//!
//! Every figure is a utility: 1 = the input itself, 0 = nothing left. With x the raw figure,
//! u = 1 − (x − least) / (greatest − least), cut to 0..=1.
//!
//! | figure | source |
//! |---|---|
//! | discernibility | Bayardo, Agrawal 2005 |
//! | average class size | LeFevre, DeWitt, Ramakrishnan 2006 |
//! | granularity | Iyengar 2002 |
//! | non-uniform entropy | de Waal, Willenborg 1999; Prasser, Bild, Kuhn 2016 for suppressed rows |
//! | generalisation intensity | Sweeney 2002 |
//! | ambiguity | Goldberger, Tassa 2010 |
//! | record-level squared error | Sánchez, Martínez, Domingo-Ferrer 2016 (supplement) |
//! | SSE/SST | Solanas, Martínez-Ballesté, Domingo-Ferrer 2006 |
//!
//! A value stands, in the last two, for the positions of its leaves in the hierarchy: the order of
//! the leaves matters there. NULL stands after the last leaf.
//!
//! Deliberately absent: figures that need numbers parsed from values, and classification accuracy.

use super::classes::{Classes, MeasureError};
use crate::anonymity::Attribute;

/// What was published, as levels over the input's leaf codes.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// The hierarchies of the quasi-identifiers.
    pub attributes: &'a [Attribute],
    /// Leaf codes of the input, per attribute and row.
    pub leaves: &'a [Vec<u32>],
    /// The level per attribute.
    pub levels: &'a [u8],
    /// Per row, whether it was suppressed.
    pub suppressed: &'a [bool],
}

/// A figure per attribute and over all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct PerAttribute {
    /// In the order of the attributes.
    pub attributes: Vec<f64>,
    /// Of the arithmetic means of the raw figures, their least and their greatest values.
    pub mean: f64,
}

/// The figures of one release.
#[derive(Debug, Clone, PartialEq)]
pub struct Utility {
    /// Σ |class|² + suppressed · n, between the input's own and n².
    pub discernibility: f64,
    /// Mean class size without suppressed rows, between the input's own and n.
    pub average_class_size: f64,
    /// Mean domain share, a suppressed cell being 1, between 1/leaves and 1.
    pub granularity: PerAttribute,
    /// Σ −log₂ of the probability to guess the input's value from the published one.
    pub non_uniform_entropy: PerAttribute,
    /// Mean of level / highest level, a suppressed cell being 1.
    pub generalization_intensity: PerAttribute,
    /// Share of cells that say nothing (`*`, NULL or suppressed). Here 0 is the complete table: it
    /// is the one figure that is not turned round, as in ARX.
    pub missings: PerAttribute,
    /// Mean number of leaf tuples that a record may stand for, between 1 and all.
    pub ambiguity: f64,
    /// Mean distance between a record and the farthest point of its published box, in standard
    /// deviations of the input, between 0 and that of the box of all.
    pub record_squared_error: f64,
    /// 1 − SSE/SST: squared distance of the published midpoints from the input, against that of
    /// the published midpoints from the input's centre.
    pub sse_sst: f64,
}

/// Measures a release against its input.
///
/// # Errors
/// [`MeasureError`] when the columns do not form a table or a code or level does not exist.
pub fn utility(published: &Published<'_>) -> Result<Utility, MeasureError> {
    let views = views(published)?;
    let rows = published.suppressed.len() as f64;
    let input = Classes::new(published.leaves)?;
    let output = kept_class_sizes(published, &views)?;
    let gone = published.suppressed.iter().filter(|s| **s).count() as f64;
    let squares = |sizes: &[u64]| sizes.iter().map(|n| (*n as f64).powi(2)).sum::<f64>();
    let mean_size = |sizes: &[u64]| sizes.iter().sum::<u64>() as f64 / sizes.len().max(1) as f64;
    let entropy: Vec<Raw> = views.iter().map(|v| v.entropy(published)).collect();
    let shares: Vec<Raw> = views.iter().map(|v| v.granularity(published)).collect();
    let intensity: Vec<Raw> = views.iter().map(|v| v.intensity(published)).collect();
    let missings: Vec<f64> = views.iter().map(|v| v.missings(published)).collect();
    Ok(Utility {
        discernibility: Raw {
            value: squares(&output) + gone * rows,
            least: squares(input.rows()),
            greatest: rows * rows,
        }
        .utility(),
        average_class_size: Raw {
            // Nothing published is not the finest publication.
            value: if output.is_empty() { rows } else { mean_size(&output) },
            least: mean_size(input.rows()),
            greatest: rows,
        }
        .utility(),
        granularity: together(&shares),
        non_uniform_entropy: together(&entropy),
        generalization_intensity: together(&intensity),
        missings: PerAttribute {
            mean: missings.iter().sum::<f64>() / missings.len().max(1) as f64,
            attributes: missings,
        },
        ambiguity: ambiguity(published, &views).utility(),
        record_squared_error: squared_error(published, &views).utility(),
        sse_sst: sse_sst(published, &views).utility(),
    })
}

/// A raw figure and the range in which it lies.
#[derive(Debug, Clone, Copy)]
struct Raw {
    value: f64,
    least: f64,
    greatest: f64,
}

impl Raw {
    fn utility(self) -> f64 {
        let range = self.greatest - self.least;
        if range > 0.0 {
            (1.0 - (self.value - self.least) / range).clamp(0.0, 1.0)
        } else if self.value > self.least {
            0.0
        } else {
            1.0
        }
    }
}

fn together(raw: &[Raw]) -> PerAttribute {
    let sum = |f: &dyn Fn(&Raw) -> f64| raw.iter().map(f).sum::<f64>();
    PerAttribute {
        attributes: raw.iter().map(|r| r.utility()).collect(),
        mean: Raw { value: sum(&|r| r.value), least: sum(&|r| r.least), greatest: sum(&|r| r.greatest) }
            .utility(),
    }
}

/// One attribute of the release: what every leaf became.
struct View<'a> {
    leaves: f64,
    column: &'a [u32],
    code: &'a [u32],
    share: Vec<f64>,
    /// Level / highest level, counting a root on top where the hierarchy has none.
    intensity: f64,
    is_root: bool,
    null: u32,
    /// Lowest and highest position of the leaves under each leaf's value.
    span: Vec<(f64, f64)>,
}

fn views<'a>(published: &Published<'a>) -> Result<Vec<View<'a>>, MeasureError> {
    let count = published.attributes.len();
    if published.leaves.len() != count || published.levels.len() != count {
        return Err(MeasureError::Ragged);
    }
    let columns = published.attributes.iter().zip(published.leaves);
    columns
        .zip(published.levels)
        .map(|((attribute, column), level)| {
            if column.len() != published.suppressed.len() {
                return Err(MeasureError::Ragged);
            }
            if column.iter().any(|leaf| *leaf > attribute.null_leaf()) {
                return Err(MeasureError::Unknown);
            }
            View::new(attribute, column, *level).ok_or(MeasureError::Unknown)
        })
        .collect()
}

impl<'a> View<'a> {
    fn new(attribute: &'a Attribute, column: &'a [u32], level: u8) -> Option<Self> {
        let at = attribute.levels().get(usize::from(level))?;
        let highest = attribute.levels().last()?;
        let null = attribute.null_leaf();
        let single = highest.leaves_under().first() == Some(&attribute.leaves());
        let last = attribute.levels().len() - 1;
        let height = last + usize::from(!single);
        let under = at.leaves_under().iter();
        Some(Self {
            leaves: f64::from(attribute.leaves()),
            column,
            code: at.code_of_leaf(),
            share: under.map(|n| f64::from(*n) / f64::from(attribute.leaves())).collect(),
            intensity: f64::from(level) / height.max(1) as f64,
            is_root: single && last > 0 && usize::from(level) == last,
            null,
            span: spans(at.code_of_leaf(), null),
        })
    }

    fn share_of(&self, leaf: u32) -> f64 {
        self.share.get(leaf as usize).copied().unwrap_or(1.0)
    }

    fn code_of(&self, leaf: u32) -> u32 {
        self.code.get(leaf as usize).copied().unwrap_or(0)
    }

    fn span_of(&self, leaf: u32, gone: bool) -> (f64, f64) {
        if gone {
            (0.0, self.leaves - 1.0)
        } else {
            self.span.get(leaf as usize).copied().unwrap_or((0.0, 0.0))
        }
    }

    fn cells<'s>(&'s self, published: &Published<'s>) -> impl Iterator<Item = (u32, bool)> + 's {
        let gone = published.suppressed.iter().copied();
        self.column.iter().copied().zip(gone)
    }

    fn granularity(&self, published: &Published<'_>) -> Raw {
        let cells = self.cells(published);
        let sum: f64 = cells.map(|(leaf, gone)| if gone { 1.0 } else { self.share_of(leaf) }).sum();
        Raw { value: sum / self.column.len().max(1) as f64, least: 1.0 / self.leaves, greatest: 1.0 }
    }

    fn intensity(&self, published: &Published<'_>) -> Raw {
        let cells = self.cells(published);
        let sum: f64 = cells.map(|(_, gone)| if gone { 1.0 } else { self.intensity }).sum();
        Raw { value: sum / self.column.len().max(1) as f64, least: 0.0, greatest: 1.0 }
    }

    fn missings(&self, published: &Published<'_>) -> f64 {
        let cells = self.cells(published);
        let missing = cells.filter(|(leaf, gone)| *gone || self.is_root || *leaf == self.null).count();
        missing as f64 / self.column.len().max(1) as f64
    }

    fn entropy(&self, published: &Published<'_>) -> Raw {
        let mut of_leaf = vec![0u64; self.code.len()];
        let codes = self.code.iter().max().map_or(0, |c| *c as usize + 1);
        let mut of_code = vec![0u64; codes];
        let mut gone_of_code = vec![0u64; codes];
        for (leaf, gone) in self.cells(published) {
            let code = self.code_of(leaf);
            bump(&mut of_leaf, leaf);
            bump(&mut of_code, code);
            if gone {
                bump(&mut gone_of_code, code);
            }
        }
        let rows = self.column.len() as f64;
        let gone: u64 = gone_of_code.iter().sum();
        // Σ over rows of −log₂(part/whole), rows of one value at a time.
        let bits = |part: u64, whole: f64| match part {
            0 => 0.0,
            n => n as f64 * (whole / n as f64).log2(),
        };
        let mut value = 0.0;
        let mut greatest = 0.0;
        for (leaf, n) in (0u32..).zip(&of_leaf) {
            let whole = of_code.get(self.code_of(leaf) as usize).copied();
            value += bits(*n, whole.unwrap_or(0) as f64);
            greatest += bits(*n, rows);
        }
        value += gone_of_code.iter().map(|n| bits(*n, gone as f64)).sum::<f64>();
        Raw { value, least: 0.0, greatest }
    }
}

fn bump(counts: &mut [u64], at: u32) {
    if let Some(n) = counts.get_mut(at as usize) {
        *n += 1;
    }
}

/// Per leaf, the range of positions of the leaves that share its code; NULL does not widen it.
fn spans(code_of_leaf: &[u32], null: u32) -> Vec<(f64, f64)> {
    let codes = code_of_leaf.iter().max().map_or(0, |c| *c as usize + 1);
    let mut range = vec![(f64::INFINITY, f64::NEG_INFINITY); codes];
    for (leaf, code) in (0u32..).zip(code_of_leaf) {
        if let Some(r) = range.get_mut(*code as usize)
            && (leaf != null || r.0 > r.1)
        {
            r.0 = r.0.min(f64::from(leaf));
            r.1 = r.1.max(f64::from(leaf));
        }
    }
    code_of_leaf.iter().map(|code| range.get(*code as usize).copied().unwrap_or((0.0, 0.0))).collect()
}

/// Rows per published class, suppressed rows left out.
fn kept_class_sizes(published: &Published<'_>, views: &[View<'_>]) -> Result<Vec<u64>, MeasureError> {
    let columns: Vec<Vec<u32>> = views
        .iter()
        .map(|view| {
            let kept = view.cells(published).filter(|(_, gone)| !gone);
            kept.map(|(leaf, _)| view.code_of(leaf)).collect()
        })
        .collect();
    Ok(Classes::new(&columns)?.rows().to_vec())
}

fn ambiguity(published: &Published<'_>, views: &[View<'_>]) -> Raw {
    let all: f64 = views.iter().map(|v| v.leaves).product();
    let rows = published.suppressed.len() as f64;
    let mut value = 0.0;
    for (row, gone) in published.suppressed.iter().enumerate() {
        value += if *gone {
            all
        } else {
            let leaf = |v: &View<'_>| v.column.get(row).copied().unwrap_or(0);
            let under = views.iter().map(|v| v.share_of(leaf(v)) * v.leaves);
            under.product()
        };
    }
    Raw { value, least: rows, greatest: rows * all }
}

/// The point of a range that is farthest from `x`, as a distance.
fn farthest(x: f64, (low, high): (f64, f64)) -> f64 {
    (x - low).abs().max((high - x).abs())
}

fn squared_error(published: &Published<'_>, views: &[View<'_>]) -> Raw {
    let rows = published.suppressed.len() as f64;
    // Per attribute: standard deviation of the input's positions, and the box of everything.
    let scales: Vec<(f64, (f64, f64))> = views
        .iter()
        .map(|view| {
            let mean = view.column.iter().map(|x| f64::from(*x)).sum::<f64>() / rows;
            let squares = view.column.iter().map(|x| (f64::from(*x) - mean).powi(2));
            let deviation = (squares.sum::<f64>() / rows).sqrt();
            let mut whole = (f64::INFINITY, f64::NEG_INFINITY);
            for (leaf, gone) in view.cells(published) {
                let (low, high) = view.span_of(leaf, gone);
                whole.0 = whole.0.min(low).min(f64::from(leaf));
                whole.1 = whole.1.max(high).max(f64::from(leaf));
            }
            (deviation, whole)
        })
        .collect();
    let (mut value, mut greatest) = (0.0, 0.0);
    for (row, gone) in published.suppressed.iter().enumerate() {
        let (mut near, mut far) = (0.0, 0.0);
        for (view, (deviation, whole)) in views.iter().zip(&scales) {
            if *deviation > 0.0 {
                let leaf = view.column.get(row).copied().unwrap_or(0);
                let x = f64::from(leaf);
                near += (farthest(x, view.span_of(leaf, *gone)) / deviation).powi(2);
                far += (farthest(x, *whole) / deviation).powi(2);
            }
        }
        value += near.sqrt();
        greatest += far.sqrt();
    }
    Raw { value, least: 0.0, greatest }
}

fn sse_sst(published: &Published<'_>, views: &[View<'_>]) -> Raw {
    let rows = published.suppressed.len() as f64;
    let (mut sse, mut sst) = (0.0, 0.0);
    for view in views {
        let centre = view.column.iter().map(|x| f64::from(*x)).sum::<f64>() / rows;
        for (leaf, gone) in view.cells(published) {
            let (low, high) = view.span_of(leaf, gone);
            let middle = (low + high) / 2.0;
            sse += (f64::from(leaf) - middle).powi(2);
            sst += (middle - centre).powi(2);
        }
    }
    Raw { value: sse, least: 0.0, greatest: sst }
}

#[cfg(test)]
mod tests;
