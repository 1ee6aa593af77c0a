//! `pia show CASE WHAT`: everything that is known about a finding, rule, question, flow or any
//! other object of a case.

use serde_json::{Value, json};

use crate::case::schema::schema;
use crate::case::tree::ObjectRef;
use crate::error::Exit;
use crate::judge::Finding;
use crate::question::view::Asked;
use crate::risk::view::Risk;
use crate::words::Words;

use super::arguments::{Format, Show};
use super::output::{Failure, finish, result};
use super::session::Session;
use super::terminal::{labelled, one_line};
use super::{findings, judgement_json, rules, say};

/// Columns of a value.
const VALUE: usize = 400;

pub(super) fn run(arguments: &Show, words: &Words) -> Exit {
    finish(show(arguments, words))
}

fn show(arguments: &Show, words: &Words) -> Result<Exit, Failure> {
    let session = Session::open(&arguments.case, words)?;
    let what = arguments.what.as_str();
    let found = match arguments.format {
        Format::Text => text(&session, what, words),
        Format::Json => json(&session, what, words).map(|value| value.to_string()),
    };
    match found {
        Some(text) => {
            result(&text);
            Ok(Exit::Done)
        }
        None => Err(Failure { text: unknown(&session, what, words), exit: Exit::Unusable }),
    }
}

