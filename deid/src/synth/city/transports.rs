//! The table 救急搬送: who is carried when, why, how badly hurt, and where to.
//!
//! Shares of age class, cause and severity are the published ones; how they depend on each other
//! is assumed (see the lists). All transports of the year are drawn first and sorted, about 40
//! bytes each: their numbers follow the time of the call.

use super::calendar::{self, Day, push_padded};
use super::data::{Data, Disease, Emergency};
use super::population::Population;
use super::random::{Stream, Weights};

/// Transports a year: one for this many residents (published: one in 19).
const RESIDENTS_PER_TRANSPORT: u64 = 19;

/// Minutes that no other transport takes from call to hospital: the planted long one.
pub(super) const PLANTED_MINUTES: i32 = 187;

/// What is planted in a transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planted {
    Nothing,
    /// The only one longer than two hours.
    Duration,
    /// The only one between four and five in the morning of a certain day.
    Hour,
}

/// One transport.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transport {
    pub(super) day: Day,
    /// Minute of the day of the call.
    pub(super) minute: i32,
    pub(super) arrival: i32,
    pub(super) hospital_arrival: i32,
    pub(super) place: usize,
    /// Town of the scene.
    pub(super) town: usize,
    pub(super) age_class: &'static str,
    pub(super) cause: usize,
    pub(super) severity: usize,
    pub(super) disease: usize,
    pub(super) hospital: usize,
    pub(super) planted: Planted,
}

/// People by completed years of age on the as-of day.
struct ByAge(Vec<Vec<u32>>);

impl ByAge {
    fn new(population: &Population) -> Self {
        let mut ages = vec![Vec::new(); 121];
        for (place, person) in (0..).zip(&population.people) {
            let age = usize::try_from(person.age_on(population.as_of)).unwrap_or(0);
            if let Some(of_age) = ages.get_mut(age) {
                of_age.push(place);
            }
        }
        Self(ages)
    }

    /// Somebody of `from..=to` years, all equally likely.
    fn draw(&self, from: i32, to: i32, stream: &mut Stream) -> Option<usize> {
        let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
        let ages = self.0.get(from..=to.min(self.0.len() - 1))?;
        let total: usize = ages.iter().map(Vec::len).sum();
        let mut at = usize::try_from(stream.below(total as u64)).ok()?;
        for of_age in ages {
            match of_age.get(at) {
                Some(place) => return usize::try_from(*place).ok(),
                None => at -= of_age.len(),
            }
        }
        None
    }
}

/// First and last day of the year of events, which ends before the as-of day.
pub(super) fn year(as_of: Day) -> (Day, Day) {
    (as_of - 365, as_of - 1)
}

/// Calls by hour of the day (assumed: low at night, high before noon and in the evening).
const HOURS: [u64; 24] =
    [28, 24, 22, 20, 20, 24, 32, 42, 54, 60, 62, 58, 54, 54, 52, 50, 50, 54, 56, 54, 50, 44, 38, 32];

/// All transports of the year, sorted by time.
pub(super) fn draw(population: &Population, data: &Data, stream: &mut Stream) -> Vec<Transport> {
    let residents = population.people.len() as u64;
    let wanted = (residents / RESIDENTS_PER_TRANSPORT).max(3);
    let maker = Maker::new(population, data);
    let mut made: Vec<Transport> = Vec::new();
    for _ in 0..wanted {
        made.extend(maker.draw(&made, stream));
    }
    made.sort_by_key(|t| (t.day, t.minute));
    plant(&mut made);
    made
}

/// The transport in the middle of the year becomes the long one; the next one moves to 4:44 of its
/// day, and whoever else called between four and five of that day calls an hour later.
fn plant(transports: &mut [Transport]) {
    let middle = transports.len() / 2;
    if let Some(long) = transports.get_mut(middle) {
        long.hospital_arrival = PLANTED_MINUTES;
        long.planted = Planted::Duration;
    }
    let Some(alone) = transports.get_mut(middle + 1) else {
        return;
    };
    alone.minute = 4 * 60 + 44;
    alone.planted = Planted::Hour;
    let day = alone.day;
    for other in transports.iter_mut().filter(|t| t.day == day) {
        if other.minute / 60 == 4 && other.planted != Planted::Hour {
            other.minute += 60;
        }
    }
    transports.sort_by_key(|t| (t.day, t.minute));
}

