//! Pass 2: every row treated, suppressed or written, into the run's private folder.
//!
//! Reads the input again (its digest must be the same), asks the verdicts about each row by the
//! numbers that pass 1 wrote down, and writes generalised labels from the dictionary of pass 1. Without a first pass (no gate, no
//! relation) rows are treated on their own.

use std::path::Path;
use std::sync::Arc;

use crossbeam_channel::{Receiver, bounded};

use super::aggregate::{Aggregates, OfColumn};
use super::chosen::Levels;
use super::compile::{Compiler, Keys};
use super::decide::Counts;
use super::formulas::{Formulas, push};
use super::interner::NONE;
use super::journal::Entry;
use super::layout::TableLayout;
use super::order::{Keyed, Shuffler};
use super::people::People;
use super::pseudonyms::Pseudonyms;
use super::row::{Cell, Known, RowReader, problem};
use crate::anonymity::verdict::{Fate, Verdicts};
use crate::classify::Assignment;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::{Row, RowBatch};
use crate::io::parquet::ColumnType;
use crate::io::publish::Staging;
use crate::io::scan::{Scanned, scan};
use crate::io::sink::{RowWriter, Sink, Written};
use crate::io::source::Form;
use crate::recipe::{FormulaPolicy, Order, Step};
use crate::transform::formula::is_formula;
use crate::transform::treatment::Published;

/// What pass 1 and the decision tell pass 2.
pub(crate) struct Verdict<'a> {
    pub(crate) counts: &'a Counts,
    pub(crate) verdicts: &'a Verdicts<'a>,
    pub(crate) levels: &'a Levels,
}

/// One published table, not yet measured.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) scanned: Scanned,
    pub(crate) written: Written,
    /// As the input was found.
    pub(crate) read: Form,
    /// As it is published.
    pub(crate) form: Form,
    pub(crate) tally: Tally,
}

/// What happened to the rows and cells of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) written: u64,
    pub(crate) suppressed: u64,
    pub(crate) orphans: u64,
    pub(crate) formulas: u64,
    pub(crate) cells_suppressed: u64,
    pub(crate) unparsed: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.written += other.written;
        self.suppressed += other.suppressed;
        self.orphans += other.orphans;
        self.formulas += other.formulas;
        self.cells_suppressed += other.cells_suppressed;
        self.unparsed += other.unparsed;
    }
}

/// How a published column gets its text.
#[derive(Clone)]
enum Output<'a> {
    /// As it stood in a file of the same form: nothing to treat, and nothing to quote.
    Copy(Cell),
    /// Through its chain.
    Chain(Cell),
    /// The number of its class, where its chain gives a number.
    Aggregate(Cell, OfColumn),
    /// The pseudonym of the person whom the row names, made once per person.
    Person(Cell, Arc<Pseudonyms<'a>>),
    /// From the dictionary: the n-th quasi column of the table, its labels by level.
    Label { quasi: usize, levels: Arc<[LevelLabels<'a>]> },
}

/// The labels of a level by leaf code, and which of them are written as they stand; both empty for
/// a level that no row has.
#[derive(Clone, Default)]
struct LevelLabels<'a> {
    labels: &'a [Option<Box<str>>],
    plain: Box<[bool]>,
}

/// Arguments that do not change between tables.
pub(crate) struct Pass<'a> {
    pub(crate) compiler: &'a Compiler<'a>,
    pub(crate) keys: &'a Keys,
    pub(crate) data: &'a Path,
    pub(crate) threads: usize,
    pub(crate) max_memory: u64,
    pub(crate) staging: &'a Staging,
}

struct Worker<'a> {
    index: usize,
    /// First attribute of the table in the exchange, and how many it has.
    attributes: (usize, usize),
    reader: RowReader<'a>,
    outputs: Vec<Output<'a>>,
    writer: RowWriter,
    verdict: Option<&'a Verdict<'a>>,
    formula: FormulaPolicy,
    check_formulas: bool,
    shuffle: Option<Arc<crate::crypto::OrderKey>>,
    name: String,
    text: String,
    /// What pass 1 found out about the rows of the chunk at hand, and room to read it into.
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    /// Buffers that were written and may be filled again.
    pool: Receiver<Keyed>,
}

