//! Takes the rows of an exchange one at a time and keeps only what counting needs.
//!
//! Why here: five million rows pass through; what stays must be proportional to the distinct
//! tuples and to the people who have more than one record.
//!
//! Deliberately absent: reading, and making codes of text.

use super::distinct::Distinct;
use super::lattice::Attribute;
use super::pack::{Packer, renumber};
use super::problem::{
    Data, Exchange, NONE, People, Population, ProblemError, Record, RecordId, Role, Table, TableSpec, add,
    merge,
};
use super::tuples::{Appender, TupleSet};

/// The leaf code of NULL while rows are pushed; how many leaves there are is only known after the
/// last row, when [`ExchangeBuilder::build`] puts [`Attribute::null_leaf`] in its place.
pub const NULL_LEAF: u32 = u32::MAX;

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
    /// People of the population per leaf tuple; `None` where no population was pushed.
    population: Option<(TupleSet, Vec<u64>)>,
}

/// How the rows of a table are kept while reading, cheapest first.
#[derive(Debug)]
enum Store {
    /// Rows are people: a count per entry.
    Counts(Vec<u64>),
    /// People who mostly have one row: their first entry by person code, and the rest.
    First { entry_of_person: Vec<u32>, rest: RecordList },
    /// Any number of records per person, with or without parents.
    List(RecordList),
    /// Records that others point to: numbered at once.
    Named { records: TupleSet, multiplicity: Vec<u64> },
}

/// Records, merged whenever the list has doubled; where merging hardly helps, four times as long.
#[derive(Debug, Default)]
struct RecordList {
    records: Vec<Record>,
    next: usize,
}

