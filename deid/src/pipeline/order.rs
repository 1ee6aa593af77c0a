//! The keyed order of published records: nothing of the input's order survives.
//!
//! Records are ordered by a keyed hash of their own published bytes, so equal inputs give equal
//! files whatever the order of their rows; equal records are interchangeable. Rows are split by the
//! leading bits of the hash into buckets that are ordered one after the other, in the cache. Beyond
//! the memory budget they are files of *already transformed* rows in the run's private folder.

use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;

use crate::codes::Code;
use crate::crypto::OrderKey;
use crate::error::{Diagnostic, Result};

/// Rows of one chunk with their order keys.
#[derive(Default)]
pub(crate) struct Keyed {
    pub(crate) text: String,
    /// (order key, end of the row in `text`); empty where the order is kept.
    pub(crate) rows: Vec<(u64, u32)>,
}

impl Keyed {
    /// Forgets the rows and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
    }

    /// Ends the row that was written to `text` since the last call.
    pub(crate) fn end_row(&mut self, order: &OrderKey) {
        let start = self.rows.last().map_or(0, |(_, end)| *end as usize);
        let key = order.place(self.text.as_bytes().get(start..).unwrap_or_default());
        self.rows.push((key, u32::try_from(self.text.len()).unwrap_or(u32::MAX)));
    }

    fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut start = 0;
        self.rows.iter().map(move |(key, end)| {
            let end = *end as usize;
            let row = self.text.as_bytes().get(start..end).unwrap_or_default();
            start = end;
            (*key, row)
        })
    }
}

/// Rows whose hashes begin alike: what is in memory, and the file of what is not.
#[derive(Default)]
struct Bucket {
    blocks: Vec<Vec<u8>>,
    file: Option<PathBuf>,
}

/// Memory is taken in blocks of this many bytes at most, so that a growing bucket is never copied.
const BLOCK: usize = 64 << 10;
/// A bucket of about this size is ordered in a core's own cache.
const BUCKET: u64 = 4 << 20;
/// Hash and length before every row.
const HEAD: usize = 12;

/// Collects rows and gives them back in the keyed order.
pub(crate) struct Shuffler<F> {
    buckets: Vec<Bucket>,
    bits: u32,
    /// Bytes in blocks, and how many there may be.
    held: u64,
    budget: u64,
    /// Capacity of a block.
    block: usize,
    folder: F,
    tag: String,
}

fn failed(step: &'static str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::OutputFailed).name("step", step))
}

impl<F: FnMut() -> Result<PathBuf>> Shuffler<F> {
    /// For about `expected` bytes of rows, of which `budget` bytes may stay in memory; the others
    /// go to files in `folder()`.
    pub(crate) fn new(expected: u64, budget: u64, folder: F, tag: &str) -> Self {
        let wanted = expected.div_ceil(BUCKET).max(1);
        let bits = u32::min(64 - (wanted - 1).leading_zeros(), 10);
        let mut buckets = Vec::new();
        buckets.resize_with(1 << bits, Bucket::default);
        let budget = budget.max(1 << 20);
        // Blocks that are hardly begun must not take more than the budget together.
        let block = usize::try_from(budget >> bits).unwrap_or(BLOCK).clamp(4 << 10, BLOCK);
        Self { buckets, bits, held: 0, budget, block, folder, tag: tag.to_owned() }
    }

    /// Adds the rows of a chunk.
    pub(crate) fn push(&mut self, rows: &Keyed) -> Result<()> {
        for (key, row) in rows.iter() {
            let index =
                if self.bits == 0 { 0 } else { usize::try_from(key >> (64 - self.bits)).unwrap_or(0) };
            let length = u32::try_from(row.len()).unwrap_or(u32::MAX);
            let Some(bucket) = self.buckets.get_mut(index) else {
                return Err(Box::new(Diagnostic::error(Code::Internal)));
            };
            let fits = |block: &Vec<u8>| block.capacity() - block.len() >= HEAD + row.len();
            if !bucket.blocks.last().is_some_and(fits) {
                bucket.blocks.push(Vec::with_capacity(self.block.max(HEAD + row.len())));
            }
            if let Some(block) = bucket.blocks.last_mut() {
                block.extend_from_slice(&key.to_le_bytes());
                block.extend_from_slice(&length.to_le_bytes());
                block.extend_from_slice(row);
            }
            self.held += (HEAD + row.len()) as u64;
        }
        if self.held > self.budget { self.spill() } else { Ok(()) }
    }

