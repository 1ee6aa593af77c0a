//! What pass 1 found out about every row, in the order of the file, for pass 2.
//!
//! Why here: finding a person and a tuple by their text is most of what a pass costs. Pass 1 writes
//! their numbers, eight or twelve bytes a row, to a file in the run's private folder; pass 2 reads
//! them chunk by chunk instead of asking the text again. It holds numbers alone, nothing of a cell.
//!
//! The chunks of both passes are the same because the bytes are: a chunk with another number of rows
//! means that the file has changed.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::interner::NONE;
use crate::anonymity::RecordId;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::io::publish::create_private;

/// What is known of one row; [`NONE`] where there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) person: u32,
    pub(crate) tuple: u32,
    parent: u32,
}

impl Entry {
    /// A row that has no owner and is suppressed for it.
    pub(crate) const ORPHAN: Self = Self { person: NONE, tuple: NONE, parent: NONE };

    pub(crate) fn new(person: Option<u32>, tuple: u32, parent: Option<RecordId>) -> Self {
        Self { person: person.unwrap_or(NONE), tuple, parent: parent.map_or(NONE, |p| p.0) }
    }

    pub(crate) fn is_orphan(&self) -> bool {
        self.tuple == NONE
    }

    /// Its person; `None` where rows are people.
    pub(crate) fn person(&self) -> Option<u32> {
        (self.person != NONE).then_some(self.person)
    }

    /// The record that owns it, in a table whose records own others.
    pub(crate) fn parent(&self) -> Option<RecordId> {
        (self.parent != NONE).then_some(RecordId(self.parent))
    }
}

fn failed(step: &'static str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::OutputFailed).name("step", step))
}

/// The journal of one table while it is counted.
pub(crate) struct JournalWriter {
    path: PathBuf,
    file: BufWriter<File>,
    rows: u64,
    ends: Vec<u64>,
    /// Whether rows are owned by records.
    parents: bool,
}

impl JournalWriter {
    /// A new file at `path`, private to the owner.
    pub(crate) fn create(path: PathBuf, parents: bool) -> Result<Self> {
        let file = BufWriter::new(create_private(&path)?);
        Ok(Self { path, file, rows: 0, ends: Vec::new(), parents })
    }

    /// Adds the next row of the chunk at hand.
    pub(crate) fn row(&mut self, row: Entry) -> Result<()> {
        let mut bytes = [0; 12];
        for (slot, number) in bytes.chunks_exact_mut(4).zip([row.person, row.tuple, row.parent]) {
            slot.copy_from_slice(&number.to_le_bytes());
        }
        self.rows += 1;
        let bytes = bytes.get(..width(self.parents)).unwrap_or_default();
        self.file.write_all(bytes).map_err(|_| failed("write"))
    }

    /// Ends the chunk at hand.
    pub(crate) fn end_chunk(&mut self) {
        self.ends.push(self.rows);
    }

    /// The journal, to be read.
    pub(crate) fn finish(self) -> Result<Journal> {
        self.file.into_inner().map_err(|_| failed("write"))?;
        let file = File::open(self.path).map_err(|_| failed("open"))?;
        Ok(Journal { file: Mutex::new(file), ends: self.ends, parents: self.parents })
    }
}

fn width(parents: bool) -> usize {
    if parents { 12 } else { 8 }
}

/// The journal of one counted table.
pub(crate) struct Journal {
    file: Mutex<File>,
    /// Rows up to the end of each chunk.
    ends: Vec<u64>,
    parents: bool,
}

impl Journal {
    /// The rows of a chunk, in `out` (cleared first). `bytes` is room to read into.
    ///
    /// # Errors
    /// [`Code::InputChanged`] when the chunk had another number of rows.
    pub(crate) fn read(
        &self,
        chunk: u64,
        rows: u64,
        bytes: &mut Vec<u8>,
        out: &mut Vec<Entry>,
    ) -> Result<()> {
        out.clear();
        let chunk = usize::try_from(chunk).unwrap_or(usize::MAX);
        let start = chunk.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0);
        if self.ends.get(chunk).is_none_or(|end| end - start != rows) {
            return Err(Box::new(Diagnostic::error(Code::InputChanged)));
        }
        let width = width(self.parents);
        bytes.resize(usize::try_from(rows).unwrap_or(0) * width, 0);
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(start * width as u64)).map_err(|_| failed("read"))?;
            file.read_exact(bytes).map_err(|_| failed("read"))?;
        }
        let number = |row: &[u8], at: usize| {
            let bytes = row.get(at..).and_then(<[u8]>::first_chunk);
            bytes.map_or(NONE, |b| u32::from_le_bytes(*b))
        };
        out.extend(bytes.chunks_exact(width).map(|row| Entry {
            person: number(row, 0),
            tuple: number(row, 4),
            parent: number(row, 8),
        }));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn gives_back_what_it_was_told() {
        for parents in [false, true] {
            let dir = tempfile::tempdir().unwrap();
            let parent = |i: u32| parents.then_some(RecordId(i + 7));
            let entry = |i: u32| match i % 5 {
                0 => Entry::ORPHAN,
                1 => Entry::new(None, i, parent(i)),
                _ => Entry::new(Some(i), i / 2, parent(i)),
            };
            let chunks: Vec<Vec<Entry>> =
                [7, 0, 1, 4000].map(|n| (0..n).map(entry).collect()).into_iter().collect();
            let mut writer = JournalWriter::create(dir.path().join("t.rows"), parents).unwrap();
            for chunk in &chunks {
                chunk.iter().for_each(|row| writer.row(*row).unwrap());
                writer.end_chunk();
            }
            let journal = writer.finish().unwrap();
            let (mut bytes, mut out) = (Vec::new(), Vec::new());
            for (number, chunk) in [3, 2, 1, 0].into_iter().zip(chunks.iter().rev()) {
                journal.read(number, chunk.len() as u64, &mut bytes, &mut out).unwrap();
                assert_eq!(&out, chunk);
                let other = journal.read(number, chunk.len() as u64 + 1, &mut bytes, &mut out);
                assert_eq!(other.unwrap_err().code, Code::InputChanged);
            }
            assert!(journal.read(4, 0, &mut bytes, &mut out).is_err());
        }
    }
}
