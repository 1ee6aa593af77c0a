//! What an evaluation says: a value in three values, why it is open, and the facts it read.

use std::collections::BTreeSet;

use crate::case::tree::{Ix, Place};

/// Why something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyKind {
    /// 未回答: nobody has declared or answered it.
    Unanswered,
    /// 証拠なし: claimed, and nothing acceptable proves it.
    NoEvidence,
    /// 事実未確定: stated as not known yet.
    FactOpen,
    /// 法解釈は市の判断: a legal evaluation for the city.
    Law,
    /// The rule itself could not be computed.
    Broken,
}

impl WhyKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Unanswered, Self::NoEvidence, Self::FactOpen, Self::Law, Self::Broken];

    /// Its word in JSON and in the interface words (`why.<id>`).
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::NoEvidence => "no-evidence",
            Self::FactOpen => "fact-open",
            Self::Law => "law",
            Self::Broken => "broken",
        }
    }
}

/// One reason why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Why {
    /// Which kind.
    pub kind: WhyKind,
    /// What is missing: `F3.retention`, `q.consent.method@C1`, an id of evidence, a cell of a table.
    pub what: String,
    /// Of evidence: why it does not do; `from-memory` of a citation (`evidence-refused.<id>` of the interface
    /// words); else empty.
    pub detail: &'static str,
    /// The object concerned; `None`: the case, or no object.
    pub object: Option<Ix>,
}

impl Why {
    /// Whether it is the city's turn: a legal evaluation, or a document to be read.
    #[must_use]
    pub fn waits_for_city(&self) -> bool {
        match self.kind {
            WhyKind::Law => true,
            WhyKind::NoEvidence => self.detail == "unchecked",
            WhyKind::Unanswered | WhyKind::FactOpen | WhyKind::Broken => false,
        }
    }
}

/// Yes, no, or open with reasons (never none).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// Yes.
    True,
    /// No.
    False,
    /// Open.
    Unknown(BTreeSet<Why>),
}

/// A fact that an evaluation looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The object; `None`: an answer about no object, or a table.
    pub object: Option<Ix>,
    /// Id of that object, or empty.
    pub id: String,
    /// Key, or id of a question, or `table[row][column]`.
    pub key: String,
    /// Its value as text; empty when it is not declared.
    pub value: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What an evaluation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The value.
    pub value: Truth,
    /// The facts it looked at, in order, without repeats.
    pub reads: Vec<Read>,
}

/// An expression that has no value, such as a sum beyond the numbers; a finding about the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub &'static str);
