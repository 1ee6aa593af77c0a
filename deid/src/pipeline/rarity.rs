//! How many people have each value of a column whose rare values are suppressed.
//!
//! A pass of its own, between finding the people and counting classes: what is rare must be gone
//! before classes are counted, and people must be known before values can be counted in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::compile::{Compiler, Frequent};
use super::count::{Count, open};
use super::interner::NONE;
use super::layout::Layout;
use super::row::{Belongs, Known, RowReader};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::RowBatch;
use crate::io::scan::scan;
use crate::recipe::{self, Step};
use crate::transform::column::Column;
use crate::transform::treatment::RowContext;

/// Per column: (value, person); rows that are people of their own are counted instead.
#[derive(Default)]
struct Seen {
    pairs: Vec<BTreeSet<(String, u32)>>,
    rows: Vec<BTreeMap<String, u64>>,
}

/// Counts, per column with rarity suppression, the distinct people of each value as it was read.
///
/// `people` is a first count of the same tables, by which a row finds its person.
pub(crate) fn count(
    layout: &Layout<'_>,
    compiler: &Compiler<'_>,
    people: &Count,
    data: &Path,
    threads: usize,
    progress: &dyn Fn(&str),
) -> Result<Frequent> {
    let mut all = Frequent::new();
    for table in &layout.tables {
        let limit = |c: &recipe::Column| {
            c.steps.iter().find_map(|s| match s {
                Step::SuppressRare(n) => Some(*n),
                _ => None,
            })
        };
        let rare: Vec<(&recipe::Column, u64)> =
            table.spec.columns.iter().filter_map(|c| Some((c, limit(c)?))).collect();
        if rare.is_empty() {
            continue;
        }
        progress(&table.spec.name);
        let (source, assignment) = open(table, data)?;
        let known = Known { people: &people.people, keys: &people.keys };
        let reader = RowReader::new(table, &assignment, compiler, known)?;
        let internal = || Box::new(Diagnostic::error(Code::Internal));
        let chain = |column: &recipe::Column| -> Result<(usize, Column)> {
            let plain = recipe::Column { steps: vec![Step::Keep], ..column.clone() };
            let index = table.spec.columns.iter().position(|c| c.name == column.name);
            let position = index.and_then(|i| assignment.position(i)).ok_or_else(internal)?;
            Ok((position, compiler.column(&table.spec.name, &plain, None)?))
        };
        let chains = rare.iter().map(|(c, _)| chain(c)).collect::<Result<Vec<_>>>()?;
        let mut seen =
            Seen { pairs: vec![BTreeSet::new(); rare.len()], rows: vec![BTreeMap::new(); rare.len()] };
        let mut totals: Vec<BTreeMap<String, u64>> = vec![BTreeMap::new(); rare.len()];
        let take = |_, _, part: Seen| {
            merge(&mut seen.pairs, &mut totals, &rare, part);
            Ok(())
        };
        scan(
            source.chunks,
            &source.parser,
            threads,
            || (reader.clone(), chains.clone()),
            |(reader, chains), _, batch| read(reader, chains, batch),
            take,
        )?;
        for ((column, _), counts) in rare.iter().zip(totals) {
            all.insert((table.spec.name.clone(), column.name.clone()), counts);
        }
    }
    Ok(all)
}

fn read(reader: &mut RowReader<'_>, chains: &mut [(usize, Column)], batch: &RowBatch<'_>) -> Result<Seen> {
    let mut seen =
        Seen { pairs: vec![BTreeSet::new(); chains.len()], rows: vec![BTreeMap::new(); chains.len()] };
    let (mut name, mut text) = (String::new(), String::new());
    for (i, row) in batch.iter().enumerate() {
        let belongs = reader.belongs(&row, &mut name).map_err(|e| Box::new(e.at_record(i as u64 + 1)))?;
        let person = match belongs {
            Belongs::Itself => None,
            Belongs::Named => Some(reader.person_named(&name).unwrap_or(NONE)),
            Belongs::Owned(owner) => Some(owner.person),
            Belongs::Orphan => continue,
        };
        for (at, (position, chain)) in chains.iter_mut().enumerate() {
            text.clear();
            let value = chain.leaf(row.cell(*position), &RowContext::default(), &mut text);
            if !value.is_ok_and(|v| !v.is_null()) {
                continue;
            }
            match (person, seen.pairs.get_mut(at), seen.rows.get_mut(at)) {
                (Some(person), Some(pairs), _) => {
                    pairs.insert((text.clone(), person));
                }
                (None, _, Some(rows)) => *rows.entry(text.clone()).or_insert(0) += 1,
                _ => {}
            }
        }
    }
    Ok(seen)
}

fn merge(
    all: &mut [BTreeSet<(String, u32)>],
    totals: &mut [BTreeMap<String, u64>],
    rare: &[(&recipe::Column, u64)],
    part: Seen,
) {
    let parts = part.pairs.into_iter().zip(part.rows);
    for (((seen, totals), (_, limit)), (pairs, rows)) in all.iter_mut().zip(totals).zip(rare).zip(parts) {
        for (value, person) in pairs {
            // Past the limit the people of a value need not be remembered any more.
            if totals.get(&value).is_some_and(|n| n >= limit) {
                continue;
            }
            if seen.insert((value.clone(), person)) {
                *totals.entry(value).or_insert(0) += 1;
            }
        }
        for (value, n) in rows {
            *totals.entry(value).or_insert(0) += n;
        }
    }
}
