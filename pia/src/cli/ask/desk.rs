//! The case on the desk: read anew before every question, written after every answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::case::read::{self, RawFile};
use crate::case::tree::Case;
use crate::error::Exit;
use crate::evidence::{EvidenceStatus, TrustList};
use crate::io::case_folder::CaseFolder;
use crate::io::publish;
use crate::judge::QuestionState;
use crate::question::view::{Asked, Standing};
use crate::question::{Catalogue, Question};
use crate::risk;
use crate::rule::expr::{Computed, Remaining, World};
use crate::rule::{Gate, Pack, Role};
use crate::words::Words;

use super::super::output::Failure;
use super::super::session;

/// The file that answers stand in.
pub(super) const ANSWERS: &str = "answers.toml";

/// Where the files of a case come from and go to.
pub(super) trait Shelf {
    /// All files of the case.
    fn files(&self, words: &Words) -> Result<Vec<RawFile>, Failure>;
    /// Bytes of the evidence that the index names.
    fn evidence(&self, case: &Case, words: &Words) -> Result<BTreeMap<String, Vec<u8>>, Failure>;
    /// Replaces answers.toml.
    fn save(&self, text: &str, words: &Words) -> Result<(), Failure>;
}

/// A case folder.
pub(super) struct OnDisk(pub(super) PathBuf);

impl OnDisk {
    fn open(&self, words: &Words) -> Result<CaseFolder, Failure> {
        CaseFolder::open(&self.0).map_err(|found| session::unusable(&found, &[], words, Exit::Fault))
    }
}

impl Shelf for OnDisk {
    fn files(&self, words: &Words) -> Result<Vec<RawFile>, Failure> {
        Ok(self.open(words)?.files)
    }

    fn evidence(&self, case: &Case, words: &Words) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        session::evidence_files(&self.open(words)?, case, words)
    }

    fn save(&self, text: &str, words: &Words) -> Result<(), Failure> {
        let path: &Path = &self.0;
        publish::file(&path.join(ANSWERS), text.as_bytes(), true)
            .map_err(|found| session::unusable(&[*found], &[], words, Exit::Fault))
    }
}

/// Which questions are asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) section: Option<String>,
    pub(super) role: Option<Role>,
    /// This one, even if it was answered.
    pub(super) question: Option<String>,
    /// Also what was answered 未確認.
    pub(super) again: bool,
    /// Up to this gate; `None`: the gate that the case has reached.
    pub(super) until: Option<Gate>,
}

impl Wanted {
    fn has(&self, asked: &Asked, reached: Gate) -> bool {
        let open = match &self.question {
            Some(id) => *id == asked.id && asked.state != QuestionState::NotApplicable,
            None => match asked.state {
                QuestionState::Open | QuestionState::Judgement => true,
                QuestionState::FactOpen => self.again,
                QuestionState::Answered | QuestionState::NotApplicable => false,
            },
        };
        let due = self.question.is_some() || asked.gate <= self.until.unwrap_or(reached);
        open && due
            && self.section.as_ref().is_none_or(|section| *section == asked.section)
            && self.role.is_none_or(|role| role == asked.role)
    }
}

/// The case as it is now.
pub(super) struct View {
    pub(super) case: Case,
    pub(super) evidence: EvidenceStatus,
    pub(super) standing: Standing,
    /// What remains of the risks.
    remaining: Vec<Remaining>,
    pub(super) today: jiff::civil::Date,
}

impl View {
    /// Reads the case.
    pub(super) fn read(
        shelf: &dyn Shelf,
        pack: &Pack,
        catalogue: &Catalogue,
        risks: &risk::Catalogue,
        words: &Words,
    ) -> Result<Self, Failure> {
        let files = shelf.files(words)?;
        let reading = read::read(&files, &pack.taxonomy)
            .map_err(|found| session::unusable(&found.diagnostics, &found.files, words, Exit::Unusable))?;
        let case = reading.case;
        let today = session::day(None, &case, words)?;
        let trust: TrustList = session::trust(&files, words)?;
        let evidence = EvidenceStatus::of(&case, &shelf.evidence(&case, words)?, &trust, today);
        let (standing, remaining) = {
            let world = World::new(&case, &evidence, &pack.library, today);
            let remaining = risk::assess(&world, risks).remaining();
            (crate::question::standing(&world.with_remaining(&remaining), catalogue), remaining)
        };
        Ok(Self { case, evidence, standing, remaining, today })
    }

