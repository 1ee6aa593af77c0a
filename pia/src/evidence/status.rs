//! What each evidence of a case is worth on a date: acceptable or not, and of which class.
//!
//! Why apart from `verify`: that one reads a run manifest; this one says what the case may rest on,
//! papers included. Deliberately absent: files (bytes are arguments) and what a rule makes of it.

use std::collections::BTreeMap;

use super::{RunManifest, Verified};

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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Nobody has read it.
    Unchecked,
    /// A run manifest that does not hold: signature, digests or content.
    ManifestBroken(String),
    /// A run manifest that may hold, of a signer whom the case does not trust.
    ManifestUntrusted(String),
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
}

impl Standing {
    /// Whether a claim may rest on it.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        self.refused.is_none()
    }
}

/// All evidence of a case by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EvidenceStatus {
    by_id: BTreeMap<String, Standing>,
}

impl EvidenceStatus {
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
