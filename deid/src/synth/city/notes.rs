//! Free-text notes of ambulance crews, with the places of every name and phone number in them.
//!
//! Why spans: detectors of personal data in text are judged by them. Deliberately absent: style;
//! a few templates, filled in, are enough to test dropping, masking and counting.

use super::City;
use super::numbers::push_phone;
use super::population::Person;
use super::random::Stream;
use super::residents::{push_name, town};

/// A name, reading or phone number inside a note, in characters.
pub(super) struct Span {
    pub(super) kind: &'static str,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) text: String,
}

/// Who and where a note speaks of.
pub(super) struct Scene<'a> {
    pub(super) cause: &'a str,
    pub(super) place: usize,
    pub(super) age: i32,
    pub(super) town: &'a str,
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Writes a note and returns its spans, first to last.
pub(super) fn write(city: &City, scene: &Scene<'_>, stream: &mut Stream, out: &mut String) -> Vec<Span> {
    let people = &city.population.people;
    let mut spans = Vec::new();
    let Some(person) = people.get(scene.place) else {
        return spans;
    };
    let of_cause = |cause: &str| -> Vec<&'static str> {
        let notes = city.data.notes.iter();
        notes.filter(|n| n.cause == cause).map(|n| n.template).collect()
    };
    let mut templates = of_cause(scene.cause);
    if templates.is_empty() {
        templates = of_cause("*");
    }
    let mut rest = stream.pick(&templates).copied().unwrap_or("");
    let family = relative(people, scene.place, person, stream);
    while let Some((text, after)) = rest.split_once('{') {
        out.push_str(text);
        let Some((slot, after)) = after.split_once('}') else {
            break;
        };
        rest = after;
        let mut value = String::new();
        let kind = match slot {
            "name" => {
                push_name(person, &city.data, "", false, &mut value);
                "span_person"
            }
            "kana" => {
                push_name(person, &city.data, "\u{3000}", true, &mut value);
                "span_person"
            }
            "family" => {
                push_name(family, &city.data, "", false, &mut value);
                "span_person"
            }
            "phone" => {
                let phone = [person.phone, family.phone].into_iter().find(|p| *p > 0);
                push_phone(phone.unwrap_or(1), &mut value);
                "span_phone"
            }
            "age" => {
                value.push_str(&scene.age.to_string());
                ""
            }
            "sex" => {
                value.push_str(person.sex.text());
                ""
            }
            _ => {
                value.push_str(if scene.town.is_empty() { town(person, &city.data) } else { scene.town });
                ""
            }
        };
        let from = count(out);
        out.push_str(&value);
        if !kind.is_empty() {
            spans.push(Span { kind, from, to: count(out), text: value });
        }
    }
    out.push_str(rest);
    spans
}

/// Somebody of the same household, or — for who lives alone — anybody.
fn relative<'c>(people: &'c [Person], place: usize, own: &'c Person, stream: &mut Stream) -> &'c Person {
    let near = [place.checked_sub(1), place.checked_add(1)];
    near.into_iter()
        .flatten()
        .filter_map(|place| people.get(place))
        .find(|p| p.household == own.household)
        .or_else(|| stream.pick(people))
        .unwrap_or(own)
}
