//! The keyed hash that decides the order of published rows: SipHash-2-4.
//!
//! Why not the HMAC of the pseudonyms: nothing of a tag is published, only which row stands before
//! which, and a row is longer than an HMAC-SHA256 block, so that ordering cost more than a pseudonym.
//! SipHash-2-4 is a pseudorandom function with a 128-bit key, made for short messages.
//!
//! Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012.

use std::fmt;

use siphasher::sip::SipHasher24;
use zeroize::Zeroizing;

use super::prf::Prf;

/// The key of one run's order of rows; never copied, never printed.
pub struct OrderKey(Zeroizing<[u8; 16]>);

impl OrderKey {
    /// The key that a subkey of [`super::Purpose::Order`] stands for: its tag of the empty message.
    #[must_use]
    pub fn new(subkey: &Prf) -> Self {
        Self(Zeroizing::new(subkey.tag128(b"")))
    }

    /// The place of a row among all others. Equal rows have equal places; other rows may, once in
    /// 2⁶⁴ pairs, which the caller must settle.
    #[must_use]
    pub fn place(&self, row: &[u8]) -> u64 {
        SipHasher24::new_with_key(&self.0).hash(row)
    }
}

impl fmt::Debug for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderKey(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix A of the paper.
    #[test]
    fn published_vector() {
        let key = OrderKey(Zeroizing::new(std::array::from_fn(|i| i as u8)));
        let message: [u8; 15] = std::array::from_fn(|i| i as u8);
        assert_eq!(key.place(&message), 0xa129_ca61_49be_45e5);
    }

    #[test]
    fn another_subkey_gives_another_order() {
        let place = |subkey: u8| OrderKey::new(&Prf::new(&[subkey; 32])).place(b"row");
        assert_ne!(place(1), place(2));
        assert_eq!(place(1), place(1));
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", OrderKey::new(&Prf::new(&[7; 32]))), "OrderKey(secret)");
    }
}
