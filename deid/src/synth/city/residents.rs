//! The table 住民, and the texts of a person that other tables quote.
//!
//! Why the second half of the table: people registered twice are appended after everybody, under a
//! new id and in another spelling, as a later registration would be.

use std::collections::BTreeMap;

use super::City;
use super::calendar;
use super::data::{Data, Name, Sex};
use super::emit::{Emitter, Fact, Row};
use super::fault::{self, Context, Fault};
use super::numbers::push_phone;
use super::population::Person;
use super::random::Stream;
use super::tables::Table;

/// Family and given name of a person.
pub(super) fn names(person: &Person, data: &Data) -> Option<(Name, Name)> {
    let (family, given) = (usize::from(person.family), usize::from(person.given));
    if let Some(nation) = usize::from(person.nation).checked_sub(1) {
        let nation = data.nationalities.get(nation)?;
        let names = if person.sex == Sex::Male { &nation.male } else { &nation.female };
        return Some((*nation.family.get(family)?, *names.get(given)?));
    }
    let names = if person.sex == Sex::Male { &data.male } else { &data.female };
    Some((*data.surnames.get(family)?, names.get(given)?.name))
}

/// Family and given name with `between` between them.
pub(super) fn push_name(person: &Person, data: &Data, between: &str, kana: bool, out: &mut String) {
    if let Some((family, given)) = names(person, data) {
        let text = |name: Name| if kana { name.kana } else { name.text };
        out.push_str(text(family));
        out.push_str(between);
        out.push_str(text(given));
    }
}

/// Name of the town where a person lives.
pub(super) fn town(person: &Person, data: &Data) -> &'static str {
    let town = data.towns.get(usize::from(person.address.town));
    town.map_or("", |t| t.name)
}

fn push_address(person: &Person, data: &Data, out: &mut String) {
    use std::fmt::Write as _;
    let a = &person.address;
    out.push_str("茨城県つくば市");
    out.push_str(town(person, data));
    // Writing to a String cannot fail.
    if a.chome > 0 {
        let _ = write!(out, "{}丁目{}", a.chome, a.block);
    } else {
        let _ = write!(out, "{}", a.block);
    }
    out.push_str("番地");
    if a.lot > 0 {
        let _ = write!(out, "{}", a.lot);
    }
    if a.room > 0 {
        const HOUSES: [&str; 5] = ["架空ハイツ", "合成コーポ", "架空荘", "試験住宅", "架空レジデンス"];
        let house = HOUSES.get(usize::from(a.block % 5)).copied().unwrap_or("");
        let _ = write!(out, " {house}{}号室", a.room);
    }
}

/// How many people are registered twice.
pub(super) struct Duplicates {
    /// Persons per million.
    pub(super) rate: u32,
    pub(super) stream: Stream,
}

/// Writes the table; returns, for each person registered twice, place and second place.
pub(super) fn write<E>(
    city: &City,
    duplicates: Duplicates,
    emitter: &mut Emitter<'_, E>,
) -> Result<BTreeMap<usize, usize>, E> {
    let mut row = Row::default();
    for (place, person) in city.chosen() {
        fill(city, place, person, None, &mut row);
        emitter.row(Table::Residents, &mut row)?;
        planted(city, person, emitter)?;
    }
    let mut twice = BTreeMap::new();
    let Duplicates { rate, mut stream } = duplicates;
    for (place, person) in city.population.people.iter().enumerate() {
        if stream.small(1_000_000) >= rate || !city.is_chosen(place) {
            continue;
        }
        let second = city.population.people.len() + twice.len();
        let mut clean = String::new();
        push_name(person, &city.data, "\u{3000}", false, &mut clean);
        let written = respell(&clean, stream.small(u32::MAX), &city.data);
        fill(city, second, person, Some(&written), &mut row);
        emitter.untouched(Table::Residents, &row)?;
        let (first_id, second_id) = (city.resident_id(place), city.resident_id(second));
        let id = ("住民ID", Fault::Duplicate.code(), &first_id, &second_id);
        let name = ("氏名", "duplicate_spelling", &clean, &written);
        for (column, kind, clean, written) in [id, name] {
            let fact = Fact { column, kind, span: None, clean, written };
            emitter.fact(Table::Residents, &fact)?;
        }
        twice.insert(place, second);
    }
    Ok(twice)
}

/// One row. A second registration has another name, and no 個人番号 or insurance yet.
fn fill(city: &City, place: usize, person: &Person, second: Option<&str>, row: &mut Row) {
    let (data, numbers) = (&city.data, &city.numbers);
    row.clear();
    numbers.push_resident(place, row.cell());
    numbers.push_household(person.household, row.cell());
    row.text(person.relation.text());
    match second {
        Some(name) => row.text(name),
        None => push_name(person, data, "\u{3000}", false, row.cell()),
    }
    push_name(person, data, "\u{3000}", true, row.cell());
    calendar::push_iso(row.cell(), person.birth);
    row.text(person.sex.text());
    let town = data.towns.get(usize::from(person.address.town));
    let postal = town.and_then(|t| t.postal.split_at_checked(3));
    let cell = row.cell();
    if let Some((first, last)) = postal {
        cell.push_str(first);
        cell.push('-');
        cell.push_str(last);
    }
    push_address(person, data, row.cell());
    row.text(town.map_or("", |t| t.name));
    row.text(nationality(person, data));
    push_phone(person.phone, row.cell());
    if second.is_some() {
        for _ in 0..6 {
            row.text("");
        }
        return;
    }
    numbers.push_individual(place, row.cell());
    numbers.insurance(place, person, row);
    let cell = row.cell();
    // Everyone of 65 and over is insured; below, only who is certified.
    if person.care > 0 || person.age_on(city.population.as_of) >= 65 {
        numbers.push_care(place, cell);
    }
}

fn nationality(person: &Person, data: &Data) -> &'static str {
    usize::from(person.nation)
        .checked_sub(1)
        .and_then(|place| data.nationalities.get(place))
        .map_or("日本", |nation| nation.name)
}

/// Another spelling of a name: a variant kanji where one exists, else without the blank.
fn respell(clean: &str, choice: u32, data: &Data) -> String {
    let context = Context { variants: &data.variants, orphan: "" };
    let mut out = String::new();
    if !fault::spoil(Fault::Variant, clean, choice, &context, &mut out) {
        out.clear();
        out.extend(clean.chars().filter(|c| *c != '\u{3000}'));
    }
    out
}

/// Tells the planted risks of the row just written.
fn planted<E>(city: &City, person: &Person, emitter: &mut Emitter<'_, E>) -> Result<(), E> {
    let mut tell = |column, kind, value: &str| {
        let fact = Fact { column, kind, span: None, clean: value, written: value };
        emitter.fact(Table::Residents, &fact)
    };
    if person.is_rare_age {
        let mut birth = String::new();
        calendar::push_iso(&mut birth, person.birth);
        tell("生年月日", "planted_rare_age", &birth)?;
    }
    let nation = usize::from(person.nation).checked_sub(1);
    match nation.and_then(|place| city.data.nationalities.get(place)) {
        Some(nation) if nation.weight == 0 => tell("国籍", "planted_single_nationality", nation.name),
        _ => Ok(()),
    }
}
