//! Pass 1: what the search needs of the tables, and nothing else of the input.
//!
//! Workers read rows into codes of their chunk's own dictionaries; one thread merges them in the
//! order of the file. Kept: distinct values of counted columns, distinct tuples, people, keys of
//! parent tables.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::compile::Compiler;
use super::interner::{Interner, NONE, Texts};
use super::journal::{Entry, Journal, JournalWriter};
use super::layout::{Layout, PersonSource, TableLayout};
use super::models;
use super::people::{Keys, People, PeopleSeen};
use super::row::{Belongs, Known, LocalColumn, RowReader, read_leaf};
use crate::anonymity::problem::ProblemError;
use crate::anonymity::{self, ExchangeBuilder, NULL_LEAF, Role};
use crate::classify::Assignment;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::RowBatch;
use crate::io::publish::Staging;
use crate::io::scan::{Scanned, scan};
use crate::io::source::Source;
use crate::transform::hierarchy::Hierarchy;

/// Most record numbers that are named for values missing from a hierarchy.
const FIRST_RECORDS: usize = 5;

/// One counted table.
pub(crate) struct Counted {
    pub(crate) scanned: Scanned,
    /// Distinct leaves of each quasi column, by code.
    pub(crate) leaves: Vec<Interner>,
    /// Distinct published values of each sensitive column; their codes in the exchange are one more.
    pub(crate) values: Vec<Interner>,
    /// The file of its population, where models compare with one.
    pub(crate) population: Option<models::Population>,
    /// Distinct people with a row (rows, where rows are people).
    pub(crate) people: u64,
    /// What was found out about each row, where the table is going to be written.
    pub(crate) journal: Option<Journal>,
}

/// The counted exchange.
pub(crate) struct Count {
    pub(crate) tables: Vec<Counted>,
    pub(crate) people: People,
    pub(crate) keys: Vec<Keys>,
    pub(crate) builder: ExchangeBuilder,
    /// Values that no hierarchy knows: (table, column, distinct values, first records).
    pub(crate) missing: Vec<Missing>,
}

/// Values of one column that its hierarchy does not know.
pub(crate) struct Missing {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) values: Vec<String>,
    pub(crate) first_records: Vec<u64>,
}

/// One chunk, in codes.
struct Chunk {
    quasi: Vec<LocalColumn>,
    sensitive: Vec<LocalColumn>,
    /// Person names (person table), one per row.
    names: Texts,
    keys: Texts,
    belongs: Vec<Belongs>,
}

/// Counts every table of the layout. `progress` is told the table before each. With `staging` a
/// journal of the rows is kept there for the pass that writes.
///
/// # Errors
/// The first fault of the input, with table, record and column.
pub(crate) fn count(
    layout: &Layout<'_>,
    compiler: &Compiler<'_>,
    data: &Path,
    threads: usize,
    staging: Option<&Staging>,
    progress: &dyn Fn(&str),
) -> Result<Count> {
    let mut builder = ExchangeBuilder::new(layout.attributes, table_specs(layout)).map_err(internal)?;
    let mut people = People::default();
    let mut keys: Vec<Keys> = Vec::new();
    let mut tables = Vec::new();
    let mut missing = Vec::new();
    for (index, table) in layout.tables.iter().enumerate() {
        progress(&table.spec.name);
        let counted = count_table(
            index,
            table,
            compiler,
            data,
            threads,
            &mut Shared {
                people: &mut people,
                keys: &mut keys,
                builder: &mut builder,
                missing: &mut missing,
                staging,
            },
        );
        tables.push(counted.map_err(|e| Box::new(e.in_table(&table.spec.name)))?);
    }
    Ok(Count { tables, people, keys, builder, missing })
}

pub(crate) fn internal(_: ProblemError) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::Internal))
}

