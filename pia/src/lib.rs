//! Privacy impact assessment of declared data flows.
//!
//! declare → ask → check → judge → report → review. The rooms, from the core outwards:
//! `case` (what a use case declares), `question` (what the flows cannot say), `rule` (cited
//! conditions), `evidence` (what proves a claim), `risk`, `judge`, `diagram`, `dossier`, `review`;
//! `io` alone opens files, `cli` alone speaks to people.
//!
//! This crate does not depend on `deid`, which writes run manifests: the judge does not link the
//! judged. They meet in docs/manifest.md and the vectors in fixtures/manifest/.

pub mod bilingual;
pub mod case;
pub mod cli;
pub mod codes;
pub mod diagram;
pub mod digest;
pub mod dossier;
pub mod error;
pub mod evidence;
pub mod hidden;
pub mod io;
pub mod judge;
pub mod question;
pub mod review;
pub mod risk;
pub mod rule;
pub mod words;
mod xml;
