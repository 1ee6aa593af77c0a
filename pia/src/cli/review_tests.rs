//! What `check`, `show`, `rules` and `diff` print for the small complete case of the rule pack.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use serde_json::Value;

use super::session::Session;
use super::{diff, findings, rules, sarif, show};
use crate::case::change::{Change, apply};
use crate::case::read::{RawFile, read};
use crate::evidence::{EvidenceStatus, TrustList};
use crate::hidden::is_hidden;
use crate::judge::judge;
use crate::risk::{assess, catalogue};
use crate::rule::expr::World;
use crate::rule::fixture;
use crate::words::{Lang, Words};

/// A session over the small case after edits.
fn session(edits: &str) -> Session {
    #[derive(serde::Deserialize)]
    struct Edits {
        change: Vec<Change>,
    }
    let edits: Edits = toml::from_str(&format!("change = [{edits}]")).unwrap();
    of(&apply(&fixture::world().files, &edits.change).unwrap())
}

fn of(files: &[RawFile]) -> Session {
    let pack = fixture::pack().clone();
    let reading = read(files, &pack.taxonomy).unwrap_or_else(|bad| panic!("{:?}", bad.diagnostics));
    let case = reading.case;
    let today = fixture::day(&case);
    let evidence = EvidenceStatus::of(&case, &fixture::world().evidence, &TrustList::default(), today);
    let catalogue = catalogue::read(&pack.texts, &pack.library.names).unwrap();
    let world = World::new(&case, &evidence, &pack.library, today);
    let risks = assess(&world, &catalogue);
    let judgement = judge(&world.with_remaining(&risks.remaining()), &pack, &[], &[]);
    Session {
        warnings: reading.warnings,
        questions: crate::question::view::Standing::default(),
        digests: Vec::new(),
        digest: "0".repeat(64),
        pack,
        case,
        evidence,
        today,
        judgement,
        risks,
    }
}

/// One finding that is not met, one that is open.
fn open_case() -> Session {
    session(r#"{remove = "flow.F5.provision_record"}, {set = "measure.m-pf-rest.status", to = "planned"}"#)
}

#[test]
fn findings_are_told_with_their_lines() {
    let session = open_case();
    let shown: Vec<String> = [Lang::Ja, Lang::En]
        .map(|lang| {
            let words = Words::load(lang);
            let all = findings::text(&session, &words);
            // The rule pack grows; what is told of one finding, and the summary, stay.
            let one =
                session.judgement.findings.iter().find(|found| found.id.as_str() == "F09@s-pf").unwrap();
            assert!(all.contains(&findings::one(&session, one, &words)));
            findings::one(&session, one, &words)
        })
        .to_vec();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_case_without_findings_says_so_and_leaves_the_decision_to_the_city() {
    let session = session("");
    for lang in [Lang::Ja, Lang::En] {
        let words = Words::load(lang);
        let text = findings::text(&session, &words);
        for key in ["state.nothing-found", "check.first-none", "check.city-none", "check.city-decides"] {
            assert!(text.contains(words.ui(key)), "{key}\n{text}");
        }
        let bare: Vec<&str> = words.keys().filter(|key| text.contains(&format!(" {key} "))).collect();
        assert!(bare.is_empty(), "keys instead of words: {bare:?}\n{text}");
        assert!(!text.contains("適法"));
    }
}

#[test]
fn hostile_text_is_printed_harmless_everywhere() {
    let session = session(
        r#"{set = "system.s-pf.name", to = "a\u001b[2J\u202e<script>"}, {set = "measure.m-pf-rest.status", to = "planned"}"#,
    );
    let words = Words::load(Lang::Ja);
    let clean = super::session::Session { ..self::session("") };
    let printed = [
        findings::text(&session, &words),
        show::text(&session, "s-pf", &words).unwrap(),
        show::text(&session, "F09@s-pf", &words).unwrap(),
        diff::text(&clean, &session, &words).unwrap_or_else(|_| panic!()),
    ];
    for text in printed {
        assert!(text.contains("<U+001B>[2J<U+202E>"), "{text}");
        assert!(!text.chars().any(|c| c != '\n' && is_hidden(c)), "{text}");
    }
}

#[test]
fn json_fits_its_schema_and_nothing_else_does() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/schema/judgement.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for lang in [Lang::Ja, Lang::En] {
        let value = serde_json::to_value(findings::json(&open_case(), &Words::load(lang))).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let findings = value["findings"].as_array().unwrap();
        assert!(
            findings.iter().any(|finding| finding["result"] == "unmet" && finding["place"]["line"].is_u64())
        );
        assert!(
            findings
                .iter()
                .any(|finding| finding["result"] == "unknown" && finding["whys"][0]["text"].is_string())
        );
        for key in value.as_object().unwrap().keys() {
            let mut less = value.clone();
            less.as_object_mut().unwrap().remove(key);
            assert!(!validator.is_valid(&less), "without {key}");
        }
        let mut more = value.clone();
        more["extra"] = Value::Null;
        assert!(!validator.is_valid(&more));
    }
}

/// The parts of SARIF 2.1.0 that a reader needs (§3.13–§3.49 of the standard).
#[test]
fn sarif_has_what_the_standard_requires() {
    let session = open_case();
    let words = Words::load(Lang::Ja);
    let log = sarif::sarif(&session, &words);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "pia");
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let rules = driver["rules"].as_array().unwrap();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "a rule stands once");
    for rule in rules {
        assert!(rule["shortDescription"]["text"].is_string() && rule["help"]["text"].is_string());
        assert!(
            ["error", "warning", "note"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap())
        );
    }
    let results = run["results"].as_array().unwrap();
    let open = session.judgement.findings.iter().filter(|found| super::say::open(found).is_some()).count();
    assert_eq!(results.len(), open + session.warnings.len());
    assert!(open >= 2);
    let mut prints = BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].is_string());
        let (kind, level) = (result["kind"].as_str().unwrap(), result["level"].as_str().unwrap());
        assert!(["fail", "open", "review"].contains(&kind));
        assert_eq!(kind == "fail", level != "none", "{kind} {level}");
        assert!(prints.insert(result["partialFingerprints"].to_string()), "{result}");
        for location in result["locations"].as_array().unwrap() {
            let place = &location["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(session.case.files.iter().any(|file| file.name == uri), "{uri}");
            assert_eq!(place["artifactLocation"]["uriBaseId"], "CASE");
            let region = &place["region"];
            let number = |key: &str| region[key].as_u64().unwrap();
            assert!(number("startLine") >= 1 && number("startColumn") >= 1);
            assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
        }
    }
    assert!(run["originalUriBaseIds"]["CASE"].is_object());
}

