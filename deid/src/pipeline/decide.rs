//! From counts to levels: hierarchies over the values read, the requirement, the search.

use std::collections::BTreeMap;

use super::compile::Compiler;
use super::count::{Count, Counted, internal};
use super::interner::Interner;
use super::layout::{Layout, TableLayout};
use super::models;
use super::people::{Keys, People};
use super::proof::{Patience, Watch};
use crate::anonymity::search::{Diagnosis, search_until};
use crate::anonymity::{
    self, Attribute, Demand, Exchange, Node, Outcome, Quality, Reference, Requirement, Search, SearchError,
    SearchOptions, SensitiveRequirement,
};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::recipe::{self, Privacy, Recipe, Recoding, Span, Step, TReference};

/// Name of the hierarchy along which a column is generalised.
pub(crate) fn hierarchy_of(column: &recipe::Column) -> Option<&str> {
    column.steps.iter().find_map(|s| match s {
        Step::Generalize { hierarchy, .. } => Some(hierarchy.as_str()),
        _ => None,
    })
}

/// A quasi-identifier with the texts that its codes stand for.
pub(crate) struct Labels {
    /// Per level: the label of each leaf code; the entry after the last leaf is NULL's.
    pub(crate) by_level: Vec<Vec<Option<Box<str>>>>,
}

/// The counted exchange, ready to be searched.
pub(crate) struct Counts {
    pub(crate) exchange: Exchange,
    /// The recipe's further models, in the codes of the exchange.
    pub(crate) models: Vec<Demand>,
    /// Per attribute of the exchange.
    pub(crate) labels: Vec<Labels>,
    pub(crate) tables: Vec<Counted>,
    pub(crate) people: People,
    pub(crate) keys: Vec<Keys>,
}

impl Counts {
    /// Builds the attributes over the values that were read.
    ///
    /// # Errors
    /// [`Code::NotInHierarchy`], [`Code::NotInOrder`] when values are missing from a hierarchy or order.
    pub(crate) fn new(mut count: Count, layout: &Layout<'_>, compiler: &Compiler<'_>) -> Result<Self> {
        if let Some(missing) = count.missing.first() {
            let first: Vec<String> = missing.first_records.iter().map(u64::to_string).collect();
            return Err(Box::new(
                Diagnostic::error(Code::NotInHierarchy)
                    .in_table(&missing.table)
                    .in_column(&missing.column)
                    .number("count", missing.values.len() as u64)
                    .name("first", &*first.join(", ")),
            ));
        }
        let mut attributes = Vec::new();
        let mut labels = Vec::new();
        for (table, counted) in layout.tables.iter().zip(&mut count.tables) {
            let leaves = std::mem::take(&mut counted.leaves);
            for (column, leaves) in table.quasi.iter().zip(&leaves) {
                let (attribute, label) = attribute(table, *column, leaves, compiler)?;
                attributes.push(attribute);
                labels.push(label);
            }
            // The population is read once more for the recount.
            counted.leaves = if counted.population.is_some() { leaves } else { Vec::new() };
        }
        let exchange = count.builder.build(attributes).map_err(internal)?;
        let values: Vec<&[Interner]> = count.tables.iter().map(|t| t.values.as_slice()).collect();
        let models = models::demands(compiler.recipe, layout, compiler.hierarchies, &exchange, &values)?;
        let compares =
            compiler.recipe.privacy.as_ref().is_some_and(|p| {
                !p.models.is_empty() || (!p.t.is_empty() && p.t_reference == TReference::Input)
            });
        if !compares {
            // Nobody asks for the texts of values again; there may be as many as records.
            count.tables.iter_mut().for_each(|t| t.values.clear());
        }
        Ok(Self { exchange, models, labels, tables: count.tables, people: count.people, keys: count.keys })
    }
}

