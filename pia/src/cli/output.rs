//! Writing to the terminal: results to standard output, messages to standard error.

use std::io::{BufWriter, Write};

use serde::Serialize;

use crate::error::Exit;

/// Bytes that are written at once.
const PIECE: usize = 1 << 16;

/// Prints a result. A closed pipe is not an error of ours.
pub(super) fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
}

/// Prints a result as JSON, while it is put together.
pub(super) fn json(value: &impl Serialize) {
    let mut out = BufWriter::with_capacity(PIECE, std::io::stdout().lock());
    let _ = serde_json::to_writer(&mut out, value);
    let _ = out.write_all(b"\n");
    let _ = out.flush();
}

/// Prints a message for people.
pub(super) fn message(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = err.write_all(b"\n");
    }
}

/// Why a command ended early: what to print, and the status.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) text: String,
    pub(super) exit: Exit,
}

/// Runs a command and prints what stopped it.
pub(super) fn finish(outcome: Result<Exit, Failure>) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            message(&failure.text);
            failure.exit
        }
    }
}
