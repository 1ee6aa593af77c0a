//! The decoder process: `deid __decode-parquet <max_memory_bytes> <cpu_seconds>`, the Parquet
//! file as standard input, the text stream of [`decode`](super::decode) as standard output.
//!
//! It has no path, no key, no environment. Before it looks at the first byte of the file it
//! takes from itself: memory, processor time, core dumps, tracing, writing to files, and opening
//! anything (files and sockets alike). What it says when it fails is its exit status, nothing else.
//!
//! Linux has all of these limits. Other Unix systems have most of them (macOS does not enforce
//! the memory limit). Elsewhere only the panic barrier and the separate address space remain.

use std::ffi::OsString;
use std::fs::File;
use std::panic::AssertUnwindSafe;

use super::decode::{Preamble, Refusal, decode, write_preamble};

/// Exit statuses of the decoder; they are no part of the command line's contract.
pub(super) mod exit {
    pub(in super::super) const WHOLE: i32 = 0;
    pub(in super::super) const UNREADABLE: i32 = 65;
    pub(in super::super) const TYPE: i32 = 66;
    pub(in super::super) const LIMIT: i32 = 67;
    pub(in super::super) const CLOSED: i32 = 68;
}

/// Runs the decoder; `args` are those after the hidden argument. Returns the exit status.
#[must_use]
pub fn decode_main(args: &[OsString]) -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    let number = |i: usize| args.get(i).and_then(|a| a.to_str()).and_then(|a| a.parse::<u64>().ok());
    let (Some(max_memory), Some(cpu_seconds), 2) = (number(0), number(1), args.len()) else {
        return exit::UNREADABLE;
    };
    let Some((mut input, mut output)) = streams() else { return exit::UNREADABLE };
    if !limit(max_memory, cpu_seconds) {
        return exit::LIMIT;
    }
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| decode(&mut input, max_memory, &mut output)));
    match outcome {
        Ok(Ok(())) => exit::WHOLE,
        Ok(Err(Refusal::Type(position, name))) => {
            let refusal = Preamble { refused: Some(position), names: vec![name], ..Preamble::default() };
            write_preamble(&refusal, &mut output).map_or(exit::CLOSED, |()| exit::TYPE)
        }
        Ok(Err(Refusal::Limit)) => exit::LIMIT,
        Ok(Err(Refusal::Closed)) => exit::CLOSED,
        Ok(Err(Refusal::Unreadable)) | Err(_) => exit::UNREADABLE,
    }
}

/// Standard input as the file that it is, standard output without a line buffer.
#[cfg(unix)]
fn streams() -> Option<(File, File)> {
    use std::os::fd::AsFd as _;
    let input = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
    let output = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
    Some((File::from(input), File::from(output)))
}

#[cfg(windows)]
fn streams() -> Option<(File, File)> {
    use std::os::windows::io::AsHandle as _;
    let input = std::io::stdin().as_handle().try_clone_to_owned().ok()?;
    let output = std::io::stdout().as_handle().try_clone_to_owned().ok()?;
    Some((File::from(input), File::from(output)))
}

#[cfg(unix)]
fn limit(max_memory: u64, cpu_seconds: u64) -> bool {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    #[cfg(target_os = "linux")]
    if rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).is_err() {
        return false;
    }
    let set = |resource, wanted: u64| {
        // A limit that is stricter already stays: raising it is not ours to ask.
        let value = Some(getrlimit(resource).maximum.map_or(wanted, |hard| hard.min(wanted)));
        setrlimit(resource, Rlimit { current: value, maximum: value }).is_ok()
    };
    set(Resource::Core, 0)
        && set(Resource::Cpu, cpu_seconds.max(1))
        && set(Resource::Fsize, 0)
        && set(Resource::Nofile, 0)
        // Last: what the limits above allocate must not fail for it. macOS refuses this one.
        && (set(Resource::As, max_memory) || cfg!(not(target_os = "linux")))
}

#[cfg(not(unix))]
fn limit(_max_memory: u64, _cpu_seconds: u64) -> bool {
    true
}
