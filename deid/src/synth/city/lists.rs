//! Reads the embedded lists of `deid/data/city/`, once per city.
//!
//! Why embedded: the generator opens no file. Format: comma lines without quotes, `#` comments.
//! A malformed line is a fault of the build, reported with its file and line (a test parses all).

use super::data::{
    AgeBand, ByAge, CareLevel, Data, Disease, DrugClass, Emergency, Given, Hospital, Name, Nationality, Note,
    Sex, Town, TransportAges,
};
use super::error::CityError;
use super::random::Weights;

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
        CityError::Data { file: self.file, line: self.line }
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
            let mut fields = Fields { file, line: number, rest: line.split(',') };
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
        list($file, include_str!(concat!("../../../data/city/", $file)), $read)
    };
}

fn unzip_weights<T>(items: Vec<(T, u64)>) -> (Vec<T>, Weights) {
    let weights = Weights::new(items.iter().map(|(_, weight)| *weight));
    (items.into_iter().map(|(item, _)| item).collect(), weights)
}

fn name(f: &mut Fields) -> Result<Name, CityError> {
    Ok(Name { text: f.text()?, kana: f.text()? })
}

fn given(f: &mut Fields) -> Result<Given, CityError> {
    Ok(Given { name: name(f)?, from: f.number()?, to: f.number()?, weight: f.number()? })
}

fn by_age(f: &mut Fields) -> Result<ByAge, CityError> {
    Ok(ByAge { name: f.text()?, weights: f.numbers()? })
}

fn one_char(f: &mut Fields) -> Result<char, CityError> {
    let mut chars = f.text()?.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(f.fault()),
    }
}

fn nationalities() -> Result<Vec<Nationality>, CityError> {
    let parts = list!("foreign_names.csv", |f| Ok((f.text()?, f.text()?, name(f)?)))?;
    let named = |country: &str, part: &str| -> Vec<Name> {
        parts.iter().filter(|(c, p, _)| *c == country && *p == part).map(|(_, _, name)| *name).collect()
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
            let town = Town { postal, name, has_chome };
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
            care_rates: list!("care_rates.csv", |f| Ok((f.number()?, f.number()?, f.number()?)))?,
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
            notes: list!("notes.csv", |f| Ok(Note { cause: f.text()?, template: f.text()? }))?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::data::names_of_year;
    use super::*;

    #[test]
    fn lists_are_whole() {
        let data = Data::load().unwrap();
        assert!(data.surnames.len() >= 300);
        assert!(data.male.len() >= 300 && data.female.len() >= 300);
        assert!(data.towns.len() >= 240);
        assert!(data.towns.iter().all(|t| t.postal.starts_with("300") || t.postal.starts_with("305")));
        assert_eq!(data.pyramid.iter().map(|b| b.per_mille).sum::<u64>(), 1_000);
        assert_eq!(data.transport_ages.iter().map(|b| b.per_mille).sum::<u64>(), 1_000);
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
