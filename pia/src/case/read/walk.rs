//! The walk over the tables of all files: objects with their typed values, references still as
//! text (`resolve` follows them). The schema steers it; no kind of object is named here but the
//! answers, which have rules of their own.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problems::Problems;
use super::text::is_id;
use super::value::{LONGEST_ANSWERS, entry};
use crate::case::schema::{KeyDef, KindDef, Schema, Type};
use crate::case::taxonomy::Taxonomy;
use crate::case::tree::{Ix, Node, Object, Place, Value};
use crate::codes::Code;
use crate::error::Diagnostic;

/// Most objects of a case; a page of flows has some hundreds.
const MOST_OBJECTS: usize = 20_000;

pub(super) struct Walk<'a, 'f> {
    pub(super) schema: &'a Schema,
    pub(super) taxonomy: &'a Taxonomy,
    pub(super) problems: Problems<'f>,
    pub(super) objects: Vec<Object>,
    file: u16,
    answers: usize,
    /// There are too many objects, and it has been told.
    full: bool,
}

impl<'a, 'f> Walk<'a, 'f> {
    pub(super) fn new(schema: &'a Schema, taxonomy: &'a Taxonomy, problems: Problems<'f>) -> Self {
        Self { schema, taxonomy, problems, objects: Vec::new(), file: 0, answers: 0, full: false }
    }

