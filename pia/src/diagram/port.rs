//! Where flows touch the sides of nodes.
//!
//! Two neighbours in a row face each other across a corridor: everything that runs along the row
//! between them (ends of the left node, ends of the right node, straight flows) gets its own
//! height in it, so no two lines of one row can coincide. Lines that carry badges keep a badge's
//! height apart where the badges are.

use std::collections::BTreeMap;

use super::grid::Grid;
use super::mark;
use super::route::{Path, Route, Side};
use super::story::Story;

/// Distance of two lines without badges.
pub(super) const PITCH: i32 = 13;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Source,
    Target,
}

/// Heights of flow ends, relative to the middle of their row.
pub(super) struct Ports {
    at: BTreeMap<(usize, End), i32>,
    /// Half of the height a corridor needs, by (row, column of its right node).
    reach: BTreeMap<(usize, usize), i32>,
}

/// What a line means to the node at one end of its corridor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Passes,
    Line,
    Badge,
}

struct Line {
    key: (i64, i64),
    flow: usize,
    ends: &'static [End],
    left: Touch,
    right: Touch,
}

impl Ports {
    pub(super) fn assign(story: &Story<'_>, grid: &Grid, routes: &[Route]) -> Self {
        let mut corridors: BTreeMap<(usize, usize), Vec<Line>> = BTreeMap::new();
        for (index, (flow, route)) in story.flows.iter().zip(routes).enumerate() {
            let (a, b) = (grid.at(flow.from), grid.at(flow.to));
            if route.path == Path::Straight {
                let (left, right) = match route.out {
                    Side::Right => (Touch::Badge, Touch::Line),
                    Side::Left => (Touch::Line, Touch::Badge),
                };
                let line = Line { key: (0, 0), flow: index, ends: &[End::Source, End::Target], left, right };
                corridors.entry((a.row, a.col.max(b.col))).or_default().push(line);
                continue;
            }
            for (ends, here, side, other, touch) in [
                (&[End::Source] as &'static [End], a, route.out, b, Touch::Badge),
                (&[End::Target], b, route.into, a, Touch::Line),
            ] {
                let (left, right, col) = match side {
                    Side::Right => (touch, Touch::Passes, grid.next_taken(here.row, here.col)),
                    Side::Left => (Touch::Passes, touch, here.col),
                };
                let key = key(grid, route, here, other);
                corridors.entry((here.row, col)).or_default().push(Line {
                    key,
                    flow: index,
                    ends,
                    left,
                    right,
                });
            }
        }
        let mut ports = Self { at: BTreeMap::new(), reach: BTreeMap::new() };
        for (corridor, lines) in corridors {
            ports.spread(corridor, lines);
        }
        ports
    }

    fn spread(&mut self, corridor: (usize, usize), mut lines: Vec<Line>) {
        lines.sort_by_key(|line| (line.key, line.flow, line.ends.first().copied()));
        let mut done: Vec<(i32, Line)> = Vec::new();
        for line in lines {
            let y = done.iter().map(|(y, before)| y + apart(before, &line)).max().unwrap_or(0);
            done.push((y, line));
        }
        // A badge also needs its height free beyond the first and the last line.
        let span = done.last().map_or(0, |(y, _)| *y);
        for (y, line) in &done {
            for end in line.ends {
                self.at.insert((line.flow, *end), y - span / 2);
            }
        }
        self.reach.insert(corridor, span / 2 + mark::HEIGHT / 2 + 3);
    }

    /// Height of a flow's end relative to the middle of its row.
    pub(super) fn offset(&self, flow: usize, end: End) -> i32 {
        self.at.get(&(flow, end)).copied().unwrap_or(0)
    }

    /// Half of the height that a node in this place needs for its ports.
    pub(super) fn reach(&self, grid: &Grid, row: usize, col: usize) -> i32 {
        let of = |col: usize| self.reach.get(&(row, col)).copied().unwrap_or(0);
        of(col).max(of(grid.next_taken(row, col)))
    }
}

fn apart(one: &Line, other: &Line) -> i32 {
    let need = |one: Touch, other: Touch| match (one, other) {
        (Touch::Badge, Touch::Badge) => mark::HEIGHT + 3,
        (Touch::Badge, Touch::Line) | (Touch::Line, Touch::Badge) => mark::HEIGHT / 2 + 6,
        _ => PITCH,
    };
    need(one.left, other.left).max(need(one.right, other.right))
}

/// Order of the ends at one side, top to bottom: by where the flow comes from or goes to. A flow
/// that turns back to its own column stays outermost, the nearer target further out, so that turns nest.
fn key(grid: &Grid, route: &Route, here: super::grid::Place, other: super::grid::Place) -> (i64, i64) {
    let axis = |row: usize| num(2 * grid.above(row) + 1);
    let far = match route.path {
        Path::Over { channel, .. } => num(2 * channel),
        _ => axis(other.row),
    };
    let away = far - axis(here.row);
    let across = num(here.col.abs_diff(other.col));
    if across == 0 {
        // A flow to its own node stays above all others.
        let turn = 100_000 - away.abs();
        return (if away > 0 { turn } else { -turn }, 0);
    }
    (away, if away > 0 { -across } else { across })
}

fn num(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
