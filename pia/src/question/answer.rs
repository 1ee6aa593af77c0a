//! Answers in words, and as values that can be compared with what the flows say.

use super::catalogue::Question;
use super::view::{Given, Source};
use crate::bilingual::Bilingual;
use crate::case::tree::{Case, Node, ObjectRef, Value};
use crate::rule::expr::Computed;
use crate::words::{Lang, Words};

/// The words of both languages.
pub(super) struct Both {
    ja: Words,
    en: Words,
}

impl Both {
    pub(super) fn load() -> Self {
        Self { ja: Words::load(Lang::Ja), en: Words::load(Lang::En) }
    }

    pub(super) fn ui(&self, key: &str) -> Bilingual {
        Bilingual { ja: self.ja.ui(key).to_owned(), en: self.en.ui(key).to_owned() }
    }

    /// An answer in words, whether it does or not.
    pub(super) fn answer(&self, case: &Case, question: &Question, answer: ObjectRef<'_>) -> Bilingual {
        match (answer.get("state"), answer.get("value")) {
            (Some(_), _) if answer.text("state") == Some("not-applicable") => {
                self.ui("answer.not-applicable")
            }
            (Some(_), _) => self.ui("answer.unknown"),
            (None, Some(node)) => self.value(case, question, &value(question, node)),
            (None, None) => Bilingual::default(),
        }
    }

    /// A value in words.
    pub(super) fn value(&self, case: &Case, question: &Question, value: &Computed) -> Bilingual {
        match value {
            Computed::Null => self.ui("answer.not-applicable"),
            Computed::Unknown(_) => self.ui("answer.unknown"),
            Computed::Bool(true) => self.ui("answer.yes"),
            Computed::Bool(false) => self.ui("answer.no"),
            Computed::Int(number) => match &question.unit {
                Some(unit) => Bilingual {
                    ja: format!("{number} {}", unit.label.ja),
                    en: format!("{number} {}", unit.label.en),
                },
                None => Bilingual::same(number.to_string()),
            },
            Computed::Text(text) => match question.option(text) {
                Some(option) => option.label.clone(),
                None => Bilingual::same(text.clone()),
            },
            Computed::Date(date) => Bilingual::same(date.to_string()),
            Computed::Period(period) => Bilingual::same(period.to_string()),
            Computed::Object(ix) => match case.get(*ix) {
                Some(object) => object.labels(),
                None => Bilingual::default(),
            },
            Computed::List(all) if all.is_empty() => self.ui("answer.none"),
            Computed::List(all) => {
                let all: Vec<Bilingual> = all.iter().map(|one| self.value(case, question, one)).collect();
                let join = |part: fn(&Bilingual) -> &str, between| {
                    all.iter().map(part).collect::<Vec<_>>().join(between)
                };
                Bilingual { ja: join(|one| &one.ja, "、"), en: join(|one| &one.en, ", ") }
            }
        }
    }

    /// An answer with who gave it.
    pub(super) fn given(&self, case: &Case, question: &Question, answer: ObjectRef<'_>) -> Given {
        Given {
            words: self.answer(case, question, answer),
            source: answer.text("source").map_or(Source::Declared, Source::parse),
            by: answer.text("by").unwrap_or_default().to_owned(),
            at: answer.date("at"),
            reason: answer.text("reason").unwrap_or_default().to_owned(),
            evidence: answer.many("evidence").iter().map(|found| found.id().to_owned()).collect(),
            overrides_derived: false,
        }
    }

    /// What the flows answer.
    pub(super) fn derived(&self, case: &Case, question: &Question, value: &Computed) -> Given {
        Given {
            words: self.value(case, question, value),
            source: Source::Derived,
            by: String::new(),
            at: None,
            reason: String::new(),
            evidence: Vec::new(),
            overrides_derived: false,
        }
    }
}

/// A recorded value; what does not fit its question stays the text it was written as.
pub(super) fn value(question: &Question, node: &Node) -> Computed {
    match &node.value {
        Value::Unknown => Computed::Null,
        Value::Text(text) | Value::Word(text) | Value::Words { ja: text, .. } => Computed::Text(text.clone()),
        Value::Bool(flag) => Computed::Bool(*flag),
        Value::Int(number) => Computed::Int(*number),
        Value::Date(date) => Computed::Date(*date),
        Value::Period(period) => Computed::Period(*period),
        Value::Object(ix) => Computed::Object(*ix),
        Value::List(nodes) => Computed::List(nodes.iter().map(|node| value(question, node)).collect()),
        Value::Other(json) => {
            number(question, json).map_or_else(|| Computed::Text(json.clone()), Computed::Int)
        }
    }
}

/// The number of `{ value = 12, unit = "months" }`, in the unit of the question.
fn number(question: &Question, json: &str) -> Option<i64> {
    let table: serde_json::Value = serde_json::from_str(json).ok()?;
    let unit = table.get("unit")?.as_str()?;
    let number = table.get("value")?.as_i64()?;
    question.unit.as_ref().is_some_and(|have| have.id == unit).then_some(number)
}