/// The tables as the anonymity engine sees them.
fn table_specs(layout: &Layout<'_>) -> Vec<anonymity::TableSpec> {
    let spec = |t: &TableLayout<'_>| {
        let parent = match t.person {
            // The person table owns everything through the person; only event tables own records.
            PersonSource::Parent { table, .. } => match layout.tables.get(table).map(|p| &p.person) {
                Some(PersonSource::Parent { .. }) => Some(table),
                _ => None,
            },
            _ => None,
        };
        anonymity::TableSpec {
            role: match t.person {
                PersonSource::Column(_) => Role::Person,
                _ => Role::Event { parent },
            },
            people: match t.person {
                PersonSource::EachRow => anonymity::People::EachRow,
                _ => anonymity::People::Coded,
            },
            attributes: (t.first_attribute..t.first_attribute + t.quasi.len()).collect(),
            sensitive: t.sensitive.len(),
        }
    };
    layout.tables.iter().map(spec).collect()
}

/// What all tables fill together.
struct Shared<'s> {
    people: &'s mut People,
    keys: &'s mut Vec<Keys>,
    builder: &'s mut ExchangeBuilder,
    missing: &'s mut Vec<Missing>,
    staging: Option<&'s Staging>,
}

/// Opens a table and matches its header with the recipe.
///
/// # Errors
/// `D2xx`; of several header problems the first (`check` lists all).
pub(crate) fn open(table: &TableLayout<'_>, data: &Path) -> Result<(Source, Assignment)> {
    let source = Source::open(&data.join(&table.spec.file), &table.spec.format, &table.spec.null)?;
    let assignment =
        Assignment::new(table.spec, &source.header).map_err(|mut all| Box::new(all.remove(0)))?;
    Ok((source, assignment))
}

fn count_table(
    index: usize,
    table: &TableLayout<'_>,
    compiler: &Compiler<'_>,
    data: &Path,
    threads: usize,
    shared: &mut Shared<'_>,
) -> Result<Counted> {
    let (source, assignment) = open(table, data)?;
    let hierarchies = column_hierarchies(table, compiler)?;
    let mut merge = Merge::new(index, table, &hierarchies);
    if let Some(staging) = shared.staging {
        let path = staging.work_folder()?.join(format!("{}.rows", table.spec.name));
        let owned = matches!(table.person, PersonSource::Parent { .. });
        merge.journal = Some(JournalWriter::create(path, owned)?);
    }
    // Rows of the person table add people while being merged; workers of that table never look.
    let mut own_people = People::default();
    if matches!(table.person, PersonSource::Column(_)) {
        std::mem::swap(&mut own_people, shared.people);
    }
    let known = Known { people: shared.people, keys: shared.keys };
    let reader = RowReader::new(table, &assignment, compiler, known)?;
    let scanned = scan(
        source.chunks,
        &source.parser,
        threads,
        || reader.clone(),
        |reader, _, batch| read_chunk(reader, batch),
        |before, _, chunk: Chunk| merge.take(before, chunk, &mut own_people, shared.builder),
    )?;
    drop(reader);
    if matches!(table.person, PersonSource::Column(_)) {
        std::mem::swap(&mut own_people, shared.people);
    }
    let privacy = compiler.recipe.privacy.as_ref();
    if let Some(spec) = privacy.and_then(|p| p.populations.get(&table.spec.name)) {
        let leaf = |column: usize, text: &str, record: u64| merge.leaf(column, text, record);
        let counted = models::count_population((index, table), spec, compiler, data, shared.builder, leaf)?;
        merge.population = Some(counted);
    }
    shared.missing.extend(std::mem::take(&mut merge.missing).into_values());
    let (counted, own_keys) = merge.finish(scanned)?;
    shared.keys.push(own_keys);
    check_pins(table, &counted.scanned)?;
    Ok(counted)
}

