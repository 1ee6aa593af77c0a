//! Judging whole cases: the complete one, hostile ones, order, gates and speed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "tests"
)]

use std::collections::BTreeMap;

use super::{Finding, Judgement, QuestionState, QuestionStatus, Result, State, judge};
use crate::case::read::{RawFile, read};
use crate::case::tree::Case;
use crate::evidence::EvidenceStatus;
use crate::risk::{assess, catalogue};
use crate::rule::expr::{Why, WhyKind, World};
use crate::rule::pack::embedded;
use crate::rule::{Cite, Gate, Pack, Role, Severity, fixture};

fn judged(case: &Case, questions: &[QuestionStatus]) -> Judgement {
    judged_by(case, fixture::pack(), questions, &[])
}

fn judged_by(case: &Case, pack: &Pack, questions: &[QuestionStatus], found: &[Finding]) -> Judgement {
    let evidence = fixture::evidence(case);
    let world = World::new(case, &evidence, &pack.library, fixture::day(case));
    let risks = catalogue::read(&pack.texts, &pack.library.names).unwrap();
    let remaining = assess(&world, &risks).remaining();
    judge(&world.with_remaining(&remaining), pack, questions, found)
}

fn open(state: QuestionState, gate: Gate) -> QuestionStatus {
    QuestionStatus { id: "q.x".to_owned(), object: None, state, gate, role: Role::Officer }
}

fn unmet(judgement: &Judgement) -> Vec<&str> {
    let unmet = judgement.findings.iter().filter(|found| found.result == Result::Unmet);
    unmet.map(|found| found.id.as_str()).collect()
}

#[test]
fn nothing_fires_in_the_complete_case() {
    let judgement = judged(&fixture::changed(""), &[]);
    assert_eq!(unmet(&judgement), Vec::<&str>::new());
    let open: Vec<_> = judgement
        .findings
        .iter()
        .filter_map(|found| match &found.result {
            Result::Unknown(whys) => Some((found.id.as_str(), whys)),
            _ => None,
        })
        .collect();
    assert_eq!(open, Vec::new(), "{:?}", judgement.counts);
    assert_eq!(judgement.state, State::NothingFound);
    assert!(judgement.counts.met > 100, "{:?}", judgement.counts);
}

#[test]
fn one_change_fires_where_it_was_made_and_names_the_fact() {
    let case = fixture::changed("{ set = \"case.pilot.end\", to = 2026-01-10 }");
    let judgement = judged(&case, &[]);
    let found = judgement.findings.iter().find(|found| found.id.as_str() == "S05@case").unwrap();
    assert_eq!(found.result, Result::Unmet);
    assert!(found.facts.iter().any(|fact| fact.key == "end" && fact.value == "2026-01-10"));
    let place = found.place.as_ref().unwrap();
    let line = &case.files[usize::from(place.file)].text[place.span.clone()];
    assert!(line.contains("2026-01-10"), "{line}");
    assert_eq!(judgement.state, State::NeedsCorrection);
}

#[test]
fn the_four_states_in_order() {
    let case = fixture::changed("");
    let state = |questions: &[QuestionStatus]| judged(&case, questions).state;
    assert_eq!(state(&[]), State::NothingFound);
    assert_eq!(state(&[open(QuestionState::Judgement, Gate::Submission)]), State::CityToDecide);
    assert_eq!(state(&[open(QuestionState::Open, Gate::Submission)]), State::Incomplete);
    assert_eq!(state(&[open(QuestionState::FactOpen, Gate::Submission)]), State::Incomplete);
    assert_eq!(state(&[open(QuestionState::Answered, Gate::Submission)]), State::NothingFound);
    assert_eq!(state(&[open(QuestionState::Open, Gate::Acceptance)]), State::NothingFound);
    // What is not answered comes before what has to be corrected: nobody may stop at the latter.
    let broken = fixture::changed(
        "{ set = \"case.pilot.end\", to = 2026-01-10 }, { remove = \"case.contract.notify_hours\" }",
    );
    let judgement = judged(&broken, &[]);
    assert_eq!((judgement.state, judgement.counts.unmet > 0), (State::Incomplete, true));
}

#[test]
fn evidence_that_nobody_has_read_waits_for_the_city() {
    let case = fixture::changed("{ set = \"party.pf.agreement\", to = [\"ev-self-declared\"] }");
    let judgement = judged(&case, &[]);
    assert_eq!(judgement.state, State::CityToDecide, "{:?}", judgement.counts);
    assert!(judgement.counts.city > 0);
}

#[test]
fn later_gates_are_not_judged() {
    let early = judged(&fixture::changed("{ set = \"case.phase\", to = \"submission\" }"), &[]);
    assert!(!early.findings.is_empty());
    assert!(early.findings.iter().all(|found| found.gate == Gate::Submission));
    let late = judged(&fixture::changed("{ set = \"case.phase\", to = \"acceptance\" }"), &[]);
    assert!(late.findings.iter().any(|found| found.gate == Gate::Acceptance));
}

