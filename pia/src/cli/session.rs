//! A case opened for a command: pack, case, evidence, and what follows from them on a day.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use crate::case::read::{self, RawFile, Reading};
use crate::case::taxonomy::Taxonomy;
use crate::case::tree::Case;
use crate::digest::sha256;
use crate::dossier::assemble::InputDigest;
use crate::error::{Diagnostic, Exit};
use crate::evidence::{EvidenceStatus, Pin, TrustList};
use crate::io::case_folder::CaseFolder;
use crate::io::rule_folder;
use crate::judge::{self, Judgement};
use crate::question::view::Standing;
use crate::risk::{self, view::Assessment};
use crate::rule::expr::World;
use crate::rule::fault::PackFault;
use crate::rule::pack::{Loaded, Texts, embedded, taxonomy};
use crate::rule::{Bilingual, Pack};
use crate::words::Words;

use super::arguments::CaseArguments;
use super::output::Failure;

/// A case and everything that a command may ask about it.
pub(super) struct Session {
    pub(super) pack: Pack,
    pub(super) case: Case,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) evidence: EvidenceStatus,
    pub(super) today: Date,
    pub(super) questions: Standing,
    pub(super) judgement: Judgement,
    pub(super) risks: Assessment,
    pub(super) digests: Vec<InputDigest>,
    /// Over all inputs: files of the case, evidence, rule pack and date.
    pub(super) digest: String,
}

/// Everything that is read out of a rule pack.
struct Rules {
    pack: Pack,
    asked: crate::question::Catalogue,
    risks: risk::catalogue::Catalogue,
}

impl Rules {
    fn of(pack: Pack, words: &Words) -> Result<Self, Failure> {
        let risks = risk::catalogue::read(&pack.texts, &pack.library.names)
            .map_err(|faults| pack_faults(&faults, words))?;
        let asked = crate::question::read(&pack.texts, &pack.library.names)
            .map_err(|faults| pack_faults(&faults, words))?;
        Ok(Self { pack, asked, risks })
    }
}

/// A case folder and what stands in it.
struct Opened {
    folder: CaseFolder,
    reading: Reading,
}

impl Opened {
    fn read(root: &Path, taxonomy: &Taxonomy, words: &Words) -> Result<Self, Failure> {
        let folder = CaseFolder::open(root).map_err(|found| unusable(&found, &[], words, Exit::Fault))?;
        let reading = read::read(&folder.files, taxonomy)
            .map_err(|found| unusable(&found.diagnostics, &found.files, words, Exit::Unusable))?;
        Ok(Self { folder, reading })
    }
}

impl Session {
    /// Opens a case and judges it. The case and the rules are read side by side: each takes about as
    /// long as the other.
    pub(super) fn open(arguments: &CaseArguments, words: &Words) -> Result<Self, Failure> {
        let texts = texts(arguments.rules.as_deref(), words)?;
        // Of the rules, reading a case needs the taxonomy alone. A faulty one is told with the pack.
        let taxonomy = taxonomy(&texts);
        let (opened, rules) = std::thread::scope(|scope| {
            let copy = taxonomy.clone();
            let rules = scope.spawn(|| Rules::of(loaded(Pack::load_with(texts, copy), words)?, words));
            let opened = taxonomy.ok().map(|taxonomy| Opened::read(&arguments.case, &taxonomy, words));
            (opened, rules.join())
        });
        let rules = rules.unwrap_or_else(|fault| std::panic::resume_unwind(fault))?;
        let opened = match opened {
            Some(opened) => opened?,
            None => Opened::read(&arguments.case, &rules.pack.taxonomy, words)?,
        };
        Self::judged(opened, rules, arguments.date.as_deref(), words)
    }

    /// As [`Session::open`], with a pack that was read before.
    pub(super) fn of(root: &Path, pack: Pack, date: Option<&str>, words: &Words) -> Result<Self, Failure> {
        let opened = Opened::read(root, &pack.taxonomy, words)?;
        Self::judged(opened, Rules::of(pack, words)?, date, words)
    }

    fn judged(opened: Opened, rules: Rules, date: Option<&str>, words: &Words) -> Result<Self, Failure> {
        let Opened { folder, reading: Reading { case, warnings } } = opened;
        let Rules { pack, asked, risks: catalogue } = rules;
        let today = day(date, &case, words)?;
        let files = evidence_files(&folder, &case, words)?;
        let trust = trust(&folder.files, words)?;
        let evidence = EvidenceStatus::of(&case, &files, &trust, today);
        // Rules and questions may ask what remains of the risks, so these come first.
        let world = World::new(&case, &evidence, &pack.library, today);
        let risks = risk::assess(&world, &catalogue);
        let remaining = risks.remaining();
        let world = world.with_remaining(&remaining);
        let questions = crate::question::standing(&world, &asked);
        let judgement = judge::judge(&world, &pack, &questions.statuses(), questions.findings());
        let digests = digests(&folder.files, &files, &pack, today);
        let digest = over(&digests);
        Ok(Self { pack, case, warnings, evidence, today, questions, judgement, risks, digests, digest })
    }
}

