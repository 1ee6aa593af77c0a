//! Every privacy model that a recipe can ask for, through the whole run: it binds (without it other
//! levels are chosen), the figure in the manifest is the one worked out by hand, and `verify` counts
//! it again where the published files are enough.

use serde_json::{Value, json};

use super::recipes::{HEAD, exchange};
use super::tools::{Done, Place, run_arguments, statement};

/// Area a1: x x x y; area a2: x y z z. In all: x 4, y 2, z 2.
const DATA: &str = "area,note\na1,x\na1,x\na1,x\na1,y\na2,x\na2,y\na2,z\na2,z\n";

fn recipe(privacy: &str, models: &str) -> String {
    let entry = |m: &str| format!("[[privacy.models]]\ntable = \"people\"\n{m}\n");
    let models: String = models.split("---").filter(|m| !m.trim().is_empty()).map(entry).collect();
    format!(
        r#"{HEAD}
[privacy]
unique_limit = 100000
{privacy}
{models}
[hierarchy.area]
prefix = {{ lengths = [1] }}
[hierarchy.tree]
list = {{ levels = [{{ "v" = ["x", "y"], "w" = ["z"] }}] }}
[table.people]
file = "people.csv"
encoding = "utf-8"
null = ["NULL"]
[table.people.columns]
"area" = {{ role = "quasi", item = "iP06", treatment = {{ generalize = "area" }} }}
"note" = {{ role = "sensitive", item = "iE03", treatment = "keep" }}
"#
    )
}

fn place(privacy: &str, models: &str, data: &str) -> Place {
    let place = Place::new();
    place.write("recipe.toml", recipe(privacy, models)).write("data/people.csv", data);
    place
}

struct Ran {
    level: u64,
    predicate: Value,
}

fn read(place: &Place) -> Ran {
    let decision: Value = serde_json::from_str(&place.text("out/decision.json")).unwrap();
    let predicate = statement(&place.read("out/manifest.dsse.json"))["predicate"].clone();
    Ran { level: decision["chosen"]["levels"]["people"]["area"].as_u64().unwrap(), predicate }
}

fn ran(privacy: &str, models: &str, data: &str) -> Ran {
    let place = place(privacy, models, data);
    place.run(&["--demo-key"]).ok();
    let verified = place.deid(&["verify", "out", "--format", "json"]).ok();
    assert!(!verified.said().contains("\"agrees\": false"), "{}", verified.said());
    read(&place)
}

fn figure<'v>(predicate: &'v Value, definition: &str) -> &'v Value {
    let found = predicate["measures"].as_array().unwrap().iter().find(|m| m["definition"] == definition);
    found.unwrap_or_else(|| panic!("{definition}: {predicate}"))
}

/// With the model the level is `level`, and its figure `value`; without it, 0.
#[track_caller]
fn binds(model: &str, definition: &str, level: u64, value: &str, basis: &str) {
    let ran = ran("k = 2", model, DATA);
    assert_eq!(ran.level, level, "{model}");
    let found = figure(&ran.predicate, definition);
    assert_eq!((&found["value"], &found["basis"]), (&json!(value), &json!(basis)), "{model}");
    let limits = ran.predicate["gate"]["models"].as_array().unwrap();
    assert_eq!(limits.len(), 1, "{model}");
    assert_eq!(limits[0]["definition"], definition);
}

#[test]
fn without_a_model_the_lowest_level_is_chosen() {
    let ran = ran("k = 2", "", DATA);
    assert_eq!((ran.level, &ran.predicate["gate"]["models"]), (0, &json!([])));
}

#[test]
fn diversity_beyond_distinct_values() {
    // a1: e^entropy of 3/4, 1/4 is 1.75; together (1/2, 1/4, 1/4): 2^1.5.
    let entropy = "column = \"note\"\nmodel = \"l-diversity.entropy\"\nl = ";
    binds(&format!("{entropy}2"), "l-diversity.entropy", 1, "2.8284271247", "recountable");
    binds(&format!("{entropy}1.75"), "l-diversity.entropy", 0, "1.7547653506", "recountable");
    // a1: 3 of the first, 1 of the rest; a2 and together: as many of the first as of the rest.
    let recursive = "column = \"note\"\nmodel = \"l-diversity.recursive\"\nl = 2\nc = ";
    binds(&format!("{recursive}3"), "l-diversity.recursive", 1, "1.0000000000", "recountable");
    binds(&format!("{recursive}3.1"), "l-diversity.recursive", 0, "3.0000000000", "recountable");
}

