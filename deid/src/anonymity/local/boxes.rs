//! The cheapest box around a tuple that holds enough records.
//!
//! Why here: a class publishes one node per attribute, a box of the domain. Seen from one tuple, a
//! box is a level per attribute, and a neighbour lies in it when, for every attribute, the level of
//! their common ancestor is not above the box's. So a box is a short list of bytes, and "is it
//! inside" is one subtraction per eight attributes.
//!
//! The search grows boxes from the nearest neighbours, each time by the neighbour that makes the
//! box dearer by the least. It is greedy: a cheaper box may exist (the problem is NP-hard).
//!
//! Deliberately absent: who is still free. The caller hands over free neighbours only.

use super::tree::{FAR, Tree};

const HIGH: u64 = 0x8080_8080_8080_8080;
/// Levels are held in seven bits.
pub(super) const MOST_LEVELS: u8 = 127;

/// Levels per attribute, eight to a word.
pub(super) type Levels = Vec<u64>;

fn inside(levels: &[u64], of: &[u64]) -> bool {
    levels.iter().zip(of).all(|(y, g)| ((g | HIGH) - y) & HIGH == HIGH)
}

/// The larger level per attribute.
fn grow(a: &[u64], b: &[u64], out: &mut Levels) {
    out.clear();
    out.extend(a.iter().zip(b).map(|(a, b)| {
        let larger = ((((a | HIGH) - b) & HIGH) >> 7).wrapping_mul(255);
        (a & larger) | (b & !larger)
    }));
}

/// What the box of a tuple sees: the tuple's own costs per level, and its neighbours.
pub(super) struct Boxes {
    words: usize,
    /// Per attribute, cost per level.
    ladders: Vec<Vec<u64>>,
    /// Levels of the common ancestor with each neighbour, `words` per neighbour.
    levels: Vec<u64>,
    rows: Vec<u64>,
    /// Who they are, in the order given.
    pub(super) points: Vec<u32>,
    own: u64,
}

/// A box, and what publishing a record by it costs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) cost: u64,
    pub(super) levels: Levels,
}

impl Boxes {
    pub(super) fn new(trees: &[Tree], nodes: &[u32], own: u64) -> Self {
        let ladder = |(tree, node): (&Tree, &u32)| {
            let (_, high) = tree.levels();
            (0..=high).map(|level| tree.cost(tree.ancestor(*node, level.max(tree.level(*node))))).collect()
        };
        Self {
            words: trees.len().div_ceil(8),
            ladders: trees.iter().zip(nodes).map(ladder).collect(),
            levels: Vec::new(),
            rows: Vec::new(),
            points: Vec::new(),
            own,
        }
    }

    /// Adds a neighbour that has a common ancestor with the tuple.
    pub(super) fn push(&mut self, trees: &[Tree], nodes: &[u32], point: u32, other: &[u32], rows: u64) {
        for (trees, (a, b)) in trees.chunks(8).zip(nodes.chunks(8).zip(other.chunks(8))) {
            let mut word = 0;
            for (place, (tree, (a, b))) in trees.iter().zip(a.iter().zip(b)).enumerate() {
                word |= u64::from(tree.level(tree.join(*a, *b))) << (8 * place);
            }
            self.levels.push(word);
        }
        self.rows.push(rows);
        self.points.push(point);
    }

    fn neighbours(&self) -> impl Iterator<Item = (&[u64], (u64, u32))> {
        self.levels.chunks(self.words.max(1)).zip(self.rows.iter().copied().zip(self.points.iter().copied()))
    }

    fn cost(&self, levels: &[u64]) -> u64 {
        let mut sum = 0;
        for (ladders, word) in self.ladders.chunks(8).zip(levels) {
            let mut word = *word;
            for ladder in ladders {
                sum += ladder.get((word & 127) as usize).copied().unwrap_or(FAR);
                word >>= 8;
            }
        }
        sum
    }

