//! Published records in the form of the input file: rows as UTF-8 text first, then the file.
//!
//! Two halves, because rows may be reordered between them: [`RowWriter`] makes the text of one row
//! (in workers), [`Sink`] encodes, writes and hashes blocks of rows (on one thread).

use std::io::Write;

use sha2::{Digest, Sha256};

use super::csv_parse::Eol;
use super::encoding::{TextEncoding, TextWriter};
use super::ndjson;
use super::parquet;
use super::publish::OutputFile;
use super::source::Form;
use crate::codes::Code;
use crate::crypto::text::hex;
use crate::error::{Diagnostic, Result};
use crate::recipe::UnmappablePolicy;

/// Makes the text of rows in one form.
#[derive(Clone)]
pub(crate) struct RowWriter {
    kind: Kind,
    started: bool,
    fields: Vec<(Option<String>, bool)>,
}

#[derive(Clone)]
enum Kind {
    Csv {
        delimiter: u8,
        eol: Eol,
        null: Vec<String>,
        quotes: Quotes,
        /// A record of one column: an empty text without quotes would be a blank line.
        single: bool,
    },
    NdJson {
        header: Vec<String>,
        /// The input told strings from numbers.
        told: bool,
    },
}

/// Which cells are quoted beside those that need it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    AsRead,
    Needed,
    Always,
}

impl RowWriter {
    /// `null` = the texts that mean NULL in CSV; the first is written, a value equal to any of them is
    /// quoted. `same_kind` = the input is a file of this kind, whose quotes (in NDJSON: strings) are
    /// kept; otherwise only what needs quotes has them, and in NDJSON everything is a string.
    pub(crate) fn new(form: &Form, header: &[String], null: &[String], same_kind: bool) -> Self {
        let single = header.len() == 1;
        let kind = match form {
            Form::Csv { delimiter, eol, .. } => Kind::Csv {
                delimiter: *delimiter,
                eol: *eol,
                null: null.to_vec(),
                quotes: if same_kind { Quotes::AsRead } else { Quotes::Needed },
                single,
            },
            Form::NdJson => Kind::NdJson { header: header.to_vec(), told: same_kind },
            Form::Parquet(_) => Kind::Csv {
                delimiter: b',',
                eol: Eol::Lf,
                null: vec![parquet::NULL.to_owned()],
                quotes: Quotes::Always,
                single,
            },
        };
        Self { kind, started: false, fields: Vec::new() }
    }

    /// Whether [`RowWriter::plain`] would write this text as [`RowWriter::cell`] does, whatever the
    /// number of columns.
    pub(crate) fn is_plain(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Csv { delimiter, null, quotes, .. } => {
                !(text.is_empty()
                    || *quotes == Quotes::Always
                    || needs_quotes(text, *delimiter)
                    || null.iter().any(|n| n == text))
            }
            Kind::NdJson { .. } => false,
        }
    }

    /// Appends the text of a cell of a CSV file that stood there without quotes, so that it needs
    /// none here either.
    #[inline]
    pub(crate) fn plain(&mut self, text: &str, out: &mut String) {
        match &self.kind {
            Kind::Csv { delimiter, quotes: Quotes::AsRead | Quotes::Needed, .. } => {
                if std::mem::replace(&mut self.started, true) {
                    out.push(char::from(*delimiter));
                }
                out.push_str(text);
            }
            _ => self.cell(Some(text), false, out),
        }
    }

    /// Appends one cell; `quoted` = it stood between quotes in the input (a string, in NDJSON).
    #[inline]
    pub(crate) fn cell(&mut self, cell: Option<&str>, quoted: bool, out: &mut String) {
        match &self.kind {
            Kind::Csv { delimiter, null, quotes, single, .. } => {
                if std::mem::replace(&mut self.started, true) {
                    out.push(char::from(*delimiter));
                }
                match cell {
                    None => out.push_str(null.first().map_or("", String::as_str)),
                    Some(text) => {
                        let must = *quotes == Quotes::Always
                            || (quoted && *quotes == Quotes::AsRead)
                            || (*single && text.is_empty())
                            || needs_quotes(text, *delimiter)
                            || null.iter().any(|n| n == text);
                        if must { push_quoted(text, out) } else { out.push_str(text) }
                    }
                }
            }
            Kind::NdJson { told, .. } => self.fields.push((cell.map(str::to_owned), quoted || !told)),
        }
    }

    /// Ends the row.
    pub(crate) fn end(&mut self, out: &mut String) {
        self.started = false;
        match &self.kind {
            Kind::Csv { eol, .. } => out.push_str(eol.text()),
            Kind::NdJson { header, .. } => {
                ndjson::write_row(out, header, self.fields.iter().map(|(c, q)| (c.as_deref(), *q)));
                self.fields.clear();
            }
        }
    }
}

