//! The one atomic writer: a run's folder appears whole or not at all.
//!
//! All files are written into a hidden 0700 sibling of the target (`.deid-NAME.partial`), synced,
//! and the folder is renamed onto the target in one step that fails if something is there. The
//! sibling is locked (`flock`) while a run is alive, so a folder left by a killed run is told from
//! one in use and removed by the next run. Without Linux's `renameat2` the rename is preceded by
//! a check (documented in docs/platforms.md: two runs racing to one target may then both succeed).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::codes::Code;
use crate::error::{Diagnostic, Name, Result};

/// The file whose presence marks a folder as an output of this tool.
pub const MANIFEST_FILE: &str = "manifest.dsse.json";

/// A private folder that becomes the output in one step, or disappears.
pub struct Staging {
    target: PathBuf,
    folder: PathBuf,
    replace: bool,
    /// Holds the lock until the process ends or the folder is published.
    _lock: File,
    /// Whether a dead run's folder was found and removed.
    pub removed_leftover: bool,
    done: bool,
}

fn fail(code: Code, path: &Path) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code).name("path", &*path.to_string_lossy()))
}

fn failed(step: &'static str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::OutputFailed).name("step", step))
}

impl Staging {
    /// Prepares to publish to `target`. `inputs` are folders and files that must not be touched.
    ///
    /// # Errors
    /// The target exists (without `replace`), is a link, is or contains or lies in an input, is a
    /// folder this tool did not write, or another run is writing to it.
    pub fn open(target: &Path, inputs: &[&Path], replace: bool) -> Result<Self> {
        Self::open_marked(target, inputs, replace, MANIFEST_FILE)
    }

    /// As [`Staging::open`], for a folder that is marked as ours by another file than the
    /// manifest: with `replace`, only a folder with a file of this name is replaced.
    ///
    /// # Errors
    /// As [`Staging::open`].
    pub fn open_marked(target: &Path, inputs: &[&Path], replace: bool, marker: &str) -> Result<Self> {
        let name = target.file_name().ok_or_else(|| fail(Code::OutputForeign, target))?;
        if let Ok(meta) = fs::symlink_metadata(target) {
            if meta.file_type().is_symlink() {
                return Err(fail(Code::OutputLink, target));
            }
            if !replace {
                return Err(fail(Code::OutputExists, target));
            }
            if !meta.is_dir() || !target.join(marker).is_file() {
                return Err(fail(Code::OutputForeign, target));
            }
        }
        let parent = match target.parent() {
            Some(p) if !p.as_os_str().is_empty() => p,
            _ => Path::new("."),
        };
        // Before any folder is made: a refused run leaves nothing, least of all among the inputs.
        let above = parent.ancestors().find_map(|a| {
            let a = if a.as_os_str().is_empty() { Path::new(".") } else { a };
            a.canonicalize().ok()
        });
        let inputs: Vec<PathBuf> = inputs.iter().filter_map(|i| i.canonicalize().ok()).collect();
        if above.is_some_and(|a| inputs.iter().any(|i| a.starts_with(i))) {
            return Err(fail(Code::OutputIsInput, target));
        }
        fs::create_dir_all(parent).map_err(|_| fail(Code::OutputFailed, parent))?;
        let parent = parent.canonicalize().map_err(|_| fail(Code::OutputFailed, parent))?;
        let target = parent.join(name);
        if inputs.iter().any(|i| i.starts_with(&target) || target.starts_with(i)) {
            return Err(fail(Code::OutputIsInput, &target));
        }
        let mut hidden = std::ffi::OsString::from(".deid-");
        hidden.push(name);
        hidden.push(".partial");
        let folder = parent.join(hidden);
        let (lock, removed_leftover) = claim(&folder)?;
        Ok(Self { target, folder, replace, _lock: lock, removed_leftover, done: false })
    }

    /// Creates one file of the output, private to the owner.
    ///
    /// # Errors
    /// [`Code::OutputFailed`].
    pub fn create(&self, name: &str) -> Result<OutputFile> {
        create_private(&self.folder.join(name)).map(|file| OutputFile { file })
    }

