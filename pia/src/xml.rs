//! Escaping of text for XML, the same for elements and attributes.
//!
//! Why here: figures (SVG) and documents (DOCX) both write XML by hand. Each first makes a text
//! harmless to look at in its own way; that is not done here. HTML is escaped by its template engine.

/// Text of an element or of a quoted attribute.
#[must_use]
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_xml_reads_is_left() {
        assert_eq!(
            escape("<a b=\"c\" d='e'>&amp;</a>"),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;&lt;/a&gt;"
        );
        assert_eq!(escape("救急 é"), "救急 é");
    }
}
