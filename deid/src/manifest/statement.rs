//! in-toto Statement v1 (spec/v1/statement.md of in-toto/attestation) with a predicate of ours.

use super::envelope::Envelope;
use super::error::ManifestError;
use super::file_name;
use super::json::{self, JsonError};
use super::{Sha256Hex, UtcTime};
use crate::crypto::{KeyId, PublicKey, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The value of `_type`.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// What a statement says about its subjects.
pub trait Predicate: Serialize + DeserializeOwned + Clone + std::fmt::Debug + PartialEq {
    /// URI of the predicate and its version. Any other is refused.
    const TYPE: &'static str;

    /// The key that signs the statement.
    fn signer(&self) -> &Signer;

    /// When what it states was done.
    fn time(&self) -> &UtcTime;

    /// Whether the statement agrees with itself.
    ///
    /// # Errors
    /// The first [`ManifestError`] in the order of its variants.
    fn check(statement: &Statement<Self>) -> Result<(), ManifestError>;
}

/// A statement about subjects, unsigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement<P> {
    #[serde(rename = "_type")]
    statement_type: String,
    /// What the statement is about; for a run, each published file.
    pub subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    /// What is stated.
    pub predicate: P,
}

/// A file (or another thing with bytes) named by name and digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Plain file name ([`file_name::is_plain`]).
    pub name: String,
    /// Its digests: exactly one.
    pub digest: DigestSet,
}

/// The digests of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestSet {
    /// SHA-256 of the bytes.
    pub sha256: Sha256Hex,
}

/// The key that signs a statement, inside the statement: lets everyone check that the document
/// is whole. That the key is *whose* must be known from elsewhere (trust).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// Its published name.
    pub id: KeyId,
    /// The 32 bytes of the public key in base64.
    pub public_key: String,
}

/// A program and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name of the program.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Signer {
    /// The public half of a signing key.
    #[must_use]
    pub fn of(key: &SigningKey) -> Self {
        Self { id: key.public().id(), public_key: STANDARD.encode(key.public().as_bytes()) }
    }

    /// The key itself; `None` if it is no acceptable key or the id is not its own.
    #[must_use]
    pub fn key(&self) -> Option<PublicKey> {
        let bytes = STANDARD.decode(&self.public_key).ok()?;
        let key = PublicKey::new(bytes.try_into().ok()?).ok()?;
        (key.id() == self.id).then_some(key)
    }
}

impl Subject {
    /// A subject.
    #[must_use]
    pub fn new(name: impl Into<String>, sha256: Sha256Hex) -> Self {
        Self { name: name.into(), digest: DigestSet { sha256 } }
    }
}

impl<P: Predicate> Statement<P> {
    /// A statement of the current version.
    #[must_use]
    pub fn new(subject: Vec<Subject>, predicate: P) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: P::TYPE.to_owned(),
            predicate,
        }
    }

    /// The bytes that are signed: the same for the same statement.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // OK because every type below serializes: texts, integers, lists, maps with text keys.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the shape, without looking at what it says.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let value = json::read(bytes).map_err(|error| match error {
            JsonError::Malformed => ManifestError::StatementMalformed,
            JsonError::DuplicateKey => ManifestError::DuplicateKey,
        })?;
        let word =
            |key: &str| value.get(key).and_then(|v| v.as_str()).ok_or(ManifestError::StatementMalformed);
        let (statement_type, predicate_type) = (word("_type")?, word("predicateType")?);
        if statement_type != STATEMENT_TYPE {
            return Err(ManifestError::StatementType);
        }
        if predicate_type != P::TYPE {
            return Err(ManifestError::PredicateUnknown);
        }
        json::typed(&value).ok_or(ManifestError::StatementMalformed)
    }

    /// Whether the subjects have plain, different names and there is at least one.
    pub(super) fn check_subject_names(&self) -> Result<(), ManifestError> {
        if self.subject.is_empty() {
            return Err(ManifestError::SubjectNone);
        }
        if !self.subject.iter().all(|s| file_name::is_plain(&s.name)) {
            return Err(ManifestError::SubjectName);
        }
        let names: BTreeSet<_> = self.subject.iter().map(|s| s.name.to_lowercase()).collect();
        if names.len() == self.subject.len() { Ok(()) } else { Err(ManifestError::SubjectDuplicate) }
    }
}

/// Checks a statement as a verifier would, signs it and writes the envelope.
///
/// # Errors
/// `signer-differs` if `key` is not the signer that the statement names; whatever
/// [`Predicate::check`] finds: what would not verify is not signed.
pub fn sign<P: Predicate>(statement: &Statement<P>, key: &SigningKey) -> Result<Vec<u8>, ManifestError> {
    if statement.predicate.signer() != &Signer::of(key) {
        return Err(ManifestError::SignerDiffers);
    }
    P::check(statement)?;
    let bytes = statement.to_bytes();
    Statement::<P>::parse(&bytes)?;
    Envelope::sign(&bytes, key)
}
