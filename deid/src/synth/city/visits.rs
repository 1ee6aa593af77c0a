//! The tables 受診 and 患者対応: visits at institutions, and whose patient id is whose.
//!
//! Why two tables: an institution knows its own patient id and the insurance key, never the city's
//! resident id; joining them is the linkage problem of the pilots, and 患者対応 is its answer.
//! Visit counts and the mix of diseases are assumed.

use std::collections::BTreeSet;

use super::City;
use super::calendar::{self, Day, push_padded};
use super::emit::{Emitter, Fact, Row};
use super::population::{Person, disease_class};
use super::prescriptions::{Origin, Prescriber};
use super::random::{Stream, Weights};
use super::tables::Table;
use super::transports;

/// Visits per ten years at an age (assumed).
const fn visits_in_ten_years(age: i32) -> u64 {
    match age {
        ..5 => 70,
        5..15 => 45,
        15..40 => 30,
        40..65 => 55,
        65..75 => 100,
        _ => 130,
    }
}

/// Well-scattered bits of a number (splitmix64): keeps a person at the same institution.
pub(super) const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Why and where somebody goes.
struct Visit {
    disease: usize,
    institution: usize,
    department: &'static str,
}

/// Makes the visits of one day after another.
pub(super) struct Visits<'c> {
    city: &'c City,
    stream: Stream,
    people: Weights,
    /// Names of the departments, and the institutions that have each.
    departments: Vec<(&'static str, Vec<usize>)>,
    acute: [Weights; 4],
    /// One bit per institution and person: already a patient there.
    known: Vec<u64>,
    /// Diseases still to be planted, and the day from which each is.
    planted: Vec<(Day, usize)>,
    share_so_far: u64,
    written: u64,
    share_of_year: u64,
    row: Row,
}

/// Share of a weekday: Sundays hardly, Saturdays half.
const fn share(day: Day) -> u64 {
    match calendar::weekday(day) {
        0 => 2,
        6 => 50,
        _ => 100,
    }
}

impl<'c> Visits<'c> {
    pub(super) fn new(city: &'c City, seed: u64) -> Self {
        let data = &city.data;
        let as_of = city.population.as_of;
        let (from, to) = transports::year(as_of);
        let of_department = |department: &str| -> Vec<usize> {
            let here = |d: &str| d == department || d == "*";
            let listed = (0..).zip(&data.hospitals).filter(|(_, h)| here(h.department));
            listed.map(|(i, _)| i).collect()
        };
        let departments: BTreeSet<&str> = data.diseases.iter().map(|d| d.department).collect();
        let acute = |class: usize| {
            Weights::new(data.diseases.iter().map(|d| match d.weights.get(class) {
                Some(weight) if !d.chronic => *weight,
                _ => 0,
            }))
        };
        let people = &city.population.people;
        let planted = (0..).zip(&data.diseases).filter(|(_, d)| d.is_planted());
        Self {
            city,
            stream: Stream::new(seed, "visit"),
            people: Weights::new(people.iter().map(|p| visits_in_ten_years(p.age_on(as_of)))),
            departments: departments.into_iter().map(|d| (d, of_department(d))).collect(),
            acute: [acute(0), acute(1), acute(2), acute(3)],
            known: vec![0; (people.len() * data.hospitals.len()).div_ceil(64)],
            planted: planted.zip((from..).skip(40).step_by(70)).map(|((i, _), day)| (day, i)).collect(),
            share_so_far: 0,
            written: 0,
            share_of_year: (from..=to).map(share).sum(),
            row: Row::default(),
        }
    }

