//! What each evidence of a case is worth on a date: acceptable or not, and of which class.
//!
//! Why apart from `verify`: that one reads a run manifest; this one says what a case may rest on,
//! papers included. Deliberately absent: files (bytes are arguments) and what a rule makes of it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{EvidenceError, Moment, RunManifest, TrustList, Verified, contents, verify, verify_alone};
use crate::case::tree::{Case, ObjectRef};
use crate::digest::sha256;

pub use super::promise::{Kept, Promise};

/// How a claim is backed. Never shown alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// 実測: a verified run manifest of a trusted signer.
    Measured,
    /// 書面: a document that a person has read.
    Document,
    /// 自己申告: everything else; settles nothing.
    SelfDeclared,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 3] = [Self::Measured, Self::Document, Self::SelfDeclared];

    /// Its word in JSON and in the interface words (`evidence-class.<id>`).
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Document => "document",
            Self::SelfDeclared => "self-declared",
        }
    }
}

/// Why an evidence is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAccepted {
    /// The index names no file.
    NoFile,
    /// The file is not there.
    FileMissing,
    /// The index pins no digest.
    NoDigest,
    /// The file is not the pinned one.
    DigestDiffers,
    /// Nothing in it: no bytes, no text.
    Empty,
    /// Valid only until an earlier day.
    Expired,
    /// Dated after the day of the judgement.
    FromTheFuture,
    /// Nobody has read it, or not yet on the day of the judgement.
    Unchecked,
    /// A run manifest that does not hold.
    Manifest(EvidenceError),
}

impl NotAccepted {
    /// Its word in JSON and in the interface words (`evidence-refused.<id>`).
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::NoFile => "no-file",
            Self::FileMissing => "file-missing",
            Self::NoDigest => "no-digest",
            Self::DigestDiffers => "digest-differs",
            Self::Empty => "empty",
            Self::Expired => "expired",
            Self::FromTheFuture => "from-the-future",
            Self::Unchecked => "unchecked",
            Self::Manifest(error) => error.id(),
        }
    }

    /// Whether a run manifest was given that contradicts itself, its signature or its files. One of
    /// a signer whom the case does not trust is not broken: it only proves nothing here.
    #[must_use]
    pub fn is_broken_manifest(self) -> bool {
        match self {
            Self::Manifest(error) => !matches!(
                error,
                EvidenceError::UnknownSigner
                    | EvidenceError::DemoKey
                    | EvidenceError::PinNotYetValid
                    | EvidenceError::PinExpired
                    | EvidenceError::RunOutsidePin
                    | EvidenceError::PinMalformed
                    | EvidenceError::SubjectMissing
            ),
            _ => false,
        }
    }
}

/// One evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Kind, a word of the vocabulary `evidence-kind`.
    pub kind: String,
    /// How it backs a claim.
    pub class: Class,
    /// Why it is not acceptable; `None`: it is.
    pub refused: Option<NotAccepted>,
    /// The manifest, when it was verified.
    pub manifest: Option<Verified<RunManifest>>,
    /// Ids that the index says it covers; empty: not said.
    pub covers: Vec<String>,
    /// SHA-256 of the file, when it is there.
    pub sha256: Option<String>,
}

impl Standing {
    /// Whether a claim may rest on it.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        self.refused.is_none()
    }

    /// Its standing and its bytes as one text: the fact that a judgement reads.
    #[must_use]
    pub fn summary(&self) -> String {
        let state = self.refused.map_or(self.class.id(), NotAccepted::id);
        format!("{} {state} {}", self.kind, self.sha256.as_deref().unwrap_or_default())
    }
}

/// All evidence of a case by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EvidenceStatus {
    by_id: BTreeMap<String, Standing>,
}

impl EvidenceStatus {
    /// Looks at every evidence of the index. `files`: path relative to `evidence/` (with `/`) →
    /// content. A run manifest is compared with the published files that lie beside it; where none
    /// does, its signature and statement are what is verified, and `is_compared` says so.
    #[must_use]
    pub fn of(case: &Case, files: &BTreeMap<String, Vec<u8>>, trust: &TrustList, today: Date) -> Self {
        let mut by_id = BTreeMap::new();
        for entry in case.all("evidence") {
            by_id.insert(entry.id().to_owned(), standing(entry, files, trust, today));
        }
        Self { by_id }
    }

