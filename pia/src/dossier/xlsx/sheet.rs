//! Which tables of the dossier make which sheet, and what a sheet may be called.
//!
//! Why here: several tables share a sheet (the findings of each gate, for one), so columns must be
//! matched by their headers and each row must say which table it is from. Deliberately absent: the
//! file format.

use std::collections::BTreeSet;

use super::cell::Cell;
use crate::dossier::labels::Labels;
use crate::dossier::model::{Block, Dossier, Table};

/// Width of the columns that this module adds, in the shares of [`crate::dossier::model::Column`].
const TABLE_WIDTH: u16 = 4;
const ID_WIDTH: u16 = 3;

/// Longest name of a sheet, in UTF-16 units.
const NAME_LIMIT: usize = 31;

/// One sheet.
pub(super) struct Sheet<'a> {
    /// As the dossier has it; [`Names`] makes it fit.
    pub(super) name: &'a str,
    pub(super) columns: Vec<SheetColumn<'a>>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Shown if there is no row.
    pub(super) empty: &'a str,
}

pub(super) struct SheetColumn<'a> {
    pub(super) header: &'a str,
    pub(super) width: u16,
}

/// The sheets, in the order in which the dossier first names them.
pub(super) fn sheets<'a>(dossier: &'a Dossier, labels: &Labels<'a>) -> Vec<Sheet<'a>> {
    let mut groups: Vec<(&str, Vec<&Table>)> = Vec::new();
    for block in dossier.sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Table(table) = block
            && let Some(name) = table.sheet.as_deref()
        {
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, tables)) => tables.push(table),
                None => groups.push((name, vec![table])),
            }
        }
    }
    groups.into_iter().map(|(name, tables)| sheet(name, &tables, labels)).collect()
}

fn sheet<'a>(name: &'a str, tables: &[&'a Table], labels: &Labels<'a>) -> Sheet<'a> {
    let several = tables.len() > 1;
    let cited = tables.iter().any(|table| table.rows.iter().any(|row| row.id.is_some()));
    let (columns, places) = merged(tables);
    let mut rows = Vec::new();
    for (table, places) in tables.iter().zip(&places) {
        for row in &table.rows {
            let mut cells = vec![Cell::text("", ""); columns.len()];
            for ((cell, place), column) in row.cells.iter().zip(places).zip(&table.columns) {
                let words = cell.words();
                let make = if column.number { Cell::number } else { Cell::text };
                if let Some(slot) = cells.get_mut(*place) {
                    *slot = make(&words, labels.cut);
                }
            }
            if several {
                cells.insert(0, Cell::text(&table.caption, labels.cut));
            }
            if cited {
                cells.push(Cell::text(row.id.as_ref().map_or("", |id| id.as_str()), labels.cut));
            }
            rows.push(cells);
        }
    }
    let added = |on: bool, header, width| on.then_some(SheetColumn { header, width });
    Sheet {
        name,
        columns: added(several, labels.table, TABLE_WIDTH)
            .into_iter()
            .chain(columns)
            .chain(added(cited, labels.row_id, ID_WIDTH))
            .collect(),
        rows,
        empty: tables.first().map_or("", |table| table.empty.as_str()),
    }
}

/// The columns of all tables, equal headers once, and for each table where its columns went.
fn merged<'a>(tables: &[&'a Table]) -> (Vec<SheetColumn<'a>>, Vec<Vec<usize>>) {
    let mut columns: Vec<SheetColumn<'a>> = Vec::new();
    let mut places = Vec::new();
    for table in tables {
        let mut own: Vec<usize> = Vec::new();
        for column in &table.columns {
            let same =
                |(at, known): &(usize, &SheetColumn<'_>)| known.header == column.header && !own.contains(at);
            let place = columns.iter().enumerate().find(same).map(|(at, _)| at);
            own.push(place.unwrap_or(columns.len()));
            if place.is_none() {
                columns.push(SheetColumn { header: &column.header, width: column.width.max(1) });
            }
        }
        places.push(own);
    }
    (columns, places)
}

/// Names of sheets: allowed characters, at most 31, each once whatever its case.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// The name under which a sheet can stand.
    pub(super) fn next(&mut self, wanted: &str) -> String {
        let clean: String = wanted
            .chars()
            .map(|c| {
                if c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c }
            })
            .collect();
        let clean = clean.trim_matches(|c: char| c == '\'' || c.is_whitespace());
        // The format keeps this name for itself.
        let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") { "_" } else { clean };
        (1_u32..)
            .map(|n| if n == 1 { shortened(clean, "") } else { shortened(clean, &format!(" ({n})")) })
            .find(|name| self.0.insert(name.to_lowercase()))
            .unwrap_or_default()
    }
}

fn shortened(name: &str, suffix: &str) -> String {
    let room = NAME_LIMIT.saturating_sub(suffix.encode_utf16().count());
    let mut used = 0;
    let mut out: String = name
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= room
        })
        .collect();
    out.truncate(out.trim_end_matches(|c: char| c == '\'' || c.is_whitespace()).len());
    out.push_str(suffix);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn names_fit_and_differ() {
        let mut names = Names::default();
        assert_eq!(names.next("フロー一覧"), "フロー一覧");
        assert_eq!(names.next("フロー一覧"), "フロー一覧 (2)");
        assert_eq!(names.next("a/b:c?[d]*\\'"), "a b c  d");
        assert_eq!(names.next("History"), "_");
        assert_eq!(names.next(""), "_ (2)");
        assert_eq!(names.next("ABC"), "ABC");
        assert_eq!(names.next("abc"), "abc (2)");
        let long = "字".repeat(40);
        let (first, second) = (names.next(&long), names.next(&long));
        assert_eq!(first, "字".repeat(31));
        assert_eq!(second, format!("{} (2)", "字".repeat(27)));
    }

    proptest::proptest! {
        #[test]
        fn every_name_is_one_that_the_library_takes(wanted in proptest::collection::vec(".{0,40}", 1..6)) {
            let mut names = Names::default();
            for name in wanted.iter().map(|w| names.next(w)) {
                proptest::prop_assert!(rust_xlsxwriter::Worksheet::new().set_name(&name).is_ok(), "{name:?}");
            }
        }
    }
}
