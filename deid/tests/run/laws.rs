//! Laws of a run: what may change its bytes, what may not, and what stays as it was.

use std::collections::{BTreeMap, BTreeSet};

use deid::crypto::{KeyFile, KeyKind, Label};

use super::recipes::{HEAD, exchange};
#[cfg(feature = "parquet")]
use super::tools::contains;
use super::tools::{Place, files, run_arguments, statement};

/// People, transports and prescriptions whose tuples repeat, so that something can be published.
fn rows() -> [(&'static str, Vec<String>); 3] {
    let mut all = [
        ("pid,area,group,note", Vec::new()),
        ("tid,pid,place,grade", Vec::new()),
        ("tid,kind,drug", Vec::new()),
    ];
    for i in 0..400_usize {
        let area = ["x11", "x12", "x21", "y11"][i % 4];
        let group = ["a1", "a2", "b1", "NULL"][i / 4 % 4];
        all[0].1.push(format!("{i:04},{area},{group},n{}", i % 3));
        for n in 0..i % 3 {
            let event = format!("t{i:04}{n}");
            all[1].1.push(format!("{event},{i:04},{},g{}", ["x11", "y21"][(i + n) % 2], i % 2));
            all[2].1.push(format!("{event},z1{},d{}", i % 2, i % 3));
        }
    }
    all
}

const NAMES: [&str; 3] = ["persons.csv", "transports.csv", "prescriptions.csv"];

fn place() -> Place {
    let place = Place::new();
    place.write("recipe.toml", exchange(HEAD, "k = 3\nsuppression = 0.5\n"));
    write(&place, |rows| rows);
    place
}

fn write(place: &Place, change: impl Fn(Vec<String>) -> Vec<String>) {
    for (name, (header, rows)) in NAMES.iter().zip(rows()) {
        let text = change(rows).iter().fold(format!("{header}\n"), |t, r| t + r + "\n");
        place.write(&format!("data/{name}"), text);
    }
}

fn run(place: &Place, out: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    place.deid(&run_arguments("recipe.toml", out, more)).ok();
    files(&place.path(out))
}

/// Pseudonyms of people in a published table.
fn pseudonyms(place: &Place, file: &str, column: usize) -> BTreeSet<String> {
    place.text(file).lines().skip(1).map(|l| l.split(',').nth(column).unwrap().to_owned()).collect()
}

#[test]
fn threads_and_surroundings_change_no_byte() {
    let place = place();
    let first = run(&place, "out", &["--demo-key", "--threads", "1"]);
    assert!(first.len() >= 6, "{:?}", first.keys());
    for threads in ["2", "8"] {
        let out = format!("out{threads}");
        assert_eq!(run(&place, &out, &["--demo-key", "--threads", threads]), first, "{threads} threads");
    }
    for (i, (lang, zone)) in
        [("C", "UTC"), ("ja_JP.SJIS", "Asia/Tokyo"), ("tr_TR.UTF-8", "Pacific/Kiritimati")]
            .into_iter()
            .enumerate()
    {
        let out = format!("lang{i}");
        let mut command = place.command(&run_arguments("recipe.toml", &out, &["--demo-key"]));
        command.env("LANG", lang).env("LC_ALL", lang).env("TZ", zone).env("HOME", "/nonexistent");
        super::tools::Done::of(command.output().unwrap()).ok();
        assert_eq!(files(&place.path(&out)), first, "{lang} {zone}");
    }
    // Less memory sends the rows through buckets on disk: other steps, same records.
    assert_eq!(run(&place, "small", &["--demo-key", "--max-memory", "16M"]), first);
}

#[test]
fn the_order_of_the_input_does_not_survive() {
    let place = place();
    let first = run(&place, "out", &["--demo-key"]);
    for (i, change) in [
        |mut rows: Vec<String>| {
            rows.reverse();
            rows
        },
        |mut rows: Vec<String>| {
            rows.rotate_left(17);
            rows.sort_by_key(|r| r.bytes().rev().collect::<Vec<_>>());
            rows
        },
    ]
    .into_iter()
    .enumerate()
    {
        write(&place, change);
        let out = format!("shuffled{i}");
        let again = run(&place, &out, &["--demo-key"]);
        for name in NAMES {
            assert_eq!(again[name], first[name], "{name}");
        }
        assert_eq!(again["decision.json"], first["decision.json"]);
    }
}

#[test]
fn pseudonyms_join_where_they_should_and_nowhere_else() {
    let place = place();
    run(&place, "out", &["--demo-key"]);
    run(&place, "again", &["--demo-key"]);
    let persons = pseudonyms(&place, "out/persons.csv", 0);
    let transports = pseudonyms(&place, "out/transports.csv", 1);
    assert!(transports.len() > 50 && transports.is_subset(&persons), "tables join");
    assert_eq!(pseudonyms(&place, "again/persons.csv", 0), persons, "runs join");
    let events = pseudonyms(&place, "out/transports.csv", 0);
    assert!(events.is_disjoint(&persons), "domains do not link");
    run(&place, "other", &["--demo-key", "--recipient", "room-b"]);
    assert!(pseudonyms(&place, "other/persons.csv", 0).is_disjoint(&persons), "recipients do not link");
    assert!(pseudonyms(&place, "other/transports.csv", 0).is_disjoint(&events), "recipients do not link");
    let recipe = place.text("recipe.toml");
    place.write("recipe.toml", recipe.replace("itest-2026", "itest-2027"));
    run(&place, "exchange", &["--demo-key"]);
    assert!(pseudonyms(&place, "exchange/persons.csv", 0).is_disjoint(&persons), "exchanges do not link");
    place.write("recipe.toml", &recipe);
    let mut made = Vec::new();
    for name in ["one", "two"] {
        let text = KeyFile::generate(KeyKind::Root, Label::new(name).unwrap()).unwrap().to_text();
        place.write(&format!("{name}.key"), text.as_bytes());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(place.path(&format!("{name}.key")), mode).unwrap();
        }
        run(&place, name, &["--key", &format!("{name}.key")]);
        made.push(pseudonyms(&place, &format!("{name}/persons.csv"), 0));
    }
    assert!(made[0].is_disjoint(&made[1]) && made[0].is_disjoint(&persons), "keys do not link");
    // A named group links its recipients, and says so.
    place.write("recipe.toml", recipe.replace("exchange = ", "link_group = \"research\"\nexchange = "));
    run(&place, "group-a", &["--demo-key"]);
    run(&place, "group-b", &["--demo-key", "--recipient", "room-b"]);
    let group = pseudonyms(&place, "group-a/persons.csv", 0);
    assert_eq!(pseudonyms(&place, "group-b/persons.csv", 0), group);
    assert!(group.is_disjoint(&persons));
    let manifest = statement(&place.read("group-b/manifest.dsse.json"));
    assert_eq!(manifest["predicate"]["link_group"], "research");
    // Their orders differ, or equal orders would link them beyond the group.
    assert_ne!(place.read("group-a/transports.csv"), place.read("group-b/transports.csv"));
}

