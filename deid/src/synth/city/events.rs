//! The year of the city, day by day: transports, visits, and what is prescribed after either.
//!
//! Why day by day: every table comes out in the order of time, as a hospital's or fire brigade's
//! file would, and memory holds no event (but the transports, which are few). The visits of a day
//! are drawn with weights by age, which makes each person's yearly count close to Poisson.

use std::collections::BTreeMap;

use super::City;
use super::calendar::{self, Day, push_padded};
use super::emit::{Emitter, Fact, Row};
use super::fault::Fault;
use super::notes::{self, Scene};
use super::prescriptions::{Origin, Prescriber};
use super::random::Stream;
use super::tables::Table;
use super::transports::{self, Planted, Transport};
use super::visits::Visits;

/// Writes 救急搬送, 受診, 患者対応 and 処方.
pub(super) fn write<E>(
    city: &City,
    seed: u64,
    twice: &BTreeMap<usize, usize>,
    emitter: &mut Emitter<'_, E>,
) -> Result<(), E> {
    let mut carried = Carried {
        city,
        twice,
        notes: Stream::new(seed, "note"),
        references: Stream::new(seed, "duplicate reference"),
        row: Row::default(),
        number: 0,
    };
    let mut after_transport = Prescriber::new(city, Stream::new(seed, "transport drugs"));
    let mut after_visit = Prescriber::new(city, Stream::new(seed, "visit drugs"));
    let mut visits = Visits::new(city, seed);
    let (from, to) = transports::year(city.population.as_of);
    let mut next = city.transports.iter().peekable();
    for day in from..=to {
        while let Some(transport) = next.next_if(|t| t.day == day) {
            let number = carried.write(transport, emitter)?;
            let died = city.data.severities.get(transport.severity).is_some_and(|s| s.name == "死亡");
            if !died {
                let origin = Origin::Transport(number);
                after_transport.write(day, transport.place, transport.disease, origin, emitter)?;
            }
        }
        visits.write_day(day, &mut after_visit, emitter)?;
    }
    Ok(())
}

/// Number of a transport: the year and six digits.
pub(super) fn push_transport_number(number: (Day, u64), out: &mut String) {
    push_padded(out, calendar::civil(number.0).0, 4);
    push_padded(out, i64::try_from(number.1).unwrap_or(0), 6);
}

/// Writes transports.
struct Carried<'c> {
    city: &'c City,
    twice: &'c BTreeMap<usize, usize>,
    notes: Stream,
    references: Stream,
    row: Row,
    number: u64,
}

impl Carried<'_> {
    /// Writes one row and its truths; returns its number.
    fn write<E>(&mut self, transport: &Transport, emitter: &mut Emitter<'_, E>) -> Result<(Day, u64), E> {
        self.number += 1;
        let number = (transport.day, self.number);
        let data = &self.city.data;
        let Some(person) = self.city.population.people.get(transport.place) else {
            return Ok(number);
        };
        // Half of the transports of somebody registered twice name the second registration.
        let half = self.references.chance(500);
        let second = self.twice.get(&transport.place).filter(|_| half);
        let place = second.copied().unwrap_or(transport.place);
        let age = person.age_on(transport.day);
        let cause = data.causes.get(transport.cause).map_or("", |c| c.name);
        let town = data.towns.get(transport.town).map_or("", |t| t.name);

        let row = &mut self.row;
        row.clear();
        push_transport_number(number, row.cell());
        self.city.numbers.push_resident(place, row.cell());
        for after in [0, transport.arrival, transport.hospital_arrival] {
            transports::push_time(transport, after, row.cell());
        }
        row.text(town);
        push_padded(row.cell(), age, 1);
        row.text(transport.age_class);
        row.text(person.sex.text());
        row.text(cause);
        row.text(data.severities.get(transport.severity).map_or("", |s| s.name));
        let disease = data.diseases.get(transport.disease);
        row.text(disease.map_or("", |d| d.code));
        row.text(disease.map_or("", |d| d.name));
        let hospital = data.hospitals.get(transport.hospital);
        row.text(hospital.map_or("", |h| h.code.as_str()));
        row.text(hospital.map_or("", |h| h.name));
        let scene = Scene { cause, place: transport.place, age, town };
        let spans = notes::write(self.city, &scene, &mut self.notes, row.cell());
        emitter.row(Table::Transports, row)?;

        for span in &spans {
            let fact = Fact {
                column: "概要",
                kind: span.kind,
                span: Some((span.from, span.to)),
                clean: &span.text,
                written: &span.text,
            };
            emitter.fact(Table::Transports, &fact)?;
        }
        if let Some(second) = second {
            let fact = Fact {
                column: "住民ID",
                kind: Fault::DUPLICATE_REFERENCE,
                span: None,
                clean: &self.city.resident_id(transport.place),
                written: &self.city.resident_id(*second),
            };
            emitter.fact(Table::Transports, &fact)?;
        }
        let (column, kind, after) = match transport.planted {
            Planted::Nothing => return Ok(number),
            Planted::Duration => ("病着日時", "planted_unique_duration", transport.hospital_arrival),
            Planted::Hour => ("覚知日時", "planted_unique_hour", 0),
        };
        let mut time = String::new();
        transports::push_time(transport, after, &mut time);
        let fact = Fact { column, kind, span: None, clean: &time, written: &time };
        emitter.fact(Table::Transports, &fact)?;
        Ok(number)
    }
}
