//! `[[privacy.models]]`: privacy models beyond k, distinct l and equal t, each with its parameters.
//!
//! Why here: what a recipe may ask for is a closed list with ranges, checked where it is written. What
//! a model *means* is in `anonymity::models` (search) and `measure` (recount); `pipeline::models`
//! is the one place that joins the three.
//!
//! Deliberately absent: formulas, and models that have keys of their own in `[privacy]` (k, l, t).

use std::collections::BTreeMap;

use super::population::PopulationSpec;
use super::reader::{Problems, Table, Value};
use super::table::TableSpec;
use super::{Role, Span};
use crate::codes::Code;
use crate::error::Diagnostic;

/// One entry: a model, and where it must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelDemand {
    /// Table.
    pub table: String,
    /// Sensitive column, where the model reads values.
    pub column: Option<String>,
    /// The model.
    pub model: PrivacyModel,
    /// Place of the entry.
    pub span: Span,
}

/// A model with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub enum PrivacyModel {
    /// Entropy l-diversity.
    EntropyL {
        /// Least number of equally frequent values with the same entropy.
        l: f64,
    },
    /// Recursive (c,l)-diversity.
    RecursiveL {
        /// Factor.
        c: f64,
        /// Rank from which the rarer values are counted.
        l: u32,
    },
    /// t-closeness with ordered distance.
    TOrdered {
        /// Largest distance.
        t: f64,
        /// Which value comes after which.
        order: ValueOrder,
        /// Where NULL stands; `None`: the column has none, or the run stops.
        null: Option<NullPlace>,
    },
    /// t-closeness with hierarchical distance.
    THierarchical {
        /// Largest distance.
        t: f64,
        /// Name of the hierarchy whose leaves are the published values.
        hierarchy: String,
    },
    /// β-likeness.
    BetaLikeness {
        /// Largest relative gain.
        beta: f64,
        /// Whether the gain is bounded by −ln p too.
        enhanced: bool,
    },
    /// δ-disclosure privacy.
    DeltaDisclosure {
        /// Bound of the logarithm (base 2).
        delta: f64,
    },
    /// Average re-identification risk.
    AverageRisk {
        /// Largest average.
        risk: f64,
    },
    /// Share of records alone in their class.
    SampleUniqueness {
        /// Largest share.
        share: f64,
    },
    /// Estimated share of a population who are alone in it.
    PopulationUniqueness {
        /// Largest share.
        share: f64,
        /// People of the population; `None`: those of Japan.
        population: Option<u64>,
        /// Which estimate is believed.
        estimator: Estimator,
    },
    /// k-map against the table's population.
    KMap {
        /// Fewest people of the population.
        k: u64,
    },
    /// δ-presence against the table's population.
    DeltaPresence {
        /// Least share.
        min: f64,
        /// Largest share.
        max: f64,
    },
}

/// Which estimate of population uniqueness is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// The rule of Dankar et al.
    Dankar,
    /// Pitman's model.
    Pitman,
    /// Zayatz's method.
    Zayatz,
    /// Slide negative binomial.
    Snb,
}

impl Estimator {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Dankar, Self::Pitman, Self::Zayatz, Self::Snb];

    /// The word of recipes and manifests.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Dankar => "dankar",
            Self::Pitman => "pitman",
            Self::Zayatz => "zayatz",
            Self::Snb => "snb",
        }
    }
}

/// Most people of a population.
const MOST_PEOPLE: i64 = 10_000_000_000;

/// The order of the values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueOrder {
    /// As listed, lowest first.
    Listed(Vec<String>),
    /// By the number that each value is.
    Number,
    /// By Unicode code points (dates in ISO 8601, codes).
    Text,
}

/// Where NULL stands in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullPlace {
    /// Below all values.
    First,
    /// Above all values.
    Last,
}

