//! One attribute of a release, ready to be walked: per row its leaf, its level and whether it is
//! suppressed, and per level and leaf what the value there covers.
//!
//! Why here: every figure of [`super`] is a sum over such cells. A value that covers the same
//! leaves on two levels is one value (hierarchies repeat a label upwards), so that rows recoded to
//! different levels can share a class.

use super::{Levels, Published};
use crate::anonymity::Attribute;
use crate::measure::classes::MeasureError;

/// One published cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) leaf: u32,
    pub(super) level: u8,
    pub(super) gone: bool,
}

/// What the values of one level cover, per leaf.
struct LevelView {
    /// Leaves under the leaf's value.
    under: Vec<u32>,
    /// Code at this level.
    code: Vec<u32>,
    /// One number for equal sets of leaves, whatever the level.
    value: Vec<u32>,
    /// Lowest and highest position of the leaves under the value.
    span: Vec<(f64, f64)>,
}

/// One attribute.
pub(super) struct View<'a> {
    /// Leaves of the hierarchy, without NULL.
    pub(super) leaves: f64,
    /// Leaf codes of the input.
    pub(super) column: &'a [u32],
    /// The leaf code of NULL.
    pub(super) null: u32,
    /// The highest level, 0 for a hierarchy without levels.
    pub(super) last: u8,
    /// Whether everything is one value at the highest level.
    pub(super) rooted: bool,
    at: LevelOf<'a>,
    gone: &'a [bool],
    levels: Vec<LevelView>,
    counts: Vec<Count>,
}

#[derive(Clone, Copy)]
enum LevelOf<'a> {
    Same(u8),
    Each(&'a [u8]),
}

/// The attributes of a release.
pub(super) fn views<'a>(published: &Published<'a>) -> Result<Vec<View<'a>>, MeasureError> {
    let count = published.attributes.len();
    let rows = published.suppressed.len();
    let levels: Vec<LevelOf<'a>> = match published.levels {
        Levels::Same(levels) => levels.iter().map(|l| LevelOf::Same(*l)).collect(),
        Levels::PerRow(levels) => levels.iter().map(|l| LevelOf::Each(l)).collect(),
    };
    if published.leaves.len() != count || levels.len() != count {
        return Err(MeasureError::Ragged);
    }
    let columns = published.attributes.iter().zip(published.leaves);
    columns
        .zip(levels)
        .map(|((attribute, column), at)| {
            let ragged = matches!(at, LevelOf::Each(levels) if levels.len() != rows);
            if column.len() != rows || ragged {
                return Err(MeasureError::Ragged);
            }
            let known = |level: u8| usize::from(level) < attribute.levels().len();
            let all_known = match at {
                LevelOf::Same(level) => known(level),
                LevelOf::Each(levels) => levels.iter().all(|l| known(*l)),
            };
            if !all_known || column.iter().any(|leaf| *leaf > attribute.null_leaf()) {
                return Err(MeasureError::Unknown);
            }
            let mut view = View::new(attribute, column, at, published.suppressed);
            view.counts = view.count();
            Ok(view)
        })
        .collect()
}

impl<'a> View<'a> {
    fn new(attribute: &Attribute, column: &'a [u32], at: LevelOf<'a>, gone: &'a [bool]) -> Self {
        let null = attribute.null_leaf();
        let mut levels: Vec<LevelView> = Vec::with_capacity(attribute.levels().len());
        let mut next = 0;
        for level in attribute.levels() {
            let (code, under) = (level.code_of_leaf(), level.leaves_under());
            let value = values(code, under, null, levels.last(), &mut next);
            levels.push(LevelView {
                under: under.to_vec(),
                code: code.to_vec(),
                value,
                span: spans(code, null),
            });
        }
        let root = attribute.levels().last().and_then(|l| l.leaves_under().first().copied());
        Self {
            leaves: f64::from(attribute.leaves()),
            column,
            null,
            last: attribute.levels().len().saturating_sub(1).try_into().unwrap_or(u8::MAX),
            rooted: root == Some(attribute.leaves()),
            at,
            gone,
            levels,
            counts: Vec::new(),
        }
    }

