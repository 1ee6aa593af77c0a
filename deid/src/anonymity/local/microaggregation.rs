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
//! Deliberately absent: forming the classes by the numbers themselves (MDAV), and geometric means;
//! the reading and printing of numbers, which is the columns' work.

/// Most digits that a result may have, as a number of a table may.
const MOST: i128 = 10_i128.pow(30);

/// A column of exact decimals: `units / 10^scale`, the same scale for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// The numbers without their points; `None` is NULL.
    pub units: Vec<Option<i128>>,
    /// Digits after the point.
    pub scale: u32,
}

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
    numbers: &Numbers,
    class_of: &[Option<u32>],
    statistic: Statistic,
    scale: u32,
) -> Result<Numbers, MicroError> {
    let results = of_classes(numbers, class_of, statistic, scale)?;
    let result = |class: u32| {
        let place = results.binary_search_by_key(&class, |of| of.class).ok()?;
        results.get(place).map(|of| of.units)
    };
    let rows = class_of.iter().zip(&numbers.units);
    let units = rows.map(|(class, number)| number.and_then(|_| result((*class)?))).collect();
    Ok(Numbers { units, scale })
}

/// What stands for the numbers of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfClass {
    /// The class.
    pub class: u32,
    /// Numbers in it, NULL not counted; at least 1.
    pub count: u64,
    /// The result without its point.
    pub units: i128,
}

/// The result of every class that has a number, ascending by class; as [`microaggregate`].
///
/// # Errors
/// [`MicroError`].
pub fn of_classes(
    numbers: &Numbers,
    class_of: &[Option<u32>],
    statistic: Statistic,
    scale: u32,
) -> Result<Vec<OfClass>, MicroError> {
    if numbers.units.len() != class_of.len() {
        return Err(MicroError::Ragged);
    }
    let rows = || class_of.iter().zip(&numbers.units);
    let mut of_class: Vec<(u32, i128)> =
        rows().filter_map(|(class, number)| Some(((*class)?, (*number)?))).collect();
    of_class.sort_unstable();
    let mut results = Vec::new();
    for members in of_class.chunk_by(|a, b| a.0 == b.0) {
        let chosen = match statistic {
            Statistic::Mean => members,
            Statistic::Median => {
                let (low, high) = ((members.len() - 1) / 2, members.len() / 2);
                members.get(low..=high).unwrap_or_default()
            }
        };
        let result = mean(chosen, numbers.scale, scale).ok_or(MicroError::OutOfRange)?;
        let count = members.len() as u64;
        results.extend(members.first().map(|(class, _)| OfClass { class: *class, count, units: result }));
    }
    Ok(results)
}

/// The mean of at least one number, rounded once; `None` if it does not fit.
fn mean(numbers: &[(u32, i128)], from: u32, to: u32) -> Option<i128> {
    let mut sum: i128 = 0;
    for (_, number) in numbers {
        sum = sum.checked_add(*number)?;
    }
    let count = i128::try_from(numbers.len()).ok()?;
    // sum / (count · 10^from), in units of 10^-to.
    let power = |digits: u32| 10_i128.checked_pow(digits);
    let (numerator, denominator) = if to >= from {
        (sum.checked_mul(power(to - from)?)?, count)
    } else {
        (sum, count.checked_mul(power(from - to)?)?)
    };
    let size = numerator.checked_abs()?;
    let up = i128::from(size % denominator >= denominator - size % denominator);
    let result = (size / denominator + up) * numerator.signum();
    (result.abs() < MOST).then_some(result)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn numbers(units: &[Option<i128>], scale: u32) -> Numbers {
        Numbers { units: units.to_vec(), scale }
    }

    #[test]
    fn means_and_medians_by_hand() {
        // 0.10, 0.20, NULL, 0.30 | 5, -5 | 9 without a class.
        let units = [Some(10), Some(20), None, Some(30), Some(500), Some(-500), Some(900)];
        let classes = [Some(7), Some(7), Some(7), Some(7), Some(2), Some(2), None];
        let mean = microaggregate(&numbers(&units, 2), &classes, Statistic::Mean, 2).unwrap();
        let expected = [Some(20), Some(20), None, Some(20), Some(0), Some(0), None];
        assert_eq!(mean, numbers(&expected, 2));
        let units = [Some(1), Some(2), Some(4), Some(100), Some(-1), Some(-2)];
        let classes = [Some(0), Some(0), Some(0), Some(0), Some(1), Some(1)];
        // The mean of 2 and 4; that of -1 and -2 is -1.5, a half, and goes away from zero.
        let median = microaggregate(&numbers(&units, 0), &classes, Statistic::Median, 0).unwrap();
        assert_eq!(median.units, [3, 3, 3, 3, -2, -2].map(Some));
        // 26.75 and -1.5.
        let mean = microaggregate(&numbers(&units, 0), &classes, Statistic::Mean, 1).unwrap();
        assert_eq!(mean, numbers(&[268, 268, 268, 268, -15, -15].map(Some), 1));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let column = numbers(&[Some(MOST - 1), Some(MOST - 1)], 0);
        let of = [Some(0), Some(0)];
        assert_eq!(microaggregate(&column, &of, Statistic::Mean, 1), Err(MicroError::OutOfRange));
        assert_eq!(microaggregate(&column, &of, Statistic::Mean, 0).unwrap(), column);
        assert_eq!(microaggregate(&column, &of[..1], Statistic::Mean, 0), Err(MicroError::Ragged));
        let longest = numbers(&[Some(i128::MAX), Some(i128::MAX)], 0);
        assert_eq!(microaggregate(&longest, &of, Statistic::Mean, 0), Err(MicroError::OutOfRange));
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
            let column = numbers(&rows.iter().map(|(_, cell)| *cell).collect::<Vec<_>>(), 2);
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
                prop_assert_eq!(found.units[row], expected);
            }
            // Another order of the rows gives the same numbers.
            let turned = |i: usize| (i + turn) % rows.len();
            let column = numbers(&(0..rows.len()).map(|i| column.units[turned(i)]).collect::<Vec<_>>(), 2);
            let classes: Vec<_> = (0..rows.len()).map(|i| classes[turned(i)]).collect();
            let again = microaggregate(&column, &classes, statistic, scale).unwrap();
            for (i, number) in again.units.iter().enumerate() {
                prop_assert_eq!(*number, found.units[turned(i)]);
            }
        }
    }
}
