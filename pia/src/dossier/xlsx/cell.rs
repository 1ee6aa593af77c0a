//! What one cell of the workbook holds: text, or a number that can be sorted.
//!
//! Why here: a cell is where user text meets a program that runs formulas, and where a length limit
//! could lose words in silence. Deliberately absent: looks.

use crate::dossier::text::printable;

/// What a cell can hold, in UTF-16 units, as the format counts.
pub(super) const LIMIT: usize = 32_767;

/// Content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// A whole number that shows exactly as the dossier has it.
    Number {
        value: f64,
        /// Written with commas.
        grouped: bool,
    },
    /// Everything else.
    Text {
        text: String,
        /// It begins like a formula.
        quoted: bool,
    },
}

impl Cell {
    /// A cell of text.
    pub(super) fn text(words: &str, cut: &str) -> Self {
        let text = fitted(words, cut);
        let quoted = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t']);
        Self::Text { text, quoted }
    }

    /// A cell of a column of numbers. Only what comes back as the same text becomes a number.
    pub(super) fn number(words: &str, cut: &str) -> Self {
        let plain = words.replace(',', "");
        let value = plain.parse::<u32>().ok().filter(|n| n.to_string() == plain);
        match value {
            Some(n) if words == plain => Self::Number { value: f64::from(n), grouped: false },
            Some(n) if words == grouped(&plain) => Self::Number { value: f64::from(n), grouped: true },
            _ => Self::text(words, cut),
        }
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Printable text that fits a cell; what is too long ends with the words that say so.
pub(super) fn fitted(words: &str, cut: &str) -> String {
    let text = printable(words);
    let length = |s: &str| s.encode_utf16().count();
    if length(&text) <= LIMIT {
        return text.into_owned();
    }
    let room = LIMIT.saturating_sub(length(cut));
    let mut used = 0;
    let mut out: String = text
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= room
        })
        .collect();
    out.push_str(cut);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_show_as_they_are_become_numbers() {
        let number = |value, grouped| Cell::Number { value, grouped };
        assert_eq!(Cell::number("0", ""), number(0.0, false));
        assert_eq!(Cell::number("1234", ""), number(1234.0, false));
        assert_eq!(Cell::number("1,234,567", ""), number(1_234_567.0, true));
        for text in ["0012", "12,34", "1.5", "+1", "-3", "", "約10", "１２", "99999999999", "1,234人"] {
            assert!(matches!(Cell::number(text, ""), Cell::Text { text: t, .. } if t == text), "{text}");
        }
    }

    #[test]
    fn what_begins_like_a_formula_is_marked_and_kept() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", "\n=1"] {
            assert_eq!(Cell::text(text, ""), Cell::Text { text: text.into(), quoted: true });
        }
        assert_eq!(Cell::text("a=1", ""), Cell::Text { text: "a=1".into(), quoted: false });
    }

    #[test]
    fn long_text_says_that_it_is_cut() {
        let fits = "字".repeat(LIMIT);
        assert_eq!(fitted(&fits, "…"), fits);
        let out = fitted(&"𠮷".repeat(LIMIT), "（切）");
        assert!(out.ends_with("𠮷（切）"));
        assert_eq!(out.encode_utf16().count(), LIMIT);
    }
}
