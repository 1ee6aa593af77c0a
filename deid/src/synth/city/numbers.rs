//! The numbers of the city: structurally right, and impossible as a real person's.
//!
//! Why here: each table writes some of them, and all must agree. What is real and what is not:
//!
//! - 個人番号: 11 scattered digits and a check digit that is always wrong.
//! - 電話番号: 029-0xx-xxxx (an exchange never starts with 0) and 090-0xxx-xxxx, 070-0xxx-xxxx
//!   (a subscriber's fourth digit is 1–9): the numbering plan assigns none of them.
//! - 保険者番号: right check digits; the city's national insurance is 08-998, which no insurer is
//!   known to have; society and mutual insurers end in 99. 介護保険者番号 = the city's own code.
//! - 宛名番号 (住民ID), 被保険者番号, 患者ID: set by each body, so no real person's by themselves.
//!
//! Numbers are made from places by an affine map modulo a prime: unique, scattered, and nothing
//! to remember.

use super::calendar::push_padded;
use super::emit::Row;
use super::population::{Insurer, Person};
use super::random::Stream;
use crate::synth::check_digit;

/// i ↦ (a·i + b) mod p for a prime p: distinct for all i < p.
#[derive(Clone, Copy)]
pub(super) struct Scatter {
    prime: u64,
    factor: u64,
    offset: u64,
}

impl Scatter {
    fn new(prime: u64, stream: &mut Stream) -> Self {
        Self {
            prime,
            // Not too small, so that neighbours end far apart.
            factor: prime / 3 + stream.below(prime / 3),
            offset: stream.below(prime),
        }
    }

    pub(super) fn apply(self, place: u64) -> u64 {
        let wide = u128::from(place) * u128::from(self.factor) + u128::from(self.offset);
        u64::try_from(wide % u128::from(self.prime)).unwrap_or(0)
    }
}

/// Largest primes below 10⁷, 10⁸ and 10¹¹.
const PRIME_7: u64 = 9_999_991;
const PRIME_8: u64 = 99_999_989;
const PRIME_11: u64 = 99_999_999_977;

/// How the city gives its numbers.
pub(super) struct Numbers {
    resident: Scatter,
    individual: Scatter,
    insured: Scatter,
    late: Scatter,
    care: Scatter,
    household: Scatter,
    patients: Vec<Scatter>,
    insurers: [String; 5],
}

/// Insurer number: body and its check digit.
fn insurer_number(body: &str) -> String {
    let digit = check_digit::luhn(body).unwrap_or(0);
    format!("{body}{digit}")
}

/// Care insurer number of the city: its own local-government code.
pub(super) const CARE_INSURER: &str = "082201";

impl Numbers {
    pub(super) fn new(seed: u64, hospitals: usize) -> Self {
        let mut stream = Stream::new(seed, "number");
        let mut scatter = |prime| Scatter::new(prime, &mut stream);
        Self {
            resident: scatter(PRIME_8),
            individual: scatter(PRIME_11),
            insured: scatter(PRIME_7),
            late: scatter(PRIME_7),
            care: scatter(PRIME_8),
            household: scatter(PRIME_8),
            patients: (0..hospitals).map(|_| scatter(PRIME_7)).collect(),
            insurers: ["08998", "0108001", "0608999", "3408999", "3908220"].map(insurer_number),
        }
    }

    /// 住民ID (宛名番号): ten digits, at least one leading zero, the last a Luhn check digit.
    pub(super) fn push_resident(&self, place: usize, out: &mut String) {
        let from = out.len();
        push_padded(out, as_i64(self.resident.apply(place as u64)), 9);
        let digit = check_digit::luhn(out.get(from..).unwrap_or_default()).unwrap_or(0);
        out.push(char::from(b'0' + digit));
    }

    /// 個人番号 with a wrong check digit.
    pub(super) fn push_individual(&self, place: usize, out: &mut String) {
        let body = self.individual.apply(place as u64);
        let from = out.len();
        push_padded(out, as_i64(body), 11);
        let right = check_digit::individual_number(out.get(from..).unwrap_or_default());
        // 1 to 9 steps away from the right digit.
        let step = u8::try_from(body % 9).unwrap_or(0) + 1;
        out.push(char::from(b'0' + (right.unwrap_or(0) + step) % 10));
    }

    pub(super) fn push_household(&self, household: u32, out: &mut String) {
        push_padded(out, as_i64(self.household.apply(household.into())), 8);
    }

    /// 介護被保険者番号: ten digits.
    pub(super) fn push_care(&self, place: usize, out: &mut String) {
        push_padded(out, as_i64(self.care.apply(place as u64)), 10);
    }

