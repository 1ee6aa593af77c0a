//! Counting again what a manifest says is recountable, from the published bytes alone.

use std::collections::BTreeMap;
use std::path::Path;

use super::decision::decimal;
use super::models::{Question, of_manifest};
use super::recount::{self, Measured, Measurement, Owner, Target};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::manifest::measure::{Basis, Figure, Measure, ModelLimit, Scope};
use crate::manifest::remeasure::Recount;
use crate::manifest::run::RunManifest;
use crate::manifest::table::{Format, FormatKind, Table};
use crate::recipe::{CsvFormat, FileFormat};

/// Reads the published tables of a manifest from `folder` and counts again.
///
/// Returns every recountable figure as stated and as counted, and how many figures only the run
/// can attest.
///
/// # Errors
/// A file that cannot be read as the manifest says.
pub fn recount(manifest: &RunManifest, folder: &Path, threads: usize) -> Result<(Vec<Recount>, u64)> {
    let order = parents_first(manifest);
    let targets = targets(manifest, &order, folder)?;
    let measurement = recount::measure(&targets, threads)?;
    let mut recounts = Vec::new();
    let mut attested = 0;
    for stated in &manifest.measures {
        if stated.basis == Basis::Attested {
            attested += 1;
            continue;
        }
        let counted = figure(stated, manifest, &targets, &measurement);
        recounts.push(Recount {
            definition: stated.definition.clone(),
            scope: stated.scope,
            table: stated.table.clone(),
            columns: stated.columns.clone(),
            stated: stated.value,
            counted,
        });
    }
    rows(manifest, &targets, &measurement, &mut recounts);
    Ok((recounts, attested))
}

/// Numbers of records and people are recountable too, though they stand with the tables.
fn rows(manifest: &RunManifest, targets: &[Target], measurement: &Measurement, out: &mut Vec<Recount>) {
    for table in &manifest.tables {
        let Some(measured) = of(&table.id, targets, measurement) else { continue };
        out.push(Recount {
            definition: "rows.out".to_owned(),
            scope: Scope::Table,
            table: Some(table.id.clone()),
            columns: Vec::new(),
            stated: Some(Figure::Count(table.rows.output)),
            counted: Some(Figure::Count(measured.scanned.records)),
        });
    }
    for unique in &manifest.uniqueness {
        let Some(measured) = of(&unique.table, targets, measurement) else { continue };
        let counted =
            measured.unique.iter().find(|(c, _)| *c == unique.column).map(|(_, n)| Figure::Count(*n));
        out.push(Recount {
            definition: "uniqueness".to_owned(),
            scope: Scope::Table,
            table: Some(unique.table.clone()),
            columns: vec![unique.column.clone()],
            stated: Some(Figure::Count(unique.people)),
            counted,
        });
    }
}

fn of<'m>(table: &str, targets: &[Target], measurement: &'m Measurement) -> Option<&'m Measured> {
    let at = targets.iter().position(|t| t.id == table)?;
    measurement.tables.get(at)
}

fn figure(
    stated: &Measure,
    manifest: &RunManifest,
    targets: &[Target],
    measurement: &Measurement,
) -> Option<Figure> {
    use super::record as id;
    if stated.scope == Scope::Joined {
        let (k, alone) = measurement.joined?;
        return match stated.definition.as_str() {
            id::JOINED_K => Some(Figure::Count(k)),
            id::JOINED_UNIQUE => Some(Figure::Count(alone)),
            _ => None,
        };
    }
    let measured = of(stated.table.as_deref()?, targets, measurement)?;
    let column = || stated.columns.first().and_then(|c| measured.sensitive.iter().find(|(n, ..)| n == c));
    let ratio = |v: f64| Figure::Ratio(decimal(v));
    match stated.definition.as_str() {
        crate::manifest::measure::K_ANONYMITY => measured.k.map(Figure::Count),
        id::CLASSES => Some(Figure::Count(measured.classes)),
        id::RISK_HIGHEST => measured.risk.map(|r| ratio(r.highest)),
        id::RISK_AVERAGE => measured.risk.map(|r| ratio(r.mean_over_people)),
        id::UNIQUE => measured.risk.map(|r| Figure::Count(r.unique)),
        crate::manifest::measure::L_DIVERSITY => column()?.1.map(Figure::Count),
        crate::manifest::measure::T_CLOSENESS_PUBLISHED => column()?.2.map(ratio),
        definition => {
            let at = limits(manifest, stated.table.as_deref()?).position(|l| is_about(l, stated));
            super::models::as_figure(definition, measured.models.get(at?).copied().flatten()?)
        }
    }
}

/// The limits of further models in one table that the published files can be held to.
fn limits<'m>(manifest: &'m RunManifest, table: &'m str) -> impl Iterator<Item = &'m ModelLimit> {
    let all = manifest.gate.iter().flat_map(|g| &g.models).filter(move |l| l.table == table);
    all.filter(|l| of_manifest(&l.definition, None, &l.parameters).is_some())
}

