//! What must hold for any answers.

use proptest::prelude::*;

use super::{after, catalogue, of};
use crate::case::read::RawFile;
use crate::judge::QuestionState;
use crate::question::catalogue::AnswerType;
use crate::rule::expr::{Computed, Expr, Scope, Ty, World};
use crate::rule::fixture;

/// A recorded value that may fit any question, or none.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("value = true".to_owned()),
        Just("value = false".to_owned()),
        Just("value = \"maybe\"".to_owned()),
        Just("value = \"exempt\"".to_owned()),
        Just("value = [\"who\", \"when\"]".to_owned()),
        Just("value = [\"ev-log\"]".to_owned()),
        Just("value = 2025-11-05".to_owned()),
        (0_i64..40).prop_map(|n| format!("value = {n}")),
        (0_i64..40).prop_map(|n| format!("value = {{ value = {n}, unit = \"months\" }}")),
        Just("state = \"unknown\"".to_owned()),
        Just("state = \"not-applicable\"".to_owned()),
    ]
}

/// One entry of answers.toml.
fn entry() -> impl Strategy<Value = (usize, Option<&'static str>, String, bool, bool)> {
    let about = prop_oneof![
        Just(None),
        Just(Some("s-pf")),
        Just(Some("p-emergency")),
        Just(Some("F9")),
        Just(Some("d-ems")),
    ];
    (0..catalogue().questions.len(), about, value(), any::<bool>(), any::<bool>())
}

fn text(entries: &[(usize, Option<&'static str>, String, bool, bool)]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let mut all = Vec::new();
    for (question, about, value, reason, judged) in entries {
        let question = &catalogue().questions[*question].id;
        if !seen.insert((question, about)) {
            continue;
        }
        let about = about.map_or_else(String::new, |id| format!("about = [\"{id}\"]\n"));
        let reason = if *reason { "reason = \"理由\"\n" } else { "" };
        let source = if *judged { "judged" } else { "declared" };
        all.push(format!(
            "[[answer]]\nquestion = \"{question}\"\n{about}{value}\n{reason}source = \"{source}\"\nby = \"x\"\nat = 2025-11-20\n"
        ));
    }
    all
}

fn with_answers(answers: &str) -> crate::case::tree::Case {
    let files: Vec<RawFile> = fixture::world()
        .files
        .into_iter()
        .map(|file| if file.name == "answers.toml" { RawFile::new("answers.toml", answers) } else { file })
        .collect();
    fixture::case(&files)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_answers_changes_nothing(entries in prop::collection::vec(entry(), 0..14)) {
        let mut texts = text(&entries);
        let forwards = of(&with_answers(&texts.concat()));
        texts.reverse();
        let backwards = of(&with_answers(&texts.concat()));
        prop_assert_eq!(forwards.asked, backwards.asked);
        prop_assert_eq!(forwards.orphans, backwards.orphans);
        prop_assert_eq!(forwards.prompts, backwards.prompts);
        let rules = |findings: &[crate::judge::Finding]| -> Vec<(String, String)> {
            findings.iter().map(|found| (found.id.as_str().to_owned(), found.fact_hash.clone())).collect()
        };
        let (mut a, mut b) = (rules(&forwards.findings), rules(&backwards.findings));
        a.sort();
        b.sort();
        prop_assert_eq!(a, b);
    }

    /// Conditions and the questionnaire agree on what was answered.
    #[test]
    fn conditions_see_what_the_questionnaire_says(entries in prop::collection::vec(entry(), 0..14)) {
        let case = with_answers(&text(&entries).concat());
        let standing = of(&case);
        let evidence = fixture::evidence(&case);
        let library = &fixture::pack().library;
        let world = World::new(&case, &evidence, library, fixture::day(&case));
        for asked in &standing.asked {
            let question = catalogue().question(&asked.id).unwrap();
            let kind = question.for_each.as_deref();
            let source = match kind {
                Some(kind) => format!("answer('{}', {kind})", asked.id),
                None => format!("answer('{}')", asked.id),
            };
            let variables = kind.map(|kind| (kind.to_owned(), Ty::Object(kind.to_owned()))).into_iter().collect();
            let expr = Expr::value(&source, &Scope { names: &library.names, variables, regime: false }).unwrap();
            let object = asked.object.as_deref().and_then(|id| case.find_any(id)).map(|found| found.ix());
            let (computed, _) = expr.compute(&world, object.as_slice()).unwrap();
            let known = !matches!(computed, Computed::Unknown(_));
            let answered = matches!(asked.state, QuestionState::Answered | QuestionState::NotApplicable);
            prop_assert_eq!(known, answered, "{} {:?} {:?}", asked.id, asked.state, computed);
            prop_assert_eq!(asked.state == QuestionState::NotApplicable && computed != Computed::Null, false);
            if let (AnswerType::YesNo, Computed::Bool(flag), Some(given)) = (question.ty, &computed, &asked.given) {
                prop_assert_eq!(given.words.ja.as_str(), if *flag { "はい" } else { "いいえ" });
            }
        }
    }

    /// Deleting what an answer is about shows the answer; nothing else of it is left.
    #[test]
    fn deleting_an_object_shows_its_answers(months in 1_u8..60) {
        let answer = format!(
            r#"{{ answer = "q.processing.compare", about = "d-health", to = true }},
               {{ set = "dataset.d-health.state", to = "anonymous" }},
               {{ answer = "q.safety.log-kept", about = "s-app", to = {{ value = {months}, unit = "months" }} }}"#
        );
        let before = after(&answer);
        prop_assert!(before.orphans.is_empty());
        let gone = after(&format!(r#"{answer}, {{ drop = "system.s-app" }}"#));
        prop_assert_eq!(gone.orphans.len(), 1);
        prop_assert_eq!(gone.orphans[0].about.as_str(), "s-app");
        prop_assert_eq!(gone.orphans[0].text.clone(), format!("{months} か月"));
        prop_assert!(!gone.asked.iter().any(|asked| asked.object.as_deref() == Some("s-app")));
    }
}
