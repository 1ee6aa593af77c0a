//! SARIF 2.1.0 of a judgement, for CI: one result per open finding, one rule per rule that fired.
//!
//! Regions count columns in UTF-16 code units, the default of the format. Fingerprints hold what a
//! finding is about and the facts it rests on, so that a moved line is no new alert.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::tree::{Case, Place};
use crate::error::{Diagnostic, Severity as Grade};
use crate::judge::{Finding, Result};
use crate::rule::{Cite, Pack, Rule, Severity};
use crate::words::{Lang, Words};

use super::say::{self, Open};
use super::session::Session;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The whole log, in the language of `words`; messages of rules stand in both.
pub(super) fn sarif(session: &Session, words: &Words) -> Value {
    let open: Vec<&Finding> =
        session.judgement.findings.iter().filter(|found| say::open(found).is_some()).collect();
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for found in &open {
        rules.entry(&found.rule).or_insert_with(|| match session.pack.rule(&found.rule) {
            Some(rule) => of_rule(&session.pack, rule, words),
            None => of_contradiction(found, words),
        });
    }
    let codes: BTreeMap<String, &Diagnostic> =
        session.warnings.iter().map(|found| (found.code.to_string(), found)).collect();
    let index: BTreeMap<String, usize> = rules
        .keys()
        .map(|id| (*id).to_owned())
        .chain(codes.keys().cloned())
        .enumerate()
        .map(|(at, id)| (id, at))
        .collect();
    let mut results: Vec<Value> = open.iter().map(|found| result(session, found, &index, words)).collect();
    results.extend(session.warnings.iter().map(|found| of_diagnostic(&session.case, found, &index, words)));
    let metadata: Vec<Value> =
        rules.into_values().chain(codes.values().map(|found| of_code(found, words))).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pia",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "language": words.lang.id(),
                "properties": {
                    "rulePack": session.pack.id,
                    "rulePackVersion": session.pack.version,
                    "rulePackDigest": session.judgement.pack_digest,
                },
                "rules": metadata,
            } },
            "language": words.lang.id(),
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": { "CASE": { "description": { "text": words.ui("sarif.base") } } },
            "properties": {
                "state": session.judgement.state.id(),
                "date": session.today.to_string(),
                "digest": session.digest,
            },
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Block => "error",
        Severity::Major => "warning",
        Severity::Minor | Severity::Info => "note",
    }
}

fn of_rule(pack: &Pack, rule: &Rule, words: &Words) -> Value {
    let cites: Vec<String> = rule.cites.iter().map(|cite| say::cite(pack, cite, words)).collect();
    metadata(
        &rule.id,
        rule.title.get(words.lang),
        rule.remedy.get(words.lang),
        &cites,
        rule.severity,
        json!({
            "tags": [rule.area, rule.gate.id(), rule.role.id()],
            "title": { "ja": rule.title.ja, "en": rule.title.en },
            "citations": rule.cites.iter().map(citation).collect::<Vec<_>>(),
            "version": rule.version,
        }),
    )
}

fn of_contradiction(found: &Finding, words: &Words) -> Value {
    metadata(
        &found.rule,
        found.title.get(words.lang),
        found.remedy.get(words.lang),
        &[],
        found.severity,
        json!({
            "tags": [found.gate.id(), found.role.id()],
            "title": { "ja": found.title.ja, "en": found.title.en },
            "citations": [],
            "version": found.version,
        }),
    )
}

fn metadata(
    id: &str,
    title: &str,
    remedy: &str,
    cites: &[String],
    severity: Severity,
    properties: Value,
) -> Value {
    let mut help = remedy.to_owned();
    for cite in cites {
        help.push_str(&format!("\n- {cite}"));
    }
    json!({
        "id": id,
        "shortDescription": { "text": title },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(severity) },
        "properties": properties,
    })
}

fn citation(cite: &Cite) -> Value {
    json!({
        "law": cite.law, "article": cite.article, "paragraph": cite.paragraph, "item": cite.item,
        "asOf": cite.as_of.map(|day| day.to_string()), "verified": cite.verified, "force": cite.force,
    })
}

