//! A synthetic city of 筑波-like shape: residents, ambulance transports, visits, prescriptions,
//! care certifications and health checks, joined by different keys.
//!
//! [`generate`] is a pure function of [`Params`]: the same parameters give the same rows, byte for
//! byte, on every platform. It streams into a [`Sink`]; only the people (about 50 bytes each), one
//! bit per person and institution, and the year's transports stay in memory.
//!
//! Deliberately absent: files, encodings, the clock, and any record of a real person. What is real
//! (town names, published shares) and what is assumed stands in `docs/synthetic-city.md`.

mod calendar;
mod care;
mod checkups;
mod data;
mod emit;
mod error;
mod events;
mod fault;
mod household;
mod lists;
mod notes;
mod numbers;
mod population;
mod prescriptions;
mod random;
mod residents;
mod sink;
mod tables;
#[cfg(test)]
mod tests;
mod transports;
mod visits;

pub use error::{CityError, GenerateError};
pub use fault::{Fault, Injections};
pub use sink::{Sink, TRUTH_HEADER, Truth};
pub use tables::{Column, TABLES, Table, TableInfo};

use std::collections::BTreeSet;

use data::Data;
use emit::Emitter;
use numbers::Numbers;
use population::{Person, Population};
use random::Stream;
use transports::Transport;

/// What city to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// Residents, within [`Params::RESIDENTS`] (second registrations come on top).
    pub residents: u32,
    /// Everything random follows from it.
    pub seed: u64,
    /// Day of the register; events lie in the 365 days before. 2020–2040.
    pub as_of: jiff::civil::Date,
    /// Faults and their rates.
    pub injections: Injections,
    /// Whose rows are written.
    pub people: People,
}

/// Whose rows are written, in every table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum People {
    /// All residents.
    #[default]
    All,
    /// Only residents whom an ambulance carried in the year: an emergency-care exchange. About one
    /// resident in twenty; the city around them stays the same.
    Carried,
}

impl Params {
    /// Possible numbers of residents.
    pub const RESIDENTS: std::ops::RangeInclusive<u32> = 50..=2_000_000;

    /// A city as of 2025-10-01 with the usual faults.
    #[must_use]
    pub fn new(residents: u32, seed: u64) -> Self {
        Self {
            residents,
            seed,
            as_of: jiff::civil::date(2025, 10, 1),
            injections: Injections::usual(),
            people: People::All,
        }
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Rows of each table, in the order of [`TABLES`].
    pub rows: Vec<u64>,
    /// Households.
    pub households: u64,
}

/// Everything that the tables are written from.
struct City {
    data: Data,
    population: Population,
    numbers: Numbers,
    transports: Vec<Transport>,
    /// Who is written; `None` = everybody.
    chosen: Option<BTreeSet<usize>>,
}

impl City {
    /// The people whose rows are written, with their places.
    fn chosen(&self) -> impl Iterator<Item = (usize, &Person)> {
        let people = self.population.people.iter().enumerate();
        people.filter(|(place, _)| self.is_chosen(*place))
    }

    fn is_chosen(&self, place: usize) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen.contains(&place))
    }

    fn resident_id(&self, place: usize) -> String {
        let mut id = String::new();
        self.numbers.push_resident(place, &mut id);
        id
    }
}

/// Makes the city and hands every row and every truth to the sink.
///
/// # Errors
/// [`GenerateError::City`] for parameters out of range, before the first row;
/// [`GenerateError::Sink`] when the sink stops.
pub fn generate<E>(params: &Params, sink: &mut dyn Sink<Error = E>) -> Result<Summary, GenerateError<E>> {
    if !Params::RESIDENTS.contains(&params.residents) {
        return Err(CityError::Residents.into());
    }
    let date = params.as_of;
    if !(2020..=2040).contains(&date.year()) {
        return Err(CityError::AsOf.into());
    }
    let as_of = calendar::day(date.year().into(), date.month().into(), date.day().into());
    let seed = params.seed;
    let data = Data::load()?;
    let population = Population::new(params.residents.into(), seed, as_of, &data);
    let mut stream = Stream::new(seed, "transport");
    let transports = transports::draw(&population, &data, &mut stream);
    let chosen = match params.people {
        People::All => None,
        People::Carried => Some(transports.iter().map(|t| t.place).collect()),
    };
    let city =
        City { numbers: Numbers::new(seed, data.hospitals.len()), population, data, transports, chosen };
    write(&city, params, sink).map_err(GenerateError::Sink)
}

fn write<E>(city: &City, params: &Params, sink: &mut dyn Sink<Error = E>) -> Result<Summary, E> {
    let seed = params.seed;
    // Second registrations use the places after the last person; this one comes after them all.
    let nobody = city.population.people.len() * 2 + 1;
    let mut emitter =
        Emitter::new(sink, seed, params.injections, &city.data.variants, city.resident_id(nobody));
    let duplicates = residents::Duplicates {
        rate: params.injections.rate(Fault::Duplicate),
        stream: Stream::new(seed, "duplicate"),
    };
    let twice = residents::write(city, duplicates, &mut emitter)?;
    events::write(city, seed, &twice, &mut emitter)?;
    care::write(city, seed, &mut emitter)?;
    checkups::write(city, seed, &mut emitter)?;
    Ok(Summary { rows: emitter.records().to_vec(), households: city.population.households as u64 })
}
