//! Where each node stands: lanes split into rows, columns into sub-columns, one node to a place.
//!
//! Lanes and columns are given, so the only freedom is the order inside a cell; it is used to bring
//! connected nodes onto one row. Ties go by node id. Deliberately absent: coordinates.

use std::collections::{BTreeMap, BTreeSet};

use super::story::Story;

/// The grid of rows and columns with the place of every node.
pub(super) struct Grid {
    /// Declared column of each grid column.
    pub(super) columns: Vec<usize>,
    /// Lane of each grid row.
    pub(super) rows: Vec<usize>,
    /// Place of each node of the story.
    pub(super) places: Vec<Place>,
    taken: BTreeSet<(usize, usize)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) row: usize,
    pub(super) col: usize,
}

impl Grid {
    /// Places every node, at most `stack` of them on top of each other in one cell.
    pub(super) fn place(story: &Story<'_>, stack: usize) -> Self {
        let mut cells: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (index, placed) in story.nodes.iter().enumerate() {
            cells.entry((placed.lane, placed.column)).or_default().push(index);
        }
        let mut widths = vec![1; story.picture.columns.len()];
        let mut heights = vec![1; story.lanes.len()];
        let mut stacks: BTreeMap<(usize, usize, usize), Vec<usize>> = BTreeMap::new();
        for ((lane, column), members) in cells {
            let across = members.len().div_ceil(stack.max(1));
            let down = members.len().div_ceil(across.max(1));
            grow(&mut widths, column, across);
            grow(&mut heights, lane, down);
            for (sub, members) in by_rank(story, &members).chunks(down.max(1)).enumerate() {
                stacks.insert((column, sub, lane), members.to_vec());
            }
        }
        let columns = repeated(&widths);
        let rows = repeated(&heights);
        let mut places = vec![Place::default(); story.nodes.len()];
        let mut groups = Vec::new();
        for ((column, sub, lane), members) in stacks {
            let col = columns.iter().position(|c| *c == column).unwrap_or(0) + sub;
            let top = rows.iter().position(|l| *l == lane).unwrap_or(0);
            let height = rows.iter().filter(|l| **l == lane).count();
            for (down, node) in members.iter().enumerate() {
                set(&mut places, *node, Place { row: top + down, col });
            }
            groups.push(Group { top, height, members });
        }
        align(story, &mut groups, &mut places);
        let taken = places.iter().map(|place| (place.row, place.col)).collect();
        Self { columns, rows, places, taken }
    }

    pub(super) fn at(&self, node: usize) -> Place {
        self.places.get(node).copied().unwrap_or_default()
    }

    /// Whether no node stands in these columns of the row.
    pub(super) fn free(&self, row: usize, cols: std::ops::Range<usize>) -> bool {
        self.taken.range((row, cols.start)..(row, cols.end.max(cols.start))).next().is_none()
    }

    /// The first occupied column of the row right of `col`, or the number of columns.
    pub(super) fn next_taken(&self, row: usize, col: usize) -> usize {
        let all = self.columns.len();
        self.taken.range((row, col + 1)..(row, all.max(col + 1))).next().map_or(all, |(_, col)| *col)
    }

    /// Horizontal channels run above each row and below each lane: row `r` lies under channel
    /// `above(r)`, over channel `above(r) + 1`.
    pub(super) fn above(&self, row: usize) -> usize {
        row + self.rows.get(row).copied().unwrap_or(0)
    }
}

/// Nodes of one cell and sub-column, in the rows `top .. top + height`.
struct Group {
    top: usize,
    height: usize,
    members: Vec<usize>,
}

fn grow(sizes: &mut [usize], at: usize, to: usize) {
    if let Some(size) = sizes.get_mut(at) {
        *size = (*size).max(to);
    }
}

fn set(places: &mut [Place], node: usize, place: Place) {
    if let Some(old) = places.get_mut(node) {
        *old = place;
    }
}

fn repeated(sizes: &[usize]) -> Vec<usize> {
    sizes.iter().enumerate().flat_map(|(index, size)| std::iter::repeat_n(index, *size)).collect()
}

