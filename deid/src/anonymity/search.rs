//! The cheapest levels that meet the requirement, proven.
//!
//! Why here: an officer may ask "why not one level finer?"; the answer must be exact, and say by which
//! argument every node was ruled out. What is asked, what is answered, and which way is taken: first
//! the ranges are narrowed (`narrow`), then the lattice is walked to the end (`walk`), or searched as
//! far as the caller's patience goes where it is too large for that (`climb`).
//!
//! Deliberately absent: the arguments themselves.

use super::best::Best;
use super::climb::Climb;
use super::engine::Engine;
use super::lattice::{Attribute, Lattice, Node, node_fits};
use super::loss::Quality;
use super::models::Monotone;
use super::narrow::{Narrowed, narrow};
use super::problem::Exchange;
use super::requirement::{Requirement, RequirementError};
use super::walk::Walk;

/// How far to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many further nodes to report after the best, in order of loss.
    pub alternatives: usize,
    /// Lattices with more nodes are searched without a proof.
    pub max_nodes: u64,
    /// As many checks are made there at most.
    pub max_checks: u64,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { alternatives: 3, max_nodes: 10_000_000, max_checks: 4_000 }
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
    /// Number of nodes of the lattice (saturating).
    pub nodes: u64,
    /// Why the best is the best.
    pub certificate: Certificate,
}

/// What is known of every node of the lattice, and by which argument. The counts add up to the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Certificate {
    /// Whether no node is better than the best.
    pub optimal: bool,
    /// No node has a smaller loss than this: the loss of the best where that is optimal.
    pub bound: f64,
    /// Checked against the data.
    pub checked: u64,
    /// Outside the ranges that single attributes leave: whatever the others do, too much goes.
    pub narrowed: u64,
    /// A generalisation fails by models that are monotone at every limit (k, distinct-l), or one tuple is
    /// in a class of too few people where nobody may go.
    pub few: u64,
    /// A generalisation shows that other models must suppress too much.
    pub much: u64,
    /// What goes at a generalisation goes here too, and costs more than the best.
    pub suppression: u64,
    /// Even without suppression it costs more than the best.
    pub bounded: u64,
    /// Not looked at; 0 where the best is optimal.
    pub open: u64,
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
    /// Rows per table that models which are monotone at every limit (k, distinct-l) would suppress
    /// there alone.
    pub needed_without_t: Vec<u64>,
    /// Whether some node meets these, so that only the others (t) stand in the way.
    pub only_t: bool,
}

/// Why a search has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SearchError {
    /// No node meets the requirement (or, in a lattice too large to be walked, none was found).
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
/// [`SearchError`] when the requirement is wrong, or nothing meets it.
pub fn search(
    exchange: &Exchange,
    requirement: &Requirement,
    quality: Quality,
    options: SearchOptions,
) -> Result<Search, SearchError> {
    search_until(exchange, requirement, quality, options, &|| false)
}

/// As [`search`]; it is left once `stop` says so, with the best so far. A clock belongs there, or a
/// person.
///
/// # Errors
/// As [`search`].
pub fn search_until(
    exchange: &Exchange,
    requirement: &Requirement,
    quality: Quality,
    options: SearchOptions,
    stop: &dyn Fn() -> bool,
) -> Result<Search, SearchError> {
    requirement.fits(exchange)?;
    let attributes = exchange.attributes.as_slice();
    let mut engine = Engine::new(exchange, requirement, quality);
    let Narrowed { min, max, nodes, mut checks, mut only_others, feasible } = narrow(&mut engine, attributes);
    let lattice = Lattice::between(&min, &max);
    let inside = lattice.nodes();
    engine.start_at(&Node(min));
    let keep = options.alternatives.saturating_add(1);
    let (found, mut certificate) = if !feasible {
        (Vec::new(), Certificate { optimal: true, few: inside, ..Certificate::default() })
    } else if inside > options.max_nodes {
        let mut climb = Climb::new(attributes, &lattice, &mut engine, keep);
        climb.run(options.max_checks, stop);
        checks += climb.checks;
        only_others |= climb.met_without_others;
        let certificate = climb.certificate();
        (climb.best.found, certificate)
    } else {
        let mut walk = Walk::new(attributes, lattice, &mut engine, keep);
        walk.run(stop);
        checks += walk.checks;
        only_others |= walk.met_without_others;
        let certificate = walk.certificate();
        (walk.best.found, certificate)
    };
    certificate.narrowed = nodes.saturating_sub(inside);
    let mut found = found.into_iter();
    match found.next() {
        Some(best) => Ok(Search { best, alternatives: found.collect(), checks, nodes, certificate }),
        None => Err(SearchError::Infeasible(Box::new(diagnose(exchange, requirement, only_others)))),
    }
}

/// As [`search`], by looking at every node, each from the tuples, and at nothing else: derives again
/// what a search claims. `None` once `stop` says so.
///
/// # Errors
/// As [`search`].
pub fn exhaustive(
    exchange: &Exchange,
    requirement: &Requirement,
    quality: Quality,
    options: SearchOptions,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Search>, SearchError> {
    requirement.fits(exchange)?;
    let attributes = exchange.attributes.as_slice();
    let lattice = Lattice::of(attributes);
    let mut engine = Engine::new(exchange, requirement, quality);
    let mut best = Best::new(attributes, options.alternatives.saturating_add(1));
    for index in 0..lattice.nodes() {
        if stop() {
            return Ok(None);
        }
        let node = lattice.node(index);
        if engine.settle(&node) {
            best.offer(Found { loss: engine.loss(&node), suppressed: engine.suppressed(), node });
        }
    }
    let nodes = lattice.nodes();
    let mut found = best.found.into_iter();
    let Some(best) = found.next() else {
        return Err(SearchError::Infeasible(Box::new(diagnose(exchange, requirement, false))));
    };
    let certificate =
        Certificate { optimal: true, bound: best.loss, checked: nodes, ..Certificate::default() };
    Ok(Some(Search { best, alternatives: found.collect(), checks: nodes, nodes, certificate }))
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
    requirement.fits(exchange)?;
    if !node_fits(&exchange.attributes, node) {
        return Err(SearchError::Node);
    }
    let mut engine = Engine::new(exchange, requirement, quality);
    let met = engine.settle(node);
    let found = Found { node: node.clone(), loss: engine.loss(node), suppressed: engine.suppressed() };
    Ok((found, met))
}

fn diagnose(exchange: &Exchange, requirement: &Requirement, only_others: bool) -> Diagnosis {
    let node = Node(exchange.attributes.iter().map(Attribute::max_level).collect());
    let needed = |requirement: &Requirement| {
        let mut engine = Engine::new(exchange, requirement, Quality::default());
        engine.settle(&node);
        engine.suppressed()
    };
    let mut without = requirement.clone();
    for column in without.sensitive.iter_mut().flatten() {
        column.t = None;
    }
    without.models.retain(|demand| demand.model.monotone() == Monotone::Always);
    Diagnosis {
        needed: needed(requirement),
        needed_without_t: needed(&without),
        allowed: exchange.tables.iter().map(|t| requirement.allowed(t.rows)).collect(),
        rows: exchange.tables.iter().map(|t| t.rows).collect(),
        only_t: only_others,
        node,
    }
}