fn attribute(
    table: &TableLayout<'_>,
    column: usize,
    leaves: &Interner,
    compiler: &Compiler<'_>,
) -> Result<(Attribute, Labels)> {
    let spec = table.spec.columns.get(column).ok_or_else(|| Box::new(Diagnostic::error(Code::Internal)))?;
    let bad = |detail: &str| {
        Box::new(
            Diagnostic::error(Code::RecipeHierarchy)
                .in_table(&table.spec.name)
                .in_column(&spec.name)
                .name("name", hierarchy_of(spec).unwrap_or("-"))
                .name("detail", detail)
                .at(spec.span.clone()),
        )
    };
    let texts: Vec<Option<&str>> = leaves.iter().map(Some).collect();
    let hierarchy = compiler.hierarchy(&table.spec.name, spec)?;
    let (mut codes, mut by_level) = (Vec::new(), Vec::new());
    match hierarchy {
        Some(h) if !texts.is_empty() => {
            let made = h.materialise(&texts).map_err(|e| bad(&e.to_string()))?;
            let last = made.levels.len().saturating_sub(1);
            for (i, level) in made.levels.into_iter().enumerate() {
                let mut labels: Vec<Option<Box<str>>> =
                    level.codes.iter().map(|c| level.labels.get(*c as usize).cloned().flatten()).collect();
                labels.push((i == last).then(|| crate::transform::hierarchy::TOP.into()));
                codes.push(level.codes);
                by_level.push(labels);
            }
        }
        Some(h) => {
            // A column of NULLs only: one leaf that nobody has keeps the hierarchy's shape.
            codes = vec![vec![0]; h.levels()];
            by_level = vec![vec![None, None]; h.levels()];
            if let Some(top) = by_level.last_mut() {
                top.fill(Some(crate::transform::hierarchy::TOP.into()));
            }
        }
        None => {
            let n = leaves.len().max(1);
            codes.push((0..n).collect());
            let mut labels: Vec<Option<Box<str>>> = texts.iter().map(|t| t.map(Into::into)).collect();
            labels.resize(n as usize + 1, None);
            by_level.push(labels);
        }
    }
    let (min, mut max) = range(spec, codes.len().saturating_sub(1));
    let privacy = compiler.recipe.privacy.as_ref();
    let importance = match privacy.map(|p| &p.recoding) {
        Some(Recoding::Cells { importance }) => {
            blankable(&mut codes, &mut by_level, min);
            max = codes.len().saturating_sub(1);
            Some(importance)
        }
        _ => None,
    };
    let level = |l: usize| u8::try_from(l).map_err(|_| bad("level"));
    let weights = importance.or(privacy.map(|p| &p.weights));
    let own = (table.spec.name.clone(), spec.name.clone());
    let weight = weights.and_then(|w| w.get(&own)).copied().unwrap_or(1.0);
    let attribute = Attribute::new(format!("{}.{}", table.spec.name, spec.name), codes)
        .and_then(|a| a.with_weight(weight))
        .map_err(|e| bad(&e.to_string()))?
        .with_range(level(min)?, level(max)?)
        .map_err(|e| bad(&e.to_string()))?;
    Ok((attribute, Labels { by_level }))
}

/// Leaves the levels up to `min`, which is published, and the blank above it.
fn blankable(codes: &mut Vec<Vec<u32>>, by_level: &mut Vec<Vec<Option<Box<str>>>>, min: usize) {
    if min + 1 == codes.len() && min > 0 {
        // Everything is published as the root already.
        return;
    }
    codes.truncate(min + 1);
    by_level.truncate(min + 1);
    let leaves = codes.first().map_or(0, Vec::len);
    codes.push(vec![0; leaves]);
    by_level.push(vec![Some(crate::transform::hierarchy::TOP.into()); leaves + 1]);
}

/// Levels that the recipe allows.
fn range(column: &recipe::Column, top: usize) -> (usize, usize) {
    column
        .steps
        .iter()
        .find_map(|s| match s {
            Step::Generalize { min, max, .. } => Some((min.unwrap_or(0), max.unwrap_or(top))),
            _ => None,
        })
        .unwrap_or((0, 0))
}

/// The recipe's gate in the engine's terms. Further models need to know the values of the data.
pub(crate) fn requirement(counts: &Counts, recipe: &Recipe, layout: &Layout<'_>) -> Requirement {
    Requirement { models: counts.models.clone(), ..without_models(recipe, layout) }
}

/// Records of so many that the recipe allows to be suppressed.
pub(crate) fn allowed(recipe: &Recipe, layout: &Layout<'_>, rows: u64) -> u64 {
    without_models(recipe, layout).allowed(rows)
}

fn without_models(recipe: &Recipe, layout: &Layout<'_>) -> Requirement {
    let Some(p) = &recipe.privacy else {
        return Requirement::k(1, 1.0);
    };
    let sensitive =
        layout.tables.iter().map(|t| t.sensitive.iter().map(|c| on(p, t, *c)).collect()).collect();
    Requirement {
        k: u32::try_from(p.k).unwrap_or(u32::MAX),
        limit: p.suppression,
        reference: match p.t_reference {
            TReference::Input => Reference::Input,
            TReference::Published => Reference::Published,
        },
        sensitive,
        models: Vec::new(),
    }
}

fn on(privacy: &Privacy, table: &TableLayout<'_>, column: usize) -> SensitiveRequirement {
    let Some(spec) = table.spec.columns.get(column) else { return SensitiveRequirement::default() };
    let key = (table.spec.name.clone(), spec.name.clone());
    SensitiveRequirement {
        l: privacy.l.get(&key).and_then(|l| u32::try_from(*l).ok()).unwrap_or(0),
        t: privacy.t.get(&key).copied(),
    }
}

