//! All that an evaluation may look at: a case, its evidence, the pack's names, and the day.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::Expr;
use super::outcome::Why;
use super::types::Names;
use crate::bilingual::Bilingual;
use crate::case::tree::{Case, ObjectRef};
use crate::evidence::EvidenceStatus;

/// What expressions of a pack refer to.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Names with their types.
    pub names: Names,
    /// Conditions of the predicates, by their index.
    pub predicates: Vec<Expr>,
    /// What derives the answer to a question from the flows, by its id.
    pub derived: BTreeMap<String, Expr>,
    /// When a question applies, by its id; without a condition, always.
    pub applies: BTreeMap<String, Expr>,
}

/// A risk that the table leaves after all measures, as far as conditions may ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
    /// `R01`.
    pub scenario: String,
    /// Id of the flow.
    pub flow: String,
    /// Id of its level.
    pub level: String,
    /// Rank of the level, the lowest 0.
    pub rank: usize,
    /// Why it is not known whether it applies; empty: it does.
    pub open: Vec<Why>,
}

/// All that an evaluation may look at.
pub struct World<'a> {
    /// The case.
    pub case: &'a Case,
    /// What its evidence is worth.
    pub evidence: &'a EvidenceStatus,
    /// Predicates, tables, questions.
    pub library: &'a Library,
    /// The day of the judgement.
    pub today: Date,
    /// What the risk table leaves; `None`: not computed. The conditions of risks themselves are
    /// weighed without it, so that no risk rests on a risk.
    pub(super) remaining: Option<&'a [Remaining]>,
    answers: BTreeMap<&'a str, Vec<ObjectRef<'a>>>,
    /// By the index of the object.
    labels: Vec<OnceLock<Arc<Bilingual>>>,
}

impl<'a> World<'a> {
    /// Looks the answers up by question once.
    #[must_use]
    pub fn new(case: &'a Case, evidence: &'a EvidenceStatus, library: &'a Library, today: Date) -> Self {
        let mut answers: BTreeMap<&str, Vec<ObjectRef<'_>>> = BTreeMap::new();
        for answer in case.all("answer") {
            if let Some(question) = answer.text("question") {
                answers.entry(question).or_default().push(answer);
            }
        }
        let labels = case.objects.iter().map(|_| OnceLock::new()).collect();
        Self { case, evidence, library, today, remaining: None, answers, labels }
    }

    /// What an object is called; looked up once, however many rules judge it.
    #[must_use]
    pub fn label(&self, object: ObjectRef<'a>) -> Arc<Bilingual> {
        let find = || Arc::new(object.labels());
        let label = usize::try_from(object.ix().0).ok().and_then(|ix| self.labels.get(ix));
        label.map_or_else(find, |label| label.get_or_init(find).clone())
    }

    /// The same, where the risks are known.
    #[must_use]
    pub fn with_remaining(self, remaining: &'a [Remaining]) -> Self {
        Self { remaining: Some(remaining), ..self }
    }

    /// The answer to a question about an object: the one about the smallest group that names it,
    /// else one about all.
    #[must_use]
    pub fn answer(&self, question: &str, about: Option<&str>) -> Option<ObjectRef<'a>> {
        let all = self.answers.get(question)?;
        let named = |answer: &&ObjectRef<'a>| about.is_some_and(|id| answer.texts("about").contains(&id));
        let general = |answer: &&ObjectRef<'a>| answer.texts("about").is_empty();
        all.iter()
            .filter(named)
            .min_by_key(|answer| answer.texts("about").len())
            .or_else(|| all.iter().find(general))
            .copied()
    }

    /// All answers to a question, in order of what they are about.
    pub fn answers(&self, question: &str) -> impl Iterator<Item = ObjectRef<'a>> {
        self.answers.get(question).into_iter().flatten().copied()
    }
}
