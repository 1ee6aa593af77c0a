//! Hierarchies with declared leaves: the shape behind lists and CSV files.
//!
//! Rows are leaf → group → … → `*`. Checked once: equal length, no leaf twice, no value with two
//! parents, `*` at the end. Labels are interned per level, so a lookup is one hash and one index.

use super::{HierarchyError, NotInHierarchy, TOP};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// A checked tree.
#[derive(Debug, Clone)]
pub struct Tree {
    /// Leaves in declared order.
    leaves: Box<[Box<str>]>,
    /// Place of each leaf in `leaves`.
    place: HashMap<Box<str>, u32, FixedState>,
    /// For levels 1…: label number of each leaf.
    up: Box<[Box<[u32]>]>,
    /// For levels 1…: the labels.
    labels: Box<[Box<[Box<str>]>]>,
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.leaves == other.leaves && self.up == other.up && self.labels == other.labels
    }
}

impl Eq for Tree {}

impl Tree {
    /// Builds the tree from rows (row number in the source, values from leaf to `*`).
    ///
    /// # Errors
    /// [`HierarchyError`] with the row number.
    pub fn from_rows<'a>(
        rows: impl IntoIterator<Item = (usize, Vec<std::borrow::Cow<'a, str>>)>,
    ) -> Result<Self, HierarchyError> {
        let mut levels = 0;
        let mut leaves: Vec<Box<str>> = Vec::new();
        let mut place: HashMap<Box<str>, u32, FixedState> = HashMap::default();
        let mut builders: Vec<LevelBuilder> = Vec::new();
        for (row, values) in rows {
            if levels == 0 {
                levels = values.len();
                if levels < 2 {
                    return Err(HierarchyError::LastNotStar { row });
                }
                builders.resize_with(levels - 1, LevelBuilder::default);
            }
            if values.len() != levels {
                return Err(HierarchyError::Ragged { row });
            }
            let mut values = values.into_iter();
            let leaf: Box<str> = values.next().unwrap_or_default().into();
            let number = leaves.len() as u32;
            if place.insert(leaf.clone(), number).is_some() {
                return Err(HierarchyError::DuplicateLeaf { row });
            }
            leaves.push(leaf);
            let mut child = number;
            for (level, (value, builder)) in values.zip(&mut builders).enumerate() {
                if level + 2 == levels && value != TOP {
                    return Err(HierarchyError::LastNotStar { row });
                }
                let parent = builder.number(&value);
                if !builder.set_parent(child, parent) {
                    return Err(HierarchyError::TwoParents { row, level });
                }
                builder.up.push(parent);
                child = parent;
            }
        }
        if leaves.is_empty() {
            return Err(HierarchyError::Empty);
        }
        let (up, labels) =
            builders.into_iter().map(|b| (b.up.into(), b.labels.into())).unzip::<_, _, Vec<_>, Vec<_>>();
        Ok(Self { leaves: leaves.into(), place, up: up.into(), labels: labels.into() })
    }

    pub(super) fn levels(&self) -> usize {
        self.up.len() + 1
    }

    pub(super) fn leaves(&self) -> &[Box<str>] {
        &self.leaves
    }

    #[inline]
    pub(super) fn label(&self, leaf: &str, level: usize, out: &mut String) -> Result<(), NotInHierarchy> {
        let place = *self.place.get(leaf).ok_or(NotInHierarchy)? as usize;
        let label = if level == 0 {
            leaf
        } else {
            let found = self.up.get(level - 1).and_then(|up| {
                let number = *up.get(place)? as usize;
                self.labels.get(level - 1)?.get(number)
            });
            found.map_or(TOP, |label| label)
        };
        out.push_str(label);
        Ok(())
    }
}

/// One level above the leaves while it is read.
#[derive(Default)]
struct LevelBuilder {
    numbers: HashMap<Box<str>, u32, FixedState>,
    labels: Vec<Box<str>>,
    /// Parent of each value of the level below, by its number.
    parents: Vec<u32>,
    /// Label number of each leaf.
    up: Vec<u32>,
}

impl LevelBuilder {
    fn number(&mut self, label: &str) -> u32 {
        if let Some(&number) = self.numbers.get(label) {
            return number;
        }
        let number = self.labels.len() as u32;
        self.numbers.insert(label.into(), number);
        self.labels.push(label.into());
        number
    }

    /// Numbers arrive in order, so a new child is always the next one.
    fn set_parent(&mut self, child: u32, parent: u32) -> bool {
        match self.parents.get(child as usize) {
            Some(&known) => known == parent,
            None => {
                self.parents.push(parent);
                true
            }
        }
    }
}
