//! The tables of one exchange, counted: what a search needs and nothing else.
//!
//! Why here: reading pushes one row at a time; what stays is every distinct leaf tuple and, where
//! people can have several records, every distinct (person, tuple, parent). A single table with
//! one row per person collapses to a histogram.
//!
//! Whom rows count for (design: "whom k counts"): the class of a record of the person table is its
//! generalised tuple; the class of a record of an event table is the set of generalised tuples
//! that its person has in the person table, together with its own. The size of a class is the
//! number of distinct people in it.
//!
//! Deliberately absent: orphans without a person. The caller decides what they are before it
//! pushes them.

use super::lattice::Attribute;
use super::tuples::TupleSet;

/// "No entry" in dense arrays of numbers.
pub(crate) const NONE: u32 = u32::MAX;

/// The leaf code of NULL while rows are pushed; how many leaves there are is only known after the
/// last row, when [`ExchangeBuilder::build`] puts [`Attribute::null_leaf`] in its place.
pub const NULL_LEAF: u32 = u32::MAX;

/// Whom a row of a table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// No notion of a person: every row is a person of its own.
    EachRow,
    /// Every row carries a person code, 0.. without large gaps.
    Coded,
}

/// The place of a table in the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The table of people, at most one per exchange. A suppressed record suppresses the person.
    Person,
    /// A table of events. A suppressed record takes its child records with it.
    Event {
        /// Index of the event table whose records own these; it stands earlier in the list.
        parent: Option<usize>,
    },
}

/// What the builder must know of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Person or event table.
    pub role: Role,
    /// Whom its rows stand for.
    pub people: People,
    /// Its quasi-identifiers, as indices into the exchange's attributes.
    pub attributes: Vec<usize>,
    /// Number of its sensitive columns.
    pub sensitive: usize,
}

/// Names a record of a table that owns others; the same for rows that nothing tells apart (same
/// person, codes and parent), which share their fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub u32);

/// What is wrong with a specification or a row. Never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// A table names an attribute that the exchange does not have.
    #[error("table {table}: unknown attribute index")]
    UnknownAttribute {
        /// Index of the table.
        table: usize,
    },
    /// A second person table.
    #[error("table {table}: an exchange has one person table at most")]
    SecondPersonTable {
        /// Index of the table.
        table: usize,
    },
    /// A parent that is not an earlier event table.
    #[error("table {table}: the parent must be an earlier event table")]
    Parent {
        /// Index of the table.
        table: usize,
    },
    /// A table without person codes that is related to others.
    #[error("table {table}: related tables need person codes")]
    NeedsPeople {
        /// Index of the table.
        table: usize,
    },
    /// A table index that does not exist.
    #[error("no such table")]
    NoTable,
    /// A row of the wrong width.
    #[error("table {table}: wrong number of codes")]
    Width {
        /// Index of the table.
        table: usize,
    },
    /// A leaf code that the attribute does not have.
    #[error("table {table}: unknown leaf code")]
    UnknownLeaf {
        /// Index of the table.
        table: usize,
    },
    /// A person code is missing, or given where rows are people.
    #[error("table {table}: person code missing or unexpected")]
    Person {
        /// Index of the table.
        table: usize,
    },
    /// A parent record is missing, unexpected or unknown.
    #[error("table {table}: parent record missing, unexpected or unknown")]
    ParentRecord {
        /// Index of the table.
        table: usize,
    },
    /// More distinct tuples, records or person codes than 2³² − 2.
    #[error("table {table}: too many tuples, records or people")]
    TooMany {
        /// Index of the table.
        table: usize,
    },
}

/// Takes the rows of an exchange one at a time.
#[derive(Debug)]
pub struct ExchangeBuilder {
    tables: Vec<TableBuilder>,
}

#[derive(Debug)]
struct TableBuilder {
    spec: TableSpec,
    tuples: TupleSet,
    /// (tuple, sensitive codes…); stays empty where there is no sensitive column.
    entries: TupleSet,
    scratch: Vec<u32>,
    rows: u64,
    store: Store,
}

