//! Text → Parquet: the records in the decoder's CSV dialect, converted back to the columns'
//! types, strictly.
//!
//! Deterministic: the bytes depend on columns and records only (no time, no thread, no
//! environment). No statistics are written: they would repeat least and greatest values of each
//! group in the footer, for readers that a published copy does not have. Memory: one row group.

use std::io::Write;

use polars_arrow::array::{Array, BooleanArray, MutableBinaryViewArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::types::NativeType;
use polars_parquet::parquet::error::ParquetError;
use polars_parquet::parquet::write::{FileWriter, Version, WriteOptions as FileOptions};
use polars_parquet::write::{
    CompressionOptions, Compressor, DynIter, DynStreamingIterator, Encoding, SchemaDescriptor,
    StatisticsOptions, WriteOptions, array_to_columns, get_dtype_encoding, to_parquet_type,
};

use super::super::batch::RowBatch;
use super::super::csv_parse::{self, Dialect, Eol};
use super::types::{ColumnType, Unit};
use super::{NULL, text};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};

/// A row group ends at this many rows …
const GROUP_ROWS: usize = 1 << 16;
/// … or bytes of text.
const GROUP_BYTES: usize = 64 << 20;

/// Writes one Parquet file (Snappy, data pages of version 1: what every reader knows).
pub(crate) struct Writer<W: Write> {
    file: FileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

struct Column {
    kind: ColumnType,
    field: Field,
    encoding: Vec<Encoding>,
    values: Values,
}

impl<W: Write> Writer<W> {
    /// A writer of these columns; all may be NULL. A column whose treatment changed its values
    /// to something that is no value of its type is to be given as [`ColumnType::Utf8`].
    ///
    /// # Errors
    /// [`Code::Internal`] for columns that Parquet cannot have.
    pub(crate) fn new(file: W, columns: Vec<(String, ColumnType)>) -> Result<Self> {
        let internal = || Box::new(Diagnostic::error(Code::Internal));
        let mut types = Vec::with_capacity(columns.len());
        let mut made = Vec::with_capacity(columns.len());
        for (name, kind) in columns {
            let field = Field::new(name.into(), dtype(&kind), true);
            types.push(to_parquet_type(&field).map_err(|_| internal())?);
            made.push(Column {
                encoding: get_dtype_encoding(&field.dtype),
                values: Values::of(&kind),
                kind,
                field,
            });
        }
        let options = FileOptions { write_statistics: false, version: Version::V1 };
        let schema = SchemaDescriptor::new("schema".into(), types);
        let file = FileWriter::new(
            file,
            schema,
            options,
            Some(concat!("deid ", env!("CARGO_PKG_VERSION")).to_owned()),
        );
        Ok(Self { file, columns: made, rows: 0, bytes: 0 })
    }

