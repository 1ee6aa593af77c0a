//! The few words of WordprocessingML that the dossier needs: runs, paragraphs, fields, borders.
//!
//! Why here: every text of a case passes [`escape`], and only here. Deliberately absent: what a
//! paragraph looks like; that stands in styles.xml, so that an officer changes it in Word.

use std::fmt::Write as _;

use super::places::Places;
use crate::dossier::model::{Inline, Span, Style};
use crate::dossier::text::printable;
use crate::xml;

/// Namespaces of the parts that hold text.
pub(super) const NAMESPACES: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture""#
);

/// Text for an element or an attribute, with hidden characters spelled out.
pub(super) fn escape(text: &str) -> String {
    xml::escape(&printable(text))
}

/// A run in a character style; `\n` is a line break. Empty text gives nothing.
pub(super) fn run(style: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut out = String::from("<w:r>");
    if !style.is_empty() {
        put(&mut out, format_args!(r#"<w:rPr><w:rStyle w:val="{style}"/></w:rPr>"#));
    }
    for (at, line) in escape(text).split('\n').enumerate() {
        if at > 0 {
            out.push_str("<w:br/>");
        }
        for (at, words) in line.split('\t').enumerate() {
            if at > 0 {
                out.push_str("<w:tab/>");
            }
            if !words.is_empty() {
                put(&mut out, format_args!(r#"<w:t xml:space="preserve">{words}</w:t>"#));
            }
        }
    }
    out.push_str("</w:r>");
    out
}

/// A field that Word computes; `shown` stands there until it does.
pub(super) fn field(code: &str, shown: &str) -> String {
    let shown = run("", shown);
    format!(
        concat!(
            r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {} </w:instrText></w:r>"#,
            r#"<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>"#
        ),
        code, shown
    )
}

/// A paragraph in a style, with further properties in the order of the schema.
pub(super) fn paragraph(style: &str, properties: &str, content: &str) -> String {
    format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>"#)
}

/// The runs of a line; a link without target is plain text.
pub(super) fn inline(text: &Inline, places: &Places) -> String {
    let mut out = String::new();
    let mut before = None;
    for span in &text.0 {
        // A frame touches the letters beside it.
        if before.is_some_and(|style| style == Style::Tag || span.style == Style::Tag) {
            out.push_str(&run("", " "));
        }
        out.push_str(&piece(span, places));
        before = Some(span.style);
    }
    out
}

fn piece(span: &Span, places: &Places) -> String {
    let style = match span.style {
        Style::Plain => "",
        Style::Strong => "Strong",
        Style::Tag => "Tag",
        Style::Small => "Small",
        Style::Code => "Code",
    };
    let Some(name) = span.link.as_ref().and_then(|anchor| places.name(anchor)) else {
        return run(style, &span.text);
    };
    let style = if style.is_empty() { "Hyperlink" } else { style };
    format!(r#"<w:hyperlink w:anchor="{name}" w:history="1">{}</w:hyperlink>"#, run(style, &span.text))
}

/// Appends formatted text; writing to a String cannot fail.
pub(super) fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}
