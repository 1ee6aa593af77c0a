//! The judgement for other programs: docs/schema/judgement.schema.json.

use serde_json::{Value, json};

use crate::case::tree::{Case, Place};
use crate::error::Diagnostic;
use crate::judge::{Finding, Result, State};
use crate::rule::Cite;
use crate::words::Words;

use super::findings::question_state;
use super::say;
use super::session::Session;

/// Names the contract and its version.
pub(super) const SCHEMA: &str = "tag:pia.example,2026:judgement/v1";

/// The whole judgement.
pub(super) fn json(session: &Session, words: &Words) -> Value {
    let judgement = &session.judgement;
    let counts = &judgement.counts;
    let by_severity: serde_json::Map<String, Value> = crate::rule::Severity::ALL
        .into_iter()
        .map(|severity| {
            let count = counts.unmet_by_severity.get(&severity).copied().unwrap_or_default();
            (severity.id().to_owned(), count.into())
        })
        .collect();
    json!({
        "schema": SCHEMA,
        "lang": words.lang.id(),
        "case": session.case.root().map(|root| root.id()),
        "date": session.today.to_string(),
        "digest": session.digest,
        "pack": { "id": session.pack.id, "version": session.pack.version, "digest": judgement.pack_digest },
        "reached": judgement.reached.id(),
        "state": judgement.state.id(),
        "state_text": words.ui(&format!("state.{}", judgement.state.id())),
        "states": State::ALL.map(State::id),
        "counts": {
            "incomplete": counts.incomplete,
            "unmet": counts.unmet,
            "city": counts.city,
            "met": counts.met,
            "not_applicable": counts.not_applicable,
            "unmet_by_severity": by_severity,
        },
        "findings": judgement.findings.iter().map(|found| finding(session, found, words)).collect::<Vec<_>>(),
        "open_questions": judgement.open.iter().map(|open| json!({
            "id": open.id,
            "object": open.object,
            "state": question_state(open.state),
            "gate": open.gate.id(),
            "role": open.role.id(),
        })).collect::<Vec<_>>(),
        "warnings": session.warnings.iter().map(|found| diagnostic(found, words)).collect::<Vec<_>>(),
    })
}

/// One finding.
pub(super) fn finding(session: &Session, found: &Finding, words: &Words) -> Value {
    let case = &session.case;
    let whys: Vec<Value> = match &found.result {
        Result::Unknown(whys) => whys
            .iter()
            .map(|why| {
                json!({ "kind": why.kind.id(), "what": why.what, "detail": why.detail, "text": say::why(case, why, words) })
            })
            .collect(),
        _ => Vec::new(),
    };
    json!({
        "id": found.id.as_str(),
        "rule": found.rule,
        "version": found.version,
        "title": found.title.get(words.lang),
        "object": found.object,
        "object_label": found.object_label.as_ref().map(|label| label.get(words.lang)),
        "result": found.result.id(),
        "severity": found.severity.id(),
        "gate": found.gate.id(),
        "role": found.role.id(),
        "message": found.message.get(words.lang),
        "remedy": found.remedy.get(words.lang),
        "whys": whys,
        "facts": found.facts.iter().map(|fact| json!({
            "object": fact.id,
            "key": fact.key,
            "value": fact.value,
            "place": fact.place.as_ref().and_then(|at| place(case, at)),
        })).collect::<Vec<_>>(),
        "fact_hash": found.fact_hash,
        "place": found.place.as_ref().and_then(|at| place(case, at)),
        "settles": found.settles,
        "questions": found.questions,
        "cites": found.cites.iter().map(|one| cite(session, one, words)).collect::<Vec<_>>(),
    })
}

/// A citation.
pub(super) fn cite(session: &Session, cite: &Cite, words: &Words) -> Value {
    json!({
        "law": cite.law,
        "article": cite.article,
        "paragraph": cite.paragraph,
        "item": cite.item,
        "as_of": cite.as_of.to_string(),
        "verified": cite.verified,
        "from_memory": cite.is_from_memory(),
        "force": cite.force,
        "text": say::cite(&session.pack, cite, words),
    })
}

/// A place: file, line and column from 1, bytes.
pub(super) fn place(case: &Case, at: &Place) -> Option<Value> {
    let spot = say::spot(case, at)?;
    Some(json!({
        "file": spot.file,
        "line": spot.line,
        "column": spot.column,
        "start": at.span.start,
        "end": at.span.end,
    }))
}

/// A problem of a file.
pub(super) fn diagnostic(found: &Diagnostic, words: &Words) -> Value {
    json!({
        "code": found.code.to_string(),
        "severity": found.severity.id(),
        "message": found.message(words),
        "help": found.help(words),
        "file": found.spot.as_ref().map(|spot| spot.file.as_str()),
        "line": found.spot.as_ref().map(|spot| spot.line),
        "column": found.spot.as_ref().map(|spot| spot.column),
    })
}
