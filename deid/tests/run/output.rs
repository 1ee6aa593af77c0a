//! `[table.NAME.output]`: the same records in another format, encoding, separator and line end.

use super::recipes::{HEAD, exchange};
use super::tools::{Place, run_arguments, statement};

const ROWS: &str = "番号,所見,備考\n1,髙橋 a,x\n2,\"b,\"\"c\"\"\td\",\n3,NULL,\"NULL\"\n4,0012,\"e\nf\"\n";

/// A table published row by row, in order, with these lines for its file and its output.
fn recipe(file: &str, table: &str, output: &str) -> String {
    format!(
        "{HEAD}\n[table.t]\nfile = \"{file}\"\norder = \"keep\"\n{table}\n[table.t.output]\n{output}\n\
         [table.t.columns]\n\
         \"番号\" = {{ role = \"keep\", item = \"iE03\", treatment = \"keep\" }}\n\
         \"所見\" = {{ role = \"keep\", item = \"iE03\", type = \"code\", treatment = \"keep\" }}\n\
         \"備考\" = {{ role = \"keep\", item = \"iE03\", type = \"code\", on_unparsable = \"null\", treatment = \"keep\" }}\n\
         [[acknowledge]]\ncode = \"D120\"\nreason = \"試験\"\n[[acknowledge]]\ncode = \"D121\"\nreason = \"試験\"\n"
    )
}

const UTF8: &str = "encoding = \"utf-8\"\nnull = [\"NULL\"]";

fn place(output: &str) -> Place {
    let place = Place::new();
    place.write("recipe.toml", recipe("t.csv", UTF8, output)).write("data/t.csv", ROWS);
    place
}

/// Publishes `file` of `from/` as a table again, into `out`.
fn again(place: &Place, from: &str, file: &str, table: &str, output: &str, out: &str) {
    place.write("again.toml", recipe(file, table, output));
    let mut arguments = run_arguments("again.toml", out, &["--demo-key"]);
    arguments[3] = from;
    place.deid(&arguments).ok();
    place.deid(&["verify", out]).ok();
}

#[test]
fn cp932_with_tabs_and_back() {
    let place = place("encoding = \"cp932\"\ndelimiter = \"\\t\"\nline_ending = \"crlf\"\nnull = [\"-\"]");
    place.run(&["--demo-key"]).ok();
    let bytes = place.read("out/t.csv");
    let (text, _, lossy) = encoding_rs::SHIFT_JIS.decode(&bytes);
    assert!(!lossy);
    assert_eq!(
        text,
        "番号\t所見\t備考\r\n1\t髙橋 a\tx\r\n2\t\"b,\"\"c\"\"\td\"\t-\r\n3\t-\t\"NULL\"\r\n4\t0012\t\"e\nf\"\r\n"
    );
    let said = statement(&place.read("out/manifest.dsse.json"));
    let (read, written) =
        (&said["predicate"]["inputs"][0]["format"], &said["predicate"]["tables"][0]["format"]);
    assert_eq!((read["encoding"].as_str(), read["eol"].as_str()), (Some("utf-8"), Some("lf")));
    assert_eq!((written["encoding"].as_str(), written["eol"].as_str()), (Some("shift_jis"), Some("crlf")));
    assert_eq!((written["delimiter"].as_str(), written["null_tokens"][0].as_str()), (Some("\t"), Some("-")));
    place.deid(&["verify", "out"]).ok();
    let back = "encoding = \"utf-8\"\ndelimiter = \",\"\nline_ending = \"lf\"\nnull = [\"NULL\"]";
    again(&place, "out", "t.csv", "encoding = \"cp932\"\ndelimiter = \"\\t\"\nnull = [\"-\"]", back, "back");
    let kept = Place::new();
    kept.write("recipe.toml", recipe("t.csv", UTF8, "")).write("data/t.csv", ROWS);
    kept.run(&["--demo-key"]).ok();
    assert_eq!(place.text("back/t.csv"), kept.text("out/t.csv"));
}

