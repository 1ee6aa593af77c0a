//! The embedded lists of `deid/data/city/`, parsed once per city.
//!
//! Why embedded: the generator opens no file. Format: comma lines without quotes, `#` comments.
//! A malformed line is a fault of the build, reported with its file and line (a test parses all).

use super::error::CityError;
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
    from: i32,
    to: i32,
    weight: u64,
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
    let in_use: Vec<usize> = (0..)
        .zip(given)
        .filter(|(_, g)| inside(g))
        .map(|(i, _)| i)
        .collect();
    let weights = Weights::new(given.iter().filter(|g| inside(g)).map(|g| g.weight));
    (in_use, weights)
}

/// One line of a list, read field by field.
struct Fields {
    file: &'static str,
    line: usize,
    rest: std::str::Split<'static, char>,
}

impl Fields {
    fn text(&mut self) -> Result<&'static str, CityError> {
        self.rest.next().ok_or(self.fault())
    }

    fn number<T: std::str::FromStr>(&mut self) -> Result<T, CityError> {
        self.text()?.parse().map_err(|_| self.fault())
    }

    fn numbers<const N: usize>(&mut self) -> Result<[u64; N], CityError> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Ok(numbers)
    }

    fn fault(&self) -> CityError {
        CityError::Data {
            file: self.file,
            line: self.line,
        }
    }
}

/// Reads a list: one `T` per line that is neither empty nor a comment.
fn list<T>(
    file: &'static str,
    text: &'static str,
    mut read: impl FnMut(&mut Fields) -> Result<T, CityError>,
) -> Result<Vec<T>, CityError> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| {
            let mut fields = Fields {
                file,
                line: number,
                rest: line.split(','),
            };
            let item = read(&mut fields)?;
            match fields.rest.next() {
                None => Ok(item),
                Some(_) => Err(fields.fault()),
            }
        })
        .collect()
}

/// `list!("towns.csv", |fields| …)` over the embedded file of that name.
macro_rules! list {
    ($file:literal, $read:expr) => {
        list(
            $file,
            include_str!(concat!("../../../data/city/", $file)),
            $read,
        )
    };
}

fn unzip_weights<T>(items: Vec<(T, u64)>) -> (Vec<T>, Weights) {
    let weights = Weights::new(items.iter().map(|(_, weight)| *weight));
    (items.into_iter().map(|(item, _)| item).collect(), weights)
}

fn name(f: &mut Fields) -> Result<Name, CityError> {
    Ok(Name {
        text: f.text()?,
        kana: f.text()?,
    })
}

fn given(f: &mut Fields) -> Result<Given, CityError> {
    Ok(Given {
        name: name(f)?,
        from: f.number()?,
        to: f.number()?,
        weight: f.number()?,
    })
}

fn by_age(f: &mut Fields) -> Result<ByAge, CityError> {
    Ok(ByAge {
        name: f.text()?,
        weights: f.numbers()?,
    })
}

fn one_char(f: &mut Fields) -> Result<char, CityError> {
    let mut chars = f.text()?.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(f.fault()),
    }
}

fn nationalities() -> Result<Vec<Nationality>, CityError> {
    let parts = list!("foreign_names.csv", |f| Ok((
        f.text()?,
        f.text()?,
        name(f)?
    )))?;
    let named = |country: &str, part: &str| -> Vec<Name> {
        parts
            .iter()
            .filter(|(c, p, _)| *c == country && *p == part)
            .map(|(_, _, name)| *name)
            .collect()
    };
    list!("nationalities.csv", |f| {
        let country = f.text()?;
        let own = parts.iter().any(|(c, ..)| *c == country);
        let key = if own { country } else { "*" };
        Ok(Nationality {
            name: country,
            weight: f.number()?,
            family: named(key, "family"),
            male: named(key, "male"),
            female: named(key, "female"),
        })
    })
}

fn hospital(f: &mut Fields) -> Result<Hospital, CityError> {
    let body = format!("08199{}", f.text()?);
    let digit = crate::synth::check_digit::luhn(&body).ok_or(f.fault())?;
    Ok(Hospital {
        code: format!("{body}{digit}"),
        name: f.text()?,
        department: f.text()?,
        ambulance_weight: f.number()?,
    })
}

fn disease(f: &mut Fields, drugs: &[DrugClass]) -> Result<Disease, CityError> {
    Ok(Disease {
        code: f.text()?,
        name: f.text()?,
        weights: f.numbers()?,
        sex: match f.text()? {
            "M" => Some(Sex::Male),
            "F" => Some(Sex::Female),
            _ => None,
        },
        chronic: f.text()? == "1",
        department: f.text()?,
        drugs: f
            .text()?
            .split('+')
            .filter_map(|code| drugs.iter().position(|drug| drug.code == code))
            .collect(),
        emergency: match f.text()? {
            "I" => Emergency::Illness,
            "T" => Emergency::Trauma,
            "S" => Emergency::SelfHarm,
            _ => Emergency::Never,
        },
        emergency_weight: f.number()?,
        emergency_ages: (f.number()?, f.number()?),
    })
}

