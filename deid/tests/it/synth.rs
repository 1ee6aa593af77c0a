//! The synthetic city as files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::deid;

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap());
    entries.map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap())).collect()
}

fn city(dir: &Path, line: &str) -> serde_json::Value {
    let ran = deid(dir, &format!("synth city --seed 7 --format json {line}"));
    assert_eq!(ran.status, 0, "{line}: {}", ran.all());
    ran.json()
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    city(dir.path(), "--residents 300 --out a --lang ja");
    city(dir.path(), "--residents 300 --out b --lang en --threads 1");
    let (a, b) = (files(&dir.path().join("a")), files(&dir.path().join("b")));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    assert!(a == b, "the bytes differ");
    assert_eq!(a.len(), 10, "{:?}", a.keys());
    let ran = deid(dir.path(), "synth city --seed 8 --residents 300 --out c --format json");
    assert_eq!(ran.status, 0);
    assert!(files(&dir.path().join("c"))["residents.csv"] != a["residents.csv"]);
}

#[test]
fn what_is_told_is_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let told = city(dir.path(), "--residents 200 --out a");
    let written = files(&dir.path().join("a"));
    let kept: serde_json::Value = serde_json::from_slice(&written["city.json"]).unwrap();
    for key in
        ["residents", "seed", "as_of", "people", "injections", "households", "tables", "truth", "format"]
    {
        assert_eq!(told[key], kept[key], "{key}");
    }
    for entry in told["tables"].as_array().unwrap().iter().chain([&told["truth"]]) {
        let bytes = &written[entry["file"].as_str().unwrap()];
        assert_eq!(entry["bytes"], bytes.len());
        assert_eq!(entry["sha256"].as_str().unwrap(), deid::manifest::Sha256Hex::of(bytes).to_string());
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes.as_slice());
        let columns = reader.headers().unwrap().len();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(entry["rows"], rows.len(), "{entry}");
        assert!(rows.iter().all(|row| row.len() == columns));
    }
    assert!(
        String::from_utf8(written["README.md"].clone())
            .unwrap()
            .contains("deid synth city --residents 200 --seed 7 --out")
    );
}

#[test]
fn tables_are_written_in_the_encoding_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let utf8 = city(dir.path(), "--residents 3000 --out utf8 --tables residents");
    let text = String::from_utf8(files(&dir.path().join("utf8"))["residents.csv"].clone()).unwrap();
    assert_eq!(utf8["tables"][0]["replaced"], 0);
    assert!(!text.contains('\r') && !text.contains('〓'));
    let decode = |name: &str, label: &str| {
        let bytes = files(&dir.path().join(name))["residents.csv"].clone();
        let table = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (text, _, bad) = table.decode(&bytes);
        assert!(!bad && !bytes.windows(2).any(|w| w == b"&#"), "{name}");
        text.into_owned()
    };
    for (id, label) in
        [("utf-8-bom", "utf-8"), ("utf-16", "utf-16le"), ("cp932", "shift_jis"), ("euc-jp", "euc-jp")]
    {
        let told =
            city(dir.path(), &format!("--residents 3000 --out {id} --tables residents --encoding {id}"));
        let read = decode(id, label).replace("\r\n", "\n");
        assert_eq!(read.lines().count(), text.lines().count(), "{id}");
        assert_eq!(read.lines().next(), text.lines().next(), "{id}");
        let geta = read.matches('〓').count();
        let replaced = told["tables"][0]["replaced"].as_u64().unwrap();
        if id.starts_with("utf") {
            assert_eq!((read.as_str(), replaced), (text.as_str(), 0), "{id}");
        } else {
            assert!(geta > 0 && geta as u64 <= replaced, "{id}: {geta} {replaced}");
        }
        // The truth keeps what the encoding could not say.
        assert_eq!(files(&dir.path().join(id))["truth.csv"], files(&dir.path().join("utf8"))["truth.csv"]);
    }
    let cp932 = files(&dir.path().join("cp932"))["residents.csv"].clone();
    assert!(cp932.windows(2).any(|w| w == b"\r\n"));
}

#[test]
fn clean_tables_and_parts_of_a_city() {
    let dir = tempfile::tempdir().unwrap();
    let told = city(
        dir.path(),
        "--residents 500 --out clean --injections none --tables residents,transports --people carried",
    );
    let names: Vec<&str> =
        told["tables"].as_array().unwrap().iter().map(|t| t["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["residents.csv", "transports.csv"]);
    assert!(told["tables"][0]["rows"].as_u64().unwrap() < 200, "{told}");
    assert!(told["injections"].as_object().unwrap().values().all(|rate| rate == 0));
    let truth = String::from_utf8(files(&dir.path().join("clean"))["truth.csv"].clone()).unwrap();
    assert!(!truth.contains("wareki") && !truth.contains("処方,"), "{truth}");
}

#[test]
fn wrong_arguments_write_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for line in [
        "--residents 49 --out x",
        "--residents 2000001 --out x",
        "--residents 100 --out x --injections wareki,unknown",
        "--residents 100 --out x --encoding shift_jis",
        "--residents 100 --out x --tables people",
    ] {
        let ran = deid(dir.path(), &format!("synth city --seed 1 --format json {line}"));
        assert_eq!((ran.status, ran.codes()), (2, vec!["D701".to_owned()]), "{line}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn only_a_city_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    city(dir.path(), "--residents 100 --out x");
    let again = "synth city --seed 9 --residents 100 --out x --format json";
    assert_eq!(deid(dir.path(), again).codes(), ["D601"]);
    assert_eq!(deid(dir.path(), &format!("{again} --replace")).json()["seed"], 9);
    fs::create_dir(dir.path().join("mine")).unwrap();
    fs::write(dir.path().join("mine/manifest.dsse.json"), "x").unwrap();
    let ran = deid(dir.path(), "synth city --seed 9 --residents 100 --out mine --replace --format json");
    assert_eq!(ran.codes(), ["D606"]);
    assert_eq!(files(&dir.path().join("mine")).len(), 1);
}
