//! What the decoder of a Parquet file may use: enough for honest files, too little for a bomb.

/// What the decoder may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Address space in bytes, the program's own included. A row group's compressed bytes and
    /// some ten megabytes of decoded cells must fit.
    pub(crate) max_memory: u64,
    /// Processor time in seconds.
    pub(crate) cpu_seconds: u64,
}

impl Limits {
    /// Enough for row groups as the common writers make them; `--max-memory` may say otherwise.
    pub(crate) const MEMORY: u64 = 1 << 30;

    /// Limits for a file of this many bytes: a minute, and a second more for every 256 KiB (a
    /// dictionary-coded file grows tenfold and more when it becomes text).
    pub(crate) fn for_file(bytes: u64) -> Self {
        Self { max_memory: Self::MEMORY, cpu_seconds: 60 + bytes / (256 << 10) }
    }
}
