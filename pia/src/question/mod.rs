//! The questionnaire: what the flows cannot say is asked, once, of the right person.
//!
//! `catalogue` holds the questions of a pack and `file` reads them; `standing` says where each
//! question stands in a case, `finding` what is wrong with answers. Deliberately absent: asking
//! (that is `cli::ask`) and what an answer means for a rule (`rule::expr`).

mod answer;
pub mod catalogue;
mod file;
mod finding;
mod standing;
#[cfg(test)]
mod tests;
mod verdict;
pub mod view;
mod written;

pub use catalogue::{AnswerType, Catalogue, Choice, Question, Section};
pub use file::read;
pub use standing::standing;
