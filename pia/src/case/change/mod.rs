//! Changes to the texts of a case by object id, as tests of rules state them.
//!
//! They work on the TOML a person wrote, so that comments survive and the result is read like any
//! case. A change that would do nothing is a mistake of its author. Not here: whether the changed
//! case can still be read.

mod edit;
mod path;

use std::collections::BTreeSet;

use serde::Deserialize;
use toml_edit::{DocumentMut, InlineTable, Item, Value};

use super::read::{FILES, RawFile};
use super::schema::schema;
use path::Target;

/// One change. `path` is `kind.id.key…`, or `case.key…`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Change {
    /// Gives a key a value, whether it had one or not.
    Set {
        /// Path of the key.
        set: String,
        /// The value.
        to: toml::Value,
    },
    /// Takes a key away.
    Remove {
        /// Path of the key.
        remove: String,
    },
    /// Appends to a list of an object, or adds an object (path: its kind).
    Add {
        /// Path of the list, or a kind.
        add: String,
        /// The entry.
        value: toml::Value,
    },
    /// Takes an object away, and the references to it (answers about it stay).
    Drop {
        /// `kind.id`.
        drop: String,
    },
    /// Answers a question, in place of an answer about the same.
    Answer {
        /// Id of the question.
        answer: String,
        /// Ids it is about; without it, all.
        #[serde(default)]
        about: About,
        /// The value; without it there must be a state.
        to: Option<toml::Value>,
        /// `unknown` or `not-applicable`.
        state: Option<String>,
        /// Why.
        reason: Option<String>,
        /// Who says so; without it, declared.
        source: Option<String>,
        /// Ids of evidence.
        #[serde(default)]
        evidence: Vec<String>,
    },
}