/// Treats and writes one table.
///
/// # Errors
/// Any fault of the input or of writing; nothing is visible then.
pub(crate) fn apply_table(
    index: usize,
    table: &TableLayout<'_>,
    verdict: Option<&Verdict<'_>>,
    aggregates: &Aggregates,
    pass: &Pass<'_>,
) -> Result<Applied> {
    let in_table = |e: Box<Diagnostic>| Box::new(e.in_table(&table.spec.name));
    let (source, assignment) = super::count::open(table, pass.data).map_err(in_table)?;
    let nobody = People::default();
    let known = match verdict {
        Some(v) => Known { people: &v.counts.people, keys: &v.counts.keys },
        None => Known { people: &nobody, keys: &[] },
    };
    let reader = RowReader::new(table, &assignment, pass.compiler, known).map_err(in_table)?;
    let (outputs, header, form) =
        outputs(table, &assignment, (pass.compiler, pass.keys), (verdict, aggregates), &source.form)
            .map_err(in_table)?;
    let shuffle = (table.spec.order == Order::Shuffle).then(|| Arc::clone(&pass.keys.order));
    let (pool_in, pool) = bounded::<Keyed>(2 * pass.threads + 2);
    let make = || Worker {
        index,
        attributes: (table.first_attribute, table.quasi.len()),
        reader: reader.clone(),
        outputs: outputs.clone(),
        writer: RowWriter::new(&form, &header, &table.spec.output.null, same_kind(&source.form, &form)),
        verdict,
        formula: table.spec.formula,
        check_formulas: matches!(form, Form::Csv { .. }),
        shuffle: shuffle.clone(),
        name: String::new(),
        text: String::new(),
        entries: Vec::new(),
        bytes: Vec::new(),
        pool: pool.clone(),
    };
    let file = pass.staging.create(&table.spec.output.file)?;
    let mut sink = Sink::new(file, &form, &header, table.spec.unmappable).map_err(in_table)?;
    let mut shuffler = match &shuffle {
        None => None,
        Some(_) => {
            let size = std::fs::metadata(pass.data.join(&table.spec.file)).map_or(0, |m| m.len());
            let expected =
                if matches!(source.form, Form::Parquet(_)) { size.saturating_mul(8) } else { size };
            Some(Shuffler::new(expected, pass.max_memory, || pass.staging.work_folder(), &table.spec.name))
        }
    };
    let mut tally = Tally::default();
    let read = source.form.clone();
    let scanned = scan(
        source.chunks,
        &source.parser,
        pass.threads,
        make,
        Worker::run,
        |_, _, (rows, part): (Keyed, Tally)| {
            tally.add(&part);
            match &mut shuffler {
                Some(s) => s.push(&rows)?,
                None => sink.write(rows.text.as_bytes())?,
            }
            let _ = pool_in.try_send(rows);
            Ok(())
        },
    )
    .map_err(in_table)?;
    if let Some(v) = verdict
        && v.counts.tables.get(index).is_some_and(|c| c.scanned != scanned)
    {
        return Err(in_table(Box::new(Diagnostic::error(Code::InputChanged).in_file(&table.spec.file))));
    }
    super::count::check_pins(table, &scanned).map_err(in_table)?;
    if let Some(shuffler) = shuffler {
        shuffler.finish(|block| sink.write(block)).map_err(in_table)?;
    }
    let written = sink.finish().map_err(in_table)?;
    Ok(Applied { scanned, written, read, form, tally })
}

