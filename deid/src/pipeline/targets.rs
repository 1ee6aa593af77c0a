//! The published tables as the recount sees them: how each file is written, which columns count, and
//! how its rows will find their people.
//!
//! From recipe, layout and what was written; `verify` makes the same from a manifest.

use std::path::PathBuf;

use super::apply::Applied;
use super::layout::{Layout, PersonSource, TableLayout};
use super::recount::{Owner, Target};
use super::run::Classified;
use crate::io::scan::Scanned;
use crate::io::source::Form;
use crate::recipe::{CsvFormat, FileFormat, Role, Step};

/// The format in which a published file is read again.
pub(crate) fn published_format(form: &Form) -> FileFormat {
    match form {
        Form::Csv { encoding, delimiter, .. } => {
            let label = if encoding.is_ascii_safe() { encoding.id() } else { "utf-16" };
            FileFormat::Csv(CsvFormat {
                encoding: Some(label.to_owned()),
                delimiter: *delimiter,
                skip_rows: 0,
            })
        }
        Form::NdJson => FileFormat::NdJson,
        Form::Parquet(_) => FileFormat::Parquet,
    }
}

/// How the rows of each published table will find their people.
pub(super) fn owners(layout: &Layout<'_>) -> Vec<Owner> {
    let mut owners: Vec<Owner> = Vec::new();
    for table in &layout.tables {
        let owner: Owner = match table.person {
            PersonSource::EachRow => Owner::EachRow,
            PersonSource::Column(c) if published(table, c) => Owner::Column(name(table, c)),
            // One row per person: rows are people, though they have no name.
            PersonSource::Column(_) if table.key_is_person() => Owner::EachRow,
            PersonSource::Column(_) => Owner::Unknown,
            PersonSource::Parent { column, table: parent, .. } => {
                let parent_layout = layout.tables.get(parent);
                let parent_column = parent_layout.and_then(|p| p.key.map(|k| (p, k)));
                let parent_known =
                    owners.get(parent).is_some_and(|o| *o != Owner::Unknown && *o != Owner::EachRow);
                match parent_column {
                    Some((p, k)) if parent_known && published(table, column) && published(p, k) => {
                        Owner::Parent {
                            column: name(table, column),
                            table: parent,
                            parent_column: name(p, k),
                        }
                    }
                    _ => Owner::Unknown,
                }
            }
        };
        owners.push(owner);
    }
    owners
}

fn name(table: &TableLayout<'_>, column: usize) -> String {
    table.spec.columns.get(column).map(|c| c.name.clone()).unwrap_or_default()
}

fn published(table: &TableLayout<'_>, column: usize) -> bool {
    table.spec.columns.get(column).is_some_and(crate::recipe::Column::is_published)
}

/// The published tables as the recount sees them.
pub(super) fn targets(
    classified: &Classified<'_>,
    applied: &[Applied],
    path: impl Fn(&str) -> PathBuf,
) -> Vec<Target> {
    let layout = &classified.layout;
    // Whom other columns make unique is limited by the gate; without one nobody asks.
    let gated = classified.request.recipe.privacy.is_some();
    let mut targets: Vec<Target> = Vec::new();
    for ((table, written), owner) in layout.tables.iter().zip(applied).zip(owners(layout)) {
        let others = table.spec.columns.iter().filter(|c| {
            gated
                && c.is_published()
                && c.role != Role::Quasi
                && !c.steps.iter().any(|s| matches!(s, Step::Pseudonym { .. } | Step::Constant(_)))
        });
        let key = table.key.filter(|k| table.is_parent && published(table, *k));
        targets.push(Target {
            id: table.spec.name.clone(),
            path: path(&table.spec.output.file),
            format: published_format(&written.form),
            null: table.spec.output.null.clone(),
            quasi: table.quasi.iter().map(|c| name(table, *c)).collect(),
            sensitive: table.sensitive.iter().map(|c| name(table, *c)).collect(),
            others: others.map(|c| c.name.clone()).collect(),
            owner,
            is_person_table: matches!(table.person, PersonSource::Column(_)),
            referred: key.map(|k| name(table, k)).into_iter().collect(),
            questions: Vec::new(),
            inputs: Vec::new(),
            population: None,
            // Text is what the writer made of it; that a columnar file can be read is worth a look.
            attested: (!matches!(written.form, Form::Parquet(_))).then(|| Scanned {
                records: written.tally.written,
                sha256: written.written.sha256.clone(),
                bytes: written.written.bytes,
            }),
        });
    }
    targets
}
