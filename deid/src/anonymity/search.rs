//! The cheapest levels that meet the requirement, proven.
//!
//! Why here: an officer may ask "why not one level finer?"; the answer must be exact. Nodes are
//! visited in the order of their loss without suppression, which bounds their loss from below;
//! once it passes the loss of the last alternative asked for, nothing better is left. Before a
//! node is checked, a path from it upwards is bisected: k and distinct-l are monotone at every
//! suppression limit, so that a failure rules out everything below it and a success everything
//! above needs no further look at k and l (predictive tagging, as in Flash: Kohlmayer et al. 2012).
//!
//! t-closeness with suppression is not monotone and never prunes.
//!
//! Deliberately absent: heuristics for lattices too large to prove; they are refused.

use super::engine::{Engine, Verdict};
use super::lattice::{Attribute, Lattice, Node, node_fits};
use super::loss::Quality;
use super::problem::Exchange;
use super::requirement::{Requirement, RequirementError};

/// How far to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many further nodes to report after the best, in order of loss.
    pub alternatives: usize,
    /// Lattices with more nodes are refused.
    pub max_nodes: u64,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { alternatives: 3, max_nodes: 4_000_000 }
    }
}

/// A node that meets the requirement.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// A level per attribute of the exchange.
    pub node: Node,
    /// Loss with suppression, in 0..=1 where all weights are 1.
    pub loss: f64,
    /// Suppressed rows per table.
    pub suppressed: Vec<u64>,
}

/// The result of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Least loss (to twelve decimals); among equals fewest suppressed rows, then the least sum of
    /// levels, then the fewest possible tuples (larger classes), then the lowest levels, first
    /// attribute first.
    pub best: Found,
    /// The next ones in the same order, as many as were asked for and exist.
    pub alternatives: Vec<Found>,
    /// Number of nodes that were checked against the data.
    pub checks: u64,
    /// Number of nodes of the lattice.
    pub nodes: u64,
}

/// Why no node meets the requirement, told at the highest levels allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The highest level of every attribute.
    pub node: Node,
    /// Rows per table that would have to be suppressed there.
    pub needed: Vec<u64>,
    /// Rows per table that may be suppressed.
    pub allowed: Vec<u64>,
    /// Rows per table.
    pub rows: Vec<u64>,
    /// Rows per table that k and distinct-l alone would suppress there.
    pub needed_without_t: Vec<u64>,
    /// Whether some node meets k and distinct-l, so that t alone stands in the way.
    pub only_t: bool,
}

/// Why a search has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SearchError {
    /// The lattice is larger than the caller allows: narrow the level ranges.
    #[error("the lattice has {nodes} nodes, more than the {limit} allowed")]
    TooLarge {
        /// Nodes of the lattice (saturating).
        nodes: u64,
        /// The limit of the options.
        limit: u64,
    },
    /// No node meets the requirement.
    #[error("no combination of levels meets the requirement")]
    Infeasible(Box<Diagnosis>),
    /// The requirement itself is wrong.
    #[error(transparent)]
    Requirement(#[from] RequirementError),
    /// A node that does not fit the exchange's attributes.
    #[error("a node does not fit the attributes")]
    Node,
}

/// Finds the node of least loss, and the next best ones.
///
/// # Errors
/// [`SearchError`] when the requirement is wrong, the lattice too large, or nothing meets it.
pub fn search(
    exchange: &Exchange,
    requirement: &Requirement,
    quality: Quality,
    options: SearchOptions,
) -> Result<Search, SearchError> {
    requirement.validate(&exchange.sensitive_columns())?;
    let lattice = Lattice::new(&exchange.attributes);
    let nodes = lattice.nodes();
    if nodes > options.max_nodes {
        return Err(SearchError::TooLarge { nodes, limit: options.max_nodes });
    }
    let mut walk = Walk::new(lattice, Engine::new(exchange, requirement, quality), options);
    walk.run();
    let mut found = walk.found.into_iter();
    match found.next() {
        Some(best) => Ok(Search { best, alternatives: found.collect(), checks: walk.checks, nodes }),
        None => Err(SearchError::Infeasible(Box::new(diagnose(
            exchange,
            requirement,
            walk.engine,
            walk.met_without_t,
        )))),
    }
}