    /// Path of a file already written here, for measuring the very bytes that will be published.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A private folder for intermediate buckets; not published.
    ///
    /// # Errors
    /// [`Code::OutputFailed`].
    pub fn work_folder(&self) -> Result<PathBuf> {
        let work = self.folder.join(".work");
        if !work.is_dir() {
            private_dir(&work).map_err(|_| failed("mkdir"))?;
        }
        Ok(work)
    }

    /// Makes the folder visible under its final name.
    ///
    /// # Errors
    /// Something has appeared at the target meanwhile, or the file system refused; then nothing
    /// is visible.
    pub fn publish(mut self) -> Result<PathBuf> {
        let work = self.folder.join(".work");
        if work.is_dir() {
            fs::remove_dir_all(&work).map_err(|_| failed("rmdir"))?;
        }
        sync_dir(&self.folder)?;
        let old = rename(&self.folder, &self.target, self.replace)?;
        self.done = true;
        if let Some(parent) = self.target.parent() {
            sync_dir(parent).map_err(|_| fail(Code::OutputNotConfirmed, &self.target))?;
        }
        if let Some(old) = old {
            fs::remove_dir_all(&old).map_err(|_| failed("rmdir"))?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// One output file; must be finished, or its bytes may not be on disk.
pub struct OutputFile {
    file: File,
}

impl OutputFile {
    /// Flushes to the disk and closes.
    ///
    /// # Errors
    /// [`Code::OutputFailed`].
    pub fn finish(self) -> Result<()> {
        self.file.sync_all().map_err(|_| failed("fsync"))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Creates a file of its own outside a run's folder, never over an existing one.
///
/// # Errors
/// [`Code::OutputExists`], [`Code::OutputFailed`].
pub fn create_in(path: &Path) -> Result<OutputFile> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(fail(Code::OutputExists, path));
    }
    create_private(path).map(|file| OutputFile { file })
}

/// Writes one small private file whole, never over an existing one unless `replace`.
///
/// # Errors
/// [`Code::OutputExists`], [`Code::OutputLink`], [`Code::OutputFailed`].
pub fn write_private(path: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    if let Ok(meta) = fs::symlink_metadata(path) {
        if meta.file_type().is_symlink() {
            return Err(fail(Code::OutputLink, path));
        }
        if !replace {
            return Err(fail(Code::OutputExists, path));
        }
    }
    let mut hidden = std::ffi::OsString::from(".deid-");
    hidden.push(path.file_name().ok_or_else(|| fail(Code::OutputForeign, path))?);
    hidden.push(format!(".{}.partial", std::process::id()));
    let temp = path.with_file_name(hidden);
    let result = (|| {
        let mut file = create_private(&temp)?;
        file.write_all(bytes).map_err(|_| failed("write"))?;
        file.sync_all().map_err(|_| failed("fsync"))?;
        if replace {
            fs::rename(&temp, path).map_err(|_| failed("rename"))
        } else {
            rename(&temp, path, false).map(|_| ())
        }
    })();
    if result.is_err() {
        let _ = fs::remove_file(&temp);
    }
    result
}

/// A new file that only the owner may read; fails where one is.
pub(crate) fn create_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(|_| failed("create"))
}

fn private_dir(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Creates and locks the staging folder; takes over one whose owner is dead.
fn claim(folder: &Path) -> Result<(File, bool)> {
    for _ in 0..8 {
        match private_dir(folder) {
            Ok(()) => {
                let lock = File::open(folder).map_err(|_| failed("open"))?;
                match lock_now(&lock) {
                    true if same_file(&lock, folder) => return Ok((lock, false)),
                    _ => continue,
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                let meta = fs::symlink_metadata(folder).map_err(|_| failed("stat"))?;
                if !meta.is_dir() {
                    return Err(fail(Code::OutputLink, folder));
                }
                let Ok(lock) = File::open(folder) else { continue };
                if !lock_now(&lock) {
                    return Err(fail(Code::OutputBusy, folder));
                }
                if !same_file(&lock, folder) {
                    continue;
                }
                empty(folder).map_err(|_| failed("clean"))?;
                return Ok((lock, true));
            }
            Err(_) => return Err(fail(Code::OutputFailed, folder)),
        }
    }
    Err(fail(Code::OutputBusy, folder))
}

fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?
        } else {
            fs::remove_file(entry.path())?
        }
    }
    Ok(())
}

fn lock_now(file: &File) -> bool {
    file.try_lock().is_ok()
}

#[cfg(unix)]
fn same_file(open: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (open.metadata(), fs::symlink_metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_open: &File, path: &Path) -> bool {
    path.is_dir()
}

fn sync_dir(path: &Path) -> Result<()> {
    // Windows cannot open a folder for syncing; its rename is journalled by the file system.
    if cfg!(unix) {
        File::open(path).and_then(|d| d.sync_all()).map_err(|_| failed("fsync"))?;
    }
    Ok(())
}

/// Renames; returns where the replaced folder went, if there was one.
#[cfg(target_os = "linux")]
fn rename(from: &Path, to: &Path, replace: bool) -> Result<Option<PathBuf>> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let exists = fs::symlink_metadata(to).is_ok();
    if replace && exists {
        // After the exchange the old output stands under the hidden name and is removed there.
        renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE).map_err(|_| failed("rename"))?;
        return Ok(Some(from.to_path_buf()));
    }
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(None),
        Err(e) if e == rustix::io::Errno::EXIST => Err(fail(Code::OutputExists, to)),
        // A file system without the flag: check, then rename.
        Err(e) if e == rustix::io::Errno::INVAL && !exists => {
            fs::rename(from, to).map(|()| None).map_err(|_| failed("rename"))
        }
        Err(_) => Err(failed("rename")),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename(from: &Path, to: &Path, replace: bool) -> Result<Option<PathBuf>> {
    if fs::symlink_metadata(to).is_ok() {
        if !replace {
            return Err(fail(Code::OutputExists, to));
        }
        let old = from.with_extension("old");
        fs::rename(to, &old).map_err(|_| failed("rename"))?;
        if fs::rename(from, to).is_err() {
            let _ = fs::rename(&old, to);
            return Err(failed("rename"));
        }
        return Ok(Some(old));
    }
    fs::rename(from, to).map(|()| None).map_err(|_| failed("rename"))
}

/// The printable form of a path, for messages.
#[must_use]
pub fn shown(path: &Path) -> Name {
    Name::new(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    fn put(staging: &Staging, name: &str, text: &str) {
        let mut f = staging.create(name).unwrap();
        f.write_all(text.as_bytes()).unwrap();
        f.finish().unwrap();
    }

    #[test]
    fn appears_whole_and_never_overwrites() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let staging = Staging::open(&out, &[], false).unwrap();
        put(&staging, MANIFEST_FILE, "1");
        assert!(!out.exists());
        staging.publish().unwrap();
        assert_eq!(fs::read_to_string(out.join(MANIFEST_FILE)).unwrap(), "1");
        assert_eq!(Staging::open(&out, &[], false).err().unwrap().code, Code::OutputExists);
        let staging = Staging::open(&out, &[], true).unwrap();
        put(&staging, MANIFEST_FILE, "2");
        staging.publish().unwrap();
        assert_eq!(fs::read_to_string(out.join(MANIFEST_FILE)).unwrap(), "2");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing hidden is left");
    }

    #[test]
    fn a_dropped_run_leaves_nothing_and_a_dead_run_is_cleaned() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let staging = Staging::open(&out, &[], false).unwrap();
        put(&staging, "a", "x");
        assert_eq!(Staging::open(&out, &[], false).err().unwrap().code, Code::OutputBusy);
        drop(staging);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        fs::create_dir(dir.path().join(".deid-out.partial")).unwrap();
        fs::write(dir.path().join(".deid-out.partial/a"), "left").unwrap();
        let staging = Staging::open(&out, &[], false).unwrap();
        assert!(staging.removed_leftover);
        put(&staging, "b", "y");
        staging.publish().unwrap();
        assert!(!out.join("a").exists());
    }

    #[test]
    fn inputs_links_and_foreign_folders_are_safe() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        fs::create_dir(&data).unwrap();
        let code = |target: &Path, replace| Staging::open(target, &[&data], replace).err().unwrap().code;
        assert_eq!(code(&data.join("out"), false), Code::OutputIsInput);
        assert_eq!(code(&data, true), Code::OutputForeign);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&data, dir.path().join("link")).unwrap();
            assert_eq!(code(&dir.path().join("link"), true), Code::OutputLink);
        }
    }
}
