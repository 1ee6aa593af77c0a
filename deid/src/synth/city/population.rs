//! The people of the city: one compact record each, in household order.
//!
//! Why in memory: every table draws from the same people. A record is about 50 bytes, so 260,000
//! residents take some 13 MB; names and numbers are computed when they are written.
//! Deliberately absent: texts (see `residents.rs`).

use std::collections::BTreeSet;

use super::calendar::{self, Day};
use super::data::{Data, Sex, names_of_year};
use super::household::{Households, Member, Relation};
use super::random::{Stream, Weights};

/// Health insurance scheme. Codes and shares: see `numbers.rs` and docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insurer {
    /// 国民健康保険 of the city.
    National,
    /// 全国健康保険協会.
    Association,
    /// 健康保険組合.
    Union,
    /// 共済組合.
    Mutual,
    /// 後期高齢者医療 (75 and over).
    Late,
}

/// Where a household lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Place in the town list.
    pub(super) town: u16,
    /// 丁目, 0 where the town has none.
    pub(super) chome: u8,
    pub(super) block: u16,
    pub(super) lot: u8,
    /// Room, 0 in a house of one's own.
    pub(super) room: u16,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) birth: Day,
    pub(super) sex: Sex,
    pub(super) household: u32,
    pub(super) relation: Relation,
    /// 0 = Japan, otherwise 1 + place in the list of nationalities.
    pub(super) nation: u8,
    /// Place in the family names (of Japan or of the nation).
    pub(super) family: u16,
    pub(super) given: u16,
    pub(super) address: Address,
    /// 0 = no phone; below 1,000,000 land line; else mobile.
    pub(super) phone: u32,
    pub(super) insurer: Insurer,
    /// 枝番: 0 for the insured, 1 and up for dependants.
    pub(super) branch: u8,
    /// 0 = none, otherwise 1 + place in the list of care levels.
    pub(super) care: u8,
    /// Chronic diseases: 1 + place in the list of diseases, 0 = none.
    pub(super) chronic: [u8; 3],
    pub(super) is_rare_age: bool,
}

impl Person {
    pub(super) fn age_on(&self, day: Day) -> i32 {
        calendar::age_on(self.birth, day)
    }
}

/// Everybody, and the first member of each household.
pub(super) struct Population {
    pub(super) people: Vec<Person>,
    pub(super) households: usize,
    pub(super) as_of: Day,
}

/// Age class of the disease weights: 0–14, 15–39, 40–64, 65+.
pub(super) const fn disease_class(age: i32) -> usize {
    match age {
        ..15 => 0,
        15..40 => 1,
        40..65 => 2,
        _ => 3,
    }
}

impl Population {
    pub(super) fn new(residents: u64, seed: u64, as_of: Day, data: &Data) -> Self {
        let mut stream = Stream::new(seed, "household");
        let households = Households::assemble(residents, &data.pyramid, &mut stream);
        let mut maker = Maker::new(seed, as_of, data, &households);
        for (number, members) in (0..).zip(households.iter()) {
            maker.household(number, members);
        }
        let mut people = maker.people;
        plant_rare_ages(&mut people, residents, as_of, &mut Stream::new(seed, "rare age"));
        care(&mut people, as_of, data, &mut Stream::new(seed, "care level"));
        chronic(&mut people, as_of, data, &mut Stream::new(seed, "chronic"));
        Self { people, households: households.iter().count(), as_of }
    }
}

/// Turns members into people, household by household.
struct Maker<'d> {
    data: &'d Data,
    as_of: Day,
    stream: Stream,
    /// Given names in use, by birth year from [`FIRST_YEAR`], men and women.
    men: Vec<(Vec<usize>, Weights)>,
    women: Vec<(Vec<usize>, Weights)>,
    nations: Weights,
    /// Nationalities of which one resident each is still to be made.
    single_nations: Vec<u8>,
    people: Vec<Person>,
}

const FIRST_YEAR: i32 = 1910;

