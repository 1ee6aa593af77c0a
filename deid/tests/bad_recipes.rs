//! Every file of `fixtures/bad/recipe` is refused, or warned about, for its one fault and no other.
//!
//! The first line of a file says what is expected (`# expect: CODE …`), the second why, a third may
//! say what is known of the run (`# context: key-file`). Codes that stop a run must be expected, all
//! of them; an expected warning must be there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use deid::error::Severity;
use deid::recipe::Recipe;
use deid::recipe::lint::{LintContext, lint};
use deid::rulepack::{KeyLifetime, RulePack};

struct Found {
    all: BTreeSet<String>,
    stopping: BTreeSet<String>,
}

fn judge(text: &str, pack: &RulePack, context: &LintContext) -> Found {
    match Recipe::parse(text) {
        Err(problems) => {
            let all: BTreeSet<String> = problems.iter().map(|d| d.code.to_string()).collect();
            Found { stopping: all.clone(), all }
        }
        Ok(recipe) => {
            let found = lint(&recipe, pack, context);
            Found {
                stopping: found.iter().filter(|f| f.stops()).map(|f| f.code.clone()).collect(),
                all: found.into_iter().map(|f| f.code).collect(),
            }
        }
    }
}

fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.lines().take(3).find_map(|line| line.strip_prefix(mark)).map(str::trim)
}

#[test]
fn each_bad_recipe_has_its_one_fault() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/bad/recipe");
    let pack = RulePack::embedded().unwrap();
    let mut wrong = Vec::new();
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 55, "{} files", names.len());
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected: BTreeSet<String> = after(&text, "# expect:")
            .unwrap_or_else(|| panic!("{name} does not say what is expected"))
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        assert!(after(&text, "# why:").is_some_and(|w| !w.is_empty()), "{name} does not say why");
        let context = match after(&text, "# context:") {
            None => LintContext::default(),
            Some("key-file") => {
                LintContext { key_lifetime: Some(KeyLifetime::File), ..LintContext::default() }
            }
            Some(other) => panic!("{name}: unknown context {other}"),
        };
        let found = judge(&text, &pack, &context);
        if !expected.is_subset(&found.all) || !found.stopping.is_subset(&expected) {
            wrong.push(format!(
                "{name}: expected {expected:?}, found {:?}, stopping {:?}",
                found.all, found.stopping
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The complete example of a page, which readers copy.
fn example(page: &str) -> &str {
    let (_, rest) = page.split_once("```toml\n").unwrap();
    rest.split_once("\n```").unwrap().0
}

#[test]
fn the_documented_examples_have_nothing_left_to_say() {
    let pack = RulePack::embedded().unwrap();
    for page in [include_str!("../../docs/recipe.md"), include_str!("../../docs/ja/recipe.md")] {
        let recipe = Recipe::parse(example(page)).unwrap_or_else(|e| panic!("{e:?}"));
        let found = lint(&recipe, &pack, &LintContext::default());
        let loud: Vec<_> = found
            .iter()
            .filter(|f| f.stops() || (f.severity == Severity::Warning && f.acknowledged.is_none()))
            .map(|f| (&f.code, &f.column))
            .collect();
        assert!(loud.is_empty(), "errors, and warnings that the example should acknowledge: {loud:?}");
    }
}

#[test]
fn findings_are_ordered_and_the_same_each_time() {
    let pack = RulePack::embedded().unwrap();
    let recipe = Recipe::parse(example(include_str!("../../docs/recipe.md"))).unwrap();
    let context = LintContext::default();
    let found = lint(&recipe, &pack, &context);
    assert_eq!(found, lint(&recipe, &pack, &context));
    let order: Vec<_> =
        found.iter().map(|f| (f.span.as_ref().map(|s| (s.start, s.end)), f.code.clone())).collect();
    assert!(order.is_sorted());
    assert!(found.len() > 5);
}

/// A recipe that treats every kind of column as its form wants it.
const GOOD: &str = r#"
recipe = 1
id = "good"
title = "良い例"
exchange = "test"
legal_form = "FORM"
maker = "MAKER"
follows = "0000000000000000000000000000000000000000000000000000000000000000"
[privacy]
k = 10
suppression = 0.05
l = { t = { "傷病名" = 2 } }
t = { t = { "傷病名" = 0.5 } }
[hierarchy.birth]
csv = "birth.csv"
[hierarchy.postal]
prefix = { lengths = [5, 3] }
[table.t]
file = "t.csv"
null = [""]
rows = 100
[table.t.columns]
"個人番号" = { role = "drop", item = "iN01" }
"住民ID" = { role = "link", item = "iN03", treatment = "drop" }
"氏名" = { role = "direct", item = "iP01", treatment = "drop" }
"生年月日" = { role = "quasi", item = "iP03", type = "date", treatment = { generalize = { hierarchy = "birth", min = 1 } } }
"郵便番号" = { role = "quasi", item = "iP06", type = "code", treatment = { generalize = { hierarchy = "postal", min = 2 } } }
"受診日" = { role = "quasi", item = "iM04", type = "date", treatment = { date_truncate = "month" } }
"傷病名" = { role = "sensitive", item = "iM01", treatment = { suppress = { rarer_than = 10 } } }
"備考" = { role = "text", item = "iM03" }
"#;

#[test]
fn every_form_of_rows_can_be_satisfied() {
    let pack = RulePack::embedded().unwrap();
    for (form, maker, left) in [
        ("安全管理加工", "city", &[][..]),
        ("仮名加工情報", "private", &[]),
        ("匿名加工情報", "private", &[]),
        // Whether the source is in the register is for people to say, always.
        ("行政機関等匿名加工情報", "city", &["DL516"]),
    ] {
        let recipe = Recipe::parse(&GOOD.replace("FORM", form).replace("MAKER", maker)).unwrap();
        let found = lint(&recipe, &pack, &LintContext::default());
        let loud: Vec<_> =
            found.iter().filter(|f| f.severity != Severity::Info).map(|f| f.code.as_str()).collect();
        assert_eq!(loud, left, "{form}");
    }
}
