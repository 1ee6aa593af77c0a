//! A hierarchy as numbered nodes: common ancestors and their costs by look-up.
//!
//! Why here: a class of a local recoding publishes one node per attribute, and all that the
//! recoding asks is "which node covers both, and what does it cost". Costs are whole numbers
//! (2⁻²⁴ of the domain), so that every sum is exact and no result depends on an order of adding.
//!
//! Deliberately absent: text, and any choice between nodes: a class publishes the lowest common
//! ancestor, nothing above it.

use std::collections::HashMap;

use super::at;
use crate::anonymity::Attribute;

/// "No common ancestor": the hierarchy has no single root, or `max_level` is below it.
pub(super) const NONE: u32 = u32::MAX;
/// The cost of a join that is impossible; sums over attributes stay above it.
pub(super) const FAR: u64 = 1 << 36;
/// What a cell costs that says nothing of its attribute (share 1).
const UNIT: f64 = (1u32 << 24) as f64;
/// Up to this many nodes, common ancestors come from a table of pairs.
const TABLE: u32 = 512;

/// The nodes of one attribute between its lowest and its highest level.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: u32,
    parent: Vec<u32>,
    level: Vec<u8>,
    cost: Vec<u32>,
    /// A leaf below the node, to read its code and its share from the attribute.
    leaf: Vec<u32>,
    node_of_leaf: Vec<u32>,
    /// Common ancestor per pair of nodes; empty where there are too many.
    pairs: Vec<u32>,
    /// Its cost; `u32::MAX` for none.
    pair_costs: Vec<u32>,
    levels: (u8, u8),
    whole: u64,
}

impl Tree {
    /// `weight` in 0..=1: the attribute's weight relative to the heaviest.
    pub(super) fn new(attribute: &Attribute, weight: f64) -> Self {
        let (low, high) = (attribute.min_level(), attribute.max_level());
        let mut tree = Self {
            nodes: 0,
            parent: Vec::new(),
            level: Vec::new(),
            cost: Vec::new(),
            leaf: Vec::new(),
            node_of_leaf: Vec::new(),
            pairs: Vec::new(),
            pair_costs: Vec::new(),
            levels: (low, high),
            whole: 0,
        };
        let leaves = f64::from(attribute.leaves());
        tree.whole = ((1.0 - 1.0 / leaves) * weight * UNIT).round() as u64;
        let mut below: Vec<u32> = Vec::new();
        for number in low..=high {
            let Some(level) = attribute.levels().get(usize::from(number)) else { continue };
            let mut known: HashMap<u32, u32> = HashMap::new();
            let mut here = Vec::with_capacity(level.code_of_leaf().len());
            for ((leaf, code), under) in (0u32..).zip(level.code_of_leaf()).zip(level.leaves_under()) {
                let node = *known.entry(*code).or_insert_with(|| {
                    let share = (f64::from(*under) - 1.0) / leaves;
                    tree.parent.push(NONE);
                    tree.level.push(number);
                    // Between 0 and 2²⁴: the cast cannot truncate.
                    tree.cost.push((share * weight * UNIT).round() as u32);
                    tree.leaf.push(leaf);
                    tree.nodes += 1;
                    tree.nodes - 1
                });
                here.push(node);
            }
            for (child, parent) in below.iter().zip(&here) {
                if let Some(slot) = tree.parent.get_mut(*child as usize) {
                    *slot = *parent;
                }
            }
            if number == low {
                tree.node_of_leaf.clone_from(&here);
            }
            below = here;
        }
        if tree.nodes <= TABLE {
            let all = 0..tree.nodes;
            tree.pairs = all
                .flat_map(|a| (0..tree.nodes).map(move |b| (a, b)))
                .map(|(a, b)| tree.climb(a, b))
                .collect();
            let cost = |node: &u32| tree.cost.get(*node as usize).copied().unwrap_or(u32::MAX);
            tree.pair_costs = tree.pairs.iter().map(cost).collect();
        }
        tree
    }

    /// The node that a leaf is published as when nothing is generalised; `None` for no such leaf.
    pub(super) fn node_of_leaf(&self, leaf: u32) -> Option<u32> {
        self.node_of_leaf.get(leaf as usize).copied()
    }

    /// A leaf below a node.
    pub(super) fn leaf(&self, node: u32) -> u32 {
        at(&self.leaf, node)
    }

    pub(super) fn level(&self, node: u32) -> u8 {
        at(&self.level, node)
    }

    /// Lowest and highest level.
    pub(super) fn levels(&self) -> (u8, u8) {
        self.levels
    }

    /// What a cell published as this node costs, in 2⁻²⁴ of the domain; [`FAR`] for [`NONE`].
    pub(super) fn cost(&self, node: u32) -> u64 {
        self.cost.get(node as usize).map_or(FAR, |cost| u64::from(*cost))
    }

