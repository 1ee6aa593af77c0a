//! A search without a promise of the best, for lattices too large to be walked.
//!
//! Why here: with forty quasi-identifiers no table of the nodes fits into memory, and the officer still
//! needs an answer that says how good it is. Two parts share the checks that the caller allows. The
//! first goes down from the top, always on from the node of least loss, so that it finds a good node
//! early. The second goes up from the bottom in the order of bounds, as the walk does, and rules out what
//! it meets by its most general failing node: the bound of the node it has reached is below the loss of
//! every node that is left. Where it passes the best, the best is proven after all.
//!
//! What is known is held as a list of nodes below which nothing is of interest, and grows with the
//! checks, not with the lattice.
//!
//! Deliberately absent: chance. The same input gives the same answer, unless a clock stops it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::best::Best;
use super::engine::{Engine, Verdict};
use super::lattice::{Attribute, Lattice, Node};
use super::search::{Certificate, Found};
use super::walk::ROUNDED;

/// The second part looks at no more nodes than this, checked or not.
const LOOKS: usize = 200_000;

/// A search and what it has found.
#[derive(Debug)]
pub(crate) struct Climb<'w, 'a> {
    engine: &'w mut Engine<'a>,
    lowest: Node,
    highest: Node,
    nodes: u64,
    /// Nodes below which, themselves included, nothing is of interest.
    hopeless: Vec<Node>,
    seen: HashSet<Node>,
    pub(crate) best: Best<'a>,
    pub(crate) checks: u64,
    /// Whether some node meets the models that are monotone at every limit.
    pub(crate) met_without_others: bool,
    bound: f64,
    proven: bool,
}

impl<'w, 'a> Climb<'w, 'a> {
    pub(crate) fn new(
        attributes: &'a [Attribute],
        lattice: &Lattice,
        engine: &'w mut Engine<'a>,
        keep: usize,
    ) -> Self {
        Self {
            engine,
            lowest: lattice.lowest(),
            highest: lattice.highest(),
            nodes: lattice.nodes(),
            hopeless: Vec::new(),
            seen: HashSet::new(),
            best: Best::new(attributes, keep),
            checks: 0,
            met_without_others: false,
            bound: 0.0,
            proven: false,
        }
    }

    /// Searches until so many checks are made or `stop` says so.
    pub(crate) fn run(&mut self, max_checks: u64, stop: &dyn Fn() -> bool) {
        self.descend(max_checks / 2, stop);
        self.ascend(max_checks, stop);
    }

    /// What is known in the end.
    pub(crate) fn certificate(&self) -> Certificate {
        let best = self.best.found.first().map_or(f64::INFINITY, |f| f.loss);
        let checked = self.checks.min(self.nodes);
        Certificate {
            optimal: self.proven,
            bound: if self.proven { best } else { self.bound.min(best) },
            checked,
            open: if self.proven { 0 } else { self.nodes - checked },
            bounded: if self.proven { self.nodes - checked } else { 0 },
            ..Certificate::default()
        }
    }

    /// From the top downwards, always on from the node of least loss.
    fn descend(&mut self, max_checks: u64, stop: &dyn Fn() -> bool) {
        let mut open = BinaryHeap::new();
        let mut start = vec![self.highest.clone()];
        loop {
            let steps = match start.pop() {
                Some(top) => vec![top],
                None => match open.pop() {
                    Some(Reverse((_, node))) => self.steps(&node, false),
                    None => return,
                },
            };
            for node in steps {
                if self.checks >= max_checks || stop() {
                    return;
                }
                if let Some(loss) = self.check(&node) {
                    open.push(Reverse((loss.max(0.0).to_bits(), node)));
                }
            }
        }
    }