    /// Writes the visits of a day, and what is prescribed.
    pub(super) fn write_day<E>(
        &mut self,
        day: Day,
        prescriber: &mut Prescriber<'c>,
        emitter: &mut Emitter<'_, E>,
    ) -> Result<(), E> {
        self.share_so_far += share(day);
        let upto = self.people.total() / 10 * self.share_so_far / self.share_of_year.max(1);
        for _ in self.written..upto {
            let Some(place) = self.people.draw(&mut self.stream) else {
                break;
            };
            let Some(person) = self.city.population.people.get(place) else {
                break;
            };
            let what_and_where = self.what_and_where(day, place, person);
            let Some(mut visit) = what_and_where.filter(|_| self.city.is_chosen(place)) else {
                continue;
            };
            let planted = self.planted.first().copied().filter(|(from, _)| day >= *from);
            if planted.is_some() {
                self.planted.remove(0);
            }
            visit.disease = planted.map_or(visit.disease, |(_, planted)| planted);
            self.visit(day, place, person, &visit, emitter)?;
            if planted.is_some() {
                self.tell_planted(visit.disease, emitter)?;
            }
            let number = emitter.next_record(Table::Visits) - 1;
            prescriber.write(day, place, visit.disease, Origin::Visit(number), emitter)?;
        }
        self.written = upto;
        Ok(())
    }

    /// Disease and institution; `None` for who was not yet born.
    fn what_and_where(&mut self, day: Day, place: usize, person: &Person) -> Option<Visit> {
        let stream = &mut self.stream;
        if person.birth > day {
            return None;
        }
        // The chronic diseases stand in no fixed slots; a gap is skipped.
        let first = usize::try_from(stream.small(3)).unwrap_or(0);
        let turned = person.chronic.iter().cycle().skip(first).take(3);
        let chronic = turned.copied().find(|c| *c > 0).unwrap_or(0);
        let keeps = stream.chance(800);
        let disease = match usize::from(chronic).checked_sub(1) {
            Some(disease) if keeps => disease,
            _ => {
                let acute = self.acute.get(disease_class(person.age_on(day)))?;
                let fits = |d: &usize| {
                    let disease = self.city.data.diseases.get(*d);
                    disease.is_some_and(|d| d.fits(person.sex))
                };
                (0..20).find_map(|_| acute.draw(stream).filter(fits))?
            }
        };
        // Children see a paediatrician where adults see a general practitioner.
        let department = match self.city.data.diseases.get(disease)?.department {
            "内科" if person.age_on(day) < 15 => "小児科",
            department => department,
        };
        let number = self.departments.iter().position(|(name, _)| *name == department)?;
        let (_, institutions) = self.departments.get(number)?;
        let own = mix(place as u64 ^ (number as u64) << 40) % institutions.len().max(1) as u64;
        let own = institutions.get(usize::try_from(own).ok()?)?;
        let institution = if stream.chance(900) { own } else { stream.pick(institutions)? };
        Some(Visit { disease, institution: *institution, department })
    }

    fn visit<E>(
        &mut self,
        day: Day,
        place: usize,
        person: &Person,
        visit: &Visit,
        emitter: &mut Emitter<'_, E>,
    ) -> Result<(), E> {
        let City { data, numbers, .. } = self.city;
        let (Some(disease), Some(at)) =
            (data.diseases.get(visit.disease), data.hospitals.get(visit.institution))
        else {
            return Ok(());
        };
        let row = &mut self.row;
        let bit = visit.institution * self.city.population.people.len() + place;
        if let Some(word) = self.known.get_mut(bit / 64)
            && *word >> (bit % 64) & 1 == 0
        {
            *word |= 1 << (bit % 64);
            row.clear();
            row.text(&at.code);
            numbers.push_patient(visit.institution, place, row.cell());
            numbers.push_resident(place, row.cell());
            emitter.row(Table::Patients, row)?;
        }
        row.clear();
        push_visit_number(emitter.next_record(Table::Visits), row.cell());
        row.text(&at.code);
        numbers.push_patient(visit.institution, place, row.cell());
        numbers.insurance(place, person, row);
        calendar::push_iso(row.cell(), day);
        row.text(visit.department);
        row.text(disease.code);
        row.text(disease.name);
        emitter.row(Table::Visits, row)
    }

    fn tell_planted<E>(&self, disease: usize, emitter: &mut Emitter<'_, E>) -> Result<(), E> {
        let code = self.city.data.diseases.get(disease).map_or("", |d| d.code);
        let fact = Fact {
            column: "主傷病コード",
            kind: "planted_unique_icd",
            span: None,
            clean: code,
            written: code,
        };
        emitter.fact(Table::Visits, &fact)
    }
}

/// Number of a visit: ten digits.
pub(super) fn push_visit_number(number: u64, out: &mut String) {
    push_padded(out, i64::try_from(number).unwrap_or(0), 10);
}