#[test]
fn distances_that_know_which_values_are_near() {
    // Both areas carry a quarter of their people over two of two steps.
    let ordered = "column = \"note\"\nmodel = \"t-closeness.ordered\"\norder = [\"x\", \"y\", \"z\"]\nt = ";
    binds(&format!("{ordered}0.2"), "t-closeness.ordered.input", 1, "0.0000000000", "attested");
    binds(&format!("{ordered}0.25"), "t-closeness.ordered.input", 0, "0.2500000000", "attested");
    // A value that nobody has is one more step.
    let more = ordered.replace("\"z\"]", "\"z\", \"zz\"]");
    binds(&format!("{more}0.2"), "t-closeness.ordered.input", 0, "0.1666666667", "attested");
    let by_text = ordered.replace("[\"x\", \"y\", \"z\"]", "\"text\"");
    binds(&format!("{by_text}0.2"), "t-closeness.ordered.input", 1, "0.0000000000", "attested");
    // a2: z a quarter too much, x as much too little, under another group: a quarter over the root.
    let tree = "column = \"note\"\nmodel = \"t-closeness.hierarchical\"\nhierarchy = \"tree\"\nt = ";
    binds(&format!("{tree}0.2"), "t-closeness.hierarchical.input", 1, "0.0000000000", "attested");
    binds(&format!("{tree}0.25"), "t-closeness.hierarchical.input", 0, "0.2500000000", "attested");
}

#[test]
fn what_a_class_tells_of_a_value() {
    // z: from a quarter to a half.
    let beta = "column = \"note\"\nmodel = \"beta-likeness\"\nbeta = ";
    binds(&format!("{beta}0.9"), "beta-likeness.basic.input", 1, "0.0000000000", "attested");
    binds(&format!("{beta}1"), "beta-likeness.basic.input", 0, "1.0000000000", "attested");
    binds(
        &format!("{beta}1\nenhanced = true"),
        "beta-likeness.enhanced.input",
        0,
        "1.0000000000",
        "attested",
    );
    // a1 has no z.
    let delta = "column = \"note\"\nmodel = \"delta-disclosure\"\ndelta = 1.5";
    binds(delta, "delta-disclosure.input", 1, "0.0000000000", "attested");
    let ran = ran("k = 2\nt_reference = \"published\"", &format!("{beta}0.9---{delta}"), DATA);
    let found = figure(&ran.predicate, "beta-likeness.basic.published");
    assert_eq!((ran.level, &found["basis"]), (1, &json!("recountable")));
    figure(&ran.predicate, "delta-disclosure.published");
}

#[test]
fn risks_of_the_whole_table() {
    binds("model = \"average-risk\"\nrisk = 0.2", "average-risk", 1, "0.1250000000", "recountable");
    binds("model = \"average-risk\"\nrisk = 0.25", "average-risk", 0, "0.2500000000", "recountable");
    let one = "area,note\na1,x\na2,x\na2,x\na2,y\na2,x\na2,y\na2,z\na2,z\n";
    let share = |share: &str| {
        let ran = ran("k = 1", &format!("model = \"sample-uniqueness\"\nshare = {share}"), one);
        (ran.level, figure(&ran.predicate, "sample-uniqueness")["value"].clone())
    };
    assert_eq!(share("0.1"), (1, json!("0.0000000000")));
    assert_eq!(share("0.125"), (0, json!("0.1250000000")));
}

