//! What is wrong with an expression, and where in its text.

use std::ops::Range;

use crate::rule::fault::FaultCode;

/// A fault of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// What is wrong.
    pub code: FaultCode,
    /// Bytes in the text of the expression.
    pub at: Range<usize>,
    /// The name or words it is about.
    pub detail: String,
}

impl ExprError {
    pub(super) fn new(code: FaultCode, at: &Range<usize>, detail: impl Into<String>) -> Self {
        Self { code, at: at.clone(), detail: detail.into() }
    }
}
