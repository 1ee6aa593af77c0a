//! Measuring any file, also one that `deid` did not write.
//!
//! What needs the original (t against its distribution, utility, the attack) is measured only when
//! the original is given; what needs hierarchies only when they are.

mod columns;
mod ladder;
mod linked;

use std::collections::BTreeMap;
use std::path::Path;

use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::measure::attack::Linkage;
use crate::measure::classes::{Classes, MeasureError};
use crate::measure::journalist::Journalist;
use crate::measure::k_anonymity::{KAnonymity, k_anonymity};
use crate::measure::l_diversity::l_diversity;
use crate::measure::population::{Estimates, Sample, estimate};
use crate::measure::risk::{Risk, risk, share_above};
use crate::measure::subsets::{Subsets, subsets};
use crate::measure::t_closeness::{Distribution, t_closeness};
use crate::recipe::FileFormat;
use columns::{Columns, read, starred};
use linked::Linked;
pub use linked::SourceUtility;

/// What to measure.
pub struct Question<'a> {
    /// Quasi-identifiers.
    pub quasi: &'a [String],
    /// Sensitive columns.
    pub sensitive: &'a [String],
    /// Column that names the person; without it every record is a person.
    pub person: Option<&'a str>,
    /// Text of an ARX hierarchy per quasi-identifier, where there is one.
    pub hierarchies: &'a BTreeMap<String, String>,
    /// Risk above which a record is counted as at risk.
    pub threshold: f64,
    /// How suppression weighs against generalisation in the loss, 0..=1.
    pub gs_factor: f64,
    /// People in the population, to estimate who is unique in it.
    pub population: Option<u64>,
    /// A table of the population, a person per record.
    pub population_file: Option<&'a Path>,
    /// Whether to measure every subset of the quasi-identifiers.
    pub subsets: bool,
    /// Threads for reading.
    pub threads: usize,
}

/// The answer.
pub struct Survey {
    /// Records.
    pub records: u64,
    /// Records whose quasi-identifiers are all `*`: suppressed ones that a tool left in the file.
    /// They are in no class.
    pub starred: u64,
    /// Distinct people among the records counted.
    pub people: u64,
    /// k, classes, average class.
    pub k: KAnonymity,
    /// Risk; `None` for a file without records.
    pub risk: Option<Risk>,
    /// Share of people whose risk is over the threshold.
    pub over_threshold: Option<f64>,
    /// Per sensitive column: (name, l, t against the file, t against the original).
    pub sensitive: Vec<(String, Option<u64>, Option<f64>, Option<f64>)>,
    /// Against the original, with hierarchies.
    pub utility: Option<SourceUtility>,
    /// Against the original: whom the records can be linked to.
    pub attack: Option<Linkage>,
    /// Against a table of the population.
    pub journalist: Option<Journalist>,
    /// Uniques of a population of the given size; `None` also where it is smaller than the table.
    pub population: Option<Estimates>,
    /// Every subset of the quasi-identifiers, where asked for.
    pub subsets: Option<Subsets>,
}

/// Measures `file`, against `source` where given.
///
/// # Errors
/// A file that cannot be read, or lacks a column; values that a hierarchy does not know.
pub fn survey(
    file: &Path,
    source: Option<&Path>,
    format: &FileFormat,
    question: &Question<'_>,
) -> Result<Survey> {
    let person: Vec<String> = question.person.iter().map(|p| (*p).to_owned()).collect();
    let names: Vec<String> = [question.quasi, question.sensitive, &person].concat();
    let all = read(file, format, &names, question.threads)?;
    let q = question.quasi.len();
    let starred = starred(&all, q);
    let keep: Vec<bool> = starred.iter().map(|s| !s).collect();
    let column = |at: usize| -> Vec<u32> {
        let codes = all.codes.get(at).map_or(&[][..], Vec::as_slice);
        codes.iter().zip(&keep).filter(|(_, k)| **k).map(|(c, _)| *c).collect()
    };
    let quasi: Vec<Vec<u32>> = (0..q).map(column).collect();
    let people = question.person.map(|_| column(q + question.sensitive.len()));
    let classes = Classes::new(&quasi).map_err(|e| internal(&e))?;
    let sizes = classes.people(people.as_deref()).map_err(|e| internal(&e))?;
    let distinct = match &people {
        Some(p) => Classes::new(&[p]).map_err(|e| internal(&e))?.count() as u64,
        None => classes.of_row().len() as u64,
    };
    let original = match source {
        Some(path) => Some(read(path, format, &names, question.threads)?),
        None => None,
    };
    let mut sensitive = Vec::new();
    for (i, name) in question.sensitive.iter().enumerate() {
        let values = column(q + i);
        let own = Distribution::of_column(people.as_deref(), &values).map_err(|e| internal(&e))?;
        let t = |reference: &Distribution| {
            t_closeness(&classes, people.as_deref(), &values, reference).map_err(|e| internal(&e))
        };
        let from_source = match &original {
            Some(o) => t(&translated(o, &all, q + i, question)?)?,
            None => None,
        };
        sensitive.push((
            name.clone(),
            l_diversity(&classes, &values).map_err(|e| internal(&e))?,
            t(&own)?,
            from_source,
        ));
    }
    let population = match question.population_file {
        Some(path) => Some(read(path, format, question.quasi, question.threads)?),
        None => None,
    };
    let others: Vec<&Columns> = original.iter().chain(&population).collect();
    let linked = if others.is_empty() { None } else { Some(Linked::new(question, &all, &keep, &others)?) };
    let (mut utility, mut attack, mut by_journalist) = (None, None, None);
    if let (Some(linked), Some(o)) = (&linked, &original) {
        let known = question.person.and_then(|_| o.codes.last()).map(Vec::as_slice);
        (utility, attack) = linked.with_original(o, known)?;
    }
    if let (Some(linked), Some(p)) = (&linked, &population) {
        by_journalist = linked.journalist(p, &classes, &sizes)?;
    }
    let subsets = if question.subsets { Some(subsets(&quasi).map_err(|e| internal(&e))?) } else { None };
    Ok(Survey {
        records: all.records as u64,
        starred: starred.iter().filter(|s| **s).count() as u64,
        people: distinct,
        k: k_anonymity(&sizes),
        risk: risk(&sizes),
        over_threshold: share_above(&sizes, question.threshold),
        sensitive,
        utility,
        attack,
        journalist: by_journalist,
        population: question.population.and_then(|n| estimate(&Sample::new(&sizes), n)),
        subsets,
    })
}

fn internal(_: &MeasureError) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::Internal))
}

/// The original's distribution in the codes of the file.
fn translated(
    original: &Columns,
    file: &Columns,
    column: usize,
    question: &Question<'_>,
) -> Result<Distribution> {
    let (Some(from), Some(to), Some(codes)) =
        (original.texts.get(column), file.texts.get(column), original.codes.get(column))
    else {
        return Err(Box::new(Diagnostic::error(Code::Internal)));
    };
    let beyond = to.len() + 1;
    // Values that the file does not have any more still weigh in the original's distribution.
    let map: Vec<u32> =
        (0..from.len()).map(|c| to.find(from.text(c)).map_or(beyond + c, |known| known + 1)).collect();
    let translated: Vec<u32> = codes
        .iter()
        .map(|c| c.checked_sub(1).and_then(|c| map.get(c as usize)).copied().unwrap_or(0))
        .collect();
    let people = question.person.and_then(|_| original.codes.last());
    Distribution::of_column(people.map(Vec::as_slice), &translated).map_err(|e| internal(&e))
}
