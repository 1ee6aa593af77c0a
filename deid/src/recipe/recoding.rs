//! How records are generalised: one level per column for all, or a value per class.
//!
//! Why here: `[privacy] recoding` and what belongs to it. Which tables and models a recoding can
//! serve is not a matter of the text; the pipeline refuses those before any work.

use std::collections::BTreeMap;

use super::column::Role;
use super::privacy::per_column;
use super::reader::{Problems, Table};
use super::table::TableSpec;
use crate::codes::Code;
use crate::error::Diagnostic;

/// How records are generalised.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Recoding {
    /// One level per column for all records: the search.
    #[default]
    FullDomain,
    /// Every class has its own value per column.
    Local,
    /// Single cells are blanked; else every column is published at its lowest level.
    Cells {
        /// (table, quasi column) → what a blank cell costs, > 0; absent = 1.
        importance: BTreeMap<(String, String), f64>,
    },
}

impl Recoding {
    /// The word used in recipes, decisions and manifests.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::FullDomain => "full-domain",
            Self::Local => "local",
            Self::Cells { .. } => "cells",
        }
    }
}

/// Reads `recoding` and `importance` of `[privacy]`.
pub(super) fn parse(t: &mut Table<'_>, tables: &[TableSpec], problems: &mut Problems) -> Recoding {
    let given = t.get("importance");
    let importance = per_column(t, "importance", tables, problems, |v, p| v.number(0.001, 1000.0, p));
    let recoding = match t.get("recoding") {
        None => Recoding::FullDomain,
        Some(v) => match v.text(problems) {
            Some("full-domain") => Recoding::FullDomain,
            Some("local") => Recoding::Local,
            Some("cells") => Recoding::Cells { importance: importance.clone() },
            _ => {
                v.bad("full-domain, local, cells", problems);
                Recoding::FullDomain
            }
        },
    };
    let Some(given) = given else { return recoding };
    if !matches!(recoding, Recoding::Cells { .. }) {
        given.bad("importance: recoding = \"cells\"", problems);
    }
    for (table, column) in importance.keys() {
        let spec = tables.iter().find(|t| t.name == *table).and_then(|t| t.column(column));
        if spec.is_some_and(|c| c.role != Role::Quasi) {
            let d = Diagnostic::error(Code::RecipeBadValue).name("allowed", "role = \"quasi\"");
            problems.push(d.in_table(table).in_column(column).at(given.span()));
        }
    }
    recoding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;

    fn recoding(privacy: &str) -> Result<Recoding, Vec<Code>> {
        let text = format!(
            "recipe = 1\nid = \"x\"\ntitle = \"x\"\nexchange = \"x\"\nlegal_form = \"安全管理加工\"\n\
             [privacy]\nk = 2\n{privacy}\n[table.t]\nfile = \"t.csv\"\n[table.t.columns]\n\
             \"a\" = {{ role = \"quasi\", item = \"iP04\", treatment = \"keep\" }}\n\
             \"b\" = {{ role = \"keep\", item = \"iP04\", treatment = \"keep\" }}\n"
        );
        let codes = |all: Vec<Diagnostic>| all.iter().map(|d| d.code).collect();
        Recipe::parse(&text).map_err(codes).map(|r| r.privacy.map_or(Recoding::FullDomain, |p| p.recoding))
    }

    #[test]
    fn the_three_words_and_nothing_else() {
        assert_eq!(recoding(""), Ok(Recoding::FullDomain));
        assert_eq!(recoding("recoding = \"full-domain\""), Ok(Recoding::FullDomain));
        assert_eq!(recoding("recoding = \"local\""), Ok(Recoding::Local));
        assert_eq!(recoding("recoding = \"Local\""), Err(vec![Code::RecipeBadValue]));
        assert_eq!(recoding("recoding = 1"), Err(vec![Code::RecipeWrongType, Code::RecipeBadValue]));
    }

    #[test]
    fn importance_belongs_to_cells_and_to_quasi_identifiers() {
        let of = |column: &str, value: &str| format!("importance = {{ t = {{ {column} = {value} }} }}\n");
        let cells = |importance: &str| recoding(&format!("recoding = \"cells\"\n{importance}"));
        let key = ("t".to_owned(), "a".to_owned());
        let importance = std::iter::once((key, 2.5)).collect();
        assert_eq!(cells(&of("a", "2.5")), Ok(Recoding::Cells { importance }));
        for (column, value) in [("a", "0"), ("a", "-1"), ("a", "inf"), ("b", "1")] {
            assert_eq!(cells(&of(column, value)), Err(vec![Code::RecipeBadValue]), "{column} {value}");
        }
        assert_eq!(cells(&of("c", "1")), Err(vec![Code::RecipeUnknownReference]));
        assert_eq!(recoding(&of("a", "1")), Err(vec![Code::RecipeBadValue]));
        assert_eq!(
            recoding(&format!("recoding = \"local\"\n{}", of("a", "1"))),
            Err(vec![Code::RecipeBadValue])
        );
    }
}
