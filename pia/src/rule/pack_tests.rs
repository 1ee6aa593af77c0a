//! What a pack has to have, one fault at a time: each with its code and its place.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use super::fault::{FaultCode, PackFault};
use super::fixture;
use super::pack::{Pack, Texts, embedded};

const RULE: &str = "checks/S/S05.toml";

/// The faults of the pack after one change of one file.
fn faults(path: &str, change: impl Fn(&str) -> String) -> (Texts, Vec<PackFault>) {
    let mut texts = embedded();
    let text = change(&texts[path]);
    assert_ne!(text, texts[path], "{path}: nothing changed");
    texts.insert(path.to_owned(), text);
    let faults = Pack::load(texts.clone()).unwrap_err();
    (texts, faults)
}

#[test]
fn the_embedded_pack_loads_without_a_warning() {
    let loaded = Pack::load(embedded()).unwrap();
    assert_eq!(loaded.warnings, Vec::new());
    assert!(loaded.pack.rules.len() >= 30);
    assert_eq!(loaded.pack.digest.len(), 64);
}

#[test]
fn one_mistake_is_one_fault_at_its_place() {
    let cases: &[(&str, &str, &str, FaultCode, &str)] = &[
        (RULE, "case.pilot.end <", "case.pilot.ende <", FaultCode::UnknownField, "."),
        (
            RULE,
            "case.pilot.end <",
            "case.pilot.end < \"x\" && case.pilot.end <",
            FaultCode::TypeMismatch,
            "<",
        ),
        (RULE, "gate = ", "gaet = ", FaultCode::Toml, "gaet"),
        (RULE, "format = 1", "format = 2", FaultCode::Format, ""),
        (RULE, "id = \"S05\"", "id = \"S99\"", FaultCode::FileName, "\"S99\""),
        (RULE, "law = \"", "law = \"no-", FaultCode::UnknownLaw, ""),
        (RULE, "force = \"contract\"", "force = \"gentle\"", FaultCode::UnknownForce, ""),
        (RULE, "\"q.pilot.first-day\"]", "\"q.pilot.second-day\"]", FaultCode::UnknownQuestion, "\"q.pilot"),
        (RULE, "base = \"world\"", "base = \"moon\"", FaultCode::Missing, ""),
        (RULE, "title.en = \"", "title.en = \"\" #", FaultCode::Language, "\"S05\""),
        (RULE, "message.ja = \"", "message.ja = \"{flow.name}", FaultCode::Placeholder, ""),
        ("wordlists.toml", "format = 1", "format = 1\ncolour = 1", FaultCode::Toml, "colour"),
        ("pack.toml", "format = 1", "format = 3", FaultCode::Format, ""),
        ("predicates.toml", "c.regime == \"ch5\"", "c.regime == \"ch6\"", FaultCode::UnknownWord, "=="),
        ("predicates.toml", "c.regime == \"ch5\"", "city_held(c)", FaultCode::Cycle, "'city_held(c)'"),
    ];
    for (path, from, to, code, place) in cases {
        let (texts, faults) = faults(path, |text| text.replacen(from, to, 1));
        let fault = faults.iter().find(|fault| fault.code == *code);
        let fault = fault.unwrap_or_else(|| panic_with(&faults, to));
        assert_eq!(fault.file, *path, "{to}");
        assert!(texts[*path][fault.span.clone()].starts_with(place), "{to}: {fault:?}");
    }
}

#[allow(clippy::panic, reason = "tests")]
fn panic_with(faults: &[PackFault], what: &str) -> ! {
    panic!("{what}: {faults:?}")
}

#[test]
fn a_rule_without_its_tests_or_citations_does_not_load() {
    let cut = |keep: &'static str| {
        move |text: &str| {
            let mut parts = text.split("[[test]]");
            let head = parts.next().unwrap().to_owned();
            let kept = parts.filter(|part| part.contains(keep)).map(|part| format!("[[test]]{part}"));
            head + &kept.collect::<String>()
        }
    };
    let (_, silent) = faults(RULE, cut("expect = \"met\""));
    assert!(silent.iter().any(|fault| fault.code == FaultCode::NoFiringTest), "{silent:?}");
    let (_, firing) = faults(RULE, cut("expect = \"unmet\""));
    assert!(firing.iter().any(|fault| fault.code == FaultCode::NoSilentTest), "{firing:?}");
    let (_, uncited) = faults(RULE, |text| {
        let (head, rest) = text.split_once("[[cite]]").unwrap();
        let (_, tests) = rest.split_once("[[test]]").unwrap();
        format!("{head}[[test]]{tests}")
    });
    assert!(uncited.iter().any(|fault| fault.code == FaultCode::NoCite), "{uncited:?}");
}

#[test]
fn a_file_that_nothing_reads_is_a_warning() {
    let mut texts = embedded();
    texts.insert("chekcs/S/S05.toml".to_owned(), String::new());
    let loaded = Pack::load(texts).unwrap();
    let warned: Vec<_> = loaded.warnings.iter().map(|w| (w.code, w.file.as_str())).collect();
    assert_eq!(warned, [(FaultCode::UnknownFile, "chekcs/S/S05.toml")]);
}

#[test]
fn the_digest_follows_every_byte() {
    let mut texts = embedded();
    texts.get_mut(RULE).unwrap().push_str("# remark\n");
    assert_ne!(fixture::load(texts).digest, fixture::pack().digest);
}
