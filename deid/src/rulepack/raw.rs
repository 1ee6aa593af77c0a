//! The files of a rule pack as they are written, before anything is checked against anything.
//!
//! Texts are optional here so that a missing language is its own fault, with its own code, and not
//! a parser's sentence about a field.

use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub(super) ja: Option<String>,
    pub(super) en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pack {
    pub(super) format: u32,
    pub(super) id: String,
    pub(super) version: String,
    pub(super) as_of: String,
    pub(super) label: Text,
    #[serde(default)]
    pub(super) note: Text,
    pub(super) items: String,
    pub(super) laws: String,
    pub(super) legal_forms: Vec<String>,
    #[serde(default)]
    pub(super) verified: Vec<Verified>,
    #[serde(default)]
    pub(super) force: Vec<Named>,
    #[serde(default)]
    pub(super) open: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verified {
    pub(super) code: String,
    pub(super) label: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) label: Text,
    pub(super) note: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Laws {
    pub(super) format: u32,
    #[serde(rename = "as_of")]
    pub(super) _as_of: String,
    pub(super) law: Vec<Law>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Law {
    pub(super) id: String,
    #[serde(rename = "law_id")]
    pub(super) _law_id: Option<String>,
    pub(super) label: Text,
    #[serde(rename = "version")]
    pub(super) _version: String,
    pub(super) verified: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Items {
    pub(super) format: u32,
    #[serde(rename = "as_of")]
    pub(super) _as_of: String,
    pub(super) mark: Vec<Named>,
    pub(super) treatment: Vec<Named>,
    pub(super) item: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) label: Text,
    pub(super) class: String,
    pub(super) marks: Vec<String>,
    pub(super) sensitivity: u8,
    pub(super) pseudonymised: Vec<String>,
    pub(super) anonymised: Vec<String>,
    pub(super) entropy: Option<String>,
    pub(super) detail: Text,
    pub(super) note: Text,
    #[serde(rename = "as_of")]
    pub(super) _as_of: String,
    pub(super) source: Vec<Source>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) law: String,
    pub(super) article: String,
    pub(super) as_of: String,
    pub(super) verified: String,
    pub(super) force: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    pub(super) format: u32,
    pub(super) id: String,
    pub(super) label: Option<Text>,
    pub(super) makers: Option<Vec<String>>,
    pub(super) keys: Option<Vec<String>>,
    pub(super) rows: Option<bool>,
    #[serde(default)]
    pub(super) includes: Vec<String>,
    #[serde(rename = "as_of")]
    pub(super) _as_of: String,
    pub(super) note: Option<Text>,
    #[serde(default)]
    pub(super) check: Vec<Check>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    pub(super) code: String,
    pub(super) rule: String,
    pub(super) severity: String,
    pub(super) when: String,
    #[serde(default)]
    pub(super) params: Params,
    pub(super) source: Vec<Source>,
    #[serde(default)]
    pub(super) text: CheckTexts,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckTexts {
    pub(super) ja: Option<CheckText>,
    pub(super) en: Option<CheckText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckText {
    pub(super) title: String,
    pub(super) why: String,
    pub(super) fix: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    pub(super) marks: Option<Vec<String>>,
    pub(super) items: Option<Vec<String>>,
    pub(super) roles: Option<Vec<String>>,
    pub(super) allowed: Option<Vec<String>>,
    pub(super) handled_by: Option<Vec<String>>,
    pub(super) keys: Option<Vec<String>>,
    pub(super) entropy: Option<Vec<String>>,
    pub(super) finest: Option<Finest>,
    pub(super) k_min: Option<u64>,
    pub(super) l_min: Option<u64>,
    pub(super) age: Option<u64>,
    pub(super) small_cell_min: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Finest {
    Period(String),
    ByItem(Vec<FinestItem>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FinestItem {
    pub(super) item: String,
    pub(super) unit: String,
    pub(super) level: String,
}