fn result(session: &Session, found: &Finding, index: &BTreeMap<String, usize>, words: &Words) -> Value {
    let case = &session.case;
    let mut message = found.message.get(words.lang).to_owned();
    if let Result::Unknown(whys) = &found.result {
        for why in whys {
            message.push_str(&format!("\n- {}", say::why(case, why, words)));
        }
    }
    let locations: Vec<Value> =
        found.place.iter().filter_map(|place| location(case, place, found.object.as_deref())).collect();
    let related: Vec<Value> = found
        .facts
        .iter()
        .filter(|fact| fact.place.is_some() && fact.place != found.place)
        .filter_map(|fact| {
            let mut place = location(case, fact.place.as_ref()?, None)?;
            if let Value::Object(fields) = &mut place {
                fields.insert("message".to_owned(), json!({ "text": say::fact(case, fact, words) }));
            }
            Some(place)
        })
        .collect();
    // The format allows a level only where a rule has failed.
    let (kind, level) = match say::open(found) {
        Some(Open::City) => ("review", "none"),
        Some(Open::Incomplete) => ("open", "none"),
        _ => ("fail", level(found.severity)),
    };
    json!({
        "ruleId": found.rule,
        "ruleIndex": index.get(&found.rule),
        "kind": kind,
        "level": level,
        "message": { "text": message },
        "locations": locations,
        "relatedLocations": related,
        "partialFingerprints": { "findingId/v1": found.id.as_str(), "facts/v1": found.fact_hash },
        "properties": {
            "result": found.result.id(),
            "severity": found.severity.id(),
            "gate": found.gate.id(),
            "role": found.role.id(),
            "remedy": found.remedy.get(words.lang),
            "message": { "ja": found.message.get(Lang::Ja), "en": found.message.get(Lang::En) },
        },
    })
}

fn of_code(found: &Diagnostic, words: &Words) -> Value {
    json!({
        "id": found.code.to_string(),
        "shortDescription": { "text": found.title(words) },
        "help": { "text": found.help(words) },
        "defaultConfiguration": { "level": grade(found.severity) },
        "properties": { "tags": ["case"] },
    })
}

fn of_diagnostic(case: &Case, found: &Diagnostic, index: &BTreeMap<String, usize>, words: &Words) -> Value {
    let code = found.code.to_string();
    let place = found.spot.as_ref().and_then(|spot| {
        let file = case.files.iter().position(|file| file.name == spot.file)?;
        let span = spot.span.clone()?;
        location(case, &Place { file: u16::try_from(file).ok()?, span }, None)
    });
    let line = found.spot.as_ref().map_or(0, |spot| spot.line).to_string();
    json!({
        "ruleId": code,
        "ruleIndex": index.get(&code),
        "kind": "fail",
        "level": grade(found.severity),
        "message": { "text": found.message(words) },
        "locations": place.into_iter().collect::<Vec<_>>(),
        "partialFingerprints": {
            "findingId/v1": format!("{code}@{}:{line}", found.spot.as_ref().map_or("", |spot| spot.file.as_str())),
        },
    })
}

fn grade(severity: Grade) -> &'static str {
    match severity {
        Grade::Error => "error",
        Grade::Warning => "warning",
    }
}

fn location(case: &Case, place: &Place, object: Option<&str>) -> Option<Value> {
    let file = case.files.get(usize::from(place.file))?;
    let (start_line, start_column) = utf16(&file.text, place.span.start)?;
    let (end_line, end_column) = utf16(&file.text, place.span.end)?;
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&file.name), "uriBaseId": "CASE" },
            "region": {
                "startLine": start_line, "startColumn": start_column,
                "endLine": end_line, "endColumn": end_column,
            },
        },
    });
    if let (Some(object), Value::Object(fields)) = (object, &mut location) {
        fields.insert("logicalLocations".to_owned(), json!([{ "name": object }]));
    }
    Some(location)
}

/// Line and column from 1, the column in UTF-16 code units.
fn utf16(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at)?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count() + 1;
    Some((line, column))
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
