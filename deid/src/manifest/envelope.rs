//! DSSE: the envelope around a signed statement (DSSE v1.0.2, protocol.md and envelope.md).
//!
//! What is signed is `PAE = "DSSEv1" SP len(type) SP type SP len(payload) SP payload`, with the
//! exact bytes of the payload. Narrower than DSSE where DSSE leaves a choice: base64 is standard,
//! padded and canonical; `keyid` must be there and name a signing key; unknown keys are refused.

use super::error::ManifestError;
use super::json::{self, JsonError};
use crate::crypto::{KeyId, KeyKind, PublicKey, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The only payload type.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// Greatest length of an envelope, in bytes. A manifest of 100 tables is below 1 MB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Greatest number of signatures.
pub const MAX_SIGNATURES: usize = 16;

/// A parsed envelope. Nothing in it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    signatures: Vec<(KeyId, Vec<u8>)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Wire {
    payload_type: String,
    payload: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSignature {
    keyid: String,
    sig: String,
}

impl Envelope {
    /// Reads an envelope without believing anything in it.
    ///
    /// # Errors
    /// `too-large`, `envelope-malformed`, `duplicate-key`, `payload-type`, `base64`, `unsigned`,
    /// in this order.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAX_BYTES {
            return Err(ManifestError::TooLarge);
        }
        let value = json::read(bytes).map_err(|error| match error {
            JsonError::Malformed => ManifestError::EnvelopeMalformed,
            JsonError::DuplicateKey => ManifestError::DuplicateKey,
        })?;
        let wire: Wire = json::typed(&value).ok_or(ManifestError::EnvelopeMalformed)?;
        if wire.payload_type != PAYLOAD_TYPE {
            return Err(ManifestError::PayloadType);
        }
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| ManifestError::Base64);
        let payload = decode(&wire.payload)?;
        if wire.signatures.is_empty() {
            return Err(ManifestError::Unsigned);
        }
        if wire.signatures.len() > MAX_SIGNATURES {
            return Err(ManifestError::EnvelopeMalformed);
        }
        let mut signatures: Vec<(KeyId, Vec<u8>)> = Vec::new();
        for WireSignature { keyid, sig } in &wire.signatures {
            let id = KeyId::parse(keyid).filter(|id| id.kind() == KeyKind::Signing);
            let id = id.ok_or(ManifestError::EnvelopeMalformed)?;
            if signatures.iter().any(|(other, _)| *other == id) {
                return Err(ManifestError::EnvelopeMalformed);
            }
            signatures.push((id, decode(sig)?));
        }
        Ok(Self { payload, signatures })
    }

    /// Signs `payload` and writes the envelope, with a final line end.
    ///
    /// # Errors
    /// [`ManifestError::CannotSign`] if the library refuses the key.
    pub fn sign(payload: &[u8], key: &SigningKey) -> Result<Vec<u8>, ManifestError> {
        let signature = key.sign(&pae(PAYLOAD_TYPE, payload)).map_err(|_| ManifestError::CannotSign)?;
        Ok(Self::write(PAYLOAD_TYPE, payload, &[(key.public().id().to_string(), signature.to_vec())]))
    }

    pub(super) fn write(payload_type: &str, payload: &[u8], signatures: &[(String, Vec<u8>)]) -> Vec<u8> {
        let signatures = signatures
            .iter()
            .map(|(id, sig)| WireSignature { keyid: id.clone(), sig: STANDARD.encode(sig) })
            .collect();
        let wire =
            Wire { payload_type: payload_type.to_owned(), payload: STANDARD.encode(payload), signatures };
        // OK because strings and lists of strings always serialize.
        let mut bytes = serde_json::to_vec(&wire).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The bytes that were signed. Not verified.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The keys that the envelope says signed it. A claim only.
    pub fn key_ids(&self) -> impl Iterator<Item = &KeyId> {
        self.signatures.iter().map(|(id, _)| id)
    }

    /// Checks the signature that names `key`'s id.
    ///
    /// # Errors
    /// [`ManifestError::SignatureInvalid`] if there is none or it does not hold.
    pub fn verify_by(&self, key: &PublicKey) -> Result<(), ManifestError> {
        let id = key.id();
        let (_, signature) =
            self.signatures.iter().find(|(other, _)| *other == id).ok_or(ManifestError::SignatureInvalid)?;
        key.verify(&pae(PAYLOAD_TYPE, &self.payload), signature).map_err(|_| ManifestError::SignatureInvalid)
    }
}

/// Pre-authentication encoding: what the signature is made over.
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// The example of DSSE's protocol.md.
    #[test]
    fn pae_as_published() {
        assert_eq!(
            pae("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
        assert_eq!(pae("字", "é".as_bytes()), "DSSEv1 3 字 2 é".as_bytes());
    }

    #[test]
    fn signs_and_reads_back() {
        let key = SigningKey::demo().unwrap();
        let bytes = Envelope::sign(b"{}", &key).unwrap();
        assert_eq!(bytes, Envelope::sign(b"{}", &key).unwrap());
        let envelope = Envelope::parse(&bytes).unwrap();
        assert_eq!(envelope.payload(), b"{}");
        assert_eq!(envelope.key_ids().collect::<Vec<_>>(), [&key.public().id()]);
        assert_eq!(envelope.verify_by(key.public()), Ok(()));
    }
}