impl Session {
    /// Names of the item codes.
    pub(super) fn taxa(&self) -> BTreeMap<String, Bilingual> {
        self.pack
            .taxonomy
            .codes()
            .filter_map(|code| Some((code.to_owned(), self.pack.taxonomy.get(code)?.label.clone())))
            .collect()
    }
}

/// The rule pack: the embedded one, or a folder.
pub(super) fn pack(folder: Option<&Path>, words: &Words) -> Result<Pack, Failure> {
    loaded(Pack::load(texts(folder, words)?), words)
}

fn texts(folder: Option<&Path>, words: &Words) -> Result<Texts, Failure> {
    match folder {
        Some(folder) => {
            rule_folder::read(folder).map_err(|found| unusable(&[*found], &[], words, Exit::Fault))
        }
        None => Ok(embedded()),
    }
}

fn loaded(loaded: Result<Loaded, Vec<PackFault>>, words: &Words) -> Result<Pack, Failure> {
    loaded.map(|loaded| loaded.pack).map_err(|faults| pack_faults(&faults, words))
}

pub(super) fn pack_faults(faults: &[PackFault], words: &Words) -> Failure {
    let lines: Vec<String> =
        faults.iter().map(|fault| format!("{}: {}", fault.file, fault.text(words))).collect();
    Failure { text: lines.join("\n"), exit: Exit::Unusable }
}

/// Diagnostics as text, each with its place.
pub(super) fn unusable(
    found: &[Diagnostic],
    files: &[crate::case::tree::SourceFile],
    words: &Words,
    exit: Exit,
) -> Failure {
    Failure { text: super::findings::diagnostics(found, files, words), exit }
}

/// The day of the judgement: as asked, else the day of the case's version, so that the same inputs
/// give the same bytes whenever a command runs.
pub(super) fn day(asked: Option<&str>, case: &Case, words: &Words) -> Result<Date, Failure> {
    let dated = case.root().and_then(|root| root.date("dated"));
    let found = match asked {
        Some("today") => Some(jiff::Zoned::now().date()),
        Some(text) => text.parse().ok(),
        None => dated,
    };
    found.ok_or_else(|| Failure {
        text: words.fill("cli.bad-date", &[("date", asked.unwrap_or_default())]),
        exit: Exit::Unusable,
    })
}

/// Bytes of the evidence by file name, as far as the index names files that are there.
pub(super) fn evidence_files(
    folder: &CaseFolder,
    case: &Case,
    words: &Words,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    for entry in case.all("evidence") {
        let Some(name) = entry.text("file") else { continue };
        let found = folder.evidence(name).map_err(|found| unusable(&[*found], &[], words, Exit::Fault))?;
        if let Some(file) = found {
            files.insert(name.to_owned(), file.bytes);
        }
    }
    Ok(files)
}

/// The pinned keys of trust.toml; a case without that file trusts nobody.
pub(super) fn trust(files: &[RawFile], words: &Words) -> Result<TrustList, Failure> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Trust {
        #[serde(default)]
        pin: Vec<Pin>,
    }
    let text =
        files.iter().find(|file| file.name == "trust.toml").map(|file| String::from_utf8_lossy(&file.bytes));
    let pins = match text {
        Some(text) => toml::from_str::<Trust>(&text).map(|trust| trust.pin).map_err(|_| bad_trust(words))?,
        None => Vec::new(),
    };
    TrustList::parse(&pins).map_err(|_| bad_trust(words))
}

fn bad_trust(words: &Words) -> Failure {
    Failure { text: words.ui("cli.bad-trust").to_owned(), exit: Exit::Unusable }
}

fn digests(
    files: &[RawFile],
    evidence: &BTreeMap<String, Vec<u8>>,
    pack: &Pack,
    today: Date,
) -> Vec<InputDigest> {
    let mut all: Vec<InputDigest> = files
        .iter()
        .map(|file| InputDigest { name: file.name.clone(), sha256: sha256(&file.bytes) })
        .chain(
            evidence
                .iter()
                .map(|(name, bytes)| InputDigest { name: format!("evidence/{name}"), sha256: sha256(bytes) }),
        )
        .collect();
    all.push(InputDigest {
        name: format!("rules:{} {}", pack.id, pack.version),
        sha256: pack.digest.clone(),
    });
    all.push(InputDigest { name: format!("date:{today}"), sha256: sha256(today.to_string().as_bytes()) });
    all.sort();
    all
}

/// One digest over named digests, in order of names.
fn over(digests: &[InputDigest]) -> String {
    let lines: String = digests.iter().map(|input| format!("{}  {}\n", input.sha256, input.name)).collect();
    sha256(lines.as_bytes())
}
