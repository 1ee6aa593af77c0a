//! What a rule is once it was read: metadata, compiled conditions, words, citations and tests.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use super::expr::Expr;
use crate::bilingual::Bilingual;
use crate::case::change::Change;

/// When a rule has to be met; in the order in which a pilot reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// 提出
    Submission,
    /// 開始
    Start,
    /// 実証中
    During,
    /// 終了
    End,
    /// 検収
    Acceptance,
}

impl Gate {
    /// All gates, in order.
    pub const ALL: [Self; 5] = [Self::Submission, Self::Start, Self::During, Self::End, Self::Acceptance];

    /// Its word in the vocabulary `gate`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Start => "start",
            Self::During => "during",
            Self::End => "end",
            Self::Acceptance => "acceptance",
        }
    }

    /// The gate of a word.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gate| gate.id() == id)
    }
}

/// How grave a finding is; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// 開始不可
    Block,
    /// 条件
    Major,
    /// 軽微
    Minor,
    /// 参考
    Info,
}

impl Severity {
    /// All severities, the gravest first.
    pub const ALL: [Self; 4] = [Self::Block, Self::Major, Self::Minor, Self::Info];

    /// Its word in rule files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Info => "info",
        }
    }
}

/// Who has to act or answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 実装担当
    Engineer,
    /// 所管課
    Department,
    /// 個人情報保護の担当官
    Officer,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Engineer, Self::Department, Self::Officer];

    /// Its word in rule files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Engineer => "engineer",
            Self::Department => "department",
            Self::Officer => "officer",
        }
    }
}

/// One citation of a rule or question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// Id in rules/laws.toml.
    pub law: String,
    /// 条; empty when the law has none.
    #[serde(default)]
    pub article: String,
    /// 項
    #[serde(default)]
    pub paragraph: String,
    /// 号
    #[serde(default)]
    pub item: String,
    /// State of the law that was read; `None` of what is no law.
    #[serde(default, deserialize_with = "super::file::some_date")]
    pub as_of: Option<Date>,
    /// How it was verified: a code of rules/pack.toml; codes that begin with M rest on memory.
    pub verified: String,
    /// How binding it is: an id of rules/pack.toml.
    pub force: String,
    /// A remark.
    #[serde(default)]
    pub note: Option<Bilingual>,
}

/// Mark of verification of what is no law.
const OWN: &str = "design";

impl Cite {
    /// Whether its place is an article of a statute (第3条第1項), and not a section of a guideline or
    /// contract, which are numbered as they number themselves: 3-3-2, 17(1)イ(ｱ).
    #[must_use]
    pub fn is_of_a_statute(&self) -> bool {
        matches!(self.force.as_str(), "legal-duty" | "effort" | "optional")
            && self.article.starts_with(|first: char| first.is_ascii_digit())
            && !self.article.contains(['-', '.'])
    }

    /// Whether the law itself demands it.
    #[must_use]
    pub fn binds(&self) -> bool {
        matches!(self.force.as_str(), "legal-duty" | "effort")
    }

    /// Whether it names no law, but a choice of this tool or a default that the city may change.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.verified == OWN
    }

    /// Whether it rests on memory alone.
    #[must_use]
    pub fn is_from_memory(&self) -> bool {
        self.verified.starts_with('M')
    }
}

/// What a test of a rule expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// 未充足
    Unmet,
    /// 充足
    Met,
    /// 要確認
    Unknown,
    /// 非該当
    Na,
}

impl Expected {
    /// Its word in rule files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Unmet => "unmet",
            Self::Met => "met",
            Self::Unknown => "unknown",
            Self::Na => "na",
        }
    }
}

/// A test that a rule carries.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTest {
    /// What it shows.
    pub name: String,
    /// Folder under rules/tests/.
    pub base: String,
    /// Changes of the base case, in order.
    pub change: Vec<Change>,
    /// Expected result.
    pub expect: Expected,
    /// The object it is about; `None`: the case.
    pub at: Option<String>,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Immutable id.
    pub id: String,
    /// Version of the rule itself.
    pub version: u32,
    /// Area letter.
    pub area: String,
    /// From which gate on it is judged.
    pub gate: Gate,
    /// How grave it is when it is not met.
    pub severity: Severity,
    /// Title.
    pub title: Arc<Bilingual>,
    /// Kind of object it is judged for; `None`: once for the case.
    pub for_each: Option<String>,
    /// False: not applicable.
    pub applies: Option<Expr>,
    /// True: not met.
    pub when: Expr,
    /// Said when it fires; `{flow.name}` are paths of the object.
    pub message: Arc<Bilingual>,
    /// Said when it stays open.
    pub unknown: Option<Arc<Bilingual>>,
    /// What to do, by whom.
    pub remedy: Arc<Bilingual>,
    /// Who has to act.
    pub role: Role,
    /// Kinds of evidence that would settle it; where named, `proved()` counts only these.
    pub settles: Arc<[String]>,
    /// Questions that it needs.
    pub questions: Arc<[String]>,
    /// Citations; every finding of the rule shares them.
    pub cites: Arc<[Cite]>,
    /// Its tests.
    pub tests: Vec<RuleTest>,
    /// Path in the pack.
    pub file: String,
    /// Where its condition `when` stands in that file.
    pub place: Range<usize>,
}

impl Rule {
    /// Whether all citations rest on memory: then it cannot block by itself.
    #[must_use]
    pub fn rests_on_memory(&self) -> bool {
        !self.cites.is_empty() && self.cites.iter().all(Cite::is_from_memory)
    }
}
