//! The keyed order of published records: nothing of the input's order survives.
//!
//! Records are ordered by a keyed hash of their own published bytes, so equal inputs give equal
//! files whatever the order of their rows; equal records are interchangeable. What does not fit
//! the memory budget goes into buckets of *already transformed* rows in the run's private folder,
//! split by the leading bits of the hash, and each bucket is ordered in memory.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::PathBuf;

use crate::codes::Code;
use crate::crypto::Prf;
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
    pub(crate) fn end_row(&mut self, prf: &Prf) {
        let start = self.rows.last().map_or(0, |(_, end)| *end as usize);
        let key = prf.tag64(self.text.as_bytes().get(start..).unwrap_or_default());
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

enum Bucket {
    Memory(Vec<u8>),
    Disk(BufWriter<File>, PathBuf),
}

/// Collects rows and gives them back in the keyed order.
pub(crate) struct Shuffler {
    buckets: Vec<Bucket>,
    bits: u32,
}

fn failed(step: &'static str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::OutputFailed).name("step", step))
}

impl Shuffler {
    /// One bucket in memory when `expected` bytes fit `budget`, else buckets in `folder()`.
    pub(crate) fn new(
        expected: u64,
        budget: u64,
        folder: impl FnOnce() -> Result<PathBuf>,
        tag: &str,
    ) -> Result<Self> {
        // A bucket is read whole, with 16 bytes of order key per row beside it.
        let wanted = expected.saturating_mul(2).div_ceil(budget.max(1 << 20));
        if wanted <= 1 {
            return Ok(Self { buckets: vec![Bucket::Memory(Vec::new())], bits: 0 });
        }
        let bits = u32::min(64 - (wanted - 1).leading_zeros(), 10);
        let folder = folder()?;
        let buckets = (0..1_u32 << bits)
            .map(|i| {
                let path = folder.join(format!("{tag}.{i:04}"));
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                {
                    use std::os::unix::fs::OpenOptionsExt;
                    options.mode(0o600);
                }
                let file = options.open(&path).map_err(|_| failed("create"))?;
                Ok(Bucket::Disk(BufWriter::with_capacity(64 * 1024, file), path))
            })
            .collect::<Result<_>>()?;
        Ok(Self { buckets, bits })
    }

    /// Adds the rows of a chunk.
    pub(crate) fn push(&mut self, rows: &Keyed) -> Result<()> {
        for (key, row) in rows.iter() {
            let index =
                if self.bits == 0 { 0 } else { usize::try_from(key >> (64 - self.bits)).unwrap_or(0) };
            let length = u32::try_from(row.len()).unwrap_or(u32::MAX);
            match self.buckets.get_mut(index) {
                Some(Bucket::Memory(bytes)) => {
                    bytes.extend_from_slice(&key.to_le_bytes());
                    bytes.extend_from_slice(&length.to_le_bytes());
                    bytes.extend_from_slice(row);
                }
                Some(Bucket::Disk(file, _)) => {
                    file.write_all(&key.to_le_bytes()).map_err(|_| failed("write"))?;
                    file.write_all(&length.to_le_bytes()).map_err(|_| failed("write"))?;
                    file.write_all(row).map_err(|_| failed("write"))?;
                }
                None => return Err(Box::new(Diagnostic::error(Code::Internal))),
            }
        }
        Ok(())
    }

    /// Gives every row, in order, in blocks of whole rows.
    pub(crate) fn finish(self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut block = Vec::with_capacity(1 << 20);
        for bucket in self.buckets {
            let bytes = match bucket {
                Bucket::Memory(bytes) => bytes,
                Bucket::Disk(mut file, path) => {
                    file.flush().map_err(|_| failed("write"))?;
                    drop(file);
                    let mut bytes = Vec::new();
                    let file = File::open(&path).map_err(|_| failed("open"))?;
                    BufReader::new(file).read_to_end(&mut bytes).map_err(|_| failed("read"))?;
                    std::fs::remove_file(&path).map_err(|_| failed("unlink"))?;
                    bytes
                }
            };
            let mut index = Vec::new();
            let mut at = 0;
            while let Some((key, start, end)) = row_at(&bytes, at) {
                index.push((key, start, end));
                at = end;
            }
            let row = |start: usize, end: usize| bytes.get(start..end).unwrap_or_default();
            index.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| row(a.1, a.2).cmp(row(b.1, b.2))));
            for (_, start, end) in index {
                block.extend_from_slice(row(start, end));
                if block.len() >= 1 << 20 {
                    take(&block)?;
                    block.clear();
                }
            }
        }
        if block.is_empty() { Ok(()) } else { take(&block) }
    }
}

fn row_at(bytes: &[u8], at: usize) -> Option<(u64, usize, usize)> {
    let key = u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?);
    let length = u32::from_le_bytes(bytes.get(at + 8..at + 12)?.try_into().ok()?) as usize;
    let start = at + 12;
    (start + length <= bytes.len()).then_some((key, start, start + length))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn shuffled(rows: &[&str], budget: u64, dir: &std::path::Path) -> Vec<u8> {
        let prf = Prf::new(&[7; 32]);
        let total: u64 = rows.iter().map(|r| r.len() as u64).sum();
        let mut s = Shuffler::new(total, budget, || Ok(dir.to_path_buf()), "t").unwrap();
        for chunk in rows.chunks(3) {
            let mut keyed = Keyed::default();
            for row in chunk {
                keyed.text.push_str(row);
                keyed.end_row(&prf);
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