/// NULL and the empty text are values; formula cells and characters that the encoding lacks are
/// compared in the text in which they are published.
#[test]
fn the_input_is_compared_in_published_texts() {
    let data = "area,note\na1,=x\na1,𠮷\na1,NULL\na1,\na2,=x\na2,𠮷\na2,NULL\na2,\n";
    let models = "column = \"note\"\nmodel = \"t-closeness.ordered\"\nt = 0\nnull = \"last\"\n\
        order = [\"\", \"=x\", \"𠮷\"]---column = \"note\"\nmodel = \"beta-likeness\"\nbeta = 0.001---\
        column = \"note\"\nmodel = \"delta-disclosure\"\ndelta = 0.001";
    let place = place("k = 2\nt = { people = { note = 0.0 } }", models, data);
    let text = place.text("recipe.toml").replace(
        "null = [\"NULL\"]\n",
        "null = [\"NULL\"]\nformula = \"prefix\"\nunmappable = \"geta\"\noutput = { encoding = \"cp932\" }\n",
    );
    place.write("recipe.toml", text);
    place.run(&["--demo-key"]).ok();
    let ran = read(&place);
    assert_eq!(ran.level, 0);
    for definition in ["t-closeness.ordered.input", "t-closeness.equal.input", "delta-disclosure.input"] {
        assert_eq!(figure(&ran.predicate, definition)["value"], "0.0000000000", "{definition}");
    }
}

#[track_caller]
fn refused(done: &Done, code: &str, exit: i32) {
    assert_eq!((done.code, done.codes()), (Some(exit), vec![code.to_owned()]), "{}", done.said());
}

#[test]
fn values_without_a_place_stop_the_run() {
    let order = "column = \"note\"\nmodel = \"t-closeness.ordered\"\nt = 1\norder = ";
    for (models, data) in [
        (format!("{order}[\"x\", \"y\"]"), DATA.to_owned()),
        (format!("{order}\"number\""), DATA.to_owned()),
        (format!("{order}\"text\""), format!("{DATA}a1,NULL\n")),
    ] {
        let place = place("k = 2", &models, &data);
        refused(&place.run(&["--demo-key"]), "D311", 3);
        place.assert_nothing_published(&models);
    }
    let tree = "column = \"note\"\nmodel = \"t-closeness.hierarchical\"\nt = 1\nhierarchy = \"tree\"";
    let place = place("k = 2", tree, &format!("{DATA}a1,q\n"));
    refused(&place.run(&["--demo-key"]), "D302", 3);
}

#[test]
fn a_model_that_nothing_meets_stops_the_run() {
    let place = place("k = 2", "column = \"note\"\nmodel = \"l-diversity.entropy\"\nl = 3", DATA);
    refused(&place.run(&["--demo-key"]), "D401", 1);
    place.assert_nothing_published("infeasible");
}

/// The report names the model, what was asked and what was reached, in both languages.
#[test]
fn the_report_says_what_was_asked_and_reached() {
    let place = place("k = 2", "column = \"note\"\nmodel = \"l-diversity.recursive\"\nl = 2\nc = 3", DATA);
    place.run(&["--demo-key"]).ok();
    let (ja, en) = (place.text("out/report.html"), place.text("out/report.en.html"));
    assert!(ja.contains("再帰的 (c,l)-多様性") && ja.contains("3.0000 未満"));
    assert!(en.contains("recursive (c,l)-diversity") && en.contains("below 3.0000"));
}

/// People with several records: the search and the recount count the same people.
#[test]
fn people_with_several_records_are_counted_alike() {
    let models = ["l-diversity.entropy\"\nl = 1.5", "l-diversity.recursive\"\nc = 4\nl = 2"]
        .iter()
        .chain(&[
            "beta-likeness\"\nbeta = 2",
            "delta-disclosure\"\ndelta = 3",
            "t-closeness.ordered\"\nt = 0.3\norder = \"text\"",
        ])
        .map(|m| format!("[[privacy.models]]\ntable = \"transports\"\ncolumn = \"grade\"\nmodel = \"{m}\n"))
        .collect::<String>();
    let risk = "[[privacy.models]]\ntable = \"prescriptions\"\nmodel = \"average-risk\"\nrisk = 0.2\n";
    let recipe = exchange(
        HEAD,
        &format!("k = 2\nsuppression = 0.3\nt = {{ transports = {{ grade = 0.4 }} }}\n{models}{risk}"),
    );
    let (mut persons, mut transports, mut prescriptions) = (
        "pid,area,group,note\n".to_owned(),
        "tid,pid,place,grade\n".to_owned(),
        "tid,kind,drug\n".to_owned(),
    );
    for p in 0..40u32 {
        persons.push_str(&format!(
            "p{p},{}{},{},n{}\n",
            10 + p % 2,
            p % 3,
            ["a1", "a2", "b1"][p as usize % 3],
            p % 4
        ));
        for r in 0..=(p % 3) {
            let t = p * 10 + r;
            transports.push_str(&format!("t{t},p{p},{}{},g{}\n", 20 + r % 2, p % 2, (p + r) % 3));
            prescriptions.push_str(&format!("t{t},{}0,d{}\n", 30 + p % 2, r));
        }
    }
    let place = Place::new();
    place.write("recipe.toml", recipe).write("data/persons.csv", persons);
    place.write("data/transports.csv", transports).write("data/prescriptions.csv", prescriptions);
    place.run(&["--demo-key"]).ok();
    place.deid(&["verify", "out", "--format", "json"]).ok();
    let predicate = statement(&place.read("out/manifest.dsse.json"))["predicate"].clone();
    assert_eq!(predicate["gate"]["models"].as_array().unwrap().len(), 6);
    assert_ne!(figure(&predicate, "beta-likeness.basic.input")["value"], Value::Null);
}