#[cfg(feature = "parquet")]
/// `people.parquet`: 30 rows; 番号 0000… (NULL in row 7), 氏名, 年 = row − 3 (NULL in every fifth), 所見 of 軽, "", NA, NULL.
fn same_people() -> Vec<[Option<String>; 4]> {
    (0..30_i64)
        .map(|i| {
            [
                (i != 7).then(|| format!("{i:04}")),
                Some(format!("山田{i}")),
                (i % 5 != 4).then(|| (i - 3).to_string()),
                ["軽", "", "NA"].get(usize::try_from(i % 4).unwrap()).map(|t| (*t).to_owned()),
            ]
        })
        .collect()
}

#[cfg(feature = "parquet")]
fn formats(file: &str, more: &str) -> String {
    format!(
        r#"{HEAD}
[domain.resident]
normalise = ["trim"]
[domain.year]
normalise = []
[table.people]
file = "{file}"
order = "shuffle"
{more}
[table.people.columns]
"番号" = {{ role = "link", item = "iN03", treatment = {{ pseudonym = "resident" }} }}
"氏名" = {{ role = "link", item = "iN03", treatment = {{ pseudonym = "resident" }} }}
"年" = {{ role = "link", item = "iN03", type = "integer", treatment = {{ pseudonym = "year" }} }}
"所見" = {{ role = "sensitive", item = "iE03", treatment = "keep" }}
"#
    )
}

