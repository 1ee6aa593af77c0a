//! `deid run`: read → classify → transform → measure → publish.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::arguments::{OutputFormat, RunArguments};
use super::patience::TimeLimit;
use super::progress::Progress;
use super::render;
use super::table::Table;
use super::{Outcome, Session, load, say, tell};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::publish::{MANIFEST_FILE, Staging, shown, write_private};
use crate::manifest::{RunManifest, sign, verify_intact};
use crate::pipeline::decision::Decision;
use crate::pipeline::record::Circumstances;
use crate::pipeline::run::{Classified, Measured, Request};
use crate::pipeline::summary::{SearchSummary, Summary};
use crate::recipe::lint::Finding;
use crate::words::{Lang, Words};

/// Name of the decision inside the published folder.
const DECISION_FILE: &str = "decision.json";
/// The reports inside the published folder.
const REPORTS: [(&str, Lang); 2] = [("report.html", Lang::Ja), ("report.en.html", Lang::En)];

pub(super) fn run(session: &Session, a: &RunArguments) -> Outcome {
    let started = Instant::now();
    load::with_recipe(session, &a.recipe, |loaded| publish(session, a, loaded, started))
}

fn publish(
    session: &Session,
    a: &RunArguments,
    loaded: &load::Loaded,
    started: Instant,
) -> std::result::Result<(), Vec<Diagnostic>> {
    let recipe = &loaded.recipe;
    let pack = load::rule_pack(a.rules.as_deref())?;
    let findings = super::check::findings(&pack, recipe);
    super::check::refuse(&findings, &session.words)?;
    let root = load::root(&a.key, recipe, true)?.ok_or_else(|| Diagnostic::error(Code::KeyMissing))?;
    let (signer, one_time) = load::signer(a.sign.as_deref(), root.is_demo())?;
    let recipient = a
        .recipient
        .as_deref()
        .or(recipe.recipient.as_deref())
        .filter(|r| !r.is_empty())
        .ok_or_else(|| Diagnostic::error(Code::RecipientMissing))?;
    let time = load::time(a.time.as_deref())?;
    let max_memory = load::memory(&a.max_memory)?;
    let given = a.decision.as_deref().map(read_decision).transpose()?;
    let progress = Progress::new(session);
    let show = |stage, table: &str| progress.show(stage, table);
    let patience = TimeLimit::new(a.time_limit);
    let request = Request {
        recipe,
        hierarchy_files: &loaded.hierarchy_files,
        data: &a.data,
        threads: session.threads,
        progress: &show,
        patience: &patience,
    };
    let classified = Classified::new(&request)?;
    classified.check_headers()?;
    let inputs: Vec<&Path> =
        [Some(a.data.as_path()), Some(a.recipe.as_path()), a.key.key.as_deref(), a.sign.as_deref()]
            .into_iter()
            .flatten()
            .collect();
    if a.replace {
        only_ours(&a.out)?;
    }
    let staging = Staging::open(&a.out, &inputs, a.replace)?;
    if staging.removed_leftover && !session.quiet {
        tell(session.words.ui("run.leftover"));
    }
    let mut missing = Vec::new();
    let transformed =
        classified.transform(&root, recipient, given.as_ref(), staging, max_memory, &mut missing);
    if transformed.is_err() {
        write_missing(a.missing_values.as_deref(), &missing)?;
    }
    let measured = transformed?.measure()?;
    progress.done();
    let findings = measured.findings(&pack, findings);
    let about = Circumstances {
        time,
        version: env!("CARGO_PKG_VERSION"),
        recipe_text: &loaded.text,
        pack: &pack,
        findings: &findings,
        recipient,
        root: &root,
        signer: &signer,
        one_time_signer: one_time,
    };
    finish(session, a, measured, &about, &loaded.source(), started)
}

/// What only the run could find and the recipe does not acknowledge.
fn warnings(about: &Circumstances<'_>) -> Vec<Diagnostic> {
    let open = about.findings.iter().filter(|f| f.acknowledged.is_none());
    let of_runs = [Code::JoinedBelowGate, Code::NotProven];
    open.filter(|f| of_runs.iter().any(|c| f.code == c.as_str())).filter_map(Finding::diagnostic).collect()
}

