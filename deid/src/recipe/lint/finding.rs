//! One finding, and where its words are.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::view::Hit;
use crate::codes::Code;
use crate::error::{Diagnostic, Name, Place, Severity};
use crate::recipe::Span;
use crate::rulepack::{Check, CheckText, Source};

/// Where the words of a finding are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wording {
    /// In the translation files, under the code, with these facts for the placeholders.
    Code {
        /// The code.
        code: Code,
        /// Values of placeholders.
        facts: BTreeMap<&'static str, Name>,
    },
    /// From the rule pack, parameters already filled in.
    Pack {
        /// 日本語
        ja: CheckText,
        /// English
        en: CheckText,
    },
}

/// One statement about a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, `D1xx` or `DLxxx`.
    pub code: String,
    /// Rule shared with the assessment of cases; `None` for the tool's own lints.
    pub rule: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// A warning that stops a run until it is acknowledged.
    pub must_acknowledge: bool,
    /// Table it is about; `None` = the recipe as a whole.
    pub table: Option<String>,
    /// Column it is about.
    pub column: Option<String>,
    /// Bytes of the recipe to underline.
    pub span: Option<Span>,
    /// Where its words are.
    pub wording: Wording,
    /// Citations; empty for the tool's own lints.
    pub sources: Vec<Source>,
    /// The reason with which the recipe acknowledges it.
    pub acknowledged: Option<String>,
}

impl Finding {
    /// One of the tool's own.
    pub(crate) fn own(code: Code, severity: Severity, hit: Hit<'_>) -> Self {
        Self {
            code: code.as_str().to_owned(),
            rule: None,
            severity,
            must_acknowledge: false,
            table: hit.table.map(str::to_owned),
            column: hit.column.map(str::to_owned),
            span: hit.span,
            wording: Wording::Code { code, facts: BTreeMap::new() },
            sources: Vec::new(),
            acknowledged: None,
        }
    }

    /// A warning that stops a run until it is acknowledged.
    pub(super) fn must(code: Code, hit: Hit<'_>) -> Self {
        Self { must_acknowledge: true, ..Self::own(code, Severity::Warning, hit) }
    }

    /// A check of the legal form.
    pub(super) fn of_check(check: &Check, hit: Hit<'_>) -> Self {
        Self {
            code: check.code.clone(),
            rule: Some(check.rule.clone()),
            severity: check.severity,
            must_acknowledge: false,
            table: hit.table.map(str::to_owned),
            column: hit.column.map(str::to_owned),
            span: hit.span,
            wording: Wording::Pack { ja: check.ja.clone(), en: check.en.clone() },
            sources: check.sources.clone(),
            acknowledged: None,
        }
    }

    /// Adds a value for a placeholder of the tool's own words.
    pub(crate) fn fact(mut self, key: &'static str, value: impl Into<Name>) -> Self {
        if let Wording::Code { facts, .. } = &mut self.wording {
            facts.insert(key, value.into());
        }
        self
    }

    /// Whether nothing may be published as long as this stands.
    #[must_use]
    pub fn stops(&self) -> bool {
        self.severity == Severity::Error || (self.must_acknowledge && self.acknowledged.is_none())
    }

    /// The finding as a diagnostic, for the words of its code; `None` for a check of the rule pack,
    /// which brings its own words.
    #[must_use]
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        let Wording::Code { code, facts } = &self.wording else { return None };
        Some(Diagnostic {
            code: *code,
            severity: self.severity,
            place: Place {
                table: self.table.as_ref().map(Name::from),
                column: self.column.as_ref().map(Name::from),
                span: self.span.clone(),
                ..Place::default()
            },
            facts: facts.clone(),
        })
    }

    /// By place, then code, then table and column; findings about the whole recipe come first.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let place = |f: &Self| f.span.as_ref().map(|s| (s.start, s.end));
        place(self)
            .cmp(&place(other))
            .then_with(|| self.code.cmp(&other.code))
            .then_with(|| (&self.table, &self.column).cmp(&(&other.table, &other.column)))
    }
}
