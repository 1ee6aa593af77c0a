//! Whether a run manifest agrees with itself.
//!
//! A signature says who stated something, not that it can be true. These checks need no file:
//! they compare the statement with itself, in the order of [`ManifestError`]'s variants.

use super::decimal::Decimal;
use super::error::ManifestError;
use super::measure::{Figure, Gate, K_ANONYMITY, L_DIVERSITY, Measure, Scope};
use super::run::{AcrossReleases, LegalForm, Relation, RunManifest};
use super::statement::Statement;
use super::table::{Counts, Table};
use crate::crypto::{KeyKind, Lifetime, demo};
use std::collections::BTreeSet;

pub(super) fn check(statement: &Statement<RunManifest>) -> Result<(), ManifestError> {
    let run = &statement.predicate;
    statement.check_subject_names()?;
    require(tables_differ(&run.tables), ManifestError::TableDuplicate)?;
    let listed = |table: &Table| statement.subject.iter().any(|s| s.name == table.file);
    require(
        run.tables.iter().all(listed),
        ManifestError::TableFileUnlisted,
    )?;
    require(
        run.tables.iter().all(columns_known)
            && run.relations.iter().all(|r| relation_known(r, run)),
        ManifestError::ColumnUnknown,
    )?;
    let adds_up = |c: Counts| c.output.checked_add(c.suppressed) == Some(c.input);
    let counts = |t: &Table| adds_up(t.rows) && t.people.is_none_or(adds_up);
    require(
        run.tables.iter().all(counts),
        ManifestError::CountsInconsistent,
    )?;
    require(
        run.measures.iter().all(|m| measure_placed(m, run)),
        ManifestError::MeasureInconsistent,
    )?;
    if let Some(gate) = &run.gate {
        require(gate.passed, ManifestError::GateNotPassed)?;
        require(gate_agrees(gate, run), ManifestError::GateInconsistent)?;
    }
    let demo_used =
        demo::is_demo_id(&run.signer.id) || run.keys.iter().any(|key| demo::is_demo_id(&key.id));
    require(run.demo || !demo_used, ManifestError::DemoUnmarked)?;
    require(legal_form_agrees(run), ManifestError::LegalFormInconsistent)?;
    let joint = run.releases.assessment == AcrossReleases::Measured;
    require(
        !joint || run.releases.follows.is_some(),
        ManifestError::ReleasesInconsistent,
    )
}

fn require(holds: bool, error: ManifestError) -> Result<(), ManifestError> {
    if holds { Ok(()) } else { Err(error) }
}

fn all_differ<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    names.into_iter().all(|name| seen.insert(name))
}

fn tables_differ(tables: &[Table]) -> bool {
    all_differ(tables.iter().map(|t| t.id.as_str()))
        && all_differ(tables.iter().map(|t| t.file.as_str()))
        && tables
            .iter()
            .all(|t| all_differ(t.columns.iter().map(|c| c.name.as_str())))
}

/// Quasi and sensitive columns are published, and the person column is a column. Its `published`
/// agrees with the column's.
fn columns_known(table: &Table) -> bool {
    let column = |name: &str| table.columns.iter().find(|c| c.name == name);
    let published = |name: &String| column(name).is_some_and(|c| c.published);
    table.quasi.iter().chain(&table.sensitive).all(published)
        && table
            .person_column
            .as_ref()
            .is_none_or(|p| column(&p.name).is_some_and(|c| c.published == p.published))
}

/// Both ends of a relation are columns of tables, as many on one side as on the other.
fn relation_known(relation: &Relation, run: &RunManifest) -> bool {
    let known = |table: &str, columns: &[String]| {
        let table = run.tables.iter().find(|t| t.id == table);
        table.is_some_and(|t| {
            columns
                .iter()
                .all(|name| t.columns.iter().any(|c| c.name == *name))
        })
    };
    known(&relation.child, &relation.child_columns)
        && known(&relation.parent, &relation.parent_columns)
        && relation.child_columns.len() == relation.parent_columns.len()
        && !relation.child_columns.is_empty()
}

fn measure_placed(measure: &Measure, run: &RunManifest) -> bool {
    match (&measure.scope, &measure.table) {
        (Scope::Joined, None) => true,
        (Scope::Table, Some(id)) => run.tables.iter().any(|t| t.id == *id),
        _ => false,
    }
}

/// Every table with quasi-identifiers has a k, every table-scope k, l, t is within its limit, and
/// l and t have at least one figure where they are limited.
fn gate_agrees(gate: &Gate, run: &RunManifest) -> bool {
    let figures = |definition: &str| -> Vec<(Option<&str>, Option<Figure>)> {
        let of = run
            .measures
            .iter()
            .filter(|m| m.definition == definition && m.scope == Scope::Table);
        of.map(|m| (m.table.as_deref(), m.value)).collect()
    };
    let at_least = |value: Option<Figure>, limit: u64| match value {
        None => true,
        Some(Figure::Count(count)) => count >= limit,
        Some(Figure::Ratio(_)) => false,
    };
    let at_most = |value: Option<Figure>, limit: Decimal| match value {
        None => true,
        Some(Figure::Ratio(ratio)) => ratio <= limit,
        Some(Figure::Count(_)) => false,
    };
    let k = figures(K_ANONYMITY);
    let measured = |table: &Table| {
        table.quasi.is_empty() || k.iter().any(|(id, _)| *id == Some(table.id.as_str()))
    };
    let l = figures(L_DIVERSITY);
    let l_agrees = gate
        .l
        .is_none_or(|limit| !l.is_empty() && l.iter().all(|(_, v)| at_least(*v, limit)));
    let t_agrees = match (gate.t, gate.t_reference) {
        (None, None) => true,
        (Some(limit), Some(reference)) => {
            let t = figures(reference.definition());
            !t.is_empty() && t.iter().all(|(_, v)| at_most(*v, limit))
        }
        _ => false,
    };
    !k.is_empty()
        && run.tables.iter().all(measured)
        && k.iter().all(|(_, v)| at_least(*v, gate.k))
        && l_agrees
        && t_agrees
}

fn legal_form_agrees(run: &RunManifest) -> bool {
    let in_memory = |kind, lifetime| kind != KeyKind::Root || lifetime == Lifetime::Memory;
    let keys_agree = !run.legal_form.needs_memory_keys()
        || run.keys.iter().all(|k| in_memory(k.kind, k.lifetime));
    keys_agree && (run.legal_form != LegalForm::Statistics || run.tables.is_empty())
}
