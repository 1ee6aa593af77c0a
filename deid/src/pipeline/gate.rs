//! The gate: what the published bytes must measure, and what only the run can attest.

use super::chosen::Effect;
use super::decide::{self, Counts};
use super::models;
use super::recount::Measurement;
use super::run::{Classified, Decided, Transformed};
use crate::anonymity::outcome::{Joined, TableOutcome};
use crate::anonymity::{self, Node, Requirement};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::measure::risk::{Risk, risk};
use crate::recipe::TReference;

/// What the run knows about what was chosen and about the input; needs the original.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) tables: Vec<TableOutcome>,
    pub(crate) joined: Option<Joined>,
    pub(crate) loss: f64,
    /// 1 = the input itself; `None` where people have several records or several tables.
    pub(crate) granularity: Option<f64>,
    /// Risk of the input at the leaves, per table.
    pub(crate) before: Vec<(TableOutcome, Option<Risk>)>,
    /// Per attribute of the exchange.
    pub(crate) attributes: Vec<AttributeFigures>,
}

/// What generalising one column cost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AttributeFigures {
    /// The one level of all records, where there is one.
    pub(crate) level: Option<u8>,
    pub(crate) height: u8,
    /// Published records at each level.
    pub(crate) at_level: Vec<u64>,
    /// Distinct values before and after.
    pub(crate) values: (u32, u32),
}

impl Figures {
    pub(crate) fn new(decided: &Decided, effect: &Effect<'_>, classified: &Classified<'_>) -> Result<Self> {
        let counts = &decided.counts;
        let leaves = Node(vec![0; counts.exchange.attributes().len()]);
        let quality = decide::quality(classified.request.recipe);
        let before = anonymity::tables_at(&counts.exchange, &Requirement::k(1, 1.0), quality, &leaves)
            .map_err(|_| Box::new(Diagnostic::error(Code::Internal)))?;
        let with_risk = |t: &TableOutcome| (t.clone(), risk_of(t));
        Ok(Self {
            tables: effect.tables.clone(),
            joined: effect.joined.clone(),
            loss: effect.loss,
            granularity: effect.spread.as_ref().map(crate::anonymity::local::Spread::granularity),
            before: before.iter().map(with_risk).collect(),
            attributes: attributes(counts, effect),
        })
    }
}

/// Risk figures from a table's class sizes.
pub(crate) fn risk_of(table: &TableOutcome) -> Option<Risk> {
    let sizes: Vec<u64> = table
        .by_people
        .iter()
        .flat_map(|s| std::iter::repeat_n(s.size, usize::try_from(s.classes).unwrap_or(0)))
        .collect();
    risk(&sizes)
}

fn attributes(counts: &Counts, effect: &Effect<'_>) -> Vec<AttributeFigures> {
    let mut all = Vec::new();
    for (table, outcome) in counts.exchange.tables().iter().zip(&effect.tables) {
        for number in &table.spec().attributes {
            let Some(attribute) = counts.exchange.attributes().get(*number) else { continue };
            let level = effect.levels.same(*number);
            let spread = effect.spread.as_ref();
            let at_level = spread.and_then(|s| s.at_level.get(*number)).cloned().unwrap_or_else(|| {
                let kept = outcome.rows.saturating_sub(outcome.suppressed_rows);
                let at = |l: usize| if level.map(usize::from) == Some(l) { kept } else { 0 };
                (0..attribute.levels().len()).map(at).collect()
            });
            let after = match level.and_then(|level| attribute.levels().get(usize::from(level))) {
                Some(level) => level.codes(),
                None => spread.and_then(|s| s.values.get(*number)).copied().unwrap_or(0),
            };
            all.push(AttributeFigures {
                level,
                height: u8::try_from(attribute.levels().len().saturating_sub(1)).unwrap_or(u8::MAX),
                at_level,
                values: (attribute.leaves(), after),
            });
        }
    }
    all
}

/// Finds every way in which the gate was missed.
pub(crate) struct GateFailure;

