//! The pages say what the program does: every TOML example is a recipe, or a part of one, that the
//! program accepts, and every command line has options that exist.
//!
//! A whole recipe (it begins with `recipe = 1`) must pass as it stands, checks of its legal form
//! included. A part is put into a small recipe of an imaginary exchange ([`BASE`]): columns into a
//! table of their own, everything else over what the base has under that name. A block that is not
//! a recipe is fenced as `toml,ignore: why`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use deid::pipeline::proof::Endless;
use deid::pipeline::run::{Classified, Request};
use deid::recipe::lint::{LintContext, lint};
use deid::recipe::{HierarchyKind, Recipe};
use deid::rulepack::RulePack;
use toml::{Table, Value};

/// What parts of recipes in the pages may refer to.
const BASE: &str = r#"
recipe = 1
id = "page"
title = "A page of the documentation"
exchange = "pages"
legal_form = "安全管理加工"
person = { table = "persons" }
relation = [{ child = "transports", column = "住民ID", parent = "persons" }]

[domain]
resident = {}
patient = {}
name = {}

[hierarchy]
birth = { dates = { levels = ["month", "year", "decade"] } }
postal = { prefix = { lengths = [5, 3] } }
age = { bands = { widths = [5, 10, 20] } }
icd = { prefix = { lengths = [3, 1] } }

[table.persons]
file = "persons.csv"
key = "住民ID"
null = [""]
[table.persons.columns]
"住民ID" = { role = "link", treatment = { pseudonym = "resident" } }
"年齢" = { role = "quasi", type = "integer", treatment = { generalize = "age" } }
"郵便番号" = { role = "quasi", treatment = { generalize = "postal" } }

[table.transports]
file = "transports.csv"
[table.transports.columns]
"住民ID" = { role = "link", treatment = { pseudonym = "resident" } }
"病名" = { role = "sensitive", treatment = "keep" }
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The pages whose examples are recipes, with their text.
fn pages(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in folders {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(root().join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "md")) {
            let name = format!("{folder}/{}", file.file_name().unwrap().to_string_lossy());
            found.push((name, std::fs::read_to_string(file).unwrap()));
        }
    }
    found
}

/// Fenced blocks: (what stands after the fence, text).
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(kind), false) => {
                found.push((kind, String::new()));
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let text = &mut found.last_mut().unwrap().1;
                text.push_str(line);
                text.push('\n');
            }
            (None, false) => {}
        }
    }
    assert!(!open, "a block is not closed");
    found
}

