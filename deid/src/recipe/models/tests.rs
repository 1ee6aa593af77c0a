//! One entry per model with its parameters; one fault per entry.

#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::recipe::Recipe;

fn models(entry: &str) -> Result<Vec<ModelDemand>, Vec<Code>> {
    let population = if entry.contains("min =") || entry.contains("k-map") { POPULATION } else { "" };
    let text = format!(
        "recipe = 1\nid = \"r\"\ntitle = \"t\"\nexchange = \"e\"\nlegal_form = \"安全管理加工\"\n\
         [privacy]\nk = 2\n{population}[[privacy.models]]\n{entry}\n[hierarchy.h]\nprefix = {{ lengths = [1] }}\n\
         [table.p]\nfile = \"p.csv\"\n[table.p.columns]\n\
         \"q\" = {{ role = \"quasi\", treatment = \"keep\" }}\n\
         \"s\" = {{ role = \"sensitive\", treatment = \"keep\" }}\n\
         \"x\" = {{ role = \"sensitive\", treatment = \"drop\" }}\n\
"
    );
    match Recipe::parse(&text) {
        Ok(recipe) => Ok(recipe.privacy.unwrap().models),
        Err(problems) => Err(problems.iter().map(|d| d.code).collect()),
    }
}

const POPULATION: &str = "[privacy.population.p]\nfile = \"all.csv\"\n";
const ON: &str = "table = \"p\"\ncolumn = \"s\"";

#[test]
fn every_model_is_read_with_its_parameters() {
    use PrivacyModel as M;
    for (text, model) in [
        ("model = \"l-diversity.entropy\"\nl = 2.5", M::EntropyL { l: 2.5 }),
        ("model = \"l-diversity.recursive\"\nc = 3\nl = 2", M::RecursiveL { c: 3.0, l: 2 }),
        (
            "model = \"t-closeness.ordered\"\nt = 0.2\norder = [\"a\", \"b\"]\nnull = \"last\"",
            M::TOrdered {
                t: 0.2,
                order: ValueOrder::Listed(vec!["a".to_owned(), "b".to_owned()]),
                null: Some(NullPlace::Last),
            },
        ),
        (
            "model = \"t-closeness.ordered\"\nt = 0.2\norder = \"number\"",
            M::TOrdered { t: 0.2, order: ValueOrder::Number, null: None },
        ),
        (
            "model = \"t-closeness.hierarchical\"\nt = 1\nhierarchy = \"h\"",
            M::THierarchical { t: 1.0, hierarchy: "h".to_owned() },
        ),
        ("model = \"beta-likeness\"\nbeta = 1", M::BetaLikeness { beta: 1.0, enhanced: false }),
        (
            "model = \"beta-likeness\"\nbeta = 1\nenhanced = true",
            M::BetaLikeness { beta: 1.0, enhanced: true },
        ),
        ("model = \"delta-disclosure\"\ndelta = 1.5", M::DeltaDisclosure { delta: 1.5 }),
    ] {
        let found = models(&format!("{text}\n{ON}")).unwrap();
        let wanted = (model, Some("s".to_owned()));
        assert_eq!(found.into_iter().map(|d| (d.model, d.column)).collect::<Vec<_>>(), [wanted]);
    }
    for (text, model) in [
        ("model = \"average-risk\"\nrisk = 0.1", M::AverageRisk { risk: 0.1 }),
        ("model = \"sample-uniqueness\"\nshare = 0", M::SampleUniqueness { share: 0.0 }),
        (
            "model = \"population-uniqueness\"\nshare = 0.01\npopulation = \"japan\"\nestimator = \"snb\"",
            M::PopulationUniqueness { share: 0.01, population: None, estimator: Estimator::Snb },
        ),
        (
            "model = \"population-uniqueness\"\nshare = 0.01\npopulation = 255000\nestimator = \"dankar\"",
            M::PopulationUniqueness { share: 0.01, population: Some(255_000), estimator: Estimator::Dankar },
        ),
        ("model = \"k-map\"\nk = 3", M::KMap { k: 3 }),
        ("model = \"delta-presence\"\nmin = 0\nmax = 0.5", M::DeltaPresence { min: 0.0, max: 0.5 }),
    ] {
        let found = models(&format!("{text}\ntable = \"p\"")).unwrap();
        assert_eq!(found.into_iter().map(|d| (d.model, d.column)).collect::<Vec<_>>(), [(model, None)]);
    }
}

