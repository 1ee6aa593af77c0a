//! NDJSON: one flat JSON object per line ↔ cells.
//!
//! A hand-written scanner, because every cell is needed as the text that stood in the file
//! (`1.50` stays `1.50`, integers beyond 64 bits stay whole) and borrowed where nothing is
//! escaped. (`serde_json` is its oracle in the tests.) Strict: RFC 8259 values, the same keys in
//! every object in any order, no key twice, no blank line. Deliberately absent: nested values,
//! and repair of anything.
//!
//! Strings are [`CellKind::Quoted`] or [`CellKind::Escaped`]; numbers, `true` and `false` are
//! [`CellKind::Plain`], so that a number can be written back as a number; `null` is NULL.

use super::batch::{Cell, CellKind};
use super::csv_parse::{MAX_CELL, MAX_COLUMNS};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};

/// A cell that the record has not given yet.
const ABSENT: Cell = Cell { start: u32::MAX, end: u32::MAX, kind: CellKind::Null };

/// The keys of one object, in order.
///
/// # Errors
/// [`Code::NdjsonBad`], [`Code::NdjsonNested`], [`Code::InputLimit`], as of record 1.
pub(crate) fn keys(line: &str) -> Result<Vec<String>> {
    let mut keys = Vec::new();
    let mut side = String::new();
    let mut scanner = Scanner { text: line, at: 0 };
    let scanned = scanner.object(&mut side, |scanner, side, key| {
        let key = key.text(scanner.text, side).to_owned();
        if keys.len() == MAX_COLUMNS {
            return Err(Fault::Limit);
        }
        keys.push(key);
        scanner.value(side).map(|_| ())
    });
    scanned.and_then(|()| scanner.line_end()).map_err(|fault| fault.at(1))?;
    let mut sorted: Vec<&String> = keys.iter().collect();
    sorted.sort_unstable();
    if keys.is_empty() || sorted.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(Fault::Bad.at(1));
    }
    Ok(keys)
}