/// How the rows of a table are kept while reading, cheapest first.
#[derive(Debug)]
enum Store {
    /// Rows are people: a count per entry.
    Counts(Vec<u64>),
    /// People who mostly have one row: their first entry by person code, and the rest.
    First {
        entry_of_person: Vec<u32>,
        rest: RecordList,
    },
    /// Any number of records per person, with or without parents.
    List(RecordList),
    /// Records that others point to: numbered at once.
    Named {
        records: TupleSet,
        multiplicity: Vec<u64>,
    },
}

/// One compressed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) person: u32,
    pub(crate) entry: u32,
    pub(crate) parent: u32,
    pub(crate) rows: u64,
}

/// Records, merged whenever the list has doubled.
#[derive(Debug, Default)]
struct RecordList {
    records: Vec<Record>,
    compact: usize,
}

impl RecordList {
    fn push(&mut self, record: Record) {
        self.records.push(record);
        if self.records.len() > 65_536 && self.records.len() > 2 * self.compact {
            merge(&mut self.records);
            self.compact = self.records.len();
        }
    }
}

/// Sorts by person, entry and parent, and adds up equal records.
fn merge(records: &mut Vec<Record>) {
    records.sort_unstable();
    records.dedup_by(|next, kept| {
        let same = (next.person, next.entry, next.parent) == (kept.person, kept.entry, kept.parent);
        if same {
            kept.rows += next.rows;
        }
        same
    });
}

impl ExchangeBuilder {
    /// A builder for the tables of one exchange with so many attributes. Hierarchies come last, at
    /// [`ExchangeBuilder::build`]: those of functional kinds have the values read as their leaves.
    ///
    /// # Errors
    /// [`ProblemError`] when the tables do not fit together.
    pub fn new(attributes: usize, specs: Vec<TableSpec>) -> Result<Self, ProblemError> {
        validate(attributes, &specs)?;
        let named: Vec<bool> = (0..specs.len())
            .map(|table| {
                specs.iter().any(|s| {
                    s.role
                        == Role::Event {
                            parent: Some(table),
                        }
                })
            })
            .collect();
        let tables = specs
            .into_iter()
            .zip(named)
            .map(|(spec, named)| TableBuilder::new(spec, named))
            .collect();
        Ok(Self { tables })
    }

    /// Adds one row: its person, its leaf codes ([`NULL_LEAF`] for NULL) in the order of the
    /// table's attributes, its sensitive codes, and the record that owns it. Returns the record's name where other tables
    /// may point to it. Parents are pushed before their children.
    ///
    /// # Errors
    /// [`ProblemError`] when the row does not fit the table.
    pub fn push(
        &mut self,
        table: usize,
        person: Option<u32>,
        leaf_codes: &[u32],
        sensitive: &[u32],
        parent: Option<RecordId>,
    ) -> Result<Option<RecordId>, ProblemError> {
        let spec = &self.tables.get(table).ok_or(ProblemError::NoTable)?.spec;
        if leaf_codes.len() != spec.attributes.len() || sensitive.len() != spec.sensitive {
            return Err(ProblemError::Width { table });
        }
        let parent = match (spec.role, parent) {
            (
                Role::Event {
                    parent: Some(owner),
                },
                Some(id),
            ) => {
                let known = match self.tables.get(owner).map(|t| &t.store) {
                    Some(Store::Named { records, .. }) => (id.0 as usize) < records.len(),
                    _ => false,
                };
                if !known {
                    return Err(ProblemError::ParentRecord { table });
                }
                id.0
            }
            (Role::Event { parent: None } | Role::Person, None) => NONE,
            _ => return Err(ProblemError::ParentRecord { table }),
        };
        self.tables
            .get_mut(table)
            .ok_or(ProblemError::NoTable)?
            .push(table, person, leaf_codes, sensitive, parent)
    }

