//! The short name a person gives to a key ("つくば市 2026 救急実証").
//!
//! A label is shown in terminals and reports and written into key files, so it may hold nothing
//! that changes how the text around it reads: no control characters, no line breaks, no
//! bidirectional or zero-width characters.

use std::fmt;

/// Greatest length of a label, in characters.
pub const MAX_CHARS: usize = 64;

/// A printable name of 1 to 64 characters, without blanks at either end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

/// Why a text cannot be a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Nothing, or only blanks.
    #[error("label is empty")]
    Empty,
    /// More than [`MAX_CHARS`] characters.
    #[error("label is longer than 64 characters")]
    TooLong,
    /// A control, line-separating, bidirectional or zero-width character.
    #[error("label holds a character that is not printable")]
    NotPrintable,
    /// A blank as first or last character: two labels would look alike.
    #[error("label starts or ends with a blank")]
    Blank,
}

impl Label {
    /// Checks `text` and keeps it unchanged.
    ///
    /// # Errors
    /// [`LabelError`] says which rule the text breaks.
    pub fn new(text: &str) -> Result<Self, LabelError> {
        if text.trim().is_empty() {
            return Err(LabelError::Empty);
        }
        if text.chars().count() > MAX_CHARS {
            return Err(LabelError::TooLong);
        }
        if !text.chars().all(is_printable) {
            return Err(LabelError::NotPrintable);
        }
        if text.trim() != text {
            return Err(LabelError::Blank);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a character may stand in a name that is shown to people: everything except control
/// characters, line and paragraph separators, and the format characters of Unicode that reorder
/// or hide text (bidirectional marks, zero-width characters, tags, the byte order mark).
#[must_use]
pub fn is_printable(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_names_people_use() {
        for text in ["救急実証 2026", "a", "市・大学（共同）", &"字".repeat(64)] {
            assert_eq!(Label::new(text).map(|l| l.as_str().to_owned()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn refuses_what_would_change_the_text_around_it() {
        let cases = [
            ("", LabelError::Empty),
            ("  ", LabelError::Empty),
            (" a", LabelError::Blank),
            ("a\u{3000}", LabelError::Blank),
            ("a\nb", LabelError::NotPrintable),
            ("a\u{1b}[31mb", LabelError::NotPrintable),
            ("a\u{202e}b", LabelError::NotPrintable),
            ("a\u{200b}b", LabelError::NotPrintable),
            ("a\u{2028}b", LabelError::NotPrintable),
        ];
        for (text, error) in cases {
            assert_eq!(Label::new(text), Err(error), "{text:?}");
        }
        assert_eq!(Label::new(&"字".repeat(65)), Err(LabelError::TooLong));
    }
}
