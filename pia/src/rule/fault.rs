//! What is wrong with a rule pack: file, place, code and the names it is about.
//!
//! The sentence for people is `rule-fault.<code>` of the interface words, filled with `detail`.

use std::ops::Range;

use crate::words::Words;

/// One fault of a rule pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFault {
    /// Path in the pack.
    pub file: String,
    /// Bytes in that file; empty when it is about the file as a whole.
    pub span: Range<usize>,
    /// Stable code.
    pub code: FaultCode,
    /// The name or words it is about.
    pub detail: String,
    /// A warning does not keep the pack from loading.
    pub warning: bool,
}

impl PackFault {
    /// A fault that keeps the pack from loading.
    #[must_use]
    pub fn error(file: &str, span: Range<usize>, code: FaultCode, detail: impl Into<String>) -> Self {
        Self { file: file.to_owned(), span, code, detail: detail.into(), warning: false }
    }

    /// A fault that is only told.
    #[must_use]
    pub fn warning(file: &str, code: FaultCode, detail: impl Into<String>) -> Self {
        Self { warning: true, ..Self::error(file, 0..0, code, detail) }
    }

    /// A file that is not TOML of the expected shape.
    pub(crate) fn toml(file: &str, error: &toml::de::Error) -> Self {
        Self::error(file, error.span().unwrap_or(0..0), FaultCode::Toml, error.message())
    }

    /// The sentence for people.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        words.fill(&format!("rule-fault.{}", self.code.id()), &[("detail", &self.detail)])
    }
}

/// Bytes in a file of a place inside a TOML string, given the span of the string and its content.
/// Where escapes keep the content from standing there as it is, the whole string is named.
pub(crate) fn within(file: &str, span: &Range<usize>, content: &str, at: &Range<usize>) -> Range<usize> {
    let written = file.get(span.clone()).unwrap_or_default();
    match written.find(content).filter(|_| !content.is_empty()) {
        Some(start) => span.start + start + at.start..span.start + start + at.end,
        None => span.clone(),
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal,)*) => {
        /// What is wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum FaultCode { $($(#[doc = $doc])* $name,)* }

        impl FaultCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its stable id.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }
        }
    };
}

codes! {
    /// The file is not TOML, or has an unknown or missing key.
    Toml = "toml",
    /// A format that this program does not read.
    Format = "format",
    /// An expression is not CEL.
    Syntax = "syntax",
    /// An expression uses something outside of the contract.
    NotAllowed = "not-allowed",
    /// No variable of this name.
    UnknownVariable = "unknown-variable",
    /// The kind has no such key.
    UnknownField = "unknown-field",
    /// No function of this name, or with other arguments.
    UnknownFunction = "unknown-function",
    /// The vocabulary has no such word.
    UnknownWord = "unknown-word",
    /// Types do not fit.
    TypeMismatch = "type-mismatch",
    /// A condition is not a yes or no.
    NotBoolean = "not-boolean",
    /// An argument has to be written out.
    NotLiteral = "not-literal",
    /// A pattern is not a regular expression.
    Pattern = "pattern",
    /// A day that does not exist.
    Date = "date",
    /// A rule reads the regime itself.
    Regime = "regime",
    /// Predicates or derived answers that need each other.
    Cycle = "cycle",
    /// An id that stands twice.
    Duplicate = "duplicate",
    /// No such kind of object.
    UnknownKind = "unknown-kind",
    /// No such law in laws.toml.
    UnknownLaw = "unknown-law",
    /// No such force in pack.toml.
    UnknownForce = "unknown-force",
    /// No such code of verification in pack.toml.
    UnknownVerified = "unknown-verified",
    /// No such question.
    UnknownQuestion = "unknown-question",
    /// No such kind of evidence.
    UnknownEvidenceKind = "unknown-evidence-kind",
    /// No such lookup table or word list.
    UnknownTable = "unknown-table",
    /// A text is missing in one language.
    Language = "language",
    /// A placeholder that is no path of the object.
    Placeholder = "placeholder",
    /// A rule without citations.
    NoCite = "no-cite",
    /// A rule without a test that fires.
    NoFiringTest = "no-firing-test",
    /// A rule without a test that stays silent.
    NoSilentTest = "no-silent-test",
    /// The file name is not the id.
    FileName = "file-name",
    /// A file that the pack needs is missing.
    Missing = "missing",
    /// A file that nothing reads.
    UnknownFile = "unknown-file",
    /// No such section of questions, or one of the other stage.
    UnknownSection = "unknown-section",
    /// No such rule.
    UnknownRule = "unknown-rule",
    /// No such unit, or a unit of what is no quantity.
    UnknownUnit = "unknown-unit",
    /// A choice without options, or options of what is no choice.
    Options = "options",
    /// A question that is never asked.
    DeadQuestion = "dead-question",
    /// A legal evaluation that is not the officer's.
    NotOfficer = "not-officer",
    /// More questions than the threshold stage may have.
    TooMany = "too-many",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn every_code_has_a_sentence() {
        for lang in [Lang::Ja, Lang::En] {
            let words = Words::load(lang);
            for code in FaultCode::ALL {
                let key = format!("rule-fault.{}", code.id());
                assert_ne!(words.ui(&key), key, "{lang:?}");
            }
        }
    }
}
