//! Prefixes of a code: 3050801 → `30508*` → `305*` → `*`.
//!
//! `305*` means "starts with 305": it does not show how long the code was. A code shorter than
//! the length stands alone under its own text until a shorter length cuts it, so labels without
//! `*` are always whole codes. A code that itself ends in `*` would read like a label and is not
//! in the hierarchy. Lengths count characters. (Postal codes, ICD-10, YJ, JLAC10, service codes.)

use super::{HierarchyError, NotInHierarchy, TOP};

/// Checked prefix lengths, longest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix {
    lengths: Box<[usize]>,
}

impl Prefix {
    /// Checks the lengths of levels 1, 2, …, e.g. `[5, 3]`.
    ///
    /// # Errors
    /// [`HierarchyError::Empty`], [`HierarchyError::LengthsDoNotDescend`].
    pub fn new(lengths: &[usize]) -> Result<Self, HierarchyError> {
        if lengths.is_empty() {
            return Err(HierarchyError::Empty);
        }
        let mut last = usize::MAX;
        for (at, &length) in lengths.iter().enumerate() {
            if length == 0 || length >= last {
                return Err(HierarchyError::LengthsDoNotDescend { at });
            }
            last = length;
        }
        Ok(Self { lengths: lengths.into() })
    }

    pub(super) fn inner_levels(&self) -> usize {
        self.lengths.len()
    }

    #[inline]
    pub(super) fn label(&self, leaf: &str, level: usize, out: &mut String) -> Result<(), NotInHierarchy> {
        if leaf.ends_with('*') {
            return Err(NotInHierarchy);
        }
        if level == 0 {
            out.push_str(leaf);
            return Ok(());
        }
        let Some(&length) = self.lengths.get(level - 1) else {
            out.push_str(TOP);
            return Ok(());
        };
        match cut(leaf, length) {
            Some(prefix) => {
                out.push_str(prefix);
                out.push('*');
            }
            None => out.push_str(leaf),
        }
        Ok(())
    }
}

/// The first `length` characters; `None` if there are fewer.
#[inline]
fn cut(leaf: &str, length: usize) -> Option<&str> {
    if leaf.is_ascii() {
        return leaf.get(..length);
    }
    let end = leaf.char_indices().map(|(at, _)| at).chain([leaf.len()]).nth(length)?;
    leaf.get(..end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::Hierarchy;
    use super::*;
    use proptest::prelude::*;

    fn labels(h: &Hierarchy, leaf: &str) -> Vec<String> {
        (0..h.levels())
            .map(|level| {
                let mut out = String::new();
                h.label(leaf, level, &mut out).unwrap();
                out
            })
            .collect()
    }

    #[test]
    fn postal() {
        let h: Hierarchy = Prefix::new(&[5, 3]).unwrap().into();
        assert_eq!(labels(&h, "3050801"), ["3050801", "30508*", "305*", "*"]);
        assert_eq!(labels(&h, "30508"), ["30508", "30508*", "305*", "*"]);
        assert_eq!(labels(&h, "305"), ["305", "305", "305*", "*"]);
        assert_eq!(labels(&h, "30"), ["30", "30", "30", "*"]);
        assert_eq!(labels(&h, ""), ["", "", "", "*"]);
        assert_eq!(labels(&h, "茨城県つくば市"), ["茨城県つくば市", "茨城県つく*", "茨城県*", "*"]);
        assert!(h.label("305*", 0, &mut String::new()).is_err());
        assert_eq!(Prefix::new(&[]), Err(HierarchyError::Empty));
        assert_eq!(Prefix::new(&[3, 5]), Err(HierarchyError::LengthsDoNotDescend { at: 1 }));
        assert_eq!(Prefix::new(&[0]), Err(HierarchyError::LengthsDoNotDescend { at: 0 }));
    }

    proptest! {
        #[test]
        fn nests(a in "[0-2あ]{0,6}", b in "[0-2あ]{0,6}") {
            let h: Hierarchy = Prefix::new(&[5, 3, 1]).unwrap().into();
            let (x, y) = (labels(&h, &a), labels(&h, &b));
            let mut same = false;
            for (l, m) in x.iter().zip(&y) {
                prop_assert!(!same || l == m);
                same = l == m;
            }
        }
    }
}
