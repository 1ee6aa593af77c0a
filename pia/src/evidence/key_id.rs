//! Names of keys: `root-` or `sign-` and 80 bits in Crockford's base32.

use sha2::{Digest, Sha256};

const DIGITS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The demo keys are public; whatever they sign or pseudonymise proves and protects nothing.
const DEMO: [&str; 2] = ["root-94Q56FVY7MD5131R", "sign-8N5CAY49H1F5MJR6"];

pub(super) fn is_demo(id: &str) -> bool {
    DEMO.contains(&id)
}

pub(super) fn is_signing_id(text: &str) -> bool {
    text.strip_prefix("sign-")
        .is_some_and(|rest| rest.len() == 16 && rest.chars().all(|c| DIGITS.contains(c)))
}

pub(super) fn is_key_id(text: &str) -> bool {
    is_signing_id(text)
        || text.strip_prefix("root-").is_some_and(|rest| is_signing_id(&format!("sign-{rest}")))
}

/// The id of a public key: the first 80 bits of its SHA-256, five at a time from the top.
pub(super) fn of(public_key: &[u8; 32]) -> String {
    let mut id = String::from("sign-");
    let (mut pending, mut bits) = (0u32, 0u32);
    for byte in Sha256::digest(public_key).iter().take(10) {
        pending = (pending << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let digit = (pending >> bits) & 31;
            id.extend(DIGITS.chars().nth(digit as usize));
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_as_they_are_written() {
        let id = of(&[7; 32]);
        assert!(is_signing_id(&id) && is_key_id(&id), "{id}");
        assert!(is_key_id(&id.replace("sign", "root")) && !is_signing_id(&id.replace("sign", "root")));
        for wrong in [
            "",
            "sign-",
            "sign-0123456789ABCDE",
            "sign-0123456789ABCDEFG",
            "sign-0123456789abcdef",
            "sign-../../../../etc",
        ] {
            assert!(!is_key_id(wrong), "{wrong}");
        }
        assert!(DEMO.iter().all(|id| is_key_id(id)));
    }
}
