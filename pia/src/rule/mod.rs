//! Rules: cited conditions over a case, as data under rules/checks/.
//!
//! `expr` reads and evaluates the conditions, `file` reads one rule, `predicates` and `tables` what
//! rules share, `pack` a whole folder. The tests that every rule carries are run by `judge::test_run`.
//!
//! Deliberately absent: what a finding means for the state of a case (that is `judge`), and files
//! (texts arrive as pairs of path and text).

mod asked;
pub mod citation;
pub mod expr;
pub mod fault;
mod file;
#[cfg(test)]
pub(crate) mod fixture;
pub mod message;
pub mod pack;
#[cfg(test)]
mod pack_tests;
pub mod predicates;
pub mod tables;
mod types;

pub use crate::bilingual::Bilingual;
pub use pack::Pack;
pub use predicates::Predicate;
pub use types::{Cite, Expected, Gate, Role, Rule, RuleTest, Severity};
