//! `pia check` for people: every finding with its line of TOML underlined, then what to do first.

use crate::case::tree::SourceFile;
use crate::error::{Diagnostic, Severity, Spot};
use crate::judge::{Finding, QuestionState, Result, State};
use crate::words::Words;

use super::say::{self, Open};
use super::session::Session;
use super::terminal::{WIDTH, harmless, labelled, one_line, wrap};
use super::underline::underline;

/// How many things are named under "what to fix first" and "what the city must judge".
const FIRST: usize = 5;

/// How many facts stand under a finding.
const FACTS: usize = 5;

/// Problems of files, each with its line underlined.
pub(super) fn diagnostics(found: &[Diagnostic], files: &[SourceFile], words: &Words) -> String {
    let mut out = String::new();
    for diagnostic in found {
        let severity = match diagnostic.severity {
            Severity::Error => "check.error",
            Severity::Warning => "check.warning",
        };
        let title = diagnostic.title(words);
        out.push_str(&format!("■ {} {} {title}\n", diagnostic.code, words.ui(severity)));
        push_wrapped(&mut out, &diagnostic.message(words));
        if let Some(spot) = &diagnostic.spot {
            out.push_str(&drawn(spot, files, &title));
        }
        for label in &diagnostic.labels {
            out.push_str(&drawn(&label.spot, files, words.ui(label.word)));
        }
        out.push_str(&labelled(words.ui("check.remedy"), &diagnostic.help(words)));
        out.push('\n');
    }
    out
}

/// A place of a file, underlined; its name alone where there is nothing to underline.
fn drawn(spot: &Spot, files: &[SourceFile], label: &str) -> String {
    let file = files.iter().find(|file| file.name == spot.file);
    let picture = match (file, &spot.span) {
        (Some(file), Some(span)) => underline(file, span, label),
        _ => String::new(),
    };
    if picture.is_empty() { format!("   [{}]\n", one_line(&spot.file, WIDTH)) } else { picture }
}

fn push_wrapped(out: &mut String, text: &str) {
    for line in wrap(text, WIDTH - 2) {
        out.push_str(&format!("  {line}\n"));
    }
}

/// Everything that is open, then the summary.
pub(super) fn text(session: &Session, words: &Words) -> String {
    let mut out = diagnostics(&session.warnings, &session.case.files, words);
    let open = by_state(session);
    for (state, heading) in [
        (Open::Unmet, "check.heading-unmet"),
        (Open::City, "check.heading-city"),
        (Open::Incomplete, "check.heading-incomplete"),
        (Open::Information, "check.heading-information"),
    ] {
        let inside: Vec<&Finding> =
            open.iter().filter(|(of, _)| *of == state).map(|(_, found)| *found).collect();
        if inside.is_empty() {
            continue;
        }
        out.push_str(&format!("== {} ({}) ==\n\n", words.ui(heading), inside.len()));
        for finding in inside {
            out.push_str(&one(session, finding, words));
            out.push('\n');
        }
    }
    out.push_str(&questions(session, words));
    out.push_str(&summary(session, words));
    out
}

/// Open findings, the gravest first in each state.
fn by_state(session: &Session) -> Vec<(Open, &Finding)> {
    let mut all: Vec<(Open, &Finding)> =
        session.judgement.findings.iter().filter_map(|found| Some((say::open(found)?, found))).collect();
    all.sort_by_key(|(state, found)| (*state, found.severity, found.gate));
    all
}

/// One finding.
pub(super) fn one(session: &Session, finding: &Finding, words: &Words) -> String {
    let case = &session.case;
    let severity = words.ui(&format!("severity.{}", finding.severity.id())).to_owned();
    let result = words.ui(&format!("result.{}", finding.result.id())).to_owned();
    let title = one_line(finding.title.get(words.lang), WIDTH);
    let mut out = format!("■ {} [{severity}] {result} {title}\n", finding.rule);
    let gate = words.ui(&format!("check.gate.{}", finding.gate.id())).to_owned();
    let role = words.ui(&format!("role.{}", finding.role.id())).to_owned();
    out.push_str(&labelled(
        words.ui("check.where"),
        &words.fill(
            "check.where-line",
            &[("object", &say::object(finding, words)), ("gate", &gate), ("role", &role)],
        ),
    ));
    if says_more_than_title(finding) {
        push_wrapped(&mut out, finding.message.get(words.lang));
    }
    if let Result::Unknown(whys) = &finding.result {
        for why in whys {
            out.push_str(&labelled("-", &say::why(case, why, words)));
        }
    }
    if let Some(spot) = finding.place.as_ref().and_then(|place| say::spot(case, place)) {
        out.push_str(&drawn(&spot, &case.files, &title));
    }
    for (index, fact) in finding.facts.iter().take(FACTS).enumerate() {
        let label =
            if index == 0 { words.ui("check.facts").to_owned() } else { blank(words.ui("check.facts")) };
        out.push_str(&labelled(&label, &say::fact(case, fact, words)));
    }
    if finding.facts.len() > FACTS {
        let more = (finding.facts.len() - FACTS).to_string();
        out.push_str(&labelled(
            &blank(words.ui("check.facts")),
            &words.fill("check.more-facts", &[("n", &more)]),
        ));
    }
    for (index, cite) in finding.cites.iter().enumerate() {
        let label =
            if index == 0 { words.ui("check.ground").to_owned() } else { blank(words.ui("check.ground")) };
        out.push_str(&labelled(&label, &say::cite(&session.pack, cite, words)));
    }
    out.push_str(&labelled(words.ui("check.remedy"), finding.remedy.get(words.lang)));
    let kinds = settles(finding, words);
    if !kinds.is_empty() {
        out.push_str(&labelled(words.ui("check.settles"), &kinds));
    }
    out
}