type Reader = fn(&mut Table<'_>, &mut Problems) -> Option<PrivacyModel>;

/// What a recipe may ask for: id, whether it names a sensitive column, how its parameters are read.
const MODELS: &[(&str, bool, Reader)] = &[
    ("l-diversity.entropy", true, |t, p| Some(PrivacyModel::EntropyL { l: number(t, "l", 1.0, 1e6, p)? })),
    ("l-diversity.recursive", true, |t, p| {
        let (c, l) = (number(t, "c", 1e-4, 1e6, p), integer(t, "l", 1, 1_000_000, p));
        Some(PrivacyModel::RecursiveL { c: c?, l: u32::try_from(l?).ok()? })
    }),
    ("t-closeness.ordered", true, |t, p| {
        let limit = number(t, "t", 0.0, 1.0, p);
        let (order, null) = (order(t, p), null_place(t, p));
        Some(PrivacyModel::TOrdered { t: limit?, order: order?, null: null? })
    }),
    ("t-closeness.hierarchical", true, |t, p| {
        let limit = number(t, "t", 0.0, 1.0, p);
        let hierarchy = t.need_text("hierarchy", p).map(str::to_owned);
        Some(PrivacyModel::THierarchical { t: limit?, hierarchy: hierarchy? })
    }),
    ("beta-likeness", true, |t, p| {
        let (beta, enhanced) = (number(t, "beta", 1e-4, 1e6, p), t.flag("enhanced", p));
        Some(PrivacyModel::BetaLikeness { beta: beta?, enhanced })
    }),
    ("delta-disclosure", true, |t, p| {
        Some(PrivacyModel::DeltaDisclosure { delta: number(t, "delta", 1e-4, 1e3, p)? })
    }),
    ("average-risk", false, |t, p| {
        Some(PrivacyModel::AverageRisk { risk: number(t, "risk", 1e-9, 1.0, p)? })
    }),
    ("sample-uniqueness", false, |t, p| {
        Some(PrivacyModel::SampleUniqueness { share: number(t, "share", 0.0, 1.0, p)? })
    }),
    ("population-uniqueness", false, |t, p| {
        let share = number(t, "share", 0.0, 1.0, p);
        let (population, estimator) = (population(t, p), estimator(t, p));
        Some(PrivacyModel::PopulationUniqueness {
            share: share?,
            population: population?,
            estimator: estimator?,
        })
    }),
    ("k-map", false, |t, p| {
        let k = integer(t, "k", 1, MOST_PEOPLE, p)?;
        Some(PrivacyModel::KMap { k: u64::try_from(k).ok()? })
    }),
    ("delta-presence", false, |t, p| {
        let min = number(t, "min", 0.0, 1.0, p);
        let max = number(t, "max", min.unwrap_or(0.0), 1.0, p);
        Some(PrivacyModel::DeltaPresence { min: min?, max: max? })
    }),
];

impl PrivacyModel {
    /// The id that a recipe names; also the name of its page.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::EntropyL { .. } => "l-diversity.entropy",
            Self::RecursiveL { .. } => "l-diversity.recursive",
            Self::TOrdered { .. } => "t-closeness.ordered",
            Self::THierarchical { .. } => "t-closeness.hierarchical",
            Self::BetaLikeness { .. } => "beta-likeness",
            Self::DeltaDisclosure { .. } => "delta-disclosure",
            Self::AverageRisk { .. } => "average-risk",
            Self::SampleUniqueness { .. } => "sample-uniqueness",
            Self::PopulationUniqueness { .. } => "population-uniqueness",
            Self::KMap { .. } => "k-map",
            Self::DeltaPresence { .. } => "delta-presence",
        }
    }

    /// Whether it compares with a population table.
    #[must_use]
    pub fn needs_population(&self) -> bool {
        matches!(self, Self::KMap { .. } | Self::DeltaPresence { .. })
    }

    /// Whether it compares the values of a class with those of all.
    #[must_use]
    pub fn reads_reference(&self) -> bool {
        matches!(
            self,
            Self::TOrdered { .. }
                | Self::THierarchical { .. }
                | Self::BetaLikeness { .. }
                | Self::DeltaDisclosure { .. }
        )
    }

    /// All ids, in the order of the documentation.
    #[must_use]
    pub fn ids() -> Vec<&'static str> {
        MODELS.iter().map(|(id, ..)| *id).collect()
    }
}

fn number(t: &mut Table<'_>, key: &'static str, min: f64, max: f64, problems: &mut Problems) -> Option<f64> {
    t.need(key, problems)?.number(min, max, problems)
}

fn integer(t: &mut Table<'_>, key: &'static str, min: i64, max: i64, problems: &mut Problems) -> Option<i64> {
    t.need(key, problems)?.integer(min, max, problems)
}

