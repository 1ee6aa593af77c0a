//! Findings about answers: what contradicts the flows, and what answers nothing.
//!
//! They are called `X-<id>`; the ids and words stand in rules/questions/.

use std::sync::Arc;

use super::answer::Both;
use super::catalogue::{Catalogue, Contradicts, Question};
use super::view::{Contradiction, Standing};
use crate::case::tree::{Ix, ObjectRef};
use crate::judge::{Finding, FindingId, Result, fact_hash};
use crate::rule::expr::{Computed, Read, Truth, World};
use crate::rule::message::filled;
use crate::rule::{Bilingual, Severity};
use crate::words::{Lang, fill};

/// Version of findings about answers; a disposition holds for one version.
const VERSION: u32 = 1;

/// Adds what an answer about an object contradicts.
pub(super) fn contradictions(
    world: &World<'_>,
    words: &Both,
    question: &Question,
    object: Option<ObjectRef<'_>>,
    standing: &mut Standing,
) {
    let Some(answer) = world.answer(&question.id, object.map(ObjectRef::id)) else { return };
    for contradicts in &question.contradicts {
        let witnesses: Vec<Option<ObjectRef<'_>>> = match &contradicts.with {
            None => vec![None],
            Some(kind) => world.case.all(kind).map(Some).collect(),
        };
        let mut facts: Vec<Read> = Vec::new();
        let mut against: Vec<ObjectRef<'_>> = Vec::new();
        let mut fired = false;
        for witness in witnesses {
            let variables: Vec<Ix> = object.into_iter().chain(witness).map(ObjectRef::ix).collect();
            let Ok(outcome) = contradicts.when.evaluate_for(world, &variables, &[]) else { continue };
            if outcome.value != Truth::True {
                continue;
            }
            fired = true;
            against.extend(witness);
            for read in outcome.reads {
                if !facts.contains(&read) {
                    facts.push(read);
                }
            }
        }
        if !fired {
            continue;
        }
        let message = message(world, contradicts, object, &against);
        let finding = Finding {
            message: Arc::new(message.clone()),
            title: Arc::new(question.text.clone()),
            remedy: Arc::new(words.ui("answer.settle")),
            place: Some(answer.get("value").map_or_else(|| answer.place(), |node| &node.place).clone()),
            ..blank(question, &format!("X-{}", contradicts.id), object, contradicts.severity, facts)
        };
        standing.contradictions.push(Contradiction {
            question: question.id.clone(),
            object: object.map(|object| object.id().to_owned()),
            message,
            against: against.iter().map(|witness| witness.id()).collect::<Vec<_>>().join(", "),
        });
        standing.findings.push(finding);
    }
}

/// An object by its id and name: "F03 救急隊による医療情報の閲覧".
fn named(object: ObjectRef<'_>, lang: Lang) -> String {
    let (id, label) = (object.id(), object.label(lang));
    if id == label { id.to_owned() } else { format!("{id} {label}") }
}

/// The message, filled for the first object that says otherwise, with the names of the others.
fn message(
    world: &World<'_>,
    contradicts: &Contradicts,
    object: Option<ObjectRef<'_>>,
    against: &[ObjectRef<'_>],
) -> Bilingual {
    let first = against.first().copied();
    let text = |template: &str, lang: Lang| {
        let text = fill(template, |path| {
            let kind = path.split('.').next().unwrap_or_default();
            let of = first.filter(|witness| witness.kind() == kind).or(object);
            Some(filled(&format!("{{{path}}}"), world.case, of, lang))
        });
        let others: Vec<String> = against.iter().skip(1).map(|witness| named(*witness, lang)).collect();
        match (others.is_empty(), lang) {
            (true, _) => text,
            (false, Lang::Ja) => format!("{text}（{}）", others.join("、")),
            (false, Lang::En) => format!("{text} ({})", others.join(", ")),
        }
    };
    Bilingual { ja: text(&contradicts.message.ja, Lang::Ja), en: text(&contradicts.message.en, Lang::En) }
}

/// The finding about an answer that does not do, whatever objects it is about.
pub(super) fn fault(
    world: &World<'_>,
    catalogue: &Catalogue,
    words: &Both,
    question: &Question,
    answer: Ix,
    id: &str,
    derived: Option<&Computed>,
) -> Option<Finding> {
    let said = catalogue.answer_faults.get(id)?;
    let answer = world.case.get(answer)?;
    let told = words.answer(world.case, question, answer);
    let derived = derived.map(|derived| words.value(world.case, question, derived)).unwrap_or_default();
    let text = |lang: Lang| {
        fill(said.message.get(lang), |name| {
            Some(match name {
                "question" => format!("{} {}", question.number, question.text.get(lang)),
                "answer" => told.get(lang).to_owned(),
                _ => derived.get(lang).to_owned(),
            })
        })
    };
    let facts = vec![Read {
        object: Some(answer.ix()),
        id: answer.id().to_owned(),
        key: question.id.clone(),
        value: format!("{} / {}", told.ja, derived.ja),
        place: Some(answer.get("value").map_or_else(|| answer.place(), |node| &node.place).clone()),
    }];
    Some(Finding {
        title: Arc::new(said.title.clone()),
        object_label: Some(Arc::new(of_question(words, question))),
        message: Arc::new(Bilingual::of(text)),
        remedy: Arc::new(said.remedy.clone()),
        ..blank(question, &format!("X-{id}"), Some(answer), said.severity, facts)
    })
}

/// "質問37への回答": the id of an answer is for machines.
fn of_question(words: &Both, question: &Question) -> Bilingual {
    let text = words.ui("answer.of-question");
    let number = |text: &str| fill(text, |_| Some(question.number.clone()));
    Bilingual { ja: number(&text.ja), en: number(&text.en) }
}

/// A finding that is not met, without its words.
fn blank(
    question: &Question,
    rule: &str,
    object: Option<ObjectRef<'_>>,
    severity: Severity,
    facts: Vec<Read>,
) -> Finding {
    let id = object.map(ObjectRef::id);
    Finding {
        id: FindingId::of(rule, id),
        rule: rule.to_owned(),
        version: VERSION,
        title: Arc::default(),
        object: id.map(str::to_owned),
        object_label: object.map(|object| Arc::new(object.labels())),
        result: Result::Unmet,
        severity,
        gate: question.gate,
        role: question.role,
        fact_hash: fact_hash(rule, VERSION, id, &facts),
        place: facts.iter().find_map(|fact| fact.place.clone()),
        facts,
        message: Arc::default(),
        remedy: Arc::default(),
        settles: Arc::default(),
        questions: Arc::from([question.id.clone()]),
        cites: question.cites.clone().into(),
    }
}
