//! Measuring what was published: the files are read again and counted without the search's help.
//!
//! Used twice: by a run on its staged files, before anything is visible, and by `verify` on a
//! folder, with nothing but the manifest. It needs no recipe and no key: names of columns, the way
//! from a table to its person, and how each file is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::interner::{Interner, NONE};
use super::row::LocalColumn;
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
    tuple: Vec<u32>,
    sensitive: Vec<Vec<u32>>,
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
        read.push(
            columns(index, target, targets, &mut links, threads)
                .map_err(|e| Box::new(e.in_table(&target.id)))?,
        );
    }
    let kinds = kinds(targets, &read);
    let mut tables = Vec::new();
    for (target, columns) in targets.iter().zip(&read) {
        tables.push(table(target, columns, &kinds).map_err(|_| Box::new(Diagnostic::error(Code::Internal)))?);
    }
    Ok(Measurement { joined: joined(targets, &read, &kinds), tables })
}

/// One chunk in codes of its own dictionaries: tuple columns, sensitive, others, links.
struct Chunk(Vec<LocalColumn>);

fn columns(
    index: usize,
    target: &Target,
    targets: &[Target],
    links: &mut Links,
    threads: usize,
) -> Result<Columns> {
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
    let named: Vec<&String> = target.quasi.iter().chain(&target.sensitive).chain(&target.others).collect();
    let mut wanted: Vec<usize> = named.iter().map(|n| position(n)).collect::<Result<_>>()?;
    let link_at = link.map(|_| wanted.len());
    if let Some(name) = link {
        wanted.push(position(name)?);
    }
    let referred_from = wanted.len();
    for name in &target.referred {
        wanted.push(position(name)?);
    }
    let mut global: Vec<Interner> = wanted.iter().map(|_| Interner::default()).collect();
    let (q, s, o) = (target.quasi.len(), target.sensitive.len(), target.others.len());
    let mut tuples = crate::anonymity::tuples::TupleSet::new(q);
    let mut out = Columns {
        scanned: Scanned { records: 0, sha256: String::new(), bytes: 0 },
        tuple: Vec::new(),
        sensitive: vec![Vec::new(); s],
        others: vec![Vec::new(); o],
        person: link.map(|_| Vec::new()),
    };
    let too_many = || Box::new(Diagnostic::error(Code::InputLimit).number("limit", u64::from(NONE)));
    let work = |(): &mut (), batch: &RowBatch<'_>| {
        let mut locals: Vec<LocalColumn> = wanted.iter().map(|_| LocalColumn::default()).collect();
        for row in batch.iter() {
            for (local, at) in locals.iter_mut().zip(&wanted) {
                local.push(row.cell(*at));
            }
        }
        Ok(Chunk(locals))
    };
    let mut references: Vec<Vec<u32>> = vec![Vec::new(); target.referred.len()];
    let take = |_, rows: u64, chunk: Chunk| {
        let mut codes: Vec<Vec<u32>> = Vec::with_capacity(chunk.0.len());
        for (at, local) in chunk.0.iter().enumerate() {
            // Person names get the numbers of the whole exchange, other texts those of the column.
            let is_person = Some(at) == link_at && matches!(target.owner, Owner::Column(_));
            let dictionary = if is_person { Some(&mut links.people) } else { global.get_mut(at) };
            let Some(dictionary) = dictionary else { return Err(too_many()) };
            let map: Option<Vec<u32>> =
                local.texts.iter().map(|t| dictionary.intern(t).map(|(c, _)| c)).collect();
            let map = map.ok_or_else(too_many)?;
            let code = |c: &u32| map.get(*c as usize).copied().unwrap_or(NONE);
            codes.push(local.codes.iter().map(code).collect());
        }
        let mut tuple = vec![0; q];
        for row in 0..usize::try_from(rows).unwrap_or(0) {
            for (slot, column) in tuple.iter_mut().zip(&codes) {
                *slot = column.get(row).copied().unwrap_or(NONE);
            }
            out.tuple.push(tuples.intern(&tuple).ok_or_else(too_many)?);
        }
        for (to, from) in out.sensitive.iter_mut().chain(&mut out.others).zip(codes.iter().skip(q)) {
            to.extend_from_slice(from);
        }
        if let (Some(to), Some(from)) = (&mut out.person, link_at.and_then(|at| codes.get(at))) {
            to.extend_from_slice(from);
        }
        for (to, from) in references.iter_mut().zip(codes.iter().skip(referred_from)) {
            to.extend_from_slice(from);
        }
        Ok(())
    };
    out.scanned = scan(source.chunks, &source.parser, threads, || (), work, take)?;
    if let Owner::Parent { table, parent_column, .. } = &target.owner {
        resolve(&mut out, links, (*table, parent_column), link_at.and_then(|at| global.get(at)));
    }
    for (name, (codes, at)) in target.referred.iter().zip(references.into_iter().zip(referred_from..)) {
        let own_person = matches!(&target.owner, Owner::Column(c) if c == name);
        let texts = if own_person { None } else { global.get_mut(at).map(std::mem::take) };
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
    let _ = targets;
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

/// For each person the set of tuples in the person table, numbered.
struct Kinds {
    of_person: Vec<u32>,
}

fn kinds(targets: &[Target], read: &[Columns]) -> Option<Kinds> {
    let (_, columns) = targets.iter().zip(read).find(|(t, _)| t.is_person_table)?;
    let people = columns.person.as_ref()?;
    let mut sets: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (person, tuple) in people.iter().zip(&columns.tuple) {
        sets.entry(*person).or_default().insert(*tuple);
    }
    let mut numbers: BTreeMap<&BTreeSet<u32>, u32> = BTreeMap::new();
    let mut of_person = Vec::new();
    for (person, set) in &sets {
        let next = u32::try_from(numbers.len()).unwrap_or(NONE);
        let number = *numbers.entry(set).or_insert(next);
        let at = *person as usize;
        if of_person.len() <= at {
            of_person.resize(at + 1, NONE);
        }
        if let Some(slot) = of_person.get_mut(at) {
            *slot = number;
        }
    }
    Some(Kinds { of_person })
}

fn table(
    target: &Target,
    columns: &Columns,
    kinds: &Option<Kinds>,
) -> std::result::Result<Measured, MeasureError> {
    let known = !matches!(target.owner, Owner::Unknown);
    let mut class_columns = vec![columns.tuple.clone()];
    if let (false, Some(kinds), Some(person)) = (target.is_person_table, kinds, &columns.person) {
        let kind = |p: &u32| kinds.of_person.get(*p as usize).copied().unwrap_or(NONE);
        class_columns.push(person.iter().map(kind).collect());
    }
    let classes = Classes::new(&class_columns)?;
    let people = columns.person.as_deref();
    let sizes = if known { classes.people(people)? } else { Vec::new() };
    let k = k_anonymity(&sizes);
    let mut by_size = BTreeMap::new();
    for size in &sizes {
        *by_size.entry(*size).or_insert(0) += 1;
    }
    let mut sensitive = Vec::new();
    for (name, values) in target.sensitive.iter().zip(&columns.sensitive) {
        let reference = Distribution::of_column(people, values)?;
        let l = l_diversity(&classes, values)?;
        let t = t_closeness(&classes, people, values, &reference)?;
        sensitive.push((name.clone(), l, if known { t } else { None }));
    }
    let mut unique = Vec::new();
    for (name, values) in target.others.iter().zip(&columns.others) {
        unique.push((name.clone(), uniqueness(std::slice::from_ref(values), people)?.unique));
    }
    let distinct = match (&target.owner, people) {
        (Owner::Unknown, _) => None,
        (_, Some(people)) => Some(people.iter().collect::<BTreeSet<_>>().len() as u64),
        (_, None) => Some(columns.scanned.records),
    };
    Ok(Measured {
        scanned: columns.scanned.clone(),
        people: distinct,
        classes: classes.count() as u64,
        k: k.k,
        average_class: k.average_class,
        risk: risk(&sizes),
        sizes: by_size,
        sensitive,
        unique,
    })
}

/// People who share the person table's tuples and the multiset of tuples in every event table.
fn joined(targets: &[Target], read: &[Columns], kinds: &Option<Kinds>) -> Option<(u64, u64)> {
    kinds.as_ref()?;
    if targets.iter().any(|t| t.owner == Owner::Unknown || t.owner == Owner::EachRow && !t.quasi.is_empty()) {
        return None;
    }
    let mut records: BTreeMap<u32, Vec<(usize, u32)>> = BTreeMap::new();
    for (index, columns) in read.iter().enumerate() {
        for (person, tuple) in columns.person.iter().flatten().zip(&columns.tuple) {
            records.entry(*person).or_default().push((index, *tuple));
        }
    }
    let mut groups: BTreeMap<Vec<(usize, u32)>, u64> = BTreeMap::new();
    for (_, mut all) in records {
        all.sort_unstable();
        *groups.entry(all).or_insert(0) += 1;
    }
    let least = groups.values().copied().min()?;
    Some((least, groups.values().filter(|n| **n == 1).count() as u64))
}
