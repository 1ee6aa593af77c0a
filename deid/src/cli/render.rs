//! Diagnostics on a terminal (the recipe underlined) and as JSON.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use serde_json::{Value, json};

use super::arguments::OutputFormat;
use super::{Session, say, tell};
use crate::error::{Diagnostic, Severity};
use crate::words::Words;

/// The text that spans point into.
pub(super) struct SourceText<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

/// Prints problems: JSON on standard output when asked for, else for people on standard error.
pub(super) fn problems(session: &Session, all: &[Diagnostic], source: Option<&SourceText<'_>>) {
    if session.format == OutputFormat::Json {
        let list: Vec<Value> = all.iter().map(|d| to_json(&session.words, d)).collect();
        say(&json!({ "problems": list }).to_string());
        return;
    }
    for d in all {
        tell(&for_people(&session.words, d, source));
    }
}

/// Prints warnings about a result for people, on standard error, whatever the format of the result.
pub(super) fn warnings(session: &Session, all: &[Diagnostic], source: Option<&SourceText<'_>>) {
    for d in all {
        tell(&for_people(&session.words, d, source));
    }
}

/// One diagnostic as JSON, with stable keys.
pub(super) fn to_json(words: &Words, d: &Diagnostic) -> Value {
    json!({
        "code": d.code.as_str(),
        "severity": d.severity.id(),
        "file": d.place.file.as_ref().map(ToString::to_string),
        "table": d.place.table.as_ref().map(ToString::to_string),
        "record": d.place.record,
        "column": d.place.column.as_ref().map(ToString::to_string),
        "span": d.place.span.as_ref().map(|s| [s.start, s.end]),
        "facts": d.facts.iter().map(|(k, v)| ((*k).to_owned(), v.to_string().into())).collect::<serde_json::Map<_, Value>>(),
        "message": words.message(d),
        "help": words.help(d),
    })
}

fn for_people(words: &Words, d: &Diagnostic, source: Option<&SourceText<'_>>) -> String {
    let mut place = Vec::new();
    for (key, part) in
        [("place.file", &d.place.file), ("place.table", &d.place.table), ("place.column", &d.place.column)]
    {
        if let Some(name) = part {
            place.push(format!("{} {name}", words.ui(key)));
        }
    }
    if let Some(record) = d.place.record {
        place.insert(place.len().min(2), format!("{} {record}", words.ui("place.record")));
    }
    let severity = match d.severity {
        Severity::Error => "severity.error",
        Severity::Warning => "severity.warning",
        Severity::Info => "severity.info",
    };
    underlined(
        &format!("{} {}", words.ui(severity), d.code),
        words.code(d.code).map_or("", |w| w.title.as_str()),
        &place.join(" / "),
        &words.message(d),
        &words.help(d),
        d.place.span.clone(),
        source,
    )
}

/// The common look of everything that points into a recipe.
pub(super) fn underlined(
    head: &str,
    title: &str,
    place: &str,
    message: &str,
    help: &str,
    span: Option<std::ops::Range<usize>>,
    source: Option<&SourceText<'_>>,
) -> String {
    let mut text = format!("{head} {title}");
    if !place.is_empty() {
        text.push_str(&format!("\n  [{place}]"));
    }
    text.push_str(&format!("\n  {message}"));
    if let (Some(span), Some(source)) = (span, source) {
        let label = LabeledSpan::at(span, title);
        let diagnostic = MietteDiagnostic::new("").with_label(label);
        let report =
            Report::new(diagnostic).with_source_code(NamedSource::new(source.name, source.text.to_owned()));
        let mut drawn = String::new();
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
        if handler.render_report(&mut drawn, report.as_ref()).is_ok() {
            // The handler begins with its own (empty) message; the drawing starts at the corner.
            if let Some(at) =
                drawn.find('╭').and_then(|at| drawn.get(..at).map(|h| h.rfind('\n').map_or(0, |n| n + 1)))
            {
                text.push('\n');
                text.push_str(drawn.get(at..).unwrap_or_default().trim_end());
            }
        }
    }
    text.push_str(&format!("\n  → {help}\n"));
    text
}
