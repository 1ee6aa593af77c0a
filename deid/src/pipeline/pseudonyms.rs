//! The pseudonyms of people in the pass that writes: made once per person, not once per row.
//!
//! Why here: pass 1 has numbered the people by the very text that their pseudonym is made of, so a
//! tag found by that number is the tag that the column's chain would make. Sixteen bytes and a
//! state per person; workers share them, and whoever comes first makes one.

use std::sync::{Arc, OnceLock};

use super::apply::Verdict;
use super::compile::{Keys, tag_text};
use super::layout::{PersonSource, TableLayout};
use super::people::People;
use crate::crypto::Prf;
use crate::recipe::Step;
use crate::transform::treatment::TagText;

/// The pseudonyms of people as they are met.
pub(crate) struct Pseudonyms<'a> {
    people: &'a People,
    prf: Arc<Prf>,
    text: TagText,
    tags: Vec<OnceLock<[u8; 16]>>,
}

impl<'a> Pseudonyms<'a> {
    /// For a column that names the person and is pseudonymised as it stands: its matching text is
    /// what people are told apart by.
    pub(crate) fn new(
        table: &TableLayout<'_>,
        column: usize,
        verdict: Option<&Verdict<'a>>,
        keys: &Keys,
    ) -> Option<Self> {
        let spec = table.spec.columns.get(column).filter(|_| table.person == PersonSource::Column(column))?;
        let [Step::Pseudonym { domain, form, .. }] = spec.steps.as_slice() else { return None };
        let people = &verdict?.counts.people;
        let mut tags = Vec::new();
        tags.resize_with(people.names.len() as usize, OnceLock::new);
        Some(Self { people, prf: Arc::clone(keys.domains.get(domain)?), text: tag_text(*form), tags })
    }

    /// Fetches what [`Pseudonyms::push`] will look at for these people.
    pub(crate) fn touch(&self, people: impl Iterator<Item = u32>) {
        let made = |person: &u32| self.tags.get(*person as usize).is_some_and(|t| t.get().is_some());
        std::hint::black_box(people.filter(made).count());
    }

    /// Appends the pseudonym of a person; `false` where the chain must decide.
    pub(crate) fn push(&self, person: u32, out: &mut String) -> bool {
        let Some(slot) = self.tags.get(person as usize) else { return false };
        let tag = match slot.get() {
            Some(tag) => tag,
            None => match self.people.names.text(person) {
                "" => return false,
                name => slot.get_or_init(|| self.prf.tag128(name.as_bytes())),
            },
        };
        (self.text)(tag, out);
        true
    }
}