#[test]
fn contradictions_are_findings_that_need_correction() {
    let case = fixture::changed("");
    let template = judged(&case, &[]).findings.into_iter().next().unwrap();
    let contradiction =
        Finding { rule: "X-q.x".to_owned(), result: Result::Unmet, severity: Severity::Major, ..template };
    let judgement = judged_by(&case, fixture::pack(), &[], &[contradiction]);
    assert_eq!((judgement.state, judgement.counts.unmet), (State::NeedsCorrection, 1));
}

#[test]
fn a_rule_from_memory_alone_cannot_block() {
    let mut pack = fixture::pack().clone();
    let case = fixture::changed("{ set = \"case.pilot.end\", to = 2026-01-10 }");
    let rule = pack.rules.iter_mut().find(|rule| rule.id == "S05").unwrap();
    rule.severity = Severity::Block;
    let of = |cite: &Cite| Cite { verified: "Mh".to_owned(), ..cite.clone() };
    rule.cites = rule.cites.iter().map(of).collect();
    let judgement = judged_by(&case, &pack, &[], &[]);
    let found = judgement.findings.iter().find(|found| found.rule == "S05").unwrap();
    let Result::Unknown(whys) = &found.result else { panic!("{:?}", found.result) };
    assert!(whys.iter().all(|why| why.kind == WhyKind::Law && why.detail == "from-memory"));
}

#[test]
fn a_broken_rule_is_a_finding_and_no_abort() {
    let mut texts = embedded();
    let path = "checks/S/S05.toml";
    let (before, after) = texts[path].split_once("when = '''").unwrap();
    let (_, after) = after.split_once("'''").unwrap();
    let rule = format!("{before}when = '9223372036854775807 + 1 > 0'{after}");
    texts.insert(path.to_owned(), rule);
    let pack = fixture::load(texts);
    let case = fixture::changed("");
    let judgement = judged_by(&case, &pack, &[], &[]);
    let found = judgement.findings.iter().find(|found| found.rule == "S05").unwrap();
    let Result::Unknown(whys) = &found.result else { panic!("{:?}", found.result) };
    assert!(whys.iter().all(|why: &Why| why.kind == WhyKind::Broken));
    assert_eq!(judgement.state, State::Incomplete);
}

/// The tables of flows.toml in reverse order of their kinds' objects.
fn shuffled(files: &[RawFile]) -> Vec<RawFile> {
    let turn = |file: &RawFile| {
        if file.name != "flows.toml" {
            return file.clone();
        }
        let mut table: toml::Table = std::str::from_utf8(&file.bytes).unwrap().parse().unwrap();
        for (_, value) in &mut table {
            if let toml::Value::Array(all) = value {
                all.reverse();
            }
        }
        RawFile::new(&file.name, &toml::to_string(&table).unwrap())
    };
    files.iter().rev().map(turn).collect()
}

/// What a judgement says, without the places and indexes of the texts it was read from.
fn said(judgement: &Judgement) -> Vec<(String, String, String, String)> {
    let one = |found: &Finding| {
        let result = match &found.result {
            Result::Unknown(whys) => {
                let whys: std::collections::BTreeSet<_> =
                    whys.iter().map(|why| (why.kind, &why.what)).collect();
                format!("{whys:?}")
            }
            other => other.id().to_owned(),
        };
        (found.id.as_str().to_owned(), result, found.fact_hash.clone(), found.message.ja.clone())
    };
    judgement.findings.iter().map(one).collect()
}

#[test]
fn judging_is_deterministic_and_free_of_order() {
    let case = fixture::changed(
        "{ remove = \"party.pf.agreement\" }, { set = \"case.pilot.end\", to = 2026-01-10 }",
    );
    assert_eq!(judged(&case, &[]), judged(&case, &[]));
    let base = fixture::world();
    let (plain, turned) = (fixture::case(&base.files), fixture::case(&shuffled(&base.files)));
    assert_eq!(said(&judged(&plain, &[])), said(&judged(&turned, &[])));
    let questions =
        [open(QuestionState::Open, Gate::Start), open(QuestionState::Judgement, Gate::Submission)];
    let reversed: Vec<_> = questions.iter().rev().cloned().collect();
    assert_eq!(judged(&plain, &questions).open, judged(&plain, &reversed).open);
}

#[test]
fn the_fact_hash_follows_the_facts_and_nothing_else() {
    let hash = |changes: &str, id: &str| {
        let judgement = judged(&fixture::changed(changes), &[]);
        judgement.findings.into_iter().find(|found| found.id.as_str() == id).unwrap().fact_hash
    };
    let plain = hash("", "S05@case");
    assert_eq!(plain, hash("{ set = \"case.summary\", to = \"別の概要\" }", "S05@case"));
    assert_ne!(plain, hash("{ set = \"case.pilot.end\", to = 2026-03-11 }", "S05@case"));
}

#[test]
fn a_case_of_nothing_is_judged_too() {
    let (case, evidence, pack) = (Case::default(), EvidenceStatus::default(), fixture::pack());
    let world = World::new(&case, &evidence, &pack.library, "2026-01-01".parse().unwrap());
    let judgement = judge(&world, pack, &[], &[]);
    assert_ne!(judgement.state, State::NothingFound);
}

