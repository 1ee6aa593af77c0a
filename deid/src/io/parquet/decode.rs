//! Parquet bytes → the text stream that the parent reads. Runs in the child process only.
//!
//! The stream: one line of JSON ([`Preamble`]), then records of strict CSV: `,` and LF, every
//! value between quotes with `"` doubled, NULL the unquoted `\N`. The stream has no trailer: it
//! is whole if and only if the process ends with status 0, which it does after the footer's
//! number of rows was written and nothing else.
//!
//! Types come from Parquet's own schema. The Arrow schema that some writers hide in the key-value
//! metadata is not read (one more format to attack; nothing of it is needed as text).
//! A duration therefore reads as the integer that Parquet stores. Codecs: none, Snappy, gzip,
//! zstd, LZ4 (Brotli and LZO are not built in).
//!
//! Memory: the compressed bytes of one row group, and [`SLICE_CELLS`] decoded cells of it.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::types::NativeType;
use polars_buffer::Buffer;
use polars_parquet::parquet::schema::Repetition;
use polars_parquet::parquet::schema::types::{ParquetType, PrimitiveConvertedType, PrimitiveLogicalType};
use polars_parquet::read::schema::parquet_to_arrow_schema;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, Filter, PageReader, RowGroupMetadata, column_iter_to_arrays,
    read_metadata,
};
use serde::{Deserialize, Serialize};

use super::super::csv_parse::MAX_COLUMNS;
use super::NULL;
use super::text;
use super::types::{ColumnType, Unit};

/// Rows × columns decoded at a time.
const SLICE_CELLS: usize = 1 << 20;
/// Most rows decoded at a time.
const SLICE_ROWS: usize = 1 << 16;
/// Bytes of text collected before a write.
const BLOCK: usize = 1 << 18;

/// The first line of the stream.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Preamble {
    /// Column names, in order; untrusted.
    #[serde(default)]
    pub(super) names: Vec<String>,
    /// Ids of [`ColumnType`], one per name.
    #[serde(default)]
    pub(super) types: Vec<String>,
    /// Rows that the footer declares.
    #[serde(default)]
    pub(super) rows: u64,
    /// Position (from 1) of the column that was refused, whose name is then the only one; nothing
    /// follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<u64>,
}

/// Why a file was not decoded. No text of polars and no byte of the file is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Damaged, or out of the format's specification.
    Unreadable,
    /// The column at this position (from 1) has a type that is not supported.
    Type(u64, String),
    /// What the file declares is over a limit.
    Limit,
    /// The reader of the stream is gone.
    Closed,
}

/// Decodes a whole file. `max_memory` bounds what the footer may declare; the real limit is the
/// process's.
pub(super) fn decode(
    file: &mut (impl Read + Seek),
    max_memory: u64,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let size = file.seek(SeekFrom::End(0)).map_err(|_| Refusal::Unreadable)?;
    let metadata = read_metadata(file).map_err(|_| Refusal::Unreadable)?;
    let fields = metadata.schema().fields();
    if fields.len() > MAX_COLUMNS {
        return Err(Refusal::Limit);
    }
    let columns = columns(fields)?;
    let rows = metadata.row_groups.iter().try_fold(0_usize, |sum, group| sum.checked_add(group.num_rows()));
    if rows != Some(metadata.num_rows) {
        return Err(Refusal::Unreadable);
    }
    for group in &metadata.row_groups {
        check_group(group, columns.len(), size, max_memory)?;
    }
    let preamble = Preamble {
        names: fields.iter().map(|f| f.name().to_owned()).collect(),
        types: columns.iter().map(|c| c.kind.id()).collect(),
        rows: metadata.num_rows as u64,
        refused: None,
    };
    write_preamble(&preamble, out)?;
    let mut block = Vec::with_capacity(2 * BLOCK);
    for group in &metadata.row_groups {
        decode_group(file, group, &columns, &mut block, out)?;
    }
    out.write_all(&block).and_then(|()| out.flush()).map_err(|_| Refusal::Closed)
}

/// Writes the first line.
pub(super) fn write_preamble(preamble: &Preamble, out: &mut impl Write) -> Result<(), Refusal> {
    let mut line = serde_json::to_vec(preamble).map_err(|_| Refusal::Unreadable)?;
    line.push(b'\n');
    out.write_all(&line).map_err(|_| Refusal::Closed)
}

struct Column {
    field: Field,
    kind: ColumnType,
}

/// Flat columns of supported types, in order.
fn columns(fields: &[ParquetType]) -> Result<Vec<Column>, Refusal> {
    let mut columns = Vec::with_capacity(fields.len());
    for (i, parquet) in fields.iter().enumerate() {
        let column = column(parquet).ok_or_else(|| Refusal::Type(i as u64 + 1, parquet.name().to_owned()))?;
        columns.push(column);
    }
    Ok(columns)
}

