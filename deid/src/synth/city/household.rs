//! Households from an age pyramid: who lives with whom, with plausible ages.
//!
//! Why this way round: the pyramid is exact (a pool of people by sex and age), and households are
//! taken out of the pool — children first, each with a mother of a plausible age, then couples,
//! then people alone — so no fitting is needed and nobody is left over. All shares here are
//! assumed. Deliberately absent: institutions (care homes, dormitories), divorce, moves.

use super::data::{AgeBand, Sex};
use super::random::{Stream, Weights};

/// Oldest age that the pyramid makes; older people are planted (see `population.rs`).
pub(super) const OLDEST: i32 = 96;

/// Relation to the head of the household (続柄).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Head,
    Wife,
    Husband,
    Child,
    Father,
    Mother,
    WifesFather,
    WifesMother,
}

impl Relation {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Head => "世帯主",
            Self::Wife => "妻",
            Self::Husband => "夫",
            Self::Child => "子",
            Self::Father => "父",
            Self::Mother => "母",
            Self::WifesFather => "妻の父",
            Self::WifesMother => "妻の母",
        }
    }

    /// Whether this person bears the head's family name (the wife's parents bear their own).
    pub(super) const fn shares_surname(self) -> bool {
        !matches!(self, Self::WifesFather | Self::WifesMother)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) age: i32,
    pub(super) sex: Sex,
    pub(super) relation: Relation,
}

const AGES: usize = 97;

/// People not yet in a household, counted by sex and age.
struct Pool {
    men: [u32; AGES],
    women: [u32; AGES],
}

impl Pool {
    /// `residents` people in the shares of the pyramid, exact to the rounding of each band.
    fn new(residents: u64, pyramid: &[AgeBand], stream: &mut Stream) -> Self {
        let mut pool = Self { men: [0; AGES], women: [0; AGES] };
        let (mut share, mut made) = (0, 0);
        for band in pyramid {
            share += band.per_mille;
            let upto = residents * share / 1_000;
            for _ in made..upto {
                let age = stream.between(band.from, band.to);
                let woman = stream.chance(band.women_per_mille);
                let sex = if woman { Sex::Female } else { Sex::Male };
                if let Some(count) = pool.count(sex, age) {
                    *count += 1;
                }
            }
            made = upto;
        }
        pool
    }

    fn count(&mut self, sex: Sex, age: i32) -> Option<&mut u32> {
        let ages = match sex {
            Sex::Male => &mut self.men,
            Sex::Female => &mut self.women,
        };
        ages.get_mut(usize::try_from(age).ok()?)
    }

    /// Takes one person out; false when there is none.
    fn take(&mut self, sex: Sex, age: i32) -> bool {
        match self.count(sex, age) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Takes the person nearest to an age, within `from..=to`.
    fn take_near(&mut self, sex: Sex, age: i32, from: i32, to: i32) -> Option<i32> {
        (0..=to - from)
            .flat_map(|off| [age - off, age + off])
            .find(|&age| (from..=to).contains(&age) && self.take(sex, age))
    }

    /// Takes a random person aged `from..=to`.
    fn take_any(&mut self, from: usize, to: usize, stream: &mut Stream) -> Option<(i32, Sex)> {
        let width = to.checked_sub(from)? + 1;
        let part = |ages: &[u32; AGES]| -> Vec<u64> {
            ages.iter().skip(from).take(width).map(|&n| u64::from(n)).collect()
        };
        let mut counts = part(&self.men);
        counts.extend(part(&self.women));
        let at = Weights::new(counts).draw(stream)?;
        let sex = if at < width { Sex::Male } else { Sex::Female };
        let age = i32::try_from(from + at % width).ok()?;
        self.take(sex, age).then_some((age, sex))
    }
}

/// Households, one after another, in random order.
pub(super) struct Households {
    members: Vec<Member>,
    /// First member of each household, and one past the last.
    ranges: Vec<(usize, usize)>,
}

impl Households {
    /// `residents` people in households.
    pub(super) fn assemble(residents: u64, pyramid: &[AgeBand], stream: &mut Stream) -> Self {
        let mut pool = Pool::new(residents, pyramid, stream);
        let mut made = Self { members: Vec::new(), ranges: Vec::new() };
        while let Some(child) = pool.take_any(0, 17, stream) {
            let from = made.members.len();
            family(&mut pool, child, &mut made.members, stream);
            made.ranges.push((from, made.members.len()));
        }
        while let Some(adult) = pool.take_any(18, AGES - 1, stream) {
            let from = made.members.len();
            adults(&mut pool, adult, &mut made.members, stream);
            made.ranges.push((from, made.members.len()));
        }
        // Otherwise the record order would tell families from people who live alone.
        stream.shuffle(&mut made.ranges);
        made
    }

