//! From the ids of the data to the words of a report, in one language.
//!
//! An id that the translation files do not know (a newer role, a free parameter) is shown as it
//! is, made harmless, rather than left out. Deliberately absent: sentences, which are in `i18n/`
//! under keys that start with `report.`.

use super::format;
use crate::recipe::LegalForm;
use crate::words::{Lang, Words};

/// The words of a report.
pub(super) struct Say {
    words: Words,
}

impl Say {
    /// Loads the words of a language.
    pub(super) fn new(lang: Lang) -> Self {
        Self { words: Words::load(lang) }
    }

    /// The language.
    pub(super) fn lang(&self) -> Lang {
        self.words.lang
    }

    /// A sentence without placeholders.
    pub(super) fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.ui(key)
    }

    /// A sentence with its facts.
    pub(super) fn fill(&self, key: &str, facts: &[(&str, &str)]) -> String {
        self.words.fill(key, facts)
    }

    /// One of two spellings, the Japanese or the English one.
    pub(super) fn pick<'a>(&self, ja: &'a str, en: &'a str) -> &'a str {
        match self.lang() {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    fn known(&self, group: &str, id: &str) -> Option<String> {
        let key = format!("report.{group}.{id}");
        let said = self.words.ui(&key);
        (said != key).then(|| said.to_owned())
    }

    fn or_id(&self, group: &str, id: &str) -> String {
        self.known(group, id).unwrap_or_else(|| format::name(id))
    }

    /// A role: `quasi` → 準識別子.
    pub(super) fn role(&self, id: &str) -> String {
        self.or_id("role", id)
    }

    /// What a role means and why it matters; `None` for a role without a text.
    pub(super) fn role_meaning(&self, id: &str) -> Option<String> {
        self.known("role-meaning", id)
    }

    /// A treatment: `pseudonym` → 仮IDに置換え.
    pub(super) fn treatment(&self, id: &str) -> String {
        self.or_id("treatment", id)
    }

    /// What a treatment does.
    pub(super) fn treatment_meaning(&self, id: &str) -> Option<String> {
        self.known("treatment-meaning", id)
    }

    /// Parameters `key value, key value` in words; a key without a word is shown as it is.
    pub(super) fn parameters(&self, raw: &str) -> String {
        let said: Vec<String> =
            raw.split(',').map(str::trim).filter(|p| !p.is_empty()).map(|p| self.parameter(p)).collect();
        said.join(self.t("report.comma"))
    }

    fn parameter(&self, pair: &str) -> String {
        let known =
            pair.split_once(' ').and_then(|(key, value)| Some((self.known("parameter", key)?, value.trim())));
        let Some((key, value)) = known else { return format::name(pair) };
        let value = self.known("value", value).unwrap_or_else(|| format::name(value));
        format!("{key}{}{value}", self.t("report.colon"))
    }

    /// A file format `csv / cp932 / CRLF` in words.
    pub(super) fn file_format(&self, raw: &str) -> String {
        let said: Vec<String> =
            raw.split('/').map(str::trim).map(|part| self.or_id("format", &part.to_lowercase())).collect();
        said.join(self.t("report.comma"))
    }

    /// A legal form, given in the law's words.
    pub(super) fn legal_form(&self, raw: &str) -> String {
        let id = match LegalForm::parse(raw) {
            Some(LegalForm::SafetyProcessed) => "safety",
            Some(LegalForm::PseudonymouslyProcessed) => "pseudonymous",
            Some(LegalForm::AnonymouslyProcessed) => "anonymous",
            Some(LegalForm::AdministrativeAnonymous) => "administrative",
            Some(LegalForm::Statistics) => "statistics",
            None => return format::name(raw),
        };
        self.or_id("form", id)
    }

    /// A UTC time as the day and time in Japan, in both calendars; as it is if it is no time.
    pub(super) fn moment(&self, utc: &str) -> String {
        let Some(m) = format::in_japan(utc) else { return format::name(utc) };
        let month_word = self.known("month", &m.month).unwrap_or_default();
        self.fill(
            "report.moment",
            &[
                ("era", &m.era),
                ("year", &m.year),
                ("month_word", &month_word),
                ("day", &m.day),
                ("time", &m.time),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{EmptyText, Mask, MaskShape, Microaggregate, Role, Statistic, Step, TokenForm};
    use crate::transform::value::period::Style;

    #[test]
    fn every_role_and_treatment_has_words_in_both_languages() {
        let steps = [
            Step::Keep,
            Step::Drop,
            Step::DropText,
            Step::Constant(String::new()),
            Step::Mask(Mask { shape: MaskShape::Pattern(String::new()), with: '*' }),
            Step::Pseudonym { domain: String::new(), form: TokenForm::Hex, empty: EmptyText::Error },
            Step::Generalize { hierarchy: String::new(), min: None, max: None },
            Step::Round(String::new()),
            Step::TopCode { at: String::new(), label: None },
            Step::BottomCode { at: String::new(), label: None },
            Step::DateTruncate { unit: String::new(), style: Style::Iso },
            Step::DateShift { min_days: 1, max_days: 2 },
            Step::SuppressValues(Vec::new()),
            Step::Microaggregate(Microaggregate { statistic: Statistic::Mean, digits: 0, group: None }),
        ];
        for say in [Say::new(Lang::Ja), Say::new(Lang::En)] {
            for role in
                [Role::Direct, Role::Link, Role::Quasi, Role::Sensitive, Role::Text, Role::Keep, Role::Drop]
            {
                assert_ne!(say.role(role.id()), role.id());
                assert!(say.role_meaning(role.id()).is_some(), "{}", role.id());
            }
            for step in &steps {
                assert_ne!(say.treatment(step.id()), step.id());
                assert!(say.treatment_meaning(step.id()).is_some(), "{}", step.id());
            }
            for (form, _) in LegalForm::ALL {
                assert!(!say.legal_form(form).contains("report."), "{form}");
            }
        }
        assert_ne!(Say::new(Lang::En).legal_form("統計"), "統計");
    }

    #[test]
    fn parameters_are_said_in_words_and_unknown_ones_as_they_are() {
        let say = Say::new(Lang::Ja);
        assert_eq!(say.parameters("unit month, x\u{202E} 1, free"), "単位：月、x<U+202E> 1、free");
        assert_eq!(say.parameters(""), "");
        assert_eq!(say.file_format("csv / cp932 / CRLF"), "CSV、CP932（Windows の日本語）、改行 CR LF");
    }

    #[test]
    fn moments_carry_both_calendars() {
        assert_eq!(
            Say::new(Lang::Ja).moment("2026-11-22T04:05:06Z"),
            "令和8年（2026年）11月22日 13:05（日本時間）"
        );
        assert_eq!(
            Say::new(Lang::En).moment("2026-11-22T04:05:06Z"),
            "22 November 2026 (令和8年), 13:05 Japan time"
        );
        assert_eq!(Say::new(Lang::En).moment("soon"), "soon");
    }
}