impl GateFailure {
    pub(crate) fn find(
        classified: &Classified<'_>,
        run: &Transformed<'_>,
        measurement: &Measurement,
    ) -> Vec<Diagnostic> {
        let recipe = classified.request.recipe;
        let Some(privacy) = &recipe.privacy else { return Vec::new() };
        let mut found = Vec::new();
        let asked = models::asked(recipe, &classified.layout);
        let not_met = |measure: &str, found: String, wanted: String| {
            Diagnostic::error(Code::GateNotMet)
                .name("measure", measure)
                .name("found", &*found)
                .name("wanted", &*wanted)
                .at(privacy.span.clone())
        };
        for (index, (table, measured)) in classified.layout.tables.iter().zip(&measurement.tables).enumerate()
        {
            let name = &table.spec.name;
            let attested = run.figures.as_ref().and_then(|f| f.tables.get(index));
            let tally = run.applied.get(index).map(|a| a.tally).unwrap_or_default();
            if !table.quasi.is_empty() {
                let k = if measured.people.is_some() { measured.k } else { attested.and_then(|a| a.k) };
                if k.is_none_or(|k| k < privacy.k) {
                    found
                        .push(not_met("k", k.unwrap_or(0).to_string(), privacy.k.to_string()).in_table(name));
                }
            }
            let rows = tally.written + tally.suppressed - tally.orphans;
            let allowed = decide::allowed(recipe, &classified.layout, rows);
            let suppressed = tally.suppressed - tally.orphans;
            if suppressed > allowed {
                found
                    .push(not_met("suppression", suppressed.to_string(), allowed.to_string()).in_table(name));
            }
            for (position, (column, l, t)) in measured.sensitive.iter().enumerate() {
                let key = (name.clone(), column.clone());
                let engine = attested.and_then(|a| a.sensitive.get(position));
                let known = measured.people.is_some();
                if let Some(wanted) = privacy.l.get(&key) {
                    let l = if known { *l } else { engine.and_then(|s| s.l).map(u64::from) };
                    if l.is_none_or(|l| l < *wanted) {
                        found.push(
                            not_met("l", l.unwrap_or(0).to_string(), wanted.to_string())
                                .in_table(name)
                                .in_column(column),
                        );
                    }
                }
                if let Some(wanted) = privacy.t.get(&key) {
                    let t = match privacy.t_reference {
                        TReference::Input if known => measured.t_input.get(position).copied().flatten(),
                        TReference::Input => engine.and_then(|s| s.t_input),
                        TReference::Published if known => *t,
                        TReference::Published => engine.and_then(|s| s.t_published),
                    };
                    if t.is_none_or(|t| t > *wanted + 1e-12) {
                        let shown = t.map_or_else(|| "-".to_owned(), |t| format!("{t:.4}"));
                        found.push(not_met("t", shown, wanted.to_string()).in_table(name).in_column(column));
                    }
                }
            }
            let asked: Vec<_> = asked.iter().filter(|a| a.table == index).collect();
            for (asked, answer) in asked.iter().zip(&measured.models) {
                if !asked.wanted.is_met(*answer) {
                    let shown = answer.map_or_else(|| "-".to_owned(), |a| format!("{a:.4}"));
                    let wanted = asked.wanted.limit().to_string();
                    let mut failure = not_met(&asked.definition, shown, wanted).in_table(name);
                    if let Some(column) = &asked.demand.column {
                        failure = failure.in_column(column);
                    }
                    found.push(failure);
                }
            }
            for (column, people) in &measured.unique {
                let acknowledged = recipe.acknowledged.iter().any(|a| {
                    a.code == Code::ColumnUnique.as_str()
                        && a.table.as_ref().is_none_or(|t| t == name)
                        && a.column.as_ref().is_none_or(|c| c == column)
                });
                if *people > privacy.unique_limit && !acknowledged {
                    found.push(
                        Diagnostic::error(Code::ColumnUnique)
                            .in_table(name)
                            .in_column(column)
                            .number("people", *people)
                            .number("limit", privacy.unique_limit)
                            .at(table.spec.column(column).map(|c| c.span.clone()).unwrap_or_default()),
                    );
                }
            }
        }
        found
    }
}
