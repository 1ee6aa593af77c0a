//! One rule judged for one object: from two conditions to a result, a message and a hash of facts.

use std::collections::{BTreeSet, HashSet};

use super::judgement::{Finding, FindingId, Result};
use crate::case::tree::{Case, Ix, ObjectRef, Place, Value};
use crate::digest::Parts;
use crate::rule::expr::{Broken, Outcome, Read, Truth, Why, WhyKind, World};
use crate::rule::message::filled_both;
use crate::rule::{Cite, Rule, Severity};

/// Judges a rule for an object of its kind (for the case where it has no kind), whatever its gate.
#[must_use]
pub fn judge_one<'a>(world: &World<'a>, rule: &'a Rule, object: Option<ObjectRef<'a>>) -> Finding {
    let Judged { result, facts, place } = conditions(world, rule, object).unwrap_or_else(|Broken(what)| {
        let what = format!("{}: {what}", rule.id);
        let why = Why { kind: WhyKind::Broken, what, detail: "", object: None };
        Judged { result: Result::Unknown(BTreeSet::from([why])), facts: Vec::new(), place: None }
    });
    let result = match result {
        Result::Unmet if rule.severity == Severity::Block && rule.rests_on_memory() => {
            Result::Unknown(rule.cites.iter().map(from_memory).collect())
        }
        other => other,
    };
    let id = object.map(|object| object.id());
    let words = |text| filled_both(text, world.case, object);
    let title = words(&rule.title);
    let message = match &result {
        Result::Unmet => words(&rule.message),
        Result::Unknown(_) => rule.unknown.as_ref().map_or_else(|| title.clone(), words),
        Result::Met | Result::NotApplicable => title.clone(),
    };
    Finding {
        id: FindingId::of(&rule.id, id),
        rule: rule.id.clone(),
        version: rule.version,
        title,
        object: id.map(str::to_owned),
        object_label: object.map(|object| world.label(object)),
        severity: rule.severity,
        gate: rule.gate,
        role: rule.role,
        fact_hash: fact_hash(&rule.id, rule.version, id, &facts),
        place: place.or_else(|| object.map(|object| object.place().clone())),
        facts,
        message,
        remedy: words(&rule.remedy),
        settles: rule.settles.clone(),
        questions: rule.questions.clone(),
        cites: rule.cites.clone(),
        result,
    }
}

fn from_memory(cite: &Cite) -> Why {
    let place: Vec<&str> = [&cite.law, &cite.article, &cite.paragraph, &cite.item]
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    Why { kind: WhyKind::Law, what: place.join(" "), detail: "from-memory", object: None }
}

struct Judged {
    result: Result,
    facts: Vec<Read>,
    place: Option<Place>,
}

fn conditions<'a>(
    world: &World<'a>,
    rule: &'a Rule,
    object: Option<ObjectRef<'a>>,
) -> std::result::Result<Judged, Broken> {
    let ix = object.map(ObjectRef::ix);
    let applies = match &rule.applies {
        None => Outcome { value: Truth::True, reads: Vec::new() },
        Some(applies) => applies.evaluate(world, ix, &rule.settles)?,
    };
    if applies.value == Truth::False {
        let place = place_of(world.case, &applies.reads);
        return Ok(Judged { result: Result::NotApplicable, facts: applies.reads, place });
    }
    let when = rule.when.evaluate(world, ix, &rule.settles)?;
    let result = match (applies.value, when.value) {
        // Whether or not it applies, what it looks for is not there.
        (_, Truth::False) => Result::Met,
        (Truth::Unknown(mut whys), Truth::Unknown(more)) => {
            whys.extend(more);
            Result::Unknown(whys)
        }
        (Truth::Unknown(whys), _) | (_, Truth::Unknown(whys)) => Result::Unknown(whys),
        (_, Truth::True) => Result::Unmet,
    };
    let place = place_of(world.case, &when.reads).or_else(|| place_of(world.case, &applies.reads));
    let (mut facts, mut more) = (applies.reads, when.reads);
    let known: HashSet<(Option<Ix>, &str)> =
        facts.iter().map(|fact| (fact.object, fact.key.as_str())).collect();
    more.retain(|fact| known.is_empty() || !known.contains(&(fact.object, fact.key.as_str())));
    facts.append(&mut more);
    Ok(Judged { result, facts, place })
}

/// The first fact that says something itself: a key that only leads to another object comes after.
fn place_of(case: &Case, reads: &[Read]) -> Option<Place> {
    let leads = |read: &&Read| {
        let node = read.object.and_then(|ix| case.get(ix)).and_then(|object| object.get(&read.key));
        matches!(node.map(|node| &node.value), Some(Value::Object(_)))
    };
    let placed = || reads.iter().filter(|read| read.place.is_some());
    placed().find(|read| !leads(read)).or_else(|| placed().next()).and_then(|read| read.place.clone())
}

/// A disposition of a finding holds only while this stays the same.
pub(crate) fn fact_hash(rule: &str, version: u32, object: Option<&str>, facts: &[Read]) -> String {
    let mut parts = Parts::default();
    parts.add(rule);
    parts.add(&version.to_string());
    parts.add(object.unwrap_or_default());
    for fact in facts {
        parts.add(&fact.id);
        parts.add(&fact.key);
        parts.add(&fact.value);
    }
    parts.digits()
}
