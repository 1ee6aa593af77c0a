//! Faults that a file in the repository cannot hold: sizes, modes, links, and what lies in the way.

use std::fs;

use deid::crypto::{KeyFile, KeyKind, Label};

use super::recipes::{HEAD, plain};
use super::tools::{Done, Place};

fn people(rows: usize) -> String {
    let mut text = "番号,氏名,所見\n".to_owned();
    for i in 0..rows {
        text.push_str(&format!("Q7x-{i:03},Q7x山田{i:03},Q7x所見{i:03}\n"));
    }
    text
}

fn place(data: impl AsRef<[u8]>) -> Place {
    let place = Place::new();
    place.write("recipe.toml", plain("people.csv", "encoding = \"utf-8\"")).write("data/people.csv", data);
    place
}

#[track_caller]
fn refused(done: &Done, code: &str, exit: i32) {
    assert_eq!(done.code, Some(exit), "{}", done.said());
    assert!(done.codes().iter().any(|c| c == code), "not {code}: {}", done.said());
    assert!(!done.said().contains("Q7x"), "a cell is said: {}", done.said());
}

fn key(place: &Place, name: &str, kind: KeyKind, mode: u32) {
    let text = KeyFile::generate(kind, Label::new("test").unwrap()).unwrap().to_text();
    place.write(name, text.as_bytes());
    set_mode(place, name, mode);
}