/// A rule without words for the open case says its title.
fn says_more_than_title(finding: &Finding) -> bool {
    matches!(finding.result, Result::Unmet | Result::Unknown(_)) && finding.message != finding.title
}

fn blank(label: &str) -> String {
    use unicode_width::UnicodeWidthStr;
    " ".repeat(label.width())
}

/// Kinds of evidence that would settle a finding, in words.
pub(super) fn settles(finding: &Finding, words: &Words) -> String {
    let kinds = crate::case::schema::schema().vocabulary("evidence-kind");
    let label = |id: &String| {
        kinds.and_then(|kinds| kinds.label(id)).map_or(id.clone(), |text| text.get(words.lang).to_owned())
    };
    finding.settles.iter().map(label).collect::<Vec<_>>().join(words.ui("check.comma"))
}

/// Open questions, grouped: one line a question with all its objects.
fn questions(session: &Session, words: &Words) -> String {
    let open = &session.judgement.open;
    if open.is_empty() {
        return String::new();
    }
    let mut out = format!("== {} ({}) ==\n\n", words.ui("check.heading-questions"), open.len());
    let mut groups: Vec<(&str, QuestionState, Vec<&str>)> = Vec::new();
    for question in open {
        let object = question.object.as_deref();
        match groups.iter_mut().find(|(id, state, _)| *id == question.id && *state == question.state) {
            Some((_, _, objects)) => objects.extend(object),
            None => groups.push((&question.id, question.state, object.into_iter().collect())),
        }
    }
    for (id, state, objects) in groups {
        let asked = session.questions.asked.iter().find(|asked| asked.id == id);
        let text = asked.map_or(id, |asked| asked.text.get(words.lang));
        let state = words.ui(&format!("check.question.{}", question_state(state))).to_owned();
        let about = if objects.is_empty() { String::new() } else { format!(" [{}]", objects.join(", ")) };
        out.push_str(&labelled("-", &harmless(&format!("{id} {state}: {text}{about}"))));
    }
    out.push('\n');
    out
}

/// The word of a state of a question, also used in JSON.
pub(super) fn question_state(state: QuestionState) -> &'static str {
    match state {
        QuestionState::Answered => "answered",
        QuestionState::Open => "open",
        QuestionState::FactOpen => "fact-open",
        QuestionState::Judgement => "judgement",
        QuestionState::NotApplicable => "not-applicable",
    }
}

/// The four states with their counts, what to fix first, what the city must judge.
pub(super) fn summary(session: &Session, words: &Words) -> String {
    let judgement = &session.judgement;
    let counts = &judgement.counts;
    let mut out = format!("== {} ==\n\n", words.ui("check.heading-summary"));
    for state in State::ALL {
        let count = match state {
            State::Incomplete => counts.incomplete,
            State::NeedsCorrection => counts.unmet,
            State::CityToDecide => counts.city,
            State::NothingFound => counts.met,
        };
        let mark = if state == judgement.state { "●" } else { "　" };
        let note = words.ui(&format!("check.state-note.{}", state.id())).to_owned();
        let name = words.ui(&format!("state.{}", state.id())).to_owned();
        out.push_str(&words.fill(
            "check.state-line",
            &[("mark", mark), ("state", &name), ("count", &count.to_string()), ("note", &note)],
        ));
        out.push('\n');
    }
    let gate = words.ui(&format!("check.gate.{}", judgement.reached.id())).to_owned();
    out.push_str(&words.fill(
        "check.reached",
        &[("gate", &gate), ("date", &session.today.to_string()), ("na", &counts.not_applicable.to_string())],
    ));
    out.push('\n');
    let open = by_state(session);
    for (state, heading, none) in
        [(Open::Unmet, "check.first", "check.first-none"), (Open::City, "check.city", "check.city-none")]
    {
        out.push_str(&format!("\n{}\n", words.ui(heading)));
        let mut rules: Vec<(&Finding, Vec<&str>)> = Vec::new();
        for (_, found) in open.iter().filter(|(of, _)| *of == state) {
            let object = say::short_object(found, words);
            match rules.iter_mut().find(|(first, _)| first.rule == found.rule) {
                Some((_, objects)) => objects.extend(object),
                None => rules.push((found, object.into_iter().collect())),
            }
        }
        if rules.is_empty() {
            out.push_str(&format!("  {}\n", words.ui(none)));
        }
        for (index, (found, objects)) in rules.iter().take(FIRST).enumerate() {
            let severity = words.ui(&format!("severity.{}", found.severity.id())).to_owned();
            let role = words.ui(&format!("role.{}", found.role.id())).to_owned();
            let about = if objects.is_empty() { String::new() } else { format!(" [{}]", objects.join(", ")) };
            let line = format!("{} [{severity}] {}{about} ({role})", found.rule, found.title.get(words.lang));
            out.push_str(&labelled(&format!("{}.", index + 1), &line));
        }
        if rules.len() > FIRST {
            let more = (rules.len() - FIRST).to_string();
            out.push_str(&format!("  {}\n", words.fill("check.more", &[("n", &more)])));
        }
    }
    out.push_str(&format!("\n{}\n", words.ui("check.city-decides")));
    out
}

pub(super) use super::judgement_json::json;
