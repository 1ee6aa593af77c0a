//! Whether a run manifest agrees with itself.
//!
//! A signature says who stated something, not that it can be true. These checks need no file:
//! they compare the statement with itself, in the order of [`ManifestError`]'s variants.

use super::decimal::Decimal;
use super::error::ManifestError;
use super::measure::{Bound, Figure, Gate, K_ANONYMITY, L_DIVERSITY, Limit, Measure, ModelLimit, Scope};
use super::run::{AcrossReleases, LegalForm, Relation, RunManifest, Searched};
use super::statement::Statement;
use super::table::{Counts, Table};
use crate::crypto::{KeyKind, Lifetime, demo};
use std::collections::BTreeSet;

pub(super) fn check(statement: &Statement<RunManifest>) -> Result<(), ManifestError> {
    let run = &statement.predicate;
    statement.check_subject_names()?;
    require(tables_differ(&run.tables), ManifestError::TableDuplicate)?;
    let listed = |table: &Table| statement.subject.iter().any(|s| s.name == table.file);
    require(run.tables.iter().all(listed), ManifestError::TableFileUnlisted)?;
    require(
        run.tables.iter().all(columns_known) && run.relations.iter().all(|r| relation_known(r, run)),
        ManifestError::ColumnUnknown,
    )?;
    let adds_up = |c: Counts| c.output.checked_add(c.suppressed) == Some(c.input);
    let counts = |t: &Table| adds_up(t.rows) && t.people.is_none_or(adds_up);
    require(run.tables.iter().all(counts), ManifestError::CountsInconsistent)?;
    require(run.measures.iter().all(|m| measure_placed(m, run)), ManifestError::MeasureInconsistent)?;
    let search = run.decision.as_ref().and_then(|d| d.search.as_ref());
    require(search.is_none_or(search_agrees), ManifestError::DecisionInconsistent)?;
    if let Some(gate) = &run.gate {
        require(gate.passed, ManifestError::GateNotPassed)?;
        require(gate_agrees(gate, run), ManifestError::GateInconsistent)?;
    }
    let demo_used = demo::is_demo_id(&run.signer.id) || run.keys.iter().any(|key| demo::is_demo_id(&key.id));
    require(run.demo || !demo_used, ManifestError::DemoUnmarked)?;
    require(legal_form_agrees(run), ManifestError::LegalFormInconsistent)?;
    let joint = run.releases.assessment == AcrossReleases::Measured;
    require(!joint || run.releases.follows.is_some(), ManifestError::ReleasesInconsistent)
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
        && tables.iter().all(|t| all_differ(t.columns.iter().map(|c| c.name.as_str())))
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
        table.is_some_and(|t| columns.iter().all(|name| t.columns.iter().any(|c| c.name == *name)))
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

/// The bound lies between 0 and the loss, the gap is the difference, what is proven leaves none, and
/// a reason for ending early is given exactly if nothing is proven.
fn search_agrees(search: &Searched) -> bool {
    search.bound >= Decimal::ZERO
        && search.bound <= search.loss
        && search.gap == search.loss.minus(search.bound)
        && (!search.proven || search.gap == Decimal::ZERO)
        && search.proven == search.stopped.is_none()
}

/// Every table with quasi-identifiers has a k and every table's k is within its limit; every limit
/// of l and t is kept; and a reference of t is named exactly if t is limited.
fn gate_agrees(gate: &Gate, run: &RunManifest) -> bool {
    let k: Vec<&Measure> = figures(run, K_ANONYMITY).collect();
    let measured =
        |table: &Table| table.quasi.is_empty() || k.iter().any(|m| m.table.as_ref() == Some(&table.id));
    let t_kept = match gate.t_reference {
        None => gate.t.is_empty(),
        Some(reference) => !gate.t.is_empty() && limits_kept(&gate.t, run, reference.definition()),
    };
    !k.is_empty()
        && run.tables.iter().all(measured)
        && k.iter().all(|m| reaches(m.value, Figure::Count(gate.k)))
        && limits_kept(&gate.l, run, L_DIVERSITY)
        && t_kept
        && models_kept(&gate.models, run)
}

/// The figures of single tables: the joined view is not gated.
fn figures<'a>(run: &'a RunManifest, definition: &str) -> impl Iterator<Item = &'a Measure> {
    run.measures.iter().filter(move |m| m.definition == definition && m.scope == Scope::Table)
}

/// No column has two limits, each limited column is sensitive, has a figure of its own, and all
/// its figures keep the limit. Figures of other columns are compared with nothing.
fn limits_kept(limits: &[Limit], run: &RunManifest, definition: &str) -> bool {
    let mut seen = BTreeSet::new();
    limits.iter().all(|limit| {
        let sensitive = run.tables.iter().any(|t| t.id == limit.table && t.sensitive.contains(&limit.column));
        let own = |m: &&Measure| {
            m.table.as_ref() == Some(&limit.table)
                && m.columns.as_slice() == std::slice::from_ref(&limit.column)
        };
        let mut own = figures(run, definition).filter(own).peekable();
        seen.insert((&limit.table, &limit.column))
            && sensitive
            && own.peek().is_some()
            && own.all(|m| reaches(m.value, limit.limit))
    })
}

/// No figure has two limits; each limit is about a table and, where it names one, a sensitive column of
/// it, has a figure of its own, and all its figures keep to their side of it.
fn models_kept(limits: &[ModelLimit], run: &RunManifest) -> bool {
    let mut seen = BTreeSet::new();
    limits.iter().all(|limit| {
        let table = run.tables.iter().find(|t| t.id == limit.table);
        let placed = table.is_some_and(|t| limit.column.as_ref().is_none_or(|c| t.sensitive.contains(c)));
        let own = |m: &&Measure| {
            m.table.as_ref() == Some(&limit.table)
                && limit.column.as_ref().is_none_or(|c| m.columns.as_slice() == std::slice::from_ref(c))
        };
        let mut own = figures(run, &limit.definition).filter(own).peekable();
        seen.insert((&limit.definition, &limit.table, &limit.column))
            && placed
            && own.peek().is_some()
            && own.all(|m| keeps(m.value, limit.limit, limit.bound))
    })
}

/// A figure of the limit's kind on its side of it. Where nothing was published nothing is beyond it.
fn keeps(value: Option<Figure>, limit: Figure, bound: Bound) -> bool {
    let order = match (value, limit) {
        (None, _) => return true,
        (Some(Figure::Count(count)), Figure::Count(limit)) => count.cmp(&limit),
        (Some(Figure::Ratio(ratio)), Figure::Ratio(limit)) => ratio.cmp(&limit),
        _ => return false,
    };
    match bound {
        Bound::Least => order.is_ge(),
        Bound::Greatest => order.is_le(),
    }
}

/// A count at or above its limit, a ratio at or below it. Where nothing was published nothing is
/// beyond a limit.
fn reaches(value: Option<Figure>, limit: Figure) -> bool {
    match (value, limit) {
        (None, _) => true,
        (Some(Figure::Count(count)), Figure::Count(least)) => count >= least,
        (Some(Figure::Ratio(ratio)), Figure::Ratio(greatest)) => ratio <= greatest,
        _ => false,
    }
}

fn legal_form_agrees(run: &RunManifest) -> bool {
    let in_memory = |kind, lifetime| kind != KeyKind::Root || lifetime == Lifetime::Memory;
    let keys_agree =
        !run.legal_form.needs_memory_keys() || run.keys.iter().all(|k| in_memory(k.kind, k.lifetime));
    keys_agree && (run.legal_form != LegalForm::Statistics || run.tables.is_empty())
}
