//! The fate of every row, for the pass that writes.
//!
//! Why here: the first pass counts, the second applies; between them nothing of the input stays on
//! disk. The second pass encodes a row again and asks here. The answer for an unknown row is "never
//! counted": the file changed between the passes.

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
    person_alive: Vec<bool>,
    kind_of_person: Vec<u32>,
    tables: Vec<TableVerdicts>,
}

#[derive(Debug, Default)]
struct TableVerdicts {
    groups: Option<TupleSet>,
    class_of_group: Vec<u32>,
    violated: Vec<bool>,
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
        let mut person_alive = Vec::new();
        let mut kinds = Kinds::default();
        if let Some(relation) = engine.relation {
            person_alive = relation.person_alive;
            kinds = relation.kinds;
            for related in relation.tables {
                if let Some(table) = tables.get_mut(related.table) {
                    table.take_related(exchange, related);
                }
            }
        }
        Self { exchange, person_alive, kind_of_person: kinds.of_person, tables }
    }

    /// Whether a record of the person table took the person, and so all their rows. False in
    /// exchanges without a person table.
    #[must_use]
    pub fn person_suppressed(&self, person: u32) -> bool {
        self.person_alive.get(person as usize).is_some_and(|alive| !alive)
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
        let counted = self.exchange.tables.get(table)?;
        let known = self.tables.get(table)?;
        let tuple = counted.tuples.find(leaf_codes)?;
        let group = match &known.groups {
            None => tuple,
            Some(groups) => {
                let kind = self.kind_of_person.get(person? as usize)?;
                groups.find(&[*kind, tuple])?
            }
        };
        let class = known.class_of_group.get(group as usize)?;
        if *known.violated.get(*class as usize)? {
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

impl TableVerdicts {
    fn take_histogram(&mut self, histogram: &Histogram<'_>) {
        self.class_of_group.clone_from(&histogram.state().class_of);
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
