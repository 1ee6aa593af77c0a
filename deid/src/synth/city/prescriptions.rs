//! The table 処方: drugs after a visit or a transport.
//!
//! Codes have the structure of YJ codes (class 4, route and ingredient 3, form letter 1, strength
//! 1, brand 2, check 1) with real classes and invented products: ingredients start with 9, and the
//! last digit is a rule of our own, since the real one is not published. Which disease brings
//! which class is assumed.

use super::City;
use super::calendar::{self, Day, push_padded};
use super::emit::{Emitter, Row};
use super::events::push_transport_number;
use super::random::Stream;
use super::tables::Table;
use super::visits::{mix, push_visit_number};

/// What a prescription follows.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// Number of a visit.
    Visit(u64),
    /// Day and number of a transport.
    Transport((Day, u64)),
}

/// Invented product of a class.
struct Product {
    code: String,
    name: String,
}

/// Writes prescriptions.
pub(super) struct Prescriber<'c> {
    city: &'c City,
    stream: Stream,
    /// Products by class.
    products: Vec<Vec<Product>>,
    classes: Vec<usize>,
    row: Row,
}

/// Check digit of an invented code: the sum of the characters' places in 0–9A–Z, alternately
/// weighted 1 and 2, modulo 10.
fn own_check_digit(code: &str) -> char {
    let sum: u32 = code
        .chars()
        .zip([1, 2].into_iter().cycle())
        .map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

impl<'c> Prescriber<'c> {
    pub(super) fn new(city: &'c City, stream: Stream) -> Self {
        let product = |class: &super::data::DrugClass, number: u32| {
            let letter = char::from_u32(u32::from('A') + number).unwrap_or('A');
            let mut code = format!("{}9{:02}{}1{:02}", class.code, number + 1, class.letter, 1);
            code.push(own_check_digit(&code));
            Product { code, name: format!("{}試験薬{letter}{}", class.name, class.form) }
        };
        let of_class =
            |class: &super::data::DrugClass| (0..class.products).map(|n| product(class, n)).collect();
        Self {
            city,
            stream,
            products: city.data.drugs.iter().map(of_class).collect(),
            classes: Vec::new(),
            row: Row::default(),
        }
    }

    /// Writes what is prescribed to a person for a disease; often nothing.
    pub(super) fn write<E>(
        &mut self,
        day: Day,
        place: usize,
        disease: usize,
        origin: Origin,
        emitter: &mut Emitter<'_, E>,
    ) -> Result<(), E> {
        self.choose(place, disease, origin);
        for i in 0..self.classes.len() {
            let Some(&class) = self.classes.get(i) else {
                break;
            };
            self.drug(day, place, class, origin, emitter)?;
        }
        Ok(())
    }

    /// Collects the drug classes: most of the disease's own and, at a visit for a chronic disease,
    /// those of the person's other chronic diseases too.
    fn choose(&mut self, place: usize, disease: usize, origin: Origin) {
        self.classes.clear();
        let data = &self.city.data;
        let Some(main) = data.diseases.get(disease) else {
            return;
        };
        for &class in &main.drugs {
            if self.stream.chance(800) {
                self.classes.push(class);
            }
        }
        let at_visit = matches!(origin, Origin::Visit(_));
        let person = self.city.population.people.get(place);
        let Some(person) = person.filter(|_| at_visit && main.chronic) else {
            return;
        };
        for chronic in person.chronic {
            let other = usize::from(chronic).checked_sub(1).and_then(|i| data.diseases.get(i));
            for &class in other.map_or(&[][..], |d| &d.drugs) {
                if self.stream.chance(600) && !self.classes.contains(&class) {
                    self.classes.push(class);
                }
            }
        }
    }

    fn drug<E>(
        &mut self,
        day: Day,
        place: usize,
        class: usize,
        origin: Origin,
        emitter: &mut Emitter<'_, E>,
    ) -> Result<(), E> {
        let (Some(drug), Some(products)) = (self.city.data.drugs.get(class), self.products.get(class)) else {
            return Ok(());
        };
        // A person keeps to one product of a class.
        let own = mix(place as u64 ^ (class as u64) << 44) % products.len().max(1) as u64;
        let Some(product) = products.get(usize::try_from(own).unwrap_or(0)) else {
            return Ok(());
        };
        let (quantity, days) = if drug.per_day == 0 {
            (1 + self.stream.small(3), 1)
        } else {
            let usual = match origin {
                Origin::Visit(_) => drug.days,
                Origin::Transport(_) => drug.days.min(7),
            };
            let days = if self.stream.chance(700) { usual } else { usual.div_ceil(2) };
            (drug.per_day * days, days)
        };
        let row = &mut self.row;
        row.clear();
        let number = emitter.next_record(Table::Prescriptions);
        push_padded(row.cell(), i64::try_from(number).unwrap_or(0), 10);
        let (visit, transport) = match origin {
            Origin::Visit(visit) => (Some(visit), None),
            Origin::Transport(transport) => (None, Some(transport)),
        };
        let cell = row.cell();
        if let Some(visit) = visit {
            push_visit_number(visit, cell);
        }
        let cell = row.cell();
        if let Some(transport) = transport {
            push_transport_number(transport, cell);
        }
        self.city.numbers.push_resident(place, row.cell());
        calendar::push_iso(row.cell(), day);
        row.text(&product.code);
        row.text(&product.name);
        row.text(drug.name);
        push_padded(row.cell(), quantity, 1);
        row.text(drug.unit);
        push_padded(row.cell(), days, 1);
        emitter.row(Table::Prescriptions, row)
    }
}
