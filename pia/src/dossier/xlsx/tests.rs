//! The workbook read back with another library: what stands in it is what the tables say.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

use super::*;
use crate::dossier::labels::tests::labels;
use crate::dossier::model::{Anchor, Block, Column, Inline, Row, Section, Table};
use crate::dossier::sample;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

fn date() -> Date {
    Date::new(2026, 11, 22).unwrap()
}

fn book(dossier: &Dossier) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(render(dossier, &labels("ja"), date()).unwrap())).unwrap()
}

fn cells(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn shown(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::Float(n) => format!("{n:.0}"),
        other => other.to_string(),
    }
}

fn small_table(sheet: &str, caption: &str, headers: &[&str], rows: &[&[&str]]) -> Block {
    Block::Table(Table {
        id: Anchor::new(caption),
        caption: caption.into(),
        columns: headers
            .iter()
            .map(|h| Column { header: (*h).into(), width: 3, number: *h == "件数" })
            .collect(),
        rows: rows
            .iter()
            .map(|cells| Row { id: None, cells: cells.iter().map(|c| Inline::text(*c)).collect() })
            .collect(),
        sheet: Some(sheet.into()),
        empty: "該当なし".into(),
    })
}

fn with(blocks: Vec<Block>) -> Dossier {
    let mut dossier = sample::dossier();
    dossier.sections = vec![Section {
        id: Anchor::new("s"),
        number: String::new(),
        title: String::new(),
        new_page: false,
        landscape: false,
        blocks,
    }];
    dossier
}

#[test]
fn every_table_of_the_sample_comes_back() {
    let dossier = sample::dossier();
    let mut book = book(&dossier);
    let mut compared = 0;
    for block in dossier.sections.iter().flat_map(|s| &s.blocks) {
        let Block::Table(table) = block else { continue };
        let Some(sheet) = &table.sheet else { continue };
        let found = cells(&mut book, sheet);
        let headers: Vec<String> = found[0].iter().map(shown).collect();
        let wanted: Vec<&str> = table.columns.iter().map(|c| c.header.as_str()).collect();
        assert_eq!(&headers[..wanted.len()], wanted);
        if table.rows.is_empty() {
            assert_eq!(shown(&found[1][0]), table.empty);
        }
        for (row, found) in table.rows.iter().zip(&found[1..]) {
            for (cell, found) in row.cells.iter().zip(found) {
                assert_eq!(shown(found), printable(&cell.words()));
                compared += 1;
            }
            if let Some(id) = &row.id {
                assert_eq!(shown(found.last().unwrap()), id.as_str());
            }
        }
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn the_first_sheet_is_the_cover() {
    let dossier = sample::dossier();
    let mut book = book(&dossier);
    assert_eq!(book.sheet_names()[0], "表紙");
    let text: Vec<String> = cells(&mut book, "表紙").iter().flatten().map(shown).collect();
    let cover = &dossier.cover;
    for word in [&cover.title, &cover.number, &cover.version, &cover.date, &cover.addressee, &cover.notice] {
        assert!(text.contains(word), "{word}");
    }
    assert!(cover.rows.iter().all(|(label, value)| text.contains(label) && text.contains(value)));
}

#[test]
fn tables_of_one_name_share_a_sheet_and_their_equal_columns() {
    let dossier = with(vec![
        small_table("指摘", "提出まで", &["規則", "件数"], &[&["A", "1"]]),
        small_table("指摘", "開始まで", &["件数", "備考", "規則"], &[&["2,000", "x", "B"]]),
        small_table("履歴", "履歴", &["版"], &[]),
    ]);
    let mut book = book(&dossier);
    assert_eq!(book.sheet_names(), ["表紙", "指摘", "履歴"]);
    let found: Vec<Vec<String>> =
        cells(&mut book, "指摘").iter().map(|row| row.iter().map(shown).collect()).collect();
    assert_eq!(found[0], ["表", "規則", "件数", "備考"]);
    assert_eq!(found[1], ["提出まで", "A", "1", ""]);
    assert_eq!(found[2], ["開始まで", "B", "2000", "x"]);
}

/// A formula would come back as one.
#[test]
fn nothing_is_a_formula() {
    let attack =
        ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(\"https://e.example\",\"x\")", "{=1}"];
    let rows: Vec<&[&str]> = attack.iter().map(std::slice::from_ref).collect();
    let dossier = with(vec![small_table("=攻撃", "=攻撃", &["=件数"], &rows)]);
    let mut book = book(&dossier);
    let found = cells(&mut book, "=攻撃");
    for (row, word) in found[1..].iter().zip(attack) {
        assert_eq!(row[0], Data::String(word.to_owned()));
    }
    let formulas = book.worksheet_formula("=攻撃").unwrap();
    assert!(formulas.rows().flatten().all(String::is_empty));
}

#[test]
fn the_same_dossier_gives_the_same_bytes() {
    let dossier = sample::dossier();
    let first = render(&dossier, &labels("ja"), date()).unwrap();
    assert!((0..4).all(|_| render(&dossier, &labels("ja"), date()).unwrap() == first));
    assert_ne!(render(&dossier, &labels("ja"), Date::new(2026, 11, 23).unwrap()).unwrap(), first);
}

/// Writes the workbook for a look: `LOOK=/tmp/look cargo test -p pia xlsx::tests::look`.
#[test]
fn look() {
    let bytes = render(&sample::dossier(), &labels("ja"), date()).unwrap();
    assert!(bytes.starts_with(b"PK"));
    if let Some(folder) = std::env::var_os("LOOK") {
        std::fs::write(std::path::Path::new(&folder).join("dossier.xlsx"), bytes).unwrap();
    }
}
