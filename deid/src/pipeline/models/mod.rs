//! The privacy models of a recipe, joined: what the recipe asks, what the search must know of it, and
//! what is counted again on the published bytes.
//!
//! **This is the one table of models.** A model's own files know nothing of each other
//! (`anonymity::models` for the search, `measure` for the recount); here each has an arm in
//! [`asked`] (definition, limit, parameters), [`engine`] and [`question`].
//!
//! Deliberately absent: k, distinct l and equal t, which have keys of their own in recipe, gate and
//! manifest; words for people.

mod answers;
mod figure;
mod order;
mod population;
mod published;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decide::Counts;
use super::hierarchies::Hierarchies;
use super::interner::Interner;
use super::layout::Layout;
use super::recount::Owner;
use crate::anonymity::problem::{Data, Table};
use crate::anonymity::{Demand, Exchange, models as engine_models};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::manifest::measure::{Basis, Bound, Figure, ModelLimit};
use crate::manifest::table::Parameter;
use crate::manifest::{Decimal, measure};
use crate::measure::population::{JAPAN, Sample};
use crate::measure::population_uniqueness::Estimator;
use crate::recipe::{self, ModelDemand, NullPlace, PrivacyModel, Recipe, TReference, ValueOrder};

pub(crate) use answers::{PublishedColumns, answers};
pub(crate) use figure::{Formula, Question, of_manifest};
pub(crate) use population::{
    Read as Population, Tuples, check_header, count as count_population, generalised, of_classes, of_tuples,
};
pub(crate) use published::{Form, Texts};

/// Floats may miss a limit that is met exactly by this much.
const TOLERANCE: f64 = 1e-11;
/// The search keeps this distance and more from a limit that must not be reached.
const STRICT: f64 = 5e-13;

/// What a figure must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wanted {
    /// At least so much.
    Least(f64),
    /// At most so much.
    Greatest(f64),
    /// Less than so much.
    Below(f64),
}

impl Wanted {
    /// Whether a figure is so; what was not measured is not.
    pub(crate) fn is_met(self, found: Option<f64>) -> bool {
        found.is_some_and(|found| match self {
            Self::Least(least) => found >= least - TOLERANCE * least.max(1.0),
            Self::Greatest(greatest) => found <= greatest + TOLERANCE * greatest.max(1.0),
            Self::Below(limit) => found < limit - STRICT,
        })
    }

    /// The number itself.
    pub(crate) fn limit(self) -> f64 {
        match self {
            Self::Least(limit) | Self::Greatest(limit) | Self::Below(limit) => limit,
        }
    }

    /// The word of reports.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Least(_) => "least",
            Self::Greatest(_) => "greatest",
            Self::Below(_) => "below",
        }
    }

    /// Which side of it the figure must keep to.
    pub(crate) fn bound(self) -> Bound {
        match self {
            Self::Least(_) => Bound::Least,
            // A figure that must stay below is rounded to ten decimals, and may then be equal.
            Self::Greatest(_) | Self::Below(_) => Bound::Greatest,
        }
    }
}

/// One figure that the recipe limits.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'r> {
    pub(crate) demand: &'r ModelDemand,
    /// Id of the figure in the manifest.
    pub(crate) definition: String,
    /// Table of the layout.
    pub(crate) table: usize,
    /// Position among the table's sensitive columns.
    pub(crate) column: Option<usize>,
    pub(crate) parameters: BTreeMap<String, Parameter>,
    pub(crate) wanted: Wanted,
    /// Whether the published files are enough to count it again.
    pub(crate) basis: Basis,
}

/// Every figure that the recipe limits, in the order of the recipe.
pub(crate) fn asked<'r>(recipe: &'r Recipe, layout: &Layout<'_>) -> Vec<Asked<'r>> {
    let Some(privacy) = &recipe.privacy else { return Vec::new() };
    let mut all = Vec::new();
    for demand in &privacy.models {
        let Some(table) = layout.tables.iter().position(|t| t.spec.name == demand.table) else { continue };
        let column = demand.column.as_ref().and_then(|name| sensitive(layout, table, name));
        for (definition, wanted, parameters) in limits(&demand.model, privacy.t_reference) {
            let parameters: BTreeMap<String, Parameter> =
                parameters.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            let basis = match figure::of_manifest(&definition, None, &parameters) {
                Some(_) => Basis::Recountable,
                None => Basis::Attested,
            };
            all.push(Asked { demand, definition, table, column, parameters, wanted, basis });
        }
    }
    all
}

fn sensitive(layout: &Layout<'_>, table: usize, name: &str) -> Option<usize> {
    let table = layout.tables.get(table)?;
    let named = |column: &usize| table.spec.columns.get(*column).is_some_and(|c| c.name == name);
    table.sensitive.iter().position(named)
}

