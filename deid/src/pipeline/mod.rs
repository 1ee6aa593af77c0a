//! read → classify → transform → measure → publish.
pub(crate) mod hierarchies;
pub(crate) mod interner;
pub(crate) mod order;