#[cfg(unix)]
fn set_mode(place: &Place, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(place.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Place, _: &str, _: u32) {}

#[test]
fn sizes_have_limits() {
    let cell = "Q7x".repeat(400_000);
    let at = |data: String, record: Option<u64>, what: &str| {
        let place = place(data);
        let done = place.run(&["--demo-key"]);
        refused(&done, "D214", 3);
        if record.is_some() {
            assert_eq!(done.problems()[0]["record"].as_u64(), record, "{what}");
        }
        place.assert_nothing_published(what);
    };
    at(people(2) + &format!("Q7x-9,Q7x,{cell}\n"), Some(3), "a cell of more than 1 MB");
    at(people(2) + &format!("Q7x-9,Q7x,\"{}\n", "Q7x\n".repeat(5 << 20)), None, "a record over 16 MB");
    let wide: Vec<String> = (0..5_000).map(|i| format!("c{i}")).collect();
    at(format!("{}\n{}\n", wide.join(","), "Q7x,".repeat(4_999) + "Q7x"), None, "5,000 columns");
}

#[test]
fn a_cell_of_exactly_one_mebibyte_passes() {
    let place = place(people(1) + &format!("Q7x-9,Q7x,{}\n", "q".repeat(1 << 20)));
    place.run(&["--demo-key"]).ok();
    assert!(place.text("out/people.csv").contains(&"q".repeat(1 << 20)));
}

#[test]
fn keys_are_looked_at_before_anything_else() {
    let place = place(people(2));
    key(&place, "root.key", KeyKind::Root, 0o600);
    key(&place, "sign.key", KeyKind::Signing, 0o600);
    place.write("text.key", "Q7x not a key\n");
    set_mode(&place, "text.key", 0o600);
    let whole = place.text("root.key");
    place.write("cut.key", &whole.as_bytes()[..whole.len() / 2]);
    set_mode(&place, "cut.key", 0o600);
    let last = whole.trim_end().len() - 1;
    let mut edited = whole.clone().into_bytes();
    edited[last] = if edited[last] == b'0' { b'1' } else { b'0' };
    place.write("edited.key", edited);
    set_mode(&place, "edited.key", 0o600);
    for (arguments, code, exit) in [
        (&["--key", "sign.key"][..], "D504", 2),
        (&["--key", "root.key", "--sign", "root.key"], "D504", 2),
        (&["--key", "text.key"], "D502", 3),
        (&["--key", "cut.key"], "D502", 3),
        (&["--key", "edited.key"], "D502", 3),
        (&["--key", "absent.key"], "D502", 3),
        (&["--key", "data"], "D502", 3),
    ] {
        let done = place.run(arguments);
        refused(&done, code, exit);
        place.assert_nothing_published(&format!("{arguments:?}"));
    }
    // A key says nothing of itself.
    let secrets: Vec<&str> = whole.lines().filter(|l| l.len() > 40).collect();
    let done = place.run(&["--key", "root.key"]).ok();
    for secret in &secrets {
        assert!(!done.said().contains(secret));
    }
    for (name, bytes) in super::tools::files(&place.path("out")) {
        for secret in &secrets {
            assert!(!super::tools::contains(&bytes, secret.as_bytes()), "{name} holds the key");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    for mode in [0o644, 0o640, 0o604, 0o666, 0o620] {
        let place = place(people(2));
        key(&place, "root.key", KeyKind::Root, mode);
        let done = place.run(&["--key", "root.key"]);
        refused(&done, "D503", 3);
        place.assert_nothing_published(&format!("{mode:o}"));
    }
    let place = place(people(2));
    key(&place, "root.key", KeyKind::Root, 0o600);
    std::os::unix::fs::symlink(place.path("root.key"), place.path("link.key")).unwrap();
    refused(&place.run(&["--key", "link.key"]), "D502", 3);
}

#[test]
fn anonymous_information_takes_no_key_from_outside() {
    let recipe = format!(
        "{}{}",
        HEAD.replace("安全管理加工", "匿名加工情報").replace("maker = \"city\"", "maker = \"private\""),
        r#"
[privacy]
k = 10
l = { people = { "所見" = 2 } }
t = { people = { "所見" = 0.9 } }
[person]
table = "people"
[domain.resident]
normalise = ["trim"]
[table.people]
file = "people.csv"
encoding = "utf-8"
key = "番号"
null = [""]
[table.people.columns]
"番号" = { role = "link", item = "iN03", treatment = { pseudonym = "resident" } }
"氏名" = { role = "quasi", item = "iE03", treatment = "keep" }
"所見" = { role = "sensitive", item = "iE03", treatment = { suppress = { rarer_than = 10 } } }
"#
    );
    let rows: String = (0..60).map(|i| format!("{i:04},Q7x,Q7x{}\n", i % 3)).collect();
    let place = Place::new();
    place.write("recipe.toml", recipe).write("data/people.csv", format!("番号,氏名,所見\n{rows}"));
    key(&place, "root.key", KeyKind::Root, 0o600);
    let done = place.run(&["--key", "root.key"]);
    refused(&done, "D506", 2);
    place.assert_nothing_published("--key");
    // Without a key two runs have nothing in common.
    let pseudonyms = |out: &str| {
        let done = place.deid(&super::tools::run_arguments("recipe.toml", out, &[])).ok();
        drop(done);
        place
            .text(&format!("{out}/people.csv"))
            .lines()
            .skip(1)
            .map(|l| l[..26].to_owned())
            .collect::<Vec<_>>()
    };
    let (first, second) = (pseudonyms("out"), pseudonyms("out2"));
    assert_eq!(first.len(), 60);
    assert!(first.iter().all(|p| !second.contains(p)));
}

#[test]
fn what_lies_in_the_way_stays_as_it_is() {
    let place = place(people(2));
    let run = |out: &str, more: &[&str]| {
        let more: Vec<&str> = ["--demo-key"].iter().chain(more).copied().collect();
        place.deid(&super::tools::run_arguments("recipe.toml", out, &more))
    };
    run("out", &[]).ok();
    let before = super::tools::files(&place.path("out"));
    refused(&run("out", &[]), "D601", 2);
    assert_eq!(super::tools::files(&place.path("out")), before);
    run("out", &["--replace"]).ok();
    assert_eq!(super::tools::files(&place.path("out")), before, "the same run gives the same bytes");
    place.write("foreign/letter.txt", "mine");
    refused(&run("foreign", &["--replace"]), "D606", 2);
    assert_eq!(place.text("foreign/letter.txt"), "mine");
    refused(&run("foreign", &[]), "D601", 2);
    place.write("file", "mine");
    refused(&run("file", &["--replace"]), "D606", 2);
    assert_eq!(place.text("file"), "mine");
    for inside in ["data/out", "data/deeper/out"] {
        refused(&run(inside, &[]), "D602", 2);
        assert!(!place.path(inside).exists());
    }
    let listed: Vec<_> = fs::read_dir(place.path("data")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(listed, ["people.csv"], "a refused run leaves nothing in the data folder");
    refused(&run("data", &["--replace"]), "D606", 2);
    refused(&run("recipe.toml", &["--replace"]), "D606", 2);
    assert_eq!(run("..", &["--replace"]).code, Some(2));
    assert_eq!(run(".", &["--replace"]).code, Some(2));
    assert_eq!(place.text("data/people.csv"), people(2));
    place.assert_no_leftover("in the way");
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_not_followed() {
    use std::os::unix::fs::symlink;
    let place = place(people(2));
    fs::create_dir(place.path("elsewhere")).unwrap();
    symlink(place.path("elsewhere"), place.path("out")).unwrap();
    for more in [&["--demo-key"][..], &["--demo-key", "--replace"]] {
        refused(&place.run(more), "D603", 2);
    }
    assert_eq!(fs::read_dir(place.path("elsewhere")).unwrap().count(), 0);
    fs::remove_file(place.path("out")).unwrap();
    symlink(place.path("nowhere"), place.path("out")).unwrap();
    refused(&place.run(&["--demo-key"]), "D603", 2);
    assert!(!place.path("nowhere").exists());
    fs::remove_file(place.path("out")).unwrap();
    // The private folder's own name is taken by a link.
    symlink(place.path("elsewhere"), place.path(".deid-out.partial")).unwrap();
    assert_ne!(place.run(&["--demo-key"]).code, Some(0));
    assert_eq!(fs::read_dir(place.path("elsewhere")).unwrap().count(), 0);
    fs::remove_file(place.path(".deid-out.partial")).unwrap();
    // The data file is a link, a folder, a pipe, or not there.
    fs::rename(place.path("data/people.csv"), place.path("people.csv")).unwrap();
    refused(&place.run(&["--demo-key"]), "D225", 3);
    symlink(place.path("people.csv"), place.path("data/people.csv")).unwrap();
    refused(&place.run(&["--demo-key"]), "D226", 3);
    fs::remove_file(place.path("data/people.csv")).unwrap();
    fs::create_dir(place.path("data/people.csv")).unwrap();
    refused(&place.run(&["--demo-key"]), "D226", 3);
    fs::remove_dir(place.path("data/people.csv")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(place.path("data/people.csv")).status();
    if made.is_ok_and(|s| s.success()) {
        refused(&place.run(&["--demo-key"]), "D226", 3);
    }
    place.assert_nothing_published("links");
}

#[test]
fn wrong_usage_is_said_and_changes_nothing() {
    let place = place(people(2));
    for arguments in [
        &["--demo-key", "--time", "yesterday"][..],
        &["--demo-key", "--max-memory", "much"],
        &["--demo-key", "--max-memory", "1"],
        &["--demo-key", "--key", "root.key"],
        &["--demo-key", "--nonsense"],
        &["--demo-key", "--recipient", ""],
    ] {
        let mut all = vec!["run", "recipe.toml", "--data", "data", "--out", "out"];
        all.extend(arguments);
        let done = place.deid(&all);
        assert_eq!(done.code, Some(2), "{arguments:?}: {}", done.said());
        place.assert_nothing_published(&format!("{arguments:?}"));
    }
    for (recipe, code) in [("absent.toml", 2), ("data", 2)] {
        let done = place.deid(&["run", recipe, "--data", "data", "--out", "out", "--demo-key"]);
        assert_eq!(done.code, Some(code), "{}", done.said());
    }
    let done = place.deid(&["run", "recipe.toml", "--data", "absent", "--out", "out", "--demo-key"]);
    assert_eq!(done.code, Some(3), "{}", done.said());
    place.assert_nothing_published("usage");
}

/// Decisions and tables whose names would collide with the files of a run.
#[test]
fn a_table_cannot_take_the_name_of_a_file_of_the_run() {
    for file in ["manifest.dsse.json", "decision.json", "report.html", "report.en.html"] {
        let place = Place::new();
        let recipe = plain(file, "format = \"csv\"\nencoding = \"utf-8\"");
        place.write("recipe.toml", recipe).write(&format!("data/{file}"), people(2));
        refused(&place.run(&["--demo-key"]), "D117", 2);
        place.assert_nothing_published(file);
    }
}

#[test]
fn a_table_in_a_folder_is_refused_by_its_recipe() {
    let place = Place::new();
    place.write("recipe.toml", plain("deeper/people.csv", "encoding = \"utf-8\""));
    place.write("data/deeper/people.csv", people(2));
    refused(&place.run(&["--demo-key"]), "D117", 2);
}
