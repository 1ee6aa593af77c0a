//! Reading secret key files the way OpenSSH does: refuse what others could have read.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::publish::shown;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};

/// Largest key file.
const MAX_BYTES: u64 = 16 * 1024;

/// Reads a key file after checking, on the opened file, that it is a regular file of this user
/// (or root) that nobody else can read or write.
///
/// # Errors
/// [`Code::KeyUnreadable`], [`Code::KeyExposed`].
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>> {
    let fail = |code| Box::new(Diagnostic::error(code).in_file(shown(path)));
    let link = std::fs::symlink_metadata(path).map_err(|_| fail(Code::KeyUnreadable))?;
    if !link.is_file() {
        return Err(fail(Code::KeyUnreadable));
    }
    let mut file = std::fs::File::open(path).map_err(|_| fail(Code::KeyUnreadable))?;
    let meta = file.metadata().map_err(|_| fail(Code::KeyUnreadable))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let mode = meta.mode() & 0o7777;
        let owner_ok = meta.uid() == rustix::process::geteuid().as_raw() || meta.uid() == 0;
        if mode & 0o077 != 0 || !owner_ok || (meta.dev(), meta.ino()) != (link.dev(), link.ino()) {
            return Err(Box::new(
                Diagnostic::error(Code::KeyExposed)
                    .in_file(shown(path))
                    .name("mode", &*format!("{mode:04o}")),
            ));
        }
    }
    if meta.len() > MAX_BYTES {
        return Err(fail(Code::KeyUnreadable));
    }
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1));
    file.read_to_string(&mut text).map_err(|_| fail(Code::KeyUnreadable))?;
    Ok(text)
}