/// Splits lines into cells in the order of `header`.
///
/// # Errors
/// [`Code::NdjsonBad`] (not one object per line, a key missing, unknown or given twice),
/// [`Code::NdjsonNested`], [`Code::CellControl`] (a NUL in a cell), [`Code::InputLimit`]; record
/// numbers are relative to the text, from 1.
pub(crate) fn parse(text: &str, header: &[String], cells: &mut Vec<Cell>, side: &mut String) -> Result<()> {
    cells.clear();
    side.clear();
    let mut sorted: Vec<(&str, usize)> =
        header.iter().enumerate().map(|(i, key)| (key.as_str(), i)).collect();
    sorted.sort_unstable();
    let mut scanner = Scanner { text, at: 0 };
    let mut record = 0;
    while scanner.at < text.len() {
        record += 1;
        let base = cells.len();
        cells.resize(base + header.len(), ABSENT);
        let row = cells.get_mut(base..).unwrap_or_default();
        scanner.record(header, &sorted, row, side).map_err(|fault| fault.at(record))?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Bad,
    Nested,
    Control,
    Limit,
}

impl Fault {
    fn at(self, record: u64) -> Box<Diagnostic> {
        let error = match self {
            Self::Bad => Diagnostic::error(Code::NdjsonBad),
            Self::Nested => Diagnostic::error(Code::NdjsonNested),
            Self::Control => Diagnostic::error(Code::CellControl),
            Self::Limit => Diagnostic::error(Code::InputLimit).number("limit", MAX_CELL as u64),
        };
        Box::new(error.at_record(record))
    }
}

type Scan<T> = std::result::Result<T, Fault>;

/// Where a value is: in the text, or (escaped) in the side buffer.
#[derive(Clone, Copy)]
struct Found {
    start: usize,
    end: usize,
    kind: CellKind,
}

impl Found {
    fn text<'a>(self, text: &'a str, side: &'a str) -> &'a str {
        let from = if self.kind == CellKind::Escaped { side } else { text };
        from.get(self.start..self.end).unwrap_or_default()
    }

    fn cell(self) -> Scan<Cell> {
        if self.end - self.start > MAX_CELL {
            return Err(Fault::Limit);
        }
        match (u32::try_from(self.start), u32::try_from(self.end)) {
            (Ok(start), Ok(end)) if start != u32::MAX => Ok(Cell { start, end, kind: self.kind }),
            _ => Err(Fault::Limit),
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn record(
        &mut self,
        header: &[String],
        sorted: &[(&str, usize)],
        row: &mut [Cell],
        side: &mut String,
    ) -> Scan<()> {
        let mut given = 0;
        self.object(side, |scanner, side, key| {
            let name = key.text(scanner.text, side);
            // The order of the first object is the usual one.
            let column = match header.get(given) {
                Some(expected) if expected == name => given,
                _ => {
                    let found =
                        sorted.binary_search_by(|(other, _)| (*other).cmp(name)).map_err(|_| Fault::Bad)?;
                    sorted.get(found).ok_or(Fault::Bad)?.1
                }
            };
            if key.kind == CellKind::Escaped {
                side.truncate(key.start);
            }
            let cell = scanner.value(side)?.cell()?;
            let place = row.get_mut(column).ok_or(Fault::Bad)?;
            if place.start != ABSENT.start {
                return Err(Fault::Bad);
            }
            *place = cell;
            given += 1;
            Ok(())
        })?;
        self.line_end()?;
        if given == header.len() { Ok(()) } else { Err(Fault::Bad) }
    }

    /// An object: `member` is called after each key and its colon, and has to take the value.
    fn object(
        &mut self,
        side: &mut String,
        mut member: impl FnMut(&mut Self, &mut String, Found) -> Scan<()>,
    ) -> Scan<()> {
        self.space();
        self.expect(b'{')?;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            let key = self.string(side)?;
            self.space();
            self.expect(b':')?;
            self.space();
            member(self, side, key)?;
            self.space();
            match self.next() {
                Some(b',') => {}
                Some(b'}') => return Ok(()),
                _ => return Err(Fault::Bad),
            }
        }
    }

    /// The end of the line, or of the text.
    fn line_end(&mut self) -> Scan<()> {
        self.space();
        match self.next() {
            None | Some(b'\n') => Ok(()),
            Some(_) => Err(Fault::Bad),
        }
    }

    fn value(&mut self, side: &mut String) -> Scan<Found> {
        match self.peek() {
            Some(b'"') => self.string(side),
            Some(b'{' | b'[') => Err(Fault::Nested),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", CellKind::Plain),
            Some(b'f') => self.word("false", CellKind::Plain),
            Some(b'n') => self.word("null", CellKind::Null),
            _ => Err(Fault::Bad),
        }
    }

    fn word(&mut self, word: &str, kind: CellKind) -> Scan<Found> {
        let start = self.at;
        self.at += word.len();
        if self.text.get(start..self.at) == Some(word) {
            Ok(Found { start, end: self.at, kind })
        } else {
            Err(Fault::Bad)
        }
    }

    fn number(&mut self) -> Scan<Found> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Found { start, end: self.at, kind: CellKind::Plain })
    }

    fn digits(&mut self) -> Scan<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(Fault::Bad) } else { Ok(()) }
    }

    fn string(&mut self, side: &mut String) -> Scan<Found> {
        self.expect(b'"')?;
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut plain = start;
        let mut copied = None;
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)).ok_or(Fault::Bad)?;
            match self.next() {
                Some(b'"') => break,
                Some(b'\\') => {
                    copied.get_or_insert(side.len());
                    side.push_str(self.text.get(plain..self.at - 1).ok_or(Fault::Bad)?);
                    let c = self.escape()?;
                    side.push(c);
                    plain = self.at;
                }
                // A raw control character; a string may not span lines either.
                _ => return Err(Fault::Bad),
            }
        }
        let end = self.at - 1;
        match copied {
            None => Ok(Found { start, end, kind: CellKind::Quoted }),
            Some(from) => {
                side.push_str(self.text.get(plain..end).ok_or(Fault::Bad)?);
                Ok(Found { start: from, end: side.len(), kind: CellKind::Escaped })
            }
        }
    }

    fn escape(&mut self) -> Scan<char> {
        Ok(match self.next() {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.hex4()?;
                let code = if (0xD800..0xDC00).contains(&high) {
                    self.expect(b'\\')?;
                    self.expect(b'u')?;
                    let low = self.hex4()?;
                    if !(0xDC00..0xE000).contains(&low) {
                        return Err(Fault::Bad);
                    }
                    0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    high
                };
                match char::from_u32(code) {
                    Some('\0') => return Err(Fault::Control),
                    Some(c) => c,
                    None => return Err(Fault::Bad),
                }
            }
            _ => return Err(Fault::Bad),
        })
    }

    fn hex4(&mut self) -> Scan<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|b| char::from(b).to_digit(16)).ok_or(Fault::Bad)?;
            code = code << 4 | digit;
        }
        Ok(code)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, byte: u8) -> Scan<()> {
        if self.next() == Some(byte) { Ok(()) } else { Err(Fault::Bad) }
    }

    /// White space within a line; CR among it, so lines may end with CR LF.
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }
}

/// Appends one record as a line. `cells`: the text (`None` = NULL) and whether it is to be a
/// string. A text that is no JSON number, `true` or `false` is written as a string in any case,
/// so that the line is always JSON.
pub(crate) fn write_row<'a>(
    out: &mut String,
    header: &[String],
    cells: impl Iterator<Item = (Option<&'a str>, bool)>,
) {
    out.push('{');
    for (i, (key, (cell, string))) in header.iter().zip(cells).enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_string(out, key);
        out.push(':');
        match cell {
            None => out.push_str("null"),
            Some(text) if !string && is_bare(text) => out.push_str(text),
            Some(text) => write_string(out, text),
        }
    }
    out.push_str("}\n");
}

/// Whether a text is by itself a JSON number, `true` or `false`.
fn is_bare(text: &str) -> bool {
    let mut scanner = Scanner { text, at: 0 };
    let value = match scanner.peek() {
        Some(b'"') | None => return false,
        Some(_) => scanner.value(&mut String::new()),
    };
    value.is_ok_and(|found| found.kind == CellKind::Plain) && scanner.at == text.len()
}

fn write_string(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    out.push('"');
    for part in text.split_inclusive(|c: char| c == '"' || c == '\\' || c < ' ') {
        let mut chars = part.chars();
        match chars.next_back() {
            Some(c @ ('"' | '\\')) => {
                out.push_str(chars.as_str());
                out.push('\\');
                out.push(c);
            }
            Some(c) if c < ' ' => {
                out.push_str(chars.as_str());
                match c {
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    _ => {
                        let _ = write!(out, "\\u{:04x}", u32::from(c));
                    }
                }
            }
            _ => out.push_str(part),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
