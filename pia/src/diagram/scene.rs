//! The finished geometry: everything that will be drawn, in whole pixels.
//!
//! Separate from drawing so that tests can ask about overlaps instead of reading SVG.

use super::model::{DataState, NodeKind};
use super::text;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) w: i32,
    pub(super) h: i32,
}

impl Rect {
    pub(super) fn right(&self) -> i32 {
        self.x + self.w
    }

    pub(super) fn bottom(&self) -> i32 {
        self.y + self.h
    }

    pub(super) fn middle(&self) -> (i32, i32) {
        (self.x + self.w / 2, self.y + self.h / 2)
    }
}

/// Where the lines of a text stand in their box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Align {
    #[default]
    Middle,
    Left,
}

/// Lines of text, centred vertically in a box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) lines: Vec<String>,
    pub(super) size: i32,
    pub(super) bold: bool,
    pub(super) align: Align,
    pub(super) rect: Rect,
}

impl Text {
    /// Wraps `label` to a width; the box is as high as the lines need and stands at the origin.
    pub(super) fn wrapped(label: &str, size: i32, max: i32) -> Self {
        let lines = text::wrap(label, size, max);
        let h = count(lines.len()) * line_height(size);
        Self { lines, size, rect: Rect { x: 0, y: 0, w: max, h }, ..Self::default() }
    }

    pub(super) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(super) fn left(mut self) -> Self {
        self.align = Align::Left;
        self
    }

    pub(super) fn at(mut self, x: i32, y: i32) -> Self {
        self.rect.x = x;
        self.rect.y = y;
        self
    }

    /// Centred in a box that is large enough.
    pub(super) fn within(mut self, rect: Rect) -> Self {
        self.rect = rect;
        self
    }

    /// Width of the widest line.
    pub(super) fn width(&self) -> i32 {
        self.lines.iter().map(|line| text::width(line, self.size)).max().unwrap_or(0)
    }

    pub(super) fn height(&self) -> i32 {
        count(self.lines.len()) * line_height(self.size)
    }
}

pub(super) fn line_height(size: i32) -> i32 {
    size * 13 / 10
}

/// A count as a number of pixels or lines.
pub(super) fn count(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX / 64)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkKind {
    Number,
    Emergency,
    State,
    Lock,
    Risk,
    Open,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) kind: MarkKind,
    pub(super) text: String,
    pub(super) rect: Rect,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeBox {
    pub(super) id: String,
    pub(super) kind: NodeKind,
    pub(super) rect: Rect,
    pub(super) texts: Vec<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FlowLine {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) state: DataState,
    /// Corners from the source's side to the target's side.
    pub(super) points: Vec<(i32, i32)>,
    pub(super) marks: Vec<Mark>,
}

/// A lane's strip with its label box at the left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LaneBox {
    pub(super) rect: Rect,
    pub(super) label: Rect,
    pub(super) text: Text,
}

/// A trust boundary with the tab that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) rect: Rect,
    pub(super) tab: Rect,
    pub(super) text: Text,
}

/// A handling stage: its heading and the band below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) rect: Rect,
    pub(super) band: Rect,
    pub(super) text: Text,
}

/// What a legend entry shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sample {
    Node(NodeKind),
    State(DataState, Mark),
    Mark(Mark),
    Boundary,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Around sample and text.
    pub(super) rect: Rect,
    /// Around the sample.
    pub(super) sample_rect: Rect,
    pub(super) sample: Sample,
    pub(super) text: Text,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scene {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) title: Text,
    pub(super) headers: Vec<Header>,
    pub(super) lanes: Vec<LaneBox>,
    pub(super) frames: Vec<Frame>,
    pub(super) nodes: Vec<NodeBox>,
    pub(super) flows: Vec<FlowLine>,
    pub(super) legend_heading: Text,
    pub(super) legend: Vec<Entry>,
}
