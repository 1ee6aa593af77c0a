//! Local recoding, cell suppression and microaggregation, as a person asks for them: the published
//! file is read by a reader that shares nothing with the program and counted again.

use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::recipes::{HEAD, exchange};
use super::tools::{Place, run_arguments, statement};

/// `None` = NULL.
type Cell = Option<String>;

/// A table of residents: area (prefixes of 3, 2, 1), age (bands of 5 and 20), group (a list), and two
/// columns that are not counted. `privacy` are the lines of `[privacy]`, `height` the treatment of
/// the last column.
fn recipe(privacy: &str, order: &str, height: &str) -> String {
    format!(
        r#"{HEAD}
[privacy]
unique_limit = 100000
{privacy}
[hierarchy.area]
prefix = {{ lengths = [2, 1] }}
[hierarchy.age]
bands = {{ widths = [5, 20] }}
[hierarchy.group]
list = {{ levels = [{{ "a" = ["a1", "a2"], "b" = ["b1", "b2"] }}] }}
[table.people]
file = "people.csv"
encoding = "utf-8"
null = ["NULL"]
order = "{order}"
[table.people.columns]
"area"   = {{ role = "quasi", item = "iP06", treatment = {{ generalize = "area" }} }}
"age"    = {{ role = "quasi", item = "iP03", type = "integer", treatment = {{ generalize = "age" }} }}
"group"  = {{ role = "quasi", item = "iP04", treatment = {{ generalize = "group" }} }}
"note"   = {{ role = "sensitive", item = "iE03", treatment = "keep" }}
"height" = {{ role = "keep", item = "iV02", type = "decimal", treatment = {height} }}
[[acknowledge]]
code = "D120"
reason = "test"
"#
    )
    .replace(
        if order == "keep" { "\u{0}" } else { "[[acknowledge]]\ncode = \"D120\"\nreason = \"test\"\n" },
        "",
    )
}

fn pick(random: &mut ChaCha8Rng, from: &[&str]) -> String {
    from[random.random_range(0..from.len())].to_owned()
}

fn rows(random: &mut ChaCha8Rng, count: usize) -> Vec<Vec<String>> {
    let areas = ["x11", "x12", "x21", "x22", "y11", "y12", "NULL"];
    (0..count)
        .map(|_| {
            let age = if random.random_bool(0.05) {
                "NULL".to_owned()
            } else {
                random.random_range(0..70).to_string()
            };
            let tenths: u32 = random.random_range(1400..1900);
            let height = if random.random_bool(0.2) {
                "NULL".to_owned()
            } else {
                format!("{}.{}", tenths / 10, tenths % 10)
            };
            vec![
                pick(random, &areas),
                age,
                pick(random, &["a1", "a2", "b1", "b2"]),
                pick(random, &["n1", "n2", "n3"]),
                height,
            ]
        })
        .collect()
}

fn csv(rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    format!("area,age,group,note,height\n{}\n", lines.join("\n"))
}

fn read(text: &str) -> Vec<Vec<Cell>> {
    let cell = |cell: &str| (cell != "NULL").then(|| cell.trim_matches('"').to_owned());
    text.lines().skip(1).map(|line| line.split(',').map(cell).collect()).collect()
}

/// What a value may be published as, finest first.
fn ancestors(column: usize, value: &Cell) -> Vec<Cell> {
    let star = Some("*".to_owned());
    let Some(value) = value else { return vec![None, star] };
    let band = |age: u32, width: u32| format!("{}-{}", age / width * width, age / width * width + width - 1);
    let up = match column {
        0 => vec![format!("{}*", &value[..2]), format!("{}*", &value[..1])],
        1 => {
            let age: u32 = value.parse().unwrap();
            vec![band(age, 5), band(age, 20)]
        }
        _ => vec![value[..1].to_owned()],
    };
    std::iter::once(value.clone()).chain(up).map(Some).chain([star]).collect()
}

