//! What a recipe can say of a column, from the file as it is to the file as it is published.

use super::recipes::{HEAD, exchange};
use super::tools::{Place, run_arguments, statement};

const COLUMNS: &str = r#"
[hierarchy.temperature]
bands = { widths = ["0.5", 1], bottom = 35, bottom_label = "35未満", ends = "half-open" }
[hierarchy.care]
csv = "care.csv"
delimiter = ","
null = "NULL"

[table.visits]
file = "visits.csv"
encoding = "utf-8"
null = ["NULL"]
order = "keep"
[table.visits.columns]
"受診日" = { role = "sensitive", item = "iM04", type = { date = ["iso", "%Y/%-m/%-d", "wareki", "gyymmdd"] }, normalise = ["width", "trim"], treatment = { date_truncate = "month" } }
"現着"   = { role = "sensitive", item = "iE01", type = { datetime = "iso", zone = "absent" }, treatment = { date_truncate = "15-minutes" } }
"起床"   = { role = "sensitive", item = "iE01", type = "time", treatment = "keep" }
"体温"   = { role = "sensitive", item = "iE03", type = { decimal = 2 }, treatment = { generalize = { hierarchy = "temperature", level = 1 } } }
"郵便"   = { role = "sensitive", item = "iE03", type = { code = "-〒" }, normalise = ["width"], treatment = "keep" }
"電話"   = { role = "sensitive", item = "iE03", treatment = { mask = { first = 3, last = 2 } } }
"介護度" = { role = "sensitive", item = "iE03", type = "code", normalise = ["width"], treatment = [{ suppress = { values = ["要支援９"] } }, { generalize = { hierarchy = "care", level = 1 } }] }

[[acknowledge]]
code = "D120"
reason = "試験"
"#;

fn place(rows: &str) -> Place {
    let place = Place::new();
    place
        .write("recipe.toml", format!("{HEAD}{COLUMNS}"))
        .write("care.csv", "要介護1,要介護,*\nNULL,要介護,*\n");
    let header = "受診日,現着,起床,体温,郵便,電話,介護度\n";
    place.write("data/visits.csv", format!("{header}{rows}"));
    place
}

#[test]
fn every_declaration_reaches_the_published_file() {
    let place = place(
        "２０２３／４／１　,2023-04-01T10:17:30,7:00,36.54,〒３０５－０８０１,090-1234-5678,要介護１\n\
         R5.4.30,2023-04-01 23:59,06:30:15,34.9,305-0801,0901,要支援9\n\
         5050401,2023-04-01T00:00:00.5,06:30,37,3050801,NULL,NULL\n"
            .replace("7:00,", "07:00,")
            .as_str(),
    );
    place.run(&["--demo-key"]).ok();
    assert_eq!(
        place.text("out/visits.csv").lines().skip(1).collect::<Vec<_>>(),
        [
            "2023-04,2023-04-01T10:15,07:00,\"[36.5,37.0)\",3050801,090********78,要介護",
            "2023-04,2023-04-01T23:45,06:30:15,35未満,3050801,****,NULL",
            "2023-04,2023-04-01T00:00,06:30,\"[37.0,37.5)\",3050801,NULL,NULL",
        ]
    );
    let said = statement(&place.read("out/manifest.dsse.json"));
    let column = |at: usize| said["predicate"]["tables"][0]["columns"][at].clone();
    assert_eq!(
        (column(0)["type"].as_str(), column(0)["normalisation"].as_str()),
        (Some("date"), Some("n1:width+trim"))
    );
    assert_eq!((column(1)["type"].as_str(), column(1)["normalisation"].as_str()), (Some("datetime"), None));
    place.deid(&["verify", "out"]).ok();
}

