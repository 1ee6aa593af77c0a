//! What the rules found: not met, waiting for the city, open, met, not applicable; with every citation.

use crate::case::natural_order;
use crate::case::schema::{Type, schema};
use crate::case::tree::Place;
use crate::dossier::model::{Block, Inline, Row, Style};
use crate::judge::{Finding, QuestionState, Result};
use crate::rule::expr::{Read, Why};

use super::context::{Context, row};
use super::picture::without_remark;
use super::{points, summary};

/// Facts that are printed with a finding.
const MOST_FACTS: usize = 4;

pub(super) fn findings(context: &Context<'_>) -> Vec<Block> {
    let judgement = context.inputs.judgement;
    let mut blocks = vec![
        context.paragraph(
            "findings-reached",
            Inline::text(
                context.fill("findings.reached", &[("gate", &context.word("gate", judgement.reached.id()))]),
            ),
        ),
        summary::counters(context),
    ];
    let unmet = summary::unmet(context);
    blocks.push(context.heading("findings-unmet", "１", "findings.unmet"));
    blocks.push(detailed(context, "findings-unmet-table", &unmet));
    let (city, open): (Vec<&Finding>, Vec<&Finding>) = judgement
        .findings
        .iter()
        .filter(|finding| matches!(finding.result, Result::Unknown(_)))
        .partition(|finding| waits_for_the_city(&finding.result));
    blocks.push(context.heading("findings-city", "２", "findings.city"));
    blocks.push(detailed(context, "findings-city-table", &city));
    blocks.extend(points::other_points(context));
    blocks.extend(questions(context, "questions-city-table", "open-city", |state| {
        state == QuestionState::Judgement
    }));
    blocks.push(context.heading("findings-open", "３", "findings.open"));
    blocks.push(detailed(context, "findings-open-table", &open));
    blocks.extend(questions(context, "questions-open-table", "open", |state| {
        state != QuestionState::Judgement
    }));
    blocks.push(context.heading("findings-rest", "４", "findings.rest"));
    blocks.push(rest(context));
    blocks
}

/// One row a rule: for which objects it is met, and for how many it does not apply.
fn rest(context: &Context<'_>) -> Block {
    let mut by_rule: Vec<(&Finding, Vec<Option<&str>>, usize)> = Vec::new();
    for finding in &context.inputs.judgement.findings {
        let met = match finding.result {
            Result::Met => true,
            Result::NotApplicable => false,
            _ => continue,
        };
        let at = match by_rule.iter().position(|(first, ..)| first.rule == finding.rule) {
            Some(at) => at,
            None => {
                by_rule.push((finding, Vec::new(), 0));
                by_rule.len() - 1
            }
        };
        let Some((_, objects, other)) = by_rule.get_mut(at) else { continue };
        if met {
            objects.push(finding.object.as_deref());
        } else {
            *other += 1;
        }
    }
    by_rule.sort_by(|a, b| natural_order(&a.0.rule, &b.0.rule));
    let root = context.inputs.case.root().map_or("", |root| root.id());
    let rows = by_rule
        .into_iter()
        .map(|(finding, met, other)| {
            row(
                format!("rest-{}", finding.rule),
                vec![
                    Inline::text(finding.rule.as_str()),
                    Inline::text(context.both(&finding.title)),
                    Inline::text(if met.is_empty() {
                        "－".to_owned()
                    } else {
                        context.short_ids(met.into_iter().map(|id| id.unwrap_or(root)))
                    }),
                    Inline::text(other.to_string()),
                ],
            )
        })
        .collect();
    context.table(
        "findings-rest-table",
        "rest",
        &[("rule", 2), ("title", 8), ("met", 10), ("na", 2)],
        rows,
        Some("met"),
    )
}

/// Only people of the city can close it: a legal evaluation, or evidence that nobody has read.
fn waits_for_the_city(result: &Result) -> bool {
    match result {
        Result::Unknown(whys) => whys.iter().all(Why::waits_for_city),
        _ => false,
    }
}

