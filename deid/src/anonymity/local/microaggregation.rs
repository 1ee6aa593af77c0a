//! Microaggregation: numbers of a class are replaced by one number for all of them.
//!
//! Why here: after a recoding the classes are known; a numeric column that is no quasi-identifier
//! by itself (a weight, an amount) need not be generalised to bands where the class's mean or
//! median says more.
//!
//! Numbers are exact decimals. A mean or median is the exact fraction, rounded once, half away
//! from zero (四捨五入, as `round` does), to the digits asked for: no binary floating point, so the
//! printed number does not depend on the machine or on the order of the rows.
//!
//! Sources: Domingo-Ferrer, Mateo-Sanz 2002; Defays, Nanopoulos 1993.
//!
//! Deliberately absent: forming the classes by the numbers themselves (MDAV), and geometric means.

use crate::transform::value::number::Decimal;

/// What stands for the numbers of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Sum / count.
    Mean,
    /// The middle of the sorted numbers; of an even count, the mean of the two in the middle.
    Median,
}

/// Why a column cannot be aggregated. Never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MicroError {
    /// Not one class entry per number.
    #[error("the columns do not form a table")]
    Ragged,
    /// A sum or result of too many digits.
    #[error("a number becomes too long")]
    OutOfRange,
}

/// The column with every number replaced by its class's. Counted over records (a person with
/// several records weighs as many). NULL stays NULL and does not count; a record without a class
/// (suppressed) becomes NULL.
///
/// `scale`: digits after the point of every result.
///
/// # Errors
/// [`MicroError`].
pub fn microaggregate(
    numbers: &[Option<Decimal>],
    class_of: &[Option<u32>],
    statistic: Statistic,
    scale: u32,
) -> Result<Vec<Option<Decimal>>, MicroError> {
    if numbers.len() != class_of.len() {
        return Err(MicroError::Ragged);
    }
    let mut of_class: Vec<(u32, Decimal)> =
        class_of.iter().zip(numbers).filter_map(|(class, number)| Some(((*class)?, (*number)?))).collect();
    of_class.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.compare(b.1)));
    let mut results: Vec<(u32, Decimal)> = Vec::new();
    for members in of_class.chunk_by(|a, b| a.0 == b.0) {
        let chosen = match statistic {
            Statistic::Mean => members,
            Statistic::Median => {
                let (low, high) = ((members.len() - 1) / 2, members.len() / 2);
                members.get(low..=high).unwrap_or_default()
            }
        };
        let result = mean(chosen, scale).ok_or(MicroError::OutOfRange)?;
        results.extend(members.first().map(|(class, _)| (*class, result)));
    }
    let result = |class: u32| {
        let place = results.binary_search_by_key(&class, |(class, _)| *class).ok()?;
        results.get(place).map(|(_, result)| *result)
    };
    Ok(class_of
        .iter()
        .zip(numbers)
        .map(|(class, number)| (*number).and_then(|_| result((*class)?)))
        .collect())
}

