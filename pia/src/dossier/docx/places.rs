//! Names of bookmarks for the ids of a dossier.
//!
//! Why here: Word takes at most 40 letters, digits and low lines, each name once; ids have more.
//! Deliberately absent: an opinion on ids used twice; the first place wins.

use std::collections::{BTreeMap, BTreeSet};

use super::markup::put;
use crate::dossier::model::{Anchor, Block, Dossier};

/// The bookmark of each id that has a place in the dossier.
#[derive(Debug, Default)]
pub(super) struct Places {
    names: BTreeMap<Anchor, String>,
    taken: BTreeSet<String>,
    placed: BTreeSet<Anchor>,
}

impl Places {
    pub(super) fn of(dossier: &Dossier) -> Self {
        let mut places = Self::default();
        for section in &dossier.sections {
            places.add(&section.id);
            for block in &section.blocks {
                match block {
                    Block::Heading { id, .. }
                    | Block::Paragraph { id, .. }
                    | Block::List { id, .. }
                    | Block::Fields { id, .. }
                    | Block::Figure { id, .. }
                    | Block::Counters { id, .. }
                    | Block::Notice { id, .. }
                    | Block::SignOff { id, .. } => places.add(id),
                    Block::Table(table) => {
                        places.add(&table.id);
                        table.rows.iter().filter_map(|row| row.id.as_ref()).for_each(|id| places.add(id));
                    }
                    Block::PageBreak => {}
                }
            }
        }
        places
    }

    fn add(&mut self, anchor: &Anchor) {
        if anchor.as_str().is_empty() || self.names.contains_key(anchor) {
            return;
        }
        let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let stem: String = "p_".chars().chain(anchor.as_str().chars().map(safe).take(30)).collect();
        // Word compares names without case.
        let names = std::iter::once(stem.clone()).chain((2..).map(|at: u32| format!("{stem}_{at}")));
        let Some(name) = names.into_iter().find(|name| !self.taken.contains(&name.to_ascii_lowercase()))
        else {
            return;
        };
        self.taken.insert(name.to_ascii_lowercase());
        self.names.insert(anchor.clone(), name);
    }

    /// The bookmark's name, if the id has a place.
    pub(super) fn name(&self, anchor: &Anchor) -> Option<&str> {
        self.names.get(anchor).map(String::as_str)
    }

    /// Both ends of the bookmark, the first time that the id is met.
    pub(super) fn mark(&mut self, anchor: &Anchor) -> String {
        let mut out = String::new();
        if let Some(name) = self.names.get(anchor)
            && self.placed.insert(anchor.clone())
        {
            let id = self.placed.len();
            put(
                &mut out,
                format_args!(r#"<w:bookmarkStart w:id="{id}" w:name="{name}"/><w:bookmarkEnd w:id="{id}"/>"#),
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_distinct_and_stable() {
        let mut places = Places::default();
        let long = "a".repeat(60);
        let ids = ["flow-F01", "flow.F01", "FLOW-F01", long.as_str(), &format!("{long}b")].map(Anchor::new);
        ids.iter().for_each(|id| places.add(id));
        let names: Vec<&str> = ids.iter().filter_map(|id| places.name(id)).collect();
        assert_eq!(names.get(..3), Some(["p_flow_F01", "p_flow_F01_2", "p_FLOW_F01_3"].as_slice()));
        let distinct: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        assert_eq!(distinct.len(), 5);
        assert!(names.iter().all(|name| name.len() <= 40));
        assert!(ids.first().is_some_and(|id| !places.mark(id).is_empty() && places.mark(id).is_empty()));
    }
}