#[cfg(feature = "parquet")]
#[test]
fn formats_give_the_same_pseudonyms_and_keep_null_apart() {
    let people = same_people();
    let csv = people.iter().fold("番号,氏名,年,所見\n".to_owned(), |t, r| {
        let cells: Vec<&str> = r.iter().map(|c| c.as_deref().unwrap_or("NULL")).collect();
        t + &cells.join(",") + "\n"
    });
    let ndjson = people.iter().fold(String::new(), |t, r| {
        let year: Option<i64> = r[2].as_ref().map(|y| y.parse().unwrap());
        let object = serde_json::json!({ "番号": r[0], "氏名": r[1], "年": year, "所見": r[3] });
        t + &object.to_string() + "\n"
    });
    let place = Place::new();
    place.write("data/people.csv", csv).write("data/people.ndjson", ndjson);
    place.write("data/people.parquet", include_bytes!("people.parquet"));
    place.write("recipe.toml", formats("people.csv", "encoding = \"utf-8\"\nnull = [\"NULL\"]"));
    run(&place, "csv", &["--demo-key"]);
    place.write("recipe.toml", formats("people.ndjson", ""));
    run(&place, "ndjson", &["--demo-key"]);
    place.write("recipe.toml", formats("people.parquet", ""));
    run(&place, "parquet", &["--demo-key"]);
    for out in ["csv", "ndjson", "parquet"] {
        place.deid(&["verify", out]).ok();
    }
    let from_csv: BTreeSet<Vec<Option<String>>> = place
        .text("csv/people.csv")
        .lines()
        .skip(1)
        .map(|l| l.split(',').map(|c| (c != "NULL").then(|| c.trim_matches('"').to_owned())).collect())
        .collect();
    let from_ndjson: BTreeSet<Vec<Option<String>>> = place
        .text("ndjson/people.ndjson")
        .lines()
        .map(|l| {
            let object: serde_json::Value = serde_json::from_str(l).unwrap();
            ["番号", "氏名", "年", "所見"].iter().map(|k| object[k].as_str().map(str::to_owned)).collect()
        })
        .collect();
    assert_eq!(from_csv.len(), 30);
    assert_eq!(from_ndjson, from_csv);
    // NULL stays NULL, "" stays "", NA stays NA.
    let notes = |wanted: Option<&str>| from_csv.iter().filter(|r| r[3].as_deref() == wanted).count();
    assert_eq!([notes(Some("軽")), notes(Some("")), notes(Some("NA")), notes(None)], [8, 8, 7, 7]);
    assert_eq!(from_csv.iter().filter(|r| r[0].is_none()).count(), 1, "the pseudonym of NULL is NULL");
    // No second reader of Parquet here: Snappy leaves most of 83 pseudonyms in one piece, and that
    // many texts of 128 bits are not there by chance.
    let parquet = place.read("parquet/people.parquet");
    let known: Vec<&String> = from_csv.iter().flat_map(|r| &r[..3]).flatten().collect();
    let whole = known.iter().filter(|p| contains(&parquet, p.as_bytes())).count();
    assert!(whole * 2 > known.len(), "{whole} of {} pseudonyms are in the Parquet file", known.len());
}

#[test]
fn encodings_marks_and_line_ends_stay() {
    let text = |eol: &str| {
        let rows = (0..12).fold(String::new(), |t, i| t + &format!("00{i:02},山田―～①{i},髙﨑{i}{eol}"));
        format!("番号,氏名,所見{eol}{rows}")
    };
    let utf16 = |text: &str, little: bool, mark: bool| -> Vec<u8> {
        let unit = |u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() };
        let mark = mark.then_some('\u{feff}');
        mark.into_iter().chain(text.chars()).collect::<String>().encode_utf16().flat_map(unit).collect()
    };
    let (lf, crlf) = (text("\n"), text("\r\n"));
    let cp932 = encoding_rs::SHIFT_JIS.encode(&crlf);
    assert!(!cp932.2);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cp932", cp932.0.into_owned(), "encoding = \"cp932\""),
        ("utf-8", lf.clone().into_bytes(), ""),
        ("utf-8 crlf", crlf.clone().into_bytes(), "encoding = \"utf-8\""),
        ("utf-8 mark", [b"\xef\xbb\xbf", crlf.as_bytes()].concat(), ""),
        ("utf-16le", utf16(&crlf, true, true), ""),
        ("utf-16be", utf16(&lf, false, true), ""),
        ("utf-16le without mark", utf16(&lf, true, false), "encoding = \"utf-16\""),
    ];
    for (name, bytes, declared) in cases {
        let place = Place::new();
        let recipe = super::recipes::plain("people.csv", declared);
        place.write("recipe.toml", recipe).write("data/people.csv", &bytes);
        place.run(&["--demo-key"]).ok();
        place.deid(&["verify", "out"]).ok();
        let out = place.read("out/people.csv");
        let decoded = |bytes: &[u8]| match name {
            "cp932" => encoding_rs::SHIFT_JIS.decode(bytes).0.into_owned(),
            "utf-16be" => encoding_rs::UTF_16BE.decode(bytes).0.into_owned(),
            n if n.starts_with("utf-16le") => encoding_rs::UTF_16LE.decode(bytes).0.into_owned(),
            _ => encoding_rs::UTF_8.decode(bytes).0.into_owned(),
        };
        let text = decoded(&out);
        assert_eq!(out[..2], bytes[..2], "{name}: the mark, or the first letter");
        assert_eq!(text.contains("\r\n"), decoded(&bytes).contains("\r\n"), "{name}");
        assert_eq!(text.lines().next(), Some("番号,所見"), "{name}");
        let kept: BTreeSet<String> =
            text.lines().skip(1).map(|l| l.split(',').nth(1).unwrap().to_owned()).collect();
        assert_eq!(kept, (0..12).map(|i| format!("髙﨑{i}")).collect::<BTreeSet<_>>(), "{name}");
        assert!(!text.contains('\u{fffd}') && !text.contains("&#"), "{name}");
    }
}

