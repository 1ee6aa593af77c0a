//! The population of a table: read in pass 1 into the codes of the search, and once more for the
//! recount, generalised by the labels of the levels that were chosen.
//!
//! Its quasi-identifiers are read by the chains of the table's own columns. The two readings share the
//! reader of cells and nothing else: the search counts codes, the recount counts published texts.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::compile::Compiler;
use super::super::count::internal;
use super::super::decide::Counts;
use super::super::interner::{Interner, NONE};
use super::super::layout::{Layout, PersonSource, TableLayout};
use super::super::row::{Cell, read_leaf};
use super::published::Form;
use crate::anonymity::tuples::TupleSet;
use crate::anonymity::{ExchangeBuilder, NULL_LEAF};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::scan::{Scanned, scan};
use crate::io::source::{self, Source};
use crate::measure::Classes;
use crate::recipe::{ModelDemand, PopulationSpec, Step};
use crate::transform::treatment::RowContext;

/// A population file that was read.
pub(crate) struct Read {
    pub(crate) scanned: Scanned,
    /// How it is written.
    pub(crate) form: source::Form,
}

/// People per tuple of texts; `None` is NULL.
pub(crate) type Tuples = BTreeMap<Vec<Option<String>>, u64>;

/// Whether a table can be compared with a population: each record is a person of its own, and nothing
/// secret is in its quasi-identifiers.
pub(super) fn check(
    demand: &ModelDemand,
    layout: &Layout<'_>,
    table: &TableLayout<'_>,
) -> Option<Diagnostic> {
    let alone = match table.person {
        PersonSource::EachRow => true,
        _ => layout.tables.len() == 1 && table.key_is_person(),
    };
    let mut quasi = table.quasi.iter().filter_map(|c| table.spec.columns.get(*c));
    let moved = quasi.any(|c| c.steps.iter().any(|s| matches!(s, Step::DateShift { .. })));
    (!alone || moved).then(|| {
        let d = Diagnostic::error(Code::ModelPopulation).name("model", demand.model.id());
        d.in_table(&demand.table).at(demand.span.clone())
    })
}

/// The cells of the quasi-identifiers and the place of the count.
#[derive(Clone)]
struct Columns {
    cells: Vec<Cell>,
    count: Option<usize>,
}

/// Opens the file and finds its columns.
///
/// # Errors
/// [`Code::ColumnMissing`] and what opening a table may meet.
fn open(
    table: &TableLayout<'_>,
    spec: &PopulationSpec,
    compiler: &Compiler<'_>,
    data: &Path,
) -> Result<(Source, Columns)> {
    let source = Source::open(&data.join(&spec.file), &spec.format, &spec.null)?;
    let position = |name: &str| {
        let missing = || {
            let d = Diagnostic::error(Code::ColumnMissing).in_file(&spec.file).name("name", name);
            Box::new(d.at(spec.span.clone()))
        };
        source.header.iter().position(|h| h == name).ok_or_else(missing)
    };
    let mut cells = Vec::new();
    for column in table.quasi.iter().filter_map(|c| table.spec.columns.get(*c)) {
        cells.push(Cell {
            position: position(&column.name)?,
            name: column.name.as_str().into(),
            chain: compiler.column(&table.spec.name, column, None)?,
        });
    }
    let count = spec.count.as_deref().map(position).transpose()?;
    Ok((source, Columns { cells, count }))
}

/// Whether the file is there and has the columns.
///
/// # Errors
/// As [`read`].
pub(crate) fn check_header(
    table: &TableLayout<'_>,
    spec: &PopulationSpec,
    compiler: &Compiler<'_>,
    data: &Path,
) -> Result<()> {
    open(table, spec, compiler, data).map(|_| ())
}

/// Reads the file: `take` is given the leaf texts of each record and its people.
///
/// # Errors
/// The first fault of the file; what `take` returns.
fn read(
    table: &TableLayout<'_>,
    spec: &PopulationSpec,
    compiler: &Compiler<'_>,
    data: &Path,
    mut take: impl FnMut(u64, &[Option<String>], u64) -> Result<()>,
) -> Result<Read> {
    let (source, columns) = open(table, spec, compiler, data)?;
    let form = source.form.clone();
    let scanned = scan(
        source.chunks,
        &source.parser,
        1,
        || columns.clone(),
        |columns, _, batch| {
            let (context, mut text) = (RowContext::default(), String::new());
            let mut rows: Vec<(Vec<Option<String>>, u64)> = Vec::new();
            for (i, row) in batch.iter().enumerate() {
                let at = |e: Box<Diagnostic>| Box::new(e.at_record(i as u64 + 1));
                let mut leaves = Vec::with_capacity(columns.cells.len());
                for cell in &mut columns.cells {
                    leaves.push(read_leaf(cell, &row, &context, &mut text).map_err(at)?.map(str::to_owned));
                }
                let people = match columns.count {
                    None => 1,
                    Some(position) => row.cell(position).and_then(|c| c.parse().ok()).ok_or_else(|| {
                        let name = spec.count.as_deref().unwrap_or_default();
                        at(Box::new(Diagnostic::error(Code::ValueUnparsable).in_column(name)))
                    })?,
                };
                rows.push((leaves, people));
            }
            Ok(rows)
        },
        |before, _, rows| {
            let mut records = before..;
            rows.iter()
                .try_for_each(|(leaves, people)| take(records.next().unwrap_or(0) + 1, leaves, *people))
        },
    )?;
    Ok(Read { scanned, form })
}

