//! Between the decision and the pass that writes: what every class publishes of a microaggregated
//! column.
//!
//! Why here: a mean needs all numbers of a class, and classes are known only after the search. A pass
//! of its own reads these columns alone, with the fate and the class of each row from pass 1.
//!
//! A class is what the table publishes alike. Where fewer people than asked for have a number, the
//! class publishes none: the mean of one number is that number.
//!
//! Deliberately absent: tables in which a person has several records. k counts people, a mean counts
//! numbers, and one person could bring them all.

use std::sync::Arc;

use super::apply::{Pass, Verdict};
use super::chosen::Levels;
use super::interner::NONE;
use super::journal::Entry;
use super::layout::{Layout, PersonSource, TableLayout};
use crate::anonymity::local::microaggregation::{self, MicroError, Numbers, of_classes};
use crate::anonymity::tuples::TupleSet;
use crate::anonymity::verdict::Fate;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::RowBatch;
use crate::io::scan::scan;
use crate::recipe::{self, Microaggregate, Recipe, Step};
use crate::transform::column::Column;
use crate::transform::treatment::{Published, RowContext};
use crate::transform::value::number::Decimal;

/// What the classes of a table publish.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aggregates {
    /// Per leaf tuple of the table.
    class_of_tuple: Arc<[u32]>,
    /// Column of the recipe, and per class its text; `None` where too few have a number.
    columns: Vec<(usize, Arc<[Option<Box<str>>]>)>,
}

/// What one column's classes publish.
#[derive(Debug, Clone)]
pub(crate) struct OfColumn {
    class_of_tuple: Arc<[u32]>,
    by_class: Arc<[Option<Box<str>>]>,
}

impl OfColumn {
    /// The text of a row that has a number; `None` where too few of its class have one.
    #[inline]
    pub(crate) fn text(&self, tuple: u32) -> Option<&str> {
        let class = self.class_of_tuple.get(tuple as usize).copied().unwrap_or(NONE);
        self.by_class.get(class as usize)?.as_deref()
    }
}

impl Aggregates {
    /// What is known of a column of the recipe.
    pub(crate) fn of(&self, column: usize) -> Option<OfColumn> {
        let (_, by_class) = self.columns.iter().find(|(known, _)| *known == column)?;
        Some(OfColumn { class_of_tuple: Arc::clone(&self.class_of_tuple), by_class: Arc::clone(by_class) })
    }
}

fn step(column: &recipe::Column) -> Option<&Microaggregate> {
    column.steps.iter().find_map(|s| match s {
        Step::Microaggregate(m) => Some(m),
        _ => None,
    })
}

/// What the recipe asks of microaggregated columns that their tables cannot do; known before any file
/// is opened.
pub(crate) fn refusals(recipe: &Recipe, layout: &Layout<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for table in &layout.tables {
        for column in table.spec.columns.iter().filter(|c| step(c).is_some()) {
            let own = (table.spec.name.clone(), column.name.clone());
            let gated = recipe.privacy.as_ref();
            let key = if gated.is_none() {
                "[privacy]"
            } else if table.quasi.is_empty() {
                "role = \"quasi\""
            } else if table.person != PersonSource::EachRow && !table.key_is_person() {
                "[person]"
            } else if gated.is_some_and(|p| is_limited(p, &own)) {
                "l, t, models"
            } else {
                continue;
            };
            let d = Diagnostic::error(Code::MicroaggregateUnsupported).name("key", key);
            found.push(d.in_table(&table.spec.name).in_column(&column.name).at(column.span.clone()));
        }
    }
    found
}

/// Whether a model reads the values of the column (table, column).
fn is_limited(privacy: &recipe::Privacy, own: &(String, String)) -> bool {
    let of_models = |m: &recipe::ModelDemand| m.table == own.0 && m.column.as_ref() == Some(&own.1);
    privacy.l.contains_key(own) || privacy.t.contains_key(own) || privacy.models.iter().any(of_models)
}

/// One column to read: its place in the file and what gives its number.
#[derive(Clone)]
struct Wanted {
    position: usize,
    name: Arc<str>,
    chain: Column,
}

