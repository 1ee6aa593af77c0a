//! `deid plan`: search only; prints and writes the decision.

use serde_json::json;

use super::arguments::{OutputFormat, PlanArguments};
use super::patience::TimeLimit;
use super::progress::Progress;
use super::render;
use super::table::Table;
use super::{Outcome, Session, load, say};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::publish::write_private;
use crate::manifest::Decimal;
use crate::manifest::run::Stopped;
use crate::pipeline::decision::{Candidate, Decision};
use crate::pipeline::front::Choice;
use crate::pipeline::proof::Proof;
use crate::pipeline::rederive::Rederived;
use crate::pipeline::run::{Classified, Request};
use crate::report::format::{combinations, count, fraction};
use crate::words::{Lang, Words};

pub(super) fn run(session: &Session, a: &PlanArguments) -> Outcome {
    load::with_recipe(session, &a.recipe, |loaded| plan(session, a, loaded))
}

fn plan(
    session: &Session,
    a: &PlanArguments,
    loaded: &load::Loaded,
) -> std::result::Result<(), Vec<Diagnostic>> {
    let recipe = &loaded.recipe;
    if recipe.privacy.is_none() {
        return Err(Diagnostic::error(Code::RecipeMissingKey).name("key", "[privacy]").into());
    }
    let pack = load::rule_pack(a.rules.as_deref())?;
    super::check::refuse(&super::check::findings(&pack, recipe), &session.words)?;
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
    for (asked, option) in [(a.front, "--front"), (a.exhaustive, "--exhaustive")] {
        if asked {
            classified.check_levels(option)?;
        }
    }
    classified.check_headers()?;
    let root = load::root(&a.key, recipe, classified.counting_needs_key())?;
    let recipient = a.recipient.as_deref().or(recipe.recipient.as_deref()).unwrap_or("-");
    let mut missing = Vec::new();
    let decided = classified.decide(root.as_ref(), recipient, None, None, &mut missing);
    let front = match &decided {
        Ok(decided) if a.front => Some(classified.front(decided)),
        _ => None,
    };
    let rederived = match &decided {
        Ok(decided) if a.exhaustive => Some(classified.rederive(decided)),
        _ => None,
    };
    let beside = decided.as_ref().ok().map(|decided| classified.full_domain(decided));
    progress.done();
    if decided.is_err() {
        super::run::write_missing(a.missing_values.as_deref(), &missing)?;
    }
    let front = front.transpose()?;
    let page = match (&decided, &front, &a.report) {
        (Ok(decided), Some(front), Some(_)) => Some(classified.front_page(decided, front, &loaded.text)),
        _ => None,
    };
    let beside = beside.transpose()?.flatten();
    let decision = decided?.decision;
    let rederived = rederived.map(|r| r.and_then(|r| confirmed(r, &decision))).transpose();
    let refuted = rederived.as_ref().err().cloned();
    if refuted.is_some() && session.format == OutputFormat::Json {
        return rederived.map(|_| ()).map_err(Vec::from);
    }
    // What a closer look did not confirm is shown, and not written for others to apply.
    if let (Some(path), None) = (&a.decision, &refuted) {
        write_private(path, decision.to_text().as_bytes(), a.replace)?;
    }
    if let (Some(path), Some(page)) = (&a.report, &page) {
        let html = crate::report::render_front(page, session.words.lang)
            .map_err(|_| Diagnostic::error(Code::Internal))?;
        write_private(path, html.as_bytes(), a.replace)?;
    }
    let rederived = rederived.unwrap_or_default();
    match decision.recoding.classes() {
        None => print(session, &decision, front.as_deref(), rederived.as_ref()),
        Some(classes) => super::plan_classes::print(session, &decision, classes, beside.as_ref()),
    }
    if let (Some(path), None) = (&a.decision, &refuted)
        && session.format == OutputFormat::Text
    {
        say(&session.words.fill("plan.written", &[("path", &path.to_string_lossy())]));
    }
    if let (Some(path), OutputFormat::Text) = (&a.report, session.format) {
        say(&session.words.fill("plan.report", &[("path", &path.to_string_lossy())]));
    }
    let acknowledged = recipe.acknowledged.iter().any(|a| a.code == Code::NotProven.as_str());
    if let Some(warning) = decision.warning().filter(|_| !acknowledged) {
        render::warnings(session, &[warning], None);
    }
    refuted.map_or(Ok(()), |d| Err(d.into()))
}

/// A closer look that found the same.
fn confirmed(rederived: Rederived, decision: &Decision) -> Result<Rederived> {
    if rederived.agrees {
        return Ok(rederived);
    }
    let loss = |loss: Decimal| format!("{:.10}", loss.to_f64());
    let (found, said) = (loss(rederived.best.loss), loss(decision.chosen.loss));
    let error = Diagnostic::error(Code::ExhaustiveDiffers).name("nodes", &*combinations(rederived.nodes));
    Err(Box::new(error.name("found", &*found).name("loss", &*said)))
}