/// The mean of at least one number, rounded once; `None` if it does not fit.
fn mean(numbers: &[(u32, Decimal)], scale: u32) -> Option<Decimal> {
    let finest = numbers.iter().map(|(_, number)| number.scale()).max()?;
    let mut sum: i128 = 0;
    for (_, number) in numbers {
        sum = sum.checked_add(number.rescale(finest)?.units())?;
    }
    let count = i128::try_from(numbers.len()).ok()?;
    // sum / (count · 10^finest), in units of 10^-scale.
    let power = |digits: u32| 10_i128.checked_pow(digits);
    let (numerator, denominator) = if scale >= finest {
        (sum.checked_mul(power(scale - finest)?)?, count)
    } else {
        (sum, count.checked_mul(power(finest - scale)?)?)
    };
    let size = numerator.checked_abs()?;
    let up = i128::from(size % denominator >= denominator - size % denominator);
    Decimal::new((size / denominator + up) * numerator.signum(), scale)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn numbers(cells: &[&str]) -> Vec<Option<Decimal>> {
        cells.iter().map(|cell| Decimal::parse(cell).ok()).collect()
    }

    fn texts(column: &[Option<Decimal>]) -> Vec<String> {
        let text = |number: &Option<Decimal>| {
            let mut out = String::new();
            if let Some(number) = number {
                number.write(&mut out);
            }
            out
        };
        column.iter().map(text).collect()
    }

    #[test]
    fn means_and_medians_by_hand() {
        let column = numbers(&["0.1", "0.2", "", "0.30", "5", "-5", "9"]);
        let classes = [Some(7), Some(7), Some(7), Some(7), Some(2), Some(2), None];
        let mean = microaggregate(&column, &classes, Statistic::Mean, 2).unwrap();
        assert_eq!(texts(&mean), ["0.20", "0.20", "", "0.20", "0.00", "0.00", ""]);
        let column = numbers(&["1", "2", "4", "100", "-1", "-2"]);
        let classes = [Some(0), Some(0), Some(0), Some(0), Some(1), Some(1)];
        let median = microaggregate(&column, &classes, Statistic::Median, 0).unwrap();
        assert_eq!(texts(&median), ["3", "3", "3", "3", "-2", "-2"]);
        let mean = microaggregate(&column, &classes, Statistic::Mean, 1).unwrap();
        assert_eq!(texts(&mean), ["26.8", "26.8", "26.8", "26.8", "-1.5", "-1.5"]);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let long = "9".repeat(30);
        let column = numbers(&[&long, &long]);
        let of = [Some(0), Some(0)];
        assert_eq!(microaggregate(&column, &of, Statistic::Mean, 1), Err(MicroError::OutOfRange));
        assert_eq!(texts(&microaggregate(&column, &of, Statistic::Mean, 0).unwrap())[0], long);
        assert_eq!(microaggregate(&column, &of[..1], Statistic::Mean, 0), Err(MicroError::Ragged));
    }

    /// The nearest number with `scale` digits, the one away from zero where two are as near: by
    /// search, without division.
    fn nearest(sum: i128, count: i128, scale: u32) -> i128 {
        let scaled = sum * 10_i128.pow(scale);
        let far = |candidate: &i128| ((scaled - candidate * count * 100).abs(), -candidate.abs());
        let around = scaled / (count * 100);
        (around - 2..=around + 2).min_by_key(far).unwrap()
    }

    proptest! {
        #[test]
        fn agrees_with_a_search_for_the_nearest(
            rows in prop::collection::vec((0u32..3, prop::option::weighted(0.9, -99_999i128..99_999)), 1..40),
            scale in 0u32..4,
            median in any::<bool>(),
            turn in 0usize..40,
        ) {
            let column: Vec<Option<Decimal>> = rows.iter().map(|(_, cell)| Decimal::new((*cell)?, 2)).collect();
            let classes: Vec<Option<u32>> = rows.iter().map(|(class, _)| Some(*class)).collect();
            let statistic = if median { Statistic::Median } else { Statistic::Mean };
            let found = microaggregate(&column, &classes, statistic, scale).unwrap();
            for (row, (class, cell)) in rows.iter().enumerate() {
                let mut of: Vec<i128> = rows.iter().filter(|r| r.0 == *class).filter_map(|r| r.1).collect();
                of.sort_unstable();
                if median && !of.is_empty() {
                    of = vec![of[(of.len() - 1) / 2], of[of.len() / 2]];
                }
                let expected = cell.map(|_| nearest(of.iter().sum(), of.len() as i128, scale));
                prop_assert_eq!(found[row].map(|number| (number.units(), number.scale())), expected.map(|n| (n, scale)));
            }
            // Another order of the rows gives the same numbers.
            let turned = |i: usize| (i + turn) % rows.len();
            let column: Vec<_> = (0..rows.len()).map(|i| column[turned(i)]).collect();
            let classes: Vec<_> = (0..rows.len()).map(|i| classes[turned(i)]).collect();
            let again = microaggregate(&column, &classes, statistic, scale).unwrap();
            for (i, number) in again.iter().enumerate() {
                prop_assert_eq!(*number, found[turned(i)]);
            }
        }
    }
}