fn finish(
    session: &Session,
    a: &RunArguments,
    measured: Measured<'_>,
    about: &Circumstances<'_>,
    source: &render::SourceText<'_>,
    started: Instant,
) -> std::result::Result<(), Vec<Diagnostic>> {
    // The reports show nothing of the manifest, so the manifest can pin them.
    let mut beside = Vec::new();
    if let Some(decision) = measured.decision() {
        beside.push((DECISION_FILE, decision.to_text().into_bytes()));
    }
    let report = measured.report(about);
    for (name, lang) in REPORTS {
        let html = crate::report::render(&report, lang).map_err(|_| Diagnostic::error(Code::Internal))?;
        beside.push((name, html.into_bytes()));
    }
    let statement = measured.statement(about, &beside)?;
    let envelope = sign::<RunManifest>(&statement, about.signer)
        .map_err(|e| Diagnostic::error(Code::Internal).name("detail", e.id()))?;
    for (name, bytes) in &beside {
        measured.add(name, bytes)?;
    }
    measured.add(MANIFEST_FILE, &envelope)?;
    let summary = measured.summary();
    let out = measured.publish()?;
    print(session, a, &summary, &out, started.elapsed().as_secs_f64(), about);
    if session.format == OutputFormat::Text {
        render::problems(session, &warnings(about), Some(source));
    }
    Ok(())
}

/// Refuses to replace a folder in which somebody has put files of their own: notes, or a verifier's
/// counter-signature.
fn only_ours(out: &Path) -> Result<()> {
    let Ok(bytes) = std::fs::read(out.join(MANIFEST_FILE)) else { return Ok(()) };
    let foreign = |path: &Path| Box::new(Diagnostic::error(Code::OutputForeign).name("path", shown(path)));
    let manifest = verify_intact::<RunManifest>(&bytes).map_err(|_| foreign(out))?;
    let entries = std::fs::read_dir(out).map_err(|_| foreign(out))?;
    for entry in entries {
        let name = entry.map_err(|_| foreign(out))?.file_name().to_string_lossy().into_owned();
        let stated = manifest.statement().subject.iter().any(|s| s.name == name);
        if !stated && name != MANIFEST_FILE {
            return Err(foreign(&out.join(name)));
        }
    }
    Ok(())
}

fn read_decision(path: &Path) -> Result<Decision> {
    Decision::parse(&load::text_file(path, Code::DecisionUnreadable)?)
        .map_err(|e| Box::new(e.in_file(shown(path))))
}

/// Values that no hierarchy knows go only where the user asked, into a private file.
pub(super) fn write_missing(path: Option<&Path>, missing: &[(String, String, Vec<String>)]) -> Result<()> {
    let Some(path) = path.filter(|_| !missing.is_empty()) else { return Ok(()) };
    let mut text = String::new();
    for (table, column, values) in missing {
        for value in values {
            text.push_str(&json!([table, column, value]).to_string());
            text.push('\n');
        }
    }
    write_private(path, text.as_bytes(), false)
}

/// What is known of the levels; `None` where none were chosen.
fn searched(words: &Words, summary: &Summary) -> Option<String> {
    Some(match &summary.search {
        SearchSummary::None => return None,
        SearchSummary::Reapplied => words.ui("proof.reapplied").to_owned(),
        SearchSummary::Done(proof) => super::plan::conclusion(words, proof),
        SearchSummary::PerClass { blanks, classes, granularity } => {
            super::plan_classes::conclusion(words, *blanks, *classes, granularity)
        }
    })
}

fn print(
    session: &Session,
    a: &RunArguments,
    summary: &Summary,
    out: &Path,
    seconds: f64,
    about: &Circumstances<'_>,
) {
    if session.format == OutputFormat::Json {
        let mut value = summary.to_json();
        if let Some(object) = value.as_object_mut() {
            object.insert("out".to_owned(), json!(a.out.to_string_lossy()));
            object.insert("report".to_owned(), json!(a.out.join("report.html").to_string_lossy()));
            object.insert("seconds".to_owned(), json!((seconds * 1000.0).round() / 1000.0));
            object.insert("demo".to_owned(), json!(about.root.is_demo()));
            let warnings: Vec<_> =
                warnings(about).iter().map(|d| render::to_json(&session.words, d)).collect();
            object.insert("warnings".to_owned(), json!(warnings));
        }
        say(&value.to_string());
        return;
    }
    let words = &session.words;
    let mut table = Table::new(
        &[
            "run.table",
            "run.rows-in",
            "run.rows-out",
            "run.suppressed",
            "run.people",
            "run.k",
            "run.l",
            "run.t",
            "run.highest",
            "run.average",
        ]
        .map(|k| words.ui(k)),
    );
    for row in &summary.tables {
        table.row(&row.cells());
    }
    say(&table.to_text());
    if let Some(line) = searched(words, summary) {
        say(&line);
    }
    if let Some((k, alone)) = summary.joined {
        say(&words.fill("run.joined", &[("k", &k.to_string()), ("alone", &alone.to_string())]));
    }
    if about.root.is_demo() {
        say(words.ui("run.demo"));
    }
    if about.one_time_signer {
        say(words.ui("run.one-time-signer"));
    }
    let _ = out;
    say(&words.fill("run.seconds", &[("seconds", &format!("{seconds:.2}"))]));
    say(&words.fill("run.report", &[("path", &a.out.join("report.html").to_string_lossy())]));
}
