//! The pipeline every pass over a table runs on: one reader, workers on all cores, results taken
//! in the order of the file.
//!
//! Deterministic by construction: workers see one chunk each and share nothing that changes; the
//! caller's `take` runs on one thread, in order. Bounded: at most `2 × threads + 2` chunks exist.

use crossbeam_channel::{Receiver, Sender, bounded};

use super::batch::{RowBatch, Scratch};
use super::source::{Chunks, Parser};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};

/// What a finished pass knows about its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Records, not counting the header.
    pub(crate) records: u64,
    /// SHA-256 of the file, hex.
    pub(crate) sha256: String,
    /// Length of the file.
    pub(crate) bytes: u64,
}

struct Job<T> {
    number: u64,
    chunk: Vec<u8>,
    reply: Sender<(u64, Result<T>)>,
}

/// Runs `work` over every chunk and `take` over every result, in the order of the file.
///
/// `make` makes the private state of a worker. `work` gets the number of the chunk, counted from 0;
/// equal files have equal chunks. `take` gets the number of records before the
/// chunk, the number of records in it, and the result.
///
/// # Errors
/// The first error in the order of the file, with its record number counted from the start.
pub(crate) fn scan<S, T: Send>(
    mut chunks: Chunks,
    parser: &Parser,
    threads: usize,
    make: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, u64, &RowBatch<'_>) -> Result<T> + Sync,
    mut take: impl FnMut(u64, u64, T) -> Result<()>,
) -> Result<Scanned> {
    let threads = threads.max(1);
    let (job_in, job_out) = bounded::<Job<T>>(threads);
    let (order_in, order_out) = bounded::<Receiver<(u64, Result<T>)>>(2 * threads);
    let (pool_in, pool_out) = bounded::<Vec<u8>>(2 * threads + 2);
    let name = chunks.name().clone();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || -> Result<Chunks> {
            for number in 0.. {
                let mut chunk = pool_out.try_recv().unwrap_or_default();
                chunks.next(&mut chunk)?;
                if chunk.is_empty() {
                    return Ok(chunks);
                }
                let (reply, answer) = bounded(1);
                // A closed channel means that `take` has failed: there is nobody to read for.
                if order_in.send(answer).is_err() || job_in.send(Job { number, chunk, reply }).is_err() {
                    return Ok(chunks);
                }
            }
            Ok(chunks)
        });
        for _ in 0..threads {
            let (jobs, pool) = (job_out.clone(), pool_in.clone());
            let (make, work) = (&make, &work);
            scope.spawn(move || {
                let (mut state, mut scratch) = (make(), Scratch::default());
                for Job { number, chunk, reply } in jobs {
                    let answer = match parser.parse(&chunk, &mut scratch) {
                        Ok(batch) => (batch.rows(), work(&mut state, number, &batch)),
                        Err(e) => (0, Err(e)),
                    };
                    let _ = reply.send(answer);
                    let _ = pool.try_send(chunk);
                }
            });
        }
        drop((job_out, pool_in));
        let mut records = 0;
        let mut failed = None;
        for answer in &order_out {
            let result = match answer.recv() {
                Ok((rows, Ok(value))) => {
                    let taken = take(records, rows, value);
                    records += rows;
                    taken
                }
                Ok((_, Err(mut e))) => {
                    e.place.record = e.place.record.map(|r| r + records);
                    Err(e)
                }
                Err(_) => Err(Box::new(Diagnostic::error(Code::Internal))),
            };
            if let Err(e) = result {
                failed = Some(e);
                break;
            }
        }
        drop(order_out);
        let read = reader.join().unwrap_or_else(|_| Err(Box::new(Diagnostic::error(Code::Internal))));
        let mut outcome = match failed {
            Some(e) => Err(match read {
                Ok(chunks) => chunks.blame(e),
                Err(_) => e,
            }),
            None => read.and_then(|chunks| {
                let (sha256, bytes) = chunks.finish()?;
                Ok(Scanned { records, sha256, bytes })
            }),
        };
        if let Err(e) = &mut outcome {
            e.place.file.get_or_insert(name);
        }
        outcome
    })
}
