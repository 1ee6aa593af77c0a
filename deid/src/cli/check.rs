//! `deid check`: the recipe alone, or against the headers of the data.

use serde_json::{Value, json};

use super::arguments::{CheckArguments, OutputFormat};
use super::render::{self, SourceText, underlined};
use super::{Outcome, Session, load, say, tell};
use crate::codes::Code;
use crate::error::{Diagnostic, Exit, Severity};
use crate::pipeline::proof::Endless;
use crate::pipeline::run::{Classified, Request};
use crate::recipe::Recipe;
use crate::recipe::lint::{Finding, LintContext, Wording, lint};
use crate::rulepack::{CheckText, RulePack};
use crate::words::{Lang, Words};

pub(super) fn run(session: &Session, a: &CheckArguments) -> Outcome {
    let loaded = match load::open(session, &a.recipe) {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let source = loaded.source();
    let pack = load::rule_pack(a.rules.as_deref())?;
    let found = findings(&pack, &loaded.recipe);
    let data = a.data.as_deref().unwrap_or(std::path::Path::new("."));
    let quiet = |_, _: &str| {};
    let request = Request {
        recipe: &loaded.recipe,
        hierarchy_files: &loaded.hierarchy_files,
        data,
        threads: session.threads,
        progress: &quiet,
        patience: &Endless,
    };
    let classified = Classified::new(&request);
    let problems = match (&classified, &a.data) {
        (Ok(c), Some(_)) => c.check_headers().err().unwrap_or_default(),
        (Ok(_), None) => Vec::new(),
        (Err(_), _) => classified.err().unwrap_or_default(),
    };
    let stops = found.iter().filter(|f| f.stops()).count();
    if session.format == OutputFormat::Json {
        let value = json!({
            "recipe": loaded.recipe.id,
            "findings": found.iter().map(|f| finding_json(&session.words, f)).collect::<Vec<_>>(),
            "problems": problems.iter().map(|d| render::to_json(&session.words, d)).collect::<Vec<_>>(),
        });
        say(&value.to_string());
    } else {
        for finding in &found {
            tell(&show(&session.words, finding, &source));
        }
        render::problems(session, &problems, Some(&source));
        let count = |s: Severity| found.iter().filter(|f| f.severity == s).count().to_string();
        say(&session.words.fill(
            "check.summary",
            &[
                ("errors", &(stops + problems.len()).to_string()),
                ("warnings", &count(Severity::Warning)),
                ("notes", &count(Severity::Info)),
            ],
        ));
    }
    let worst = problems.iter().map(Diagnostic::exit).max().unwrap_or(Exit::Done);
    Ok(if stops > 0 { worst.max(Exit::NotMet) } else { worst })
}

/// What the lint says of a recipe.
pub(super) fn findings(pack: &RulePack, recipe: &Recipe) -> Vec<Finding> {
    lint(recipe, pack, &LintContext::default())
}

/// Findings that stop a run, as diagnostics.
pub(super) fn refuse(findings: &[Finding], words: &Words) -> std::result::Result<(), Vec<Diagnostic>> {
    let stopping: Vec<Diagnostic> = findings
        .iter()
        .filter(|f| f.stops())
        .map(|f| {
            let d = f.diagnostic().unwrap_or_else(|| {
                let text = pack_text(f, words.lang);
                let mut d = Diagnostic::error(Code::LegalFormCheck).name("check", &f.code);
                d = d.name("title", text.map_or("", |t| t.title.as_str()));
                if let Some(table) = &f.table {
                    d = d.in_table(table);
                }
                if let Some(column) = &f.column {
                    d = d.in_column(column);
                }
                if let Some(span) = &f.span {
                    d = d.at(span.clone());
                }
                d
            });
            Diagnostic { severity: Severity::Error, ..d }
        })
        .collect();
    if stopping.is_empty() { Ok(()) } else { Err(stopping) }
}

fn pack_text(finding: &Finding, lang: Lang) -> Option<&CheckText> {
    match (&finding.wording, lang) {
        (Wording::Pack { ja, .. }, Lang::Ja) => Some(ja),
        (Wording::Pack { en, .. }, Lang::En) => Some(en),
        (Wording::Code { .. }, _) => None,
    }
}

/// Title, sentence, what to do.
fn sentences(words: &Words, finding: &Finding) -> (String, String, String) {
    if let Some(text) = pack_text(finding, words.lang) {
        return (text.title.clone(), text.why.clone(), text.fix.clone());
    }
    finding.diagnostic().map_or_else(Default::default, |d| {
        let title = words.code(d.code).map_or_else(String::new, |c| c.title.clone());
        (title, words.message(&d), words.help(&d))
    })
}

fn show(words: &Words, finding: &Finding, source: &SourceText<'_>) -> String {
    let severity = match (finding.severity, finding.stops()) {
        (_, true) => "severity.error",
        (Severity::Warning, false) => "severity.warning",
        _ => "severity.info",
    };
    let (title, why, mut fix) = sentences(words, finding);
    let mut place = Vec::new();
    for (key, part) in [("place.table", &finding.table), ("place.column", &finding.column)] {
        if let Some(name) = part {
            place.push(format!("{} {name}", words.ui(key)));
        }
    }
    if let Some(reason) = &finding.acknowledged {
        fix = words.fill("check.acknowledged", &[("reason", reason)]);
    }
    for s in &finding.sources {
        let label = if words.lang == Lang::Ja { &s.label.ja } else { &s.label.en };
        fix.push_str(&format!("\n    {label} {}", s.article));
        if !s.is_own() {
            let force = if words.lang == Lang::Ja { &s.force_label.ja } else { &s.force_label.en };
            fix.push_str(&format!(" [{} {} / {force}]", s.verified, s.as_of));
        }
    }
    let span = if finding.acknowledged.is_some() { None } else { finding.span.clone() };
    underlined(
        &format!("{} {}", words.ui(severity), finding.code),
        &title,
        &place.join(" / "),
        &why,
        &fix,
        span,
        Some(source),
    )
}

fn finding_json(words: &Words, finding: &Finding) -> Value {
    let (title, why, fix) = sentences(words, finding);
    json!({
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity.id(),
        "stops": finding.stops(),
        "table": finding.table,
        "column": finding.column,
        "span": finding.span.as_ref().map(|s| [s.start, s.end]),
        "title": title,
        "message": why,
        "help": fix,
        "acknowledged": finding.acknowledged,
        "sources": finding.sources.iter().map(|s| json!({
            "law": s.law, "article": s.article, "as_of": s.as_of, "verified": s.verified, "force": s.force,
        })).collect::<Vec<_>>(),
    })
}
