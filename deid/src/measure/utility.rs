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
            value: if output.is_empty() {
                rows
            } else {
                mean_size(&output)
            },
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
        mean: Raw {
            value: sum(&|r| r.value),
            least: sum(&|r| r.least),
            greatest: sum(&|r| r.greatest),
        }
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
            share: under
                .map(|n| f64::from(*n) / f64::from(attribute.leaves()))
                .collect(),
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
        let sum: f64 = cells
            .map(|(leaf, gone)| if gone { 1.0 } else { self.share_of(leaf) })
            .sum();
        Raw {
            value: sum / self.column.len().max(1) as f64,
            least: 1.0 / self.leaves,
            greatest: 1.0,
        }
    }

    fn intensity(&self, published: &Published<'_>) -> Raw {
        let cells = self.cells(published);
        let sum: f64 = cells
            .map(|(_, gone)| if gone { 1.0 } else { self.intensity })
            .sum();
        Raw {
            value: sum / self.column.len().max(1) as f64,
            least: 0.0,
            greatest: 1.0,
        }
    }

    fn missings(&self, published: &Published<'_>) -> f64 {
        let cells = self.cells(published);
        let missing = cells
            .filter(|(leaf, gone)| *gone || self.is_root || *leaf == self.null)
            .count();
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
        value += gone_of_code
            .iter()
            .map(|n| bits(*n, gone as f64))
            .sum::<f64>();
        Raw {
            value,
            least: 0.0,
            greatest,
        }
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
    code_of_leaf
        .iter()
        .map(|code| range.get(*code as usize).copied().unwrap_or((0.0, 0.0)))
        .collect()
}

