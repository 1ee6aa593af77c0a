//! SHA-256 and how it is written: 64 lower-case hexadecimal digits.
//!
//! Why here: evidence, rule packs, facts and inputs are all pinned by it, and two spellings of one
//! digest would be two digests. Not here: ids of keys, which spell the same bytes otherwise
//! (`evidence::key_id`).

use sha2::{Digest, Sha256};

/// The digest of some bytes, in digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

/// A digest over several texts, each with its length in front: moving a byte from one to the next is
/// another digest.
#[derive(Default)]
pub(crate) struct Parts(Sha256);

impl Parts {
    pub(crate) fn add(&mut self, text: &str) {
        self.0.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    pub(crate) fn digits(self) -> String {
        hex(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_standard() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
    }

    #[test]
    fn a_byte_in_another_part_is_another_digest() {
        let of = |all: [&str; 2]| {
            let mut parts = Parts::default();
            all.into_iter().for_each(|part| parts.add(part));
            parts.digits()
        };
        assert_eq!(of(["ab", "c"]), sha256(b"\0\0\0\0\0\0\0\x02ab\0\0\0\0\0\0\0\x01c"));
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
    }
}
