//! One TOML value → one [`Value`] of the type that the schema states.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::text;
use super::walk::Walk;
use crate::case::period::Period;
use crate::case::schema::{KeyDef, Type};
use crate::case::tree::{Node, Place, Value};
use crate::codes::Code;
use crate::error::Diagnostic;

/// What a declaration says where the fact is open.
const UNKNOWN: &str = "unknown";

/// Longest text of an answer; all of them together have a limit of their own.
pub(super) const LONGEST_ANSWERS: usize = 1_000_000;

impl Walk<'_, '_> {
    /// The value of a key that is not an object written in place; `None`: refused, and told.
    pub(super) fn value(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>) -> Option<Value> {
        let place = self.place(node.span());
        // A vocabulary may have a word of that name (the state of an answer).
        let word =
            key.ty.vocabulary().and_then(|name| self.schema.vocabulary(name)?.label(UNKNOWN)).is_some();
        if node.get_ref().as_str() == Some(UNKNOWN) && key.ty != Type::Id && !word {
            if key.need && key.ty != Type::Tri {
                self.problems
                    .at(&place, Diagnostic::error(Code::MustBeKnown).own("key", [key.name.as_str()]));
                return None;
            }
            return Some(Value::Unknown);
        }
        match &key.ty {
            ty if ty.is_list() => self.list(key, node, &place),
            Type::Words => self.words(key, node, &place),
            Type::Any => self.any(key, node, &place),
            Type::Tri | Type::Bool => self.flag(key, node, &place),
            Type::Int => self.int(key, node, &place),
            Type::Date => self.date(key, node, &place),
            _ => {
                let written = self.string(key, node, &place)?;
                self.one_text(key, written, &place)
            }
        }
    }

    fn list(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>, place: &Place) -> Option<Value> {
        let Some(entries) = node.get_ref().as_array() else {
            self.wrong_type(key, place, "type.list");
            return None;
        };
        let mut list: Vec<Node> = Vec::new();
        let mut first: BTreeMap<&str, Place> = BTreeMap::new();
        for entry in entries {
            let place = self.place(entry.span());
            let Some(written) = self.string(key, entry, &place) else { continue };
            let Some(value) = self.one_text(key, written, &place) else { continue };
            if let Some(first) = first.get(written) {
                let first = self.problems.spot(first);
                let warning = Diagnostic::warning(Code::ListedTwice).name("value", written);
                self.problems.at(&place, warning.label(first, "label.first"));
                continue;
            }
            first.insert(written, place.clone());
            list.push(Node { value, place });
        }
        Some(Value::List(list))
    }

    /// A value that is written as one string.
    fn one_text(&mut self, key: &KeyDef, written: &str, place: &Place) -> Option<Value> {
        let name = key.name.as_str();
        let fault = match &key.ty {
            Type::Enum(vocabulary) | Type::Enums(vocabulary) => {
                let words = self.schema.vocabulary(vocabulary)?;
                if words.label(written).is_some() {
                    return Some(Value::Word(written.to_owned()));
                }
                let fault = Diagnostic::error(Code::BadWord).own("allowed", words.ids());
                self.problems.near(fault, written, words.ids())
            }
            Type::Id | Type::Ref(_) | Type::Refs(_) | Type::Evidence if !text::is_id(written) => {
                Diagnostic::error(Code::BadId)
            }
            Type::Sha256 if !is_digest(written) => Diagnostic::error(Code::BadDigest),
            Type::ItemCode if self.taxonomy.get(written).is_none() => {
                let fault = Diagnostic::error(Code::UnknownItemCode);
                self.problems.near(fault, written, self.taxonomy.codes())
            }
            Type::Period => match written.parse::<Period>() {
                Ok(period) => return Some(Value::Period(period)),
                Err(_) => Diagnostic::error(Code::BadPeriod),
            },
            Type::Text | Type::Texts if !text::check(key, written, place, &mut self.problems) => return None,
            _ => return Some(Value::Text(written.to_owned())),
        };
        self.problems.at(place, fault.own("key", [name]).name("value", written));
        None
    }

    fn words(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>, place: &Place) -> Option<Value> {
        match node.get_ref() {
            DeValue::String(written) => text::check(key, written, place, &mut self.problems)
                .then(|| Value::Words { ja: written.clone().into_owned(), en: None }),
            DeValue::Table(table) => {
                self.unknown_keys(&key.name, table, &["ja", "en"]);
                let ja = self.language(key, table, "ja");
                if ja.is_none() && entry(table, "ja").is_none() {
                    let fault = Diagnostic::error(Code::MissingKey).own("key", ["ja"]);
                    self.problems.at(place, fault.own("kind", [key.name.as_str()]));
                }
                let en = self.language(key, table, "en");
                Some(Value::Words { ja: ja?, en })
            }
            _ => {
                self.wrong_type(key, place, "type.words");
                None
            }
        }
    }

    fn language(&mut self, key: &KeyDef, table: &DeTable<'_>, lang: &str) -> Option<String> {
        let node = entry(table, lang)?;
        let place = self.place(node.span());
        let written = self.string(key, node, &place)?;
        text::check(key, written, &place, &mut self.problems).then(|| written.to_owned())
    }

