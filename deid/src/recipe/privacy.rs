//! The gate, the relations between tables and the way to the person.

use std::collections::BTreeMap;

use super::Span;
use super::models::{self, ModelDemand};
use super::population::{self, PopulationSpec};
use super::reader::{Problems, Table, Value};
use super::recoding::{self, Recoding};
use super::table::TableSpec;
use crate::codes::Code;
use crate::error::Diagnostic;

/// What happens to a record whose parent does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orphans {
    /// The run stops.
    Error,
    /// The record is suppressed and counted.
    Suppress,
}

/// Child → parent: each value of the child's column is a key of the parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Child table.
    pub child: String,
    /// Column of the child.
    pub column: String,
    /// Parent table; its `key` is what the column refers to.
    pub parent: String,
    /// Policy for records without a parent.
    pub orphans: Orphans,
    /// Place of the entry.
    pub span: Span,
}

/// Where the people are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Table.
    pub table: String,
    /// Column that names the person; the table's key when it has one row per person.
    pub column: String,
    /// Place of the entry.
    pub span: Span,
}

/// Against which distribution t-closeness gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TReference {
    /// The distribution of the whole input.
    Input,
    /// The distribution of what is published.
    Published,
}

impl TReference {
    /// The word used in recipes and manifests.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Published => "published",
        }
    }
}

/// The gate: what the published tables must measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Privacy {
    /// Least number of distinct people in a class.
    pub k: u64,
    /// Largest share of a table's records that may be suppressed, 0..=1.
    pub suppression: f64,
    /// (table, sensitive column) → least number of distinct values in a class.
    pub l: BTreeMap<(String, String), u64>,
    /// (table, sensitive column) → largest distance of a class from the reference, 0..=1.
    pub t: BTreeMap<(String, String), f64>,
    /// Reference of t.
    pub t_reference: TReference,
    /// How records are generalised.
    pub recoding: Recoding,
    /// Further models, all of which must hold.
    pub models: Vec<ModelDemand>,
    /// Population of a table, for models that compare with one.
    pub populations: BTreeMap<String, PopulationSpec>,
    /// (table, quasi column) → weight of its loss, > 0; absent = 1.
    pub weights: BTreeMap<(String, String), f64>,
    /// Trade-off of the Loss metric between generalization (0) and suppression (1); 0.5 as in ARX.
    pub gs_factor: f64,
    /// Largest number of people that a published column outside the quasi-identifiers may make
    /// unique before it must be acknowledged.
    pub unique_limit: u64,
    /// Place of the header.
    pub span: Span,
}

pub(super) fn parse(mut t: Table<'_>, tables: &[TableSpec], problems: &mut Problems) -> Option<Privacy> {
    let span = t.span.clone();
    let k = t.need("k", problems).and_then(|v| v.integer(1, 1_000_000, problems));
    let suppression = t.get("suppression").map_or(Some(0.0), |v| v.number(0.0, 1.0, problems));
    let l = per_column(&mut t, "l", tables, problems, |v, p| {
        v.integer(1, 1_000_000, p).and_then(|n| u64::try_from(n).ok())
    });
    let limit_t = per_column(&mut t, "t", tables, problems, |v, p| v.number(0.0, 1.0, p));
    let weights = per_column(&mut t, "weights", tables, problems, |v, p| v.number(0.001, 1000.0, p));
    let recoding = recoding::parse(&mut t, tables, problems);
    let t_reference = match t.get("t_reference") {
        None => TReference::Input,
        Some(v) => match v.text(problems) {
            Some("input") => TReference::Input,
            Some("published") => TReference::Published,
            _ => {
                v.bad("input, published", problems);
                TReference::Input
            }
        },
    };
    let gs_factor = t.get("gs_factor").map_or(Some(0.5), |v| v.number(0.0, 1.0, problems));
    let populations = t.table("population", problems);
    let populations = populations.map(|t| population::parse(&t, tables, problems)).unwrap_or_default();
    let entries = t.array("models", problems);
    let written = entries.len();
    let models = models::parse(entries, tables, &populations, problems);
    let populations: BTreeMap<String, PopulationSpec> =
        populations.into_iter().filter_map(|(table, spec)| Some((table, spec?))).collect();
    for (table, spec) in &populations {
        // An entry with a fault may be the one that needs it.
        if models.len() == written && !models.iter().any(|m| m.model.needs_population() && m.table == *table)
        {
            let unused = Diagnostic::error(Code::RecipeBadValue)
                .name("allowed", "model = \"k-map\", \"delta-presence\"");
            problems.push(unused.in_table(table).at(spec.span.clone()));
        }
    }
    let unique_limit = t.get("unique_limit").map_or(Some(0), |v| v.integer(0, i64::MAX, problems));
    t.finish(problems);
    Some(Privacy {
        k: u64::try_from(k?).ok()?,
        suppression: suppression?,
        l,
        t: limit_t,
        t_reference,
        recoding,
        models,
        populations,
        weights,
        gs_factor: gs_factor?,
        unique_limit: u64::try_from(unique_limit?).ok()?,
        span,
    })
}

