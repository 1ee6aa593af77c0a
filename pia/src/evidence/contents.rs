//! Whether a file says anything at all.
//!
//! Not a reader of documents: what a file says, a person has to read. This only keeps a blank page
//! from standing in for a document.

/// Whether there is nothing in a file: no bytes, only white space, or a PDF without any text or
/// picture. A PDF that keeps its objects compressed cannot be looked into and is not called empty.
pub(super) fn are_empty(bytes: &[u8]) -> bool {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return true;
    }
    if !bytes.starts_with(b"%PDF-") {
        return false;
    }
    let has = |token: &[u8]| bytes.windows(token.len()).any(|window| window == token);
    let closed = has(b"/ObjStm") || has(b"/Encrypt");
    !closed && !has(b"/Font") && !has(b"/Image")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_files_are_empty() {
        assert!(are_empty(b""));
        assert!(are_empty(b" \n\t"));
        assert!(are_empty(
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
        ));
        assert!(!are_empty(b"%PDF-1.4\n<</Resources<</Font<</F1 5 0 R>>>>>>\n%%EOF"));
        assert!(!are_empty("委託契約書".as_bytes()));
    }
}
