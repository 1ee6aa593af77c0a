//! Names of a rule pack against what the pack and the program know.
//!
//! Every function here turns a written form into a checked one, or reports why not and goes on, so
//! that an editor sees all faults of a pack at once.

use std::collections::{BTreeMap, BTreeSet};

use super::predicate::{Params, Precision, Predicate, Unit};
use super::{Bilingual, Check, CheckText, Entropy, Item, ItemClass, KeyLifetime, Source, raw};
use crate::codes::Code;
use crate::error::{Diagnostic, Severity};
use crate::recipe::{Maker, Role};
use crate::transform::treatment::TREATMENTS;
use crate::transform::value::period::Period;

const ROLES: [Role; 7] =
    [Role::Direct, Role::Link, Role::Quasi, Role::Sensitive, Role::Text, Role::Keep, Role::Drop];

/// What the names of a pack refer to.
#[derive(Default)]
pub(super) struct Known {
    pub(super) laws: BTreeMap<String, Bilingual>,
    pub(super) verified: BTreeMap<String, Bilingual>,
    pub(super) forces: BTreeMap<String, Bilingual>,
    pub(super) marks: BTreeMap<String, Bilingual>,
    pub(super) treatments: BTreeSet<String>,
    pub(super) items: BTreeSet<String>,
}

/// Collects the faults of one file.
pub(super) struct Faults<'a> {
    pub(super) file: &'a str,
    pub(super) all: &'a mut Vec<Diagnostic>,
}

impl Faults<'_> {
    pub(super) fn push(&mut self, code: Code, name: &str) {
        self.all.push(Diagnostic::error(code).in_file(self.file).name("name", name));
    }

    pub(super) fn unknown(&mut self, name: &str) {
        self.push(Code::RulePackReference, name);
    }
}

/// Both languages, or a fault that names the place.
pub(super) fn text(raw: raw::Text, place: &str, faults: &mut Faults<'_>) -> Option<Bilingual> {
    let given = |t: Option<String>| t.filter(|t| !t.trim().is_empty());
    match (given(raw.ja), given(raw.en)) {
        (Some(ja), Some(en)) => Some(Bilingual { ja, en }),
        _ => {
            faults.push(Code::RulePackLanguage, place);
            None
        }
    }
}

/// Named texts by id; an id twice is a fault.
pub(super) fn named(
    all: impl IntoIterator<Item = (String, raw::Text)>,
    faults: &mut Faults<'_>,
) -> BTreeMap<String, Bilingual> {
    let mut out = BTreeMap::new();
    for (id, label) in all {
        let Some(label) = text(label, &id, faults) else { continue };
        if out.insert(id.clone(), label).is_some() {
            faults.push(Code::RulePackDuplicate, &id);
        }
    }
    out
}

pub(super) fn sources(
    all: &[raw::Source],
    place: &str,
    known: &Known,
    faults: &mut Faults<'_>,
) -> Vec<Source> {
    if all.is_empty() {
        faults.push(Code::RulePackIncomplete, place);
    }
    let mut out = Vec::new();
    for s in all {
        let label = known.laws.get(&s.law);
        if label.is_none() {
            faults.unknown(&s.law);
        }
        if !known.verified.contains_key(&s.verified) {
            faults.unknown(&s.verified);
        }
        let force = known.forces.get(&s.force);
        if force.is_none() {
            faults.unknown(&s.force);
        }
        out.extend(label.zip(force).map(|(label, force)| Source {
            law: s.law.clone(),
            label: label.clone(),
            article: s.article.clone(),
            as_of: s.as_of.clone(),
            verified: s.verified.clone(),
            force: s.force.clone(),
            force_label: force.clone(),
        }));
    }
    out
}

fn entropy(text: &str) -> Option<Entropy> {
    match text {
        "low" => Some(Entropy::Low),
        "medium" => Some(Entropy::Medium),
        "high" => Some(Entropy::High),
        _ => None,
    }
}

