//! `--next`: the next open question as JSON, for other front ends. docs/questions.md describes it.

use serde_json::{Value, json};

use crate::question::view::Asked;
use crate::question::{Catalogue, Question};
use crate::rule::expr::Computed;
use crate::rule::{Bilingual, Pack};
use crate::words::Lang;

use super::desk::{View, Wanted};

/// Version of this format.
const FORMAT: u32 = 1;

/// The next question with its objects; `null` when nothing is open.
pub(super) fn next(view: &View, pack: &Pack, catalogue: &Catalogue, wanted: &Wanted) -> Value {
    let group = view.next(wanted, &std::collections::BTreeSet::new());
    let question = group.first().and_then(|asked| catalogue.question(&asked.id));
    json!({
        "format": FORMAT,
        "case": view.case.root().map_or("", |root| root.id()),
        "open": view.count(wanted),
        "fact_open": view.fact_open(),
        "next": question.map(|question| one(view, pack, catalogue, question, &group)),
    })
}

fn both(text: &Bilingual) -> Value {
    json!({ "ja": text.ja, "en": text.en })
}

fn one(view: &View, pack: &Pack, catalogue: &Catalogue, question: &Question, group: &[&Asked]) -> Value {
    let objects: Vec<Value> = group
        .iter()
        .filter_map(|asked| {
            Some(json!({ "id": asked.object.as_ref()?, "label": both(asked.object_label.as_ref()?) }))
        })
        .collect();
    let named = |id: &str, label: &Bilingual| json!({ "id": id, "label": both(label) });
    let known: Vec<Value> = view
        .known(question)
        .iter()
        .filter_map(|id| view.case.find_any(id))
        .map(|object| {
            let label = json!({ "ja": object.label(Lang::Ja), "en": object.label(Lang::En) });
            json!({ "id": object.id(), "label": label, "kind": object.text("kind") })
        })
        .collect();
    let cites: Vec<Value> = question
        .cites
        .iter()
        .map(|cite| {
            json!({
                "law": cite.law,
                "label": pack.laws.get(&cite.law).map(|law| both(&law.label)),
                "article": cite.article, "paragraph": cite.paragraph, "item": cite.item,
                "as_of": cite.as_of.map(|day| day.to_string()), "verified": cite.verified, "force": cite.force,
            })
        })
        .collect();
    json!({
        "question": question.id,
        "number": question.number,
        "section": catalogue.section(&question.section).map(|section| named(&section.id, &section.title)),
        "stage": question.stage.id(),
        "type": question.ty.id(),
        "text": both(&question.text),
        "why": both(&question.why),
        "good": both(&question.good),
        "bad": both(&question.bad),
        "judged": question.judged,
        "role": question.role.id(),
        "gate": question.gate.id(),
        "kind": question.for_each,
        "objects": objects,
        "options": question.options.iter().map(|option| named(&option.id, &option.label)).collect::<Vec<_>>(),
        "unit": question.unit.as_ref().map(|unit| named(&unit.id, &unit.label)),
        "to": question.to,
        "proposed": view.proposed(pack, question, group).map(|value| plain(view, &value)),
        "evidence": question.evidence,
        "known": known,
        "rules": question.rules,
        "cites": cites,
    })
}

/// A value as it would be written in answers.toml.
fn plain(view: &View, value: &Computed) -> Value {
    match value {
        Computed::Null | Computed::Unknown(_) => Value::Null,
        Computed::Bool(flag) => json!(flag),
        Computed::Int(number) => json!(number),
        Computed::Text(text) => json!(text),
        Computed::Date(date) => json!(date.to_string()),
        Computed::Period(period) => json!(period.to_string()),
        Computed::Object(ix) => json!(view.case.get(*ix).map_or("", |object| object.id())),
        Computed::List(all) => Value::Array(all.iter().map(|one| plain(view, one)).collect()),
    }
}