impl Data {
    /// Parses every list.
    pub(super) fn load() -> Result<Self, CityError> {
        let towns = list!("towns.csv", |f| {
            let (postal, name, _kana) = (f.text()?, f.text()?, f.text()?);
            let has_chome = f.text()? == "1";
            let town = Town {
                postal,
                name,
                has_chome,
            };
            Ok((town, f.number()?))
        })?;
        let surnames = list!("surnames.csv", |f| Ok((name(f)?, f.number()?)))?;
        let (towns, town_weights) = unzip_weights(towns);
        let (surnames, surname_weights) = unzip_weights(surnames);
        let drugs = list!("drugs.csv", |f| Ok(DrugClass {
            code: f.text()?,
            name: f.text()?,
            letter: f.text()?,
            form: f.text()?,
            products: f.number()?,
            unit: f.text()?,
            per_day: f.number()?,
            days: f.number()?,
        }))?;
        Ok(Self {
            towns,
            town_weights,
            surnames,
            surname_weights,
            male: list!("given_male.csv", given)?,
            female: list!("given_female.csv", given)?,
            nationalities: nationalities()?,
            variants: list!("variants.csv", |f| Ok((one_char(f)?, one_char(f)?)))?,
            pyramid: list!("pyramid.csv", |f| Ok(AgeBand {
                from: f.number()?,
                to: f.number()?,
                per_mille: f.number()?,
                women_per_mille: f.number()?,
            }))?,
            care_levels: list!("care_levels.csv", |f| Ok(CareLevel {
                name: f.text()?,
                men: f.number()?,
                women: f.number()?,
            }))?,
            care_rates: list!("care_rates.csv", |f| Ok((
                f.number()?,
                f.number()?,
                f.number()?
            )))?,
            transport_ages: list!("ambulance_ages.csv", |f| Ok(TransportAges {
                name: f.text()?,
                from: f.number()?,
                to: f.number()?,
                per_mille: f.number()?,
            }))?,
            causes: list!("ambulance_causes.csv", by_age)?,
            severities: list!("ambulance_severity.csv", by_age)?,
            diseases: list!("icd10.csv", |f| disease(f, &drugs))?,
            drugs,
            hospitals: list!("hospitals.csv", hospital)?,
            notes: list!("notes.csv", |f| Ok(Note {
                cause: f.text()?,
                template: f.text()?,
            }))?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn lists_are_whole() {
        let data = Data::load().unwrap();
        assert!(data.surnames.len() >= 300);
        assert!(data.male.len() >= 300 && data.female.len() >= 300);
        assert!(data.towns.len() >= 240);
        assert!(
            data.towns
                .iter()
                .all(|t| t.postal.starts_with("300") || t.postal.starts_with("305"))
        );
        assert_eq!(data.pyramid.iter().map(|b| b.per_mille).sum::<u64>(), 1_000);
        assert_eq!(
            data.transport_ages.iter().map(|b| b.per_mille).sum::<u64>(),
            1_000
        );
        assert_eq!(data.diseases.iter().filter(|d| d.is_planted()).count(), 4);
        let departments = |d: &Disease| data.hospitals.iter().any(|h| h.department == d.department);
        assert!(data.diseases.iter().all(departments));
        for country in &data.nationalities {
            assert!(!country.family.is_empty() && !country.male.is_empty());
            assert!(!country.female.is_empty());
        }
        for year in 1916..=2025 {
            for given in [&data.male, &data.female] {
                assert!(names_of_year(given, year).0.len() >= 30, "{year}");
            }
        }
    }

    /// Every listed text can be written in CP932, except the variants made for that purpose.
    #[test]
    fn lists_fit_cp932() {
        let data = Data::load().unwrap();
        let beyond: Vec<char> = data
            .variants
            .iter()
            .map(|v| v.1)
            .filter(|c| encoding_rs::SHIFT_JIS.encode(&c.to_string()).2)
            .collect();
        assert_eq!(beyond, ['𠮷']);
        let names = data
            .surnames
            .iter()
            .chain(data.male.iter().map(|g| &g.name))
            .chain(data.female.iter().map(|g| &g.name))
            .flat_map(|n| [n.text, n.kana]);
        let others = data
            .towns
            .iter()
            .map(|t| t.name)
            .chain(data.diseases.iter().map(|d| d.name))
            .chain(data.hospitals.iter().map(|h| h.name))
            .chain(data.notes.iter().map(|n| n.template));
        for text in names.chain(others) {
            assert!(!encoding_rs::SHIFT_JIS.encode(text).2, "{text}");
        }
    }
}
