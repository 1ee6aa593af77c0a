//! Lookup tables (rules/tables/) and word lists (rules/wordlists.toml) that conditions use.
//!
//! A missing cell is no "no": it is a question of law for the city.

use std::collections::BTreeMap;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::types::Cite;

/// A table of words by row and column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub(super) format: u32,
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
    /// Citations.
    #[serde(default, rename = "cite")]
    pub cites: Vec<Cite>,
    /// Words by row and column.
    #[serde(rename = "cell", default)]
    pub cells: BTreeMap<String, BTreeMap<String, String>>,
}

impl Table {
    /// The word of a cell; `None`: not decided.
    #[must_use]
    pub fn cell(&self, row: &str, column: &str) -> Option<&str> {
        self.cells.get(row)?.get(column).map(String::as_str)
    }

    /// All words of its cells, with repeats.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.cells.values().flat_map(|row| row.values().map(String::as_str))
    }
}

/// A list of words that a text may hold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenList")]
pub struct WordList {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
    /// The words.
    pub words: Vec<String>,
    folded: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenList {
    ja: String,
    en: String,
    words: Vec<String>,
}

impl From<WrittenList> for WordList {
    fn from(written: WrittenList) -> Self {
        let WrittenList { ja, en, words } = written;
        // An empty word would be in every text.
        let folded = words.iter().map(|word| folded(word)).filter(|word| !word.trim().is_empty()).collect();
        Self { ja, en, words, folded }
    }
}

impl WordList {
    /// Whether a text holds one of the words, whatever their width and case.
    #[must_use]
    pub fn is_mentioned(&self, text: &str) -> bool {
        let text = folded(text);
        self.folded.iter().any(|word| text.contains(word.as_str()))
    }
}

/// Full-width and half-width, upper and lower case count as the same.
fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// The file of word lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordLists {
    pub(super) format: u32,
    #[serde(default)]
    pub(super) list: BTreeMap<String, WordList>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_width_and_case() {
        let words = vec!["tbd".to_owned(), "検討中".to_owned(), String::new()];
        let list = WordList::from(WrittenList { ja: String::new(), en: String::new(), words });
        assert!(list.is_mentioned("期限はＴＢＤ"));
        assert!(list.is_mentioned("現在検討中である"));
        assert!(!list.is_mentioned("令和８年３月２０日"));
    }
}
