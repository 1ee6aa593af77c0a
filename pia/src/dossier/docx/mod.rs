//! The dossier as DOCX, for the city to edit: real headings, tables and fields, no text in pictures.
//!
//! Why here: the contract asks for files that can be edited. The parts are WordprocessingML of our
//! own; docx-rs supplies the package around them. Its builder has no repeated header rows, no
//! alternative text of pictures, no title of the document and no language, and numbers its
//! paragraphs from a counter of the thread, so only its container is used. Deliberately absent:
//! macros, tracked changes, and page numbers in the table of contents before Word has counted them.

mod body;
mod markup;
mod picture;
mod places;
mod table;

use std::io::Cursor;

use docx_rs::{BuildXML, DocumentRels, Docx, Footer, Header, XMLDocx};
use jiff::civil::Date;

use self::body::Body;
use self::markup::{NAMESPACES, escape};
use self::picture::Painter;
use super::fonts::{FAMILY, FAMILY_JA, Fonts};
use super::model::Dossier;

const STYLES: &str = include_str!("styles.xml");
const NUMBERING: &str = include_str!("numbering.xml");
const FONT_TABLE: &str = include_str!("fonts.xml");
const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

/// Why no DOCX was made.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// A figure is no SVG, or too large to paint.
    #[error("figure {id} cannot be painted: {reason}")]
    Figure {
        /// Id of the figure.
        id: String,
        /// What the painter said.
        reason: String,
    },
    /// The parts could not be put into one file.
    #[error("the document cannot be packed: {0}")]
    Pack(String),
}

/// Writes the dossier as a Word document. The same arguments give the same bytes.
///
/// # Errors
/// A figure that cannot be painted.
pub fn render(dossier: &Dossier, fonts: &Fonts, today: Date) -> Result<Vec<u8>, DocxError> {
    let mut file = Cursor::new(Vec::new());
    parts(dossier, fonts, today)?.pack(&mut file).map_err(|error| DocxError::Pack(error.to_string()))?;
    Ok(file.into_inner())
}

fn parts(dossier: &Dossier, fonts: &Fonts, today: Date) -> Result<XMLDocx, DocxError> {
    let body = Body::write(dossier, Painter::new(fonts))?;
    let name = |at: usize| format!("picture{}", at + 1);
    let mut relations = DocumentRels::new();
    relations.header_count = 1;
    relations.footer_count = 1;
    relations.has_numberings = true;
    for at in 0..body.pictures.len() {
        relations = relations.add_image(name(at), format!("media/{}.png", name(at)));
    }
    let japanese = dossier.lang == "ja";
    let styles = STYLES
        .replace("{font}", if japanese { FAMILY_JA } else { FAMILY })
        .replace("{lang}", if japanese { "ja-JP" } else { "en-GB" });
    let mut parts = Docx::new().header(Header::new()).footer(Footer::new()).build();
    parts.document =
        format!("{XML}<w:document {NAMESPACES}><w:body>{}</w:body></w:document>", body.xml).into_bytes();
    parts.document_rels = relations.build();
    parts.styles = styles.into_bytes();
    parts.numberings = NUMBERING.as_bytes().to_vec();
    parts.font_table = FONT_TABLE.as_bytes().to_vec();
    parts.headers = vec![header(dossier).into_bytes()];
    parts.footers = vec![footer(dossier).into_bytes()];
    parts.doc_props.core = core(dossier, today).into_bytes();
    parts.media = body.pictures.into_iter().enumerate().map(|(at, png)| (name(at), png)).collect();
    Ok(parts)
}

fn header(dossier: &Dossier) -> String {
    let cover = &dossier.cover;
    format!(
        r#"{XML}<w:hdr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{}<w:r><w:br/></w:r>{}</w:p></w:hdr>"#,
        markup::run("", &cover.title),
        markup::run("", &cover.running),
    )
}

/// The page number in the words of the dossier; the two numbers are fields that Word fills in.
fn footer(dossier: &Dossier) -> String {
    let mut runs = String::new();
    for (at, rest) in dossier.cover.page_number.split('{').enumerate() {
        let (field, text) = match rest.split_once('}') {
            Some(("page", text)) if at > 0 => (markup::field("PAGE", "1"), text),
            Some(("pages", text)) if at > 0 => (markup::field("NUMPAGES", "1"), text),
            _ => (String::new(), rest),
        };
        runs.push_str(&field);
        runs.push_str(&markup::run("", text));
    }
    format!(r#"{XML}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{runs}</w:p></w:ftr>"#)
}

fn core(dossier: &Dossier, today: Date) -> String {
    let creator = dossier.cover.rows.first().map_or("pia", |(_, value)| value.as_str());
    let time = format!("{:04}-{:02}-{:02}T00:00:00Z", today.year(), today.month(), today.day());
    format!(
        concat!(
            r#"{xml}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" "#,
            r#"xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" "#,
            r#"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>"#,
            r#"<dc:subject>{number}</dc:subject><dc:creator>{creator}</dc:creator><dc:language>{lang}</dc:language>"#,
            r#"<cp:lastModifiedBy>{creator}</cp:lastModifiedBy><cp:version>{version}</cp:version>"#,
            r#"<dcterms:created xsi:type="dcterms:W3CDTF">{time}</dcterms:created>"#,
            r#"<dcterms:modified xsi:type="dcterms:W3CDTF">{time}</dcterms:modified></cp:coreProperties>"#
        ),
        xml = XML,
        title = escape(&dossier.cover.title),
        number = escape(&dossier.cover.number),
        creator = escape(creator),
        lang = escape(&dossier.lang),
        version = escape(&dossier.cover.version),
        time = time,
    )
}

#[cfg(test)]
mod tests;
