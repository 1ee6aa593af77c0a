//! What the reader of rules/questions/ accepts and refuses.

use std::collections::BTreeSet;

use super::catalogue;
use crate::question::catalogue::{AnswerType, THRESHOLD_MOST};
use crate::question::view::Stage;
use crate::rule::fault::FaultCode;
use crate::rule::fixture;

/// Codes and underlined texts after a replacement in a file of the pack.
fn faults(file: &str, from: &str, to: &str) -> Vec<(FaultCode, String)> {
    let pack = fixture::pack();
    let mut texts = pack.texts.clone();
    let text = texts.get_mut(file).unwrap();
    assert!(text.contains(from), "{from}");
    *text = text.replacen(from, to, 1);
    let text = text.clone();
    let found = crate::question::read(&texts, &pack.library.names).err().unwrap_or_default();
    found
        .into_iter()
        .map(|fault| {
            assert_eq!(fault.file, file);
            (fault.code, text.get(fault.span).unwrap_or_default().to_owned())
        })
        .collect()
}

const THRESHOLD: &str = "questions/threshold.toml";
const FULL: &str = "questions/full.toml";

#[test]
fn the_pack_has_a_short_threshold_stage_and_eight_contradictions_or_more() {
    let all = catalogue();
    let threshold = all.questions.iter().filter(|question| question.stage == Stage::Threshold).count();
    assert!((1..=THRESHOLD_MOST).contains(&threshold), "{threshold}");
    let contradictions: usize = all.questions.iter().map(|question| question.contradicts.len()).sum();
    assert!(contradictions >= 8, "{contradictions}");
    assert!(all.questions.iter().filter(|question| question.judged).count() >= 8);
    let types: BTreeSet<_> = all.questions.iter().map(|question| question.ty).collect();
    assert!(types.len() >= 7, "{types:?}");
}

#[test]
fn every_question_says_why_and_samples_differ() {
    for question in &catalogue().questions {
        assert_ne!(question.good, question.bad, "{}", question.id);
        assert!(question.text.ja.ends_with('。'), "{}", question.id);
        assert!(question.why.ja.ends_with('。'), "{}", question.id);
        assert!(catalogue().section(&question.section).is_some(), "{}", question.id);
    }
}

#[test]
fn every_rule_names_the_questions_that_it_asks_and_each_knows_its_rules() {
    for rule in &fixture::pack().rules {
        for id in rule.applies.iter().chain([&rule.when]).flat_map(|expr| expr.questions()) {
            let question = catalogue().question(id).unwrap();
            assert!(rule.questions.iter().any(|have| have == id), "{} asks {id}", rule.id);
            assert!(question.rules.contains(&rule.id), "{id} does not name {}", rule.id);
        }
    }
}

#[test]
fn faults_name_code_and_place() {
    let one = |file, from: &str, to: &str| {
        let found = faults(file, from, to);
        assert_eq!(found.len(), 1, "{to}: {found:?}");
        found.into_iter().next().unwrap()
    };
    let dup = one(THRESHOLD, "id = \"q.scope.number\"", "id = \"q.scope.raw\"");
    assert_eq!(dup, (FaultCode::Duplicate, "\"q.scope.raw\"".to_owned()));
    let section = one(THRESHOLD, "section = \"scope\"", "section = \"nowhere\"");
    assert_eq!(section, (FaultCode::UnknownSection, "\"nowhere\"".to_owned()));
    let unit = one(FULL, "unit = \"months\"", "unit = \"moons\"");
    assert_eq!(unit, (FaultCode::UnknownUnit, "\"moons\"".to_owned()));
    let kind = one(FULL, "for_each = \"consent\"", "for_each = \"consnet\"");
    assert_eq!(kind, (FaultCode::UnknownKind, "\"consnet\"".to_owned()));
    let rule = one(FULL, "rules = [\"B03\", \"T01\"]", "rules = [\"B03\", \"Z99\"]");
    assert_eq!(rule, (FaultCode::UnknownRule, "\"Z99\"".to_owned()));
}

