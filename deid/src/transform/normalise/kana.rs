//! The `kana` step: half-width kana to full width, hiragana to katakana, marks composed.
//!
//! さくら, サクラ and ｻｸﾗ become サクラ. Voicing marks (ﾞ ﾟ and the combining U+3099, U+309A) join the
//! letter before them where such a letter exists. Kept apart on purpose: small and large kana (キャ,
//! キヤ), ズ and ヅ, and the long-vowel mark; they distinguish people.

const HALF: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

/// Whether the step leaves `text` as it is.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    !text
        .chars()
        .any(|c| matches!(c, 'ぁ'..='ゖ' | '\u{3099}' | '\u{309a}' | 'ゝ' | 'ゞ' | '\u{ff66}'..='\u{ff9f}'))
}

/// Appends the folded text.
pub(super) fn fold(text: &str, out: &mut String) {
    let mut last: Option<char> = None; // the letter that a mark may still join
    for c in text.chars() {
        let full = match c {
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
            '\u{ff66}'..='\u{ff9d}' => HALF.chars().nth(c as usize - 0xff66).unwrap_or(c),
            '\u{ff9e}' => '\u{3099}',
            '\u{ff9f}' => '\u{309a}',
            other => other,
        };
        if let Some(joined) = last.and_then(|base| compose(base, full)) {
            last = Some(joined);
            continue;
        }
        out.extend(last);
        last = Some(full);
    }
    out.extend(last);
}

/// The voiced or half-voiced letter, if there is one.
fn compose(base: char, mark: char) -> Option<char> {
    let add = match (mark, base) {
        ('\u{3099}', 'ウ') => return Some('ヴ'),
        ('\u{3099}', 'ワ' | 'ヰ' | 'ヱ' | 'ヲ') => 8,
        (
            '\u{3099}',
            'カ' | 'キ' | 'ク' | 'ケ' | 'コ' | 'サ' | 'シ' | 'ス' | 'セ' | 'ソ' | 'タ' | 'チ' | 'ツ' | 'テ'
            | 'ト' | 'ヽ',
        ) => 1,
        ('\u{3099}', 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ') => 1,
        ('\u{309a}', 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ') => 2,
        _ => return None,
    };
    char::from_u32(base as u32 + add)
}
