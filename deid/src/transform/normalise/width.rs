//! The `width` and `case` steps: one width, one hyphen between digits, lower case.
//!
//! Width is NFKC (full-width ASCII, half-width kana, ①, ㈱, ㋿, CJK compatibility ideographs) and
//! three folds that NFKC leaves undone: the wave dash U+301C to `~` (two CP932 decoders disagree
//! about it), U+2014 to U+2015 and U+2016 to U+2225 (likewise), and every hyphen-like or
//! long-vowel character to `-`, but only between two ASCII digits: 090ー1234 is a telephone
//! number, データ is not. Case is Unicode lower case letter by letter (no locale, no final sigma).

use unicode_normalization::UnicodeNormalization as _;

/// Whether the step leaves `text` as it is, decided cheaply: ASCII, plain kanji, kana.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    let mut after_digit = false;
    for c in text.chars() {
        let plain = match c {
            '\0'..='\u{7f}' => true,
            'ー' => !after_digit,
            '々' | '〆' | '〇' | 'ぁ'..='ゖ' | 'ァ'..='・' | '一'..='\u{9fff}' => true,
            _ => false,
        };
        if !plain {
            return false;
        }
        after_digit = c.is_ascii_digit();
    }
    true
}

/// Appends the folded text.
pub(super) fn fold(text: &str, out: &mut String) {
    let folded = text.nfkc().map(|c| match c {
        '\u{301c}' => '~',
        '\u{2014}' => '\u{2015}',
        '\u{2016}' => '\u{2225}',
        other => other,
    });
    let mut held: Option<char> = None; // a hyphen after a digit, waiting for what follows
    let mut after_digit = false;
    for c in folded {
        if let Some(hyphen) = held.take() {
            out.push(if c.is_ascii_digit() { '-' } else { hyphen });
        }
        if after_digit && is_hyphen(c) {
            held = Some(c);
            after_digit = false;
            continue;
        }
        out.push(c);
        after_digit = c.is_ascii_digit();
    }
    out.extend(held);
}

/// Hyphens, dashes, minus and the long-vowel mark, as they stand after NFKC.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{2500}' | '\u{2043}')
}

/// Whether lower-casing leaves `text` as it is.
#[inline]
pub(super) fn is_lower(text: &str) -> bool {
    text.chars().all(|c| match c {
        '\0'..='\u{7f}' => !c.is_ascii_uppercase(),
        '\u{3000}'..='\u{9fff}' => true,
        other => other.to_lowercase().eq([other]),
    })
}

/// Appends the text in lower case.
pub(super) fn lower(text: &str, out: &mut String) {
    out.extend(text.chars().flat_map(char::to_lowercase));
}
