//! The good case of fixtures/bad/case/base, for tests of this and other rooms.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use super::read::{FILES, RawFile, Reading, read};
use super::taxonomy::Taxonomy;

/// The folder of the fixtures about cases.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/bad/case")
}

/// The files of the good case.
pub(crate) fn base() -> Vec<RawFile> {
    let read = |name: &str| std::fs::read(folder().join("base").join(name)).unwrap();
    FILES.iter().map(|name| RawFile { name: (*name).to_owned(), bytes: read(name) }).collect()
}

/// The taxonomy of the pack.
pub(crate) fn taxonomy() -> Taxonomy {
    Taxonomy::parse(include_str!("../../../rules/items.toml")).unwrap()
}

/// The good case, read.
pub(crate) fn reading() -> Reading {
    read(&base(), &taxonomy()).unwrap()
}
