//! Which names a published file may have.
//!
//! A manifest is untrusted until it is verified, and its subject names become paths: only plain
//! names in one folder are allowed, on every system that an officer may use. Japanese is welcome.

use crate::crypto::label::is_printable;

/// Name of the manifest's own file, which can therefore not be a subject.
pub const MANIFEST_FILE: &str = "manifest.dsse.json";

/// Greatest length of a name, in bytes.
pub const MAX_BYTES: usize = 255;

/// Names that Windows gives to devices, with or without an extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Whether `name` is a plain file name: no separator, drive, stream, pattern, quote or control
/// character, not hidden, no dot or blank at an end, no device name, not the manifest itself.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    let lower = name.to_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let numbered_device = (stem.starts_with("com") || stem.starts_with("lpt"))
        && stem.len() == 4
        && stem.ends_with(|c: char| c.is_ascii_digit());
    (1..=MAX_BYTES).contains(&name.len())
        && name.chars().all(|c| is_printable(c) && !r#"/\:*?"<>|"#.contains(c))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.trim() == name
        && !DEVICES.contains(&stem)
        && !numbered_device
        && lower != MANIFEST_FILE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names() {
        for name in ["persons.csv", "救急搬送.csv", "a b.parquet", "report.ja.html", "com.csv", "x"] {
            assert!(is_plain(name), "{name}");
        }
        assert!(is_plain(&"x".repeat(255)));
    }

    #[test]
    fn names_that_leave_the_folder_or_lie() {
        for name in [
            "",
            ".",
            "..",
            "../persons.csv",
            "a/../b",
            "/etc/passwd",
            "a/b.csv",
            "..\\persons.csv",
            "C:persons.csv",
            "a.csv:stream",
            ".hidden",
            "a.",
            " a",
            "a ",
            "a\u{3000}",
            "a\0b",
            "a\nb",
            "a\u{202e}vsc.exe",
            "a\u{200b}b",
            "CON",
            "con.csv",
            "LPT1.csv",
            "com9",
            "Manifest.dsse.json",
            "a*b",
            "a?b",
            "a\"b",
            "<a>",
            "a|b",
        ] {
            assert!(!is_plain(name), "{name:?}");
        }
        assert!(!is_plain(&"x".repeat(256)));
    }
}