    /// The members of each household.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[Member]> + '_ {
        self.ranges.iter().filter_map(|&(from, to)| self.members.get(from..to))
    }
}

fn push(members: &mut Vec<Member>, age: i32, sex: Sex, relation: Relation) {
    members.push(Member { age, sex, relation });
}

/// A household around a child: parents, brothers and sisters, sometimes grandparents.
fn family(pool: &mut Pool, child: (i32, Sex), members: &mut Vec<Member>, stream: &mut Stream) {
    let (first, sex) = child;
    let aim = first + 31 + stream.spread(4);
    let mother = pool.take_near(Sex::Female, aim, first + 18, first + 44);
    let father = match mother {
        Some(age) if stream.chance(890) => {
            let aim = age + 1 + stream.spread(3);
            pool.take_near(Sex::Male, aim, (age - 10).max(first + 18), age + 14)
        }
        Some(_) => None,
        None => pool.take_near(Sex::Male, aim + 2, first + 18, first + 55),
    };
    let relations = [(father, Sex::Male), (mother, Sex::Female)];
    let mut head = true;
    for (age, sex) in relations {
        let Some(age) = age else { continue };
        let relation = if head { Relation::Head } else { Relation::Wife };
        push(members, age, sex, relation);
        head = false;
    }
    if head {
        // No adult of a fitting age is left (tiny cities): the child stands alone.
        return push(members, first, sex, Relation::Head);
    }
    push(members, first, sex, Relation::Child);
    let more = match stream.small(100) {
        0..35 => 0,
        35..83 => 1,
        83..97 => 2,
        _ => 3,
    };
    let youngest_parent = mother.into_iter().chain(father).min().unwrap_or(0);
    let mut last = first;
    for _ in 0..more {
        let aim = last + if stream.chance(500) { 3 } else { -3 };
        let sex = if stream.chance(488) { Sex::Female } else { Sex::Male };
        let oldest = (youngest_parent - 18).min(last + 7).min(24);
        if let Some(age) = pool.take_near(sex, aim, (last - 7).max(0), oldest) {
            push(members, age, sex, Relation::Child);
            last = age;
        }
    }
    if stream.chance(90) {
        let wifes = father.is_some() && mother.is_some() && stream.chance(250);
        let parent = if wifes { mother } else { father.or(mother) };
        grandparents(pool, parent.unwrap_or(0), wifes, members, stream);
    }
}

/// Parents of an adult of this age who live in the adult's household.
fn grandparents(pool: &mut Pool, child: i32, wifes: bool, members: &mut Vec<Member>, stream: &mut Stream) {
    let oldest = OLDEST.min(child + 44);
    if let Some(age) = pool.take_near(Sex::Female, child + 28, child + 19, oldest) {
        let mother = if wifes { Relation::WifesMother } else { Relation::Mother };
        push(members, age, Sex::Female, mother);
        if stream.chance(450) {
            let father = if wifes { Relation::WifesFather } else { Relation::Father };
            let to = OLDEST.min(age + 12);
            if let Some(age) = pool.take_near(Sex::Male, age + 3, child + 19, to) {
                push(members, age, Sex::Male, father);
            }
        }
    }
}

