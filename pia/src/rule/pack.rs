//! A whole rule pack: texts given as pairs of path and text → checked rules, or all faults.
//!
//! The pack that the program carries is embedded; `--rules DIR` replaces it as a whole. Folders of
//! other rooms (questions, risks, dossier, the forms of `deid`) stay texts here, for them to read.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use serde::Deserialize;

use super::asked;
use super::expr::Library;
use super::fault::{FaultCode, PackFault};
use super::file::{self, Known};
use super::predicates::{self, Predicate};
use super::tables::{Table, WordLists};
use super::types::Rule;
use crate::bilingual::Bilingual;
use crate::case::natural_order;
use crate::case::taxonomy::Taxonomy;
use crate::digest::Parts;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../rules");

/// Paths (relative to the folder of the pack, with `/`) and texts.
pub type Texts = BTreeMap<String, String>;

/// Folder of the rules.
const CHECKS: &str = "checks/";
/// Folder of the lookup tables.
const TABLES: &str = "tables/";
/// Folder of the cases that tests of rules change.
pub(crate) const TESTS: &str = "tests/";
/// File of the levels of risk.
const RISK_LEVELS: &str = "risks/matrix.toml";
const WORD_LISTS: &str = "wordlists.toml";
/// File of the item taxonomy.
const ITEMS: &str = "items.toml";
/// Files and folders that some room reads.
const READ: [&str; 14] = [
    "README.md",
    "pack.toml",
    "laws.toml",
    ITEMS,
    WORD_LISTS,
    predicates::FILE,
    CHECKS,
    TABLES,
    TESTS,
    asked::FOLDER,
    "review/",
    "risks/",
    "dossier/",
    "legal_forms/",
];

/// A law or document that rules cite.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Law {
    /// Id.
    pub id: String,
    /// Name.
    pub label: Bilingual,
    /// Which text was read.
    #[serde(default)]
    pub version: String,
    /// How it was seen.
    #[serde(default)]
    pub verified: String,
}

/// A checked rule pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Id of the pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// State of the law that it holds.
    pub as_of: Date,
    /// Its name.
    pub label: Bilingual,
    /// SHA-256 over all its texts.
    pub digest: String,
    /// The rules, in natural order of their ids.
    pub rules: Vec<Rule>,
    /// The predicates that rules share.
    pub predicates: Vec<Predicate>,
    /// What expressions refer to.
    pub library: Library,
    /// Laws by id.
    pub laws: BTreeMap<String, Law>,
    /// Forces of citations by id, in words.
    pub forces: BTreeMap<String, Bilingual>,
    /// Codes of verification, in words.
    pub verified: BTreeMap<String, Bilingual>,
    /// The item taxonomy.
    pub taxonomy: Taxonomy,
    /// All texts, for the rooms that read their own.
    pub texts: Texts,
}

/// A pack that was read, with what somebody should look at.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The pack.
    pub pack: Pack,
    /// Warnings.
    pub warnings: Vec<PackFault>,
}

#[derive(Deserialize)]
struct RawPack {
    format: u32,
    id: String,
    version: String,
    #[serde(deserialize_with = "day")]
    as_of: Date,
    label: Bilingual,
    #[serde(default)]
    verified: Vec<Named>,
    #[serde(default)]
    force: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(alias = "code")]
    id: String,
    label: Bilingual,
}

#[derive(Deserialize)]
struct Laws {
    law: Vec<Law>,
}

/// pack.toml writes its date as a text.
fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(|_| serde::de::Error::custom("not a date"))
}

/// The texts of the pack that the program carries.
#[must_use]
pub fn embedded() -> Texts {
    let mut texts = Texts::new();
    collect(&EMBEDDED, &mut texts);
    texts
}

fn collect(dir: &Dir<'_>, into: &mut Texts) {
    for file in dir.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            into.insert(path.replace('\\', "/"), text.to_owned());
        }
    }
    for inner in dir.dirs() {
        collect(inner, into);
    }
}

impl Pack {
    /// Reads and checks a pack.
    ///
    /// # Errors
    /// Everything that is wrong, in order of files and places; warnings stand among it.
    pub fn load(texts: Texts) -> Result<Loaded, Vec<PackFault>> {
        let taxonomy = taxonomy(&texts);
        Self::load_with(texts, taxonomy)
    }

    /// As [`Pack::load`], by one who has read the taxonomy of the same texts, because cases need it
    /// before the rules do.
    pub(crate) fn load_with(
        texts: Texts,
        taxonomy: Result<Taxonomy, PackFault>,
    ) -> Result<Loaded, Vec<PackFault>> {
        let mut faults = Vec::new();
        let pack = build(texts, taxonomy, &mut faults);
        faults.sort_by(|a, b| {
            (a.warning, &a.file, a.span.start, a.code).cmp(&(b.warning, &b.file, b.span.start, b.code))
        });
        match pack {
            Some(pack) if faults.iter().all(|fault| fault.warning) => Ok(Loaded { pack, warnings: faults }),
            _ => Err(faults),
        }
    }

