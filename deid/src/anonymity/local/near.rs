//! The nearest tuples to a tuple, where distance = what publishing both as one would cost per
//! record.
//!
//! Why here: partners for small classes must be found without comparing all with all. The points
//! lie in a trie whose steps are (attribute, level), costly ones first: a mismatch at a costly step
//! fixes that attribute's cost for everything below, so most of the trie is never entered.
//!
//! The answer is exact until a query has entered [`VISITS`] nodes; beyond that (many attributes,
//! nearly all tuples unique) it is the best found so far. Ties are broken by the points' numbers.
//!
//! Deliberately absent: points that move; a new round builds a new trie.

use super::at;
use super::tree::{FAR, Tree};

/// Entered nodes after which a query stops looking for better.
const VISITS: u32 = 4000;
/// Ranges of at most this many points are scanned.
const BUCKET: usize = 8;

struct Step {
    attribute: u32,
    level: u8,
}

/// One trie node: the nodes below it, or, at a leaf, the points.
#[derive(Clone, Copy, Default)]
struct Branch {
    /// The value at the step that leads here.
    value: u32,
    first: u32,
    end: u32,
    is_leaf: bool,
}

/// Points in a trie.
pub(super) struct Near<'a> {
    trees: &'a [Tree],
    /// Nodes per point and attribute.
    points: &'a [u32],
    steps: Vec<Step>,
    branches: Vec<Branch>,
    order: Vec<u32>,
}

/// A point and its distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Neighbour {
    pub(super) cost: u64,
    pub(super) point: u32,
}

struct Query<'q> {
    nodes: &'q [u32],
    skip: Option<u32>,
    wanted: usize,
    found: Vec<Neighbour>,
    visits: u32,
}

impl Query<'_> {
    fn bound(&self) -> u64 {
        match self.found.last() {
            Some(last) if self.found.len() >= self.wanted => last.cost,
            _ => FAR - 1,
        }
    }

    fn offer(&mut self, one: Neighbour) {
        if Some(one.point) == self.skip || one.cost >= FAR {
            return;
        }
        if self.found.len() >= self.wanted {
            if self.found.last().is_none_or(|last| one >= *last) {
                return;
            }
            self.found.pop();
        }
        let place = self.found.partition_point(|other| *other < one);
        self.found.insert(place, one);
    }
}

/// Sum over attributes of the cost of the common ancestors; [`FAR`] or more when there is none.
pub(super) fn distance(trees: &[Tree], a: &[u32], b: &[u32]) -> u64 {
    trees.iter().zip(a.iter().zip(b)).map(|(tree, (a, b))| tree.joined_cost(*a, *b)).sum()
}

impl<'a> Near<'a> {
    /// `points`: `trees.len()` nodes per point.
    pub(super) fn new(trees: &'a [Tree], points: &'a [u32]) -> Self {
        let width = trees.len().max(1);
        let count = (points.len() / width) as u32;
        let mut near =
            Self { trees, points, steps: steps(trees), branches: Vec::new(), order: (0..count).collect() };
        let paths = near.steps.iter().map(|step| (step.attribute, step.level)).collect::<Vec<_>>();
        near.branches.push(Branch { value: 0, first: 0, end: count, is_leaf: true });
        // Breadth first: the children of a node stand side by side.
        let mut layer = vec![0u32];
        for (attribute, level) in paths {
            let mut next = Vec::new();
            for branch in layer {
                near.split(branch, attribute, level, &mut next);
            }
            layer = next;
        }
        near
    }

