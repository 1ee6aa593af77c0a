//! Lets a drawing stand inside the page: checked against a list of what a still picture needs, its
//! ids renamed so that two drawings do not share one.
//!
//! Why here: a drawing is markup that passes by the escaper, and names of the case stand in it. Our
//! own renderer writes it; this second look means that a fault there cannot become a script here.
//! Deliberately absent: style sheets and classes (inside a page they would apply to the whole
//! page), foreign content, links, pictures in pictures: all are refused, none is silently dropped.

use crate::dossier::text::printable;

/// Elements of a still picture.
const ELEMENTS: &[&str] = &[
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "path",
    "text",
    "tspan",
    "marker",
    "pattern",
    "clipPath",
    "mask",
    "symbol",
    "use",
    "linearGradient",
    "stop",
];

/// Attributes of a still picture, besides `data-*`.
const ATTRIBUTES: &[&str] = &[
    "xmlns",
    "xmlns:xlink",
    "xml:lang",
    "xml:space",
    "lang",
    "version",
    "viewBox",
    "preserveAspectRatio",
    "id",
    "href",
    "xlink:href",
    "role",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "aria-describedby",
    "focusable",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "dx",
    "dy",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "d",
    "points",
    "transform",
    "pathLength",
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "paint-order",
    "opacity",
    "color",
    "vector-effect",
    "shape-rendering",
    "text-rendering",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
    "dominant-baseline",
    "alignment-baseline",
    "baseline-shift",
    "letter-spacing",
    "writing-mode",
    "text-orientation",
    "text-decoration",
    "textLength",
    "lengthAdjust",
    "rotate",
    "clip-path",
    "clip-rule",
    "mask",
    "maskUnits",
    "maskContentUnits",
    "clipPathUnits",
    "marker-start",
    "marker-mid",
    "marker-end",
    "markerWidth",
    "markerHeight",
    "markerUnits",
    "refX",
    "refY",
    "orient",
    "overflow",
    "patternUnits",
    "patternContentUnits",
    "patternTransform",
    "gradientUnits",
    "gradientTransform",
    "offset",
    "stop-color",
    "stop-opacity",
    "display",
    "visibility",
    "style",
];

/// Why a drawing is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SvgFault {
    /// Tags that do not close, or text where none can be.
    #[error("the drawing is not well-formed near {0:?}")]
    Malformed(String),
    /// An element that a still picture does not need.
    #[error("element {0:?} has no place in a drawing")]
    Element(String),
    /// An attribute that a still picture does not need.
    #[error("attribute {0:?} has no place in a drawing")]
    Attribute(String),
    /// A reference to something outside the drawing.
    #[error("value {0:?} leads out of the drawing")]
    Outside(String),
    /// Without `viewBox` a drawing cannot follow the width of the page.
    #[error("the drawing has no viewBox")]
    NoViewBox,
}

/// A drawing that can stand in a page.
pub(super) struct Drawing {
    /// The markup.
    pub(super) text: String,
    /// Width of the `viewBox`.
    pub(super) width: f64,
}

/// Checks a drawing and puts `prefix` before each of its ids.
pub(super) fn embed(svg: &str, prefix: &str) -> Result<Drawing, SvgFault> {
    let mut scan =
        Scan { rest: prolog_removed(svg), prefix, out: String::new(), open: Vec::new(), width: None };
    while !scan.rest.is_empty() {
        let (text, tag) = scan.rest.split_once('<').unwrap_or((scan.rest, ""));
        scan.text(text)?;
        scan.rest = tag;
        if !tag.is_empty() {
            scan.tag()?;
        }
    }
    match scan.open.last() {
        Some(name) => Err(SvgFault::Malformed((*name).to_owned())),
        None => Ok(Drawing { text: scan.out, width: scan.width.ok_or(SvgFault::NoViewBox)? }),
    }
}

fn prolog_removed(svg: &str) -> &str {
    let trimmed = svg.trim();
    match trimmed.strip_prefix("<?xml ").and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest.trim_start(),
        None => trimmed,
    }
}

struct Scan<'a> {
    rest: &'a str,
    prefix: &'a str,
    out: String,
    open: Vec<&'a str>,
    width: Option<f64>,
}

impl<'a> Scan<'a> {
    fn text(&mut self, text: &str) -> Result<(), SvgFault> {
        if (self.open.is_empty() && !text.trim().is_empty()) || text.contains('>') || !entities_known(text) {
            return Err(malformed(text));
        }
        self.out.push_str(text);
        Ok(())
    }

