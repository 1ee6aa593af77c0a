//! Classes of atoms, and what joining or leaving them costs.
//!
//! Why here: construction and refinement change the same partition by the same few operations, so
//! that a class's nodes, rows and cost can never disagree with its members.
//!
//! Deliberately absent: the choice of what to change.

use super::model::Checker;
use super::near::distance;
use super::records::Atoms;
use super::tree::{FAR, Tree};

/// What every step needs to see.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) trees: &'a [Tree],
    pub(super) atoms: &'a Atoms,
    pub(super) checker: &'a Checker<'a>,
}

/// A set of atoms with its box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Class {
    /// The lowest common ancestors, per attribute; empty for no atom.
    pub(super) nodes: Vec<u32>,
    /// Cost of publishing one record by the nodes.
    pub(super) cost: u64,
    pub(super) rows: u64,
    pub(super) members: Vec<u32>,
}

impl Class {
    /// Cost of all records.
    pub(super) fn total(&self) -> u64 {
        self.cost.saturating_mul(self.rows)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl Context<'_> {
    /// The class of these atoms.
    pub(super) fn class(&self, members: Vec<u32>) -> Class {
        let mut class = Class { members: Vec::with_capacity(members.len()), ..Class::default() };
        for atom in &members {
            self.widen(&mut class.nodes, self.atoms.nodes(*atom));
            class.rows += self.atoms.rows(*atom);
        }
        class.cost = self.cost(&class.nodes);
        class.members = members;
        class
    }

    /// Raises `nodes` to cover `other` too; empty `nodes` cover nothing yet.
    pub(super) fn widen(&self, nodes: &mut Vec<u32>, other: &[u32]) {
        if nodes.is_empty() {
            nodes.extend_from_slice(other);
            return;
        }
        for ((node, other), tree) in nodes.iter_mut().zip(other).zip(self.trees) {
            *node = tree.join(*node, *other);
        }
    }

    pub(super) fn cost(&self, nodes: &[u32]) -> u64 {
        self.trees.iter().zip(nodes).map(|(tree, node)| tree.cost(*node)).sum()
    }

    /// Cost per record of a box around both; `other`'s own where `nodes` cover nothing.
    pub(super) fn joined_cost(&self, nodes: &[u32], other: &[u32]) -> u64 {
        if nodes.is_empty() { self.cost(other) } else { distance(self.trees, nodes, other) }
    }

    /// What all records of two boxes cost more when they become one; `None` where they cannot.
    pub(super) fn added(&self, a: &Class, nodes: &[u32], rows: u64, total: u64) -> Option<i64> {
        let cost = self.joined_cost(&a.nodes, nodes);
        let joined = cost.saturating_mul(a.rows + rows);
        (cost < FAR).then(|| signed(joined) - signed(a.total()) - signed(total))
    }

    /// Nodes and rows of a class without some of its atoms.
    pub(super) fn without(&self, class: &Class, gone: u32, nodes: &mut Vec<u32>) -> u64 {
        nodes.clear();
        for atom in class.members.iter().filter(|atom| **atom != gone) {
            self.widen(nodes, self.atoms.nodes(*atom));
        }
        class.rows - self.atoms.rows(gone)
    }
}

/// Costs of classes stay far below 2⁶³ (2³⁶ per record).
pub(super) fn signed(cost: u64) -> i64 {
    i64::try_from(cost).unwrap_or(i64::MAX / 4)
}

/// All classes; a class that lost its atoms stays as an empty one.
#[derive(Debug, Default)]
pub(super) struct Partition {
    pub(super) classes: Vec<Class>,
    /// Class per atom; `u32::MAX` for an atom that has none.
    class_of: Vec<u32>,
}

/// The class of an atom that has none.
pub(super) const NO_CLASS: u32 = u32::MAX;

impl Partition {
    pub(super) fn new(atoms: &Atoms) -> Self {
        Self { classes: Vec::new(), class_of: vec![NO_CLASS; atoms.len() as usize] }
    }

    pub(super) fn class_of(&self, atom: u32) -> u32 {
        self.class_of.get(atom as usize).copied().unwrap_or(NO_CLASS)
    }

    pub(super) fn class(&self, number: u32) -> Option<&Class> {
        self.classes.get(number as usize)
    }

    /// Adds a class; its atoms have none so far.
    pub(super) fn add(&mut self, class: Class) {
        self.classes.push(Class::default());
        self.set((self.classes.len() - 1) as u32, class);
    }

    /// Replaces a class. The atoms it loses must be given to another one.
    pub(super) fn set(&mut self, number: u32, class: Class) {
        for atom in &class.members {
            if let Some(slot) = self.class_of.get_mut(*atom as usize) {
                *slot = number;
            }
        }
        if let Some(slot) = self.classes.get_mut(number as usize) {
            *slot = class;
        }
    }

    /// Takes a class apart; its atoms have none until they are given one.
    pub(super) fn take(&mut self, number: u32) -> Class {
        let class = self.classes.get_mut(number as usize).map(std::mem::take).unwrap_or_default();
        for atom in &class.members {
            if let Some(slot) = self.class_of.get_mut(*atom as usize) {
                *slot = NO_CLASS;
            }
        }
        class
    }

    /// Moves one atom between classes.
    pub(super) fn transfer(&mut self, context: &Context<'_>, atom: u32, to: u32) {
        let from = self.class_of(atom);
        let mut left = self.take(from).members;
        left.retain(|other| *other != atom);
        self.set(from, context.class(left));
        let mut joined = self.take(to).members;
        joined.push(atom);
        self.set(to, context.class(joined));
    }
}
