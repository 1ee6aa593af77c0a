//! What two cases declare: objects that came and went, keys that say something else.
//!
//! Answers are compared by `answers`; everything else that people write is here, the index of the
//! evidence included.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::change::{Act, Area, Change, Shown};
use super::diff::State;
use super::pairing::{Pair, Pairing, Side};
use crate::bilingual::Bilingual;
use crate::case::natural_order;
use crate::case::schema::{KeyDef, Type, schema};
use crate::case::tree::{Node, ObjectRef, Value};
use crate::words::Lang;

/// How many values stand for an object that has no name.
const SUMMARY: usize = 4;

pub(super) fn compare(old: &State<'_>, new: &State<'_>, pairing: &Pairing) -> Vec<Change> {
    let mut all = Vec::new();
    for pair in pairing.both.values() {
        let before = pair.old.and_then(|ix| old.case.get(ix));
        let after = pair.new.and_then(|ix| new.case.get(ix));
        let Some(object) = after.or(before).filter(|object| object.kind() != "answer") else { continue };
        match (before, after) {
            (Some(before), Some(after)) => changed(before, after, pairing, &mut all),
            _ => all.extend(one_sided(object, *pair, pairing)),
        }
    }
    let rank = |change: &Change| schema().kinds().position(|kind| kind.name == change.kind);
    all.sort_by(|a, b| {
        rank(a).cmp(&rank(b)).then_with(|| natural_order(a.id(), b.id())).then_with(|| a.act.cmp(&b.act))
    });
    all
}

/// An object that only one of the cases has; `None` when the one that it is written in is told already.
fn one_sided(object: ObjectRef<'_>, pair: Pair, pairing: &Pairing) -> Option<Change> {
    let side = if pair.new.is_some() { Side::New } else { Side::Old };
    if object.parent().is_some_and(|parent| !pairing.is_in_both(parent, side)) {
        return None;
    }
    let mut change = change_of(object, Act::Added);
    change.after = summary(object, pairing, side);
    change.before = Shown::Nothing;
    if side == Side::Old {
        change.act = Act::Removed;
        std::mem::swap(&mut change.before, &mut change.after);
        std::mem::swap(&mut change.old_id, &mut change.new_id);
    }
    Some(change)
}

fn changed(before: ObjectRef<'_>, after: ObjectRef<'_>, pairing: &Pairing, all: &mut Vec<Change>) {
    let Some(kind) = schema().kind(after.kind()) else { return };
    let change = |act| Change { old_id: before.id().to_owned(), ..change_of(after, act) };
    if kind.has_id() && before.id() != after.id() {
        let mut renamed = change(Act::Renamed);
        renamed.before = Shown::plain(before.id());
        renamed.after = Shown::plain(after.id());
        all.push(renamed);
    }
    if let (Some(from), Some(to)) = (before.parent(), after.parent())
        && pairing.identity(from, Side::Old) != pairing.identity(to, Side::New)
    {
        let mut moved = change(Act::Moved);
        moved.before = place_shown(from);
        moved.after = place_shown(to);
        all.push(moved);
    }
    for key in kind.written().filter(|key| key.ty != Type::Id && key.name != "renamed_from") {
        let (a, b) = (before.get(&key.name), after.get(&key.name));
        // Objects that came or went are told themselves; their key is not told again.
        if is_inline(&key.ty) && (holds_objects(a) || holds_objects(b)) && !(is_unknown(a) || is_unknown(b)) {
            continue;
        }
        if canonical(before, key, a, pairing, Side::Old) == canonical(after, key, b, pairing, Side::New) {
            continue;
        }
        let mut changed = change(Act::Changed);
        changed.key = key.name.clone();
        changed.key_label = key.text.clone();
        changed.trend = match (a, b) {
            (Some(a), Some(b)) => trend(&a.value, &b.value),
            _ => Ordering::Equal,
        };
        changed.before = shown(before, key, a, pairing, Side::Old);
        changed.after = shown(after, key, b, pairing, Side::New);
        all.push(changed);
    }
}

fn change_of(object: ObjectRef<'_>, act: Act) -> Change {
    let area = if object.kind() == "evidence" { Area::Evidence } else { Area::Declaration };
    let change = Change::new(area, act, object.kind(), name(object));
    Change { new_id: object.id().to_owned(), ..change }
}

