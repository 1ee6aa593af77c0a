//! What generalisation and suppression cost: Iyengar's loss, aggregated by the geometric mean.
//!
//! Why here: the loss is separable, so that a node's loss without suppression needs no data, only
//! sums per attribute and level that are made once. It bounds the loss with suppression from below
//! and the search prunes by it.
//!
//! Source: V. Iyengar, "Transforming data to satisfy privacy constraints", KDD 2002; the coding
//! model (generalisation against suppression) and the rounding are those of ARX.
//!
//! Per attribute, with s = leaves under a value / all leaves, n rows, g the gs-factor:
//! gF = 1 if g ≤ ½ else 1 − 2(g − ½); sF = 2g if g < ½ else 1;
//! a = Σ kept s·gF + Σ suppressed (s + sF·(1 − s)); x = (a − gF·n/leaves) / (n − gF·n/leaves),
//! at least 0, floored to ten decimals. Loss = Π (w·x + 1)^(1/d) − 1 over the d attributes.

use super::lattice::{Attribute, Node};
use super::problem::Table;

/// How quality is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// Between 0 (suppression is free beyond generalisation) and 1 (generalisation is free); ½
    /// weighs a suppressed record as fully generalised.
    pub gs_factor: f64,
}

impl Default for Quality {
    fn default() -> Self {
        Self { gs_factor: 0.5 }
    }
}

/// The sums of one exchange from which every node's loss follows.
#[derive(Debug)]
pub(crate) struct LossModel {
    attributes: Vec<AttributeLoss>,
    generalised: f64,
    suppressed: f64,
}

#[derive(Debug)]
struct AttributeLoss {
    leaves: f64,
    weight: f64,
    rows: u64,
    /// Σ over all rows of leaves under the row's value, per level.
    leaves_at: Vec<u64>,
    /// (w·x + 1)^(1/d) without suppression, per level.
    factor_at: Vec<f64>,
}

/// Suppressed rows of one attribute at a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Gone {
    /// Number of suppressed rows of the tables that use the attribute.
    pub(crate) rows: u64,
    /// Σ over them of leaves under their value at the node.
    pub(crate) leaves: u64,
}

impl LossModel {
    pub(crate) fn new(attributes: &[Attribute], tables: &[Table], quality: Quality) -> Self {
        let g = quality.gs_factor;
        let mut model = Self {
            attributes: attributes
                .iter()
                .map(|a| AttributeLoss {
                    leaves: f64::from(a.leaves()),
                    weight: a.weight(),
                    rows: 0,
                    leaves_at: vec![0; a.levels().len()],
                    factor_at: Vec::new(),
                })
                .collect(),
            generalised: if g <= 0.5 { 1.0 } else { 1.0 - 2.0 * (g - 0.5) },
            suppressed: if g < 0.5 { 2.0 * g } else { 1.0 },
        };
        for table in tables {
            let rows = table.rows_per_tuple();
            for (position, attribute) in table.spec().attributes.iter().enumerate() {
                if let (Some(sums), Some(hierarchy)) =
                    (model.attributes.get_mut(*attribute), attributes.get(*attribute))
                {
                    sums.rows += table.rows();
                    sums.add_table(hierarchy, position, table, &rows);
                }
            }
        }
        for at in 0..model.attributes.len() {
            let levels = model.attributes.get(at).map_or(0, |a| a.leaves_at.len());
            let factors: Vec<f64> =
                (0..levels).map(|level| model.factor(at, level, Gone::default())).collect();
            if let Some(attribute) = model.attributes.get_mut(at) {
                attribute.factor_at = factors;
            }
        }
        model
    }

    fn factor(&self, at: usize, level: usize, gone: Gone) -> f64 {
        let Some(attribute) = self.attributes.get(at) else {
            return 1.0;
        };
        let total = attribute.leaves_at.get(level).copied().unwrap_or(0);
        let kept = total.saturating_sub(gone.leaves) as f64 / attribute.leaves;
        self.normalised(attribute, kept * self.generalised + self.lost(attribute, gone))
    }

    /// (w·x + 1)^(1/d) of the sum `a`.
    fn normalised(&self, attribute: &AttributeLoss, a: f64) -> f64 {
        let n = attribute.rows as f64;
        let least = self.generalised * n / attribute.leaves;
        let range = n - least;
        let x = if range > 0.0 { ((a - least) / range).max(0.0) } else { 0.0 };
        let x = (x * 1e10).floor() / 1e10;
        (attribute.weight * x + 1.0).powf(1.0 / self.attributes.len() as f64)
    }

