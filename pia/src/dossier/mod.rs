//! The dossier that the city reviews: one document, five formats.

#[cfg(feature = "docx")]
pub mod docx;
#[cfg(any(feature = "pdf", feature = "docx"))]
pub mod fonts;
pub mod model;
#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(test)]
pub(crate) mod sample;
pub mod text;
