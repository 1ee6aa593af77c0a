//! Measuring what was published: the files are read again and counted without the search's help.
//!
//! Used twice: by a run on its staged files, before anything is visible, and by `verify` on a
//! folder, with nothing but the manifest. It needs no recipe and no key: names of columns, the way
//! from a table to its person, and how each file is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::grouped::{ByPerson, Sequences};
use super::interner::{Interner, NONE, Texts as RowTexts};
use super::models::{PublishedColumns, Question, Texts, Tuples, answers, of_classes, of_tuples};
use super::row::LocalColumn;
use crate::anonymity::tuples::TupleSet;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::RowBatch;
use crate::io::scan::{Scanned, scan};
use crate::io::source::Source;
use crate::measure::classes::{Classes, MeasureError};
use crate::measure::k_anonymity::k_anonymity;
use crate::measure::l_diversity::l_diversity;
use crate::measure::risk::{Risk, risk};
use crate::measure::t_closeness::{Distribution, t_closeness};
use crate::measure::uniqueness::uniqueness;
use crate::recipe::FileFormat;

/// How a published row finds its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Rows are people.
    EachRow,
    /// This column names the person.
    Column(String),
    /// This column refers to that column of an earlier table.
    Parent { column: String, table: usize, parent_column: String },
    /// The link was not published: people cannot be counted from the file.
    Unknown,
}

/// A published table to be measured.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) id: String,
    pub(crate) path: PathBuf,
    pub(crate) format: FileFormat,
    pub(crate) null: Vec<String>,
    pub(crate) quasi: Vec<String>,
    pub(crate) sensitive: Vec<String>,
    /// Columns whose uniqueness is counted.
    pub(crate) others: Vec<String>,
    pub(crate) owner: Owner,
    /// The table of people: its tuples are part of the class of every event.
    pub(crate) is_person_table: bool,
    /// Columns that other tables refer to.
    pub(crate) referred: Vec<String>,
    /// Figures of further models.
    pub(crate) questions: Vec<Question>,
    /// Per sensitive column: the distribution of the input, where a figure compares with it.
    pub(crate) inputs: Vec<Option<Texts>>,
    /// The population of the table in published texts, where a figure compares with it.
    pub(crate) population: Option<Tuples>,
    /// What the writer attests of the file. A table of which rows are all that could be counted is
    /// not read again then; `None` = always read (`verify` knows no writer).
    pub(crate) attested: Option<Scanned>,
}

impl Target {
    /// Whether the file says anything beside its number of records.
    fn has_figures(&self) -> bool {
        self.owner != Owner::EachRow
            || self.is_person_table
            || [&self.quasi, &self.sensitive, &self.others, &self.referred].iter().any(|c| !c.is_empty())
    }
}

/// What a published table measures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub(crate) scanned: Scanned,
    /// Distinct people; `None` when they cannot be counted from the file.
    pub(crate) people: Option<u64>,
    pub(crate) classes: u64,
    /// Least number of people in a class; `None` for an empty file or unknown people.
    pub(crate) k: Option<u64>,
    pub(crate) average_class: Option<f64>,
    pub(crate) risk: Option<Risk>,
    /// Classes by number of people.
    pub(crate) sizes: BTreeMap<u64, u64>,
    /// Per sensitive column: (name, distinct l, t against the published distribution).
    pub(crate) sensitive: Vec<(String, Option<u64>, Option<f64>)>,
    /// Per sensitive column: t against the input, where its distribution was given.
    pub(crate) t_input: Vec<Option<f64>>,
    /// Answers to the questions of the target.
    pub(crate) models: Vec<Option<f64>>,
    /// Per other column: (name, people it makes unique).
    pub(crate) unique: Vec<(String, u64)>,
}

/// Everything that was measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) tables: Vec<Measured>,
    /// Least number of people who share all their records' quasi tuples in all tables, and how
    /// many people share with nobody.
    pub(crate) joined: Option<(u64, u64)>,
}

