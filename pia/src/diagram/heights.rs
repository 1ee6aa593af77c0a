//! Everything vertical: rows from their nodes, channels from their tracks, lanes and frames.
//!
//! Counted from the top of the first lane; the headings above are added later.

use super::grid::Grid;
use super::port::{End, Ports};
use super::route::{Path, Route};
use super::scene::{Frame, LaneBox, Rect, Text, count};
use super::story::Story;
use super::track::{Segment, Turn, positions};

pub(super) const MARGIN: i32 = 18;
pub(super) const LANE_LABEL: i32 = 120;
/// Distance of parallel lines.
pub(super) const TRACK: i32 = 13;

#[derive(Default)]
pub(super) struct Heights {
    /// Middle of each row.
    rows: Vec<i32>,
    /// Height of each flow that crosses over in a channel.
    channels: Vec<Option<i32>>,
    /// Widths are not known yet.
    pub(super) lanes: Vec<LaneBox>,
    pub(super) frames: Vec<Frame>,
    pub(super) total: i32,
}

impl Heights {
    pub(super) fn lay(story: &Story<'_>, grid: &Grid, routes: &[Route], nodes: &[i32]) -> Self {
        let channel_tracks = channel_tracks(grid, routes);
        let channel_height = |channel: usize| {
            let used =
                channel_tracks.iter().flatten().filter(|(at, _)| *at == channel).map(|(_, down)| *down);
            used.max().map_or(10, |down| down + TRACK + 6)
        };
        let mut out = Self::default();
        let mut tops = Vec::new();
        let mut zone: Option<(usize, i32)> = None;
        let mut row = 0;
        for (index, lane) in story.lanes.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| story.lanes.get(before));
            let opens = before.is_none_or(|before| before.boundary != lane.boundary);
            let boundary = story.picture.boundaries.iter().find(|boundary| boundary.id == lane.boundary);
            let mut tab = 0;
            if let (true, Some(boundary)) = (opens, boundary) {
                out.total += 8;
                zone = Some((out.frames.len(), out.total));
                out.total += 7;
                let text = Text::wrapped(&boundary.label, 12, LANE_LABEL - 8);
                tab = text.height() + 6;
                let tab = Rect { x: MARGIN, y: out.total, w: LANE_LABEL, h: tab };
                out.frames.push(Frame { rect: Rect::default(), tab, text });
            }
            let top = out.total;
            tops.push(top);
            out.total += channel_height(tops.len() - 1);
            while grid.rows.get(row) == Some(&index) {
                let height = story
                    .nodes
                    .iter()
                    .zip(nodes)
                    .enumerate()
                    .filter(|(node, _)| grid.at(*node).row == row)
                    .map(|(_, (_, height))| *height)
                    .max()
                    .unwrap_or(0)
                    .max(44);
                out.rows.push(out.total + height / 2);
                out.total += height;
                tops.push(out.total);
                out.total += channel_height(tops.len() - 1);
                row += 1;
            }
            let text = Text::wrapped(&lane.label, 14, LANE_LABEL - 10).bold();
            out.total = out.total.max(top + tab + text.height() + 12);
            let rect = Rect { x: MARGIN, y: top, w: 0, h: out.total - top };
            let label = Rect { x: MARGIN, y: top + tab, w: LANE_LABEL, h: out.total - top - tab };
            out.lanes.push(LaneBox { rect, label, text });
            let closes = story.lanes.get(index + 1).is_none_or(|after| after.boundary != lane.boundary);
            if let (true, Some((frame, top))) = (closes, zone) {
                out.total += 7;
                if let Some(frame) = out.frames.get_mut(frame) {
                    frame.rect = Rect { x: MARGIN - 8, y: top, w: 0, h: out.total - top };
                }
                out.total += 8;
                zone = None;
            }
        }
        out.channels = channel_tracks
            .iter()
            .map(|used| {
                used.map(|(channel, down)| tops.get(channel).copied().unwrap_or(0) + 3 + TRACK / 2 + down)
            })
            .collect();
        out
    }

    pub(super) fn row(&self, row: usize) -> i32 {
        self.rows.get(row).copied().unwrap_or(0)
    }

    /// Height at which a flow runs in its channel.
    pub(super) fn channel(&self, flow: usize) -> i32 {
        self.channels.get(flow).copied().flatten().unwrap_or(0)
    }

    /// Height at which a flow touches a node.
    pub(super) fn port(&self, grid: &Grid, ports: &Ports, node: usize, flow: usize, end: End) -> i32 {
        self.row(grid.at(node).row) + ports.offset(flow, end)
    }
}

/// Channel of each flow that crosses over, and how far down in it the flow runs.
fn channel_tracks(grid: &Grid, routes: &[Route]) -> Vec<Option<(usize, i32)>> {
    let mut out = vec![None; routes.len()];
    let channels = grid.rows.len().checked_sub(1).map_or(0, |row| grid.above(row) + 2);
    for channel in 0..channels {
        let mut here = Vec::new();
        let mut segments = Vec::new();
        for (flow, route) in routes.iter().enumerate() {
            if let Path::Over { first, channel: at, second, source_above, target_above } = route.path
                && at == channel
            {
                let turn = |above: bool| if above { Turn::Before } else { Turn::After };
                let (mut low_turn, mut high_turn) = (turn(source_above), turn(target_above));
                if first > second {
                    (low_turn, high_turn) = (high_turn, low_turn);
                }
                let (low, high) = (count(first.min(second)), count(first.max(second)));
                here.push(flow);
                segments.push(Segment { low, high, low_turn, high_turn });
            }
        }
        for (flow, down) in here.into_iter().zip(positions(&segments, 1, TRACK, |_| 0)) {
            if let Some(slot) = out.get_mut(flow) {
                *slot = Some((channel, down));
            }
        }
    }
    out
}