/// A household of adults: alone, a couple, grown children, an old parent.
fn adults(pool: &mut Pool, first: (i32, Sex), members: &mut Vec<Member>, stream: &mut Stream) {
    let (age, sex) = first;
    let alone = match age {
        ..25 => 900,
        25..35 => 620,
        35..65 => 330,
        65..80 => 240,
        _ => 380,
    };
    let spouse = if stream.chance(alone) {
        None
    } else {
        match sex {
            Sex::Male => pool.take_near(Sex::Female, age - 2, (age - 12).max(20), age + 7),
            Sex::Female => pool.take_near(Sex::Male, age + 2, (age - 7).max(20), age + 12),
        }
    };
    // The older man of a couple is the head in nine households of ten.
    let (head, other) = match (sex, spouse) {
        (_, None) => ((age, sex), None),
        (Sex::Male, Some(wife)) => ((age, sex), Some((wife, Sex::Female))),
        (Sex::Female, Some(husband)) if stream.chance(900) => ((husband, Sex::Male), Some((age, sex))),
        (Sex::Female, Some(husband)) => ((age, sex), Some((husband, Sex::Male))),
    };
    push(members, head.0, head.1, Relation::Head);
    if let Some((age, sex)) = other {
        let relation = if sex == Sex::Male { Relation::Husband } else { Relation::Wife };
        push(members, age, sex, relation);
    }
    let younger = other.map_or(head.0, |o| o.0.min(head.0));
    if (45..=88).contains(&younger) && stream.chance(if other.is_some() { 300 } else { 180 }) {
        let sex = if stream.chance(420) { Sex::Female } else { Sex::Male };
        let aim = younger - 29 + stream.spread(3);
        if let Some(age) = pool.take_near(sex, aim, 18.max(younger - 44), younger - 18) {
            push(members, age, sex, Relation::Child);
        }
    } else if (45..=70).contains(&head.0) && stream.chance(120) {
        grandparents(pool, head.0, false, members, stream);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::data::Data;
    use super::*;

    fn households(residents: u64, seed: u64) -> Households {
        let data = Data::load().unwrap();
        Households::assemble(residents, &data.pyramid, &mut Stream::new(seed, "household"))
    }

    #[test]
    fn everybody_lives_somewhere_and_ages_fit() {
        for (residents, seed) in [(50, 1), (1_000, 2), (20_000, 3)] {
            let made = households(residents, seed);
            assert_eq!(made.members.len() as u64, residents);
            for members in made.iter() {
                let head = members[0];
                assert_eq!(head.relation, Relation::Head);
                let wife = members.iter().find(|m| m.relation == Relation::Wife);
                for m in members {
                    let parent = if m.relation.shares_surname() { head } else { *wife.unwrap() };
                    match m.relation {
                        Relation::Child => assert!(parent.age >= m.age + 18, "{members:?}"),
                        Relation::Head => {}
                        Relation::Wife | Relation::Husband => {
                            assert!((m.age - head.age).abs() <= 14, "{members:?}");
                        }
                        _ => assert!(m.age >= parent.age + 18, "{members:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn household_sizes_are_plausible() {
        let made = households(20_000, 5);
        let sizes: Vec<usize> = made.iter().map(<[Member]>::len).collect();
        let share = |n: usize| sizes.iter().filter(|s| **s == n).count() * 100 / sizes.len();
        assert!((32..48).contains(&share(1)), "{}", share(1));
        assert!((20..34).contains(&share(2)), "{}", share(2));
        let hundredths = 20_000 * 100 / sizes.len();
        assert!((190..240).contains(&hundredths), "{hundredths}");
        assert!(*sizes.iter().max().unwrap() <= 8);
    }
}
