//! From bytes to a statement that may be believed, in two steps that are never shown alike.
//!
//! [`Intact`]: the document is whole, signed by the key it names, and agrees with itself; anyone
//! can make such a document. [`Trusted`]: moreover the signer is pinned, for the time of the run
//! and the time of verification. Both types exist only after their checks.

use super::Sha256Hex;
use super::envelope::Envelope;
use super::error::ManifestError;
use super::statement::{Predicate, Statement};
use super::time::UtcTime;
use super::trust::{Period, TrustedKey, TrustedKeys};
use crate::crypto::{KeyId, Label, demo};
use std::collections::BTreeMap;

/// A statement whose signature holds with the key that it names itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intact<P> {
    statement: Statement<P>,
    payload_sha256: Sha256Hex,
}

/// An intact statement signed by a pinned key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted<P> {
    intact: Intact<P>,
    holder: Label,
}

impl<P: Predicate> Intact<P> {
    /// The statement.
    #[must_use]
    pub fn statement(&self) -> &Statement<P> {
        &self.statement
    }

    /// Digest of the signed bytes: the name of this statement for later ones.
    #[must_use]
    pub fn payload_sha256(&self) -> &Sha256Hex {
        &self.payload_sha256
    }

    /// The key that signed it.
    #[must_use]
    pub fn signer(&self) -> &KeyId {
        &self.statement.predicate.signer().id
    }

    /// Whether it is signed by the public demo key and so proves nothing.
    #[must_use]
    pub fn is_demo_signed(&self) -> bool {
        demo::is_demo_id(self.signer())
    }

    /// Compares the subjects with what lies there: `files` holds the name and digest of every
    /// file of the folder, the manifest and its re-measurements apart.
    ///
    /// # Errors
    /// `subject-differs`, `subject-missing`, `subject-extra`, in this order.
    pub fn check_subjects(&self, files: &BTreeMap<String, Sha256Hex>) -> Result<(), ManifestError> {
        let subjects = &self.statement.subject;
        let found = |name: &str| files.get(name);
        if subjects.iter().any(|s| found(&s.name).is_some_and(|digest| *digest != s.digest.sha256)) {
            return Err(ManifestError::SubjectDiffers);
        }
        if subjects.iter().any(|s| found(&s.name).is_none()) {
            return Err(ManifestError::SubjectMissing);
        }
        if files.keys().any(|name| !subjects.iter().any(|s| s.name == *name)) {
            return Err(ManifestError::SubjectExtra);
        }
        Ok(())
    }
}

impl<P: Predicate> Trusted<P> {
    /// The statement and what is known without trust.
    #[must_use]
    pub fn intact(&self) -> &Intact<P> {
        &self.intact
    }

    /// Who holds the key that signed it, in the words of the trust list.
    #[must_use]
    pub fn holder(&self) -> &Label {
        &self.holder
    }
}

/// Verifies without trust: signature by the key that the statement names, shape, consistency.
///
/// # Errors
/// The first [`ManifestError`] found. The payload is parsed (strictly) before its signature can be
/// checked, because the key stands in it.
pub fn verify_intact<P: Predicate>(bytes: &[u8]) -> Result<Intact<P>, ManifestError> {
    let envelope = Envelope::parse(bytes)?;
    let statement = Statement::<P>::parse(envelope.payload())?;
    let key = statement.predicate.signer().key().ok_or(ManifestError::SignerDiffers)?;
    if !envelope.key_ids().any(|id| *id == key.id()) {
        return Err(ManifestError::SignerDiffers);
    }
    envelope.verify_by(&key)?;
    P::check(&statement)?;
    Ok(Intact { payload_sha256: Sha256Hex::of(envelope.payload()), statement })
}

/// Verifies with trust, as of `now`: nothing of the payload is read before a pinned key's
/// signature over it holds. A signature that names a pinned key and does not hold refuses the
/// document even beside a good one; signatures of unknown keys are ignored.
///
/// # Errors
/// The first [`ManifestError`] found, in the order that docs/manifest.md gives.
pub fn verify_trusted<P: Predicate>(
    bytes: &[u8],
    trusted: &TrustedKeys,
    now: &UtcTime,
) -> Result<Trusted<P>, ManifestError> {
    let envelope = Envelope::parse(bytes)?;
    let pins: Vec<&TrustedKey> = envelope.key_ids().filter_map(|id| trusted.pin(id)).collect();
    for pin in &pins {
        envelope.verify_by(pin.key())?;
    }
    if pins.is_empty() {
        let by_demo = envelope.key_ids().any(demo::is_demo_id);
        return Err(if by_demo { ManifestError::DemoKey } else { ManifestError::UnknownSigner });
    }
    let valid: Vec<&TrustedKey> = pins.iter().copied().filter(|p| p.period(now) == Period::Within).collect();
    if valid.is_empty() {
        let early = pins.iter().any(|p| p.period(now) == Period::Before);
        return Err(if early { ManifestError::PinNotYetValid } else { ManifestError::PinExpired });
    }
    let statement = Statement::<P>::parse(envelope.payload())?;
    let signer = statement.predicate.signer().key().ok_or(ManifestError::SignerDiffers)?;
    let pin = valid.into_iter().find(|p| *p.key() == signer).ok_or(ManifestError::SignerDiffers)?;
    let run_time = statement.predicate.time();
    if run_time > now {
        return Err(ManifestError::RunInFuture);
    }
    if pin.period(run_time) != Period::Within {
        return Err(ManifestError::RunOutsidePin);
    }
    P::check(&statement)?;
    let holder = pin.holder().clone();
    Ok(Trusted { intact: Intact { payload_sha256: Sha256Hex::of(envelope.payload()), statement }, holder })
}
