//! The fate of every row, for the pass that writes.
//!
//! Why here: the first pass counts, the second applies; between them nothing of the input stays on
//! disk. The second pass encodes a row again and asks here. The answer for an unknown row is "never
//! counted": the file changed between the passes.

use super::engine::Engine;
use super::histogram::Histogram;
use super::kinds::Kinds;
use super::lattice::Attribute;
use super::problem::{Data, Exchange, RecordId, Role, Table};
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
    /// Answers by place, where a class is made of leaf tuples alone and they are dense.
    places: Option<Places>,
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
            let bits = |alive: &[bool]| alive.iter().rev().fold(0, |bits, a| (bits << 1) | u64::from(!*a));
            person_dead = relation.person_alive.chunks(64).map(bits).collect();
            kinds = relation.kinds;
            for related in relation.tables {
                if let Some(table) = tables.get_mut(related.table) {
                    table.take_related(exchange, related);
                }
            }
        }
        for (table, counted) in tables.iter_mut().zip(&exchange.tables) {
            table.places = Places::new(table, counted, &exchange.attributes);
        }
        Self { exchange, person_dead, kind_of_person: kinds.of_person, tables }
    }

    /// Whether a record of the person table took the person, and so all their rows. False in
    /// exchanges without a person table.
    #[must_use]
    pub fn person_suppressed(&self, person: u32) -> bool {
        self.person_dead.get(person as usize / 64).is_some_and(|bits| bits >> (person % 64) & 1 == 1)
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
        let mut found = Vec::new();
        if leaf_codes.len() != self.exchange.tables.get(table)?.tuples.width() {
            return None;
        }
        self.find(table, 1, leaf_codes, &mut found);
        self.fate_of(table, person, *found.first()?, parent)
    }

    /// Looks up the leaf tuples of many rows, whose codes stand row after row in `leaf_codes`, for
    /// [`Verdicts::fate_of`]. Much faster than one by one.
    pub fn find(&self, table: usize, rows: usize, leaf_codes: &[u32], out: &mut Vec<Found>) {
        out.clear();
        let (Some(counted), Some(known)) = (self.exchange.tables.get(table), self.tables.get(table)) else {
            return;
        };
        match &known.places {
            _ if leaf_codes.is_empty() => {
                let only = counted.tuples.find(&[]).unwrap_or(UNKNOWN);
                out.resize(rows, Found::Tuple(only));
            }
            Some(places) => places.find(leaf_codes, out),
            None => {
                let mut tuples = Vec::new();
                counted.tuples.find_all(leaf_codes, &mut tuples);
                out.extend(tuples.into_iter().map(Found::Tuple));
            }
        }
    }

    /// The fate of a row whose tuple was looked up. `None` when no such row was counted.
    #[must_use]
    pub fn fate_of(
        &self,
        table: usize,
        person: Option<u32>,
        found: Found,
        parent: Option<RecordId>,
    ) -> Option<Fate> {
        let known = self.tables.get(table)?;
        let violated = match found {
            Found::Tuple(tuple) => known.violates(tuple, || {
                let kind = self.kind_of_person.get(person? as usize)?;
                Some(*kind)
            })?,
            Found::Class { violated } => violated,
        };
        if violated {
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

/// What is known of a leaf tuple: its number ([`u32::MAX`]: never counted), or all there is to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Its number.
    Tuple(u32),
    /// Its class is known without its person.
    Class {
        /// Whether the class must go.
        violated: bool,
    },
}

const UNKNOWN: u32 = u32::MAX;

/// One byte per possible leaf tuple: no comparison, and small enough for a core's own cache where a
/// table of the tuples is not.
#[derive(Debug)]
struct Places {
    /// Per attribute: its codes (leaves and NULL), and how many places each takes.
    sides: Vec<(u32, usize)>,
    /// 0: never counted; 1: stays; 2: must go.
    answers: Vec<u8>,
}

impl Places {
    /// `None` where people are part of a class, or possible tuples are many more than those counted.
    fn new(verdicts: &TableVerdicts, table: &Table, attributes: &[Attribute]) -> Option<Self> {
        if verdicts.groups.is_some() || table.spec.attributes.is_empty() {
            return None;
        }
        let most = table.tuples.len() * 16 + 4096;
        let mut sides = Vec::new();
        let mut places = 1usize;
        for attribute in &table.spec.attributes {
            let codes = attributes.get(*attribute)?.null_leaf() + 1;
            sides.push((codes, places));
            places = places.checked_mul(codes as usize).filter(|p| *p <= most)?;
        }
        let mut this = Self { sides, answers: vec![0; places] };
        for (number, tuple) in (0u32..).zip(table.tuples.iter()) {
            let violated = verdicts.violates(number, || None)?;
            let place = this.place(tuple)?;
            *this.answers.get_mut(place)? = if violated { 2 } else { 1 };
        }
        Some(this)
    }

    #[inline]
    fn place(&self, tuple: &[u32]) -> Option<usize> {
        let mut place = 0;
        for (code, (codes, factor)) in tuple.iter().zip(&self.sides) {
            if code >= codes {
                return None;
            }
            place += *code as usize * factor;
        }
        Some(place)
    }

    fn find(&self, leaf_codes: &[u32], out: &mut Vec<Found>) {
        let answer = |tuple: &[u32]| match self.place(tuple).and_then(|p| self.answers.get(p)) {
            None | Some(0) => Found::Tuple(UNKNOWN),
            Some(answer) => Found::Class { violated: *answer == 2 },
        };
        out.extend(leaf_codes.chunks_exact(self.sides.len().max(1)).map(answer));
    }
}

impl TableVerdicts {
    /// Whether the class of a leaf tuple must go; `kind` = the kind of its person, asked only where
    /// that is a part of the class. `None` when it was never counted.
    fn violates(&self, tuple: u32, kind: impl FnOnce() -> Option<u32>) -> Option<bool> {
        let group = match &self.groups {
            None => tuple,
            Some(groups) => groups.find(&[kind()?, tuple])?,
        };
        let class = self.class_of_group.get(group as usize)?;
        self.violated.get(*class as usize).copied()
    }

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