    /// 患者ID of one institution: seven digits.
    pub(super) fn push_patient(&self, hospital: usize, place: usize, out: &mut String) {
        if let Some(scatter) = self.patients.get(hospital) {
            push_padded(out, as_i64(scatter.apply(place as u64)), 7);
        }
    }

    /// 保険者番号, 記号, 番号 and 枝番 of a person, into four cells.
    pub(super) fn insurance(&self, place: usize, person: &Person, row: &mut Row) {
        let [national, association, union, mutual, late] = &self.insurers;
        let household = as_i64(self.insured.apply(person.household.into()));
        let (insurer, prefix) = match person.insurer {
            Insurer::National => (national, "つく"),
            Insurer::Association => (association, "0801"),
            Insurer::Union => (union, ""),
            Insurer::Mutual => (mutual, "学筑"),
            Insurer::Late => (late, ""),
        };
        row.text(insurer);
        let symbol = row.cell();
        symbol.push_str(prefix);
        match person.insurer {
            Insurer::Association => push_padded(symbol, household % 3_000, 4),
            Insurer::Union => push_padded(symbol, household % 900 + 1, 3),
            _ => {}
        }
        let number = row.cell();
        if person.insurer == Insurer::Late {
            let from = number.len();
            push_padded(number, as_i64(self.late.apply(place as u64)), 7);
            let digit = check_digit::luhn(number.get(from..).unwrap_or_default()).unwrap_or(0);
            number.push(char::from(b'0' + digit));
            row.text("");
        } else {
            push_padded(number, household, 7);
            push_padded(row.cell(), person.branch, 2);
        }
    }
}

/// Phone number of a person, or nothing.
pub(super) fn push_phone(phone: u32, out: &mut String) {
    const MOBILE: [&str; 2] = ["090-0", "070-0"];
    let (prefix, rest, width) = match phone.checked_sub(1_000_000) {
        None if phone == 0 => return,
        None => ("029-0", phone, 2),
        Some(mobile) => {
            let i = usize::from(mobile >= 10_000_000);
            (MOBILE.get(i).copied().unwrap_or("090-0"), mobile % 10_000_000, 3)
        }
    };
    out.push_str(prefix);
    push_padded(out, rest / 10_000, width);
    out.push('-');
    push_padded(out, rest % 10_000, 4);
}

/// Every number here is below 10¹¹.
fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]
    use super::*;
    use std::collections::BTreeSet;

    fn text(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn primes_are_prime() {
        for prime in [PRIME_7, PRIME_8, PRIME_11] {
            let divides = |d: &u64| prime % d == 0;
            let root = prime.isqrt();
            assert!((2..=root).find(divides).is_none(), "{prime}");
        }
    }

    #[test]
    fn individual_numbers_are_never_valid_and_never_twice() {
        let mut seen = BTreeSet::new();
        for seed in 0..4 {
            let numbers = Numbers::new(seed, 0);
            seen.clear();
            for place in 0..20_000 {
                let number = text(|out| numbers.push_individual(place, out));
                assert_eq!(number.len(), 12);
                assert!(!check_digit::is_individual_number(&number), "{number}");
                assert!(seen.insert(number));
            }
        }
    }

    #[test]
    fn resident_ids_carry_their_check_digit() {
        let numbers = Numbers::new(9, 2);
        let mut seen = BTreeSet::new();
        for place in 0..20_000 {
            let id = text(|out| numbers.push_resident(place, out));
            assert_eq!(id.len(), 10);
            assert!(id.starts_with('0'));
            let digit = check_digit::luhn(&id[..9]).unwrap();
            assert_eq!(id[9..], digit.to_string());
            assert!(seen.insert(id));
            let (a, b) = (
                text(|out| numbers.push_patient(0, place, out)),
                text(|out| numbers.push_patient(1, place, out)),
            );
            assert_ne!(a, b);
        }
    }

    #[test]
    fn insurer_numbers() {
        let numbers = Numbers::new(1, 0);
        for insurer in &numbers.insurers {
            let (body, last) = insurer.split_at(insurer.len() - 1);
            assert_eq!(check_digit::luhn(body).unwrap().to_string(), last);
        }
        let digit = check_digit::municipality_code(&CARE_INSURER[..5]).unwrap();
        assert_eq!(CARE_INSURER[5..], digit.to_string());
    }

    #[test]
    fn phones_are_in_unassigned_ranges() {
        assert_eq!(text(|out| push_phone(0, out)), "");
        assert_eq!(text(|out| push_phone(12_345, out)), "029-001-2345");
        assert_eq!(text(|out| push_phone(1_012_345, out)), "090-0001-2345");
        assert_eq!(text(|out| push_phone(20_999_999, out)), "070-0999-9999");
    }
}
