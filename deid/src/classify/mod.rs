//! Every column of the data is one column of the recipe, and the reverse; anything else stops.
//!
//! Pure: headers in, an assignment or diagnostics out. A header is repeated in a message only when
//! the line is plausibly a header at all (at least half of its cells are declared names);
//! otherwise a file without a header row would print its first person.

use crate::codes::Code;
use crate::error::Diagnostic;
use crate::recipe::TableSpec;

/// For each column of the file, in the file's order, its index in [`TableSpec::columns`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment(Vec<usize>);

impl Assignment {
    /// Matches the header of a file with the declared columns.
    ///
    /// # Errors
    /// One diagnostic per undeclared or missing column.
    pub fn new(table: &TableSpec, header: &[String]) -> Result<Self, Vec<Diagnostic>> {
        let found: Vec<Option<usize>> =
            header.iter().map(|name| table.columns.iter().position(|c| c.name == *name)).collect();
        let plausible = found.iter().flatten().count() * 2 >= header.len();
        let mut problems = Vec::new();
        for (i, (name, column)) in header.iter().zip(&found).enumerate() {
            if column.is_none() {
                problems.push(
                    Diagnostic::error(Code::ColumnUndeclared)
                        .in_file(&table.file)
                        .in_table(&table.name)
                        .number("position", i as u64 + 1)
                        .name("name", if plausible { name.as_str() } else { "-" })
                        .at(table.span.clone()),
                );
            }
        }
        for (i, column) in table.columns.iter().enumerate() {
            if !found.contains(&Some(i)) {
                problems.push(
                    Diagnostic::error(Code::ColumnMissing)
                        .in_file(&table.file)
                        .in_table(&table.name)
                        .name("name", &column.name)
                        .at(column.span.clone()),
                );
            }
        }
        if problems.is_empty() { Ok(Self(found.into_iter().flatten().collect())) } else { Err(problems) }
    }

    /// Index of the recipe's column for each column of the file.
    #[must_use]
    pub fn recipe_columns(&self) -> &[usize] {
        &self.0
    }

    /// Position in the file of a column of the recipe.
    #[must_use]
    pub fn position(&self, recipe_column: usize) -> Option<usize> {
        self.0.iter().position(|c| *c == recipe_column)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::recipe::Recipe;

    fn table() -> TableSpec {
        let text = r#"
            recipe = 1
            id = "x"
            title = "x"
            exchange = "e"
            legal_form = "安全管理加工"
            [table.p]
            file = "p.csv"
            [table.p.columns]
            "番号" = { role = "drop" }
            "氏名" = { role = "direct", treatment = "drop" }
        "#;
        Recipe::parse(text).unwrap().tables.remove(0)
    }

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn order_of_the_file_is_free_and_nothing_is_guessed() {
        let got = Assignment::new(&table(), &header(&["氏名", "番号"])).unwrap();
        assert_eq!(got.recipe_columns(), [1, 0]);
        assert_eq!(got.position(0), Some(1));
        let problems = Assignment::new(&table(), &header(&["氏名", "番号", "電話"])).unwrap_err();
        assert_eq!(problems[0].code, Code::ColumnUndeclared);
        assert_eq!(problems[0].facts["name"].as_str(), "電話");
    }

    #[test]
    fn a_file_without_a_header_does_not_print_its_first_person() {
        let problems = Assignment::new(&table(), &header(&["0012", "山田太郎"])).unwrap_err();
        assert!(problems.iter().all(|d| d.facts.values().all(|v| !v.as_str().contains("山田"))));
        assert_eq!(problems.iter().filter(|d| d.code == Code::ColumnMissing).count(), 2);
    }
}
