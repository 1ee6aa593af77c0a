//! The lines of a TOML file around a place, with the place underlined.
//!
//! Only three lines are handed to miette, cut to what fits: drawing stays fast in a long file, and
//! an answer of ten megabytes in one line stays harmless.

use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, MietteError, MietteSpanContents,
    Report, SourceCode, SourceSpan, SpanContents,
};
use unicode_width::UnicodeWidthChar;

use super::terminal::{WIDTH, one_line};
use crate::case::tree::SourceFile;
use crate::hidden::is_hidden;

/// Columns of a line of source that are shown.
const COLUMNS: usize = WIDTH - 10;

/// Columns that are shown before the place, where the line is long.
const BEFORE: usize = 30;

/// Three lines of a file.
#[derive(Debug)]
struct Snippet {
    name: String,
    text: String,
    /// Index of the first of them.
    first: usize,
    /// Index of the line of the place, and its column in characters.
    at: (usize, usize),
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        if before == 0 && after == 0 {
            // Asked only to name the place: as it is in the file, not in what is left of it here.
            let (line, column) = self.at;
            let contents = MietteSpanContents::new_named(self.name.clone(), &[], *span, line, column, 1);
            return Ok(Box::new(contents));
        }
        let whole = SourceSpan::from((0, self.text.len()));
        let lines = self.text.matches('\n').count() + 1;
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            whole,
            self.first,
            0,
            lines,
        );
        Ok(Box::new(contents))
    }
}

/// Draws a place of a file with a label under it; empty when the place is not in the text.
pub(super) fn underline(file: &SourceFile, span: &Range<usize>, label: &str) -> String {
    let Some((snippet, place)) = snippet(file, span) else { return String::new() };
    let label = LabeledSpan::at(place, one_line(label, COLUMNS / 2));
    let report = Report::new(MietteDiagnostic::new("").with_label(label)).with_source_code(snippet);
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(WIDTH);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, report.as_ref()).is_err() {
        return String::new();
    }
    // The handler begins with its own (empty) message; the drawing starts at the corner.
    let start = drawn
        .find('╭')
        .and_then(|at| drawn.get(..at))
        .map_or(0, |head| head.rfind('\n').map_or(0, |at| at + 1));
    let mut out = String::new();
    for line in drawn.get(start..).unwrap_or_default().trim_end().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The line of the place, one before and one after; the place inside of them, cut to its first line.
fn snippet(file: &SourceFile, span: &Range<usize>) -> Option<(Snippet, Range<usize>)> {
    if !file.text.is_char_boundary(span.start) {
        return None;
    }
    let number = file.line_at(span.start);
    let (start, line) = file.line(number)?;
    let above = number.checked_sub(1).and_then(|before| file.line(before));
    let below = file.line(number + 1);

    let from = span.start - start;
    let to = (span.end.saturating_sub(start)).min(line.len()).max(from);
    let (shown, place) = cut(line, from..to)?;
    let mut whole = String::new();
    if let Some((_, above)) = above {
        whole.push_str(&cut(above, 0..0)?.0);
        whole.push('\n');
    }
    let shift = whole.len();
    whole.push_str(&shown);
    if let Some((_, below)) = below {
        whole.push('\n');
        whole.push_str(&cut(below, 0..0)?.0);
    }
    let first = if above.is_some() { number.saturating_sub(1) } else { number };
    let column = line.get(..from)?.chars().count();
    let snippet = Snippet { name: file.name.clone(), text: whole, first, at: (number, column) };
    Some((snippet, place.start + shift..place.end + shift))
}

/// A line without hidden characters, cut to the columns around a place, and the place in it.
fn cut(line: &str, place: Range<usize>) -> Option<(String, Range<usize>)> {
    let ahead = line.get(..place.start)?;
    let from = if columns(ahead, COLUMNS) > COLUMNS / 2 { back(ahead, BEFORE) } else { 0 };
    let mut out = String::from(if from > 0 { "…" } else { "" });
    let (mut column, mut start, mut end) = (0, None, None);
    for (at, c) in line.get(from..)?.char_indices().map(|(at, c)| (at + from, c)) {
        if at >= place.start && start.is_none() {
            start = Some(out.len());
        }
        if at >= place.end && end.is_none() {
            end = Some(out.len());
        }
        let shown = visible(c);
        column += width(&shown);
        if column > COLUMNS {
            out.push('…');
            break;
        }
        out.push_str(&shown);
    }
    let start = start.unwrap_or(out.len());
    let end = end.unwrap_or(out.len()).max(start);
    Some((out, start..end))
}

/// Where a text begins of which only its last columns are wanted.
fn back(text: &str, most: usize) -> usize {
    let mut used = 0;
    let kept = text.char_indices().rev().take_while(|(_, c)| {
        used += width(&visible(*c));
        used <= most
    });
    kept.last().map_or(text.len(), |(at, _)| at)
}

/// Columns of a text, counted up to a limit.
fn columns(text: &str, most: usize) -> usize {
    let mut all = 0;
    for c in text.chars() {
        all += width(&visible(c));
        if all >= most {
            break;
        }
    }
    all
}

fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn visible(c: char) -> String {
    match c {
        '\t' => "    ".to_owned(),
        c if is_hidden(c) => format!("<U+{:04X}>", u32::from(c)),
        c => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn drawn(name: &str, text: &str, span: &Range<usize>, label: &str) -> String {
        underline(&SourceFile::new(name, text.to_owned()), span, label)
    }

    #[test]
    fn a_place_is_underlined_under_japanese_text() {
        let text = "# 注\n[[flow]]\nname = \"診療\"   # ここ\nrelation = \"entrust\"\n";
        let at = text.find("\"診療\"").unwrap();
        insta::assert_snapshot!(drawn("flows.toml", text, &(at..at + "\"診療\"".len()), "名称"), @r#"
           ╭─[flows.toml:3:8]
         2 │ [[flow]]
         3 │ name = "診療"   # ここ
           ·        ───┬──
           ·           ╰── 名称
         4 │ relation = "entrust"
           ╰────
        "#);
    }

    #[test]
    fn long_lines_and_hidden_characters_do_no_harm() {
        let text = format!("a = \"{}\u{202e}\u{1b}[2J{}\"\r\nb = 1", "あ".repeat(200_000), "い".repeat(1000));
        let at = text.find('\u{202e}').unwrap();
        let drawn = drawn("answers.toml", &text, &(at..at + 3), "x");
        assert!(drawn.contains("<U+202E><U+001B>[2J"), "{drawn}");
        assert!(!drawn.chars().any(|c| c != '\n' && is_hidden(c)), "{drawn}");
        assert!(drawn.lines().all(|line| columns(line, 500) <= WIDTH + 2), "{drawn}");
    }

    #[test]
    fn places_outside_of_the_text_draw_nothing_or_something_but_never_fail() {
        let text = "a = 1\r\nあ = 2";
        for start in 0..30 {
            for end in start..30 {
                let drawn = drawn("f", text, &(start..end), "x");
                assert!(drawn.is_empty() || drawn.contains("f:"), "{start} {end} {drawn}");
            }
        }
        assert_eq!(drawn("f", text, &(400..401), "x"), "");
    }
}
