//! The walk over the lattice that proves its result.
//!
//! Nodes come in the order of their loss without suppression, which bounds their loss from below; once
//! it passes the loss of the last alternative asked for, nothing better is left. They are made as they
//! are needed: a node's specialisations come before it. Before a node is checked, a path from it
//! upwards is bisected: models that are monotone at every limit fail below a failure and hold above a
//! success (predictive tagging, as in Flash: Kohlmayer et al. 2012).
//!
//! Three more arguments rule nodes out. What must go at a node goes at all its specialisations: that
//! raises their bound, perhaps beyond the best ([`Known::Costly`], for all of them at once;
//! [`Known::Bounded`], one by one). And models that are not monotone may still tell how much must go at
//! the least ([`Known::Much`]).
//!
//! Deliberately absent: lattices with more nodes than a table of them may have (see `narrow`).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::best::Best;
use super::engine::{Engine, Probe, Verdict};
use super::lattice::{Attribute, Lattice, Node};
use super::search::{Certificate, Found};

/// What is known of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    /// Meets the models that are monotone at every limit; not checked itself.
    Enough,
    /// Checked.
    Done,
    /// A generalisation of it fails by models that are monotone at every limit.
    Few,
    /// A generalisation of it shows that other models suppress too much.
    Much,
    /// What goes at a generalisation of it costs more than the best.
    Costly,
    /// As `Costly`, together with its own levels.
    Bounded,
}

/// Room for a bound that was rounded to ten decimals on a way of its own.
pub(crate) const ROUNDED: f64 = 1e-9;
/// As many generalisations of a node are asked for a better bound.
const WITNESSES: usize = 6;

/// Rows that go at a node and at all its specialisations.
#[derive(Debug)]
struct Witness {
    levels: Vec<u8>,
    raise: Vec<f64>,
    weight: f64,
}

/// A walk and what it has found.
#[derive(Debug)]
pub(crate) struct Walk<'w, 'a> {
    lattice: Lattice,
    engine: &'w mut Engine<'a>,
    known: Vec<Known>,
    /// (bound, node, first attribute that its successors raise)
    heap: BinaryHeap<Reverse<(u64, u64, usize)>>,
    witnesses: Vec<Witness>,
    lowest: Node,
    /// Whether the lattice is small enough, beside the tuples, to follow single ones through it.
    follows: bool,
    /// What every step of every attribute does to the bound.
    factors: Vec<Vec<f64>>,
    pub(crate) best: Best<'a>,
    pub(crate) checks: u64,
    /// Whether some node meets the models that are monotone at every limit.
    pub(crate) met_without_others: bool,
    stack: Vec<u64>,
    /// The bound of the nodes that are left, where it was told to stop.
    left_at: Option<f64>,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// A walk over a lattice with few enough nodes, which keeps the `keep` best.
    pub(crate) fn new(
        attributes: &'a [Attribute],
        lattice: Lattice,
        engine: &'w mut Engine<'a>,
        keep: usize,
    ) -> Self {
        let sums = lattice.nodes().saturating_mul(attributes.len() as u64);
        let mut walk = Self {
            follows: sums <= 64 * engine.tuples() as u64,
            known: vec![Known::Nothing; usize::try_from(lattice.nodes()).unwrap_or(0)],
            factors: engine.loss.factors(&lattice.node(0), lattice.spans()),
            lowest: lattice.node(0),
            lattice,
            engine,
            heap: BinaryHeap::new(),
            witnesses: Vec::new(),
            best: Best::new(attributes, keep),
            checks: 0,
            met_without_others: false,
            stack: Vec::new(),
            left_at: None,
        };
        walk.push(0, 0);
        walk
    }

    /// Walks to the end, or once something is found until `stop` says so.
    pub(crate) fn run(&mut self, stop: &dyn Fn() -> bool) {
        while let Some((bound, index)) = self.next() {
            if bound > self.threshold() {
                break;
            }
            if self.is_open(index) && !self.best.found.is_empty() && stop() {
                self.left_at = Some(bound);
                break;
            }
            if self.is_open(index) {
                self.bound_again(index);
            }
            if self.known(index) == Known::Nothing {
                self.bisect(index);
            }
            if self.known(index) == Known::Enough {
                self.climb(index);
            }
        }
    }