    /// The counted exchange, with the hierarchies of its attributes.
    ///
    /// # Errors
    /// [`ProblemError::UnknownAttribute`] when their number is another one,
    /// [`ProblemError::UnknownLeaf`] when a pushed code is not a leaf.
    pub fn build(mut self, attributes: Vec<Attribute>) -> Result<Exchange, ProblemError> {
        let alone = self.tables.len() == 1;
        let people = self
            .tables
            .iter()
            .map(TableBuilder::person_codes)
            .max()
            .unwrap_or(0);
        for (table, builder) in self.tables.iter_mut().enumerate() {
            let own: Option<Vec<&Attribute>> =
                builder.spec.attributes.iter().map(|a| attributes.get(*a)).collect();
            let own = own.ok_or(ProblemError::UnknownAttribute { table })?;
            builder.tuples = settle_null(&builder.tuples, &own).ok_or(ProblemError::UnknownLeaf { table })?;
        }
        Ok(Exchange {
            attributes,
            tables: self.tables.into_iter().map(|t| t.build(alone)).collect(),
            people,
        })
    }
}

/// The same tuples under the same numbers, with the final code of NULL. `None` when a code is no
/// leaf of its attribute.
fn settle_null(tuples: &TupleSet, attributes: &[&Attribute]) -> Option<TupleSet> {
    let mut settled = TupleSet::new(attributes.len());
    let mut codes = Vec::with_capacity(attributes.len());
    for tuple in tuples.iter() {
        codes.clear();
        for (code, attribute) in tuple.iter().zip(attributes) {
            let code = if *code == NULL_LEAF { attribute.null_leaf() } else { *code };
            if code > attribute.null_leaf() {
                return None;
            }
            codes.push(code);
        }
        settled.intern(&codes)?;
    }
    // Two numbers for one tuple can only come from a row that named NULL by its final code.
    (settled.len() == tuples.len()).then_some(settled)
}

fn validate(attributes: usize, specs: &[TableSpec]) -> Result<(), ProblemError> {
    let mut person_table = None;
    for (table, spec) in specs.iter().enumerate() {
        if spec.attributes.iter().any(|a| *a >= attributes) {
            return Err(ProblemError::UnknownAttribute { table });
        }
        match spec.role {
            Role::Person if person_table.is_some() => {
                return Err(ProblemError::SecondPersonTable { table });
            }
            Role::Person => person_table = Some(table),
            Role::Event { parent: None } => {}
            Role::Event {
                parent: Some(owner),
            } => {
                let owner_spec = specs.get(owner).filter(|_| owner < table);
                match owner_spec.map(|s| (s.role, s.people)) {
                    Some((Role::Event { .. }, People::Coded)) => {}
                    Some((Role::Event { .. }, People::EachRow)) => {
                        return Err(ProblemError::NeedsPeople { table: owner });
                    }
                    _ => return Err(ProblemError::Parent { table }),
                }
                if spec.people == People::EachRow {
                    return Err(ProblemError::NeedsPeople { table });
                }
            }
        }
    }
    if person_table.is_some() && specs.len() > 1 {
        let lacking = specs.iter().position(|s| s.people == People::EachRow);
        if let Some(table) = lacking {
            return Err(ProblemError::NeedsPeople { table });
        }
    }
    Ok(())
}

impl TableBuilder {
    fn new(spec: TableSpec, named: bool) -> Self {
        let has_parent = matches!(spec.role, Role::Event { parent: Some(_) });
        let store = match spec.people {
            People::EachRow => Store::Counts(Vec::new()),
            People::Coded if named => Store::Named {
                records: TupleSet::new(3),
                multiplicity: Vec::new(),
            },
            People::Coded if has_parent => Store::List(RecordList::default()),
            People::Coded => Store::First {
                entry_of_person: Vec::new(),
                rest: RecordList::default(),
            },
        };
        Self {
            tuples: TupleSet::new(spec.attributes.len()),
            entries: TupleSet::new(1 + spec.sensitive),
            scratch: Vec::new(),
            rows: 0,
            store,
            spec,
        }
    }

