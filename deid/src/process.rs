//! What the process does for its own safety before it sees a key or a cell.
//!
//! Key bytes and cells are in memory while a run lasts. A core dump would write them to disk and a
//! debugger of the same user could read them, so both are switched off. A panic message may hold a
//! value, so only its place in the source is printed.
//!
//! Not Linux: macOS and the BSDs have the limit on core dumps and no `PR_SET_DUMPABLE`; Windows has
//! neither, and its crash dumps are a setting of the machine (docs/threat-model.md).
//!
//! Deliberately absent: locking memory (the limit of an ordinary user, often 8 MB or less, is
//! below what a run needs) and clearing environment variables. No library in the tree takes its
//! log level from the environment here: there is no logger, and the Parquet decoder, the only
//! process in which polars reads a file, starts with an empty environment.

use std::panic::{self, AssertUnwindSafe};

use crate::codes::Code;
use crate::error::Exit;

/// Switches off core dumps, tracing by other processes of the user, and panic messages.
///
/// Best effort: where the system refuses, the run goes on without (a container may forbid even
/// what tightens).
pub fn harden() {
    limit();
    panic::set_hook(Box::new(|info| {
        let (file, line) = info.location().map_or(("?", 0), |l| (l.file(), l.line()));
        crate::cli::tell(&place(file, line));
    }));
}

/// Runs `work` to its exit status; a panic becomes that of [`Code::Internal`].
pub fn contain(work: impl FnOnce() -> i32) -> i32 {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(Exit::Fault as i32)
}

/// All that is said about a panic. The file is cut to its part within a crate: the rest names
/// folders of the machine that built the program.
fn place(file: &str, line: u32) -> String {
    let file = file.rsplit_once("src/").map_or(file, |(_, inner)| inner);
    format!("{} {file}:{line}", Code::Internal)
}

#[cfg(unix)]
fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(not(unix))]
fn limit() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_its_place_and_ends_with_the_status_of_a_fault() {
        assert_eq!(place("deid/src/io/sink.rs", 7), "D799 io/sink.rs:7");
        assert_eq!(contain(|| 1), 1);
        assert_eq!(contain(|| std::panic::resume_unwind(Box::new("a cell"))), 3);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn core_dumps_and_tracing_are_off() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        limit();
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
    }
}