    pub(super) fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place { file: self.file, span }
    }

    /// Walks one file.
    pub(super) fn file(&mut self, file: u16, name: &str, table: &Spanned<DeTable<'_>>) {
        self.file = file;
        let schema = self.schema;
        let kinds: Vec<&KindDef> = schema.kinds_of_file(name).collect();
        if let [kind] = kinds.as_slice()
            && kind.single
        {
            self.object(kind, table.get_ref(), 0..0, None, &kind.name);
            return;
        }
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
        self.unknown_keys(name, table.get_ref(), &names);
        for kind in kinds {
            let Some(node) = entry(table.get_ref(), &kind.name) else { continue };
            for (table, span) in self.tables(&kind.name, node) {
                self.object(kind, table, span, None, &kind.name);
            }
        }
        if self.answers > LONGEST_ANSWERS {
            let fault = Diagnostic::error(Code::AnswersTooLong);
            self.problems.at(&self.place(0..0), fault.number("limit", LONGEST_ANSWERS as u64));
            self.answers = 0;
        }
    }

    /// The tables of a list of objects.
    fn tables<'t>(
        &mut self,
        key: &str,
        node: &'t Spanned<DeValue<'t>>,
    ) -> Vec<(&'t DeTable<'t>, std::ops::Range<usize>)> {
        let mut tables = Vec::new();
        let Some(entries) = node.get_ref().as_array() else {
            let fault = Diagnostic::error(Code::WrongType).own("key", [key]);
            self.problems.at(&self.place(node.span()), fault.term("expected", "type.tables"));
            return tables;
        };
        for entry in entries {
            match entry.get_ref().as_table() {
                Some(table) => tables.push((table, entry.span())),
                None => {
                    let fault = Diagnostic::error(Code::WrongType).own("key", [key]);
                    self.problems.at(&self.place(entry.span()), fault.term("expected", "type.table"));
                }
            }
        }
        tables
    }

    /// One object with all that is written in it; `None`: there are too many.
    fn object(
        &mut self,
        kind: &KindDef,
        table: &DeTable<'_>,
        span: std::ops::Range<usize>,
        parent: Option<Ix>,
        prefix: &str,
    ) -> Option<Ix> {
        if self.objects.len() >= MOST_OBJECTS {
            if !std::mem::replace(&mut self.full, true) {
                let fault = Diagnostic::error(Code::TooManyObjects).number("limit", MOST_OBJECTS as u64);
                self.problems.at(&self.place(span), fault);
            }
            return None;
        }
        let place = self.place(span);
        let ix = Ix(u32::try_from(self.objects.len()).ok()?);
        // The id is needed at once: what stands inside is named after it.
        let written = entry(table, "id").and_then(|node| node.get_ref().as_str());
        let id = written.filter(|id| kind.has_id() && is_id(id)).unwrap_or(prefix).to_owned();
        let mut object =
            Object { kind: kind.name.clone(), id: id.clone(), parent, place, ..Object::default() };
        // Its place in the arena; what stands inside comes after it.
        self.objects.push(Object::default());

        let names: Vec<&str> = kind.written().map(|key| key.name.as_str()).collect();
        self.unknown_keys(&kind.name, table, &names);
        for key in kind.written() {
            match entry(table, &key.name) {
                Some(node) => {
                    let place = self.place(node.span());
                    if let Some(value) = self.field(key, node, ix, &id) {
                        object.fields.insert(key.name.clone(), Node { value, place });
                    }
                }
                None if key.need => {
                    let fault = Diagnostic::error(Code::MissingKey).own("key", [key.name.as_str()]);
                    self.problems.at(&object.place, fault.own("kind", [kind.name.as_str()]));
                }
                None => {}
            }
        }
        if !kind.named_by.is_empty() {
            object.id = named(prefix, kind, &object.fields);
        }
        self.ordered(kind, &object);
        if kind.name == "answer" {
            self.answer(&object);
        }
        if let Some(slot) = self.objects.get_mut(usize::try_from(ix.0).ok()?) {
            *slot = object;
        }
        Some(ix)
    }

    fn field(&mut self, key: &KeyDef, node: &Spanned<DeValue<'_>>, ix: Ix, id: &str) -> Option<Value> {
        let schema = self.schema;
        let unknown = node.get_ref().as_str() == Some("unknown");
        match &key.ty {
            Type::Object(kind) if !unknown => match node.get_ref().as_table() {
                Some(table) => {
                    let prefix = format!("{id}.{}", key.name);
                    let child = self.object(schema.kind(kind)?, table, node.span(), Some(ix), &prefix)?;
                    Some(Value::Object(child))
                }
                None => {
                    self.wrong_type(key, &self.place(node.span()), "type.table");
                    None
                }
            },
            Type::Objects(kind) if !unknown => {
                let prefix = format!("{id}.{}", key.name);
                let mut list = Vec::new();
                for (table, span) in self.tables(&key.name, node) {
                    let place = self.place(span.clone());
                    let child = self.object(schema.kind(kind)?, table, span, Some(ix), &prefix)?;
                    list.push(Node { value: Value::Object(child), place });
                }
                node.get_ref().is_array().then_some(Value::List(list))
            }
            _ => self.value(key, node),
        }
    }

    /// Tells keys that nobody reads: a slip of the pen must not pass for "not declared".
    pub(super) fn unknown_keys(&mut self, kind: &str, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let fault = Diagnostic::error(Code::UnknownKey).name("key", key.get_ref()).own("kind", [kind]);
            let fault = self.problems.near(fault, key.get_ref(), known.iter().copied());
            self.problems.at(&self.place(key.span()), fault);
        }
    }

    fn ordered(&mut self, kind: &KindDef, object: &Object) {
        for (first, second) in &kind.ordered {
            let (Some(a), Some(b)) = (object.fields.get(first), object.fields.get(second)) else { continue };
            let wrong = match (&a.value, &b.value) {
                (Value::Date(a), Value::Date(b)) => a > b,
                (Value::Int(a), Value::Int(b)) => a > b,
                _ => false,
            };
            if wrong {
                let label = self.problems.spot(&a.place);
                let fault = Diagnostic::error(Code::OutOfOrder).own("first", [first.as_str()]);
                let fault = fault.own("second", [second.as_str()]).label(label, "label.before");
                self.problems.at(&b.place, fault);
            }
        }
    }

    /// An answer has a value, or says why it has none.
    fn answer(&mut self, object: &Object) {
        let value = object.fields.get("value");
        if value.is_some() == object.fields.contains_key("state") {
            self.problems.at(&object.place, Diagnostic::error(Code::AnswerShape).name("id", &object.id));
        }
        self.answers += value.map_or(0, |node| length(&node.value));
    }
}

/// The name of an object that has no id: what it is about, whatever its position.
fn named(prefix: &str, kind: &KindDef, fields: &BTreeMap<String, Node>) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for node in kind.named_by.iter().filter_map(|key| fields.get(key)) {
        match &node.value {
            Value::Text(text) => parts.push(text),
            Value::List(list) => {
                let start = parts.len();
                parts.extend(list.iter().filter_map(|node| match &node.value {
                    Value::Text(text) => Some(text.as_str()),
                    _ => None,
                }));
                if let Some(about) = parts.get_mut(start..) {
                    about.sort_unstable();
                }
            }
            _ => {}
        }
    }
    format!("{prefix}[{}]", parts.join(" "))
}

fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Other(text) => text.len(),
        Value::List(list) => list.iter().map(|node| length(&node.value)).sum(),
        _ => 0,
    }
}