fn print(session: &Session, decision: &Decision, front: Option<&[Choice]>, rederived: Option<&Rederived>) {
    if session.format == OutputFormat::Json {
        if front.is_none() && rederived.is_none() {
            say(decision.to_text().trim_end());
            return;
        }
        let mut all = serde_json::Map::from_iter([("decision".to_owned(), json!(decision))]);
        all.extend(front.map(|front| ("front".to_owned(), json!(front))));
        all.extend(rederived.map(|found| ("exhaustive".to_owned(), json!(found))));
        say(&json!(all).to_string());
        return;
    }
    let words = &session.words;
    let mut table = Table::new(&["plan.column", "plan.level"].map(|k| words.ui(k)));
    for (name, columns) in &decision.chosen.levels {
        for (column, level) in columns {
            table.row(&[format!("{name}.{column}"), level.to_string()]);
        }
    }
    say(&table.to_text());
    let chosen = &decision.chosen;
    say(&words.fill(
        "plan.loss",
        &[("loss", &format!("{:.10}", chosen.loss.to_f64())), ("suppressed", &suppressed(chosen))],
    ));
    print_proof(words, decision);
    for (i, other) in decision.alternatives.iter().enumerate() {
        let levels: Vec<String> = other
            .levels
            .iter()
            .flat_map(|(t, cs)| cs.iter().map(move |(c, l)| format!("{t}.{c}={l}")))
            .collect();
        let facts = json!(i + 2).to_string();
        say(&words.fill(
            "plan.alternative",
            &[
                ("rank", &facts),
                ("loss", &format!("{:.10}", other.loss.to_f64())),
                ("suppressed", &suppressed(other)),
                ("levels", &levels.join(" ")),
            ],
        ));
    }
    if let Some(front) = front {
        print_front(session, front);
    }
    if let Some(rederived) = rederived {
        say(&words.fill("plan.exhaustive", &[("nodes", &combinations(rederived.nodes))]));
    }
}

/// Suppressed records by table.
pub(super) fn suppressed(c: &Candidate) -> String {
    let all: Vec<String> = c.suppressed.iter().map(|(t, n)| format!("{t} {n}")).collect();
    all.join(", ")
}

/// Whether the best is proven, in a sentence or two.
pub(super) fn conclusion(words: &Words, proof: &Proof) -> String {
    if proof.optimal {
        return words.ui("proof.optimal").to_owned();
    }
    let facts = [("gap", fraction(proof.gap.to_f64())), ("bound", fraction(proof.bound.to_f64()))];
    let facts = facts.each_ref().map(|(key, text)| (*key, text.as_str()));
    let why = words.ui(match proof.stopped {
        Some(Stopped::Time) => "proof.stopped.time",
        _ => "proof.stopped.limit",
    });
    let between = if words.lang == Lang::En { " " } else { "" };
    format!("{}{between}{why}", words.fill("proof.not-optimal", &facts))
}

/// By which argument every combination is ruled out.
fn print_proof(words: &Words, decision: &Decision) {
    let Some(proof) = &decision.proof else { return };
    say(&conclusion(words, proof));
    let checks = [("nodes", combinations(decision.nodes)), ("checks", count(decision.checks))];
    say(&words.fill("plan.checks", &checks.each_ref().map(|(key, text)| (*key, text.as_str()))));
    let mut table = Table::new(&["proof.argument", "proof.combinations"].map(|k| words.ui(k)));
    for (argument, number) in proof.by_argument.named().iter().filter(|(_, n)| *n > 0) {
        let said = words.ui(&format!("proof.argument.{argument}")).to_owned();
        table.row(&[said, combinations(*number)]);
    }
    say(&table.to_text());
}

/// The recipe's own gate among the others, marked.
fn print_front(session: &Session, front: &[Choice]) {
    let words = &session.words;
    let header = [
        "plan.front.k",
        "plan.front.limit",
        "plan.front.loss",
        "plan.front.suppressed",
        "plan.front.highest",
        "plan.front.average",
    ]
    .map(|k| words.ui(k));
    let mut table = Table::new(&header);
    let share =
        |risk: &Option<Decimal>| risk.map_or_else(|| "-".to_owned(), |r| format!("{:.4}", r.to_f64()));
    for choice in front {
        let mark = if choice.own { "*" } else { "" };
        table.row(&[
            format!("{}{mark}", choice.k),
            format!("{:.1} %", choice.suppression.to_f64() * 100.0),
            format!("{:.4}{}", choice.best.loss.to_f64(), if choice.proven { "" } else { " †" }),
            choice.best.suppressed.values().sum::<u64>().to_string(),
            share(&choice.risk_highest),
            share(&choice.risk_average),
        ]);
    }
    say("");
    say(words.ui("plan.front"));
    say(&table.to_text());
    say(words.ui("plan.front.own"));
    if let Some(gap) = front.iter().filter(|c| !c.proven).map(|c| c.gap).max() {
        say(&words.fill("plan.front.not-proven", &[("gap", &fraction(gap.to_f64()))]));
    }
}
