//! The dossier as one HTML page: no script, no font, no picture and no address outside the file.
//!
//! What officers read on a screen and print, and citizens with a screen reader. The page works from
//! 320 px to A4 (WCAG 2.2 AA, JIS X 8341-3). The template engine escapes every value by itself; what
//! passes by it is spelled out in the finished page (`escape`). Deliberately absent: words (they come with the dossier and
//! [`Labels`]), files, clocks, and page numbers in the contents: browsers cannot set them.

mod escape;
mod margin;
mod svg;
mod view;

use askama::Template;

use super::labels::Labels;
use super::model::Style;
use super::model::{Anchor, Cover, Dossier};
pub use svg::SvgFault;
use view::{BlockView, Entry, SectionView};

/// The page could not be built: a fault of the program, never of what people declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The template failed.
    #[error("the dossier template failed")]
    Template,
    /// A figure holds something that a still picture does not need.
    #[error("figure {id:?}: {fault}")]
    Figure {
        /// Which one.
        id: Anchor,
        /// Why.
        fault: SvgFault,
    },
}

/// The page. The same dossier and labels give the same bytes.
///
/// Total over what people can declare: a link whose target is missing is shown as its words, and of
/// paragraphs with the same id only the first can be linked to.
///
/// # Errors
/// [`RenderError`] if a figure is not a plain picture or the template fails.
pub fn render(dossier: &Dossier, labels: &Labels<'_>) -> Result<String, RenderError> {
    let sections = view::sections(dossier)?;
    let page = Page {
        lang: &dossier.lang,
        cover: &dossier.cover,
        contents: sections.iter().map(Entry::from).collect(),
        margin: margin::rules(&dossier.cover),
        labels,
        sections,
    };
    page.render().map(escape::hidden_spelled).map_err(|_| RenderError::Template)
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct Page<'a> {
    lang: &'a str,
    cover: &'a Cover,
    labels: &'a Labels<'a>,
    contents: Vec<Entry<'a>>,
    /// Style rules of the printed margin: header and page number.
    margin: String,
    sections: Vec<SectionView<'a>>,
}

#[cfg(test)]
#[cfg(test)]
mod tests;