/// Where the published files do not say whose a record is, nothing could be counted again.
#[test]
fn a_model_on_people_who_cannot_be_told_is_refused() {
    let models = "[[privacy.models]]\ntable = \"transports\"\nmodel = \"average-risk\"\nrisk = 0.5\n";
    let recipe = exchange(HEAD, &format!("k = 2\n{models}"));
    let hidden = recipe.replacen(
        "\"pid\"   = { role = \"link\", item = \"iN03\", treatment = { pseudonym = \"resident\" } }\n\"place\"",
        "\"pid\"   = { role = \"link\", item = \"iN03\", treatment = \"drop\" }\n\"place\"",
        1,
    );
    assert_ne!(recipe, hidden);
    let place = Place::new();
    place.write("recipe.toml", hidden);
    let done = place.deid(&run_arguments("recipe.toml", "out", &["--demo-key"]));
    assert!(done.codes().contains(&"D145".to_owned()), "{}", done.said());
    assert_eq!(done.code, Some(2));
}

/// Nobody published may be thought alone in the population.
#[test]
fn the_population_is_estimated() {
    let one = "area,note\na1,x\na2,x\na2,x\na2,y\na2,x\na2,y\na2,z\na2,z\n";
    for estimator in ["dankar", "pitman", "zayatz", "snb"] {
        let model = |share: &str| {
            format!(
                "model = \"population-uniqueness\"\nshare = {share}\npopulation = 100\nestimator = \"{estimator}\""
            )
        };
        let definition = format!("population-uniqueness.{estimator}");
        let strict = ran("k = 1", &model("0"), one);
        assert_eq!(strict.level, 1, "{estimator}");
        let found = figure(&strict.predicate, &definition);
        assert_eq!((&found["value"], &found["basis"]), (&json!("0.0000000000"), &json!("recountable")));
        let limit = &strict.predicate["gate"]["models"][0];
        assert_eq!(limit["parameters"], json!({"population": 100}), "{estimator}");
    }
    // Zayatz on classes of 1 and 7 has a solution, and 1 allows everything.
    let mild = "model = \"population-uniqueness\"\nshare = 1\npopulation = 100\nestimator = \"zayatz\"";
    assert_eq!(ran("k = 1", mild, one).level, 0);
}

/// a1: 3 of the population, a2: 20. In the table four of each.
const POPULATION: &str = "area,people,other\na1,3,x\na2,19,x\na2,1,x\nb1,7,x\n";

fn with_population(models: &str, population: &str) -> Place {
    let place = place("k = 2", models, DATA);
    let more = "[privacy.population.people]\nfile = \"all.csv\"\ncount = \"people\"\n[hierarchy.area]";
    let text = place.text("recipe.toml").replace("[hierarchy.area]", more);
    place.write("recipe.toml", text).write("data/all.csv", population);
    place
}

fn against_population(models: &str, population: &str) -> Ran {
    let place = with_population(models, population);
    place.run(&["--demo-key"]).ok();
    place.deid(&["verify", "out", "--format", "json"]).ok();
    read(&place)
}

