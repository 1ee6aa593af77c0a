//! The DSSE envelope, parsed and not believed.

use super::contract::{ENVELOPE, MAX_BYTES, MAX_SIGNATURES, PAYLOAD_TYPE};
use super::error::EvidenceError;
use super::node::{Node, TreeError};
use super::{ed25519, key_id};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) struct Envelope {
    pub(super) payload: Vec<u8>,
    signatures: Vec<(String, Vec<u8>)>,
}

impl Envelope {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        if bytes.len() > MAX_BYTES {
            return Err(EvidenceError::TooLarge);
        }
        let tree = Node::read(bytes).map_err(|error| match error {
            TreeError::KeyTwice => EvidenceError::DuplicateKey,
            TreeError::NotStrictJson => EvidenceError::EnvelopeMalformed,
        })?;
        if !ENVELOPE.fits(&tree) {
            return Err(EvidenceError::EnvelopeMalformed);
        }
        if tree.at("payloadType").text() != PAYLOAD_TYPE {
            return Err(EvidenceError::PayloadType);
        }
        let payload = decode(tree.at("payload"))?;
        let listed = tree.at("signatures").items();
        match listed.len() {
            0 => return Err(EvidenceError::Unsigned),
            1..=MAX_SIGNATURES => {}
            _ => return Err(EvidenceError::EnvelopeMalformed),
        }
        let mut signatures: Vec<(String, Vec<u8>)> = Vec::with_capacity(listed.len());
        for entry in listed {
            let id = entry.at("keyid").text();
            if !key_id::is_signing_id(id) || signatures.iter().any(|(other, _)| other == id) {
                return Err(EvidenceError::EnvelopeMalformed);
            }
            signatures.push((id.to_owned(), decode(entry.at("sig"))?));
        }
        Ok(Self { payload, signatures })
    }

    /// The ids that the envelope claims as signers.
    pub(super) fn claimed(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|(id, _)| id.as_str())
    }

    /// Whether every signature that claims this id is by this key, and there is one.
    pub(super) fn is_signed_by(&self, id: &str, key: &[u8; 32]) -> bool {
        let mut message =
            format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), self.payload.len()).into_bytes();
        message.extend(&self.payload);
        let mut own = self.signatures.iter().filter(|(claimed, _)| claimed == id).peekable();
        own.peek().is_some() && own.all(|(_, signature)| ed25519::holds(key, &message, signature))
    }
}

fn decode(node: &Node) -> Result<Vec<u8>, EvidenceError> {
    STANDARD.decode(node.text()).map_err(|_| EvidenceError::Base64)
}
