//! The demo keys: built in, public, for trying out and for fixtures.
//!
//! Each secret is the SHA-256 of a published phrase, so that nobody can claim not to have known.
//! Whatever signs or pseudonymises with them is marked as a demo; no verification in this project
//! trusts them, whatever a trust list says.

use super::key::RootKey;
use super::key_id::KeyId;
use super::sign::SigningKey;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// The demo root secret is SHA-256 of this phrase.
pub const ROOT_PHRASE: &str = "deid demo root key v1: public, protects nothing";

/// The demo signing seed is SHA-256 of this phrase.
pub const SIGNING_PHRASE: &str = "deid demo signing key v1: public, proves nothing";

pub(super) fn root_secret() -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Sha256::digest(ROOT_PHRASE).into())
}

pub(super) fn signing_seed() -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Sha256::digest(SIGNING_PHRASE).into())
}

/// Whether the id is that of one of the two demo keys.
#[must_use]
pub fn is_demo_id(id: &KeyId) -> bool {
    static ROOT: OnceLock<KeyId> = OnceLock::new();
    static SIGNER: OnceLock<Option<KeyId>> = OnceLock::new();
    let root = ROOT.get_or_init(|| RootKey::demo().id().clone());
    let signer = SIGNER.get_or_init(|| SigningKey::demo().ok().map(|key| key.public().id()));
    id == root || Some(id) == signer.as_ref()
}
