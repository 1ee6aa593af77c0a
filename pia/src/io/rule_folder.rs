//! A rule pack on disk: the texts of a folder, in order of their paths.

use std::path::Path;

use crate::codes::Code;
use crate::error::{Diagnostic, Spot};
use crate::rule::pack::Texts;

/// Most bytes that one file of a pack may have.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Reads every text file of a folder; links are not followed.
///
/// # Errors
/// A file or folder that cannot be read, is too large, or is not UTF-8.
pub fn read(root: &Path) -> Result<Texts, Box<Diagnostic>> {
    let mut texts = Texts::new();
    walk(root, "", &mut texts)?;
    Ok(texts)
}

fn walk(folder: &Path, prefix: &str, texts: &mut Texts) -> Result<(), Box<Diagnostic>> {
    let fault = |name: &str| Box::new(Diagnostic::error(Code::FileUnreadable).at(Spot::file(name)));
    let entries =
        std::fs::read_dir(folder).map_err(|_| fault(if prefix.is_empty() { "." } else { prefix }))?;
    for entry in entries {
        let entry = entry.map_err(|_| fault(prefix))?;
        let Ok(name) = entry.file_name().into_string() else { return Err(fault(prefix)) };
        if name.starts_with('.') {
            continue;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let about = entry.file_type().map_err(|_| fault(&path))?;
        if about.is_dir() {
            walk(&entry.path(), &path, texts)?;
        } else if about.is_file() {
            let size = entry.metadata().map_err(|_| fault(&path))?.len();
            if size > LARGEST {
                return Err(fault(&path));
            }
            let text = std::fs::read_to_string(entry.path()).map_err(|_| fault(&path))?;
            texts.insert(path, text);
        }
    }
    Ok(())
}
