//! The rule pack: what a lawyer or an officer may change, as typed data.
//!
//! [`RulePack::embedded`] is the pack of the repository's `rules/` folder; [`RulePack::parse`] reads
//! another one from texts that somebody else read. Loading is strict: a pack that names something
//! unknown, says a thing in one language only, or blocks a run on the strength of memory alone is
//! refused as a whole, so that a broken pack never looks like a silent one.
//!
//! Deliberately absent: the logic of a check ([`crate::recipe::lint`] has it, by
//! [`Predicate`]), files, and any statement that a recipe is lawful.

mod digest;
mod load;
mod predicate;
mod raw;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};

pub use predicate::{Params, Precision, Predicate, Unit};

use crate::error::{Diagnostic, Severity};
use crate::recipe::{LegalForm, Maker};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../rules");

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilingual {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

/// A citation, with the words of the law it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Id of the law or document in `laws.toml`.
    pub law: String,
    /// Its name.
    pub label: Bilingual,
    /// Article, paragraph or section, as cited in Japanese.
    pub article: String,
    /// State of the text that was read (`YYYY-MM` or `YYYY-MM-DD`).
    pub as_of: String,
    /// Code of how the citation was checked, such as `V1`; `M…` = from memory.
    pub verified: String,
    /// Id of the citation's force, such as `legal-duty` or `city-default`.
    pub force: String,
    /// Its name.
    pub force_label: Bilingual,
}

impl Source {
    /// Whether it names no law, but a choice of this tool.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.verified == "design"
    }
}

/// Class of an item before any treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemClass {
    /// Identifies by itself.
    Direct,
    /// Identifies together with others.
    Quasi,
    /// What an attacker wants to learn.
    Sensitive,
    /// None of these.
    None,
}

/// How easily every possible value can be tried against a keyed hash once the key has leaked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entropy {
    /// All values within a day on one core.
    Low,
    /// Partly guessable.
    Medium,
    /// Not feasible.
    High,
}

/// One entry of the item taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id, such as `iP03`.
    pub id: String,
    /// Name.
    pub label: Bilingual,
    /// Class.
    pub class: ItemClass,
    /// Ids of legal marks.
    pub marks: BTreeSet<String>,
    /// 1 (low) to 5 (high).
    pub sensitivity: u8,
    /// Default treatments for 仮名加工情報, preferred first.
    pub pseudonymised: Vec<String>,
    /// Default treatments for 匿名加工情報, preferred first.
    pub anonymised: Vec<String>,
    /// For identifiers only.
    pub entropy: Option<Entropy>,
    /// What the defaults mean in a sentence.
    pub detail: Bilingual,
    /// What to watch out for.
    pub note: Bilingual,
    /// Citations.
    pub sources: Vec<Source>,
}

/// Title, reason and remedy of a check, with its parameters filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckText {
    /// A few words.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: String,
}

/// One check of a legal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Stable code, such as `DL101`.
    pub code: String,
    /// Rule number shared with the assessment of cases.
    pub rule: String,
    /// Error stops a run; a warning stays until acknowledged.
    pub severity: Severity,
    /// The condition.
    pub when: Predicate,
    /// Its parameters.
    pub params: Params,
    /// Text in Japanese.
    pub ja: CheckText,
    /// Text in English.
    pub en: CheckText,
    /// Citations; never empty.
    pub sources: Vec<Source>,
}

/// Where the keys of a run may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyLifetime {
    /// In a file, usable again.
    File,
    /// In memory during the run.
    MemoryOnly,
}

/// One legal form with its own checks and those it includes.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Which form.
    pub form: LegalForm,
    /// Its name.
    pub label: Bilingual,
    /// What to know about it.
    pub note: Bilingual,
    /// Who may make it.
    pub makers: BTreeSet<Maker>,
    /// Which keys it allows; empty = no key at all.
    pub keys: BTreeSet<KeyLifetime>,
    /// Whether files with one row a person or event may be published in this form.
    pub rows: bool,
    /// Included checks first, then its own, in the order of the files.
    pub checks: Vec<Check>,
}

/// A loaded rule pack.
#[derive(Debug, Clone, PartialEq)]
pub struct RulePack {
    /// Id, such as `jp-r07`.
    pub id: String,
    /// Version of the pack.
    pub version: String,
    /// State of the law that the pack holds.
    pub as_of: String,
    /// Name.
    pub label: Bilingual,
    /// Scope and limits of the pack.
    pub note: Bilingual,
    /// Items by id.
    pub items: BTreeMap<String, Item>,
    /// Names of legal marks by id.
    pub marks: BTreeMap<String, Bilingual>,
    /// How citations were checked, by code.
    pub verified: BTreeMap<String, Bilingual>,
    /// Force of citations by id.
    pub forces: BTreeMap<String, Bilingual>,
    /// What was not verified.
    pub open: Vec<Bilingual>,
    forms: BTreeMap<LegalForm, Form>,
    digest: String,
}

impl RulePack {
    /// The pack inside this program.
    ///
    /// # Errors
    /// Never for a released program; a test loads it.
    pub fn embedded() -> Result<Self, Vec<Diagnostic>> {
        let mut files = BTreeMap::new();
        collect(&EMBEDDED, &mut files);
        Self::parse(&files)
    }

    /// Loads a pack from the texts of its folder, by path relative to it with `/` between parts.
    /// Files that `pack.toml` does not name are ignored.
    ///
    /// # Errors
    /// Every fault found; never a part of a pack.
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, Vec<Diagnostic>> {
        load::load(files)
    }

    /// The form, which every loaded pack has.
    #[must_use]
    pub fn form(&self, form: LegalForm) -> Option<&Form> {
        self.forms.get(&form)
    }

    /// The item with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(id)
    }

    /// Every check of the pack, each once, in the order of their codes.
    #[must_use]
    pub fn checks(&self) -> BTreeMap<&str, &Check> {
        self.forms.values().flat_map(|f| &f.checks).map(|c| (c.code.as_str(), c)).collect()
    }

    /// SHA-256 (hex) over the files that the pack consists of: for each, in the order of their
    /// paths, the length of the path (8 bytes, big endian), the path, the length of the text, the
    /// text.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn collect(dir: &Dir<'_>, files: &mut BTreeMap<String, String>) {
    for file in dir.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            files.insert(path.replace('\\', "/"), text.to_owned());
        }
    }
    for sub in dir.dirs() {
        collect(sub, files);
    }
}

/// The embedded pack as texts, for tests that break one thing in it.
#[cfg(test)]
pub(crate) fn embedded_files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    collect(&EMBEDDED, &mut files);
    files
}