    /// Counts the nodes by what ruled them out. After [`Walk::run`].
    pub(crate) fn certificate(&self) -> Certificate {
        let best = self.best.found.first().map_or(f64::INFINITY, |best| best.loss);
        let bound = self.left_at.map_or(best, |at| at.min(best));
        let mut of = Certificate { optimal: self.left_at.is_none(), bound, ..Certificate::default() };
        for known in &self.known {
            *match known {
                Known::Done => &mut of.checked,
                Known::Few => &mut of.few,
                Known::Much => &mut of.much,
                Known::Costly | Known::Bounded => &mut of.suppression,
                Known::Nothing | Known::Enough if self.left_at.is_some() => &mut of.open,
                Known::Nothing | Known::Enough => &mut of.bounded,
            } += 1;
        }
        of
    }

    /// The next node in the order of bounds.
    fn next(&mut self) -> Option<(f64, u64)> {
        let Reverse((bound, index, from)) = self.heap.pop()?;
        for (at, up) in self.above(index).filter(|(at, _)| *at >= from).collect::<Vec<_>>() {
            self.push(up, at);
        }
        Some((f64::from_bits(bound), index))
    }

    fn push(&mut self, index: u64, from: usize) {
        let bound = self.bound_of(index).max(0.0);
        self.heap.push(Reverse((bound.to_bits(), index, from)));
    }

    fn known(&self, index: u64) -> Known {
        self.known.get(index as usize).copied().unwrap_or(Known::Done)
    }

    fn is_open(&self, index: u64) -> bool {
        matches!(self.known(index), Known::Nothing | Known::Enough)
    }

    fn bound_of(&self, index: u64) -> f64 {
        let axes = self.lattice.strides().iter().zip(self.lattice.spans()).zip(&self.factors);
        let factors = axes.map(|((stride, span), factors)| {
            let step = Lattice::step(index, *stride, *span) as usize;
            factors.get(step).copied().unwrap_or(1.0)
        });
        factors.product::<f64>() - 1.0
    }

    fn threshold(&self) -> f64 {
        self.best.threshold()
    }

    /// Rules a node out by what goes at its generalisations.
    fn bound_again(&mut self, index: u64) {
        let threshold = self.threshold() + ROUNDED;
        if !threshold.is_finite() || self.witnesses.is_empty() {
            return;
        }
        let node = self.lattice.node(index);
        let below = |w: &&Witness| node.0.iter().zip(&w.levels).all(|(a, b)| a <= b);
        let mut above = self.witnesses.iter().filter(below).take(WITNESSES);
        if above.any(|w| self.engine.loss.raised(&node, &w.raise) > threshold) {
            self.set(index, Known::Bounded);
        }
    }

