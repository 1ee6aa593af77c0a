//! The dossier as PDF: set by typst from a template that a city can replace.
//!
//! Why here: a review is done on paper, with page numbers to point at; typst sets Japanese well,
//! tags the file for screen readers and runs inside this process. The template gets the dossier as
//! `data.json` and nothing else: no packages, no files, no clock. Deliberately absent: how anything
//! looks, which is templates/dossier.typ.

mod data;
mod world;

use std::fmt;

use jiff::civil::Date;
use typst::diag::{Severity, SourceDiagnostic};
use typst::foundations::{Datetime, Smart};
use typst::{World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use self::world::Desk;
use super::fonts::Fonts;
use super::model::Dossier;

/// The template that is used unless a city brings its own.
pub const TEMPLATE: &str = include_str!("../../../templates/dossier.typ");

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// One of the two font files is no font.
    #[error("the {0} font cannot be read")]
    Font(&'static str),
    /// The dossier cannot be written as JSON.
    #[error("the dossier cannot be handed to the template")]
    Data(#[from] serde_json::Error),
    /// The template does not compile, or asks for something that it is not given.
    #[error("the template of the PDF has errors:\n{}", lines(.0))]
    Template(Vec<Fault>),
}

/// One error of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line and column, from 1; `None` when the error has no place.
    pub place: Option<(usize, usize)>,
    /// What is wrong, in typst's words.
    pub message: String,
    /// What typst suggests.
    pub hints: Vec<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{line}:{column}: {}", self.message)?,
            None => write!(f, "{}", self.message)?,
        }
        self.hints.iter().try_for_each(|hint| write!(f, "\n  {hint}"))
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// Sets the dossier with the template. The same arguments give the same bytes.
///
/// The file is written as PDF/UA-1 where the template allows it (it names the pictures and keeps
/// the order of headings), else as a tagged PDF 1.7.
///
/// # Errors
/// A font that is none, or a template that does not compile.
pub fn render(dossier: &Dossier, fonts: &Fonts, template: &str, today: Date) -> Result<Vec<u8>, PdfError> {
    let date = Datetime::from_ymd_hms(
        i32::from(today.year()),
        today.month().unsigned_abs(),
        today.day().unsigned_abs(),
        0,
        0,
        0,
    );
    let desk = Desk::new(dossier, fonts, template, date)?;
    let result = typst::compile::<PagedDocument>(&desk).output;
    let document = result.map_err(|errors| PdfError::Template(faults(&desk, &errors)))?;
    let options = |standards| PdfOptions {
        ident: Smart::Custom(format!("{} {}", dossier.cover.number, dossier.cover.running)),
        creator: Smart::Custom(Some(concat!("pia ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: date.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let accessible = PdfStandards::new(&[PdfStandard::Ua_1]).unwrap_or_default();
    let bytes = typst_pdf::pdf(&document, &options(accessible))
        .or_else(|_| typst_pdf::pdf(&document, &options(PdfStandards::default())))
        .map_err(|errors| PdfError::Template(faults(&desk, &errors)));
    // Typst memoises for editors that compile again at once; a report is made once.
    typst::comemo::evict(0);
    bytes
}

fn faults(desk: &Desk, errors: &[SourceDiagnostic]) -> Vec<Fault> {
    let fault = |error: &SourceDiagnostic| Fault {
        place: error.span.id().filter(|id| *id == desk.main()).and_then(|_| {
            let start = desk.range(error.span)?.start;
            let (line, column) = desk.template().lines().byte_to_line_column(start)?;
            Some((line + 1, column + 1))
        }),
        message: error.message.to_string(),
        hints: error.hints.iter().map(|hint| hint.v.to_string()).collect(),
    };
    errors.iter().filter(|error| error.severity == Severity::Error).map(fault).collect()
}

#[cfg(test)]
pub(crate) mod tests;
