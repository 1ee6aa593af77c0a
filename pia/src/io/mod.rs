//! The only room that opens files: case folders in, outputs out.

pub mod case_folder;
pub mod publish;
pub mod rule_folder;