/// Questions that wait for an answer; each counts in the state of the whole as a finding does.
fn questions(
    context: &Context<'_>,
    id: &str,
    key: &str,
    wanted: impl Fn(QuestionState) -> bool,
) -> Option<Block> {
    let rows: Vec<Row> = context
        .inputs
        .judgement
        .open
        .iter()
        .filter(|open| wanted(open.state))
        .map(|open| {
            row(
                format!("open-{}-{}", open.id, open.object.as_deref().unwrap_or_default()),
                vec![
                    Inline::text(context.question(&open.id)),
                    Inline::text(
                        open.object
                            .as_deref()
                            .map_or_else(|| context.t("whole-case").to_owned(), |id| context.named(id)),
                    ),
                    Inline::text(context.words.ui(&format!("role.{}", open.role.id()))),
                    Inline::text(context.words.ui(&format!("gate-by.{}", open.gate.id()))),
                ],
            )
        })
        .collect();
    (!rows.is_empty()).then(|| {
        let columns = [("question", 9), ("where", 6), ("who", 4), ("until", 3)];
        context.table(id, key, &columns, rows, None)
    })
}

/// Findings and questions that make up a state's count: those that wait for the city, and the others.
pub(super) fn waiting(context: &Context<'_>, city: bool) -> (usize, usize) {
    let judgement = context.inputs.judgement;
    let findings = judgement
        .findings
        .iter()
        .filter(|finding| matches!(finding.result, Result::Unknown(_)))
        .filter(|finding| waits_for_the_city(&finding.result) == city)
        .count();
    let questions =
        judgement.open.iter().filter(|open| (open.state == QuestionState::Judgement) == city).count();
    (findings, questions)
}

fn place_name(context: &Context<'_>, finding: &Finding) -> String {
    finding.object.as_deref().map_or_else(|| context.t("whole-case").to_owned(), |id| context.named(id))
}

fn detailed(context: &Context<'_>, id: &str, findings: &[&Finding]) -> Block {
    let rows = findings.iter().map(|finding| entry(context, finding)).collect();
    context.table(
        id,
        "findings",
        &[("rule", 5), ("where", 4), ("message", 10), ("ground", 6), ("remedy", 7)],
        rows,
        Some("findings"),
    )
}

fn entry(context: &Context<'_>, finding: &Finding) -> Row {
    let mut message = Inline::text(context.both(&finding.message));
    if let Result::Unknown(whys) = &finding.result {
        for why in whys {
            message = message
                .with("\n", Style::Plain)
                .with(context.words.ui(&format!("why.{}", why.kind.id())), Style::Tag)
                .with(format!(" {}", missing(context, &why.what)), Style::Small);
        }
    }
    let facts: Vec<String> = finding
        .facts
        .iter()
        .filter(|fact| !already_missing(&finding.result, &fact.key))
        .filter_map(|fact| said(context, fact, finding.object.as_deref()))
        .take(MOST_FACTS)
        .collect();
    if !facts.is_empty() {
        message = message.with(format!("\n{}", facts.join("\n")), Style::Small);
    }
    let mut remedy = Inline::text(context.both(&finding.remedy));
    if !finding.settles.is_empty() {
        let kinds: Vec<String> =
            finding.settles.iter().map(|kind| context.word("evidence-kind", kind)).collect();
        let line = context.fill("findings.settles", &[("kinds", &kinds.join(context.t("list-separator")))]);
        remedy = remedy.with(format!("\n{line}"), Style::Small);
    }
    if let Some(place) = &finding.place {
        remedy = remedy.with(format!("\n{}", written(context, place)), Style::Small);
    }
    row(
        format!("finding-{}", finding.id.as_str()),
        vec![
            Inline::default()
                .with(finding.rule.as_str(), Style::Strong)
                .with(" ", Style::Plain)
                .with(context.words.ui(&format!("severity.{}", finding.severity.id())), Style::Tag)
                .with(format!("\n{}", context.both(&finding.title)), Style::Plain)
                .with(
                    format!("\n{}", context.words.ui(&format!("gate-by.{}", finding.gate.id()))),
                    Style::Small,
                ),
            Inline::text(place_name(context, finding)),
            message,
            Inline::default().with(context.cites(&finding.cites), Style::Small),
            Inline::default()
                .with(context.words.ui(&format!("role.{}", finding.role.id())), Style::Tag)
                .with(" ", Style::Plain)
                .append(remedy),
        ],
    )
}

