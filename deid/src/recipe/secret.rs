//! A recipe holds no secret: any text in it that looks like a key is refused where it stands.
//!
//! Here and not among the lints, because a key hides best in a place that the format does not know
//! (`key = "…"`), and such a recipe never becomes one. Digests have two places of their own.

use toml::de::{DeTable, DeValue};

use super::reader::Problems;
use crate::codes::Code;
use crate::error::Diagnostic;

/// Keys whose value is a digest by definition.
const DIGESTS: [&str; 2] = ["follows", "sha256"];
/// 32 bytes in hexadecimal.
const HEX: usize = 64;
/// 32 bytes in base64 without padding.
const BASE64: usize = 43;

/// Reports every text value that looks like 32 or more random bytes; never the text itself.
pub(super) fn find(table: &DeTable<'_>, problems: &mut Problems) {
    for (key, value) in table.iter() {
        if DIGESTS.contains(&key.get_ref().as_ref()) {
            continue;
        }
        if looks_like_key(key.get_ref()) {
            problems.push(Diagnostic::error(Code::RecipeSecret).at(key.span()));
        }
        find_in(value, problems);
    }
}

fn find_in(value: &toml::Spanned<DeValue<'_>>, problems: &mut Problems) {
    match value.get_ref() {
        DeValue::String(text) if looks_like_key(text) => {
            problems.push(Diagnostic::error(Code::RecipeSecret).at(value.span()));
        }
        DeValue::Array(items) => items.iter().for_each(|v| find_in(v, problems)),
        DeValue::Table(table) => find(table, problems),
        _ => {}
    }
}

/// Whether a run of characters in `text` could be 32 random bytes.
fn looks_like_key(text: &str) -> bool {
    let hex = text.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= HEX && entropy(run) > 3.0);
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    hex || text.split(|c| !base64(c)).any(|run| {
        run.len() >= BASE64
            && run.bytes().any(|b| b.is_ascii_lowercase())
            && run.bytes().any(|b| b.is_ascii_uppercase())
            && changes(run) > 0.33
            && entropy(run) > 4.0
    })
}

/// Share of neighbours of another kind (small letter, capital, digit, sign): two thirds in random
/// base64, a quarter at most in paths and names that people write.
fn changes(run: &str) -> f64 {
    let kind = |b: u8| (b.is_ascii_lowercase(), b.is_ascii_uppercase(), b.is_ascii_digit());
    let pairs = run.bytes().zip(run.bytes().skip(1));
    let changed = pairs.filter(|(a, b)| kind(*a) != kind(*b)).count();
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    count(changed) / count(run.len().max(1))
}

/// Shannon entropy of the bytes of a text, in bits a byte.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for b in text.bytes() {
        if let Some(n) = counts.get_mut(usize::from(b)) {
            *n += 1;
        }
    }
    let total = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|n| **n > 0)
        .map(|n| {
            let share = f64::from(*n) / total;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn japanese_and_short_texts_are_not_keys(text in "[ぁ-んァ-ン一-龠0-9a-zA-Z]{0,42}") {
            prop_assert!(!looks_like_key(&text));
        }
    }

    #[test]
    fn random_keys_are_seen_in_both_forms() {
        use base64::Engine as _;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        use sha2::{Digest as _, Sha256};
        for n in 0..2000_u32 {
            let key = Sha256::digest(n.to_be_bytes());
            let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
            for text in [format!("root key: {hex}!"), STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key), hex]
            {
                assert!(looks_like_key(&text), "{text}");
            }
        }
    }

    #[test]
    fn what_people_write_is_not_a_key() {
        for text in [
            "hierarchies/Tsukuba-Towns-2026/municipality_and_area_codes.csv",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "the number of rows changes every week and comes with a delivery note",
        ] {
            assert!(!looks_like_key(text), "{text}");
        }
    }
}
