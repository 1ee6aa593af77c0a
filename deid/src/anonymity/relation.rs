//! Checks one node on related tables, where people have several records.
//!
//! Why here: suppressing a person removes records from other classes, and a suppressed record
//! takes its children along, so that suppression is iterated to a fixpoint.
//!
//! Order, which is part of the definition: the models that are monotone at every limit (k, distinct-l)
//! are iterated first, all tables in one round, until no class violates them; this leaves the
//! greatest set of records in which none does, whatever the order. Then every class that violates
//! another model (t) goes at once, and the first are iterated again. Where nothing violates any of
//! these, the models of the whole table take the smallest classes, and all starts again.
//!
//! Memory: a few machine words per distinct (person, tuple, parent).

use super::engine::Verdict;
use super::kinds::Kinds;
use super::lattice::{Attribute, Node};
use super::loss::{Gone, leaves_under};
use super::pack::Packer;
use super::problem::Exchange;
use super::related::RelatedTable;
use super::requirement::Requirement;
use super::tuples::TupleSet;

/// The tables with records, and the scratch of their checks.
#[derive(Debug)]
pub(crate) struct Relation<'a> {
    exchange: &'a Exchange,
    pub(crate) tables: Vec<RelatedTable>,
    person_table: Option<usize>,
    pub(crate) kinds: Kinds,
    packer: Packer,
    pub(crate) person_alive: Vec<bool>,
    /// Class of every kind of person at the node: which generalised tuples it has.
    pub(crate) class_of_kind: Vec<u32>,
}

impl<'a> Relation<'a> {
    pub(crate) fn new(exchange: &'a Exchange, requirement: &Requirement) -> Self {
        // Kinds are part of the classes of other tables; alone, the person table needs none.
        let person = exchange.person_table().filter(|_| exchange.tables.len() > 1);
        let kinds = person.map(|table| Kinds::new(exchange, table)).unwrap_or_default();
        let mut tables: Vec<RelatedTable> = Vec::new();
        for index in 0..exchange.tables.len() {
            let earlier = tables.iter().map(|t| t.table).collect::<Vec<_>>();
            tables.extend(RelatedTable::new(exchange, index, &earlier, &kinds, requirement));
        }
        let person_table =
            exchange.person_table().and_then(|table| tables.iter().position(|t| t.table == table));
        Self {
            exchange,
            tables,
            person_table,
            kinds,
            packer: Packer::default(),
            person_alive: Vec::new(),
            class_of_kind: Vec::new(),
        }
    }

    /// Checks all tables at a node. With `brief` it stops as soon as the verdict is known.
    pub(crate) fn check(&mut self, node: &Node, brief: bool) -> Verdict {
        self.number_classes(node);
        self.revive();
        let mut verdict = Verdict::Met;
        let mut reason = Verdict::TooFew;
        loop {
            while self.remove_few() {
                self.cascade(brief);
                if self.beyond_limit() {
                    verdict = verdict.max(reason);
                    if brief {
                        return verdict;
                    }
                }
            }
            if !self.remove_far() && !self.remove_small() {
                return verdict;
            }
            reason = Verdict::TooFar;
            self.cascade(brief);
            if self.beyond_limit() {
                verdict = verdict.max(reason);
                if brief {
                    return verdict;
                }
            }
        }
    }

    fn number_classes(&mut self, node: &Node) {
        for table in &mut self.tables {
            let levels = local_levels(self.exchange, table.table, node);
            table.classes = table.columns.classes(&levels, &mut self.packer, &mut table.class_of_tuple);
        }
        let Some(people) = self.person_table else {
            for table in &mut self.tables {
                table.class_of_group.clone_from(&table.class_of_tuple);
            }
            return;
        };
        if let Some(table) = self.tables.get(people) {
            self.kinds.number(&table.class_of_tuple, &mut self.class_of_kind);
        }
        for (at, table) in self.tables.iter_mut().enumerate() {
            if at == people {
                table.class_of_group.clone_from(&table.class_of_tuple);
                continue;
            }
            let class_of = |of: &[u32], at: u32| of.get(at as usize).copied().unwrap_or(0);
            let kinds = &self.class_of_kind;
            let tuples = &table.class_of_tuple;
            let groups = table.groups.iter().flat_map(TupleSet::iter);
            let pairs = groups.map(|group| match group {
                [kind, tuple] => (class_of(kinds, *kind), class_of(tuples, *tuple)),
                _ => (0, 0),
            });
            table.classes = self.packer.pairs(pairs, &mut table.class_of_group);
        }
    }

