//! Publication of outputs: either the whole new thing is there, or what was there before.
//!
//! Everything is written beside the target and put in its place by renaming. Plain std: no system
//! swaps two folders at once with it, so a folder that is replaced is away for the moment between
//! two renames. After a crash there, the old one lies whole beside it under a name that says so; the
//! next run puts it back before anything else, and clears away what no run needs any more.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::case_folder::reason_word;
use crate::case::read::is_plain_path;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};

fn fault(code: Code, path: &Path) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code).name("path", &path.to_string_lossy()))
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Box<Diagnostic> + '_ {
    |e| Box::new(fault(Code::OutputFailed, path).term("reason", reason_word(e.kind())))
}

/// Marks of what is not finished, and of what was moved away.
const NEW: &str = "new";
const OLD: &str = "old";

/// A name beside the target that nothing has, for what is not finished or not needed any more.
struct Beside(PathBuf);

impl Beside {
    fn new(out: &Path, mark: &str) -> Result<Self> {
        let free = beside(out, mark).find(|path| path.symlink_metadata().is_err());
        free.map(Self).ok_or_else(|| failed(out)(ErrorKind::AlreadyExists.into()))
    }
}

/// The names beside a target that runs give to what is new, or old.
fn beside<'a>(out: &'a Path, mark: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
    (0..if out.file_name().is_some() { MOST } else { 0 }).map(move |number| {
        let mut hidden = prefix(out, mark);
        hidden.push(number.to_string());
        out.with_file_name(hidden)
    })
}

/// Names of each mark that are tried.
const MOST: u32 = 1000;

fn prefix(out: &Path, mark: &str) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(out.file_name().unwrap_or_default());
    hidden.push(format!(".{mark}-"));
    hidden
}

/// Those of the names of [`beside`] that something has, in their order; the folder is read once.
fn left_beside(out: &Path, mark: &str) -> Vec<PathBuf> {
    let prefix = prefix(out, mark);
    let number = |name: &OsStr| {
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes())?;
        let text = std::str::from_utf8(rest).ok()?;
        text.parse::<u32>().ok().filter(|number| *number < MOST && number.to_string() == text)
    };
    let names = fs::read_dir(parent(out)).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut left: Vec<(u32, PathBuf)> =
        names.filter_map(|name| Some((number(&name)?, out.with_file_name(&name)))).collect();
    left.sort();
    left.into_iter().map(|(_, path)| path).collect()
}

/// Puts back what a run that was stopped between its two renames had moved away.
fn put_back(out: &Path) -> Result<()> {
    if !out.symlink_metadata().is_err_and(|e| e.kind() == ErrorKind::NotFound) {
        return Ok(());
    }
    match left_beside(out, OLD).into_iter().find(|old| old.is_dir()) {
        Some(old) => fs::rename(&old, out).map_err(|_| displaced(out, &old)),
        None => Ok(()),
    }
}

/// Clears away what stopped runs left: the new thing stands.
fn clear(out: &Path) {
    for left in left_beside(out, NEW).into_iter().chain(left_beside(out, OLD)) {
        drop(Beside(left));
    }
}

fn displaced(out: &Path, old: &Path) -> Box<Diagnostic> {
    Box::new(fault(Code::OutputDisplaced, out).name("old", &old.to_string_lossy()))
}

