//! A strict walker over spanned TOML.
//!
//! Why not serde: an officer or engineer who mistypes a key deserves a coded, translated message
//! with the place underlined, not a deserializer's sentence with type names in it. The walker
//! collects diagnostics instead of stopping at the first one.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::codes::Code;
use crate::error::Diagnostic;

/// Bytes of the recipe text.
pub(super) type Span = Range<usize>;

/// Diagnostics found so far.
#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<Diagnostic>);

impl Problems {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }
}

/// One TOML value with its place.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    node: &'a Spanned<DeValue<'a>>,
}

/// One TOML table with its place; remembers which keys were asked for.
pub(super) struct Table<'a> {
    node: &'a DeTable<'a>,
    pub(super) span: Span,
    known: BTreeSet<&'static str>,
}

impl<'a> Table<'a> {
    pub(super) fn new(node: &'a DeTable<'a>, span: Span) -> Self {
        Self { node, span, known: BTreeSet::new() }
    }

    /// The value of `key`, if present.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.insert(key);
        self.node.get(key).map(|node| Value { node })
    }

    /// The value of `key`; its absence is a problem.
    pub(super) fn need(&mut self, key: &'static str, problems: &mut Problems) -> Option<Value<'a>> {
        let found = self.get(key);
        if found.is_none() {
            problems.push(Diagnostic::error(Code::RecipeMissingKey).name("key", key).at(self.span.clone()));
        }
        found
    }

    /// A required string.
    pub(super) fn need_text(&mut self, key: &'static str, problems: &mut Problems) -> Option<&'a str> {
        self.need(key, problems)?.text(problems)
    }

    /// An optional string.
    pub(super) fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<&'a str> {
        self.get(key)?.text(problems)
    }

    /// An optional boolean, `false` when absent.
    pub(super) fn flag(&mut self, key: &'static str, problems: &mut Problems) -> bool {
        self.get(key).and_then(|v| v.boolean(problems)).unwrap_or(false)
    }

    /// An optional sub-table.
    pub(super) fn table(&mut self, key: &'static str, problems: &mut Problems) -> Option<Table<'a>> {
        self.get(key)?.table(problems)
    }

    /// An optional array of values.
    pub(super) fn array(&mut self, key: &'static str, problems: &mut Problems) -> Vec<Value<'a>> {
        self.get(key).and_then(|v| v.array(problems)).unwrap_or_default()
    }

    /// All entries in the order of the text (for tables whose keys are names).
    pub(super) fn entries(&self) -> Vec<(&'a str, Span, Value<'a>)> {
        let mut all: Vec<_> =
            self.node.iter().map(|(k, v)| (k.get_ref().as_ref(), k.span(), Value { node: v })).collect();
        all.sort_by_key(|(_, span, _)| span.start);
        all
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(self, problems: &mut Problems) {
        for (key, span, _) in self.entries() {
            if !self.known.contains(key) {
                let mut d = Diagnostic::error(Code::RecipeUnknownKey).name("key", key).at(span);
                d = d.name("known", &*self.known.iter().copied().collect::<Vec<_>>().join(", "));
                problems.push(d);
            }
        }
    }
}

impl<'a> Value<'a> {
    pub(super) fn span(self) -> Span {
        self.node.span()
    }

    fn wrong(self, wanted: &'static str, problems: &mut Problems) {
        problems.push(Diagnostic::error(Code::RecipeWrongType).name("wanted", wanted).at(self.span()));
    }

    /// Reports a value outside the allowed set; `allowed` is shown.
    pub(super) fn bad(self, allowed: &str, problems: &mut Problems) {
        problems.push(Diagnostic::error(Code::RecipeBadValue).name("allowed", allowed).at(self.span()));
    }

    pub(super) fn as_text(self) -> Option<&'a str> {
        match self.node.get_ref() {
            DeValue::String(s) => Some(s.as_ref()),
            _ => None,
        }
    }

    pub(super) fn is_table(self) -> bool {
        matches!(self.node.get_ref(), DeValue::Table(_))
    }

    pub(super) fn is_array(self) -> bool {
        matches!(self.node.get_ref(), DeValue::Array(_))
    }

    pub(super) fn text(self, problems: &mut Problems) -> Option<&'a str> {
        let found = self.as_text();
        if found.is_none() {
            self.wrong("string", problems);
        }
        found
    }

    pub(super) fn as_integer(self) -> Option<i64> {
        match self.node.get_ref() {
            DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok(),
            _ => None,
        }
    }

    /// A whole number within `min..=max`.
    pub(super) fn integer(self, min: i64, max: i64, problems: &mut Problems) -> Option<i64> {
        match self.as_integer() {
            None => {
                self.wrong("integer", problems);
                None
            }
            Some(n) if (min..=max).contains(&n) => Some(n),
            Some(_) => {
                self.bad(&format!("{min}..{max}"), problems);
                None
            }
        }
    }

    /// A number within `min..=max`; integers are accepted.
    pub(super) fn number(self, min: f64, max: f64, problems: &mut Problems) -> Option<f64> {
        let n = match self.node.get_ref() {
            DeValue::Float(f) => f.as_str().parse::<f64>().ok(),
            DeValue::Integer(_) => self.as_integer().and_then(|n| i32::try_from(n).ok()).map(f64::from),
            _ => None,
        };
        match n {
            None => {
                self.wrong("number", problems);
                None
            }
            Some(n) if n >= min && n <= max => Some(n),
            Some(_) => {
                self.bad(&format!("{min}..{max}"), problems);
                None
            }
        }
    }

    pub(super) fn boolean(self, problems: &mut Problems) -> Option<bool> {
        match self.node.get_ref() {
            DeValue::Boolean(b) => Some(*b),
            _ => {
                self.wrong("boolean", problems);
                None
            }
        }
    }

    pub(super) fn table(self, problems: &mut Problems) -> Option<Table<'a>> {
        match self.node.get_ref() {
            DeValue::Table(t) => Some(Table::new(t, self.span())),
            _ => {
                self.wrong("table", problems);
                None
            }
        }
    }

    pub(super) fn array(self, problems: &mut Problems) -> Option<Vec<Value<'a>>> {
        match self.node.get_ref() {
            DeValue::Array(items) => Some(items.iter().map(|node| Value { node }).collect()),
            _ => {
                self.wrong("array", problems);
                None
            }
        }
    }

    /// An array of strings.
    pub(super) fn texts(self, problems: &mut Problems) -> Option<Vec<String>> {
        let items = self.array(problems)?;
        Some(items.into_iter().filter_map(|v| v.text(problems)).map(str::to_owned).collect())
    }
}
