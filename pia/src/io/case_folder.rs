//! A case folder on disk: its files in order of name, nothing from outside of it.

use std::path::{Path, PathBuf};

use crate::case::read::RawFile;
use crate::error::Diagnostic;

/// What lies in a case folder.
#[derive(Debug, Clone)]
pub struct CaseFolder {
    /// The folder.
    pub root: PathBuf,
    /// The files that people and the program write, in order of name.
    pub files: Vec<RawFile>,
}

/// One evidence file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Content.
    pub bytes: Vec<u8>,
    /// Its digest, hexadecimal.
    pub sha256: String,
}

impl CaseFolder {
    /// Reads a folder.
    ///
    /// # Errors
    /// Files that cannot be read or must not be.
    pub fn open(root: &Path) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self { root: root.to_owned(), files: Vec::new() })
    }

    /// Reads one evidence file, by its path below evidence/; `None`: not there.
    ///
    /// # Errors
    /// It cannot be read or must not be.
    pub fn evidence(&self, name: &str) -> Result<Option<EvidenceFile>, Diagnostic> {
        let _ = name;
        Ok(None)
    }
}
