//! Text on a terminal: harmless characters, columns that know Japanese widths, wrapped lines.
//!
//! Everything that a case holds goes through [`harmless`] before it is printed: what drives
//! terminals or reorders its neighbours is shown as its code point. Deliberately absent: colour.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::hidden::is_hidden;

/// Columns of a line that people read.
pub(super) const WIDTH: usize = 100;

/// Characters that must not begin a line.
const NOT_FIRST: &str = "、。，．・：；？！）」』】〉》〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ";

/// The text with every hidden character as its code point; line breaks stay.
pub(super) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push(' '),
            '\r' => {}
            c if is_hidden(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// As [`harmless`], in one line of at most so many columns.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let flat = harmless(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.width() <= most {
        return flat;
    }
    let mut out = String::new();
    let mut used = 1;
    for c in flat.chars() {
        used += c.width().unwrap_or(0);
        if used > most {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Breaks a text into lines of at most so many columns. Japanese breaks anywhere but before closing
/// marks; other words stay whole where they fit.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    harmless(text).split('\n').flat_map(|line| wrap_line(line, most.max(4))).collect()
}

fn wrap_line(line: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for piece in pieces(line) {
        let width = piece.width();
        let closes = piece.chars().next().is_some_and(|c| NOT_FIRST.contains(c));
        if used + width > most && used > 0 && !(closes && used <= most) {
            lines.push(current.trim_end().to_owned());
            current = String::new();
            used = 0;
            if piece == " " {
                continue;
            }
        }
        if width > most {
            for c in piece.chars() {
                let wide = c.width().unwrap_or(0);
                if used + wide > most {
                    lines.push(std::mem::take(&mut current));
                    used = 0;
                }
                current.push(c);
                used += wide;
            }
            continue;
        }
        current.push_str(piece);
        used += width;
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// Wide characters one by one, narrow ones as words.
fn pieces(line: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let alone = first == ' ' || first.width().unwrap_or(0) > 1 || NOT_FIRST.contains(first);
        let end = if alone {
            first.len_utf8()
        } else {
            rest.find(|c: char| c == ' ' || c.width().unwrap_or(0) > 1 || NOT_FIRST.contains(c))
                .unwrap_or(rest.len())
        };
        let (piece, tail) = rest.split_at(end);
        all.push(piece);
        rest = tail;
    }
    all
}

/// A line that hangs under a label: `  label  text`, continued below the text.
pub(super) fn labelled(label: &str, text: &str) -> String {
    let indent = 2 + label.width() + 2;
    let lines = wrap(text, WIDTH.saturating_sub(indent));
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            out.push_str(&format!("  {label}  {line}\n"));
        } else {
            out.push_str(&format!("{}{line}\n", " ".repeat(indent)));
        }
    }
    out
}

/// A table: each column as wide as its widest cell, the last one cut to what is left.
pub(super) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let columns = header.len();
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut out = String::new();
    let head: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    for row in [&head, &rule].into_iter().chain(rows) {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            line.push_str(cell);
            if index + 1 < columns {
                line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(harmless("a\u{1b}[31m\u{202e}b\nc\td\r"), "a<U+001B>[31m<U+202E>b\nc d");
        assert_eq!(one_line("一\n二  三", 20), "一 二 三");
        assert_eq!(one_line("一二三四五", 7), "一二三…");
    }

    #[test]
    fn lines_break_where_people_break_them() {
        assert_eq!(wrap("一二三四。五六", 8), ["一二三四。", "五六"]);
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn columns_stand_under_each_other() {
        let rows = vec![vec!["あ".to_owned(), "x".to_owned()], vec!["bbb".to_owned(), "y".to_owned()]];
        assert_eq!(table(&["id", "名"], &rows), "id   名\n---  --\nあ   x\nbbb  y\n");
    }

    proptest! {
        #[test]
        fn wrapping_loses_no_character_and_keeps_the_width(text in "[a-z あ-ん。、]{0,80}") {
            let lines = wrap(&text, 12);
            let squeeze = |text: &str| text.replace(' ', "");
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
            // One closing mark may hang over the edge.
            prop_assert!(lines.iter().all(|line| line.width() <= 14), "{:?}", lines);
        }
    }
}
