//! A case that was read: objects in an arena, values with their places, references resolved.
//!
//! Why generic objects and not one struct per kind: the schema (pia/schema/case.toml) is data that
//! the reader, the type check of rules, the documentation and the JSON Schema share. What the
//! schema does not name cannot get in here, so a key that code asks for and the schema lacks is a
//! mistake of the code; a test in `schema` looks for those.
//!
//! Order: objects of a kind stand in natural order of their ids (F2 before F10), whatever the
//! order of files, tables and keys; nothing that is printed depends on how a folder was typed.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::period::Period;
use crate::bilingual::Bilingual;
use crate::words::Lang;

/// Index of an object in its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ix(pub(crate) u32);

/// Where something stands: a file of the case (its index in [`Case::files`]) and bytes in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Index in [`Case::files`].
    pub file: u16,
    /// Bytes.
    pub span: Range<usize>,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub place: Place,
}

/// A value of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Written as not known (`"unknown"`): stated, and open.
    Unknown,
    /// Text; item codes, digests and ids of questions too.
    Text(String),
    /// Text in Japanese, perhaps in English.
    Words {
        /// 日本語
        ja: String,
        /// English; `None`: the Japanese text is shown.
        en: Option<String>,
    },
    /// A word of a vocabulary, by id.
    Word(String),
    /// `yes` or `no` of a tri, or a TOML boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A day.
    Date(Date),
    /// A period.
    Period(Period),
    /// A referenced or nested object.
    Object(Ix),
    /// A list; empty means declared to be empty.
    List(Vec<Node>),
    /// A table that only answers may hold (number with unit), canonical JSON text.
    Other(String),
}

/// One object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object {
    /// Name of its kind in the schema.
    pub kind: String,
    /// Its id; for objects without one, `parent.key` or `parent.key.n`.
    pub id: String,
    /// The object that it is written in.
    pub parent: Option<Ix>,
    /// What was declared.
    pub fields: BTreeMap<String, Node>,
    /// What was derived from the whole case (pia/schema/derived.toml).
    pub derived: BTreeMap<String, Node>,
    /// Its header or table.
    pub place: Place,
}

/// One file of the case, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the case folder, with `/`.
    pub name: String,
    /// Content.
    pub text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl SourceFile {
    /// A file; its lines are looked for once, because every fact of a judgement has a line.
    #[must_use]
    pub fn new(name: &str, text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Self { name: name.to_owned(), text, lines }
    }

    /// Line and column (in characters) of a byte, both from 1.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let byte = if self.text.is_char_boundary(byte) { byte } else { self.text.len() };
        let line = self.line_at(byte);
        let start = self.lines.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..byte).unwrap_or_default();
        (line + 1, before.chars().count() + 1)
    }

    /// Which line, from 0, a byte stands in.
    #[must_use]
    pub fn line_at(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// Where a line, from 0, begins, and its text without its end.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<(usize, &str)> {
        let start = *self.lines.get(line)?;
        let text = match self.lines.get(line + 1) {
            Some(next) => self.text.get(start..next - 1)?,
            None => self.text.get(start..)?,
        };
        Some((start, text.trim_end_matches('\r')))
    }
}

/// A whole case.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The files that were read, in order of name.
    pub files: Vec<SourceFile>,
    pub(crate) objects: Vec<Object>,
    pub(crate) by_kind: BTreeMap<String, Vec<Ix>>,
    /// Ids are unique in a case, whatever the kind.
    pub(crate) by_id: BTreeMap<String, Ix>,
}

/// An object together with its case.
#[derive(Clone, Copy)]
pub struct ObjectRef<'a> {
    case: &'a Case,
    ix: Ix,
    object: &'a Object,
}

impl Case {
    /// The object at an index; `None` only for an index of another case.
    #[must_use]
    pub fn get(&self, ix: Ix) -> Option<ObjectRef<'_>> {
        let object = self.objects.get(usize::try_from(ix.0).ok()?)?;
        Some(ObjectRef { case: self, ix, object })
    }

    /// The `case` object itself; `None` only for an empty case.
    #[must_use]
    pub fn root(&self) -> Option<ObjectRef<'_>> {
        self.all("case").next()
    }

    /// All objects of a kind, nested ones included, in natural order of their ids.
    pub fn all<'a>(&'a self, kind: &str) -> impl Iterator<Item = ObjectRef<'a>> + 'a {
        self.by_kind.get(kind).into_iter().flatten().filter_map(|ix| self.get(*ix))
    }

    /// The object of a kind with an id.
    #[must_use]
    pub fn find(&self, kind: &str, id: &str) -> Option<ObjectRef<'_>> {
        self.find_any(id).filter(|object| object.kind() == kind)
    }

    /// Any object with an id, whatever its kind (ids are unique in a case).
    #[must_use]
    pub fn find_any(&self, id: &str) -> Option<ObjectRef<'_>> {
        self.get(*self.by_id.get(id)?)
    }
}

