//! Which treatments a column may chain, and in which order.
//!
//! Checked when the column is built, so that a run meets no chain that reads a period as a day or
//! a label as a number. Order of work: suppress → shift → truncate, round, top- and bottom-code →
//! generalise; every other treatment stands alone (suppress may precede it).

use crate::transform::hierarchy::Hierarchy;
use crate::transform::treatment::{BuildError, Treatment};
use crate::transform::value::ValueType;
use crate::transform::value::number::Decimal;

/// Place in the order of work; `None` for treatments that stand alone.
fn rank(step: &Treatment) -> Option<u8> {
    match step {
        Treatment::Suppress(_) => Some(0),
        Treatment::DateShift(_) => Some(1),
        Treatment::DateTruncate(_) | Treatment::Round(_) | Treatment::EndCode(_) => Some(2),
        Treatment::Generalize(_) => Some(3),
        _ => None,
    }
}

pub(super) fn check(value_type: &ValueType, steps: &[Treatment]) -> Result<(), BuildError> {
    if steps.is_empty() {
        return Err(BuildError::NoTreatment);
    }
    let mut last = 0;
    let mut number = value_type.is_numeric();
    let mut date = value_type.has_date();
    for (at, step) in steps.iter().enumerate() {
        let Some(rank) = rank(step) else {
            let before = steps.iter().take(at);
            let alone = at + 1 == steps.len()
                && before.clone().all(|s| matches!(s, Treatment::Suppress(_)))
                && (at == 0 || step.is_published());
            if alone {
                return Ok(());
            }
            return Err(BuildError::NotAlone { at });
        };
        let repeated = rank == last && matches!(rank, 1 | 3) && at > 0;
        if rank < last || repeated {
            return Err(BuildError::Order { at });
        }
        last = rank;
        match step {
            Treatment::DateShift(_) if !date => return Err(BuildError::NeedsDate { at }),
            Treatment::DateTruncate(t) => {
                let time = matches!(value_type, ValueType::DateTime { .. });
                if !date || (t.is_of_time() && !time) {
                    return Err(BuildError::NeedsDate { at });
                }
                // What follows reads a period, not a day.
                date = false;
            }
            Treatment::Round(_) | Treatment::EndCode(_) if !number => {
                return Err(BuildError::NeedsNumber { at });
            }
            Treatment::EndCode(t) => number = is_number(t.label()),
            Treatment::Generalize(t) => match **t.hierarchy() {
                Hierarchy::Bands(_) if !value_type.is_numeric() => {
                    return Err(BuildError::NeedsNumber { at });
                }
                Hierarchy::Dates(_) if !date => return Err(BuildError::NeedsDate { at }),
                _ => {}
            },
            _ => {}
        }
    }
    Ok(())
}

fn is_number(label: &str) -> bool {
    Decimal::parse(label).is_ok()
}

pub(super) fn teach_labels(steps: &mut [Treatment]) {
    let labels: Vec<_> = steps
        .iter()
        .filter_map(|step| match step {
            Treatment::EndCode(t) => Some((t.label().to_owned(), t.at())),
            _ => None,
        })
        .filter(|(label, _)| !is_number(label))
        .collect();
    if let (false, Some(Treatment::Generalize(t))) = (labels.is_empty(), steps.last_mut()) {
        t.teach(&labels);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::transform::hierarchy::{Bands, BandsSpec, Dates};
    use crate::transform::normalise::Normaliser;
    use crate::transform::treatment::{
        Constant, DateShift, DateTruncate, Drop, End, EndCode, Generalize, Mask, Round, Suppress, Window,
    };
    use crate::transform::value::date::DateFormat;
    use crate::transform::value::period::{Period, Style};
    use std::sync::Arc;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn dates() -> ValueType {
        ValueType::Date(Box::new([DateFormat::Iso]))
    }

    fn bands() -> Arc<Hierarchy> {
        let widths = [d("5"), d("10")];
        let spec = BandsSpec { widths: &widths, ..BandsSpec::default() };
        Arc::new(Bands::new(&spec).unwrap().into())
    }

    #[test]
    fn order_and_types_are_checked() {
        let shift = || Treatment::DateShift(DateShift::new(Window::symmetric(3).unwrap()));
        let month = || Treatment::DateTruncate(DateTruncate::new(Period::Month, Style::Iso).unwrap());
        let round = || Treatment::Round(Round::new(d("10")).unwrap());
        let top = || Treatment::EndCode(EndCode::new(End::Top, d("90"), Some("90以上")));
        let band = || Treatment::Generalize(Generalize::new(bands(), 1).unwrap());
        let birth: Arc<Hierarchy> = Arc::new(Dates::new(&[Period::Year], Style::Iso).unwrap().into());
        let hour = || Treatment::DateTruncate(DateTruncate::of("hour", Style::Iso).unwrap());
        let year = || Treatment::Generalize(Generalize::new(birth.clone(), 1).unwrap());
        let list = || Treatment::Suppress(Suppress::values(&["x"], Normaliser::default()).unwrap());
        let build = |t: ValueType, steps: Vec<Treatment>| check(&t, &steps);
        let constant = || Treatment::Constant(Constant::new("x"));
        let mask = || Treatment::Mask(Mask::ends(1, 0, '*').unwrap());
        assert_eq!(build(dates(), vec![list(), shift(), year()]), Ok(()));
        assert_eq!(build(dates(), vec![month(), shift()]), Err(BuildError::Order { at: 1 }));
        assert_eq!(build(dates(), vec![shift(), shift()]), Err(BuildError::Order { at: 1 }));
        assert_eq!(build(dates(), vec![month(), month()]), Err(BuildError::NeedsDate { at: 1 }));
        assert_eq!(build(dates(), vec![month(), year()]), Err(BuildError::NeedsDate { at: 1 }));
        assert_eq!(build(dates(), vec![hour()]), Err(BuildError::NeedsDate { at: 0 }), "a day has no hour");
        let formats = Box::new([DateFormat::Iso]);
        let times = ValueType::DateTime { formats, zone: Default::default() };
        assert_eq!(build(times, vec![shift(), hour()]), Ok(()));
        assert_eq!(build(ValueType::Text, vec![year()]), Err(BuildError::NeedsDate { at: 0 }));
        assert_eq!(build(ValueType::Text, vec![shift()]), Err(BuildError::NeedsDate { at: 0 }));
        assert_eq!(build(ValueType::Text, vec![round()]), Err(BuildError::NeedsNumber { at: 0 }));
        assert_eq!(build(ValueType::Text, vec![band()]), Err(BuildError::NeedsNumber { at: 0 }));
        assert_eq!(build(ValueType::Integer, vec![round(), top(), band()]), Ok(()));
        assert_eq!(build(ValueType::Integer, vec![top(), round()]), Err(BuildError::NeedsNumber { at: 1 }));
        assert_eq!(build(ValueType::Integer, vec![band(), round()]), Err(BuildError::Order { at: 1 }));
        assert_eq!(build(ValueType::Text, vec![list(), mask()]), Ok(()));
        assert_eq!(build(ValueType::Text, vec![mask(), list()]), Err(BuildError::NotAlone { at: 0 }));
        assert_eq!(
            build(ValueType::Text, vec![list(), Treatment::Drop(Drop)]),
            Err(BuildError::NotAlone { at: 1 })
        );
        assert_eq!(build(dates(), vec![shift(), constant()]), Err(BuildError::NotAlone { at: 1 }));
        assert_eq!(build(ValueType::Text, vec![]), Err(BuildError::NoTreatment));
    }
}
