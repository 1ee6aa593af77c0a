//! A picture read into a fixed order, with every reference resolved.
//!
//! Here permuted input becomes the same drawing. What cannot be placed (an unknown lane, column or
//! node, an id used twice) is named in `left_out`, never dropped in silence.

use std::collections::BTreeMap;

use super::model::{Flow, Lane, Node, Picture};

/// A picture with indices in place of ids.
pub(super) struct Story<'a> {
    pub(super) picture: &'a Picture,
    /// In drawing order: lanes of one boundary stand together.
    pub(super) lanes: Vec<&'a Lane>,
    /// By id.
    pub(super) nodes: Vec<Placed<'a>>,
    /// By number, then by id.
    pub(super) flows: Vec<Joined<'a>>,
    pub(super) left_out: Vec<String>,
}

/// A node with its lane (drawing order) and its column.
pub(super) struct Placed<'a> {
    pub(super) node: &'a Node,
    pub(super) lane: usize,
    pub(super) column: usize,
}

/// A flow with its two nodes.
pub(super) struct Joined<'a> {
    pub(super) flow: &'a Flow,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl<'a> Story<'a> {
    pub(super) fn read(picture: &'a Picture) -> Self {
        let mut left_out = Vec::new();
        let lanes = lanes_by_boundary(&picture.lanes);
        let lane_at = first_positions(lanes.iter().map(|lane| lane.id.as_str()));
        let column_at = first_positions(picture.columns.iter().map(|column| column.id.as_str()));

        let mut sorted: Vec<&Node> = picture.nodes.iter().collect();
        sorted
            .sort_by_key(|node| (&node.id, &node.lane, &node.column, node.kind, &node.label, &node.sublabel));
        let mut nodes: Vec<Placed<'a>> = Vec::new();
        for node in sorted {
            let twice = nodes.last().is_some_and(|before| before.node.id == node.id);
            match (lane_at.get(node.lane.as_str()), column_at.get(node.column.as_str())) {
                (Some(&lane), Some(&column)) if !twice => nodes.push(Placed { node, lane, column }),
                _ => left_out.push(node.id.clone()),
            }
        }
        let node_at = first_positions(nodes.iter().map(|placed| placed.node.id.as_str()));

        let mut sorted: Vec<&Flow> = picture.flows.iter().collect();
        sorted.sort_by_cached_key(|flow| (natural(&flow.number), flow.id.clone(), format!("{flow:?}")));
        let mut flows = Vec::new();
        let mut seen = BTreeMap::new();
        for flow in sorted {
            let twice = seen.insert(flow.id.as_str(), ()).is_some();
            match (node_at.get(flow.from.as_str()), node_at.get(flow.to.as_str())) {
                (Some(&from), Some(&to)) if !twice => flows.push(Joined { flow, from, to }),
                _ => left_out.push(flow.id.clone()),
            }
        }
        Self { picture, lanes, nodes, flows, left_out }
    }
}

fn first_positions<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut at = BTreeMap::new();
    for (index, id) in ids.enumerate() {
        at.entry(id).or_insert(index);
    }
    at
}

fn lanes_by_boundary(lanes: &[Lane]) -> Vec<&Lane> {
    let first = first_positions(lanes.iter().map(|lane| lane.boundary.as_str()));
    let mut out: Vec<&Lane> = lanes.iter().collect();
    out.sort_by_key(|lane| first.get(lane.boundary.as_str()).copied());
    out
}

/// "F2" before "F10": runs of digits compare by value.
fn natural(text: &str) -> Vec<(u64, String)> {
    let mut out: Vec<(u64, String)> = Vec::new();
    let mut digits = false;
    for c in text.chars() {
        if out.is_empty() || digits != c.is_ascii_digit() {
            out.push((0, String::new()));
        }
        digits = c.is_ascii_digit();
        if let Some((value, run)) = out.last_mut() {
            if let Some(digit) = c.to_digit(10) {
                *value = value.saturating_mul(10).saturating_add(u64::from(digit));
            }
            run.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_sort_by_the_value_of_their_number() {
        let mut numbers = ["F10", "F2", "F1", "F2b", "G1"];
        numbers.sort_by_key(|number| natural(number));
        assert_eq!(numbers, ["F1", "F2", "F2b", "F10", "G1"]);
    }

    #[test]
    fn what_cannot_be_placed_is_named() {
        let picture = Picture {
            nodes: vec![Node { id: "n".to_owned(), ..Node::default() }],
            flows: vec![Flow { id: "f".to_owned(), ..Flow::default() }],
            ..Picture::default()
        };
        assert_eq!(Story::read(&picture).left_out, ["n", "f"]);
    }
}
