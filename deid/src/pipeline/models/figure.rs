//! The figures of models on a published table: codes of the recount into the naive measures.

use std::collections::BTreeMap;

use super::super::interner::{Interner, NONE};
use super::published::Texts;
use crate::manifest::table::Parameter;
use crate::measure::beta_likeness::beta_likeness;
use crate::measure::delta_disclosure::delta_disclosure;
use crate::measure::entropy_l::entropy_l;
use crate::measure::k_map::{delta_presence, k_map};
use crate::measure::population_uniqueness::{Estimator, population_uniqueness};
use crate::measure::recursive_l::recursive_l;
use crate::measure::risk::risk;
use crate::measure::t_closeness::Distribution;
use crate::measure::t_hierarchical::t_hierarchical;
use crate::measure::t_ordered::t_ordered;
use crate::measure::values::ClassValues;

/// One figure to be counted.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Position among the table's sensitive columns.
    pub(crate) column: Option<usize>,
    /// Compared with the input's distribution; else with that of what is published.
    pub(crate) against_input: bool,
    pub(crate) formula: Formula,
}

/// How it is counted. Texts are those of the published file.
#[derive(Debug, Clone)]
pub(crate) enum Formula {
    EntropyL,
    RecursiveL {
        l: u32,
    },
    TOrdered {
        order: Vec<Option<String>>,
    },
    THierarchical {
        paths: BTreeMap<Option<String>, Vec<u32>>,
    },
    BetaLikeness {
        enhanced: bool,
    },
    DeltaDisclosure,
    AverageRisk,
    SampleUniqueness,
    PopulationUniqueness {
        population: u64,
        estimator: Estimator,
    },
    KMap,
    /// Least or largest share of the population.
    DeltaPresence {
        largest: bool,
    },
}

/// The question behind a figure that the published files answer alone; `None` for all others.
pub(crate) fn of_manifest(
    definition: &str,
    column: Option<usize>,
    parameters: &BTreeMap<String, Parameter>,
) -> Option<Question> {
    let number = |key: &str| match parameters.get(key) {
        Some(Parameter::Integer(n)) => u64::try_from(*n).ok(),
        _ => None,
    };
    let formula = match definition {
        "l-diversity.entropy" => Formula::EntropyL,
        "l-diversity.recursive" => Formula::RecursiveL { l: u32::try_from(number("l")?).ok()? },
        "beta-likeness.basic.published" => Formula::BetaLikeness { enhanced: false },
        "beta-likeness.enhanced.published" => Formula::BetaLikeness { enhanced: true },
        "delta-disclosure.published" => Formula::DeltaDisclosure,
        "average-risk" => Formula::AverageRisk,
        "sample-uniqueness" => Formula::SampleUniqueness,
        other => {
            let estimator = Estimator::parse(other.strip_prefix("population-uniqueness.")?)?;
            Formula::PopulationUniqueness { population: number("population")?, estimator }
        }
    };
    Some(Question { column, against_input: false, formula })
}

/// A published table, as far as questions go.
pub(crate) struct View<'a> {
    /// People of each class.
    pub(crate) sizes: &'a [u64],
    /// People of the population in each class; empty where there is none.
    pub(crate) population: &'a [u64],
    /// Of the column asked about: values per class.
    pub(crate) values: Option<&'a ClassValues>,
    /// The published distribution of the column.
    pub(crate) published: Option<&'a Distribution>,
    /// The input's distribution of the column.
    pub(crate) input: Option<&'a Texts>,
    /// The texts of the column's codes.
    pub(crate) texts: &'a Interner,
}

/// Codes of texts: those of the file, then new ones.
struct Numbers<'a> {
    texts: &'a Interner,
    new: BTreeMap<&'a str, u32>,
}

impl<'a> Numbers<'a> {
    fn of(&mut self, text: Option<&'a str>) -> u32 {
        let Some(text) = text else { return NONE };
        let next = self.texts.len() + self.new.len() as u32;
        self.texts.find(text).unwrap_or_else(|| *self.new.entry(text).or_insert(next))
    }

    fn distribution(&mut self, input: &'a Texts) -> Distribution {
        Distribution::new(input.iter().map(|(text, people)| (self.of(text.as_deref()), *people)))
    }
}

/// The input's distribution in the codes of the published file.
pub(crate) fn reference(input: &Texts, texts: &Interner) -> Distribution {
    Numbers { texts, new: BTreeMap::new() }.distribution(input)
}

/// The figure; `None` where it cannot be told.
pub(crate) fn figure(question: &Question, view: &View<'_>) -> Option<f64> {
    let mut numbers = Numbers { texts: view.texts, new: BTreeMap::new() };
    let whole = match view.input.filter(|_| question.against_input) {
        Some(input) => Some(numbers.distribution(input)),
        None => view.published.filter(|_| !question.against_input).cloned(),
    };
    match &question.formula {
        Formula::EntropyL => entropy_l(view.values?),
        Formula::RecursiveL { l } => recursive_l(view.values?, *l),
        Formula::TOrdered { order } => {
            let order: Vec<u32> = order.iter().map(|text| numbers.of(text.as_deref())).collect();
            t_ordered(view.values?, &whole?, &order)
        }
        Formula::THierarchical { paths } => {
            let paths =
                paths.iter().map(|(text, path)| (numbers.of(text.as_deref()), path.clone())).collect();
            t_hierarchical(view.values?, &whole?, &paths)
        }
        Formula::BetaLikeness { enhanced } => beta_likeness(view.values?, &whole?, *enhanced),
        Formula::DeltaDisclosure => delta_disclosure(view.values?, &whole?),
        Formula::AverageRisk => risk(view.sizes).map(|r| r.mean_over_people),
        Formula::SampleUniqueness => risk(view.sizes).map(|r| r.share_unique),
        Formula::PopulationUniqueness { population, estimator } => {
            population_uniqueness(view.sizes, *population, *estimator)
        }
        Formula::KMap => k_map(view.population).map(|k| k as f64),
        Formula::DeltaPresence { largest } => delta_presence(view.sizes, view.population)
            .map(|(least, most)| if *largest { most } else { least }),
    }
}
