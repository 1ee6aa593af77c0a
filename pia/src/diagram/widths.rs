//! Everything horizontal: columns, and between them gutters with room for marks, tracks and heads.

use std::collections::BTreeMap;

use super::grid::Grid;
use super::heights::{Heights, LANE_LABEL, MARGIN, TRACK};
use super::mark;
use super::port::{End, Ports};
use super::route::{Path, Route, Side};
use super::scene::Mark;
use super::story::Story;
use super::track::{Segment, Turn, positions};

/// Free space between a node and the marks on its lines.
pub(super) const STUB: i32 = 7;
/// Free space that an arrow head needs before a node.
const HEAD: i32 = 12;
/// Free space between a vertical line and anything else.
const CLEAR: i32 = 8;

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
        let mut out = Self::default();
        let mut x = MARGIN + LANE_LABEL;
        for gutter in 0..=columns.len() {
            let (before, after) = claims(plan, gutter);
            let (keys, segments): (Vec<_>, Vec<_>) = verticals(plan, gutter).into_iter().unzip();
            let floor = |segment: &Segment| {
                let passed =
                    before.iter().filter(|claim| claim.low <= segment.high && segment.low <= claim.high);
                x + passed.map(|claim| claim.need).max().unwrap_or(0).max(CLEAR)
            };
            let at = positions(&segments, 12, TRACK, floor);
            // The next column begins where its own claims clear the lines and the claims before them.
            let mut end = at.iter().map(|at| at + CLEAR).max().unwrap_or(x + CLEAR).max(x + 2 * CLEAR);
            for claim in &after {
                let lines = segments
                    .iter()
                    .zip(&at)
                    .filter(|(line, _)| line.low <= claim.high && claim.low <= line.high);
                end = end.max(lines.map(|(_, at)| at + claim.need).max().unwrap_or(x + claim.need));
            }
            for one in &before {
                let facing = after.iter().filter(|other| one.low <= other.high && other.low <= one.high);
                end = end.max(x + one.need + facing.map(|other| other.need).max().unwrap_or(CLEAR));
            }
            for (key, at) in keys.into_iter().zip(at) {
                out.verticals.insert(key, at);
            }
            x = end;
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

/// Room that the marks or the head of a line take beside a node, between two heights.
struct Claim {
    low: i32,
    high: i32,
    need: i32,
}

/// What the column left of the gutter claims, and the column right of it.
fn claims(plan: &Plan<'_>, gutter: usize) -> (Vec<Claim>, Vec<Claim>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (index, ((flow, route), marks)) in
        plan.story.flows.iter().zip(plan.routes).zip(plan.marks).enumerate()
    {
        let half = mark::HEIGHT / 2 + 2;
        let badge = STUB + mark::span(marks) + CLEAR;
        for (node, side, end, half, need) in [
            (flow.from, route.out, End::Source, half, badge),
            (flow.to, route.into, End::Target, 7, HEAD + CLEAR),
        ] {
            let y = plan.heights.port(plan.grid, plan.ports, node, index, end);
            let claim = Claim { low: y - half, high: y + half, need };
            let col = plan.grid.at(node).col;
            match side {
                Side::Right if col + 1 == gutter => before.push(claim),
                Side::Left if col == gutter => after.push(claim),
                _ => {}
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
            let ((low, low_turn), (high, high_turn)) =
                if one.0 <= other.0 { (one, other) } else { (other, one) };
            out.push(((index, part), Segment { low, high, low_turn, high_turn }));
        };
        match route.path {
            Path::Bend { gutter: at } if at == gutter => add(Part::First, start, stop),
            Path::Over { first, second, .. } => {
                let y = plan.heights.channel(index);
                let (on, back) =
                    if first < second { (Turn::After, Turn::Before) } else { (Turn::Before, Turn::After) };
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
