//! `pia rules list|show|test|new`: the rules themselves, without a case.

use std::path::Path;

use serde_json::{Value, json};

use crate::error::Exit;
use crate::io::publish;
use crate::judge::Result as Judged;
use crate::judge::test_run::{Got, TestResult, run as run_tests};
use crate::rule::{Pack, Rule};
use crate::words::Words;

use super::arguments::{Format, NewRule, Rules, RulesCommand};
use super::judgement_json::cited;
use super::output::{Failure, finish, result};
use super::say;
use super::session::{pack, unusable};
use super::terminal::{labelled, one_line, table};

/// A rule to begin with; `{id}` and `{area}` are filled in.
const TEMPLATE: &str = include_str!("../../templates/rule.toml");

/// Columns of a title in the list.
const TITLE: usize = 56;

pub(super) fn run(arguments: &Rules, words: &Words) -> Exit {
    finish(match &arguments.command {
        RulesCommand::List(one) => pack(one.rules.as_deref(), words).map(|pack| {
            result(&match one.format {
                Format::Text => list(&pack, words),
                Format::Json => {
                    let all: Vec<Value> = pack.rules.iter().map(|rule| json(&pack, rule, words)).collect();
                    json!({ "pack": pack.id, "version": pack.version, "rules": all }).to_string()
                }
            });
            Exit::Done
        }),
        RulesCommand::Show(one) => pack(one.rules.as_deref(), words).and_then(|pack| {
            let rule = pack.rule(&one.id).ok_or_else(|| unknown(&pack, &one.id, words))?;
            result(&match one.format {
                Format::Text => text(&pack, rule, words),
                Format::Json => json(&pack, rule, words).to_string(),
            });
            Ok(Exit::Done)
        }),
        RulesCommand::Test(one) => pack(one.rules.as_deref(), words).map(|pack| {
            let results = run_tests(&pack);
            result(&match one.format {
                Format::Text => test_text(&results, words),
                Format::Json => test_json(&results).to_string(),
            });
            if results.iter().all(TestResult::passed) { Exit::Done } else { Exit::Findings }
        }),
        RulesCommand::New(one) => new(one, words),
    })
}

/// Id, severity, gate, area, title and strongest force of every rule, as a table.
pub(super) fn list(pack: &Pack, words: &Words) -> String {
    let header = ["rules.id", "rules.severity", "rules.gate", "rules.force", "rules.memory", "rules.title"];
    let rows: Vec<Vec<String>> = pack
        .rules
        .iter()
        .map(|rule| {
            vec![
                rule.id.clone(),
                words.ui(&format!("severity.{}", rule.severity.id())).to_owned(),
                words.ui(&format!("check.gate.{}", rule.gate.id())).to_owned(),
                rule.cites.first().map_or_else(String::new, |cite| force(pack, &cite.force, words)),
                if rule.rests_on_memory() { words.ui("rules.from-memory").to_owned() } else { String::new() },
                one_line(rule.title.get(words.lang), TITLE),
            ]
        })
        .collect();
    let count = words.fill(
        "rules.count",
        &[
            ("n", &rows.len().to_string()),
            ("pack", &pack.id),
            ("version", &pack.version),
            ("as_of", &pack.as_of.to_string()),
        ],
    );
    format!("{}\n{count}\n", table(&header.map(|key| words.ui(key)), &rows))
}

fn force(pack: &Pack, id: &str, words: &Words) -> String {
    pack.forces.get(id).map_or_else(|| id.to_owned(), |label| label.get(words.lang).to_owned())
}

/// Everything about a rule.
pub(super) fn text(pack: &Pack, rule: &Rule, words: &Words) -> String {
    let severity = words.ui(&format!("severity.{}", rule.severity.id())).to_owned();
    let mut out = format!("■ {} [{severity}] {}\n", rule.id, rule.title.get(words.lang));
    let mut field = |key: &str, text: &str| {
        if !text.is_empty() {
            out.push_str(&labelled(words.ui(key), text));
        }
    };
    field("rules.gate", words.ui(&format!("check.gate.{}", rule.gate.id())));
    field("rules.role", words.ui(&format!("role.{}", rule.role.id())));
    field("rules.for-each", rule.for_each.as_deref().unwrap_or("case"));
    field("rules.applies", rule.applies.as_ref().map_or("", |applies| applies.source().trim()));
    field("rules.when", rule.when.source().trim());
    field("rules.message", rule.message.get(words.lang));
    field("rules.unknown", rule.unknown.as_ref().map_or("", |unknown| unknown.get(words.lang)));
    field("check.remedy", rule.remedy.get(words.lang));
    field("rules.settles", &rule.settles.join(", "));
    field("rules.questions", &rule.questions.join(", "));
    for cite in rule.cites.iter() {
        field("check.ground", &say::cite(pack, cite, words));
        let checked = pack.verified.get(&cite.verified).map_or("", |label| label.get(words.lang));
        if let Some(day) = cite.as_of {
            field("rules.verified", &format!("{} {checked} ({day})", cite.verified));
        }
        field("rules.note", cite.note.as_ref().map_or("", |note| note.get(words.lang)));
    }
    if rule.rests_on_memory() {
        field("rules.memory", words.ui("rules.memory-note"));
    }
    for test in &rule.tests {
        let at = test.at.as_deref().unwrap_or("case");
        field("rules.test", &format!("{} ({at}: {})", test.name, test.expect.id()));
    }
    field("rules.file", &rule.file);
    out
}

