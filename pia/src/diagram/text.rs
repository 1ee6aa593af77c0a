//! Widths, cleaning and Japanese line breaking of labels.
//!
//! No font is read: the widths below are upper bounds of BIZ UDPGothic (regular and bold), whose
//! Latin letters are wide (digits 0.76 em, capitals up to 0.9 em), so text never leaves its box
//! even if a fallback font is used. Deliberately absent: hyphenation and right-to-left layout.

use crate::hidden::is_hidden;
use crate::xml;

/// Removes what must not reach an SVG: control, bidirectional and invisible formatting characters.
/// White space of every kind becomes one space.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_hidden(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Upper bound of the advance of one character, in thousandths of an em.
fn advance(c: char) -> i32 {
    match c {
        ' ' | '!' | '\'' | ',' | '.' | ':' | ';' | 'i' | 'j' | 'l' => 400,
        '"' | '(' | ')' | '*' | '-' | '/' | '[' | '\\' | ']' | '_' | '`' | '{' | '|' | '}' | 'I' | 'f'
        | 'r' | 't' => 560,
        '#' | '%' | '&' | '@' | 'M' | 'W' | 'm' | 'w' => 1000,
        'a'..='z' => 740,
        '0'..='9' => 760,
        '!'..='~' => 900,
        // Combining kana marks sit on the character before them.
        '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{ff61}'..='\u{ffdc}' => 560,
        '\u{1f000}'.. => 1300,
        _ => 1000,
    }
}

/// Upper bound of the width of `text` at font size `size`.
pub(super) fn width(text: &str, size: i32) -> i32 {
    let mils: i64 = text.chars().map(|c| i64::from(advance(c))).sum();
    i32::try_from((mils * i64::from(size) + 999) / 1000).unwrap_or(i32::MAX)
}

/// Characters that must not begin a line: closing marks, small kana, the long-vowel mark.
fn not_first(c: char) -> bool {
    matches!(c,
        '\u{3001}' | '\u{3002}' | '\u{ff0c}' | '\u{ff0e}' | '\u{30fb}' | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}'
        | '\u{ff01}' | '\u{ff09}' | '\u{300d}' | '\u{300f}' | '\u{3011}' | '\u{3015}' | '\u{3009}'
        | '\u{300b}' | '\u{ff3d}' | '\u{ff5d}' | '\u{30fc}' | '\u{301c}' | '\u{ff5e}' | '\u{3005}'
        | '\u{309b}'..='\u{309e}' | '\u{30fd}' | '\u{30fe}' | '\u{2026}' | '\u{2025}' | '\u{ff05}'
        | '\u{3041}' | '\u{3043}' | '\u{3045}' | '\u{3047}' | '\u{3049}' | '\u{3063}' | '\u{3083}'
        | '\u{3085}' | '\u{3087}' | '\u{308e}' | '\u{3095}' | '\u{3096}' | '\u{30a1}' | '\u{30a3}'
        | '\u{30a5}' | '\u{30a7}' | '\u{30a9}' | '\u{30c3}' | '\u{30e3}' | '\u{30e5}' | '\u{30e7}'
        | '\u{30ee}' | '\u{30f5}' | '\u{30f6}' | '\u{ff61}' | '\u{ff63}'..='\u{ff65}' | '\u{ff67}'..='\u{ff70}'
        | '\u{ff9e}' | '\u{ff9f}' | ',' | '.' | ':' | ';' | '!' | '?' | ')' | ']' | '}' | '%')
        || advance(c) == 0
}

/// Characters that must not end a line: opening marks.
fn not_last(c: char) -> bool {
    matches!(
        c,
        '\u{300c}'
            | '\u{300e}'
            | '\u{ff08}'
            | '\u{3010}'
            | '\u{3014}'
            | '\u{3008}'
            | '\u{300a}'
            | '\u{ff3b}'
            | '\u{ff5b}'
            | '\u{ff62}'
            | '('
            | '['
            | '{'
    )
}

/// Latin letters and digits keep together as words.
fn wordlike(c: char) -> bool {
    !c.is_whitespace() && u32::from(c) < 0x2e80
}

/// A run of katakana is a word too, and hard to read when broken.
fn katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}' | '\u{ff66}'..='\u{ff9f}')
}

fn may_break(before: char, after: char) -> bool {
    if not_first(after) || not_last(before) || (katakana(before) && katakana(after)) {
        return false;
    }
    before == ' ' || before == '-' || before == '/' || !wordlike(before) || !wordlike(after)
}

/// Lines of `text`, none wider than `max`: as few as can be, then even, then broken where words end.
///
/// A word wider than `max` is broken inside; nothing is ever left out.
pub(super) fn wrap(text: &str, size: i32, max: i32) -> Vec<String> {
    let mut atoms: Vec<String> = Vec::new();
    for piece in pieces(&clean(text)) {
        if width(piece.trim_end(), size) <= max {
            atoms.push(piece);
        } else {
            atoms.extend(broken(&piece, size, max));
        }
    }
    // From the end: lines and cost of the best division of the rest, and where its first line ends.
    let mut best: Vec<(usize, i64, usize)> = vec![(0, 0, atoms.len())];
    for first in (0..atoms.len()).rev() {
        let mut used = 0;
        let mut chosen: Option<(usize, i64, usize)> = None;
        for (last, atom) in atoms.iter().enumerate().skip(first) {
            let line = used + width(atom.trim_end(), size);
            if line > max && last > first {
                break;
            }
            used += width(atom, size);
            let Some((lines, cost, _)) = best.get(atoms.len() - 1 - last) else { break };
            let cost =
                cost + evenness(line, size) + atoms.get(last + 1).map_or(0, |next| break_cost(atom, next));
            if chosen.is_none_or(|(l, c, _)| (lines + 1, cost) < (l, c)) {
                chosen = Some((lines + 1, cost, last + 1));
            }
        }
        best.push(chosen.unwrap_or((0, 0, first + 1)));
    }
    let mut out = Vec::new();
    let mut rest = atoms.as_slice();
    while let (false, Some((_, _, end))) = (rest.is_empty(), best.get(rest.len())) {
        let (line, after) =
            rest.split_at((end + rest.len()).saturating_sub(atoms.len()).clamp(1, rest.len()));
        out.push(line.concat().trim_end().to_owned());
        rest = after;
    }
    out
}

