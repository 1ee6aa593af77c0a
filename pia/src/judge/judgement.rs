//! What a judgement is: findings, open questions, counts and a state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::case::tree::Place;
use crate::rule::expr::{Read, Why};
use crate::rule::{Bilingual, Cite, Gate, Role, Severity};

use super::question_status::QuestionStatus;

/// What a rule says about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Result {
    /// 充足
    Met,
    /// 未充足
    Unmet,
    /// 要確認, with the reasons.
    Unknown(BTreeSet<Why>),
    /// 非該当
    NotApplicable,
}

impl Result {
    /// Its word in JSON and in the interface words (`result.<id>`).
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::Unknown(_) => "unknown",
            Self::NotApplicable => "na",
        }
    }
}

/// Stable name of a finding: which rule, about what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(String);

impl FindingId {
    /// `<rule>@<object>`; of the case, `<rule>@case`.
    #[must_use]
    pub fn of(rule: &str, object: Option<&str>) -> Self {
        Self(format!("{rule}@{}", object.unwrap_or("case")))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One rule judged for one object. A large case has thousands of them, most alike: they share words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `<rule>@<object>`; dispositions are tied to it and to `fact_hash`.
    pub id: FindingId,
    /// The rule; contradictions begin with `X-`.
    pub rule: String,
    /// Version of the rule.
    pub version: u32,
    /// Title of the rule.
    pub title: Arc<Bilingual>,
    /// Id of the object; `None`: the case.
    pub object: Option<String>,
    /// Name of the object for people; `None`: the case.
    pub object_label: Option<Arc<Bilingual>>,
    /// What came out.
    pub result: Result,
    /// How grave it is when not met.
    pub severity: Severity,
    /// From which gate on it counts.
    pub gate: Gate,
    /// Who has to act.
    pub role: Role,
    /// The facts that were looked at.
    pub facts: Vec<Read>,
    /// SHA-256 over rule, version and facts.
    pub fact_hash: String,
    /// Place of the first fact, else of the object.
    pub place: Option<Place>,
    /// What is said, filled, not yet escaped.
    pub message: Arc<Bilingual>,
    /// What to do.
    pub remedy: Arc<Bilingual>,
    /// Kinds of evidence that would settle it.
    pub settles: Arc<[String]>,
    /// Questions that the rule needs.
    pub questions: Arc<[String]>,
    /// Citations.
    pub cites: Arc<[Cite]>,
}

/// One of four states, the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// 回答不足
    Incomplete,
    /// 是正が必要
    NeedsCorrection,
    /// 市の判断待ち
    CityToDecide,
    /// 自動点検で指摘なし
    NothingFound,
}

impl State {
    /// All states, in order of precedence.
    pub const ALL: [Self; 4] =
        [Self::Incomplete, Self::NeedsCorrection, Self::CityToDecide, Self::NothingFound];

    /// Its word in JSON and in the interface words (`state.<id>`).
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::NeedsCorrection => "needs-correction",
            Self::CityToDecide => "city-to-decide",
            Self::NothingFound => "nothing-found",
        }
    }
}

/// The counts that are always shown together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// 回答不足: open questions and findings that wait for an answer or a fact.
    pub incomplete: usize,
    /// 是正が必要: findings that are not met, the informative ones left out.
    pub unmet: usize,
    /// 市の判断待ち: findings that wait for evidence to be looked at, or for a legal evaluation.
    pub city: usize,
    /// 指摘なし: findings that are met.
    pub met: usize,
    /// 非該当
    pub not_applicable: usize,
    /// Not met, by severity.
    pub unmet_by_severity: BTreeMap<Severity, usize>,
}

/// The whole judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The state.
    pub state: State,
    /// The counts.
    pub counts: Counts,
    /// The gate that the case has reached; later ones were not judged.
    pub reached: Gate,
    /// All findings, sorted by gate, severity, rule and object.
    pub findings: Vec<Finding>,
    /// Questions that are open at the reached gate.
    pub open: Vec<QuestionStatus>,
    /// Digest of the rule pack.
    pub pack_digest: String,
}