fn is_about(limit: &ModelLimit, stated: &Measure) -> bool {
    limit.definition == stated.definition
        && limit.column.as_ref().is_none_or(|c| stated.columns.as_slice() == std::slice::from_ref(c))
}

/// What is to be counted of further models, in the order of [`limits`].
fn questions(manifest: &RunManifest, table: &Table) -> Vec<Question> {
    let question = |limit: &ModelLimit| {
        let column = limit.column.as_ref();
        let at = column.and_then(|c| table.sensitive.iter().position(|name| name == c));
        of_manifest(&limit.definition, at, &limit.parameters)
    };
    limits(manifest, &table.id).filter_map(question).collect()
}

/// Tables in an order in which every parent stands before its children.
fn parents_first(manifest: &RunManifest) -> Vec<&Table> {
    let mut order: Vec<&Table> = Vec::new();
    while order.len() < manifest.tables.len() {
        let before = order.len();
        for table in &manifest.tables {
            let placed = |id: &str| order.iter().any(|t| t.id == id);
            let ready = manifest.relations.iter().filter(|r| r.child == table.id).all(|r| placed(&r.parent));
            if ready && !placed(&table.id) {
                order.push(table);
            }
        }
        if order.len() == before {
            // A cycle: leave the rest as they stand; their people cannot be counted.
            order.extend(
                manifest.tables.iter().filter(|t| !order.iter().any(|o| o.id == t.id)).collect::<Vec<_>>(),
            );
        }
    }
    order
}

fn targets(manifest: &RunManifest, order: &[&Table], folder: &Path) -> Result<Vec<Target>> {
    let published =
        |table: &Table, column: &str| table.columns.iter().any(|c| c.name == column && c.published);
    let mut targets: Vec<Target> = Vec::new();
    for table in order {
        let relation = manifest.relations.iter().find(|r| r.child == table.id && r.to_person);
        let referred: BTreeMap<&str, ()> = manifest
            .relations
            .iter()
            .filter(|r| r.parent == table.id)
            .filter_map(|r| r.parent_columns.first())
            .filter(|c| published(table, c))
            .map(|c| (c.as_str(), ()))
            .collect();
        let owner = match (&table.person_column, relation) {
            (Some(p), _) if p.published => Owner::Column(p.name.clone()),
            // One row per person, or the people of the table could not have been counted so.
            (Some(_), _) if table.people.is_some_and(|p| p.output == table.rows.output) => Owner::EachRow,
            (Some(_), _) => Owner::Unknown,
            (None, Some(r)) => {
                let parent = targets.iter().position(|t| t.id == r.parent);
                let known = parent
                    .and_then(|p| targets.get(p))
                    .is_some_and(|t| !matches!(t.owner, Owner::Unknown | Owner::EachRow));
                match (parent, r.child_columns.first(), r.parent_columns.first()) {
                    (Some(parent), Some(column), Some(parent_column))
                        if known
                            && published(table, column)
                            && order.get(parent).is_some_and(|t| published(t, parent_column)) =>
                    {
                        Owner::Parent {
                            column: column.clone(),
                            table: parent,
                            parent_column: parent_column.clone(),
                        }
                    }
                    _ => Owner::Unknown,
                }
            }
            (None, None) => Owner::EachRow,
        };
        targets.push(Target {
            id: table.id.clone(),
            path: folder.join(&table.file),
            format: file_format(&table.format)
                .ok_or_else(|| Box::new(Diagnostic::error(Code::ManifestUnreadable)))?,
            null: table.format.null_tokens.clone(),
            quasi: table.quasi.clone(),
            sensitive: table.sensitive.clone(),
            others: manifest
                .uniqueness
                .iter()
                .filter(|u| u.table == table.id)
                .map(|u| u.column.clone())
                .collect(),
            owner,
            is_person_table: table.person_column.is_some(),
            referred: referred.into_keys().map(str::to_owned).collect(),
            questions: questions(manifest, table),
            inputs: Vec::new(),
            population: None,
            attested: None,
        });
    }
    Ok(targets)
}

/// The format in which a manifest says that a file is written; `None` for one unknown here.
fn file_format(format: &Format) -> Option<FileFormat> {
    Some(match format.kind {
        FormatKind::Parquet => FileFormat::Parquet,
        FormatKind::Ndjson => FileFormat::NdJson,
        FormatKind::Csv => {
            let encoding = match format.encoding.as_deref()? {
                "shift_jis" => "cp932",
                "utf-16le" | "utf-16be" => "utf-16",
                other => other,
            };
            let delimiter = *format.delimiter.as_deref()?.as_bytes().first()?;
            FileFormat::Csv(CsvFormat { encoding: Some(encoding.to_owned()), delimiter, skip_rows: 0 })
        }
    })
}
