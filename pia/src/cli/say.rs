//! How a judgement is put into words: citations, reasons, facts, places, objects.
//!
//! Why here: the text of `check`, SARIF and `show` say the same things in the same words.

use crate::case::schema::schema;
use crate::case::tree::{Case, Place};
use crate::error::Spot;
use crate::judge::{Finding, Result};
use crate::rule::citation::Named;
use crate::rule::expr::{Read, Why, WhyKind};
use crate::rule::{Cite, Pack, Severity};
use crate::words::Words;

use super::terminal::one_line;

/// Columns of a value that stands beside others.
const VALUE: usize = 60;

/// A citation in one line: law, place, force, how it was verified.
pub(super) fn cite(pack: &Pack, cite: &Cite, words: &Words) -> String {
    let law = pack.laws.get(&cite.law).map_or(cite.law.as_str(), |law| law.label.get(words.lang));
    let force = pack.forces.get(&cite.force).map_or(cite.force.as_str(), |force| force.get(words.lang));
    let mark = if cite.is_from_memory() { words.ui("check.from-memory") } else { "" };
    cite.line(&Named { law, force, mark }, words)
}

/// Why something is open, in one line.
pub(super) fn why(case: &Case, why: &Why, words: &Words) -> String {
    let kind = words.ui(&format!("why.{}", why.kind.id())).to_owned();
    let what = match (why.kind, why.what.rsplit_once('.')) {
        (WhyKind::Unanswered | WhyKind::FactOpen, Some((id, key))) if !why.what.starts_with("q.") => {
            field(case, id, key, words)
        }
        _ => why.what.clone(),
    };
    let detail = match why.detail {
        "" => String::new(),
        id => words.ui(&format!("evidence-refused.{id}")).to_owned(),
    };
    let parts: Vec<String> = [kind, what, detail].into_iter().filter(|part| !part.is_empty()).collect();
    one_line(&parts.join(words.ui("check.colon")), 200)
}

/// A key of an object: 「F3.retention（保存）」.
fn field(case: &Case, id: &str, key: &str, words: &Words) -> String {
    let label = case
        .find_any(id)
        .or_else(|| case.root().filter(|root| root.id() == id))
        .and_then(|object| schema().key(object.kind(), key))
        .map(|def| def.text.get(words.lang));
    match label {
        Some(label) => words.fill("check.field", &[("id", id), ("key", key), ("label", label)]),
        None if id.is_empty() => key.to_owned(),
        None => format!("{id}.{key}"),
    }
}

/// A fact that was looked at: 「F3.retention = P3M（flows.toml:120）」.
pub(super) fn fact(case: &Case, read: &Read, words: &Words) -> String {
    let name = field(case, &read.id, &read.key, words);
    let value = if read.value.is_empty() { words.ui("check.undeclared") } else { &read.value };
    let place = read.place.as_ref().map(|place| at(case, place)).unwrap_or_default();
    let text = format!("{name} = {}", one_line(value, VALUE));
    if place.is_empty() { text } else { words.fill("check.at", &[("what", &text), ("place", &place)]) }
}

/// `flows.toml:120`.
pub(super) fn at(case: &Case, place: &Place) -> String {
    spot(case, place).map_or_else(String::new, |spot| format!("{}:{}", spot.file, spot.line))
}

/// Line and column of a place.
pub(super) fn spot(case: &Case, place: &Place) -> Option<Spot> {
    let file = case.files.get(usize::from(place.file))?;
    Some(Spot::bytes(file, &place.span))
}

/// The object of a finding: 「F3 診療情報の提供」; the case as a whole.
pub(super) fn object(finding: &Finding, words: &Words) -> String {
    match (&finding.object, &finding.object_label) {
        (None, _) => words.ui("check.whole-case").to_owned(),
        (Some(id), Some(label)) if is_answer(id) => label.get(words.lang).to_owned(),
        (Some(id), Some(label)) if label.get(words.lang) != id => {
            format!("{id} {}", one_line(label.get(words.lang), VALUE))
        }
        (Some(id), _) => id.clone(),
    }
}

/// Whether an id is that of an answer, which nobody wrote or knows.
fn is_answer(id: &str) -> bool {
    id.starts_with("answer[")
}

/// The object of a finding by its id; an answer by its question; nothing for the case as a whole.
pub(super) fn short_object<'a>(finding: &'a Finding, words: &Words) -> Option<&'a str> {
    match (finding.object.as_deref()?, &finding.object_label) {
        (id, Some(label)) if is_answer(id) => Some(label.get(words.lang)),
        (id, _) => Some(id),
    }
}

/// Which of the open states a finding belongs to; `None`: it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Open {
    /// 是正が必要
    Unmet,
    /// 市の判断待ち
    City,
    /// 回答不足
    Incomplete,
    /// 参考
    Information,
}

pub(super) fn open(finding: &Finding) -> Option<Open> {
    match &finding.result {
        Result::Unmet if finding.severity == Severity::Info => Some(Open::Information),
        Result::Unmet => Some(Open::Unmet),
        Result::Unknown(whys) if whys.iter().all(Why::waits_for_city) => Some(Open::City),
        Result::Unknown(_) => Some(Open::Incomplete),
        Result::Met | Result::NotApplicable => None,
    }
}
