//! `pseudonym`: a keyed tag of the matching copy, the same wherever domain, recipient, exchange
//! and key are the same.
//!
//! Here stand only the rules about cells: NULL → NULL, `""` → an error unless declared,
//! normalisation, and which bytes go into the PRF. The message is the matching copy itself, in
//! UTF-8: domain, recipient, exchange and normalisation id separate the *subkeys*, so they are not
//! repeated in the message. The PRF (HMAC-SHA256) and the text form of its tag live in `crypto`.

use super::{Published, TreatmentError};
use crate::transform::normalise::Normaliser;
use std::fmt;
use std::sync::Arc;

/// A keyed pseudorandom function with 128-bit tags.
pub trait Prf128: Send + Sync {
    /// The tag of a message of any length.
    fn tag(&self, message: &[u8]) -> [u8; 16];
}

/// Appends the text form of a tag (Crockford base32, hex or UUID).
pub type TagText = fn(&[u8; 16], &mut String);

/// What an empty text (after normalisation) becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmptyText {
    /// The run stops: an empty identifier usually is a fault, and one pseudonym for all of them
    /// would make them one person.
    #[default]
    Error,
    /// Published as `""`.
    Keep,
    /// Pseudonymised like any other text: all empty texts are one person.
    Pseudonym,
}

/// A compiled pseudonym treatment.
#[derive(Clone)]
pub struct Pseudonym {
    prf: Arc<dyn Prf128>,
    text: TagText,
    normaliser: Normaliser,
    empty: EmptyText,
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pseudonym").field("empty", &self.empty).finish_non_exhaustive()
    }
}

impl Pseudonym {
    /// A pseudonym under the subkey in `prf`.
    #[must_use]
    pub fn new(prf: Arc<dyn Prf128>, text: TagText, normaliser: Normaliser, empty: EmptyText) -> Self {
        Self { prf, text, normaliser, empty }
    }

    /// Appends the pseudonym of `cell` (the canonical text of the column's type).
    ///
    /// # Errors
    /// [`TreatmentError::EmptyPseudonym`].
    #[inline]
    pub fn apply(&mut self, cell: Option<&str>, out: &mut String) -> Result<Published, TreatmentError> {
        let Some(text) = cell else {
            return Ok(Published::Null);
        };
        let message = self.normaliser.apply(text);
        if message.is_empty() {
            match self.empty {
                EmptyText::Error => return Err(TreatmentError::EmptyPseudonym),
                EmptyText::Keep => return Ok(Published::Text),
                EmptyText::Pseudonym => {}
            }
        }
        let tag = self.prf.tag(message.as_bytes());
        (self.text)(&tag, out);
        Ok(Published::Text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::transform::normalise::Step;

    /// Not a PRF: shows the message, so that the tests can see it.
    struct Echo;

    impl Prf128 for Echo {
        fn tag(&self, message: &[u8]) -> [u8; 16] {
            let mut tag = [0; 16];
            for (to, from) in tag.iter_mut().zip(message) {
                *to = *from;
            }
            tag
        }
    }

    fn show(tag: &[u8; 16], out: &mut String) {
        out.push_str(&String::from_utf8_lossy(tag).replace('\0', ""));
    }

    fn pseudonym(steps: &[Step], empty: EmptyText) -> Pseudonym {
        Pseudonym::new(Arc::new(Echo), show, Normaliser::new(steps), empty)
    }

    #[test]
    fn message_is_the_matching_copy() {
        let mut plain = pseudonym(&[], EmptyText::Error);
        let mut folded = pseudonym(&[Step::Width, Step::Case, Step::Trim], EmptyText::Error);
        for (cell, a, b) in [("0012", "0012", "0012"), ("ＡＢ ", "ＡＢ ", "ab"), ("NA", "NA", "na")] {
            let (mut x, mut y) = (String::new(), String::new());
            assert_eq!(plain.apply(Some(cell), &mut x), Ok(Published::Text));
            assert_eq!(folded.apply(Some(cell), &mut y), Ok(Published::Text));
            assert_eq!((x.as_str(), y.as_str()), (a, b));
        }
    }

    #[test]
    fn null_stays_null_and_empty_is_an_error_unless_declared() {
        let mut out = String::new();
        let mut strict = pseudonym(&[Step::Trim], EmptyText::Error);
        assert_eq!(strict.apply(None, &mut out), Ok(Published::Null));
        assert_eq!(strict.apply(Some(""), &mut out), Err(TreatmentError::EmptyPseudonym));
        assert_eq!(strict.apply(Some("　"), &mut out), Err(TreatmentError::EmptyPseudonym));
        assert_eq!(out, "");
        assert_eq!(pseudonym(&[], EmptyText::Keep).apply(Some(""), &mut out), Ok(Published::Text));
        assert_eq!(out, "");
        assert_eq!(pseudonym(&[], EmptyText::Pseudonym).apply(Some(""), &mut out), Ok(Published::Text));
    }
}
