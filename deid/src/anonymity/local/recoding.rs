//! The result of a local recoding: classes with one published value per attribute.
//!
//! Why here: what the caller publishes and what [`super::verify()`] counts again, free of the
//! numbers that the construction used.
//!
//! Deliberately absent: leaf tuples. A class names hierarchy values only.

use super::partition::{Context, NO_CLASS, Partition};
use super::records::Records;

/// A published value: a code of a hierarchy level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The level of the attribute's hierarchy, 0 = leaves.
    pub level: u8,
    /// The code at that level ([`crate::anonymity::Level::code_of_leaf`]).
    pub code: u32,
}

/// Records that are published alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedClass {
    /// One value per attribute.
    pub cells: Vec<Cell>,
    /// Rows in it.
    pub rows: u64,
}

/// A finished local recoding.
#[derive(Debug, Clone, PartialEq)]
pub struct Recoding {
    /// The classes, in the order of their cheapest description: by hierarchy, not by row.
    pub classes: Vec<PublishedClass>,
    /// Per record, its class; `None`: suppressed.
    pub class_of: Vec<Option<u32>>,
    /// Rows suppressed.
    pub suppressed: u64,
    /// Mean domain share brought to 0..=1 over all attributes together, 1 = the input itself; a
    /// suppressed record counts 1 per cell (docs/methods/utility, `utility.granularity`).
    pub granularity: f64,
    /// Changes that the refinement made.
    pub changes: u32,
}

impl Recoding {
    pub(super) fn new(
        records: &Records<'_>,
        context: &Context<'_>,
        partition: &Partition,
        changes: u32,
    ) -> Self {
        let mut number_of = vec![None; partition.classes.len()];
        let mut classes = Vec::new();
        // Leaves under the published values, summed exactly over rows, per attribute.
        let mut under = vec![0u128; records.attributes.len()];
        let mut published = 0;
        for (slot, class) in number_of.iter_mut().zip(&partition.classes).filter(|(_, c)| !c.is_empty()) {
            *slot = u32::try_from(classes.len()).ok();
            let mut cells = Vec::with_capacity(class.nodes.len());
            let columns = records.attributes.iter().zip(context.trees).zip(&class.nodes).zip(&mut under);
            for (((attribute, tree), node), under) in columns {
                let (level, leaf) = (tree.level(*node), tree.leaf(*node));
                let levels = attribute.levels().get(usize::from(level));
                let entry = |list: fn(&crate::anonymity::Level) -> &[u32]| {
                    levels.and_then(|level| list(level).get(leaf as usize)).copied().unwrap_or(0)
                };
                cells.push(Cell { level, code: entry(crate::anonymity::Level::code_of_leaf) });
                *under += u128::from(entry(crate::anonymity::Level::leaves_under)) * u128::from(class.rows);
            }
            published += class.rows;
            classes.push(PublishedClass { cells, rows: class.rows });
        }
        let class_of = context.atoms.of_records().iter().map(|atom| match partition.class_of(*atom) {
            NO_CLASS => None,
            class => number_of.get(class as usize).copied().flatten(),
        });
        let all: u64 = (0..context.atoms.len()).map(|atom| context.atoms.rows(atom)).sum();
        let suppressed = all - published;
        let leaves = records.attributes.iter().map(crate::anonymity::Attribute::leaves);
        let granularity = granularity(under.iter().copied().zip(leaves), all, suppressed);
        Self { class_of: class_of.collect(), classes, suppressed, granularity, changes }
    }
}

/// Granularity from the sum of leaves under the published values, per attribute with its leaves.
pub(super) fn granularity(under: impl Iterator<Item = (u128, u32)>, rows: u64, suppressed: u64) -> f64 {
    let (mut lost, mut most) = (0.0, 0.0);
    for (under, leaves) in under {
        let leaves = u128::from(leaves);
        let worst = leaves * u128::from(rows);
        let spent = under + leaves * u128::from(suppressed);
        // Every published value has at least one leaf, so neither difference is negative.
        lost += spent.saturating_sub(u128::from(rows)) as f64 / leaves as f64;
        most += worst.saturating_sub(u128::from(rows)) as f64 / leaves as f64;
    }
    if most > 0.0 { (1.0 - lost / most).clamp(0.0, 1.0) } else { 1.0 }
}
