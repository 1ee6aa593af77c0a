//! A whole rule pack: texts given as pairs of path and text → checked rules, or all faults.

use super::types::Rule;

/// A checked rule pack.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// Id of the pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over all its texts.
    pub digest: String,
    /// The rules, in natural order of their ids.
    pub rules: Vec<Rule>,
}
