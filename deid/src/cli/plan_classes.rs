//! What `deid plan` prints where every class has its own values: how many records stay at each level,
//! and what one level per column would have given.

use serde_json::json;

use super::arguments::OutputFormat;
use super::plan::suppressed;
use super::table::Table;
use super::{Session, say};
use crate::manifest::Decimal;
use crate::pipeline::chosen::FullDomain;
use crate::pipeline::decision::{Classes, Decision, Recoding};
use crate::report::format::count;
use crate::words::Words;

pub(super) fn print(session: &Session, decision: &Decision, classes: &Classes, beside: Option<&FullDomain>) {
    if session.format == OutputFormat::Json {
        match beside {
            None => say(decision.to_text().trim_end()),
            Some(beside) => say(&json!({ "decision": decision, "full_domain": beside }).to_string()),
        }
        return;
    }
    let words = &session.words;
    let mut table = Table::new(&["plan.column", "plan.records"].map(|k| words.ui(k)));
    for (name, columns) in &classes.records {
        for (column, at_level) in columns {
            let at_level: Vec<String> =
                (0..).zip(at_level).map(|(level, records): (u32, _)| format!("{level}: {records}")).collect();
            table.row(&[format!("{name}.{column}"), at_level.join("  ")]);
        }
    }
    say(&table.to_text());
    let blanks = matches!(decision.recoding, Recoding::Cells(_));
    say(&conclusion(words, blanks, classes.classes, &classes.granularity));
    let chosen = &decision.chosen;
    let loss = |loss: &Decimal| format!("{:.10}", loss.to_f64());
    say(&words.fill("plan.loss", &[("loss", &loss(&chosen.loss)), ("suppressed", &suppressed(chosen))]));
    match beside.map(|b| (&b.best, &b.granularity)) {
        None => {}
        Some((Some(best), Some(granularity))) => say(&words.fill(
            "plan.full-domain",
            &[
                ("granularity", &figure(granularity)),
                ("loss", &loss(&best.loss)),
                ("suppressed", &suppressed(best)),
            ],
        )),
        Some(_) => say(words.ui("plan.full-domain.none")),
    }
}

/// What a recoding per class came to, in a sentence.
pub(super) fn conclusion(words: &Words, blanks: bool, classes: u64, granularity: &Decimal) -> String {
    let key = if blanks { "plan.cells" } else { "plan.local" };
    words.fill(key, &[("classes", &count(classes)), ("granularity", &figure(granularity))])
}

fn figure(figure: &Decimal) -> String {
    format!("{:.6}", figure.to_f64())
}