    /// What a cell costs that may be anything.
    pub(super) fn whole(&self) -> u64 {
        self.whole
    }

    pub(super) fn nodes(&self) -> u32 {
        self.nodes
    }

    pub(super) fn parent(&self, node: u32) -> u32 {
        self.parent.get(node as usize).copied().unwrap_or(NONE)
    }

    /// The ancestor of a node at a level; the node itself where it lies at or above that level.
    pub(super) fn ancestor(&self, mut node: u32, level: u8) -> u32 {
        while node != NONE && self.level(node) < level {
            node = self.parent(node);
        }
        node
    }

    /// The lowest node that covers both, or [`NONE`].
    pub(super) fn join(&self, a: u32, b: u32) -> u32 {
        if a == b {
            a
        } else if a.max(b) >= self.nodes {
            NONE
        } else if self.pairs.is_empty() {
            self.climb(a, b)
        } else {
            at(&self.pairs, a * self.nodes + b)
        }
    }

    /// The cost of the lowest node that covers both; [`FAR`] where there is none.
    #[inline]
    pub(super) fn joined_cost(&self, a: u32, b: u32) -> u64 {
        if self.pair_costs.is_empty() {
            return self.cost(self.join(a, b));
        }
        // NONE lies beyond the table whichever of the two it is.
        match self.pair_costs.get(a as usize * self.nodes as usize + b as usize) {
            Some(cost) if *cost != u32::MAX => u64::from(*cost),
            _ => FAR,
        }
    }

    fn climb(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if a == NONE || b == NONE {
                return NONE;
            }
            let (high, low) = (self.level(a), self.level(b));
            if high <= low {
                a = self.parent(a);
            }
            if low <= high {
                b = self.parent(b);
            }
        }
        a
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn ages() -> Attribute {
        Attribute::new("age", vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0, 0, 0, 0]]).unwrap()
    }

    #[test]
    fn costs_are_shares_beyond_a_single_leaf() {
        let tree = Tree::new(&ages(), 1.0);
        let node = |leaf| tree.node_of_leaf(leaf).unwrap();
        assert_eq!(tree.cost(node(1)), 0);
        assert_eq!(tree.cost(tree.join(node(0), node(1))), 1 << 22);
        assert_eq!(tree.cost(tree.join(node(0), node(2))), 3 << 22);
        // NULL meets the others at the root alone.
        assert_eq!(tree.level(tree.join(node(0), node(4))), 2);
        assert_eq!(tree.node_of_leaf(5), None);
        assert_eq!(tree.ancestor(node(3), 1), tree.join(node(2), node(3)));
    }

    #[test]
    fn without_a_root_some_values_have_no_common_ancestor() {
        let tree = Tree::new(&ages().with_range(0, 1).unwrap(), 1.0);
        let node = |leaf| tree.node_of_leaf(leaf).unwrap();
        assert_eq!(tree.join(node(0), node(2)), NONE);
        assert_eq!(tree.cost(NONE), FAR);
        assert_eq!(tree.join(NONE, node(0)), NONE);
    }

    proptest! {
        /// The table and the climb agree with the definition: the lowest level of equal codes.
        #[test]
        fn joins_are_lowest_common_ancestors(widths in prop::collection::vec(2u32..4, 1..4), low in 0u8..2, a in 0u32..30, b in 0u32..30) {
            let mut codes = vec![(0..30u32).collect::<Vec<_>>()];
            for width in widths {
                let next = codes.last().unwrap().iter().map(|code| code / width).collect();
                codes.push(next);
            }
            let highest = u8::try_from(codes.len() - 1).unwrap();
            let attribute = Attribute::new("x", codes.clone()).unwrap().with_range(low.min(highest), highest).unwrap();
            let tree = Tree::new(&attribute, 1.0);
            let (x, y) = (tree.node_of_leaf(a).unwrap(), tree.node_of_leaf(b).unwrap());
            let expected = (usize::from(low.min(highest))..codes.len()).find(|l| codes[*l][a as usize] == codes[*l][b as usize]);
            let found = tree.join(x, y);
            prop_assert_eq!(found, tree.climb(x, y));
            prop_assert_eq!(tree.joined_cost(x, y), tree.cost(found));
            prop_assert_eq!(tree.joined_cost(x, NONE), FAR);
            prop_assert_eq!(tree.joined_cost(NONE, x), FAR);
            prop_assert_eq!(expected, (found != NONE).then(|| usize::from(tree.level(found))));
            if let Some(level) = expected {
                prop_assert_eq!(found, tree.ancestor(x, u8::try_from(level).unwrap()));
            }
        }
    }
}
