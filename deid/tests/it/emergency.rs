//! The demo exchange, as the README and an engineer use it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Ran, deid};

const TIME: &str = "--time 2026-01-01T00:00:00Z --format json";

/// The demo exchange in a folder of its own.
fn exchange() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/emergency");
    fs::create_dir(dir.path().join("data")).unwrap();
    for name in [
        "analysis.toml",
        "anonymous.toml",
        "data/persons.csv",
        "data/transports.csv",
        "data/prescriptions.parquet",
    ] {
        fs::copy(from.join(name), dir.path().join(name)).unwrap();
    }
    dir
}

fn ok(ran: Ran) -> Ran {
    assert_eq!(ran.status, 0, "{}", ran.all());
    ran
}

fn first_column(path: &Path) -> BTreeSet<Vec<u8>> {
    let bytes = fs::read(path).unwrap();
    bytes
        .split(|b| *b == b'\n')
        .skip(1)
        .map(|l| l.split(|b| *b == b',').next().unwrap().to_vec())
        .filter(|c| !c.is_empty())
        .collect()
}

#[test]
fn the_analysis_copy_meets_its_gate_and_is_intact() {
    let dir = exchange();
    let run =
        ok(deid(dir.path(), &format!("run analysis.toml --data data --demo-key --out out {TIME}"))).json();
    let tables = run["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 3);
    for t in tables {
        let number = |k: &str| t[k].as_u64().unwrap();
        assert_eq!(number("rows_in"), number("rows_out") + number("suppressed"));
        assert!(t["k"].is_null() || number("k") >= 5, "{t}");
    }
    assert_eq!(run["demo"], true);
    let verified = ok(deid(dir.path(), &format!("verify out {TIME}"))).json();
    assert_eq!(verified["intact"], true);
    assert_eq!(verified["recounted"], verified["agree"]);
    // The demo signer is never trusted, whatever is pinned: there is no file to pin it with.
    for name in ["report.html", "report.en.html"] {
        assert!(fs::read_to_string(dir.path().join("out").join(name)).unwrap().contains("DEMO"));
    }
}

#[test]
fn the_front_holds_the_own_gate_and_no_choice_that_another_beats() {
    let dir = exchange();
    let plan = ok(deid(dir.path(), "plan analysis.toml --data data --front --format json")).json();
    let front = plan["front"].as_array().unwrap();
    let number = |value: &serde_json::Value| value.to_string().trim_matches('"').parse::<f64>().unwrap();
    let gone = |choice: &serde_json::Value| {
        let tables = choice["best"]["suppressed"].as_object().unwrap();
        tables.values().map(|n| n.as_u64().unwrap()).sum::<u64>()
    };
    let own: Vec<_> = front.iter().filter(|c| c["own"] == true).collect();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["k"], plan["decision"]["k"]);
    assert_eq!(own[0]["best"], plan["decision"]["chosen"]);
    for choice in front {
        let k = choice["k"].as_u64().unwrap();
        assert!(number(&choice["risk_highest"]) <= 1.0 / k as f64 + 1e-9, "{choice}");
        for other in front.iter().filter(|c| *c != choice && c["own"] != true) {
            let as_strict = other["k"].as_u64().unwrap() >= k;
            let loss = |c: &serde_json::Value| number(&c["best"]["loss"]);
            let cheaper = loss(other) < loss(choice) && gone(other) <= gone(choice);
            assert!(!(as_strict && cheaper) || choice["own"] == true, "{other} beats {choice}");
        }
    }
}

#[test]
fn a_decision_of_yesterday_gives_the_same_levels() {
    let dir = exchange();
    ok(deid(dir.path(), "plan analysis.toml --data data --decision d.json --format json"));
    ok(deid(dir.path(), &format!("run analysis.toml --data data --demo-key --out a {TIME}")));
    ok(deid(
        dir.path(),
        &format!("run analysis.toml --data data --demo-key --decision d.json --out b {TIME}"),
    ));
    for name in ["persons.csv", "transports.csv", "prescriptions.parquet"] {
        let read = |out: &str| fs::read(dir.path().join(out).join(name)).unwrap();
        assert!(read("a") == read("b"), "{name}");
    }
    // All that is said of both is the same, but that the second was not searched.
    let stated = |out: &str| {
        let mut statement = super::statement(&dir.path().join(out));
        let search = statement["predicate"]["decision"]["search"].take();
        (statement["predicate"].clone(), search)
    };
    let ((a, searched), (b, reapplied)) = (stated("a"), stated("b"));
    assert_eq!((a == b, searched["proven"] == true, reapplied.is_null()), (true, true, true));
    assert_eq!(
        fs::read(dir.path().join("d.json")).unwrap(),
        fs::read(dir.path().join("a/decision.json")).unwrap()
    );
}

#[test]
fn anonymous_runs_have_keys_of_their_own_and_no_key_file() {
    let dir = exchange();
    ok(deid(dir.path(), "key new --kind root --label x --out root.key"));
    let refused = deid(dir.path(), &format!("run anonymous.toml --data data --key root.key --out no {TIME}"));
    assert_eq!((refused.status, refused.codes()), (2, vec!["D506".to_owned()]));
    for out in ["a", "b"] {
        ok(deid(dir.path(), &format!("run anonymous.toml --data data --out {out} {TIME}")));
        ok(deid(dir.path(), &format!("verify {out} {TIME}")));
    }
    let (a, b) =
        (first_column(&dir.path().join("a/persons.csv")), first_column(&dir.path().join("b/persons.csv")));
    assert!(a.len() > 1000 && a.is_disjoint(&b), "two runs share a pseudonym");
}

#[test]
fn trust_is_asked_for_and_a_countersignature_is_another_statement() {
    let dir = exchange();
    for name in ["sign", "audit"] {
        ok(deid(dir.path(), &format!("key new --kind signing --label {name} --out {name}.key")));
        ok(deid(dir.path(), &format!("key public {name}.key --out {name}.pub")));
    }
    ok(deid(dir.path(), "key new --kind root --label x --out root.key"));
    ok(deid(
        dir.path(),
        &format!("run analysis.toml --data data --key root.key --sign sign.key --out out {TIME}"),
    ));
    let trusted =
        ok(deid(dir.path(), &format!("verify out --trust sign.pub --countersign audit.key {TIME}"))).json();
    assert_eq!((trusted["intact"].as_bool(), trusted["trusted"].as_bool()), (Some(true), Some(true)));
    assert!(
        Path::new(trusted["countersigned"].as_str().map(|p| dir.path().join(p)).unwrap().as_path()).is_file()
    );
    let other = deid(dir.path(), &format!("verify out --trust audit.pub {TIME}"));
    assert_eq!((other.status, other.codes()), (1, vec!["D511".to_owned()]));
    ok(deid(dir.path(), &format!("verify out --trust sign.pub {TIME}")));
}

#[test]
fn another_recipient_shares_no_pseudonym_and_the_same_one_all() {
    let dir = exchange();
    ok(deid(dir.path(), "key new --kind root --label x --out root.key"));
    for (out, recipient) in [("a", "univ-a"), ("b", "univ-b"), ("c", "univ-a")] {
        ok(deid(
            dir.path(),
            &format!(
                "run analysis.toml --data data --key root.key --recipient {recipient} --out {out} {TIME}"
            ),
        ));
    }
    let people = |out: &str| first_column(&dir.path().join(out).join("persons.csv"));
    assert!(people("a").is_disjoint(&people("b")));
    assert_eq!(people("a"), people("c"));
}
