//! The predicate of a run manifest: what a run was given, did and measured.
//!
//! Every key is always written; `null` means "does not apply", never "unknown". docs/manifest.md
//! describes each field in words; this file is the shape. Names, ids and counts only: no cell.

use super::decimal::Decimal;
use super::error::ManifestError;
use super::measure::{Gate, Measure};
use super::statement::{Predicate, Signer, Statement, Tool};
use super::table::{Format, Table};
use super::time::UtcTime;
use super::{Sha256Hex, run_check};
use crate::crypto::{KeyId, KeyKind, Lifetime};
use serde::{Deserialize, Serialize};

/// What a run did and measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunManifest {
    /// When the run was made, as its caller said.
    pub run_time: UtcTime,
    /// The program.
    pub tool: Tool,
    /// The key that signs this statement.
    pub signer: Signer,
    /// Made with a demo key: for trying out, not for real data.
    pub demo: bool,
    /// The recipe (加工仕様) that was carried out.
    pub recipe: Pinned,
    /// The generalization that was applied; null if the recipe searches for none.
    pub decision: Option<Decision>,
    /// The hierarchies that were used.
    pub hierarchies: Vec<HierarchyUse>,
    /// The rule pack whose thresholds and texts were used.
    pub rule_pack: Pinned,
    /// The files that were read.
    pub inputs: Vec<Input>,
    /// Id of the recipient (提供先).
    pub recipient: String,
    /// Id of the exchange.
    pub exchange: String,
    /// Name of the group within which pseudonyms link across recipients and exchanges; null: none.
    pub link_group: Option<String>,
    /// The legal form of the result.
    pub legal_form: LegalForm,
    /// The keys that were used, the signer's apart.
    pub keys: Vec<KeyUse>,
    /// The normalisation before pseudonymising, one for each domain.
    pub normalisation: Vec<Normalisation>,
    /// The published tables.
    pub tables: Vec<Table>,
    /// How the tables join, and along which joins a record leads to its person.
    pub relations: Vec<Relation>,
    /// Everything that was measured.
    pub measures: Vec<Measure>,
    /// The limits that had to be met; null if the recipe sets none.
    pub gate: Option<Gate>,
    /// The release that this one follows, and whether both were measured together.
    pub releases: Releases,
    /// The warnings that the recipe acknowledges.
    pub acknowledged: Vec<Acknowledged>,
    /// How many people each published column that is no quasi-identifier makes unique.
    pub uniqueness: Vec<Uniqueness>,
}

/// A document named by id and pinned by digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// The document's own id.
    pub id: String,
    /// Digest of its bytes (of a folder: as docs/manifest.md says).
    pub sha256: Sha256Hex,
}

/// The decision (加工決定): levels, or how classes were recoded; never tuples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Digest of the decision file.
    pub sha256: Sha256Hex,
    /// How records were generalised.
    pub recoding: Recoding,
    /// How far each generalised column was generalised.
    pub levels: Vec<Level>,
    /// What the search on these inputs proved; null: none was made, an earlier decision was applied
    /// again.
    pub search: Option<Searched>,
}

/// What a search on the inputs of this run proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Searched {
    /// Whether no other combination of levels loses less.
    pub proven: bool,
    /// Loss of the decision.
    pub loss: Decimal,
    /// No combination loses less than this; the loss itself where that is proven.
    pub bound: Decimal,
    /// Loss − bound: the decision is at most so far from the best.
    pub gap: Decimal,
    /// Why the search ended without a proof; null where there is one.
    pub stopped: Option<Stopped>,
}

/// Why a search ended without a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// Too many combinations: it made as many checks as it may. The same input ends the same way.
    Limit,
    /// The caller's time was over: the result depends on the machine.
    Time,
}

/// How records were generalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recoding {
    /// One level per column for all records.
    FullDomain,
    /// Every class has its own value per column.
    Local,
    /// Single cells are blanked.
    Cells,
}

