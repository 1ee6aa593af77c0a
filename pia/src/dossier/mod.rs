//! The dossier that the city reviews: one document, five formats.

pub mod assemble;
pub mod calendar;
pub mod model;
