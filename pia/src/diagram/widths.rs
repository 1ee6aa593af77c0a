//! Everything horizontal: columns, and between them gutters with room for marks, tracks and heads.

use std::collections::BTreeMap;

use super::grid::Grid;
use super::heights::{Heights, LANE_LABEL, MARGIN, TRACK};
use super::mark;
use super::port::{End, Ports};
use super::route::{Path, Route, Side};
use super::scene::{Mark, count};
use super::story::Story;
use super::track::{Segment, Turn, tracks};

/// Free space between a node and the marks on its lines.
pub(super) const STUB: i32 = 7;
/// Free space that an arrow head needs before a node.
const HEAD: i32 = 18;

#[derive(Default)]
pub(super) struct Widths {
    columns: Vec<(i32, i32)>,
    /// Position of a flow's first and second vertical.
    verticals: BTreeMap<(usize, Part), i32>,
    pub(super) right: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    First,
    Second,
}

/// What [`Widths::lay`] works from.
pub(super) struct Plan<'a> {
    pub(super) story: &'a Story<'a>,
    pub(super) grid: &'a Grid,
    pub(super) routes: &'a [Route],
    pub(super) ports: &'a Ports,
    pub(super) heights: &'a Heights,
    pub(super) marks: &'a [Vec<Mark>],
}

impl Widths {
    pub(super) fn lay(plan: &Plan<'_>, columns: &[i32]) -> Self {
        let (before, after) = rooms(plan);
        let mut out = Self::default();
        let mut x = MARGIN + LANE_LABEL;
        for gutter in 0..=columns.len() {
            x += before.get(gutter).copied().unwrap_or(0).max(8);
            let (keys, segments): (Vec<_>, Vec<_>) = verticals(plan, gutter).into_iter().unzip();
            let placed = tracks(&segments, 10);
            if let Some(last) = placed.iter().max() {
                for (key, track) in keys.into_iter().zip(&placed) {
                    out.verticals.insert(key, x + TRACK / 2 + count(*track) * TRACK);
                }
                x += count(last + 1) * TRACK;
            }
            x += after.get(gutter).copied().unwrap_or(0).max(8);
            if let Some(width) = columns.get(gutter) {
                out.columns.push((x, *width));
                x += width;
            }
        }
        out.right = x;
        out
    }

    /// Left side and width of a column.
    pub(super) fn column(&self, col: usize) -> (i32, i32) {
        self.columns.get(col).copied().unwrap_or((MARGIN, 0))
    }

    pub(super) fn vertical(&self, flow: usize, part: Part) -> i32 {
        self.verticals.get(&(flow, part)).copied().unwrap_or(0)
    }
}

/// Room beside the tracks of each gutter: for the column on its left, and for the one on its right.
fn rooms(plan: &Plan<'_>) -> (Vec<i32>, Vec<i32>) {
    let mut before = vec![0; plan.grid.columns.len() + 1];
    let mut after = before.clone();
    for ((flow, route), marks) in plan.story.flows.iter().zip(plan.routes).zip(plan.marks) {
        let source = STUB + mark::span(marks) + if route.path == Path::Straight { HEAD } else { 4 };
        for (node, side, need) in [(flow.from, route.out, source), (flow.to, route.into, HEAD)] {
            let col = plan.grid.at(node).col;
            let room = match side {
                Side::Right => before.get_mut(col + 1),
                Side::Left => after.get_mut(col),
            };
            if let Some(room) = room {
                *room = need.max(*room);
            }
        }
    }
    (before, after)
}

/// The verticals of one gutter.
fn verticals(plan: &Plan<'_>, gutter: usize) -> Vec<((usize, Part), Segment)> {
    let mut out = Vec::new();
    let towards = |side: Side| if side == Side::Right { Turn::Before } else { Turn::After };
    for (index, (flow, route)) in plan.story.flows.iter().zip(plan.routes).enumerate() {
        let port = |node: usize, end: End| plan.heights.port(plan.grid, plan.ports, node, index, end);
        let start = (port(flow.from, End::Source), towards(route.out));
        let stop = (port(flow.to, End::Target), towards(route.into));
        let mut add = |part: Part, one: (i32, Turn), other: (i32, Turn)| {
            let ((low, low_turn), (high, high_turn)) = if one.0 <= other.0 { (one, other) } else { (other, one) };
            out.push(((index, part), Segment { low, high, low_turn, high_turn }));
        };
        match route.path {
            Path::Bend { gutter: at } if at == gutter => add(Part::First, start, stop),
            Path::Over { first, second, .. } => {
                let y = plan.heights.channel(index);
                let (on, back) = if first < second { (Turn::After, Turn::Before) } else { (Turn::Before, Turn::After) };
                if first == gutter {
                    add(Part::First, start, (y, on));
                }
                if second == gutter {
                    add(Part::Second, (y, back), stop);
                }
            }
            _ => {}
        }
    }
    out
}
