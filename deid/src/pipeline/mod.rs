//! read → classify → transform → measure → publish.
pub(crate) mod interner;
