//! Strict Ed25519: what `ring` checks, and points that it lets through refused.
//!
//! With a key or an R of small order one signature fits many messages; a key with two encodings
//! has two names. Both are refused by their y coordinate.

use ring::signature::{ED25519, UnparsedPublicKey};

use crate::digest::hex;

/// y of the points whose order divides eight, as little-endian hexadecimal digits.
const SMALL_ORDER_Y: [&str; 5] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/// p = 2²⁵⁵ − 19, from the most significant byte.
const P_HIGH: u8 = 0x7f;
const P_LOW: u8 = 0xed;

fn y(point: &[u8; 32]) -> [u8; 32] {
    let mut y = *point;
    y[31] &= 0x7f;
    y
}

fn has_small_order(point: &[u8; 32]) -> bool {
    SMALL_ORDER_Y.contains(&hex(&y(point)).as_str())
}

fn is_reduced(point: &[u8; 32]) -> bool {
    let mut p = [0xff; 32];
    p[0] = P_LOW;
    p[31] = P_HIGH;
    y(point).iter().rev().lt(p.iter().rev())
}

/// Whether these bytes may be pinned as a key.
pub(super) fn is_acceptable_key(key: &[u8; 32]) -> bool {
    is_reduced(key) && !has_small_order(key)
}

/// Whether the signature over the message is by the key.
pub(super) fn holds(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let r = signature.first_chunk::<32>();
    is_acceptable_key(key)
        && r.is_some_and(|r| !has_small_order(r))
        && UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_would_fit_anything() {
        let mut p = [0xff; 32];
        (p[0], p[31]) = (P_LOW, P_HIGH);
        assert!(!is_acceptable_key(&p) && !is_acceptable_key(&[0xff; 32]) && !is_acceptable_key(&[0; 32]));
        p[0] -= 1;
        assert!(is_reduced(&p) && has_small_order(&p));
        p[0] -= 1;
        assert!(is_acceptable_key(&p));
        assert!(!holds(&[7; 32], b"", &[0; 64]) && !holds(&[7; 32], b"", &[]));
    }
}