/// What an id names; a finding is `<rule>@<object>`.
enum Found<'a> {
    Finding(&'a Finding),
    Rule(&'a crate::rule::Rule),
    Question(Vec<&'a Asked>),
    Object(ObjectRef<'a>),
}

/// Everything of this id: a rule and a flow may both be called F05.
fn find<'a>(session: &'a Session, what: &str) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    let finding = session.judgement.findings.iter().find(|finding| finding.id.as_str() == what);
    found.extend(finding.map(Found::Finding));
    found.extend(session.case.find_any(what).map(Found::Object));
    found.extend(session.pack.rule(what).map(Found::Rule));
    let asked: Vec<&Asked> = session.questions.asked.iter().filter(|asked| asked.id == what).collect();
    if !asked.is_empty() {
        found.push(Found::Question(asked));
    }
    found
}

/// The text; `None`: nothing has this id.
pub(super) fn text(session: &Session, what: &str, words: &Words) -> Option<String> {
    let all: Vec<String> = find(session, what).into_iter().map(|found| told(session, found, words)).collect();
    (!all.is_empty()).then(|| all.join("\n"))
}

fn told(session: &Session, found: Found<'_>, words: &Words) -> String {
    match found {
        Found::Finding(finding) => {
            let mut out = findings::one(session, finding, words);
            out.push_str(&labelled(words.ui("show.fact-hash"), &finding.fact_hash));
            for fact in &finding.facts {
                out.push_str(&labelled("-", &say::fact(&session.case, fact, words)));
            }
            if let Some(rule) = session.pack.rule(&finding.rule) {
                out.push('\n');
                out.push_str(&rules::text(&session.pack, rule, words));
            }
            out.push_str(&asked_of(session, &finding.questions, finding.object.as_deref(), words));
            out
        }
        Found::Rule(rule) => {
            let mut out = rules::text(&session.pack, rule, words);
            out.push('\n');
            for finding in session.judgement.findings.iter().filter(|finding| finding.rule == rule.id) {
                out.push_str(&line(finding, words));
            }
            out
        }
        Found::Question(asked) => asked.into_iter().map(|one| question(session, one, words)).collect(),
        Found::Object(object) => self::object(session, object, words),
    }
}

/// One line on a finding.
fn line(finding: &Finding, words: &Words) -> String {
    let result = words.ui(&format!("result.{}", finding.result.id())).to_owned();
    let title = finding.title.get(words.lang);
    labelled("-", &format!("{} [{result}] {title}: {}", finding.id.as_str(), say::object(finding, words)))
}

fn asked_of(session: &Session, ids: &[String], about: Option<&str>, words: &Words) -> String {
    let of = |asked: &&Asked| {
        ids.contains(&asked.id)
            && (asked.object.is_none() || about.is_none() || asked.object.as_deref() == about)
    };
    session
        .questions
        .asked
        .iter()
        .filter(of)
        .map(|asked| format!("\n{}", question(session, asked, words)))
        .collect()
}

fn question(session: &Session, asked: &Asked, words: &Words) -> String {
    let about = asked.object.as_deref().map(|id| format!(" [{id}]")).unwrap_or_default();
    let state = words.ui(&format!("check.question.{}", findings::question_state(asked.state))).to_owned();
    let mut out = format!("■ {}{about} {state}\n", asked.id);
    let mut field = |key: &str, text: &str| {
        if !text.is_empty() {
            out.push_str(&labelled(words.ui(key), text));
        }
    };
    field("show.question", asked.text.get(words.lang));
    field("show.why", asked.why.get(words.lang));
    let role = words.ui(&format!("role.{}", asked.role.id())).to_owned();
    let gate = words.ui(&format!("check.gate.{}", asked.gate.id())).to_owned();
    field("show.who", &format!("{role} / {gate}"));
    if let Some(given) = &asked.given {
        let source = schema().vocabulary("answer-source").and_then(|known| known.label(given.source.id()));
        let source = source.map_or(given.source.id(), |text| text.get(words.lang));
        field("show.answer", &format!("{} ({source})", given.words.get(words.lang)));
        field("show.reason", &given.reason);
        field("show.by", &given.by);
        field("show.on", &given.at.map(|at| at.to_string()).unwrap_or_default());
        field("show.evidence", &given.evidence.join(", "));
    }
    field("show.rules", &asked.rules.join(", "));
    for cite in &asked.cites {
        field("check.ground", &say::cite(&session.pack, cite, words));
    }
    out
}

/// An object: what is declared and derived, where, what was found about it, which risks it bears.
fn object(session: &Session, object: ObjectRef<'_>, words: &Words) -> String {
    let lang = words.lang;
    let kind = schema().kind(object.kind());
    let label = kind.map_or(object.kind(), |kind| kind.text.get(lang));
    let mut out = format!("■ {label} {} {}\n", object.id(), one_line(object.label(lang), 80));
    out.push_str(&labelled(words.ui("show.place"), &say::at(&session.case, object.place())));
    for key in kind.into_iter().flat_map(crate::case::schema::KindDef::keys) {
        let Some(node) = object.get(&key.name).filter(|_| key.ty != crate::case::schema::Type::Id) else {
            continue;
        };
        let value = crate::review::value(object, key, node).say(words);
        let mark = if key.derived { words.ui("show.derived") } else { "" };
        let name =
            words.fill("show.key", &[("label", key.text.get(lang)), ("key", &key.name), ("mark", mark)]);
        out.push_str(&labelled("-", &format!("{name}: {}", one_line(&value, VALUE))));
    }
    let findings: Vec<&Finding> = session
        .judgement
        .findings
        .iter()
        .filter(|finding| finding.object.as_deref() == Some(object.id()) && say::open(finding).is_some())
        .collect();
    if !findings.is_empty() {
        out.push_str(&format!("\n{}\n", words.ui("show.findings")));
        findings.iter().for_each(|finding| out.push_str(&line(finding, words)));
    }
    let risks: Vec<&Risk> = risks(session, object);
    if !risks.is_empty() {
        out.push_str(&format!("\n{}\n", words.ui("show.risks")));
        risks.iter().for_each(|risk| out.push_str(&labelled("-", &risk_line(session, risk, words))));
    }
    let asked: Vec<&Asked> =
        session.questions.asked.iter().filter(|asked| asked.object.as_deref() == Some(object.id())).collect();
    if !asked.is_empty() {
        out.push_str(&format!("\n{}\n", words.ui("show.answers")));
        for asked in asked {
            let given = asked.given.as_ref().map_or_else(
                || words.ui(&format!("check.question.{}", findings::question_state(asked.state))).to_owned(),
                |given| given.words.get(lang).to_owned(),
            );
            out.push_str(&labelled("-", &format!("{} {}: {given}", asked.id, asked.text.get(lang))));
        }
    }
    out
}

fn risks<'a>(session: &'a Session, object: ObjectRef<'_>) -> Vec<&'a Risk> {
    session.risks.risks.iter().filter(|risk| object.kind() == "flow" && risk.flow == object.id()).collect()
}

fn risk_line(session: &Session, risk: &Risk, words: &Words) -> String {
    let label = |id: &String| {
        let level = session.risks.levels.iter().find(|level| level.id == *id);
        level.map_or(id.as_str(), |level| level.label.get(words.lang)).to_owned()
    };
    let [inherent, existing, residual] = &risk.levels;
    words.fill(
        "show.risk",
        &[
            ("id", &risk.scenario),
            ("title", risk.title.get(words.lang)),
            ("inherent", &label(inherent)),
            ("existing", &label(existing)),
            ("residual", &label(residual)),
        ],
    )
}

/// The same as JSON; `None`: nothing has this id.
pub(super) fn json(session: &Session, what: &str, words: &Words) -> Option<Value> {
    let all: Vec<Value> =
        find(session, what).into_iter().map(|found| told_json(session, found, words)).collect();
    (!all.is_empty()).then(|| json!({ "what": what, "found": all }))
}

fn told_json(session: &Session, found: Found<'_>, words: &Words) -> Value {
    match found {
        Found::Finding(finding) => json!({
            "kind": "finding",
            "finding": judgement_json::finding(session, finding, words),
            "rule": session.pack.rule(&finding.rule).map(|rule| rules::json(&session.pack, rule, words)),
        }),
        Found::Rule(rule) => json!({
            "kind": "rule",
            "rule": rules::json(&session.pack, rule, words),
            "findings": session.judgement.findings.iter().filter(|finding| finding.rule == rule.id)
                .map(|finding| judgement_json::finding(session, finding, words)).collect::<Vec<_>>(),
        }),
        Found::Question(asked) => json!({
            "kind": "question",
            "asked": asked.into_iter().map(|one| question_json(session, one, words)).collect::<Vec<_>>(),
        }),
        Found::Object(object) => object_json(session, object, words),
    }
}

fn question_json(session: &Session, asked: &Asked, words: &Words) -> Value {
    json!({
        "id": asked.id,
        "object": asked.object,
        "text": asked.text.get(words.lang),
        "why": asked.why.get(words.lang),
        "state": findings::question_state(asked.state),
        "role": asked.role.id(),
        "gate": asked.gate.id(),
        "judged": asked.judged,
        "answer": asked.given.as_ref().map(|given| json!({
            "text": given.words.get(words.lang),
            "source": given.source.id(),
            "by": given.by,
            "at": given.at.map(|at| at.to_string()),
            "reason": given.reason,
            "evidence": given.evidence,
        })),
        "rules": asked.rules,
        "cites": asked.cites.iter().map(|cite| judgement_json::cite(session, cite, words)).collect::<Vec<_>>(),
    })
}

fn object_json(session: &Session, object: ObjectRef<'_>, words: &Words) -> Value {
    let keys = schema().kind(object.kind()).into_iter().flat_map(crate::case::schema::KindDef::keys);
    let values: Vec<Value> = keys
        .filter_map(|key| {
            let node = object.get(&key.name)?;
            let shown = crate::review::value(object, key, node);
            Some(json!({
                "key": key.name,
                "label": key.text.get(words.lang),
                "derived": key.derived,
                "value": shown.raw(),
                "text": shown.say(words),
                "place": judgement_json::place(&session.case, &node.place),
            }))
        })
        .collect();
    json!({
        "kind": object.kind(),
        "id": object.id(),
        "label": object.label(words.lang),
        "place": judgement_json::place(&session.case, object.place()),
        "values": values,
        "findings": session.judgement.findings.iter()
            .filter(|finding| finding.object.as_deref() == Some(object.id()) && say::open(finding).is_some())
            .map(|finding| judgement_json::finding(session, finding, words)).collect::<Vec<_>>(),
        "risks": risks(session, object).into_iter().map(|risk| json!({
            "scenario": risk.scenario,
            "title": risk.title.get(words.lang),
            "levels": { "inherent": risk.levels[0], "existing": risk.levels[1], "residual": risk.levels[2] },
        })).collect::<Vec<_>>(),
        "asked": session.questions.asked.iter().filter(|asked| asked.object.as_deref() == Some(object.id()))
            .map(|asked| question_json(session, asked, words)).collect::<Vec<_>>(),
    })
}

fn unknown(session: &Session, what: &str, words: &Words) -> String {
    let findings = session.judgement.findings.iter().map(|finding| finding.id.as_str());
    let known: Vec<&str> = findings
        .chain(session.pack.rules.iter().map(|rule| rule.id.as_str()))
        .chain(session.questions.asked.iter().map(|asked| asked.id.as_str()))
        .chain(session.case.all("flow").map(|flow| flow.id()))
        .collect();
    let what = one_line(what, 80);
    match crate::case::nearest(&what, known.iter().copied()) {
        Some(near) => words.fill("show.unknown-near", &[("what", &what), ("near", near)]),
        None => words.fill("show.unknown", &[("what", &what)]),
    }
}
