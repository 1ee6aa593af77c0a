//! Which gutters a flow runs through.
//!
//! A flow leaves and enters a node at its left or right side only, runs along its own row as far as
//! that row is empty, and changes rows in a vertical gutter; if neither row is free far enough, it
//! crosses over in a horizontal channel between rows. So no flow can meet a node that is not its
//! own. Deliberately absent: coordinates and the order of parallel lines (tracks).

use super::grid::Grid;
use super::story::Story;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left,
    Right,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Path {
    /// Along the row.
    Straight,
    /// Along the row, one vertical in the gutter, along the other row. Gutter `g` lies left of
    /// grid column `g`.
    Bend { gutter: usize },
    /// Gutter, channel, gutter.
    Over { first: usize, channel: usize, second: usize, source_above: bool, target_above: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) out: Side,
    pub(super) into: Side,
    pub(super) path: Path,
}

/// Routes in the order of the story's flows; a flow sees how full the gutters are before it.
pub(super) fn routes(story: &Story<'_>, grid: &Grid) -> Vec<Route> {
    let mut degree = vec![0usize; story.nodes.len()];
    for node in story.flows.iter().flat_map(|flow| [flow.from, flow.to]) {
        if let Some(count) = degree.get_mut(node) {
            *count += 1;
        }
    }
    let mut load = Load::default();
    story
        .flows
        .iter()
        .map(|flow| {
            let busy = |node: usize| degree.get(node).copied().unwrap_or(0);
            let route = route(grid, &load, flow.from, flow.to, busy(flow.from) >= busy(flow.to));
            load.add(grid, flow.from, flow.to, route.path);
            route
        })
        .collect()
}

fn route(grid: &Grid, load: &Load, from: usize, to: usize, near_source: bool) -> Route {
    let (a, b) = (grid.at(from), grid.at(to));
    if a.col == b.col {
        return Route { out: Side::Right, into: Side::Right, path: Path::Bend { gutter: a.col + 1 } };
    }
    let forward = a.col < b.col;
    let (out, into) = if forward { (Side::Right, Side::Left) } else { (Side::Left, Side::Right) };
    let (left, right) = if forward { (a, b) } else { (b, a) };
    if a.row == b.row && grid.free(a.row, left.col + 1..right.col) {
        return Route { out, into, path: Path::Straight };
    }
    // A busy node's flows part next to it, so that the far ends keep their own rows.
    let from_left = near_source == forward;
    let bend = (left.col + 1..=right.col)
        .filter(|gutter| {
            grid.free(left.row, left.col + 1..*gutter) && grid.free(right.row, *gutter..right.col)
        })
        .min_by_key(|gutter| {
            let away = if from_left { gutter - left.col } else { right.col - gutter };
            (load.vertical(*gutter, a.row, b.row) / 4, away)
        });
    if let Some(gutter) = bend {
        return Route { out, into, path: Path::Bend { gutter } };
    }
    let (first, second) = if forward { (a.col + 1, b.col) } else { (a.col, b.col + 1) };
    let (top, bottom) = (a.row.min(b.row), a.row.max(b.row));
    let channels = if top == bottom {
        grid.above(top)..=grid.above(top) + 1
    } else {
        grid.above(top) + 1..=grid.above(bottom)
    };
    let channel = channels
        .min_by_key(|channel| {
            let home = if near_source { grid.above(a.row) } else { grid.above(b.row) };
            (load.horizontal(*channel, first, second), channel.abs_diff(home))
        })
        .unwrap_or(0);
    let above = |row: usize| grid.above(row) < channel;
    let (source_above, target_above) = (above(a.row), above(b.row));
    Route { out, into, path: Path::Over { first, channel, second, source_above, target_above } }
}

/// How many flows already use which stretch.
#[derive(Default)]
struct Load {
    /// Gutter, first row, last row.
    verticals: Vec<(usize, usize, usize)>,
    /// Channel, first gutter, last gutter.
    horizontals: Vec<(usize, usize, usize)>,
}

impl Load {
    fn vertical(&self, gutter: usize, one: usize, other: usize) -> usize {
        shared(&self.verticals, gutter, one, other)
    }

    fn horizontal(&self, channel: usize, one: usize, other: usize) -> usize {
        shared(&self.horizontals, channel, one, other)
    }

    fn add(&mut self, grid: &Grid, from: usize, to: usize, path: Path) {
        let (a, b) = (grid.at(from).row, grid.at(to).row);
        match path {
            Path::Straight => {}
            Path::Bend { gutter } => self.verticals.push((gutter, a.min(b), a.max(b))),
            Path::Over { first, channel, second, .. } => {
                self.verticals.extend([(first, a.min(b), a.max(b)), (second, a.min(b), a.max(b))]);
                self.horizontals.push((channel, first.min(second), first.max(second)));
            }
        }
    }
}

fn shared(used: &[(usize, usize, usize)], at: usize, one: usize, other: usize) -> usize {
    let (low, high) = (one.min(other), one.max(other));
    used.iter().filter(|(place, from, to)| *place == at && *from <= high && low <= *to).count()
}
