//! How large nodes and columns are: widths from their texts, heights from texts and ports.

use super::grid::Grid;
use super::model::{Node, NodeKind};
use super::port::Ports;
use super::scene::{Rect, Text};
use super::story::Story;
use super::text;

const LABEL: i32 = 14;
const SUBLABEL: i32 = 12;
/// Free space between a node's side and its text; holds the double sides of a platform.
const PAD_X: i32 = 10;
const PAD_Y: i32 = 7;
/// Height of a cylinder's lid, and the free space above and below the ports of every node.
pub(super) const LID: i32 = 7;
/// Text widths tried in turn, until no label needs more than three lines.
const WIDTHS: [i32; 5] = [84, 98, 112, 126, 140];
/// A column without nodes is as wide as its heading and no wider than this.
const EMPTY: i32 = 64;

/// Width of each grid column.
pub(super) fn column_widths(story: &Story<'_>, grid: &Grid) -> Vec<i32> {
    (0..grid.columns.len())
        .map(|col| {
            let here: Vec<&Node> = story
                .nodes
                .iter()
                .zip(&grid.places)
                .filter(|(_, place)| place.col == col)
                .map(|(placed, _)| placed.node)
                .collect();
            if here.is_empty() {
                return EMPTY;
            }
            let fits = |node: &Node, width: i32| {
                Text::wrapped(&node.label, LABEL, width).lines.len() <= 3
                    && Text::wrapped(&node.sublabel, SUBLABEL, width).lines.len() <= 3
            };
            let whole = |node: &Node, width: i32| {
                text::whole(&node.label, LABEL, width) && text::whole(&node.sublabel, SUBLABEL, width)
            };
            let all = |good: &dyn Fn(&Node, i32) -> bool| {
                WIDTHS.iter().copied().find(|width| here.iter().all(|node| good(node, *width)))
            };
            // A long Latin word may still be broken; it must not widen every column.
            let width =
                all(&|node, width| fits(node, width) && whole(node, width)).filter(|width| *width <= 126);
            width.or_else(|| all(&fits)).unwrap_or(154) + 2 * PAD_X
        })
        .collect()
}

/// The texts of a node and the height it needs.
pub(super) struct Body {
    label: Text,
    sublabel: Text,
    pub(super) height: i32,
}

impl Body {
    pub(super) fn measure(
        story: &Story<'_>,
        grid: &Grid,
        ports: &Ports,
        widths: &[i32],
        index: usize,
    ) -> Self {
        let node = story.nodes.get(index).map(|placed| placed.node);
        let place = grid.at(index);
        let inner = widths.get(place.col).copied().unwrap_or(EMPTY) - 2 * PAD_X;
        let label = Text::wrapped(node.map_or("", |node| &node.label), LABEL, inner);
        let sublabel = Text::wrapped(node.map_or("", |node| &node.sublabel), SUBLABEL, inner);
        let lids = if node.map(|node| node.kind) == Some(NodeKind::Store) { 3 * LID } else { 0 };
        let texts = label.height() + sublabel.height() + 2 * PAD_Y + lids;
        let height = texts.max(2 * (ports.reach(grid, place.row, place.col) + LID)).max(44);
        Self { label, sublabel, height: height + height % 2 }
    }

    /// The texts, one below the other, in the middle of the node.
    pub(super) fn texts(self, kind: NodeKind, rect: Rect) -> Vec<Text> {
        let lid = if kind == NodeKind::Store { LID } else { 0 };
        let (above, below) = (self.label.height(), self.sublabel.height());
        let top = rect.y + lid + (rect.h - lid - above - below) / 2;
        let x = rect.x + PAD_X;
        [self.label.at(x, top), self.sublabel.at(x, top + above)]
            .into_iter()
            .filter(|text| !text.lines.is_empty())
            .collect()
    }
}
