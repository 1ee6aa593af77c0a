//! The questions of a rule pack once they were read: words, conditions and citations.

use std::collections::BTreeMap;

use super::view::Stage;
use crate::rule::expr::Expr;
use crate::rule::{Bilingual, Cite, Gate, Role, Severity};

/// Most questions of the threshold stage.
pub const THRESHOLD_MOST: usize = 15;

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerType {
    /// はい・いいえ
    YesNo,
    /// One of the options.
    Choice,
    /// Some of the options.
    Multi,
    /// A whole number with a unit.
    Quantity,
    /// A day.
    Date,
    /// Text.
    Text,
    /// An object of the case.
    Reference,
    /// Evidence of the case.
    Evidence,
}

impl AnswerType {
    /// All types.
    pub const ALL: [Self; 8] = [
        Self::YesNo,
        Self::Choice,
        Self::Multi,
        Self::Quantity,
        Self::Date,
        Self::Text,
        Self::Reference,
        Self::Evidence,
    ];

    /// Its word in question files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::YesNo => "yn",
            Self::Choice => "choice",
            Self::Multi => "multi",
            Self::Quantity => "quantity",
            Self::Date => "date",
            Self::Text => "text",
            Self::Reference => "reference",
            Self::Evidence => "evidence",
        }
    }

    /// The type of a word.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.id() == id)
    }
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Immutable id.
    pub id: String,
    /// What it says.
    pub label: Bilingual,
}

/// A section of the questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Immutable id.
    pub id: String,
    /// Its stage.
    pub stage: Stage,
    /// Title.
    pub title: Bilingual,
}

/// When an answer contradicts what a case declares.
#[derive(Debug, Clone)]
pub struct Contradicts {
    /// Immutable id; the finding is called `X-<id>`.
    pub id: String,
    /// Kind of the object that says otherwise; `None`: the case, or the object asked about.
    pub with: Option<String>,
    /// True: it contradicts.
    pub when: Expr,
    /// How grave that is.
    pub severity: Severity,
    /// What is said; it names both.
    pub message: Bilingual,
}

/// One question.
#[derive(Debug, Clone)]
pub struct Question {
    /// Immutable id.
    pub id: String,
    /// Number as printed.
    pub number: String,
    /// Id of its section.
    pub section: String,
    /// Its stage.
    pub stage: Stage,
    /// What an answer is.
    pub ty: AnswerType,
    /// Options of a choice.
    pub options: Vec<Choice>,
    /// Unit of a quantity: id and words.
    pub unit: Option<Choice>,
    /// Kind of object that a reference names.
    pub to: Option<String>,
    /// Kind of object it is asked for; `None`: once for the case.
    pub for_each: Option<String>,
    /// False: it does not apply.
    pub when: Option<Expr>,
    /// What the flows answer.
    pub derive: Option<Expr>,
    /// What is offered first.
    pub suggest: Option<Expr>,
    /// When an answer contradicts the case.
    pub contradicts: Vec<Contradicts>,
    /// A legal evaluation.
    pub judged: bool,
    /// Who answers.
    pub role: Role,
    /// When it has to be answered.
    pub gate: Gate,
    /// Rules that it bears on.
    pub rules: Vec<String>,
    /// The question.
    pub text: Bilingual,
    /// Why it is asked.
    pub why: Bilingual,
    /// A good answer.
    pub good: Bilingual,
    /// A bad answer.
    pub bad: Bilingual,
    /// Kinds of evidence that would back an answer.
    pub evidence: Vec<String>,
    /// Citations.
    pub cites: Vec<Cite>,
}

/// What is said of an answer that does not do.
#[derive(Debug, Clone)]
pub(super) struct AnswerFault {
    pub(super) severity: Severity,
    pub(super) title: Bilingual,
    pub(super) message: Bilingual,
    pub(super) remedy: Bilingual,
}

/// A level of the threshold verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) id: String,
    pub(super) label: Bilingual,
}

/// What leads to a level.
#[derive(Debug, Clone)]
pub(super) struct Criterion {
    pub(super) id: String,
    pub(super) level: String,
    pub(super) when: Expr,
    pub(super) label: Bilingual,
}

/// All questions of a pack.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Sections: the threshold stage first, then in order of the file.
    pub sections: Vec<Section>,
    /// Questions: the threshold stage first, then in order of the file.
    pub questions: Vec<Question>,
    pub(super) answer_faults: BTreeMap<String, AnswerFault>,
    /// The gravest first; the last one holds when nothing fires.
    pub(super) levels: Vec<Level>,
    pub(super) criteria: Vec<Criterion>,
}

impl Catalogue {
    /// A question by its id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// A section by its id.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }
}

impl Question {
    /// An option by its id.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<&Choice> {
        self.options.iter().find(|option| option.id == id)
    }
}
