//! The fate of every row, for the pass that writes.
//!
//! Why here: the first pass counts, the second applies; between them nothing of the input stays on
//! disk but the numbers of its person and tuple, by which the second pass asks here. The answer for an
//! unknown row is "never counted": the file changed between the passes.

use super::engine::Engine;
use super::histogram::Histogram;
use super::kinds::Kinds;
use super::problem::{Data, Exchange, RecordId, Role};
use super::related::RelatedTable;
use super::tuples::TupleSet;

/// What happens to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is published, generalised.
    Keep,
    /// It is suppressed.
    Suppress,
}

/// Answers for every row of the exchange at one node.
#[derive(Debug)]
pub struct Verdicts<'a> {
    exchange: &'a Exchange,
    /// One bit per person: small enough to stay in the cache.
    person_dead: Vec<u64>,
    kind_of_person: Vec<u32>,
    tables: Vec<TableVerdicts>,
}

#[derive(Debug, Default)]
struct TableVerdicts {
    groups: Option<TupleSet>,
    class_of_group: Vec<u32>,
    violated: Vec<bool>,
    /// One bit per leaf tuple whose class must go, where a class is made of leaf tuples alone.
    tuple_violated: Option<Vec<u64>>,
    /// Per [`RecordId`], where others point to the table.
    record_alive: Vec<bool>,
    owner: Option<usize>,
}

impl<'a> Verdicts<'a> {
    /// Takes what a settled engine knows.
    pub(crate) fn new(exchange: &'a Exchange, engine: Engine<'a>) -> Self {
        let mut tables: Vec<TableVerdicts> = exchange
            .tables
            .iter()
            .map(|t| TableVerdicts {
                owner: match t.spec.role {
                    Role::Event { parent } => parent,
                    Role::Person => None,
                },
                ..TableVerdicts::default()
            })
            .collect();
        for histogram in &engine.histograms {
            if let Some(table) = tables.get_mut(histogram.table()) {
                table.take_histogram(histogram);
            }
        }
        let mut person_dead = Vec::new();
        let mut kinds = Kinds::default();
        if let Some(relation) = engine.relation {
            person_dead = bits(relation.person_alive.iter().map(|alive| !alive));
            kinds = relation.kinds;
            for related in relation.tables {
                if let Some(table) = tables.get_mut(related.table) {
                    table.take_related(exchange, related);
                }
            }
        }
        for (table, counted) in tables.iter_mut().zip(&exchange.tables) {
            table.settle(counted.tuples.len());
        }
        Self { exchange, person_dead, kind_of_person: kinds.of_person, tables }
    }

    /// Of an exchange of one table whose rows are people: rows go by their leaf tuple alone.
    pub(crate) fn by_tuple(exchange: &'a Exchange, suppressed: &[bool]) -> Self {
        let class_of_group = (0u32..).zip(suppressed).map(|(tuple, _)| tuple).collect();
        let mut table =
            TableVerdicts { class_of_group, violated: suppressed.to_vec(), ..TableVerdicts::default() };
        table.settle(suppressed.len());
        Self { exchange, person_dead: Vec::new(), kind_of_person: Vec::new(), tables: vec![table] }
    }

    /// Whether a record of the person table took the person, and so all their rows. False in
    /// exchanges without a person table.
    #[must_use]
    pub fn person_suppressed(&self, person: u32) -> bool {
        bit(&self.person_dead, person)
    }

    /// Whether a record that owns others is suppressed. `None` for a name that was never given.
    #[must_use]
    pub fn record_suppressed(&self, table: usize, record: RecordId) -> Option<bool> {
        let alive = self.tables.get(table)?.record_alive.get(record.0 as usize)?;
        Some(!alive)
    }

    /// The fate of a row, encoded as it was pushed. `None` when no such row was counted.
    #[must_use]
    pub fn fate(
        &self,
        table: usize,
        person: Option<u32>,
        leaf_codes: &[u32],
        parent: Option<RecordId>,
    ) -> Option<Fate> {
        let tuple = self.exchange.tables.get(table)?.tuples.find(leaf_codes)?;
        self.fate_of(table, person, tuple, parent)
    }

    /// The leaf codes of a tuple, in the order of the table's attributes; empty when there is none.
    #[must_use]
    pub fn leaf_codes(&self, table: usize, tuple: u32) -> &[u32] {
        self.exchange.tables.get(table).map_or(&[], |t| t.tuples.get(tuple))
    }

    /// The fate of a row whose tuple has this number. `None` when no such row was counted.
    #[must_use]
    pub fn fate_of(
        &self,
        table: usize,
        person: Option<u32>,
        tuple: u32,
        parent: Option<RecordId>,
    ) -> Option<Fate> {
        let known = self.tables.get(table)?;
        let kind = || self.kind_of_person.get(person? as usize).copied();
        if known.violates(tuple, kind)? {
            return Some(Fate::Suppress);
        }
        if person.is_some_and(|p| self.person_suppressed(p)) {
            return Some(Fate::Suppress);
        }
        if let Some(owner) = known.owner
            && self.record_suppressed(owner, parent?)?
        {
            return Some(Fate::Suppress);
        }
        Some(Fate::Keep)
    }
}

/// One bit per answer, the first in the lowest.
fn bits(answers: impl Iterator<Item = bool>) -> Vec<u64> {
    let mut words = Vec::new();
    for (at, answer) in answers.enumerate() {
        if at.is_multiple_of(64) {
            words.push(0);
        }
        if let Some(word) = words.last_mut() {
            *word |= u64::from(answer) << (at % 64);
        }
    }
    words
}

/// The answer at a place; `false` beyond the last.
#[inline]
fn bit(words: &[u64], at: u32) -> bool {
    words.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

impl TableVerdicts {
    /// Works out the answers that need no person, for a table of so many leaf tuples.
    fn settle(&mut self, tuples: usize) {
        if self.groups.is_none() && self.class_of_group.len() == tuples {
            let violated = |class: &u32| self.violated.get(*class as usize).is_some_and(|v| *v);
            self.tuple_violated = Some(bits(self.class_of_group.iter().map(violated)));
        }
    }

    /// Whether the class of a leaf tuple must go; `kind` = the kind of its person, asked only where
    /// that is a part of the class. `None` when it was never counted.
    fn violates(&self, tuple: u32, kind: impl FnOnce() -> Option<u32>) -> Option<bool> {
        if let Some(violated) = &self.tuple_violated {
            return ((tuple as usize) < self.class_of_group.len()).then(|| bit(violated, tuple));
        }
        let group = match &self.groups {
            None => tuple,
            Some(groups) => groups.find(&[kind()?, tuple])?,
        };
        let class = self.class_of_group.get(group as usize)?;
        self.violated.get(*class as usize).copied()
    }

    fn take_histogram(&mut self, histogram: &Histogram) {
        self.class_of_group = histogram.class_of().to_vec();
        self.violated.clone_from(&histogram.state().violated);
    }

    fn take_related(&mut self, exchange: &Exchange, related: RelatedTable) {
        if let Some(Data::Records { position, .. }) = exchange.tables.get(related.table).map(|t| &t.data) {
            let alive = |at: &u32| related.alive.get(*at as usize).is_some_and(|a| *a);
            self.record_alive = position.iter().map(alive).collect();
        }
        self.groups = related.groups;
        self.class_of_group = related.class_of_group;
        self.violated = related.violated;
    }
}
