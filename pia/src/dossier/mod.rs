//! The dossier that the city reviews: one document, five formats.

pub mod assemble;
pub mod calendar;
#[cfg(feature = "docx")]
pub mod docx;
#[cfg(any(feature = "pdf", feature = "docx"))]
pub mod fonts;
pub mod html;
pub mod json;
pub mod labels;
pub mod model;
#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(test)]
pub(crate) mod sample;
pub mod text;
#[cfg(feature = "xlsx")]
pub mod xlsx;
