//! read → classify → transform → measure → publish, as stages that cannot be skipped.
//!
//! [`run`] holds the stages; [`count`] and [`apply`] are the two passes over the tables, between
//! which [`decide`] searches; [`recount`] measures published bytes without knowing how they came
//! to be. Deliberately absent: a way to publish what is not measured or below the gate.

mod aggregate;
pub(crate) mod apply;
pub mod chosen;
mod column_record;
pub(crate) mod compile;
pub(crate) mod count;
pub(crate) mod decide;
pub mod decision;
mod findings;
mod formulas;
pub mod front;
pub(crate) mod gate;
pub(crate) mod grouped;
pub(crate) mod hierarchies;
pub(crate) mod interner;
mod journal;
pub(crate) mod layout;
mod models;
pub(crate) mod order;
mod output;
pub(crate) mod people;
pub mod proof;
mod pseudonyms;
pub(crate) mod rarity;
pub mod record;
pub(crate) mod recount;
pub mod rederive;
mod reporting;
pub(crate) mod row;
pub mod run;
pub mod summary;
pub mod survey;
mod targets;
pub mod verify;
