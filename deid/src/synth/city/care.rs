//! The table 介護認定: valid certifications of needed care.
//!
//! Levels follow the published national counts by sex; the rate by age is assumed. The table's
//! only key is the care insurance number: a linkage of its own.

use super::City;
use super::calendar;
use super::emit::{Emitter, Row};
use super::numbers::CARE_INSURER;
use super::random::Stream;
use super::tables::Table;

/// Months for which a certification is valid (new ones shortest).
const MONTHS: [i32; 4] = [6, 12, 24, 36];

pub(super) fn write<E>(city: &City, seed: u64, emitter: &mut Emitter<'_, E>) -> Result<(), E> {
    let mut stream = Stream::new(seed, "care");
    let mut row = Row::default();
    let as_of = city.population.as_of;
    for (place, person) in city.chosen() {
        let level = usize::from(person.care).checked_sub(1);
        let Some(level) = level.and_then(|level| city.data.care_levels.get(level)) else {
            continue;
        };
        let which = stream.small(4);
        let months = usize::try_from(which).ok().and_then(|i| MONTHS.get(i)).copied();
        let months = months.unwrap_or(12);
        let days = as_of - calendar::add_months(as_of, -months);
        let from = as_of - stream.between(1, days - 1);
        row.clear();
        row.text(CARE_INSURER);
        city.numbers.push_care(place, row.cell());
        row.text(level.name);
        row.text(if which == 0 { "新規" } else { "更新" });
        calendar::push_iso(row.cell(), from);
        calendar::push_iso(row.cell(), calendar::add_months(from, months) - 1);
        emitter.row(Table::Care, &mut row)?;
    }
    Ok(())
}