/// The columns of one table in memory: codes only.
struct Columns {
    scanned: Scanned,
    /// Per row; empty where classes are all that is asked (no people, no other column).
    tuple: Vec<u32>,
    rows_of_tuple: Vec<u64>,
    sensitive: Vec<Vec<u32>>,
    /// Texts of the sensitive columns' codes; empty where nobody asks.
    texts: Vec<Interner>,
    /// Per tuple: people of the population; empty where nobody asks.
    population: Vec<u64>,
    others: Vec<Vec<u32>>,
    person: Option<Vec<u32>>,
}

/// Numbers for the texts of link columns, shared by all tables.
#[derive(Default)]
struct Links {
    people: Interner,
    /// (table, column) → text → person.
    references: BTreeMap<(usize, String), (Interner, Vec<u32>)>,
}

/// Measures the targets; parents come before their children.
///
/// # Errors
/// A file that cannot be read as declared, or lacks a column.
pub(crate) fn measure(targets: &[Target], threads: usize) -> Result<Measurement> {
    let mut links = Links::default();
    let mut read = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        read.push(columns(index, target, &mut links, threads).map_err(|e| Box::new(e.in_table(&target.id)))?);
    }
    let people = links.people.len();
    let group = |c: &Columns| c.person.as_ref().map(|p| ByPerson::new(p, &c.tuple, people));
    let grouped: Vec<Option<ByPerson>> = read.iter().map(group).collect();
    let kinds = kinds(targets, &read, &grouped);
    let mut tables = Vec::new();
    for ((target, columns), grouped) in targets.iter().zip(&read).zip(&grouped) {
        let measured = table(target, columns, grouped.as_ref(), kinds.as_deref(), people);
        tables.push(measured.map_err(|_| Box::new(Diagnostic::error(Code::Internal)))?);
    }
    Ok(Measurement { joined: joined(targets, &read, &grouped, people), tables })
}

/// One chunk in codes of its own dictionaries.
struct Chunk {
    quasi: Vec<LocalColumn>,
    /// Names are nearly all different within a chunk: they go to the one dictionary as they are.
    link: RowTexts,
    /// Sensitive, other and referred columns.
    rest: Vec<LocalColumn>,
}

/// Positions of the wanted columns in the file.
struct Wanted {
    quasi: Vec<usize>,
    link: Option<usize>,
    rest: Vec<usize>,
}

impl Wanted {
    fn read(&self, batch: &RowBatch<'_>) -> Chunk {
        let mut chunk = Chunk {
            quasi: self.quasi.iter().map(|_| LocalColumn::default()).collect(),
            link: RowTexts::default(),
            rest: self.rest.iter().map(|_| LocalColumn::default()).collect(),
        };
        let columns = chunk.quasi.iter_mut().chain(&mut chunk.rest);
        for (local, at) in columns.zip(self.quasi.iter().chain(&self.rest)) {
            local.codes.reserve_exact(usize::try_from(batch.rows()).unwrap_or(0));
            batch.iter().for_each(|row| local.push(row.cell(*at)));
        }
        if let Some(at) = self.link {
            batch.iter().for_each(|row| chunk.link.push(row.cell(at)));
        }
        chunk
    }
}

/// Codes of a chunk's texts in the table's dictionary.
fn translate(local: &Interner, dictionary: &mut Interner) -> Option<Vec<u32>> {
    local.iter().map(|text| dictionary.intern(text).map(|(code, _)| code)).collect()
}

fn code(map: &[u32], local: u32) -> u32 {
    map.get(local as usize).copied().unwrap_or(NONE)
}

