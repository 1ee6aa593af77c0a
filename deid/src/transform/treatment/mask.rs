//! `mask`: some characters stay, the others become a mask character.
//!
//! Characters are counted as people see them: combining marks, half-width voicing marks,
//! variation selectors and joined emoji belong to the character before them. The mask character
//! has the width of what it replaces (`*` or `＊`). Three forms: first/last n kept; the same with a
//! fixed total length, so that the length of the value is not shown; a pattern such as
//! `###-****-****`. A value too short to leave anything to hide is masked whole.
//!
//! A mask is weak protection: what stays is published, and short values can be guessed.

use super::{BuildError, Published};
use unicode_normalization::char::is_combining_mark;

/// A compiled mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    form: Form,
    narrow: char,
    wide: char,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Ends { first: usize, last: usize },
    Fixed { first: usize, last: usize, total: usize },
    Pattern { parts: Box<[Part]>, kept: usize },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Keep,
    Hide,
    Literal(char),
}

impl Mask {
    /// Keeps the first `first` and the last `last` characters; `first = last = 0` hides all.
    ///
    /// # Errors
    /// [`BuildError::MaskChar`].
    pub fn ends(first: usize, last: usize, mask: char) -> Result<Self, BuildError> {
        Self::with(Form::Ends { first, last }, mask)
    }

    /// As [`Mask::ends`], but every value (also `""`) becomes exactly `total` characters long.
    ///
    /// # Errors
    /// [`BuildError::MaskChar`]; [`BuildError::MaskHidesNothing`] if `total` ≤ `first + last`.
    pub fn fixed(first: usize, last: usize, total: usize, mask: char) -> Result<Self, BuildError> {
        if total <= first.saturating_add(last) {
            return Err(BuildError::MaskHidesNothing);
        }
        Self::with(Form::Fixed { first, last, total }, mask)
    }

    /// A pattern: `#` keeps the next letter or digit of the value, the mask character hides it,
    /// anything else is written as it stands (`\` before a character makes it literal).
    /// Separators of the value are skipped, characters beyond the pattern are not published, and a
    /// short value is filled with mask characters: the output has the pattern's length.
    ///
    /// # Errors
    /// [`BuildError::MaskChar`]; [`BuildError::MaskHidesNothing`] if nothing is hidden.
    pub fn pattern(pattern: &str, mask: char) -> Result<Self, BuildError> {
        let mut parts = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '#' => Part::Keep,
                c if c == mask => Part::Hide,
                '\\' => Part::Literal(chars.next().unwrap_or('\\')),
                c => Part::Literal(c),
            });
        }
        if !parts.contains(&Part::Hide) {
            return Err(BuildError::MaskHidesNothing);
        }
        let kept = parts.iter().filter(|p| **p == Part::Keep).count();
        Self::with(Form::Pattern { parts: parts.into(), kept }, mask)
    }

    fn with(form: Form, mask: char) -> Result<Self, BuildError> {
        if mask.is_alphanumeric() || mask.is_whitespace() || mask.is_control() || mask == '#' {
            return Err(BuildError::MaskChar);
        }
        let wide = match mask {
            '!'..='~' => char::from_u32(mask as u32 + 0xfee0).unwrap_or(mask),
            other => other,
        };
        Ok(Self { form, narrow: mask, wide })
    }

    /// Appends the masked text; NULL stays NULL.
    #[inline]
    pub fn apply(&self, cell: Option<&str>, out: &mut String) -> Published {
        let Some(text) = cell else {
            return Published::Null;
        };
        match &self.form {
            Form::Ends { first, last } => self.ends_of(text, *first, *last, out),
            Form::Fixed { first, last, total } => self.fixed_of(text, *first, *last, *total, out),
            Form::Pattern { parts, kept } => self.pattern_of(text, parts, *kept, out),
        }
        Published::Text
    }

    fn ends_of(&self, text: &str, first: usize, last: usize, out: &mut String) {
        let total = if first + last == 0 { 0 } else { count(text) };
        // Where all would be kept, none is.
        let (first, from_last) = if total <= first + last { (0, usize::MAX) } else { (first, total - last) };
        each(text, |place, base, c| {
            if place < first || place >= from_last {
                out.push(c);
            } else if base {
                out.push(if is_wide(c) { self.wide } else { self.narrow });
            }
        });
    }

    fn fixed_of(&self, text: &str, first: usize, last: usize, total: usize, out: &mut String) {
        let length = count(text);
        let (first, last) = if length <= first + last { (0, 0) } else { (first, last) };
        each(text, |place, _, c| {
            if place < first {
                out.push(c);
            }
        });
        out.extend(std::iter::repeat_n(self.narrow, total - first - last));
        if last > 0 {
            each(text, |place, _, c| {
                if place >= length - last {
                    out.push(c);
                }
            });
        }
    }

    fn pattern_of(&self, text: &str, parts: &[Part], kept: usize, out: &mut String) {
        let content = || text.chars().filter(|c| c.is_alphanumeric());
        let too_short = content().nth(kept).is_none();
        let mut content = content();
        for part in parts {
            match part {
                Part::Literal(c) => out.push(*c),
                Part::Hide => {
                    let wide = content.next().is_some_and(is_wide);
                    out.push(if wide { self.wide } else { self.narrow });
                }
                Part::Keep => {
                    let next = content.next().filter(|_| !too_short);
                    out.push(next.unwrap_or(self.narrow));
                }
            }
        }
    }
}

