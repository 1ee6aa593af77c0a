//! A case folder on disk: its files in order of name, nothing from outside of it.
//!
//! Evidence is read only when it is asked for, one file at a time: an index of a hundred scans
//! must not fill the memory. Not here: what the bytes mean (`case::read`, `evidence`).

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use crate::case::read::{RawFile, is_plain_path};
use crate::codes::Code;
use crate::digest::sha256;
use crate::error::{Diagnostic, Result, Spot};

/// What a case folder may hold beside evidence/ and dossier/.
const NAMES: [&str; 7] = [
    "answers.toml",
    "case.toml",
    "evidence/index.toml",
    "flows.toml",
    "pilot.jsonl",
    "reviews.jsonl",
    "trust.toml",
];

/// Largest file that is taken in; one byte more is read, so that `case::read` tells the rest.
const LARGEST_TEXT: u64 = 10_000_000;

/// Largest evidence file, in bytes.
const LARGEST_EVIDENCE: u64 = 200_000_000;

/// What lies in a case folder.
#[derive(Debug, Clone)]
pub struct CaseFolder {
    /// The files that people and the program write, in order of name.
    pub files: Vec<RawFile>,
    root: PathBuf,
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
    /// Files that cannot be read or must not be; files that are not there are no error here.
    pub fn open(folder: &Path) -> std::result::Result<Self, Vec<Diagnostic>> {
        let told = |reason: &std::io::Error| {
            let fault = Diagnostic::error(Code::FolderUnreadable).name("path", &folder.to_string_lossy());
            vec![fault.term("reason", reason_word(reason.kind()))]
        };
        let root = folder.canonicalize().map_err(|e| told(&e))?;
        fs::read_dir(&root).map_err(|e| told(&e))?;
        let mut files = Vec::new();
        let mut faults = Vec::new();
        for name in NAMES {
            match bytes(&root, name, LARGEST_TEXT + 1) {
                Ok(Some(bytes)) => files.push(RawFile { name: name.to_owned(), bytes }),
                Ok(None) => {}
                Err(fault) => faults.push(*fault),
            }
        }
        if faults.is_empty() { Ok(Self { files, root }) } else { Err(faults) }
    }

    /// The folder, with links followed.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text of one of the files.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&RawFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// Reads one evidence file, by its path below evidence/; `None`: not there.
    ///
    /// # Errors
    /// It cannot be read, must not be, or is too large.
    pub fn evidence(&self, name: &str) -> Result<Option<EvidenceFile>> {
        if !is_plain_path(name) {
            let fault = Diagnostic::error(Code::BadPath).own("key", ["file"]).name("value", name);
            return Err(Box::new(fault.at(Spot::file("evidence/index.toml"))));
        }
        let name = format!("evidence/{name}");
        let Some(bytes) = bytes(&self.root, &name, LARGEST_EVIDENCE + 1)? else { return Ok(None) };
        if bytes.len() as u64 > LARGEST_EVIDENCE {
            let fault = Diagnostic::error(Code::FileTooLarge).name("file", &name);
            let fault = fault.number("limit", LARGEST_EVIDENCE / 1_000_000).at(Spot::file(&name));
            return Err(Box::new(fault));
        }
        let sha256 = sha256(&bytes);
        Ok(Some(EvidenceFile { bytes, sha256 }))
    }
}

