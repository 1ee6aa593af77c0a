//! Texts of a case: ids, codes, paths, free text. Free text is hostile until it is escaped, but it
//! is kept as it was written; ids and paths are not accepted at all unless they are plain.

use crate::case::schema::{KeyDef, Shape};
use crate::case::tree::Place;
use crate::codes::Code;
use crate::error::Diagnostic;
use crate::hidden::is_hidden;

use super::problems::Problems;

/// Longest text, in characters.
const LONGEST: usize = 10_000;

/// Longest id, in characters.
const LONGEST_ID: usize = 64;

/// Whether a text may be an id.
pub(super) fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && text != "unknown"
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// Whether a text is a path below a folder, the same on every system.
pub(crate) fn is_plain_path(text: &str) -> bool {
    let part = |part: &str| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_uppercase();
        let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
            || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
        !part.is_empty() && !device && !part.starts_with('.') && !part.ends_with(['.', ' '])
    };
    text.len() <= 255
        && !text.chars().any(|c| is_hidden(c) || "\\:*?\"<>|".contains(c))
        && text.split('/').all(part)
}

/// Whether a text is a code of ISO 3166-1 alpha-2 by its form.
fn is_country(text: &str) -> bool {
    text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase())
}

/// Checks a text by the shape of its key; `false`: it is refused.
pub(super) fn check(key: &KeyDef, text: &str, place: &Place, problems: &mut Problems<'_>) -> bool {
    let fault = match key.shape {
        Shape::Free => return check_free(&key.name, text, LONGEST, place, problems),
        Shape::Id | Shape::About if !is_id(text) => Diagnostic::error(Code::BadId),
        Shape::Path if !is_plain_path(text) => Diagnostic::error(Code::BadPath),
        Shape::Country if !is_country(text) => Diagnostic::error(Code::BadCountry),
        _ => return true,
    };
    problems.at(place, fault.own("key", [key.name.as_str()]).name("value", text));
    false
}

/// Checks free text: it says something, is no flood, and hides nothing unnoticed.
pub(super) fn check_free(
    key: &str,
    text: &str,
    longest: usize,
    place: &Place,
    problems: &mut Problems<'_>,
) -> bool {
    if text.chars().all(|c| c.is_whitespace() || is_hidden(c)) {
        problems.at(place, Diagnostic::error(Code::EmptyText).name("key", key));
        return false;
    }
    let length = text.chars().count();
    if length > longest {
        let fault = Diagnostic::error(Code::TextTooLong).name("key", key);
        problems.at(place, fault.number("length", length as u64).number("limit", longest as u64));
        return false;
    }
    if let Some(c) = text.chars().find(|c| is_hidden(*c) && !matches!(c, '\n' | '\t' | '\r')) {
        let code = format!("U+{:04X}", u32::from(c));
        let warning = Diagnostic::warning(Code::HiddenCharacter).name("key", key);
        problems.at(place, warning.name("character", &code));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain() {
        for good in ["F1", "iM01", "D1.iM01-b_2", &"a".repeat(64)] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "1F", "F 1", "Ｆ1", "F1\u{202E}", "F/1", "unknown", &"a".repeat(65)] {
            assert!(!is_id(bad), "{bad}");
        }
    }

    #[test]
    fn paths_stay_below() {
        for good in ["a.pdf", "契約/書.pdf", "a/b/c.json"] {
            assert!(is_plain_path(good), "{good}");
        }
        for bad in [
            "",
            "/a",
            "../a",
            "a/../b",
            "a//b",
            "a\\b",
            "C:a",
            "C:/a",
            "a\0",
            "./a",
            ".hidden",
            "a/",
            "NUL",
            "com1.pdf",
            "a.",
            "a ",
            "a\u{202E}fdp.exe",
            "x:y",
            "~/a*",
        ] {
            assert!(!is_plain_path(bad), "{bad}");
        }
    }
}