/// What is missing, in words: a question, or a key of an object.
fn missing(context: &Context<'_>, what: &str) -> String {
    let (question, _) = what.split_once('@').unwrap_or((what, ""));
    if context.asked(question, None).is_some() { context.question(question) } else { context.spoken(what) }
}

/// The question stands among what is missing; its state need not be said twice.
fn already_missing(result: &Result, key: &str) -> bool {
    match result {
        Result::Unknown(whys) => whys.iter().any(|why| why.what.split('@').next() == Some(key)),
        _ => false,
    }
}

/// A fact in words, "P03 大学病院 適用法制＝第５章"; what is about the object of the finding itself does not
/// repeat its name. `None` for a mere link from one object to another.
fn said(context: &Context<'_>, fact: &Read, about: Option<&str>) -> Option<String> {
    if let Some(asked) =
        context.asked(&fact.key, Some(&fact.id).filter(|id| !id.is_empty()).map(String::as_str))
    {
        let value = asked.given.as_ref().map_or_else(
            || context.t("answers.open").to_owned(),
            |given| context.readable(context.both(&given.words)),
        );
        let facts = [("id", ""), ("name", &*context.question(&fact.key)), ("value", &*shorten(&value))];
        return Some(context.fill("findings.fact", &facts).trim_start().to_owned());
    }
    if let Some(standing) = context.inputs.evidence.get(&fact.id).filter(|_| fact.key == "evidence") {
        let refused = standing.refused.as_ref().map(|why| context.words.ui(super::annex::refusal_key(why)));
        let class = context.class(standing.class);
        let value = refused.unwrap_or(&class);
        return Some(context.fill(
            "findings.fact",
            &[("id", &context.named(&fact.id)), ("name", context.t("evidence.caption")), ("value", value)],
        ));
    }
    if fact.object.is_none() && fact.key == "risks" {
        let facts =
            [("id", ""), ("name", context.t("findings.risks")), ("value", &*remaining(context, &fact.value))];
        return Some(context.fill("findings.fact", &facts).trim_start().to_owned());
    }
    // A table of the rules, or a list of the whole case: nothing that somebody declared.
    let object = Some(fact.object.and_then(|ix| context.inputs.case.get(ix))?);
    let key = object.and_then(|object| schema().key(object.kind(), &fact.key));
    if key.is_some_and(|key| {
        matches!(key.ty, Type::Ref(_) | Type::Object(_) | Type::Refs(_) | Type::Objects(_))
    }) && !fact.value.is_empty()
    {
        return None;
    }
    let name = key.map_or_else(|| fact.key.clone(), |key| without_remark(key.text.get(context.lang())));
    let value = match (fact.value.as_str(), object) {
        ("", _) => context.t("undeclared").to_owned(),
        (_, Some(object)) if key.is_some_and(|key| !key.derived) => shorten(&context.say(object, &fact.key)),
        (value, _) => shorten(value),
    };
    let id = context.spoken_beside(&fact.id, about.unwrap_or_default());
    let facts = [("id", &*id), ("name", &*name), ("value", &*value)];
    Some(context.fill("findings.fact", &facts).trim_start().to_owned())
}

/// The fact `R04 high: F03, F06; R16 extreme: F04` with the levels in words, without the flows.
fn remaining(context: &Context<'_>, fact: &str) -> String {
    let levels = &context.inputs.risks.levels;
    let one = |risk: &str| {
        let (what, _) = risk.split_once(':').unwrap_or((risk, ""));
        let (scenario, level) = what.trim().split_once(' ').unwrap_or((what, ""));
        let label = levels.iter().find(|known| known.id == level);
        format!("{scenario} {}", label.map_or(level, |known| context.both(&known.label)))
    };
    fact.split(';').map(one).collect::<Vec<_>>().join(context.t("list-separator"))
}

/// File and line where the first fact stands, for whoever mends it.
fn written(context: &Context<'_>, place: &Place) -> String {
    let Some(file) = context.inputs.case.files.get(usize::from(place.file)) else { return String::new() };
    let line = file.text.get(..place.span.start).map_or(1, |before| before.matches('\n').count() + 1);
    context.fill("findings.written", &[("file", &file.name), ("line", &line.to_string())])
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST).chain(['…']).collect()
    }
}