impl<'d> Maker<'d> {
    fn new(seed: u64, as_of: Day, data: &'d Data, households: &Households) -> Self {
        let years = FIRST_YEAR..=calendar::civil(as_of).0;
        // Lists end in 2025; children born later take the last year's names.
        let of_year = |given, year: i32| names_of_year(given, year.min(2025));
        let listed = || (1_u8..).zip(&data.nationalities);
        Self {
            data,
            as_of,
            stream: Stream::new(seed, "person"),
            men: years.clone().map(|y| of_year(&data.male, y)).collect(),
            women: years.map(|y| of_year(&data.female, y)).collect(),
            nations: Weights::new(data.nationalities.iter().map(|n| n.weight)),
            single_nations: listed().filter(|(_, n)| n.weight == 0).map(|(i, _)| i).collect(),
            people: Vec::with_capacity(households.iter().map(<[Member]>::len).sum()),
        }
    }

    /// A nation for the household, 0 = Japan. The rates aim at 5 % of residents.
    fn nation(&mut self, members: &[Member]) -> u8 {
        let head = members.first().map_or(0, |m| m.age);
        let alone = members.len() == 1;
        let single = alone && (22..60).contains(&head) && self.stream.chance(60);
        if single && let Some(nation) = self.single_nations.pop() {
            return nation;
        }
        let per_mille = match (alone, head) {
            (true, 18..30) => 140,
            (true, 30..45) => 90,
            (false, 20..50) => 50,
            (_, 50..) => 12,
            _ => 30,
        };
        if !self.stream.chance(per_mille) {
            return 0;
        }
        let drawn = self.nations.draw(&mut self.stream);
        drawn.and_then(|i| u8::try_from(i + 1).ok()).unwrap_or(0)
    }

    fn address(&mut self) -> Address {
        let stream = &mut self.stream;
        let town = self.data.town_weights.draw(stream).unwrap_or(0);
        let has_chome = self.data.towns.get(town).is_some_and(|t| t.has_chome);
        let chome = if has_chome { 1 + stream.small(4) } else { 0 };
        let block = 1 + stream.small(if has_chome { 28 } else { 2_900 });
        let lot = stream.small(30);
        let room = if stream.chance(if has_chome { 550 } else { 150 }) {
            100 * (1 + stream.small(5)) + 1 + stream.small(8)
        } else {
            0
        };
        Address {
            town: u16::try_from(town).unwrap_or(0),
            chome: u8::try_from(chome).unwrap_or(0),
            block: u16::try_from(block).unwrap_or(1),
            lot: u8::try_from(lot).unwrap_or(0),
            room: u16::try_from(room).unwrap_or(0),
        }
    }

    fn insurer(&mut self, head_age: i32) -> Insurer {
        let national = if head_age >= 65 { 720 } else { 170 };
        if self.stream.chance(national) {
            return Insurer::National;
        }
        match self.stream.small(100) {
            0..48 => Insurer::Association,
            48..80 => Insurer::Union,
            _ => Insurer::Mutual,
        }
    }

    fn family_name(&mut self, nation: u8) -> u16 {
        let place = match self.foreign(nation) {
            Some(n) => usize::try_from(self.stream.below(n.family.len() as u64)).unwrap_or(0),
            None => self.data.surname_weights.draw(&mut self.stream).unwrap_or(0),
        };
        u16::try_from(place).unwrap_or(0)
    }

    fn given_name(&mut self, nation: u8, sex: Sex, birth: Day) -> u16 {
        let place = if let Some(n) = self.foreign(nation) {
            let names = if sex == Sex::Male { &n.male } else { &n.female };
            usize::try_from(self.stream.below(names.len() as u64)).unwrap_or(0)
        } else {
            let year = usize::try_from(calendar::civil(birth).0 - FIRST_YEAR).unwrap_or(0);
            let years = if sex == Sex::Male { &self.men } else { &self.women };
            years
                .get(year)
                .and_then(|(places, weights)| places.get(weights.draw(&mut self.stream)?))
                .copied()
                .unwrap_or(0)
        };
        u16::try_from(place).unwrap_or(0)
    }

