//! Measures and the gate.

use super::decimal::Decimal;
use super::table::Parameter;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Definition id of k: the fewest distinct people in any published equivalence class.
pub const K_ANONYMITY: &str = "k-anonymity";
/// Definition id of distinct l: the fewest distinct sensitive values in any class.
pub const L_DIVERSITY: &str = "l-diversity.distinct";
/// Definition id of t against the distribution of the input (equal distance).
pub const T_CLOSENESS_INPUT: &str = "t-closeness.equal.input";
/// Definition id of t against the published distribution (equal distance).
pub const T_CLOSENESS_PUBLISHED: &str = "t-closeness.equal.published";

/// Whether a figure of this definition is a count; all others that further models limit are ratios.
#[must_use]
pub fn is_count(definition: &str) -> bool {
    definition == "k-map"
}

/// One measured figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Id of its definition (docs/methods).
    pub definition: String,
    /// What it is about.
    pub scope: Scope,
    /// Id of the table; null exactly if the scope is `joined`.
    pub table: Option<String>,
    /// The columns it is about, where it is about some; else empty.
    pub columns: Vec<String>,
    /// The figure; null if there was nothing to measure (no record was published).
    pub value: Option<Figure>,
    /// Whether a reader of the published files can count it again.
    pub basis: Basis,
}

/// What a measure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One table, as the default attacker sees it. Gated.
    Table,
    /// All tables together, as an attacker with all records of a person sees it. Not gated.
    Joined,
}

/// Who vouches for a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Follows from the published files alone.
    Recountable,
    /// Needs the original or a key: the run says so.
    Attested,
}

/// A count, or a ratio with ten decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Figure {
    /// A count.
    Count(u64),
    /// A ratio or another real number.
    Ratio(Decimal),
}

/// The limits that the run had to meet before anything was published. A sensitive column without
/// a limit is measured all the same; its figures are then compared with nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Fewest people in a class.
    pub k: u64,
    /// Fewest distinct values of a sensitive column in a class (counts); empty: no limit.
    #[serde(deserialize_with = "counts")]
    pub l: Vec<Limit>,
    /// Greatest distance of a class's distribution (ratios); empty: no limit.
    #[serde(deserialize_with = "ratios")]
    pub t: Vec<Limit>,
    /// Which t is limited; null exactly if `t` is empty.
    pub t_reference: Option<TReference>,
    /// Limits of further privacy models; empty: none was asked for.
    pub models: Vec<ModelLimit>,
    /// Greatest share of each table's records (orphans not counted) that may be suppressed;
    /// null: no limit.
    pub suppression_limit: Option<Decimal>,
    /// Always true in a manifest: nothing is published below the gate.
    pub passed: bool,
}

/// The limit of one sensitive column. No two limits of one list are about the same column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Id of the table.
    pub table: String,
    /// Name of the column, one of the table's `sensitive`.
    pub column: String,
    /// The limit: a count for l, a ratio for t.
    pub limit: Figure,
}

/// The limit of one figure of a further privacy model. No two are about the same definition, table and
/// column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelLimit {
    /// Id of the figure's definition.
    pub definition: String,
    /// Id of the table.
    pub table: String,
    /// Name of the sensitive column; null: the model reads sizes of classes.
    pub column: Option<String>,
    /// What else the figure depends on; never a value of the data.
    pub parameters: BTreeMap<String, Parameter>,
    /// The limit.
    pub limit: Figure,
    /// Which side of it the figure keeps to.
    pub bound: Bound,
}

/// Which side of a limit a figure keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The figure is at least the limit.
    Least,
    /// The figure is at most the limit.
    Greatest,
}

fn counts<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<Limit>, D::Error> {
    of_kind(source, |figure| matches!(figure, Figure::Count(_)))
}

fn ratios<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<Limit>, D::Error> {
    of_kind(source, |figure| matches!(figure, Figure::Ratio(_)))
}

/// The kind of a limit is a matter of shape, as it is for every other field.
fn of_kind<'de, D: Deserializer<'de>>(source: D, fits: fn(Figure) -> bool) -> Result<Vec<Limit>, D::Error> {
    let limits = Vec::<Limit>::deserialize(source)?;
    if limits.iter().all(|limit| fits(limit.limit)) {
        Ok(limits)
    } else {
        Err(D::Error::custom("limit of the wrong kind"))
    }
}

/// The distribution that t compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TReference {
    /// The input's.
    Input,
    /// The published one.
    Published,
}

impl TReference {
    /// The definition that the gate looks at.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Input => T_CLOSENESS_INPUT,
            Self::Published => T_CLOSENESS_PUBLISHED,
        }
    }
}
