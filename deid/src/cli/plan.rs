//! `deid plan`: search only; prints and writes the decision.

use serde_json::json;

use super::arguments::{OutputFormat, PlanArguments};
use super::progress::Progress;
use super::table::Table;
use super::{Outcome, Session, load, say};
use crate::codes::Code;
use crate::error::Diagnostic;
use crate::io::publish::write_private;
use crate::manifest::Decimal;
use crate::pipeline::decision::{Candidate, Decision};
use crate::pipeline::front::Choice;
use crate::pipeline::run::{Classified, Request};

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
    let request = Request {
        recipe,
        hierarchy_files: &loaded.hierarchy_files,
        data: &a.data,
        threads: session.threads,
        progress: &show,
    };
    let classified = Classified::new(&request)?;
    if a.front {
        classified.check_front()?;
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
    let beside = decided.as_ref().ok().map(|decided| classified.full_domain(decided));
    progress.done();
    if decided.is_err() {
        super::run::write_missing(a.missing_values.as_deref(), &missing)?;
    }
    let front = front.transpose()?;
    let beside = beside.transpose()?.flatten();
    let decision = decided?.decision;
    if let Some(path) = &a.decision {
        write_private(path, decision.to_text().as_bytes(), a.replace)?;
    }
    match decision.recoding.classes() {
        None => print(session, &decision, front.as_deref(), a),
        Some(classes) => super::plan_classes::print(session, &decision, classes, beside.as_ref(), a),
    }
    Ok(())
}

fn print(session: &Session, decision: &Decision, front: Option<&[Choice]>, a: &PlanArguments) {
    if session.format == OutputFormat::Json {
        match front {
            None => say(decision.to_text().trim_end()),
            Some(front) => say(&json!({ "decision": decision, "front": front }).to_string()),
        }
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
    say(&words.fill(
        "plan.checks",
        &[("checks", &decision.checks.to_string()), ("nodes", &decision.nodes.to_string())],
    ));
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
    if let Some(path) = &a.decision {
        say(&words.fill("plan.written", &[("path", &path.to_string_lossy())]));
    }
}

/// Suppressed records by table.
pub(super) fn suppressed(c: &Candidate) -> String {
    let all: Vec<String> = c.suppressed.iter().map(|(t, n)| format!("{t} {n}")).collect();
    all.join(", ")
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
            format!("{:.4}", choice.best.loss.to_f64()),
            choice.best.suppressed.values().sum::<u64>().to_string(),
            share(&choice.risk_highest),
            share(&choice.risk_average),
        ]);
    }
    say("");
    say(words.ui("plan.front"));
    say(&table.to_text());
    say(words.ui("plan.front.own"));
}