/// The recipe may declare how many records a file has, and its digest.
pub(crate) fn check_pins(table: &TableLayout<'_>, scanned: &Scanned) -> Result<()> {
    let fault = |found: &str, wanted: &str| {
        Err(Box::new(
            Diagnostic::error(Code::InputNotAsPinned)
                .in_file(&table.spec.file)
                .name("found", found)
                .name("wanted", wanted),
        ))
    };
    match (table.spec.rows, &table.spec.sha256) {
        (Some(rows), _) if rows != scanned.records => fault(&scanned.records.to_string(), &rows.to_string()),
        (_, Some(digest)) if *digest != scanned.sha256 => fault(&scanned.sha256, digest),
        _ => Ok(()),
    }
}

fn column_hierarchies(
    table: &TableLayout<'_>,
    compiler: &Compiler<'_>,
) -> Result<Vec<Option<Arc<Hierarchy>>>> {
    let columns = table.quasi.iter().filter_map(|c| table.spec.columns.get(*c));
    columns.map(|c| compiler.hierarchy(&table.spec.name, c)).collect()
}

fn read_chunk(reader: &mut RowReader<'_>, batch: &RowBatch<'_>) -> Result<Chunk> {
    let mut chunk = Chunk {
        quasi: reader.quasi.iter().map(|_| LocalColumn::default()).collect(),
        sensitive: reader.sensitive.iter().map(|_| LocalColumn::default()).collect(),
        names: Texts::default(),
        keys: Texts::default(),
        belongs: Vec::new(),
    };
    let (mut name, mut text) = (String::new(), String::new());
    for (i, row) in batch.iter().enumerate() {
        let at = |e: Box<Diagnostic>| Box::new(e.at_record(i as u64 + 1));
        let belongs = reader.belongs(&row, &mut name).map_err(at)?;
        if belongs == Belongs::Named {
            chunk.names.push(Some(&name));
        }
        if let Some(key) = reader.key(&row).map_err(at)? {
            chunk.keys.push(Some(key));
        }
        chunk.belongs.push(belongs);
        let context = reader.context(belongs, &name);
        for (cell, local) in reader.quasi.iter_mut().zip(&mut chunk.quasi) {
            local.push(read_leaf(cell, &row, &context, &mut text).map_err(at)?);
        }
        for (cell, local) in reader.sensitive.iter_mut().zip(&mut chunk.sensitive) {
            text.clear();
            let published = cell.chain.apply(row.cell(cell.position), &context, &mut text);
            let published = published.map_err(|e| at(super::row::problem(e, &cell.name)))?;
            local.push((!published.is_null()).then_some(text.as_str()));
        }
    }
    Ok(chunk)
}

/// The single-threaded end of the pass.
struct Merge<'m> {
    index: usize,
    table: &'m TableLayout<'m>,
    hierarchies: &'m [Option<Arc<Hierarchy>>],
    leaves: Vec<Interner>,
    values: Vec<Interner>,
    keys: Keys,
    keep_keys: bool,
    seen: PeopleSeen,
    missing: BTreeMap<usize, Missing>,
    scratch: String,
    /// Person of each row of the chunk at hand.
    people: Vec<u32>,
    /// Leaf codes of the chunk at hand, row after row, and the tuple of each row.
    codes: Vec<u32>,
    tuples: Vec<u32>,
    journal: Option<JournalWriter>,
    population: Option<models::Population>,
}

impl<'m> Merge<'m> {
    fn new(index: usize, table: &'m TableLayout<'m>, hierarchies: &'m [Option<Arc<Hierarchy>>]) -> Self {
        let leaves = hierarchies.iter().map(|h| {
            let mut known = Interner::default();
            for leaf in h.as_deref().and_then(Hierarchy::declared_leaves).unwrap_or_default() {
                known.intern(leaf);
            }
            known
        });
        Self {
            index,
            table,
            hierarchies,
            leaves: leaves.collect(),
            values: table.sensitive.iter().map(|_| Interner::default()).collect(),
            keys: if table.key_is_person() { Keys::of_people() } else { Keys::default() },
            keep_keys: table.key.is_some() && !table.key_is_person(),
            seen: PeopleSeen::default(),
            missing: BTreeMap::new(),
            scratch: String::new(),
            people: Vec::new(),
            codes: Vec::new(),
            tuples: Vec::new(),
            journal: None,
            population: None,
        }
    }

