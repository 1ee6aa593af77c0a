//! The report of a run, for an officer to read and print.

mod chart;
mod format;
pub mod html;
pub mod model;
#[cfg(test)]
mod sample;
mod summary;
mod table_view;
mod words;

pub use html::{RenderError, file_name, render};
