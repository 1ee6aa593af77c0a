//! Keys, subkeys, keyed hashes and signatures: the only module that touches key bytes.
//!
//! Pure: no file, clock, environment or terminal. Randomness is drawn from the operating system
//! in the functions named `generate` and `ephemeral`, and nowhere else.
//!
//! The primitives are those of `ring` (HKDF, Ed25519, randomness) and of `hmac` + `sha2` (HMAC
//! with a pre-keyed state, which is what makes one pseudonym cost ~0.1 µs), and of `siphasher` for
//! the order of rows alone. No primitive of our own. Deliberately absent: unkeyed hashes of values (a dictionary undoes them in minutes), a
//! function that hashes one value for a person who asks, reversible pseudonyms, and any
//! `Clone`, `Serialize` or revealing `Debug` on a secret.

pub mod demo;
pub mod derive;
pub mod key;
pub mod key_file;
pub mod key_id;
mod key_text;
pub mod label;
pub mod order;
pub mod prf;
pub mod sign;
pub mod text;

pub use derive::{Context, DeriveError, Purpose, SubkeyInfo};
pub use key::{KeyError, Lifetime, RootKey};
pub use key_file::{KeyFile, KeyFileError, PublicKeyFile};
pub use key_id::{KeyId, KeyKind};
pub use label::{Label, LabelError};
pub use order::OrderKey;
pub use prf::Prf;
pub use sign::{PublicKey, SignError, SigningKey};
pub use text::Encoding;