impl Drop for Beside {
    /// What was moved away is not here any more; what was left half-written goes.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0).or_else(|_| fs::remove_dir_all(&self.0));
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Asks the disk to keep the names in a folder. Windows cannot open folders; there, the rename
/// itself is as durable as the system makes it.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn parent(out: &Path) -> &Path {
    out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn confirm(out: &Path) -> Result<()> {
    sync_folder(parent(out)).map_err(|_| fault(Code::OutputNotConfirmed, out))
}

/// Writes one file.
///
/// # Errors
/// It exists and `replace` is not given, or writing failed; nothing has changed then.
pub fn file(out: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    match out.symlink_metadata() {
        Ok(_) if !replace => return Err(fault(Code::OutputExists, out)),
        Ok(meta) if !meta.is_file() => return Err(fault(Code::OutputForeign, out)),
        _ => {}
    }
    let new = Beside::new(out, NEW)?;
    write(&new.0, bytes).map_err(failed(out))?;
    if replace {
        fs::rename(&new.0, out).map_err(failed(out))?;
    } else {
        // Unlike a rename, a link never puts itself in the place of what came meanwhile.
        fs::hard_link(&new.0, out).or_else(|e| match e.kind() {
            ErrorKind::AlreadyExists => Err(fault(Code::OutputExists, out)),
            _ => fs::rename(&new.0, out).map_err(failed(out)),
        })?;
    }
    confirm(out)
}

/// Writes a folder of files (names relative, with `/`). An existing folder is replaced only if
/// `replace` names a file that marks it as an output of this program, and it has that file or is
/// empty.
///
/// # Errors
/// As [`file`].
pub fn folder(out: &Path, files: &[(String, Vec<u8>)], replace: Option<&str>) -> Result<()> {
    put_back(out)?;
    let stands = match out.symlink_metadata() {
        Err(_) => false,
        Ok(meta) if meta.is_dir() => {
            let Some(mark) = replace else { return Err(fault(Code::OutputExists, out)) };
            let empty = fs::read_dir(out).map_err(failed(out))?.next().is_none();
            if !empty && !out.join(mark).is_file() {
                return Err(fault(Code::OutputForeign, out));
            }
            true
        }
        Ok(_) => return Err(fault(Code::OutputForeign, out)),
    };
    fs::create_dir_all(parent(out)).map_err(failed(out))?;
    let new = Beside::new(out, NEW)?;
    fill(&new.0, files).map_err(failed(out))?;
    if stands {
        let old = Beside::new(out, OLD)?;
        fs::rename(out, &old.0).map_err(failed(out))?;
        if let Err(e) = fs::rename(&new.0, out) {
            // Back to what was there before; if even that fails, it must not be cleared away.
            if fs::rename(&old.0, out).is_err() {
                let told = displaced(out, &old.0);
                std::mem::forget(old);
                return Err(told);
            }
            return Err(failed(out)(e));
        }
    } else {
        fs::rename(&new.0, out).map_err(failed(out))?;
    }
    clear(out);
    confirm(out)
}

fn fill(folder: &Path, files: &[(String, Vec<u8>)]) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    let mut folders = vec![folder.to_owned()];
    for (name, bytes) in files {
        if !is_plain_path(name) {
            return Err(ErrorKind::InvalidInput.into());
        }
        let path = folder.join(name);
        let inside = parent(&path);
        if !inside.is_dir() {
            fs::create_dir_all(inside)?;
            folders.push(inside.to_owned());
        }
        write(&path, bytes)?;
    }
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn files(text: &str) -> Vec<(String, Vec<u8>)> {
        vec![("dossier.json".to_owned(), text.into()), ("a/b.html".to_owned(), text.into())]
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_published_once_and_replaced_on_request() {
        let here = tempfile::tempdir().unwrap();
        let out = here.path().join("x.svg");
        file(&out, b"1", false).unwrap();
        assert_eq!(file(&out, b"2", false).unwrap_err().code, Code::OutputExists);
        assert_eq!(fs::read(&out).unwrap(), b"1");
        file(&out, b"2", true).unwrap();
        assert_eq!(fs::read(&out).unwrap(), b"2");
        assert_eq!(names(here.path()), ["x.svg"]);
        fs::create_dir(here.path().join("d")).unwrap();
        assert_eq!(file(&here.path().join("d"), b"", true).unwrap_err().code, Code::OutputForeign);
        let nowhere = here.path().join("no/x.svg");
        let told = file(&nowhere, b"", false).unwrap_err();
        assert_eq!((told.code, told.terms.get("reason")), (Code::OutputFailed, Some(&"reason.not-found")));
    }

    #[test]
    fn a_folder_is_published_whole_and_only_our_own_is_replaced() {
        let here = tempfile::tempdir().unwrap();
        let out = here.path().join("deep/out");
        folder(&out, &files("1"), None).unwrap();
        assert_eq!(folder(&out, &files("2"), None).unwrap_err().code, Code::OutputExists);
        fs::write(out.join("left-over"), "").unwrap();
        folder(&out, &files("2"), Some("dossier.json")).unwrap();
        assert_eq!(names(&out), ["a", "dossier.json"]);
        assert_eq!(fs::read(out.join("a/b.html")).unwrap(), b"2");
        assert_eq!(names(&here.path().join("deep")), ["out"]);

        let home = here.path().join("home");
        fs::create_dir(&home).unwrap();
        folder(&home, &files("1"), Some("dossier.json")).unwrap();
        fs::remove_file(home.join("dossier.json")).unwrap();
        assert_eq!(folder(&home, &files("1"), Some("dossier.json")).unwrap_err().code, Code::OutputForeign);
        assert_eq!(names(&home), ["a"]);
    }

    #[test]
    fn what_a_stopped_run_left_is_put_back_and_cleared_away() {
        let here = tempfile::tempdir().unwrap();
        let out = here.path().join("out");
        folder(&out, &files("1"), None).unwrap();
        // Stopped between the two renames: the old is whole under another name, so is the new.
        fs::rename(&out, here.path().join(".out.old-0")).unwrap();
        fs::create_dir(here.path().join(".out.new-0")).unwrap();
        assert_eq!(folder(&out, &files("2"), None).unwrap_err().code, Code::OutputExists);
        assert_eq!(fs::read(out.join("a/b.html")).unwrap(), b"1");
        folder(&out, &files("2"), Some("dossier.json")).unwrap();
        assert_eq!(fs::read(out.join("a/b.html")).unwrap(), b"2");
        assert_eq!(names(here.path()), ["out"]);
    }

    #[test]
    fn a_fault_leaves_what_was_there_and_nothing_else() {
        let here = tempfile::tempdir().unwrap();
        let out = here.path().join("out");
        folder(&out, &files("1"), None).unwrap();
        let twice: Vec<_> = files("2").into_iter().chain(files("3")).collect();
        assert_eq!(folder(&out, &twice, Some("dossier.json")).unwrap_err().code, Code::OutputFailed);
        let outside = [("../escape".to_owned(), Vec::new())];
        assert_eq!(folder(&out, &outside, Some("dossier.json")).unwrap_err().code, Code::OutputFailed);
        assert_eq!(fs::read(out.join("a/b.html")).unwrap(), b"1");
        assert_eq!(names(here.path()), ["out"]);
    }
}
