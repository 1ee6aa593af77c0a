//! The parent's side of the decoder: start it, read from it, and never believe that a stream is
//! whole unless the child said so with its exit status.
//!
//! The child cannot hang the parent: its processor time is limited, dropping a [`Decoder`] kills
//! it, and a child that closed its stream gets [`PATIENCE`] to end.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::super::chunk::{CHUNK, Chunker, HashedFile};
use super::super::encoding::TextEncoding;
use super::child::exit;
use super::decode::Preamble;
use super::types::ColumnType;
use super::{DECODE_ARGUMENT, Limits, Opened};
use crate::codes::Code;
use crate::error::{Diagnostic, Name, Result};

/// How long a child may live after it closed its stream.
const PATIENCE: Duration = Duration::from_secs(10);

/// The running decoder. Dropping it kills the child.
pub(crate) struct Decoder {
    child: Child,
    /// Set when the stream's end was read.
    ended: Arc<AtomicBool>,
    /// The Parquet file, and what it was when it was hashed.
    file: File,
    stamp: Stamp,
    sha256: String,
}

/// Tells a file that somebody writes to between hashing and decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(file: &File) -> Result<Self> {
        let meta = file.metadata().map_err(|_| Diagnostic::error(Code::InputUnreadable))?;
        Ok(Self { bytes: meta.len(), modified: meta.modified().ok() })
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Decoder {
    /// Waits for the decoder, after its stream was read to the end; SHA-256 (hex) and length of
    /// the Parquet file.
    ///
    /// # Errors
    /// Why the decoder failed, or [`Code::InputChanged`].
    pub(crate) fn finish(mut self) -> Result<(String, u64)> {
        self.verdict()?;
        Ok((std::mem::take(&mut self.sha256), self.stamp.bytes))
    }

    /// The error to tell when reading the stream failed with `error`.
    ///
    /// A stream that broke off looks like bad CSV, and a file of CSV is not what the user has:
    /// then the child's own reason is told. Errors about the values stand.
    pub(crate) fn blame(mut self, error: Box<Diagnostic>) -> Box<Diagnostic> {
        let of_the_stream = matches!(
            error.code,
            Code::CsvRagged
                | Code::CsvBlankRow
                | Code::CsvUnclosedQuote
                | Code::CsvStrayQuote
                | Code::CsvMixedEol
                | Code::EncodingInvalid
        );
        if !of_the_stream {
            return error;
        }
        match self.verdict() {
            Err(reason) => reason,
            Ok(()) => Box::new(Diagnostic::error(Code::ParquetUnreadable)),
        }
    }

    /// Whether the child wrote all it had to.
    fn verdict(&mut self) -> Result<()> {
        if !self.ended.load(Ordering::Acquire) {
            // Nobody asks before the end, unless the stream itself was no CSV.
            return Err(Box::new(Diagnostic::error(Code::ParquetUnreadable)));
        }
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
                Ok(None) => return Err(Box::new(Diagnostic::error(Code::DecoderLimit))),
                Err(_) => return Err(Box::new(Diagnostic::error(Code::Internal))),
            }
        };
        if let Some(code) = reason(status) {
            return Err(Box::new(Diagnostic::error(code)));
        }
        if Stamp::of(&self.file)? != self.stamp {
            return Err(Box::new(Diagnostic::error(Code::InputChanged)));
        }
        Ok(())
    }
}

/// The code of a failed child.
fn reason(status: ExitStatus) -> Option<Code> {
    match status.code() {
        Some(exit::WHOLE) => None,
        Some(exit::TYPE) => Some(Code::ParquetType),
        Some(exit::LIMIT) => Some(Code::DecoderLimit),
        Some(_) => Some(Code::ParquetUnreadable),
        None => Some(reason_of_signal(status)),
    }
}

/// Over its processor time, killed (by the system when memory is short), or aborted (how a
/// failed allocation ends): a limit. Anything else is damage.
#[cfg(unix)]
fn reason_of_signal(status: ExitStatus) -> Code {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt as _;
    let limits = [Signal::XCPU, Signal::KILL, Signal::ABORT, Signal::XFSZ].map(Signal::as_raw);
    if status.signal().is_some_and(|s| limits.contains(&s)) {
        Code::DecoderLimit
    } else {
        Code::ParquetUnreadable
    }
}

#[cfg(not(unix))]
fn reason_of_signal(_status: ExitStatus) -> Code {
    Code::ParquetUnreadable
}

/// Notes the end of the stream, so that a broken-off stream is told from an abandoned one.
struct Pipe {
    stream: ChildStdout,
    ended: Arc<AtomicBool>,
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.stream.read(out)?;
        if n == 0 && !out.is_empty() {
            self.ended.store(true, Ordering::Release);
        }
        Ok(n)
    }
}

