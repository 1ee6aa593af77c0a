//! A table's file, opened: header, dialect, and a stream of chunks with their parser.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::batch::{RowBatch, Scratch};
use super::chunk::{CHUNK, Chunker, HashedFile, record_ends};
use super::csv_parse::{self, Dialect, Eol, MAX_COLUMNS};
use super::encoding::{self, Detected, LegacyDetector, TextEncoding, Utf8Check};
use super::ndjson;
use super::parquet;
use crate::codes::Code;
use crate::error::{Diagnostic, Name, Result};
use crate::recipe::{CsvFormat, FileFormat, fold_header};

/// How a file is written, as found: what the output keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    Csv { encoding: TextEncoding, bom: bool, delimiter: u8, eol: Eol },
    NdJson,
    Parquet(Vec<parquet::ColumnType>),
}

/// An opened table.
pub(crate) struct Source {
    pub(crate) header: Vec<String>,
    pub(crate) form: Form,
    pub(crate) parser: Parser,
    pub(crate) chunks: Chunks,
}

/// The chunks of a file.
pub(crate) struct Chunks {
    pub(crate) chunker: Chunker,
    pub(crate) name: Name,
    /// The decoder that feeds the chunker, and the digest of the file it reads.
    pub(crate) decoder: Option<parquet::Decoder>,
}

impl Chunks {
    pub(crate) fn name(&self) -> &Name {
        &self.name
    }

    pub(crate) fn next(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.chunker.next(out)
    }

    /// SHA-256 (hex) and length of the file, after its last chunk.
    pub(crate) fn finish(self) -> Result<(String, u64)> {
        match self.decoder {
            None => Ok(self.chunker.finish()),
            Some(decoder) => decoder.finish(),
        }
    }

    /// The error to tell when a chunk failed with `error`: a Parquet decoder that died wins over
    /// the broken end of its stream.
    pub(crate) fn blame(self, error: Box<Diagnostic>) -> Box<Diagnostic> {
        match self.decoder {
            None => error,
            Some(decoder) => decoder.blame(error),
        }
    }
}

/// Turns a chunk into a batch of records.
pub(crate) enum Parser {
    Csv { dialect: Dialect, encoding: TextEncoding, width: usize },
    NdJson { header: Vec<String> },
}

impl Parser {
    pub(crate) fn parse<'a>(&self, chunk: &'a [u8], scratch: &'a mut Scratch) -> Result<RowBatch<'a>> {
        match self {
            Self::Csv { dialect, encoding, width } => {
                let text = decode(*encoding, true, chunk, &mut scratch.decoded)?;
                csv_parse::parse(text, dialect, *width, &mut scratch.cells, &mut scratch.side)?;
                Ok(RowBatch { text, side: &scratch.side, cells: &scratch.cells, width: *width })
            }
            Self::NdJson { header } => {
                let text = decode(TextEncoding::Utf8, false, chunk, &mut scratch.decoded)?;
                ndjson::parse(text, header, &mut scratch.cells, &mut scratch.side)?;
                Ok(RowBatch { text, side: &scratch.side, cells: &scratch.cells, width: header.len() })
            }
        }
    }
}

fn decode<'a>(
    encoding: TextEncoding,
    quotes: bool,
    chunk: &'a [u8],
    scratch: &'a mut String,
) -> Result<&'a str> {
    let invalid = |at: usize| {
        let before = chunk.get(..at).unwrap_or_default();
        let record = record_ends(before, quotes) + 1;
        Box::new(Diagnostic::error(Code::EncodingInvalid).name("encoding", encoding.id()).at_record(record))
    };
    match encoding {
        // UTF-16 was transcoded by the chunker.
        TextEncoding::Utf8 | TextEncoding::Utf16Le | TextEncoding::Utf16Be => {
            match simdutf8::basic::from_utf8(chunk) {
                Ok(text) => Ok(text),
                Err(_) => Err(invalid(
                    simdutf8::compat::from_utf8(chunk).map_or_else(|e| e.valid_up_to(), str::len),
                )),
            }
        }
        TextEncoding::Cp932 | TextEncoding::EucJp => {
            encoding::decode_strict(encoding, chunk, scratch).map_err(invalid)?;
            Ok(scratch.as_str())
        }
    }
}