/// How far one column was generalised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Id of the table.
    pub table: String,
    /// Name of the column.
    pub column: String,
    /// Level of all records; 0 is unchanged. Null: every class has its own.
    pub level: Option<u32>,
    /// Highest level of the hierarchy (one value for all; with `cells` the blank).
    pub height: u32,
    /// Published records at each level, from 0 on.
    pub records: Vec<u64>,
}

/// A hierarchy and where it was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HierarchyUse {
    /// Id of the table.
    pub table: String,
    /// Name of the column.
    pub column: String,
    /// Digest of the hierarchy as it was declared.
    pub sha256: Sha256Hex,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Plain file name, without its folder.
    pub name: String,
    /// Digest of the file as it was read.
    pub sha256: Sha256Hex,
    /// Records in it, headings apart.
    pub rows: u64,
    /// How it is written.
    pub format: Format,
}

/// The legal forms (加工の種類), by the names the law and the recipe use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LegalForm {
    /// Still personal data, reduced for safety.
    #[serde(rename = "安全管理加工")]
    SecurityProcessed,
    /// Pseudonymously processed information.
    #[serde(rename = "仮名加工情報")]
    Pseudonymised,
    /// Anonymously processed information.
    #[serde(rename = "匿名加工情報")]
    Anonymised,
    /// Anonymously processed information of administrative organs.
    #[serde(rename = "行政機関等匿名加工情報")]
    AnonymisedAdministrative,
    /// Statistics; never a file of rows.
    #[serde(rename = "統計")]
    Statistics,
}

impl LegalForm {
    /// Whether the run's keys must live in memory only.
    #[must_use]
    pub const fn needs_memory_keys(self) -> bool {
        matches!(self, Self::Anonymised | Self::AnonymisedAdministrative)
    }
}

/// A key that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyUse {
    /// Its published name.
    pub id: KeyId,
    /// What it is for.
    pub kind: KeyKind,
    /// How long its bytes exist.
    pub lifetime: Lifetime,
    /// Whether it no longer existed when the run ended (memory keys) or was declared destroyed.
    pub destroyed: bool,
}

/// The normalisation of one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// The domain ("resident").
    pub domain: String,
    /// Id and version of the normalisation ("none", "width-case.1").
    pub id: String,
}

/// A join between two published tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Id of the table whose records point.
    pub child: String,
    /// Names of the columns that point.
    pub child_columns: Vec<String>,
    /// Id of the table whose records are pointed at.
    pub parent: String,
    /// Names of the columns pointed at, in the same order.
    pub parent_columns: Vec<String>,
    /// Whether a child's record belongs to the person of its parent's record.
    pub to_person: bool,
}

/// The place of this run in a series of releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Releases {
    /// Digest of the payload of the manifest that this release follows; null: none is named.
    pub follows: Option<Sha256Hex>,
    /// Whether what an attacker learns from both releases together was measured.
    pub assessment: AcrossReleases,
}

/// What is known about several releases together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcrossReleases {
    /// Nothing: "not assessed across releases".
    NotAssessed,
    /// Measured jointly with the release that it follows.
    Measured,
}

/// A warning that somebody took responsibility for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// The stable code of the warning.
    pub code: String,
    /// Why it is accepted, in the words of the recipe.
    pub reason: String,
}

/// How many people one column singles out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uniqueness {
    /// Id of the table.
    pub table: String,
    /// Name of the column.
    pub column: String,
    /// People who are the only ones with one of its values.
    pub people: u64,
    /// The recipe's limit; null if it sets none.
    pub limit: Option<u64>,
    /// Whether a number over the limit is acknowledged.
    pub acknowledged: bool,
}

impl Predicate for RunManifest {
    /// A `tag:` URI (RFC 4151) can never be fetched, so nobody is led to a page that is not ours,
    /// and `.example` (RFC 2606) belongs to nobody.
    const TYPE: &'static str = "tag:deid.example,2026:run-manifest/v1";

    fn signer(&self) -> &Signer {
        &self.signer
    }

    fn time(&self) -> &UtcTime {
        &self.run_time
    }

    fn check(statement: &Statement<Self>) -> Result<(), ManifestError> {
        run_check::check(statement)
    }
}