/// Counts the population of a table of the exchange in the codes of its leaves; `leaf` gives the code of
/// a text in a column, and the record it stands in.
///
/// # Errors
/// As [`read`]; [`Code::InputLimit`].
pub(crate) fn count(
    (index, table): (usize, &TableLayout<'_>),
    spec: &PopulationSpec,
    compiler: &Compiler<'_>,
    data: &Path,
    builder: &mut ExchangeBuilder,
    mut leaf: impl FnMut(usize, &str, u64) -> Option<u32>,
) -> Result<Read> {
    let mut codes = Vec::new();
    read(table, spec, compiler, data, |record, leaves, people| {
        codes.clear();
        for (column, text) in leaves.iter().enumerate() {
            let code = text.as_ref().map_or(Some(NULL_LEAF), |text| leaf(column, text, record));
            let too_many = || Box::new(Diagnostic::error(Code::InputLimit).number("limit", u64::from(NONE)));
            codes.push(code.ok_or_else(too_many)?);
        }
        builder.push_population(index, &codes, people).map_err(internal)
    })
}

/// People of the population per tuple of a published file.
pub(crate) fn of_tuples(population: &Tuples, tuples: &TupleSet, texts: &[Interner]) -> Vec<u64> {
    let text = |(code, texts): (&u32, &Interner)| (*code != NONE).then(|| texts.text(*code).to_owned());
    let people = |tuple: &[u32]| {
        let texts: Vec<Option<String>> = tuple.iter().zip(texts).map(text).collect();
        population.get(&texts).copied().unwrap_or(0)
    };
    tuples.iter().map(people).collect()
}

/// The same per class, where every class has one tuple.
pub(crate) fn of_classes(of_tuple: &[u64], classes: Option<&Classes>, tuple_of_row: &[u32]) -> Vec<u64> {
    match classes {
        Some(classes) if !of_tuple.is_empty() => {
            let tuples = classes.first_of_each(tuple_of_row);
            tuples.iter().map(|t| of_tuple.get(*t as usize).copied().unwrap_or(0)).collect()
        }
        _ => of_tuple.to_vec(),
    }
}

/// The population in the texts in which the table is published at the chosen levels.
///
/// # Errors
/// As [`read`]; [`Code::InputChanged`] when the file is not the one that was counted.
pub(crate) fn generalised(
    table: &TableLayout<'_>,
    spec: &PopulationSpec,
    compiler: &Compiler<'_>,
    data: &Path,
    counts: &Counts,
    at: (usize, &[u8]),
    form: &[Form],
) -> Result<Tuples> {
    let (index, levels) = at;
    let leaves = counts.tables.get(index).map(|t| t.leaves.as_slice()).unwrap_or_default();
    let mut tuples = Tuples::new();
    let again = read(table, spec, compiler, data, |_, texts, people| {
        let mut tuple = Vec::with_capacity(texts.len());
        for (position, text) in texts.iter().enumerate() {
            let attribute = table.first_attribute + position;
            let level = levels.get(attribute).copied().unwrap_or(0);
            let labels = counts.labels.get(attribute).and_then(|l| l.by_level.get(usize::from(level)));
            let code = match text {
                None => labels.map(|l| l.len().saturating_sub(1)),
                Some(text) => leaves.get(position).and_then(|l| l.find(text)).map(|code| code as usize),
            };
            let label = labels.zip(code).and_then(|(labels, code)| labels.get(code)).cloned().flatten();
            let plain = Form::default();
            tuple.push(form.get(position).unwrap_or(&plain).published(label.map(String::from)));
        }
        *tuples.entry(tuple).or_insert(0) += people;
        Ok(())
    })?;
    let counted = counts.tables.get(index).and_then(|t| t.population.as_ref());
    if counted.is_none_or(|counted| counted.scanned.sha256 != again.scanned.sha256) {
        return Err(Box::new(Diagnostic::error(Code::InputChanged).in_file(&spec.file)));
    }
    Ok(tuples)
}
