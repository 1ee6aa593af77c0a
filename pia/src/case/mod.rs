//! What a use case declares: parties, systems, datasets, flows, consents, answers.
//!
//! `read` makes a [`tree::Case`] from the bytes of a case folder, checked against `schema`;
//! `derived` adds what follows from it; `change` edits the TOML texts by object id. Deliberately
//! absent: any judgement of what was declared.

pub mod change;
mod derived;
#[cfg(test)]
pub(crate) mod fixture;
mod natural;
mod nearest;
pub mod period;
pub mod read;
pub mod schema;
pub mod taxonomy;
pub mod tree;

pub use natural::natural_order;
pub use nearest::nearest;