/// Opens a regular file, not through a link in its last part.
///
/// # Errors
/// [`Code::InputMissing`], [`Code::InputNotRegular`], [`Code::InputUnreadable`].
pub(crate) fn open_regular(path: &Path, name: &Name) -> Result<File> {
    let fail = |code| Box::new(Diagnostic::error(code).in_file(name.clone()));
    let meta = std::fs::symlink_metadata(path).map_err(|e| {
        fail(if e.kind() == std::io::ErrorKind::NotFound {
            Code::InputMissing
        } else {
            Code::InputUnreadable
        })
    })?;
    if !meta.is_file() {
        return Err(fail(Code::InputNotRegular));
    }
    File::open(path).map_err(|_| fail(Code::InputUnreadable))
}

impl Source {
    /// Opens a table. `null` = texts that mean NULL in CSV.
    ///
    /// # Errors
    /// `D2xx` with the file; header problems by column position, never by content, unless the
    /// header is a plausible one.
    pub(crate) fn open(path: &Path, format: &FileFormat, null: &[String]) -> Result<Self> {
        let name = Name::new(&path.file_name().unwrap_or_default().to_string_lossy());
        let opened = match format {
            FileFormat::Csv(csv) => open_csv(path, &name, csv, null),
            FileFormat::NdJson => open_ndjson(path, &name),
            FileFormat::Parquet => open_parquet(path, &name),
        };
        let source = opened.map_err(|mut e| {
            e.place.file.get_or_insert(name);
            e
        })?;
        check_header(&source.header).map_err(|e| Box::new(e.in_file(source.chunks.name().clone())))?;
        Ok(source)
    }
}

/// Parquet is decoded by a child process into CSV with `\\N` for NULL (see [`parquet`]).
fn open_parquet(path: &Path, name: &Name) -> Result<Source> {
    let opened = parquet::open(open_regular(path, name)?, name, None)?;
    let dialect = Dialect { delimiter: b',', eol: Eol::Lf, null: vec![parquet::NULL.to_owned()] };
    Ok(Source {
        parser: Parser::Csv { dialect, encoding: TextEncoding::Utf8, width: opened.header.len() },
        header: opened.header,
        form: Form::Parquet(opened.types),
        chunks: Chunks { chunker: opened.chunker, name: name.clone(), decoder: Some(opened.decoder) },
    })
}

fn open_ndjson(path: &Path, name: &Name) -> Result<Source> {
    let file = HashedFile::new(open_regular(path, name)?, name.clone());
    let mut chunker = Chunker::new(file, TextEncoding::Utf8, false);
    let first = chunker.peek(|b| memchr::memchr(b'\n', b).is_some())?;
    if first.is_empty() {
        return Err(Box::new(Diagnostic::error(Code::InputEmpty)));
    }
    let line_end = memchr::memchr(b'\n', first).unwrap_or(first.len());
    let line = simdutf8::basic::from_utf8(first.get(..line_end).unwrap_or_default())
        .map_err(|_| Diagnostic::error(Code::EncodingInvalid).name("encoding", "utf-8").at_record(1))?;
    let header = ndjson::keys(line)?;
    Ok(Source {
        parser: Parser::NdJson { header: header.clone() },
        header,
        form: Form::NdJson,
        chunks: Chunks { chunker, name: name.clone(), decoder: None },
    })
}

