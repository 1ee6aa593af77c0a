//! Destroying a key file, as far as a program can.
//!
//! Zeros over the bytes, a sync, then the name is removed. Nothing here can reach copies: backups,
//! snapshots, a journal, blocks that a solid-state disk has put aside, or a file system that
//! writes every change to a new place. Who calls this says so.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// What was achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destroyed {
    /// The file's bytes were overwritten with zeros and the disk was told to keep that.
    pub overwritten: bool,
    /// The name is gone.
    pub removed: bool,
}

/// Whether two paths are one file, by whatever names.
#[must_use]
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let (Ok(a), Ok(b)) = (fs::metadata(a), fs::metadata(b)) {
            return (a.dev(), a.ino()) == (b.dev(), b.ino());
        }
    }
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Takes back a record that would be untrue; best effort.
pub fn withdraw(record: &Path) {
    let _ = fs::remove_file(record);
}

/// Overwrites and removes the file. Does not follow a link: then nothing is done.
#[must_use]
pub fn destroy(path: &Path) -> Destroyed {
    if !fs::symlink_metadata(path).is_ok_and(|m| m.is_file()) {
        return Destroyed { overwritten: false, removed: false };
    }
    let overwritten = overwrite(path).is_ok();
    let removed = fs::remove_file(path).is_ok();
    if removed && cfg!(unix) {
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let _ = File::open(parent).and_then(|folder| folder.sync_all());
    }
    Destroyed { overwritten, removed }
}

fn overwrite(path: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    let zeros = [0_u8; 4096];
    while left > 0 {
        let n = usize::try_from(left).unwrap_or(usize::MAX).min(zeros.len());
        file.write_all(zeros.get(..n).unwrap_or_default())?;
        left -= n as u64;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn every_name_of_the_bytes_is_zeroed_and_links_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (key, other, link) = (dir.path().join("key"), dir.path().join("other"), dir.path().join("link"));
        fs::write(&key, "secret".repeat(1000)).unwrap();
        fs::hard_link(&key, &other).unwrap();
        std::os::unix::fs::symlink(&key, &link).unwrap();
        assert!(is_same_file(&key, &other) && is_same_file(&key, &link) && !is_same_file(&key, dir.path()));
        assert_eq!(destroy(&link), Destroyed { overwritten: false, removed: false });
        assert_eq!(destroy(&key), Destroyed { overwritten: true, removed: true });
        assert!(!key.exists());
        assert_eq!(fs::read(&other).unwrap(), vec![0; 6000]);
    }
}
