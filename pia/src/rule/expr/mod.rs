//! Conditions: CEL text → checked expression → value in three values.
//!
//! `parse` reads the text with the crate `cel` (its parser only) into an own small tree; `check`
//! types it against the shape of a case and resolves every name; `eval` computes it, totally: an
//! unknown is a value that carries its reasons, not an error.
//!
//! Deliberately absent: CEL's interpreter, loops, and any way to reach a clock or a file.

mod outcome;

pub use outcome::{Broken, Outcome, Read, Truth, Why, WhyKind};

/// A checked expression.
#[derive(Debug, Clone)]
pub struct Expr {
    source: String,
}

impl Expr {
    /// The text it was written as.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}
