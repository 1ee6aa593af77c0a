//! What is wrong with a file that was given to us, as data: a code, places, facts.
//!
//! Facts are bounded and printable whatever the input holds ([`Name`]); the sentences stand in
//! `i18n/`, keyed by the code. Not here: findings of rules (`judge`), and how a diagnostic is
//! drawn on a terminal (`cli`).

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use crate::case::tree::SourceFile;
use crate::codes::Code;
use crate::hidden::is_hidden;
use crate::words::Words;

/// Process exit status, the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, and nothing is open.
    Done = 0,
    /// Done; there are findings or open questions.
    Findings = 1,
    /// The input or the command line cannot be used.
    Unusable = 2,
    /// The program or the machine failed.
    Fault = 3,
}

/// Whether the input can be used all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can; somebody should look.
    Warning,
}

impl Severity {
    /// The word used in JSON and SARIF.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A piece of input that may be shown: at most 80 characters, every one of them harmless.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// Longest piece of input that is repeated to people, in characters.
    pub const LONGEST: usize = 80;

    /// Cuts the text and replaces characters that hide or move others by their code points.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut name = String::new();
        let mut room = Self::LONGEST - 1;
        for c in text.chars() {
            let shown = if is_hidden(c) { format!("<U+{:04X}>", u32::from(c)) } else { c.to_string() };
            let width = shown.chars().count();
            if width > room {
                name.push('…');
                break;
            }
            room -= width;
            name.push_str(&shown);
        }
        Self(name)
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

/// A file, and bytes and line in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Path of the file, relative to the case folder, with `/`.
    pub file: String,
    /// Bytes to underline, in the text without a byte order mark; `None`: the file as a whole.
    pub span: Option<Range<usize>>,
    /// Line, from 1; 0: the file as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0: the file as a whole.
    pub column: usize,
}

impl Spot {
    /// A file as a whole.
    #[must_use]
    pub fn file(name: &str) -> Self {
        Self { file: name.to_owned(), span: None, line: 0, column: 0 }
    }

    /// Bytes of a file.
    #[must_use]
    pub fn bytes(file: &SourceFile, span: &Range<usize>) -> Self {
        let (line, column) = file.position(span.start);
        Self { file: file.name.clone(), span: Some(span.clone()), line, column }
    }
}

/// A second place that explains the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub spot: Spot,
    /// What is there: key of a word, such as `label.first`.
    pub word: &'static str,
}

/// One coded statement about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// Whether the input can be used all the same.
    pub severity: Severity,
    /// Where; `None`: not about a file.
    pub spot: Option<Spot>,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// Values for the placeholders of the words.
    pub facts: BTreeMap<&'static str, String>,
    /// Values that are words themselves: keys of `i18n/`.
    pub terms: BTreeMap<&'static str, &'static str>,
}

impl Diagnostic {
    /// An error with no place yet.
    #[must_use]
    pub fn error(code: Code) -> Self {
        Self {
            code,
            severity: Severity::Error,
            spot: None,
            labels: Vec::new(),
            facts: BTreeMap::new(),
            terms: BTreeMap::new(),
        }
    }

    /// A warning with no place yet.
    #[must_use]
    pub fn warning(code: Code) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code) }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, spot: Spot) -> Self {
        self.spot = Some(spot);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, spot: Spot, word: &'static str) -> Self {
        self.labels.push(Label { spot, word });
        self
    }

    /// Adds a piece of input for a placeholder.
    #[must_use]
    pub fn name(mut self, key: &'static str, input: &str) -> Self {
        self.facts.insert(key, Name::new(input).0);
        self
    }

    /// Adds a number for a placeholder.
    #[must_use]
    pub fn number(mut self, key: &'static str, number: impl Into<i128>) -> Self {
        self.facts.insert(key, number.into().to_string());
        self
    }

    /// Adds words of our own (never of the input) for a placeholder, at full length.
    #[must_use]
    pub fn own<'a>(mut self, key: &'static str, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.facts.insert(key, words.into_iter().collect::<Vec<_>>().join(", "));
        self
    }

    /// Adds a word, by its key, for a placeholder.
    #[must_use]
    pub fn term(mut self, key: &'static str, word: &'static str) -> Self {
        self.terms.insert(key, word);
        self
    }

    /// A few words.
    #[must_use]
    pub fn title(&self, words: &Words) -> String {
        words.ui(&format!("code.{}.title", self.code)).to_owned()
    }

    /// What is wrong, in a sentence.
    #[must_use]
    pub fn message(&self, words: &Words) -> String {
        words.fill(&format!("code.{}.message", self.code), &self.pairs(words))
    }

    /// What to do about it; with the nearest name that is known, where there is one.
    #[must_use]
    pub fn help(&self, words: &Words) -> String {
        let help = words.fill(&format!("code.{}.help", self.code), &self.pairs(words));
        if self.facts.contains_key("nearest") {
            format!("{} {help}", words.fill("diagnostic.nearest", &self.pairs(words)))
        } else {
            help
        }
    }

    fn pairs<'a>(&'a self, words: &'a Words) -> Vec<(&'a str, &'a str)> {
        let facts = self.facts.iter().map(|(key, value)| (*key, value.as_str()));
        facts.chain(self.terms.iter().map(|(key, word)| (*key, words.ui(word)))).collect()
    }
}

/// One diagnostic ends the work.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_harmless() {
        assert_eq!(Name::new(&"あ".repeat(500)).as_str().chars().count(), Name::LONGEST);
        assert_eq!(Name::new(&"\u{0}".repeat(500)).as_str().chars().count(), 9 * 8 + 1);
        assert_eq!(Name::new("a\u{202E}b\u{1b}[31m").as_str(), "a<U+202E>b<U+001B>[31m");
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let file = SourceFile::new("f", "あ\nいう = 1\n".to_owned());
        let spot = Spot::bytes(&file, &(7..10));
        assert_eq!((spot.line, spot.column), (2, 2));
        assert_eq!(spot.span, Some(7..10));
        let position = |byte| file.position(byte);
        assert_eq!([0, 3, 4, 13, 15, 900].map(position), [(1, 1), (1, 2), (2, 1), (2, 6), (3, 1), (3, 1)]);
    }
}
