//! Case, judgement, questionnaire and risks → the document.
//!
//! One file per chapter. Which chapters, in which order, with which numbers and titles is data
//! (rules/dossier/structure.toml), and so are all words (rules/dossier/words.{ja,en}.toml): a city
//! with a form of its own changes those, not this. A chapter only says what follows from its
//! inputs; it never judges.

mod annex;
mod backing;
mod consent;
mod context;
mod findings;
mod flows;
mod front;
mod items;
mod people;
mod picture;
mod plan;
mod points;
mod processing;
mod records;
mod risks;
mod specification;
mod structure;
mod summary;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::case::tree::{Case, ObjectRef};
use crate::evidence::EvidenceStatus;
use crate::judge::Judgement;
use crate::question::view::Standing;
use crate::risk::view::Assessment;
use crate::rule::Bilingual;
use crate::words::{Lang, Words};

use super::model::{Anchor, Block, Cover, Dossier, Section};
use context::Context;
pub use structure::{Structure, StructureError};

/// Name and digest of one input file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputDigest {
    /// Path in the case folder, or a name of what it is.
    pub name: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// Everything that a dossier is made of.
pub struct Inputs<'a> {
    /// The case.
    pub case: &'a Case,
    /// What the rules found.
    pub judgement: &'a Judgement,
    /// Questions and answers.
    pub questions: &'a Standing,
    /// Risks.
    pub risks: &'a Assessment,
    /// What each evidence is worth.
    pub evidence: &'a EvidenceStatus,
    /// Names of laws by id.
    pub laws: &'a BTreeMap<String, Bilingual>,
    /// Names of forces by id.
    pub forces: &'a BTreeMap<String, Bilingual>,
    /// What the codes of verification mean.
    pub verified: &'a BTreeMap<String, Bilingual>,
    /// Names of item codes.
    pub taxa: &'a BTreeMap<String, Bilingual>,
    /// Name and version of the rule pack.
    pub pack: (String, String),
    /// The day of the judgement.
    pub today: Date,
    /// Digests of all inputs.
    pub digests: &'a [InputDigest],
    /// Digest over all inputs.
    pub digest: &'a str,
    /// What changed since the version that this one follows, as rows 項目, 変更前, 変更後, 重要/軽微.
    pub changes: Option<&'a [[String; 4]]>,
}

impl Inputs<'_> {
    pub(super) fn law_name(&self, id: &str, lang: Lang) -> String {
        self.laws.get(id).map_or_else(|| id.to_owned(), |name| name.get(lang).to_owned())
    }

    pub(super) fn force_name(&self, id: &str, lang: Lang) -> String {
        self.forces.get(id).map_or_else(|| id.to_owned(), |name| name.get(lang).to_owned())
    }

    pub(super) fn taxon_name(&self, code: &str, lang: Lang) -> String {
        self.taxa.get(code).map_or_else(|| code.to_owned(), |name| name.get(lang).to_owned())
    }
}

/// Writes the dossier in the language of `words`.
///
/// # Errors
/// The structure names a chapter that does not exist.
pub fn assemble(
    inputs: &Inputs<'_>,
    structure: &Structure,
    words: &Words,
) -> Result<Dossier, StructureError> {
    let context = Context { inputs, words };
    let mut sections = Vec::with_capacity(structure.sections.len());
    for entry in &structure.sections {
        let blocks =
            chapter(&context, &entry.part).ok_or_else(|| StructureError::UnknownPart(entry.part.clone()))?;
        sections.push(Section {
            id: Anchor::new(&entry.part),
            number: entry.number.get(words.lang).to_owned(),
            title: entry.title.get(words.lang).to_owned(),
            new_page: entry.new_page,
            landscape: entry.landscape,
            blocks,
        });
    }
    Ok(Dossier { lang: words.lang.id().to_owned(), cover: cover(&context), sections })
}

fn chapter(context: &Context<'_>, part: &str) -> Option<Vec<Block>> {
    Some(match part {
        "summary-1" => summary::first_page(context),
        "summary-2" => summary::second_page(context),
        "revisions" => front::revisions(context),
        "citizen" => front::citizen(context),
        "scope" => front::scope(context),
        "parties" => people::parties(context),
        "service" => flows::service(context),
        "flows" => flows::flows(context),
        "items" => items::items(context),
        "necessity" => items::necessity(context),
        "specification" => specification::specification(context),
        "findings" => findings::findings(context),
        "consent" => consent::consent(context),
        "processing" => processing::processing(context),
        "risks" => risks::risks(context),
        "plan" => plan::plan(context),
        "hearing" => records::hearing(context),
        "opinions" => records::opinions(context),
        "decision" => records::decision(context),
        "triggers" => records::triggers(context),
        "answers" => annex::answers(context),
        "evidence" => annex::evidence(context),
        "laws" => annex::laws(context),
        "inputs" => annex::inputs(context),
        "glossary" => annex::glossary(context),
        _ => return None,
    })
}

fn cover(context: &Context<'_>) -> Cover {
    let root = context.inputs.case.root();
    let say = |key: &str| root.map_or_else(String::new, |root| context.say(root, key));
    let submitter = root.and_then(|root| root.one("submitter"));
    let of = |object: Option<ObjectRef<'_>>, key: &str| {
        object.map_or_else(String::new, |object| context.say(object, key))
    };
    let tail = context.digest_tail();
    let version = say("version");
    let number = say("number");
    Cover {
        title: context.fill("cover.title", &[("case", &say("title"))]),
        number: number.clone(),
        version: context.fill("cover.version", &[("version", &version)]),
        date: say("dated"),
        addressee: say("addressee"),
        rows: vec![
            (context.t("cover.submitter").to_owned(), of(submitter, "name")),
            (context.t("cover.representative").to_owned(), of(submitter, "representative")),
            (context.t("cover.manager").to_owned(), of(submitter, "manager")),
            (context.t("cover.department").to_owned(), say("department")),
            (context.t("cover.as-of").to_owned(), say("as_of")),
            (context.t("cover.judged-on").to_owned(), context.day(context.inputs.today)),
            (context.t("cover.visibility").to_owned(), say("visibility")),
            (
                context.t("cover.pack").to_owned(),
                format!("{} {}", context.inputs.pack.0, context.inputs.pack.1),
            ),
        ],
        running: context
            .fill("cover.running", &[("number", &number), ("version", &version), ("digest", tail)]),
        page_number: context.t("cover.page").to_owned(),
        contents: context.t("cover.contents").to_owned(),
        notice: context.t("cover.notice").to_owned(),
    }
}
