//! All rules over a whole case: findings in a fixed order, counts, and one of four states.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::judgement::{Counts, Finding, Judgement, Result, State};
use super::one::judge_one;
use super::question_status::{QuestionState, QuestionStatus};
use crate::case::natural_order;
use crate::rule::expr::{Why, World};
use crate::rule::{Gate, Pack, Rule, Severity};

/// Threads that judge rules; a number of its own, because the core asks the machine nothing.
const THREADS: usize = 4;

/// Judges a case on a day, up to the gate that it has reached. `questions` and `contradictions` come
/// from the room `question`; contradictions of later gates are left out like rules of later gates.
#[must_use]
pub fn judge(
    world: &World<'_>,
    pack: &Pack,
    questions: &[QuestionStatus],
    contradictions: &[Finding],
) -> Judgement {
    let phase = world.case.root().and_then(|root| root.text("phase")).and_then(Gate::parse);
    let reached = phase.unwrap_or(Gate::Submission);
    let mut findings: Vec<Finding> =
        contradictions.iter().filter(|found| found.gate <= reached).cloned().collect();
    let mut rules: Vec<&Rule> = pack.rules.iter().filter(|rule| rule.gate <= reached).collect();
    // Findings come out nearly in their order, which spares moving thousands of them.
    rules.sort_by_key(|rule| (rule.gate, rule.severity));
    side_by_side(world, &rules, &mut findings);
    findings.sort_by(|a, b| {
        (a.gate, a.severity)
            .cmp(&(b.gate, b.severity))
            .then_with(|| natural_order(&a.rule, &b.rule))
            .then_with(|| natural_order(text(&a.object), text(&b.object)))
    });
    let mut open: Vec<QuestionStatus> =
        questions.iter().filter(|question| is_open(question, reached)).cloned().collect();
    open.sort_by(|a, b| {
        a.gate
            .cmp(&b.gate)
            .then_with(|| natural_order(&a.id, &b.id))
            .then_with(|| natural_order(text(&a.object), text(&b.object)))
    });
    let counts = count(&findings, &open);
    Judgement { state: state(&counts), counts, reached, findings, open, pack_digest: pack.digest.clone() }
}

/// Adds the findings of all rules, in order of the rules, whatever threads made them.
fn side_by_side(world: &World<'_>, rules: &[&Rule], findings: &mut Vec<Finding>) {
    let next = AtomicUsize::new(0);
    // Each takes the next rule that nobody has taken: some rules look at far more objects than others.
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(rule) = rules.get(index) else { return done };
            done.push((index, one_rule(world, rule)));
        }
    };
    let mut all: Vec<(usize, Vec<Finding>)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..THREADS).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)));
        }
        all
    });
    all.sort_by_key(|(index, _)| *index);
    findings.reserve(all.iter().map(|(_, made)| made.len()).sum());
    all.into_iter().for_each(|(_, made)| findings.extend(made));
}

fn one_rule(world: &World<'_>, rule: &Rule) -> Vec<Finding> {
    match &rule.for_each {
        None => vec![judge_one(world, rule, None)],
        Some(kind) => {
            let mut made = Vec::with_capacity(world.case.all(kind).count());
            made.extend(world.case.all(kind).map(|object| judge_one(world, rule, Some(object))));
            made
        }
    }
}

fn text(object: &Option<String>) -> &str {
    object.as_deref().unwrap_or_default()
}

fn is_open(question: &QuestionStatus, reached: Gate) -> bool {
    question.gate <= reached
        && matches!(question.state, QuestionState::Open | QuestionState::FactOpen | QuestionState::Judgement)
}

fn count(findings: &[Finding], open: &[QuestionStatus]) -> Counts {
    let mut counts = Counts::default();
    for question in open {
        match question.state {
            QuestionState::Judgement => counts.city += 1,
            _ => counts.incomplete += 1,
        }
    }
    for finding in findings {
        match &finding.result {
            Result::Met => counts.met += 1,
            Result::NotApplicable => counts.not_applicable += 1,
            Result::Unmet => {
                *counts.unmet_by_severity.entry(finding.severity).or_default() += 1;
                counts.unmet += usize::from(finding.severity != Severity::Info);
            }
            Result::Unknown(whys) if whys.iter().all(Why::waits_for_city) => counts.city += 1,
            Result::Unknown(_) => counts.incomplete += 1,
        }
    }
    counts
}

fn state(counts: &Counts) -> State {
    match counts {
        Counts { incomplete: 1.., .. } => State::Incomplete,
        Counts { unmet: 1.., .. } => State::NeedsCorrection,
        Counts { city: 1.., .. } => State::CityToDecide,
        _ => State::NothingFound,
    }
}
