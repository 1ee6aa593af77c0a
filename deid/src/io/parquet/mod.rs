//! Parquet through polars in a child process.
//!
//! Damaged Parquet files make decoders panic, loop or allocate without bound, so no byte of such
//! a file is parsed in this process. The parent hashes the file, hands the already open file to
//! a child as its standard input (no path: nothing can be swapped in between), and reads CSV
//! from a pipe: see [`decode`] for the stream and [`child`] for the limits. Polars is named in
//! this folder only, and only its Parquet half: no data frames, no asynchronous runtime, no
//! network client. Files that this tool writes are made in the parent ([`Writer`]): their
//! content is ours.

#[cfg(feature = "parquet")]
mod child;
#[cfg(feature = "parquet")]
mod decode;
#[cfg(feature = "parquet")]
mod limits;
#[cfg(feature = "parquet")]
mod parent;
#[cfg(not(feature = "parquet"))]
mod stub;
#[cfg(all(test, feature = "parquet"))]
mod tests;
#[cfg(feature = "parquet")]
mod text;
#[cfg(feature = "parquet")]
mod types;
#[cfg(feature = "parquet")]
mod writer;

#[cfg(feature = "parquet")]
pub use child::decode_main;
#[cfg(feature = "parquet")]
pub(crate) use limits::Limits;
#[cfg(feature = "parquet")]
pub(crate) use parent::{Decoder, open};
#[cfg(not(feature = "parquet"))]
pub use stub::decode_main;
#[cfg(not(feature = "parquet"))]
pub(crate) use stub::{ColumnType, Decoder, Writer, open};
#[cfg(feature = "parquet")]
pub(crate) use types::ColumnType;
#[cfg(feature = "parquet")]
pub(crate) use writer::Writer;

use super::chunk::Chunker;

/// The hidden first argument that makes `deid` the decoder.
pub const DECODE_ARGUMENT: &str = "__decode-parquet";

/// How NULL stands in the CSV that the decoder writes (unquoted; values are always quoted).
pub(crate) const NULL: &str = "\\N";

/// A Parquet file being decoded.
pub(crate) struct Opened {
    pub(crate) header: Vec<String>,
    pub(crate) types: Vec<ColumnType>,
    pub(crate) chunker: Chunker,
    pub(crate) decoder: Decoder,
}
