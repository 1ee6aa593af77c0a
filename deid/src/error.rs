//! What can go wrong, as data: a code, a place, and facts.
//!
//! A [`Diagnostic`] never holds a cell of data. Its facts are numbers and *names* (of tables,
//! columns, files, keys of a recipe), and the type has no way in for anything else: every text
//! fact is built from a [`Name`], which only recipe parsing, header matching and path handling
//! make. The words people read live in `i18n/`, keyed by the code.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use crate::codes::Code;

/// Process exit status; the meaning is the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All that was asked for was done, and holds.
    Done = 0,
    /// The work was possible, but a gate or a check was not met.
    NotMet = 1,
    /// Wrong usage, or a recipe that cannot be read or is refused.
    Usage = 2,
    /// A fault of the input data, of a key file, or of writing the output.
    Fault = 3,
}

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is published.
    Error,
    /// Published, and printed in manifest and report, unless acknowledged with a reason.
    Warning,
    /// To know; needs no acknowledgement.
    Info,
}

impl Severity {
    /// The word used in JSON output.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A name from a recipe, a header row, a path or the command line; never a cell.
///
/// Control and bidirectional formatting characters are replaced by their code points, so that a
/// hostile header cannot drive a terminal or reorder a report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// At most 80 characters are kept: an unclosed quote must not turn a file into a name.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        for (i, c) in text.chars().enumerate() {
            if i == 80 {
                out.push('…');
                break;
            }
            if is_unprintable(c) {
                out.push_str(&format!("<U+{:04X}>", u32::from(c)));
            } else {
                out.push(c);
            }
        }
        Self(out)
    }

    /// The printable text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&String> for Name {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Where a diagnostic points. Empty parts are not printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// File name as the user gave it.
    pub file: Option<Name>,
    /// Table of the recipe.
    pub table: Option<Name>,
    /// Record number, 1 = the first record after the header.
    pub record: Option<u64>,
    /// Column name as the recipe or a recognised header has it.
    pub column: Option<Name>,
    /// Bytes of the recipe to underline.
    pub span: Option<Range<usize>>,
}

/// One coded statement about a recipe, an input, a key or a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// How much it matters here.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// Values for the placeholders of the translated message.
    pub facts: BTreeMap<&'static str, Name>,
}

impl Diagnostic {
    /// An error with no place yet.
    #[must_use]
    pub fn error(code: Code) -> Self {
        Self { code, severity: Severity::Error, place: Place::default(), facts: BTreeMap::new() }
    }

    /// A warning with no place yet.
    #[must_use]
    pub fn warning(code: Code) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code) }
    }

    /// A note with no place yet.
    #[must_use]
    pub fn info(code: Code) -> Self {
        Self { severity: Severity::Info, ..Self::error(code) }
    }

    /// Adds the file.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<Name>) -> Self {
        self.place.file = Some(file.into());
        self
    }

    /// Adds the table.
    #[must_use]
    pub fn in_table(mut self, table: impl Into<Name>) -> Self {
        self.place.table = Some(table.into());
        self
    }

    /// Adds the record number (1 = first after the header).
    #[must_use]
    pub fn at_record(mut self, record: u64) -> Self {
        self.place.record = Some(record);
        self
    }

    /// Adds the column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<Name>) -> Self {
        self.place.column = Some(column.into());
        self
    }

    /// Adds the bytes of the recipe to underline.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.place.span = Some(span);
        self
    }

    /// Adds a number for a placeholder.
    #[must_use]
    pub fn number(mut self, key: &'static str, value: u64) -> Self {
        self.facts.insert(key, Name(value.to_string()));
        self
    }

    /// Adds a name for a placeholder.
    #[must_use]
    pub fn name(mut self, key: &'static str, value: impl Into<Name>) -> Self {
        self.facts.insert(key, value.into());
        self
    }

    /// The exit status this diagnostic asks for when it is an error.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.code.exit()
    }
}

/// Shorthand of the crate: one diagnostic ends the work.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

impl From<Box<Diagnostic>> for Vec<Diagnostic> {
    fn from(one: Box<Diagnostic>) -> Self {
        vec![*one]
    }
}

impl From<Diagnostic> for Vec<Diagnostic> {
    fn from(one: Diagnostic) -> Self {
        vec![one]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_harmless() {
        let long = "あ".repeat(500);
        assert_eq!(Name::new(&long).as_str().chars().count(), 81);
        assert_eq!(Name::new("a\u{202E}b\u{1b}[31m").as_str(), "a<U+202E>b<U+001B>[31m");
    }
}