fn column(parquet: &ParquetType) -> Option<Column> {
    let ParquetType::PrimitiveType(primitive) = parquet else { return None };
    if primitive.field_info.repetition == Repetition::Repeated {
        return None;
    }
    let schema = parquet_to_arrow_schema(std::slice::from_ref(parquet));
    let mut field = schema.iter_values().next()?.clone();
    let kind = match &field.dtype {
        ArrowDataType::Utf8View => ColumnType::Utf8,
        // ENUM and JSON are UTF-8 by specification.
        ArrowDataType::BinaryView
            if matches!(
                primitive.logical_type,
                Some(PrimitiveLogicalType::Enum | PrimitiveLogicalType::Json)
            ) || matches!(
                primitive.converted_type,
                Some(PrimitiveConvertedType::Enum | PrimitiveConvertedType::Json)
            ) =>
        {
            field.dtype = ArrowDataType::Utf8View;
            ColumnType::Utf8
        }
        ArrowDataType::Boolean => ColumnType::Bool,
        ArrowDataType::Int8 => ColumnType::Int8,
        ArrowDataType::Int16 => ColumnType::Int16,
        ArrowDataType::Int32 => ColumnType::Int32,
        ArrowDataType::Int64 => ColumnType::Int64,
        ArrowDataType::UInt8 => ColumnType::UInt8,
        ArrowDataType::UInt16 => ColumnType::UInt16,
        ArrowDataType::UInt32 => ColumnType::UInt32,
        ArrowDataType::UInt64 => ColumnType::UInt64,
        ArrowDataType::Float32 => ColumnType::Float32,
        ArrowDataType::Float64 => ColumnType::Float64,
        ArrowDataType::Date32 => ColumnType::Date,
        ArrowDataType::Time32(unit) | ArrowDataType::Time64(unit) => ColumnType::Time(unit_of(*unit)?),
        ArrowDataType::Timestamp(unit, zone) => {
            ColumnType::Datetime { unit: unit_of(*unit)?, utc: zone.is_some() }
        }
        ArrowDataType::Decimal(precision, scale) => ColumnType::decimal(*precision, *scale)?,
        _ => return None,
    };
    Some(Column { field, kind })
}

fn unit_of(unit: TimeUnit) -> Option<Unit> {
    match unit {
        TimeUnit::Second => None,
        TimeUnit::Millisecond => Some(Unit::Milli),
        TimeUnit::Microsecond => Some(Unit::Micro),
        TimeUnit::Nanosecond => Some(Unit::Nano),
    }
}

/// Refuses, before anything is read, what cannot be true or cannot fit.
fn check_group(group: &RowGroupMetadata, width: usize, size: u64, max_memory: u64) -> Result<(), Refusal> {
    let chunks = group.parquet_columns();
    if chunks.len() != width {
        return Err(Refusal::Unreadable);
    }
    let mut compressed = 0_u64;
    for chunk in chunks {
        let (start, length) = extent(chunk).ok_or(Refusal::Unreadable)?;
        let whole = start.checked_add(length).is_some_and(|end| end <= size);
        if !whole || chunk.num_values() != i64::try_from(group.num_rows()).unwrap_or(-1) {
            return Err(Refusal::Unreadable);
        }
        compressed = compressed.saturating_add(length);
    }
    if compressed > max_memory { Err(Refusal::Limit) } else { Ok(()) }
}

/// Offset and length of a column chunk.
fn extent(chunk: &ColumnChunkMetadata) -> Option<(u64, u64)> {
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    Some((u64::try_from(start).ok()?, u64::try_from(chunk.compressed_size()).ok()?))
}

fn decode_group(
    file: &mut (impl Read + Seek),
    group: &RowGroupMetadata,
    columns: &[Column],
    block: &mut Vec<u8>,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let mut bytes = Vec::with_capacity(columns.len());
    for chunk in group.parquet_columns() {
        bytes.push(read_chunk(file, chunk)?);
    }
    let step = (SLICE_CELLS / columns.len().max(1)).clamp(1, SLICE_ROWS);
    let mut texts: Vec<Texts> = columns.iter().map(|_| Texts::default()).collect();
    let mut start = 0;
    while start < group.num_rows() {
        let end = (start + step).min(group.num_rows());
        for (((column, chunk), bytes), texts) in
            columns.iter().zip(group.parquet_columns()).zip(&bytes).zip(&mut texts)
        {
            texts.clear();
            let pages = PageReader::new(Cursor::new(bytes.clone()), chunk, Vec::new(), bytes.len());
            let (arrays, _) = column_iter_to_arrays(
                vec![BasicDecompressor::new(pages, Vec::new())],
                vec![&chunk.descriptor().descriptor.primitive_type],
                column.field.clone(),
                Some(Filter::new_ranged(start, end)),
            )
            .map_err(|_| Refusal::Unreadable)?;
            for array in arrays {
                render(array.as_ref(), &column.kind, texts).ok_or(Refusal::Unreadable)?;
            }
            if texts.ends.len() != end - start {
                return Err(Refusal::Unreadable);
            }
        }
        for row in 0..end - start {
            for (i, texts) in texts.iter().enumerate() {
                if i > 0 {
                    block.push(b',');
                }
                block.extend_from_slice(texts.get(row).ok_or(Refusal::Unreadable)?);
            }
            block.push(b'\n');
            if block.len() >= BLOCK {
                out.write_all(block).map_err(|_| Refusal::Closed)?;
                block.clear();
            }
        }
        start = end;
    }
    Ok(())
}