/// Starts the decoder on an open file. Without `limits`, [`Limits::for_file`].
///
/// # Errors
/// [`Code::ParquetUnreadable`], [`Code::ParquetType`] with the column's position,
/// [`Code::DecoderLimit`], [`Code::InputEmpty`] for a file without rows or columns,
/// [`Code::InputUnreadable`], or [`Code::Internal`] when no process can be started.
pub(crate) fn open(file: File, name: &Name, limits: Option<Limits>) -> Result<Opened> {
    let bytes = Stamp::of(&file)?.bytes;
    let limits = limits.unwrap_or_else(|| Limits::for_file(bytes));
    let mut command = Command::new(own_program()?);
    command.arg(DECODE_ARGUMENT).arg(limits.max_memory.to_string()).arg(limits.cpu_seconds.to_string());
    start(command, file, name).map_err(|mut e| {
        e.place.file.get_or_insert_with(|| name.clone());
        e
    })
}

/// This program, also when its file was replaced or removed since it was started.
fn own_program() -> Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe().map_err(|_| Box::new(Diagnostic::error(Code::Internal)))
}

fn start(mut command: Command, file: File, name: &Name) -> Result<Opened> {
    let unreadable = |_| Diagnostic::error(Code::InputUnreadable);
    let stamp = Stamp::of(&file)?;
    let mut input = file.try_clone().map_err(unreadable)?;
    let sha256 = digest(input.try_clone().map_err(unreadable)?, name)?;
    input.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    command.env_clear().stdin(Stdio::from(input)).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| Diagnostic::error(Code::Internal))?;
    let stream = child.stdout.take();
    let ended = Arc::new(AtomicBool::new(false));
    let mut decoder = Decoder { child, ended: Arc::clone(&ended), file, stamp, sha256 };
    let Some(stream) = stream else { return Err(Box::new(Diagnostic::error(Code::Internal))) };
    let pipe = HashedFile::new(Pipe { stream, ended }, name.clone());
    let mut chunker = Chunker::new(pipe, TextEncoding::Utf8, true);
    match read_preamble(&mut chunker) {
        Ok((header, types)) => Ok(Opened { header, types, chunker, decoder }),
        Err(told) => {
            let mut error = match decoder.verdict() {
                // A child that failed has told less than its status says.
                Err(reason) if told.code == Code::ParquetUnreadable => reason,
                _ => told.clone(),
            };
            error.facts.extend(told.facts);
            error.place.column = error.place.column.or(told.place.column);
            Err(error)
        }
    }
}

/// SHA-256 (hex) of a file, from where it stands to its end.
fn digest(file: File, name: &Name) -> Result<String> {
    let mut file = HashedFile::new(file, name.clone());
    let mut block = Vec::with_capacity(CHUNK);
    while file.read(CHUNK, &mut block)? > 0 {
        block.clear();
    }
    Ok(file.finish().0)
}

