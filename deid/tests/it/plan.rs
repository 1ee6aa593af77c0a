//! `deid plan` and what a run says of its search: proven, not proven, re-applied, confirmed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Ran, deid, statement};

/// Sixty records of twelve columns, and a recipe for as many of them as wanted: five levels each, so
/// twelve make 5¹² combinations.
fn folder(columns: usize, more: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("data")).unwrap();
    let mut seed = 7u32;
    let mut table = (0..12).map(|i| format!("q{i}")).collect::<Vec<_>>().join(",") + "\n";
    for _ in 0..60 {
        let cell = |_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 28).to_string()
        };
        table.push_str(&((0..12).map(cell).collect::<Vec<_>>().join(",") + "\n"));
    }
    fs::write(dir.path().join("data/tiny.csv"), table).unwrap();
    let mut recipe =
        "recipe = 1\nid = \"tiny\"\ntitle = \"小さな表\"\nexchange = \"tiny\"\nrecipient = \"univ-a\"\n\
         legal_form = \"安全管理加工\"\ndemo = true\n[privacy]\nk = 3\nsuppression = 0.1\n\
         [hierarchy]\nband = { bands = { widths = [2, 4, 8] } }\n[table.tiny]\nfile = \"tiny.csv\"\n\
         [table.tiny.columns]\n"
            .to_owned();
    for i in 0..12 {
        let treatment = if i < columns {
            "role = \"quasi\", item = \"iP03\", type = \"integer\", treatment = { generalize = \"band\" }"
        } else {
            "role = \"drop\""
        };
        writeln!(recipe, "q{i} = {{ {treatment} }}").unwrap();
    }
    fs::write(dir.path().join("recipe.toml"), recipe + more).unwrap();
    dir
}

fn plan(dir: &Path, more: &str) -> Ran {
    deid(dir, &format!("plan recipe.toml --data data --quiet {more}"))
}

fn run(dir: &Path, out: &str, more: &str) -> Ran {
    deid(dir, &format!("run recipe.toml --data data --demo-key --quiet --format json --out {out}{more}"))
}

/// What the manifest says of the search.
fn search_of(dir: &Path, out: &str) -> Value {
    statement(&dir.join(out))["predicate"]["decision"]["search"].clone()
}

fn text(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap()
}

fn units(figure: &Value) -> i64 {
    figure.as_str().unwrap().replace('.', "").parse().unwrap()
}

#[test]
fn the_words_of_a_proven_and_of_a_best_effort_plan() {
    for (columns, name) in [(3, "proven"), (12, "not_proven")] {
        let dir = folder(columns, "");
        for lang in ["ja", "en"] {
            let ran = plan(dir.path(), &format!("--lang {lang}"));
            assert_eq!(ran.status, 0, "{}", ran.all());
            assert_eq!(ran.err.contains("D405"), columns == 12, "{}", ran.err);
            insta::assert_snapshot!(format!("plan_{name}_{lang}"), format!("{}\n===\n{}", ran.out, ran.err));
        }
    }
}