/// Loss and suppression of one node, whether or not it meets the requirement; the second figure
/// says whether it does.
///
/// # Errors
/// [`SearchError::Requirement`] and [`SearchError::Node`].
pub fn evaluate(
    exchange: &Exchange,
    requirement: &Requirement,
    quality: Quality,
    node: &Node,
) -> Result<(Found, bool), SearchError> {
    requirement.validate(&exchange.sensitive_columns())?;
    if !node_fits(&exchange.attributes, node) {
        return Err(SearchError::Node);
    }
    let mut engine = Engine::new(exchange, requirement, quality);
    let met = engine.settle(node) == Verdict::Met;
    let found = Found { node: node.clone(), loss: engine.loss(node), suppressed: engine.suppressed() };
    Ok((found, met))
}

fn diagnose(
    exchange: &Exchange,
    requirement: &Requirement,
    mut engine: Engine<'_>,
    only_t: bool,
) -> Diagnosis {
    let node = Node(exchange.attributes.iter().map(|a| a.max_level()).collect());
    engine.settle(&node);
    let mut without_t = requirement.clone();
    for column in without_t.sensitive.iter_mut().flatten() {
        column.t = None;
    }
    let mut plain = Engine::new(exchange, &without_t, Quality::default());
    plain.settle(&node);
    Diagnosis {
        node,
        needed: engine.suppressed(),
        needed_without_t: plain.suppressed(),
        allowed: exchange.tables.iter().map(|t| requirement.allowed(t.rows)).collect(),
        rows: exchange.tables.iter().map(|t| t.rows).collect(),
        only_t,
    }
}

/// What is known of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    /// Meets k and distinct-l, not checked itself.
    Enough,
    /// Checked, or ruled out.
    Done,
}

/// Losses are compared to this digit: below it, the order of a product's factors shows.
const DIGIT: f64 = 1e-12;
/// Room for that, so that a bound never rules out an equal loss.
const SLACK: f64 = 2.0 * DIGIT;

/// The order of results, best first: see [`Search::best`].
pub(crate) fn rank<'a>(attributes: &[Attribute], found: &'a Found) -> (i64, u64, u32, u128, &'a Node) {
    let levels = found.node.0.iter();
    let values = levels.zip(attributes).map(|(level, attribute)| {
        let level = attribute.levels().get(usize::from(*level));
        level.map_or(1, |l| u128::from(l.distinct()))
    });
    (
        (found.loss / DIGIT).round() as i64,
        found.suppressed.iter().sum(),
        found.node.0.iter().map(|l| u32::from(*l)).sum(),
        values.fold(1, u128::saturating_mul),
        &found.node,
    )
}

struct Walk<'a> {
    lattice: Lattice,
    engine: Engine<'a>,
    bound: Vec<f64>,
    known: Vec<Known>,
    found: Vec<Found>,
    keep: usize,
    checks: u64,
    met_without_t: bool,
    stack: Vec<u64>,
}

impl<'a> Walk<'a> {
    fn new(lattice: Lattice, engine: Engine<'a>, options: SearchOptions) -> Self {
        let nodes = lattice.nodes();
        let bound: Vec<f64> = (0..nodes).map(|index| engine.loss.bound(&lattice.node(index))).collect();
        Self {
            known: vec![Known::Nothing; bound.len()],
            lattice,
            engine,
            bound,
            found: Vec::new(),
            keep: options.alternatives.saturating_add(1),
            checks: 0,
            met_without_t: false,
            stack: Vec::new(),
        }
    }

    fn run(&mut self) {
        let mut order: Vec<u32> = (0u32..).take(self.bound.len()).collect();
        let bound = std::mem::take(&mut self.bound);
        let of = |index: &u32| bound.get(*index as usize).copied().unwrap_or(0.0);
        order.sort_by(|a, b| of(a).total_cmp(&of(b)).then(a.cmp(b)));
        self.bound = bound;
        for index in order {
            let index = u64::from(index);
            if self.bound_of(index) > self.threshold() {
                break;
            }
            if self.known(index) == Known::Nothing {
                self.bisect(index);
            }
            if self.known(index) == Known::Enough {
                self.check(index);
            }
        }
    }

