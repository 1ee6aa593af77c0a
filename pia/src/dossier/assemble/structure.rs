//! Which chapters a dossier has: rules/dossier/structure.toml, which a city may replace.

use serde::Deserialize;

use crate::rule::Bilingual;

/// The chapters, in print order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structure {
    /// Version of the format, 1.
    pub format: u32,
    /// The chapters.
    #[serde(rename = "section")]
    pub sections: Vec<Entry>,
}

/// One chapter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Which content; a name that `assemble` knows.
    pub part: String,
    /// Number as printed; may be empty.
    pub number: Bilingual,
    /// Title.
    pub title: Bilingual,
    /// Starts on a new page.
    #[serde(default)]
    pub new_page: bool,
    /// Printed across.
    #[serde(default)]
    pub landscape: bool,
}

/// Why a structure cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StructureError {
    /// The text is not such a file.
    #[error("not a structure file: {0}")]
    Unreadable(String),
    /// A chapter that does not exist.
    #[error("unknown part {0}")]
    UnknownPart(String),
}

impl Structure {
    /// Reads the file.
    ///
    /// # Errors
    /// It is not TOML of this shape, or of another format version.
    pub fn parse(text: &str) -> Result<Self, StructureError> {
        let read: Self =
            toml::from_str(text).map_err(|error| StructureError::Unreadable(error.message().to_owned()))?;
        if read.format == 1 { Ok(read) } else { Err(StructureError::Unreadable("format".to_owned())) }
    }
}
