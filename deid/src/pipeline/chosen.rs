//! What was chosen for the records of an exchange, and what it does to every row.
//!
//! Why here: the search gives all records of a column one level, a local recoding gives every class
//! its own. Whatever was chosen, the pass that writes, the figures and the gate see one [`Effect`].
//!
//! Deliberately absent: a recoding for tomorrow's file. It would hold today's tuples; a decision
//! names the recoding, and it is made anew.

use super::decide::{self, Counts, Labels};
use super::decision::{Candidate, candidate, decimal};
use super::layout::Layout;
use super::proof::Patience;
use crate::anonymity::local::exchange::spread_at;
use crate::anonymity::local::{self, Counted, Demanded, LocalError, Options, Recoding, Spread, verify};
use crate::anonymity::outcome::{Joined, TableOutcome};
use crate::anonymity::{Node, SearchError, Verdicts};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::manifest::Decimal;
use crate::recipe::{self, Privacy, Recipe, TReference};

/// What was chosen.
pub(crate) enum Chosen {
    /// One level per attribute.
    FullDomain(Node),
    /// A value per class and attribute, for the records of the only table.
    PerClass { counted: Counted, recoding: Recoding },
}

/// What it does.
pub(crate) struct Effect<'c> {
    /// The fate of every row.
    pub(crate) verdicts: Verdicts<'c>,
    pub(crate) levels: Levels,
    /// Per table of the exchange.
    pub(crate) tables: Vec<TableOutcome>,
    pub(crate) joined: Option<Joined>,
    pub(crate) loss: f64,
    /// Levels and leaves summed up; `None` where people have several records or several tables.
    pub(crate) spread: Option<Spread>,
}

/// The levels to which rows are generalised.
pub(crate) enum Levels {
    /// One per attribute of the exchange.
    Same(Vec<u8>),
    /// Of an exchange of one table: the class of each leaf tuple, and the levels of each class.
    PerClass { class_of_tuple: Vec<u32>, levels: Vec<u8>, width: usize },
}

impl Levels {
    /// The levels of a row with this leaf tuple, for the `width` attributes of its table from `first`
    /// on. Empty for a tuple that is in no class.
    #[inline]
    pub(crate) fn of(&self, first: usize, width: usize, tuple: u32) -> &[u8] {
        match self {
            Self::Same(levels) => levels.get(first..first + width).unwrap_or_default(),
            Self::PerClass { class_of_tuple, levels, width } => {
                let class =
                    class_of_tuple.get(tuple as usize).copied().unwrap_or(local::exchange::SUPPRESSED);
                let start = (class as usize).saturating_mul(*width);
                levels.get(start..start.saturating_add(*width)).unwrap_or_default()
            }
        }
    }

    /// Whether some row has this level in this attribute of the exchange.
    pub(crate) fn uses(&self, attribute: usize, level: u8) -> bool {
        match self {
            Self::Same(levels) => levels.get(attribute) == Some(&level),
            Self::PerClass { levels, width, .. } => {
                levels.iter().skip(attribute).step_by((*width).max(1)).any(|l| *l == level)
            }
        }
    }

    /// The one level of an attribute, where there is one for all.
    pub(crate) fn same(&self, attribute: usize) -> Option<u8> {
        match self {
            Self::Same(levels) => levels.get(attribute).copied(),
            Self::PerClass { .. } => None,
        }
    }
}

impl Chosen {
    /// Applies it to the counted exchange.
    ///
    /// # Errors
    /// [`Code::DecisionMismatch`] when levels do not fit.
    pub(crate) fn effect<'c>(
        &self,
        counts: &'c Counts,
        recipe: &Recipe,
        layout: &Layout<'_>,
    ) -> Result<Effect<'c>> {
        match self {
            Self::FullDomain(node) => full_domain(counts, recipe, layout, node),
            Self::PerClass { counted, recoding } => {
                let quality = decide::quality(recipe);
                let done = local::Effect::new(&counts.exchange, counted, recoding, quality);
                let cells = recoding.classes.iter().flat_map(|class| &class.cells);
                Ok(Effect {
                    verdicts: done.verdicts,
                    levels: Levels::PerClass {
                        class_of_tuple: done.class_of_tuple,
                        levels: cells.map(|cell| cell.level).collect(),
                        width: counts.exchange.attributes().len(),
                    },
                    tables: vec![done.table],
                    joined: Some(done.joined),
                    loss: done.loss,
                    spread: Some(done.spread),
                })
            }
        }
    }
}

/// Applies the levels of a node.
///
/// # Errors
/// As [`Chosen::effect`].
pub(crate) fn full_domain<'c>(
    counts: &'c Counts,
    recipe: &Recipe,
    layout: &Layout<'_>,
    node: &Node,
) -> Result<Effect<'c>> {
    let outcome = decide::apply(counts, recipe, layout, node)?;
    let spread = spread_at(&counts.exchange, &node.0, &outcome.verdicts);
    Ok(Effect {
        verdicts: outcome.verdicts,
        levels: Levels::Same(outcome.node.0),
        tables: outcome.tables,
        joined: outcome.joined,
        loss: outcome.loss,
        spread,
    })
}