/// Calls `f(place of the character, whether c begins it, c)`.
#[inline]
fn each(text: &str, mut f: impl FnMut(usize, bool, char)) {
    let mut place = 0usize;
    let mut joined = true; // the first code point begins a character whatever it is
    let mut begun = false;
    for c in text.chars() {
        let base = !begun || !(joined || extends(c));
        if base && begun {
            place += 1;
        }
        f(place, base, c);
        begun = true;
        joined = c == '\u{200d}';
    }
}

fn count(text: &str) -> usize {
    let mut total = 0;
    each(text, |place, _, _| total = place + 1);
    total
}

/// Whether the code point belongs to the character before it.
#[inline]
fn extends(c: char) -> bool {
    match c {
        '\0'..='\u{2ff}' | '\u{3000}'..='\u{3029}' | '\u{3030}'..='\u{3098}' | '\u{30a0}'..='\u{9fff}' => {
            false
        }
        '\u{ff9e}'
        | '\u{ff9f}'
        | '\u{200d}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0100}'..='\u{e01ef}' => true,
        other => is_combining_mark(other),
    }
}

/// Full width in Japanese text: all but Latin-1, Latin Extended and the half-width forms.
#[inline]
fn is_wide(c: char) -> bool {
    !matches!(c, '\0'..='\u{36f}' | '\u{ff61}'..='\u{ffdc}' | '\u{ffe8}'..='\u{ffee}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn apply(mask: &Mask, text: &str) -> String {
        let mut out = String::new();
        assert_eq!(mask.apply(Some(text), &mut out), Published::Text);
        out
    }

    #[test]
    fn ends() {
        let first = Mask::ends(3, 0, '*').unwrap();
        assert_eq!(apply(&first, "09012345678"), "090********");
        assert_eq!(apply(&first, "０９０１２３４"), "０９０＊＊＊＊");
        assert_eq!(apply(&first, "090"), "***");
        assert_eq!(apply(&first, ""), "");
        let last = Mask::ends(0, 4, '*').unwrap();
        assert_eq!(apply(&last, "090-1234-5678"), "*********5678");
        let name = Mask::ends(1, 0, '*').unwrap();
        assert_eq!(apply(&name, "山田太郎"), "山＊＊＊");
        assert_eq!(apply(&name, "ｶﾞｷﾞｸ"), "ｶﾞ**");
        assert_eq!(apply(&name, "葛\u{e0100}城"), "葛\u{e0100}＊");
        assert_eq!(apply(&name, "か\u{3099}き\u{3099}"), "か\u{3099}＊");
        assert_eq!(apply(&Mask::ends(0, 0, '*').unwrap(), "山a"), "＊*");
        assert_eq!(apply(&Mask::ends(0, 0, '●').unwrap(), "山a"), "●●");
        assert_eq!(name.apply(None, &mut String::new()), Published::Null);
    }

    #[test]
    fn fixed_hides_the_length() {
        let mask = Mask::fixed(1, 1, 6, '*').unwrap();
        assert_eq!(apply(&mask, "山田太郎"), "山****郎");
        assert_eq!(apply(&mask, "abcdefghij"), "a****j");
        assert_eq!(apply(&mask, "山田"), "******");
        assert_eq!(apply(&mask, ""), "******");
        assert_eq!(Mask::fixed(3, 3, 6, '*'), Err(BuildError::MaskHidesNothing));
    }

    #[test]
    fn pattern() {
        let mask = Mask::pattern("###-****-****", '*').unwrap();
        for phone in ["029-868-1234", "0298681234", "02-9868-1234"] {
            assert_eq!(apply(&mask, phone), "029-****-****");
        }
        assert_eq!(apply(&mask, "090-1234-5678-99"), "090-****-****");
        assert_eq!(apply(&mask, "０９０－１２３４－５６７８"), "０９０-＊＊＊＊-＊＊＊＊");
        assert_eq!(apply(&mask, "110"), "***-****-****");
        assert_eq!(apply(&mask, ""), "***-****-****");
        assert_eq!(apply(&Mask::pattern(r"\##*", '*').unwrap(), "ab"), "#a*");
        assert_eq!(Mask::pattern("###", '*'), Err(BuildError::MaskHidesNothing));
        for bad in ['a', '１', ' ', '\n', '#', '山'] {
            assert_eq!(Mask::ends(1, 0, bad), Err(BuildError::MaskChar));
        }
    }

    proptest! {
        /// As many characters as before, each of the width class it had; and something is hidden.
        #[test]
        fn keeps_length_and_width(text in "[a-z0-9山田ｱ-ﾝＡ-Ｚ]{0,12}", first in 0usize..4, last in 0usize..4) {
            let masked = apply(&Mask::ends(first, last, '*').unwrap(), &text);
            prop_assert_eq!(count(&masked), count(&text));
            for (a, b) in masked.chars().zip(text.chars()) {
                prop_assert_eq!(is_wide(a), is_wide(b));
            }
            let hidden = masked.chars().filter(|c| matches!(c, '*' | '＊')).count();
            let expected = if count(&text) <= first + last { count(&text) } else { count(&text) - first - last };
            prop_assert_eq!(hidden, expected);
        }

        #[test]
        fn fixed_is_fixed(text in any::<String>(), first in 0usize..3, last in 0usize..3) {
            let masked = apply(&Mask::fixed(first, last, 8, '*').unwrap(), &text);
            prop_assert!(count(&masked) <= 8 && masked.chars().filter(|c| *c == '*').count() >= 8 - first - last);
        }
    }
}