    /// The code of one leaf of the population; [`NULL_LEAF`] where the hierarchy does not know it.
    fn leaf(&mut self, column: usize, text: &str, record: u64) -> Option<u32> {
        if let Some(known) = self.leaves.get(column).and_then(|l| l.find(text)) {
            return Some(known);
        }
        let mut local = LocalColumn::default();
        local.push(Some(text));
        self.map_leaves(column, &local, record - 1)?.first().copied()
    }

    fn take(
        &mut self,
        before: u64,
        chunk: Chunk,
        people: &mut People,
        builder: &mut ExchangeBuilder,
    ) -> Result<()> {
        let too_many = || Box::new(Diagnostic::error(Code::InputLimit).number("limit", u64::from(NONE)));
        let mut maps = Vec::with_capacity(chunk.quasi.len());
        for (column, local) in chunk.quasi.iter().enumerate() {
            maps.push(self.map_leaves(column, local, before).ok_or_else(too_many)?);
        }
        let mut value_maps = Vec::with_capacity(chunk.sensitive.len());
        for (global, local) in self.values.iter_mut().zip(&chunk.sensitive) {
            let codes: Option<Vec<u32>> =
                local.texts.iter().map(|t| global.intern(t).map(|(c, _)| c)).collect();
            value_maps.push(codes.ok_or_else(too_many)?);
        }
        let mut known = people.names.len();
        people.names.intern_all(&chunk.names, &mut self.people).ok_or_else(too_many)?;
        self.number_tuples(&chunk, &maps, builder)?;
        let (mut named, mut keys) = (0, chunk.keys.iter());
        let mut value_codes = vec![0; value_maps.len()];
        for (row, belongs) in chunk.belongs.iter().enumerate() {
            let record = before + row as u64 + 1;
            let key = if self.keep_keys { keys.next().flatten() } else { None };
            let (person, parent) = match belongs {
                Belongs::Itself => (None, None),
                Belongs::Named => {
                    let code = self.people.get(named).copied().unwrap_or(NONE);
                    named += 1;
                    // New names get the next number each.
                    let new = code == known;
                    known += u32::from(new);
                    if !new && self.table.key_is_person() {
                        return Err(self.key_twice(record));
                    }
                    (Some(code), None)
                }
                Belongs::Owned(owner) => (Some(owner.person), owner.record),
                Belongs::Orphan => {
                    if let Some(key) = key
                        && !self.keys.add(key, NONE, None)
                    {
                        return Err(self.key_twice(record));
                    }
                    self.write_down(Entry::ORPHAN)?;
                    continue;
                }
            };
            if let Some(person) = person {
                self.seen.add(person);
            }
            for ((slot, map), local) in value_codes.iter_mut().zip(&value_maps).zip(&chunk.sensitive) {
                // Codes of values count from 1; 0 is NULL, a value like any other in l and t.
                *slot = local.codes.get(row).and_then(|c| map.get(*c as usize)).map_or(0, |code| code + 1);
            }
            let tuple = self.tuples.get(row).copied().unwrap_or(NONE);
            self.write_down(Entry::new(person, tuple, parent))?;
            let id = builder.push_tuple(self.index, person, tuple, &value_codes, parent).map_err(internal)?;
            if let Some(key) = key
                && !self.keys.add(key, person.unwrap_or(NONE), id)
            {
                return Err(self.key_twice(record));
            }
        }
        if let Some(journal) = &mut self.journal {
            journal.end_chunk();
        }
        Ok(())
    }

