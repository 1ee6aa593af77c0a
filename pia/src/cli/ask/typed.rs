//! What a person typed, as an answer to a question.
//!
//! Full-width letters and digits count as half-width ones.

use jiff::civil::Date;
use toml_edit::{Array, InlineTable, Value};
use unicode_normalization::UnicodeNormalization;

use crate::question::{AnswerType, Question};

/// One line, understood.
#[derive(Debug, Clone)]
pub(super) enum Typed {
    /// Later.
    Skip,
    /// Leave.
    Stop,
    /// One object after the other.
    Each,
    /// Take what is proposed.
    Proposed,
    /// 未確認
    FactOpen,
    /// 非該当
    NotApplicable,
    /// An answer, and what was typed behind it as its reason.
    Answer(Value, Option<String>),
    /// Not understood.
    Odd,
}

const YES: [&str; 4] = ["はい", "yes", "y", "有"];
const NO: [&str; 4] = ["いいえ", "no", "n", "無"];
const FACT_OPEN: [&str; 3] = ["未確認", "unknown", "u"];
const NOT_APPLICABLE: [&str; 3] = ["非該当", "n/a", "x"];
const EACH: [&str; 3] = ["個別", "each", "e"];

/// Understands a line. `known`: ids that a reference or evidence may name, in the order shown.
pub(super) fn understand(question: &Question, known: &[String], line: &str) -> Typed {
    let line = line.trim();
    let plain: String = line.nfkc().collect::<String>().to_lowercase();
    let is = |words: &[&str]| words.contains(&plain.as_str());
    match plain.as_str() {
        "" => return Typed::Skip,
        "q" => return Typed::Stop,
        "=" => return Typed::Proposed,
        _ => {}
    }
    // In a text, only the whole words stand for a state.
    let is_text = question.ty == AnswerType::Text;
    let state =
        |words: &[&str]| if is_text { words.first().is_some_and(|word| *word == line) } else { is(words) };
    if state(&FACT_OPEN) {
        return Typed::FactOpen;
    }
    if state(&NOT_APPLICABLE) {
        return Typed::NotApplicable;
    }
    if question.for_each.is_some() && state(&EACH) {
        return Typed::Each;
    }
    let answer = match question.ty {
        AnswerType::YesNo => return yes_no(line),
        AnswerType::Text => Some(line.into()),
        AnswerType::Date => plain.parse::<Date>().ok().and_then(super::record::date),
        AnswerType::Quantity => quantity(question, &plain),
        AnswerType::Choice => {
            let ids: Vec<&str> = question.options.iter().map(|option| option.id.as_str()).collect();
            pick(&ids, &plain).map(Value::from)
        }
        AnswerType::Multi => {
            let ids: Vec<&str> = question.options.iter().map(|option| option.id.as_str()).collect();
            several(&ids, &plain)
        }
        AnswerType::Reference => {
            let ids: Vec<&str> = known.iter().map(String::as_str).collect();
            pick(&ids, line).map(Value::from)
        }
        AnswerType::Evidence => {
            let ids: Vec<&str> = known.iter().map(String::as_str).collect();
            several(&ids, line)
        }
    };
    answer.map_or(Typed::Odd, |value| Typed::Answer(value, None))
}

/// Yes or no, with the reason behind it: 「はい 当直と窓口を結ぶ」.
fn yes_no(line: &str) -> Typed {
    let ends = |c: char| c.is_whitespace() || "、。,.:：".contains(c);
    let (word, rest) = match line.split_once(ends) {
        Some((word, rest)) => (word, rest.trim_start_matches(ends).trim()),
        None => (line, ""),
    };
    let word: String = word.nfkc().collect::<String>().to_lowercase();
    let flag = match (YES.contains(&word.as_str()), NO.contains(&word.as_str())) {
        (true, _) => true,
        (_, true) => false,
        _ => return Typed::Odd,
    };
    Typed::Answer(flag.into(), (!rest.is_empty()).then(|| rest.to_owned()))
}

/// A number, with or without the words of its unit.
fn quantity(question: &Question, plain: &str) -> Option<Value> {
    let unit = question.unit.as_ref()?;
    let digits = plain.trim_end_matches(|c: char| !c.is_ascii_digit());
    let words: String = plain.strip_prefix(digits)?.split_whitespace().collect();
    let known = [&unit.id, &unit.label.ja, &unit.label.en].iter().any(|name| {
        name.nfkc().collect::<String>().to_lowercase().split_whitespace().collect::<String>() == words
    });
    // "%" and "ヶ月" are what people type for the units of the pack.
    let usual =
        matches!((unit.id.as_str(), words.as_str()), ("percent", "%") | ("months", "ヶ月" | "カ月" | "月"));
    if !words.is_empty() && !known && !usual {
        return None;
    }
    let number: u32 = digits.trim().parse().ok()?;
    let mut table = InlineTable::new();
    table.insert("value", i64::from(number).into());
    table.insert("unit", unit.id.as_str().into());
    Some(Value::InlineTable(table))
}