/// Squares of line widths, in tenths of an em squared: the sum is least when lines are even.
fn evenness(line: i32, size: i32) -> i64 {
    i64::from(line) * i64::from(line) * 10 / (i64::from(size) * i64::from(size)).max(1)
}

/// What a line break between two pieces costs, on the scale of [`evenness`]: nothing after a mark
/// or a space, little where the script changes, much inside a run of kanji or before an ending.
fn break_cost(before: &str, after: &str) -> i64 {
    let (Some(before), Some(after)) = (before.chars().next_back(), after.chars().next()) else { return 0 };
    let kanji = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
    let hiragana = |c: char| matches!(c, '\u{3041}'..='\u{3096}');
    if before == ' ' || not_last(after) || (not_first(before) && !katakana(before) && !hiragana(before)) {
        0
    } else if (kanji(before) && kanji(after)) || (hiragana(before) && hiragana(after)) {
        60
    } else if kanji(before) && hiragana(after) {
        80
    } else {
        10
    }
}

/// Whether `text` fits into lines of this width without a break inside a word.
pub(super) fn whole(text: &str, size: i32, max: i32) -> bool {
    pieces(&clean(text)).iter().all(|piece| width(piece.trim_end(), size) <= max)
}

/// Runs of characters that stay together.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in text.chars() {
        match out.last_mut() {
            Some(piece) if !piece.chars().next_back().is_some_and(|before| may_break(before, c)) => {
                piece.push(c);
            }
            _ => out.push(c.to_string()),
        }
    }
    out
}

/// Parts of a piece that is wider than a line; a part ends where kinsoku allows if one can.
fn broken(piece: &str, size: i32, max: i32) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part: Vec<char> = Vec::new();
    let mut used = 0;
    for c in piece.chars() {
        let step = width(&c.to_string(), size);
        while used + step > max && !part.is_empty() {
            let good = |at: &usize| {
                let before = at.checked_sub(1).and_then(|last| part.get(last)).copied();
                let after = part.get(*at).copied().unwrap_or(c);
                !not_first(after) && !before.is_some_and(not_last)
            };
            // Looking back a few characters is enough; a run of closing marks breaks anywhere.
            let at =
                (part.len().saturating_sub(4).max(1)..=part.len()).rev().find(good).unwrap_or(part.len());
            let tail = part.split_off(at);
            parts.push(part.into_iter().collect());
            part = tail;
            used = width(&part.iter().collect::<String>(), size);
        }
        part.push(c);
        used += step;
    }
    parts.push(part.into_iter().collect());
    parts
}

/// Cleaned text of an element or an attribute.
pub(super) fn escape(text: &str) -> String {
    xml::escape(&clean(text))
}

/// An element id: different inputs stay different, and nothing in it needs escaping.
pub(super) fn element_id(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
            out.push(c);
        } else {
            out.push_str(&format!(".{:x}.", u32::from(c)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::expect_used,
        clippy::string_slice,
        reason = "tests"
    )]
    use super::*;

    #[test]
    fn a_line_neither_begins_with_a_closing_mark_nor_ends_with_an_opening_one() {
        for max in 70..200 {
            for line in
                wrap("救急隊（消防本部）が、「傷病者・サーバー」データを照会する。ページー覧ッ", 14, max)
            {
                let (first, last) = (line.chars().next().unwrap(), line.chars().next_back().unwrap());
                assert!(!"、。）」ー・ッ".contains(first), "{max}: {line}");
                assert!(!"（「".contains(last), "{max}: {line}");
            }
        }
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_wider_than_the_line() {
        for text in [
            "つくば市データ連携基盤",
            "AVeryLongUnbrokenIdentifier_0123456789。終",
            "a b  c",
            "」」」」」」」」」」",
        ] {
            for max in 20..160 {
                let lines = wrap(text, 14, max);
                let joined: String = lines.concat().chars().filter(|c| *c != ' ').collect();
                assert_eq!(joined, text.replace(' ', ""));
                assert!(lines.iter().all(|line| width(line, 14) <= max.max(14)), "{max}: {lines:?}");
            }
        }
    }

    #[test]
    fn lines_are_even_and_words_stay_whole() {
        assert_eq!(wrap("つくば市データ連携基盤", 10, 100), ["つくば市", "データ連携基盤"]);
        assert_eq!(wrap("救急外来の診療支援画面", 10, 70), ["救急外来の", "診療支援画面"]);
        assert_eq!(wrap("国内・端末暗号化", 10, 60), ["国内・", "端末暗号化"]);
        assert_eq!(wrap("", 10, 60), [""; 0]);
        assert_eq!(wrap("Emergency record store", 10, 110), ["Emergency", "record store"]);
    }

    #[test]
    fn hostile_characters_do_not_survive() {
        assert_eq!(clean(" a\u{202e}b\u{0}\n\t c\u{feff}\u{ffff} "), "ab c");
        assert_eq!(escape("<script>\"&'"), "&lt;script&gt;&quot;&amp;&#39;");
        assert_eq!(element_id("f 1.\""), "f.20.1.2e..22.");
    }
}