    fn push(
        &mut self,
        table: usize,
        person: Option<u32>,
        leaf_codes: &[u32],
        sensitive: &[u32],
        parent: u32,
    ) -> Result<Option<RecordId>, ProblemError> {
        let too_many = ProblemError::TooMany { table };
        let person = match (self.spec.people, person) {
            (People::EachRow, None) => NONE,
            (People::Coded, Some(NONE)) => return Err(too_many),
            (People::Coded, Some(person)) => person,
            _ => return Err(ProblemError::Person { table }),
        };
        let tuple = self.tuples.intern(leaf_codes).ok_or(too_many)?;
        let entry = if sensitive.is_empty() {
            tuple
        } else {
            self.scratch.clear();
            self.scratch.push(tuple);
            self.scratch.extend_from_slice(sensitive);
            self.entries.intern(&self.scratch).ok_or(too_many)?
        };
        self.rows += 1;
        let record = Record {
            person,
            entry,
            parent,
            rows: 1,
        };
        match &mut self.store {
            Store::Counts(counts) => add(counts, entry, 1),
            Store::First {
                entry_of_person,
                rest,
            } => {
                let at = person as usize;
                if entry_of_person.len() <= at {
                    entry_of_person.resize(at + 1, NONE);
                }
                match entry_of_person.get_mut(at) {
                    Some(first) if *first == NONE => *first = entry,
                    _ => rest.push(record),
                }
            }
            Store::List(list) => list.push(record),
            Store::Named {
                records,
                multiplicity,
            } => {
                let id = records.intern(&[person, entry, parent]).ok_or(too_many)?;
                add(multiplicity, id, 1);
                return Ok(Some(RecordId(id)));
            }
        }
        Ok(None)
    }

    fn person_codes(&self) -> usize {
        let largest = |records: &[Record]| records.iter().map(|r| r.person as usize + 1).max();
        match &self.store {
            Store::Counts(_) => 0,
            Store::First {
                entry_of_person, ..
            } => entry_of_person.len(),
            Store::List(list) => largest(&list.records).unwrap_or(0),
            Store::Named { records, .. } => records
                .iter()
                .filter_map(|r| r.first())
                .map(|p| *p as usize + 1)
                .max()
                .unwrap_or(0),
        }
    }

    fn build(self, alone: bool) -> Table {
        let entries = if self.spec.sensitive == 0 {
            None
        } else {
            Some(self.entries)
        };
        let entry_count = entries.as_ref().map_or(self.tuples.len(), TupleSet::len);
        let data =
            match self.store {
                Store::Counts(mut counts) => {
                    counts.resize(entry_count, 0);
                    Data::Histogram(counts)
                }
                Store::First {
                    entry_of_person,
                    rest,
                } if alone && rest.records.is_empty() => {
                    let mut counts = vec![0; entry_count];
                    for entry in entry_of_person.iter().filter(|e| **e != NONE) {
                        add(&mut counts, *entry, 1);
                    }
                    Data::Histogram(counts)
                }
                Store::First {
                    entry_of_person,
                    rest,
                } => {
                    let mut records = rest.records;
                    let people = (0u32..).zip(&entry_of_person);
                    records.extend(people.filter(|(_, e)| **e != NONE).map(|(person, entry)| {
                        Record {
                            person,
                            entry: *entry,
                            parent: NONE,
                            rows: 1,
                        }
                    }));
                    Data::records(records)
                }
                Store::List(list) => Data::records(list.records),
                Store::Named {
                    records,
                    multiplicity,
                } => Data::named(&records, &multiplicity),
            };
        Table {
            spec: self.spec,
            tuples: self.tuples,
            entries,
            rows: self.rows,
            data,
        }
    }
}

fn add(counts: &mut Vec<u64>, at: u32, rows: u64) {
    let at = at as usize;
    if counts.len() <= at {
        counts.resize(at + 1, 0);
    }
    if let Some(count) = counts.get_mut(at) {
        *count += rows;
    }
}

