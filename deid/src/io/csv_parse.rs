//! Strict CSV: one chunk of whole records → cells.
//!
//! Why not the `csv` crate here: it accepts stray and unclosed quotes and blank lines, and copies
//! every cell. (It is the oracle in this file's property test.) RFC 4180 with declared delimiter;
//! whatever deviates is an error with the record's number, never a repair.

use super::batch::{Cell, CellKind};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};

/// Largest cell, bytes of UTF-8.
pub(crate) const MAX_CELL: usize = 1 << 20;
/// Largest record, bytes.
pub(crate) const MAX_RECORD: usize = 16 << 20;
/// Most columns.
pub(crate) const MAX_COLUMNS: usize = 4096;

/// Line end of a file, told from its first record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Eol {
    Lf,
    CrLf,
}

impl Eol {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// The dialect of one file.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) eol: Eol,
    /// Texts that mean NULL (only when not quoted).
    pub(crate) null: Vec<String>,
}

/// Splits `text` into cells, `width` per record (or any number for a header, when `width` is
/// `None`: then exactly one record is read and the rest ignored).
///
/// # Errors
/// Record numbers are relative to the chunk, from 1.
pub(crate) fn parse(
    text: &str,
    dialect: &Dialect,
    width: usize,
    cells: &mut Vec<Cell>,
    side: &mut String,
) -> Result<()> {
    cells.clear();
    side.clear();
    let bytes = text.as_bytes();
    let mut p = Parser {
        text,
        bytes,
        dialect,
        width,
        cells,
        side,
        field: 0,
        quoted: None,
        record: 1,
        in_record: 0,
        controls: false,
    };
    p.run()?;
    p.check_controls()
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    dialect: &'a Dialect,
    width: usize,
    cells: &'a mut Vec<Cell>,
    side: &'a mut String,
    /// Start of the current field.
    field: usize,
    /// Where the quoted part of the current field starts, and whether it holds doubled quotes.
    quoted: Option<(usize, bool)>,
    /// 1-based record within the chunk.
    record: u64,
    /// Cells of the current record so far.
    in_record: usize,
    /// Whether a NUL or a CR was met, in quotes or not.
    controls: bool,
}

/// Finds bytes below a limit in all eight lanes of a word.
#[derive(Clone, Copy)]
struct Below(u64);

impl Below {
    /// `limit` is at most 0x80.
    fn new(limit: u8) -> Self {
        Self(u64::from(0x80 - limit.min(0x80)) * 0x0101_0101_0101_0101)
    }

    /// The highest bit of every lane of `word` that is below the limit; exact.
    #[inline]
    fn hits(self, word: u64) -> u64 {
        !(((word & Lanes::LOW) + self.0) | word | Lanes::LOW)
    }
}

/// One byte in all eight lanes of a word. Cells are short: looking at eight bytes at a time finds
/// their ends faster than a search that starts anew, with wider registers, after each of them.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Lanes(u64);

impl Lanes {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

    fn of(byte: u8) -> Self {
        Self(u64::from(byte) * 0x0101_0101_0101_0101)
    }

    /// The highest bit of every lane of `word` that holds the byte; exact, no false hit.
    #[inline]
    fn hits(self, word: u64) -> u64 {
        let x = word ^ self.0;
        !(((x & Self::LOW) + Self::LOW) | x | Self::LOW)
    }
}