/// Lays a part over the base: tables key by key, everything else replaced.
fn lay_over(below: &mut Table, part: Table) {
    for (key, value) in part {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) if is_open(&key) => lay_over(old, new),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

/// Names under which a part adds to what is there instead of replacing it.
fn is_open(key: &str) -> bool {
    matches!(key, "domain" | "hierarchy" | "table" | "persons" | "transports" | "columns")
}

/// The recipe that a part stands for.
fn whole(part: &str) -> String {
    if part.contains("recipe = 1\n") {
        return part.to_owned();
    }
    let mut base: Table = BASE.parse().unwrap();
    let mut columns = Table::new();
    let mut rest = Table::new();
    for (key, value) in part.parse::<Table>().unwrap() {
        let is_column = value.get("role").is_some();
        if is_column {
            columns.insert(key, value)
        } else {
            rest.insert(key, value)
        };
    }
    lay_over(&mut base, rest);
    let recoding = base.get("privacy").and_then(|p| p.get("recoding")).and_then(Value::as_str);
    if recoding.is_some_and(|word| word != "full-domain") {
        // Classes with values of their own are made in a single table.
        base.remove("relation");
        base["table"].as_table_mut().unwrap().remove("transports");
    }
    if !columns.is_empty() {
        // Columns stand in a person table of their own, so that dates can be shifted.
        columns.entry("住民ID").or_insert_with(|| base["table"]["persons"]["columns"]["住民ID"].clone());
        base["table"]["persons"]["columns"] = Value::Table(columns);
    }
    toml::to_string(&base).unwrap()
}

/// Why the program would not carry out a recipe.
fn refused(text: &str, pack: &RulePack) -> Vec<String> {
    let recipe = match Recipe::parse(text) {
        Ok(recipe) => recipe,
        Err(problems) => return problems.iter().map(|d| format!("{d:?}")).collect(),
    };
    let csv = |kind: &HierarchyKind| match kind {
        HierarchyKind::Csv { path, .. } => Some((path.clone(), "a;x;*\nb;x;*\n".to_owned())),
        _ => None,
    };
    let request = Request {
        recipe: &recipe,
        hierarchy_files: &recipe.hierarchies.values().filter_map(|h| csv(&h.kind)).collect(),
        data: Path::new("."),
        threads: 1,
        progress: &|_, _| {},
        patience: &Endless,
    };
    if let Err(problems) = Classified::new(&request) {
        return problems.iter().map(|d| format!("{d:?}")).collect();
    }
    let own = text.starts_with("recipe = 1");
    let found = lint(&recipe, pack, &LintContext::default());
    found.iter().filter(|f| own && f.stops()).map(|f| format!("{} {:?}", f.code, f.column)).collect()
}

/// Pages whose examples are no recipes.
const OF_PIA: [&str; 4] = ["/case.md", "/rules.md", "/questions.md", "/pia.md"];

#[test]
fn every_example_of_a_recipe_is_accepted() {
    let pack = RulePack::embedded().unwrap();
    let (mut wrong, mut count) = (Vec::new(), BTreeMap::<String, u32>::new());
    for (name, text) in pages(&["docs", "docs/ja", "docs/methods"]) {
        if OF_PIA.iter().any(|page| name.ends_with(page)) {
            continue;
        }
        for (kind, block) in blocks(&text) {
            match kind {
                "toml" => {
                    *count.entry(name.clone()).or_default() += 1;
                    let problems = refused(&whole(&block), &pack);
                    wrong.extend(problems.into_iter().map(|p| format!("{name}: {p}\n{block}")));
                }
                k if k.starts_with("toml") => {
                    let reason = k.strip_prefix("toml,ignore:").map(str::trim);
                    assert!(reason.is_some_and(|r| r.len() > 10), "{name}: ```{k} without a reason");
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for page in ["docs/recipe.md", "docs/ja/recipe.md", "docs/methods/mask.ja.md", "docs/methods/types.en.md"]
    {
        assert!(count.contains_key(page), "no example was found in {page}");
    }
}

#[test]
fn what_is_wrong_in_an_example_is_found() {
    let pack = RulePack::embedded().unwrap();
    for part in [
        "\"年齢\" = { role = \"quasi\", unparsable = \"null\", treatment = \"keep\" }",
        "\"電話番号\" = { role = \"direct\", treatment = { mask = { first = 3, pattern = \"###*\" } } }",
        "[privacy]\nk = 5\nl = { \"病名\" = 2 }",
        "[domain.resident]\nnormalise = [\"width-case\"]",
        "[output]\nformula = \"prefix\"",
        "[hierarchy.age]\nbands = { widths = [5, 12] }",
    ] {
        assert!(!refused(&whole(part), &pack).is_empty(), "{part}");
    }
    assert_eq!(refused(&whole(""), &pack), [""; 0]);
}

/// The two languages show the same recipe, apart from what is written for people.
#[test]
fn the_complete_example_is_the_same_in_both_languages() {
    let example = |path: &str| {
        let page = std::fs::read_to_string(root().join(path)).unwrap();
        let (_, block) = blocks(&page).into_iter().find(|(kind, _)| *kind == "toml").unwrap();
        let mut recipe: Table = block.parse().unwrap();
        for entry in recipe["acknowledge"].as_array_mut().unwrap() {
            entry.as_table_mut().unwrap().remove("reason");
        }
        recipe
    };
    assert_eq!(example("docs/recipe.md"), example("docs/ja/recipe.md"));
}

/// Texts in docs/manifest.md that are hashed, and only look like command lines.
const HASHED: [&str; 3] = ["key id v1", "demo root key v1: public", "demo signing key v1: public"];

/// Command lines in blocks (whole: true) and in `code`: what follows `deid ` or `cargo run … --bin deid -- `.
fn command_lines(page: &str) -> Vec<(String, bool)> {
    let start = |text: &str| {
        let text = text.trim();
        let run = text.strip_prefix("cargo run ").and_then(|t| t.split_once(" -- "));
        let after = run.filter(|(cargo, _)| cargo.contains("--bin deid")).map(|(_, rest)| rest);
        let line = after.or_else(|| text.strip_prefix("deid "))?;
        (!HASHED.iter().any(|hashed| line.starts_with(hashed))).then(|| line.to_owned())
    };
    let mut found = Vec::new();
    for (kind, block) in blocks(page) {
        if kind.is_empty() || matches!(kind, "sh" | "console" | "bash") {
            let lines = block.lines().filter_map(|l| start(l.split(" # ").next().unwrap()));
            found.extend(lines.map(|line| (line, true)));
        }
    }
    let outside = page.split("```").step_by(2);
    let inline = outside.flat_map(|text| text.split('`').skip(1).step_by(2)).filter_map(start);
    found.extend(inline.map(|line| (line, false)));
    found
}

/// The options of one form of a line: optional parts are taken as given, of alternatives
/// (`a|b`, `show|public`) the first. In a table of Markdown `|` is written `\|`.
fn arguments(line: &str) -> Vec<String> {
    let plain = line.replace(['[', ']'], " ").replace("\\|", "|").replace('…', " ");
    let first = |word: &str| word.split('|').next().unwrap_or_default().to_owned();
    plain.split_whitespace().filter(|w| *w != "|").map(first).collect()
}

/// `--help` after the words of a line: the command exists, its help names every option, and a
/// whole line has those that its usage demands.
#[test]
fn every_command_line_has_options_that_exist() {
    let mut all = pages(&["docs", "docs/ja", "docs/methods", "rules", "fixtures"]);
    all.push(("README.md".to_owned(), std::fs::read_to_string(root().join("README.md")).unwrap()));
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, text) in all {
        for (line, is_whole) in command_lines(&text) {
            let words = arguments(&line);
            let deep = matches!(words.first().map(String::as_str), Some("key" | "synth"));
            let command: Vec<&String> =
                words.iter().take(if deep { 2 } else { 1 }).filter(|w| !w.starts_with('-')).collect();
            let output =
                Command::new(env!("CARGO_BIN_EXE_deid")).args(&command).arg("--help").output().unwrap();
            let help = String::from_utf8(output.stdout).unwrap();
            let known = |option: &str| help.split([' ', ',', '\n', '=']).any(|word| word == option);
            let options = words.iter().filter(|w| w.starts_with('-')).map(|w| w.split('=').next().unwrap());
            count += 1;
            let usage = help.lines().find(|l| l.contains(": deid ")).unwrap_or_default();
            let demanded = usage.split(' ').filter(|w| is_whole && w.starts_with("--"));
            wrong.extend(
                demanded
                    .filter(|o| !words.iter().any(|w| w == o))
                    .map(|o| format!("{name}: deid {line}: no {o}")),
            );
            if output.status.code() != Some(0) {
                wrong.push(format!("{name}: deid {line}"));
            }
            wrong.extend(
                options
                    .filter(|o| !known(o) && *o != "--help")
                    .map(|o| format!("{name}: deid {line}: {o} is no option")),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 20, "{count} command lines");
}

/// The table of commands in README.md names every option of every command.
#[test]
fn the_readme_names_every_option() {
    for (path, lang) in [("README.md", "en"), ("docs/ja/README.md", "ja")] {
        let page = std::fs::read_to_string(root().join(path)).unwrap();
        for command in [
            "check",
            "plan",
            "run",
            "measure",
            "verify",
            "key new",
            "key show",
            "key public",
            "key destroy",
            "synth city",
            "synth emergency",
            "explain",
        ] {
            let output = Command::new(env!("CARGO_BIN_EXE_deid"))
                .args(command.split(' '))
                .args(["--lang", lang, "--help"])
                .output()
                .unwrap();
            let help = String::from_utf8(output.stdout).unwrap();
            let options: Vec<&str> = help
                .lines()
                .filter_map(|l| l.trim_start().trim_start_matches("-h, ").strip_prefix("--"))
                .map(|l| l.split([' ', ',']).next().unwrap())
                .filter(|o| *o != "help")
                .collect();
            assert!(options.len() >= 4, "{command}: {help}");
            let head = format!("| `deid {command}");
            let rows: Vec<&str> = page.lines().filter(|l| l.starts_with(&head)).collect();
            assert_eq!(rows.len(), 1, "{path}: one row for deid {command}");
            for option in options {
                let global = matches!(option, "format" | "lang" | "quiet" | "threads");
                let place = if global { page.as_str() } else { rows[0] };
                let named = place
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
                    .any(|word| word.strip_prefix("--") == Some(option));
                assert!(named, "{path}: deid {command} --{option}");
            }
        }
    }
}
