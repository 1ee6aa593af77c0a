//! The page against its model: every word is there, nothing acts, every link leads somewhere.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use std::collections::BTreeSet;

use super::*;
use crate::dossier::labels::tests::labels;
use crate::dossier::model::{Block, Inline, Section};
use crate::dossier::sample;
use crate::dossier::text::printable;

fn page() -> String {
    render(&sample::dossier(), &labels("ja")).unwrap()
}

/// Values of an attribute, in order.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let lead = format!(" {attribute}=\"");
    page.split(&lead).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The words between the tags, unescaped, line breaks as in the model.
fn words(page: &str) -> String {
    let body = &page[page.find("<body>").unwrap()..];
    let mut out = String::new();
    for piece in body.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        if tag == "br" {
            out.push('\n');
        }
        out.push_str(text);
    }
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'")];
    entities.iter().fold(out, |text, (from, to)| text.replace(from, to)).replace("&#38;", "&")
}

/// Every text of the model, in any field, apart from drawings and what is not for eyes.
fn texts(dossier: &Dossier) -> Vec<String> {
    fn collect(key: &str, value: &serde_json::Value, out: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) if map.get("block").is_some_and(|b| b == "table") => {
                let empty = map["rows"].as_array().unwrap().is_empty();
                for (key, inner) in map.iter().filter(|(key, _)| {
                    // An empty table shows its sentence instead of its head.
                    if empty { *key != "columns" } else { *key != "empty" }
                }) {
                    collect(key, inner, out);
                }
            }
            serde_json::Value::Object(map) => map.iter().for_each(|(k, v)| collect(k, v, out)),
            serde_json::Value::Array(items) => items.iter().for_each(|v| collect(key, v, out)),
            serde_json::Value::String(text)
                if !["svg", "style", "block", "sheet", "link", "lang", "page_number"].contains(&key) =>
            {
                out.push(text.clone());
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    collect("", &serde_json::to_value(dossier).unwrap(), &mut out);
    out
}

#[test]
fn every_word_of_the_dossier_is_on_the_page() {
    let dossier = sample::dossier();
    let page = words(&page());
    let texts = texts(&dossier);
    assert!(texts.len() > 500, "{}", texts.len());
    for text in texts {
        assert!(page.contains(&*printable(&text)), "{text:?}");
    }
}

#[test]
fn the_same_dossier_gives_the_same_page() {
    assert_eq!(page(), page());
}

#[test]
fn ids_are_unique_and_every_link_stays_inside_and_resolves() {
    let page = page();
    let ids = values(&page, "id");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "an id stands twice");
    let links = values(&page, "href");
    assert!(links.len() > 100, "{}", links.len());
    for link in links {
        assert!(known.contains(link.strip_prefix('#').unwrap()), "{link}");
    }
    for attribute in ["aria-labelledby", "aria-describedby"] {
        for id in values(&page, attribute).iter().flat_map(|list| list.split(' ')) {
            assert!(known.contains(id), "{attribute} {id}");
        }
    }
    let dossier = sample::dossier();
    for anchor in view::anchors(&dossier) {
        assert!(known.contains(anchor), "{anchor}");
        assert!(
            page.contains(&format!("href=\"#{anchor}\"><span class=\"vh\">")),
            "{anchor} cannot be copied"
        );
    }
}

#[test]
fn headings_skip_no_rank_and_there_is_one_title() {
    let page = page();
    let ranks: Vec<u8> = page
        .match_indices("<h")
        .filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10))
        .map(|rank| u8::try_from(rank).unwrap())
        .collect();
    assert_eq!(ranks.iter().filter(|rank| **rank == 1).count(), 1);
    assert_eq!(ranks[0], 1);
    assert!(ranks.contains(&4) && ranks.len() > 25, "{ranks:?}");
    for pair in ranks.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "{ranks:?}");
    }
}

#[test]
fn the_frame_is_what_assistive_technology_expects() {
    let page = page();
    for (part, times) in [
        ("<html lang=\"ja\">", 1),
        ("<header>", 1),
        ("<nav ", 1),
        ("<main ", 1),
        ("<footer>", 1),
        ("class=\"skip\" href=\"#page:main\"", 1),
        ("<title>救急ユースケース", 1),
    ] {
        assert_eq!(page.matches(part).count(), times, "{part}");
    }
    let tables = page.matches("<table").count();
    let named =
        page.matches("<caption>").count() + page.matches("<table class=\"fields\" aria-labelledby").count();
    assert_eq!(tables, named, "a table without a name");
    assert_eq!(
        page.matches("<th").count(),
        page.matches("<th scope=").count() + page.matches("<thead").count()
    );
    assert_eq!(page.matches("<figure").count(), page.matches("<figcaption").count());
    assert_eq!(page.matches("<figure").count(), page.matches("role=\"img\"").count());
    assert_eq!(page.matches(" tabindex=\"0\"").count(), {
        page.matches("block scroll\"").count() + page.matches("drawing wide\"").count()
    });
}

