//! The few words that the web page and the workbook add to a dossier: names of parts, not content.
//!
//! Why here: both formats need them, and they are words of the interface, so they come from the
//! translation files. Deliberately absent: everything that the dossier itself says.

/// Keys of [`Labels`], in order; the translation files must hold each.
pub const KEYS: &[&str] = &[
    "skip",
    "back",
    "paragraph",
    "paragraph-note",
    "figure-text",
    "full-size",
    "current",
    "cover",
    "number",
    "version",
    "date",
    "addressee",
    "title",
    "notice",
    "table",
    "row-id",
    "sheet",
    "rows",
    "cut",
];

/// Words of the frame around a dossier, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels<'a> {
    /// Link over the contents, for the keyboard.
    pub skip: &'a str,
    /// Link from the end of a section to the table of contents.
    pub back: &'a str,
    /// What the small id after a paragraph is, for screen readers.
    pub paragraph: &'a str,
    /// The same for everybody, once, above the contents.
    pub paragraph_note: &'a str,
    /// Opens the text alternative of a figure.
    pub figure_text: &'a str,
    /// Shows a large figure without shrinking it.
    pub full_size: &'a str,
    /// Marks the box that is the result.
    pub current: &'a str,
    /// Name of the workbook's first sheet.
    pub cover: &'a str,
    /// Number of the dossier.
    pub number: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Its date.
    pub date: &'a str,
    /// Whom it is for.
    pub addressee: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The sentence that the city decides.
    pub notice: &'a str,
    /// Column of a sheet that holds several tables: which one.
    pub table: &'a str,
    /// Column of a sheet: id of the row.
    pub row_id: &'a str,
    /// Head of the list of sheets.
    pub sheet: &'a str,
    /// Head of the list of sheets: how many rows.
    pub rows: &'a str,
    /// Ends a cell that is longer than a workbook may hold.
    pub cut: &'a str,
}

impl<'a> Labels<'a> {
    /// Asks for the word of each key.
    #[must_use]
    pub fn of(word: impl Fn(&'static str) -> &'a str) -> Self {
        Self {
            skip: word("skip"),
            back: word("back"),
            paragraph: word("paragraph"),
            paragraph_note: word("paragraph-note"),
            figure_text: word("figure-text"),
            full_size: word("full-size"),
            current: word("current"),
            cover: word("cover"),
            number: word("number"),
            version: word("version"),
            date: word("date"),
            addressee: word("addressee"),
            title: word("title"),
            notice: word("notice"),
            table: word("table"),
            row_id: word("row-id"),
            sheet: word("sheet"),
            rows: word("rows"),
            cut: word("cut"),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::OnceLock;

    fn file(lang: &str) -> &'static BTreeMap<String, String> {
        static FILES: [OnceLock<BTreeMap<String, String>>; 2] = [OnceLock::new(), OnceLock::new()];
        let (at, text) = match lang {
            "ja" => (0, include_str!("../../i18n/dossier-labels.ja.toml")),
            _ => (1, include_str!("../../i18n/dossier-labels.en.toml")),
        };
        FILES[at].get_or_init(|| toml::from_str(text).unwrap())
    }

    /// The words of the translation file.
    pub(in crate::dossier) fn labels(lang: &str) -> Labels<'static> {
        Labels::of(|key| file(lang)[key].as_str())
    }

    #[test]
    fn both_languages_hold_exactly_the_keys() {
        let keys: BTreeSet<&str> = KEYS.iter().copied().collect();
        assert_eq!(keys.len(), KEYS.len());
        for lang in ["ja", "en"] {
            assert_eq!(file(lang).keys().map(String::as_str).collect::<BTreeSet<_>>(), keys, "{lang}");
            assert!(file(lang).values().all(|word| !word.trim().is_empty()), "{lang}");
        }
        let asked = std::cell::RefCell::new(BTreeSet::new());
        let _ = Labels::of(|key| {
            asked.borrow_mut().insert(key);
            ""
        });
        assert_eq!(asked.into_inner(), keys);
    }
}