/// An object for people: 「フロー F3「診療情報の提供」」; one without an id by the object that holds it.
pub(super) fn name(object: ObjectRef<'_>) -> Bilingual {
    Bilingual::of(|lang| name_in(object, lang))
}

fn name_in(object: ObjectRef<'_>, lang: Lang) -> String {
    let kind = schema().kind(object.kind());
    let kind_label = kind.map_or(object.kind(), |kind| kind.text.get(lang));
    if object.kind() == "case" {
        return kind_label.to_owned();
    }
    if kind.is_some_and(|kind| kind.has_id()) {
        let label = object.label(lang);
        return match (lang, label == object.id()) {
            (_, true) => format!("{kind_label} {}", object.id()),
            (Lang::Ja, false) => format!("{kind_label} {}「{label}」", object.id()),
            (Lang::En, false) => format!("{kind_label} {} ({label})", object.id()),
        };
    }
    let named: Vec<String> = kind
        .into_iter()
        .flat_map(|kind| &kind.named_by)
        .map(|key| object.text(key).map_or_else(|| object.texts(key).join(", "), str::to_owned))
        .filter(|text| !text.is_empty())
        .collect();
    let own =
        if named.is_empty() { kind_label.to_owned() } else { format!("{kind_label} {}", named.join(" ")) };
    match object.parent().filter(|parent| parent.kind() != "case") {
        Some(parent) => format!("{} {own}", name_in(parent, lang)),
        None => own,
    }
}

fn place_shown(object: ObjectRef<'_>) -> Shown {
    Shown::Text { raw: object.id().to_owned(), words: name(object) }
}

/// What stands for a whole object: its name, else its first values.
fn summary(object: ObjectRef<'_>, pairing: &Pairing, side: Side) -> Shown {
    let has_name = object.label(Lang::Ja) != object.id();
    if has_name {
        return Shown::Text { raw: object.id().to_owned(), words: object.labels() };
    }
    let Some(kind) = schema().kind(object.kind()) else { return Shown::plain(object.id()) };
    let keys = kind.written().filter(|key| key.ty != Type::Id && !is_inline(&key.ty));
    let mut words = Bilingual::default();
    let mut raw = Vec::new();
    for key in keys.filter(|key| object.get(&key.name).is_some()).take(SUMMARY) {
        let value = shown(object, key, object.get(&key.name), pairing, side);
        raw.push(format!("{}={}", key.name, value.raw()));
        let text = match &value {
            Shown::Text { words, .. } => words.clone(),
            other => Bilingual::same(other.raw()),
        };
        for (into, label, text) in
            [(&mut words.ja, &key.text.ja, text.ja), (&mut words.en, &key.text.en, text.en)]
        {
            if !into.is_empty() {
                into.push_str(" / ");
            }
            into.push_str(&format!("{label}: {text}"));
        }
    }
    Shown::Text { raw: raw.join(" "), words }
}

/// Objects written in place are compared as objects; of the key only its presence is.
fn is_inline(ty: &Type) -> bool {
    matches!(ty, Type::Object(_) | Type::Objects(_))
}

fn holds_objects(node: Option<&Node>) -> bool {
    match node.map(|node| &node.value) {
        Some(Value::List(nodes)) => !nodes.is_empty(),
        Some(Value::Object(_)) => true,
        _ => false,
    }
}

fn is_unknown(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.value == Value::Unknown)
}

