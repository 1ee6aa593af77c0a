//! Faults of TOML in words of ours: what kind of slip it most likely is.
//!
//! The parser speaks English and to programmers. What it says is kept, marked as a technical detail;
//! in front of it stands a sentence that an officer can act on. Only a likely kind is named, never
//! more than the text shows.

/// Signs that an input method writes where TOML wants the narrow ones.
const WIDE: &str = "＝［］｛｝＂“”＇‘’，＃．";

/// The word (`syntax.<kind>` of the interface words) for what the parser says about a place.
pub(super) fn kind(said: &str, text: &str, at: usize) -> &'static str {
    if wide(line(text, at)) {
        return "syntax.wide";
    }
    if line(text, at).trim_end().ends_with('=') {
        return "syntax.value";
    }
    let says = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    if says(&["recurs"]) {
        "syntax.deep"
    } else if says(&[
        "unclosed",
        "missing closing",
        "missing array",
        "missing inline table",
        "missing table open",
    ]) {
        "syntax.bracket"
    } else if says(&["comma"]) {
        "syntax.comma"
    } else if says(&["assignment", "`=`"]) {
        "syntax.equals"
    } else if says(&["basic string", "literal string", "quote", "escape", "unicode"]) {
        "syntax.quote"
    } else if says(&["no value", "missing value", "invalid value"]) {
        "syntax.value"
    } else if says(&["key"]) && !says(&["unexpected"]) {
        "syntax.key"
    } else {
        "syntax.other"
    }
}

/// The line that a place is in.
fn line(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// Whether a wide sign stands outside quotation marks and before a comment.
fn wide(line: &str) -> bool {
    let mut open: Option<char> = None;
    for c in line.chars() {
        match (c, open) {
            ('#', None) => return false,
            ('"' | '\'', None) => open = Some(c),
            (c, Some(quote)) if c == quote => open = None,
            (c, None) if WIDE.contains(c) => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]
    use super::*;
    use crate::words::{Lang, Words};

    /// What is said of the first fault of a text.
    fn of(text: &str) -> &'static str {
        let (_, errors) = toml::de::DeTable::parse_recoverable(text);
        let first = errors.iter().min_by_key(|error| error.span().map(|span| span.start)).unwrap();
        kind(first.message(), text, first.span().map_or(0, |span| span.start))
    }

    #[test]
    fn each_slip_is_called_by_its_kind_in_both_languages() {
        let deep = format!("a = {}", "[".repeat(200));
        for (text, expected) in [
            ("a ＝ 1", "syntax.wide"),
            ("a = “名前”", "syntax.wide"),
            ("a = [1, 2", "syntax.bracket"),
            ("a = [1, 2\nb = 3", "syntax.comma"),
            ("[a\nb = 1", "syntax.bracket"),
            ("a = [\"x\" \"y\"]", "syntax.comma"),
            ("a 1", "syntax.equals"),
            ("a = \"名前", "syntax.quote"),
            ("a =", "syntax.value"),
            ("a = 未定", "syntax.quote"),
            (&deep, "syntax.deep"),
        ] {
            assert_eq!(of(text), expected, "{}", &text[..text.len().min(20)]);
            for lang in [Lang::Ja, Lang::En] {
                assert_ne!(Words::load(lang).ui(expected), expected);
            }
        }
        // Wide signs inside a text or a comment are nobody's fault.
        assert_eq!(of("a = \"＝\" 1 # ［"), "syntax.other");
        for kind in ["syntax.key", "syntax.other"] {
            assert_ne!(Words::load(Lang::Ja).ui(kind), kind);
        }
    }
}
