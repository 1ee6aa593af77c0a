//! Three values against brute force: every unknown is replaced by yes and by no, and what the
//! evaluator calls known must be what all completions say.

use proptest::prelude::*;

use super::super::{Expr, Library, Names, Scope, Truth, Ty, World};
use crate::case::tree::Case;
use crate::evidence::EvidenceStatus;
use crate::rule::expr::value::{Causes, Tri};
use crate::rule::fixture;

/// The tri keys of a case's emergency rules: three facts that may be yes, no or not declared.
const KEYS: [&str; 3] = ["logged", "reviewed", "prior_consent_considered"];

/// The small complete case with these three facts.
fn case(values: [Option<bool>; 3]) -> Case {
    let changes: Vec<String> = KEYS
        .iter()
        .zip(values)
        .map(|(key, value)| match value {
            Some(flag) => {
                let word = if flag { "yes" } else { "no" };
                format!("{{ set = \"case.emergency.{key}\", to = \"{word}\" }}")
            }
            None => format!("{{ remove = \"case.emergency.{key}\" }}"),
        })
        .collect();
    fixture::changed(&changes.join(", "))
}

/// All 27 cases, by their values in base three.
fn cases() -> &'static [Case] {
    static CASES: std::sync::LazyLock<Vec<Case>> = std::sync::LazyLock::new(|| {
        (0..27)
            .map(|n| case([n / 9, n / 3 % 3, n % 3].map(|digit| [Some(false), Some(true), None][digit])))
            .collect()
    });
    &CASES
}

fn compile(source: &str) -> Expr {
    let names = Names::default();
    let scope = Scope { names: &names, variables: Vec::new(), regime: false };
    Expr::condition(source, &scope).unwrap_or_else(|e| panic!("{source}: {e:?}"))
}

fn evaluate(expr: &Expr, case: &Case) -> Option<bool> {
    let (evidence, library) = (EvidenceStatus::default(), Library::default());
    let world = World::new(case, &evidence, &library, "2026-01-01".parse().unwrap());
    match expr.evaluate_owned(&world, None).value {
        Truth::True => Some(true),
        Truth::False => Some(false),
        Truth::Unknown(whys) => {
            assert!(!whys.is_empty(), "{}", expr.source());
            None
        }
    }
}

/// Digits of the cases that complete case `n`.
fn completions(n: usize) -> Vec<usize> {
    let digits = [n / 9, n / 3 % 3, n % 3];
    (0..27)
        .filter(|m| {
            let other = [m / 9, m / 3 % 3, m % 3];
            digits.iter().zip(other).all(|(d, o)| o != 2 && (*d == 2 || *d == o))
        })
        .collect()
}

/// What is called known holds in every completion.
fn is_sound(source: &str) {
    let expr = compile(source);
    for n in 0..27 {
        if let Some(known) = evaluate(&expr, &cases()[n]) {
            for m in completions(n) {
                assert_eq!(evaluate(&expr, &cases()[m]), Some(known), "{source}: case {n}, completed as {m}");
            }
        }
    }
}

#[test]
fn the_tables_of_and_or_not_are_kleenes() {
    let open = || Tri::Unknown(Causes::new());
    let all = [Tri::True, Tri::False, open()];
    let number = |tri: &Tri<'_>| match tri {
        Tri::True => 2,
        Tri::Unknown(_) => 1,
        Tri::False => 0,
    };
    for a in &all {
        assert_eq!(number(&a.clone().not()), 2 - number(a));
        for b in &all {
            assert_eq!(number(&a.clone().and(b.clone())), number(a).min(number(b)), "{a:?} && {b:?}");
            assert_eq!(number(&a.clone().or(b.clone())), number(a).max(number(b)), "{a:?} || {b:?}");
        }
    }
}

#[test]
fn and_or_not_choice_are_exact_where_each_fact_stands_once() {
    let (a, b, c) =
        ("case.emergency.logged", "case.emergency.reviewed", "case.emergency.prior_consent_considered");
    for source in [
        format!("{a} && {b}"),
        format!("{a} || {b}"),
        format!("!{a} || ({b} && {c})"),
        format!("({a} || {b}) && !{c}"),
        format!("[{a}, {b}, {c}].exists(x, x)"),
        format!("[{a}, {b}, {c}].all(x, x)"),
        format!("[{a}, {b}, {c}].all(x, !x)"),
        format!("[{a}, {b}, {c}].exists_one(x, x)"),
        format!("true in [{a}, {b}, {c}]"),
        format!("!(false in [{a}, {b}, {c}])"),
    ] {
        let expr = compile(&source);
        for n in 0..27 {
            let mut all: Vec<_> = completions(n).iter().map(|m| evaluate(&expr, &cases()[*m])).collect();
            all.sort();
            all.dedup();
            let expected = if all.len() == 1 { all[0] } else { None };
            assert_eq!(evaluate(&expr, &cases()[n]), expected, "{source}: case {n}");
        }
    }
}

#[test]
fn an_open_filter_leaves_the_size_open() {
    let three = "[case.emergency.logged, case.emergency.reviewed, case.emergency.prior_consent_considered]";
    for source in [
        format!("size({three}.filter(x, x)) >= 1"),
        format!("size({three}.filter(x, x)) == 3"),
        format!("{three}.filter(x, x).exists(x, true)"),
        format!("{three}.filter(x, !x).all(x, x)"),
        format!("{three}.map(x, !x).exists_one(y, y)"),
        format!("{three}.filter(x, x) == {three}"),
        "(case.emergency.logged ? 1 : 2) < 3".to_owned(),
        "(case.emergency.logged ? case.emergency.reviewed : case.emergency.reviewed)".to_owned(),
    ] {
        is_sound(&source);
    }
}

/// Any condition over the three facts.
fn conditions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(KEYS.to_vec()).prop_map(|key| format!("case.emergency.{key}")),
        Just("true".to_owned()),
        Just("false".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(", ")));
        prop_oneof![
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) == ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) != ({b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("(({a}) ? ({b}) : ({c}))")),
            (inner.clone(), list.clone()).prop_map(|(a, list)| format!("({a}) in {list}")),
            (list.clone(), inner.clone()).prop_map(|(list, a)| format!("{list}.exists(x, x && ({a}))")),
            (list.clone(), inner.clone()).prop_map(|(list, a)| format!("{list}.all(x, x || ({a}))")),
            list.clone().prop_map(|list| format!("{list}.exists_one(x, x)")),
            (list.clone(), inner.clone())
                .prop_map(|(list, a)| format!("size({list}.filter(x, x == ({a}))) >= 1")),
            (list, inner)
                .prop_map(|(list, a)| format!("{list}.filter(x, x).map(y, !y).exists(z, z == ({a}))")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_called_known_where_completions_differ(source in conditions()) {
        is_sound(&source);
    }
}

#[test]
fn types_of_the_three_facts_are_yes_or_no() {
    assert_eq!(*compile("case.emergency.logged").ty(), Ty::Bool);
}
