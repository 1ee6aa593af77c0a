//! Generated pages are those that the program would generate today.
//!
//! `BLESS=1 cargo test docs_in_sync` writes them.

use deid::codes::Code;
use deid::words::{Lang, Words};

use crate::repository::root;

/// docs/codes.md in one language: every code with what the program says about it.
fn codes(lang: Lang) -> String {
    let words = Words::load(lang);
    let mut page = String::from("<!-- BLESS=1 cargo test docs_in_sync -->\n");
    page.push_str(&format!("{}\n\n{}\n", words.ui("explain.catalogue"), words.ui("explain.catalogue_intro")));
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.as_str());
    let mut group = "";
    for code in codes {
        let Some(said) = words.code(code) else { panic!("{code} has no words in {}", lang.id()) };
        if &code.as_str()[..2] != group {
            group = &code.as_str()[..2];
            page.push_str(&format!("\n## {}\n", words.ui(&format!("explain.group.{group}"))));
        }
        page.push_str(&format!("\n### {code} {}\n\n", said.title));
        for (key, text) in
            [("explain.when", &said.message), ("explain.help", &said.help), ("explain.why", &said.why)]
        {
            if !text.is_empty() {
                page.push_str(&format!("- **{}**: {text}\n", words.ui(key)));
            }
        }
        let exit = (code.exit() as i32).to_string();
        page.push_str(&format!("- {}\n", words.fill("explain.exit", &[("exit", &exit)])));
    }
    page
}

fn check(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = found.lines().zip(wanted.lines()).position(|(a, b)| a != b);
    assert!(
        found == wanted,
        "{path} is out of step (line {}): BLESS=1 cargo test docs_in_sync",
        differs.map_or(found.lines().count().min(wanted.lines().count()), |n| n) + 1
    );
}

#[test]
fn the_pages_of_codes() {
    check("docs/codes.md", &codes(Lang::En));
    check("docs/ja/codes.md", &codes(Lang::Ja));
}