    fn foreign(&self, nation: u8) -> Option<&'d super::data::Nationality> {
        self.data.nationalities.get(usize::from(nation).checked_sub(1)?)
    }

    fn phone(&mut self, age: i32, land_line: u32) -> u32 {
        let mobile = match age {
            ..12 => 0,
            12..65 => 930,
            65..80 => 550,
            _ => 200,
        };
        if self.stream.chance(mobile) {
            // Two prefixes of 10,000,000 numbers each.
            1_000_000 + self.stream.small(20_000_000)
        } else {
            land_line
        }
    }

    fn household(&mut self, number: u32, members: &[Member]) {
        let nation = self.nation(members);
        let address = self.address();
        let head_age = members.first().map_or(0, |m| m.age);
        let insurer = self.insurer(head_age);
        let family = self.family_name(nation);
        let other_family = self.family_name(nation);
        let land_line = 1 + self.stream.small(999_999);
        let mut branch = 0;
        for member in members {
            let (y, m, d) = calendar::civil(self.as_of);
            let birthday = calendar::day(y - member.age, m, d);
            // Any day of the year of life that gives this age today.
            let birth = birthday - self.stream.between(0, 364);
            let late = member.age >= 75;
            let own_family = nation != 0 && matches!(member.relation, Relation::Wife | Relation::Husband);
            let shares = member.relation.shares_surname() && !own_family;
            let person = Person {
                birth,
                sex: member.sex,
                household: number,
                relation: member.relation,
                nation,
                family: if shares { family } else { other_family },
                given: self.given_name(nation, member.sex, birth),
                address,
                phone: self.phone(member.age, land_line),
                insurer: if late { Insurer::Late } else { insurer },
                branch: if late { 0 } else { branch },
                care: 0,
                chronic: [0; 3],
                is_rare_age: false,
            };
            if !late {
                branch += 1;
            }
            self.people.push(person);
        }
    }
}

/// Makes a few people who live alone 97 to 104 years old, at most one in a town.
fn plant_rare_ages(people: &mut [Person], residents: u64, as_of: Day, stream: &mut Stream) {
    let wanted = usize::try_from(residents / 2_500).unwrap_or(0).clamp(1, 100);
    let household = |p: Option<&Person>| p.map(|p| p.household);
    let mut old: Vec<usize> = (0..people.len())
        .filter(|&i| {
            let own = household(people.get(i));
            let before = i.checked_sub(1).and_then(|i| household(people.get(i)));
            let alone = before != own && household(people.get(i + 1)) != own;
            alone && people.get(i).is_some_and(|p| p.age_on(as_of) >= 80)
        })
        .collect();
    stream.shuffle(&mut old);
    let mut towns = BTreeSet::new();
    for place in old {
        if towns.len() == wanted {
            break;
        }
        let Some(person) = people.get_mut(place) else {
            continue;
        };
        if towns.insert(person.address.town) {
            let (y, _, _) = calendar::civil(as_of);
            let (_, m, d) = calendar::civil(person.birth);
            let years = 98 + stream.between(0, 6);
            person.birth = calendar::day(y - years, m, d.min(28));
            person.is_rare_age = true;
        }
    }
}

fn care(people: &mut [Person], as_of: Day, data: &Data, stream: &mut Stream) {
    let men = Weights::new(data.care_levels.iter().map(|l| l.men));
    let women = Weights::new(data.care_levels.iter().map(|l| l.women));
    for person in people {
        let age = person.age_on(as_of);
        let rate = data.care_rates.iter().find(|(from, to, _)| (*from..=*to).contains(&age));
        let levels = if person.sex == Sex::Male { &men } else { &women };
        let level = levels.draw(stream);
        if stream.chance(rate.map_or(0, |r| r.2)) {
            person.care = level.and_then(|l| u8::try_from(l + 1).ok()).unwrap_or(0);
        }
    }
}

fn chronic(people: &mut [Person], as_of: Day, data: &Data, stream: &mut Stream) {
    let of_class = |class: usize| {
        Weights::new(data.diseases.iter().map(|d| match d.weights.get(class) {
            Some(weight) if d.chronic => *weight,
            _ => 0,
        }))
    };
    let classes = [of_class(0), of_class(1), of_class(2), of_class(3)];
    for person in people {
        let class = disease_class(person.age_on(as_of));
        // Per mille with at least one, two, three chronic diseases.
        let shares = match class {
            0 => [120, 20, 0],
            1 => [220, 50, 10],
            2 => [480, 200, 60],
            _ => [860, 550, 280],
        };
        let at = stream.small(1_000);
        for (slot, share) in person.chronic.iter_mut().zip(shares) {
            let drawn = classes.get(class).and_then(|w| w.draw(stream));
            let fits = drawn.and_then(|i| data.diseases.get(i)).is_some_and(|d| d.fits(person.sex));
            if at < share && fits {
                *slot = drawn.and_then(|i| u8::try_from(i + 1).ok()).unwrap_or(0);
            }
        }
    }
}