/// Reads the microaggregated columns of a table, if it has any.
///
/// # Errors
/// Any fault of the input; [`Code::ValueUnparsable`] where a number or a sum becomes too long.
pub(crate) fn read(
    index: usize,
    table: &TableLayout<'_>,
    verdict: Option<&Verdict<'_>>,
    pass: &Pass<'_>,
) -> Result<Aggregates> {
    let columns: Vec<(usize, &recipe::Column, &Microaggregate)> =
        table.spec.columns.iter().enumerate().filter_map(|(at, c)| Some((at, c, step(c)?))).collect();
    let (Some(verdict), false) = (verdict, columns.is_empty()) else { return Ok(Aggregates::default()) };
    let in_table = |e: Box<Diagnostic>| Box::new(e.in_table(&table.spec.name));
    let internal = || Box::new(Diagnostic::error(Code::Internal));
    let (source, assignment) = super::count::open(table, pass.data).map_err(in_table)?;
    let wanted = |(at, column, _): &(usize, &recipe::Column, &Microaggregate)| -> Result<Wanted> {
        Ok(Wanted {
            position: assignment.position(*at).ok_or_else(internal)?,
            name: column.name.as_str().into(),
            chain: pass.compiler.column(&table.spec.name, column, None)?,
        })
    };
    let wanted = columns.iter().map(wanted).collect::<Result<Vec<Wanted>>>().map_err(in_table)?;
    let class_of_tuple: Arc<[u32]> = classes(index, verdict).into();
    // Per column, (class, number) of every published row that has one.
    let mut numbers: Vec<Vec<(u32, Decimal)>> = vec![Vec::new(); wanted.len()];
    let scanned = scan(
        source.chunks,
        &source.parser,
        pass.threads,
        || Reader {
            index,
            verdict,
            wanted: wanted.clone(),
            class_of_tuple: &class_of_tuple,
            entries: Vec::new(),
            bytes: Vec::new(),
        },
        |reader: &mut Reader<'_>, chunk, batch| reader.read(chunk, batch),
        |_, _, part: Vec<Vec<(u32, Decimal)>>| {
            for (all, part) in numbers.iter_mut().zip(part) {
                all.extend(part);
            }
            Ok(())
        },
    )
    .map_err(in_table)?;
    if verdict.counts.tables.get(index).is_some_and(|c| c.scanned != scanned) {
        return Err(in_table(Box::new(Diagnostic::error(Code::InputChanged).in_file(&table.spec.file))));
    }
    let k = pass.compiler.recipe.privacy.as_ref().map_or(1, |p| p.k);
    let mut done = Aggregates { class_of_tuple, columns: Vec::new() };
    for ((at, column, asked), numbers) in columns.iter().zip(numbers) {
        let texts = by_class(&numbers, asked, asked.group.unwrap_or(k));
        let texts = texts.map_err(|_| {
            in_table(Box::new(Diagnostic::error(Code::ValueUnparsable).in_column(&column.name)))
        })?;
        done.columns.push((*at, texts.into()));
    }
    Ok(done)
}

/// The class of every leaf tuple of a table: what is published alike is one.
fn classes(index: usize, verdict: &Verdict<'_>) -> Vec<u32> {
    if let Levels::PerClass { class_of_tuple, .. } = verdict.levels {
        return class_of_tuple.clone();
    }
    let exchange = &verdict.counts.exchange;
    let Some(counted) = exchange.tables().get(index) else { return Vec::new() };
    let levels: Vec<Option<&crate::anonymity::Level>> = counted
        .spec()
        .attributes
        .iter()
        .map(|a| exchange.attributes().get(*a)?.levels().get(usize::from(verdict.levels.same(*a)?)))
        .collect();
    let mut classes = TupleSet::new(levels.len());
    let mut codes = Vec::with_capacity(levels.len());
    let class = |leaves: &[u32]| {
        codes.clear();
        codes.extend(leaves.iter().zip(&levels).map(|(leaf, level)| {
            level.and_then(|l| l.code_of_leaf().get(*leaf as usize)).copied().unwrap_or(NONE)
        }));
        classes.intern(&codes).unwrap_or(NONE)
    };
    counted.tuples().iter().map(class).collect()
}

struct Reader<'a> {
    index: usize,
    verdict: &'a Verdict<'a>,
    wanted: Vec<Wanted>,
    class_of_tuple: &'a [u32],
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

