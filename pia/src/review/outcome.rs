//! What follows from a case: risks that moved, findings that opened or closed, the state as a whole.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::change::{Act, Area, Change, Shown};
use super::declared::name;
use super::diff::State;
use super::pairing::{Pairing, Side};
use crate::bilingual::Bilingual;
use crate::case::natural_order;
use crate::case::schema::schema;
use crate::judge::{Finding, Result};
use crate::risk::view::{Assessment, Risk};
use crate::words::Lang;

fn change(area: Area, act: Act, kind: &str, old_id: &str, new_id: &str, label: Bilingual) -> Change {
    Change { old_id: old_id.to_owned(), new_id: new_id.to_owned(), ..Change::new(area, act, kind, label) }
}

/// Risks by scenario and flow. Those of a flow that came or went are told by number, not one by one.
pub(super) fn risks(old: &State<'_>, new: &State<'_>, pairing: &Pairing) -> Vec<Change> {
    let by_key = |assessment: &'_ Assessment, side| -> BTreeMap<(String, String), Risk> {
        let of = |risk: &Risk| (risk.scenario.clone(), pairing.id(&risk.flow, side).to_owned());
        assessment.risks.iter().map(|risk| (of(risk), risk.clone())).collect()
    };
    let (before, after) = (by_key(old.assessment, Side::Old), by_key(new.assessment, Side::New));
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut all = Vec::new();
    let mut whole: BTreeMap<String, Vec<&Risk>> = BTreeMap::new();
    for key in keys {
        let (a, b) = (before.get(key), after.get(key));
        let (x, y) = (a.map(|risk| levels(old, risk)), b.map(|risk| levels(new, risk)));
        let raw = |shown: &Option<Shown>| shown.as_ref().map(|shown| shown.raw().to_owned());
        if raw(&x) == raw(&y) {
            continue;
        }
        let (flow, lone) = match (a, b) {
            (Some(risk), None) => (old.case.find("flow", &risk.flow), Some((risk, Side::Old))),
            (None, Some(risk)) => (new.case.find("flow", &risk.flow), Some((risk, Side::New))),
            (_, other) => (other.and_then(|risk| new.case.find("flow", &risk.flow)), None),
        };
        if let Some((risk, side)) = lone
            && flow.is_some_and(|flow| !pairing.is_in_both(flow, side))
        {
            whole.entry(risk.flow.clone()).or_default().push(risk);
            continue;
        }
        let act = match (a, b) {
            (None, _) => Act::Added,
            (_, None) => Act::Removed,
            _ => Act::Changed,
        };
        let Some(risk) = b.or(a) else { continue };
        let flow_name = flow.map(name).unwrap_or_default();
        let label = Bilingual {
            ja: format!("{} {}（{}）", risk.scenario, risk.title.ja, flow_name.ja),
            en: format!("{} {} ({})", risk.scenario, risk.title.en, flow_name.en),
        };
        let id = |risk: Option<&Risk>| {
            risk.map_or_else(String::new, |risk| format!("{}@{}", risk.scenario, risk.flow))
        };
        let mut moved = change(Area::Risk, act, "risk", &id(a), &id(b), label);
        moved.key = "level".to_owned();
        moved.trend = ranks(new, b).cmp(&ranks(old, a));
        moved.before = x.unwrap_or(Shown::Nothing);
        moved.after = y.unwrap_or(Shown::Nothing);
        all.push(moved);
    }
    for (flow, risks) in whole {
        all.extend(of_whole_flow(old, new, &flow, &risks));
    }
    all.sort_by(|a, b| natural_order(a.id(), b.id()));
    all
}

fn of_whole_flow(old: &State<'_>, new: &State<'_>, flow: &str, risks: &[&Risk]) -> Option<Change> {
    let (object, state, added) = match new.case.find("flow", flow) {
        Some(object) => (object, new, true),
        None => (old.case.find("flow", flow)?, old, false),
    };
    let highest = risks.iter().max_by_key(|risk| ranks(state, Some(risk)).map(|ranks| ranks[0]))?;
    let level = level_label(state, &highest.levels[2]);
    let shown = Shown::Text {
        raw: format!("{} {}", risks.len(), highest.levels[2]),
        words: Bilingual {
            ja: format!("{}件（残余の最高 {}）", risks.len(), level.ja),
            en: format!("{} (highest residual: {})", risks.len(), level.en),
        },
    };
    let mut told = change(
        Area::Risk,
        if added { Act::Added } else { Act::Removed },
        "risk",
        if added { "" } else { flow },
        if added { flow } else { "" },
        name(object),
    );
    told.trend = if added { Ordering::Greater } else { Ordering::Less };
    if added {
        told.after = shown;
    } else {
        told.before = shown;
    }
    Some(told)
}

/// Ranks of residual, existing and inherent level.
fn ranks(state: &State<'_>, risk: Option<&Risk>) -> Option<[usize; 3]> {
    let [inherent, existing, residual] = &risk?.levels;
    Some([residual, existing, inherent].map(|level| state.assessment.rank(level)))
}

fn level_label(state: &State<'_>, id: &str) -> Bilingual {
    let found = state.assessment.levels.iter().find(|level| level.id == id);
    found.map_or_else(|| Bilingual::same(id), |level| level.label.clone())
}

fn levels(state: &State<'_>, risk: &Risk) -> Shown {
    let say = |lang| {
        let all: Vec<String> =
            risk.levels.iter().map(|level| level_label(state, level).get(lang).to_owned()).collect();
        all.join("/")
    };
    let open = if risk.open.is_empty() { "" } else { " ?" };
    let numbers =
        format!("{}×{}/{}/{}", risk.severity.level, risk.inherent.level, risk.existing, risk.residual);
    Shown::Text {
        raw: format!("{} {numbers}{open}", risk.levels.join(" ")),
        words: Bilingual {
            ja: format!("{}（{numbers}）{open}", say(Lang::Ja)),
            en: format!("{} ({numbers}){open}", say(Lang::En)),
        },
    }
}

