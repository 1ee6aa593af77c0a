//! `deid explain`: codes, methods, checks, and what is none of them.

use super::deid;

#[test]
fn a_code_a_method_and_a_check_have_pages() {
    let dir = std::env::temp_dir();
    let code = deid(&dir, "explain d212 --format json").json();
    for key in ["topic", "kind", "title", "message", "help", "why", "exit"] {
        assert!(!code[key].is_null(), "{key}");
    }
    assert_eq!(
        (code["topic"].as_str(), code["kind"].as_str(), code["exit"].as_i64()),
        (Some("D212"), Some("code"), Some(3))
    );
    let method = deid(&dir, "explain pseudonym --format json --lang en").json();
    assert_eq!(method["kind"], "method");
    let page = include_str!("../../../docs/methods/pseudonym.en.md");
    assert_eq!(method["text"], page);
    assert_eq!(deid(&dir, "explain pseudonym --lang en").out.trim_end(), page.trim_end());
    let check = deid(&dir, "explain DL101 --format json").json();
    assert_eq!((check["kind"].as_str(), check["severity"].as_str()), (Some("check"), Some("error")));
    assert!(check["sources"].as_array().is_some_and(|s| !s.is_empty()));
}

#[test]
fn languages_differ_and_the_variable_chooses() {
    let dir = std::env::temp_dir();
    let ja = deid(&dir, "explain D601").out;
    let en = deid(&dir, "explain D601 --lang en").out;
    assert!(ja.contains("出力") && en.contains("output"), "{ja} {en}");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_deid"))
        .args(["explain", "D601"])
        .env("DEID_LANG", "en")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), en);
}

#[test]
fn an_unknown_topic_names_its_neighbours() {
    let dir = std::env::temp_dir();
    let ran = deid(&dir, "explain psuedonym --lang en");
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("D702") && ran.err.contains("pseudonym, "), "{}", ran.err);
    assert_eq!(deid(&dir, "explain D999 --format json").codes(), ["D702"]);
}
