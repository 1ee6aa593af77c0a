//! The DOCX opens, loses no word, has real headings, and is the same every time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use resvg::usvg::roxmltree::{Document, Node};

use super::*;
use crate::dossier::{sample, text::printable};

fn today() -> Date {
    jiff::civil::date(2026, 11, 22)
}

fn written() -> XMLDocx {
    parts(&sample::dossier(), &Fonts::embedded(), today()).unwrap()
}

fn words(node: Node<'_, '_>) -> String {
    let text = |node: Node<'_, '_>| match node.tag_name().name() {
        "t" => node.text().unwrap_or_default().to_owned(),
        "br" | "p" | "tab" => "\n".to_owned(),
        _ => String::new(),
    };
    node.descendants().map(text).collect()
}

#[test]
fn two_renders_are_equal_and_open_again() {
    let first = render(&sample::dossier(), &Fonts::embedded(), today()).unwrap();
    let second = render(&sample::dossier(), &Fonts::embedded(), today()).unwrap();
    assert!(first == second, "two renders differ");
    if let Ok(path) = std::env::var("PIA_SAMPLE_OUT") {
        std::fs::write(format!("{path}/sample.docx"), &first).unwrap();
    }
    let read = docx_rs::read_docx(&first).unwrap();
    assert_eq!(read.images.len(), 2);
}

#[test]
fn no_word_is_lost() {
    let parts = written();
    let xml = String::from_utf8(parts.document).unwrap();
    let text = words(Document::parse(&xml).unwrap().root());
    let value = serde_json::to_value(sample::dossier()).unwrap();
    let mut count = 0;
    each_text(&value, &mut |word| {
        count += 1;
        assert!(text.contains(word), "lost: {word}");
    });
    assert!(count > 700);
}

fn each_text(value: &serde_json::Value, see: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| each_text(item, see)),
        serde_json::Value::Object(map) => {
            let printed = ["text", "number", "title", "caption", "header", "label", "value", "note"];
            for (key, item) in map {
                match item {
                    serde_json::Value::String(text) if printed.contains(&key.as_str()) => {
                        printable(text).split('\n').for_each(&mut *see);
                    }
                    _ => each_text(item, see),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_part_is_well_formed_and_links_arrive() {
    let parts = written();
    let of = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    for part in [
        &parts.styles,
        &parts.numberings,
        &parts.font_table,
        &parts.headers[0],
        &parts.footers[0],
        &parts.doc_props.core,
    ] {
        Document::parse(&of(part)).unwrap();
    }
    let (xml, styles) = (of(&parts.document), of(&parts.styles));
    let (xml, styles) = (Document::parse(&xml).unwrap(), Document::parse(&styles).unwrap());
    let all = |doc: &Document<'_>, tag: &str, key: &str| -> Vec<String> {
        doc.descendants()
            .filter(|node| node.tag_name().name() == tag)
            .filter_map(|node| node.attributes().find(|a| a.name() == key).map(|a| a.value().to_owned()))
            .collect()
    };
    let names = all(&xml, "bookmarkStart", "name");
    let distinct: BTreeSet<_> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(distinct.len(), names.len());
    for anchor in all(&xml, "hyperlink", "anchor") {
        assert!(names.contains(&anchor), "{anchor}");
    }
    let known = all(&styles, "style", "styleId");
    for used in [all(&xml, "pStyle", "val"), all(&xml, "rStyle", "val")].concat() {
        assert!(known.contains(&used), "{used} is no style");
    }
    let used = all(&xml, "pStyle", "val");
    assert_eq!(used.iter().filter(|style| *style == "Heading1").count(), 15);
    assert!((2..=4).all(|level| used.contains(&format!("Heading{level}"))));
    let levels = used.iter().filter_map(|style| style.strip_prefix("Heading")?.parse::<u8>().ok());
    levels.fold(0, |before, level| {
        assert!(level <= before + 1, "a heading level is skipped");
        level
    });
}

#[test]
fn tables_fill_the_line_and_repeat_their_header() {
    let xml = String::from_utf8(written().document).unwrap();
    let xml = Document::parse(&xml).unwrap();
    let named = |node: Node<'_, '_>, tag: &str| node.tag_name().name() == tag;
    let width = |node: Node<'_, '_>| -> u32 {
        node.attributes().find(|a| a.name() == "w").unwrap().value().parse().unwrap()
    };
    let mut repeated = 0;
    for table in xml.descendants().filter(|node| named(*node, "tbl")) {
        let total = width(table.descendants().find(|node| named(*node, "tblW")).unwrap());
        let grid: u32 = table.descendants().filter(|node| named(*node, "gridCol")).map(width).sum();
        assert_eq!(grid, total);
        for row in table.descendants().filter(|node| named(*node, "tr")) {
            assert_eq!(row.descendants().filter(|node| named(*node, "tcW")).map(width).sum::<u32>(), total);
        }
        repeated += table.descendants().filter(|node| named(*node, "tblHeader")).count();
    }
    assert_eq!(repeated, 8);
    assert_eq!(xml.descendants().filter(|node| named(*node, "sectPr")).count(), 3);
    assert_eq!(xml.descendants().filter(|node| named(*node, "titlePg")).count(), 1);
}

#[test]
fn pages_count_themselves_and_the_file_names_its_title() {
    let parts = written();
    let footer = String::from_utf8(parts.footers[0].clone()).unwrap();
    assert!(footer.contains(" PAGE ") && footer.contains(" NUMPAGES ") && footer.contains("> / <"));
    let core = String::from_utf8(parts.doc_props.core).unwrap();
    assert!(core.contains("<dc:title>救急ユースケース") && core.contains(">2026-11-22T00:00:00Z<"));
}

#[test]
fn a_broken_figure_is_named() {
    let mut dossier = sample::dossier();
    dossier.sections[0].blocks = vec![crate::dossier::model::Block::Figure {
        id: crate::dossier::model::Anchor::new("bad"),
        svg: "<svg".to_owned(),
        alt: String::new(),
        caption: String::new(),
    }];
    let error = render(&dossier, &Fonts::embedded(), today()).unwrap_err();
    assert!(matches!(error, DocxError::Figure { id, .. } if id == "bad"));
}
