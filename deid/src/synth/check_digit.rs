//! Check digits of Japanese identifiers, as used to make (and to deliberately spoil) numbers.
//!
//! Why here: the synthetic city must write numbers with the right structure, and individual
//! numbers (個人番号) with a *wrong* check digit, because no range is reserved for fiction.
//! Deliberately absent: judging whether a column holds such numbers (that is classification).
//!
//! Every function takes the digits *without* the check digit as ASCII text and returns the check
//! digit, or `None` when the text is not that many ASCII digits.

/// Values 0–9 of an all-digit text, or `None`.
fn digits(text: &str, length: usize) -> Option<impl DoubleEndedIterator<Item = u32> + '_> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.bytes().map(|b| u32::from(b - b'0')))
}

/// Σ Pn·Qn with Qn = n+1 for n ≤ 6 and n−5 above, n counted from the right.
fn q_weighted(text: &str, length: usize) -> Option<u8> {
    let sum: u32 = digits(text, length)?.rev().zip((2..=7).chain(2..)).map(|(p, q)| p * q).sum();
    let digit = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    u8::try_from(digit).ok()
}

/// Check digit of an individual number (個人番号): 11 digits in, the 12th out.
///
/// Source: 総務省令第85号 (2014) article 5.
#[must_use]
pub fn individual_number(body: &str) -> Option<u8> {
    q_weighted(body, 11)
}

/// Check digit of a resident record code (住民票コード): 10 digits in, the 11th out.
///
/// Source: reproduced from three published sample values; the ordinance text was not seen.
#[must_use]
pub fn resident_code(body: &str) -> Option<u8> {
    q_weighted(body, 10)
}

/// Check digit of a corporate number (法人番号): the 12 digits after it in, the *first* digit out.
#[must_use]
pub fn corporate_number(body: &str) -> Option<u8> {
    let sum: u32 = digits(body, 12)?.rev().zip([1, 2].into_iter().cycle()).map(|(p, q)| p * q).sum();
    u8::try_from(9 - sum % 9).ok()
}

/// Check digit of a local-government code (全国地方公共団体コード): 5 digits in, the 6th out.
#[must_use]
pub fn municipality_code(body: &str) -> Option<u8> {
    let sum: u32 = digits(body, 5)?.zip((2..=6).rev()).map(|(p, q)| p * q).sum();
    u8::try_from((11 - sum % 11) % 10).ok()
}

/// Luhn check digit of any all-digit body of 1–19 digits: insurer numbers (保険者番号, 5 or 7
/// digits in), medical institution codes (9 digits in, 10-digit form), 後期高齢 insured numbers.
#[must_use]
pub fn luhn(body: &str) -> Option<u8> {
    if body.is_empty() || body.len() > 19 {
        return None;
    }
    let sum: u32 = digits(body, body.len())?
        .rev()
        .zip([2, 1].into_iter().cycle())
        .map(|(p, q)| p * q)
        .map(|product| product / 10 + product % 10)
        .sum();
    u8::try_from((10 - sum % 10) % 10).ok()
}

/// Whether a 12-digit text is an individual number with the right check digit.
#[must_use]
pub fn is_individual_number(text: &str) -> bool {
    text.split_at_checked(11).is_some_and(|(body, last)| {
        individual_number(body).is_some_and(|digit| last.as_bytes() == [b'0' + digit])
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn last_digit_is(f: fn(&str) -> Option<u8>, known: &[&str]) {
        for text in known {
            let (body, last) = text.split_at(text.len() - 1);
            assert_eq!(f(body).unwrap().to_string(), last, "{text}");
        }
    }

    #[test]
    fn known_values() {
        last_digit_is(individual_number, &["983205673214", "123456789018", "621498320257"]);
        last_digit_is(resident_code, &["24727059608", "24846016224", "25208017643"]);
        last_digit_is(municipality_code, &["082201", "080004", "082031", "131016", "011002", "271004"]);
        last_digit_is(luhn, &["33120015", "138016", "39131016", "01130012", "0110113719"]);
        for text in ["7000012050002", "8000020082201", "2000020080004"] {
            let (first, body) = text.split_at(1);
            assert_eq!(corporate_number(body).unwrap().to_string(), first);
        }
    }

    #[test]
    fn refuses_what_is_not_digits() {
        for text in ["", "1234567890", "1234567890a", "１２３４５６７８９０１"] {
            assert_eq!(individual_number(text), None);
        }
        assert_eq!(luhn(""), None);
        assert_eq!(luhn("12-4"), None);
        assert!(!is_individual_number("12345678901"));
        assert!(is_individual_number("123456789018"));
    }

    proptest! {
        /// Luhn catches every single-digit error.
        #[test]
        fn luhn_catches_single_errors(body in "[0-9]{7}", at in 0_usize..7, by in 1_u8..10) {
            let digit = luhn(&body).unwrap();
            let spoiled: String = body.bytes().enumerate()
                .map(|(i, b)| char::from(if i == at { b'0' + (b - b'0' + by) % 10 } else { b }))
                .collect();
            prop_assert_ne!(luhn(&spoiled).unwrap(), digit);
        }

        /// Exactly one last digit in ten completes an individual number.
        #[test]
        fn one_digit_in_ten(body in "[0-9]{11}") {
            let right = (0..10).filter(|d| is_individual_number(&format!("{body}{d}"))).count();
            prop_assert_eq!(right, 1);
        }
    }
}
