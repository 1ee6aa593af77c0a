//! The `width-case` step: one width, one case, one hyphen between digits.
//!
//! NFKC (full-width ASCII, half-width kana, ①, ㈱, ㋿, CJK compatibility ideographs), then lower case
//! letter by letter, then NFKC again, then three folds that NFKC leaves undone: the wave dash
//! U+301C to `~` (two CP932 decoders disagree about it), U+2014 to U+2015 and U+2016 to U+2225
//! (likewise), and every hyphen-like or long-vowel character to `-`, but only between two ASCII
//! digits: 090ー1234 is a telephone number, データ is not.

use unicode_normalization::UnicodeNormalization as _;

/// Whether the step leaves `text` as it is, decided cheaply: lower-case ASCII, plain kanji, kana.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    let mut after_digit = false;
    for c in text.chars() {
        let plain = match c {
            '\0'..='@' | '['..='\u{7f}' => true,
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
    let lower = text.nfkc().flat_map(char::to_lowercase);
    let mut folded = lower.nfkc().map(|c| match c {
        '\u{301c}' => '~',
        '\u{2014}' => '\u{2015}',
        '\u{2016}' => '\u{2225}',
        other => other,
    });
    let mut held: Option<char> = None; // a hyphen after a digit, waiting for what follows
    let mut after_digit = false;
    for c in folded.by_ref() {
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
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{2500}' | '\u{2043}'
    )
}