    fn write_down(&mut self, row: Entry) -> Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.row(row))
    }

    /// The tuple of every row of the chunk that has a person, in `tuples`.
    fn number_tuples(
        &mut self,
        chunk: &Chunk,
        maps: &[Vec<u32>],
        builder: &mut ExchangeBuilder,
    ) -> Result<()> {
        let counted = |belongs: &&Belongs| **belongs != Belongs::Orphan;
        let (all, width) = (chunk.belongs.len(), maps.len());
        let rows = chunk.belongs.iter().filter(counted).count();
        self.codes.clear();
        self.codes.resize(rows * width, NULL_LEAF);
        for (column, (map, local)) in maps.iter().zip(&chunk.quasi).enumerate() {
            let own = local.codes.iter().zip(&chunk.belongs).filter(|(_, b)| counted(b)).map(|(c, _)| c);
            let slots = self.codes.iter_mut().skip(column).step_by(width);
            for (slot, local) in slots.zip(own) {
                *slot = map.get(*local as usize).copied().unwrap_or(NULL_LEAF);
            }
        }
        builder.tuples(self.index, rows, &self.codes, &mut self.tuples).map_err(internal)?;
        if rows < all {
            let mut numbers = self.tuples.iter();
            let of_row =
                |b: &Belongs| if counted(&b) { numbers.next().copied().unwrap_or(NONE) } else { NONE };
            self.tuples = chunk.belongs.iter().map(of_row).collect();
        }
        Ok(())
    }

    fn key_twice(&self, record: u64) -> Box<Diagnostic> {
        let mut d = Diagnostic::error(Code::KeyNotUnique).at_record(record).number("count", 1);
        if let Some(name) = self.table.key.and_then(|k| self.table.spec.columns.get(k)) {
            d = d.in_column(&name.name);
        }
        Box::new(d)
    }

    /// Codes of a chunk's leaves in the table's dictionary; values that the hierarchy does not
    /// know are remembered and get the code of NULL, because the run stops after the pass.
    fn map_leaves(&mut self, column: usize, local: &LocalColumn, before: u64) -> Option<Vec<u32>> {
        let global = self.leaves.get_mut(column)?;
        let hierarchy = self.hierarchies.get(column).and_then(Option::as_deref);
        let mut codes = Vec::with_capacity(local.texts.len() as usize);
        for (code, text) in (0u32..).zip(local.texts.iter()) {
            if let Some(known) = global.find(text) {
                codes.push(known);
                continue;
            }
            self.scratch.clear();
            if hierarchy.is_none_or(|h| h.label(text, 0, &mut self.scratch).is_ok()) {
                codes.push(global.intern(text)?.0);
                continue;
            }
            codes.push(NULL_LEAF);
            let spec = self.table.spec;
            let entry = self.missing.entry(column).or_insert_with(|| Missing {
                table: spec.name.clone(),
                column: self
                    .table
                    .quasi
                    .get(column)
                    .and_then(|c| spec.columns.get(*c))
                    .map_or_else(String::new, |c| c.name.clone()),
                values: Vec::new(),
                first_records: Vec::new(),
            });
            if !entry.values.iter().any(|v| v == text) {
                entry.values.push(text.to_owned());
            }
            if entry.first_records.len() < FIRST_RECORDS
                && let Some(row) = local.codes.iter().position(|c| *c == code)
            {
                entry.first_records.push(before + row as u64 + 1);
            }
        }
        Some(codes)
    }

    fn finish(self, scanned: Scanned) -> Result<(Counted, Keys)> {
        let people = match self.table.person {
            PersonSource::EachRow => scanned.records,
            _ => self.seen.count,
        };
        let journal = self.journal.map(JournalWriter::finish).transpose()?;
        let (leaves, values) = (self.leaves, self.values);
        let population = self.population;
        Ok((Counted { scanned, leaves, values, population, people, journal }, self.keys))
    }
}
