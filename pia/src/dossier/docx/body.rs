//! The text of the document, in the order of the print: cover, summary, contents, sections.
//!
//! Why here: Word keeps the orientation of a page in the last paragraph of a section, so the order
//! of sections, page breaks and orientations is decided in one place.

use super::DocxError;
use super::markup::{inline, paragraph, put, run};
use super::picture::Painter;
use super::places::Places;
use super::table;
use crate::dossier::model::{Block, Cover, Dossier, Inline, Section};

/// 22 mm, in twentieths of a point.
const MARGIN: u32 = 1247;
const SHORT: u32 = 11906;
const LONG: u32 = 16838;
/// English Metric Units per twentieth of a point and per CSS pixel.
const EMU_PER_TWIP: f32 = 635.0;
const EMU_PER_PIXEL: f32 = 9525.0;

/// A chapter at the top of a page needs no space above, whether or not it breaks the page itself.
const TOP: &str = r#"<w:spacing w:before="0" w:after="200"/>"#;
const NEW_PAGE: &str = r#"<w:pageBreakBefore/><w:spacing w:before="0" w:after="200"/>"#;

/// Everything between `<w:body>` and `</w:body>`, and the pictures that it names.
pub(super) struct Body {
    pub(super) xml: String,
    pub(super) pictures: Vec<Vec<u8>>,
    places: Places,
    painter: Painter,
    covered: bool,
}

impl Body {
    pub(super) fn write(dossier: &Dossier, painter: Painter) -> Result<Self, DocxError> {
        let places = Places::of(dossier);
        let mut body = Self { xml: String::new(), pictures: Vec::new(), places, painter, covered: false };
        body.cover(&dossier.cover);
        let mut landscape = false;
        // The contents come after the summary for the review, as in the PDF.
        let contents_after = dossier.summaries();
        for (at, section) in dossier.sections.iter().enumerate() {
            if at == contents_after {
                body.turn(&mut landscape, false);
                body.contents(dossier);
            }
            let turned = body.turn(&mut landscape, section.landscape);
            let fresh = section.new_page || at == 0 || at == contents_after;
            let top = match (turned, fresh) {
                (true, _) => TOP,
                (false, true) => NEW_PAGE,
                (false, false) => "",
            };
            let start = body.xml.len();
            body.section(section, top)?;
            if at < contents_after {
                let set = body.xml.split_off(start);
                body.xml.push_str(&compact(&set));
            }
        }
        if dossier.sections.len() <= contents_after {
            body.turn(&mut landscape, false);
            body.contents(dossier);
        }
        let end = body.page(landscape);
        body.xml.push_str(&end);
        Ok(body)
    }

    /// Ends the pages of one orientation where the next section has the other.
    fn turn(&mut self, landscape: &mut bool, wanted: bool) -> bool {
        let turned = *landscape != wanted;
        if turned {
            let end = self.page(*landscape);
            self.xml.push_str(&paragraph("AfterTable", &end, ""));
            *landscape = wanted;
        }
        turned
    }