/// `{ table = { "column" = value } }` with both names checked.
pub(super) fn per_column<T>(
    t: &mut Table<'_>,
    key: &'static str,
    tables: &[TableSpec],
    problems: &mut Problems,
    read: impl Fn(Value<'_>, &mut Problems) -> Option<T>,
) -> BTreeMap<(String, String), T> {
    let mut out = BTreeMap::new();
    let Some(outer) = t.table(key, problems) else { return out };
    for (table_name, span, inner) in outer.entries() {
        let Some(table) = tables.iter().find(|t| t.name == table_name) else {
            problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", table_name).at(span));
            continue;
        };
        let Some(columns) = inner.table(problems) else { continue };
        for (column, span, value) in columns.entries() {
            if table.column(column).is_none() {
                problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", column).at(span));
                continue;
            }
            if let Some(v) = read(value, problems) {
                out.insert((table_name.to_owned(), column.to_owned()), v);
            }
        }
    }
    out
}

pub(super) fn parse_relation(
    v: Value<'_>,
    tables: &[TableSpec],
    problems: &mut Problems,
) -> Option<Relation> {
    let mut t = v.table(problems)?;
    let child = t.need("child", problems).and_then(|v| table_name(v, tables, problems));
    let parent = t.need("parent", problems).and_then(|v| table_name(v, tables, problems));
    let column = t.need("column", problems).and_then(|v| {
        let name = v.text(problems)?;
        let known = child.and_then(|c| c.column(name)).is_some();
        if !known {
            problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", name).at(v.span()));
        }
        known.then(|| name.to_owned())
    });
    let orphans = match t.get("orphans") {
        None => Orphans::Error,
        Some(v) => match v.text(problems) {
            Some("error") => Orphans::Error,
            Some("suppress") => Orphans::Suppress,
            _ => {
                v.bad("error, suppress", problems);
                Orphans::Error
            }
        },
    };
    t.finish(problems);
    let parent = parent?;
    if parent.key.is_none() {
        problems.push(
            Diagnostic::error(Code::RecipeMissingKey).name("key", "key").in_table(&parent.name).at(v.span()),
        );
    }
    Some(Relation {
        child: child?.name.clone(),
        column: column?,
        parent: parent.name.clone(),
        orphans,
        span: v.span(),
    })
}

pub(super) fn parse_person(
    mut t: Table<'_>,
    tables: &[TableSpec],
    problems: &mut Problems,
) -> Option<Person> {
    let span = t.span.clone();
    let table = t.need("table", problems).and_then(|v| table_name(v, tables, problems));
    let column = t.get("column").and_then(|v| {
        let name = v.text(problems)?;
        if table.and_then(|t| t.column(name)).is_none() {
            problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", name).at(v.span()));
            return None;
        }
        Some(name.to_owned())
    });
    t.finish(problems);
    let table = table?;
    let Some(column) = column.or_else(|| table.key.clone()) else {
        problems.push(Diagnostic::error(Code::RecipeMissingKey).name("key", "column").at(span));
        return None;
    };
    Some(Person { table: table.name.clone(), column, span })
}

pub(super) fn table_name<'t>(
    v: Value<'_>,
    tables: &'t [TableSpec],
    problems: &mut Problems,
) -> Option<&'t TableSpec> {
    let name = v.text(problems)?;
    let found = tables.iter().find(|t| t.name == name);
    if found.is_none() {
        problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", name).at(v.span()));
    }
    found
}

/// Every relation must lead, without a cycle and with one parent each, towards the person table.
pub(super) fn check_shape(relations: &[Relation], person: Option<&Person>, problems: &mut Problems) {
    for (i, r) in relations.iter().enumerate() {
        if relations.iter().skip(i + 1).any(|o| o.child == r.child) {
            problems.push(Diagnostic::error(Code::RecipeRelationShape).in_table(&r.child).at(r.span.clone()));
            continue;
        }
        let mut at = r.child.as_str();
        let mut steps = 0;
        while let Some(up) = relations.iter().find(|o| o.child == at) {
            at = &up.parent;
            steps += 1;
            if steps > relations.len() {
                problems
                    .push(Diagnostic::error(Code::RecipeRelationShape).in_table(&r.child).at(r.span.clone()));
                return;
            }
        }
        match person {
            Some(p) if p.table != at => {
                problems
                    .push(Diagnostic::error(Code::RecipeNoPersonPath).in_table(&r.child).at(r.span.clone()));
            }
            Some(p) if p.table == r.child => {
                problems
                    .push(Diagnostic::error(Code::RecipeRelationShape).in_table(&r.child).at(r.span.clone()));
            }
            Some(_) => {}
            None => {
                problems
                    .push(Diagnostic::error(Code::RecipeNoPersonPath).in_table(&r.child).at(r.span.clone()));
            }
        }
    }
}
