//! De-identification of exchanged tables: read → classify → transform → measure → publish.
//!
//! A *recipe* says what happens to every column of every table of one exchange. The crate reads
//! the tables as text, makes pseudonyms with keyed hashes, generalises quasi-identifiers along
//! declared hierarchies, suppresses what stays too rare, **measures** what it made on the
//! published bytes, and signs a *run manifest*.
//!
//! Deliberately absent: network access, telemetry, a key inside a recipe, a way to publish below
//! the gate, and cells of data in errors, manifests or reports.
//!
//! Direction of dependency: `cli` → everything; `io` alone opens files; `crypto` alone touches
//! key bytes; `recipe`, `classify`, `transform`, `anonymity` and `measure` know no file, clock,
//! environment or terminal.

pub mod anonymity;
pub mod classify;
pub mod cli;
pub mod codes;
pub mod crypto;
pub mod error;
pub mod io;
pub mod manifest;
pub mod measure;
pub mod pipeline;
pub mod process;
pub mod recipe;
pub mod report;
pub mod rulepack;
pub mod synth;
pub mod transform;
pub mod words;
