//! Where questions stand: applicability, derived values, answers that do and that do not.

use super::{after, asked, rules};
use crate::judge::QuestionState;
use crate::question::view::Source;
use crate::rule::Severity;

#[test]
fn a_derived_value_is_shown_and_not_asked() {
    let standing = after("");
    let raw = asked(&standing, "q.scope.raw", None);
    assert_eq!(raw.state, QuestionState::Answered);
    let given = raw.given.as_ref().unwrap();
    assert_eq!((given.words.ja.as_str(), given.source), ("はい", Source::Derived));
    assert!(given.by.is_empty() && given.at.is_none());
}

#[test]
fn an_override_needs_a_reason_and_stays_flagged() {
    let without = after(r#"{ answer = "q.scope.raw", to = false }"#);
    let given = asked(&without, "q.scope.raw", None).given.clone().unwrap();
    assert_eq!((given.words.ja.as_str(), given.overrides_derived), ("はい", false));
    assert_eq!(rules(&without), ["X-override-no-reason"]);
    assert_eq!(without.findings[0].severity, Severity::Major);
    assert!(without.findings[0].message.ja.contains("いいえ"), "{}", without.findings[0].message.ja);
    assert!(without.findings[0].message.ja.contains("はい"));

    let with = after(r#"{ answer = "q.scope.raw", to = false, reason = "写しは既に消した。" }"#);
    let given = asked(&with, "q.scope.raw", None).given.clone().unwrap();
    assert_eq!((given.words.ja.as_str(), given.overrides_derived), ("いいえ", true));
    assert_eq!(rules(&with), ["X-override"]);

    let same = after(r#"{ answer = "q.scope.raw", to = true }"#);
    assert_eq!(rules(&same), Vec::<&str>::new());
}

#[test]
fn the_smallest_group_wins() {
    let standing = after(
        r#"{ answer = "q.safety.log-kept", to = { value = 12, unit = "months" } },
           { answer = "q.safety.log-kept", about = ["s-pf", "s-app"], to = { value = 24, unit = "months" } },
           { answer = "q.safety.log-kept", about = "s-app", to = { value = 36, unit = "months" } }"#,
    );
    let words = |object| asked(&standing, "q.safety.log-kept", Some(object)).given.clone().unwrap().words.ja;
    assert_eq!(words("s-app"), "36 か月");
    assert_eq!(words("s-pf"), "24 か月");
    assert_eq!(words("s-ehr"), "12 か月");
}

#[test]
fn what_is_not_of_the_type_answers_nothing() {
    for (change, finding) in [
        (r#"{ answer = "q.context.new", to = "maybe" }"#, "X-type"),
        (r#"{ answer = "q.plan.lent", to = "burnt" }"#, "X-option"),
        (r#"{ answer = "q.plan.documents", to = ["career", "novel"] }"#, "X-option"),
        (r#"{ answer = "q.emergency.share", to = 4 }"#, "X-unit"),
        (r#"{ answer = "q.emergency.share", to = { value = 4, unit = "days" } }"#, "X-unit"),
        (r#"{ answer = "q.emergency.share", to = { value = -4, unit = "percent" } }"#, "X-type"),
        (r#"{ answer = "q.safety.rules-known", to = "last spring" }"#, "X-type"),
        (r#"{ answer = "q.explanation.document", to = ["ev-nowhere"] }"#, "X-not-listed"),
        (r#"{ answer = "q.plan.voice", state = "not-applicable" }"#, "X-no-reason"),
    ] {
        let standing = after(change);
        assert_eq!(rules(&standing), [finding], "{change}");
        let id = standing.findings[0].questions[0].clone();
        let all: Vec<_> = standing.asked.iter().filter(|asked| asked.id == id).collect();
        assert!(
            all.iter().all(|asked| asked.state == QuestionState::Open && asked.given.is_none()),
            "{change}"
        );
        assert!(!standing.findings[0].message.en.contains("{question}"), "{change}");
    }
}

#[test]
fn a_legal_evaluation_is_the_officers_and_has_a_reason() {
    let state = |change: &str| {
        let standing = after(change);
        (asked(&standing, "q.law.mutual", None).state, rules(&standing).join(" "))
    };
    assert_eq!(state(""), (QuestionState::Judgement, String::new()));
    assert_eq!(
        state(r#"{ answer = "q.law.mutual", to = true, reason = "そう思う。" }"#),
        (QuestionState::Judgement, "X-not-judged".to_owned())
    );
    assert_eq!(
        state(r#"{ answer = "q.law.mutual", to = true, source = "judged" }"#),
        (QuestionState::Judgement, "X-no-reason".to_owned())
    );
    assert_eq!(
        state(r#"{ answer = "q.law.mutual", to = true, source = "judged", reason = "市に照会した。" }"#),
        (QuestionState::Answered, String::new())
    );
}

#[test]
fn not_known_yet_is_open_and_somebody_finds_out() {
    let standing = after(r#"{ answer = "q.context.new", state = "unknown" }"#);
    assert_eq!(asked(&standing, "q.context.new", None).state, QuestionState::FactOpen);
    assert_eq!(rules(&standing), ["X-fact-open"]);
    let not_applicable = after(
        r#"{ answer = "q.plan.voice", state = "not-applicable", reason = "参加者は職員だけである。" }"#,
    );
    let given = asked(&not_applicable, "q.plan.voice", None).given.clone().unwrap();
    assert_eq!(given.words.ja, "非該当");
}

#[test]
fn a_hidden_question_keeps_its_text_and_does_not_count() {
    let answered =
        r#"{ answer = "q.purpose.relation", to = true, source = "judged", reason = "同じ処置のため。" }"#;
    let shown = after(&format!(r#"{{ set = "purpose.p-emergency.changed", to = "yes" }}, {answered}"#));
    let hidden = after(&format!(r#"{{ set = "purpose.p-emergency.changed", to = "no" }}, {answered}"#));
    let of = |standing| asked(standing, "q.purpose.relation", Some("p-emergency")).clone();
    assert_eq!(of(&shown).state, QuestionState::Answered);
    assert_eq!(of(&hidden).state, QuestionState::NotApplicable);
    assert_eq!(of(&hidden).given.unwrap().reason, "同じ処置のため。");
    assert_eq!(hidden.prompts + 1, shown.prompts);
    // A hidden answer that does not do is nobody's trouble.
    let wrong = after(r#"{ answer = "q.purpose.relation", to = "maybe" }"#);
    assert_eq!(rules(&wrong), Vec::<&str>::new());
}

#[test]
fn answers_to_nothing_are_listed() {
    let standing = after(
        r#"{ answer = "q.renamed.long-ago", to = "残す文" },
           { answer = "q.safety.log-kept", about = ["s-pf", "p-emergency"], to = { value = 12, unit = "months" } },
           { answer = "q.plan.voice", about = "s-pf", to = true }"#,
    );
    let orphans: Vec<_> = standing
        .orphans
        .iter()
        .map(|one| (one.question.as_str(), one.about.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(
        orphans,
        [
            ("q.plan.voice", "s-pf", "はい"),
            ("q.renamed.long-ago", "", "残す文"),
            ("q.safety.log-kept", "p-emergency", "12 か月"),
        ]
    );
}

#[test]
fn two_answers_about_one_object_are_told() {
    let standing = after(
        r#"{ answer = "q.safety.log-kept", about = ["s-pf", "s-app"], to = { value = 12, unit = "months" } },
           { answer = "q.safety.log-kept", about = ["s-pf", "s-ehr"], to = { value = 24, unit = "months" } }"#,
    );
    assert_eq!(rules(&standing), ["X-two-answers"]);
}

#[test]
fn one_prompt_does_for_all_objects_unless_answers_differ() {
    let nothing = after("");
    let same = after(r#"{ answer = "q.safety.log-kept", to = { value = 12, unit = "months" } }"#);
    let different = after(
        r#"{ answer = "q.safety.log-kept", to = { value = 12, unit = "months" } },
           { answer = "q.safety.log-kept", about = "s-pf", to = { value = 24, unit = "months" } }"#,
    );
    assert_eq!(nothing.prompts, same.prompts);
    assert_eq!(same.prompts + 1, different.prompts);
}

#[test]
fn the_verdict_is_explained_and_what_is_not_known_counts_as_fired() {
    let verdict = after("").verdict.unwrap();
    assert_eq!(verdict.level_id, "detailed");
    assert!(verdict.criteria.iter().any(|criterion| criterion.fired == Some(true)));
    // Nobody has answered about incidents.
    let open = verdict.criteria.iter().find(|criterion| criterion.id == "V6").unwrap();
    assert_eq!(open.fired, None);
}

#[test]
fn the_emergency_case_needs_sixty_prompts_at_most() {
    let folder = crate::case::fixture::folder().join("../../cases/emergency");
    let files: Vec<_> = crate::case::read::FILES
        .iter()
        .filter_map(|name| {
            let bytes = std::fs::read(folder.join(name)).ok()?;
            Some(crate::case::read::RawFile { name: (*name).to_owned(), bytes })
        })
        .collect();
    let case = crate::rule::fixture::case(&files);
    let standing = super::of(&case);
    assert!((20..=60).contains(&standing.prompts), "{}", standing.prompts);
    assert!(standing.orphans.is_empty(), "{:?}", standing.orphans);
}

/// A question that is hidden must not be what a rule waits for: nobody could answer it.
#[test]
fn no_rule_hangs_on_a_hidden_question() {
    let base = crate::rule::fixture::world();
    for rule in &crate::rule::fixture::pack().rules {
        for test in &rule.tests {
            let files = crate::case::change::apply(&base.files, &test.change).unwrap();
            let case = crate::rule::fixture::case(&files);
            let standing = super::of(&case);
            let (evidence, day) = (crate::rule::fixture::evidence(&case), crate::rule::fixture::day(&case));
            let library = &crate::rule::fixture::pack().library;
            let world = crate::rule::expr::World::new(&case, &evidence, library, day);
            let object = test.at.as_deref().and_then(|id| case.find_any(id));
            let found = crate::judge::judge_one(&world, rule, object);
            for id in rule.questions.iter() {
                let about =
                    if super::catalogue().question(id).unwrap().for_each.is_some() { object } else { None };
                let hidden = standing.asked.iter().any(|asked| {
                    asked.id == *id
                        && asked.object.as_deref() == about.map(|object| object.id())
                        && asked.state == QuestionState::NotApplicable
                });
                let waits = found.facts.iter().any(|fact| fact.key == *id);
                assert!(!(hidden && waits), "{} {}: {id} is hidden", rule.id, test.name);
            }
        }
    }
}
