//! The last look at a finished page: characters that cannot be seen are written out.
//!
//! Why here and last: the template engine escapes what HTML reads; a direction override or a control
//! character passes by it, from any field. The page's own markup holds none, so every one found is
//! text of the case, and one pass over the page cannot forget a field. Deliberately absent: HTML
//! escaping itself (the engine), style sheets (`margin`).

use std::borrow::Cow;

use crate::dossier::text::printable;

/// The page with each hidden character as `&lt;U+202E&gt;`, which is text in every place where
/// user text can stand: between tags and in quoted attributes.
pub(super) fn hidden_spelled(page: String) -> String {
    if matches!(printable(&page), Cow::Borrowed(_)) {
        return page;
    }
    let mut out = String::with_capacity(page.len() + 64);
    let mut buffer = [0; 4];
    for c in page.chars() {
        match printable(c.encode_utf8(&mut buffer)) {
            Cow::Borrowed(seen) => out.push_str(seen),
            Cow::Owned(spelled) => out.push_str(&spelled.replace('<', "&lt;").replace('>', "&gt;")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_text() {
        let page = "<p id=\"a\u{202e}\">é\n\u{0}</p>".to_owned();
        assert_eq!(hidden_spelled(page), "<p id=\"a&lt;U+202E&gt;\">é\n&lt;U+0000&gt;</p>");
        assert_eq!(hidden_spelled("<p>\t\n</p>".into()), "<p>\t\n</p>");
    }
}
