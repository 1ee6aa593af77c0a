//! Changes for people and machines: lines, rows of the official table, JSON.

use serde_json::{Value, json};

use super::change::{Act, Area, Change, Changes, Shown, Weight};
use crate::words::Words;

/// What changed and how, in words: 「フロー F3「…」 関係」.
fn what(change: &Change, words: &Words) -> String {
    let label = change.label.get(words.lang);
    let key = key(change, words);
    match (change.area, change.act) {
        (Area::Outcome, _) => key,
        (Area::Risk | Area::Answer, Act::Changed) | (_, Act::Changed) if !key.is_empty() => {
            format!("{label} {key}")
        }
        (_, act) => {
            words.fill("diff.acted", &[("what", label), ("act", words.ui(&format!("diff.act.{}", act.id())))])
        }
    }
}

fn key(change: &Change, words: &Words) -> String {
    let told = change.key_label.get(words.lang);
    if !told.is_empty() || change.key.is_empty() || change.area == Area::Finding {
        return told.to_owned();
    }
    words.ui(&format!("diff.key.{}", change.key)).to_owned()
}

/// One side, in words; the ids of results, states and standings are words of the interface.
fn side(change: &Change, is_after: bool, words: &Words) -> String {
    let shown = if is_after { &change.after } else { &change.before };
    let group = match (change.area, change.key.as_str()) {
        (Area::Finding, _) => "result",
        (Area::Outcome, "state") => "state",
        (Area::Evidence, "standing") => "evidence",
        _ => return shown.say(words),
    };
    match shown {
        Shown::Text { raw, .. } if group == "evidence" => standing(raw, words),
        Shown::Text { raw, .. } if is_after && change.kind == "finding-facts" => {
            words.fill("diff.other-facts", &[("result", words.ui(&format!("{group}.{raw}")))])
        }
        Shown::Text { raw, .. } => words.ui(&format!("{group}.{raw}")).to_owned(),
        other => other.say(words),
    }
}

/// How evidence stands: its class, or why it is refused.
fn standing(id: &str, words: &Words) -> String {
    let class = format!("evidence-class.{id}");
    match words.ui(&class) {
        word if word == class => words.ui(&format!("evidence-refused.{id}")).to_owned(),
        word => word.to_owned(),
    }
}

/// One line a change, under a heading for each area; what matters comes first.
#[must_use]
pub fn lines(changes: &Changes, words: &Words) -> Vec<String> {
    if changes.is_empty() {
        return vec![words.ui("diff.none").to_owned()];
    }
    let (major, minor) = (changes.count(Weight::Major), changes.count(Weight::Minor));
    let mut all =
        vec![words.fill("diff.counts", &[("major", &major.to_string()), ("minor", &minor.to_string())])];
    for area in Area::ALL {
        let mut inside: Vec<&Change> = changes.all.iter().filter(|change| change.area == area).collect();
        if inside.is_empty() {
            continue;
        }
        inside.sort_by_key(|change| change.weight);
        all.push(String::new());
        all.push(words.ui(&format!("diff.area.{}", area.id())).to_owned());
        for change in inside {
            all.push(words.fill(
                "diff.line",
                &[
                    ("weight", words.ui(&format!("diff.weight.{}", change.weight.id()))),
                    ("what", &what(change, words)),
                    ("before", &side(change, false, words)),
                    ("after", &side(change, true, words)),
                ],
            ));
            if change.weight == Weight::Major {
                all.push(words.fill("diff.because", &[("why", change.ground.get(words.lang))]));
            }
        }
    }
    all
}

/// Rows of the official table: 項目, 変更前, 変更後, 重要/軽微.
#[must_use]
pub fn rows(changes: &Changes, words: &Words) -> Vec<[String; 4]> {
    let row = |change: &Change| {
        [
            what(change, words),
            side(change, false, words),
            side(change, true, words),
            words.ui(&format!("diff.weight.{}", change.weight.id())).to_owned(),
        ]
    };
    changes.all.iter().map(row).collect()
}

/// The changes for other programs.
#[must_use]
pub fn json(changes: &Changes, words: &Words) -> Value {
    let one = |change: &Change| {
        json!({
            "area": change.area.id(),
            "act": change.act.id(),
            "kind": change.kind,
            "old_id": change.old_id,
            "new_id": change.new_id,
            "key": change.key,
            "weight": change.weight.id(),
            "why": change.ground.get(words.lang),
            "what": what(change, words),
            "before": { "value": change.before.raw(), "text": side(change, false, words) },
            "after": { "value": change.after.raw(), "text": side(change, true, words) },
        })
    };
    json!({
        "format": 1,
        "lang": words.lang.id(),
        "major": changes.count(Weight::Major),
        "minor": changes.count(Weight::Minor),
        "changes": changes.all.iter().map(one).collect::<Vec<_>>(),
    })
}
