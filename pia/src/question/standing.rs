//! Where every question stands in a case, for every object it concerns.
//!
//! Objects are found by id, never by position. A hidden question keeps its answer and does not
//! count; an answer about what is gone is listed, not dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{self, Both};
use super::catalogue::{Catalogue, Question};
use super::finding;
use super::verdict::verdict;
use super::view::{Asked, Orphan, Stage, Standing};
use crate::case::tree::{Ix, ObjectRef};
use crate::judge::QuestionState;
use crate::rule::expr::{self, Computed, Refused, Truth, World, given, has_reason};

/// Everything that the questionnaire says about a case.
#[must_use]
pub fn standing(world: &World<'_>, catalogue: &Catalogue) -> Standing {
    let words = Both::load();
    let mut standing = Standing { verdict: verdict(world, catalogue), ..Standing::default() };
    let mut faults = BTreeMap::new();
    for question in &catalogue.questions {
        let first = standing.asked.len();
        for object in objects(world, question) {
            let one = one(world, &words, question, object);
            if let Some((answer, fault)) = one.fault {
                faults.entry((answer, fault)).or_insert((question, one.derived));
            }
            let asked = one.asked;
            // What a question for all contradicts is looked for only where it was answered.
            if asked.state == QuestionState::Answered {
                finding::contradictions(world, &words, question, object, &mut standing);
            }
            standing.asked.push(asked);
        }
        if question.stage == Stage::Full {
            standing.prompts += prompts(standing.asked.get(first..).unwrap_or_default());
        }
    }
    for ((ix, id), (question, derived)) in faults {
        standing.findings.extend(finding::fault(
            world,
            catalogue,
            &words,
            question,
            ix,
            id,
            derived.as_ref(),
        ));
    }
    standing.orphans = orphans(world, &words, catalogue);
    standing
}

/// The objects that a question is asked for; `None`: the case.
pub(super) fn objects<'a>(world: &World<'a>, question: &Question) -> Vec<Option<ObjectRef<'a>>> {
    match &question.for_each {
        None => vec![None],
        Some(kind) => world.case.all(kind).map(Some).collect(),
    }
}

struct One {
    asked: Asked,
    /// The answer that does not do, and why.
    fault: Option<(Ix, &'static str)>,
    /// What the flows answer, where they do.
    derived: Option<Computed>,
}

fn one(world: &World<'_>, words: &Both, question: &Question, object: Option<ObjectRef<'_>>) -> One {
    let ix: Option<Ix> = object.map(ObjectRef::ix);
    let hidden = question
        .when
        .as_ref()
        .is_some_and(|when| when.truth(world, ix).is_ok_and(|holds| holds == Truth::False));
    let derived = question
        .derive
        .as_ref()
        .and_then(|derive| derive.compute(world, ix.as_slice()).ok())
        .map(|(value, _)| value)
        .filter(|value| !matches!(value, Computed::Unknown(_)));
    let answer = world.answer(&question.id, object.map(ObjectRef::id));
    let weighed = answer.and_then(|answer| {
        let asked = world.library.names.questions.get(&question.id)?;
        Some((answer, given(asked, answer)))
    });
    let open = if question.judged { QuestionState::Judgement } else { QuestionState::Open };
    let told = |answer| words.given(world.case, question, answer);
    let (state, said, fault) = match (weighed, &derived) {
        _ if hidden => (QuestionState::NotApplicable, answer.map(told), None),
        (Some((answer, expr::Given::Value)), Some(derived)) => {
            let differs =
                answer.get("value").map(|node| answer::value(question, node)).as_ref() != Some(derived);
            if differs && has_reason(answer) {
                let mut said = told(answer);
                said.overrides_derived = true;
                (QuestionState::Answered, Some(said), Some((answer.ix(), "override")))
            } else {
                let fault = differs.then_some((answer.ix(), "override-no-reason"));
                (QuestionState::Answered, Some(words.derived(world.case, question, derived)), fault)
            }
        }
        (weighed, Some(derived)) => {
            let fault = weighed.and_then(|(answer, given)| match given {
                expr::Given::Refused(refused) => Some((answer.ix(), refused.id())),
                _ => None,
            });
            (QuestionState::Answered, Some(words.derived(world.case, question, derived)), fault)
        }
        (Some((answer, expr::Given::Value | expr::Given::NotApplicable)), None) => {
            (QuestionState::Answered, Some(told(answer)), None)
        }
        (Some((answer, expr::Given::FactOpen)), None) => {
            let looked_after = answer.text("owner").is_some() && answer.date("due").is_some();
            let fault = (!looked_after).then_some((answer.ix(), "fact-open"));
            (QuestionState::FactOpen, Some(told(answer)), fault)
        }
        (Some((answer, expr::Given::Refused(refused))), None) => {
            (open, None, Some((answer.ix(), Refused::id(refused))))
        }
        (None, None) => (open, None, None),
    };
    let fault = fault.or_else(|| {
        let answer = answer.filter(|_| !hidden)?;
        is_contested(world, question, object, answer).then_some((answer.ix(), "two-answers"))
    });
    One { asked: asked(question, object, state, said), fault, derived }
}

/// Whether another answer about as small a group says something else about the same object.
fn is_contested(
    world: &World<'_>,
    question: &Question,
    object: Option<ObjectRef<'_>>,
    chosen: ObjectRef<'_>,
) -> bool {
    let about = |answer: ObjectRef<'_>| answer.texts("about").len();
    let concerns = |answer: &ObjectRef<'_>| match object {
        Some(object) if about(chosen) > 0 => answer.texts("about").contains(&object.id()),
        _ => about(*answer) == 0,
    };
    world
        .answers(&question.id)
        .filter(concerns)
        .filter(|answer| about(*answer) == about(chosen))
        .any(|answer| ["value", "state"].iter().any(|key| value_of(answer, key) != value_of(chosen, key)))
}