#[test]
fn a_fingerprint_survives_a_moved_line_and_not_a_changed_fact() {
    let prints = |session: &Session| -> BTreeSet<String> {
        let log = sarif::sarif(session, &Words::load(Lang::Ja));
        log["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["partialFingerprints"].to_string())
            .collect()
    };
    let edit = r#"{set = "measure.m-pf-rest.status", to = "planned"}"#;
    let base = session(edit);
    let mut files = fixture::world().files;
    #[derive(serde::Deserialize)]
    struct Edits {
        change: Vec<Change>,
    }
    let edits: Edits = toml::from_str(&format!("change = [{edit}]")).unwrap();
    files = apply(&files, &edits.change).unwrap();
    for file in &mut files {
        if file.name == "flows.toml" {
            file.bytes.splice(0..0, "# 一行\n# 二行\n".bytes());
        }
    }
    assert_eq!(prints(&base), prints(&of(&files)));
    let other = session(&format!(r#"{edit}, {{drop = "measure.m-pf-dlp"}}"#));
    assert_ne!(prints(&base), prints(&other));
}

#[test]
fn show_finds_findings_rules_and_flows_and_all_of_one_name() {
    let session = open_case();
    let words = Words::load(Lang::Ja);
    let text = |what| show::text(&session, what, &words);
    assert!(text("F09@s-pf").unwrap().contains(words.ui("show.fact-hash")));
    // F5 is a flow; F05 would be a rule; both are told where both are there.
    let flow = text("F5").unwrap();
    assert!(flow.contains("receipt_record") && flow.contains(words.ui("show.risks")), "{flow}");
    assert!(text("C03").unwrap().contains("ch4_duties"));
    assert!(text("nothing").is_none());
    for what in ["F09@s-pf", "F5", "C03"] {
        let value = show::json(&session, what, &words).unwrap();
        assert_eq!(value["found"].as_array().unwrap().len(), 1, "{what}");
    }
    assert!(show::json(&session, "nothing", &words).is_none());
}

#[test]
fn rules_are_listed_and_a_new_one_loads_and_passes_its_tests() {
    let words = Words::load(Lang::Ja);
    let pack = fixture::pack();
    let list = rules::list(pack, &words);
    for rule in &pack.rules {
        assert!(list.contains(&rule.id) && list.contains(rule.title.get(Lang::Ja).chars().next().unwrap()));
        assert!(rules::text(pack, rule, &words).contains(&rule.file));
    }
    assert_eq!(rules::new_path("A99", "A").as_deref(), Some("checks/A/A99.toml"));
    for (id, area) in [("a9", "a"), ("B9", "A"), ("A", "A"), ("A../x", "A"), ("A99999", "A"), ("", "")] {
        assert_eq!(rules::new_path(id, area), None, "{id} {area}");
    }
    let mut texts = crate::rule::pack::embedded();
    texts.insert("checks/A/A99.toml".to_owned(), rules::new_text("A99", "A"));
    let grown = fixture::load(texts);
    let results: Vec<_> =
        crate::judge::test_run::run(&grown).into_iter().filter(|result| result.rule == "A99").collect();
    assert_eq!(results.len(), 2);
    let text = rules::test_text(&results, &words);
    assert!(results.iter().all(crate::judge::test_run::TestResult::passed), "{text}");
    assert_eq!(rules::test_json(&results)["failed"], 0);
}

#[test]
fn a_failing_test_of_a_rule_says_what_was_expected_and_what_came() {
    let pack = fixture::pack();
    let mut results = crate::judge::test_run::run(pack);
    results.truncate(1);
    results[0].got = crate::judge::test_run::Got::NoObject("flow F99".to_owned());
    let words = Words::load(Lang::En);
    let text = rules::test_text(&results, &words);
    assert!(text.contains("expected") && text.contains("flow F99") && text.contains("1 failed"), "{text}");
}