#[test]
fn what_is_not_as_declared_stops_the_run() {
    let good = "2023-04-01,2023-04-01T10:17,06:30,36.5,3050801,0901,要介護1\n";
    for (column, bad) in [
        ("受診日", "2023/04/31,2023-04-01T10:17,06:30,36.5,3050801,0901,要介護1\n"),
        ("現着", "2023-04-01,2023-04-01T10:17Z,06:30,36.5,3050801,0901,要介護1\n"),
        ("起床", "2023-04-01,2023-04-01T10:17,24:30,36.5,3050801,0901,要介護1\n"),
        ("体温", "2023-04-01,2023-04-01T10:17,06:30,36.555,3050801,0901,要介護1\n"),
        ("郵便", "2023-04-01,2023-04-01T10:17,06:30,36.5,〒-,0901,要介護1\n"),
    ] {
        let place = place(&format!("{good}{bad}"));
        let done = place.run(&["--demo-key"]);
        assert_eq!((done.code, done.codes()), (Some(3), vec!["D301".to_owned()]), "{}", done.said());
        let problem = &done.problems()[0];
        assert_eq!((problem["column"].as_str(), problem["record"].as_u64()), (Some(column), Some(2)));
        place.assert_nothing_published(column);
    }
}

/// The same fault of a recipe ends every command in the same way.
#[test]
fn a_recipe_that_cannot_be_read_is_wrong_usage_everywhere() {
    let good = format!("{HEAD}{COLUMNS}");
    for (recipe, code) in [
        (good.replace("\"起床\"", "\"体温 \""), "D210"),
        (good.replace("order = \"keep\"\n", "order = \"keep\"\norder = \"keep\"\n"), "D101"),
        (good.replace("care.csv", "absent.csv"), "D112"),
    ] {
        let place = place("");
        place.write("recipe.toml", recipe);
        let all = ["--format", "json", "--data", "data"];
        for (command, more) in [("check", &[][..]), ("plan", &[]), ("run", &["--out", "out", "--demo-key"])] {
            let mut arguments = vec![command, "recipe.toml"];
            arguments.extend(all);
            arguments.extend(more);
            let done = place.deid(&arguments);
            assert_eq!(done.code, Some(2), "{command} {code}: {}", done.said());
            assert!(done.codes().contains(&code.to_owned()), "{command} {code}: {}", done.said());
        }
        place.assert_nothing_published(code);
    }
}

/// One of twelve people was taken to the same place twice; each record alone is one of many.
#[test]
fn somebody_who_knows_all_records_is_warned_about() {
    let place = Place::new();
    let (mut persons, mut transports, mut prescriptions) = (
        "pid,area,group,note\n".to_owned(),
        "tid,pid,place,grade\n".to_owned(),
        "tid,kind,drug\n".to_owned(),
    );
    for i in 0..12 {
        persons.push_str(&format!("p{i},x11,a1,n\n"));
        for (n, to) in ["x11", if i == 0 { "x11" } else { "y11" }].iter().enumerate() {
            transports.push_str(&format!("t{i}{n},p{i},{to},g\n"));
            prescriptions.push_str(&format!("t{i}{n},z1,d\n"));
        }
    }
    place.write("data/persons.csv", persons).write("data/transports.csv", transports);
    place.write("data/prescriptions.csv", prescriptions);
    let recipe = exchange(HEAD, "k = 3\n");
    place.write("recipe.toml", &recipe);
    let run = |out: &str| place.deid(&run_arguments("recipe.toml", out, &["--demo-key"])).ok().json();
    let warned = run("out");
    assert_eq!(warned["joined"]["k"], 1);
    assert_eq!(warned["warnings"][0]["code"], "D408");
    assert_eq!(warned["warnings"][0]["facts"]["found"], "1");
    for (name, word) in [("out/report.html", "D408"), ("out/report.en.html", "D408")] {
        assert!(place.text(name).contains(word), "{name}");
    }
    let shown = place.deid(&["run", "recipe.toml", "--data", "data", "--demo-key", "--out", "shown"]);
    assert_eq!(shown.code, Some(0), "a warning does not stop: {}", shown.said());
    assert!(String::from_utf8_lossy(&shown.err).contains("D408"), "{}", shown.said());
    place.write("recipe.toml", format!("{recipe}\n[[acknowledge]]\ncode = \"D408\"\nreason = \"契約\"\n"));
    let silent = run("acknowledged");
    assert_eq!(silent["warnings"].as_array().map(Vec::len), Some(0), "{silent}");
    assert!(place.text("acknowledged/report.html").contains("契約"));
    let said = statement(&place.read("acknowledged/manifest.dsse.json"));
    assert_eq!(said["predicate"]["acknowledged"][0]["code"], "D408");
}
