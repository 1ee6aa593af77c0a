//! The first page of a report: what was made, for whom, and whether the gate was met.
//!
//! The gate is compared here again, figure by figure, from what the report holds; a figure that
//! was not measured is said to be missing, never taken as met. Deliberately absent: any judgement
//! of the law.

use super::format::{count, count_or_none, fraction, one_in, percent, share};
use super::model::{Report, TableRow};
use super::words::Say;

/// A big number and what it is.
pub(super) struct Figure {
    pub(super) value: String,
    pub(super) label: String,
}

/// One line of the gate.
pub(super) struct GateLine {
    pub(super) what: String,
    /// Table and column, as they are named in the recipe.
    pub(super) place: String,
    pub(super) asked: String,
    pub(super) reached: String,
    /// ○, × or – and the word.
    pub(super) result: String,
}

/// The sentences of the summary.
pub(super) fn story(report: &Report, say: &Say) -> Vec<String> {
    let sum = |f: fn(&TableRow) -> u64| report.tables.iter().map(f).fold(0_u64, u64::saturating_add);
    let (rows_in, rows_out, suppressed) = (sum(|t| t.rows_in), sum(|t| t.rows_out), sum(|t| t.suppressed));
    let mut out = vec![
        say.fill(
            "report.summary.made",
            &[
                ("when", &say.moment(&report.run_time)),
                ("tables", &count(report.tables.len() as u64)),
                ("recipient", &super::format::name(&report.recipient)),
                ("form", &say.legal_form(&report.legal_form)),
            ],
        ),
        say.fill(
            if suppressed == 0 { "report.summary.all-records" } else { "report.summary.records" },
            &[
                ("in", &count(rows_in)),
                ("out", &count(rows_out)),
                ("suppressed", &count(suppressed)),
                ("share", &share(suppressed, rows_in)),
            ],
        ),
    ];
    match &report.gate {
        None => out.push(say.t("report.summary.no-gate").to_owned()),
        Some(gate) => {
            let counted = report.tables.iter().any(|t| t.after.is_some());
            let key = match (gate_lines(report, say).1, counted) {
                (true, true) => "report.summary.gate-met",
                (true, false) => "report.summary.no-classes",
                (false, _) => "report.summary.gate-not-met",
            };
            out.push(say.fill(key, &[("k", &count(gate.k)), ("risk", &one_in(gate.k))]));
        }
    }
    out
}

/// What weakens the result, and where the report says more about it.
pub(super) fn caveats(report: &Report, say: &Say) -> Vec<String> {
    let mut out: Vec<String> = super::search_view::caveat(report, say).into_iter().collect();
    if report.tables.iter().any(|t| !t.recountable) {
        out.push(say.t("report.summary.attested").to_owned());
    }
    if let Some((_, alone @ 1..)) = report.joined {
        out.push(say.fill("report.summary.joined", &[("alone", &count(alone))]));
    }
    let open = report.notes.iter().filter(|n| n.severity != "info" && n.reason.is_none()).count();
    if open > 0 {
        out.push(say.fill("report.summary.open", &[("n", &count(open as u64))]));
    }
    out
}

/// People of whom something is published; `None` where a table does not tell.
pub(super) fn people(report: &Report) -> Option<u64> {
    let of_tables: Option<Vec<u64>> = report.tables.iter().map(|t| t.people.1).collect();
    of_tables?.into_iter().max()
}

/// Up to four numbers that matter most.
pub(super) fn figures(report: &Report, say: &Say) -> Vec<Figure> {
    let rows: u64 = report.tables.iter().map(|t| t.rows_out).fold(0, u64::saturating_add);
    let least = report.tables.iter().filter_map(|t| t.after).map(|r| r.k).min();
    let figure = |value, key| Figure { value, label: say.t(key).to_owned() };
    let mut out = Vec::new();
    out.extend(people(report).map(|n| figure(count(n), "report.figure.people")));
    out.push(figure(count(rows), "report.figure.rows"));
    out.extend(least.map(|k| figure(count(k), "report.figure.k")));
    out.extend(least.map(|k| figure(one_in(k), "report.figure.risk")));
    out
}

