//! The short table at the end of a run, and its JSON.

use serde_json::{Value, json};

use super::decision::{Decision, Recoding, decimal};
use super::proof::Proof;
use super::run::{Decided, Measured};
use crate::manifest::Decimal;

/// One run in a few figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Per table.
    pub tables: Vec<TableSummary>,
    /// Least group of people who share all their records, and people who share with nobody.
    pub joined: Option<(u64, u64)>,
    /// How the levels came about.
    pub search: SearchSummary,
}

/// How the levels of a run came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchSummary {
    /// There is no decision.
    None,
    /// An earlier decision was applied again; nothing was searched for these inputs.
    Reapplied,
    /// By a search that proved so much.
    Done(Proof),
    /// There are no levels for all: every class has its own values.
    PerClass {
        /// Single cells are blanked; else values are generalised class by class.
        blanks: bool,
        /// Published classes.
        classes: u64,
        /// Mean domain share, 1 = the input itself.
        granularity: Decimal,
    },
}

/// One table in a few figures; `None` = does not apply, or cannot be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSummary {
    /// Name in the recipe.
    pub name: String,
    /// Records read.
    pub rows_in: u64,
    /// Records published.
    pub rows_out: u64,
    /// Records suppressed.
    pub suppressed: u64,
    /// Distinct people published.
    pub people: Option<u64>,
    /// Least number of people in a class.
    pub k: Option<u64>,
    /// Least distinct l over the sensitive columns that have a limit, or over all if none has.
    pub l: Option<u64>,
    /// Greatest t over the same columns, against what is published.
    pub t: Option<f64>,
    /// 1/k.
    pub highest: Option<f64>,
    /// Mean risk over people.
    pub average: Option<f64>,
}

impl Measured<'_> {
    /// The run in a few figures.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let run = &self.transformed;
        let mut tables = Vec::new();
        for (index, ((layout, applied), measured)) in
            run.classified.layout.tables.iter().zip(&run.applied).zip(&self.measurement.tables).enumerate()
        {
            let attested = run.figures.as_ref().and_then(|f| f.tables.get(index));
            let known = measured.people.is_some();
            let counted = !layout.quasi.is_empty();
            let risk = if known { measured.risk } else { attested.and_then(super::gate::risk_of) }
                .filter(|_| counted);
            let l = |position: usize| {
                let engine = attested.and_then(|a| a.sensitive.get(position));
                let own = measured.sensitive.get(position);
                if known { own.and_then(|s| s.1) } else { engine.and_then(|s| s.l).map(u64::from) }
            };
            let t = |position: usize| {
                let engine = attested.and_then(|a| a.sensitive.get(position));
                let own = measured.sensitive.get(position);
                if known { own.and_then(|s| s.2) } else { engine.and_then(|s| s.t_published) }
            };
            // Where some columns have a limit, the figures that matter are those of these columns.
            let limited = |c: &crate::recipe::Column| {
                let key = (layout.spec.name.clone(), c.name.clone());
                run.classified
                    .request
                    .recipe
                    .privacy
                    .as_ref()
                    .is_some_and(|p| p.l.contains_key(&key) || p.t.contains_key(&key))
            };
            let column = |at: &usize| layout.sensitive.get(*at).and_then(|c| layout.spec.columns.get(*c));
            let all: Vec<usize> = (0..layout.sensitive.len()).collect();
            let gated: Vec<usize> =
                all.iter().copied().filter(|at| column(at).is_some_and(limited)).collect();
            let positions = if gated.is_empty() { all } else { gated }.into_iter();
            tables.push(TableSummary {
                name: layout.spec.name.clone(),
                rows_in: applied.scanned.records,
                rows_out: applied.tally.written,
                suppressed: applied.tally.suppressed,
                people: measured.people.or(attested.map(|a| a.people)),
                k: if known { measured.k } else { attested.and_then(|a| a.k) }.filter(|_| counted),
                l: positions.clone().filter_map(l).min(),
                t: positions
                    .filter_map(t)
                    .fold(None, |most: Option<f64>, t| Some(most.map_or(t, |m| m.max(t)))),
                highest: risk.map(|r| r.highest),
                average: risk.map(|r| r.mean_over_people),
            });
        }
        let joined = self
            .measurement
            .joined
            .or_else(|| run.figures.as_ref()?.joined.as_ref().and_then(|j| Some((j.k?, j.unique))));
        let search = match &run.decided {
            None => SearchSummary::None,
            Some(decided) if decided.decision.recoding.classes().is_some() => {
                let figures = run.figures.as_ref();
                SearchSummary::PerClass {
                    blanks: matches!(decided.decision.recoding, Recoding::Cells(_)),
                    classes: figures.map_or(0, |f| f.tables.iter().map(|t| t.classes).sum()),
                    granularity: decimal(figures.and_then(|f| f.granularity).unwrap_or_default()),
                }
            }
            Some(Decided { searched: true, decision: Decision { proof: Some(proof), .. }, .. }) => {
                SearchSummary::Done(proof.clone())
            }
            Some(_) => SearchSummary::Reapplied,
        };
        Summary { tables, joined, search }
    }
}

impl TableSummary {
    /// The cells of the table on a terminal.
    #[must_use]
    pub fn cells(&self) -> Vec<String> {
        let count = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let share = |r: Option<f64>| r.map_or_else(|| "-".to_owned(), |r| format!("{:.2}%", r * 100.0));
        vec![
            self.name.clone(),
            self.rows_in.to_string(),
            self.rows_out.to_string(),
            self.suppressed.to_string(),
            count(self.people),
            count(self.k),
            count(self.l),
            self.t.map_or_else(|| "-".to_owned(), |t| format!("{t:.3}")),
            share(self.highest),
            share(self.average),
        ]
    }
}

impl Summary {
    /// The same with stable keys.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let tables: Vec<Value> = self
            .tables
            .iter()
            .map(|t| {
                json!({
                    "table": t.name, "rows_in": t.rows_in, "rows_out": t.rows_out, "suppressed": t.suppressed,
                    "people": t.people, "k": t.k, "l": t.l, "t": t.t, "highest_risk": t.highest,
                    "average_risk": t.average,
                })
            })
            .collect();
        json!({
            "tables": tables,
            "search": match &self.search {
                SearchSummary::None => Value::Null,
                SearchSummary::Reapplied => json!("re-applied"),
                SearchSummary::Done(proof) => json!(proof),
                SearchSummary::PerClass { blanks, classes, granularity } => json!({
                    "recoding": if *blanks { "cells" } else { "local" },
                    "classes": classes,
                    "granularity": granularity,
                }),
            },
            "joined": self.joined.map(|(k, alone)| json!({ "k": k, "alone": alone })),
        })
    }
}