    /// The cells, in the order of the rows.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        let at = self.at;
        self.column.iter().zip(self.gone).enumerate().map(move |(row, (leaf, gone))| Cell {
            leaf: *leaf,
            level: match at {
                LevelOf::Same(level) => level,
                LevelOf::Each(levels) => levels.get(row).copied().unwrap_or(0),
            },
            gone: *gone,
        })
    }

    /// Rows per (level, leaf), kept and suppressed ones: most figures need no more than these, so
    /// that a column of a million rows is walked once.
    pub(super) fn counts(&self) -> &[Count] {
        &self.counts
    }

    fn count(&self) -> Vec<Count> {
        let width = self.null as usize + 1;
        let mut counts = vec![(0u64, 0u64); width * self.levels.len()];
        for cell in self.cells() {
            if let Some(n) = counts.get_mut(usize::from(cell.level) * width + cell.leaf as usize) {
                if cell.gone { n.1 += 1 } else { n.0 += 1 }
            }
        }
        let all = counts.into_iter().enumerate();
        all.filter(|(_, (kept, gone))| kept + gone > 0)
            .map(|(at, (kept, gone))| Count {
                level: u8::try_from(at / width).unwrap_or(u8::MAX),
                leaf: u32::try_from(at % width).unwrap_or(u32::MAX),
                kept,
                gone,
            })
            .collect()
    }

    /// Leaves under the value of a leaf at a level.
    pub(super) fn under(&self, level: u8, leaf: u32) -> u32 {
        self.level(level).and_then(|l| l.under.get(leaf as usize)).copied().unwrap_or(0)
    }

    /// Code of a leaf at a level.
    pub(super) fn code(&self, level: u8, leaf: u32) -> u32 {
        self.level(level).and_then(|l| l.code.get(leaf as usize)).copied().unwrap_or(0)
    }

    /// One number per set of leaves.
    pub(super) fn value_of(&self, cell: Cell) -> u32 {
        self.level(cell.level).and_then(|l| l.value.get(cell.leaf as usize)).copied().unwrap_or(0)
    }

    /// Positions that a published cell may stand for; all of them for a suppressed one.
    pub(super) fn span_of(&self, cell: Cell) -> (f64, f64) {
        if cell.gone {
            return (0.0, self.leaves - 1.0);
        }
        let span = self.level(cell.level).and_then(|l| l.span.get(cell.leaf as usize));
        span.copied().unwrap_or((0.0, 0.0))
    }

    /// Lowest and highest position in the input.
    pub(super) fn extent(&self) -> (f64, f64) {
        let all = self.column.iter().map(|leaf| f64::from(*leaf));
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
    }

    fn level(&self, level: u8) -> Option<&LevelView> {
        self.levels.get(usize::from(level))
    }
}

/// One number per set of leaves: that of the level below where the value covers no more than there.
fn values(code: &[u32], under: &[u32], null: u32, below: Option<&LevelView>, next: &mut u32) -> Vec<u32> {
    let mut of_code: Vec<Option<u32>> = vec![None; code.iter().max().map_or(0, |c| *c as usize + 1)];
    let mut value = Vec::with_capacity(code.len());
    for (leaf, (code, count)) in code.iter().zip(under).enumerate() {
        let Some(slot) = of_code.get_mut(*code as usize) else { continue };
        let before = below.and_then(|b| Some((b.under.get(leaf)?, *b.value.get(leaf)?)));
        let same = match before {
            // NULL is last: a code that is taken is the root's.
            Some((_, value)) if leaf == null as usize => slot.is_none().then_some(value),
            Some((under, value)) => (under == count).then_some(value),
            None => None,
        };
        let number = same.or(*slot).unwrap_or_else(|| {
            *next += 1;
            *next - 1
        });
        *slot = Some(number);
        value.push(number);
    }
    value
}

/// Rows of one leaf at one level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    pub(super) level: u8,
    pub(super) leaf: u32,
    pub(super) kept: u64,
    pub(super) gone: u64,
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
