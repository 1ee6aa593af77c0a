//! What every model must have, and that the gate hears of bytes that break a limit.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::super::recount::{Owner, Target, measure as recount};
use super::*;
use crate::recipe::{CsvFormat, FileFormat};
use crate::transform::pages::page;
use crate::words::{Lang, Words};

fn every_model() -> Vec<PrivacyModel> {
    let mut all = vec![
        PrivacyModel::EntropyL { l: 2.0 },
        PrivacyModel::RecursiveL { c: 3.0, l: 2 },
        PrivacyModel::TOrdered { t: 0.2, order: ValueOrder::Text, null: Some(NullPlace::Last) },
        PrivacyModel::THierarchical { t: 0.2, hierarchy: "h".to_owned() },
        PrivacyModel::BetaLikeness { beta: 1.0, enhanced: false },
        PrivacyModel::BetaLikeness { beta: 1.0, enhanced: true },
        PrivacyModel::DeltaDisclosure { delta: 1.0 },
        PrivacyModel::AverageRisk { risk: 0.1 },
        PrivacyModel::SampleUniqueness { share: 0.1 },
        PrivacyModel::KMap { k: 2 },
        PrivacyModel::DeltaPresence { min: 0.0, max: 0.5 },
    ];
    all.extend(recipe::Estimator::ALL.map(|estimator| PrivacyModel::PopulationUniqueness {
        share: 0.1,
        population: None,
        estimator,
    }));
    all
}

#[test]
fn every_model_has_a_page_words_and_a_limit_that_can_be_written() {
    let mut seen: Vec<&str> = every_model().iter().map(PrivacyModel::id).collect();
    seen.dedup();
    let mut known = PrivacyModel::ids();
    known.sort_unstable();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, known, "a model is not tested here");
    let (ja, en) = (Words::load(Lang::Ja), Words::load(Lang::En));
    for model in every_model() {
        assert!(page(model.id()).is_some(), "{}", model.id());
        for reference in [TReference::Input, TReference::Published] {
            for (definition, wanted, _) in limits(&model, reference) {
                let key = format!("report.model.{definition}");
                assert!(ja.ui(&key) != key && en.ui(&key) != key, "{key}");
                assert!(as_figure(&definition, wanted.limit()).is_some(), "{definition}");
            }
        }
    }
}

#[test]
fn limits_are_kept_or_not() {
    for (wanted, kept, broken) in [
        (Wanted::Least(2.0), 2.0 - 1e-13, 2.0 - 1e-9),
        (Wanted::Greatest(0.2), 0.2 + 1e-13, 0.2 + 1e-9),
        (Wanted::Below(3.0), 3.0 - 1e-9, 3.0),
        (Wanted::Greatest(1.0), 0.0, f64::INFINITY),
    ] {
        assert!(wanted.is_met(Some(kept)), "{wanted:?}");
        assert!(!wanted.is_met(Some(broken)) && !wanted.is_met(None), "{wanted:?}");
        assert!(!wanted.is_met(Some(f64::NAN)), "{wanted:?}");
    }
}

fn target(path: std::path::PathBuf, questions: Vec<Question>) -> Target {
    let csv = CsvFormat { encoding: Some("utf-8".to_owned()), delimiter: b',', skip_rows: 0 };
    let input: Texts = [("x", 4), ("y", 2), ("z", 2)].map(|(t, n)| (Some(t.to_owned()), n)).into();
    Target {
        id: "people".to_owned(),
        path,
        format: FileFormat::Csv(csv),
        null: Vec::new(),
        quasi: vec!["area".to_owned()],
        sensitive: vec!["note".to_owned()],
        others: Vec::new(),
        owner: Owner::EachRow,
        is_person_table: false,
        referred: Vec::new(),
        questions,
        inputs: vec![Some(input)],
        population: Some([("a", 20), ("b", 5)].map(|(t, n)| (vec![Some(t.to_owned())], n)).into()),
        attested: None,
    }
}