/// Distinct values of the column after the quasi-identifiers, and records, per class.
fn classes(published: &[Vec<Cell>]) -> BTreeMap<Vec<Cell>, (BTreeSet<Cell>, u64)> {
    let mut classes: BTreeMap<Vec<Cell>, (BTreeSet<Cell>, u64)> = BTreeMap::new();
    for row in published {
        let class = classes.entry(row[..3].to_vec()).or_default();
        class.0.insert(row[3].clone());
        class.1 += 1;
    }
    classes
}

fn place(recipe: &str, data: &str) -> Place {
    let place = Place::new();
    place.write("recipe.toml", recipe).write("data/people.csv", data);
    place
}

const KEEP: &str = "\"keep\"";

#[test]
fn local_recoding_meets_the_gate_on_the_published_bytes() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut finer, mut mixed) = (0, 0);
    for round in 0..25 {
        let count = random.random_range(20..200);
        let rows = rows(&mut random, count);
        let (k, l) = (random.random_range(2..6u64), random.random_range(1..3u64));
        let gate = format!("k = {k}\nl = {{ people = {{ \"note\" = {l} }} }}\n");
        let place = place(&recipe(&format!("{gate}recoding = \"local\"\n"), "keep", KEEP), &csv(&rows));
        place.run(&["--demo-key"]).ok();
        let published = read(&place.text("out/people.csv"));
        assert_eq!(published.len(), rows.len(), "nothing is suppressed by default");
        let found = classes(&published);
        assert!(found.values().all(|(notes, n)| *n >= k && notes.len() as u64 >= l), "round {round}");
        let original = read(&csv(&rows));
        for (before, after) in original.iter().zip(&published) {
            for column in 0..3 {
                assert!(ancestors(column, &before[column]).contains(&after[column]), "{before:?} {after:?}");
            }
            assert_eq!(before[3..], after[3..]);
        }
        let manifest = statement(&place.read("out/manifest.dsse.json"));
        let of = |definition: &str| {
            let measures = manifest["predicate"]["measures"].as_array().unwrap();
            measures.iter().find(|m| m["definition"] == definition).unwrap()["value"].clone()
        };
        assert_eq!(of("k-anonymity"), found.values().map(|c| c.1).min().unwrap());
        assert_eq!(of("k-anonymity.classes"), found.len());
        assert_eq!(of("l-diversity.distinct"), found.values().map(|c| c.0.len()).min().unwrap());
        let decision = &manifest["predicate"]["decision"];
        assert_eq!(decision["recoding"], "local");
        for level in decision["levels"].as_array().unwrap() {
            assert!(level["level"].is_null());
            let records: Vec<u64> =
                level["records"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
            assert_eq!(records.len() as u64, level["height"].as_u64().unwrap() + 1);
            assert_eq!(records.iter().sum::<u64>(), rows.len() as u64);
            mixed += usize::from(records.iter().filter(|n| **n > 0).count() > 1);
        }
        place.deid(&["verify", "out"]).ok();
        let granularity: f64 = of("utility.granularity").as_str().unwrap().parse().unwrap();
        let other = recipe(&gate, "keep", KEEP);
        place.write("full.toml", other);
        place.deid(&run_arguments("full.toml", "full", &["--demo-key"])).ok();
        let full = statement(&place.read("full/manifest.dsse.json"));
        let full = full["predicate"]["measures"].as_array().unwrap();
        let full = full.iter().find(|m| m["definition"] == "utility.granularity").unwrap();
        let full: f64 = full["value"].as_str().unwrap().parse().unwrap();
        assert!(granularity >= full - 1e-9, "round {round}: {granularity} {full}");
        finer += usize::from(granularity > full + 0.05);
    }
    assert!(finer > 10 && mixed > 10, "{finer} {mixed}");
}

