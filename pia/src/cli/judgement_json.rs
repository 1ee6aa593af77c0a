//! The judgement for other programs: docs/schema/judgement.schema.json.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use crate::case::tree::{Case, Place};
use crate::error::Diagnostic;
use crate::judge::{Finding, Result, State};
use crate::rule::{Cite, Pack};
use crate::words::Words;

use super::findings::question_state;
use super::say;
use super::session::Session;

/// Names the contract and its version.
pub(super) const SCHEMA: &str = "tag:pia.example,2026:judgement/v1";

/// The whole judgement.
#[derive(Serialize)]
pub(super) struct Judged<'a> {
    // Keys stand in the order of the alphabet, here and below.
    case: Option<&'a str>,
    counts: Value,
    date: String,
    digest: &'a str,
    findings: Findings<'a>,
    lang: &'static str,
    open_questions: Vec<Value>,
    pack: Value,
    reached: &'static str,
    schema: &'static str,
    state: &'static str,
    state_text: String,
    states: [&'static str; 4],
    warnings: Vec<Value>,
}

/// The findings, put together one by one while they are written: a large case has thousands of them.
struct Findings<'a> {
    session: &'a Session,
    words: &'a Words,
    /// The citations of each rule, put into words once and not once for each finding.
    cites: BTreeMap<&'a str, (&'a [Cite], Box<RawValue>)>,
}

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.session.judgement.findings.iter().map(|found| {
            let cites = match self.cites.get(found.rule.as_str()) {
                Some((of, said)) if **of == *found.cites => Cow::Borrowed(&**said),
                _ => Cow::Owned(cites(self.session, &found.cites, self.words)),
            };
            with_cites(self.session, found, cites, self.words)
        }))
    }
}

/// One finding.
#[derive(Serialize)]
pub(super) struct OneFinding<'a> {
    cites: Cow<'a, RawValue>,
    fact_hash: &'a str,
    facts: Vec<Fact<'a>>,
    gate: &'static str,
    id: &'a str,
    message: &'a str,
    object: Option<&'a str>,
    object_label: Option<&'a str>,
    place: Option<At<'a>>,
    questions: &'a [String],
    remedy: &'a str,
    result: &'static str,
    role: &'static str,
    rule: &'a str,
    settles: &'a [String],
    severity: &'static str,
    title: &'a str,
    version: u32,
    whys: Vec<Value>,
}

#[derive(Serialize)]
struct Fact<'a> {
    key: &'a str,
    object: &'a str,
    place: Option<At<'a>>,
    value: &'a str,
}

/// A place: file, line and column from 1, bytes.
#[derive(Serialize)]
pub(super) struct At<'a> {
    column: usize,
    end: usize,
    file: &'a str,
    line: usize,
    start: usize,
}

/// The whole judgement.
pub(super) fn json<'a>(session: &'a Session, words: &'a Words) -> Judged<'a> {
    let judgement = &session.judgement;
    let counts = &judgement.counts;
    let by_severity: Map<String, Value> = crate::rule::Severity::ALL
        .into_iter()
        .map(|severity| {
            let count = counts.unmet_by_severity.get(&severity).copied().unwrap_or_default();
            (severity.id().to_owned(), count.into())
        })
        .collect();
    let cites = session
        .pack
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), (&*rule.cites, cites(session, &rule.cites, words))))
        .collect();
    Judged {
        case: session.case.root().map(|root| root.id()),
        counts: json!({
            "incomplete": counts.incomplete,
            "unmet": counts.unmet,
            "city": counts.city,
            "met": counts.met,
            "not_applicable": counts.not_applicable,
            "unmet_by_severity": by_severity,
        }),
        date: session.today.to_string(),
        digest: &session.digest,
        findings: Findings { session, words, cites },
        lang: words.lang.id(),
        open_questions: judgement
            .open
            .iter()
            .map(|open| {
                json!({
                    "id": open.id,
                    "object": open.object,
                    "state": question_state(open.state),
                    "gate": open.gate.id(),
                    "role": open.role.id(),
                })
            })
            .collect(),
        pack: json!({
            "id": session.pack.id,
            "version": session.pack.version,
            "digest": judgement.pack_digest,
        }),
        reached: judgement.reached.id(),
        schema: SCHEMA,
        state: judgement.state.id(),
        state_text: words.ui(&format!("state.{}", judgement.state.id())).to_owned(),
        states: State::ALL.map(State::id),
        warnings: session.warnings.iter().map(|found| diagnostic(found, words)).collect(),
    }
}

/// One finding.
pub(super) fn finding<'a>(session: &'a Session, found: &'a Finding, words: &Words) -> OneFinding<'a> {
    with_cites(session, found, Cow::Owned(cites(session, &found.cites, words)), words)
}

fn with_cites<'a>(
    session: &'a Session,
    found: &'a Finding,
    cites: Cow<'a, RawValue>,
    words: &Words,
) -> OneFinding<'a> {
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
    let facts = found.facts.iter().map(|fact| Fact {
        key: &fact.key,
        object: &fact.id,
        place: fact.place.as_ref().and_then(|at| place(case, at)),
        value: &fact.value,
    });
    OneFinding {
        cites,
        fact_hash: &found.fact_hash,
        facts: facts.collect(),
        gate: found.gate.id(),
        id: found.id.as_str(),
        message: found.message.get(words.lang),
        object: found.object.as_deref(),
        object_label: found.object_label.as_ref().map(|label| label.get(words.lang)),
        place: found.place.as_ref().and_then(|at| place(case, at)),
        questions: &found.questions,
        remedy: found.remedy.get(words.lang),
        result: found.result.id(),
        role: found.role.id(),
        rule: &found.rule,
        settles: &found.settles,
        severity: found.severity.id(),
        title: found.title.get(words.lang),
        version: found.version,
        whys,
    }
}

fn cites(session: &Session, cites: &[Cite], words: &Words) -> Box<RawValue> {
    let all: Vec<Value> = cites.iter().map(|one| cite(session, one, words)).collect();
    to_raw_value(&all).unwrap_or_default()
}

/// A citation.
pub(super) fn cite(session: &Session, cite: &Cite, words: &Words) -> Value {
    let mut said = cited(&session.pack, cite, words);
    said.insert("from_memory".to_owned(), cite.is_from_memory().into());
    said.into()
}

/// What every listing says of a citation.
pub(super) fn cited(pack: &Pack, cite: &Cite, words: &Words) -> Map<String, Value> {
    let mut said: Map<String, Value> = [
        ("law", cite.law.clone()),
        ("article", cite.article.clone()),
        ("paragraph", cite.paragraph.clone()),
        ("item", cite.item.clone()),
        ("verified", cite.verified.clone()),
        ("force", cite.force.clone()),
        ("text", say::cite(pack, cite, words)),
    ]
    .into_iter()
    .map(|(key, text)| (key.to_owned(), text.into()))
    .collect();
    // What is no law has no state of the law.
    said.insert("as_of".to_owned(), cite.as_of.map(|day| day.to_string()).into());
    said
}

/// A place of the case.
pub(super) fn place<'a>(case: &'a Case, at: &Place) -> Option<At<'a>> {
    let file = case.files.get(usize::from(at.file))?;
    let (line, column) = file.position(at.span.start);
    Some(At { column, end: at.span.end, file: &file.name, line, start: at.span.start })
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