impl<'a> ObjectRef<'a> {
    /// Its index.
    #[must_use]
    pub fn ix(self) -> Ix {
        self.ix
    }

    /// Its kind.
    #[must_use]
    pub fn kind(self) -> &'a str {
        &self.object.kind
    }

    /// Its id.
    #[must_use]
    pub fn id(self) -> &'a str {
        &self.object.id
    }

    /// Where it was declared.
    #[must_use]
    pub fn place(self) -> &'a Place {
        &self.object.place
    }

    /// The object that it is written in.
    #[must_use]
    pub fn parent(self) -> Option<ObjectRef<'a>> {
        self.case.get(self.object.parent?)
    }

    /// The case.
    #[must_use]
    pub fn case(self) -> &'a Case {
        self.case
    }

    /// A declared or derived value; `None`: neither.
    #[must_use]
    pub fn get(self, key: &str) -> Option<&'a Node> {
        self.object.fields.get(key).or_else(|| self.object.derived.get(key))
    }

    /// All declared values, in order of their keys; derived ones are not among them.
    pub fn fields(self) -> impl Iterator<Item = (&'a str, &'a Node)> {
        self.object.fields.iter().map(|(key, node)| (key.as_str(), node))
    }

    /// Text, or the id of a word of a vocabulary.
    #[must_use]
    pub fn text(self, key: &str) -> Option<&'a str> {
        match &self.get(key)?.value {
            Value::Text(text) | Value::Word(text) => Some(text),
            _ => None,
        }
    }

    /// Words in a language; the Japanese text where there is no English one.
    #[must_use]
    pub fn words(self, key: &str, lang: Lang) -> Option<&'a str> {
        match &self.get(key)?.value {
            Value::Words { ja, en } => match lang {
                Lang::Ja => Some(ja),
                Lang::En => Some(en.as_deref().unwrap_or(ja)),
            },
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Yes or no; `None`: not declared, or declared unknown.
    #[must_use]
    pub fn flag(self, key: &str) -> Option<bool> {
        match self.get(key)?.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// A number.
    #[must_use]
    pub fn int(self, key: &str) -> Option<i64> {
        match self.get(key)?.value {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }

    /// A day.
    #[must_use]
    pub fn date(self, key: &str) -> Option<Date> {
        match self.get(key)?.value {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }

    /// A period.
    #[must_use]
    pub fn period(self, key: &str) -> Option<Period> {
        match self.get(key)?.value {
            Value::Period(period) => Some(period),
            _ => None,
        }
    }

    /// A referenced or nested object.
    #[must_use]
    pub fn one(self, key: &str) -> Option<ObjectRef<'a>> {
        match self.get(key)?.value {
            Value::Object(ix) => self.case.get(ix),
            _ => None,
        }
    }

    /// The objects of a list; empty when it is empty or not declared.
    #[must_use]
    pub fn many(self, key: &str) -> Vec<ObjectRef<'a>> {
        match self.get(key).map(|node| &node.value) {
            Some(Value::List(nodes)) => nodes
                .iter()
                .filter_map(|node| match node.value {
                    Value::Object(ix) => self.case.get(ix),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The texts or words of a list; empty when it is empty or not declared.
    #[must_use]
    pub fn texts(self, key: &str) -> Vec<&'a str> {
        match self.get(key).map(|node| &node.value) {
            Some(Value::List(nodes)) => nodes
                .iter()
                .filter_map(|node| match &node.value {
                    Value::Text(text) | Value::Word(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Its name for people: `name`, else `title`, `text`, `what`, `question`, `business`, `detail`, else the id.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'a str {
        ["name", "title", "text", "what", "question", "business", "detail"]
            .iter()
            .find_map(|key| self.words(key, lang))
            .unwrap_or(self.id())
    }

    /// As [`ObjectRef::label`], in both languages.
    #[must_use]
    pub fn labels(self) -> Bilingual {
        Bilingual::of(|lang| self.label(lang).to_owned())
    }
}
