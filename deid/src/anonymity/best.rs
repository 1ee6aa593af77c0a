//! The best nodes so far, in the stated order.
//!
//! Why here: both ways to search keep the same list, and rule out what cannot enter it.

use super::lattice::{Attribute, Node};
use super::search::Found;

/// Losses are compared to this digit: below it, the order of a product's factors shows.
const DIGIT: f64 = 1e-12;
/// Room for that, so that a bound never rules out an equal loss.
const SLACK: f64 = 2.0 * DIGIT;

/// As many as were asked for, best first.
#[derive(Debug)]
pub(crate) struct Best<'a> {
    attributes: &'a [Attribute],
    pub(crate) found: Vec<Found>,
    keep: usize,
}

impl<'a> Best<'a> {
    pub(crate) fn new(attributes: &'a [Attribute], keep: usize) -> Self {
        Self { attributes, found: Vec::new(), keep }
    }

    /// Takes a node that meets the requirement, where it is among the best.
    pub(crate) fn offer(&mut self, found: Found) {
        let (attributes, mine) = (self.attributes, rank(self.attributes, &found));
        let at = self.found.partition_point(|other| rank(attributes, other) < mine);
        if self.found.get(at).is_none_or(|other| other.node != found.node) {
            self.found.insert(at, found);
            self.found.truncate(self.keep);
        }
    }

    /// The loss above which a node is of no interest.
    pub(crate) fn threshold(&self) -> f64 {
        match self.found.last() {
            Some(last) if self.found.len() >= self.keep => last.loss + SLACK,
            _ => f64::INFINITY,
        }
    }
}

/// The order of results, best first: see [`super::search::Search::best`].
fn rank<'a>(attributes: &[Attribute], found: &'a Found) -> (i64, u64, u32, u128, &'a Node) {
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
