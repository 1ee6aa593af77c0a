//! A byte stream cut into chunks of whole records.
//!
//! The cut is quote-aware: a line end inside quotes is not a record end. Works on bytes before
//! decoding (CP932 and EUC-JP never use 0x0A or 0x22 inside a character; UTF-16 is transcoded
//! first). Memory is one chunk, unless one record is larger.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::csv_parse::MAX_RECORD;
use super::encoding::{TextEncoding, Utf16Decoder};
use crate::codes::Code;
use crate::crypto::text::hex;
use crate::error::{Diagnostic, Name, Result};

/// Bytes that the recognition of an encoding reads at a time.
pub(crate) const CHUNK: usize = 1 << 20;

/// Bytes of a chunk: with its cells and what becomes of it, it stays in a core's own cache.
const BLOCK: usize = 256 << 10;

/// Bytes read and hashed at a time.
const PIECE: u64 = 64 << 10;

/// A file (or a decoder's pipe) read once from front to back, hashed as it is read.
pub(crate) struct HashedFile {
    file: Box<dyn Read + Send>,
    name: Name,
    hash: Sha256,
    bytes: u64,
}

impl HashedFile {
    pub(crate) fn new(file: impl Read + Send + 'static, name: Name) -> Self {
        Self { file: Box::new(file), name, hash: Sha256::new(), bytes: 0 }
    }

    /// Appends up to `want` bytes to `out`; returns how many (0 = end).
    pub(crate) fn read(&mut self, want: usize, out: &mut Vec<u8>) -> Result<usize> {
        let start = out.len();
        out.reserve(want);
        loop {
            let before = out.len();
            let left = (start + want).saturating_sub(before) as u64;
            // `read_to_end` fills spare room without clearing it first.
            if (&mut self.file).take(left.min(PIECE)).read_to_end(out).is_err() {
                out.truncate(start);
                return Err(Box::new(Diagnostic::error(Code::InputUnreadable).in_file(self.name.clone())));
            }
            if out.len() == before {
                break;
            }
            self.hash.update(out.get(before..).unwrap_or_default());
        }
        self.bytes += (out.len() - start) as u64;
        Ok(out.len() - start)
    }

    /// SHA-256 (hex) and length of everything read.
    pub(crate) fn finish(self) -> (String, u64) {
        (hex(&self.hash.finalize()), self.bytes)
    }
}

/// Cuts a hashed file into chunks of whole lines.
pub(crate) struct Chunker {
    file: HashedFile,
    utf16: Option<Utf16Decoder>,
    /// Bytes read and not yet handed out.
    rest: Vec<u8>,
    ended: bool,
    quotes: bool,
    /// What stands after `rest` is no text.
    broken: bool,
    /// Records handed out; counted where text is decoded here and not by the parser.
    records: u64,
}

impl Chunker {
    /// `quotes` = a double quote protects line ends (CSV); otherwise every LF ends a record.
    pub(crate) fn new(file: HashedFile, encoding: TextEncoding, quotes: bool) -> Self {
        let utf16 = (!encoding.is_ascii_safe()).then(|| Utf16Decoder::new(encoding));
        Self { file, utf16, rest: Vec::new(), ended: false, quotes, broken: false, records: 0 }
    }

