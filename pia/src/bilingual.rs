//! A text in both languages, as the rule pack and the schema of a case write it.
//!
//! Not here: words of a case, whose English may be missing (`Value::Words`), and the words of the
//! interface, which are loaded one language at a time (`words`).

use serde::Deserialize;

use crate::words::Lang;

/// A text in Japanese and English; both are always there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl Bilingual {
    /// What is said in each language.
    #[must_use]
    pub fn of(say: impl Fn(Lang) -> String) -> Self {
        Self { ja: say(Lang::Ja), en: say(Lang::En) }
    }

    /// What reads the same in both: an id, a number, a text that somebody typed.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { ja: text.clone(), en: text }
    }

    /// The text in a language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// Whether one of the languages is missing.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.ja.trim().is_empty() || self.en.trim().is_empty()
    }
}