/// At most so many bytes of a file of the case; `None`: not there.
fn bytes(root: &Path, name: &str, most: u64) -> Result<Option<Vec<u8>>> {
    let fault = |code: Code| Box::new(Diagnostic::error(code).name("file", name).at(Spot::file(name)));
    let unreadable =
        |e: std::io::Error| Box::new(fault(Code::FileUnreadable).term("reason", reason_word(e.kind())));
    // Links inside the folder are fine: somebody sorted their evidence.
    let path = match root.join(name).canonicalize() {
        Ok(path) => path,
        Err(e) if e.kind() == ErrorKind::NotFound && !is_link(&root.join(name)) => return Ok(None),
        Err(e) => return Err(unreadable(e)),
    };
    let inside = path.strip_prefix(root).is_ok_and(|rest| {
        rest.components().next().is_some() && rest.components().all(|c| matches!(c, Component::Normal(_)))
    });
    if !inside {
        return Err(fault(Code::LeadsOutside));
    }
    // Looked at before it is opened: opening a pipe would wait for somebody to write.
    if !fs::metadata(&path).map_err(unreadable)?.is_file() {
        return Err(fault(Code::NotRegular));
    }
    let mut bytes = Vec::new();
    fs::File::open(&path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(unreadable)?;
    Ok(Some(bytes))
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.file_type().is_symlink())
}

/// Why the machine refused, as a word of ours: its own text differs between systems.
pub(super) fn reason_word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "reason.not-found",
        ErrorKind::PermissionDenied => "reason.permission",
        ErrorKind::NotADirectory => "reason.not-a-folder",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "reason.full",
        ErrorKind::ReadOnlyFilesystem => "reason.read-only",
        _ => "reason.other",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn case() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("evidence")).unwrap();
        for (name, text) in
            [("case.toml", "a"), ("flows.toml", "b"), ("evidence/x.pdf", "abc"), ("other", "c")]
        {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn files_come_in_order_and_evidence_with_its_digest() {
        let folder = case();
        let read = CaseFolder::open(folder.path()).unwrap();
        assert_eq!(read.files, [RawFile::new("case.toml", "a"), RawFile::new("flows.toml", "b")]);
        let evidence = read.evidence("x.pdf").unwrap().unwrap();
        assert_eq!(evidence.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(read.evidence("y.pdf").unwrap(), None);
        assert_eq!(read.evidence("../case.toml").unwrap_err().code, Code::BadPath);
        fs::create_dir(folder.path().join("evidence/d")).unwrap();
        assert_eq!(read.evidence("d").unwrap_err().code, Code::NotRegular);
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let folder = case();
        let faults = CaseFolder::open(&folder.path().join("nothing")).unwrap_err();
        assert_eq!((faults[0].code, faults[0].terms["reason"]), (Code::FolderUnreadable, "reason.not-found"));
        let faults = CaseFolder::open(&folder.path().join("case.toml")).unwrap_err();
        assert_eq!(faults[0].code, Code::FolderUnreadable);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_inside_the_folder_only() {
        use std::os::unix::fs::symlink;
        let (folder, other) = (case(), case());
        let evidence = folder.path().join("evidence");
        symlink(evidence.join("x.pdf"), evidence.join("inside.pdf")).unwrap();
        symlink(other.path().join("case.toml"), evidence.join("outside.pdf")).unwrap();
        symlink(other.path(), evidence.join("folder")).unwrap();
        symlink("nowhere", evidence.join("broken.pdf")).unwrap();
        let read = CaseFolder::open(folder.path()).unwrap();
        assert!(read.evidence("inside.pdf").unwrap().is_some());
        for name in ["outside.pdf", "folder/case.toml"] {
            assert_eq!(read.evidence(name).unwrap_err().code, Code::LeadsOutside, "{name}");
        }
        assert_eq!(read.evidence("broken.pdf").unwrap_err().code, Code::FileUnreadable);
        fs::remove_file(folder.path().join("flows.toml")).unwrap();
        symlink(other.path().join("flows.toml"), folder.path().join("flows.toml")).unwrap();
        assert_eq!(CaseFolder::open(folder.path()).unwrap_err()[0].code, Code::LeadsOutside);
    }

    #[test]
    fn a_file_over_the_limit_is_not_taken_in_whole() {
        let folder = case();
        let file = fs::File::create(folder.path().join("answers.toml")).unwrap();
        file.set_len(LARGEST_TEXT * 3).unwrap();
        let read = CaseFolder::open(folder.path()).unwrap();
        assert_eq!(read.file("answers.toml").unwrap().bytes.len() as u64, LARGEST_TEXT + 1);
    }
}
