//! `generalize`: the label of the value at one level of its hierarchy.
//!
//! The level is the recipe's or the one the search chose. NULL stays NULL up to `*`, which covers
//! it (design §4.4).

use super::{BuildError, Published, TreatmentError};
use crate::transform::hierarchy::{Hierarchy, TOP};
use crate::transform::value::number::Decimal;
use std::sync::Arc;

/// A hierarchy at a fixed level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generalize {
    hierarchy: Arc<Hierarchy>,
    level: usize,
    is_top: bool,
}

impl Generalize {
    /// Level 0 is the value itself, the last level `*`.
    ///
    /// # Errors
    /// [`BuildError::NoSuchLevel`].
    pub fn new(hierarchy: Arc<Hierarchy>, level: usize) -> Result<Self, BuildError> {
        let levels = hierarchy.levels();
        if level >= levels {
            return Err(BuildError::NoSuchLevel);
        }
        Ok(Self { hierarchy, level, is_top: level + 1 == levels })
    }

    /// The hierarchy.
    #[must_use]
    pub fn hierarchy(&self) -> &Arc<Hierarchy> {
        &self.hierarchy
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> usize {
        self.level
    }

    /// Lets labels of a preceding top- or bottom-coding stand for their numbers, on a copy of the
    /// hierarchy (other columns may share it).
    pub(crate) fn teach(&mut self, labels: &[(String, Decimal)]) {
        let mut hierarchy = (*self.hierarchy).clone();
        for (label, number) in labels {
            hierarchy.add_alias(label, *number);
        }
        self.hierarchy = Arc::new(hierarchy);
    }

    /// Appends the label.
    ///
    /// # Errors
    /// [`TreatmentError::NotInHierarchy`].
    #[inline]
    pub fn apply(&self, cell: Option<&str>, out: &mut String) -> Result<Published, TreatmentError> {
        match cell {
            Some(leaf) => self.hierarchy.label(leaf, self.level, out)?,
            None if self.is_top => out.push_str(TOP),
            None => return Ok(Published::Null),
        }
        Ok(Published::Text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::transform::hierarchy::Prefix;

    #[test]
    fn null_is_covered_by_the_top_only() {
        let hierarchy: Arc<Hierarchy> = Arc::new(Prefix::new(&[3]).unwrap().into());
        let cases = [
            (0, None, (Published::Null, "")),
            (1, None, (Published::Null, "")),
            (2, None, (Published::Text, "*")),
            (1, Some(""), (Published::Text, "")),
            (1, Some("NA"), (Published::Text, "NA")),
            (1, Some("3050801"), (Published::Text, "305*")),
        ];
        for (level, cell, expected) in cases {
            let mut out = String::new();
            let t = Generalize::new(hierarchy.clone(), level).unwrap();
            assert_eq!((t.apply(cell, &mut out).unwrap(), out.as_str()), expected);
        }
        assert_eq!(Generalize::new(hierarchy, 3), Err(BuildError::NoSuchLevel));
    }
}