    fn point(&self, point: u32) -> &'a [u32] {
        let width = self.trees.len();
        self.points.get(point as usize * width..(point as usize + 1) * width).unwrap_or_default()
    }

    /// Turns a leaf with many points into an inner node.
    fn split(&mut self, branch: u32, attribute: u32, level: u8, next: &mut Vec<u32>) {
        let here = at(&self.branches, branch);
        let range = here.first as usize..here.end as usize;
        if range.len() <= BUCKET {
            return;
        }
        let (Some(tree), width) = (self.trees.get(attribute as usize), self.trees.len()) else { return };
        let points = self.points;
        let value = |point: u32| tree.ancestor(at(points, point * width as u32 + attribute), level);
        let first = self.branches.len() as u32;
        let Some(members) = self.order.get_mut(range) else { return };
        members.sort_by_cached_key(|point| (value(*point), *point));
        let mut start = here.first;
        for same in members.chunk_by(|a, b| value(*a) == value(*b)) {
            let end = start + same.len() as u32;
            let value = same.first().map_or(0, |point| value(*point));
            next.push(self.branches.len() as u32);
            self.branches.push(Branch { value, first: start, end, is_leaf: true });
            start = end;
        }
        let end = self.branches.len() as u32;
        if let Some(slot) = self.branches.get_mut(branch as usize) {
            *slot = Branch { value: here.value, first, end, is_leaf: false };
        }
    }

    /// The `wanted` nearest points, nearest first, without `skip` and without those that have no
    /// common ancestor with `nodes`.
    pub(super) fn nearest(&self, nodes: &[u32], skip: Option<u32>, wanted: usize) -> Vec<Neighbour> {
        let found = Vec::with_capacity(wanted + 1);
        let mut query = Query { nodes, skip, wanted, found, visits: 0 };
        if wanted > 0 {
            let own = distance(self.trees, nodes, nodes);
            self.enter(&mut query, 0, 0, own);
        }
        query.found
    }

    fn enter(&self, query: &mut Query<'_>, branch: u32, depth: usize, cost: u64) {
        query.visits += 1;
        let here = at(&self.branches, branch);
        if here.is_leaf {
            for point in self.order.get(here.first as usize..here.end as usize).unwrap_or_default() {
                query.offer(Neighbour {
                    cost: distance(self.trees, query.nodes, self.point(*point)),
                    point: *point,
                });
            }
            return;
        }
        let Some(step) = self.steps.get(depth) else { return };
        let Some(tree) = self.trees.get(step.attribute as usize) else { return };
        let own = at(query.nodes, step.attribute);
        let same = tree.ancestor(own, step.level);
        let children = self.branches.get(here.first as usize..here.end as usize).unwrap_or_default();
        let like = children.iter().zip(here.first..).find(|(child, _)| child.value == same);
        if let Some((_, number)) = like {
            self.enter(query, number, depth + 1, cost);
        }
        for (child, number) in children.iter().zip(here.first..) {
            if child.value == same {
                continue;
            }
            let cost = cost + added(tree, own, child.value, step.level);
            if cost <= query.bound() && query.visits < VISITS {
                self.enter(query, number, depth + 1, cost);
            }
        }
    }
}

/// What is known to be added below a child whose value at `level` is not the query's: the cost of
/// the common ancestor, counted at the one step just below that ancestor.
fn added(tree: &Tree, own: u32, value: u32, level: u8) -> u64 {
    if tree.level(value) != level {
        return 0;
    }
    let joined = tree.join(own, value);
    if joined == super::tree::NONE {
        FAR
    } else if tree.level(joined) == level + 1 {
        tree.cost(joined) - tree.cost(own)
    } else {
        0
    }
}

/// (attribute, level), so that a mismatch at an early step costs much; per attribute from the top
/// down. A level that all values share tells nothing and is left out.
fn steps(trees: &[Tree]) -> Vec<Step> {
    let mut all: Vec<(u64, u32, u8)> = Vec::new();
    for (attribute, tree) in (0u32..).zip(trees) {
        let (low, high) = tree.levels();
        let mut above = FAR;
        for level in (low..=high).rev() {
            let here = || (0..tree.nodes()).filter(|node| tree.level(*node) == level);
            if here().nth(1).is_some() {
                all.push((above, attribute, level));
            }
            above = here().map(|node| tree.cost(node)).max().unwrap_or(0).min(above);
        }
    }
    all.sort_by_key(|(cost, attribute, level)| {
        (std::cmp::Reverse(*cost), *attribute, std::cmp::Reverse(*level))
    });
    all.into_iter().map(|(_, attribute, level)| Step { attribute, level }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::anonymity::Attribute;
    use proptest::prelude::*;

    fn halves(high: u8) -> Attribute {
        let codes = [1u32, 2, 4, 8].map(|step| (0..16u32).map(|x| x / step).collect()).to_vec();
        Attribute::new("x", codes).unwrap().with_range(0, high).unwrap()
    }

    proptest! {
        #[test]
        fn nearest_are_the_nearest(
            cells in prop::collection::vec((0u32..17, 0u32..17, 0u32..17, 0u8..3), 1..60),
            high in 1u8..4,
            wanted in 1usize..9,
        ) {
            let trees = [Tree::new(&halves(3), 1.0), Tree::new(&halves(high), 0.5), Tree::new(&halves(3), 0.3)];
            let mut points: Vec<u32> = Vec::new();
            for (a, b, c, level) in &cells {
                for (tree, leaf) in trees.iter().zip([a, b, c]) {
                    points.push(tree.ancestor(tree.node_of_leaf(*leaf).unwrap(), *level.min(&1)));
                }
            }
            let near = Near::new(&trees, &points);
            let last = u32::try_from(cells.len() - 1).unwrap();
            let query = &points[last as usize * 3..][..3];
            let mut expected: Vec<Neighbour> = (0..last)
                .map(|point| Neighbour { cost: distance(&trees, query, &points[point as usize * 3..][..3]), point })
                .filter(|one| one.cost < FAR)
                .collect();
            expected.sort();
            expected.truncate(wanted);
            prop_assert_eq!(near.nearest(query, Some(last), wanted), expected);
        }
    }
}