    /// The standing of an evidence; `None`: the index does not list it.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Standing> {
        self.by_id.get(id)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Standing)> {
        self.by_id.iter().map(|(id, standing)| (id.as_str(), standing))
    }
}

const MANIFEST: &str = "run-manifest";

fn standing(
    entry: ObjectRef<'_>,
    files: &BTreeMap<String, Vec<u8>>,
    trust: &TrustList,
    today: Date,
) -> Standing {
    let kind = entry.text("kind").unwrap_or_default();
    let file = entry.text("file").and_then(|name| files.get_key_value(name));
    let mut standing = Standing {
        kind: kind.to_owned(),
        class: Class::SelfDeclared,
        refused: None,
        manifest: None,
        covers: entry.texts("covers").into_iter().map(str::to_owned).collect(),
        sha256: file.map(|(_, bytes)| sha256(bytes)),
    };
    let checked = plain_checks(entry, file.map(|(_, bytes)| bytes.as_slice()), &standing, today);
    let outcome = checked.and_then(|()| match file {
        Some((name, bytes)) if kind == MANIFEST => {
            verified(name, bytes, files, trust, today).map(Some).map_err(NotAccepted::Manifest)
        }
        _ if is_read(entry, today) => Ok(None),
        _ => Err(NotAccepted::Unchecked),
    });
    match outcome {
        Ok(manifest) => {
            standing.class = if manifest.is_some() { Class::Measured } else { Class::Document };
            standing.manifest = manifest;
        }
        Err(refused) => standing.refused = Some(refused),
    }
    standing
}

/// What holds for every evidence, whatever its kind.
fn plain_checks(
    entry: ObjectRef<'_>,
    bytes: Option<&[u8]>,
    standing: &Standing,
    today: Date,
) -> Result<(), NotAccepted> {
    if entry.text("file").is_none() {
        return Err(NotAccepted::NoFile);
    }
    let bytes = bytes.ok_or(NotAccepted::FileMissing)?;
    let pinned = entry.text("sha256").ok_or(NotAccepted::NoDigest)?;
    if standing.sha256.as_deref().is_none_or(|found| !found.eq_ignore_ascii_case(pinned)) {
        return Err(NotAccepted::DigestDiffers);
    }
    if contents::are_empty(bytes) {
        return Err(NotAccepted::Empty);
    }
    if entry.date("valid_until").is_some_and(|until| until < today) {
        return Err(NotAccepted::Expired);
    }
    if entry.date("date").is_some_and(|date| date > today) {
        return Err(NotAccepted::FromTheFuture);
    }
    Ok(())
}

/// Whether a person has read it by the day of the judgement.
fn is_read(entry: ObjectRef<'_>, today: Date) -> bool {
    entry.text("checked_by").is_some_and(|by| !by.trim().is_empty())
        && entry.date("checked_on").is_some_and(|on| on <= today)
}

fn verified(
    name: &str,
    bytes: &[u8],
    files: &BTreeMap<String, Vec<u8>>,
    trust: &TrustList,
    today: Date,
) -> Result<Verified<RunManifest>, EvidenceError> {
    // The judgement knows a day, not an hour: a run of that day is not in its future.
    let now = Moment::parse(&format!("{today}T23:59:59Z")).ok_or(EvidenceError::RunInFuture)?;
    let alone = verify_alone(bytes, trust, &now)?;
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside: BTreeMap<String, String> = alone
        .content()
        .subjects
        .iter()
        .filter_map(|(subject, _)| {
            let path = if folder.is_empty() { subject.clone() } else { format!("{folder}/{subject}") };
            Some((subject.clone(), sha256(files.get(&path)?)))
        })
        .collect();
    if beside.is_empty() { Ok(alone) } else { verify(bytes, trust, &now, &beside) }
}