#[test]
fn more_faults() {
    let codes = |file, from: &str, to: &str| -> Vec<FaultCode> {
        faults(file, from, to).into_iter().map(|(code, _)| code).collect()
    };
    assert_eq!(
        codes(FULL, "evidence = [\"leak-plan\"]", "evidence = [\"leek-plan\"]"),
        [FaultCode::UnknownEvidenceKind]
    );
    assert_eq!(codes(FULL, "law = \"iso29134\"", "law = \"iso\""), [FaultCode::UnknownLaw]);
    assert_eq!(
        codes(FULL, "when = \"purpose.changed\"", "when = \"purpose.chnaged\""),
        [FaultCode::UnknownField]
    );
    assert_eq!(codes(FULL, "when = \"purpose.changed\"", "when = \"false\""), [FaultCode::DeadQuestion]);
    assert_eq!(codes(FULL, "when = \"purpose.changed\"", "when = \"'x'\""), [FaultCode::NotBoolean]);
    assert_eq!(codes(FULL, "format = 1", "format = 2"), [FaultCode::Format]);
    assert_eq!(
        codes(FULL, "bad.ja = \"多いほど良いので全て使う。\"", "bad.ja = \"\""),
        [FaultCode::Language]
    );
    assert_eq!(codes(FULL, "role = \"officer\"", "role = \"engineer\""), [FaultCode::NotOfficer]);
    assert_eq!(
        codes(FULL, "対策「{measure}」は、年単位", "対策「{mesaure}」は、年単位"),
        [FaultCode::Placeholder]
    );
    assert_eq!(codes(FULL, "type = \"multi\"", "type = \"yn\""), [FaultCode::Options]);
    assert_eq!(codes(FULL, "number = \"16\"", "number = \"15\""), [FaultCode::Duplicate]);
    assert_eq!(
        codes(THRESHOLD, "derive = \"systems.exists(s, s.external_ai)\"", "derive = \"size(systems)\""),
        [FaultCode::TypeMismatch]
    );
    assert_eq!(
        codes("questions/verdict.toml", "level = \"detailed\"", "level = \"deep\""),
        [FaultCode::UnknownWord]
    );
    assert_eq!(codes("questions/words.toml", "id = \"unit\"", "id = \"units\""), [FaultCode::Missing]);
    assert_eq!(
        codes("questions/words.toml", "導いた「{derived}」", "導いた「{derivde}」"),
        [FaultCode::Placeholder]
    );
}

#[test]
fn conditions_that_need_each_other_are_a_cycle() {
    let found =
        faults(FULL, "when = \"purpose.changed\"", "when = \"answer('q.purpose.relation', purpose)\"");
    assert_eq!(found.first().map(|(code, _)| *code), Some(FaultCode::Cycle));
    let hidden = "id = \"q.change.made\"\nwhen = \"answer('q.change.reassessed') == null\"";
    let found = faults(FULL, "id = \"q.change.made\"", hidden);
    assert_eq!(found.iter().filter(|(code, _)| *code == FaultCode::Cycle).count(), 2);
}

#[test]
fn a_sixteenth_question_is_too_many() {
    let pack = fixture::pack();
    let text = &pack.texts[THRESHOLD];
    let last = &text[text.rfind("[[question]]").unwrap()..];
    let more: String = (0..2)
        .map(|n| {
            last.replace("q.context.research", &format!("q.context.research-{n}"))
                .replace("number = \"14\"", &format!("number = \"14-{n}\""))
                .replace("answer('q.context.research-0')", "true")
                .replace("answer('q.context.research-1')", "true")
                .replace("id = \"research\"", &format!("id = \"research-{n}\""))
        })
        .collect();
    let found = faults(THRESHOLD, text, &format!("{text}\n{more}"));
    assert_eq!(found.iter().map(|(code, _)| *code).collect::<Vec<_>>(), [FaultCode::TooMany]);
}

#[test]
fn types_have_words() {
    for ty in AnswerType::ALL {
        assert_eq!(AnswerType::parse(ty.id()), Some(ty));
    }
}