    /// One tag; its `<` is already read.
    fn tag(&mut self) -> Result<(), SvgFault> {
        if let Some(rest) = self.rest.strip_prefix('/') {
            let (name, rest) = rest.split_once('>').ok_or_else(|| malformed(rest))?;
            if self.open.pop() != Some(name.trim_end()) {
                return Err(malformed(name));
            }
            self.out.push_str("</");
            self.out.push_str(name.trim_end());
            self.out.push('>');
            self.rest = rest;
            return Ok(());
        }
        let name = self.name();
        let first = self.out.is_empty();
        let in_text_only = matches!(self.open.last(), Some(&("title" | "desc")));
        if !ELEMENTS.contains(&name) || (name == "svg") != first || in_text_only {
            return Err(SvgFault::Element(shortened(name)));
        }
        if !first && self.open.is_empty() {
            return Err(malformed(name));
        }
        self.out.push('<');
        self.out.push_str(name);
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix("/>") {
                self.rest = rest;
                // Inside a page an empty element closes itself only among SVG elements: always write both.
                self.out.push_str("></");
                self.out.push_str(name);
                self.out.push('>');
                return Ok(());
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                self.out.push('>');
                self.open.push(name);
                return Ok(());
            }
            self.attribute(name)?;
        }
    }

    fn attribute(&mut self, element: &str) -> Result<(), SvgFault> {
        let name = self.name();
        if !ATTRIBUTES.contains(&name) && !name.starts_with("data-") {
            return Err(SvgFault::Attribute(shortened(if name.is_empty() { self.rest } else { name })));
        }
        let rest = self.rest.trim_start().strip_prefix('=').ok_or_else(|| malformed(self.rest))?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(|| malformed(rest))?;
        let inner = rest.strip_prefix(quote).ok_or_else(|| malformed(rest))?;
        let (value, rest) = inner.split_once(quote).ok_or_else(|| malformed(inner))?;
        if value.contains(['<', '>']) || !entities_known(value) {
            return Err(malformed(value));
        }
        self.rest = rest;
        if element == "svg" && name == "viewBox" {
            self.width =
                value.split([' ', ',']).filter(|s| !s.is_empty()).nth(2).and_then(|w| w.parse().ok());
        }
        let value = self.value(name, value)?;
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.out.push_str(&value.replace('"', "&quot;"));
        self.out.push('"');
        Ok(())
    }

    /// The value with its ids renamed.
    fn value(&self, name: &str, value: &str) -> Result<String, SvgFault> {
        let outside = || SvgFault::Outside(shortened(value));
        match name {
            "id" => Ok(format!("{}{value}", self.prefix)),
            "href" | "xlink:href" => {
                Ok(format!("#{}{}", self.prefix, value.strip_prefix('#').ok_or_else(outside)?))
            }
            "aria-labelledby" | "aria-describedby" => Ok(value
                .split_ascii_whitespace()
                .map(|id| format!("{}{id}", self.prefix))
                .collect::<Vec<_>>()
                .join(" ")),
            "aria-label" | "font-family" | "xmlns" | "xmlns:xlink" => Ok(value.to_owned()),
            // An entity or an escape could spell what the next line looks for.
            _ if value.contains(['&', '\\', '@']) => Err(outside()),
            _ => {
                let lower = value.to_ascii_lowercase();
                if lower.matches("url(").count() != value.matches("url(#").count() || lower.contains("image(")
                {
                    return Err(outside());
                }
                Ok(value.replace("url(#", &format!("url(#{}", self.prefix)))
            }
        }
    }

    /// Reads a name: letters, digits, `-`, `_`, `:`; may be empty.
    fn name(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':'))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        name
    }
}

/// Whether each `&` begins one of the five named characters or a number.
fn entities_known(text: &str) -> bool {
    text.split('&').skip(1).all(|after| {
        after.split_once(';').is_some_and(|(name, _)| {
            matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") || number_seen(name)
        })
    })
}

/// `#39`, `#x27`: the number of a character that can be seen as it is.
fn number_seen(name: &str) -> bool {
    let code = match name.strip_prefix("#x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
    };
    code.and_then(char::from_u32).is_some_and(|c| printable(c.encode_utf8(&mut [0; 4])).chars().eq([c]))
}

