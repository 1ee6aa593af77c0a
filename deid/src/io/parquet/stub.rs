//! What stands here in a build without the feature `parquet`: everything says so.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::marker::PhantomData;

use super::Opened;
use crate::codes::Code;
use crate::error::{Diagnostic, Name, Result};

fn not_built() -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::ParquetNotBuilt))
}

/// No file can be opened, so no limits are ever needed.
pub(crate) enum Limits {}

/// The only type that columns have where none was read from Parquet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Utf8,
}

/// There is never one.
pub(crate) enum Decoder {}

impl Decoder {
    pub(crate) fn finish(self) -> Result<(String, u64)> {
        match self {}
    }

    #[expect(clippy::boxed_local, reason = "the signature of the real one")]
    pub(crate) fn blame(self, _error: Box<Diagnostic>) -> Box<Diagnostic> {
        match self {}
    }
}

/// There is never one.
pub(crate) struct Writer<W: Write> {
    never: Infallible,
    file: PhantomData<W>,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(_file: W, _columns: Vec<(String, ColumnType)>) -> Result<Self> {
        Err(not_built())
    }

    pub(crate) fn write_csv(&mut self, _text: &str) -> Result<()> {
        match self.never {}
    }

    pub(crate) fn finish(self) -> Result<W> {
        match self.never {}
    }
}

/// # Errors
/// Always [`Code::ParquetNotBuilt`].
pub(crate) fn open(_file: File, _name: &Name, _limits: Option<Limits>) -> Result<Opened> {
    Err(not_built())
}

/// The status of a decoder that decoded nothing.
#[must_use]
pub fn decode_main(_args: &[OsString]) -> i32 {
    1
}