#[test]
fn one_fault_per_entry_is_one_problem() {
    let on = |text: &str| format!("{text}\n{ON}");
    for (text, code) in [
        (on("model = \"l-diversity\"\nl = 2"), Code::RecipeBadValue),
        (on("model = \"l-diversity.entropy\"\nl = 0.5"), Code::RecipeBadValue),
        (on("model = \"l-diversity.entropy\"\nl = \"2\""), Code::RecipeWrongType),
        (on("model = \"l-diversity.entropy\""), Code::RecipeMissingKey),
        (on("model = \"l-diversity.entropy\"\nl = 2\nk = 2"), Code::RecipeUnknownKey),
        (on("model = \"l-diversity.recursive\"\nc = 0\nl = 2"), Code::RecipeBadValue),
        (on("model = \"l-diversity.recursive\"\nc = 3\nl = 2.5"), Code::RecipeWrongType),
        (on("model = \"t-closeness.ordered\"\nt = 1.1\norder = \"text\""), Code::RecipeBadValue),
        (on("model = \"t-closeness.ordered\"\nt = 0.1\norder = \"size\""), Code::RecipeBadValue),
        (on("model = \"t-closeness.ordered\"\nt = 0.1\norder = [\"a\"]"), Code::RecipeBadValue),
        (on("model = \"t-closeness.ordered\"\nt = 0.1\norder = [\"a\", \"a\"]"), Code::RecipeBadValue),
        (
            on("model = \"t-closeness.ordered\"\nt = 0.1\norder = \"text\"\nnull = \"middle\""),
            Code::RecipeBadValue,
        ),
        (
            on("model = \"t-closeness.hierarchical\"\nt = 0.1\nhierarchy = \"g\""),
            Code::RecipeUnknownReference,
        ),
        (on("model = \"beta-likeness\"\nbeta = 0"), Code::RecipeBadValue),
        (on("model = \"beta-likeness\"\nbeta = 1\nenhanced = 1"), Code::RecipeWrongType),
        (on("model = \"delta-disclosure\"\ndelta = 0"), Code::RecipeBadValue),
        (on("model = \"average-risk\"\nrisk = 0.1"), Code::RecipeUnknownKey),
        ("model = \"average-risk\"\nrisk = 0\ntable = \"p\"".to_owned(), Code::RecipeBadValue),
        ("model = \"average-risk\"\nrisk = 0.1".to_owned(), Code::RecipeMissingKey),
        ("model = \"k-map\"\nk = 0\ntable = \"p\"".to_owned(), Code::RecipeBadValue),
        ("model = \"delta-presence\"\nmin = 0.5\nmax = 0.4\ntable = \"p\"".to_owned(), Code::RecipeBadValue),
        (
            "model = \"population-uniqueness\"\nshare = 0.1\npopulation = \"usa\"\nestimator = \"snb\"\n\
             table = \"p\""
                .to_owned(),
            Code::RecipeBadValue,
        ),
        (
            "model = \"population-uniqueness\"\nshare = 0.1\npopulation = 9\nestimator = \"best\"\n\
             table = \"p\""
                .to_owned(),
            Code::RecipeBadValue,
        ),
        ("model = \"sample-uniqueness\"\nshare = 2\ntable = \"p\"".to_owned(), Code::RecipeBadValue),
        ("model = \"average-risk\"\nrisk = 0.1\ntable = \"m\"".to_owned(), Code::RecipeUnknownReference),
        ("model = \"delta-disclosure\"\ndelta = 1\ntable = \"p\"".to_owned(), Code::RecipeMissingKey),
        (
            "model = \"delta-disclosure\"\ndelta = 1\ntable = \"p\"\ncolumn = \"q\"".to_owned(),
            Code::RecipeBadValue,
        ),
        (
            "model = \"delta-disclosure\"\ndelta = 1\ntable = \"p\"\ncolumn = \"x\"".to_owned(),
            Code::RecipeBadValue,
        ),
        (
            "model = \"delta-disclosure\"\ndelta = 1\ntable = \"p\"\ncolumn = \"z\"".to_owned(),
            Code::RecipeUnknownReference,
        ),
        (
            format!(
                "model = \"delta-disclosure\"\ndelta = 1\n{ON}\n\
                 [[privacy.models]]\nmodel = \"delta-disclosure\"\ndelta = 2\n{ON}"
            ),
            Code::RecipeBadValue,
        ),
    ] {
        assert_eq!(models(&text), Err(vec![code]), "{text}");
    }
}
