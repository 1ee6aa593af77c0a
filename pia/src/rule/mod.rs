//! Rules: cited conditions over a case, as data under rules/checks/.
//!
//! `expr` reads and evaluates the conditions, `file` reads one rule, `predicates` and `tables` what
//! rules share, `pack` a whole folder; `test_run` runs the tests that every rule carries.
//!
//! Deliberately absent: what a finding means for the state of a case (that is `judge`), and files
//! (texts arrive as pairs of path and text).

pub mod expr;
pub mod fault;
mod file;
pub mod pack;
pub mod words;

mod types;

pub use pack::Pack;
pub use types::{Change, Cite, Expected, Gate, Role, Rule, RuleTest, Severity};
pub use words::Bilingual;
