//! Style rules of the printed page's margin: running header and page number.
//!
//! Why here: the words of the margin are user text inside a style sheet, the one place of the page
//! where HTML escaping does not help. Deliberately absent: every other rule (`dossier.css`).

use std::fmt::Write as _;

use crate::dossier::model::Cover;
use crate::dossier::text::printable;

/// Header and page number of every printed page.
pub(super) fn rules(cover: &Cover) -> String {
    let header = quoted(&cover.running);
    let number = page_number(&cover.page_number);
    format!("@page {{ @top-right {{ content: {header}; }} @bottom-center {{ content: {number}; }} }}")
}

/// `{page} / {pages}` as a `content` value: counters between quoted text.
fn page_number(format: &str) -> String {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((before, name, after)) = next_counter(rest) {
        parts.extend((!before.is_empty()).then(|| quoted(before)));
        parts.push(format!("counter({name})"));
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(quoted(rest));
    }
    parts.join(" ")
}

fn next_counter(text: &str) -> Option<(&str, &'static str, &str)> {
    let page = text.split_once("{page}").map(|(before, after)| (before, "page", after));
    let pages = text.split_once("{pages}").map(|(before, after)| (before, "pages", after));
    [page, pages].into_iter().flatten().min_by_key(|(before, ..)| before.len())
}

/// A CSS string. All but letters and digits become numbers, so nothing ends the string, the rule
/// or the style element.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in printable(text).chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else {
            // Writing to a String cannot fail. The space ends the number.
            let _ = write!(out, "\\{:x} ", u32::from(c));
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_stand_between_text() {
        assert_eq!(page_number("{page} / {pages}"), r#"counter(page) "\20 \2f \20 " counter(pages)"#);
        assert_eq!(page_number("全{pages}頁の{page}頁"), r#""全" counter(pages) "頁の" counter(page) "頁""#);
        assert_eq!(page_number(""), "\"\"");
    }

    #[test]
    fn nothing_leaves_the_string() {
        let out = quoted("a\"; } </style><script>\\\n\u{202e}");
        let inner = out.trim_matches('"');
        assert!(!inner.contains(['"', '<', '>', '}', ';', '\n', '\u{202e}']), "{inner}");
        assert_eq!(quoted("版1"), "\"版1\"");
    }
}
