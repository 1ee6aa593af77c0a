//! What the embedded lists hold, as types. How they are read: `lists.rs`; what they are and where
//! they come from: `deid/data/city/README.md`.

use super::random::Weights;

/// Which resident sex a list or rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sex {
    Male,
    Female,
}

impl Sex {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

pub(super) struct Town {
    pub(super) postal: &'static str,
    pub(super) name: &'static str,
    pub(super) has_chome: bool,
}

/// A name and its reading.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) text: &'static str,
    pub(super) kana: &'static str,
}

pub(super) struct Given {
    pub(super) name: Name,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) weight: u64,
}

pub(super) struct Nationality {
    pub(super) name: &'static str,
    pub(super) weight: u64,
    pub(super) family: Vec<Name>,
    pub(super) male: Vec<Name>,
    pub(super) female: Vec<Name>,
}

/// A band of the age pyramid.
pub(super) struct AgeBand {
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) per_mille: u64,
    pub(super) women_per_mille: u32,
}

pub(super) struct CareLevel {
    pub(super) name: &'static str,
    pub(super) men: u64,
    pub(super) women: u64,
}

/// Emergency group of a disease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emergency {
    Illness,
    Trauma,
    SelfHarm,
    Never,
}

pub(super) struct Disease {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Visit weights of the ages 0–14, 15–39, 40–64, 65+.
    pub(super) weights: [u64; 4],
    pub(super) sex: Option<Sex>,
    pub(super) chronic: bool,
    pub(super) department: &'static str,
    /// Places in [`Data::drugs`].
    pub(super) drugs: Vec<usize>,
    pub(super) emergency: Emergency,
    pub(super) emergency_weight: u64,
    pub(super) emergency_ages: (i32, i32),
}

impl Disease {
    /// Never drawn, planted once.
    pub(super) fn is_planted(&self) -> bool {
        self.weights == [0; 4] && self.emergency == Emergency::Never
    }

    pub(super) fn fits(&self, sex: Sex) -> bool {
        self.sex.is_none_or(|only| only == sex)
    }
}

pub(super) struct DrugClass {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) letter: &'static str,
    pub(super) form: &'static str,
    pub(super) products: u32,
    pub(super) unit: &'static str,
    pub(super) per_day: u32,
    pub(super) days: u32,
}

pub(super) struct Hospital {
    /// Ten digits: prefecture 08, table 1, fictitious district 99, number, check digit.
    pub(super) code: String,
    pub(super) name: &'static str,
    /// `*` = all.
    pub(super) department: &'static str,
    pub(super) ambulance_weight: u64,
}

pub(super) struct Note {
    pub(super) cause: &'static str,
    pub(super) template: &'static str,
}

/// A label with one weight for each of five age classes.
pub(super) struct ByAge {
    pub(super) name: &'static str,
    pub(super) weights: [u64; 5],
}

pub(super) struct TransportAges {
    pub(super) name: &'static str,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) per_mille: u64,
}

/// All lists.
pub(super) struct Data {
    pub(super) towns: Vec<Town>,
    pub(super) town_weights: Weights,
    pub(super) surnames: Vec<Name>,
    pub(super) surname_weights: Weights,
    pub(super) male: Vec<Given>,
    pub(super) female: Vec<Given>,
    pub(super) nationalities: Vec<Nationality>,
    pub(super) variants: Vec<(char, char)>,
    pub(super) pyramid: Vec<AgeBand>,
    pub(super) care_levels: Vec<CareLevel>,
    /// From age, to age, per mille.
    pub(super) care_rates: Vec<(i32, i32, u32)>,
    pub(super) transport_ages: Vec<TransportAges>,
    pub(super) causes: Vec<ByAge>,
    pub(super) severities: Vec<ByAge>,
    pub(super) diseases: Vec<Disease>,
    pub(super) drugs: Vec<DrugClass>,
    pub(super) hospitals: Vec<Hospital>,
    pub(super) notes: Vec<Note>,
}

/// Places and running weights of the given names in use in one birth year.
pub(super) fn names_of_year(given: &[Given], year: i32) -> (Vec<usize>, Weights) {
    let inside = |g: &Given| (g.from..=g.to).contains(&year);
    let in_use: Vec<usize> = (0..).zip(given).filter(|(_, g)| inside(g)).map(|(i, _)| i).collect();
    let weights = Weights::new(given.iter().filter(|g| inside(g)).map(|g| g.weight));
    (in_use, weights)
}