impl Parser<'_> {
    #[cold]
    fn fail(&self, code: Code) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(code).at_record(self.record))
    }

    /// Finds the interesting bytes and handles each.
    ///
    /// Delimiter, quote and line end are among the smallest bytes of a text file, below its digits
    /// and letters: one comparison finds them all, and controls with them. A delimiter above the
    /// digits is looked for by itself.
    fn run(&mut self) -> Result<()> {
        let highest = self.dialect.delimiter.max(b'"');
        if self.dialect.null.is_empty() && self.dialect.delimiter < b'0' && self.no_quotes_or_controls() {
            return self.run_plain(Below::new(highest + 1));
        }
        if highest < b'0' {
            let below = Below::new(highest + 1);
            self.run_over(|word| below.hits(word))?;
        } else {
            let exact = [self.dialect.delimiter, b'"', b'\n', b'\r', 0].map(Lanes::of);
            self.run_over(|word| exact.iter().fold(0, |all, lanes| all | lanes.hits(word)))?;
        }
        if self.quoted.is_some() {
            return Err(self.fail(Code::CsvUnclosedQuote));
        }
        if self.field < self.bytes.len() || self.in_record > 0 {
            self.end_record(self.bytes.len(), self.bytes.len())?;
        }
        Ok(())
    }

    #[cold]
    fn plain_fault(&self, blank: bool, too_long: bool, found: usize) -> Box<Diagnostic> {
        let fault = |code| Diagnostic::error(code).at_record(self.record);
        Box::new(if blank {
            fault(Code::CsvBlankRow)
        } else if too_long {
            fault(Code::InputLimit).number("limit", MAX_CELL as u64)
        } else {
            fault(Code::CsvRagged).number("found", found as u64).number("wanted", self.width as u64)
        })
    }

    fn no_quotes_or_controls(&self) -> bool {
        self.dialect.eol == Eol::Lf
            && memchr::memchr3(b'"', b'\r', 0, self.bytes).is_none()
            && u32::try_from(self.bytes.len()).is_ok()
    }

    /// What most chunks are: delimiters and line ends alone, every cell as it stands. The same
    /// checks as below, on local variables.
    fn run_plain(&mut self, below: Below) -> Result<()> {
        let (bytes, delimiter, width) = (self.bytes, self.dialect.delimiter, self.width);
        let (mut field, mut in_record) = (0, 0);
        let cells = &mut *self.cells;
        let (words, _) = bytes.as_chunks::<8>();
        let tail = words.len() * 8..bytes.len();
        let found = words.iter().zip(0..).map(|(word, i)| (below.hits(u64::from_le_bytes(*word)), i * 8));
        // The last bytes come one by one; what is neither delimiter nor line end is passed over.
        for (mut hits, base) in found.chain(tail.map(|at| (0x80, at))) {
            while hits != 0 {
                let at = base + hits.trailing_zeros() as usize / 8;
                hits &= hits - 1;
                let byte = bytes.get(at).copied().unwrap_or_default();
                let ends_record = byte == b'\n';
                if byte != delimiter && !ends_record {
                    continue;
                }
                let blank = ends_record && in_record == 0 && at == field;
                // Offsets fit: the length of the chunk was compared.
                cells.push(Cell { start: field as u32, end: at as u32, kind: CellKind::Plain });
                in_record += 1;
                let too_long = at - field > MAX_CELL;
                field = at + 1;
                if !ends_record && !too_long {
                    continue;
                }
                if blank || too_long || in_record != width {
                    return Err(self.plain_fault(blank, too_long, in_record));
                }
                in_record = 0;
                self.record += 1;
            }
        }
        (self.field, self.in_record) = (field, in_record);
        if field < bytes.len() || in_record > 0 {
            self.end_record(bytes.len(), bytes.len())?;
        }
        Ok(())
    }

    /// `hits` has the highest bit of every lane that may be interesting.
    #[inline]
    fn run_over(&mut self, hits: impl Fn(u64) -> u64) -> Result<()> {
        let mut skip_to = 0;
        let (words, tail) = self.bytes.as_chunks::<8>();
        for (i, word) in words.iter().enumerate() {
            let mut hits = hits(u64::from_le_bytes(*word));
            while hits != 0 {
                self.hit(i * 8 + hits.trailing_zeros() as usize / 8, &mut skip_to)?;
                hits &= hits - 1;
            }
        }
        for at in self.bytes.len() - tail.len()..self.bytes.len() {
            self.hit(at, &mut skip_to)?;
        }
        Ok(())
    }

    /// Handles a delimiter, quote or line end, unless a quote before has done so.
    #[inline]
    fn hit(&mut self, at: usize, skip_to: &mut usize) -> Result<()> {
        let Some(byte) = self.bytes.get(at).copied() else { return Ok(()) };
        if byte == self.dialect.delimiter {
            if self.quoted.is_none() && at >= *skip_to {
                self.push(self.field, at)?;
                self.field = at + 1;
            }
            return Ok(());
        }
        match byte {
            b'"' if at >= *skip_to => *skip_to = self.quote(at)?,
            b'\n' if at >= *skip_to && self.quoted.is_none() => self.end_record(at, at + 1)?,
            b'\r' | 0 => self.controls = true,
            _ => {}
        }
        Ok(())
    }

    /// Handles a quote; returns the offset before which hits are to be ignored.
    fn quote(&mut self, at: usize) -> Result<usize> {
        let Some((start, doubled)) = self.quoted else {
            if at != self.field {
                return Err(self.fail(Code::CsvStrayQuote));
            }
            self.quoted = Some((at + 1, false));
            return Ok(at + 1);
        };
        match self.bytes.get(at + 1) {
            Some(b'"') => {
                self.quoted = Some((start, true));
                Ok(at + 2)
            }
            next => {
                let after = match next {
                    None => at + 1,
                    Some(b) if *b == self.dialect.delimiter || *b == b'\n' => at + 1,
                    Some(b'\r') if matches!(self.bytes.get(at + 2), Some(b'\n')) => at + 2,
                    Some(_) => return Err(self.fail(Code::CsvStrayQuote)),
                };
                self.quoted = None;
                self.push_quoted(start, at, doubled)?;
                match self.bytes.get(after) {
                    Some(b'\n') => {
                        if (after > at + 1) != (self.dialect.eol == Eol::CrLf) {
                            return Err(self.fail(Code::CsvMixedEol));
                        }
                        self.close_record(after + 1)?;
                        Ok(after + 1)
                    }
                    Some(_) => {
                        self.field = after + 1;
                        Ok(after + 1)
                    }
                    None => {
                        self.close_record(after)?;
                        Ok(after)
                    }
                }
            }
        }
    }

    #[inline]
    fn end_record(&mut self, at: usize, next: usize) -> Result<()> {
        let mut end = at;
        if next > at {
            match (self.dialect.eol, at.checked_sub(1).and_then(|i| self.bytes.get(i))) {
                (Eol::CrLf, Some(b'\r')) if at > self.field => end = at - 1,
                (Eol::Lf, _) => {}
                (Eol::CrLf, _) => return Err(self.fail(Code::CsvMixedEol)),
            }
        }
        if end == self.field && self.in_record == 0 {
            return Err(self.fail(Code::CsvBlankRow));
        }
        self.push(self.field, end)?;
        self.close_record(next)
    }

    fn close_record(&mut self, next: usize) -> Result<()> {
        if self.in_record != self.width {
            return Err(Box::new(
                Diagnostic::error(Code::CsvRagged)
                    .at_record(self.record)
                    .number("found", self.in_record as u64)
                    .number("wanted", self.width as u64),
            ));
        }
        self.record += 1;
        self.in_record = 0;
        self.field = next;
        Ok(())
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize) -> Result<()> {
        let null = !self.dialect.null.is_empty()
            && self.text.get(start..end).is_some_and(|cell| self.dialect.null.iter().any(|n| n == cell));
        self.add(start, end, if null { CellKind::Null } else { CellKind::Plain })
    }

    fn push_quoted(&mut self, start: usize, end: usize, doubled: bool) -> Result<()> {
        if !doubled {
            return self.add(start, end, CellKind::Quoted);
        }
        let from = self.side.len();
        let raw = self.text.get(start..end).unwrap_or_default();
        let mut parts = raw.split("\"\"");
        self.side.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.side.push('"');
            self.side.push_str(part);
        }
        self.add(from, self.side.len(), CellKind::Escaped)
    }

    #[inline]
    fn add(&mut self, start: usize, end: usize, kind: CellKind) -> Result<()> {
        if end - start > MAX_CELL {
            return Err(Box::new(
                Diagnostic::error(Code::InputLimit).at_record(self.record).number("limit", MAX_CELL as u64),
            ));
        }
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else {
            return Err(self.fail(Code::InputLimit));
        };
        self.cells.push(Cell { start, end, kind });
        self.in_record += 1;
        Ok(())
    }

    /// A NUL or a bare CR outside quotes anywhere in the chunk: found by two vectorised scans,
    /// located only when there is one.
    fn check_controls(&self) -> Result<()> {
        if !self.controls {
            return Ok(());
        }
        let suspicious = memchr::memchr(0, self.bytes).is_some()
            || match self.dialect.eol {
                Eol::Lf => memchr::memchr(b'\r', self.bytes).is_some(),
                Eol::CrLf => memchr::memchr_iter(b'\r', self.bytes).count() as u64 != self.record - 1,
            };
        if !suspicious {
            return Ok(());
        }
        for (i, cell) in self.cells.iter().enumerate() {
            let range = cell.start as usize..cell.end as usize;
            let text = match cell.kind {
                CellKind::Escaped => self.side.get(range),
                _ => self.text.get(range),
            };
            let bytes = text.unwrap_or_default().as_bytes();
            let bare_cr = cell.kind == CellKind::Plain && bytes.contains(&b'\r');
            if bytes.contains(&0) || bare_cr {
                let record = (i / self.width.max(1)) as u64 + 1;
                let code = if bare_cr { Code::CsvMixedEol } else { Code::CellControl };
                return Err(Box::new(
                    Diagnostic::error(code)
                        .at_record(record)
                        .number("field", (i % self.width.max(1)) as u64 + 1),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn dialect() -> Dialect {
        Dialect { delimiter: b',', eol: Eol::Lf, null: vec!["NULL".to_owned()] }
    }

    fn read(text: &str, width: usize) -> std::result::Result<Vec<Vec<Option<String>>>, (Code, Option<u64>)> {
        let (mut cells, mut side) = (Vec::new(), String::new());
        parse(text, &dialect(), width, &mut cells, &mut side).map_err(|d| (d.code, d.place.record))?;
        let batch = super::super::batch::RowBatch { text, side: &side, cells: &cells, width };
        Ok(batch.iter().map(|r| (0..width).map(|c| r.cell(c).map(str::to_owned)).collect()).collect())
    }

    #[test]
    fn what_rfc_4180_allows() {
        let rows = read("a,\"b,\"\"x\"\"\nc\"\nNULL,\"NULL\"\n,\"\"", 2).unwrap();
        assert_eq!(rows[0], [Some("a".into()), Some("b,\"x\"\nc".into())]);
        assert_eq!(rows[1], [None, Some("NULL".into())]);
        assert_eq!(rows[2], [Some(String::new()), Some(String::new())]);
    }

    #[test]
    fn what_it_does_not_allow() {
        for (text, code, record) in [
            ("a,b\nc\n", Code::CsvRagged, 2),
            ("a,b\nc,d,e\n", Code::CsvRagged, 2),
            ("a,b\n\nc,d\n", Code::CsvBlankRow, 2),
            ("a,b\nc,\"d\n", Code::CsvUnclosedQuote, 2),
            ("a,b\"c\n", Code::CsvStrayQuote, 1),
            ("a,\"b\"c\n", Code::CsvStrayQuote, 1),
            ("a,b\r\nc,d\n", Code::CsvMixedEol, 1),
            ("a,b\0\n", Code::CellControl, 1),
            ("a,b\n\"\"\"", Code::CsvUnclosedQuote, 2),
        ] {
            assert_eq!(read(text, 2), Err((code, Some(record))), "{text:?}");
        }
    }

    proptest! {
        /// Whatever the `csv` crate writes is read back cell by cell.
        #[test]
        fn agrees_with_the_csv_crate(rows in prop::collection::vec(prop::collection::vec("[a-z\",\n ぁ-ん]{0,6}", 3), 1..20)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Necessary).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let got = read(&text, 3).unwrap();
            let want: Vec<Vec<Option<String>>> = rows.iter().map(|r| r.iter().cloned().map(Some).collect()).collect();
            prop_assert_eq!(got, want);
        }

        /// The short way through a chunk without quotes finds what the long way finds.
        #[test]
        fn plain_chunks_are_read_alike(text in "[ab。,\n]{0,60}", width in 1usize..4) {
            let (short, long) = (Dialect { null: Vec::new(), ..dialect() }, dialect());
            let read = |dialect: &Dialect| {
                let (mut cells, mut side) = (Vec::new(), String::new());
                let read = parse(&text, dialect, width, &mut cells, &mut side);
                // After any other error nobody looks at the cells (a header's width is told by ragged ones).
                if read.as_ref().is_err_and(|e| e.code != Code::CsvRagged) {
                    cells.clear();
                }
                let cells: Vec<_> = cells.iter().map(|c| (c.start, c.end, c.kind)).collect();
                (read.map_err(|e| (e.code, e.place.record)), cells)
            };
            prop_assert_eq!(read(&short), read(&long));
        }

        /// Any text gives cells or a coded error; never a panic, never a row of another width.
        #[test]
        fn total(text in "[a\",\r\n\u{0}]{0,40}") {
            if let Ok(rows) = read(&text, 2) {
                prop_assert!(rows.iter().all(|r| r.len() == 2));
            }
        }
    }
}
