//! What happened to one published table.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A published table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The recipe's id of the table.
    pub id: String,
    /// The published file: the name of a subject.
    pub file: String,
    /// How the file is written; what a reader needs to count again.
    pub format: Format,
    /// Records read, published, suppressed.
    pub rows: Counts,
    /// Distinct people read, published, suppressed; null if no path leads from it to a person.
    pub people: Option<Counts>,
    /// The column of this table that identifies the person; null if there is none here. Then the
    /// relations marked `to_person` lead to a table that has one, if `people` is not null.
    pub person_column: Option<PersonColumn>,
    /// In which order the records stand.
    pub order: Order,
    /// The columns that the recipe names, in the order of the input, dropped ones included.
    pub columns: Vec<Column>,
    /// Names of the columns that make the equivalence classes of this table.
    pub quasi: Vec<String>,
    /// Names of the columns that l and t are about.
    pub sensitive: Vec<String>,
    /// Cells that a spreadsheet would have run as a formula and that were neutralised.
    pub formula_cells: u64,
}

/// In = out + suppressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Before.
    #[serde(rename = "in")]
    pub input: u64,
    /// Published.
    #[serde(rename = "out")]
    pub output: u64,
    /// Left out.
    pub suppressed: u64,
}

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Kind of file.
    pub kind: FormatKind,
    /// Name of the encoding as in the WHATWG Encoding Standard; null for Parquet.
    pub encoding: Option<String>,
    /// Whether it starts with a byte order mark; null for Parquet.
    pub bom: Option<bool>,
    /// Field separator, one character; null unless CSV.
    pub delimiter: Option<String>,
    /// Line end; null for Parquet.
    pub eol: Option<Eol>,
    /// The texts that stand for NULL in CSV; empty: the file has no NULL.
    pub null_tokens: Vec<String>,
}

/// Kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormatKind {
    /// Delimited text with one line of headings.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object a line.
    Ndjson,
}

/// Line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Eol {
    /// Line feed.
    Lf,
    /// Carriage return and line feed.
    Crlf,
}

/// The column that says whose record it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonColumn {
    /// Its name.
    pub name: String,
    /// Whether it is published (as a pseudonym). If not, people can be counted by the run only.
    pub published: bool,
}

/// Order of the published records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// A keyed order that says nothing about the input's.
    Shuffled,
    /// The input's order, which the recipe acknowledges.
    Keep,
}

/// One column of the input and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Id of the item in the taxonomy; null if the recipe names none.
    pub item: Option<String>,
    /// The type that the recipe declares ("text", "date").
    #[serde(rename = "type")]
    pub value_type: String,
    /// Id and version of what was normalised before the type was read; null: nothing.
    pub normalisation: Option<String>,
    /// Whether the column is in the published file.
    pub published: bool,
    /// What was done, in order.
    pub treatments: Vec<Treatment>,
}

/// Roles of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Identifies by itself.
    Direct,
    /// Joins tables.
    Link,
    /// Identifies together with others.
    Quasi,
    /// What an attacker wants to learn.
    Sensitive,
    /// Free text.
    Text,
    /// Published as it is.
    Keep,
    /// Not published.
    Drop,
}

/// One treatment with the parameters that may be published: widths, levels, windows, domains;
/// never a constant taken from the data or a list of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    /// Id of the treatment.
    pub id: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, Parameter>,
}

/// A parameter of a treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A word.
    Text(String),
}
