//! `deid measure`: what people see, what machines read, and that neither holds a value of a cell.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::deid;

/// Made up. Cells have texts that appear nowhere else.
const SOURCE: &str = "id,age,city,illness\n\
    p1,zq21,Zkita,Zflu\np2,zq21,Zkita,Zcold\np3,zq22,Zkita,Zflu\np4,zq22,Zminami,Zgout\n\
    p5,zq31,Zminami,Zflu\np6,zq31,Zminami,Zcold\np7,zq32,Zminami,Zgout\np8,zq32,Zkita,Zflu\n";
/// Level 1 of age, level 0 of city; p8 is suppressed, and p4 is alone.
const PUBLISHED: &str = "id,age,city,illness\n\
    x1,zq2,Zkita,Zflu\nx2,zq2,Zkita,Zcold\nx3,zq2,Zkita,Zflu\nx4,zq2,Zminami,Zgout\n\
    x5,zq3,Zminami,Zflu\nx6,zq3,Zminami,Zcold\nx7,zq3,Zminami,Zgout\nx8,*,*,Zflu\n";
/// Levels differ from record to record; in the order of the source.
const LOCAL: &str = "id,age,city,illness\n\
    x1,zq21,Zkita,Zflu\nx2,zq21,Zkita,Zcold\nx3,zq22,*,Zflu\nx4,zq22,*,Zgout\n\
    x5,zq31,Zminami,Zflu\nx6,zq31,Zminami,Zcold\nx7,zq32,*,Zgout\nx8,zq32,*,Zflu\n";
const AGE: &str = "zq21;zq2;*\nzq22;zq2;*\nzq31;zq3;*\nzq32;zq3;*\n";
const CITY: &str = "Zkita;*\nZminami;*\n";

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("source.csv", SOURCE);
    write("published.csv", PUBLISHED);
    write("local.csv", LOCAL);
    let mut lines: Vec<&str> = LOCAL.lines().collect();
    lines[1..].reverse();
    write("shuffled.csv", &lines.join("\n"));
    // Everybody three times.
    let body = SOURCE.split_once('\n').unwrap().1;
    write("residents.csv", &format!("id,age,city,illness\n{body}{body}{body}"));
    fs::create_dir(dir.path().join("hierarchies")).unwrap();
    write("hierarchies/age.csv", AGE);
    write("hierarchies/city.csv", CITY);
    dir
}

const ALL: &str = "measure published.csv --quasi age,city --sensitive illness --source source.csv \
    --hierarchies hierarchies --population 1000 --population-file residents.csv --subsets";

fn assert_no_cell(text: &str) {
    assert!(
        !text.contains("zq") && !text.contains("Zk") && !text.contains("Zm") && !text.contains("Zf"),
        "{text}"
    );
}

#[test]
fn what_people_see() {
    let dir = folder();
    for lang in ["en", "ja"] {
        let ran = deid(dir.path(), &format!("{ALL} --lang {lang}"));
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        assert_no_cell(&ran.out);
        insta::assert_snapshot!(format!("measure_everything_{lang}"), ran.out);
        let bare = deid(dir.path(), &format!("measure published.csv --quasi age,city --lang {lang}"));
        insta::assert_snapshot!(format!("measure_bare_{lang}"), bare.out);
    }
}

fn near(value: &Value, id: &str, wanted: f64) {
    let found = value[id].as_f64().unwrap_or_else(|| panic!("{id}: {value}"));
    assert!((found - wanted).abs() < 1e-9, "{id}: {found}, not {wanted}");
}

fn measured(dir: &Path, line: &str) -> Value {
    let ran = deid(dir, &format!("{line} --format json"));
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_no_cell(&ran.all());
    ran.json()
}