/// One of the ids, by number or by name.
fn pick<'i>(ids: &[&'i str], typed: &str) -> Option<&'i str> {
    let number: String = typed.nfkc().collect();
    let by_number = number.parse::<usize>().ok().and_then(|n| ids.get(n.checked_sub(1)?));
    by_number.or_else(|| ids.iter().find(|id| **id == typed)).copied()
}

/// Some of the ids, in the order of the list; `0` is none of them.
fn several(ids: &[&str], typed: &str) -> Option<Value> {
    let separates = |c: char| c.is_whitespace() || ",、，".contains(c);
    let parts: Vec<&str> = typed.split(separates).filter(|part| !part.is_empty()).collect();
    if parts == ["0"] || parts == ["０"] {
        return Some(Value::Array(Array::new()));
    }
    let found: Option<Vec<&str>> = parts.iter().map(|part| pick(ids, part)).collect();
    let found = found.filter(|found| !found.is_empty())?;
    let sorted: Array = ids.iter().filter(|id| found.contains(id)).copied().collect();
    Some(Value::Array(sorted))
}

/// Ids out of a line, by number or name; `None`: one of them is not known.
pub(super) fn ids(known: &[String], line: &str) -> Option<Vec<String>> {
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    if line.trim().is_empty() {
        return Some(Vec::new());
    }
    let list = several(&names, line.trim())?;
    Some(list.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::rule::fixture;

    fn typed(id: &str, line: &str) -> String {
        let pack = fixture::pack();
        let catalogue = crate::question::read(&pack.texts, &pack.library.names).unwrap();
        let known = ["ev-a".to_owned(), "ev-b".to_owned()];
        match understand(catalogue.question(id).unwrap(), &known, line) {
            Typed::Answer(value, None) => value.to_string().trim().to_owned(),
            Typed::Answer(value, Some(reason)) => format!("{} / {reason}", value.to_string().trim()),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn people_type_in_many_ways() {
        for (id, line, means) in [
            ("q.context.new", "はい", "true"),
            ("q.context.new", "ｙ", "true"),
            ("q.context.new", "No, nothing new", "false / nothing new"),
            ("q.context.new", "いいえ。5者に照会した", "false / 5者に照会した"),
            ("q.context.new", "たぶん", "Odd"),
            ("q.context.new", "未確認", "FactOpen"),
            ("q.context.new", "X", "NotApplicable"),
            ("q.context.new", "", "Skip"),
            ("q.context.new", "ｑ", "Stop"),
            ("q.plan.lent", "２", "\"returned\""),
            ("q.plan.lent", "held", "\"held\""),
            ("q.plan.lent", "4", "Odd"),
            ("q.plan.documents", "3, 1", "[\"manager\", \"schedule\"]"),
            ("q.plan.documents", "１、２", "[\"manager\", \"career\"]"),
            ("q.plan.documents", "0", "[]"),
            ("q.plan.documents", "1 9", "Odd"),
            ("q.emergency.share", "４％", "{ value = 4, unit = \"percent\" }"),
            ("q.emergency.share", "4 days", "Odd"),
            ("q.safety.log-kept", "12か月", "{ value = 12, unit = \"months\" }"),
            ("q.safety.log-kept", "12", "{ value = 12, unit = \"months\" }"),
            ("q.safety.log-kept", "-3", "Odd"),
            ("q.safety.log-kept", "個別", "Each"),
            ("q.safety.rules-known", "2025-11-05", "2025-11-05"),
            ("q.safety.rules-known", "2025-02-30", "Odd"),
            ("q.end.proof", "u", "\"u\""),
            ("q.end.proof", "未確認", "FactOpen"),
            ("q.end.proof", "証明書を\"出す\"", "'証明書を\"出す\"'"),
            ("q.explanation.document", "2", "[\"ev-b\"]"),
            ("q.explanation.document", "ev-b ev-a", "[\"ev-a\", \"ev-b\"]"),
            ("q.explanation.document", "ev-z", "Odd"),
        ] {
            assert_eq!(typed(id, line), means, "{id} {line}");
        }
    }
}
