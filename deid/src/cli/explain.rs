//! `deid explain TOPIC`: the page of a code, of a method, or of a check of a legal form.
//!
//! The same texts as docs/codes.md and docs/methods: nothing is written here.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::arguments::{ExplainArguments, OutputFormat};
use super::{Outcome, Session, say};
use crate::codes::Code;
use crate::error::{Diagnostic, Exit, Severity};
use crate::rulepack::{Bilingual, RulePack};
use crate::transform::pages::{PAGES, page};
use crate::words::{Lang, Words};

/// How many near topics are named when one is unknown.
const NEAR: usize = 5;

/// A page as it is printed, and its parts.
struct Page {
    text: String,
    json: Value,
}

pub(super) fn run(session: &Session, arguments: &ExplainArguments) -> Outcome {
    let topic = arguments.topic.trim();
    let Some(found) = find(&session.words, topic) else {
        return Err(Diagnostic::error(Code::ExplainUnknown)
            .name("name", topic)
            .name("near", &*near(topic))
            .into());
    };
    match session.format {
        OutputFormat::Json => say(&found.json.to_string()),
        OutputFormat::Text => say(found.text.trim_end()),
    }
    Ok(Exit::Done)
}

/// Codes are found in either case, methods also with `_` for `-`.
fn find(words: &Words, topic: &str) -> Option<Page> {
    if let Some(code) = Code::parse(&topic.to_uppercase()) {
        return of_code(words, code);
    }
    let name = topic.to_lowercase();
    [name.clone(), name.replace('_', "-"), name.replace('-', "_")]
        .iter()
        .find_map(|name| of_method(words.lang, name))
        .or_else(|| of_check(words, &topic.to_uppercase()))
}

fn of_code(words: &Words, code: Code) -> Option<Page> {
    let said = words.code(code)?;
    let exit = code.exit() as i32;
    let mut text = format!("{code} {}\n", said.title);
    for (key, part) in
        [("explain.when", &said.message), ("explain.help", &said.help), ("explain.why", &said.why)]
    {
        if !part.is_empty() {
            text.push_str(&format!("\n{}\n  {part}\n", words.ui(key)));
        }
    }
    text.push_str(&format!("\n{}", words.fill("explain.exit", &[("exit", &exit.to_string())])));
    let json = json!({
        "topic": code.as_str(),
        "kind": "code",
        "title": said.title,
        "message": said.message,
        "help": said.help,
        "why": said.why,
        "exit": exit,
    });
    Some(Page { text, json })
}

fn of_method(lang: Lang, name: &str) -> Option<Page> {
    let page = page(name)?;
    let text = match lang {
        Lang::Ja => page.ja,
        Lang::En => page.en,
    };
    let json = json!({ "topic": page.name, "kind": "method", "text": text });
    Some(Page { text: text.to_owned(), json })
}

/// A check of a legal form (`DL…`): its words, its citations and their force are in the rule pack.
fn of_check(words: &Words, code: &str) -> Option<Page> {
    let pack = RulePack::embedded().ok()?;
    let checks = pack.checks();
    let check = checks.get(code)?;
    let said = match words.lang {
        Lang::Ja => &check.ja,
        Lang::En => &check.en,
    };
    let in_lang = |text: &Bilingual| match words.lang {
        Lang::Ja => text.ja.clone(),
        Lang::En => text.en.clone(),
    };
    let named = |names: &BTreeMap<String, Bilingual>, id: &str| names.get(id).map_or(id.to_owned(), in_lang);
    let severity = words.ui(match check.severity {
        Severity::Error => "severity.error",
        Severity::Warning => "severity.warning",
        Severity::Info => "severity.info",
    });
    let mut text = format!("{severity} {code} {}\n", said.title);
    for (key, part) in [("explain.help", &said.fix), ("explain.why", &said.why)] {
        text.push_str(&format!("\n{}\n  {part}\n", words.ui(key)));
    }
    text.push_str(&format!("\n{}\n", words.ui("explain.sources")));
    let mut sources = Vec::new();
    for source in &check.sources {
        let (law, force) = (in_lang(&source.label), named(&pack.forces, &source.force));
        let verified = named(&pack.verified, &source.verified);
        text.push_str(&format!("  {law} {} ({force}; {}; {verified})\n", source.article, source.as_of));
        sources.push(json!({
            "law": law,
            "article": source.article,
            "as_of": source.as_of,
            "force": force,
            "verified": verified,
        }));
    }
    let json = json!({
        "topic": code,
        "kind": "check",
        "rule": check.rule,
        "severity": check.severity.id(),
        "title": said.title,
        "help": said.fix,
        "why": said.why,
        "sources": sources,
    });
    Some(Page { text, json })
}

/// The topics nearest in spelling, nearest first.
fn near(topic: &str) -> String {
    let wanted = topic.to_lowercase();
    let pack = RulePack::embedded();
    let checks = pack.as_ref().map(RulePack::checks).unwrap_or_default();
    let topics = Code::ALL.iter().map(|c| c.as_str()).chain(PAGES.iter().map(|p| p.name));
    let mut ranked: Vec<(usize, &str)> = topics
        .chain(checks.keys().copied())
        .map(|name| {
            let lower = name.to_lowercase();
            let part = wanted.len() > 2 && (lower.contains(&wanted) || wanted.contains(&lower));
            (if part { 0 } else { distance(&wanted, &lower) }, name)
        })
        .collect();
    ranked.sort();
    let names: Vec<&str> = ranked.into_iter().take(NEAR).map(|(_, name)| name).collect();
    names.join(", ")
}

/// Levenshtein's distance: insertions, deletions and replacements between two texts.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = i + 1;
        next.push(left);
        for ((y, diagonal), above) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            let cost = diagonal + usize::from(x != *y);
            left = cost.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_code_and_method_has_a_page_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let words = Words::load(lang);
            for code in Code::ALL {
                let page = find(&words, &code.as_str().to_lowercase()).unwrap();
                assert!(page.text.contains(&words.code(*code).unwrap().why), "{code}");
            }
            for method in PAGES {
                assert!(find(&words, method.name).unwrap().text.starts_with("# "), "{}", method.name);
            }
        }
        assert!(find(&Words::load(Lang::Ja), "dl101").unwrap().text.contains("番号法"));
        assert!(find(&Words::load(Lang::En), "Top-Code").is_some());
        assert!(find(&Words::load(Lang::En), "k_anonymity").is_some());
    }

    #[test]
    fn distances_of_words() {
        for (a, b, d) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("d212", "d212", 0), ("d21", "d12", 2), ("ab", "", 2)]
        {
            assert_eq!(distance(a, b), d, "{a} {b}");
        }
    }

    #[test]
    fn a_slip_finds_what_was_meant() {
        assert!(near("psuedonym").starts_with("pseudonym,"), "{}", near("psuedonym"));
        assert!(near("date").contains("date_shift"));
        assert!(near("D2l2").contains("D212"));
    }
}
