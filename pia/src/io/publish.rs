//! Publication of outputs: either the whole new thing is there, or what was there before.

use std::path::Path;

use crate::error::Diagnostic;

/// Writes one file.
///
/// # Errors
/// It exists and `replace` is not given, or writing failed; nothing has changed then.
pub fn file(out: &Path, bytes: &[u8], replace: bool) -> Result<(), Diagnostic> {
    let _ = (out, bytes, replace);
    Ok(())
}

/// Writes a folder of files (names relative, with `/`). An existing folder is replaced only if
/// `replace` names a file that marks it as an output of this program, and it has that file.
///
/// # Errors
/// As [`file`].
pub fn folder(out: &Path, files: &[(String, Vec<u8>)], replace: Option<&str>) -> Result<(), Diagnostic> {
    let _ = (out, files, replace);
    Ok(())
}
