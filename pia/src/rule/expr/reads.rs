//! The facts that an evaluation looked at: noted once each, put into words only at the end.

use std::collections::HashSet;

use jiff::civil::Date;

use super::outcome::Read;
use crate::case::tree::{Case, Ix, Node, Place, Value};

/// Up to so many facts are compared one by one.
const FEW: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Reads<'a> {
    all: Vec<Noted<'a>>,
    /// What `all` holds, once that is much; only asked, never walked: its order reaches nothing.
    seen: HashSet<(Option<Ix>, &'a str)>,
    /// Nobody asks for them.
    off: bool,
}

#[derive(Debug)]
struct Noted<'a> {
    object: Option<Ix>,
    key: &'a str,
    found: Found<'a>,
}

#[derive(Debug)]
enum Found<'a> {
    Key(Option<&'a Node>),
    Told(String, Option<Place>),
}

impl<'a> Reads<'a> {
    /// Notes nothing.
    pub(super) fn none() -> Self {
        Self { off: true, ..Self::default() }
    }

    fn push(&mut self, object: Option<Ix>, key: &'a str, found: impl FnOnce() -> Found<'a>) {
        if !self.off && self.is_new(object, key) {
            self.all.push(Noted { object, key, found: found() });
        }
    }

    /// Most evaluations look at a handful of facts, which are sooner compared than hashed.
    fn is_new(&mut self, object: Option<Ix>, key: &'a str) -> bool {
        if self.all.len() < FEW {
            return !self.all.iter().any(|noted| noted.object == object && noted.key == key);
        }
        if self.seen.is_empty() {
            self.seen.extend(self.all.iter().map(|noted| (noted.object, noted.key)));
        }
        self.seen.insert((object, key))
    }

    pub(super) fn note(&mut self, object: Ix, key: &'a str, node: Option<&'a Node>) {
        self.push(Some(object), key, || Found::Key(node));
    }

    pub(super) fn note_collection(&mut self, case: &Case, name: &'a str, kind: &str) {
        let ids = || case.all(kind).map(|object| object.id()).collect::<Vec<_>>().join(", ");
        self.push(None, name, || Found::Told(ids(), None));
    }

    pub(super) fn note_today(&mut self, today: Date) {
        self.push(None, "today", || Found::Told(today.to_string(), None));
    }

    pub(super) fn told(
        &mut self,
        object: Option<Ix>,
        key: &'a str,
        place: Option<Place>,
        value: impl FnOnce() -> String,
    ) {
        self.push(object, key, || Found::Told(value(), place));
    }

    pub(super) fn finish(self, case: &Case) -> Vec<Read> {
        let read = |noted: Noted<'_>| {
            let id = noted.object.and_then(|ix| case.get(ix)).map_or("", |object| object.id()).to_owned();
            let (value, place) = match noted.found {
                Found::Key(None) => (String::new(), None),
                Found::Key(Some(node)) => (shown(case, &node.value), Some(node.place.clone())),
                Found::Told(value, place) => (value, place),
            };
            Read { object: noted.object, id, key: noted.key.to_owned(), value, place }
        };
        self.all.into_iter().map(read).collect()
    }
}

/// A value as one text: ids of words and objects, so that it does not depend on a language.
pub(super) fn shown(case: &Case, value: &Value) -> String {
    match value {
        Value::Unknown => "unknown".to_owned(),
        Value::Text(text) | Value::Word(text) | Value::Other(text) => text.clone(),
        Value::Words { ja, en: None } => ja.clone(),
        Value::Words { ja, en: Some(en) } => format!("{ja} / {en}"),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Period(period) => period.to_string(),
        Value::Object(ix) => case.get(*ix).map_or("", |object| object.id()).to_owned(),
        Value::List(nodes) => {
            let all: Vec<String> = nodes.iter().map(|node| shown(case, &node.value)).collect();
            format!("[{}]", all.join(", "))
        }
    }
}
