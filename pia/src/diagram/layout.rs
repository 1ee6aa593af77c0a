//! From a story to the finished scene.
//!
//! Heights come first (rows from nodes, channels from their tracks), because the tracks of the
//! vertical gutters are ordered by heights; widths follow, then headings and legend.

use super::grid::Grid;
use super::heights::{Heights, MARGIN};
use super::legend;
use super::mark;
use super::port::{End, Ports};
use super::route::{self, Path, Route, Side};
use super::scene::{FlowLine, Frame, Header, LaneBox, Mark, NodeBox, Rect, Scene, Text};
use super::size::{Body, column_widths};
use super::story::Story;
use super::text::clean;
use super::widths::{Part, Plan, STUB, Widths};

/// No picture is narrower: title and legend need room.
const NARROWEST: i32 = 460;

/// Lays the story out with at most `stack` nodes above each other in a cell.
pub(super) fn compose(story: &Story<'_>, stack: usize) -> Scene {
    let grid = Grid::place(story, stack);
    let routes = route::routes(story, &grid);
    let ports = Ports::assign(story, &grid, &routes);
    let columns = column_widths(story, &grid);
    let bodies: Vec<Body> =
        (0..story.nodes.len()).map(|index| Body::measure(story, &grid, &ports, &columns, index)).collect();
    let marks: Vec<Vec<Mark>> =
        story.flows.iter().map(|flow| mark::marks(flow.flow, &story.picture.legend)).collect();
    let tall: Vec<i32> = bodies.iter().map(|body| body.height).collect();
    let heights = Heights::lay(story, &grid, &routes, &tall);
    let plan = Plan { story, grid: &grid, routes: &routes, ports: &ports, heights: &heights, marks: &marks };
    let widths = Widths::lay(&plan, &columns);
    let right = widths.right.max(NARROWEST);

    let title = Text::wrapped(&story.picture.title, 17, right - MARGIN).bold().left().at(MARGIN, MARGIN);
    let top = if title.lines.is_empty() { MARGIN } else { title.rect.bottom() + 10 };
    let (headers, head) = headers(story, &grid, &widths, top, heights.total);
    let mut scene = Scene {
        id: story.picture.id.clone(),
        name: clean(&story.picture.title),
        description: clean(&story.picture.description),
        width: right + MARGIN,
        title,
        headers,
        lanes: lanes(&heights, head, right),
        frames: frames(&heights, head, right),
        ..Scene::default()
    };
    for ((index, placed), body) in story.nodes.iter().enumerate().zip(bodies) {
        let place = grid.at(index);
        let (x, w) = widths.column(place.col);
        let rect = Rect { x, y: head + heights.row(place.row) - body.height / 2, w, h: body.height };
        let kind = placed.node.kind;
        scene.nodes.push(NodeBox { id: placed.node.id.clone(), kind, rect, texts: body.texts(kind, rect) });
    }
    for (index, marks) in marks.iter().enumerate() {
        scene.flows.extend(line(&plan, &widths, head, index, marks));
    }
    let (heading, entries, end) = legend::lay(story, MARGIN, head + heights.total + 16, right);
    scene.legend_heading = heading;
    scene.legend = entries;
    scene.height = end + MARGIN;
    scene
}

/// One flow's line and marks.
fn line(plan: &Plan<'_>, widths: &Widths, head: i32, index: usize, marks: &[Mark]) -> Option<FlowLine> {
    let flow = plan.story.flows.get(index)?;
    let route: &Route = plan.routes.get(index)?;
    let touch = |node: usize, side: Side, end: End| {
        let (x, w) = widths.column(plan.grid.at(node).col);
        let y = head + plan.heights.port(plan.grid, plan.ports, node, index, end);
        (if side == Side::Right { x + w } else { x }, y)
    };
    let start = touch(flow.from, route.out, End::Source);
    let stop = touch(flow.to, route.into, End::Target);
    let mut points = vec![start];
    match route.path {
        Path::Straight => {}
        Path::Bend { .. } => {
            let x = widths.vertical(index, Part::First);
            points.extend([(x, start.1), (x, stop.1)]);
        }
        Path::Over { .. } => {
            let y = head + plan.heights.channel(index);
            let (one, two) = (widths.vertical(index, Part::First), widths.vertical(index, Part::Second));
            points.extend([(one, start.1), (one, y), (two, y), (two, stop.1)]);
        }
    }
    points.push(stop);
    let x = match route.out {
        Side::Right => start.0 + STUB,
        Side::Left => start.0 - STUB - mark::span(marks),
    };
    let marks = marks
        .iter()
        .map(|mark| Mark {
            rect: Rect { x: mark.rect.x + x, y: mark.rect.y + start.1, ..mark.rect },
            ..mark.clone()
        })
        .collect();
    let label = clean(&flow.flow.label);
    Some(FlowLine { id: flow.flow.id.clone(), label, state: flow.flow.state, points, marks })
}

/// Headings of one height, with the bands below them, and the height where the lanes begin.
fn headers(story: &Story<'_>, grid: &Grid, widths: &Widths, top: i32, lanes: i32) -> (Vec<Header>, i32) {
    let mut out: Vec<Header> = Vec::new();
    for (declared, column) in story.picture.columns.iter().enumerate() {
        let mut spans = grid
            .columns
            .iter()
            .enumerate()
            .filter(|(_, c)| **c == declared)
            .map(|(col, _)| widths.column(col));
        let Some((x, w)) = spans.next() else { continue };
        let end = spans.next_back().map_or(x + w, |(x, w)| x + w);
        let text = Text::wrapped(&column.label, 14, end - x - 4).bold();
        out.push(Header {
            rect: Rect { x, y: top, w: end - x, h: text.height() + 10 },
            band: Rect::default(),
            text,
        });
    }
    let Some(high) = out.iter().map(|header| header.rect.h).max() else { return (out, top) };
    let head = top + high + 8;
    for header in &mut out {
        header.rect.h = high;
        header.band = Rect { y: head, h: lanes, ..header.rect };
        header.text = std::mem::take(&mut header.text).within(header.rect);
    }
    (out, head)
}

fn lanes(heights: &Heights, head: i32, right: i32) -> Vec<LaneBox> {
    let shift = |lane: &LaneBox| {
        let rect = Rect { y: lane.rect.y + head, w: right - MARGIN, ..lane.rect };
        let label = Rect { y: lane.label.y + head, ..lane.label };
        LaneBox { rect, label, text: lane.text.clone().within(label) }
    };
    heights.lanes.iter().map(shift).collect()
}

fn frames(heights: &Heights, head: i32, right: i32) -> Vec<Frame> {
    let shift = |frame: &Frame| {
        let rect = Rect { y: frame.rect.y + head, w: right - frame.rect.x + 8, ..frame.rect };
        let tab = Rect { y: frame.tab.y + head, ..frame.tab };
        Frame { rect, tab, text: frame.text.clone().within(tab) }
    };
    heights.frames.iter().map(shift).collect()
}