type Limits = Vec<(String, Wanted, Vec<(&'static str, Parameter)>)>;

/// Definition, limit and parameters of each figure of a model.
fn limits(model: &PrivacyModel, reference: TReference) -> Limits {
    let against = |definition: &str| format!("{definition}.{}", reference.id());
    let text = |text: &str| Parameter::Text(text.to_owned());
    let one = |definition: String, wanted, parameters| vec![(definition, wanted, parameters)];
    match model {
        PrivacyModel::EntropyL { l } => one(model.id().to_owned(), Wanted::Least(*l), vec![]),
        PrivacyModel::RecursiveL { c, l } => {
            let rank = vec![("l", Parameter::Integer(i64::from(*l)))];
            one(model.id().to_owned(), Wanted::Below(*c), rank)
        }
        PrivacyModel::TOrdered { t, order, null } => {
            let word = match order {
                // The values themselves stay in the recipe.
                ValueOrder::Listed(_) => "listed",
                ValueOrder::Number => "number",
                ValueOrder::Text => "text",
            };
            let mut parameters = vec![("order", text(word))];
            parameters.extend(
                null.map(|place| ("null", text(if place == NullPlace::First { "first" } else { "last" }))),
            );
            one(against(model.id()), Wanted::Greatest(*t), parameters)
        }
        PrivacyModel::THierarchical { t, hierarchy } => {
            one(against(model.id()), Wanted::Greatest(*t), vec![("hierarchy", text(hierarchy))])
        }
        PrivacyModel::BetaLikeness { beta, enhanced } => {
            let kind = if *enhanced { "beta-likeness.enhanced" } else { "beta-likeness.basic" };
            one(against(kind), Wanted::Greatest(*beta), vec![])
        }
        PrivacyModel::DeltaDisclosure { delta } => one(against(model.id()), Wanted::Below(*delta), vec![]),
        PrivacyModel::AverageRisk { risk } => one(model.id().to_owned(), Wanted::Greatest(*risk), vec![]),
        PrivacyModel::SampleUniqueness { share } => {
            one(model.id().to_owned(), Wanted::Greatest(*share), vec![])
        }
        PrivacyModel::PopulationUniqueness { share, population, estimator } => {
            let people = i64::try_from(population.unwrap_or(JAPAN)).unwrap_or(i64::MAX);
            let definition = format!("{}.{}", model.id(), estimator.id());
            one(definition, Wanted::Greatest(*share), vec![("population", Parameter::Integer(people))])
        }
        PrivacyModel::KMap { k } => one(model.id().to_owned(), Wanted::Least(*k as f64), vec![]),
        PrivacyModel::DeltaPresence { min, max } => vec![
            (format!("{}.least", model.id()), Wanted::Least(*min), vec![]),
            (format!("{}.greatest", model.id()), Wanted::Greatest(*max), vec![]),
        ],
    }
}

/// The models for the search.
///
/// # Errors
/// [`Code::NotInOrder`], [`Code::NotInHierarchy`]: values of the data that the order or hierarchy of a
/// model does not know.
pub(crate) fn demands(
    recipe: &Recipe,
    layout: &Layout<'_>,
    hierarchies: &Hierarchies,
    exchange: &Exchange,
    values: &[&[Interner]],
) -> Result<Vec<Demand>> {
    let mut all = Vec::new();
    for demand in recipe.privacy.iter().flat_map(|p| &p.models) {
        let Some(table) = layout.tables.iter().position(|t| t.spec.name == demand.table) else { continue };
        let column = demand.column.as_ref().and_then(|name| sensitive(layout, table, name));
        let texts = column.and_then(|c| values.get(table)?.get(c));
        let people = column.and_then(|c| exchange.tables().get(table).map(|t| people_per_value(t, c)));
        let has_null = people.as_ref().and_then(|p| p.first()).is_some_and(|n| *n > 0);
        let model = engine(demand, hierarchies, texts, has_null)?;
        all.push(Demand { table, column, model });
    }
    Ok(all)
}

fn engine(
    demand: &ModelDemand,
    hierarchies: &Hierarchies,
    texts: Option<&Interner>,
    has_null: bool,
) -> Result<Arc<dyn engine_models::Model>> {
    let none = Interner::default();
    let texts = texts.unwrap_or(&none);
    Ok(match &demand.model {
        PrivacyModel::EntropyL { l } => Arc::new(engine_models::entropy_l::EntropyL { l: *l }),
        PrivacyModel::RecursiveL { c, l } => {
            Arc::new(engine_models::recursive_l::RecursiveL { c: *c, l: *l })
        }
        PrivacyModel::TOrdered { t, order, null } => {
            let order = order::resolve(order, *null, texts, has_null).map_err(|n| not_known(demand, n))?;
            Arc::new(engine_models::t_ordered::TOrdered { t: *t, order: order::codes(&order, texts) })
        }
        PrivacyModel::THierarchical { t, hierarchy } => {
            let levels = order::levels(hierarchies, hierarchy, texts).map_err(|n| not_known(demand, n))?;
            Arc::new(engine_models::t_hierarchical::THierarchical { t: *t, levels })
        }
        PrivacyModel::BetaLikeness { beta, enhanced } => {
            Arc::new(engine_models::beta_likeness::BetaLikeness { beta: *beta, enhanced: *enhanced })
        }
        PrivacyModel::DeltaDisclosure { delta } => {
            Arc::new(engine_models::delta_disclosure::DeltaDisclosure { delta: *delta })
        }
        PrivacyModel::AverageRisk { risk } => {
            Arc::new(engine_models::average_risk::AverageRisk { risk: *risk })
        }
        PrivacyModel::SampleUniqueness { share } => {
            Arc::new(engine_models::sample_uniqueness::SampleUniqueness { share: *share })
        }
        PrivacyModel::PopulationUniqueness { share, population, estimator } => {
            Arc::new(engine_models::population_uniqueness::PopulationUniqueness {
                share: *share,
                population: population.unwrap_or(JAPAN),
                estimator: estimator.id(),
                estimate: match measured(*estimator) {
                    Estimator::Dankar => |s, people| Estimator::Dankar.uniques(&Sample::of_sizes(s), people),
                    Estimator::Pitman => |s, people| Estimator::Pitman.uniques(&Sample::of_sizes(s), people),
                    Estimator::Zayatz => |s, people| Estimator::Zayatz.uniques(&Sample::of_sizes(s), people),
                    Estimator::Snb => |s, people| Estimator::Snb.uniques(&Sample::of_sizes(s), people),
                },
            })
        }
        PrivacyModel::KMap { k } => Arc::new(engine_models::k_map::KMap { k: *k }),
        PrivacyModel::DeltaPresence { min, max } => {
            Arc::new(engine_models::delta_presence::DeltaPresence { min: *min, max: *max })
        }
    })
}

/// The estimator that the recipe names.
fn measured(estimator: recipe::Estimator) -> Estimator {
    match estimator {
        recipe::Estimator::Dankar => Estimator::Dankar,
        recipe::Estimator::Pitman => Estimator::Pitman,
        recipe::Estimator::Zayatz => Estimator::Zayatz,
        recipe::Estimator::Snb => Estimator::Snb,
    }
}

/// So many values (NULL is one) have no place in the order or hierarchy of a model.
fn not_known(demand: &ModelDemand, values: usize) -> Box<Diagnostic> {
    let code = match demand.model {
        PrivacyModel::THierarchical { .. } => Code::NotInHierarchy,
        _ => Code::NotInOrder,
    };
    let mut d = Diagnostic::error(code)
        .in_table(&demand.table)
        .number("count", values as u64)
        .name("first", "-")
        .at(demand.span.clone());
    if let Some(column) = &demand.column {
        d = d.in_column(column);
    }
    Box::new(d)
}

/// People with each value of a sensitive column, by code; 0 is NULL. Counted from what pass 1 read,
/// over distinct (person, value).
pub(crate) fn people_per_value(table: &Table, column: usize) -> Vec<u64> {
    let mut people: Vec<u64> = Vec::new();
    let value = |entry: u32| table.entries.as_ref().and_then(|e| e.get(entry).get(1 + column).copied());
    match &table.data {
        Data::Histogram(counts) => {
            for (entry, rows) in (0u32..).zip(counts) {
                value(entry).into_iter().for_each(|v| crate::anonymity::problem::add(&mut people, v, *rows));
            }
        }
        Data::Records { records, .. } => {
            let of_record = |r: &crate::anonymity::problem::Record| Some((r.person, value(r.entry)?));
            let mut pairs: Vec<(u32, u32)> = records.iter().filter_map(of_record).collect();
            pairs.sort_unstable();
            pairs.dedup();
            for (_, value) in pairs {
                crate::anonymity::problem::add(&mut people, value, 1);
            }
        }
    }
    people
}

/// What must be counted on the published file of one table: one question for each of its figures.
pub(crate) fn questions(
    asked: &[Asked<'_>],
    table: usize,
    counts: &Counts,
    hierarchies: &Hierarchies,
    form: &[Form],
) -> Vec<Question> {
    let of_table = asked.iter().filter(|a| a.table == table);
    of_table.map(|a| question(a, counts, hierarchies, form)).collect()
}

fn question(asked: &Asked<'_>, counts: &Counts, hierarchies: &Hierarchies, form: &[Form]) -> Question {
    let none = Interner::default();
    let counted = counts.tables.get(asked.table);
    let texts = asked.column.and_then(|c| counted?.values.get(c)).unwrap_or(&none);
    let plain = Form::default();
    let form = asked.column.and_then(|c| form.get(c)).unwrap_or(&plain);
    let formula = match &asked.demand.model {
        PrivacyModel::TOrdered { order, null, .. } => {
            // The values were all found in the order before anything was searched.
            let order = order::resolve(order, *null, texts, false).unwrap_or_default();
            Formula::TOrdered { order: form.distinct(order) }
        }
        PrivacyModel::THierarchical { hierarchy, .. } => {
            let paths = order::paths(hierarchies, hierarchy, texts);
            Formula::THierarchical { paths: paths.into_iter().map(|(t, p)| (form.published(t), p)).collect() }
        }
        PrivacyModel::EntropyL { .. } => Formula::EntropyL,
        PrivacyModel::RecursiveL { l, .. } => Formula::RecursiveL { l: *l },
        PrivacyModel::BetaLikeness { enhanced, .. } => Formula::BetaLikeness { enhanced: *enhanced },
        PrivacyModel::DeltaDisclosure { .. } => Formula::DeltaDisclosure,
        PrivacyModel::AverageRisk { .. } => Formula::AverageRisk,
        PrivacyModel::SampleUniqueness { .. } => Formula::SampleUniqueness,
        PrivacyModel::PopulationUniqueness { population, estimator, .. } => Formula::PopulationUniqueness {
            population: population.unwrap_or(JAPAN),
            estimator: measured(*estimator),
        },
        PrivacyModel::KMap { .. } => Formula::KMap,
        PrivacyModel::DeltaPresence { .. } => {
            Formula::DeltaPresence { largest: asked.definition.ends_with(".greatest") }
        }
    };
    Question { column: asked.column, against_input: asked.definition.ends_with(".input"), formula }
}

/// The distribution of a sensitive column in the input, in the texts in which it is published.
pub(crate) fn input(counts: &Counts, table: usize, column: usize, form: &Form) -> Texts {
    let people = counts.exchange.tables().get(table).map(|t| people_per_value(t, column)).unwrap_or_default();
    let texts = counts.tables.get(table).and_then(|t| t.values.get(column));
    let text = |code: u32| code.checked_sub(1).and_then(|code| texts.map(|t| t.text(code).to_owned()));
    let mut all: Texts = BTreeMap::new();
    for (code, people) in (0u32..).zip(people) {
        if people > 0 {
            *all.entry(form.published(text(code))).or_insert(0) += people;
        }
    }
    all
}

/// Refuses what could not be counted again on the published files, before anything is read.
pub(crate) fn check(recipe: &Recipe, layout: &Layout<'_>, owners: &[Owner]) -> Vec<Diagnostic> {
    let mut refused = Vec::new();
    for demand in recipe.privacy.iter().flat_map(|p| &p.models) {
        let table = layout.tables.iter().position(|t| t.spec.name == demand.table);
        if table.and_then(|t| owners.get(t)).is_none_or(|o| *o == Owner::Unknown) {
            let d = Diagnostic::error(Code::ModelNotRecountable).name("model", demand.model.id());
            refused.push(d.in_table(&demand.table).at(demand.span.clone()));
        }
        let table = table.and_then(|t| layout.tables.get(t)).filter(|_| demand.model.needs_population());
        refused.extend(table.and_then(|table| population::check(demand, layout, table)));
    }
    refused
}

/// The figure as a manifest writes it; `None` for one that is not finite.
pub(crate) fn stated(asked: &Asked<'_>, found: Option<f64>) -> Option<Figure> {
    as_figure(&asked.definition, found?)
}

/// As [`stated`], by definition.
pub(crate) fn as_figure(definition: &str, found: f64) -> Option<Figure> {
    if measure::is_count(definition) {
        return Some(Figure::Count(found as u64));
    }
    Decimal::from_f64(found).map(Figure::Ratio)
}

/// The limits as the manifest states them.
pub(crate) fn model_limits(recipe: &Recipe, layout: &Layout<'_>) -> Vec<ModelLimit> {
    let limit = |a: Asked<'_>| {
        Some(ModelLimit {
            limit: as_figure(&a.definition, a.wanted.limit())?,
            definition: a.definition,
            table: a.demand.table.clone(),
            column: a.demand.column.clone(),
            parameters: a.parameters,
            bound: a.wanted.bound(),
        })
    };
    asked(recipe, layout).into_iter().filter_map(limit).collect()
}

#[cfg(test)]
mod tests;