fn read_chunk(file: &mut (impl Read + Seek), chunk: &ColumnChunkMetadata) -> Result<Buffer<u8>, Refusal> {
    let (start, length) = extent(chunk).ok_or(Refusal::Unreadable)?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(usize::try_from(length).map_err(|_| Refusal::Limit)?)
        .map_err(|_| Refusal::Limit)?;
    file.seek(SeekFrom::Start(start)).map_err(|_| Refusal::Unreadable)?;
    let read = file.take(length).read_to_end(&mut bytes).map_err(|_| Refusal::Unreadable)?;
    if read as u64 != length {
        return Err(Refusal::Unreadable);
    }
    Ok(Buffer::from_vec(bytes))
}

/// The cells of one column in one slice, as they go into the stream.
#[derive(Default)]
struct Texts {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn get(&self, row: usize) -> Option<&[u8]> {
        let start = match row.checked_sub(1) {
            None => 0,
            Some(before) => *self.ends.get(before)?,
        };
        self.text.get(start..*self.ends.get(row)?)
    }

    fn extend<T>(
        &mut self,
        values: impl Iterator<Item = Option<T>>,
        put: impl Fn(&mut Vec<u8>, T) -> Option<()>,
    ) -> Option<()> {
        for value in values {
            match value {
                None => self.text.extend_from_slice(NULL.as_bytes()),
                Some(value) => {
                    self.text.push(b'"');
                    put(&mut self.text, value)?;
                    self.text.push(b'"');
                }
            }
            self.ends.push(self.text.len());
        }
        Some(())
    }

    fn numbers<T: NativeType>(
        &mut self,
        array: &dyn Array,
        put: impl Fn(&mut Vec<u8>, T) -> Option<()>,
    ) -> Option<()> {
        let array = array.as_any().downcast_ref::<PrimitiveArray<T>>()?;
        self.extend(array.iter().map(|v| v.copied()), put)
    }

    fn displayed<T: NativeType + std::fmt::Display>(&mut self, array: &dyn Array) -> Option<()> {
        self.numbers(array, |out, v: T| write!(out, "{v}").ok())
    }
}

/// `None`: a value without canonical text, or an array that is not of the column's type.
fn render(array: &dyn Array, kind: &ColumnType, out: &mut Texts) -> Option<()> {
    match kind {
        ColumnType::Utf8 => {
            let array = array.as_any().downcast_ref::<Utf8ViewArray>()?;
            out.extend(array.iter(), |out, value| {
                for (i, part) in value.split('"').enumerate() {
                    if i > 0 {
                        out.extend_from_slice(b"\"\"");
                    }
                    out.extend_from_slice(part.as_bytes());
                }
                Some(())
            })
        }
        ColumnType::Bool => {
            let array = array.as_any().downcast_ref::<BooleanArray>()?;
            out.extend(array.iter(), |out, v| {
                out.extend_from_slice(if v { b"true" } else { b"false" });
                Some(())
            })
        }
        ColumnType::Int8 => out.displayed::<i8>(array),
        ColumnType::Int16 => out.displayed::<i16>(array),
        ColumnType::Int32 => out.displayed::<i32>(array),
        ColumnType::Int64 => out.displayed::<i64>(array),
        ColumnType::UInt8 => out.displayed::<u8>(array),
        ColumnType::UInt16 => out.displayed::<u16>(array),
        ColumnType::UInt32 => out.displayed::<u32>(array),
        ColumnType::UInt64 => out.displayed::<u64>(array),
        ColumnType::Float32 => out.displayed::<f32>(array),
        ColumnType::Float64 => out.displayed::<f64>(array),
        ColumnType::Date => out.numbers(array, |out, v: i32| text::put_date(out, i64::from(v))),
        ColumnType::Time(Unit::Milli) => {
            out.numbers(array, |out, v: i32| text::put_time(out, i64::from(v), Unit::Milli))
        }
        ColumnType::Time(unit) => out.numbers(array, |out, v: i64| text::put_time(out, v, *unit)),
        ColumnType::Datetime { unit, utc } => {
            out.numbers(array, |out, v: i64| text::put_datetime(out, v, *unit, *utc))
        }
        ColumnType::Decimal { scale, .. } => {
            out.numbers(array, |out, v: i128| text::put_decimal(out, v, *scale))
        }
    }
}