/// Findings by rule and object.
pub(super) fn findings(old: &State<'_>, new: &State<'_>, pairing: &Pairing) -> Vec<Change> {
    let by_key = |state: &'_ State<'_>, side| -> BTreeMap<(String, String), Finding> {
        let of = |found: &Finding| {
            (found.rule.clone(), pairing.id(found.object.as_deref().unwrap_or_default(), side).to_owned())
        };
        state.judgement.findings.iter().map(|found| (of(found), found.clone())).collect()
    };
    let (before, after) = (by_key(old, Side::Old), by_key(new, Side::New));
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut all = Vec::new();
    for key in keys {
        let (a, b) = (before.get(key), after.get(key));
        let act = match (a.is_some_and(is_open), b.is_some_and(is_open)) {
            (false, true) => Act::Opened,
            (true, false) => Act::Closed,
            (true, true) if facts(a, pairing, Side::Old) != facts(b, pairing, Side::New) => Act::Changed,
            _ => continue,
        };
        let Some(found) = b.or(a) else { continue };
        // The same result on other facts: what was disposed of has to be looked at again.
        let same = a.map(|found| found.result.id()) == b.map(|found| found.result.id());
        let kind = if same { "finding-facts" } else { "finding" };
        let mut told = change(Area::Finding, act, kind, id(a), id(b), label(found));
        let severity = |found: &Finding| found.severity;
        let gravest = a.map(severity).into_iter().chain(b.map(severity)).min();
        told.key = gravest.map_or_else(String::new, |severity| severity.id().to_owned());
        told.before = a.map_or(Shown::Nothing, |found| Shown::plain(found.result.id()));
        told.after = b.map_or(Shown::Nothing, |found| Shown::plain(found.result.id()));
        told.trend = is_open_at(b).cmp(&is_open_at(a));
        all.push(told);
    }
    all.sort_by(|a, b| natural_order(a.id(), b.id()));
    all
}

fn id(found: Option<&Finding>) -> &str {
    found.map_or("", |found| found.id.as_str())
}

fn label(found: &Finding) -> Bilingual {
    let object = found.object.as_deref().unwrap_or_default();
    let name = found.object_label.clone().unwrap_or_default();
    let whole = |title: &str, name: &str, open: &str, close: &str| {
        if object.is_empty() {
            format!("{} {title}", found.rule)
        } else {
            format!("{} {title}{open}{object} {name}{close}", found.rule)
        }
    };
    Bilingual {
        ja: whole(&found.title.ja, &name.ja, "（", "）"),
        en: whole(&found.title.en, &name.en, " (", ")"),
    }
}

fn is_open(found: &Finding) -> bool {
    matches!(found.result, Result::Unmet | Result::Unknown(_))
}

fn is_open_at(found: Option<&Finding>) -> bool {
    found.is_some_and(is_open)
}

/// What a finding rests on, with old ids written as new ones.
fn facts(found: Option<&Finding>, pairing: &Pairing, side: Side) -> Option<(&'static str, u32, Vec<String>)> {
    let found = found?;
    let fact = |id: &str, key: &str, value: &str| {
        format!("{}\u{1}{key}\u{1}{}", pairing.id(id, side), renamed(value, pairing, side))
    };
    let all = found.facts.iter().map(|read| fact(&read.id, &read.key, &read.value)).collect();
    Some((found.result.id(), found.version, all))
}

/// A fact's value is a text; the ids in it stand between brackets, commas and blanks.
fn renamed(value: &str, pairing: &Pairing, side: Side) -> String {
    let parts = value.split_inclusive(['[', ']', ',', ' ']);
    parts
        .map(|part| {
            let bare = part.trim_end_matches(['[', ']', ',', ' ']);
            let rest = part.strip_prefix(bare).unwrap_or_default();
            format!("{}{rest}", pairing.id(bare, side))
        })
        .collect()
}

/// State, gate, verdict and rule pack.
pub(super) fn whole(old: &State<'_>, new: &State<'_>) -> Vec<Change> {
    let mut all = Vec::new();
    let mut note = |key: &str, before: Shown, after: Shown, trend: Ordering| {
        if before.raw() != after.raw() {
            let mut told = change(Area::Outcome, Act::Changed, "outcome", "", "", Bilingual::default());
            told.key = key.to_owned();
            told.before = before;
            told.after = after;
            told.trend = trend;
            all.push(told);
        }
    };
    let (a, b) = (old.judgement, new.judgement);
    // The states stand in order: a smaller one is worse, so a step down is more to do.
    note("state", Shown::plain(a.state.id()), Shown::plain(b.state.id()), a.state.cmp(&b.state));
    let gate = |id: &str| {
        let label = schema().vocabulary("gate").and_then(|gates| gates.label(id)).cloned();
        Shown::Text { raw: id.to_owned(), words: label.unwrap_or_else(|| Bilingual::same(id)) }
    };
    note("gate", gate(a.reached.id()), gate(b.reached.id()), b.reached.cmp(&a.reached));
    let verdict = |state: &State<'_>| match &state.standing.verdict {
        Some(verdict) => Shown::Text { raw: verdict.level_id.clone(), words: verdict.level.clone() },
        None => Shown::Undeclared,
    };
    note("verdict", verdict(old), verdict(new), Ordering::Equal);
    note(
        "rules",
        Shown::plain(a.pack_digest.as_str()),
        Shown::plain(b.pack_digest.as_str()),
        Ordering::Equal,
    );
    all
}