impl RecordList {
    fn push(&mut self, record: Record) {
        self.records.push(record);
        if self.records.len() > self.next.max(65_536) {
            let before = self.records.len();
            merge(&mut self.records);
            let left = self.records.len();
            self.next = if left > before / 4 * 3 { 4 * left } else { 2 * left };
        }
    }
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
            .map(|table| specs.iter().any(|s| s.role == Role::Event { parent: Some(table) }))
            .collect();
        let tables =
            specs.into_iter().zip(named).map(|(spec, named)| TableBuilder::new(spec, named)).collect();
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
        let tuple = self.tuple(table, leaf_codes)?;
        self.push_tuple(table, person, tuple, sensitive, parent)
    }

    /// Adds people of the population of a table, for models that ask for one: their leaf codes in the
    /// order of the table's attributes, coded like its rows.
    ///
    /// # Errors
    /// [`ProblemError`] when the codes do not fit the table.
    pub fn push_population(
        &mut self,
        table: usize,
        leaf_codes: &[u32],
        people: u64,
    ) -> Result<(), ProblemError> {
        let builder = self.tables.get_mut(table).ok_or(ProblemError::NoTable)?;
        let width = builder.spec.attributes.len();
        if leaf_codes.len() != width {
            return Err(ProblemError::Width { table });
        }
        let (tuples, counts) = builder.population.get_or_insert_with(|| (TupleSet::new(width), Vec::new()));
        let tuple = tuples.intern(leaf_codes).ok_or(ProblemError::TooMany { table })?;
        add(counts, tuple, people);
        Ok(())
    }

    fn tuple(&mut self, table: usize, leaf_codes: &[u32]) -> Result<u32, ProblemError> {
        let builder = self.tables.get_mut(table).ok_or(ProblemError::NoTable)?;
        if leaf_codes.len() != builder.spec.attributes.len() {
            return Err(ProblemError::Width { table });
        }
        builder.tuples.intern(leaf_codes).ok_or(ProblemError::TooMany { table })
    }

    /// The numbers of the leaf tuples of many rows, whose codes stand row after row in
    /// `leaf_codes`: what [`ExchangeBuilder::push_tuple`] takes. Much faster than one by one.
    ///
    /// # Errors
    /// [`ProblemError`] when the codes are not those of so many rows.
    pub fn tuples(
        &mut self,
        table: usize,
        rows: usize,
        leaf_codes: &[u32],
        out: &mut Vec<u32>,
    ) -> Result<(), ProblemError> {
        let builder = self.tables.get_mut(table).ok_or(ProblemError::NoTable)?;
        let width = builder.spec.attributes.len();
        if leaf_codes.len() != width * rows {
            return Err(ProblemError::Width { table });
        }
        if width == 0 {
            out.clear();
            if rows > 0 {
                out.resize(rows, self.tuple(table, &[])?);
            }
            return Ok(());
        }
        builder.tuples.intern_all(leaf_codes, out).ok_or(ProblemError::TooMany { table })
    }

    /// As [`ExchangeBuilder::push`], for a row whose tuple was numbered.
    ///
    /// # Errors
    /// [`ProblemError`] when the row does not fit the table.
    pub fn push_tuple(
        &mut self,
        table: usize,
        person: Option<u32>,
        tuple: u32,
        sensitive: &[u32],
        parent: Option<RecordId>,
    ) -> Result<Option<RecordId>, ProblemError> {
        let spec = &self.tables.get(table).ok_or(ProblemError::NoTable)?.spec;
        if sensitive.len() != spec.sensitive {
            return Err(ProblemError::Width { table });
        }
        let parent = match (spec.role, parent) {
            (Role::Event { parent: Some(owner) }, Some(id)) => {
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
        self.tables.get_mut(table).ok_or(ProblemError::NoTable)?.push(table, person, tuple, sensitive, parent)
    }

    /// Adds many rows of a table whose rows are people, column by column: leaf codes in the order of
    /// the table's attributes, then sensitive codes, all of the same length. The fastest way in;
    /// the result is the same whatever the number of threads.
    ///
    /// # Errors
    /// [`ProblemError`] when the columns do not fit the table.
    pub fn push_columns(
        &mut self,
        table: usize,
        rows: usize,
        leaf_codes: &[&[u32]],
        sensitive: &[&[u32]],
        threads: usize,
    ) -> Result<(), ProblemError> {
        let builder = self.tables.get_mut(table).ok_or(ProblemError::NoTable)?;
        let fits =
            leaf_codes.len() == builder.spec.attributes.len() && sensitive.len() == builder.spec.sensitive;
        if !fits || leaf_codes.iter().chain(sensitive).any(|column| column.len() != rows) {
            return Err(ProblemError::Width { table });
        }
        if !matches!(builder.store, Store::Counts(_)) {
            return Err(ProblemError::Person { table });
        }
        let too_many = ProblemError::TooMany { table };
        let columns: Vec<&[u32]> = leaf_codes.iter().chain(sensitive).copied().collect();
        let found = if u32::try_from(rows).is_ok() { Distinct::of(rows, &columns, threads) } else { None };
        if let Some(found) = found {
            builder.push_distinct(&found).ok_or(too_many)?;
        } else {
            let (mut packer, mut numbers) = (Packer::default(), Vec::new());
            packer.columns(rows, leaf_codes, &mut numbers);
            let tuples = &mut builder.tuples;
            renumber(&mut numbers, leaf_codes, |codes| tuples.intern(codes)).ok_or(too_many)?;
            if !sensitive.is_empty() {
                let columns: Vec<&[u32]> =
                    std::iter::once(numbers.as_slice()).chain(sensitive.iter().copied()).collect();
                let mut entries = Vec::new();
                packer.columns(rows, &columns, &mut entries);
                let set = &mut builder.entries;
                renumber(&mut entries, &columns, |codes| set.intern(codes)).ok_or(too_many)?;
                numbers = entries;
            }
            builder.count(numbers.iter().map(|entry| (*entry, 1)));
        }
        builder.rows += rows as u64;
        Ok(())
    }

    /// The counted exchange, with the hierarchies of its attributes.
    ///
    /// # Errors
    /// [`ProblemError::UnknownAttribute`] when their number is another one,
    /// [`ProblemError::UnknownLeaf`] when a pushed code is not a leaf.
    pub fn build(mut self, attributes: Vec<Attribute>) -> Result<Exchange, ProblemError> {
        let alone = self.tables.len() == 1;
        let people = self.tables.iter().map(TableBuilder::person_codes).max().unwrap_or(0);
        for (table, builder) in self.tables.iter_mut().enumerate() {
            let own: Option<Vec<&Attribute>> =
                builder.spec.attributes.iter().map(|a| attributes.get(*a)).collect();
            let own = own.ok_or(ProblemError::UnknownAttribute { table })?;
            let unknown = ProblemError::UnknownLeaf { table };
            builder.tuples = settle_null(std::mem::take(&mut builder.tuples), &own).ok_or(unknown)?;
            if let Some((tuples, counts)) = builder.population.take() {
                builder.population = Some((settle_null(tuples, &own).ok_or(unknown)?, counts));
            }
            // A histogram counts people in 32 bits.
            if u32::try_from(builder.rows).is_err() && matches!(builder.store, Store::Counts(_)) {
                return Err(ProblemError::TooMany { table });
            }
        }
        Ok(Exchange { attributes, tables: self.tables.into_iter().map(|t| t.build(alone)).collect(), people })
    }
}

/// The same tuples under the same numbers, with the final code of NULL. `None` when a code is no
/// leaf of its attribute.
fn settle_null(tuples: TupleSet, attributes: &[&Attribute]) -> Option<TupleSet> {
    let leaves: Vec<u32> = attributes.iter().map(|a| a.null_leaf()).collect();
    if tuples.iter().all(|tuple| tuple.iter().zip(&leaves).all(|(code, leaves)| code < leaves)) {
        return Some(tuples);
    }
    let mut settled = TupleSet::new(attributes.len());
    let mut codes = Vec::with_capacity(attributes.len());
    for tuple in tuples.iter() {
        codes.clear();
        for (code, attribute) in tuple.iter().zip(attributes) {
            let code = match *code {
                NULL_LEAF => attribute.null_leaf(),
                code => code,
            };
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
            Role::Event { parent: Some(owner) } => {
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
            People::Coded if named => Store::Named { records: TupleSet::new(3), multiplicity: Vec::new() },
            People::Coded if has_parent => Store::List(RecordList::default()),
            People::Coded => Store::First { entry_of_person: Vec::new(), rest: RecordList::default() },
        };
        Self {
            tuples: TupleSet::new(spec.attributes.len()),
            entries: TupleSet::new(1 + spec.sensitive),
            scratch: Vec::new(),
            rows: 0,
            store,
            population: None,
            spec,
        }
    }

    fn push(
        &mut self,
        table: usize,
        person: Option<u32>,
        tuple: u32,
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
        if tuple as usize >= self.tuples.len() {
            return Err(ProblemError::Width { table });
        }
        let entry = if sensitive.is_empty() {
            tuple
        } else {
            self.scratch.clear();
            self.scratch.push(tuple);
            self.scratch.extend_from_slice(sensitive);
            self.entries.intern(&self.scratch).ok_or(too_many)?
        };
        self.rows += 1;
        let record = Record { person, entry, parent, rows: 1 };
        match &mut self.store {
            Store::Counts(counts) => add(counts, entry, 1),
            Store::First { entry_of_person, rest } => {
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
            Store::Named { records, multiplicity } => {
                let id = records.intern(&[person, entry, parent]).ok_or(too_many)?;
                add(multiplicity, id, 1);
                return Ok(Some(RecordId(id)));
            }
        }
        Ok(None)
    }

    /// Puts in distinct rows of leaf codes and sensitive codes.
    fn push_distinct(&mut self, found: &Distinct) -> Option<()> {
        let width = self.spec.attributes.len();
        let all = width + self.spec.sensitive;
        let mut of_row = Vec::with_capacity(found.found.len());
        let mut anew = Appender::new(&mut self.tuples);
        for same in found.found.chunk_by(|a, b| found.head(a.0, width) == found.head(b.0, width)) {
            let tuple = anew.push(found.codes(same.first()?.0, 0..width))?;
            of_row.extend(same.iter().map(|_| tuple));
        }
        if self.spec.sensitive > 0 {
            let mut anew = Appender::new(&mut self.entries);
            for (number, (row, _)) in of_row.iter_mut().zip(&found.found) {
                *number = anew.push(std::iter::once(*number).chain(found.codes(*row, width..all)))?;
            }
        }
        self.count(of_row.into_iter().zip(found.found.iter().map(|(_, count)| u64::from(*count))));
        Some(())
    }

    /// Adds to the counts of entries.
    fn count(&mut self, entries: impl Iterator<Item = (u32, u64)>) {
        if let Store::Counts(counts) = &mut self.store {
            counts.resize(counts.len().max(self.tuples.len()).max(self.entries.len()), 0);
            for (entry, rows) in entries {
                add(counts, entry, rows);
            }
        }
    }

    fn person_codes(&self) -> usize {
        let largest = |records: &[Record]| records.iter().map(|r| r.person as usize + 1).max();
        match &self.store {
            Store::Counts(_) => 0,
            Store::First { entry_of_person, .. } => entry_of_person.len(),
            Store::List(list) => largest(&list.records).unwrap_or(0),
            Store::Named { records, .. } => {
                records.iter().filter_map(|r| r.first()).map(|p| *p as usize + 1).max().unwrap_or(0)
            }
        }
    }

    fn build(self, alone: bool) -> Table {
        let entries = if self.spec.sensitive == 0 { None } else { Some(self.entries) };
        let entry_count = entries.as_ref().map_or(self.tuples.len(), TupleSet::len);
        let data = match self.store {
            Store::Counts(mut counts) => {
                counts.resize(entry_count, 0);
                Data::Histogram(counts)
            }
            Store::First { entry_of_person, rest } if alone && rest.records.is_empty() => {
                let mut counts = vec![0; entry_count];
                for entry in entry_of_person.iter().filter(|e| **e != NONE) {
                    add(&mut counts, *entry, 1);
                }
                Data::Histogram(counts)
            }
            Store::First { entry_of_person, rest } => {
                let mut records = rest.records;
                let people = (0u32..).zip(&entry_of_person);
                records.extend(people.filter(|(_, e)| **e != NONE).map(|(person, entry)| Record {
                    person,
                    entry: *entry,
                    parent: NONE,
                    rows: 1,
                }));
                Data::records(records)
            }
            Store::List(list) => Data::records(list.records),
            Store::Named { records, multiplicity } => Data::named(&records, &multiplicity),
        };
        let population = self.population.and_then(|(set, counts)| {
            let mut tuples = self.tuples.clone();
            let mut of = vec![0; tuples.len()];
            for (tuple, count) in set.iter().zip(counts) {
                add(&mut of, tuples.intern(tuple)?, count);
            }
            Some(Population { tuples, counts: of })
        });
        Table { spec: self.spec, tuples: self.tuples, entries, rows: self.rows, data, population }
    }
}
