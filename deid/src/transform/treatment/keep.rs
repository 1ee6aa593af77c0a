//! `keep`: the cell is published as it was read, byte for byte.
//!
//! No normalisation, no canonical text: a declared type only checks that the cell parses. Whether
//! a kept column makes people unique is measured elsewhere and must be acknowledged.

use super::Published;

/// Publishes the cell unchanged; NULL stays NULL and `""` stays `""`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep;

impl Keep {
    /// Appends the cell.
    #[inline]
    pub fn apply(self, cell: Option<&str>, out: &mut String) -> Published {
        match cell {
            Some(text) => {
                out.push_str(text);
                Published::Text
            }
            None => Published::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_empty_and_na_stay_different() {
        for (cell, expected) in [
            (None, (Published::Null, "")),
            (Some(""), (Published::Text, "")),
            (Some("NA"), (Published::Text, "NA")),
            (Some("　髙 "), (Published::Text, "　髙 ")),
        ] {
            let mut out = String::new();
            assert_eq!((Keep.apply(cell, &mut out), out.as_str()), expected);
        }
    }
}
