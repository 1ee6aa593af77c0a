//! The data-flow picture of a case: parties as lanes, handling stages as columns, numbered flows.
//!
//! A pure function from [`Picture`] to SVG text: same input, same bytes, whatever the order of its
//! nodes and flows. Nothing relies on colour; every number badge stands on its own line beside the
//! node that gives; lines meet only at right angles. The words all come in as arguments.
//! Deliberately absent: the case (translated elsewhere), fonts, and any external program.
//!
//! How it works: [`story`] orders the input, [`grid`] gives each node a place, [`route`] sends
//! flows through gutters, [`port`] and [`track`] keep parallel lines apart, [`heights`] and
//! [`widths`] turn that into pixels, [`layout`] joins them to a [`scene`], [`draw`] writes it.

mod draw;
mod grid;
mod heights;
mod layout;
mod legend;
mod mark;
mod model;
mod port;
mod route;
mod scene;
mod shape;
mod size;
mod story;
mod text;
mod track;
mod widths;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod samples;

pub use model::{Boundary, Column, DataState, Flow, Lane, Legend, Node, NodeKind, Picture, StateWords};

use scene::Scene;
use story::Story;

/// A drawn picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawing {
    /// One `<svg>` element.
    pub svg: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Ids of nodes and flows that could not be drawn: unknown lane, column or node, or a repeated id.
    pub left_out: Vec<String>,
}

/// Draws a picture.
pub fn draw(picture: &Picture) -> Drawing {
    let story = Story::read(picture);
    let scene = compose(&story);
    Drawing {
        svg: draw::draw(&scene),
        width: u32::try_from(scene.width).unwrap_or(0),
        height: u32::try_from(scene.height).unwrap_or(0),
        left_out: story.left_out,
    }
}

/// The layout that is shown largest on a landscape page; of equals, the one with flatter stacks.
fn compose(story: &Story<'_>) -> Scene {
    let shown = |scene: &Scene| (i64::from(scene.width) * 1000).max(i64::from(scene.height) * 1414);
    [1, 2, 3, 4, 6, 8, 12]
        .into_iter()
        .map(|stack| layout::compose(story, stack))
        .min_by_key(shown)
        .unwrap_or_default()
}
