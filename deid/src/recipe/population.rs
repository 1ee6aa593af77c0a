//! `[privacy.population.TABLE]`: a second file with the people whom a table may stand for.
//!
//! Why here: k-map and δ-presence compare classes with those of a population. Its quasi-identifiers
//! have the names, types and hierarchies of the table's own columns, so that nothing but the file is said.
//!
//! Deliberately absent: other columns of the file (they are not read), and formats other than CSV.

use std::collections::BTreeMap;

use super::reader::{Problems, Table};
use super::table::{is_plain_path, parse_delimiter};
use super::{CsvFormat, FileFormat, Span, TableSpec};
use crate::codes::Code;
use crate::error::Diagnostic;

/// The population of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationSpec {
    /// File in the data folder.
    pub file: String,
    /// How it is written (CSV).
    pub format: FileFormat,
    /// Texts that mean NULL; those of the table unless others are named.
    pub null: Vec<String>,
    /// Column with the number of people that a record stands for; `None`: one.
    pub count: Option<String>,
    /// Place of the header.
    pub span: Span,
}

/// By table; `None` for one that is declared and broken, which is a fault of its own.
pub(super) fn parse(
    t: &Table<'_>,
    tables: &[TableSpec],
    problems: &mut Problems,
) -> BTreeMap<String, Option<PopulationSpec>> {
    let mut all = BTreeMap::new();
    for (name, span, value) in t.entries() {
        let Some(table) = tables.iter().find(|table| table.name == name) else {
            problems.push(Diagnostic::error(Code::RecipeUnknownReference).name("name", name).at(span));
            continue;
        };
        let Some(mut entry) = value.table(problems) else { continue };
        all.insert(name.to_owned(), parse_one(&mut entry, table, span, problems));
        entry.finish(problems);
    }
    all
}

fn parse_one(
    t: &mut Table<'_>,
    table: &TableSpec,
    span: Span,
    problems: &mut Problems,
) -> Option<PopulationSpec> {
    let file = t.need("file", problems).and_then(|v| {
        let text = v.text(problems)?;
        if !is_plain_path(text) || text.contains('/') {
            problems.push(Diagnostic::error(Code::RecipePath).name("path", text).at(v.span()));
            return None;
        }
        Some(text.to_owned())
    });
    let encoding = t.get("encoding").and_then(|v| {
        let text = v.text(problems)?;
        if matches!(text, "utf-8" | "utf-16" | "cp932" | "euc-jp") {
            return Some(text.to_owned());
        }
        v.bad("utf-8, utf-16, cp932, euc-jp", problems);
        None
    });
    let delimiter = t.get("delimiter").map_or(Some(b','), |v| parse_delimiter(v, problems));
    let null = t.get("null").map_or_else(|| Some(table.null.clone()), |v| v.texts(problems));
    let count = t.text("count", problems).map(str::to_owned);
    let format = FileFormat::Csv(CsvFormat { encoding, delimiter: delimiter?, skip_rows: 0 });
    Some(PopulationSpec { file: file?, format, null: null?, count, span })
}
