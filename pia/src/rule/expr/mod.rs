//! Conditions: CEL text → checked expression → value in three values.
//!
//! `lexer` and `parse` read the text into a small tree (the crate `cel` is the oracle of their tests); `check`
//! types it against the schema of a case and resolves every name; `eval` computes it, totally: an
//! unknown is a value that carries its reasons, not an error.
//!
//! Deliberately absent: CEL's interpreter, loops, and any way to reach a clock or a file.

mod ast;
pub(super) mod check;
mod code;
mod computed;
mod error;
mod eval;
mod functions;
mod given;
mod lexer;
mod lookups;
mod outcome;
pub(super) mod parse;
mod reads;
mod types;
mod value;
mod world;

pub use check::{Scope, is_iterable};
pub use computed::Computed;
pub use error::ExprError;
pub use given::{Given, Refused, given, has_reason};
pub use outcome::{Broken, Outcome, Read, Truth, Why, WhyKind};
pub use types::{Asked, Names, Signature, Ty};
pub use world::{Library, Remaining, World};

use code::Code;

/// A checked expression.
#[derive(Debug, Clone)]
pub struct Expr {
    source: String,
    code: Code,
    ty: Ty,
}

impl Expr {
    /// Reads and checks a condition: an expression that says yes or no.
    ///
    /// # Errors
    /// What is wrong with it, and where in its text.
    pub fn condition(source: &str, scope: &Scope<'_>) -> Result<Self, ExprError> {
        check::condition(source, &parse::parse(source)?, scope)
    }

    /// Reads and checks an expression of any type, such as what derives an answer.
    ///
    /// # Errors
    /// What is wrong with it, and where in its text.
    pub fn value(source: &str, scope: &Scope<'_>) -> Result<Self, ExprError> {
        check::value(source, &parse::parse(source)?, scope)
    }

    /// What stands in for an expression that could not be read: it never holds.
    pub(super) fn never() -> Self {
        Self { source: String::new(), code: Code::Bool(false), ty: Ty::Bool }
    }

    /// The text it was written as.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Type of its value.
    #[must_use]
    pub fn ty(&self) -> &Ty {
        &self.ty
    }

    /// The predicates that it calls, by index.
    pub(crate) fn calls(&self) -> Vec<usize> {
        let mut all = Vec::new();
        self.code.walk(&mut |code| {
            if let Code::Call(index, _) = code {
                all.push(*index);
            }
        });
        all
    }

    /// Whether it asks for what remains of the risks.
    #[must_use]
    pub fn asks_risks(&self) -> bool {
        let mut found = false;
        self.code.walk(&mut |code| found |= matches!(code, Code::RiskRemains(_)));
        found
    }

    /// Ids of the questions that it asks for, in order of their first use.
    #[must_use]
    pub fn questions(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        self.code.walk(&mut |code| {
            if let Code::Answer(question, _) = code
                && !all.contains(&&**question)
            {
                all.push(question);
            }
        });
        all
    }
}

#[cfg(test)]
mod tests;
