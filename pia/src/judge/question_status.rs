//! What the room `question` says about each question, as far as a judgement needs it.

use crate::rule::{Gate, Role};

/// Where a question stands for one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionState {
    /// Answered, or derived from the flows.
    Answered,
    /// Nobody has answered it.
    Open,
    /// Answered 未確認: who finds out, and until when, is recorded.
    FactOpen,
    /// A legal evaluation that the officer has not given yet.
    Judgement,
    /// Does not apply.
    NotApplicable,
}

/// One question about one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuestionStatus {
    /// Id of the question.
    pub id: String,
    /// Id of the object; `None`: the case.
    pub object: Option<String>,
    /// Where it stands.
    pub state: QuestionState,
    /// The gate at which it has to be answered.
    pub gate: Gate,
    /// Who answers it.
    pub role: Role,
}