/// 60 flows, 300 items and all rules: `cargo test --release -p pia --no-default-features --lib
/// judge::tests::speed -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a test"]
fn speed() {
    let base = fixture::world();
    let flows = base.files.iter().find(|file| file.name == "flows.toml").unwrap();
    let mut table: toml::Table = std::str::from_utf8(&flows.bytes).unwrap().parse().unwrap();
    let grow = |table: &mut toml::Table, kind: &str, inner: &str, to: usize| {
        let all = table[kind].as_array_mut().unwrap();
        let (first, mut n) = (all.clone(), all.len());
        while all.len() < to {
            let mut copy = first[n % first.len()].clone();
            let fields = copy.as_table_mut().unwrap();
            for key in ["renamed_from", "reverse"] {
                fields.remove(key);
            }
            fields.insert("id".to_owned(), format!("{kind}-x{n}").into());
            for (m, nested) in fields[inner].as_array_mut().unwrap().iter_mut().enumerate() {
                nested.as_table_mut().unwrap().insert("id".to_owned(), format!("{kind}-x{n}-{m}").into());
            }
            fields.remove("only_items");
            all.push(copy);
            n += 1;
        }
    };
    grow(&mut table, "flow", "legal", 60);
    let mut datasets = table["dataset"].as_array().unwrap().len();
    let items = |table: &toml::Table| -> usize {
        table["dataset"].as_array().unwrap().iter().map(|d| d["items"].as_array().unwrap().len()).sum()
    };
    while items(&table) < 300 {
        datasets += 1;
        grow(&mut table, "dataset", "items", datasets);
    }
    let names: Vec<String> =
        table["dataset"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect();
    for (n, flow) in table["flow"].as_array_mut().unwrap().iter_mut().enumerate() {
        let flow = flow.as_table_mut().unwrap();
        flow.remove("only_items");
        flow.insert("dataset".to_owned(), names[n % names.len()].clone().into());
    }
    let grown: Vec<RawFile> = base
        .files
        .iter()
        .map(|file| match file.name.as_str() {
            "flows.toml" => RawFile::new("flows.toml", &toml::to_string(&table).unwrap()),
            _ => file.clone(),
        })
        .collect();
    let started = std::time::Instant::now();
    let case = read(&grown, &fixture::pack().taxonomy).unwrap_or_else(|e| panic!("{:?}", e.diagnostics)).case;
    let reading = started.elapsed();
    let loading = std::time::Instant::now();
    let pack = fixture::load(embedded());
    let loading = loading.elapsed();
    let evidence = fixture::evidence(&case);
    let world = World::new(&case, &evidence, &pack.library, fixture::day(&case));
    let mut best = std::time::Duration::MAX;
    let mut findings = BTreeMap::new();
    for _ in 0..10 {
        let started = std::time::Instant::now();
        let judgement = judge(&world, &pack, &[], &[]);
        best = best.min(started.elapsed());
        findings.insert("findings", judgement.findings.len());
        findings.insert("facts", judgement.findings.iter().map(|found| found.facts.len()).sum());
    }
    eprintln!(
        "{} flows, {} items, {} rules: read case {reading:?}, load pack {loading:?}, judge {best:?}, {findings:?}",
        case.all("flow").count(),
        case.all("item").count(),
        pack.rules.len(),
    );
    assert!(case.all("item").count() >= 300);
}

#[test]
fn every_word_that_a_judgement_uses_is_there() {
    use crate::evidence::status::{Class, NotAccepted};
    use crate::words::{Lang, Words};
    let plain = [
        NotAccepted::NoFile,
        NotAccepted::FileMissing,
        NotAccepted::NoDigest,
        NotAccepted::DigestDiffers,
        NotAccepted::Empty,
        NotAccepted::Expired,
        NotAccepted::FromTheFuture,
        NotAccepted::Unchecked,
    ];
    let others = ["none", "not-listed", "other-kind", "other-dataset", "not-measured", "nothing-promised"];
    let refused = plain.map(NotAccepted::id).into_iter().chain(others).chain(["from-memory"]);
    let refused = refused.chain(crate::evidence::EvidenceError::ALL.iter().map(|error| error.id()));
    let keys: Vec<String> = refused
        .map(|id| format!("evidence-refused.{id}"))
        .chain(WhyKind::ALL.map(|kind| format!("why.{}", kind.id())))
        .chain(State::ALL.map(|state| format!("state.{}", state.id())))
        .chain(Severity::ALL.map(|severity| format!("severity.{}", severity.id())))
        .chain(Role::ALL.map(|role| format!("role.{}", role.id())))
        .chain(Class::ALL.map(|class| format!("evidence-class.{}", class.id())))
        .chain(["met", "unmet", "unknown", "na"].map(|id| format!("result.{id}")))
        .collect();
    for lang in [Lang::Ja, Lang::En] {
        let words = Words::load(lang);
        for key in &keys {
            assert_ne!(words.ui(key), key, "{lang:?}");
        }
    }
}
