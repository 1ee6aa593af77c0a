//! One change between two versions of a case, as data: what, of what, from what, to what.

use std::cmp::Ordering;

use crate::bilingual::Bilingual;
use crate::words::Words;

/// Where a change stands in a review; in order of printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// 宣言
    Declaration,
    /// 回答
    Answer,
    /// 証拠
    Evidence,
    /// リスク
    Risk,
    /// 指摘
    Finding,
    /// 自動点検の結果、ルールパック
    Outcome,
}

impl Area {
    /// All areas, in order.
    pub const ALL: [Self; 6] =
        [Self::Declaration, Self::Answer, Self::Evidence, Self::Risk, Self::Finding, Self::Outcome];

    /// Its word in JSON and in the interface words (`diff.area.<id>`).
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Declaration => "declaration",
            Self::Answer => "answer",
            Self::Evidence => "evidence",
            Self::Risk => "risk",
            Self::Finding => "finding",
            Self::Outcome => "outcome",
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another id.
    Renamed,
    /// It belongs to another object.
    Moved,
    /// It says something else.
    Changed,
    /// A finding that was not open is.
    Opened,
    /// A finding that was open is not.
    Closed,
}

impl Act {
    /// All acts.
    pub const ALL: [Self; 7] =
        [Self::Added, Self::Removed, Self::Renamed, Self::Moved, Self::Changed, Self::Opened, Self::Closed];

    /// Its word in JSON, in weights.toml and in the interface words (`diff.act.<id>`).
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renamed => "renamed",
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::Opened => "opened",
            Self::Closed => "closed",
        }
    }

    fn reversed(self) -> Self {
        match self {
            Self::Added => Self::Removed,
            Self::Removed => Self::Added,
            Self::Opened => Self::Closed,
            Self::Closed => Self::Opened,
            same => same,
        }
    }
}

/// 重要 or 軽微.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// 重要
    Major,
    /// 軽微
    Minor,
}

impl Weight {
    /// Its word in JSON, in weights.toml and in the interface words (`diff.weight.<id>`).
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
        }
    }
}

/// One side of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The object itself is not there.
    Nothing,
    /// Not declared, or not answered.
    Undeclared,
    /// Declared as not known.
    Unknown,
    /// Declared to be none.
    Empty,
    /// Yes or no.
    Flag(bool),
    /// Anything else: a text that does not depend on a language, and one for people.
    Text {
        /// Ids and numbers.
        raw: String,
        /// Words.
        words: Bilingual,
    },
}

impl Shown {
    /// A text that is the same in both languages.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Text { words: Bilingual::same(text.as_str()), raw: text }
    }

    /// The form that does not depend on a language; empty where there is nothing.
    #[must_use]
    pub fn raw(&self) -> &str {
        match self {
            Self::Nothing | Self::Undeclared => "",
            Self::Unknown => "unknown",
            Self::Empty => "[]",
            Self::Flag(true) => "yes",
            Self::Flag(false) => "no",
            Self::Text { raw, .. } => raw,
        }
    }

    /// For people.
    #[must_use]
    pub fn say(&self, words: &Words) -> String {
        words_of(self, words).to_owned()
    }
}

fn words_of<'a>(shown: &'a Shown, words: &'a Words) -> &'a str {
    match shown {
        Shown::Nothing => words.ui("diff.nothing"),
        Shown::Undeclared => words.ui("diff.undeclared"),
        Shown::Unknown => words.ui("diff.unknown"),
        Shown::Empty => words.ui("diff.empty"),
        Shown::Flag(true) => words.ui("diff.yes"),
        Shown::Flag(false) => words.ui("diff.no"),
        Shown::Text { words: text, .. } => text.get(words.lang),
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it stands in a review.
    pub area: Area,
    /// What happened.
    pub act: Act,
    /// Kind of what changed: a kind of the schema, or `answer`, `judged-answer`, `risk`, `finding`,
    /// `finding-facts`, `outcome`.
    pub kind: String,
    /// Its id before; empty: it was not there, or it is the case.
    pub old_id: String,
    /// Its id after; empty: it is not there, or it is the case.
    pub new_id: String,
    /// Its name for people.
    pub label: Bilingual,
    /// What about it; empty: as a whole.
    pub key: String,
    /// The same for people.
    pub key_label: Bilingual,
    /// Before.
    pub before: Shown,
    /// After.
    pub after: Shown,
    /// Grew, shrank, or neither, where that can be said.
    pub trend: Ordering,
    /// How much it matters.
    pub weight: Weight,
    /// Why it is weighed so.
    pub ground: Bilingual,
}

impl Change {
    /// What happened to what, with nothing said yet of before and after. Until it is weighed, it counts
    /// as grave.
    pub(super) fn new(area: Area, act: Act, kind: &str, label: Bilingual) -> Self {
        Self {
            area,
            act,
            kind: kind.to_owned(),
            old_id: String::new(),
            new_id: String::new(),
            label,
            key: String::new(),
            key_label: Bilingual::default(),
            before: Shown::Nothing,
            after: Shown::Nothing,
            trend: Ordering::Equal,
            weight: Weight::Major,
            ground: Bilingual::default(),
        }
    }

    /// What weights.toml calls it: `kind`, or `kind.key`.
    #[must_use]
    pub fn path(&self) -> String {
        if self.key.is_empty() { self.kind.clone() } else { format!("{}.{}", self.kind, self.key) }
    }

    /// The id that it is known by now: the new one, else the old one.
    #[must_use]
    pub fn id(&self) -> &str {
        if self.new_id.is_empty() { &self.old_id } else { &self.new_id }
    }

    /// The change back. Its weight is that of this one: it has to be weighed again.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            act: self.act.reversed(),
            old_id: self.new_id.clone(),
            new_id: self.old_id.clone(),
            before: self.after.clone(),
            after: self.before.clone(),
            trend: self.trend.reverse(),
            ..self.clone()
        }
    }
}

/// All changes, in order of area, kind and id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The changes.
    pub all: Vec<Change>,
}

impl Changes {
    /// How many have a weight.
    #[must_use]
    pub fn count(&self, weight: Weight) -> usize {
        self.all.iter().filter(|change| change.weight == weight).count()
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
