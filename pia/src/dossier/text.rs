//! Makes text of a case harmless to look at: what cannot be seen is written out as `<U+202E>`.
//!
//! Why here: a name that holds a direction override reads differently on paper than in the file,
//! and a control character ends an XML part. Every format needs the same answer before its own
//! escaping. Deliberately absent: escaping (each format's renderer), and normalisation: the words
//! of a case are evidence and stay as they were typed.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::hidden::is_hidden;

/// The text with every invisible or direction-changing character spelled out.
///
/// Line feed and tab stay; carriage return and line feed together are one line feed.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        if hidden(c) {
            spell(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The SVG of a figure without hidden characters: there, spelling one out would break the XML, so
/// the geta mark stands for it, as printers have always set it for a missing sort.
#[cfg(any(feature = "pdf", feature = "docx"))]
pub(crate) fn drawable(svg: &str, lacks: impl Fn(char) -> bool) -> String {
    let shown = |c: char| if hidden(c) || (lacks(c) && !c.is_whitespace()) { '〓' } else { c };
    svg.chars().map(shown).collect()
}

/// Writes a character by its number, as people look it up: `<U+202E>`.
pub(crate) fn spell(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "<U+{:04X}>", u32::from(c));
}

/// What hides or moves in a document. Its lines and tabs are set as such, and a soft hyphen only says
/// where a long word may be broken; on a terminal or in a name these three would hide something.
fn hidden(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\n' | '\t' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        let text = "氏名\t住所\n〒305-8555 つくば市研究学園一丁目１番地１ — é, 葛\u{e0100}";
        assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn what_cannot_be_seen_is_spelled() {
        assert_eq!(printable("a\u{202e}b\u{0}c\u{feff}"), "a<U+202E>b<U+0000>c<U+FEFF>");
        assert_eq!(printable("\u{7f}\u{85}\u{200b}\u{2066}"), "<U+007F><U+0085><U+200B><U+2066>");
        assert_eq!(printable("\u{ffff}\u{e0041}"), "<U+FFFF><U+E0041>");
    }

    #[test]
    fn a_windows_line_end_is_a_line_end() {
        assert_eq!(printable("一\r\n二"), "一\n二");
        assert_eq!(printable("一\r二"), "一<U+000D>二");
    }

    proptest::proptest! {
        #[test]
        fn nothing_hidden_is_left_and_nothing_seen_is_lost(text in ".*") {
            let out = printable(&text);
            proptest::prop_assert!(!out.chars().any(hidden));
            let seen: String = text.chars().filter(|c| !hidden(*c)).collect();
            let mut rest = out.chars();
            proptest::prop_assert!(seen.chars().all(|c| rest.any(|o| o == c)));
        }
    }
}
