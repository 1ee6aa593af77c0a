//! What a report says of the levels chosen: whether anything better exists, by which argument it was
//! ruled out, and the next best.
//!
//! Deliberately absent: any comparison of the loss with something that is not a loss.

use super::format::{self, combinations, count, fraction};
use super::model::{AlternativeRow, ClassesRow, Report, Search};
use super::summary::place;
use super::table_view::Line;
use super::words::Say;

/// What weakens the choice, for the first page; `None` where nothing does.
pub(super) fn caveat(report: &Report, say: &Say) -> Option<String> {
    match &report.search {
        Search::Reapplied => Some(say.t("proof.reapplied").to_owned()),
        Search::Done(search) if !search.proven => {
            Some(say.fill("report.summary.not-proven", &[("gap", &fraction(search.gap))]))
        }
        _ => None,
    }
}

/// How the levels came about and what is known of them.
pub(super) fn sentences(report: &Report, say: &Say) -> Vec<String> {
    let search = match &report.search {
        Search::None => return vec![say.t("report.search.none").to_owned()],
        Search::Reapplied => return vec![say.t("proof.reapplied").to_owned()],
        Search::PerClass(row) => return vec![classes(row, report, say)],
        Search::Done(search) => search,
    };
    let loss = report.loss.map_or_else(|| format::NONE.to_owned(), fraction);
    let facts = [("nodes", combinations(search.nodes)), ("checks", count(search.checks)), ("loss", loss)];
    let mut out =
        vec![say.fill("report.search.done", &facts.each_ref().map(|(k, text)| (*k, text.as_str())))];
    if search.proven {
        out.push(say.t("proof.optimal").to_owned());
        return out;
    }
    let facts = [("gap", fraction(search.gap)), ("bound", fraction(search.bound))];
    out.push(say.fill("proof.not-optimal", &facts.each_ref().map(|(k, text)| (*k, text.as_str()))));
    out.push(say.t(if search.by_time { "proof.stopped.time" } else { "proof.stopped.limit" }).to_owned());
    out
}

fn classes(row: &ClassesRow, report: &Report, say: &Say) -> String {
    let loss = report.loss.map_or_else(|| format::NONE.to_owned(), fraction);
    let key = if row.blanks { "report.search.cells" } else { "report.search.local" };
    let facts = [("classes", count(row.classes)), ("granularity", fraction(row.granularity)), ("loss", loss)];
    say.fill(key, &facts.each_ref().map(|(k, text)| (*k, text.as_str())))
}

/// Combinations by what is known of them, those of none left out.
pub(super) fn arguments(report: &Report, say: &Say) -> Vec<Line> {
    let Search::Done(search) = &report.search else { return Vec::new() };
    let some = search.by_argument.iter().filter(|(_, n)| *n > 0);
    some.map(|(id, n)| Line {
        label: say.t(&format!("proof.argument.{id}")).to_owned(),
        values: vec![combinations(*n), format::share(*n, search.nodes)],
    })
    .collect()
}

/// One set of levels that met the gate.
pub(super) struct Alternative {
    pub(super) rank: String,
    pub(super) loss: String,
    pub(super) suppressed: String,
    /// Column and level; whether it differs from what was chosen.
    pub(super) levels: Vec<(String, bool)>,
}

pub(super) fn alternatives(report: &Report, say: &Say) -> Vec<Alternative> {
    let Some(loss) = report.loss else { return Vec::new() };
    if report.alternatives.is_empty() {
        return Vec::new();
    }
    let chosen: Vec<(String, String, u8)> = report
        .tables
        .iter()
        .flat_map(|t| t.columns.iter().filter_map(|c| Some((t.name.clone(), c.name.clone(), c.level?.0))))
        .collect();
    let first = AlternativeRow {
        loss,
        suppressed: report.tables.iter().map(|t| t.suppressed).fold(0, u64::saturating_add),
        levels: chosen.clone(),
    };
    let several = report.tables.len() > 1;
    std::iter::once(&first)
        .chain(&report.alternatives)
        .enumerate()
        .map(|(i, row)| Alternative {
            rank: if i == 0 { say.fill("report.chosen", &[("n", "1")]) } else { count(i as u64 + 1) },
            loss: fraction(row.loss),
            suppressed: count(row.suppressed),
            levels: row
                .levels
                .iter()
                .map(|level| {
                    let (table, column, at) = level;
                    let place = if several { place(say, table, column) } else { format::name(column) };
                    let text =
                        say.fill("report.column-level", &[("column", &place), ("level", &at.to_string())]);
                    (text, i > 0 && !chosen.contains(level))
                })
                .collect(),
        })
        .collect()
}