#[test]
fn what_machines_read() {
    let dir = folder();
    let all = measured(dir.path(), ALL);
    for (id, wanted) in [
        ("rows", 8.0),
        ("rows.suppressed-in-file", 1.0),
        ("k-anonymity", 1.0),
        ("source.suppressed", 1.0),
        // Classes of 3, 1 and 3; p8 fits none of them.
        ("attack.records", 7.0),
        ("attack.certain", 1.0),
        ("attack.expected", 3.0),
        ("attack.unmatched", 0.0),
        ("journalist.smallest-class", 3.0),
        ("journalist.highest", 1.0 / 3.0),
        ("journalist.mean", 1.0 / 7.0),
        ("journalist.not-in-population", 0.0),
        ("utility.discernibility.before", 12.0),
        ("utility.discernibility.after", 27.0),
        ("utility.granularity[age].after", (7.0 * 0.5 + 1.0) / 8.0),
        ("utility.height.after", 1.0),
        ("utility.height.before", 0.0),
        ("utility.missings", 0.125),
        ("population.fraction", 7.0 / 1000.0),
    ] {
        near(&all, id, wanted);
    }
    assert_eq!(all["attack.histogram"], serde_json::json!([[1, 1], [3, 6]]));
    assert_eq!(all["subsets"].as_array().unwrap().len(), 3);
    assert_eq!(all["subsets"][2]["columns"], serde_json::json!(["age", "city"]));
    assert_eq!(all["subsets.complete"], true);
    // Everything keeps its key when it was not asked for.
    let bare = measured(dir.path(), "measure published.csv --quasi age,city");
    for id in ["attack.certain", "journalist.highest", "population-uniques.dankar", "utility.granularity"] {
        assert!(bare.get(id).is_some_and(Value::is_null), "{id}");
    }
}

#[test]
fn local_recoding_is_linked_in_any_order_and_measured_in_the_order_of_the_source() {
    let dir = folder();
    let rest = "--quasi age,city --source source.csv --hierarchies hierarchies";
    let local = measured(dir.path(), &format!("measure local.csv {rest}"));
    assert!(local["source.level[city]"].is_null() && local["source.level[age]"] == 0);
    // city: four cells of one leaf in two, four of both.
    near(&local, "utility.granularity[city].after", 0.75);
    near(&local, "utility.height.after", 0.5);
    let shuffled = measured(dir.path(), &format!("measure shuffled.csv {rest}"));
    assert!(shuffled["utility.granularity"].is_null());
    for value in [&local, &shuffled] {
        near(value, "k-anonymity", 2.0);
        near(value, "attack.expected", 4.0);
        near(value, "attack.certain", 0.0);
    }
    let text = deid(dir.path(), &format!("measure shuffled.csv {rest} --lang en"));
    assert!(text.out.contains("several levels"), "{}", text.out);
}

#[test]
fn people_are_counted_where_they_are_named() {
    let dir = folder();
    let twice = SOURCE.replace("p2,", "p1,");
    fs::write(dir.path().join("twice.csv"), twice).unwrap();
    let line =
        "measure published.csv --quasi age,city --source twice.csv --hierarchies hierarchies --person id";
    // p1 and p3 fit the first three records.
    near(&measured(dir.path(), line), "attack.expected", 3.0 / 2.0 + 1.0 + 3.0 / 3.0);
}

#[test]
fn without_hierarchies_nothing_is_claimed() {
    let dir = folder();
    let found = measured(dir.path(), "measure published.csv --quasi age,city --source source.csv");
    assert!(found["attack.certain"].is_null());
    let equal = measured(dir.path(), "measure source.csv --quasi age,city --source source.csv");
    near(&equal, "attack.certain", 4.0);
}

#[test]
fn wrong_values_are_refused() {
    let dir = folder();
    let base = "measure published.csv --quasi age,city --format json";
    for (rest, code) in [
        ("--population many", "D701"),
        ("--population 0", "D701"),
        ("--threshold 1.5", "D701"),
        ("--gs-factor -0.1", "D701"),
        ("--gs-factor=-0.1", "D701"),
    ] {
        let ran = deid(dir.path(), &format!("{base} {rest}"));
        assert_eq!(ran.status, 2, "{rest}: {}", ran.all());
        if rest.contains('=') || !rest.contains("-0") {
            assert_eq!(ran.codes(), [code], "{rest}");
        }
    }
    fs::write(dir.path().join("hierarchies/age.csv"), AGE.replace("zq3;", "zq4;")).unwrap();
    let line =
        "measure published.csv --quasi age,city --source source.csv --hierarchies hierarchies --format json";
    let ran = deid(dir.path(), line);
    assert_eq!(ran.codes(), ["D302"]);
    assert_no_cell(&ran.all());
}
