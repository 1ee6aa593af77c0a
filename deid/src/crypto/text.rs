//! How 128 bits of a keyed hash are written as text.
//!
//! Crockford base32 is the default: 26 characters, no letter that is mistaken for a digit, the
//! same order as the bits, and no meaning in upper or lower case. The 128 bits are read as one
//! big-endian number, so the first character is `0`–`7` (the layout that ULID uses). Hex is
//! for systems that expect it; UUID is version 8 ("custom", RFC 9562 §5.8), which keeps only 122
//! of the bits, because six of them say "version 8, variant 10".
//!
//! Deliberately absent: shorter forms (1.5 million people collide 262 times at 32 bits) and
//! decoding, which nothing here needs.

/// Crockford's alphabet: no I, L, O, U.
const BASE32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const HEX: &[u8; 16] = b"0123456789abcdef";

/// A way to write a pseudonym.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// 26 characters of Crockford base32, upper case; all 128 bits.
    #[default]
    Base32,
    /// 32 lower-case hexadecimal digits; all 128 bits.
    Hex,
    /// 36 characters `xxxxxxxx-xxxx-8xxx-yxxx-xxxxxxxxxxxx`; 122 of the bits.
    Uuid,
}

impl Encoding {
    /// Length of the text in bytes (all ASCII).
    #[must_use]
    pub const fn len(self) -> usize {
        match self {
            Self::Base32 => 26,
            Self::Hex => 32,
            Self::Uuid => 36,
        }
    }

    /// Never true; here because a type with `len` is asked for it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        false
    }

    /// How many of the 128 bits the text carries.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Base32 | Self::Hex => 128,
            Self::Uuid => 122,
        }
    }

    /// Appends the text of `tag` to `out`; allocates only if `out` has no room left.
    pub fn push(self, tag: [u8; 16], out: &mut Vec<u8>) {
        match self {
            Self::Base32 => out.extend_from_slice(&base32_128(tag)),
            Self::Hex => out.extend_from_slice(&hex_128(tag)),
            Self::Uuid => push_uuid(tag, out),
        }
    }

    /// Appends the text of `tag` to a `String`.
    pub fn push_str(self, tag: [u8; 16], out: &mut String) {
        let ascii =
            |bytes: &[u8], out: &mut String| out.push_str(std::str::from_utf8(bytes).unwrap_or_default());
        match self {
            Self::Base32 => ascii(&base32_128(tag), out),
            Self::Hex => ascii(&hex_128(tag), out),
            Self::Uuid => {
                let mut bytes = Vec::with_capacity(36);
                push_uuid(tag, &mut bytes);
                ascii(&bytes, out);
            }
        }
    }
}

/// One base32 digit for the lowest five bits of `bits`.
fn digit32(bits: u64) -> u8 {
    // OK because the mask keeps the index below 32, the length of the alphabet.
    BASE32.get((bits & 31) as usize).copied().unwrap_or(b'0')
}

fn digit16(bits: u8) -> u8 {
    HEX.get(usize::from(bits & 15)).copied().unwrap_or(b'0')
}

fn base32_128(tag: [u8; 16]) -> [u8; 26] {
    let number = u128::from_be_bytes(tag);
    // Two halves in 64-bit registers: 13 digits (65 bits) below, 13 digits (63 bits) above.
    let mut low = number as u64;
    let mut high = (number >> 65) as u64;
    let bit_64 = (number >> 64) as u64 & 1;
    let mut text = [b'0'; 26];
    let (upper, lower) = text.split_at_mut(13);
    for (place, slot) in lower.iter_mut().rev().enumerate() {
        // The topmost digit of the lower half holds bits 60..=64, so it borrows one bit.
        *slot = if place == 12 { digit32(low | (bit_64 << 4)) } else { digit32(low) };
        low >>= 5;
    }
    for slot in upper.iter_mut().rev() {
        *slot = digit32(high);
        high >>= 5;
    }
    text
}

fn hex_128(tag: [u8; 16]) -> [u8; 32] {
    let mut text = [b'0'; 32];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(tag) {
        *pair = [digit16(byte >> 4), digit16(byte)];
    }
    text
}

