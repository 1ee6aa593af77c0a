//! The tables of one exchange, counted: what a search needs and nothing else.
//!
//! Why here: reading pushes one row at a time (`builder`); what stays is every distinct leaf tuple and, where
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

use super::lattice::{Attribute, Lattice};
use super::tuples::TupleSet;

/// "No entry" in dense arrays of numbers.
pub(crate) const NONE: u32 = u32::MAX;

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

/// One compressed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) person: u32,
    pub(crate) entry: u32,
    pub(crate) parent: u32,
    pub(crate) rows: u64,
}

/// Sorts by person, entry and parent, and adds up equal records.
pub(crate) fn merge(records: &mut Vec<Record>) {
    records.sort_unstable();
    records.dedup_by(|next, kept| {
        let same = (next.person, next.entry, next.parent) == (kept.person, kept.entry, kept.parent);
        if same {
            kept.rows += next.rows;
        }
        same
    });
}

/// Adds to a count, making room for it.
pub(crate) fn add(counts: &mut Vec<u64>, at: u32, rows: u64) {
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
    /// Of records in any order.
    pub(crate) fn records(mut records: Vec<Record>) -> Self {
        merge(&mut records);
        Self::Records { records, position: Vec::new() }
    }

    /// Of numbered records (person, entry, parent), whose numbers stay known.
    pub(crate) fn named(set: &TupleSet, multiplicity: &[u64]) -> Self {
        let mut numbered: Vec<(Record, u32)> = (0u32..)
            .zip(set.iter().zip(multiplicity))
            .filter_map(|(id, (tuple, rows))| match tuple {
                [person, entry, parent] => {
                    Some((Record { person: *person, entry: *entry, parent: *parent, rows: *rows }, id))
                }
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
        Self::Records { records: numbered.into_iter().map(|(record, _)| record).collect(), position }
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
    pub(crate) population: Option<Population>,
}

/// The population of a table, counted over the same quasi-identifiers.
#[derive(Debug)]
pub(crate) struct Population {
    /// The tuples of the table under their numbers, then those that only the population has.
    pub(crate) tuples: TupleSet,
    /// People per tuple.
    pub(crate) counts: Vec<u64>,
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
        self.entries.as_ref().and_then(|e| e.get(entry).get(column + 1)).copied().unwrap_or(0)
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

    /// Records of all tables together.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|t| t.rows).sum()
    }

    /// Combinations of levels that the attributes allow, saturating.
    #[must_use]
    pub fn combinations(&self) -> u64 {
        Lattice::of(&self.attributes).nodes()
    }

    pub(crate) fn sensitive_columns(&self) -> Vec<usize> {
        self.tables.iter().map(|t| t.spec.sensitive).collect()
    }

    pub(crate) fn person_table(&self) -> Option<usize> {
        self.tables.iter().position(|t| t.spec.role == Role::Person)
    }
}