/// Rows per published class, suppressed rows left out.
fn kept_class_sizes(
    published: &Published<'_>,
    views: &[View<'_>],
) -> Result<Vec<u64>, MeasureError> {
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
    Raw {
        value,
        least: rows,
        greatest: rows * all,
    }
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
    Raw {
        value,
        least: 0.0,
        greatest,
    }
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
    Raw {
        value: sse,
        least: 0.0,
        greatest: sst,
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "tests may stop on a broken assumption"
    )]
    use super::*;
    use crate::anonymity::{self, Fate, Quality, Requirement, fixture};
    use crate::measure::{k_anonymity, risk};

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    /// Measured with ARX 3.9.2 on Adult, eight quasi-identifiers.
    #[test]
    fn adult_input_risk() {
        let Some(adult) = fixture::adult() else {
            return;
        };
        let classes = Classes::new(&adult.columns).unwrap();
        let sizes = classes.people(None).unwrap();
        let k = k_anonymity::k_anonymity(&sizes);
        assert_eq!(k.classes, 12_458);
        assert!((k.average_class.unwrap() - 2.421_09).abs() < 1e-5);
        let r = risk::risk(&sizes).unwrap();
        near(r.mean_over_people, 0.413_036_270_8);
        near(r.highest, 1.0);
        assert_eq!(r.unique, 8_841);
        near(r.share_unique, 0.293_117_2);
        near(r.lowest, 1.0 / 137.0);
        near(r.share_at_lowest, 137.0 / 30_162.0);
        assert!((risk::share_above(&sizes, 0.2).unwrap() - 0.509_018).abs() < 1e-6);
    }

    fn release(adult: &fixture::Benchmark, limit: f64, levels: [u8; 8]) -> (Utility, Vec<u64>) {
        let exchange = adult.exchange(false);
        let requirement = Requirement::k(5, limit);
        let node = anonymity::Node(levels.to_vec());
        let outcome = anonymity::apply(&exchange, &requirement, Quality::default(), &node).unwrap();
        let suppressed: Vec<bool> = (0..adult.sensitive.len())
            .map(|row| {
                let leaf_codes: Vec<u32> = adult.columns.iter().map(|c| c[row]).collect();
                outcome.verdicts.fate(0, None, &leaf_codes, None).unwrap() == Fate::Suppress
            })
            .collect();
        let published = Published {
            attributes: &adult.attributes,
            leaves: &adult.columns,
            levels: &levels,
            suppressed: &suppressed,
        };
        let sizes = kept_class_sizes(&published, &views(&published).unwrap()).unwrap();
        (utility(&published).unwrap(), sizes)
    }

    #[test]
    fn adult_release_with_suppression() {
        let Some(adult) = fixture::adult() else {
            return;
        };
        let (u, sizes) = release(&adult, 0.02, [3, 2, 2, 1, 0, 0, 0, 1]);
        near(u.discernibility, 0.942_845_160);
        near(u.average_class_size, 0.995_650_984);
        near(u.granularity.mean, 0.691_621_941);
        let each = [
            0.794_524, 0.622_010, 0.0, 0.714_149, 0.983_224, 0.983_224, 0.983_224, 0.702_303,
        ];
        for (a, b) in u.granularity.attributes.iter().zip(each) {
            near(*a, b);
        }
        near(u.non_uniform_entropy.mean, 0.388_880_268);
        near(u.generalization_intensity.mean, 0.563_305_373);
        near(u.missings.mean, 0.139_679_066);
        near(u.ambiguity, 0.982_786_796);
        near(u.record_squared_error, 0.302_745_272);
        near(u.sse_sst, 0.241_940_794);
        near(risk::risk(&sizes).unwrap().highest, 0.2);
        near(
            sizes.iter().sum::<u64>() as f64 / sizes.len() as f64,
            133.585_585_6,
        );
    }

    #[test]
    fn adult_release_without_suppression() {
        let Some(adult) = fixture::adult() else {
            return;
        };
        let (u, _) = release(&adult, 0.0, [4, 3, 2, 2, 1, 0, 0, 0]);
        near(u.granularity.mean, 0.291_363_854);
        near(u.non_uniform_entropy.mean, 0.207_086_540);
        near(u.discernibility, 0.801_530_131);
    }

    #[test]
    fn the_input_itself_is_whole_and_nothing_is_nothing() {
        let attribute = Attribute::new("a", vec![vec![0, 1, 2], vec![0, 0, 0]]).unwrap();
        let attributes = [attribute];
        let leaves = [vec![0, 1, 2, 2, 3]];
        let at = |levels: &'static [u8], suppressed: &'static [bool]| {
            utility(&Published {
                attributes: &attributes,
                leaves: &leaves,
                levels,
                suppressed,
            })
            .unwrap()
        };
        let whole = at(&[0], &[false; 5]);
        for u in [
            whole.discernibility,
            whole.average_class_size,
            whole.granularity.mean,
            whole.non_uniform_entropy.mean,
            whole.generalization_intensity.mean,
            whole.ambiguity,
            whole.record_squared_error,
            whole.sse_sst,
        ] {
            near(u, 1.0);
        }
        near(whole.missings.mean, 0.2); // one NULL
        let nothing = at(&[0], &[true; 5]);
        near(nothing.granularity.mean, 0.0);
        near(nothing.non_uniform_entropy.mean, 0.0);
        near(nothing.discernibility, 0.0);
        near(nothing.missings.mean, 1.0);
        near(nothing.average_class_size, 0.0);
        near(nothing.sse_sst, 0.0);
    }

    #[test]
    fn unknown_codes_are_refused() {
        let attributes = [Attribute::new("a", vec![vec![0, 1]]).unwrap()];
        let bad = Published {
            attributes: &attributes,
            leaves: &[vec![3]],
            levels: &[0],
            suppressed: &[false],
        };
        assert_eq!(utility(&bad), Err(MeasureError::Unknown));
    }

    /// Prints the time of k, l and t on Adult, after load.
    /// `cargo test --release -p deid --lib measure -- --nocapture kernels`
    #[test]
    fn kernels_agree_with_the_engine_on_adult() {
        let Some(adult) = fixture::adult() else {
            return;
        };
        use crate::measure::{l_diversity::l_diversity, t_closeness::*};
        let start = std::time::Instant::now();
        let classes = Classes::new(&adult.columns).unwrap();
        let k = k_anonymity::k_anonymity(&classes.people(None).unwrap()).k;
        let l = l_diversity(&classes, &adult.sensitive).unwrap();
        let reference = Distribution::of_column(None, &adult.sensitive).unwrap();
        let t = t_closeness(&classes, None, &adult.sensitive, &reference).unwrap();
        let spent = start.elapsed();
        #[expect(clippy::print_stderr, reason = "a measurement, not a test of time")]
        {
            eprintln!("k, l, t of 30,162 rows: {spent:?}");
        }
        let exchange = adult.exchange(true);
        let all = anonymity::apply(
            &exchange,
            &Requirement::k(1, 0.0),
            Quality::default(),
            &anonymity::Node(vec![0; 8]),
        )
        .unwrap();
        let engine = &all.tables[0];
        assert_eq!(k, engine.k);
        assert_eq!(l, engine.sensitive[0].l.map(u64::from));
        assert_eq!(
            t.map(f64::to_bits),
            engine.sensitive[0].t_input.map(f64::to_bits)
        );
        assert_eq!(
            engine.sensitive[0].t_input, engine.sensitive[0].t_published,
            "nothing was suppressed"
        );
    }
}