/// A value as one text that is equal exactly when both cases say the same.
fn canonical(
    of: ObjectRef<'_>,
    key: &KeyDef,
    node: Option<&Node>,
    pairing: &Pairing,
    side: Side,
) -> Option<String> {
    let value = &node?.value;
    if is_inline(&key.ty) {
        return match value {
            Value::Unknown => Some("unknown".to_owned()),
            Value::List(nodes) if nodes.is_empty() => Some("[]".to_owned()),
            // The objects themselves are told.
            _ => None,
        };
    }
    let one = |value: &Value| match value {
        Value::Unknown => "?".to_owned(),
        Value::Text(text) => format!("t{}", pairing.id(text, side)),
        Value::Other(text) => format!("o{text}"),
        Value::Words { ja, en } => format!("w{ja}\u{0}{}", en.as_deref().unwrap_or_default()),
        Value::Word(word) => format!("e{word}"),
        Value::Bool(flag) => format!("b{flag}"),
        Value::Int(number) => format!("i{number}"),
        Value::Date(date) => format!("d{date}"),
        Value::Period(period) => format!("p{period}"),
        Value::Object(ix) => {
            of.case().get(*ix).map_or_else(String::new, |to| pairing.identity(to, side).to_owned())
        }
        Value::List(_) => String::new(),
    };
    Some(match value {
        Value::List(nodes) => {
            // Lists of a case are sets: their order says nothing.
            let all: BTreeSet<String> = nodes.iter().map(|node| one(&node.value)).collect();
            format!("[{}]", all.into_iter().collect::<Vec<_>>().join("\u{1}"))
        }
        value => one(value),
    })
}

/// What a key of an object says, for people.
#[must_use]
pub fn value(object: ObjectRef<'_>, key: &KeyDef, node: &Node) -> Shown {
    shown(object, key, Some(node), &Pairing::default(), Side::New)
}

fn shown(of: ObjectRef<'_>, key: &KeyDef, node: Option<&Node>, pairing: &Pairing, side: Side) -> Shown {
    let Some(node) = node else { return Shown::Undeclared };
    match &node.value {
        Value::Unknown => Shown::Unknown,
        Value::Bool(flag) => Shown::Flag(*flag),
        Value::List(nodes) if nodes.is_empty() => Shown::Empty,
        Value::List(nodes) => {
            let mut all: Vec<(String, Bilingual)> =
                nodes.iter().map(|node| said(of, key, &node.value, pairing, side)).collect();
            all.sort_by(|a, b| natural_order(&a.0, &b.0));
            let join = |pick: &dyn Fn(&(String, Bilingual)) -> String, by: &str| {
                all.iter().map(pick).collect::<Vec<_>>().join(by)
            };
            Shown::Text {
                raw: join(&|one| one.0.clone(), ","),
                words: Bilingual {
                    ja: join(&|one| one.1.ja.clone(), "、"),
                    en: join(&|one| one.1.en.clone(), ", "),
                },
            }
        }
        value => {
            let (raw, words) = said(of, key, value, pairing, side);
            Shown::Text { raw, words }
        }
    }
}

/// One value: without a language, and in words.
fn said(
    of: ObjectRef<'_>,
    key: &KeyDef,
    value: &Value,
    pairing: &Pairing,
    side: Side,
) -> (String, Bilingual) {
    let same = |text: String| (text.clone(), Bilingual::same(text));
    match value {
        Value::Words { ja, en } => {
            let en = en.clone().unwrap_or_else(|| ja.clone());
            (ja.clone(), Bilingual { ja: ja.clone(), en })
        }
        Value::Word(word) => {
            let label = |lang| schema().label(of.kind(), &key.name, word, lang).unwrap_or(word).to_owned();
            (word.clone(), Bilingual::of(label))
        }
        Value::Object(ix) => match of.case().get(*ix) {
            Some(to) => (pairing.id(to.id(), side).to_owned(), referred(to)),
            None => same(String::new()),
        },
        Value::Text(text) | Value::Other(text) => same(text.clone()),
        Value::Int(number) => same(number.to_string()),
        Value::Date(date) => same(date.to_string()),
        Value::Period(period) => same(period.to_string()),
        Value::Bool(flag) => same(if *flag { "yes" } else { "no" }.to_owned()),
        Value::Unknown | Value::List(_) => same(String::new()),
    }
}

fn referred(to: ObjectRef<'_>) -> Bilingual {
    let in_lang = |lang| match to.label(lang) {
        label if label == to.id() => label.to_owned(),
        label => format!("{} {label}", to.id()),
    };
    Bilingual::of(in_lang)
}

fn trend(before: &Value, after: &Value) -> Ordering {
    match (before, after) {
        (Value::Int(a), Value::Int(b)) => b.cmp(a),
        (Value::Date(a), Value::Date(b)) => b.cmp(a),
        (Value::Period(a), Value::Period(b)) => b.hours().cmp(&a.hours()),
        _ => Ordering::Equal,
    }
}
