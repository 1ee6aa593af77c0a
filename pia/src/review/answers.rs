//! Answers that people gave, question by question and object by object; what was derived from the
//! flows is not here, because the flows are. Equal changes of one question are told once.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Act, Area, Change, Shown};
use super::diff::State;
use super::pairing::{Pairing, Side};
use crate::bilingual::Bilingual;
use crate::case::natural_order;
use crate::question::view::{Asked, Given, Source, Standing};

/// What was said about one question and object.
struct Said {
    value: Shown,
    reason: Shown,
    evidence: Shown,
    source: Shown,
    by: Shown,
    /// Its question or object is gone.
    orphan: bool,
}

const KEYS: [&str; 5] = ["value", "reason", "evidence", "source", "by"];

impl Said {
    fn get(&self, key: &str) -> &Shown {
        match key {
            "reason" => &self.reason,
            "evidence" => &self.evidence,
            "source" => &self.source,
            "by" => &self.by,
            _ => &self.value,
        }
    }
}

/// A question and the object it is about (as the new case calls it; empty: the case).
type Key = (String, String);

pub(super) fn compare(old: &State<'_>, new: &State<'_>, pairing: &Pairing) -> Vec<Change> {
    let before = said(old.standing, pairing, Side::Old);
    let after = said(new.standing, pairing, Side::New);
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    // Question, key, before, after → objects.
    let mut groups: BTreeMap<(String, usize, String, String), (Change, Vec<String>)> = BTreeMap::new();
    for at in keys {
        let (a, b) = (before.get(at), after.get(at));
        // Where an answer came or went, or lost its object, the value alone tells it.
        let whole = [a, b].iter().all(|said| said.is_some_and(|said| !said.orphan));
        for (rank, key) in KEYS.into_iter().enumerate().filter(|(rank, _)| *rank == 0 || whole) {
            let side = |said: Option<&Said>| said.map_or(Shown::Undeclared, |said| said.get(key).clone());
            let (a, b) = (side(a), side(b));
            if a.raw() == b.raw() {
                continue;
            }
            let (question, object) = at;
            let group = (question.clone(), rank, a.raw().to_owned(), b.raw().to_owned());
            let entry =
                groups.entry(group).or_insert_with(|| (change(old, new, question, key, a, b), Vec::new()));
            entry.1.push(object.clone());
        }
    }
    let mut all: Vec<Change> = groups.into_values().map(|(change, objects)| about(change, objects)).collect();
    all.sort_by(|a, b| natural_order(a.id(), b.id()));
    all
}

fn said(standing: &Standing, pairing: &Pairing, side: Side) -> BTreeMap<Key, Said> {
    let mut all = BTreeMap::new();
    for asked in &standing.asked {
        let Some(given) = asked.given.as_ref().filter(|given| given.source != Source::Derived) else {
            continue;
        };
        let object = pairing.id(asked.object.as_deref().unwrap_or_default(), side);
        all.insert((asked.id.clone(), object.to_owned()), of(given));
    }
    for orphan in &standing.orphans {
        let object = pairing.id(&orphan.about, side);
        // The text stays when its object goes: that alone is no other answer.
        all.entry((orphan.question.clone(), object.to_owned())).or_insert_with(|| Said {
            value: Shown::plain(orphan.text.as_str()),
            reason: Shown::Undeclared,
            evidence: Shown::Undeclared,
            source: Shown::Undeclared,
            by: Shown::Undeclared,
            orphan: true,
        });
    }
    all
}

fn of(given: &Given) -> Said {
    let text = |text: &str| if text.is_empty() { Shown::Undeclared } else { Shown::plain(text) };
    let mut evidence = given.evidence.clone();
    evidence.sort_by(|a, b| natural_order(a, b));
    Said {
        value: Shown::Text { raw: given.words.ja.clone(), words: given.words.clone() },
        reason: text(&given.reason),
        evidence: text(&evidence.join(", ")),
        source: text(given.source.id()),
        by: text(&given.by),
        orphan: false,
    }
}

fn change(
    old: &State<'_>,
    new: &State<'_>,
    question: &str,
    key: &str,
    before: Shown,
    after: Shown,
) -> Change {
    let find = |standing: &'_ Standing| -> Option<Asked> {
        standing.asked.iter().find(|asked| asked.id == question).cloned()
    };
    let asked = find(new.standing).or_else(|| find(old.standing));
    let judged = asked.as_ref().is_some_and(|asked| asked.judged);
    let act = match (&before, &after) {
        (Shown::Undeclared, _) if key == "value" => Act::Added,
        (_, Shown::Undeclared) if key == "value" => Act::Removed,
        _ => Act::Changed,
    };
    let label = asked.map_or_else(
        || Bilingual::same(question),
        |asked| Bilingual::of(|lang| format!("{} {}", asked.number, asked.text.get(lang))),
    );
    let kind = if judged { "judged-answer" } else { "answer" };
    Change {
        old_id: question.to_owned(),
        new_id: question.to_owned(),
        key: key.to_owned(),
        before,
        after,
        ..Change::new(Area::Answer, act, kind, label)
    }
}

/// Names the objects that a change is about.
fn about(mut change: Change, mut objects: Vec<String>) -> Change {
    objects.retain(|object| !object.is_empty());
    objects.sort_by(|a, b| natural_order(a, b));
    if !objects.is_empty() {
        change.label.ja = format!("{}（{}）", change.label.ja, objects.join("、"));
        change.label.en = format!("{} ({})", change.label.en, objects.join(", "));
    }
    change
}