/// Everything that a draw needs, made ready.
struct Maker<'c> {
    population: &'c Population,
    data: &'c Data,
    ages: ByAge,
    hours: Weights,
    classes: Weights,
    causes: [Weights; 5],
    severities: [Weights; 5],
    hospitals: Weights,
}

impl<'c> Maker<'c> {
    fn new(population: &'c Population, data: &'c Data) -> Self {
        let by_age = |list: &[super::data::ByAge]| {
            [0, 1, 2, 3, 4]
                .map(|class| Weights::new(list.iter().map(|l| l.weights.get(class).copied().unwrap_or(0))))
        };
        Self {
            population,
            data,
            ages: ByAge::new(population),
            hours: Weights::new(HOURS),
            classes: Weights::new(data.transport_ages.iter().map(|a| a.per_mille)),
            causes: by_age(&data.causes),
            severities: by_age(&data.severities),
            hospitals: Weights::new(data.hospitals.iter().map(|h| h.ambulance_weight)),
        }
    }

    /// One transport; `None` only where a small city has nobody of the drawn age class.
    fn draw(&self, earlier: &[Transport], stream: &mut Stream) -> Option<Transport> {
        let data = self.data;
        let people = &self.population.people;
        let (from, to) = year(self.population.as_of);
        let (mut day, place, class) = (0..40).find_map(|_| {
            let class = self.classes.draw(stream)?;
            let ages = data.transport_ages.get(class)?;
            let day = stream.between(from, to);
            // A year older on the as-of day is possible.
            let anybody = self.ages.draw(ages.from, ages.to + 1, stream);
            // Some are carried again: the more often before, the more likely (assumed).
            let again = stream.pick(earlier).filter(|_| stream.chance(130));
            let fits = |place: &usize| {
                people.get(*place).is_some_and(|person| match ages.name {
                    "新生児" => (from..=to).contains(&person.birth),
                    _ => day - person.birth >= 28 && (ages.from..=ages.to).contains(&person.age_on(day)),
                })
            };
            let place = again.map(|t| t.place).filter(fits);
            let place = place.or_else(|| anybody.filter(fits))?;
            Some((day, place, class))
        })?;
        let person = people.get(place)?;
        let age_class = data.transport_ages.get(class)?.name;
        if age_class == "新生児" {
            day = (person.birth + stream.between(0, 27)).min(to);
        }
        // Three bands of the old share one row of weights.
        let row = class.min(4);
        let cause = self.causes.get(row)?.draw(stream)?;
        let severity = self.severities.get(row)?.draw(stream)?;
        let group = match data.causes.get(cause)?.name {
            "急病" | "転院搬送" => Emergency::Illness,
            "自損行為" => Emergency::SelfHarm,
            _ => Emergency::Trauma,
        };
        let age = person.age_on(day);
        let weight = |d: &Disease, group| {
            let fits = d.emergency == group
                && (d.emergency_ages.0..=d.emergency_ages.1).contains(&age)
                && d.fits(person.sex);
            if fits { d.emergency_weight } else { 0 }
        };
        let of_group = |group| Weights::new(data.diseases.iter().map(|d| weight(d, group)));
        let disease = of_group(group).draw(stream).or_else(|| of_group(Emergency::Trauma).draw(stream))?;
        let minute = i32::try_from(self.hours.draw(stream)?).ok()? * 60 + stream.between(0, 59);
        let arrival = (9 + stream.spread(3)).clamp(3, 30);
        let on_the_way = (36 + stream.spread(11)).clamp(12, 85);
        let at_home = stream.chance(700);
        let elsewhere = data.town_weights.draw(stream)?;
        Some(Transport {
            day,
            minute,
            arrival,
            hospital_arrival: arrival + on_the_way,
            place,
            town: if at_home { person.address.town.into() } else { elsewhere },
            age_class,
            cause,
            severity,
            disease,
            hospital: self.hospitals.draw(stream)?,
            planted: Planted::Nothing,
        })
    }
}

/// Appends `YYYY-MM-DD hh:mm`, `after` minutes after the call.
pub(super) fn push_time(transport: &Transport, after: i32, out: &mut String) {
    let minutes = transport.minute + after;
    calendar::push_iso(out, transport.day + minutes.div_euclid(1_440));
    out.push(' ');
    let of_day = minutes.rem_euclid(1_440);
    push_padded(out, of_day / 60, 2);
    out.push(':');
    push_padded(out, of_day % 60, 2);
}
