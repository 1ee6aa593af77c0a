//! Bytes of a case folder → [`Case`], or everything that is wrong with them.
//!
//! One generic walk driven by the schema; every fault is collected, with its place. Deliberately
//! absent: files (`io` brings their bytes), trust.toml (`evidence` reads it), and any judgement.

use super::taxonomy::Taxonomy;
use super::tree::{Case, SourceFile};
use crate::error::Diagnostic;

/// One file of a case as it lies in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFile {
    /// Path relative to the case folder, with `/`.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl RawFile {
    /// A file from text.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }
}

/// A case that was read, with what somebody should look at.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The case; its derived facts are filled in.
    pub case: Case,
    /// Warnings, in order of their places.
    pub warnings: Vec<Diagnostic>,
}

/// A case that cannot be read.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// The files as far as they are text, to show the places in.
    pub files: Vec<SourceFile>,
    /// Errors and warnings, in order of their places; at least one error.
    pub diagnostics: Vec<Diagnostic>,
}

/// Names of the files that make a case; the first two must be there.
pub const FILES: [&str; 4] = ["case.toml", "flows.toml", "answers.toml", "evidence/index.toml"];

/// Reads a case from those of its files that [`FILES`] names; others are ignored.
///
/// # Errors
/// Everything that is wrong.
pub fn read(files: &[RawFile], taxonomy: &Taxonomy) -> Result<Reading, Box<Unreadable>> {
    let _ = (files, taxonomy);
    Err(Box::new(Unreadable { files: Vec::new(), diagnostics: Vec::new() }))
}
