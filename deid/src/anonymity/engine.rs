//! Checks nodes of the whole exchange: every table, then the loss.
//!
//! Why here: search and outcome ask the same questions of tables that collapsed to a histogram and
//! of tables that did not; this is the one place that knows both.

use super::histogram::{Costly, Histogram};
use super::judge::Judge;
use super::lattice::{Lattice, Node};
use super::loss::{Gone, LossModel, Quality};
use super::problem::Exchange;
use super::relation::Relation;
use super::requirement::Requirement;
use super::witness::Witness;

/// Whether the requirement is met within the suppression limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It is.
    Met,
    /// What goes makes this node and all its specialisations cost too much.
    TooCostly,
    /// Only the models that are monotone at every limit are. Says nothing about other nodes.
    TooFar,
    /// Models that are not so must suppress too much here and at every specialisation.
    TooMuch,
    /// Not even those that are monotone at every limit: all specialisations fail too.
    TooFew,
}

/// What a check found; the same wherever the check started from.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) verdict: Verdict,
    /// Whether the models that are monotone at every limit are met.
    pub(crate) enough: bool,
    /// Suppressed rows per table; meaningless unless met.
    pub(crate) suppressed: Vec<u64>,
    /// Loss; meaningless unless met.
    pub(crate) loss: f64,
    /// By how much the rows that go at every specialisation raise the loss, per attribute; empty
    /// where none does or the check ended early.
    pub(crate) raise: Vec<f64>,
    /// Where nothing may go and k fails: a class that shows it.
    pub(crate) witness: Option<Witness>,
}