#[test]
fn nothing_acts_and_nothing_is_fetched() {
    let page = page();
    let policy = "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"";
    assert!(page.contains(policy));
    let lower = page.to_ascii_lowercase();
    for bad in
        ["<script", "<iframe", "<img", "<link", "<object", "<form", "@import", "javascript:", "url(http"]
    {
        assert!(!lower.contains(bad), "{bad}");
    }
    for attribute in ["src", "onload", "onclick", "onerror", "action"] {
        assert_eq!(values(&page, attribute), Vec::<&str>::new());
    }
}

/// Hostile words in every text of the dossier: the page has the same tags as with harmless words.
#[test]
fn hostile_words_change_no_tag() {
    let page_of = |word: &str| {
        let mut dossier = sample::dossier();
        dossier.cover.title = word.into();
        dossier.cover.running = word.into();
        dossier.cover.page_number = format!("{word}{{page}}");
        dossier.cover.notice = word.into();
        dossier.cover.rows = vec![(word.into(), word.into())];
        for section in &mut dossier.sections {
            section.title = word.into();
            section.number = word.into();
            section.blocks.iter_mut().for_each(|block| poison(block, word));
        }
        render(&dossier, &labels("ja")).unwrap()
    };
    let tags = |page: &str| -> Vec<String> {
        page.split('<').skip(1).map(|t| t.split([' ', '>']).next().unwrap().to_owned()).collect()
    };
    let harmless = page_of("無害");
    for word in [
        sample::HOSTILE,
        "</style><script>alert(1)</script>",
        "\"]]><img src=x onerror=alert(1)>",
        "' autofocus onfocus='x",
        "-->\u{202e}\u{0}{{ 7 }}{% x %}",
    ] {
        let page = page_of(word);
        assert_eq!(tags(&page), tags(&harmless), "{word:?}");
        assert!(
            !page.chars().any(|c| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c))
        );
        assert!(values(&page, "onerror").is_empty() && values(&page, "onfocus").is_empty());
    }
}

fn poison(block: &mut Block, word: &str) {
    let inline = || Inline::text(word);
    match block {
        Block::Heading { number, text, .. } => (*number, *text) = (word.into(), word.into()),
        Block::Paragraph { text, .. } => *text = inline(),
        Block::List { items, .. } => items.iter_mut().for_each(|item| *item = inline()),
        Block::Fields { caption, rows, .. } => {
            *caption = word.into();
            rows.iter_mut().for_each(|(label, value)| (*label, *value) = (word.into(), inline()));
        }
        Block::Table(table) => {
            table.caption = word.into();
            table.empty = word.into();
            table.columns.iter_mut().for_each(|column| column.header = word.into());
            table.rows.iter_mut().flat_map(|row| &mut row.cells).for_each(|cell| *cell = inline());
        }
        Block::Figure { alt, caption, .. } => (*alt, *caption) = (word.into(), word.into()),
        Block::Counters { boxes, .. } => boxes.iter_mut().for_each(|counter| {
            (counter.label, counter.value, counter.note) = (word.into(), word.into(), word.into());
        }),
        Block::Notice { title, text, .. } => (*title, *text) = (word.into(), inline()),
        Block::SignOff { caption, columns, .. } => {
            *caption = word.into();
            columns.iter_mut().for_each(|column| *column = word.into());
        }
        Block::PageBreak => {}
    }
}

#[test]
fn a_drawing_that_acts_is_refused_by_name() {
    let mut dossier = sample::dossier();
    let id = Anchor::new("bad");
    dossier.sections.push(Section {
        id: Anchor::new("last"),
        number: String::new(),
        title: String::new(),
        new_page: false,
        landscape: false,
        blocks: vec![Block::Figure {
            id: id.clone(),
            svg: "<svg viewBox='0 0 1 1'><script/></svg>".into(),
            alt: String::new(),
            caption: String::new(),
        }],
    });
    let fault = SvgFault::Element("script".into());
    assert_eq!(render(&dossier, &labels("ja")), Err(RenderError::Figure { id, fault }));
}

/// Writes the page for a look in a browser: `LOOK=/tmp/look cargo test -p pia html::tests::look`.
#[test]
fn look() {
    let page = page();
    assert!(page.ends_with("</html>\n") || page.ends_with("</html>"));
    if let Some(folder) = std::env::var_os("LOOK") {
        std::fs::write(std::path::Path::new(&folder).join("dossier.html"), page).unwrap();
    }
}