pub(super) fn key_lifetime(text: &str) -> Option<KeyLifetime> {
    match text {
        "file" => Some(KeyLifetime::File),
        "memory-only" => Some(KeyLifetime::MemoryOnly),
        _ => None,
    }
}

/// Every text through `read`; what it does not know is a fault.
pub(super) fn each<T: Ord>(
    all: Vec<String>,
    read: impl Fn(&str) -> Option<T>,
    faults: &mut Faults<'_>,
) -> BTreeSet<T> {
    let mut out = BTreeSet::new();
    for name in all {
        match read(&name) {
            Some(v) => {
                out.insert(v);
            }
            None => faults.unknown(&name),
        }
    }
    out
}

pub(super) fn item(raw: raw::Item, known: &Known, faults: &mut Faults<'_>) -> Option<Item> {
    let class = match raw.class.as_str() {
        "direct" => ItemClass::Direct,
        "quasi" => ItemClass::Quasi,
        "sensitive" => ItemClass::Sensitive,
        "none" => ItemClass::None,
        other => {
            faults.unknown(other);
            return None;
        }
    };
    let marks = each(raw.marks, |m| known.marks.contains_key(m).then(|| m.to_owned()), faults);
    for t in raw.pseudonymised.iter().chain(&raw.anonymised) {
        if !known.treatments.contains(t) {
            faults.unknown(t);
        }
    }
    let entropy = match raw.entropy {
        None => None,
        Some(word) => {
            let found = entropy(&word);
            if found.is_none() {
                faults.unknown(&word);
            }
            found
        }
    };
    let sources = sources(&raw.source, &raw.id, known, faults);
    let label = text(raw.label, &raw.id, faults);
    let detail = text(raw.detail, &raw.id, faults);
    let note = text(raw.note, &raw.id, faults);
    Some(Item {
        label: label?,
        class,
        marks,
        sensitivity: raw.sensitivity,
        pseudonymised: raw.pseudonymised,
        anonymised: raw.anonymised,
        entropy,
        detail: detail?,
        note: note?,
        sources,
        id: raw.id,
    })
}

pub(super) fn check(raw: raw::Check, known: &Known, faults: &mut Faults<'_>) -> Option<Check> {
    let shape =
        raw.code.strip_prefix("DL").is_some_and(|n| n.len() == 3 && n.bytes().all(|b| b.is_ascii_digit()));
    if !shape {
        faults.unknown(&raw.code);
    }
    let severity = match raw.severity.as_str() {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        other => {
            faults.unknown(other);
            None
        }
    };
    let when = Predicate::parse(&raw.when);
    if when.is_none() {
        faults.unknown(&raw.when);
    }
    let sources = sources(&raw.source, &raw.code, known, faults);
    if severity == Some(Severity::Error) && sources.iter().all(|s| s.verified.starts_with('M')) {
        faults.push(Code::RulePackMemoryOnly, &raw.code);
    }
    let params = params(when?, raw.params, &raw.code, known, faults);
    let (Some(ja), Some(en)) = (raw.text.ja, raw.text.en) else {
        faults.push(Code::RulePackLanguage, &raw.code);
        return None;
    };
    let ja = check_text(&ja, &params, &raw.code, faults);
    let en = check_text(&en, &params, &raw.code, faults);
    Some(Check { code: raw.code, rule: raw.rule, severity: severity?, when: when?, params, ja, en, sources })
}

fn check_text(raw: &raw::CheckText, params: &Params, code: &str, faults: &mut Faults<'_>) -> CheckText {
    if [&raw.title, &raw.why, &raw.fix].iter().any(|t| t.trim().is_empty()) {
        faults.push(Code::RulePackLanguage, code);
    }
    let mut fill = |text: &str| fill(text, params, faults);
    CheckText { title: fill(&raw.title), why: fill(&raw.why), fix: fill(&raw.fix) }
}

