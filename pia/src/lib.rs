//! Privacy impact assessment of declared data flows.
//!
//! What is here now: [`evidence`], the reader of signed run manifests (加工実施記録). A case will
//! say "this flow carries only k ≥ 10 data"; a manifest that passes [`evidence::verify`] is what
//! can show it. Declaring a case, asking, checking, judging and writing the dossier come later
//! and are not begun here.
//!
//! This crate does not depend on `deid`, which writes those manifests: the judge does not link the
//! judged. They meet in docs/manifest.md and the vectors in fixtures/manifest/.

pub mod diagram;
pub mod evidence;
