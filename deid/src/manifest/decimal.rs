//! Ratios as text with exactly ten decimals.
//!
//! A float printed by two programs may differ in its last digit, and a signed document must not.
//! So every figure that is not a count is rounded once, here, and travels as text:
//! `"0.2000000000"`. Ten decimals are more than any figure of this field means.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

const SCALE: i128 = 10_000_000_000;
const MAX_WHOLE_DIGITS: usize = 18;

/// A number with ten decimals, −10¹⁸ < x < 10¹⁸. Ordered as a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i128);

impl Decimal {
    /// 0.
    pub const ZERO: Self = Self(0);

    /// The nearest decimal to `numerator / denominator` (half away from zero), computed in
    /// integers. `None` if the denominator is 0 or the result is out of range.
    #[must_use]
    pub fn ratio(numerator: u64, denominator: u64) -> Option<Self> {
        let (n, d) = (i128::from(numerator), i128::from(denominator));
        let twice = n.checked_mul(SCALE)?.checked_mul(2)?.checked_add(d)?;
        Self::in_range(twice.checked_div(d.checked_mul(2)?)?)
    }

    /// The nearest decimal to a float. `None` for a number that is not finite or out of range.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        // Formatting a float is exact and the same on every platform, unlike multiplying it.
        let text = format!("{value:.10}");
        Self::parse(text.strip_prefix('-').filter(|t| is_zero(t)).unwrap_or(&text))
    }

    /// Reads the one spelling of a decimal: digits without a needless zero, a point, ten digits;
    /// a minus only before what is not zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.')?;
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
        let canonical = plain(whole)
            && plain(fraction)
            && fraction.len() == 10
            && whole.len() <= MAX_WHOLE_DIGITS
            && (whole == "0" || !whole.starts_with('0'));
        if !canonical || (text.len() != digits.len() && is_zero(digits)) {
            return None;
        }
        let magnitude = whole.parse::<i128>().ok()? * SCALE + fraction.parse::<i128>().ok()?;
        Some(Self(if text.len() == digits.len() { magnitude } else { -magnitude }))
    }

    /// The difference; 0 where it is out of range, which figures of this field never are.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.0.checked_sub(other.0).and_then(Self::in_range).unwrap_or(Self::ZERO)
    }

    /// The value as a float, for display and comparison with a tolerance.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "display and tolerant comparison only")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }

    fn in_range(scaled: i128) -> Option<Self> {
        (scaled.abs() / SCALE < 10i128.pow(18)).then_some(Self(scaled))
    }
}

fn is_zero(text: &str) -> bool {
    text.bytes().all(|c| matches!(c, b'0' | b'.'))
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.abs();
        write!(f, "{sign}{}.{:010}", magnitude / SCALE, magnitude % SCALE)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a decimal"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        assert_eq!(Decimal::ratio(1, 3).unwrap().to_string(), "0.3333333333");
        assert_eq!(Decimal::ratio(2, 3).unwrap().to_string(), "0.6666666667");
        assert_eq!(Decimal::ratio(1, 0), None);
        assert_eq!(Decimal::ratio(u64::MAX, 1), None);
        assert_eq!(Decimal::from_f64(0.1 + 0.2).unwrap().to_string(), "0.3000000000");
        assert_eq!(Decimal::from_f64(-1e-30).unwrap().to_string(), "0.0000000000");
        assert_eq!(Decimal::from_f64(-2.5).unwrap().to_string(), "-2.5000000000");
        assert_eq!(Decimal::from_f64(f64::NAN), None);
        assert_eq!(Decimal::from_f64(f64::INFINITY), None);
        assert_eq!(Decimal::from_f64(1e18), None);
        assert!((Decimal::parse("0.2500000000").unwrap().to_f64() - 0.25).abs() < 1e-12);
    }

    #[test]
    fn one_spelling_only() {
        for wrong in [
            "",
            "0",
            "0.1",
            "00.1000000000",
            "01.0000000000",
            "+0.1000000000",
            "-0.0000000000",
            ".1000000000",
            "1e0",
            "0.10000000000",
            "0,1000000000",
            " 0.1000000000",
            "0.1000000000 ",
            "1234567890123456789.0000000000",
            "٠.1000000000",
        ] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn text_round_trips_and_keeps_the_order(a in -1e9f64..1e9, b in -1e9f64..1e9) {
            let (x, y) = (Decimal::from_f64(a).unwrap(), Decimal::from_f64(b).unwrap());
            prop_assert_eq!(Decimal::parse(&x.to_string()), Some(x));
            if (a - b).abs() > 1e-6 {
                prop_assert_eq!(a < b, x < y);
            }
        }

        #[test]
        fn ratio_is_within_half_a_unit(n in 0u64..1_000_000_000, d in 1u64..1_000_000_000) {
            let scaled = Decimal::ratio(n, d).unwrap().0;
            let error = (scaled * i128::from(d) - i128::from(n) * SCALE).abs();
            prop_assert!(2 * error <= i128::from(d));
        }
    }
}
