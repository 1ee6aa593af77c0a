//! The root key: 32 bytes from which every pseudonym, offset and order of a run follows.
//!
//! A `RootKey` can be used and named, but not written: it has no method that reveals its bytes.
//! What can be written is a [`super::KeyFile`], which only generates or parses its own secret and
//! never takes one from a `RootKey`. So a memory-only key (匿名加工) cannot reach a disk by any
//! sequence of calls. The following does not compile:
//!
//! ```compile_fail
//! let key = deid::crypto::RootKey::ephemeral().unwrap();
//! let text = key.to_text();
//! ```

use super::demo;
use super::key_id::{KeyId, KeyKind};
use super::prf::Prf;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use zeroize::Zeroizing;

/// Message whose HMAC under the root key is the key's id.
const ID_MESSAGE: &[u8] = b"deid key id v1";

/// Where the bytes of a key come from and how long they live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lifetime {
    /// Read from a key file, which outlives the run.
    File,
    /// Drawn for this run and gone with it.
    Memory,
    /// The public demo key: known to everyone.
    BuiltIn,
}

/// Why a key could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// A root key in memory. Zeroed when dropped.
///
/// ```compile_fail
/// // Secrets are not copied.
/// let key = deid::crypto::RootKey::demo();
/// let copy = key.clone();
/// ```
pub struct RootKey {
    secret: Zeroizing<[u8; 32]>,
    id: KeyId,
    lifetime: Lifetime,
}

impl RootKey {
    /// Draws a key that lives in memory only (匿名加工: nobody can link a later release to it).
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`] where the operating system refuses; never a weaker key.
    pub fn ephemeral() -> Result<Self, KeyError> {
        Ok(Self::from_secret(random()?, Lifetime::Memory))
    }

    /// The built-in demo key. Its bytes are public ([`demo::ROOT_PHRASE`]); what it protects is
    /// protected from nobody.
    #[must_use]
    pub fn demo() -> Self {
        Self::from_secret(demo::root_secret(), Lifetime::BuiltIn)
    }

    pub(super) fn from_secret(secret: Zeroizing<[u8; 32]>, lifetime: Lifetime) -> Self {
        let id = KeyId::from_digest(KeyKind::Root, Prf::new(&secret).tag256(ID_MESSAGE));
        Self { secret, id, lifetime }
    }

    /// The key's published name.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// How long the key's bytes exist.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// Whether these are the demo key's bytes, wherever they were read from.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        demo::is_demo_id(&self.id)
    }

    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootKey")
            .field("id", &self.id)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// 32 bytes from the operating system.
pub(super) fn random() -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    SystemRandom::new().fill(bytes.as_mut_slice()).map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn ephemeral_keys_differ_and_live_in_memory() {
        let (a, b) = (RootKey::ephemeral().unwrap(), RootKey::ephemeral().unwrap());
        assert_ne!(a.id(), b.id());
        assert_ne!(a.secret(), b.secret());
        assert_eq!((a.lifetime(), a.is_demo()), (Lifetime::Memory, false));
    }

    #[test]
    fn the_demo_key_is_known_by_its_bytes_not_by_its_origin() {
        let copied = RootKey::from_secret(demo::root_secret(), Lifetime::File);
        assert!(copied.is_demo());
        assert!(RootKey::demo().is_demo());
        assert_eq!(RootKey::demo().lifetime(), Lifetime::BuiltIn);
    }

    #[test]
    fn the_id_is_the_documented_hmac() {
        let key = RootKey::from_secret(Zeroizing::new(std::array::from_fn(|i| i as u8)), Lifetime::File);
        // printf 'deid key id v1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
        assert_eq!(key.id().as_str(), "root-F34SW4C8M6NJZTSR");
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", RootKey::from_secret(Zeroizing::new([0x41; 32]), Lifetime::File));
        assert!(shown.starts_with("RootKey { id: root-"), "{shown}");
        assert!(!shown.contains("65") && !shown.contains("AAAA") && !shown.contains("4141"), "{shown}");
    }
}