/// A rule as JSON.
pub(super) fn json(pack: &Pack, rule: &Rule, words: &Words) -> Value {
    json!({
        "id": rule.id,
        "version": rule.version,
        "area": rule.area,
        "gate": rule.gate.id(),
        "severity": rule.severity.id(),
        "role": rule.role.id(),
        "title": rule.title.get(words.lang),
        "for_each": rule.for_each,
        "applies": rule.applies.as_ref().map(|applies| applies.source()),
        "when": rule.when.source(),
        "message": rule.message.get(words.lang),
        "remedy": rule.remedy.get(words.lang),
        "settles": *rule.settles,
        "questions": *rule.questions,
        "from_memory": rule.rests_on_memory(),
        "cites": rule.cites.iter().map(|cite| {
            let mut said = cited(pack, cite, words);
            said.insert("note".to_owned(), cite.note.as_ref().map(|note| note.get(words.lang)).into());
            said
        }).collect::<Vec<_>>(),
        "tests": rule.tests.iter().map(|test| json!({
            "name": test.name, "at": test.at, "expect": test.expect.id(),
        })).collect::<Vec<_>>(),
        "file": rule.file,
    })
}

/// What came out of a test: a result, or what kept it from being judged.
fn got(got: &Got) -> String {
    match got {
        Got::Judged(Judged::Unknown(whys)) => {
            let all: Vec<String> = whys.iter().map(|why| format!("{} {}", why.kind.id(), why.what)).collect();
            format!("unknown ({})", all.join("; "))
        }
        Got::Judged(judged) => judged.id().to_owned(),
        Got::Change(what) | Got::NoObject(what) => what.clone(),
        Got::Case(codes) => codes.join("; "),
    }
}

/// Failures one by one, then the count.
pub(super) fn test_text(results: &[TestResult], words: &Words) -> String {
    let mut out = String::new();
    let failed: Vec<&TestResult> = results.iter().filter(|result| !result.passed()).collect();
    for result in &failed {
        let line = words.fill(
            "rules.failed",
            &[
                ("rule", &result.rule),
                ("name", &result.name),
                ("expected", result.expect.id()),
                ("got", &got(&result.got)),
            ],
        );
        out.push_str(&labelled("×", &line));
    }
    let passed = results.len() - failed.len();
    out.push_str(&words.fill(
        "rules.tested",
        &[
            ("all", &results.len().to_string()),
            ("passed", &passed.to_string()),
            ("failed", &failed.len().to_string()),
        ],
    ));
    out.push('\n');
    out
}

/// The same as JSON.
pub(super) fn test_json(results: &[TestResult]) -> Value {
    json!({
        "passed": results.iter().filter(|result| result.passed()).count(),
        "failed": results.iter().filter(|result| !result.passed()).count(),
        "tests": results.iter().map(|result| json!({
            "rule": result.rule,
            "name": result.name,
            "expected": result.expect.id(),
            "got": got(&result.got),
            "passed": result.passed(),
        })).collect::<Vec<_>>(),
    })
}

fn unknown(pack: &Pack, id: &str, words: &Words) -> Failure {
    let id = one_line(id, 80);
    let near = crate::case::nearest(&id, pack.rules.iter().map(|rule| rule.id.as_str()));
    let text = match near {
        Some(near) => words.fill("show.unknown-near", &[("what", &id), ("near", near)]),
        None => words.fill("show.unknown", &[("what", &id)]),
    };
    Failure { text, exit: Exit::Unusable }
}

/// Writes a commented rule into a folder of rules; the pack inside the program cannot be changed.
fn new(arguments: &NewRule, words: &Words) -> Result<Exit, Failure> {
    let refuse = |key: &str| Failure {
        text: words
            .fill(key, &[("id", &one_line(&arguments.id, 80)), ("area", &one_line(&arguments.area, 80))]),
        exit: Exit::Unusable,
    };
    let Some(folder) = &arguments.rules else { return Err(refuse("rules.embedded")) };
    let path = new_path(&arguments.id, &arguments.area).ok_or_else(|| refuse("rules.bad-id"))?;
    if !folder.join("pack.toml").is_file() {
        return Err(refuse("rules.no-pack"));
    }
    let out = folder.join(Path::new(&path));
    if let Some(parent) = out.parent() {
        std::fs::create_dir_all(parent).map_err(|_| refuse("rules.no-folder"))?;
    }
    publish::file(&out, new_text(&arguments.id, &arguments.area).as_bytes(), false)
        .map_err(|found| unusable(&[*found], &[], words, Exit::Unusable))?;
    let file = out.display().to_string();
    result(&match arguments.format {
        Format::Text => words.fill("rules.written", &[("file", &file)]),
        Format::Json => json!({ "file": file }).to_string(),
    });
    Ok(Exit::Done)
}

/// Path of a new rule in its pack; `None` when id and area are no names of a rule.
pub(super) fn new_path(id: &str, area: &str) -> Option<String> {
    let is_area = !area.is_empty() && area.chars().all(|c| c.is_ascii_uppercase());
    let number = id.strip_prefix(area)?;
    let is_number = !number.is_empty() && number.len() <= 4 && number.chars().all(|c| c.is_ascii_digit());
    (is_area && is_number).then(|| format!("checks/{area}/{id}.toml"))
}

/// The text of a new rule.
pub(super) fn new_text(id: &str, area: &str) -> String {
    TEMPLATE.replace("{id}", id).replace("{area}", area)
}