    /// A rule by its id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

/// A file that has to be there.
fn parse<T: serde::de::DeserializeOwned>(
    texts: &Texts,
    path: &str,
    faults: &mut Vec<PackFault>,
) -> Option<T> {
    let Some(text) = texts.get(path) else {
        faults.push(PackFault::error(path, 0..0, FaultCode::Missing, path));
        return None;
    };
    toml::from_str(text).map_err(|error| faults.push(PackFault::toml(path, &error))).ok()
}

fn build(texts: Texts, taxonomy: Result<Taxonomy, PackFault>, faults: &mut Vec<PackFault>) -> Option<Pack> {
    for path in texts.keys() {
        if !READ.iter().any(|known| path == known || (known.ends_with('/') && path.starts_with(known))) {
            faults.push(PackFault::warning(path, FaultCode::UnknownFile, path));
        }
    }
    let raw: RawPack = parse(&texts, "pack.toml", faults)?;
    if raw.format != 1 {
        faults.push(PackFault::error("pack.toml", 0..0, FaultCode::Format, raw.format.to_string()));
    }
    let by_id = |all: Vec<Named>| all.into_iter().map(|one| (one.id, one.label)).collect::<BTreeMap<_, _>>();
    let (forces, verified) = (by_id(raw.force), by_id(raw.verified));
    let laws: Laws = parse(&texts, "laws.toml", faults)?;
    let laws: BTreeMap<String, Law> = laws.law.into_iter().map(|law| (law.id.clone(), law)).collect();
    let taxonomy = taxonomy.map_err(|fault| faults.push(fault)).ok()?;
    let known = Known {
        laws: &|id| laws.contains_key(id),
        forces: &|id| forces.contains_key(id),
        verified: &|code| verified.contains_key(code),
    };

    let mut library = Library::default();
    library.names.items = taxonomy.codes().map(str::to_owned).collect();
    library.names.risk_levels = risk_levels(&texts);
    tables(&texts, &mut library, &known, faults);
    let derivations = asked::read(&texts, &mut library, faults);
    let text = texts.get(predicates::FILE).map_or("format = 1", String::as_str);
    let read = predicates::read(text, &mut library.names, faults);
    for (index, predicate) in read.predicates.iter().enumerate() {
        for cite in &predicate.cites {
            known.check(predicates::FILE, &read.span(index), cite, faults);
        }
    }
    library.predicates = read.compile(text, &library.names, faults);
    asked::derive(derivations, &mut library, faults);
    let rules = rules(&texts, &library, &known, faults);
    Some(Pack {
        id: raw.id,
        version: raw.version,
        as_of: raw.as_of,
        label: raw.label,
        digest: digest(&texts),
        rules,
        predicates: read.predicates,
        library,
        laws,
        forces,
        verified,
        taxonomy,
        texts,
    })
}

/// Ids of the levels of risk, the lowest first. What is wrong with the file, the room `risk` tells.
fn risk_levels(texts: &Texts) -> Vec<String> {
    #[derive(Default, Deserialize)]
    struct Matrix {
        #[serde(default)]
        level: Vec<Level>,
    }
    #[derive(Deserialize)]
    struct Level {
        id: String,
    }
    let matrix: Matrix =
        texts.get(RISK_LEVELS).and_then(|text| toml::from_str(text).ok()).unwrap_or_default();
    matrix.level.into_iter().map(|level| level.id).collect()
}

/// The item taxonomy of a pack.
pub(crate) fn taxonomy(texts: &Texts) -> Result<Taxonomy, PackFault> {
    let text = texts.get(ITEMS).ok_or_else(|| PackFault::error(ITEMS, 0..0, FaultCode::Missing, ITEMS))?;
    Taxonomy::parse(text).map_err(|error| PackFault::error(ITEMS, 0..0, FaultCode::Toml, error))
}

fn tables(texts: &Texts, library: &mut Library, known: &Known<'_>, faults: &mut Vec<PackFault>) {
    for path in texts.keys() {
        let Some(name) = path.strip_prefix(TABLES).and_then(|name| name.strip_suffix(".toml")) else {
            continue;
        };
        let Some(table) = parse::<Table>(texts, path, faults) else { continue };
        if table.format != 1 {
            faults.push(PackFault::error(path, 0..0, FaultCode::Format, table.format.to_string()));
        }
        for cite in &table.cites {
            known.check(path, &(0..0), cite, faults);
        }
        library.names.tables.insert(name.to_owned(), table);
    }
    if texts.contains_key(WORD_LISTS)
        && let Some(lists) = parse::<WordLists>(texts, WORD_LISTS, faults)
    {
        if lists.format != 1 {
            faults.push(PackFault::error(WORD_LISTS, 0..0, FaultCode::Format, lists.format.to_string()));
        }
        library.names.lists = lists.list;
    }
}

fn rules(texts: &Texts, library: &Library, known: &Known<'_>, faults: &mut Vec<PackFault>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = texts
        .iter()
        .filter(|(path, _)| path.starts_with(CHECKS) && path.ends_with(".toml"))
        .filter_map(|(path, text)| file::read(path, text, &library.names, known, faults))
        .collect();
    rules.sort_by(|a, b| natural_order(&a.id, &b.id));
    let mut seen = BTreeSet::new();
    for rule in &rules {
        if !seen.insert(rule.id.as_str()) {
            faults.push(PackFault::error(&rule.file, 0..0, FaultCode::Duplicate, &rule.id));
        }
        for base in rule.tests.iter().map(|test| format!("{TESTS}{}/case.toml", test.base)) {
            if !texts.contains_key(&base) {
                faults.push(PackFault::error(&rule.file, 0..0, FaultCode::Missing, base));
            }
        }
    }
    rules
}

/// Over paths and texts.
fn digest(texts: &Texts) -> String {
    let mut parts = Parts::default();
    texts.iter().flat_map(|(path, text)| [path, text]).for_each(|part| parts.add(part));
    parts.digits()
}
