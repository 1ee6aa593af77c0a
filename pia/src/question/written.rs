//! The files of rules/questions/ as they are written; unknown keys are refused.

use serde::Deserialize;
use toml::Spanned;

use crate::rule::{Bilingual, Cite, Gate, Role, Severity};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFile {
    pub(super) format: u32,
    #[serde(default)]
    pub(super) section: Vec<WrittenSection>,
    #[serde(default)]
    pub(super) question: Vec<WrittenQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenSection {
    pub(super) id: Spanned<String>,
    pub(super) stage: String,
    pub(super) title: Bilingual,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenQuestion {
    pub(super) id: Spanned<String>,
    pub(super) number: Spanned<String>,
    pub(super) section: Spanned<String>,
    pub(super) stage: Spanned<String>,
    #[serde(rename = "type")]
    pub(super) ty: Spanned<String>,
    #[serde(default)]
    pub(super) options: Vec<Named>,
    pub(super) unit: Option<Spanned<String>>,
    pub(super) to: Option<Spanned<String>>,
    pub(super) for_each: Option<Spanned<String>>,
    pub(super) when: Option<Spanned<String>>,
    pub(super) derive: Option<Spanned<String>>,
    pub(super) suggest: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) contradicts: Vec<WrittenContradicts>,
    #[serde(default)]
    pub(super) judged: bool,
    pub(super) role: Role,
    pub(super) gate: Gate,
    #[serde(default)]
    pub(super) rules: Vec<Spanned<String>>,
    pub(super) text: Spanned<Bilingual>,
    pub(super) why: Spanned<Bilingual>,
    pub(super) good: Spanned<Bilingual>,
    pub(super) bad: Spanned<Bilingual>,
    #[serde(default)]
    pub(super) evidence: Vec<Spanned<String>>,
    #[serde(default, rename = "cite")]
    pub(super) cites: Vec<Spanned<Cite>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenContradicts {
    pub(super) id: Spanned<String>,
    pub(super) with: Option<Spanned<String>>,
    pub(super) when: Spanned<String>,
    pub(super) severity: Option<Severity>,
    pub(super) ja: String,
    pub(super) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) id: Spanned<String>,
    pub(super) ja: String,
    pub(super) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenVerdict {
    pub(super) format: u32,
    #[serde(rename = "force")]
    pub(super) _force: String,
    pub(super) level: Vec<Named>,
    pub(super) criterion: Vec<WrittenCriterion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCriterion {
    pub(super) id: Spanned<String>,
    pub(super) level: Spanned<String>,
    pub(super) when: Spanned<String>,
    pub(super) ja: String,
    pub(super) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenWords {
    pub(super) format: u32,
    pub(super) unit: Vec<Named>,
    pub(super) fault: Vec<WrittenFault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFault {
    pub(super) id: Spanned<String>,
    pub(super) severity: Severity,
    pub(super) title: Bilingual,
    pub(super) message: Bilingual,
    pub(super) remedy: Bilingual,
}