    /// The first question with all its objects that are wanted, `done` ones left out: what is due
    /// at an earlier gate comes first, then the order of the files.
    pub(super) fn next(&self, wanted: &Wanted, done: &BTreeSet<(String, Option<String>)>) -> Vec<&Asked> {
        let open = |asked: &&Asked| {
            self.wants(wanted, asked) && !done.contains(&(asked.id.clone(), asked.object.clone()))
        };
        let all = || self.standing.asked.iter().filter(open);
        // Of equal gates, `min_by_key` takes the first.
        let Some(first) = all().min_by_key(|asked| asked.gate) else { return Vec::new() };
        all().filter(|asked| asked.id == first.id).collect()
    }

    fn wants(&self, wanted: &Wanted, asked: &Asked) -> bool {
        let phase = self.case.root().and_then(|root| root.text("phase")).and_then(Gate::parse);
        wanted.has(asked, phase.unwrap_or(Gate::Submission))
    }

    /// How many questions, counted once for all objects, are wanted.
    pub(super) fn count(&self, wanted: &Wanted) -> usize {
        self.count_where(wanted, |_| true)
    }

    /// How many of them are due at a gate, and how many later.
    pub(super) fn count_from(&self, wanted: &Wanted, gate: Gate) -> (usize, usize) {
        let at = self.count_where(wanted, |asked| asked.gate == gate);
        (at, self.count_where(wanted, |asked| asked.gate > gate))
    }

    fn count_where(&self, wanted: &Wanted, which: impl Fn(&Asked) -> bool) -> usize {
        let ids: BTreeSet<&str> = self
            .standing
            .asked
            .iter()
            .filter(|asked| self.wants(wanted, asked) && which(asked))
            .map(|asked| asked.id.as_str())
            .collect();
        ids.len()
    }

    /// How many wait for somebody who finds out.
    pub(super) fn fact_open(&self) -> usize {
        self.standing.asked.iter().filter(|asked| asked.state == QuestionState::FactOpen).count()
    }

    /// What is proposed for objects, if it is the same for all of them.
    pub(super) fn proposed(&self, pack: &Pack, question: &Question, group: &[&Asked]) -> Option<Computed> {
        let world =
            World::new(&self.case, &self.evidence, &pack.library, self.today).with_remaining(&self.remaining);
        let expr = question.derive.as_ref().or(question.suggest.as_ref())?;
        let mut found: Option<Computed> = None;
        for asked in group {
            let object =
                asked.object.as_deref().and_then(|id| self.case.find_any(id)).map(|object| object.ix());
            let (value, _) = expr.compute(&world, object.as_slice()).ok()?;
            if matches!(value, Computed::Unknown(_)) || found.as_ref().is_some_and(|have| *have != value) {
                return None;
            }
            found = Some(value);
        }
        found
    }

    /// Ids that a reference or evidence may name, in the order shown; evidence of the kinds that
    /// the question asks for comes first.
    pub(super) fn known(&self, question: &Question) -> Vec<String> {
        if let Some(kind) = &question.to {
            return self.case.all(kind).map(|object| object.id().to_owned()).collect();
        }
        let fits = |object: &crate::case::tree::ObjectRef<'_>| {
            object.text("kind").is_some_and(|kind| question.evidence.iter().any(|have| have == kind))
        };
        let (first, rest): (Vec<_>, Vec<_>) = self.case.all("evidence").partition(fits);
        first.into_iter().chain(rest).map(|object| object.id().to_owned()).collect()
    }

    /// The groups of objects to write an answer for: what was answered about a group of its own is
    /// replaced there; everything else by one answer about all, or about each object in `alone`.
    pub(super) fn targets(&self, question: &str, group: &[&Asked], alone: bool) -> Vec<Vec<String>> {
        let mut targets: BTreeSet<Vec<String>> = BTreeSet::new();
        for asked in group {
            let Some(id) = &asked.object else {
                targets.insert(Vec::new());
                continue;
            };
            let own = self
                .case
                .all("answer")
                .filter(|answer| answer.text("question") == Some(question))
                .map(|answer| answer.texts("about"))
                .filter(|about| about.contains(&id.as_str()))
                .min_by_key(Vec::len);
            match own {
                Some(about) if !alone || about.len() == 1 => {
                    targets.insert(about.into_iter().map(str::to_owned).collect());
                }
                _ if alone => {
                    targets.insert(vec![id.clone()]);
                }
                _ => {
                    targets.insert(Vec::new());
                }
            }
        }
        targets.into_iter().collect()
    }
}