#[test]
fn classes_stand_for_people_of_the_population() {
    let k_map = |k: u32| {
        let ran = against_population(&format!("model = \"k-map\"\nk = {k}"), POPULATION);
        (ran.level, figure(&ran.predicate, "k-map")["value"].clone())
    };
    assert_eq!((k_map(3), k_map(4)), ((0, json!(3)), (1, json!(23))));
    let presence = |min: &str, max: &str, population: &str| {
        let ran =
            against_population(&format!("model = \"delta-presence\"\nmin = {min}\nmax = {max}"), population);
        let value = |side| figure(&ran.predicate, &format!("delta-presence.{side}"))["value"].clone();
        (ran.level, value("least"), value("greatest"))
    };
    let ten = POPULATION.replace("a1,3", "a1,5");
    assert_eq!(presence("0.2", "0.8", &ten), (0, json!("0.2000000000"), json!("0.8000000000")));
    assert_eq!(presence("0.2", "0.7", &ten), (1, json!("0.3200000000"), json!("0.3200000000")));
    assert_eq!(presence("0.3", "0.9", &ten).0, 1);
    // NULL is a class of its own on both sides, by the tokens of the table.
    let place = with_population("model = \"k-map\"\nk = 2", &format!("{POPULATION}NULL,2,x\n"));
    place.write("data/people.csv", format!("{DATA}NULL,x\nNULL,y\n"));
    place.run(&["--demo-key"]).ok();
    let ran = read(&place);
    assert_eq!((ran.level, &figure(&ran.predicate, "k-map")["value"]), (0, &json!(2)));
    // The file stands among the inputs.
    let ran = against_population("model = \"k-map\"\nk = 2", POPULATION);
    let inputs = ran.predicate["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|i| i["name"] == "all.csv" && i["rows"] == 4), "{inputs:?}");
}

#[test]
fn a_population_that_cannot_be_read_or_fitted_stops_the_run() {
    let model = "model = \"k-map\"\nk = 3";
    for (population, code, exit) in [
        ("area,people\na1,many\n", "D301", 3),
        ("area,other\na1,3\n", "D213", 3),
        ("place,people\na1,3\n", "D213", 3),
    ] {
        let place = with_population(model, population);
        refused(&place.run(&["--demo-key"]), code, exit);
        place.assert_nothing_published(population);
    }
    // Nobody of the population is like a published class: no level above helps but the top.
    let ran = against_population(model, "area,people\nb1,7\n");
    assert_eq!(ran.level, 2);
    let place = with_population(model, POPULATION);
    std::fs::remove_file(place.path("data/all.csv")).unwrap();
    refused(&place.run(&["--demo-key"]), "D225", 3);
    // People with several records: refused before anything is read.
    let models = "[[privacy.models]]\ntable = \"transports\"\nmodel = \"k-map\"\nk = 2\n\
        [privacy.population.transports]\nfile = \"all.csv\"\n";
    let place = Place::new();
    place.write("recipe.toml", exchange(HEAD, &format!("k = 2\n{models}")));
    let done = place.run(&["--demo-key"]);
    assert!(done.codes().contains(&"D146".to_owned()), "{}", done.said());
}

/// A figure that was written better than it is does not survive the recount, whoever signs it.
#[test]
fn a_figure_that_the_files_do_not_bear_out_is_found() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use deid::crypto::SigningKey;
    use deid::manifest::envelope::Envelope;
    let place = place("k = 2", "column = \"note\"\nmodel = \"l-diversity.entropy\"\nl = 1.5", DATA);
    place.run(&["--demo-key"]).ok();
    place.deid(&["verify", "out", "--format", "json"]).ok();
    let key = SigningKey::demo().unwrap();
    let signed = |value: &str| {
        let mut all = statement(&place.read("out/manifest.dsse.json"));
        let run = &mut all["predicate"];
        run["signer"] =
            json!({"id": key.public().id().as_str(), "public_key": STANDARD.encode(key.public().as_bytes())});
        run["demo"] = json!(true);
        let measures = run["measures"].as_array_mut().unwrap();
        let found = measures.iter_mut().find(|m| m["definition"] == "l-diversity.entropy").unwrap();
        found["value"] = json!(value);
        place.write("out/manifest.dsse.json", Envelope::sign(all.to_string().as_bytes(), &key).unwrap());
        place.deid(&["verify", "out", "--format", "json"])
    };
    let done = signed("2.0000000000");
    assert_eq!(done.code, Some(1), "{}", done.said());
    assert!(done.said().contains("D510"), "{}", done.said());
    signed("1.7547653506").ok();
    // Below the limit the statement contradicts itself.
    assert_eq!(signed("1.4000000000").code, Some(1));
}
