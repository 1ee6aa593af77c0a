//! Exact decimal numbers: digits in, the same digits out, never a float.
//!
//! Plain text only: an optional sign and ASCII digits with at most one point that has digits on
//! both sides. Thousands separators, exponents and blanks are refused, because guessing them is
//! how `1.23457E+11` became somebody's identifier. At most 30 digits in all.

use super::Unparsable;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// Most digits that a number may have.
pub const MAX_DIGITS: usize = 30;

/// The number `units / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

const fn pow10(n: u32) -> i128 {
    10i128.pow(n)
}

impl Decimal {
    /// The number `units / 10^scale`; `None` if it has more than [`MAX_DIGITS`] digits.
    #[must_use]
    pub fn new(units: i128, scale: u32) -> Option<Self> {
        let limit = pow10(MAX_DIGITS as u32);
        (units.abs() < limit && scale as usize <= MAX_DIGITS).then_some(Self { units, scale })
    }

    /// The number without its point.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.units
    }

    /// Digits after the point.
    #[must_use]
    pub const fn scale(self) -> u32 {
        self.scale
    }

    /// Reads a number; the scale is the number of digits written after the point.
    ///
    /// # Errors
    /// [`Unparsable`] for anything but sign, digits and one point between digits.
    pub fn parse(text: &str) -> Result<Self, Unparsable> {
        let (negative, digits) = split_sign(text);
        let mut units: u64 = 0;
        let mut wide: i128 = 0;
        let mut count = 0usize;
        let mut point: Option<usize> = None;
        for byte in digits.bytes() {
            match byte {
                b'0'..=b'9' => {
                    count += 1;
                    let digit = u64::from(byte - b'0');
                    // 64-bit arithmetic as long as it lasts: 128-bit is several times slower.
                    if count <= 18 {
                        units = units * 10 + digit;
                        wide = i128::from(units);
                    } else if count <= MAX_DIGITS {
                        wide = wide * 10 + i128::from(digit);
                    } else {
                        return Err(Unparsable);
                    }
                }
                b'.' if point.is_none() && count > 0 => point = Some(count),
                _ => return Err(Unparsable),
            }
        }
        let scale = point.map_or(0, |at| count - at);
        if count == 0 || (point.is_some() && scale == 0) {
            return Err(Unparsable);
        }
        Ok(Self { units: if negative { -wide } else { wide }, scale: scale as u32 })
    }

    /// The same number with `scale` digits after the point; `None` if a digit other than 0 would
    /// be lost or the number becomes too long.
    #[must_use]
    pub fn rescale(self, scale: u32) -> Option<Self> {
        if scale == self.scale {
            return Some(self);
        }
        if scale > self.scale {
            let factor = 10i128.checked_pow(scale - self.scale)?;
            Self::new(self.units.checked_mul(factor)?, scale)
        } else {
            let factor = 10i128.checked_pow(self.scale - scale)?;
            (self.units % factor == 0).then_some(Self { units: self.units / factor, scale })
        }
    }

    /// Order of the values (1.10 equals 1.1).
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        if self.scale == other.scale {
            return self.units.cmp(&other.units);
        }
        let sign = self.units.signum().cmp(&other.units.signum());
        if sign != Ordering::Equal {
            return sign;
        }
        // Compare the whole parts, then the fractions: no product can overflow.
        let (a, b) = (pow10(self.scale), pow10(other.scale));
        (self.units / a).cmp(&(other.units / b)).then_with(|| {
            let scale = self.scale.max(other.scale);
            let left = (self.units % a) * pow10(scale - self.scale);
            let right = (other.units % b) * pow10(scale - other.scale);
            left.cmp(&right)
        })
    }

    /// Appends the number with exactly `scale` digits after the point; zero has no sign.
    pub fn write(self, out: &mut String) {
        // Writing to a String cannot fail. 64-bit numbers are several times faster to write.
        if self.scale == 0 {
            let _ = match i64::try_from(self.units) {
                Ok(units) => write!(out, "{units}"),
                Err(_) => write!(out, "{}", self.units),
            };
            return;
        }
        let factor = pow10(self.scale).unsigned_abs();
        let size = self.units.unsigned_abs();
        let sign = if self.units < 0 { "-" } else { "" };
        let width = self.scale as usize;
        let _ = write!(out, "{sign}{}.{:0width$}", size / factor, size % factor);
    }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..).unwrap_or("")),
        Some(b'+') => (false, text.get(1..).unwrap_or("")),
        _ => (false, text),
    }
}

/// Appends the canonical text of an integer: no `+`, no leading zeros, no `-0`.
///
/// # Errors
/// [`Unparsable`] also where a point is written.
pub fn write_integer(text: &str, out: &mut String) -> Result<(), Unparsable> {
    let (negative, digits) = split_sign(text);
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unparsable);
    }
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        out.push('0');
    } else {
        if negative {
            out.push('-');
        }
        out.push_str(digits);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn text(number: Decimal) -> String {
        let mut out = String::new();
        number.write(&mut out);
        out
    }

    #[test]
    fn forms() {
        for (given, written) in [
            ("0", "0"),
            ("-0", "0"),
            ("+5", "5"),
            ("007", "7"),
            ("1.10", "1.10"),
            ("-0.50", "-0.50"),
            ("-0.00", "0.00"),
            ("0012.30", "12.30"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ] {
            assert_eq!(text(Decimal::parse(given).unwrap()), written);
        }
        for bad in [
            "",
            "+",
            "-",
            ".",
            ".5",
            "5.",
            "1..2",
            "1.2.3",
            "1,000",
            "1e5",
            " 1",
            "1 ",
            "１",
            "0x1",
            "--1",
            "NaN",
            "1234567890123456789012345678901",
        ] {
            assert_eq!(Decimal::parse(bad), Err(Unparsable), "{bad}");
        }
    }

    #[test]
    fn rescale_is_exact_or_nothing() {
        let d = Decimal::parse("1.10").unwrap();
        assert_eq!(text(d.rescale(1).unwrap()), "1.1");
        assert_eq!(text(d.rescale(4).unwrap()), "1.1000");
        assert_eq!(d.rescale(0), None);
    }

    proptest! {
        #[test]
        fn written_then_read_is_the_same(units in -(10i128.pow(29))..10i128.pow(29), scale in 0u32..20) {
            let number = Decimal::new(units, scale).unwrap();
            prop_assert_eq!(Decimal::parse(&text(number)).unwrap(), number);
        }

        #[test]
        fn order_is_that_of_a_common_scale(a in -10_000i128..10_000, b in -10_000i128..10_000, s in 0u32..5, t in 0u32..5) {
            let (x, y) = (Decimal::new(a, s).unwrap(), Decimal::new(b, t).unwrap());
            let (l, r) = (x.rescale(9).unwrap(), y.rescale(9).unwrap());
            prop_assert_eq!(x.compare(y), l.units().cmp(&r.units()));
        }

        #[test]
        fn integer_text_agrees_with_the_number(sign in "[+-]?", digits in "[0-9]{1,20}") {
            let given = format!("{sign}{digits}");
            let mut out = String::new();
            write_integer(&given, &mut out).unwrap();
            prop_assert_eq!(out, text(Decimal::parse(&given).unwrap()));
        }
    }
}
