//! Parquet through polars in a child process (to be written).

use std::fs::File;

use super::chunk::Chunker;
use crate::codes::Code;
use crate::error::{Diagnostic, Name, Result};

/// How NULL stands in the CSV that the decoder writes (unquoted; values are always quoted).
pub(crate) const NULL: &str = "\\N";

/// Logical type of a Parquet column, as needed to write it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Utf8,
}

/// The running decoder.
pub(crate) struct Decoder;

impl Decoder {
    /// Waits for the decoder; SHA-256 (hex) and length of the Parquet file.
    pub(crate) fn finish(self) -> Result<(String, u64)> {
        Err(Box::new(Diagnostic::error(Code::ParquetNotBuilt)))
    }
}

/// A Parquet file being decoded.
pub(crate) struct Opened {
    pub(crate) header: Vec<String>,
    pub(crate) types: Vec<ColumnType>,
    pub(crate) chunker: Chunker,
    pub(crate) decoder: Decoder,
}

/// Starts the decoder on an open file.
pub(crate) fn open(_file: File, _name: &Name) -> Result<Opened> {
    Err(Box::new(Diagnostic::error(Code::ParquetNotBuilt)))
}

/// Writes Parquet.
pub(crate) struct Writer<W> {
    file: W,
}

impl<W: std::io::Write> Writer<W> {
    /// Starts a file.
    pub(crate) fn new(file: W, _columns: Vec<(String, ColumnType)>) -> Result<Self> {
        Ok(Self { file })
    }

    /// Adds records in the dialect of the decoder.
    pub(crate) fn write_csv(&mut self, _text: &str) -> Result<()> {
        Err(Box::new(Diagnostic::error(Code::ParquetNotBuilt)))
    }

    /// Ends the file.
    pub(crate) fn finish(self) -> Result<W> {
        Ok(self.file)
    }
}
