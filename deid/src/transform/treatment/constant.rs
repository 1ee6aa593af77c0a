//! `constant`: every cell becomes the same declared text.
//!
//! NULL and `""` become it too, because a gap would show who had a value.

use super::Published;

/// Replaces every cell, NULL included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    text: Box<str>,
}

impl Constant {
    /// The constant; it may be empty.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.into() }
    }

    /// Appends the constant whatever the cell.
    #[inline]
    pub fn apply(&self, _cell: Option<&str>, out: &mut String) -> Published {
        out.push_str(&self.text);
        Published::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_the_constant() {
        let constant = Constant::new("茨城県");
        for cell in [None, Some(""), Some("NA"), Some("東京都")] {
            let mut out = String::new();
            assert_eq!(constant.apply(cell, &mut out), Published::Text);
            assert_eq!(out, "茨城県");
        }
    }
}
