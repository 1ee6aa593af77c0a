//! The Adult table of the ARX benchmark, through the command line: the optimum of every published
//! k-anonymity configuration, and the published risk and utility figures.
//!
//! The table is not part of the project. Where `../shared/data/arx` is absent the tests say so and
//! pass over it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const QUASI: [&str; 8] =
    ["age", "education", "marital-status", "native-country", "race", "salary-class", "sex", "workclass"];

fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/arx");
    if folder.join("adult.csv").is_file() {
        return Some(folder);
    }
    eprintln!("skipped: ../shared/data/arx is not there");
    None
}

/// A folder with the table, its hierarchies and a recipe.
fn prepare(arx: &Path, k: u32, limit: f64) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("data")).unwrap();
    fs::create_dir(dir.path().join("hierarchies")).unwrap();
    fs::copy(arx.join("adult.csv"), dir.path().join("data/adult.csv")).unwrap();
    let mut recipe = format!(
        "recipe = 1\nid = \"adult\"\ntitle = \"Adult\"\nexchange = \"adult\"\nrecipient = \"bench\"\n\
         legal_form = \"安全管理加工\"\ndemo = true\n[privacy]\nk = {k}\nsuppression = {limit:?}\n"
    );
    for name in QUASI {
        let file = format!("adult_hierarchy_{name}.csv");
        fs::copy(arx.join("hierarchies").join(&file), dir.path().join("hierarchies").join(&file)).unwrap();
        recipe.push_str(&format!("[hierarchy.{name}]\ncsv = \"hierarchies/{file}\"\n"));
    }
    recipe.push_str("[table.adult]\nfile = \"adult.csv\"\ndelimiter = \";\"\n[table.adult.columns]\n");
    for name in QUASI {
        recipe.push_str(&format!(
            "\"{name}\" = {{ role = \"quasi\", item = \"iP03\", treatment = {{ generalize = \"{name}\" }} }}\n"
        ));
    }
    recipe.push_str("occupation = { role = \"drop\" }\n");
    fs::write(dir.path().join("recipe.toml"), recipe).unwrap();
    dir
}

fn deid(dir: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_deid"))
        .args(arguments)
        .args(["--format", "json", "--quiet", "--lang", "en"])
        .current_dir(dir)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{arguments:?}: {text} {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn plan_reaches_the_optimum_of_every_k_row() {
    let Some(arx) = data() else { return };
    for (k, limit, levels, loss, suppressed) in [
        (5, 0.0, [4, 3, 2, 2, 1, 0, 0, 0], 0.5422108254, 0),
        (5, 0.02, [3, 2, 2, 1, 0, 0, 0, 1], 0.2464771552, 506),
        (5, 1.0, [3, 2, 0, 1, 0, 0, 0, 0], 0.1621326132, 2184),
        (10, 0.0, [4, 3, 1, 2, 1, 0, 0, 2], 0.6131717847, 0),
        (10, 0.02, [4, 2, 1, 1, 0, 0, 0, 1], 0.2770720469, 592),
        (10, 1.0, [3, 2, 0, 1, 0, 0, 0, 1], 0.1980118979, 2297),
        (100, 0.0, [4, 3, 1, 2, 1, 0, 0, 2], 0.6131717847, 0),
        (100, 0.02, [4, 2, 1, 2, 1, 0, 0, 1], 0.4669565106, 556),
        (100, 1.0, [3, 3, 1, 0, 0, 0, 0, 1], 0.3344319917, 4732),
    ] {
        let dir = prepare(&arx, k, limit);
        let decision = deid(dir.path(), &["plan", "recipe.toml", "--data", "data"]);
        let chosen = &decision["chosen"];
        let found: Vec<u64> = QUASI.iter().map(|q| chosen["levels"]["adult"][q].as_u64().unwrap()).collect();
        assert_eq!(found, levels, "k={k} s={limit}");
        let found: f64 = chosen["loss"].as_str().unwrap().parse().unwrap();
        assert!((found - loss).abs() < 1e-9, "k={k} s={limit}: {found}");
        assert_eq!(chosen["suppressed"]["adult"], suppressed, "k={k} s={limit}");
    }
}

fn assert_figures(found: &Value, wanted: &[(&str, f64)]) {
    for (id, value) in wanted {
        let got = found[id].as_f64().unwrap_or_else(|| panic!("{id} is missing"));
        assert!((got - value).abs() < 1e-6, "{id}: {got} instead of {value}");
    }
}

#[test]
fn measure_gives_the_published_figures() {
    let Some(arx) = data() else { return };
    let dir = prepare(&arx, 5, 0.02);
    let quasi = QUASI.join(",");
    let input = deid(dir.path(), &["measure", "data/adult.csv", "--delimiter", ";", "--quasi", &quasi]);
    assert_figures(
        &input,
        &[
            ("k-anonymity.classes", 12_458.0),
            ("k-anonymity.average-class", 2.421_094_878_8),
            ("risk.mean-over-people", 0.413_036_270_8),
            ("risk.highest", 1.0),
            ("risk.sample-uniques", 8_841.0),
            ("risk.lowest", 1.0 / 137.0),
            ("risk.share-over-0.2", 0.509_018),
        ],
    );
    deid(dir.path(), &["run", "recipe.toml", "--data", "data", "--demo-key", "--out", "out"]);
    let arguments = ["measure", "out/adult.csv", "--delimiter", ";", "--quasi", &quasi];
    let source = ["--source", "data/adult.csv", "--hierarchies", "hierarchies"];
    let output = deid(dir.path(), &[&arguments[..], &source].concat());
    assert_figures(
        &output,
        &[
            ("risk.highest", 0.2),
            ("k-anonymity.classes", 222.0),
            ("source.suppressed", 506.0),
            ("utility.discernibility", 0.942_845_160),
            ("utility.average-class-size", 0.995_650_984),
            ("utility.granularity", 0.691_621_941),
            ("utility.granularity[age]", 0.794_524),
            ("utility.granularity[education]", 0.622_010),
            ("utility.granularity[marital-status]", 0.0),
            ("utility.granularity[native-country]", 0.714_149),
            ("utility.granularity[race]", 0.983_224),
            ("utility.granularity[workclass]", 0.702_303),
            ("utility.non-uniform-entropy", 0.388_880_268),
            ("utility.generalization-intensity", 0.563_305_373),
            ("utility.missings", 0.139_679_066),
            ("utility.ambiguity", 0.982_786_796),
            ("utility.record-squared-error", 0.302_745_272),
            ("utility.sse-sst", 0.241_940_794),
            ("utility.discernibility.before", 485_542.0),
            ("utility.discernibility.after", 52_454_192.0),
            ("loss.geometric-mean.1", 0.246_477_155_2),
            ("attack.records", 29_656.0),
            ("attack.certain", 0.0),
            ("attack.unmatched", 0.0),
            ("attack.expected", 222.0),
        ],
    );
}