    /// Bytes at the front without consuming them; reads until `enough` says so or the file ends.
    pub(crate) fn peek(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<&[u8]> {
        while !self.ended && !enough(&self.rest) {
            self.fill()?;
            if self.rest.len() > MAX_RECORD {
                return Err(Box::new(Diagnostic::error(Code::InputLimit).number("limit", MAX_RECORD as u64)));
            }
        }
        if self.broken && !enough(&self.rest) {
            return Err(Box::new(not_utf16()));
        }
        Ok(&self.rest)
    }

    /// Drops bytes from the front (a BOM, title rows, the header).
    pub(crate) fn skip(&mut self, count: usize) {
        self.rest.drain(..count.min(self.rest.len()));
    }

    /// The next chunk of whole records in `out` (cleared first); empty at the end.
    pub(crate) fn next(&mut self, out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        std::mem::swap(out, &mut self.rest);
        loop {
            if !self.ended && out.len() < BLOCK {
                std::mem::swap(out, &mut self.rest);
                self.fill()?;
                std::mem::swap(out, &mut self.rest);
            }
            if self.broken && self.ended {
                let record = self.records + record_ends(out, self.quotes) + 1;
                return Err(Box::new(not_utf16().at_record(record)));
            }
            if self.ended {
                return Ok(());
            }
            if let Some(cut) = last_record_end(out, self.quotes) {
                self.rest.extend_from_slice(out.get(cut..).unwrap_or_default());
                out.truncate(cut);
                if self.utf16.is_some() {
                    self.records += record_ends(out, self.quotes);
                }
                return Ok(());
            }
            if out.len() > MAX_RECORD {
                return Err(Box::new(Diagnostic::error(Code::InputLimit).number("limit", MAX_RECORD as u64)));
            }
            std::mem::swap(out, &mut self.rest);
            self.fill()?;
            std::mem::swap(out, &mut self.rest);
        }
    }

    /// Reads one more block into `rest`.
    fn fill(&mut self) -> Result<()> {
        match &mut self.utf16 {
            None => {
                if self.file.read(BLOCK, &mut self.rest)? == 0 {
                    self.ended = true;
                }
            }
            Some(decoder) => {
                let mut raw = Vec::new();
                let n = self.file.read(BLOCK, &mut raw)?;
                self.ended = n == 0;
                // Told where it is met, with the number of its record.
                if decoder.push(&raw, self.ended, &mut self.rest).is_err() {
                    self.broken = true;
                    self.ended = true;
                }
            }
        }
        Ok(())
    }

    /// SHA-256 (hex) and length in bytes of the whole file; only after the last chunk.
    pub(crate) fn finish(self) -> (String, u64) {
        self.file.finish()
    }
}

fn not_utf16() -> Diagnostic {
    Diagnostic::error(Code::EncodingInvalid).name("encoding", "utf-16")
}

/// Number of records that end in `bytes`, which begin outside quotes.
pub(crate) fn record_ends(bytes: &[u8], quotes: bool) -> u64 {
    if !quotes {
        return memchr::memchr_iter(b'\n', bytes).count() as u64;
    }
    let (mut quoted, mut ends) = (false, 0);
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        match bytes.get(at) {
            Some(b'"') => quoted = !quoted,
            _ => ends += u64::from(!quoted),
        }
    }
    ends
}

/// Offset just after the last line end that is outside quotes.
fn last_record_end(bytes: &[u8], quotes: bool) -> Option<usize> {
    if !quotes || memchr::memchr(b'"', bytes).is_none() {
        return memchr::memrchr(b'\n', bytes).map(|i| i + 1);
    }
    let total = memchr::memchr_iter(b'"', bytes).count();
    let mut end = bytes.len();
    let mut after = 0;
    loop {
        let head = bytes.get(..end)?;
        let at = memchr::memrchr(b'\n', head)?;
        after += memchr::memchr_iter(b'"', head.get(at..)?).count();
        if (total - after).is_multiple_of(2) {
            return Some(at + 1);
        }
        end = at;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_end_inside_quotes_is_no_record_end() {
        assert_eq!(last_record_end(b"a\nb,\"x\ny", true), Some(2));
        assert_eq!(last_record_end(b"a\nb,\"x\ny\"\nz", true), Some(10));
        assert_eq!(last_record_end(b"\"a\nb", true), None);
        assert_eq!(last_record_end(b"\"a\nb", false), Some(3));
        assert_eq!(record_ends(b"a\nb,\"x\ny\"\nz", true), 2);
        assert_eq!(record_ends(b"a\nb,\"x\ny\"\nz", false), 3);
    }

    proptest! {
        #[test]
        fn the_cut_has_balanced_quotes(text in "[a\"\n]{0,60}") {
            if let Some(cut) = last_record_end(text.as_bytes(), true) {
                let head = &text.as_bytes()[..cut];
                prop_assert_eq!(head.iter().filter(|b| **b == b'"').count() % 2, 0);
                prop_assert_eq!(head.last(), Some(&b'\n'));
            }
        }
    }
}