fn open_csv(path: &Path, name: &Name, csv: &CsvFormat, null: &[String]) -> Result<Source> {
    let (encoding, bom) = find_encoding(path, name, csv.encoding.as_deref())?;
    let mut file = HashedFile::new(open_regular(path, name)?, name.clone());
    if bom {
        file.read(encoding.bom().len(), &mut Vec::new())?;
    }
    let mut chunker = Chunker::new(file, encoding, true);
    skip_titles(&mut chunker, csv.skip_rows)?;
    let first = chunker.peek(|b| header_end(b).is_some())?;
    if first.is_empty() {
        return Err(Box::new(Diagnostic::error(Code::InputEmpty)));
    }
    let Some(end) = header_end(first) else {
        let code = if memchr::memchr(b'\r', first).is_some() && memchr::memchr(b'\n', first).is_none() {
            Code::CsvCrOnly
        } else if memchr::memchr_iter(b'"', first).count() % 2 == 1 {
            Code::CsvUnclosedQuote
        } else {
            Code::InputEmpty
        };
        return Err(Box::new(Diagnostic::error(code)));
    };
    let line = first.get(..end).unwrap_or_default();
    let eol = if line.ends_with(b"\r\n") { Eol::CrLf } else { Eol::Lf };
    if memchr::memchr(b'\r', line.strip_suffix(b"\r\n").unwrap_or(line)).is_some() && !line.contains(&b'"') {
        return Err(Box::new(Diagnostic::error(Code::CsvCrOnly)));
    }
    let mut decoded = String::new();
    let text = decode(encoding, true, line, &mut decoded).map_err(|mut e| {
        e.place.record = None;
        e
    })?;
    let header = read_header(text, csv.delimiter, eol)?;
    chunker.skip(end);
    if chunker.peek(|b| !b.is_empty())?.is_empty() {
        return Err(Box::new(Diagnostic::error(Code::InputEmpty)));
    }
    let dialect = Dialect { delimiter: csv.delimiter, eol, null: null.to_vec() };
    Ok(Source {
        parser: Parser::Csv { dialect, encoding, width: header.len() },
        header,
        form: Form::Csv { encoding, bom, delimiter: csv.delimiter, eol },
        chunks: Chunks { chunker, name: name.clone(), decoder: None },
    })
}

/// Title rows above the header are free text: they are not published.
fn skip_titles(chunker: &mut Chunker, rows: u32) -> Result<()> {
    for _ in 0..rows {
        let first = chunker.peek(|b| header_end(b).is_some())?;
        let Some(end) = header_end(first) else { return Err(Box::new(Diagnostic::error(Code::InputEmpty))) };
        chunker.skip(end);
    }
    Ok(())
}

/// Offset after the first line end outside quotes.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let mut quoted = false;
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        match bytes.get(at) {
            Some(b'"') => quoted = !quoted,
            _ if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The cells of one header line of delimited text.
///
/// # Errors
/// Malformed quoting, or too many columns.
pub(crate) fn read_header(text: &str, delimiter: u8, eol: Eol) -> Result<Vec<String>> {
    // The width is not known yet: count by parsing with every width from the delimiter count down.
    let most = memchr::memchr_iter(delimiter, text.as_bytes()).count() + 1;
    if most > MAX_COLUMNS {
        return Err(Box::new(Diagnostic::error(Code::InputLimit).number("limit", MAX_COLUMNS as u64)));
    }
    let dialect = Dialect { delimiter, eol, null: Vec::new() };
    let (mut cells, mut side) = (Vec::new(), String::new());
    let mut width = most;
    if let Err(e) = csv_parse::parse(text, &dialect, width, &mut cells, &mut side) {
        if e.code != Code::CsvRagged {
            return Err(Box::new(Diagnostic { place: crate::error::Place::default(), ..*e }));
        }
        width = cells.len();
        csv_parse::parse(text, &dialect, width, &mut cells, &mut side)?;
    }
    let batch = RowBatch { text, side: &side, cells: &cells, width };
    Ok(batch
        .iter()
        .flat_map(|row| (0..width).map(move |c| row.cell(c).unwrap_or_default().to_owned()))
        .collect())
}

fn check_header(header: &[String]) -> Result<()> {
    if header.len() > MAX_COLUMNS {
        return Err(Box::new(Diagnostic::error(Code::InputLimit).number("limit", MAX_COLUMNS as u64)));
    }
    let mut seen = std::collections::BTreeMap::new();
    for (i, name) in header.iter().enumerate() {
        let position = i as u64 + 1;
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(Box::new(Diagnostic::error(Code::HeaderBad).number("position", position)));
        }
        if let Some(other) = seen.insert(fold_header(name), position) {
            return Err(Box::new(
                Diagnostic::error(Code::HeaderDuplicate).number("position", position).number("other", other),
            ));
        }
    }
    Ok(())
}