fn columns(index: usize, target: &Target, links: &mut Links, threads: usize) -> Result<Columns> {
    if let (Some(attested), false) = (&target.attested, target.has_figures()) {
        return Ok(Columns {
            rows_of_tuple: vec![attested.records],
            scanned: attested.clone(),
            tuple: Vec::new(),
            sensitive: Vec::new(),
            texts: Vec::new(),
            population: Vec::new(),
            others: Vec::new(),
            person: None,
        });
    }
    let source = Source::open(&target.path, &target.format, &target.null)?;
    let position = |name: &String| {
        source.header.iter().position(|h| h == name).ok_or_else(|| {
            Box::new(
                Diagnostic::error(Code::MeasureColumn)
                    .name("name", name)
                    .in_file(source.chunks.name().clone()),
            )
        })
    };
    let link = match &target.owner {
        Owner::Column(c) | Owner::Parent { column: c, .. } => Some(c),
        _ => None,
    };
    let positions = |names: &[String]| names.iter().map(position).collect::<Result<Vec<_>>>();
    let wanted = Wanted {
        quasi: positions(&target.quasi)?,
        link: link.map(position).transpose()?,
        rest: [&target.sensitive, &target.others, &target.referred]
            .map(|names| positions(names))
            .into_iter()
            .collect::<Result<Vec<_>>>()?
            .concat(),
    };
    let (s, o) = (target.sensitive.len(), target.others.len());
    let mut out = Columns {
        scanned: Scanned { records: 0, sha256: String::new(), bytes: 0 },
        tuple: Vec::new(),
        rows_of_tuple: Vec::new(),
        sensitive: vec![Vec::new(); s],
        texts: Vec::new(),
        population: Vec::new(),
        others: vec![Vec::new(); o],
        person: link.map(|_| Vec::new()),
    };
    let too_many = || Box::new(Diagnostic::error(Code::InputLimit).number("limit", u64::from(NONE)));
    let by_row = wanted.link.is_some() || !wanted.rest.is_empty();
    let mut quasi: Vec<Interner> = wanted.quasi.iter().map(|_| Interner::default()).collect();
    let mut rest: Vec<Interner> = wanted.rest.iter().map(|_| Interner::default()).collect();
    let mut linked = Interner::default();
    let mut tuples = TupleSet::new(quasi.len());
    let mut references: Vec<Vec<u32>> = vec![Vec::new(); target.referred.len()];
    let (mut people, mut codes, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    let mut merge = |rows: u64, chunk: &Chunk| -> Option<()> {
        let width = chunk.quasi.len();
        codes.clear();
        codes.resize(width * usize::try_from(rows).ok()?, NONE);
        for (column, (local, dictionary)) in chunk.quasi.iter().zip(&mut quasi).enumerate() {
            let map = translate(&local.texts, dictionary)?;
            let slots = codes.iter_mut().skip(column).step_by(width);
            for (slot, local) in slots.zip(&local.codes) {
                *slot = code(&map, *local);
            }
        }
        if width == 0 && rows > 0 {
            // Without a column all rows are of the one empty tuple.
            numbers.clear();
            numbers.resize(if by_row { usize::try_from(rows).ok()? } else { 0 }, tuples.intern(&[])?);
        } else {
            tuples.intern_all(&codes, &mut numbers)?;
        }
        out.rows_of_tuple.resize(tuples.len(), 0);
        match out.rows_of_tuple.as_mut_slice() {
            [only] => *only += rows,
            rows_of_tuple => {
                for tuple in &numbers {
                    if let Some(n) = rows_of_tuple.get_mut(*tuple as usize) {
                        *n += 1;
                    }
                }
            }
        }
        if by_row {
            out.tuple.extend_from_slice(&numbers);
        }
        if let Some(person) = &mut out.person {
            // Person names get the numbers of the whole exchange, other texts those of the column.
            let named = matches!(target.owner, Owner::Column(_));
            let dictionary = if named { &mut links.people } else { &mut linked };
            dictionary.intern_all(&chunk.link, &mut people)?;
            person.extend_from_slice(&people);
        }
        let columns = out.sensitive.iter_mut().chain(&mut out.others).chain(&mut references);
        for ((to, local), dictionary) in columns.zip(&chunk.rest).zip(&mut rest) {
            let map = translate(&local.texts, dictionary)?;
            to.extend(local.codes.iter().map(|local| code(&map, *local)));
        }
        Some(())
    };
    out.scanned = scan(
        source.chunks,
        &source.parser,
        threads,
        || (),
        |(), _, batch| Ok(wanted.read(batch)),
        |_, rows, chunk| merge(rows, &chunk).ok_or_else(too_many),
    )?;
    if let Some(population) = &target.population {
        out.population = of_tuples(population, &tuples, &quasi);
    }
    if !target.questions.is_empty() || target.inputs.iter().any(Option::is_some) {
        out.texts = rest.iter_mut().take(s).map(std::mem::take).collect();
    }
    if let Owner::Parent { table, parent_column, .. } = &target.owner {
        resolve(&mut out, links, (*table, parent_column), Some(&linked));
    }
    for (name, (codes, at)) in target.referred.iter().zip(references.into_iter().zip(s + o..)) {
        let own_person = matches!(&target.owner, Owner::Column(c) if c == name);
        let texts = if own_person { None } else { rest.get_mut(at).map(std::mem::take) };
        let mut person_of = vec![NONE; texts.as_ref().map_or(0, |t| t.len() as usize)];
        for (code, person) in codes.iter().zip(out.person.as_deref().unwrap_or_default()) {
            if let Some(slot) = person_of.get_mut(*code as usize) {
                *slot = *person;
            }
        }
        if let Some(texts) = texts {
            links.references.insert((index, name.clone()), (texts, person_of));
        }
    }
    Ok(out)
}

/// Turns codes of reference texts into people, through the parent's column.
fn resolve(out: &mut Columns, links: &Links, parent: (usize, &String), texts: Option<&Interner>) {
    let (Some(texts), Some(codes)) = (texts, &mut out.person) else { return };
    let known = links.references.get(&(parent.0, parent.1.clone()));
    let map: Vec<u32> = texts
        .iter()
        .map(|text| match known {
            Some((names, person_of)) => {
                names.find(text).and_then(|c| person_of.get(c as usize)).copied().unwrap_or(NONE)
            }
            // The parent's column is the person's name itself.
            None => links.people.find(text).unwrap_or(NONE),
        })
        .collect();
    for code in codes {
        *code = map.get(*code as usize).copied().unwrap_or(NONE);
    }
}

/// For each person the number of its set of tuples in the person table; only where some other
/// table has people, whose classes it is a part of.
fn kinds(targets: &[Target], read: &[Columns], grouped: &[Option<ByPerson>]) -> Option<Vec<u32>> {
    let person = person_table(targets, read)?;
    let mut tables = targets.iter().zip(read);
    if !tables.any(|(target, columns)| !target.is_person_table && columns.person.is_some()) {
        return None;
    }
    let mut numbers = Sequences::default();
    let mut set = Vec::new();
    let number = |tuples: &[u32]| {
        if tuples.is_empty() {
            return NONE;
        }
        set.clear();
        set.extend_from_slice(tuples);
        set.sort_unstable();
        set.dedup();
        numbers.add(&set)
    };
    Some(grouped.get(person)?.as_ref()?.iter().map(number).collect())
}

/// Position of the table of people, if it names them.
fn person_table(targets: &[Target], read: &[Columns]) -> Option<usize> {
    let at = targets.iter().position(|t| t.is_person_table)?;
    read.get(at).filter(|c| c.person.is_some()).map(|_| at)
}

fn table(
    target: &Target,
    columns: &Columns,
    by_tuple: Option<&ByPerson>,
    kinds: Option<&[u32]>,
    count: u32,
) -> std::result::Result<Measured, MeasureError> {
    let known = !matches!(target.owner, Owner::Unknown);
    let people = columns.person.as_deref();
    let kinds = kinds.filter(|_| !target.is_person_table).zip(people);
    // Tuples are classes already, unless those of the person take part.
    let classes = if kinds.is_some() || !columns.sensitive.is_empty() {
        let mut class_columns = vec![columns.tuple.clone()];
        if let Some((kinds, people)) = kinds {
            class_columns.push(people.iter().map(|p| code(kinds, *p)).collect());
        }
        Some(Classes::new(&class_columns)?)
    } else {
        None
    };
    let rows = classes.as_ref().map_or(columns.rows_of_tuple.as_slice(), Classes::rows);
    let by_class = match (people, &classes) {
        (Some(people), Some(classes)) => Some(ByPerson::new(people, classes.of_row(), count)),
        _ => None,
    };
    let grouped = by_class.as_ref().or(by_tuple);
    let sizes = match grouped {
        _ if !known => Vec::new(),
        Some(grouped) => grouped.people_per_value(rows.len()),
        None => rows.to_vec(),
    };
    let k = k_anonymity(&sizes);
    let mut by_size = BTreeMap::new();
    for size in &sizes {
        *by_size.entry(*size).or_insert(0) += 1;
    }
    let mut sensitive = Vec::new();
    for ((name, values), classes) in
        target.sensitive.iter().zip(&columns.sensitive).zip(classes.iter().cycle())
    {
        let reference = Distribution::of_column(people, values)?;
        let l = l_diversity(classes, values)?;
        let t = t_closeness(classes, people, values, &reference)?;
        sensitive.push((name.clone(), l, if known { t } else { None }));
    }
    let population = of_classes(&columns.population, classes.as_ref(), &columns.tuple);
    let read = PublishedColumns {
        classes: classes.as_ref(),
        people,
        values: &columns.sensitive,
        texts: &columns.texts,
        population: &population,
    };
    let further = answers(target, &read, &sizes)?;
    let mut unique = Vec::new();
    for (name, values) in target.others.iter().zip(&columns.others) {
        unique.push((name.clone(), uniqueness(std::slice::from_ref(values), people)?.unique));
    }
    let distinct = match (&target.owner, grouped) {
        (Owner::Unknown, _) => None,
        (_, Some(grouped)) => Some(grouped.people()),
        (_, None) => Some(columns.scanned.records),
    };
    Ok(Measured {
        scanned: columns.scanned.clone(),
        people: distinct,
        classes: rows.len() as u64,
        k: k.k,
        average_class: k.average_class,
        risk: risk(&sizes),
        sizes: by_size,
        sensitive,
        t_input: further.t_input,
        models: further.models,
        unique,
    })
}

/// People who share the person table's tuples and the multiset of tuples in every event table.
fn joined(
    targets: &[Target],
    read: &[Columns],
    grouped: &[Option<ByPerson>],
    people: u32,
) -> Option<(u64, u64)> {
    person_table(targets, read)?;
    if targets.iter().any(|t| t.owner == Owner::Unknown || t.owner == Owner::EachRow && !t.quasi.is_empty()) {
        return None;
    }
    let mut records: Vec<_> = grouped.iter().flatten().map(ByPerson::iter).collect();
    let mut groups = Sequences::default();
    let mut all = Vec::new();
    for _ in 0..=people {
        all.clear();
        let mut rows = 0;
        for tuples in records.iter_mut().filter_map(Iterator::next) {
            // The number of rows tells where the next table begins.
            all.push(u32::try_from(tuples.len()).unwrap_or(NONE));
            let from = all.len();
            all.extend_from_slice(tuples);
            all.get_mut(from..).unwrap_or_default().sort_unstable();
            rows += tuples.len();
        }
        if rows > 0 {
            groups.add(&all);
        }
    }
    let least = groups.counts.iter().copied().min()?;
    Some((least, groups.counts.iter().filter(|n| **n == 1).count() as u64))
}
