//! What the questionnaire says about a case: every question, for every object it concerns, with
//! where it stands and who said so. `ask`, `judge` and the dossier all read this and nothing else.

use jiff::civil::Date;

use crate::judge::{Finding, QuestionState, QuestionStatus};
use crate::rule::{Bilingual, Cite, Gate, Role};

/// Threshold or full stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// しきい値判断
    Threshold,
    /// 本評価
    Full,
}

impl Stage {
    /// Its word in question files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Threshold => "threshold",
            Self::Full => "full",
        }
    }
}

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// 申告
    Declared,
    /// 導出: follows from the flows.
    Derived,
    /// 実測
    Measured,
    /// 判断: a legal evaluation with a reason.
    Judged,
    /// 取込み
    Imported,
}

impl Source {
    /// Its word in the vocabulary `answer-source`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Derived => "derived",
            Self::Measured => "measured",
            Self::Judged => "judged",
            Self::Imported => "imported",
        }
    }

    /// The source of a word; what is no word of ours is only a claim.
    #[must_use]
    pub fn parse(id: &str) -> Self {
        [Self::Derived, Self::Measured, Self::Judged, Self::Imported]
            .into_iter()
            .find(|source| source.id() == id)
            .unwrap_or(Self::Declared)
    }
}

/// A given or derived answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The answer in words; 「非該当」 and 「未確認」 too.
    pub words: Bilingual,
    /// Who says so.
    pub source: Source,
    /// Name of who answered; empty for derived answers.
    pub by: String,
    /// When; `None` for derived answers.
    pub at: Option<Date>,
    /// Why; empty when none was given.
    pub reason: String,
    /// Ids of evidence.
    pub evidence: Vec<String>,
    /// An officer's or engineer's value that replaces a derived one.
    pub overrides_derived: bool,
}

/// One question about one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Id of the question.
    pub id: String,
    /// Number as printed.
    pub number: String,
    /// Id of its section.
    pub section: String,
    /// Its stage.
    pub stage: Stage,
    /// The question.
    pub text: Bilingual,
    /// Why it is asked.
    pub why: Bilingual,
    /// A legal evaluation.
    pub judged: bool,
    /// Who answers.
    pub role: Role,
    /// When it has to be answered.
    pub gate: Gate,
    /// Id of the object; `None`: the case.
    pub object: Option<String>,
    /// Name of the object; `None`: the case.
    pub object_label: Option<Bilingual>,
    /// Where it stands.
    pub state: QuestionState,
    /// The answer.
    pub given: Option<Given>,
    /// Rules that use it.
    pub rules: Vec<String>,
    /// Citations.
    pub cites: Vec<Cite>,
}

/// One criterion of the threshold verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Its id.
    pub id: String,
    /// What it says.
    pub label: Bilingual,
    /// `Some(true)` fired, `None` unknown and therefore counted as fired.
    pub fired: Option<bool>,
}

/// The verdict of the threshold stage, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// 簡易, 標準 or 詳細.
    pub level: Bilingual,
    /// Its id.
    pub level_id: String,
    /// All criteria, in order of the file.
    pub criteria: Vec<Criterion>,
}

/// An answer that belongs to nothing any more (its object was deleted, its question renamed).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// Id of the question as written.
    pub question: String,
    /// Id of the object as written; empty: the case.
    pub about: String,
    /// The answer as text.
    pub text: String,
}

/// An answer that contradicts the flows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Id of the question.
    pub question: String,
    /// Id of the object; `None`: the case.
    pub object: Option<String>,
    /// What is said: it names the answer and the flow.
    pub message: Bilingual,
    /// The flows (or other objects) that say otherwise; empty: the case itself.
    pub against: String,
}

/// The state of the whole questionnaire.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standing {
    /// All questions of both stages, in order of the files, then of the objects.
    pub asked: Vec<Asked>,
    /// Explained verdict; `None` only for a pack without one.
    pub verdict: Option<Verdict>,
    /// How many prompts the full stage needs when groups are answered at once.
    pub prompts: usize,
    /// Answers against flows.
    pub contradictions: Vec<Contradiction>,
    /// Answers to nothing.
    pub orphans: Vec<Orphan>,
    /// Contradictions and answers that do not do, as findings.
    pub findings: Vec<Finding>,
}

impl Standing {
    /// What a judgement needs of each question.
    #[must_use]
    pub fn statuses(&self) -> Vec<QuestionStatus> {
        self.asked
            .iter()
            .map(|asked| QuestionStatus {
                id: asked.id.clone(),
                object: asked.object.clone(),
                state: asked.state,
                gate: asked.gate,
                role: asked.role,
            })
            .collect()
    }

    /// Contradictions and answers that do not do, for the judgement.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}
