//! `suppress`: single cells become NULL, by a list of values or because a value is rare.
//!
//! A list names what must not appear (`Z21`); rarity needs the counts of a first pass, in
//! distinct people, and arrives as the set of values that are frequent enough: a value that was
//! not counted is suppressed too. Values are compared as the column's matching copy. NULL stays
//! NULL. Suppressing a whole person or row is the work of the gate, not of this treatment.

use super::{BuildError, Published};
use crate::transform::normalise::Normaliser;
use foldhash::fast::FixedState;
use hashbrown::HashSet;
use std::sync::Arc;

type Values = HashSet<Box<str>, FixedState>;

/// A compiled suppression.
#[derive(Debug, Clone)]
pub struct Suppress {
    rule: Rule,
    normaliser: Normaliser,
}

#[derive(Debug, Clone)]
enum Rule {
    Listed(Arc<Values>),
    AllBut(Arc<Values>),
}

/// The rule "rarer than n people", before the counts are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RareValues {
    people: u64,
}

impl RareValues {
    /// Suppresses values that fewer than `people` distinct people have.
    ///
    /// # Errors
    /// [`BuildError::SuppressesNothing`] if `people` is below 2.
    pub fn new(people: u64) -> Result<Self, BuildError> {
        if people < 2 {
            return Err(BuildError::SuppressesNothing);
        }
        Ok(Self { people })
    }

    /// The rule with the counts of a first pass: each matching copy and its number of people.
    #[must_use]
    pub fn with_counts<'a>(
        self,
        counts: impl IntoIterator<Item = (&'a str, u64)>,
        normaliser: Normaliser,
    ) -> Suppress {
        let frequent = counts
            .into_iter()
            .filter(|(_, people)| *people >= self.people)
            .map(|(value, _)| value.into())
            .collect();
        Suppress { rule: Rule::AllBut(Arc::new(frequent)), normaliser }
    }
}

impl Suppress {
    /// Suppresses the listed values (compared as matching copies).
    ///
    /// # Errors
    /// [`BuildError::SuppressesNothing`] if the list is empty.
    pub fn values(values: &[&str], mut normaliser: Normaliser) -> Result<Self, BuildError> {
        if values.is_empty() {
            return Err(BuildError::SuppressesNothing);
        }
        let listed = values.iter().map(|value| normaliser.apply(value).into()).collect();
        Ok(Self { rule: Rule::Listed(Arc::new(listed)), normaliser })
    }

    /// Appends the cell, or tells that it was suppressed.
    #[inline]
    pub fn apply(&mut self, cell: Option<&str>, out: &mut String) -> Published {
        let Some(text) = cell else {
            return Published::Null;
        };
        let copy = self.normaliser.apply(text);
        let suppressed = match &self.rule {
            Rule::Listed(values) => values.contains(copy),
            Rule::AllBut(values) => !values.contains(copy),
        };
        if suppressed {
            return Published::Suppressed;
        }
        out.push_str(text);
        Published::Text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::transform::normalise::Step;

    fn apply(t: &mut Suppress, cell: Option<&str>) -> (Published, String) {
        let mut out = String::new();
        (t.apply(cell, &mut out), out)
    }

    #[test]
    fn listed_values_as_matching_copies() {
        let fold = Normaliser::new(&[Step::Width, Step::Case]);
        let mut t = Suppress::values(&["Z21", ""], fold).unwrap();
        assert_eq!(apply(&mut t, Some("ｚ２１")), (Published::Suppressed, String::new()));
        assert_eq!(apply(&mut t, Some("")), (Published::Suppressed, String::new()));
        assert_eq!(apply(&mut t, Some("Ｅ11")), (Published::Text, "Ｅ11".to_owned()));
        assert_eq!(apply(&mut t, None), (Published::Null, String::new()));
        assert!(Suppress::values(&[], Normaliser::default()).is_err());
    }

    #[test]
    fn rare_and_uncounted_values() {
        let rule = RareValues::new(10).unwrap();
        let mut t = rule.with_counts([("E11", 10), ("Z21", 9)], Normaliser::default());
        assert_eq!(apply(&mut t, Some("E11")).0, Published::Text);
        assert_eq!(apply(&mut t, Some("Z21")).0, Published::Suppressed);
        assert_eq!(apply(&mut t, Some("A00")).0, Published::Suppressed);
        assert_eq!(apply(&mut t, None).0, Published::Null);
        assert_eq!(RareValues::new(1), Err(BuildError::SuppressesNothing));
    }
}