#[test]
fn a_proven_decision_is_proven_only_for_the_data_it_was_searched_on() {
    let dir = folder(3, "");
    let dir = dir.path();
    let decision = plan(dir, "--format json --decision kept.json").json();
    let proof = &decision["proof"];
    assert_eq!((&proof["optimal"], &proof["stopped"]), (&Value::Bool(true), &Value::Null));
    let parts: u64 = proof["by_argument"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(Some(parts), decision["nodes"].as_u64());
    assert_eq!(proof["by_argument"]["open"], 0);

    let ran = run(dir, "searched", "").json();
    assert_eq!(ran["search"]["optimal"], true);
    let search = search_of(dir, "searched");
    assert_eq!((&search["proven"], &search["gap"]), (&Value::Bool(true), &Value::from("0.0000000000")));
    assert_eq!(search["loss"], decision["chosen"]["loss"]);
    assert!(text(dir, "searched/report.html").contains("証明済み"));

    let ran = run(dir, "again", " --decision kept.json").json();
    assert_eq!(ran["search"], "re-applied");
    assert_eq!(search_of(dir, "again"), Value::Null);
    assert_eq!(text(dir, "again/decision.json"), text(dir, "kept.json"), "the decision is kept as it was");
    let report = text(dir, "again/report.en.html");
    assert!(report.contains("nothing was searched for these data today") && !report.contains("Proven:"));
    let said = deid(dir, "run recipe.toml --data data --demo-key --lang en --decision kept.json --out said");
    assert!(said.out.contains("An earlier decision was re-applied"), "{}", said.all());
    assert_eq!(deid(dir, "verify again").status, 0);
}

#[test]
fn a_decision_with_an_unknown_key_is_not_read() {
    let dir = folder(3, "");
    plan(dir.path(), "--decision kept.json");
    let kept = text(dir.path(), "kept.json");
    for (from, to) in [("\"optimal\"", "\"best\""), ("\"open\": 0", "\"open\": -1")] {
        assert!(kept.contains(from));
        fs::write(dir.path().join("bad.json"), kept.replacen(from, to, 1)).unwrap();
        assert_eq!(run(dir.path(), "out", " --decision bad.json").codes(), ["D404"]);
    }
}

#[test]
fn a_run_without_a_proof_says_so_everywhere() {
    let dir = folder(12, "");
    let dir = dir.path();
    let ran = run(dir, "out", "");
    assert_eq!(ran.status, 0, "{}", ran.all());
    let ran = ran.json();
    assert_eq!(ran["warnings"][0]["code"], "D405");
    assert_eq!(
        (&ran["search"]["optimal"], &ran["search"]["stopped"]),
        (&Value::Bool(false), &"limit".into())
    );
    let search = search_of(dir, "out");
    assert_eq!((&search["proven"], &search["stopped"]), (&Value::Bool(false), &"limit".into()));
    assert_eq!(units(&search["loss"]) - units(&search["bound"]), units(&search["gap"]));
    assert!(units(&search["gap"]) > 0);
    for (page, words) in [("out/report.html", "証明されていません"), ("out/report.en.html", "NOT proven")]
    {
        assert!(text(dir, page).contains(words) && text(dir, page).contains("D405"), "{page}");
    }
    assert_eq!(deid(dir, "verify out").status, 0);
    let people = deid(dir, "run recipe.toml --data data --demo-key --lang en --quiet --out people");
    assert!(people.err.contains("warning D405"), "{}", people.err);

    let dir = folder(12, "[[acknowledge]]\ncode = \"D405\"\nreason = \"試行のため\"\n");
    let silent = run(dir.path(), "out", "").json();
    assert_eq!(silent["warnings"].as_array().map(Vec::len), Some(0), "{silent}");
    assert!(text(dir.path(), "out/report.html").contains("試行のため"));
    let quiet = plan(dir.path(), "--lang en");
    assert!(quiet.err.is_empty() && quiet.out.contains("NOT proven"), "{}", quiet.all());
}

#[test]
fn a_clock_ends_a_search_and_is_named() {
    let dir = folder(3, "");
    let ran = plan(dir.path(), "--format json --time-limit 0");
    let proof = &ran.json()["proof"];
    assert_eq!((&proof["optimal"], &proof["stopped"]), (&Value::Bool(false), &"time".into()));
    assert!(ran.err.contains("D405"), "{}", ran.err);
    assert!(plan(dir.path(), "--lang en --time-limit 0").out.contains("--time-limit"));
}

#[test]
fn exhaustive_confirms_or_says_why_not() {
    let small = folder(3, "");
    let ran = plan(small.path(), "--exhaustive --lang en");
    assert_eq!(ran.status, 0, "{}", ran.all());
    assert!(ran.out.contains("Confirmed: each of the 125 combinations"), "{}", ran.out);
    let json = plan(small.path(), "--exhaustive --format json").json();
    assert_eq!(
        (&json["exhaustive"]["agrees"], &json["exhaustive"]["nodes"]),
        (&Value::Bool(true), &125.into())
    );
    assert_eq!(json["exhaustive"]["best"], json["decision"]["chosen"]);

    let out_of_time = plan(small.path(), "--exhaustive --time-limit 0 --decision not.json --lang en");
    assert_eq!(out_of_time.status, 1, "{}", out_of_time.all());
    assert!(out_of_time.err.contains("D411"), "{}", out_of_time.err);
    assert!(!small.path().join("not.json").exists());

    let big = folder(12, "");
    let ran = plan(big.path(), "--exhaustive --format json");
    assert_eq!((ran.status, ran.codes()), (2, vec!["D412".to_owned()]));
    assert!(ran.out.contains("244,140,625"), "{}", ran.out);
}

#[test]
fn the_front_becomes_a_page() {
    let dir = folder(3, "");
    let dir = dir.path();
    for (lang, word) in [("ja", "基準と代償の比較"), ("en", "Gates and their price")] {
        let ran = plan(dir, &format!("--front --lang {lang} --report {lang}.html"));
        assert_eq!(ran.status, 0, "{}", ran.all());
        let page = text(dir, &format!("{lang}.html"));
        assert!(page.contains(word) && page.contains("<svg") && page.contains("◎"), "{lang}");
        assert!(ran.out.contains(&format!("{lang}.html")), "{}", ran.out);
        let again = plan(dir, &format!("--front --threads 2 --lang {lang} --report {lang}.html --replace"));
        assert_eq!((again.status, text(dir, &format!("{lang}.html"))), (0, page), "{}", again.all());
    }
    assert_eq!(plan(dir, "--front --report ja.html --format json").codes(), ["D601"]);
    assert_eq!(plan(dir, "--report other.html").status, 2, "there is nothing to show without --front");
}