fn malformed(near: &str) -> SvgFault {
    SvgFault::Malformed(shortened(near))
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn svg(inner: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 200\">{inner}</svg>")
    }

    fn fault(inner: &str) -> SvgFault {
        embed(&svg(inner), "f1:").err().unwrap()
    }

    #[test]
    fn ids_and_what_leads_to_them_get_the_prefix() {
        let drawing = embed(
            &svg(
                r##"<defs><marker id="a"/></defs><g aria-labelledby="t u"><use href="#a"/><path d="M0 0" marker-end="url(#a)" style='fill:url(#h)'/></g>"##,
            ),
            "f1:",
        )
        .unwrap();
        for part in [
            "<marker id=\"f1:a\"></marker>",
            "aria-labelledby=\"f1:t f1:u\"",
            "href=\"#f1:a\"",
            "marker-end=\"url(#f1:a)\"",
            "style=\"fill:url(#f1:h)\"",
        ] {
            assert!(drawing.text.contains(part), "{part} in {}", drawing.text);
        }
        assert_eq!(drawing.width, 720.0);
    }

    #[test]
    fn what_could_act_or_fetch_is_refused() {
        let element = |name: &str| SvgFault::Element(name.to_owned());
        assert_eq!(fault("<script>alert(1)</script>"), element("script"));
        assert_eq!(fault("<style>p{}</style>"), element("style"));
        assert_eq!(fault("<foreignObject/>"), element("foreignObject"));
        assert_eq!(fault("<a href=\"#x\"/>"), element("a"));
        assert_eq!(fault("<image href=\"#x\"/>"), element("image"));
        assert_eq!(fault("<title><b>x</b></title>"), element("b"));
        assert_eq!(fault("<title><text>x</text></title>"), element("text"));
        assert_eq!(fault("<svg/>"), element("svg"));
        assert_eq!(fault("<!-- x -->"), element(""));
        assert_eq!(fault("<rect onload=\"x\"/>"), SvgFault::Attribute("onload".into()));
        assert_eq!(fault("<rect class=\"x\"/>"), SvgFault::Attribute("class".into()));
        for out in [
            r#"<use href="https://e.example/#a"/>"#,
            r#"<use xlink:href="data:x"/>"#,
            r#"<rect fill="url(https://e.example)"/>"#,
            r#"<rect style="fill:&#117;rl(x)"/>"#,
            r#"<rect style="fill:URL(#a)"/>"#,
            r#"<rect style="background:\75rl(x)"/>"#,
        ] {
            assert!(matches!(fault(out), SvgFault::Outside(_)), "{out}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for inner in
            ["<g>", "</g>", "<g></rect>", "a & b", "&nbsp;", "&#0;", "&#x202e;", "<rect x=1/>", "]]>", "<g"]
        {
            assert!(matches!(fault(inner), SvgFault::Malformed(_) | SvgFault::Attribute(_)), "{inner}");
        }
        for whole in ["text", "<svg viewBox=\"0 0 1 1\"/>x", "<svg viewBox=\"0 0 1 1\"/><g/>", "<g/>"] {
            assert!(embed(whole, "").is_err(), "{whole}");
        }
        assert_eq!(embed("<svg/>", "").err(), Some(SvgFault::NoViewBox));
        assert_eq!(embed("", "").err(), Some(SvgFault::NoViewBox));
    }

    #[test]
    fn words_stay_as_they_are() {
        let drawing = embed(&svg("<text aria-label='\"'>救急 &lt;script&gt; &amp; é</text>"), "p:").unwrap();
        assert!(drawing.text.contains("救急 &lt;script&gt; &amp; é"), "{}", drawing.text);
        assert!(drawing.text.contains("aria-label=\"&quot;\""), "{}", drawing.text);
    }

    proptest::proptest! {
        /// Whatever stands in a drawing, what comes out holds no element or handler outside the list.
        #[test]
        fn only_listed_elements_come_out(inner in r#"([<>/"'= &;#]|script|rect|on|text|g|x|url\(|id|a){0,24}"#) {
            if let Ok(drawing) = embed(&svg(&inner), "f1:") {
                for tag in drawing.text.split('<').skip(1) {
                    let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                    proptest::prop_assert!(ELEMENTS.contains(&name.as_str()), "{name}");
                    let head = tag.split('>').next().unwrap();
                    for attribute in head.split_ascii_whitespace().skip(1).filter_map(|a| a.split_once("=\"")) {
                        proptest::prop_assert!(ATTRIBUTES.contains(&attribute.0), "{head}");
                    }
                }
            }
        }
    }
}