    /// Finds the lowest node that meets k and the like on a path from `from` upwards.
    fn bisect(&mut self, from: u64) {
        let path = self.path(from, Known::Nothing);
        let (mut low, mut high) = (0, path.len());
        // Where nothing may be suppressed, a node that meets the requirement is better than the best:
        // that is rare, and a failure at the end of the path settles all of it.
        let mut last_first = self.engine.nothing_goes && self.threshold().is_finite();
        while low < high {
            let middle = if std::mem::take(&mut last_first) { high - 1 } else { low + (high - low) / 2 };
            let Some(index) = path.get(middle).copied() else {
                return;
            };
            if self.known(index) == Known::Few {
                low = middle + 1;
                continue;
            }
            if self.check(index) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
    }

    /// Checks a node that meets k and the like, after nodes above it: what goes there may be enough to
    /// rule it out, and others with it.
    fn climb(&mut self, index: u64) {
        let path = self.path(index, Known::Enough);
        let mut at = path.len() / 2;
        while at > 0 {
            if let Some(up) = path.get(at).copied().filter(|up| self.known(*up) == Known::Enough) {
                self.check(up);
                if self.is_open(index) {
                    self.bound_again(index);
                }
                if !self.is_open(index) {
                    return;
                }
            }
            at /= 2;
        }
        self.check(index);
    }

    /// Nodes of which as much is known, each one step above the one before, while they are of
    /// interest.
    fn path(&self, from: u64, known: Known) -> Vec<u64> {
        let threshold = self.threshold();
        let mut path = vec![from];
        let mut at = from;
        loop {
            let unknown = self.above(at).map(|(_, up)| up).filter(|up| self.known(*up) == known);
            let bounded = unknown.map(|up| (self.bound_of(up), up)).filter(|(bound, _)| *bound <= threshold);
            match bounded.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))) {
                Some((_, up)) => {
                    path.push(up);
                    at = up;
                }
                None => return path,
            }
        }
    }

    /// The nodes one step above, each with the attribute that was raised.
    fn above(&self, index: u64) -> impl Iterator<Item = (usize, u64)> + use<'_, 'w, 'a> {
        let axes = self.lattice.strides().iter().zip(self.lattice.spans()).enumerate();
        axes.filter(move |(_, (stride, span))| Lattice::step(index, **stride, **span) + 1 < **span)
            .map(move |(at, (stride, _))| (at, index + stride))
    }

    /// Checks a node against the data. Returns whether it meets k and the like, at a price that is
    /// not beyond the best.
    fn check(&mut self, index: u64) -> bool {
        self.checks += 1;
        let node = self.lattice.node(index);
        let Probe { verdict, enough, suppressed, loss, raise, witness } =
            self.engine.probe(&node, self.threshold() + ROUNDED);
        self.met_without_others |= enough;
        if let Some(witness) = witness.filter(|_| self.follows)
            && let Some(few) = self.engine.follow(&witness, &node, &self.lattice)
        {
            for known in self.known.iter_mut().zip(few).filter(|(_, few)| *few).map(|(known, _)| known) {
                if *known == Known::Nothing {
                    *known = Known::Few;
                }
            }
        }
        let why = match verdict {
            Verdict::TooFew => Some(Known::Few),
            Verdict::TooMuch => Some(Known::Much),
            Verdict::TooCostly => Some(Known::Costly),
            Verdict::TooFar => None,
            Verdict::Met => {
                self.best.offer(Found { loss, suppressed, node: node.clone() });
                None
            }
        };
        let why = why.or_else(|| {
            let least = if raise.is_empty() { 0.0 } else { self.engine.loss.raised(&self.lowest, &raise) };
            (least > self.threshold() + ROUNDED).then_some(Known::Costly)
        });
        if let Some(why) = why {
            self.rule_out(index, why);
        } else {
            if !raise.is_empty() {
                let weight = raise.iter().sum();
                let at = self.witnesses.partition_point(|w| w.weight >= weight);
                self.witnesses.insert(at, Witness { levels: node.0, raise, weight });
            }
            self.accept(index);
        }
        self.set(index, Known::Done);
        why.is_none()
    }

    fn set(&mut self, index: u64, known: Known) {
        if let Some(slot) = self.known.get_mut(index as usize) {
            *slot = known;
        }
    }

    /// `index` and everything below it are of no interest.
    fn rule_out(&mut self, index: u64, why: Known) {
        let mut stack = std::mem::take(&mut self.stack);
        stack.push(index);
        while let Some(at) = stack.pop() {
            // A node above which something else fails may be enough for k all the same.
            let open = self.is_open(at) || at == index;
            if !open {
                continue;
            }
            self.set(at, why);
            let axes = self.lattice.strides().iter().zip(self.lattice.spans());
            let lower = axes.filter(|(stride, span)| Lattice::step(at, **stride, **span) > 0);
            stack.extend(lower.map(|(stride, _)| at - stride));
        }
        self.stack = stack;
    }

    /// `index` and everything above it meet k and the like.
    fn accept(&mut self, index: u64) {
        let mut stack = std::mem::take(&mut self.stack);
        stack.push(index);
        while let Some(index) = stack.pop() {
            if self.known(index) != Known::Nothing {
                continue;
            }
            self.set(index, Known::Enough);
            stack.extend(self.above(index).map(|(_, up)| up));
        }
        self.stack = stack;
    }
}