    /// By how much the rows `gone`, suppressed at a node and so at all its specialisations, raise
    /// the sum `a` of each attribute there: at the least by what they raise it at the node, where
    /// their values are largest.
    pub(crate) fn raise(&self, gone: &[Gone]) -> Vec<f64> {
        let of = |(attribute, gone): (&AttributeLoss, &Gone)| {
            let (rows, share) = (gone.rows as f64, gone.leaves as f64 / attribute.leaves);
            let raise = if self.suppressed >= 1.0 {
                rows - self.generalised * share
            } else {
                self.suppressed * (rows - share)
            };
            raise.max(0.0)
        };
        self.attributes.iter().zip(gone).map(of).collect()
    }

    /// The least loss of a node below one whose suppressed rows raise it so (to nine decimals).
    pub(crate) fn raised(&self, node: &Node, raise: &[f64]) -> f64 {
        let factors = self.attributes.iter().zip(&node.0).zip(raise).map(|((attribute, level), raise)| {
            let total = attribute.leaves_at.get(usize::from(*level)).copied().unwrap_or(0);
            self.normalised(attribute, total as f64 / attribute.leaves * self.generalised + raise)
        });
        factors.product::<f64>() - 1.0
    }

    /// Loss of a node without suppression: never above its loss with it.
    pub(crate) fn bound(&self, node: &Node) -> f64 {
        let factors = self.attributes.iter().zip(&node.0);
        let factors = factors.map(|(a, level)| a.factor_at.get(usize::from(*level)).copied().unwrap_or(1.0));
        factors.product::<f64>() - 1.0
    }

    /// Per attribute what its levels from `lowest` on, so many, contribute to the bound: the loss of a
    /// node without suppression, which is never above its loss with it, is their product less 1.
    pub(crate) fn factors(&self, lowest: &Node, spans: &[u64]) -> Vec<Vec<f64>> {
        let each = self.attributes.iter().zip(&lowest.0).zip(spans);
        each.map(|((attribute, level), span)| {
            let levels = attribute.factor_at.iter().skip(usize::from(*level));
            levels.take(*span as usize).copied().collect()
        })
        .collect()
    }

    /// Loss of a recoding that has no node: per attribute the sum of leaves under the values that are
    /// published, and the rows that are not.
    pub(crate) fn of_sums(&self, kept: &[u64], gone: &[Gone]) -> f64 {
        let factors = self.attributes.iter().zip(kept).zip(gone).map(|((attribute, kept), gone)| {
            let kept = *kept as f64 / attribute.leaves;
            self.normalised(attribute, kept * self.generalised + self.lost(attribute, *gone))
        });
        factors.product::<f64>() - 1.0
    }

    /// What suppressed rows add to the sum `a`.
    fn lost(&self, attribute: &AttributeLoss, gone: Gone) -> f64 {
        let rows = gone.rows as f64;
        if self.suppressed >= 1.0 {
            return rows;
        }
        let share = gone.leaves as f64 / attribute.leaves;
        share + self.suppressed * (rows - share)
    }

    /// Loss of a node with the suppressed rows `gone`, one per attribute.
    pub(crate) fn loss(&self, node: &Node, gone: &[Gone]) -> f64 {
        let factors = node.0.iter().zip(gone).enumerate().map(|(at, (level, gone))| {
            if gone.rows == 0 {
                let factor = self.attributes.get(at).map(|a| &a.factor_at);
                factor.and_then(|f| f.get(usize::from(*level))).copied().unwrap_or(1.0)
            } else {
                self.factor(at, usize::from(*level), *gone)
            }
        });
        factors.product::<f64>() - 1.0
    }
}

impl AttributeLoss {
    fn add_table(&mut self, hierarchy: &Attribute, position: usize, table: &Table, rows: &[u64]) {
        // Rows per leaf first: there are fewer leaves than tuples.
        let mut of_leaf = vec![0u64; hierarchy.null_leaf() as usize + 1];
        for (tuple, rows) in table.tuples().iter().zip(rows) {
            if let Some(sum) = tuple.get(position).and_then(|leaf| of_leaf.get_mut(*leaf as usize)) {
                *sum += rows;
            }
        }
        for (sum, level) in self.leaves_at.iter_mut().zip(hierarchy.levels()) {
            let leaves = of_leaf.iter().zip(level.leaves_under());
            *sum += leaves.map(|(rows, under)| rows * u64::from(*under)).sum::<u64>();
        }
    }
}

/// Leaves under the value of a leaf at a level; 0 where either does not exist.
pub(crate) fn leaves_under(attribute: &Attribute, level: u8, leaf: u32) -> u64 {
    attribute
        .levels()
        .get(usize::from(level))
        .and_then(|l| l.leaves_under().get(leaf as usize))
        .map_or(0, |n| u64::from(*n))
}
