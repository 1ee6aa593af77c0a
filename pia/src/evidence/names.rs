//! Names that people read and names that become paths.

/// Characters that hide or reorder text, as ranges of code points, beside control characters.
const INVISIBLE: [(u32, u32); 9] = [
    (0x00AD, 0x00AD),
    (0x061C, 0x061C),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
];

fn is_visible(c: char) -> bool {
    let code = u32::from(c);
    !c.is_control() && !INVISIBLE.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

/// The name of a holder: 1 to 64 visible characters, no blank at either end.
pub(super) fn is_holder(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && text.chars().count() <= 64 && text.chars().all(is_visible)
}

/// A file name that stays in its folder on every system.
pub(super) fn is_plain_file(name: &str) -> bool {
    let lower = name.to_lowercase();
    let stem: String = lower.chars().take_while(|c| *c != '.').collect();
    let device = match stem.as_str() {
        "con" | "prn" | "aux" | "nul" => true,
        other => matches!(
            other.strip_prefix("com").or_else(|| other.strip_prefix("lpt")).map(str::as_bytes),
            Some([b'0'..=b'9'])
        ),
    };
    let forbidden =
        |c: char| matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') || !is_visible(c);
    !device
        && !name.is_empty()
        && name.len() <= 255
        && !name.contains(forbidden)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.trim() == name
        && lower != "manifest.dsse.json"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_holders() {
        for good in ["persons.csv", "救急搬送.csv", "com.csv", "コン.csv"] {
            assert!(is_plain_file(good), "{good}");
        }
        for wrong in [
            "",
            "..",
            "a/b",
            "a\\b",
            "C:a",
            ".a",
            "a.",
            " a",
            "con",
            "LPT9.txt",
            "a\u{202e}b",
            "MANIFEST.dsse.json",
        ] {
            assert!(!is_plain_file(wrong), "{wrong:?}");
        }
        assert!(
            is_holder("つくば市 政策課") && !is_holder("") && !is_holder(" 市") && !is_holder("市\u{200b}")
        );
        assert!(!is_holder(&"市".repeat(65)));
    }
}
