//! Run manifests as evidence: bytes → [`Verified<RunManifest>`], or a reason why not.
//!
//! An own, narrow reader of the document that docs/manifest.md describes. It shares no code with
//! the writer and works differently: one tree, one table of shapes (`contract.rs`), and then
//! only the fields that a judgement needs. Both readers must agree on every vector.
//!
//! Pure: no file, no clock. Deliberately absent: a way to a `Verified` value without signature
//! and trust. Where the published files are not at hand (they are personal data, and a case folder
//! is no place for them), a `Verified` says that they were not compared. What evidence is worth to
//! a case stands in `status`.

mod consistency;
mod contents;
mod contract;
mod ed25519;
mod envelope;
mod error;
mod key_id;
mod names;
mod node;
mod promise;
mod run_manifest;
mod shape;
pub mod status;
mod time;
mod trust;
mod verify;

pub use error::EvidenceError;
pub use run_manifest::{Figure, Gate, Key, Limit, Measure, ModelLimit, RunManifest};
pub use status::EvidenceStatus;
pub use time::{Day, Moment};
pub use trust::{Pin, TrustList};
pub use verify::{Verified, verify, verify_alone};

#[cfg(test)]
mod status_tests;
#[cfg(test)]
mod vectors;