/// The stream's first line: names and types.
fn read_preamble(chunker: &mut Chunker) -> Result<(Vec<String>, Vec<ColumnType>)> {
    let unreadable = || Box::new(Diagnostic::error(Code::ParquetUnreadable));
    let first = chunker.peek(|b| memchr::memchr(b'\n', b).is_some())?;
    let end = memchr::memchr(b'\n', first).ok_or_else(unreadable)?;
    let line = first.get(..end).unwrap_or_default();
    let preamble: Preamble = serde_json::from_slice(line).map_err(|_| unreadable())?;
    if let Some(position) = preamble.refused {
        let d = Diagnostic::error(Code::ParquetType).number("position", position);
        return Err(Box::new(match preamble.names.first() {
            Some(name) => d.in_column(name),
            None => d,
        }));
    }
    if preamble.rows == 0 || preamble.names.is_empty() {
        return Err(Box::new(Diagnostic::error(Code::InputEmpty)));
    }
    let types: Option<Vec<ColumnType>> = preamble.types.iter().map(|id| ColumnType::parse(id)).collect();
    let types = types.filter(|t| t.len() == preamble.names.len()).ok_or_else(unreadable)?;
    chunker.skip(end + 1);
    Ok((preamble.names, types))
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use std::io::Write as _;

    /// Opens a file with a shell script in the decoder's place, and reads the stream to its end.
    fn run(script: &str) -> std::result::Result<(String, (String, u64)), Box<Diagnostic>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"abc").unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script);
        let Opened { mut chunker, decoder, .. } = start(command, file, &Name::new("x.parquet"))?;
        let (mut all, mut chunk) = (String::new(), Vec::new());
        loop {
            chunker.next(&mut chunk)?;
            if chunk.is_empty() {
                return Ok((all, decoder.finish()?));
            }
            all.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    fn code(script: &str) -> Code {
        match run(script) {
            Ok(_) => panic!("{script} was believed"),
            Err(e) => e.code,
        }
    }

    const HEAD: &str = r#"printf '{"names":["a"],"types":["i64"],"rows":1}\n"1"\n';"#;

    #[test]
    fn a_whole_stream_is_believed_and_the_file_hashed() {
        let (text, (sha256, bytes)) = run(HEAD).unwrap();
        assert_eq!(text, "\"1\"\n");
        assert_eq!(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(bytes, 3);
    }

    #[test]
    fn the_file_is_the_childs_input_and_nothing_else_is_inherited() {
        let (text, _) = run(&format!(r#"{HEAD} printf '"%s"\n' "$(cat)$HOME$POLARS_VERBOSE""#)).unwrap();
        assert_eq!(text, "\"1\"\n\"abc\"\n");
    }

    #[test]
    fn the_exit_status_is_the_truth() {
        for (end, want) in [
            ("exit 65", Code::ParquetUnreadable),
            ("exit 66", Code::ParquetType),
            ("exit 67", Code::DecoderLimit),
            ("exit 101", Code::ParquetUnreadable),
            ("kill -9 $$", Code::DecoderLimit),
            ("kill -ABRT $$", Code::DecoderLimit),
            ("kill -XCPU $$", Code::DecoderLimit),
            ("kill -SEGV $$", Code::ParquetUnreadable),
        ] {
            assert_eq!(code(&format!("{HEAD} {end}")), want, "{end}");
            assert_eq!(code(end), want, "{end} before the first line");
        }
    }

    #[test]
    fn a_first_line_that_is_none() {
        for script in [
            "true",
            "echo x",
            r#"echo '{"names":["a"],"types":["what"],"rows":1}'"#,
            r#"echo '{"names":["a"],"types":[],"rows":1}'"#,
        ] {
            assert_eq!(code(script), Code::ParquetUnreadable, "{script}");
        }
        assert_eq!(code(r#"echo '{"names":["a"],"types":["i8"],"rows":0}'"#), Code::InputEmpty);
        let refused = run(r#"echo '{"refused":3,"names":["c"]}'; exit 66"#).err().unwrap();
        assert_eq!(refused.code, Code::ParquetType);
        assert_eq!(refused.facts.get("position").map(Name::as_str), Some("3"));
        assert_eq!(refused.place.column.as_ref().map(Name::as_str), Some("c"));
    }

    #[test]
    fn a_file_written_to_meanwhile_is_told() {
        assert_eq!(code(&format!("{HEAD} printf x >> /proc/self/fd/0")), Code::InputChanged);
    }

    #[test]
    fn the_childs_reason_wins_over_a_broken_stream_only() {
        let blame = |code| {
            let file = tempfile::tempfile().unwrap();
            let mut command = Command::new("/bin/sh");
            command.arg("-c").arg(format!("{HEAD} printf '\"2'; exit 67"));
            let Ok(Opened { mut chunker, decoder, .. }) = start(command, file, &Name::new("x")) else {
                panic!()
            };
            let mut chunk = Vec::new();
            chunker.next(&mut chunk).unwrap();
            assert_eq!(chunk, b"\"1\"\n\"2");
            decoder.blame(Box::new(Diagnostic::error(code))).code
        };
        assert_eq!(blame(Code::CsvUnclosedQuote), Code::DecoderLimit);
        assert_eq!(blame(Code::NotInHierarchy), Code::NotInHierarchy);
    }

    /// A whole pass over a stream that the script writes after the first line.
    fn pass(script: &str) -> std::result::Result<u64, Code> {
        use super::super::super::csv_parse::{Dialect, Eol};
        use super::super::super::{scan, source};
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!("{HEAD} {script}"));
        let name = Name::new("x");
        let opened = start(command, tempfile::tempfile().unwrap(), &name).map_err(|e| e.code)?;
        let chunks = source::Chunks { chunker: opened.chunker, name, decoder: Some(opened.decoder) };
        let dialect = Dialect { delimiter: b',', eol: Eol::Lf, null: vec![super::super::NULL.to_owned()] };
        let parser = source::Parser::Csv { dialect, encoding: TextEncoding::Utf8, width: 1 };
        let done = scan::scan(chunks, &parser, 2, || (), |(), _, _| Ok(()), |_, _, ()| Ok(()));
        done.map(|s| s.records).map_err(|e| e.code)
    }

    #[test]
    fn a_pass_tells_the_childs_reason() {
        assert_eq!(pass("printf '\\\\N\n'"), Ok(2));
        assert_eq!(pass("printf '\"2\"\n'; exit 67"), Err(Code::DecoderLimit));
        assert_eq!(pass("printf '\"2'; kill -9 $$"), Err(Code::DecoderLimit));
        assert_eq!(pass("printf '\"2\"'; exit 65"), Err(Code::ParquetUnreadable));
        assert_eq!(pass("printf '\"2\",\"3\"\n'"), Err(Code::ParquetUnreadable));
        assert_eq!(pass("yes '\"1\"' | head -c 4000000; printf '\"'; exit 67"), Err(Code::DecoderLimit));
        assert_eq!(pass("printf '\\377\n'; exit 67"), Err(Code::DecoderLimit));
    }

    #[test]
    fn dropping_kills() {
        let file = tempfile::tempfile().unwrap();
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!("{HEAD} yes '\"1\"' | head -c 4000000; exec sleep 1000"));
        let Ok(opened) = start(command, file, &Name::new("x")) else { panic!() };
        let pid = opened.decoder.child.id();
        drop(opened);
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    }
}
