//! Well-formed statements that contradict themselves, the law, or the files.

use super::{Case, predicate, tree, with};
use crate::manifest::sample;
use serde_json::json;

pub(super) fn cases() -> Vec<Case> {
    let at = |rest: &str| format!("/tables/0{rest}");
    vec![
        ("subject-none", "subject-none", "a statement about nothing", tree(|v| v["subject"] = json!([]))),
        (
            "subject-parent-folder",
            "subject-name",
            "a subject outside the folder",
            tree(|v| v["subject"][1]["name"] = json!("../report.html")),
        ),
        (
            "subject-absolute",
            "subject-name",
            "a subject by absolute path",
            tree(|v| v["subject"][1]["name"] = json!("/etc/passwd")),
        ),
        (
            "subject-backslash",
            "subject-name",
            "a path for Windows",
            tree(|v| v["subject"][1]["name"] = json!("..\\report.html")),
        ),
        (
            "subject-bidi",
            "subject-name",
            "a name that shows another ending",
            tree(|v| v["subject"][1]["name"] = json!("report\u{202e}lmth.exe")),
        ),
        (
            "subject-device",
            "subject-name",
            "a name that Windows gives to a device",
            tree(|v| v["subject"][1]["name"] = json!("NUL.html")),
        ),
        (
            "subject-manifest",
            "subject-name",
            "the manifest states its own digest",
            tree(|v| v["subject"][1]["name"] = json!("manifest.dsse.json")),
        ),
        (
            "subject-twice",
            "subject-duplicate",
            "one name, two digests",
            tree(|v| v["subject"][1]["name"] = json!("persons.csv")),
        ),
        (
            "subject-twice-by-case",
            "subject-duplicate",
            "two names that are one file on Windows",
            tree(|v| v["subject"][1]["name"] = json!("Persons.CSV")),
        ),
        (
            "table-twice",
            "table-duplicate",
            "one table stated twice",
            tree(|v| {
                let table = v["predicate"]["tables"][0].clone();
                v["predicate"]["tables"].as_array_mut().unwrap().push(table);
            }),
        ),
        (
            "column-twice",
            "table-duplicate",
            "one column stated twice",
            predicate(&at("/columns/1/name"), json!("年齢")),
        ),
        (
            "table-file-unlisted",
            "table-file-unlisted",
            "a table whose file is no subject",
            predicate(&at("/file"), json!("people.csv")),
        ),
        (
            "quasi-unknown",
            "column-unknown",
            "a quasi-identifier that is no column",
            predicate(&at("/quasi/0"), json!("年令")),
        ),
        (
            "quasi-dropped",
            "column-unknown",
            "a quasi-identifier that is not published",
            predicate(&at("/columns/2/published"), json!(false)),
        ),
        (
            "relation-unknown",
            "column-unknown",
            "a relation to a table that is not there",
            tree(|v| {
                v["predicate"]["relations"] = json!([{"child": "persons", "child_columns": ["住民番号"], "parent": "visits",
                "parent_columns": ["住民番号"], "to_person": true}]);
            }),
        ),
        (
            "rows-lost",
            "counts-inconsistent",
            "in is not out plus suppressed",
            predicate(&at("/rows/suppressed"), json!(1)),
        ),
        (
            "people-lost",
            "counts-inconsistent",
            "people in is not out plus suppressed",
            predicate(&at("/people/in"), json!(101)),
        ),
        (
            "measure-of-no-table",
            "measure-inconsistent",
            "a measure of a table that is not there",
            predicate("/measures/0/table", json!("visits")),
        ),
        (
            "measure-joined-with-table",
            "measure-inconsistent",
            "joined, and yet of one table",
            predicate("/measures/1/table", json!("persons")),
        ),
        (
            "gate-not-passed",
            "gate-not-passed",
            "a run below its gate",
            predicate("/gate/passed", json!(false)),
        ),
        ("gate-above-k", "gate-inconsistent", "gate 10, measured 7", predicate("/gate/k", json!(10))),
        ("gate-above-l", "gate-inconsistent", "gate 4, measured 3", predicate("/gate/l/0/limit", json!(4))),
        (
            "gate-below-t",
            "gate-inconsistent",
            "gate 0.1, measured 0.1875",
            predicate("/gate/t/0/limit", json!("0.1000000000")),
        ),
        (
            "gate-t-other-reference",
            "gate-inconsistent",
            "t is limited against a reference that was not measured",
            predicate("/gate/t_reference", json!("published")),
        ),
        (
            "gate-without-k",
            "gate-inconsistent",
            "gate passed, k never measured",
            tree(|v| {
                v["predicate"]["measures"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|m| m["definition"] != "k-anonymity");
            }),
        ),
        (
            "gate-k-joined-only",
            "gate-inconsistent",
            "k measured for the joined view only",
            tree(|v| {
                v["predicate"]["measures"].as_array_mut().unwrap().remove(0);
            }),
        ),
        (
            "demo-unmarked",
            "demo-unmarked",
            "pseudonyms by the demo key, and no demo mark",
            predicate("/keys/0/id", json!(crate::crypto::RootKey::demo().id().as_str())),
        ),
        (
            "anonymised-with-key-file",
            "legal-form-inconsistent",
            "匿名加工情報 with a key that outlives the run",
            predicate("/legal_form", json!("匿名加工情報")),
        ),
        (
            "anonymised",
            "ok",
            "匿名加工情報 with a memory key",
            tree(|v| {
                v["predicate"]["legal_form"] = json!("匿名加工情報");
                v["predicate"]["keys"][0]["lifetime"] = json!("memory");
                v["predicate"]["keys"][0]["destroyed"] = json!(true);
            }),
        ),
        (
            "statistics-of-rows",
            "legal-form-inconsistent",
            "統計 that is a file of rows",
            predicate("/legal_form", json!("統計")),
        ),
        (
            "releases-measured-alone",
            "releases-inconsistent",
            "measured across releases, and none is named",
            predicate("/releases/assessment", json!("measured")),
        ),
        (
            "file-differs",
            "subject-differs",
            "one published file has other bytes",
            with(|v| {
                v.subjects.insert("persons.csv".to_owned(), sample::digest("tampered").to_string());
            }),
        ),
        (
            "subject-report-differs",
            "subject-differs",
            "the tables are as stated, the report beside them is not",
            with(|v| {
                v.subjects.insert("report.html".to_owned(), sample::digest("kinder report").to_string());
            }),
        ),
        (
            "file-missing",
            "subject-missing",
            "one published file is not there",
            with(|v| {
                v.subjects.remove("report.html");
            }),
        ),
        (
            "file-extra",
            "subject-extra",
            "a file that the manifest does not know",
            with(|v| {
                v.subjects.insert("notes.txt".to_owned(), sample::digest("notes").to_string());
            }),
        ),
        (
            "subject-extra-report",
            "subject-extra",
            "a second report that the manifest does not know",
            with(|v| {
                v.subjects.insert("report.en.html".to_owned(), sample::digest("report.en.html").to_string());
            }),
        ),
    ]
}