#[test]
fn cells_are_blanked_and_the_important_ones_last() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut stars = [0, 0];
    for round in 0..20 {
        let count = random.random_range(30..120);
        let rows = rows(&mut random, count);
        for (i, important) in ["area", "group"].iter().enumerate() {
            let importance = format!("importance = {{ people = {{ \"{important}\" = 20 }} }}\n");
            let privacy = format!("k = 3\nrecoding = \"cells\"\n{importance}");
            let base = recipe(&privacy, "keep", KEEP)
                .replace("{ generalize = \"area\" }", "{ generalize = { hierarchy = \"area\", level = 1 } }")
                .replace("{ generalize = \"age\" }", "{ generalize = { hierarchy = \"age\", level = 2 } }");
            let place = place(&base, &csv(&rows));
            place.run(&["--demo-key"]).ok();
            let published = read(&place.text("out/people.csv"));
            assert!(classes(&published).values().all(|(_, n)| *n >= 3), "round {round}");
            let star = Some("*".to_owned());
            for (before, after) in read(&csv(&rows)).iter().zip(&published) {
                for (column, level) in [(0, 1), (1, 2), (2, 0)] {
                    let all = ancestors(column, &before[column]);
                    let base = if before[column].is_none() { &None } else { &all[level] };
                    assert!(after[column] == *base || after[column] == star, "{before:?} {after:?}");
                }
                stars[i] += usize::from(after[0] == star);
            }
            place.deid(&["verify", "out"]).ok();
        }
    }
    assert!(stars[0] < stars[1], "an important column keeps more cells: {stars:?}");
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_any_order_of_rows() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let rows = rows(&mut random, 300);
    let mut turned = rows.clone();
    turned.reverse();
    turned.rotate_left(77);
    for privacy in ["k = 4\nrecoding = \"local\"\n", "k = 4\nrecoding = \"cells\"\n"] {
        let mut all: Vec<Vec<u8>> = Vec::new();
        for data in [&rows, &turned] {
            for threads in ["1", "2", "8"] {
                let place = place(&recipe(privacy, "shuffle", KEEP), &csv(data));
                place.run(&["--demo-key", "--threads", threads]).ok();
                all.push(place.read("out/people.csv"));
                all.push(place.read("out/decision.json"));
            }
        }
        assert!(all.chunks(2).all(|one| one == &all[..2]), "{privacy}");
    }
}

#[test]
fn a_decision_is_checked_and_recoded_anew() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let monday = csv(&rows(&mut random, 150));
    let place = place(&recipe("k = 3\nrecoding = \"local\"\n", "keep", KEEP), &monday);
    place.deid(&["plan", "recipe.toml", "--data", "data", "--decision", "d.json"]).ok();
    let text = place.text("d.json");
    assert!(!["x11", "n1", "a1"].iter().any(|cell| text.contains(cell)), "a decision holds no cell");
    place.run(&["--demo-key", "--decision", "d.json"]).ok();
    assert_eq!(place.text("out/decision.json"), text);
    // Tomorrow's file is recoded anew, and meets the gate.
    place.write("data/people.csv", csv(&rows(&mut random, 170)));
    place.deid(&run_arguments("recipe.toml", "tuesday", &["--demo-key", "--decision", "d.json"])).ok();
    assert!(classes(&read(&place.text("tuesday/people.csv"))).values().all(|(_, n)| *n >= 3));
    for (from, to) in
        [("k = 3", "k = 4"), ("\"local\"", "\"cells\""), ("recoding = \"local\"", "weights = {}")]
    {
        place.write("other.toml", recipe(&"k = 3\nrecoding = \"local\"\n".replace(from, to), "keep", KEEP));
        let done = place.deid(&run_arguments("other.toml", "other", &["--demo-key", "--decision", "d.json"]));
        assert_eq!(done.codes(), ["D403"], "{from} {to}: {}", done.said());
    }
}

