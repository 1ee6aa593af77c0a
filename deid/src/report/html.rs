//! The report as one HTML file: no script, no font, no picture and no link outside the folder.
//!
//! What an officer reads to decide, an auditor to check months later, a citizen to understand.
//! Everything that came from a recipe or a header is made printable ([`super::format::text`]) and
//! escaped by the template. Deliberately absent: files (the text is returned), clocks, cells.

use std::collections::BTreeSet;

use askama::Template;

use super::format::{self, count};
use super::model::{NoteRow, Report, Search};
use super::search_view::{self, Alternative};
use super::summary::{self, Figure, GateLine};
use super::table_view::{self, Line, TableView};
use super::words::Say;
use crate::words::Lang;

/// The page could not be built: a fault of the template, never of the data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the report template failed")]
pub struct RenderError;

/// Name of the report's file in a language; each links to the other.
#[must_use]
pub fn file_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "report.html",
        Lang::En => "report.en.html",
    }
}

/// The report in a language. The same report gives the same bytes.
///
/// # Errors
/// [`RenderError`] if the template fails.
pub fn render(report: &Report, lang: Lang) -> Result<String, RenderError> {
    let say = Say::new(lang);
    let (gate, _) = summary::gate_lines(report, &say);
    let page = Page {
        lang: lang.id(),
        other: match lang {
            Lang::Ja => ("en", file_name(Lang::En)),
            Lang::En => ("ja", file_name(Lang::Ja)),
        },
        title: format::text(&report.title),
        story: summary::story(report, &say),
        caveats: summary::caveats(report, &say),
        figures: summary::figures(report, &say),
        gate,
        tables: report
            .tables
            .iter()
            .enumerate()
            .map(|(i, t)| TableView::new(i + 1, t, report, &say))
            .collect(),
        roles: used(report, |c| vec![c.role.clone()], |id| (say.role(id), say.role_meaning(id))),
        treatments: used(
            report,
            |c| c.treatments.iter().map(|(id, _)| id.clone()).collect(),
            |id| (say.treatment(id), say.treatment_meaning(id)),
        ),
        any_suppressed: report.tables.iter().any(|t| t.suppressed > 0),
        cells: table_view::cells(report, &say),
        search: search_view::sentences(report, &say),
        arguments: search_view::arguments(report, &say),
        alternatives: search_view::alternatives(report, &say),
        joined: joined(report, &say),
        limits: limits(report, &say),
        notes: notes(report, &say),
        moment: say.moment(&report.run_time),
        form: say.legal_form(&report.legal_form),
        report,
        say: &say,
    };
    page.render().map_err(|_| RenderError)
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    say: &'a Say,
    report: &'a Report,
    lang: &'static str,
    /// Language and file of the other report.
    other: (&'static str, &'static str),
    title: String,
    moment: String,
    form: String,
    story: Vec<String>,
    caveats: Vec<String>,
    figures: Vec<Figure>,
    gate: Vec<GateLine>,
    tables: Vec<TableView>,
    /// Words that the column lists use, and what they mean.
    roles: Vec<(String, String)>,
    treatments: Vec<(String, String)>,
    any_suppressed: bool,
    cells: Vec<Line>,
    /// What is known of the levels chosen, and by which argument.
    search: Vec<String>,
    arguments: Vec<Line>,
    alternatives: Vec<Alternative>,
    joined: Vec<String>,
    limits: Vec<String>,
    notes: Vec<NoteGroup>,
}

impl Page<'_> {
    /// Whether cells were blanked by the recoding, beside what treatments emptied.
    fn blanks_cells(&self) -> bool {
        matches!(&self.report.search, Search::PerClass(row) if row.blanks)
    }

    /// A sentence.
    fn t<'b>(&'b self, key: &'b str) -> &'b str {
        self.say.t(key)
    }

    /// A name of others, made printable.
    fn name(&self, raw: &str) -> String {
        format::name(raw)
    }
}

/// Words in use with their meaning, each once, in the order of their ids.
fn used(
    report: &Report,
    ids: impl Fn(&super::model::ColumnRow) -> Vec<String>,
    words: impl Fn(&str) -> (String, Option<String>),
) -> Vec<(String, String)> {
    let ids: BTreeSet<String> = report.tables.iter().flat_map(|t| &t.columns).flat_map(ids).collect();
    ids.iter().map(|id| words(id)).filter_map(|(word, meaning)| Some((word, meaning?))).collect()
}

fn joined(report: &Report, say: &Say) -> Vec<String> {
    let share = |alone| {
        summary::people(report).map_or_else(|| format::NONE.to_owned(), |people| format::share(alone, people))
    };
    let mut out = vec![say.t("report.joined.what").to_owned()];
    out.push(match report.joined {
        None => say.t("report.joined.unknown").to_owned(),
        Some((least, 0)) => say.fill("report.joined.nobody-alone", &[("least", &count(least))]),
        Some((least, alone)) => say.fill(
            "report.joined.found",
            &[("least", &count(least)), ("alone", &count(alone)), ("share", &share(alone))],
        ),
    });
    out.push(say.t("report.joined.not-gated").to_owned());
    out
}

fn limits(report: &Report, say: &Say) -> Vec<String> {
    let pseudonyms = report
        .tables
        .iter()
        .flat_map(|t| &t.columns)
        .any(|c| c.treatments.iter().any(|(id, _)| id == "pseudonym"));
    let releases = match &report.follows {
        None => say.t("report.limit.releases").to_owned(),
        Some(digest) => say.fill("report.limit.follows", &[("digest", &format::name(digest))]),
    };
    let always = ["report.limit.legal", "report.limit.k", "report.limit.roles", "report.limit.inference"];
    let mut out: Vec<String> = always.iter().map(|key| say.t(key).to_owned()).collect();
    if pseudonyms {
        out.insert(1, say.t("report.limit.pseudonyms").to_owned());
    }
    out.push(releases);
    out
}

/// Notes of one kind.
struct NoteGroup {
    title: String,
    notes: Vec<NoteView>,
}

struct NoteView {
    code: String,
    title: String,
    place: String,
    text: String,
    reason: Option<String>,
}

fn notes(report: &Report, say: &Say) -> Vec<NoteGroup> {
    let group = |key: &str, of: fn(&NoteRow) -> bool| NoteGroup {
        title: say.t(key).to_owned(),
        notes: report
            .notes
            .iter()
            .filter(|n| of(n))
            .map(|n| NoteView {
                code: format::name(&n.code),
                title: format::text(say.pick(&n.title.0, &n.title.1)),
                place: format::text(&n.place),
                text: format::text(say.pick(&n.text.0, &n.text.1)),
                reason: n.reason.as_deref().map(format::text),
            })
            .collect(),
    };
    let groups = [
        group("report.notes.open", |n| n.severity != "info" && n.reason.is_none()),
        group("report.notes.acknowledged", |n| n.reason.is_some()),
        group("report.notes.info", |n| n.severity == "info" && n.reason.is_none()),
    ];
    groups.into_iter().filter(|g| !g.notes.is_empty()).collect()
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
