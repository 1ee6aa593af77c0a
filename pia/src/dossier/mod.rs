//! The dossier that the city reviews: one document, five formats.

pub mod model;
pub mod text;