#[test]
fn what_cannot_be_done_is_refused_before_the_data_is_opened() {
    let local = |more: &str| recipe(&format!("k = 3\nrecoding = \"local\"\n{more}"), "keep", KEEP);
    let published = "t = { people = { \"note\" = 0.5 } }\nt_reference = \"published\"\n";
    let person = local("")
        .replace("[hierarchy.area]", "[person]\ntable = \"people\"\ncolumn = \"note\"\n[hierarchy.area]");
    let second = exchange(HEAD, "k = 2\nrecoding = \"local\"\n");
    let cells = recipe("k = 3\nrecoding = \"cells\"\nweights = { people = { \"age\" = 2 } }\n", "keep", KEEP);
    for (what, recipe) in
        [("t", local(published)), ("person", person), ("second table", second), ("weights", cells)]
    {
        let place = Place::new();
        place.write("recipe.toml", recipe);
        let done = place.run(&["--demo-key"]);
        assert_eq!((done.code, done.codes()), (Some(2), vec!["D144".to_owned()]), "{what}: {}", done.said());
        place.assert_nothing_published(what);
    }
    let place = place(&local(""), "area,age,group,note,height\nx11,1,a1,n1,1.0\nx12,2,a1,n1,1.0\n");
    assert_eq!(place.run(&["--demo-key"]).codes(), ["D401"], "two people are no class of three");
    assert_eq!(
        place.deid(&["plan", "recipe.toml", "--data", "data", "--front", "--format", "json"]).codes(),
        ["D144"]
    );
}

#[test]
fn closeness_is_a_model_of_classes_too() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let rows = rows(&mut random, 200);
    let privacy = "k = 3\nt = { people = { \"note\" = 0.3 } }\nrecoding = \"local\"\n";
    let place = place(&recipe(privacy, "keep", KEEP), &csv(&rows));
    place.run(&["--demo-key"]).ok();
    let published = read(&place.text("out/people.csv"));
    let share = |rows: &[&Vec<Cell>], note: &str| {
        rows.iter().filter(|row| row[3].as_deref() == Some(note)).count() as f64 / rows.len() as f64
    };
    let all: Vec<&Vec<Cell>> = published.iter().collect();
    for class in classes(&published).keys() {
        let own: Vec<&Vec<Cell>> = published.iter().filter(|row| row[..3] == class[..]).collect();
        let far = |note| (share(&own, note) - share(&all, note)).abs();
        let t: f64 = ["n1", "n2", "n3"].into_iter().map(far).sum::<f64>() / 2.0;
        assert!(t <= 0.3 + 1e-9, "{class:?} {t}");
    }
}

#[test]
fn further_models_of_a_class_are_kept_and_others_are_refused() {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let data = csv(&rows(&mut random, 200));
    let with = |model: &str| {
        let models = format!("[[privacy.models]]\ntable = \"people\"\n{model}\n");
        recipe(&format!("k = 3\nrecoding = \"local\"\n{models}"), "keep", KEEP)
    };
    let entropy = place(&with("column = \"note\"\nmodel = \"l-diversity.entropy\"\nl = 2.2"), &data);
    entropy.run(&["--demo-key"]).ok();
    let published = read(&entropy.text("out/people.csv"));
    for class in classes(&published).keys() {
        let notes: Vec<&Cell> = published.iter().filter(|r| r[..3] == class[..]).map(|r| &r[3]).collect();
        let share = |note: &&Cell| notes.iter().filter(|n| *n == note).count() as f64 / notes.len() as f64;
        let distinct: BTreeSet<&Cell> = notes.iter().copied().collect();
        let bits: f64 = distinct.iter().map(|note| -share(note) * share(note).ln()).sum();
        assert!(bits.exp() >= 2.2 - 1e-9, "{class:?} {}", bits.exp());
    }
    entropy.deid(&["verify", "out"]).ok();
    for model in ["model = \"average-risk\"\nrisk = 0.2", "model = \"sample-uniqueness\"\nshare = 0.1"] {
        let place = Place::new();
        place.write("recipe.toml", with(model));
        assert_eq!(place.run(&["--demo-key"]).codes(), ["D144"], "{model}");
    }
}

#[test]
fn suppression_is_used_only_as_far_as_it_is_allowed() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let rows = rows(&mut random, 200);
    let privacy = "k = 3\nsuppression = 0.05\ngs_factor = 0.1\nrecoding = \"local\"\n";
    let place = place(&recipe(privacy, "shuffle", KEEP), &csv(&rows));
    let done = place.run(&["--demo-key"]).ok();
    let gone = done.json()["tables"][0]["suppressed"].as_u64().unwrap();
    assert!((1..=10).contains(&gone), "{gone}");
    let published = read(&place.text("out/people.csv"));
    assert_eq!(published.len() as u64 + gone, 200);
    assert!(classes(&published).values().all(|(_, n)| *n >= 3));
    place.deid(&["verify", "out"]).ok();
}

