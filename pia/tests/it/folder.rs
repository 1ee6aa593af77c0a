//! A case folder of fixtures/cases in memory, and its judgement on a day.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::civil::Date;
use pia::case::change::{Change, apply};
use pia::case::read::{FILES, RawFile, read};
use pia::case::tree::Case;
pub(crate) use pia::digest::sha256;
use pia::evidence::{EvidenceStatus, Pin, TrustList};
use pia::judge::{Finding, Judgement, Result, judge};
use pia::question::view::Standing;
use pia::question::{Catalogue, standing};
use pia::risk::view::Assessment;
use pia::risk::{assess, catalogue};
use pia::rule::expr::World;
use pia::rule::pack::{Pack, Texts};
use serde::Deserialize;

/// The pack on disk: what `include_dir` embeds, without waiting for a build.
pub(crate) static PACK: LazyLock<Pack> = LazyLock::new(|| {
    let mut texts = Texts::new();
    let root = repository().join("rules");
    for (path, bytes) in walk(&root) {
        texts.insert(path, String::from_utf8(bytes).unwrap());
    }
    match Pack::load(texts) {
        Ok(loaded) => loaded.pack,
        Err(faults) => panic!("{faults:#?}"),
    }
});

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    pia::question::read(&PACK.texts, &PACK.library.names).unwrap_or_else(|faults| panic!("{faults:#?}"))
});

static RISKS: LazyLock<catalogue::Catalogue> = LazyLock::new(|| {
    catalogue::read(&PACK.texts, &PACK.library.names).unwrap_or_else(|faults| panic!("{faults:#?}"))
});

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files below a folder: path with `/` → bytes.
pub(crate) fn walk(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// A case folder.
#[derive(Clone)]
pub(crate) struct Folder {
    pub(crate) files: Vec<RawFile>,
    /// Path below evidence/ → content.
    pub(crate) evidence: BTreeMap<String, Vec<u8>>,
    trust: TrustList,
}

impl Folder {
    pub(crate) fn open(name: &str) -> Self {
        #[derive(Deserialize)]
        struct Trust {
            pin: Vec<Pin>,
        }
        let all = walk(&path(name));
        let files = FILES
            .iter()
            .filter_map(|name| {
                all.get(*name).map(|bytes| RawFile { name: (*name).to_owned(), bytes: bytes.clone() })
            })
            .collect();
        let evidence = all
            .iter()
            .filter_map(|(name, bytes)| {
                let name = name.strip_prefix("evidence/")?;
                (name != "index.toml").then(|| (name.to_owned(), bytes.clone()))
            })
            .collect();
        let trust = all.get("trust.toml").map_or_else(TrustList::default, |bytes| {
            let trust: Trust = toml::from_slice(bytes).unwrap();
            TrustList::parse(&trust.pin).unwrap()
        });
        Self { files, evidence, trust }
    }

    pub(crate) fn case(&self) -> Case {
        match read(&self.files, &PACK.taxonomy) {
            Ok(reading) => reading.case,
            Err(unreadable) => panic!("{:#?}", unreadable.diagnostics),
        }
    }

    /// What somebody should look at; a case that ships has nothing of the kind.
    pub(crate) fn warnings(&self) -> Vec<pia::error::Diagnostic> {
        read(&self.files, &PACK.taxonomy)
            .map_or_else(|unreadable| unreadable.diagnostics, |reading| reading.warnings)
    }

    pub(crate) fn standings(&self, today: Date) -> EvidenceStatus {
        EvidenceStatus::of(&self.case(), &self.evidence, &self.trust, today)
    }

    /// The case after changes in the change language.
    pub(crate) fn changed(&self, changes: &[Change]) -> Self {
        match apply(&self.files, changes) {
            Ok(files) => Self { files, ..self.clone() },
            Err(error) => panic!("{error}"),
        }
    }

    /// The case with other words everywhere.
    pub(crate) fn reworded(&self, old: &str, new: &str) -> Self {
        let mut folder = self.clone();
        for file in &mut folder.files {
            *file = RawFile::new(&file.name, &std::str::from_utf8(&file.bytes).unwrap().replace(old, new));
        }
        folder
    }

    pub(crate) fn judged(&self, today: Date) -> Judgement {
        let case = self.case();
        let evidence = EvidenceStatus::of(&case, &self.evidence, &self.trust, today);
        let remaining = self.risks(today).remaining();
        let world = World::new(&case, &evidence, &PACK.library, today).with_remaining(&remaining);
        let questions = standing(&world, &CATALOGUE);
        judge(&world, &PACK, &questions.statuses(), questions.findings())
    }

    /// The risks, with every step of their levels.
    pub(crate) fn risks(&self, today: Date) -> Assessment {
        let (case, evidence) = (self.case(), self.standings(today));
        assess(&World::new(&case, &evidence, &PACK.library, today), &RISKS)
    }

    /// What the questionnaire says.
    pub(crate) fn questions(&self, today: Date) -> Standing {
        let (case, evidence) = (self.case(), self.standings(today));
        let remaining = self.risks(today).remaining();
        standing(&World::new(&case, &evidence, &PACK.library, today).with_remaining(&remaining), &CATALOGUE)
    }
}

/// The case at another gate.
pub(crate) fn set_phase(folder: &Folder, phase: &str) -> Folder {
    folder.changed(&[Change::Set { set: "case.phase".to_owned(), to: toml::Value::String(phase.to_owned()) }])
}

pub(crate) fn path(name: &str) -> PathBuf {
    repository().join("fixtures/cases").join(name)
}

/// `C03@F4 unmet`; of an open one, each reason on its own line.
pub(crate) fn line(finding: &Finding) -> String {
    let mut line = format!("{} {} {}", finding.id.as_str(), finding.result.id(), finding.severity.id());
    if let Result::Unknown(whys) = &finding.result {
        for why in whys {
            write!(line, "\n    {} {} {}", why.kind.id(), why.what, why.detail).unwrap();
            while line.ends_with(' ') {
                line.pop();
            }
        }
    }
    line
}
