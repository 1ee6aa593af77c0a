//! The judgement: case × rules × evidence → findings and one of four states.
//!
//! Total, order-free and independent of the clock. The tool never decides: it says what the
//! automatic check found; the city's decision is another document.

mod all;
mod judgement;
mod one;
mod question_status;
pub mod test_run;

pub use all::judge;
pub use judgement::{Counts, Finding, FindingId, Judgement, Result, State};
pub(crate) use one::fact_hash;
pub use one::judge_one;
pub use question_status::{QuestionState, QuestionStatus};

#[cfg(test)]
mod tests;