/// The exchange with everything that checks need.
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    exchange: &'a Exchange,
    pub(crate) loss: LossModel,
    pub(crate) histograms: Vec<Histogram>,
    pub(crate) relation: Option<Relation<'a>>,
    /// Whether no row may be suppressed.
    pub(crate) nothing_goes: bool,
    /// Whether every row may be, and one table has all of them, so that what it says of the loss is all.
    unlimited: bool,
    /// No node below this one will be asked for.
    lowest: Node,
    monotone: bool,
    always: bool,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(exchange: &'a Exchange, requirement: &Requirement, quality: Quality) -> Self {
        let histograms: Vec<Histogram> = (0..exchange.tables.len())
            .filter_map(|table| Histogram::new(exchange, table, requirement))
            .collect();
        let relation =
            (histograms.len() < exchange.tables.len()).then(|| Relation::new(exchange, requirement));
        let nothing_goes = exchange.tables.iter().all(|t| requirement.allowed(t.rows) == 0);
        let related = relation.iter().flat_map(|r| r.tables.iter().map(|t| &t.judge));
        let judges: Vec<&Judge> = histograms.iter().map(Histogram::judge).chain(related).collect();
        Self {
            exchange,
            loss: LossModel::new(&exchange.attributes, &exchange.tables, quality),
            always: judges.iter().all(|j| j.is_always()),
            // With one value per person the distribution of a merged class is a mean of those of
            // its parts. People who bring a value twice break that.
            monotone: nothing_goes && relation.is_none() && judges.iter().all(|j| j.monotone),
            nothing_goes,
            unlimited: match exchange.tables.as_slice() {
                [table] => relation.is_none() && requirement.allowed(table.rows) == table.rows,
                _ => false,
            },
            lowest: Node(vec![0; exchange.attributes.len()]),
            histograms,
            relation,
        }
    }

    /// No node below this one will be asked for: checks may start from its classes.
    pub(crate) fn start_at(&mut self, node: &Node) {
        self.lowest = node.clone();
        for histogram in &mut self.histograms {
            let levels = Self::local(self.exchange, histogram.table(), node);
            histogram.start_at(&levels);
        }
    }

    /// Distinct tuples of the largest table.
    pub(crate) fn tuples(&self) -> usize {
        self.exchange.tables.iter().map(|t| t.tuples.len()).max().unwrap_or(0)
    }

    /// Levels of one table's attributes at a node.
    fn local(exchange: &Exchange, table: usize, node: &Node) -> Vec<u8> {
        let of = exchange.tables.get(table).map(|t| &t.spec.attributes);
        of.into_iter().flatten().map(|a| node.0.get(*a).copied().unwrap_or(0)).collect()
    }

    /// Checks a node, as fast as the verdict allows: also only until it is certain that what goes here
    /// and at every specialisation makes all of these cost more than `most`.
    pub(crate) fn probe(&mut self, node: &Node, most: f64) -> Probe {
        let mut probe = Probe {
            verdict: Verdict::Met,
            enough: true,
            suppressed: Vec::new(),
            loss: 0.0,
            raise: Vec::new(),
            witness: None,
        };
        let (loss, lowest) = (&self.loss, &self.lowest);
        let costly = |gone: &[Gone]| loss.raised(lowest, &loss.raise(gone)) > most;
        for histogram in &mut self.histograms {
            let levels = Self::local(self.exchange, histogram.table(), node);
            let allowed = histogram.allowed();
            let costly: Option<&Costly<'_>> = if self.unlimited { Some(&costly) } else { None };
            if !histogram.check(&levels, allowed, costly) {
                if histogram.state().few > allowed {
                    (probe.verdict, probe.enough) = (Verdict::TooFew, false);
                    let codes = histogram.state().smallest.clone();
                    probe.witness = codes.map(|codes| Witness { table: histogram.table(), codes });
                } else {
                    probe.verdict = Verdict::TooCostly;
                }
                return probe;
            }
            let state = histogram.state();
            if state.suppressed > allowed {
                let hopeless = state.least > allowed || self.monotone;
                probe.verdict = probe.verdict.max(if hopeless { Verdict::TooMuch } else { Verdict::TooFar });
            }
        }
        if let Some(relation) = &mut self.relation {
            let verdict = relation.check(node, true);
            probe.verdict = probe.verdict.max(verdict);
            probe.enough = verdict != Verdict::TooFew;
        }
        if self.relation.is_none() || (self.always && probe.verdict == Verdict::Met) {
            let gone = self.gone(node, true);
            if gone.iter().any(|g| g.rows > 0) {
                probe.raise = self.loss.raise(&gone);
            }
        }
        if probe.verdict == Verdict::Met {
            probe.suppressed = self.suppressed();
            probe.loss = self.loss(node);
        }
        probe
    }

    /// Per node of a lattice whether the class of a tuple, one of the witness at `node`, has too few
    /// people there.
    pub(crate) fn follow(&self, witness: &Witness, node: &Node, lattice: &Lattice) -> Option<Vec<bool>> {
        let histogram = self.histograms.iter().find(|h| h.table() == witness.table)?;
        let of = &self.exchange.tables.get(witness.table)?.spec.attributes;
        let levels = Self::local(self.exchange, witness.table, node);
        let people = histogram.follow(of, &levels, &witness.codes, lattice)?;
        Some(people.into_iter().map(|people| histogram.judge().is_few(people)).collect())
    }

    /// Checks a node and counts everything, also beyond the limit. Returns whether the requirement
    /// is met.
    pub(crate) fn settle(&mut self, node: &Node) -> bool {
        let mut met = true;
        for histogram in &mut self.histograms {
            histogram.settle(&Self::local(self.exchange, histogram.table(), node));
            met &= histogram.state().suppressed <= histogram.allowed();
        }
        if let Some(relation) = &mut self.relation {
            met &= relation.check(node, false) == Verdict::Met;
        }
        met
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
        self.loss.loss(node, &self.gone(node, false))
    }

    /// Suppressed rows per attribute; with `few` only those that go at every specialisation (where
    /// tables have records: where all models are such that all do).
    fn gone(&self, node: &Node, few: bool) -> Vec<Gone> {
        let mut gone = match &self.relation {
            Some(relation) => relation.gone(node),
            None => vec![Gone::default(); self.exchange.attributes.len()],
        };
        for histogram in &self.histograms {
            let state = histogram.state();
            let local = if few { &state.gone_few } else { &state.gone };
            let of = self.exchange.tables.get(histogram.table()).map(|t| &t.spec.attributes);
            for (attribute, local) in of.into_iter().flatten().zip(local) {
                if let Some(sum) = gone.get_mut(*attribute) {
                    sum.rows += local.rows;
                    sum.leaves += local.leaves;
                }
            }
        }
        gone
    }
}