    fn revive(&mut self) {
        self.person_alive.clear();
        self.person_alive.resize(self.exchange.people, true);
        for table in &mut self.tables {
            table.alive.clear();
            table.alive.resize(table.person.len(), true);
            table.violated.clear();
            table.violated.resize(table.classes, false);
            table.suppressed = 0;
            table.changed = true;
        }
    }

    /// One round over all tables of the models that are monotone at every limit. Returns whether a
    /// class was marked.
    fn remove_few(&mut self) -> bool {
        let mut any = false;
        for table in &mut self.tables {
            if std::mem::take(&mut table.changed) {
                any |= table.mark_few();
            }
        }
        any
    }

    /// One round of the other models of classes over all tables. Returns whether a class was marked.
    fn remove_far(&mut self) -> bool {
        let mut any = false;
        for table in self.tables.iter_mut().filter(|t| !t.judge.is_always()) {
            any |= table.mark_others();
        }
        any
    }

    /// One round of the models of whole tables. Returns whether a class was marked.
    fn remove_small(&mut self) -> bool {
        let mut any = false;
        for table in &mut self.tables {
            any |= table.mark_sizes();
        }
        any
    }

    /// Removes the records of marked classes, then what falls with them; with `brief` not even
    /// that, once the marked classes alone are too many.
    fn cascade(&mut self, brief: bool) {
        for table in &mut self.tables {
            table.remove_marked();
        }
        if brief && self.beyond_limit() {
            return;
        }
        if let Some(table) = self.person_table.and_then(|p| self.tables.get(p)) {
            for (person, alive) in table.person.iter().zip(&table.alive) {
                if !alive && let Some(p) = self.person_alive.get_mut(*person as usize) {
                    *p = false;
                }
            }
        }
        for at in 0..self.tables.len() {
            let (earlier, rest) = self.tables.split_at_mut(at);
            let Some(table) = rest.first_mut() else {
                continue;
            };
            let owners = table.owner_table.and_then(|o| earlier.get(o)).map_or(&[][..], |o| &o.alive);
            table.remove_orphans(&self.person_alive, owners);
        }
    }

    /// Whether a table of the exchange is the person table.
    pub(crate) fn is_person_table(&self, table: usize) -> bool {
        self.exchange.person_table() == Some(table)
    }

    fn beyond_limit(&self) -> bool {
        self.tables.iter().any(|t| t.suppressed > t.allowed)
    }

    /// Suppressed rows per table of the exchange; 0 for tables that are not here.
    pub(crate) fn suppressed(&self) -> Vec<u64> {
        let mut all = vec![0; self.exchange.tables.len()];
        for table in &self.tables {
            if let Some(s) = all.get_mut(table.table) {
                *s = table.suppressed;
            }
        }
        all
    }

    /// Suppressed rows of the last check, per attribute of the exchange.
    pub(crate) fn gone(&self, node: &Node) -> Vec<Gone> {
        let mut gone = vec![Gone::default(); self.exchange.attributes.len()];
        for related in &self.tables {
            let Some(table) = self.exchange.tables.get(related.table) else {
                continue;
            };
            if related.suppressed == 0 {
                continue;
            }
            let dead = related.alive.iter().zip(&related.tuple).zip(&related.rows);
            let mut rows_of_tuple = vec![0u64; table.tuples.len()];
            for ((alive, tuple), rows) in dead {
                if !alive && let Some(sum) = rows_of_tuple.get_mut(*tuple as usize) {
                    *sum += rows;
                }
            }
            for (tuple, rows) in table.tuples.iter().zip(&rows_of_tuple) {
                for (leaf, attribute) in tuple.iter().zip(&table.spec.attributes) {
                    let level = node.0.get(*attribute).copied().unwrap_or(0);
                    let hierarchy: Option<&Attribute> = self.exchange.attributes.get(*attribute);
                    if let (Some(sum), Some(hierarchy)) = (gone.get_mut(*attribute), hierarchy) {
                        sum.rows += rows;
                        sum.leaves += rows * leaves_under(hierarchy, level, *leaf);
                    }
                }
            }
        }
        gone
    }
}

fn local_levels(exchange: &Exchange, table: usize, node: &Node) -> Vec<u8> {
    let of = exchange.tables.get(table).map(|t| &t.spec.attributes);
    of.into_iter().flatten().map(|a| node.0.get(*a).copied().unwrap_or(0)).collect()
}