    /// Size and margins of A4 pages. The first page of the document has no header and footer.
    fn page(&mut self, landscape: bool) -> String {
        let (x, y, orient) =
            if landscape { (LONG, SHORT, r#" w:orient="landscape""#) } else { (SHORT, LONG, "") };
        let title = if std::mem::replace(&mut self.covered, true) { "" } else { "<w:titlePg/>" };
        format!(
            concat!(
                r#"<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader1"/><w:footerReference w:type="default" r:id="rIdFooter1"/>"#,
                r#"<w:type w:val="nextPage"/><w:pgSz w:w="{x}" w:h="{y}"{orient}/>"#,
                r#"<w:pgMar w:top="{top}" w:right="{margin}" w:bottom="{margin}" w:left="{margin}" w:header="680" w:footer="600" w:gutter="0"/>{title}</w:sectPr>"#
            ),
            x = x,
            y = y,
            orient = orient,
            top = MARGIN + 280,
            margin = MARGIN,
            title = title,
        )
    }

    fn cover(&mut self, cover: &Cover) {
        let right = r#"<w:jc w:val="right"/>"#;
        let xml = &mut self.xml;
        xml.push_str(&paragraph("Normal", "", &run("", &cover.addressee)));
        xml.push_str(&paragraph("Normal", right, &run("", &cover.number)));
        xml.push_str(&paragraph("Normal", right, &run("", &cover.date)));
        // The closing words 「…評価書」 have a line of their own; English has none.
        let title = match cover.title.rsplit_once(' ') {
            Some((case, kind)) if !kind.contains(|c: char| c.is_ascii_alphanumeric()) => {
                format!("{case}\n{kind}")
            }
            _ => cover.title.clone(),
        };
        xml.push_str(&paragraph("Title", "", &run("", &title)));
        xml.push_str(&paragraph("Subtitle", "", &run("", &cover.version)));
        xml.push_str(&paragraph("Notice", "", &run("", &cover.notice)));
        xml.push_str(&paragraph("AfterTable", r#"<w:spacing w:before="600" w:after="0"/>"#, ""));
        let rows = cover.rows.iter().map(|(label, value)| (label.as_str(), Inline::text(value.as_str())));
        xml.push_str(&table::fields(rows, "", SHORT - 2 * MARGIN, &self.places));
    }

    /// Titles with links. Word fills the page numbers in when fields are updated (Ctrl+A, F9).
    fn contents(&mut self, dossier: &Dossier) {
        let xml = &mut self.xml;
        xml.push_str(&paragraph("TOCHeading", "<w:pageBreakBefore/>", &run("", &dossier.cover.contents)));
        for section in &dossier.sections {
            let chapter = ("TOC1", &section.id, numbered(&section.number, &section.title));
            let headings = section.blocks.iter().filter_map(|block| match block {
                Block::Heading { id, level: 2, number, text } => Some(("TOC2", id, numbered(number, text))),
                _ => None,
            });
            for (style, id, title) in std::iter::once(chapter).chain(headings) {
                let words = run("", &title);
                let line = match self.places.name(id) {
                    Some(name) => format!(
                        r#"<w:hyperlink w:anchor="{name}" w:history="1">{words}<w:r><w:tab/></w:r>{}</w:hyperlink>"#,
                        super::markup::field(&format!("PAGEREF {name} \\h"), "")
                    ),
                    None => words,
                };
                xml.push_str(&paragraph(style, "", &line));
            }
        }
    }

    fn section(&mut self, section: &Section, top: &str) -> Result<(), DocxError> {
        let width = if section.landscape { LONG } else { SHORT } - 2 * MARGIN;
        let height = if section.landscape { SHORT } else { LONG } - 2 * MARGIN;
        let mark = self.places.mark(&section.id);
        let title = run("", &numbered(&section.number, &section.title));
        self.xml.push_str(&paragraph("Heading1", top, &format!("{mark}{title}")));
        let mut depth = 1;
        let mut broken = false;
        for block in &section.blocks {
            let before = if std::mem::take(&mut broken) { "<w:pageBreakBefore/>" } else { "" };
            match block {
                Block::PageBreak => {
                    broken = true;
                    continue;
                }
                Block::Heading { id, level, number, text } => {
                    // A level is never skipped, for the navigation pane and for screen readers.
                    depth = (*level).clamp(2, depth + 1).min(4);
                    let mark = self.places.mark(id);
                    let title = run("", &numbered(number, text));
                    self.xml.push_str(&paragraph(
                        &format!("Heading{depth}"),
                        before,
                        &format!("{mark}{title}"),
                    ));
                    continue;
                }
                Block::Paragraph { id, text } => {
                    let mark = self.places.mark(id);
                    let words = inline(text, &self.places);
                    self.xml.push_str(&paragraph("BodyText", before, &format!("{mark}{words}")));
                    continue;
                }
                _ => {}
            }
            if !before.is_empty() {
                self.xml.push_str(&paragraph("AfterTable", before, ""));
            }
            self.block(block, width, height)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, width: u32, height: u32) -> Result<(), DocxError> {
        match block {
            Block::List { id, items } => {
                let mut mark = self.places.mark(id);
                for item in items {
                    let words = inline(item, &self.places);
                    self.xml.push_str(&paragraph(
                        "ListBullet",
                        "",
                        &format!("{}{words}", std::mem::take(&mut mark)),
                    ));
                }
            }
            Block::Fields { id, caption, rows } => {
                self.caption(id, caption);
                let rows = rows.iter().map(|(label, value)| (label.as_str(), value.clone()));
                self.xml.push_str(&table::fields(rows, caption, width, &self.places));
            }
            Block::Table(table) => {
                self.caption(&table.id, &table.caption);
                self.xml.push_str(&table::table(table, width, &mut self.places));
            }
            Block::Figure { id, svg, alt, caption } => {
                let mark = self.places.mark(id);
                let drawing = self.drawing(id.as_str(), svg, alt, width, height)?;
                self.xml.push_str(&paragraph("Figure", "", &format!("{mark}{drawing}")));
                if !caption.is_empty() {
                    self.xml.push_str(&paragraph("FigureCaption", "", &run("", caption)));
                }
            }
            Block::Counters { id, boxes } => {
                self.caption(id, "");
                self.xml.push_str(&table::counters(boxes, width));
            }
            Block::Notice { id, title, text } => {
                let mark = self.places.mark(id);
                let words = inline(text, &self.places);
                if title.is_empty() {
                    self.xml.push_str(&paragraph("Notice", "", &format!("{mark}{words}")));
                } else {
                    let title = run("Strong", title);
                    self.xml.push_str(&paragraph("Notice", "<w:keepNext/>", &format!("{mark}{title}")));
                    self.xml.push_str(&paragraph("Notice", "", &words));
                }
                self.xml.push_str(&paragraph("AfterTable", "", ""));
            }
            Block::SignOff { id, caption, columns } => {
                self.caption(id, caption);
                self.xml.push_str(&table::sign_off(columns, width));
            }
            Block::Heading { .. } | Block::Paragraph { .. } | Block::PageBreak => {}
        }
        Ok(())
    }

    /// The title of a table, or only its bookmark.
    fn caption(&mut self, id: &crate::dossier::model::Anchor, caption: &str) {
        let mark = self.places.mark(id);
        let style = if caption.is_empty() { "AfterTable" } else { "Caption" };
        self.xml.push_str(&paragraph(style, "<w:keepNext/>", &format!("{mark}{}", run("", caption))));
    }

    /// A picture, shrunk to the page where it is larger; 120 points stay for heading and caption.
    fn drawing(
        &mut self,
        id: &str,
        svg: &str,
        alt: &str,
        width: u32,
        height: u32,
    ) -> Result<String, DocxError> {
        let failed = |reason| DocxError::Figure { id: id.to_owned(), reason };
        let picture = self.painter.paint(svg).map_err(failed)?;
        let room = |twips: u32| twips as f32 * EMU_PER_TWIP;
        let (natural_x, natural_y) = (picture.width * EMU_PER_PIXEL, picture.height * EMU_PER_PIXEL);
        let scale = 1_f32.min(room(width) / natural_x).min(room(height - 2400) / natural_y);
        let (x, y) = ((natural_x * scale) as u64, (natural_y * scale) as u64);
        self.pictures.push(picture.png);
        let at = self.pictures.len();
        let mut out = String::new();
        put(
            &mut out,
            format_args!(
                concat!(
                    r#"<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{x}" cy="{y}"/>"#,
                    r#"<wp:docPr id="{at}" name="picture{at}" descr="{alt}"/><a:graphic>"#,
                    r#"<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>"#,
                    r#"<pic:cNvPr id="{at}" name="picture{at}" descr="{alt}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"#,
                    r#"<a:blip r:embed="picture{at}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"#,
                    r#"<a:off x="0" y="0"/><a:ext cx="{x}" cy="{y}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>"#,
                    r#"</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"#
                ),
                x = x,
                y = y,
                at = at,
                alt = super::escape(alt),
            ),
        );
        Ok(out)
    }
}

/// A chapter of the summary has one page, so it is set in the small styles, as in the PDF.
fn compact(xml: &str) -> String {
    // Quotes in the text of a case are escaped, so only names of styles can match.
    [
        "TableText",
        "TableHead",
        "TableGrid",
        "Caption",
        "CounterLabel",
        "CounterValue",
        "CounterNote",
        "Notice",
        "Small",
        "Tag",
    ]
    .iter()
    .fold(xml.to_owned(), |xml, style| {
        xml.replace(&format!(r#"Style w:val="{style}"/>"#), &format!(r#"Style w:val="Summary{style}"/>"#))
    })
}

fn numbered(number: &str, title: &str) -> String {
    if number.is_empty() { title.to_owned() } else { format!("{number}　{title}") }
}
