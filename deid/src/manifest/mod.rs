//! The run manifest (加工実施記録): what a run did and measured, signed. docs/manifest.md is the
//! contract; `pia` reads the same document with code of its own, and fixtures/manifest/ holds the
//! vectors on which both must agree.
//!
//! An in-toto Statement v1 inside a DSSE envelope, signed with Ed25519. DSSE signs the exact
//! bytes of the payload, so nothing here depends on a canonical form of JSON; the bytes are
//! nevertheless the same for the same statement, so that two runs can be compared.
//!
//! Reading is strict: a document is accepted only if it says exactly what this program would
//! write for it (order and blanks aside), so unknown keys, missing keys, duplicate keys, numbers
//! that are not integers and second spellings of a value are all refused.
//!
//! Pure: bytes in, bytes out; the time of verification is an argument. Deliberately absent: cells
//! of data, key bytes, reading the published files (`io`), and counting them again (`measure`).

pub mod decimal;
pub mod destroy;
pub mod digest;
pub mod envelope;
pub mod error;
pub mod file_name;
mod json;
pub mod measure;
pub mod remeasure;
pub mod run;
mod run_check;
pub mod statement;
pub mod table;
pub mod time;
pub mod trust;
pub mod verdict;
pub mod verify;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod vectors;

pub use decimal::Decimal;
pub use digest::Sha256Hex;
pub use error::ManifestError;
pub use run::RunManifest;
pub use statement::{Predicate, Signer, Statement, Subject, sign};
pub use time::{CalendarDate, UtcTime};
pub use trust::{Pin, TrustedKeys};
pub use verify::{Intact, Trusted, verify_intact, verify_trusted};