/// `order = "number"`, `"text"`, or the values, lowest first, each once.
fn order(t: &mut Table<'_>, problems: &mut Problems) -> Option<ValueOrder> {
    const ALLOWED: &str = "number, text, [\"…\", \"…\"]";
    let value = t.need("order", problems)?;
    if !value.is_array() {
        return match value.text(problems)? {
            "number" => Some(ValueOrder::Number),
            "text" => Some(ValueOrder::Text),
            _ => {
                value.bad(ALLOWED, problems);
                None
            }
        };
    }
    let texts = value.texts(problems)?;
    let mut sorted: Vec<&String> = texts.iter().collect();
    sorted.sort_unstable();
    if texts.len() < 2 || sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        value.bad(ALLOWED, problems);
        return None;
    }
    Some(ValueOrder::Listed(texts))
}

/// Outer `None`: a fault; inner: not said.
fn null_place(t: &mut Table<'_>, problems: &mut Problems) -> Option<Option<NullPlace>> {
    let Some(value) = t.get("null") else { return Some(None) };
    match value.text(problems)? {
        "first" => Some(Some(NullPlace::First)),
        "last" => Some(Some(NullPlace::Last)),
        _ => {
            value.bad("first, last", problems);
            None
        }
    }
}

/// A number of people, or `"japan"`, which is `None` within.
fn population(t: &mut Table<'_>, problems: &mut Problems) -> Option<Option<u64>> {
    let value = t.need("population", problems)?;
    match value.as_text() {
        Some("japan") => Some(None),
        Some(_) => {
            value.bad(&format!("japan, 1..{MOST_PEOPLE}"), problems);
            None
        }
        None => value.integer(1, MOST_PEOPLE, problems).map(|n| u64::try_from(n).ok()),
    }
}

fn estimator(t: &mut Table<'_>, problems: &mut Problems) -> Option<Estimator> {
    let value = t.need("estimator", problems)?;
    let word = value.text(problems)?;
    let known = Estimator::ALL.into_iter().find(|known| known.id() == word);
    if known.is_none() {
        value.bad(&Estimator::ALL.map(Estimator::id).join(", "), problems);
    }
    known
}

/// The entries of `[[privacy.models]]`.
pub(super) fn parse(
    entries: Vec<Value<'_>>,
    tables: &[TableSpec],
    populations: &BTreeMap<String, Option<PopulationSpec>>,
    problems: &mut Problems,
) -> Vec<ModelDemand> {
    let mut found: Vec<ModelDemand> = Vec::new();
    for value in entries {
        let Some(demand) = parse_one(value, tables, problems) else { continue };
        if demand.model.needs_population() && !populations.contains_key(&demand.table) {
            let key = format!("privacy.population.{}", demand.table);
            problems.push(Diagnostic::error(Code::RecipeMissingKey).name("key", &*key).at(value.span()));
            continue;
        }
        let same = |other: &ModelDemand| {
            (other.model.id(), &other.table, &other.column)
                == (demand.model.id(), &demand.table, &demand.column)
        };
        if found.iter().any(same) {
            value.bad("one entry per model, table and column", problems);
        } else {
            found.push(demand);
        }
    }
    found
}

fn parse_one(value: Value<'_>, tables: &[TableSpec], problems: &mut Problems) -> Option<ModelDemand> {
    let mut t = value.table(problems)?;
    let name = t.need("model", problems)?;
    let id = name.text(problems)?;
    let Some((_, reads_values, read)) = MODELS.iter().find(|(known, ..)| *known == id) else {
        name.bad(&PrivacyModel::ids().join(", "), problems);
        return None;
    };
    let table = super::privacy::table_name(t.need("table", problems)?, tables, problems);
    let column = if *reads_values {
        t.need("column", problems).and_then(|v| column(v, table?, problems))
    } else {
        None
    };
    let model = read(&mut t, problems);
    t.finish(problems);
    let table = table?;
    if *reads_values && column.is_none() {
        return None;
    }
    Some(ModelDemand { table: table.name.clone(), column, model: model?, span: value.span() })
}

/// A published sensitive column of the table: of others no values are counted.
fn column(value: Value<'_>, table: &TableSpec, problems: &mut Problems) -> Option<String> {
    let name = value.text(problems)?;
    let Some(spec) = table.column(name) else {
        problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", name).at(value.span()));
        return None;
    };
    if spec.role != Role::Sensitive || !spec.is_published() {
        value.bad("role = \"sensitive\"", problems);
        return None;
    }
    Some(name.to_owned())
}

#[cfg(test)]
mod tests;