/// Bytes of the longest byte order mark.
const MARK: usize = 3;

/// Appends up to `most` bytes; returns how many (0 = end). Recognition needs no digest.
fn read_block(file: &mut File, name: &Name, most: usize, out: &mut Vec<u8>) -> Result<usize> {
    file.take(most as u64)
        .read_to_end(out)
        .map_err(|_| Box::new(Diagnostic::error(Code::InputUnreadable).in_file(name.clone())))
}

/// Declared encoding checked against the byte order mark, or safe detection.
fn find_encoding(path: &Path, name: &Name, declared: Option<&str>) -> Result<(TextEncoding, bool)> {
    let mut file = open_regular(path, name)?;
    let mut block = Vec::new();
    // A declared encoding is compared with the mark alone; without a mark UTF-16 shows by its NULs.
    let most = if declared.is_some_and(|d| d != "utf-16") { MARK } else { CHUNK };
    read_block(&mut file, name, most, &mut block)?;
    let bom = encoding::from_bom(&block);
    if let Some(declared) = declared {
        return match (declared, bom) {
            ("utf-8", None) => Ok((TextEncoding::Utf8, false)),
            ("utf-8", Some(TextEncoding::Utf8)) => Ok((TextEncoding::Utf8, true)),
            ("utf-16", Some(e @ (TextEncoding::Utf16Le | TextEncoding::Utf16Be))) => Ok((e, true)),
            ("utf-16", None) => {
                let e = encoding::from_nul_pattern(&block)
                    .ok_or_else(|| Box::new(Diagnostic::error(Code::EncodingUnclear)))?;
                Ok((e, false))
            }
            ("cp932", None) => Ok((TextEncoding::Cp932, false)),
            ("euc-jp", None) => Ok((TextEncoding::EucJp, false)),
            _ => Err(Box::new(Diagnostic::error(Code::EncodingInvalid).name("encoding", declared))),
        };
    }
    if let Some(e) = bom {
        return Ok((e, true));
    }
    if let Some(e) = encoding::from_nul_pattern(&block) {
        return Ok((e, false));
    }
    let mut utf8 = Utf8Check::default();
    let mut is_utf8 = utf8.push(&block);
    while is_utf8 {
        block.clear();
        if read_block(&mut file, name, CHUNK, &mut block)? == 0 {
            break;
        }
        is_utf8 = utf8.push(&block);
    }
    if is_utf8 && utf8.finish() {
        return Ok((TextEncoding::Utf8, false));
    }
    let mut file = open_regular(path, name)?;
    let mut legacy = LegacyDetector::default();
    loop {
        block.clear();
        let n = read_block(&mut file, name, CHUNK, &mut block)?;
        legacy.push(&block, n == 0);
        if n == 0 {
            break;
        }
    }
    match legacy.finish() {
        Detected::Is(e) => Ok((e, false)),
        Detected::Unclear => Err(Box::new(Diagnostic::error(Code::EncodingUnclear))),
        Detected::Invalid => {
            Err(Box::new(Diagnostic::error(Code::EncodingInvalid).name("encoding", "utf-8, cp932, euc-jp")))
        }
    }
}