impl Reader<'_> {
    fn read(&mut self, chunk: u64, batch: &RowBatch<'_>) -> Result<Vec<Vec<(u32, Decimal)>>> {
        let journal = self.verdict.counts.tables.get(self.index).and_then(|t| t.journal.as_ref());
        let journal = journal.ok_or_else(|| Box::new(Diagnostic::error(Code::Internal)))?;
        journal.read(chunk, batch.rows(), &mut self.bytes, &mut self.entries)?;
        let mut found: Vec<Vec<(u32, Decimal)>> = vec![Vec::new(); self.wanted.len()];
        let mut text = String::new();
        for ((number, row), entry) in (1u64..).zip(batch.iter()).zip(&self.entries) {
            let fate =
                || self.verdict.verdicts.fate_of(self.index, entry.person(), entry.tuple, entry.parent());
            if entry.is_orphan() || fate() != Some(Fate::Keep) {
                continue;
            }
            let class = self.class_of_tuple.get(entry.tuple as usize).copied().unwrap_or(NONE);
            for (wanted, found) in self.wanted.iter_mut().zip(&mut found) {
                let at = |e: Box<Diagnostic>| Box::new(e.at_record(number));
                text.clear();
                let cell = row.cell(wanted.position);
                let state = wanted.chain.leaf(cell, &RowContext::default(), &mut text);
                if state.map_err(|e| at(super::row::problem(e, &wanted.name)))? == Published::Text {
                    let value = Decimal::parse(&text).map_err(|_| {
                        at(Box::new(Diagnostic::error(Code::ValueUnparsable).in_column(&*wanted.name)))
                    })?;
                    found.push((class, value));
                }
            }
        }
        Ok(found)
    }
}

/// The text of every class with at least so many numbers.
fn by_class(
    numbers: &[(u32, Decimal)],
    asked: &Microaggregate,
    least: u64,
) -> std::result::Result<Vec<Option<Box<str>>>, MicroError> {
    let scale = numbers.iter().map(|(_, number)| number.scale()).max().unwrap_or(0);
    let units = |number: &Decimal| number.rescale(scale).map(Decimal::units).ok_or(MicroError::OutOfRange);
    let column = Numbers {
        units: numbers.iter().map(|(_, n)| units(n).map(Some)).collect::<std::result::Result<_, _>>()?,
        scale,
    };
    let class_of: Vec<Option<u32>> = numbers.iter().map(|(class, _)| Some(*class)).collect();
    let mut texts = Vec::new();
    let statistic = match asked.statistic {
        recipe::Statistic::Mean => microaggregation::Statistic::Mean,
        recipe::Statistic::Median => microaggregation::Statistic::Median,
    };
    for of in of_classes(&column, &class_of, statistic, asked.digits)? {
        if of.count < least {
            continue;
        }
        let number = Decimal::new(of.units, asked.digits).ok_or(MicroError::OutOfRange)?;
        let mut text = String::new();
        number.write(&mut text);
        let at = of.class as usize;
        if texts.len() <= at {
            texts.resize(at + 1, None);
        }
        if let Some(slot) = texts.get_mut(at) {
            *slot = Some(text.into_boxed_str());
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::recipe::Statistic;

    #[test]
    fn numbers_of_any_scale_become_one_and_few_become_none() {
        let numbers: Vec<(u32, Decimal)> = [(2, "1"), (0, "1.25"), (0, "2.5"), (0, "-0.1"), (2, "2")]
            .map(|(class, text)| (class, Decimal::parse(text).unwrap()))
            .to_vec();
        let texts = |statistic, digits, least| {
            let asked = Microaggregate { statistic, digits, group: None };
            let all = by_class(&numbers, &asked, least).unwrap();
            all.iter().map(|t| t.as_deref().unwrap_or("-").to_owned()).collect::<Vec<_>>()
        };
        // 3.65 / 3 = 1.21666…
        assert_eq!(texts(Statistic::Mean, 2, 1), ["1.22", "-", "1.50"]);
        assert_eq!(texts(Statistic::Median, 1, 1), ["1.3", "-", "1.5"]);
        assert_eq!(texts(Statistic::Mean, 0, 3), ["1"]);
        assert_eq!(texts(Statistic::Mean, 0, 4), Vec::<String>::new());
    }
}