/// How loss is weighed.
pub(crate) fn quality(recipe: &Recipe) -> Quality {
    Quality { gs_factor: recipe.privacy.as_ref().map_or(0.5, |p| p.gs_factor) }
}

/// The result of a search.
pub(crate) struct Searched {
    pub(crate) search: Search,
    /// Whether patience ended it.
    pub(crate) ended: bool,
}

/// Searches the lattice for a requirement.
///
/// # Errors
/// As [`anonymity::search()`].
pub(crate) fn search(
    counts: &Counts,
    requirement: &Requirement,
    recipe: &Recipe,
    patience: &dyn Patience,
    alternatives: usize,
) -> std::result::Result<Searched, SearchError> {
    let options = SearchOptions { alternatives, ..SearchOptions::default() };
    let watch = Watch::begin(patience);
    let search = search_until(&counts.exchange, requirement, quality(recipe), options, &|| watch.stop())?;
    Ok(Searched { search, ended: watch.ended() })
}

/// Alternatives that a decision names.
pub(crate) const ALTERNATIVES: usize = 3;

/// Whether the diagnosis leaves open that some combination meets the requirement: there were too many
/// to be looked at, and what it tells of the most general one rules out nothing below it.
fn undecided(d: &Diagnosis, exchange: &Exchange) -> bool {
    let decided = d.needed_without_t.iter().zip(&d.allowed).any(|(needed, allowed)| needed > allowed);
    exchange.combinations() > SearchOptions::default().max_nodes && !decided
}

pub(crate) fn search_problem(
    error: &SearchError,
    counts: &Counts,
    recipe: &Recipe,
    layout: &Layout<'_>,
) -> Box<Diagnostic> {
    let span = recipe.privacy.as_ref().map(|p| p.span.clone()).unwrap_or_default();
    match error {
        SearchError::Infeasible(d) if undecided(d, &counts.exchange) => {
            Box::new(Diagnostic::error(Code::NothingFound).at(span))
        }
        SearchError::Infeasible(d) => {
            let worst = d
                .needed
                .iter()
                .zip(&d.rows)
                .enumerate()
                .map(|(i, (needed, rows))| (needed.saturating_mul(10_000).div_ceil((*rows).max(1)), i))
                .max()
                .unwrap_or((0, 0));
            let out = infeasible(worst.0, 10_000, span);
            match layout.tables.get(worst.1) {
                Some(table) => Box::new(out.in_table(&table.spec.name)),
                None => out,
            }
        }
        _ => Box::new(Diagnostic::error(Code::DecisionMismatch)),
    }
}

/// So many of the rows would have to be suppressed, more than the recipe allows.
pub(crate) fn infeasible(needed: u64, rows: u64, span: Span) -> Box<Diagnostic> {
    let share = needed.saturating_mul(10_000).div_ceil(rows.max(1));
    let percent = format!("{}.{:02}", share / 100, share % 100);
    Box::new(Diagnostic::error(Code::Infeasible).name("needed", &*percent).at(span))
}

/// Applies levels to the counted exchange.
///
/// # Errors
/// [`Code::DecisionMismatch`] when the levels do not fit.
pub(crate) fn apply<'c>(
    counts: &'c Counts,
    recipe: &Recipe,
    layout: &Layout<'_>,
    node: &Node,
) -> Result<Outcome<'c>> {
    let requirement = requirement(counts, recipe, layout);
    anonymity::apply(&counts.exchange, &requirement, quality(recipe), node)
        .map_err(|e| search_problem(&e, counts, recipe, layout))
}

/// Levels by table and column, as people and decision files name them.
pub(crate) fn named_levels(layout: &Layout<'_>, node: &Node) -> BTreeMap<String, BTreeMap<String, u8>> {
    let mut out: BTreeMap<String, BTreeMap<String, u8>> = BTreeMap::new();
    let mut levels = node.0.iter();
    for table in &layout.tables {
        for (column, level) in table.quasi.iter().zip(levels.by_ref()) {
            if let Some(spec) = table.spec.columns.get(*column) {
                out.entry(table.spec.name.clone()).or_default().insert(spec.name.clone(), *level);
            }
        }
    }
    out
}

/// The node of named levels; `None` when a column is missing or too many are named.
pub(crate) fn node_of(layout: &Layout<'_>, levels: &BTreeMap<String, BTreeMap<String, u8>>) -> Option<Node> {
    let mut node = Vec::new();
    for table in &layout.tables {
        for column in &table.quasi {
            let spec = table.spec.columns.get(*column)?;
            node.push(*levels.get(&table.spec.name)?.get(&spec.name)?);
        }
    }
    let named: usize = levels.values().map(BTreeMap::len).sum();
    (named == node.len()).then_some(Node(node))
}