#[test]
fn a_character_that_the_encoding_lacks_follows_the_policy() {
    let data = ROWS.replace('髙', "𠮷");
    for (policy, expected) in [("refuse", None), ("fold", None), ("geta", Some("〓橋"))] {
        let place = Place::new();
        let table = format!("{UTF8}\nunmappable = \"{policy}\"");
        place
            .write("recipe.toml", recipe("t.csv", &table, "encoding = \"cp932\""))
            .write("data/t.csv", &data);
        let done = place.run(&["--demo-key"]);
        match expected {
            None => {
                assert_eq!((done.code, done.codes()), (Some(3), vec!["D305".to_owned()]), "{policy}");
                place.assert_nothing_published(policy);
            }
            Some(text) => {
                done.ok();
                let bytes = place.read("out/t.csv");
                let (found, ..) = encoding_rs::SHIFT_JIS.decode(&bytes);
                assert!(found.contains(text), "{found}");
            }
        }
    }
}

#[test]
fn ndjson_and_back() {
    let place = place("format = \"ndjson\"");
    place.run(&["--demo-key"]).ok();
    assert!(!place.path("out/t.csv").exists());
    let lines = place.text("out/t.ndjson");
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(
        first,
        serde_json::json!({ "番号": "1", "所見": "髙橋 a", "備考": "x" }),
        "all values are texts"
    );
    let third: serde_json::Value = serde_json::from_str(lines.lines().nth(2).unwrap()).unwrap();
    assert_eq!(third, serde_json::json!({ "番号": "3", "所見": null, "備考": "NULL" }));
    place.deid(&["verify", "out"]).ok();
    again(
        &place,
        "out",
        "t.ndjson",
        "",
        "format = \"csv\"\nnull = [\"NULL\"]\nencoding = \"utf-8-bom\"",
        "back",
    );
    let back = place.text("back/t.csv");
    assert_eq!(back.strip_prefix('\u{feff}').unwrap().lines().next(), Some("番号,所見,備考"));
    assert!(back.contains("\n3,NULL,\"NULL\"\n4,0012,\"e\nf\"\n"), "{back}");
}

#[test]
fn utf16_is_read_again_by_the_measurement() {
    let place = place("encoding = \"utf-16\"\nfile = \"for-excel.csv\"");
    place.run(&["--demo-key"]).ok();
    let bytes = place.read("out/for-excel.csv");
    assert_eq!(bytes[..2], [0xff, 0xfe]);
    let (text, _, lossy) = encoding_rs::UTF_16LE.decode(&bytes);
    assert!(!lossy && text.contains("\n3,NULL,\"NULL\"\n"), "{text}");
    place.deid(&["verify", "out"]).ok();
}

/// Counting again reads the published form, whatever it is.
#[test]
fn a_gate_is_measured_on_the_other_form() {
    let place = Place::new();
    let recipe = exchange(HEAD, "k = 3\nsuppression = 0.5\n")
        .replace("[table.persons.columns]", "[table.persons.output]\nformat = \"ndjson\"\n[table.persons.columns]")
        .replace(
            "[table.transports.columns]",
            "[table.transports.output]\nencoding = \"utf-16\"\ndelimiter = \";\"\nnull = [\"\"]\n[table.transports.columns]",
        );
    place.write("recipe.toml", recipe);
    let (mut persons, mut transports, mut prescriptions) = (
        "pid,area,group,note\n".to_owned(),
        "tid,pid,place,grade\n".to_owned(),
        "tid,kind,drug\n".to_owned(),
    );
    for i in 0..60 {
        persons.push_str(&format!("p{i},x1{},{},n{}\n", i % 2, ["a1", "NULL"][i % 2], i % 3));
        transports.push_str(&format!("t{i},p{i},y1{},{}\n", i % 2, ["g", "NULL"][i % 2]));
        prescriptions.push_str(&format!("t{i},z1,d\n"));
    }
    place.write("data/persons.csv", persons).write("data/transports.csv", transports);
    place.write("data/prescriptions.csv", prescriptions);
    place.run(&["--demo-key"]).ok();
    let done = place.deid(&["verify", "out", "--format", "json"]).ok().json();
    assert_eq!(done["intact"], true);
    assert_eq!(done["recounted"], done["agree"]);
    assert!(done["payload_sha256"].as_str().is_some_and(|d| d.len() == 64));
}
