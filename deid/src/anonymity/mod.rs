//! The anonymity engine: full-domain generalisation with record suppression, over integer codes.
//!
//! Why here: the search must not know text, files or recipes. It sees leaf codes of
//! quasi-identifiers, codes of sensitive values and codes of people, and answers with a level per
//! attribute and with the rows that must go.
//!
//! The parts, in the order in which a run uses them: [`lattice`] (hierarchies as codes), [`builder`]
//! and [`problem`] (the tables of one exchange, counted), [`requirement`] (k, l, t, limit) and
//! [`models`] (one file per privacy model), [`loss`] (what generalisation costs), [`mod@search`] (the
//! cheapest levels that meet the requirement), [`outcome`] (the measures of what is left) and
//! [`verdict`] (what happens to every record).
//!
//! Beside it stands [`local`]: a class of its own values per group of records (local recoding, cell
//! suppression, microaggregation).
//!
//! Deliberately absent: every form of text, and differential privacy, which perturbs counts instead of
//! coarsening records.

mod best;
pub mod builder;
mod cache;
mod climb;
mod distinct;
mod engine;
#[cfg(test)]
pub(crate) mod fixture;
mod groups;
mod histogram;
mod items;
mod judge;
mod kinds;
mod ladder;
pub mod lattice;
pub mod local;
pub mod loss;
pub mod models;
mod narrow;
#[cfg(test)]
mod oracle;
pub mod outcome;
mod pack;
pub mod problem;
mod related;
mod relation;
pub mod requirement;
pub mod search;
mod sequences;
pub(crate) mod slots;
pub mod tuples;
pub mod verdict;
mod walk;
mod witness;

pub use builder::{ExchangeBuilder, NULL_LEAF};
pub use lattice::{Attribute, Level, Node};
pub use loss::Quality;
pub use outcome::{Outcome, apply, tables_at};
pub use problem::{Exchange, People, RecordId, Role, TableSpec};
pub use requirement::{Demand, Reference, Requirement, SensitiveRequirement};
pub use search::{Certificate, Found, Search, SearchError, SearchOptions, search};
pub use verdict::{Fate, Verdicts};
