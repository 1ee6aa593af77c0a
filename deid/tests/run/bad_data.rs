//! Every folder of `fixtures/bad/data` is refused for its one fault, in the right place, and
//! nothing of it is published or said.
//!
//! `expect.toml` holds `code`, `exit`, `why`, where known `record` and `column`, and where it is not
//! the usual one `recipe` (a file beside the folders) and `arguments` (default: the demo key). Every
//! other file of the folder is data. Every cell carries [`TOKEN`] unless its fault is its form.

use std::collections::BTreeMap;

use super::tools::{Place, contains, files, repository};

/// Stands in every cell of the bad inputs.
const TOKEN: &[u8] = b"Q7x";

struct Case {
    name: String,
    expect: toml::Table,
    recipe: Vec<u8>,
    data: BTreeMap<String, Vec<u8>>,
}

fn cases() -> Vec<Case> {
    let folder = repository("fixtures/bad/data");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !path.is_dir() || name.starts_with("parquet-") && !cfg!(feature = "parquet") {
            continue;
        }
        let mut data = files(&path);
        let expect = data.remove("expect.toml").unwrap_or_else(|| panic!("{name}: no expect.toml"));
        let expect: toml::Table = String::from_utf8(expect).unwrap().parse().unwrap();
        let recipe = match expect.get("recipe") {
            Some(shared) => std::fs::read(folder.join(shared.as_str().unwrap())).unwrap(),
            None => data.remove("recipe.toml").unwrap_or_else(|| panic!("{name}: no recipe")),
        };
        all.push(Case { name, expect, recipe, data });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Cells worth looking for in what the program says: long enough not to occur by chance.
fn cells(data: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, bytes) in data.iter().filter(|(n, _)| n.ends_with(".csv")) {
        let text = match name.as_str() {
            _ if contains(bytes, b"\0") => continue,
            _ => String::from_utf8_lossy(bytes).into_owned(),
        };
        for line in text.lines().skip(1) {
            found.extend(line.split(',').filter(|c| c.len() >= 8).map(str::to_owned));
        }
    }
    found
}

fn check(case: &Case) -> Result<(), String> {
    let place = Place::new();
    place.write("recipe.toml", &case.recipe);
    for (name, bytes) in &case.data {
        let folder = if name == "decision.json" { "" } else { "data/" };
        place.write(&format!("{folder}{name}"), bytes);
    }
    let arguments: Vec<&str> = match case.expect.get("arguments") {
        Some(list) => list.as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect(),
        None => vec!["--demo-key"],
    };
    let done = place.run(&arguments);
    let said = [done.out.as_slice(), done.err.as_slice()].concat();
    let integer = |key: &str| case.expect.get(key).and_then(toml::Value::as_integer);
    let text = |key: &str| case.expect.get(key).and_then(toml::Value::as_str);
    if done.code.map(i64::from) != integer("exit") {
        return Err(format!("exit {:?}, not {:?}: {}", done.code, integer("exit"), done.said()));
    }
    let problems = done.problems();
    let Some(found) = problems.iter().find(|p| p["code"].as_str() == text("code")) else {
        return Err(format!("codes {:?}, not {:?}", done.codes(), text("code")));
    };
    if let Some(record) = integer("record")
        && found["record"].as_i64() != Some(record)
    {
        return Err(format!("record {}, not {record}", found["record"]));
    }
    if let Some(column) = text("column")
        && found["column"].as_str() != Some(column)
    {
        return Err(format!("column {}, not {column}", found["column"]));
    }
    if text("why").is_none_or(str::is_empty) {
        return Err("does not say why".to_owned());
    }
    if ["message", "help"].iter().any(|k| found[k].as_str().is_none_or(|t| t.is_empty() || t.contains('{'))) {
        return Err(format!("no words, or a placeholder in them: {found}"));
    }
    place.assert_nothing_published(&case.name);
    // The same for people, not for machines.
    let arguments: Vec<&str> =
        ["run", "recipe.toml", "--data", "data", "--out", "out"].into_iter().chain(arguments).collect();
    let shown = place.deid(&arguments);
    if shown.code != done.code {
        return Err(format!("text output: {}", shown.said()));
    }
    let said = [said, shown.out, shown.err].concat();
    if contains(&said, TOKEN) {
        return Err(format!("a cell is said: {}", String::from_utf8_lossy(&said)));
    }
    match cells(&case.data).iter().find(|c| contains(&said, c.as_bytes())) {
        Some(cell) => Err(format!("the cell {cell} is said")),
        None => Ok(()),
    }
}

#[test]
fn each_bad_input_has_its_one_fault() {
    let all = cases();
    assert!(all.len() >= 100, "{} folders", all.len());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let halves: Vec<_> = all
            .chunks(all.len().div_ceil(2))
            .map(|some| {
                scope.spawn(|| {
                    some.iter()
                        .filter_map(|c| check(c).err().map(|e| format!("{}: {e}", c.name)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        halves.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
