//! The one way from bytes to evidence.

use super::contract::{PREDICATE_TYPE, STATEMENT, STATEMENT_TYPE};
use super::envelope::Envelope;
use super::error::EvidenceError;
use super::node::{Node, TreeError};
use super::run_manifest::RunManifest;
use super::time::Moment;
use super::trust::{Entry, TrustList};
use super::{consistency, key_id};
use crate::digest::sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// Evidence that passed signature, trust and digests. Exists only through [`verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    content: T,
    signer: String,
    holder: String,
    payload_sha256: String,
    compared: bool,
}

impl<T> Verified<T> {
    /// What is stated.
    #[must_use]
    pub fn content(&self) -> &T {
        &self.content
    }

    /// Id of the key that signed it.
    #[must_use]
    pub fn signer(&self) -> &str {
        &self.signer
    }

    /// Who holds that key, in the words of the trust list.
    #[must_use]
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// Whether the published files were at hand and are those that the statement names.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        self.compared
    }

    /// Digest of the signed bytes, by which later releases and re-measurements name it.
    #[must_use]
    pub fn payload_sha256(&self) -> &str {
        &self.payload_sha256
    }
}

/// Verifies a run manifest as of `now` against the keys that a case trusts and the files that lie
/// beside it (`files`: plain name → SHA-256 in lower-case digits, every file of the folder except
/// the manifest and its re-measurements).
///
/// # Errors
/// The first [`EvidenceError`] in the order of docs/manifest.md. A predicate or version that is
/// not known is an error, never a pass.
pub fn verify(
    bytes: &[u8],
    trust: &TrustList,
    now: &Moment,
    files: &BTreeMap<String, String>,
) -> Result<Verified<RunManifest>, EvidenceError> {
    check(bytes, trust, now, Some(files))
}

/// As [`verify`], where the published files are not at hand: what is stated about them is the
/// signer's word, and [`Verified::is_compared`] says so.
///
/// # Errors
/// As [`verify`], without those about files.
pub fn verify_alone(
    bytes: &[u8],
    trust: &TrustList,
    now: &Moment,
) -> Result<Verified<RunManifest>, EvidenceError> {
    check(bytes, trust, now, None)
}

fn check(
    bytes: &[u8],
    trust: &TrustList,
    now: &Moment,
    files: Option<&BTreeMap<String, String>>,
) -> Result<Verified<RunManifest>, EvidenceError> {
    let envelope = Envelope::parse(bytes)?;
    let candidates = signers(&envelope, trust, now)?;
    let statement = statement(&envelope.payload)?;
    let named = statement.at("predicate").at("signer");
    let entry =
        candidates.into_iter().find(|entry| names(named, entry)).ok_or(EvidenceError::SignerDiffers)?;
    let run = RunManifest::read(&statement).ok_or(EvidenceError::StatementMalformed)?;
    if run.run_time > *now {
        return Err(EvidenceError::RunInFuture);
    }
    if !entry.covers(&run.run_time) {
        return Err(EvidenceError::RunOutsidePin);
    }
    consistency::check(&statement, &run)?;
    if let Some(files) = files {
        compare(&run.subjects, files)?;
    }
    Ok(Verified {
        content: run,
        signer: entry.id.clone(),
        holder: entry.holder.clone(),
        payload_sha256: sha256(&envelope.payload),
        compared: files.is_some(),
    })
}

/// The pinned keys that signed and are trusted now.
fn signers<'a>(
    envelope: &Envelope,
    trust: &'a TrustList,
    now: &Moment,
) -> Result<Vec<&'a Entry>, EvidenceError> {
    let pinned: Vec<&Entry> = envelope.claimed().filter_map(|id| trust.entry(id)).collect();
    if !pinned.iter().all(|entry| envelope.is_signed_by(&entry.id, &entry.key)) {
        return Err(EvidenceError::SignatureInvalid);
    }
    let now_trusted: Vec<&Entry> = pinned.iter().copied().filter(|entry| entry.covers(now)).collect();
    if !now_trusted.is_empty() {
        return Ok(now_trusted);
    }
    Err(match pinned.as_slice() {
        [] if envelope.claimed().any(key_id::is_demo) => EvidenceError::DemoKey,
        [] => EvidenceError::UnknownSigner,
        some if some.iter().any(|entry| entry.begins_after(now)) => EvidenceError::PinNotYetValid,
        _ => EvidenceError::PinExpired,
    })
}

fn statement(payload: &[u8]) -> Result<Node, EvidenceError> {
    let tree = Node::read(payload).map_err(|error| match error {
        TreeError::KeyTwice => EvidenceError::DuplicateKey,
        TreeError::NotStrictJson => EvidenceError::StatementMalformed,
    })?;
    match (tree.at("_type"), tree.at("predicateType")) {
        (Node::Text(kind), Node::Text(_)) if kind != STATEMENT_TYPE => Err(EvidenceError::StatementType),
        (Node::Text(_), Node::Text(predicate)) if predicate != PREDICATE_TYPE => {
            Err(EvidenceError::PredicateUnknown)
        }
        _ if STATEMENT.fits(&tree) => Ok(tree),
        _ => Err(EvidenceError::StatementMalformed),
    }
}

/// Whether the signer that the statement names is this key, by id and by bytes.
fn names(signer: &Node, entry: &Entry) -> bool {
    let bytes = STANDARD.decode(signer.at("public_key").text());
    signer.at("id").text() == entry.id && bytes.is_ok_and(|bytes| bytes == entry.key)
}

fn compare(subjects: &[(String, String)], files: &BTreeMap<String, String>) -> Result<(), EvidenceError> {
    let differs = |(name, digest): &(String, String)| files.get(name).is_some_and(|found| found != digest);
    if subjects.iter().any(differs) {
        return Err(EvidenceError::SubjectDiffers);
    }
    if !subjects.iter().all(|(name, _)| files.contains_key(name)) {
        return Err(EvidenceError::SubjectMissing);
    }
    if files.len() != subjects.len() {
        return Err(EvidenceError::SubjectExtra);
    }
    Ok(())
}