    fn flag(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>, place: &Place) -> Option<Value> {
        match (node.get_ref(), &key.ty) {
            (DeValue::Boolean(flag), _) => return Some(Value::Bool(*flag)),
            (DeValue::String(word), Type::Tri) if word == "yes" || word == "no" => {
                return Some(Value::Bool(word == "yes"));
            }
            (DeValue::String(word), Type::Tri) => {
                let words = ["yes", "no", UNKNOWN];
                let fault = Diagnostic::error(Code::BadWord).own("allowed", words);
                let fault = self.problems.near(fault, word, words);
                self.problems.at(place, fault.own("key", [key.name.as_str()]).name("value", word));
            }
            (_, Type::Tri) => self.wrong_type(key, place, "type.tri"),
            _ => self.wrong_type(key, place, "type.bool"),
        }
        None
    }

    fn int(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>, place: &Place) -> Option<Value> {
        let DeValue::Integer(written) = node.get_ref() else {
            self.wrong_type(key, place, "type.int");
            return None;
        };
        let (min, max) = key.range;
        match i64::from_str_radix(written.as_str(), written.radix()) {
            Ok(number) if (min..=max).contains(&number) => Some(Value::Int(number)),
            _ => {
                let fault = Diagnostic::error(Code::BadNumber).own("key", [key.name.as_str()]);
                self.problems.at(place, fault.number("min", min).number("max", max));
                None
            }
        }
    }

    fn date(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>, place: &Place) -> Option<Value> {
        let written = match node.get_ref() {
            DeValue::Datetime(written) if written.time.is_none() && written.offset.is_none() => {
                written.to_string()
            }
            DeValue::Datetime(written) => {
                let fault = Diagnostic::error(Code::BadDate).own("key", [key.name.as_str()]);
                self.problems.at(place, fault.name("value", &written.to_string()));
                return None;
            }
            DeValue::String(written) => written.clone().into_owned(),
            _ => {
                self.wrong_type(key, place, "type.date");
                return None;
            }
        };
        let day = day(&written);
        if day.is_none() {
            let fault = Diagnostic::error(Code::BadDate).own("key", [key.name.as_str()]);
            self.problems.at(place, fault.name("value", &written));
        }
        day.map(Value::Date)
    }

    /// An answer: yes or no, a number, a date, text, several, or a table such as number and unit.
    fn any(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>, place: &Place) -> Option<Value> {
        match node.get_ref() {
            DeValue::Boolean(flag) => Some(Value::Bool(*flag)),
            DeValue::Datetime(_) => self.date(key, node, place),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Some(Value::Int(number)),
                Err(_) => {
                    let fault = Diagnostic::error(Code::BadNumber).own("key", [key.name.as_str()]);
                    self.problems.at(place, fault.number("min", i64::MIN).number("max", i64::MAX));
                    None
                }
            },
            DeValue::String(written) => {
                text::check_free(&key.name, written, LONGEST_ANSWERS, place, &mut self.problems)
                    .then(|| Value::Text(written.clone().into_owned()))
            }
            DeValue::Array(entries) => {
                let mut list = Vec::new();
                for entry in entries {
                    let place = self.place(entry.span());
                    let value = self.any(key, entry, &place)?;
                    list.push(Node { value, place });
                }
                Some(Value::List(list))
            }
            other => Some(Value::Other(json(other).to_string())),
        }
    }

    pub(super) fn string<'n>(
        &mut self,
        key: &KeyDef,
        node: &'n Spanned<DeValue<'_>>,
        place: &Place,
    ) -> Option<&'n str> {
        let found = node.get_ref().as_str();
        if found.is_none() {
            self.wrong_type(key, place, "type.text");
        }
        found
    }

    pub(super) fn wrong_type(&mut self, key: &KeyDef, place: &Place, expected: &'static str) {
        let fault = Diagnostic::error(Code::WrongType).own("key", [key.name.as_str()]);
        self.problems.at(place, fault.term("expected", expected));
    }
}

/// The value of a key of a table.
pub(super) fn entry<'t, 'd>(table: &'t DeTable<'d>, key: &str) -> Option<&'t Spanned<DeValue<'d>>> {
    table.get(key)
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
}

/// `2026-03-20`, in that form only, in a year that a pilot can have.
fn day(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let day: Date = plain.then(|| text.parse().ok()).flatten()?;
    (1900..2200).contains(&day.year()).then_some(day)
}

/// Keys of the table are sorted, so that the text is canonical.
fn json(value: &DeValue<'_>) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        DeValue::String(text) => Json::String(text.clone().into_owned()),
        DeValue::Boolean(flag) => Json::Bool(*flag),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Json::Null, Json::from)
        }
        // Decimals stay text: 0.1 must not become 0.1000000001.
        DeValue::Float(number) => Json::String(number.as_str().to_owned()),
        DeValue::Datetime(when) => Json::String(when.to_string()),
        DeValue::Array(entries) => Json::Array(entries.iter().map(|node| json(node.get_ref())).collect()),
        DeValue::Table(table) => Json::Object(
            table
                .iter()
                .map(|(key, node)| (key.get_ref().clone().into_owned(), json(node.get_ref())))
                .collect(),
        ),
    }
}
