//! Bytes of a case folder → [`Case`], or everything that is wrong with them.
//!
//! One generic walk driven by the schema; every fault is collected, with its place. Deliberately
//! absent: files (`io` brings their bytes), trust.toml (`evidence` reads it), and any judgement.

mod graph;
mod problems;
mod resolve;
mod source;
mod syntax;
mod text;
mod value;
mod walk;

use super::derived::derive;
use super::schema::schema;
use super::taxonomy::Taxonomy;
use super::tree::{Case, Place, SourceFile};
use crate::codes::Code;
use crate::error::Diagnostic;
use problems::Problems;
use toml::de::{DeTable, DeValue};
use walk::Walk;

pub(crate) use text::is_plain_path;

/// One file of a case as it lies in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFile {
    /// Path relative to the case folder, with `/`.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl RawFile {
    /// A file from text.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }
}

/// A case that was read, with what somebody should look at.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The case; its derived facts are filled in.
    pub case: Case,
    /// Warnings, in order of their places.
    pub warnings: Vec<Diagnostic>,
}

/// A case that cannot be read.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// The files as far as they are text, to show the places in.
    pub files: Vec<SourceFile>,
    /// Errors and warnings, in order of their places; at least one error.
    pub diagnostics: Vec<Diagnostic>,
}

/// Version of the format that this program reads.
pub const VERSION: i64 = 1;

/// Names of the files that make a case; the first two must be there.
pub const FILES: [&str; 4] = ["case.toml", "flows.toml", "answers.toml", "evidence/index.toml"];

/// Reads a case from those of its files that [`FILES`] names; others are ignored.
///
/// # Errors
/// Everything that is wrong.
pub fn read(files: &[RawFile], taxonomy: &Taxonomy) -> Result<Reading, Box<Unreadable>> {
    let (files, faults) = source::texts(files);
    let (case, diagnostics) = case(&files, faults, taxonomy);
    match case {
        Some(case) => Ok(Reading { case: Case { files, ..case }, warnings: diagnostics }),
        None => Err(Box::new(Unreadable { files, diagnostics })),
    }
}

fn case(
    files: &[SourceFile],
    faults: Vec<Diagnostic>,
    taxonomy: &Taxonomy,
) -> (Option<Case>, Vec<Diagnostic>) {
    let mut problems = Problems::new(files);
    // With a file missing or broken, every reference into it would be told as well.
    let mut whole = faults.is_empty();
    faults.into_iter().for_each(|fault| problems.push(fault));
    let mut tables = Vec::new();
    for (file, source) in (0..).zip(files) {
        match source::parse(file, source, &mut problems) {
            Some(table) => tables.push((file, source.name.as_str(), table)),
            None => whole = false,
        }
    }
    if let Some((file, _, table)) = tables.iter().find(|(_, name, _)| *name == "case.toml")
        && let Some(fault) = other_version(table.get_ref(), *file)
    {
        // Of another version, nothing else that we could say would be true.
        let mut problems = Problems::new(files);
        problems.at(&fault.0, fault.1);
        return (None, problems.into_sorted());
    }
    let mut walk = Walk::new(schema(), taxonomy, problems);
    for (file, name, table) in &tables {
        walk.file(*file, name, table);
    }
    let Walk { objects, mut problems, .. } = walk;
    if !whole {
        return (None, problems.into_sorted());
    }
    let mut case = resolve::resolve(objects, schema(), &mut problems);
    graph::check(&case, &mut problems);
    let usable = problems.usable();
    if usable {
        derive(&mut case, taxonomy);
    }
    (usable.then_some(case), problems.into_sorted())
}

/// The fault of a case of another version of the format.
fn other_version(table: &DeTable<'_>, file: u16) -> Option<(Place, Diagnostic)> {
    let node = value::entry(table, "schema_version")?;
    let DeValue::Integer(version) = node.get_ref() else { return None };
    let known = version.as_str() == VERSION.to_string() && version.radix() == 10;
    let fault = Diagnostic::error(Code::SchemaVersion).name("version", version.as_str());
    (!known).then(|| (Place { file, span: node.span() }, fault.number("known", VERSION)))
}

#[cfg(test)]
mod bad;
#[cfg(test)]
mod tests;
