//! How many people have each value of a column whose rare values are suppressed.
//!
//! A pass of its own, before counting: what is rare must be gone before classes are counted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::compile::{Compiler, Frequent};
use super::count::open;
use super::layout::{Layout, PersonSource};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::batch::RowBatch;
use crate::io::scan::scan;
use crate::recipe::{self, Step};
use crate::transform::treatment::RowContext;

/// Counts, per column with rarity suppression, the people of each value.
///
/// A person is told by the table's own link text; in a table without one each row counts. A value
/// is never held back: only counts of values above the limit leave this function as "frequent".
pub(crate) fn count(
    layout: &Layout<'_>,
    compiler: &Compiler<'_>,
    data: &Path,
    threads: usize,
    progress: &dyn Fn(&str),
) -> Result<Frequent> {
    let mut all = Frequent::new();
    for table in &layout.tables {
        let rare: Vec<(&recipe::Column, u64)> = table
            .spec
            .columns
            .iter()
            .filter_map(|c| {
                c.steps.iter().find_map(|s| match s {
                    Step::SuppressRare(n) => Some((c, *n)),
                    _ => None,
                })
            })
            .collect();
        if rare.is_empty() {
            continue;
        }
        progress(&table.spec.name);
        let (source, assignment) = open(table, data)?;
        let internal = || Box::new(Diagnostic::error(Code::Internal));
        let chain = |column: &recipe::Column| {
            let plain = recipe::Column { steps: vec![Step::Keep], ..column.clone() };
            let index = table.spec.columns.iter().position(|c| c.name == column.name);
            let position = index.and_then(|i| assignment.position(i)).ok_or_else(internal)?;
            Ok((position, compiler.column(&table.spec.name, &plain, None)?))
        };
        let chains = rare.iter().map(|(c, _)| chain(c)).collect::<Result<Vec<_>>>()?;
        let link = match table.person {
            PersonSource::EachRow => None,
            PersonSource::Column(c) | PersonSource::Parent { column: c, .. } => assignment.position(c),
        };
        type Pairs = Vec<BTreeSet<(String, String)>>;
        let work = |chains: &mut Vec<(usize, crate::transform::column::Column)>, batch: &RowBatch<'_>| {
            let mut pairs: Pairs = chains.iter().map(|_| BTreeSet::new()).collect();
            let mut counts: Vec<BTreeMap<String, u64>> = chains.iter().map(|_| BTreeMap::new()).collect();
            let mut text = String::new();
            for row in batch.iter() {
                let person = link.and_then(|l| row.cell(l));
                for (((position, chain), pairs), counts) in chains.iter_mut().zip(&mut pairs).zip(&mut counts)
                {
                    text.clear();
                    let value = chain.leaf(row.cell(*position), &RowContext::default(), &mut text);
                    if value.is_ok_and(|v| !v.is_null()) {
                        match person {
                            Some(p) => {
                                pairs.insert((text.clone(), p.to_owned()));
                            }
                            None => *counts.entry(text.clone()).or_insert(0) += 1,
                        }
                    }
                }
            }
            Ok((pairs, counts))
        };
        let mut seen: Pairs = chains.iter().map(|_| BTreeSet::new()).collect();
        let mut totals: Vec<BTreeMap<String, u64>> = chains.iter().map(|_| BTreeMap::new()).collect();
        let take = |_, _, (pairs, counts): (Pairs, Vec<BTreeMap<String, u64>>)| {
            for ((seen, totals), ((_, limit), (pairs, counts))) in
                seen.iter_mut().zip(&mut totals).zip(rare.iter().zip(pairs.into_iter().zip(counts)))
            {
                for (value, person) in pairs {
                    // Past the limit the people of a value need not be remembered any more.
                    if totals.get(&value).is_some_and(|n| n >= limit) {
                        continue;
                    }
                    if seen.insert((value.clone(), person)) {
                        *totals.entry(value).or_insert(0) += 1;
                    }
                }
                for (value, n) in counts {
                    *totals.entry(value).or_insert(0) += n;
                }
            }
            Ok(())
        };
        scan(source.chunks, &source.parser, threads, || chains.clone(), work, take)?;
        for ((column, _), counts) in rare.iter().zip(totals) {
            all.insert((table.spec.name.clone(), column.name.clone()), counts);
        }
    }
    Ok(all)
}