    /// Adds whole records: `,`, LF, values between quotes with `"` doubled, NULL the unquoted `\N`.
    ///
    /// # Errors
    /// [`Code::OutputFailed`]; [`Code::Internal`] for a record that is not in the dialect, or a
    /// text that is no value of its column's type (with the column).
    pub(crate) fn write_csv(&mut self, text: &str) -> Result<()> {
        let dialect = Dialect { delimiter: b',', eol: Eol::Lf, null: vec![NULL.to_owned()] };
        let (mut cells, mut side) = (Vec::new(), String::new());
        let width = self.columns.len();
        csv_parse::parse(text, &dialect, width, &mut cells, &mut side)
            .map_err(|_| Diagnostic::error(Code::Internal))?;
        for row in (RowBatch { text, side: &side, cells: &cells, width }).iter() {
            for (i, column) in self.columns.iter_mut().enumerate() {
                let cell = row.cell(i);
                self.bytes += cell.map_or(0, str::len);
                if column.values.push(cell, &column.kind).is_none() {
                    return Err(Box::new(
                        Diagnostic::error(Code::Internal).in_column(column.field.name.as_str()),
                    ));
                }
            }
            self.rows += 1;
            if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what is left and the footer; gives the file back.
    ///
    /// # Errors
    /// [`Code::OutputFailed`].
    pub(crate) fn finish(mut self) -> Result<W> {
        self.flush()?;
        self.file.end(None).map_err(|_| Diagnostic::error(Code::OutputFailed))?;
        let mut file = self.file.into_inner();
        file.flush().map_err(|_| Diagnostic::error(Code::OutputFailed))?;
        Ok(file)
    }

    fn flush(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let rows = self.rows as u64;
        let options = WriteOptions {
            statistics: StatisticsOptions::empty(),
            version: Version::V1,
            compression: CompressionOptions::Snappy,
            data_page_size: None,
        };
        let mut chunks = Vec::with_capacity(self.columns.len());
        let types = self.file.schema().fields().to_vec();
        for (column, parquet) in self.columns.iter_mut().zip(types) {
            let array = column.values.take(&column.kind);
            let pages = array_to_columns(array, parquet, options, &column.encoding)
                .map_err(|_| Diagnostic::error(Code::Internal))?;
            for pages in pages {
                // The text of polars' errors is dropped here, as everywhere.
                let pages = pages.map(|page| page.map_err(|_| ParquetError::InvalidParameter(String::new())));
                let pages = Compressor::new_from_vec(pages, options.compression, Vec::new());
                chunks.push(Ok::<_, ParquetError>(DynStreamingIterator::new(pages)));
            }
        }
        self.rows = 0;
        self.bytes = 0;
        self.file
            .write(rows, DynIter::new(chunks.into_iter()))
            .map_err(|_| Box::new(Diagnostic::error(Code::OutputFailed)))
    }
}

fn dtype(kind: &ColumnType) -> ArrowDataType {
    let arrow = |unit: &Unit| match unit {
        Unit::Milli => TimeUnit::Millisecond,
        Unit::Micro => TimeUnit::Microsecond,
        Unit::Nano => TimeUnit::Nanosecond,
    };
    match kind {
        ColumnType::Utf8 => ArrowDataType::Utf8View,
        ColumnType::Bool => ArrowDataType::Boolean,
        ColumnType::Int8 => ArrowDataType::Int8,
        ColumnType::Int16 => ArrowDataType::Int16,
        ColumnType::Int32 => ArrowDataType::Int32,
        ColumnType::Int64 => ArrowDataType::Int64,
        ColumnType::UInt8 => ArrowDataType::UInt8,
        ColumnType::UInt16 => ArrowDataType::UInt16,
        ColumnType::UInt32 => ArrowDataType::UInt32,
        ColumnType::UInt64 => ArrowDataType::UInt64,
        ColumnType::Float32 => ArrowDataType::Float32,
        ColumnType::Float64 => ArrowDataType::Float64,
        ColumnType::Date => ArrowDataType::Date32,
        ColumnType::Time(Unit::Milli) => ArrowDataType::Time32(TimeUnit::Millisecond),
        ColumnType::Time(unit) => ArrowDataType::Time64(arrow(unit)),
        ColumnType::Datetime { unit, utc } => {
            ArrowDataType::Timestamp(arrow(unit), utc.then(|| "UTC".into()))
        }
        ColumnType::Decimal { precision, scale } => ArrowDataType::Decimal(*precision, *scale),
    }
}

/// The values of one column of the row group that is being filled.
enum Values {
    Utf8(MutableBinaryViewArray<str>),
    Bool(Vec<Option<bool>>),
    I8(Vec<Option<i8>>),
    I16(Vec<Option<i16>>),
    I32(Vec<Option<i32>>),
    I64(Vec<Option<i64>>),
    I128(Vec<Option<i128>>),
    U8(Vec<Option<u8>>),
    U16(Vec<Option<u16>>),
    U32(Vec<Option<u32>>),
    U64(Vec<Option<u64>>),
    F32(Vec<Option<f32>>),
    F64(Vec<Option<f64>>),
}

impl Values {
    fn of(kind: &ColumnType) -> Self {
        match kind {
            ColumnType::Utf8 => Self::Utf8(MutableBinaryViewArray::new()),
            ColumnType::Bool => Self::Bool(Vec::new()),
            ColumnType::Int8 => Self::I8(Vec::new()),
            ColumnType::Int16 => Self::I16(Vec::new()),
            ColumnType::Int32 | ColumnType::Date | ColumnType::Time(Unit::Milli) => Self::I32(Vec::new()),
            ColumnType::Int64 | ColumnType::Time(_) | ColumnType::Datetime { .. } => Self::I64(Vec::new()),
            ColumnType::UInt8 => Self::U8(Vec::new()),
            ColumnType::UInt16 => Self::U16(Vec::new()),
            ColumnType::UInt32 => Self::U32(Vec::new()),
            ColumnType::UInt64 => Self::U64(Vec::new()),
            ColumnType::Float32 => Self::F32(Vec::new()),
            ColumnType::Float64 => Self::F64(Vec::new()),
            ColumnType::Decimal { .. } => Self::I128(Vec::new()),
        }
    }

    /// `None`: the text is no value of the type.
    fn push(&mut self, cell: Option<&str>, kind: &ColumnType) -> Option<()> {
        match self {
            Self::Utf8(values) => {
                values.push(cell);
                Some(())
            }
            Self::Bool(values) => add(values, cell, |c| c.parse().ok()),
            Self::I8(values) => add(values, cell, integer),
            Self::I16(values) => add(values, cell, integer),
            Self::I32(values) => match kind {
                ColumnType::Date => add(values, cell, text::date),
                ColumnType::Time(unit) => add(values, cell, |c| i32::try_from(text::time(c, *unit)?).ok()),
                _ => add(values, cell, integer),
            },
            Self::I64(values) => match kind {
                ColumnType::Time(unit) => add(values, cell, |c| text::time(c, *unit)),
                ColumnType::Datetime { unit, utc } => add(values, cell, |c| text::datetime(c, *unit, *utc)),
                _ => add(values, cell, integer),
            },
            Self::I128(values) => match kind {
                ColumnType::Decimal { precision, scale } => {
                    add(values, cell, |c| text::decimal(c, *precision, *scale))
                }
                _ => None,
            },
            Self::U8(values) => add(values, cell, integer),
            Self::U16(values) => add(values, cell, integer),
            Self::U32(values) => add(values, cell, integer),
            Self::U64(values) => add(values, cell, integer),
            Self::F32(values) => add(values, cell, |c| c.parse().ok()),
            Self::F64(values) => add(values, cell, |c| c.parse().ok()),
        }
    }

    /// The values as an array, leaving none.
    fn take(&mut self, kind: &ColumnType) -> Box<dyn Array> {
        match self {
            Self::Utf8(values) => Box::new(Utf8ViewArray::from(std::mem::take(values))),
            Self::Bool(values) => Box::new(BooleanArray::from(std::mem::take(values))),
            Self::I8(values) => array(values, kind),
            Self::I16(values) => array(values, kind),
            Self::I32(values) => array(values, kind),
            Self::I64(values) => array(values, kind),
            Self::I128(values) => array(values, kind),
            Self::U8(values) => array(values, kind),
            Self::U16(values) => array(values, kind),
            Self::U32(values) => array(values, kind),
            Self::U64(values) => array(values, kind),
            Self::F32(values) => array(values, kind),
            Self::F64(values) => array(values, kind),
        }
    }
}

fn add<T>(values: &mut Vec<Option<T>>, cell: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Option<()> {
    let value = match cell {
        None => None,
        Some(text) => Some(parse(text)?),
    };
    values.push(value);
    Some(())
}

/// A plain decimal integer; Rust's `+1` is not canonical.
fn integer<T: std::str::FromStr>(text: &str) -> Option<T> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

fn array<T: NativeType>(values: &mut Vec<Option<T>>, kind: &ColumnType) -> Box<dyn Array> {
    Box::new(PrimitiveArray::<T>::from(std::mem::take(values)).to(dtype(kind)))
}