fn same_kind(a: &Form, b: &Form) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// The published columns in the order of the file.
fn outputs<'a>(
    table: &TableLayout<'_>,
    assignment: &Assignment,
    (compiler, keys): (&Compiler<'_>, &Keys),
    (verdict, aggregates): (Option<&'a Verdict<'a>>, &Aggregates),
    form: &Form,
) -> Result<(Vec<Output<'a>>, Vec<String>, Form)> {
    let (mut outputs, mut header, mut types) = (Vec::new(), Vec::new(), Vec::new());
    let published = super::output::form(form, &table.spec.output);
    let same_text = super::output::is_same_text(form, &published, &table.spec.null, &table.spec.output);
    let writer = RowWriter::new(&published, &[], &table.spec.output.null, same_kind(form, &published));
    for (position, column) in assignment.recipe_columns().iter().enumerate() {
        let Some(spec) = table.spec.columns.get(*column).filter(|c| c.is_published()) else { continue };
        header.push(spec.name.clone());
        let kept = matches!(spec.steps.as_slice(), [Step::Keep]);
        types.push(match form {
            Form::Parquet(all) => all.get(position).filter(|_| kept).cloned().unwrap_or(ColumnType::Utf8),
            _ => ColumnType::Utf8,
        });
        let quasi = table.quasi.iter().position(|q| q == column);
        outputs.push(match (quasi, verdict) {
            (Some(quasi), Some(v)) => {
                let attribute = table.first_attribute + quasi;
                let by_level = v.counts.labels.get(attribute).map_or(&[][..], |l| &l.by_level);
                let plain = |l: &Option<Box<str>>| {
                    l.as_deref().is_some_and(|l| writer.is_plain(l) && !is_formula(l, false))
                };
                let of_level = |(level, labels): (u8, &'a Vec<Option<Box<str>>>)| {
                    if v.levels.uses(attribute, level) {
                        LevelLabels { labels, plain: labels.iter().map(plain).collect() }
                    } else {
                        LevelLabels::default()
                    }
                };
                Output::Label { quasi, levels: (0..=u8::MAX).zip(by_level).map(of_level).collect() }
            }
            _ => {
                if verdict.is_none() {
                    fixed_level(spec, table)?;
                }
                let chain = compiler.column(&table.spec.name, spec, None)?;
                let copied = chain.is_copy() && same_text;
                let cell = Cell { position, name: spec.name.as_str().into(), chain };
                match (Pseudonyms::new(table, *column, verdict, keys), aggregates.of(*column)) {
                    (_, Some(of_column)) => Output::Aggregate(cell, of_column),
                    (Some(pseudonyms), None) => Output::Person(cell, Arc::new(pseudonyms)),
                    (None, None) if copied => Output::Copy(cell),
                    (None, None) => Output::Chain(cell),
                }
            }
        });
    }
    let form = match published {
        Form::Parquet(_) => Form::Parquet(types),
        other => other,
    };
    Ok((outputs, header, form))
}

/// Without a search, every level must be fixed by the recipe.
fn fixed_level(column: &crate::recipe::Column, table: &TableLayout<'_>) -> Result<()> {
    let open = column
        .steps
        .iter()
        .any(|s| matches!(s, Step::Generalize { min, max, .. } if min.is_none() || min != max));
    if open {
        return Err(Box::new(
            Diagnostic::error(Code::RecipeMissingKey)
                .name("key", "[privacy] / level")
                .in_table(&table.spec.name)
                .in_column(&column.name)
                .at(column.span.clone()),
        ));
    }
    Ok(())
}