    fn known(&self, index: u64) -> Known {
        self.known.get(index as usize).copied().unwrap_or(Known::Done)
    }

    fn bound_of(&self, index: u64) -> f64 {
        self.bound.get(index as usize).copied().unwrap_or(0.0)
    }

    /// The loss above which a node is of no interest.
    fn threshold(&self) -> f64 {
        match self.found.last() {
            Some(last) if self.found.len() >= self.keep => last.loss + SLACK,
            _ => f64::INFINITY,
        }
    }

    /// Finds the lowest node that meets k and l on a path from `from` upwards.
    fn bisect(&mut self, from: u64) {
        let path = self.path(from);
        let (mut low, mut high) = (0, path.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(index) = path.get(middle).copied() else {
                return;
            };
            if self.check(index) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
    }

    /// Nodes about which nothing is known, each one step above the one before, while they are of
    /// interest.
    fn path(&self, from: u64) -> Vec<u64> {
        let threshold = self.threshold();
        let mut path = vec![from];
        let mut at = from;
        loop {
            let next = self
                .above(at)
                .filter(|up| self.known(*up) == Known::Nothing && self.bound_of(*up) <= threshold)
                .min_by(|a, b| {
                    let by_bound = self.bound_of(*a).total_cmp(&self.bound_of(*b));
                    by_bound.then(a.cmp(b))
                });
            match next {
                Some(up) => {
                    path.push(up);
                    at = up;
                }
                None => return path,
            }
        }
    }

    fn above(&self, index: u64) -> impl Iterator<Item = u64> {
        let axes = self.lattice.strides().iter().zip(self.lattice.spans());
        axes.filter(move |(stride, span)| Lattice::step(index, **stride, **span) + 1 < **span)
            .map(move |(stride, _)| index + stride)
    }

    /// Checks a node against the data. Returns whether it meets k and l.
    fn check(&mut self, index: u64) -> bool {
        self.checks += 1;
        let node = self.lattice.node(index);
        let verdict = self.engine.check(&node);
        if verdict == Verdict::Met {
            let found = Found { loss: self.engine.loss(&node), suppressed: self.engine.suppressed(), node };
            self.keep(found);
        }
        if verdict == Verdict::TooFew {
            self.rule_out(index);
            return false;
        }
        self.met_without_t = true;
        self.accept(index);
        self.set(index, Known::Done);
        true
    }

    fn keep(&mut self, found: Found) {
        let attributes = self.engine.attributes();
        let rank = |a: &Found, b: &Found| rank(attributes, a).cmp(&rank(attributes, b));
        let at = self.found.partition_point(|other| rank(other, &found).is_lt());
        self.found.insert(at, found);
        self.found.truncate(self.keep);
    }

    fn set(&mut self, index: u64, known: Known) {
        if let Some(slot) = self.known.get_mut(index as usize) {
            *slot = known;
        }
    }

    /// `index` and everything below it fail.
    fn rule_out(&mut self, index: u64) {
        let mut stack = std::mem::take(&mut self.stack);
        stack.push(index);
        while let Some(index) = stack.pop() {
            if self.known(index) != Known::Nothing {
                continue;
            }
            self.set(index, Known::Done);
            let axes = self.lattice.strides().iter().zip(self.lattice.spans());
            let lower = axes.filter(|(stride, span)| Lattice::step(index, **stride, **span) > 0);
            stack.extend(lower.map(|(stride, _)| index - stride));
        }
        self.stack = stack;
    }

    /// `index` and everything above it meet k and l.
    fn accept(&mut self, index: u64) {
        let mut stack = std::mem::take(&mut self.stack);
        stack.push(index);
        while let Some(index) = stack.pop() {
            if self.known(index) != Known::Nothing {
                continue;
            }
            self.set(index, Known::Enough);
            stack.extend(self.above(index));
        }
        self.stack = stack;
    }
}