/// The figures follow the bytes, whatever the search had found.
#[test]
fn changed_bytes_change_what_the_gate_hears() {
    let order = ["x", "y", "z"].map(|t| Some(t.to_owned())).to_vec();
    let asked: [(Option<usize>, bool, Formula, Wanted); 7] = [
        (Some(0), false, Formula::EntropyL, Wanted::Least(2.0)),
        (Some(0), false, Formula::RecursiveL { l: 2 }, Wanted::Below(2.0)),
        (Some(0), true, Formula::TOrdered { order }, Wanted::Greatest(0.2)),
        (Some(0), true, Formula::BetaLikeness { enhanced: false }, Wanted::Greatest(0.5)),
        (None, false, Formula::AverageRisk, Wanted::Greatest(0.125)),
        (None, false, Formula::KMap, Wanted::Least(20.0)),
        (None, false, Formula::DeltaPresence { largest: true }, Wanted::Greatest(0.4)),
    ];
    let questions = || {
        asked
            .iter()
            .map(|(column, against_input, formula, _)| Question {
                column: *column,
                against_input: *against_input,
                formula: formula.clone(),
            })
            .collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let met = |name: &str, text: &str| -> Vec<bool> {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let found = recount(&[target(path, questions())], 1).unwrap();
        asked.iter().zip(&found.tables[0].models).map(|(asked, answer)| asked.3.is_met(*answer)).collect()
    };
    let good = "area,note\na,x\na,x\na,x\na,x\na,y\na,y\na,z\na,z\n";
    assert_eq!(met("good.csv", good), [true; 7]);
    // Two of the records are another area's, and their values are all x.
    let changed = "area,note\nb,x\nb,x\na,x\na,x\na,y\na,y\na,z\na,z\n";
    assert_eq!(met("changed.csv", changed), [false, false, false, false, false, false, true]);
    // A value that the input does not have.
    let strange = good.replacen("a,x", "a,q", 1);
    assert_eq!(met("strange.csv", &strange)[2..4], [false, false]);
}

mod formulas {
    //! Search and recount have formulas of their own; on any class they must say the same.
    use super::super::engine_models::{
        Class, Distribution, Model, beta_likeness::BetaLikeness, delta_disclosure::DeltaDisclosure,
        delta_presence::DeltaPresence, entropy_l::EntropyL, k_map::KMap, recursive_l::RecursiveL,
        t_hierarchical::THierarchical, t_ordered::TOrdered,
    };
    use super::super::figure::{View, figure};
    use super::*;
    use crate::measure::t_closeness::Distribution as Counted;
    use crate::measure::values::ClassValues;
    use proptest::prelude::*;

    /// Values 0 (NULL) to 5; the recount knows them as NULL and "1" to "5".
    fn text(value: u32) -> Option<String> {
        (value > 0).then(|| value.to_string())
    }

    fn check(
        model: &dyn Model,
        formula: Formula,
        wanted: Wanted,
        class: &[u64],
        rest: &[u64],
        population: u64,
    ) {
        let mut reference = Distribution::default();
        let mut input = Texts::new();
        for (value, (a, b)) in (0u32..).zip(class.iter().zip(rest)) {
            reference.add(value, a + b);
            if a + b > 0 {
                input.insert(text(value), a + b);
            }
        }
        let values: Vec<(u32, u64)> = (0u32..).zip(class.iter().copied()).filter(|(_, n)| *n > 0).collect();
        let people = class.iter().sum();
        let violates = model.violates(&Class { people, population, values: &values, reference: &reference });
        // The recount's own codes: as the texts were met, NULL apart.
        let mut texts = Interner::default();
        let codes = values.iter().rev().map(|(value, n)| {
            let code = text(*value).map_or(u32::MAX, |t| texts.intern(&t).unwrap().0);
            (code, *n)
        });
        let of_class = ClassValues::of(vec![codes.collect()]);
        let published = Counted::new([]);
        let view = View {
            sizes: &[people],
            population: &[population],
            values: Some(&of_class),
            published: Some(&published),
            input: Some(&input),
            texts: &texts,
        };
        let found = figure(&Question { column: Some(0), against_input: true, formula }, &view);
        // Where a limit is hit but for rounding, either may be right.
        let near = found.is_some_and(|f| (f - wanted.limit()).abs() < 1e-9);
        assert!(near || violates != wanted.is_met(found), "{model:?}: {found:?} for {class:?} of {rest:?}");
    }

    proptest! {
        #[test]
        fn search_and_recount_agree(
            class in proptest::collection::vec(0u64..9, 6),
            rest in proptest::collection::vec(0u64..9, 6),
            limit in 0.01f64..1.5,
            l in 1u32..5,
            order in Just((0u32..6).collect::<Vec<_>>()).prop_shuffle(),
            population in 0u64..60,
        ) {
            prop_assume!(class.iter().sum::<u64>() > 0);
            let check = |model: &dyn Model, formula, wanted| check(model, formula, wanted, &class, &rest, population);
            let spread = 1.0 + 3.0 * limit;
            check(&EntropyL { l: spread }, Formula::EntropyL, Wanted::Least(spread));
            let c = 2.0 * limit;
            check(&RecursiveL { c, l }, Formula::RecursiveL { l }, Wanted::Below(c));
            for enhanced in [false, true] {
                let model = BetaLikeness { beta: limit, enhanced };
                check(&model, Formula::BetaLikeness { enhanced }, Wanted::Greatest(limit));
            }
            check(&DeltaDisclosure { delta: limit }, Formula::DeltaDisclosure, Wanted::Below(limit));
            let t = limit / 3.0;
            let named = order.iter().map(|v| text(*v)).collect();
            check(&TOrdered { t, order: order.clone() }, Formula::TOrdered { order: named }, Wanted::Greatest(t));
            // NULL | 1 2 | 3 4 5 below the root.
            let group = [0u32, 1, 1, 2, 2, 2];
            let tree = THierarchical { t, levels: vec![group.to_vec(), vec![0; 3]] };
            let paths = (0u32..6).map(|v| (text(v), vec![v, group[v as usize]])).collect();
            check(&tree, Formula::THierarchical { paths }, Wanted::Greatest(t));
            check(&KMap { k: 9 }, Formula::KMap, Wanted::Least(9.0));
            let share = limit.min(1.0);
            let most = DeltaPresence { min: 0.0, max: share };
            check(&most, Formula::DeltaPresence { largest: true }, Wanted::Greatest(share));
        }
    }
}
