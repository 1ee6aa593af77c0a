//! One change, exactly the findings that it should flip: mutations.toml.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use pia::case::change::Change;
use pia::judge::Judgement;
use serde::Deserialize;
use toml_edit::{Array, DocumentMut, Value};

use crate::folder::{Folder, repository, sha256};

#[derive(Deserialize)]
struct Table {
    mutation: Vec<Mutation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    name: String,
    case: String,
    #[serde(default)]
    base: Vec<Change>,
    #[serde(default)]
    change: Vec<Change>,
    tamper: Option<String>,
    #[serde(default)]
    repin: bool,
    #[serde(default)]
    flips: BTreeSet<String>,
}

impl Mutation {
    fn apply(&self, base: &Folder) -> Folder {
        let mut changed = base.changed(&self.change);
        if let Some(file) = &self.tamper {
            let bytes = changed.evidence.get_mut(file).unwrap_or_else(|| panic!("{}: no {file}", self.name));
            // The middle of the file: in a manifest, inside the signed payload.
            let middle = bytes.len() / 2;
            bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
            if self.repin {
                let digest = sha256(bytes);
                let index = changed.case();
                let entry = index.all("evidence").find(|entry| entry.text("file") == Some(file)).unwrap();
                let set = format!("evidence.{}.sha256", entry.id());
                changed = changed.changed(&[Change::Set { set, to: toml::Value::String(digest) }]);
            }
        }
        changed
    }
}

fn dated(folder: &Folder) -> Date {
    folder.case().root().unwrap().date("dated").unwrap()
}

/// Findings by id; only what a reader is told of: unmet, or open.
fn results(judgement: &Judgement) -> BTreeMap<&str, &'static str> {
    judgement.findings.iter().map(|finding| (finding.id.as_str(), finding.result.id())).collect()
}

fn flips(before: &Judgement, after: &Judgement) -> BTreeSet<String> {
    let (before, after) = (results(before), results(after));
    let ids: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let told = |result: Option<&&'static str>| matches!(result, Some(&("unmet" | "unknown")));
    let word = |result: Option<&&'static str>| result.map_or("-", |result| *result).to_owned();
    ids.into_iter()
        .filter(|id| {
            let (old, new) = (before.get(id), after.get(id));
            old != new && (told(old) || told(new))
        })
        .map(|id| format!("{id} {}>{}", word(before.get(id)), word(after.get(id))))
        .collect()
}

#[test]
fn one_change_flips_exactly_the_findings_that_it_should() {
    let path = repository().join("pia/tests/it/mutations.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let table: Table = toml::from_str(&text).unwrap();
    assert!(table.mutation.len() >= 40);
    let names: BTreeSet<&str> = table.mutation.iter().map(|mutation| mutation.name.as_str()).collect();
    assert_eq!(names.len(), table.mutation.len(), "a name stands twice");

    let mut bases: BTreeMap<String, (Folder, Date, Judgement)> = BTreeMap::new();
    let mut document: DocumentMut = text.parse().unwrap();
    let mut wrong = Vec::new();
    for (at, mutation) in table.mutation.iter().enumerate() {
        let key = format!("{} {:?}", mutation.case, mutation.base);
        let (base, today, before) = bases.entry(key).or_insert_with(|| {
            let base = Folder::open(&mutation.case).changed(&mutation.base);
            let today = dated(&base);
            let judged = base.judged(today);
            (base, today, judged)
        });
        let found = flips(before, &mutation.apply(base).judged(*today));
        if found != mutation.flips {
            wrong.push(format!("{}\n  found {found:#?}\n  expected {:#?}", mutation.name, mutation.flips));
        }
        let mut list: Array = found.iter().map(String::as_str).collect();
        if found.len() > 1 {
            list.iter_mut().for_each(|value| value.decor_mut().set_prefix("\n  "));
            list.set_trailing("\n");
            list.set_trailing_comma(true);
        }
        document["mutation"][at]["flips"] = toml_edit::Item::Value(Value::Array(list));
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, document.to_string()).unwrap();
    } else {
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
