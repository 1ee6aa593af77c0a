//! The dossier that the city reviews: one document, five formats.

pub mod assemble;
pub mod calendar;
pub mod html;
pub mod json;
pub mod labels;
pub mod model;
#[cfg(test)]
mod sample;
pub mod text;
#[cfg(feature = "xlsx")]
pub mod xlsx;