    /// Moves what is in memory to the files.
    fn spill(&mut self) -> Result<()> {
        let folder = (self.folder)()?;
        for (index, bucket) in self.buckets.iter_mut().enumerate() {
            if bucket.blocks.is_empty() {
                continue;
            }
            let mut options = std::fs::OpenOptions::new();
            // A file is new the first time, and this run's own after that.
            options.append(true).create_new(bucket.file.is_none());
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt;
                options.mode(0o600);
            }
            let path = bucket.file.get_or_insert_with(|| folder.join(format!("{}.{index:04}", self.tag)));
            let mut file = options.open(path).map_err(|_| failed("create"))?;
            for block in bucket.blocks.drain(..) {
                file.write_all(&block).map_err(|_| failed("write"))?;
            }
        }
        self.held = 0;
        Ok(())
    }

    /// Gives every row, in order, in blocks of whole rows.
    pub(crate) fn finish(self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut out = Vec::with_capacity(1 << 20);
        let mut index = Vec::new();
        for Bucket { mut blocks, file } in self.buckets {
            if let Some(path) = file {
                let mut bytes = Vec::new();
                let mut file = File::open(&path).map_err(|_| failed("open"))?;
                file.read_to_end(&mut bytes).map_err(|_| failed("read"))?;
                std::fs::remove_file(&path).map_err(|_| failed("unlink"))?;
                blocks.push(bytes);
            }
            index.clear();
            for (number, block) in (0u32..).zip(&blocks) {
                let mut at = 0;
                while let Some((key, start, end)) = row_at(block, at) {
                    index.push((key, number, start, end));
                    at = end;
                }
            }
            let row = |block: u32, start: usize, end: usize| {
                blocks.get(block as usize).and_then(|b| b.get(start..end)).unwrap_or_default()
            };
            index.sort_unstable_by(|a, b| {
                a.0.cmp(&b.0).then_with(|| row(a.1, a.2, a.3).cmp(row(b.1, b.2, b.3)))
            });
            for (_, block, start, end) in &index {
                out.extend_from_slice(row(*block, *start, *end));
                if out.len() >= 1 << 20 {
                    take(&out)?;
                    out.clear();
                }
            }
        }
        if out.is_empty() { Ok(()) } else { take(&out) }
    }
}

fn row_at(bytes: &[u8], at: usize) -> Option<(u64, usize, usize)> {
    let key = u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?);
    let length = u32::from_le_bytes(bytes.get(at + 8..at + HEAD)?.try_into().ok()?) as usize;
    let start = at + HEAD;
    (start + length <= bytes.len()).then_some((key, start, start + length))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn shuffled(rows: &[&str], budget: u64, dir: &std::path::Path) -> Vec<u8> {
        let order = OrderKey::new(&crate::crypto::Prf::new(&[7; 32]));
        let total: u64 = rows.iter().map(|r| r.len() as u64).sum();
        let mut s = Shuffler::new(total, budget, || Ok(dir.to_path_buf()), "t");
        for chunk in rows.chunks(3) {
            let mut keyed = Keyed::default();
            for row in chunk {
                keyed.text.push_str(row);
                keyed.end_row(&order);
            }
            s.push(&keyed).unwrap();
        }
        let mut out = Vec::new();
        s.finish(|b| {
            out.extend_from_slice(b);
            Ok(())
        })
        .unwrap();
        out
    }

    #[test]
    fn order_depends_on_content_only() {
        let rows: Vec<String> = (0..5000).map(|i| format!("row {}\n", i % 4000).repeat(100)).collect();
        let forward: Vec<&str> = rows.iter().map(String::as_str).collect();
        let backward: Vec<&str> = forward.iter().rev().copied().collect();
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let in_memory = shuffled(&forward, 1 << 40, a.path());
        assert_eq!(in_memory, shuffled(&backward, 1 << 40, a.path()));
        assert_eq!(in_memory, shuffled(&forward, 1 << 20, a.path()), "buckets change nothing");
        assert_eq!(in_memory, shuffled(&backward, 1 << 20, b.path()));
        assert_ne!(in_memory, rows.concat().into_bytes());
        assert_eq!(std::fs::read_dir(a.path()).unwrap().count(), 0);
    }
}
