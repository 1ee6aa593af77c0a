//! Compact recipes for the tests of lints: one table `t`, one column `c`, and what a test adds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::{Finding, LintContext, lint};
use crate::error::Severity;
use crate::recipe::Recipe;
use crate::rulepack::{KeyLifetime, RulePack};

#[derive(Clone)]
pub(super) struct Case {
    form: String,
    head: String,
    table: String,
    columns: String,
    tail: String,
    context: LintContext,
}

impl Case {
    /// A recipe whose one column is declared like this.
    pub(super) fn column(declaration: &str) -> Self {
        Self {
            form: "安全管理加工".to_owned(),
            head: String::new(),
            table: String::new(),
            columns: format!("\"c\" = {{ {declaration} }}\n"),
            tail: String::new(),
            context: LintContext::default(),
        }
    }

    pub(super) fn form(mut self, form: &str) -> Self {
        form.clone_into(&mut self.form);
        self
    }

    /// Adds a line to the head of the recipe.
    pub(super) fn head(mut self, line: &str) -> Self {
        self.head.push_str(line);
        self.head.push('\n');
        self
    }

    /// Adds a line to the table.
    pub(super) fn table(mut self, line: &str) -> Self {
        self.table.push_str(line);
        self.table.push('\n');
        self
    }

    /// Adds text at the end of the recipe.
    pub(super) fn tail(mut self, text: &str) -> Self {
        self.tail.push_str(text);
        self.tail.push('\n');
        self
    }

    pub(super) fn key(mut self, lifetime: KeyLifetime) -> Self {
        self.context.key_lifetime = Some(lifetime);
        self
    }

    pub(super) fn recipient(mut self) -> Self {
        self.context.recipient = true;
        self
    }

    pub(super) fn recipe(&self) -> Recipe {
        let domain =
            if self.columns.contains("pseudonym") { "[domain.p]\nnormalise = [\"trim\"]" } else { "" };
        let text = format!(
            "recipe = 1\nid = \"x\"\ntitle = \"x\"\nexchange = \"x\"\nlegal_form = \"{}\"\n{}\n[table.t]\nfile = \"t.csv\"\nnull = [\"-\"]\n{}\n[table.t.columns]\n{}\n{domain}\n{}",
            self.form, self.head, self.table, self.columns, self.tail
        );
        Recipe::parse(&text).unwrap_or_else(|e| panic!("{text}\n{e:?}"))
    }

    pub(super) fn lint(&self) -> Vec<Finding> {
        lint(&self.recipe(), &RulePack::embedded().unwrap(), &self.context)
    }

    pub(super) fn has(&self, code: &str) -> bool {
        self.lint().iter().any(|f| f.code == code)
    }

    pub(super) fn must(&self, code: &str) -> bool {
        self.lint().iter().any(|f| f.code == code && f.must_acknowledge && f.stops())
    }

    pub(super) fn warns(&self, code: &str) -> bool {
        self.lint().iter().any(|f| f.code == code && f.severity == Severity::Warning)
    }

    pub(super) fn fails(&self, code: &str) -> bool {
        self.lint().iter().any(|f| f.code == code && f.severity == Severity::Error && f.stops())
    }
}

pub(super) fn codes(found: &[Finding]) -> Vec<String> {
    found.iter().map(|f| f.code.clone()).collect()
}

/// The first finding with this code.
pub(super) fn named<'f>(found: &'f [Finding], code: &str) -> &'f Finding {
    found.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("no {code} in {:?}", codes(found)))
}

/// An entry that acknowledges a code, with further lines.
pub(super) fn ack(code: &str, more: &str) -> String {
    format!("[[acknowledge]]\ncode = \"{code}\"\nreason = \"why\"\n{more}")
}