/// The counted rows of a table.
#[derive(Debug)]
pub(crate) enum Data {
    /// One row per person (or rows are people), nothing related: rows per entry.
    Histogram(Vec<u64>),
    /// Records ordered by person.
    Records {
        records: Vec<Record>,
        /// Position in `records` per [`RecordId`]; empty where nothing points here.
        position: Vec<u32>,
    },
}

impl Data {
    fn records(mut records: Vec<Record>) -> Self {
        merge(&mut records);
        Self::Records {
            records,
            position: Vec::new(),
        }
    }

    fn named(set: &TupleSet, multiplicity: &[u64]) -> Self {
        let mut numbered: Vec<(Record, u32)> = (0u32..)
            .zip(set.iter().zip(multiplicity))
            .filter_map(|(id, (tuple, rows))| match tuple {
                [person, entry, parent] => Some((
                    Record {
                        person: *person,
                        entry: *entry,
                        parent: *parent,
                        rows: *rows,
                    },
                    id,
                )),
                _ => None,
            })
            .collect();
        numbered.sort_unstable();
        let mut position = vec![NONE; numbered.len()];
        for (at, (_, id)) in (0u32..).zip(&numbered) {
            if let Some(p) = position.get_mut(*id as usize) {
                *p = at;
            }
        }
        Self::Records {
            records: numbered.into_iter().map(|(record, _)| record).collect(),
            position,
        }
    }
}

/// One counted table.
#[derive(Debug)]
pub struct Table {
    pub(crate) spec: TableSpec,
    pub(crate) tuples: TupleSet,
    pub(crate) entries: Option<TupleSet>,
    pub(crate) rows: u64,
    pub(crate) data: Data,
}

impl Table {
    /// Number of rows pushed.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Distinct leaf tuples.
    #[must_use]
    pub fn tuples(&self) -> &TupleSet {
        &self.tuples
    }

    /// What the builder was told.
    #[must_use]
    pub fn spec(&self) -> &TableSpec {
        &self.spec
    }

    /// Whether the table collapsed to rows per distinct tuple.
    #[must_use]
    pub fn is_histogram(&self) -> bool {
        matches!(self.data, Data::Histogram(_))
    }

    /// The leaf tuple of an entry.
    pub(crate) fn tuple_of(&self, entry: u32) -> u32 {
        match &self.entries {
            None => entry,
            Some(entries) => entries.get(entry).first().copied().unwrap_or(0),
        }
    }

    /// The code of an entry in a sensitive column.
    pub(crate) fn value_of(&self, entry: u32, column: usize) -> u32 {
        self.entries
            .as_ref()
            .and_then(|e| e.get(entry).get(column + 1))
            .copied()
            .unwrap_or(0)
    }

    /// Rows per distinct leaf tuple.
    pub(crate) fn rows_per_tuple(&self) -> Vec<u64> {
        let mut rows = vec![0; self.tuples.len()];
        match &self.data {
            Data::Histogram(counts) => {
                for (entry, count) in (0u32..).zip(counts) {
                    add(&mut rows, self.tuple_of(entry), *count);
                }
            }
            Data::Records { records, .. } => {
                for record in records {
                    add(&mut rows, self.tuple_of(record.entry), record.rows);
                }
            }
        }
        rows
    }
}

/// The counted tables of one exchange.
#[derive(Debug)]
pub struct Exchange {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) tables: Vec<Table>,
    pub(crate) people: usize,
}

impl Exchange {
    /// The quasi-identifiers of all tables.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The tables, in the order of their specifications.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    pub(crate) fn sensitive_columns(&self) -> Vec<usize> {
        self.tables.iter().map(|t| t.spec.sensitive).collect()
    }

    pub(crate) fn person_table(&self) -> Option<usize> {
        self.tables.iter().position(|t| t.spec.role == Role::Person)
    }
}
