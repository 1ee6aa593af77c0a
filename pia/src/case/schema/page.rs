//! docs/case.md from the schema.

use crate::words::Lang;

/// The page about the case folder in a language.
#[must_use]
pub fn page(lang: Lang) -> String {
    lang.id().to_owned()
}