    /// The neighbours inside a box, and the rows of all, the tuple's own included.
    pub(super) fn members(&self, of: &[u64], out: &mut Vec<u32>) -> u64 {
        out.clear();
        let mut rows = self.own;
        for (levels, (count, point)) in self.neighbours() {
            if inside(levels, of) {
                rows += count;
                out.push(point);
            }
        }
        rows
    }

    /// The cheapest box found by growing from each of the first `starts` neighbours until
    /// `accepts(neighbours inside, rows)`; `None` when none of them gets there.
    pub(super) fn cheapest(
        &self,
        starts: usize,
        least: u64,
        mut accepts: impl FnMut(&[u32], u64) -> bool,
    ) -> Option<Found> {
        let mut best: Option<Found> = None;
        let bound = |best: &Option<Found>| best.as_ref().map_or(FAR, |found| found.cost);
        let (mut grown, mut next, mut inner) = (Levels::new(), Levels::new(), Vec::new());
        for (number, (first, _)) in self.neighbours().take(starts).enumerate() {
            if self.cost(first) >= bound(&best)
                || self.neighbours().take(number).any(|(other, _)| other == first)
            {
                continue;
            }
            let mut here: Levels = first.to_vec();
            loop {
                let mut rows = self.own;
                let mut cheapest = FAR;
                for (levels, (count, _)) in self.neighbours() {
                    if inside(levels, &here) {
                        rows += count;
                        continue;
                    }
                    grow(&here, levels, &mut grown);
                    let cost = self.cost(&grown);
                    if cost < cheapest {
                        cheapest = cost;
                        std::mem::swap(&mut next, &mut grown);
                    }
                }
                if rows >= least && {
                    self.members(&here, &mut inner);
                    accepts(&inner, rows)
                } {
                    let cost = self.cost(&here);
                    if cost < bound(&best) {
                        best = Some(Found { cost, levels: here });
                    }
                    break;
                }
                if cheapest >= bound(&best) {
                    break;
                }
                std::mem::swap(&mut here, &mut next);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::anonymity::Attribute;
    use proptest::prelude::*;

    proptest! {
        /// Packed levels against one comparison per attribute.
        #[test]
        fn packed_levels_compare_like_lists(pairs in prop::collection::vec((0u8..128, 0u8..128), 1..20)) {
            let pack = |side: &dyn Fn(&(u8, u8)) -> u8| -> Levels {
                pairs.chunks(8).map(|chunk| chunk.iter().enumerate().map(|(i, p)| u64::from(side(p)) << (8 * i)).sum()).collect()
            };
            let (a, b) = (pack(&|p| p.0), pack(&|p| p.1));
            prop_assert_eq!(inside(&a, &b), pairs.iter().all(|(a, b)| a <= b));
            let mut out = Levels::new();
            grow(&a, &b, &mut out);
            prop_assert_eq!(out, pack(&|p| p.0.max(p.1)));
        }
    }

    #[test]
    fn the_cheaper_of_two_boxes_is_found() {
        let codes = vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0; 4]];
        let attribute = Attribute::new("x", codes).unwrap();
        let trees = [Tree::new(&attribute, 1.0), Tree::new(&attribute, 1.0)];
        let node = |leaf| trees[0].node_of_leaf(leaf).unwrap();
        let mut boxes = Boxes::new(&trees, &[node(0), node(0)], 1);
        // One neighbour differs in the first attribute, another in the second: together they cost
        // two steps, while two others share the dear first one.
        for (point, (a, b)) in (0u32..).zip([(1, 0), (0, 1), (2, 0), (3, 0)]) {
            boxes.push(&trees, &[node(0), node(0)], point, &[node(a), node(b)], 1);
        }
        let found = boxes.cheapest(4, 3, |_, rows| rows >= 3).unwrap();
        assert_eq!(found, Found { cost: 2 << 22, levels: vec![0x0101] });
        let mut members = Vec::new();
        assert_eq!(boxes.members(&found.levels, &mut members), 3);
        assert_eq!(members, vec![0, 1]);
        assert_eq!(boxes.cheapest(4, 6, |_, rows| rows >= 6), None);
    }
}