/// Recodes the records of the only table, as the recipe says, and counts the result again.
///
/// # Errors
/// [`Code::Infeasible`]; [`Code::RecodingUnsupported`] where the records cannot be recoded at all.
pub(crate) fn recode(counts: &Counts, recipe: &Recipe, layout: &Layout<'_>) -> Result<Chosen> {
    let internal = || Box::new(Diagnostic::error(Code::Internal));
    let privacy = recipe.privacy.as_ref().ok_or_else(internal)?;
    let several = || unsupported(privacy, "[person] column");
    let places: Vec<Vec<u32>> = counts.labels.iter().map(places).collect();
    let counted = Counted::new(&counts.exchange, &places).ok_or_else(several)?;
    let requirement = decide::requirement(counts, recipe, layout);
    let records = counted.records();
    let model = Demanded::new(&requirement, &records).ok_or_else(internal)?;
    let rows = counts.exchange.rows();
    let suppressible = requirement.allowed(rows);
    let made = match privacy.recoding {
        recipe::Recoding::Cells { .. } => local::recode_cells(&records, &model, suppressible),
        recipe::Recoding::Local | recipe::Recoding::FullDomain => {
            let suppressed_share = (2.0 * privacy.gs_factor).min(1.0);
            local::recode(&records, &model, &Options { suppressible, suppressed_share, ..Options::default() })
        }
    };
    let recoding = made.map_err(|error| problem(error, privacy, rows))?;
    verify(&records, &model, &recoding, suppressible).map_err(|_| internal())?;
    Ok(Chosen::PerClass { counted, recoding })
}

/// The place of each leaf of a column in the order of their texts.
fn places(labels: &Labels) -> Vec<u32> {
    let leaves = labels.by_level.first().map_or(&[][..], Vec::as_slice);
    // The last entry is NULL's.
    let mut order: Vec<(&Option<Box<str>>, usize)> =
        leaves.iter().take(leaves.len().saturating_sub(1)).zip(0..).collect();
    order.sort_unstable();
    let mut places = vec![0; order.len()];
    for (place, (_, leaf)) in (0u32..).zip(order) {
        if let Some(slot) = places.get_mut(leaf) {
            *slot = place;
        }
    }
    places
}

fn problem(error: LocalError, privacy: &Privacy, rows: u64) -> Box<Diagnostic> {
    match error {
        LocalError::Infeasible { needed, .. } => decide::infeasible(needed, rows, privacy.span.clone()),
        LocalError::TooLarge => unsupported(privacy, "> 127"),
        _ => Box::new(Diagnostic::error(Code::Internal)),
    }
}

pub(crate) fn unsupported(privacy: &Privacy, key: &str) -> Box<Diagnostic> {
    let d = Diagnostic::error(Code::RecodingUnsupported);
    Box::new(d.name("recoding", privacy.recoding.id()).name("key", key).at(privacy.span.clone()))
}

/// What one level per column would give, where every class has its own.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FullDomain {
    /// The best levels; `null` where none meet the limits within the suppression allowed.
    pub best: Option<Candidate>,
    /// Their granularity, 1 = the input itself.
    pub granularity: Option<Decimal>,
}

/// Searches the lattice beside a local recoding; `None` beside anything else.
///
/// # Errors
/// [`Code::Internal`].
pub(crate) fn beside(
    counts: &Counts,
    recipe: &Recipe,
    layout: &Layout<'_>,
    patience: &dyn Patience,
) -> Result<Option<FullDomain>> {
    if recipe.privacy.as_ref().map(|p| &p.recoding) != Some(&recipe::Recoding::Local) {
        return Ok(None);
    }
    let asked = decide::requirement(counts, recipe, layout);
    let best = match decide::search(counts, &asked, recipe, patience, 0) {
        Ok(searched) => searched.search.best,
        Err(SearchError::Infeasible(_)) => {
            return Ok(Some(FullDomain { best: None, granularity: None }));
        }
        Err(error) => return Err(decide::search_problem(&error, counts, recipe, layout)),
    };
    let spread = full_domain(counts, recipe, layout, &best.node)?.spread;
    Ok(Some(FullDomain {
        best: Some(candidate(layout, &best)),
        granularity: spread.map(|s| decimal(s.granularity())),
    }))
}

/// What the recipe asks that its recoding cannot do; known before any file is opened.
pub(crate) fn refusals(recipe: &Recipe, layout: &Layout<'_>) -> Vec<Diagnostic> {
    let Some(privacy) = &recipe.privacy else { return Vec::new() };
    if privacy.recoding == recipe::Recoding::FullDomain {
        return Vec::new();
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut refuse = |key: &str| found.push(*unsupported(privacy, key));
    let [table] = layout.tables.as_slice() else {
        refuse("[table.*] > 1");
        return found;
    };
    if table.person != super::layout::PersonSource::EachRow && !table.key_is_person() {
        refuse("[person] column");
    }
    let published = privacy.t_reference == TReference::Published;
    if published && (!privacy.t.is_empty() || privacy.models.iter().any(|m| m.model.reads_reference())) {
        refuse("t_reference = \"published\"");
    }
    // What reads no column asks about the whole table or a population: no class by itself can tell.
    for demand in privacy.models.iter().filter(|m| m.column.is_none()) {
        refuse(demand.model.id());
    }
    if matches!(privacy.recoding, recipe::Recoding::Cells { .. }) && !privacy.weights.is_empty() {
        refuse("weights");
    }
    found
}