/// One id or several.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(untagged)]
pub enum About {
    /// All.
    #[default]
    All,
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl About {
    fn ids(&self) -> Vec<&str> {
        match self {
            Self::All => Vec::new(),
            Self::One(id) => vec![id],
            Self::Many(ids) => ids.iter().map(String::as_str).collect(),
        }
    }
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ChangeError {
    /// What is wrong, for the author of the change.
    pub what: String,
}

/// Applies changes one after the other. Comments and order of the texts survive.
///
/// # Errors
/// The first change that names something that is not there.
pub fn apply(files: &[RawFile], changes: &[Change]) -> Result<Vec<RawFile>, ChangeError> {
    let mut texts = Texts::parse(files)?;
    for change in changes {
        texts.apply(change)?;
    }
    Ok(texts.write(files))
}

fn error(what: impl Into<String>) -> ChangeError {
    ChangeError { what: what.into() }
}

/// The files of a case, parsed for editing.
struct Texts {
    files: Vec<(&'static str, DocumentMut)>,
}

impl Texts {
    fn parse(files: &[RawFile]) -> Result<Self, ChangeError> {
        let mut parsed = Vec::new();
        for name in FILES {
            let bytes = files.iter().find(|file| file.name == name).map_or(&[][..], |file| &file.bytes);
            let text = std::str::from_utf8(bytes).map_err(|e| error(format!("{name}: {e}")))?;
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
            parsed.push((name, text.parse().map_err(|e| error(format!("{name}: {e}")))?));
        }
        Ok(Self { files: parsed })
    }

    /// The files in their old order; new ones behind, empty ones left out.
    fn write(self, old: &[RawFile]) -> Vec<RawFile> {
        let mut files = old.to_vec();
        for (name, document) in self.files {
            let text = document.to_string();
            match files.iter_mut().find(|file| file.name == name) {
                Some(file) => file.bytes = text.into_bytes(),
                None if text.trim().is_empty() => {}
                None => files.push(RawFile::new(name, &text)),
            }
        }
        files
    }

    fn apply(&mut self, change: &Change) -> Result<(), ChangeError> {
        match change {
            Change::Set { set, to } => {
                let value = edit::value(to)?;
                self.at(set, |object, keys| edit::set(object, keys, value.clone()))
            }
            Change::Remove { remove } => self.at(remove, edit::remove),
            Change::Add { add, value } => {
                let value = edit::value(value)?;
                match schema().kind(add).filter(|kind| !kind.single) {
                    Some(kind) => {
                        let file = kind
                            .file
                            .as_deref()
                            .ok_or_else(|| error(format!("{add}: stands inside others")))?;
                        edit::push(self.document(file)?.as_table_mut(), add, value)
                    }
                    None => self.at(add, |object, keys| edit::add(object, keys, value.clone())),
                }
            }
            Change::Drop { drop } => self.drop(drop),
            Change::Answer { answer, about, to, state, reason, source, evidence } => {
                let mut entry = InlineTable::new();
                entry.insert("question", answer.as_str().into());
                let about = about.ids();
                if !about.is_empty() {
                    entry.insert("about", Value::Array(about.iter().copied().collect()));
                }
                if let Some(to) = to {
                    entry.insert("value", edit::value(to)?);
                }
                for (key, text) in [("state", state), ("reason", reason)] {
                    if let Some(text) = text {
                        entry.insert(key, text.as_str().into());
                    }
                }
                entry.insert("source", source.as_deref().unwrap_or("declared").into());
                entry.insert("by", "test".into());
                entry.insert("at", self.dated()?);
                if !evidence.is_empty() {
                    entry.insert("evidence", Value::Array(evidence.iter().map(String::as_str).collect()));
                }
                let answers = self.document("answers.toml")?.as_table_mut();
                edit::forget(answers, answer, &about.into_iter().collect());
                edit::push(answers, "answer", Value::InlineTable(entry))
            }
        }
    }

    fn document(&mut self, file: &str) -> Result<&mut DocumentMut, ChangeError> {
        let found = self.files.iter_mut().find(|(name, _)| *name == file);
        found.map(|(_, document)| document).ok_or_else(|| error(format!("{file}: no such file")))
    }

    /// The date of the case, which an answer of a test bears.
    fn dated(&mut self) -> Result<Value, ChangeError> {
        let found = self.document("case.toml")?.get("dated").and_then(Item::as_value).cloned();
        found.ok_or_else(|| error("case.toml: dated is missing"))
    }

    /// Does something to the object that a path names, given the keys behind its id.
    fn at(
        &mut self,
        path: &str,
        mut act: impl FnMut(&mut dyn toml_edit::TableLike, &[&str]) -> Result<(), ChangeError>,
    ) -> Result<(), ChangeError> {
        let target = Target::parse(path, self)?;
        let mut done = None;
        self.each(&mut |kind, object| {
            if done.is_none() && target.is(kind, object) {
                done = Some(act(object, &target.keys));
            }
        });
        done.unwrap_or_else(|| Err(error(format!("{path}: no such object"))))
    }

    /// Visits every object that is written.
    fn each(&mut self, visit: edit::Visit<'_>) {
        for (name, document) in &mut self.files {
            for kind in schema().kinds_of_file(name) {
                if kind.single {
                    edit::objects(document.as_table_mut(), kind, visit);
                } else if let Some(item) = document.get_mut(&kind.name) {
                    edit::tables(item).into_iter().for_each(|table| edit::objects(table, kind, visit));
                }
            }
        }
    }

    fn drop(&mut self, path: &str) -> Result<(), ChangeError> {
        let target = Target::parse(path, self)?;
        if !target.keys.is_empty() {
            return Err(error(format!("{path}: an object is dropped as a whole")));
        }
        let mut gone: BTreeSet<String> = BTreeSet::new();
        self.each(&mut |kind, object| {
            if target.is(kind, object) {
                edit::objects(object, kind, &mut |_, inner| gone.extend(edit::id(inner)));
            }
        });
        for (_, document) in &mut self.files {
            edit::prune(document.as_table_mut(), target.kind, &target.id);
        }
        self.each(&mut |kind, object| {
            edit::prune(object, target.kind, &target.id);
            edit::unlink(object, kind, &gone);
        });
        if gone.is_empty() { Err(error(format!("{path}: no such object"))) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
