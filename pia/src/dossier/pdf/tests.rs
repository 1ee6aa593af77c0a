//! The PDF holds every word, is tagged, and is the same every time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::expect_used, reason = "tests")]

use std::process::Command;

use super::*;
use crate::dossier::{
    model::{Anchor, Block, Column, Inline, Row, Section, Table},
    sample,
};

fn today() -> Date {
    jiff::civil::date(2026, 11, 22)
}

#[test]
fn two_renders_are_equal_and_no_word_is_lost() {
    let dossier = sample::dossier();
    let first = render(&dossier, &Fonts::embedded(), TEMPLATE, today()).unwrap();
    let second = render(&dossier, &Fonts::embedded(), TEMPLATE, today()).unwrap();
    assert!(first == second, "two renders differ");
    if let Ok(path) = std::env::var("PIA_SAMPLE_OUT") {
        std::fs::write(format!("{path}/sample.pdf"), &first).unwrap();
    }
    assert!(first.starts_with(b"%PDF-1.7"));
    assert!(first.windows(15).any(|bytes| bytes == b"pdfuaid:part>1<"), "not PDF/UA-1");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sample.pdf");
    std::fs::write(&file, &first).unwrap();
    let Ok(text) = Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output() else {
        return; // Without poppler there is nobody to read the file back.
    };
    let text = squeeze(&String::from_utf8(text.stdout).unwrap());
    for word in words(&dossier) {
        assert!(text.contains(&squeeze(&word)), "lost: {word}");
    }
}

/// Text in columns is read back in another order and with line ends, so words are compared.
fn words(dossier: &Dossier) -> Vec<String> {
    let value = data::of(dossier, |c| !matches!(c, '\u{1f600}' | '𠮷')).unwrap();
    let mut words = Vec::new();
    collect(&value, &mut words);
    words
}

fn collect(value: &serde_json::Value, words: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        serde_json::Value::Object(map) => {
            let printed =
                ["text", "number", "title", "caption", "header", "label", "value", "note", "running"];
            for (key, item) in map {
                match item {
                    serde_json::Value::String(text) if printed.contains(&key.as_str()) => {
                        words.extend(text.split('\n').map(str::to_owned));
                    }
                    _ => collect(item, words),
                }
            }
        }
        _ => {}
    }
}

fn squeeze(text: &str) -> String {
    let dropped = |c: &char| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{e0100}');
    text.chars().filter(dropped).collect()
}

#[test]
fn a_broken_template_is_named_by_line_and_column() {
    let error = |template: &str| match render(&sample::dossier(), &Fonts::embedded(), template, today()) {
        Err(PdfError::Template(faults)) => faults,
        other => panic!("{other:?}"),
    };
    assert_eq!(error("一行目\n#let x = (")[0].place, Some((2, 10)));
    assert_eq!(error("= 題\n\n文 #nothing")[0].place, Some((3, 4)));
    assert!(error("#json(\"data.json\").absent")[0].to_string().starts_with("1:2"));
    assert!(!error("#read(\"/etc/passwd\")").is_empty());
    assert!(!error("#import \"@preview/cetz:0.3.0\"").is_empty());
}

#[test]
fn english_and_odd_dossiers_are_set() {
    let mut dossier = sample::dossier();
    dossier.lang = "en".to_owned();
    dossier.sections.truncate(1);
    dossier.sections[0].landscape = true;
    dossier.sections[0].blocks = vec![
        Block::Heading { id: Anchor::new("deep"), level: 4, number: String::new(), text: "Deep".to_owned() },
        Block::Counters { id: Anchor::new("none"), boxes: Vec::new() },
        Block::SignOff { id: Anchor::new("nobody"), caption: String::new(), columns: Vec::new() },
        Block::Figure {
            id: Anchor::new("tall"),
            svg: r#"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="9000"><text>a</text></svg>"#
                .to_owned(),
            alt: "tall".to_owned(),
            caption: String::new(),
        },
        Block::List { id: Anchor::new(""), items: Vec::new() },
        Block::PageBreak,
    ];
    let bytes = render(&dossier, &Fonts::embedded(), TEMPLATE, today()).unwrap();
    assert!(bytes.windows(15).any(|part| part == b"pdfuaid:part>1<"), "not PDF/UA-1");
    dossier.sections.clear();
    assert!(render(&dossier, &Fonts::embedded(), TEMPLATE, today()).is_ok());
}

/// The pages on which chapters begin, by their ids.
pub(crate) fn pages(dossier: &Dossier, chapters: &[&str]) -> Vec<usize> {
    use typst::foundations::Label;
    use typst::introspection::Introspector;
    use typst::utils::PicoStr;

    let desk = Desk::new(dossier, &Fonts::embedded(), TEMPLATE, None).unwrap();
    let document = typst::compile::<PagedDocument>(&desk).output.unwrap();
    let introspector = document.introspector();
    let page = |id: &&str| {
        let label = Label::new(PicoStr::intern(id)).unwrap();
        let location = introspector.query_label(label).unwrap().location().unwrap();
        introspector.page(location).unwrap().get()
    };
    chapters.iter().map(page).collect()
}

/// A chapter without a number, as those that stand before the contents, of so many long rows.
fn summary(id: &str, rows: usize) -> Section {
    let cell = || Inline::text("市に判断を求める論点は、その賛否の理由と提出者の案とともに書く。".repeat(3));
    let columns =
        ["論点", "賛成", "反対"].map(|header| Column { header: header.into(), width: 5, number: false });
    Section {
        id: Anchor::new(id),
        number: String::new(),
        title: "要旨".to_owned(),
        new_page: true,
        landscape: false,
        blocks: vec![Block::Table(Table {
            id: Anchor::new(&format!("{id}-table")),
            caption: "論点".to_owned(),
            columns: columns.to_vec(),
            rows: (0..rows).map(|_| Row { id: None, cells: vec![cell(), cell(), cell()] }).collect(),
            sheet: None,
            empty: String::new(),
        })],
    }
}

#[test]
fn a_summary_is_one_page_however_much_it_says() {
    let mut dossier = sample::dossier();
    let first = dossier.sections.iter().position(|section| !section.number.is_empty()).unwrap();
    dossier.sections.drain(..first);
    let next = dossier.sections[0].id.as_str().to_owned();
    dossier.sections.truncate(1);
    for rows in [1, 12, 40] {
        let mut long = dossier.clone();
        long.sections.splice(0..0, [summary("one", rows), summary("two", 2)]);
        assert_eq!(pages(&long, &["one", "two", &next]), [2, 3, 5], "{rows} rows");
    }
}

#[test]
fn a_font_that_is_none_is_an_error() {
    let fonts = Fonts { bold: std::borrow::Cow::Borrowed(b"no font"), ..Fonts::embedded() };
    let result = render(&sample::dossier(), &fonts, TEMPLATE, today());
    assert!(matches!(result, Err(PdfError::Font("bold"))));
}