/// The exact mean (or median) in tenths of numbers in tenths, half away from zero.
fn statistic(mut tenths: Vec<u64>, median: bool) -> u64 {
    tenths.sort_unstable();
    if median {
        tenths = tenths[(tenths.len() - 1) / 2..=tenths.len() / 2].to_vec();
    }
    let (sum, n) = (tenths.iter().sum::<u64>(), tenths.len() as u64);
    (2 * sum + n) / (2 * n)
}

fn tenths(cell: &Cell) -> Option<u64> {
    cell.as_ref().map(|text| text.replace('.', "").parse().unwrap())
}

#[test]
fn every_class_publishes_its_own_mean_or_median() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let (mut hidden, mut shown) = (0, 0);
    for round in 0..12 {
        let rows = rows(&mut random, 150);
        let median = round % 2 == 1;
        let word = if median { "median" } else { "mean" };
        let treatment = format!("{{ microaggregate = {{ statistic = \"{word}\", digits = 1 }} }}");
        for recoding in ["", "recoding = \"local\"\n", "recoding = \"cells\"\n"] {
            let privacy = format!("k = 4\nsuppression = 0.1\n{recoding}");
            let place = place(&recipe(&privacy, "keep", &treatment), &csv(&rows));
            place.run(&["--demo-key"]).ok();
            let published = read(&place.text("out/people.csv"));
            // Which records were suppressed cannot be told from the file; these rounds suppress none.
            if published.len() < rows.len() {
                continue;
            }
            let original = read(&csv(&rows));
            for class in classes(&published).keys() {
                let own = || original.iter().zip(&published).filter(|(_, after)| after[..3] == class[..]);
                let numbers: Vec<u64> = own().filter_map(|(before, _)| tenths(&before[4])).collect();
                let expected = (numbers.len() >= 4).then(|| statistic(numbers, median));
                for (before, after) in own() {
                    let wanted = tenths(&before[4]).and(expected);
                    assert_eq!(tenths(&after[4]), wanted, "{recoding} {class:?} {before:?} {after:?}");
                    hidden += usize::from(before[4].is_some() && after[4].is_none());
                    shown += usize::from(after[4].is_some());
                }
            }
            place.deid(&["verify", "out"]).ok();
        }
    }
    assert!(hidden > 0 && shown > 1000, "{hidden} {shown}");
}

#[test]
fn microaggregation_needs_classes_of_people() {
    let step = "{ microaggregate = { statistic = \"mean\", digits = 1 } }";
    let gated = recipe("k = 3\n", "shuffle", step);
    let sensitive = gated.replace("\"keep\", item = \"iV02\"", "\"sensitive\", item = \"iV02\"");
    let limited = sensitive.replace("k = 3\n", "k = 3\nl = { people = { \"height\" = 2 } }\n");
    let several = gated
        .replace("[hierarchy.area]", "[person]\ntable = \"people\"\ncolumn = \"note\"\n[hierarchy.area]")
        .replace("\"note\"   = { role = \"sensitive\"", "\"note\"   = { role = \"link\"");
    let head = gated.find("[privacy]").unwrap();
    let open = gated[..head].to_owned() + &gated[gated.find("[hierarchy.area]").unwrap()..];
    let ungated = open.replace("{ generalize = \"area\" }", "\"keep\"");
    for (what, recipe) in [("l", &limited), ("several records", &several), ("no gate", &ungated)] {
        let place = Place::new();
        place.write("recipe.toml", recipe);
        let done = place.deid(&["check", "recipe.toml", "--format", "json"]);
        assert!(done.codes().contains(&"D147".to_owned()), "{what}: {}", done.said());
    }
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let data = csv(&rows(&mut random, 100));
    let bytes = |threads: &str| {
        let place = place(&sensitive, &data);
        place.run(&["--demo-key", "--threads", threads]).ok();
        place.read("out/people.csv")
    };
    assert_eq!(bytes("1"), bytes("8"));
}
