//! The report of a run, for an officer to read and print.

mod chart;
pub(crate) mod format;
pub mod front;
mod front_chart;
pub mod html;
pub mod model;
#[cfg(test)]
mod sample;
mod search_view;
mod summary;
mod table_view;
mod words;

pub use front::render_front;
pub use html::{RenderError, file_name, render};
