//! The digest of a rule pack: length-prefixed, so that moving a byte from one file to the next, or
//! from a name to a text, is another digest.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Hex SHA-256 over (path, text) in the order of the paths.
pub(super) fn of(files: &BTreeMap<&str, &str>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_hash_of_the_written_form() {
        // sha256 of 00000000 00000001 'a' 00000000 00000002 'bc'
        let one = of(&BTreeMap::from([("a", "bc")]));
        let written = Sha256::digest(b"\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\x02bc");
        assert_eq!(one, written.iter().map(|b| format!("{b:02x}")).collect::<String>());
    }

    #[test]
    fn boundaries_count() {
        let all = [
            of(&BTreeMap::from([("a", "bc")])),
            of(&BTreeMap::from([("ab", "c")])),
            of(&BTreeMap::from([("a", "b"), ("c", "")])),
            of(&BTreeMap::new()),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
