//! Checks nodes of the whole exchange: every table, then the loss.
//!
//! Why here: search and outcome ask the same questions of tables that collapsed to a histogram and
//! of tables that did not; this is the one place that knows both.

use super::histogram::Histogram;
use super::lattice::{Attribute, Node};
use super::loss::{Gone, LossModel, Quality};
use super::problem::Exchange;
use super::relation::Relation;
use super::requirement::Requirement;

/// Whether the requirement is met within the suppression limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is.
    Met,
    /// Not even k and distinct-l. These are monotone at every limit: all specialisations fail too.
    TooFew,
    /// k and distinct-l are, t is not. Says nothing about other nodes, once rows are suppressed.
    TooFar,
}

impl Verdict {
    /// The earlier reason stands.
    pub(crate) fn and(self, then: Self) -> Self {
        if self == Self::Met { then } else { self }
    }
}

/// The exchange with everything that checks need.
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    exchange: &'a Exchange,
    pub(crate) loss: LossModel,
    pub(crate) histograms: Vec<Histogram<'a>>,
    pub(crate) relation: Option<Relation<'a>>,
    t_is_monotone: bool,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(exchange: &'a Exchange, requirement: &Requirement, quality: Quality) -> Self {
        let histograms: Vec<Histogram<'a>> = (0..exchange.tables.len())
            .filter_map(|table| Histogram::new(exchange, table, requirement))
            .collect();
        let relation =
            (histograms.len() < exchange.tables.len()).then(|| Relation::new(exchange, requirement));
        let nothing_goes = exchange.tables.iter().all(|t| requirement.allowed(t.rows) == 0);
        Self {
            exchange,
            loss: LossModel::new(&exchange.attributes, &exchange.tables, quality),
            // With one value per person the distribution of a merged class is a mean of those of
            // its parts, so that its distance from a fixed reference cannot exceed the largest.
            // People who bring a value twice break that.
            t_is_monotone: nothing_goes && relation.is_none(),
            histograms,
            relation,
        }
    }

    pub(crate) fn attributes(&self) -> &'a [Attribute] {
        &self.exchange.attributes
    }

    /// Levels of one table's attributes at a node.
    fn local(exchange: &Exchange, table: usize, node: &Node) -> Vec<u8> {
        let of = exchange.tables.get(table).map(|t| &t.spec.attributes);
        of.into_iter().flatten().map(|a| node.0.get(*a).copied().unwrap_or(0)).collect()
    }

    /// Checks a node, as fast as the verdict allows.
    pub(crate) fn check(&mut self, node: &Node) -> Verdict {
        self.run(node, true)
    }

    /// Checks a node and counts everything, also beyond the limit.
    pub(crate) fn settle(&mut self, node: &Node) -> Verdict {
        self.run(node, false)
    }

    fn run(&mut self, node: &Node, brief: bool) -> Verdict {
        let mut verdict = Verdict::Met;
        for histogram in &mut self.histograms {
            let levels = Self::local(self.exchange, histogram.table(), node);
            let one = histogram.check(&levels, brief);
            verdict = worse(verdict, one);
            if brief && verdict == Verdict::TooFew {
                return verdict;
            }
        }
        if let Some(relation) = &mut self.relation {
            verdict = worse(verdict, relation.check(node, brief));
        }
        if verdict == Verdict::TooFar && self.t_is_monotone {
            return Verdict::TooFew;
        }
        verdict
    }

    /// Suppressed rows per table, of the last check that was met or settled.
    pub(crate) fn suppressed(&self) -> Vec<u64> {
        let mut suppressed = match &self.relation {
            Some(relation) => relation.suppressed(),
            None => vec![0; self.exchange.tables.len()],
        };
        for histogram in &self.histograms {
            if let Some(s) = suppressed.get_mut(histogram.table()) {
                *s = histogram.state().suppressed;
            }
        }
        suppressed
    }

    /// Loss at `node`, of the last check, which was of this node and met or settled.
    pub(crate) fn loss(&self, node: &Node) -> f64 {
        let mut gone = match &self.relation {
            Some(relation) => relation.gone(node),
            None => vec![Gone::default(); self.exchange.attributes.len()],
        };
        for histogram in &self.histograms {
            let table = histogram.table();
            let levels = Self::local(self.exchange, table, node);
            let of = self.exchange.tables.get(table).map(|t| &t.spec.attributes);
            for (attribute, local) in of.into_iter().flatten().zip(histogram.gone(&levels)) {
                if let Some(sum) = gone.get_mut(*attribute) {
                    sum.rows += local.rows;
                    sum.leaves += local.leaves;
                }
            }
        }
        self.loss.loss(node, &gone)
    }
}

/// Too few people or values is the stronger statement: it holds below the node as well.
fn worse(a: Verdict, b: Verdict) -> Verdict {
    match (a, b) {
        (Verdict::TooFew, _) | (_, Verdict::TooFew) => Verdict::TooFew,
        (Verdict::TooFar, _) | (_, Verdict::TooFar) => Verdict::TooFar,
        _ => Verdict::Met,
    }
}