/// Replaces `{name}` by the number of that name; any other name is a fault.
fn fill(text: &str, params: &Params, faults: &mut Faults<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        let value = match name {
            "k_min" => params.k_min,
            "l_min" => params.l_min,
            "age" => params.age,
            "small_cell_min" => params.small_cell_min,
            _ => None,
        };
        match value {
            Some(n) => out.push_str(&n.to_string()),
            None => faults.unknown(name),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn params(when: Predicate, raw: raw::Params, code: &str, known: &Known, faults: &mut Faults<'_>) -> Params {
    let given: [(&str, bool); 12] = [
        ("marks", raw.marks.is_some()),
        ("items", raw.items.is_some()),
        ("roles", raw.roles.is_some()),
        ("allowed", raw.allowed.is_some()),
        ("handled_by", raw.handled_by.is_some()),
        ("keys", raw.keys.is_some()),
        ("entropy", raw.entropy.is_some()),
        ("finest", raw.finest.is_some()),
        ("k_min", raw.k_min.is_some()),
        ("l_min", raw.l_min.is_some()),
        ("age", raw.age.is_some()),
        ("small_cell_min", raw.small_cell_min.is_some()),
    ];
    for (name, is_given) in given {
        match (is_given, when.params().contains(&name)) {
            (true, false) => faults.unknown(name),
            (false, true) => faults.push(Code::RulePackIncomplete, &format!("{code} {name}")),
            _ => {}
        }
    }
    let treatment = |t: &str| TREATMENTS.contains(&t).then(|| t.to_owned());
    let mut out = Params { k_min: raw.k_min, l_min: raw.l_min, age: raw.age, ..Params::default() };
    out.small_cell_min = raw.small_cell_min;
    out.marks =
        each(raw.marks.unwrap_or_default(), |m| known.marks.contains_key(m).then(|| m.to_owned()), faults);
    out.items = each(raw.items.unwrap_or_default(), |i| known.items.get(i).cloned(), faults);
    out.roles = each(raw.roles.unwrap_or_default(), |r| ROLES.into_iter().find(|k| k.id() == r), faults);
    out.handled_by = each(raw.handled_by.unwrap_or_default(), treatment, faults);
    out.keys = each(raw.keys.unwrap_or_default(), key_lifetime, faults);
    out.entropy = each(raw.entropy.unwrap_or_default(), entropy, faults);
    // The one word that two conditions read differently: who may make, or what may be done.
    let allowed = raw.allowed.unwrap_or_default();
    if when == Predicate::MakerNotPermitted {
        out.makers = each(allowed, Maker::parse, faults);
    } else {
        out.allowed = each(allowed, treatment, faults);
    }
    match raw.finest {
        None => {}
        Some(raw::Finest::Period(word)) if when == Predicate::DatesExact => {
            out.finest_period = Period::from_name(&word);
            if out.finest_period.is_none() {
                faults.unknown(&word);
            }
        }
        Some(raw::Finest::ByItem(all)) if when == Predicate::QuasiTooFine => {
            out.finest = all.into_iter().filter_map(|f| precision(f, known, faults)).collect();
        }
        Some(_) => faults.unknown("finest"),
    }
    out
}

fn precision(raw: raw::FinestItem, known: &Known, faults: &mut Faults<'_>) -> Option<Precision> {
    let unit = match raw.unit.as_str() {
        "date" => Period::from_name(&raw.level).map(Unit::Date),
        "address" => {
            matches!(raw.level.as_str(), "town" | "municipality" | "prefecture").then_some(Unit::Address)
        }
        "prefix" => raw.level.parse().ok().map(Unit::Prefix),
        _ => None,
    };
    if unit.is_none() {
        faults.unknown(&format!("{} {}", raw.unit, raw.level));
    }
    if !known.items.contains(&raw.item) {
        faults.unknown(&raw.item);
        return None;
    }
    Some(Precision { item: raw.item, unit: unit? })
}