fn one_column(kind: &str, cells: &[&str], table: &str) -> Place {
    let place = Place::new();
    let recipe = super::recipes::plain("people.csv", &format!("encoding = \"utf-8\"\n{table}"));
    let line = format!("\"値\" = {{ role = \"sensitive\", item = \"iE03\", {kind}treatment = \"keep\" }}\n");
    let rows = cells.iter().enumerate().fold(String::new(), |t, (i, c)| t + &format!("{i},n,s,{c}\n"));
    place.write("recipe.toml", recipe + &line).write("data/people.csv", format!("番号,氏名,所見,値\n{rows}"));
    place
}

fn published(place: &Place) -> BTreeSet<String> {
    place.run(&["--demo-key"]).ok();
    place.deid(&["verify", "out"]).ok();
    place
        .text("out/people.csv")
        .lines()
        .skip(1)
        .filter_map(|l| l.splitn(3, ',').nth(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn values_keep_their_form() {
    let set = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<BTreeSet<_>>();
    for (kind, cells, wanted) in [
        ("", &["0012", "12", " 12", "1e3", "1.50"][..], &["0012", "12", " 12", "1e3", "1.50"][..]),
        ("type = \"code\", ", &["0012", "0"], &["0012", "0"]),
        ("type = \"integer\", ", &["-5", "-12", "7"], &["-5", "-12", "7"]),
        ("type = \"decimal\", ", &["-1.50", "0.10"], &["-1.50", "0.10"]),
        ("type = \"date\", ", &["2024-02-29"], &["2024-02-29"]),
        ("", &["\"a\nb\"", "\"a,b\"", "\"say \"\"x\"\"\""], &[]),
        ("", &["NULL", "\"NULL\"", "", "NA", "\"\""], &[]),
    ] {
        let place = one_column(kind, cells, "null = [\"NULL\"]");
        let found = published(&place);
        if wanted.is_empty() {
            let text = place.text("out/people.csv");
            for cell in cells {
                assert!(text.contains(&format!(",s,{cell}\n")), "{cell} became another: {text}");
            }
        } else {
            assert_eq!(found, set(wanted), "{kind}");
        }
    }
    // With NULL written as nothing, an empty text is quoted.
    let place = one_column("", &["", "\"\"", "x"], "null = [\"\"]");
    assert_eq!(published(&place), set(&["", "\"\"", "x"]));
}

#[test]
fn a_negative_number_is_no_formula_in_any_role() {
    let place = Place::new();
    let recipe = super::recipes::plain("people.csv", "encoding = \"utf-8\"\nkey = \"番号\"")
        + "\"値\" = { role = \"quasi\", item = \"iE03\", type = \"integer\", treatment = \"keep\" }\n[person]\ntable = \"people\"\n[privacy]\nk = 3\nunique_limit = 100\n";
    let rows = (0..12).fold(String::new(), |t, i| t + &format!("{i},n,s,{}\n", -5 - i % 2));
    place.write("recipe.toml", recipe).write("data/people.csv", format!("番号,氏名,所見,値\n{rows}"));
    place.run(&["--demo-key"]).ok();
    assert!(place.text("out/people.csv").contains(",-5\n"));
}

#[test]
fn a_null_that_would_be_a_blank_line_is_not_published() {
    let place = Place::new();
    let recipe = super::recipes::plain("people.csv", "encoding = \"utf-8\"\nnull = [\"\"]")
        .replace(
            "{ role = \"link\", item = \"iN03\", treatment = { pseudonym = \"resident\" } }",
            "{ role = \"drop\" }",
        )
        .replace("[domain.resident]\nnormalise = [\"trim\"]\n", "");
    place.write("recipe.toml", recipe);
    place.write("data/people.csv", "番号,氏名,所見\n1,n,\n2,n,x\n3,n,\n");
    let done = place.run(&["--demo-key"]);
    assert_ne!(done.code, Some(0), "{}", done.said());
    place.assert_nothing_published("a blank line");
}

#[test]
fn a_decision_is_applied_to_tomorrows_file() {
    let place = place();
    place.deid(&["plan", "recipe.toml", "--data", "data", "--decision", "decision.json"]).ok();
    let searched = run(&place, "out", &["--demo-key"]);
    let applied = run(&place, "applied", &["--demo-key", "--decision", "decision.json"]);
    for name in NAMES {
        assert_eq!(applied[name], searched[name], "{name}");
    }
    write(&place, |mut rows| {
        let half = rows.len() - rows.len() / 10;
        rows.truncate(half);
        rows
    });
    // The shorter parent leaves orphans behind.
    let recipe = place.text("recipe.toml");
    place.write(
        "recipe.toml",
        recipe
            .replace("parent = \"persons\"", "parent = \"persons\"\norphans = \"suppress\"")
            .replace("parent = \"transports\"", "parent = \"transports\"\norphans = \"suppress\""),
    );
    let tomorrow = run(&place, "tomorrow", &["--demo-key", "--decision", "decision.json"]);
    place.deid(&["verify", "tomorrow"]).ok();
    // The records at each level are counted anew.
    let levels = |manifest: &[u8]| {
        let mut levels = statement(manifest)["predicate"]["decision"]["levels"].clone();
        for level in levels.as_array_mut().unwrap() {
            level.as_object_mut().unwrap().remove("records");
        }
        levels
    };
    assert_eq!(levels(&tomorrow["manifest.dsse.json"]), levels(&searched["manifest.dsse.json"]));
    assert_ne!(tomorrow["persons.csv"], searched["persons.csv"]);
    let old = pseudonyms(&place, "out/persons.csv", 0);
    assert!(pseudonyms(&place, "tomorrow/persons.csv", 0).is_subset(&old));
}

/// What lies beside the tables is signed as they are.
#[test]
fn a_report_or_decision_that_is_altered_missing_or_added_is_noticed() {
    let place = place();
    let published = run(&place, "out", &["--demo-key"]);
    let verify = |what: &str, expected: &[&str]| {
        let done = place.deid(&["verify", "out", "--format", "json"]);
        assert_eq!(done.codes(), expected, "{what}: {}", done.said());
        assert_eq!(done.code, Some(i32::from(!expected.is_empty())), "{what}: {}", done.said());
    };
    verify("as published", &[]);
    for name in ["report.html", "report.en.html", "decision.json"] {
        let path = format!("out/{name}");
        let mut altered = published[name].clone();
        *altered.last_mut().unwrap() ^= 1;
        place.write(&path, altered);
        verify(name, &["D509"]);
        std::fs::remove_file(place.path(&path)).unwrap();
        verify(name, &["D509"]);
        place.write(&path, &published[name]);
        verify(name, &[]);
    }
    place.write("out/report.fr.html", "x");
    verify("another report", &["D512"]);
}

/// Somebody who has the source's quasi-identifiers looks for one published record that fits.
#[test]
fn nobody_is_found_by_the_quasi_identifiers() {
    let place = place();
    run(&place, "out", &["--demo-key"]);
    let fits = |published: &str, source: &str| match published {
        "*" => true,
        "a" => source == "a1" || source == "a2",
        "b" => source == "b1" || source.is_empty(),
        p => source == p || !p.is_empty() && p != "NULL" && source.starts_with(p.trim_end_matches('*')),
    };
    let cells = |l: &str| l.split(',').map(str::to_owned).collect::<Vec<_>>();
    let published: Vec<Vec<String>> = place.text("out/persons.csv").lines().skip(1).map(cells).collect();
    let source: Vec<Vec<String>> = rows()[0].1.iter().map(|l| cells(l)).collect();
    let mut linked = 0;
    for person in &source {
        let found = published.iter().filter(|p| fits(&p[1], &person[1]) && fits(&p[2], &person[2])).count();
        assert!(found == 0 || found >= 3, "{found} records fit one person");
        linked += usize::from(found > 0);
    }
    assert!(
        linked * 2 >= source.len(),
        "the attack itself works: {linked} of {} found a class",
        source.len()
    );
}