fn value_of<'a>(answer: ObjectRef<'a>, key: &str) -> Option<String> {
    // Places differ between equal values, so they are compared as text.
    answer.get(key).map(|node| text(&node.value))
}

fn text(value: &crate::case::tree::Value) -> String {
    match value {
        crate::case::tree::Value::List(nodes) => {
            nodes.iter().map(|node| text(&node.value)).collect::<Vec<_>>().join("\n")
        }
        other => format!("{other:?}"),
    }
}

fn asked(
    question: &Question,
    object: Option<ObjectRef<'_>>,
    state: QuestionState,
    given: Option<super::view::Given>,
) -> Asked {
    Asked {
        id: question.id.clone(),
        number: question.number.clone(),
        section: question.section.clone(),
        stage: question.stage,
        text: question.text.clone(),
        why: question.why.clone(),
        judged: question.judged,
        role: question.role,
        gate: question.gate,
        object: object.map(|object| object.id().to_owned()),
        object_label: object.map(ObjectRef::labels),
        state,
        given,
        rules: question.rules.clone(),
        cites: question.cites.clone(),
    }
}

/// How often somebody has to type an answer: once for all objects, and once more for each answer
/// that differs. What the flows say, and what does not apply, is not asked.
fn prompts(asked: &[Asked]) -> usize {
    let mut answers: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut open = false;
    for one in asked {
        match (&one.state, &one.given) {
            (QuestionState::NotApplicable, _) => {}
            (_, Some(given)) if given.source == super::view::Source::Derived => {}
            (_, Some(given)) => {
                answers.insert((&given.words.ja, &given.reason));
            }
            (_, None) => open = true,
        }
    }
    answers.len().max(usize::from(open))
}

/// Answers to questions that the pack does not have, or about objects that the case does not have.
fn orphans(world: &World<'_>, words: &Both, catalogue: &Catalogue) -> Vec<Orphan> {
    let mut orphans = Vec::new();
    for answer in world.case.all("answer") {
        let id = answer.text("question").unwrap_or_default();
        let question = catalogue.question(id);
        let text = match question {
            Some(question) => words.answer(world.case, question, answer).ja,
            None => answer.get("value").map_or_else(String::new, |node| text_of(&node.value)),
        };
        let orphan =
            |about: &str| Orphan { question: id.to_owned(), about: about.to_owned(), text: text.clone() };
        let about = answer.texts("about");
        match question {
            None if about.is_empty() => orphans.push(orphan("")),
            None => orphans.extend(about.iter().map(|about| orphan(about))),
            Some(question) => {
                let there = |about: &str| {
                    question.for_each.as_ref().is_some_and(|kind| world.case.find(kind, about).is_some())
                };
                orphans.extend(about.iter().filter(|about| !there(about)).map(|about| orphan(about)));
            }
        }
    }
    orphans
}

fn text_of(value: &crate::case::tree::Value) -> String {
    use crate::case::tree::Value;
    match value {
        Value::Text(text) | Value::Word(text) | Value::Other(text) | Value::Words { ja: text, .. } => {
            text.clone()
        }
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Period(period) => period.to_string(),
        Value::List(nodes) => nodes.iter().map(|node| text_of(&node.value)).collect::<Vec<_>>().join(", "),
        Value::Unknown | Value::Object(_) => String::new(),
    }
}
