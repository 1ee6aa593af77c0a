//! What the type check refuses, with its code and the place in the text.

use super::condition;
use crate::rule::fault::FaultCode::{self, *};

const REFUSED: &[(&str, FaultCode, &str)] = &[
    ("flwo.relation == \"provide\"", UnknownVariable, "flwo"),
    ("flow.relatoin == \"provide\"", UnknownField, "."),
    ("flow.from.flows == 1", UnknownField, "."),
    ("flow.items.name == \"x\"", UnknownField, "."),
    ("has(flow.retention)", UnknownField, "("),
    ("flow.relation == \"provides\"", UnknownWord, "=="),
    ("flow.relation in [\"provide\", \"entrusted\"]", UnknownWord, "in"),
    ("flow.items.exists(i, i.code == \"iX99\")", UnknownWord, "=="),
    ("flow.relation == flow.when", TypeMismatch, "=="),
    ("flow.people_max == \"3\"", TypeMismatch, "=="),
    ("flow.from == flow.dataset", TypeMismatch, "=="),
    ("flow.name < \"x\"", TypeMismatch, "<"),
    ("flow.people_max && true", TypeMismatch, "."),
    ("!flow.name", TypeMismatch, "."),
    ("flow.people_max", NotBoolean, "."),
    ("flow.name + \"x\" == \"y\"", TypeMismatch, "."),
    ("flow.people_max.exists(x, true)", TypeMismatch, "."),
    ("frobnicate(flow)", UnknownFunction, "("),
    ("city_held()", UnknownFunction, "("),
    ("city_held(flow)", TypeMismatch, "flow"),
    ("flow.name.matches(\"(\")", Pattern, "\"(\""),
    ("flow.name.matches(flow.name)", NotLiteral, "."),
    ("today > date(\"2026-02-30\")", Date, "\"2026-02-30\""),
    ("mentions(flow.name, \"nothing\")", UnknownTable, "\"nothing\""),
    ("lookup(\"nothing\", flow.when, flow.stage) == \"yes\"", UnknownTable, "\"nothing\""),
    ("lookup(\"regime_basis\", flow.from.regime, \"consent\") == \"maybe\"", UnknownWord, "=="),
    ("answer(\"q.nothing\")", UnknownQuestion, "\"q.nothing\""),
    ("answer(\"q.review.overdue\", flow.name)", TypeMismatch, "."),
    ("\"colour\" in answer(\"q.explanation.contents\")", UnknownWord, "in"),
    ("flow.from.regime == \"ch5\"", Regime, "."),
    ("flow.from.regime in [\"ch5\"]", Regime, "."),
    ("flow.people_max * 2 > 4", NotAllowed, "*"),
    ("proved(flow.legal)", TypeMismatch, "."),
    ("purpose.text == \"\"", UnknownVariable, "purpose"),
];

#[test]
fn mistakes_are_found_when_the_pack_is_loaded_each_at_its_place() {
    for (source, code, at) in REFUSED {
        let error = condition(source, Some("flow")).expect_err(source);
        assert_eq!(error.code, *code, "{source}: {error:?}");
        assert!(source[error.at.clone()].starts_with(at), "{source}: {error:?}");
    }
}

#[test]
fn a_regime_may_only_be_the_row_of_a_table() {
    assert!(
        condition("lookup(\"regime_basis\", flow.from.regime, \"consent\") == \"no\"", Some("flow")).is_ok()
    );
    let error = condition("flow.from.regime == lookup(\"regime_basis\", \"ch5\", \"consent\")", Some("flow"));
    assert_eq!(error.unwrap_err().code, Regime);
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("{}flow.people_max > 1{}", "!(".repeat(80), ")".repeat(80));
    assert!(condition(&deep, Some("flow")).is_err());
    let chain = format!("flow.people_max{} > 1", " + 1".repeat(100));
    assert_eq!(condition(&chain, Some("flow")).unwrap_err().code, NotAllowed);
}
