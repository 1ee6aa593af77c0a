//! Input and output: the only room that opens files, and the only one that names polars.

pub(crate) mod batch;
pub mod chunk;
pub(crate) mod csv_parse;
pub mod encoding;
pub mod key_destroy;
pub mod key_file;
pub(crate) mod ndjson;
pub(crate) mod parquet;
pub mod publish;
pub(crate) mod scan;
pub(crate) mod sink;
pub(crate) mod source;

pub use parquet::{DECODE_ARGUMENT, decode_main};
