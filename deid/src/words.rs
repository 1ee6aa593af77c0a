//! The words people read, in Japanese and English.
//!
//! Loaded from `i18n/{ja,en}.toml`, embedded in the binary. Code never holds a sentence; it holds
//! a key. `tests` below make the two languages complete: same keys, same placeholders.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::codes::Code;
use crate::error::Diagnostic;

/// A language of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Lang {
    /// The code used by `--lang` and in HTML.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::Ja => include_str!("../i18n/ja.toml"),
            Self::En => include_str!("../i18n/en.toml"),
        }
    }
}

/// What is said about one code.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct CodeWords {
    /// A few words.
    pub title: String,
    /// One sentence with placeholders `{fact}`.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Why the tool is strict here; for `explain` and docs/codes.
    #[serde(default)]
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: BTreeMap<String, CodeWords>,
    ui: BTreeMap<String, String>,
}

/// All words of one language.
pub struct Words {
    /// The language.
    pub lang: Lang,
    codes: BTreeMap<String, CodeWords>,
    ui: BTreeMap<String, String>,
}

impl Words {
    /// Loads the embedded words of a language.
    #[must_use]
    pub fn load(lang: Lang) -> Self {
        // A broken file is caught by the tests below; a release without words still works.
        let file = toml::from_str::<File>(lang.source())
            .unwrap_or_else(|_| File { code: BTreeMap::new(), ui: BTreeMap::new() });
        Self { lang, codes: file.code, ui: file.ui }
    }

    /// The words of a code.
    #[must_use]
    pub fn code(&self, code: Code) -> Option<&CodeWords> {
        self.codes.get(code.as_str())
    }

    /// A word or sentence of the interface; the key itself when it is missing.
    #[must_use]
    pub fn ui<'a>(&'a self, key: &'a str) -> &'a str {
        self.ui.get(key).map_or(key, String::as_str)
    }

    /// As [`Words::ui`], but `None` when it is missing.
    #[must_use]
    pub fn find_ui(&self, key: &str) -> Option<&str> {
        self.ui.get(key).map(String::as_str)
    }

    /// A sentence of the interface with `{name}` replaced.
    #[must_use]
    pub fn fill(&self, key: &str, facts: &[(&str, &str)]) -> String {
        fill(self.ui(key), |name| facts.iter().find(|(k, _)| *k == name).map(|(_, v)| (*v).to_owned()))
    }

    /// The sentence of a diagnostic, with its facts filled in.
    #[must_use]
    pub fn message(&self, d: &Diagnostic) -> String {
        let template = self.code(d.code).map_or("", |w| w.message.as_str());
        fill(template, |name| fact(d, name))
    }

    /// What to do about a diagnostic.
    #[must_use]
    pub fn help(&self, d: &Diagnostic) -> String {
        let template = self.code(d.code).map_or("", |w| w.help.as_str());
        fill(template, |name| fact(d, name))
    }
}

fn fact(d: &Diagnostic, name: &str) -> Option<String> {
    let place = match name {
        "file" => d.place.file.as_ref().map(ToString::to_string),
        "table" => d.place.table.as_ref().map(ToString::to_string),
        "column" => d.place.column.as_ref().map(ToString::to_string),
        "record" => d.place.record.map(|r| r.to_string()),
        _ => None,
    };
    place.or_else(|| d.facts.get(name).map(ToString::to_string))
}

/// Replaces `{name}`; an unknown placeholder becomes `?`.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(value(name).as_deref().unwrap_or("?"));
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(text: &str) -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(n, _)| n.to_owned()).collect()
    }

    fn read(lang: Lang) -> File {
        toml::from_str(lang.source()).unwrap()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (ja, en) = (read(Lang::Ja), read(Lang::En));
        assert_eq!(ja.ui.keys().collect::<Vec<_>>(), en.ui.keys().collect::<Vec<_>>());
        for (key, text) in &ja.ui {
            assert_eq!(placeholders(text), placeholders(&en.ui[key]), "{key}");
            assert!(!text.trim().is_empty(), "{key}");
        }
        for code in Code::ALL {
            let (j, e) = (&ja.code[code.as_str()], &en.code[code.as_str()]);
            assert_eq!(placeholders(&j.message), placeholders(&e.message), "{code}");
            assert_eq!(placeholders(&j.help), placeholders(&e.help), "{code}");
            for text in [&j.title, &j.message, &j.help, &e.title, &e.message, &e.help] {
                assert!(!text.trim().is_empty(), "{code}");
            }
        }
        let known: BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str().to_owned()).collect();
        assert_eq!(ja.code.keys().cloned().collect::<BTreeSet<_>>(), known);
        assert_eq!(en.code.keys().cloned().collect::<BTreeSet<_>>(), known);
    }

    #[test]
    fn every_japanese_word_can_be_written_in_cp932() {
        let ja = read(Lang::Ja);
        let all =
            ja.ui.values().chain(ja.code.values().flat_map(|w| [&w.title, &w.message, &w.help, &w.why]));
        for text in all {
            assert!(
                crate::io::encoding::is_encodable(crate::io::encoding::TextEncoding::Cp932, text),
                "{text}"
            );
        }
    }
}