    /// From the bottom upwards in the order of bounds.
    fn ascend(&mut self, max_checks: u64, stop: &dyn Fn() -> bool) {
        let mut open = BinaryHeap::new();
        open.push(Reverse((0u64, self.lowest.clone(), 0)));
        for _ in 0..LOOKS {
            let Some(Reverse((bound, node, from))) = open.pop() else {
                self.proven = true;
                return;
            };
            self.bound = f64::from_bits(bound);
            if self.bound > self.best.threshold() {
                self.proven = true;
                return;
            }
            if !self.is_hopeless(&node) {
                if self.checks >= max_checks || stop() {
                    return;
                }
                self.rule_out(&node, max_checks);
                if !self.seen.contains(&node) && !self.is_hopeless(&node) {
                    return;
                }
            }
            for (at, (level, highest)) in node.0.iter().zip(&self.highest.0).enumerate().skip(from) {
                if level < highest {
                    let up = changed(&node, at, level + 1);
                    let bound = self.engine.loss.bound(&up).max(0.0);
                    open.push(Reverse((bound.to_bits(), up, at)));
                }
            }
        }
    }

    /// Looks for the most general failing node on a path from `from` upwards; in the end `from` itself
    /// is known.
    fn rule_out(&mut self, from: &Node, max_checks: u64) {
        let mut path = vec![from.clone()];
        while let Some(at) = path.last() {
            let bounded = self.steps(at, true).into_iter().map(|up| (self.engine.loss.bound(&up), up));
            let near = bounded.filter(|(bound, _)| *bound <= self.best.threshold());
            match near.min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1))) {
                Some((_, up)) => path.push(up),
                None => break,
            }
        }
        let (mut low, mut high) = (0, path.len());
        let mut last_first = self.engine.nothing_goes;
        while low < high && self.checks < max_checks {
            let middle = if std::mem::take(&mut last_first) { high - 1 } else { low + (high - low) / 2 };
            let Some(node) = path.get(middle) else { return };
            self.check(node);
            if self.is_hopeless(node) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
    }

    /// The nodes one step up or down that are not known.
    fn steps(&self, node: &Node, up: bool) -> Vec<Node> {
        let ends = self.lowest.0.iter().zip(&self.highest.0);
        let levels = node.0.iter().zip(ends).enumerate();
        let steps = levels.filter_map(|(at, (level, (lowest, highest)))| {
            let next =
                if up { (level < highest).then(|| level + 1) } else { (level > lowest).then(|| level - 1) };
            next.map(|next| changed(node, at, next))
        });
        steps.filter(|node| !self.seen.contains(node) && !self.is_hopeless(node)).collect()
    }

    fn is_hopeless(&self, node: &Node) -> bool {
        self.hopeless.iter().any(|top| node.0.iter().zip(&top.0).all(|(a, b)| a <= b))
    }

    /// Checks a node, once. Returns its loss, or where t and the like fail something above every loss;
    /// nothing where it is known already or hopeless.
    fn check(&mut self, node: &Node) -> Option<f64> {
        if !self.seen.insert(node.clone()) {
            return None;
        }
        self.checks += 1;
        let probe = self.engine.probe(node, self.best.threshold() + ROUNDED);
        self.met_without_others |= probe.enough;
        let least =
            if probe.raise.is_empty() { 0.0 } else { self.engine.loss.raised(&self.lowest, &probe.raise) };
        match probe.verdict {
            Verdict::Met => {
                let loss = probe.loss;
                self.best.offer(Found { node: node.clone(), loss, suppressed: probe.suppressed });
                if least <= self.best.threshold() + ROUNDED {
                    return Some(loss);
                }
            }
            Verdict::TooFar if least <= self.best.threshold() + ROUNDED => {
                return Some(1e3 + self.engine.loss.bound(node));
            }
            _ => {}
        }
        self.hopeless.retain(|other| other.0.iter().zip(&node.0).any(|(a, b)| a > b));
        self.hopeless.push(node.clone());
        None
    }
}

fn changed(node: &Node, at: usize, to: u8) -> Node {
    let mut next = node.clone();
    if let Some(level) = next.0.get_mut(at) {
        *level = to;
    }
    next
}
