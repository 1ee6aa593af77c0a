//! Levels that no node can have, found one attribute at a time.
//!
//! Why here: where everything else is as general as it may be and one attribute at some level still fails
//! for good, every node with that level or a lower one fails. Such checks are cheap, and shrink the
//! lattice and the tuples before the search begins; lattices too large to be walked perhaps no longer
//! are.
//!
//! Deliberately absent: pairs of attributes; the walk finds what they rule out.

use super::engine::{Engine, Verdict};
use super::lattice::{Attribute, Lattice, Node};

/// The ranges that are left.
#[derive(Debug)]
pub(crate) struct Narrowed {
    pub(crate) min: Vec<u8>,
    pub(crate) max: Vec<u8>,
    /// Nodes of the ranges asked for (saturating).
    pub(crate) nodes: u64,
    pub(crate) checks: u64,
    /// Whether some node meets the models that are monotone at every limit.
    pub(crate) only_others: bool,
    /// Whether anything is left.
    pub(crate) feasible: bool,
}

/// Raises the lowest level of every attribute as far as single attributes allow.
pub(crate) fn narrow(engine: &mut Engine<'_>, attributes: &[Attribute]) -> Narrowed {
    let lattice = Lattice::of(attributes);
    let (nodes, lowest) = (lattice.nodes(), lattice.lowest());
    engine.start_at(&lowest);
    let (Node(mut min), Node(max)) = (lowest, lattice.highest());
    let (mut checks, mut only_others) = (0, false);
    let mut fails = |levels: Vec<u8>| {
        checks += 1;
        let probe = engine.probe(&Node(levels), f64::INFINITY);
        only_others |= probe.enough;
        matches!(probe.verdict, Verdict::TooFew | Verdict::TooMuch)
    };
    let feasible = !fails(max.clone());
    for at in 0..if feasible { min.len() } else { 0 } {
        let (Some(lowest), Some(highest)) = (min.get(at).copied(), max.get(at).copied()) else { continue };
        // The first level in lowest..=highest that does not fail; the highest does not.
        let (mut low, mut high) = (lowest, highest);
        while low < high {
            let middle = low + (high - low) / 2;
            let levels = max.iter().enumerate().map(|(a, level)| if a == at { middle } else { *level });
            if fails(levels.collect()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if let Some(slot) = min.get_mut(at) {
            *slot = low;
        }
    }
    Narrowed { min, max, nodes, checks, only_others, feasible }
}