/// The gate line by line, and whether every line was met.
pub(super) fn gate_lines(report: &Report, say: &Say) -> (Vec<GateLine>, bool) {
    let Some(gate) = &report.gate else { return (Vec::new(), false) };
    let mut lines = Vec::new();
    let mut all = true;
    let mut push = |key: &str, place: String, asked: String, reached: String, met: Option<bool>| {
        all &= met == Some(true);
        let result = match met {
            Some(true) => "report.gate.met",
            Some(false) => "report.gate.not-met",
            None => "report.gate.not-measured",
        };
        lines.push(GateLine {
            what: say.t(key).to_owned(),
            place,
            asked,
            reached,
            result: say.t(result).to_owned(),
        });
    };
    let or_more = |n: u64| say.fill("report.or-more", &[("n", &count(n))]);
    let or_less = |x: String| say.fill("report.or-less", &[("n", &x)]);
    for table in report.tables.iter().filter(|t| t.after.is_some() || has_quasi(t)) {
        let k = table.after.map(|r| r.k);
        push(
            "report.gate.k",
            super::format::name(&table.name),
            or_more(gate.k),
            count_or_none(k),
            k.map(|k| k >= gate.k),
        );
    }
    for (table, column, asked) in &gate.l {
        let reached = sensitive(report, table, column).and_then(|s| s.1);
        push(
            "report.gate.l",
            place(say, table, column),
            or_more(*asked),
            count_or_none(reached),
            reached.map(|l| l >= *asked),
        );
    }
    for (table, column, asked) in &gate.t {
        let row = sensitive(report, table, column);
        let published = gate.t_reference == "published";
        let key = if published { "report.gate.t-published" } else { "report.gate.t-input" };
        let reached = row.and_then(|s| if published { s.3 } else { s.2 });
        let shown = reached.map_or_else(|| super::format::NONE.to_owned(), fraction);
        push(key, place(say, table, column), or_less(fraction(*asked)), shown, reached.map(|t| t <= *asked));
    }
    for row in &gate.models {
        let shown = |x: f64| if row.is_count { count(x as u64) } else { fraction(x) };
        let asked = match row.bound.as_str() {
            "least" => say.fill("report.or-more", &[("n", &shown(row.asked))]),
            "below" => say.fill("report.below", &[("n", &shown(row.asked))]),
            _ => say.fill("report.or-less", &[("n", &shown(row.asked))]),
        };
        let mut place = match &row.column {
            Some(column) => place(say, &row.table, column),
            None => super::format::name(&row.table),
        };
        if !row.parameters.is_empty() {
            let raw: Vec<String> =
                row.parameters.iter().map(|(key, value)| format!("{key} {value}")).collect();
            place = say
                .fill("report.with", &[("what", &place), ("parameters", &say.parameters(&raw.join(", ")))]);
        }
        let reached = row.reached.map_or_else(|| super::format::NONE.to_owned(), shown);
        let met = row.reached.map(|_| row.met);
        push(&format!("report.model.{}", row.definition), place, asked, reached, met);
    }
    for table in &report.tables {
        let ratio = if table.rows_in == 0 { 0.0 } else { table.suppressed as f64 / table.rows_in as f64 };
        let met = ratio <= gate.suppression;
        let reached = format!("{} ({})", share(table.suppressed, table.rows_in), count(table.suppressed));
        push(
            "report.gate.suppression",
            super::format::name(&table.name),
            or_less(percent(gate.suppression)),
            reached,
            Some(met),
        );
    }
    (lines, all)
}

fn has_quasi(table: &TableRow) -> bool {
    table.columns.iter().any(|c| c.role == "quasi")
}

type Sensitive = (String, Option<u64>, Option<f64>, Option<f64>);

fn sensitive<'a>(report: &'a Report, table: &str, column: &str) -> Option<&'a Sensitive> {
    report.tables.iter().find(|t| t.name == table)?.sensitive.iter().find(|s| s.0 == column)
}

/// A table and one of its columns.
pub(super) fn place(say: &Say, table: &str, column: &str) -> String {
    say.fill(
        "report.place",
        &[("table", &super::format::name(table)), ("column", &super::format::name(column))],
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::report::sample;
    use crate::words::Lang;

    #[test]
    fn the_gate_is_compared_again() {
        let say = Say::new(Lang::En);
        let mut report = sample::emergency();
        assert!(gate_lines(&report, &say).1);
        report.tables[0].after.as_mut().unwrap().k = 4;
        assert!(!gate_lines(&report, &say).1);
        assert!(story(&report, &say).iter().any(|s| s.contains("NOT")));
    }

    #[test]
    fn what_was_not_measured_is_not_met() {
        let say = Say::new(Lang::En);
        let mut report = sample::emergency();
        report.tables[1].sensitive.clear();
        let (lines, met) = gate_lines(&report, &say);
        assert!(!met);
        assert!(lines.iter().any(|l| l.result == say.t("report.gate.not-measured")));
    }

    #[test]
    fn without_a_gate_nothing_is_said_to_be_met() {
        let say = Say::new(Lang::En);
        let report = Report { gate: None, ..sample::emergency() };
        assert!(gate_lines(&report, &say).0.is_empty());
        assert!(story(&report, &say).iter().any(|s| s == say.t("report.summary.no-gate")));
    }

    #[test]
    fn what_weakens_the_result_stands_on_the_first_page() {
        let say = Say::new(Lang::En);
        let mut report = sample::emergency();
        let said = caveats(&report, &say).join(" ");
        assert!(said.contains("single out 183 people") && said.contains("accepted: 1"), "{said}");
        for table in &mut report.tables {
            table.after = None;
            table.columns.clear();
        }
        report.gate.as_mut().unwrap().l.clear();
        report.gate.as_mut().unwrap().t.clear();
        assert!(story(&report, &say).join(" ").contains("was not checked"));
    }
}
