//! All that a template can see: itself, `data.json`, two fonts and a date.
//!
//! Why here: typst asks its `World` for everything, so what is not answered here does not exist;
//! a template of unknown origin reads no file and downloads no package.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

use super::PdfError;
use super::data;
use crate::dossier::fonts::Fonts;
use crate::dossier::model::Dossier;

/// One compilation.
pub(super) struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: [Font; 2],
    template: Source,
    data: Bytes,
    today: Option<Datetime>,
}

impl Desk {
    pub(super) fn new(
        dossier: &Dossier,
        fonts: &Fonts,
        template: &str,
        today: Option<Datetime>,
    ) -> Result<Self, PdfError> {
        let load = |bytes: &std::borrow::Cow<'static, [u8]>, name| {
            Font::new(Bytes::new(bytes.clone()), 0).ok_or(PdfError::Font(name))
        };
        let fonts = [load(&fonts.regular, "regular")?, load(&fonts.bold, "bold")?];
        let shapes = shapes(&fonts);
        let covers = |c: char| shapes.get(c as usize) == Some(&true);
        let data = serde_json::to_vec(&data::of(dossier, covers)?)?;
        // Header cells of rows are marked as such for screen readers; typst keeps that behind this
        // switch, and the version is pinned.
        let library = Library::builder().with_features([Feature::A11yExtras].into_iter().collect());
        Ok(Self {
            library: LazyHash::new(library.build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::detached(template),
            data: Bytes::new(data),
            today,
        })
    }

    pub(super) fn template(&self) -> &Source {
        &self.template
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(absent(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get();
        let ours =
            matches!(path.root(), VirtualRoot::Project) && path.vpath().get_without_slash() == "data.json";
        if ours { Ok(self.data.clone()) } else { Err(absent(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}

/// For each code point, whether both faces draw it; typst's own table is searched from its start.
fn shapes(fonts: &[Font; 2]) -> Vec<bool> {
    let [regular, bold] = fonts.each_ref().map(|font| {
        let mut drawn = vec![false; char::MAX as usize + 1];
        for c in font.info().coverage.iter() {
            if let Some(place) = drawn.get_mut(c as usize) {
                *place = true;
            }
        }
        drawn
    });
    regular.into_iter().zip(bold).map(|(regular, bold)| regular && bold).collect()
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
