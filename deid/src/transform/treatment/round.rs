//! `round`: numbers to a multiple of a base, exactly.
//!
//! Halves go away from zero (四捨五入: 250 to base 100 is 300, −250 is −300), the rule that offices and
//! their spreadsheets use; it is symmetric, and the bias of half-up does not matter for hiding.
//! The result has the digits of the base: to base 100 no point, to base 0.5 one digit.

use super::{BuildError, Published, TreatmentError};
use crate::transform::value::number::Decimal;

/// Rounds to multiples of a positive base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    base: Decimal,
}

impl Round {
    /// Rounds to multiples of `base`.
    ///
    /// # Errors
    /// [`BuildError::RoundBase`] if it is not positive.
    pub fn new(base: Decimal) -> Result<Self, BuildError> {
        if base.units() <= 0 {
            return Err(BuildError::RoundBase);
        }
        Ok(Self { base })
    }

    /// Appends the rounded number; NULL stays NULL.
    ///
    /// # Errors
    /// [`TreatmentError::Unparsable`], [`TreatmentError::OutOfRange`].
    pub fn apply(self, cell: Option<&str>, out: &mut String) -> Result<Published, TreatmentError> {
        let Some(text) = cell else {
            return Ok(Published::Null);
        };
        let number = Decimal::parse(text)?;
        let rounded = self.round(number).ok_or(TreatmentError::OutOfRange)?;
        rounded.write(out);
        Ok(Published::Text)
    }

    fn round(self, number: Decimal) -> Option<Decimal> {
        let scale = self.base.scale().max(number.scale());
        let value = number.rescale(scale)?.units();
        let base = self.base.rescale(scale)?.units();
        let size = value.abs();
        // At or above the middle: away from zero. No doubling, so nothing overflows.
        let up = i128::from(size % base >= base - size % base);
        let multiple = (size / base + up) * value.signum();
        Decimal::new(multiple.checked_mul(self.base.units())?, self.base.scale())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn round(base: &str, cell: &str) -> String {
        let mut out = String::new();
        let t = Round::new(Decimal::parse(base).unwrap()).unwrap();
        t.apply(Some(cell), &mut out).unwrap();
        out
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (base, cell, expected) in [
            ("100", "249", "200"),
            ("100", "250", "300"),
            ("100", "-250", "-300"),
            ("100", "-249", "-200"),
            ("100", "49.99", "0"),
            ("100", "-49", "0"),
            ("0.5", "36.75", "37.0"),
            ("0.5", "36.74", "36.5"),
            ("3", "4", "3"),
            ("3", "5", "6"),
            ("1", "0.5", "1"),
        ] {
            assert_eq!(round(base, cell), expected, "{cell} to {base}");
        }
        assert_eq!(Round::new(Decimal::parse("0").unwrap()), Err(BuildError::RoundBase));
        let t = Round::new(Decimal::parse("5").unwrap()).unwrap();
        let mut out = String::new();
        assert_eq!(t.apply(None, &mut out), Ok(Published::Null));
        assert_eq!(t.apply(Some(""), &mut out), Err(TreatmentError::Unparsable));
        let most = "9".repeat(30);
        assert_eq!(t.apply(Some(&most), &mut out), Err(TreatmentError::OutOfRange));
        assert_eq!(out, "");
    }

    proptest! {
        #[test]
        fn nearest_multiple(units in -100_000i64..100_000, base in 1i64..1_000) {
            let got: i64 = round(&base.to_string(), &units.to_string()).parse().unwrap();
            prop_assert_eq!(got % base, 0);
            prop_assert!((got - units).abs() * 2 <= base);
            if (got - units).abs() * 2 == base {
                prop_assert!(got.abs() > units.abs());
            }
            prop_assert_eq!(round(&base.to_string(), &got.to_string()), got.to_string());
        }
    }
}