impl Worker<'_> {
    fn run(&mut self, chunk: u64, batch: &RowBatch<'_>) -> Result<(Keyed, Tally)> {
        let mut rows = self.pool.try_recv().unwrap_or_default();
        rows.clear();
        let mut tally = Tally::default();
        if let Some(v) = self.verdict {
            let journal = v.counts.tables.get(self.index).and_then(|t| t.journal.as_ref());
            let journal = journal.ok_or_else(|| Box::new(Diagnostic::error(Code::Internal)))?;
            journal.read(chunk, batch.rows(), &mut self.bytes, &mut self.entries)?;
            // Tables larger than the cache: asked for together, the waits for memory overlap.
            let first = |e: &Entry| v.verdicts.leaf_codes(self.index, e.tuple).first().copied();
            std::hint::black_box(self.entries.iter().filter_map(first).fold(0, |all, code| all ^ code));
            for output in &self.outputs {
                if let Output::Person(_, pseudonyms) = output {
                    pseudonyms.touch(self.entries.iter().filter_map(Entry::person));
                }
            }
        }
        for (i, row) in batch.iter().enumerate() {
            self.one(i, &row, &mut rows, &mut tally).map_err(|e| Box::new(e.at_record(i as u64 + 1)))?;
        }
        Ok((rows, tally))
    }

    fn one(&mut self, index: usize, row: &Row<'_>, rows: &mut Keyed, tally: &mut Tally) -> Result<()> {
        let (person, tuple, codes, levels, context) = match self.verdict {
            None => {
                let belongs = self.reader.belongs(row, &mut self.name)?;
                (None, NONE, &[][..], &[][..], self.reader.context(belongs, &self.name))
            }
            Some(v) => {
                let entry = self.entries.get(index).copied().ok_or_else(changed)?;
                if entry.is_orphan() {
                    tally.orphans += 1;
                    tally.suppressed += 1;
                    return Ok(());
                }
                let person = entry.person();
                match v.verdicts.fate_of(self.index, person, entry.tuple, entry.parent()) {
                    Some(Fate::Keep) => {}
                    Some(Fate::Suppress) => {
                        tally.suppressed += 1;
                        return Ok(());
                    }
                    None => return Err(changed()),
                }
                let codes = v.verdicts.leaf_codes(self.index, entry.tuple);
                let levels = v.levels.of(self.attributes.0, self.attributes.1, entry.tuple);
                (person, entry.tuple, codes, levels, self.reader.context_of(person))
            }
        };
        let out = &mut rows.text;
        for output in &mut self.outputs {
            match output {
                Output::Copy(cell) => {
                    let text = row.cell(cell.position).map(|t| (t, row.was_quoted(cell.position)));
                    match text {
                        Some((text, false)) if !(self.check_formulas && is_formula(text, false)) => {
                            self.writer.plain(text, out);
                        }
                        text => {
                            let formulas = self
                                .check_formulas
                                .then_some(Formulas { policy: self.formula, numeric: false });
                            push(&mut self.writer, text, formulas, out, tally)
                                .map_err(|e| Box::new(e.in_column(&*cell.name)))?;
                        }
                    }
                }
                Output::Label { quasi, levels: all } => {
                    let code = codes.get(*quasi).map_or(usize::MAX, |code| *code as usize);
                    let level = levels.get(*quasi).and_then(|level| all.get(usize::from(*level)));
                    let level = level.ok_or_else(|| Box::new(Diagnostic::error(Code::Internal)))?;
                    let label = level.labels.get(code).and_then(Option::as_deref);
                    if let Some(label) = label
                        && level.plain.get(code).is_some_and(|p| *p)
                    {
                        self.writer.plain(label, out);
                        continue;
                    }
                    let cell = label.map(|l| (l, false));
                    let (name, numeric) = self.reader.quasi_kind(*quasi);
                    let formulas = self.check_formulas.then_some(Formulas { policy: self.formula, numeric });
                    push(&mut self.writer, cell, formulas, out, tally)
                        .map_err(|e| Box::new(e.in_column(name)))?;
                }
                Output::Person(cell, pseudonyms) => {
                    self.text.clear();
                    if !person.is_some_and(|person| pseudonyms.push(person, &mut self.text)) {
                        let published = cell.chain.apply(row.cell(cell.position), &context, &mut self.text);
                        published.map_err(|e| problem(e, &cell.name))?;
                    }
                    // A name is never NULL, and its pseudonym never a formula.
                    self.writer.cell(Some(&self.text), row.was_quoted(cell.position), out);
                }
                Output::Aggregate(cell, of_column) => {
                    self.text.clear();
                    let state = cell.chain.leaf(row.cell(cell.position), &context, &mut self.text);
                    let state = state.map_err(|e| problem(e, &cell.name))?;
                    let text = if state == Published::Text { of_column.text(tuple) } else { None };
                    let too_few = state == Published::Text && text.is_none();
                    tally.cells_suppressed += u64::from(too_few || state == Published::Suppressed);
                    tally.unparsed += u64::from(state == Published::Unparsed);
                    // A plain number is never a formula.
                    self.writer.cell(text, false, out);
                }
                Output::Chain(cell) => {
                    self.text.clear();
                    let published = cell.chain.apply(row.cell(cell.position), &context, &mut self.text);
                    match published.map_err(|e| problem(e, &cell.name))? {
                        Published::Text => {
                            let numeric = cell.chain.is_numeric();
                            let formulas =
                                self.check_formulas.then_some(Formulas { policy: self.formula, numeric });
                            let text = Some((self.text.as_str(), row.was_quoted(cell.position)));
                            push(&mut self.writer, text, formulas, out, tally)
                                .map_err(|e| Box::new(e.in_column(&*cell.name)))?;
                        }
                        state => {
                            tally.cells_suppressed += u64::from(state == Published::Suppressed);
                            tally.unparsed += u64::from(state == Published::Unparsed);
                            self.writer.cell(None, false, out);
                        }
                    }
                }
            }
        }
        self.writer.end(out);
        tally.written += 1;
        if let Some(key) = &self.shuffle {
            rows.end_row(key);
        }
        Ok(())
    }
}

fn changed() -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::InputChanged))
}