/// Members of one cell, those that give before those that take; a cycle keeps the order of ids.
fn by_rank(story: &Story<'_>, members: &[usize]) -> Vec<usize> {
    let inside: Vec<(usize, usize)> = story
        .flows
        .iter()
        .filter(|flow| flow.from != flow.to && members.contains(&flow.from) && members.contains(&flow.to))
        .map(|flow| (flow.from, flow.to))
        .collect();
    let mut rest = members.to_vec();
    let mut out = Vec::new();
    while let Some(first) = rest.first().copied() {
        let waits = |node: &usize| inside.iter().any(|(from, to)| to == node && rest.contains(from));
        let next = rest.iter().copied().find(|node| !waits(node)).unwrap_or(first);
        rest.retain(|node| *node != next);
        out.push(next);
    }
    out
}

/// Sweeps over the groups, each time moving nodes to the median row of their neighbours.
fn align(story: &Story<'_>, groups: &mut [Group], places: &mut [Place]) {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    for flow in &story.flows {
        for (at, other) in [(flow.from, flow.to), (flow.to, flow.from)] {
            if let (true, Some(list)) = (at != other, neighbours.get_mut(at)) {
                list.push(other);
            }
        }
    }
    for pass in 0..8 {
        let count = groups.len();
        for step in 0..count {
            let at = if pass % 2 == 0 { step } else { count - 1 - step };
            let Some(group) = groups.get_mut(at) else { continue };
            let mut wishes: Vec<(usize, usize)> = group
                .members
                .iter()
                .map(|node| {
                    let own = places.get(*node).map_or(0, |place| place.row);
                    let mut rows: Vec<usize> = neighbours
                        .get(*node)
                        .into_iter()
                        .flatten()
                        .filter_map(|other| places.get(*other))
                        .map(|place| place.row)
                        .collect();
                    rows.sort_unstable();
                    (rows.get(rows.len().saturating_sub(1) / 2).copied().unwrap_or(own), *node)
                })
                .collect();
            wishes.sort_unstable();
            group.members = wishes.iter().map(|(_, node)| *node).collect();
            let wished: Vec<usize> = wishes.iter().map(|(row, _)| *row).collect();
            for (node, row) in group.members.iter().zip(nearest_rows(&wished, group.top, group.height)) {
                let col = places.get(*node).map_or(0, |place| place.col);
                set(places, *node, Place { row, col });
            }
        }
    }
}

/// Increasing rows in `top .. top + height`, as near to the wishes as they can be in sum.
fn nearest_rows(wished: &[usize], top: usize, height: usize) -> Vec<usize> {
    // best[k]: cost and rows of the first k wishes within the rows seen so far.
    let mut best: Vec<Option<(usize, Vec<usize>)>> = vec![None; wished.len() + 1];
    if let Some(none) = best.first_mut() {
        *none = Some((0, Vec::new()));
    }
    for row in top..top + height {
        for (done, wish) in wished.iter().enumerate().rev() {
            let Some(Some((cost, rows))) = best.get(done) else { continue };
            let cost = cost + row.abs_diff(*wish);
            if best.get(done + 1).is_some_and(|old| old.as_ref().is_none_or(|(old, _)| cost < *old)) {
                let mut rows = rows.clone();
                rows.push(row);
                if let Some(slot) = best.get_mut(done + 1) {
                    *slot = Some((cost, rows));
                }
            }
        }
    }
    best.pop().flatten().map_or_else(|| (top..top + wished.len()).collect(), |(_, rows)| rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_as_near_to_the_wishes_as_their_order_allows() {
        assert_eq!(nearest_rows(&[5], 2, 3), [4]);
        assert_eq!(nearest_rows(&[3, 3], 2, 3), [2, 3]);
        assert_eq!(nearest_rows(&[0, 9, 9], 0, 3), [0, 1, 2]);
        assert_eq!(nearest_rows(&[], 0, 1), [0usize; 0]);
    }
}
