//! Every question about one published table, answered from its columns.

use super::super::interner::Interner;
use super::super::recount::{Owner, Target};
use super::figure::{View, figure, reference};
use crate::measure::classes::{Classes, MeasureError};
use crate::measure::t_closeness::{Distribution, t_closeness};
use crate::measure::values::ClassValues;

/// What was read of a published table.
pub(crate) struct PublishedColumns<'a> {
    /// Absent where nothing but classes is asked for.
    pub(crate) classes: Option<&'a Classes>,
    /// Person of each row; none: rows are people.
    pub(crate) people: Option<&'a [u32]>,
    /// Per sensitive column: the code of each row.
    pub(crate) values: &'a [Vec<u32>],
    /// Per sensitive column: the texts of the codes.
    pub(crate) texts: &'a [Interner],
    /// Per class: people of the population; empty where nobody asks.
    pub(crate) population: &'a [u64],
}

/// What was counted for the gate beside k, l and t.
pub(crate) struct Answers {
    /// Per sensitive column: t against the input, where its distribution was given.
    pub(crate) t_input: Vec<Option<f64>>,
    /// Per question of the target.
    pub(crate) models: Vec<Option<f64>>,
}

/// The answers; none where the people cannot be counted. `sizes` = people of each class.
///
/// # Errors
/// Columns that do not form a table.
pub(crate) fn answers(
    target: &Target,
    read: &PublishedColumns<'_>,
    sizes: &[u64],
) -> Result<Answers, MeasureError> {
    let mut out =
        Answers { t_input: vec![None; target.sensitive.len()], models: vec![None; target.questions.len()] };
    if target.owner == Owner::Unknown {
        return Ok(out);
    }
    let none = Interner::default();
    for (at, values) in read.values.iter().enumerate() {
        let Some(classes) = read.classes else { continue };
        let texts = read.texts.get(at).unwrap_or(&none);
        let input = target.inputs.get(at).and_then(Option::as_ref);
        if let (Some(input), Some(slot)) = (input, out.t_input.get_mut(at)) {
            *slot = t_closeness(classes, read.people, values, &reference(input, texts))?;
        }
        if target.questions.iter().any(|q| q.column == Some(at)) {
            let of_class = ClassValues::new(classes, read.people, values)?;
            let published = Distribution::of_column(read.people, values)?;
            let view = View {
                sizes,
                population: read.population,
                values: Some(&of_class),
                published: Some(&published),
                input,
                texts,
            };
            answer(target, Some(at), &view, &mut out.models);
        }
    }
    let view =
        View { sizes, population: read.population, values: None, published: None, input: None, texts: &none };
    answer(target, None, &view, &mut out.models);
    Ok(out)
}

/// Answers the questions about one column, or about none.
fn answer(target: &Target, column: Option<usize>, view: &View<'_>, out: &mut [Option<f64>]) {
    for (slot, question) in out.iter_mut().zip(&target.questions) {
        if question.column == column {
            *slot = figure(question, view);
        }
    }
}