fn needs_quotes(text: &str, delimiter: u8) -> bool {
    // Without an early end: the compiler compares 16 bytes at a time.
    text.bytes().fold(false, |found, b| found | (b == delimiter) | (b == b'"') | (b == b'\n') | (b == b'\r'))
}

fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut parts = text.split('"');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str("\"\"");
        out.push_str(part);
    }
    out.push('"');
}

/// One output file being written.
pub(crate) struct Sink {
    out: Out,
    buffer: Vec<u8>,
}

enum Out {
    Text { writer: TextWriter, file: Hashing },
    Parquet(Box<parquet::Writer<Hashing>>),
}

/// A file hashed as it is written.
pub(crate) struct Hashing {
    file: OutputFile,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(bytes.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// A finished output file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    /// Characters replaced because the encoding lacks them.
    pub(crate) replaced: u64,
}

fn failed(step: &'static str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::OutputFailed).name("step", step))
}

impl Sink {
    /// Starts a file: byte order mark and header in the form of the input.
    pub(crate) fn new(
        file: OutputFile,
        form: &Form,
        header: &[String],
        policy: UnmappablePolicy,
    ) -> Result<Self> {
        let mut file = Hashing { file, hash: Sha256::new(), bytes: 0 };
        let out = match form {
            Form::Csv { encoding, bom, .. } => {
                if *bom {
                    file.write_all(encoding.bom()).map_err(|_| failed("write"))?;
                }
                Out::Text { writer: TextWriter::new(*encoding, policy), file }
            }
            Form::NdJson => Out::Text { writer: TextWriter::new(TextEncoding::Utf8, policy), file },
            Form::Parquet(types) => {
                let columns = header.iter().cloned().zip(types.iter().cloned()).collect();
                Out::Parquet(Box::new(parquet::Writer::new(file, columns)?))
            }
        };
        let mut sink = Self { out, buffer: Vec::new() };
        if matches!(form, Form::Csv { .. }) {
            let mut line = String::new();
            let mut writer = RowWriter::new(form, header, &[], true);
            for name in header {
                writer.cell(Some(name), false, &mut line);
            }
            writer.end(&mut line);
            sink.write(line.as_bytes())?;
        }
        Ok(sink)
    }

    /// Writes a block of whole rows (UTF-8).
    pub(crate) fn write(&mut self, rows: &[u8]) -> Result<()> {
        let text =
            || simdutf8::basic::from_utf8(rows).map_err(|_| Box::new(Diagnostic::error(Code::Internal)));
        match &mut self.out {
            Out::Text { writer, file } => {
                if writer.is_utf8() {
                    return file.write_all(rows).map_err(|_| failed("write"));
                }
                let text = text()?;
                self.buffer.clear();
                writer.encode(text, &mut self.buffer).map_err(|_| {
                    Diagnostic::error(Code::Unmappable).name("encoding", writer.encoding_id())
                })?;
                file.write_all(&self.buffer).map_err(|_| failed("write"))
            }
            Out::Parquet(writer) => writer.write_csv(text()?),
        }
    }

    /// Flushes to disk.
    pub(crate) fn finish(self) -> Result<Written> {
        let (file, replaced) = match self.out {
            Out::Text { writer, file } => (file, writer.replaced),
            Out::Parquet(writer) => (writer.finish()?, 0),
        };
        file.file.finish()?;
        Ok(Written { sha256: hex(&file.hash.finalize()), bytes: file.bytes, replaced })
    }
}
