//! The words people read in messages and screens, in Japanese and English.
//!
//! Loaded from `i18n/{ja,en}.toml`, embedded in the binary; code holds keys. What a lawyer or an
//! officer may want to change (questions, rules, risks, dossier) stands under rules/ instead.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
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
}

/// All words of one language.
#[derive(Debug, Clone)]
pub struct Words {
    /// The language.
    pub lang: Lang,
    ui: BTreeMap<String, String>,
}

impl Words {
    /// Loads the embedded words of a language.
    #[must_use]
    pub fn load(lang: Lang) -> Self {
        // Read once: several rooms ask for both languages.
        static JA: LazyLock<Words> = LazyLock::new(|| Words::of(Lang::Ja, include_str!("../i18n/ja.toml")));
        static EN: LazyLock<Words> = LazyLock::new(|| Words::of(Lang::En, include_str!("../i18n/en.toml")));
        match lang {
            Lang::Ja => JA.clone(),
            Lang::En => EN.clone(),
        }
    }

    /// The words of a file of such tables.
    #[must_use]
    pub fn of(lang: Lang, source: &str) -> Self {
        // A broken file is caught by tests; a release without words still works.
        let mut ui = BTreeMap::new();
        if let Ok(table) = source.parse::<toml::Table>() {
            flatten("", &table, &mut ui);
        }
        Self { lang, ui }
    }

    /// A word or sentence; the key itself when it is missing.
    #[must_use]
    pub fn ui<'a>(&'a self, key: &'a str) -> &'a str {
        self.ui.get(key).map_or(key, String::as_str)
    }

    /// As [`Words::ui`], with `{name}` replaced by facts.
    #[must_use]
    pub fn fill(&self, key: &str, facts: &[(&str, &str)]) -> String {
        fill(self.ui(key), |name| {
            facts.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
        })
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.ui.keys().map(String::as_str)
    }
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::String(text) => {
                into.insert(key, text.clone());
            }
            toml::Value::Table(inner) => flatten(&key, inner, into),
            _ => {}
        }
    }
}

/// Replaces `{name}` by what `fact` knows; what it does not know stays as written.
#[must_use]
pub fn fill(template: &str, fact: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match fact(name) {
                    Some(value) => out.push_str(&value),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                    }
                }
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of the placeholders of a text.
    fn placeholders(text: &str) -> Vec<String> {
        let mut found: Vec<String> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect();
        found.sort();
        found
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let (ja, en) = (Words::load(Lang::Ja), Words::load(Lang::En));
        assert!(ja.keys().count() > 0);
        assert_eq!(ja.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        for key in ja.keys() {
            assert_eq!(placeholders(ja.ui(key)), placeholders(en.ui(key)), "{key}");
        }
    }

    #[test]
    fn unknown_placeholders_stay() {
        assert_eq!(fill("a {b} {c", |_| None), "a {b} {c");
        assert_eq!(fill("{x}は{x}", |_| Some("1".to_owned())), "1は1");
    }
}