fn push_uuid(mut tag: [u8; 16], out: &mut Vec<u8>) {
    tag[6] = (tag[6] & 0x0f) | 0x80;
    tag[8] = (tag[8] & 0x3f) | 0x80;
    for (place, pair) in hex_128(tag).as_chunks::<2>().0.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.extend_from_slice(pair);
    }
}

/// 80 bits as exactly 16 base32 characters (key ids).
pub(super) fn base32_80(bytes: [u8; 10]) -> [u8; 16] {
    let mut wide = [0u8; 16];
    let mut text = [b'0'; 16];
    for (slot, byte) in wide.iter_mut().rev().zip(bytes.iter().rev()) {
        *slot = *byte;
    }
    let mut number = u128::from_be_bytes(wide);
    for slot in text.iter_mut().rev() {
        *slot = digit32(number as u64);
        number >>= 5;
    }
    text
}

/// Lower-case hexadecimal text of any bytes (digests).
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [digit16(b >> 4), digit16(*b)]).map(char::from).collect()
}

/// Whether `c` is a character of the base32 alphabet as this module writes it.
pub(super) fn is_base32(c: u8) -> bool {
    BASE32.contains(&c)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn text(encoding: Encoding, tag: [u8; 16]) -> String {
        let mut out = b"before ".to_vec();
        encoding.push(tag, &mut out);
        assert_eq!(out.len(), 7 + encoding.len());
        String::from_utf8(out.split_off(7)).unwrap()
    }

    fn decode32(text: &str) -> u128 {
        text.bytes().fold(0, |n, c| n * 32 + BASE32.iter().position(|d| *d == c).unwrap() as u128)
    }

    #[test]
    fn known_texts() {
        let tag: [u8; 16] = std::array::from_fn(|i| i as u8 * 17);
        assert_eq!(text(Encoding::Hex, tag), "00112233445566778899aabbccddeeff");
        assert_eq!(text(Encoding::Uuid, tag), "00112233-4455-8677-8899-aabbccddeeff");
        assert_eq!(text(Encoding::Base32, [0xff; 16]), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        assert_eq!(text(Encoding::Base32, [0; 16]), "00000000000000000000000000");
        // 1 << 64 and its neighbours: the seam between the two registers.
        assert_eq!(decode32(&text(Encoding::Base32, (1u128 << 64).to_be_bytes())), 1 << 64);
        assert_eq!(decode32(&text(Encoding::Base32, (1u128 << 65).to_be_bytes())), 1 << 65);
        assert_eq!(&base32_80([0xff; 10]), b"ZZZZZZZZZZZZZZZZ");
        assert_eq!(hex(&[0, 0xab, 0xff]), "00abff");
    }

    proptest! {
        #[test]
        fn round_trips(number: u128, short: [u8; 10]) {
            let tag = number.to_be_bytes();
            prop_assert_eq!(decode32(&text(Encoding::Base32, tag)), number);
            prop_assert_eq!(u128::from_str_radix(&text(Encoding::Hex, tag), 16).unwrap(), number);
            let uuid = text(Encoding::Uuid, tag);
            prop_assert_eq!((uuid.as_bytes()[14], uuid.len()), (b'8', 36));
            prop_assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
            let kept = u128::from_str_radix(&uuid.replace('-', ""), 16).unwrap();
            let mask = !((0xfu128 << 76) | (3 << 62));
            prop_assert_eq!(kept & mask, number & mask);
            let id = String::from_utf8(base32_80(short).to_vec()).unwrap();
            let mut wide = [0; 16];
            wide[6..].copy_from_slice(&short);
            prop_assert_eq!(decode32(&id), u128::from_be_bytes(wide));
        }

        #[test]
        fn base32_keeps_the_order_of_the_bits(a: u128, b: u128) {
            let (x, y) = (text(Encoding::Base32, a.to_be_bytes()), text(Encoding::Base32, b.to_be_bytes()));
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        }
    }
}
