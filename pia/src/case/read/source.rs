//! Bytes → text → TOML: sizes, UTF-8, byte order marks, syntax.

use toml::Spanned;
use toml::de::DeTable;

use super::problems::Problems;
use super::{FILES, RawFile, syntax};
use crate::case::tree::{Place, SourceFile};
use crate::codes::Code;
use crate::error::{Diagnostic, Spot};

/// Largest file, in bytes.
pub(super) const LARGEST: usize = 10_000_000;

/// The files of a case as text, in order of name, and what is wrong with their bytes.
pub(super) fn texts(files: &[RawFile]) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    let mut texts = Vec::new();
    let mut faults = Vec::new();
    for name in FILES {
        let Some(file) = files.iter().find(|file| file.name == name) else {
            if name == "case.toml" || name == "flows.toml" {
                faults.push(Diagnostic::error(Code::MissingFile).at(Spot::file(name)).own("file", [name]));
            }
            continue;
        };
        if file.bytes.len() > LARGEST {
            let fault = Diagnostic::error(Code::FileTooLarge).at(Spot::file(name)).own("file", [name]);
            faults.push(fault.number("limit", 10));
            continue;
        }
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned();
                texts.push(SourceFile::new(name, text));
            }
            Err(error) => {
                let good = file.bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
                let spot = Spot { line, column: 1, ..Spot::file(name) };
                faults.push(Diagnostic::error(Code::NotUtf8).at(spot).own("file", [name]));
            }
        }
    }
    texts.sort_by(|a, b| a.name.cmp(&b.name));
    (texts, faults)
}

/// The TOML of a file; `None` if it has faults of syntax, which are told.
pub(super) fn parse<'f>(
    file: u16,
    source: &'f SourceFile,
    problems: &mut Problems<'f>,
) -> Option<Spanned<DeTable<'f>>> {
    let (table, mut errors) = DeTable::parse_recoverable(&source.text);
    if errors.is_empty() {
        return Some(table);
    }
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let written = source.text.get(span.clone()).unwrap_or_default();
        let fault = if error.message().starts_with("duplicate key") {
            Diagnostic::error(Code::DuplicateKey).name("key", written)
        } else if is_like_date(written) {
            Diagnostic::error(Code::BadDate).name("value", written)
        } else {
            // The parser's own words, in English, stand behind ours: they name what TOML expected.
            // What it finds behind a bracket or quotation mark that was left open is no fault of its own.
            let kind = syntax::kind(error.message(), &source.text, span.start);
            let fault = Diagnostic::error(Code::Syntax).term("slip", kind).name("detail", error.message());
            problems.at(&Place { file, span }, fault);
            break;
        };
        problems.at(&Place { file, span }, fault);
    }
    None
}

/// `2026-02-30` is no date of the calendar; for TOML it is a fault of syntax.
fn is_like_date(text: &str) -> bool {
    text.contains('-') && text.len() <= 32 && text.chars().all(|c| c.is_ascii_digit() || "-:TZ. ".contains(c))
}
