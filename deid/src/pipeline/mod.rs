//! read → classify → transform → measure → publish.
pub(crate) mod apply;
pub(crate) mod compile;
pub(crate) mod count;
pub(crate) mod decide;
pub(crate) mod hierarchies;
pub(crate) mod interner;
pub(crate) mod layout;
pub(crate) mod order;
pub(crate) mod people;
pub(crate) mod row;
