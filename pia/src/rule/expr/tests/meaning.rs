//! What conditions mean over the small complete case.

use proptest::prelude::*;

use super::super::{Truth, WhyKind};
use super::{condition, outcome, whys};
use crate::case::schema::{KeyDef, Type, schema};
use crate::rule::fixture;

fn value(changes: &str, source: &str, at: Option<(&str, &str)>) -> Truth {
    outcome(&fixture::changed(changes), source, at).value
}

#[test]
fn absence_means_what_the_schema_says() {
    let none = "{ remove = \"party.pf.engaged_by\" }";
    assert_eq!(value(none, "party.engaged_by == null", Some(("party", "pf"))), Truth::True);
    assert_eq!(value(none, "party.engaged_by.kind == \"city\"", Some(("party", "pf"))), Truth::False);
    assert_eq!(
        value(none, "party.depth != null && party.depth > 3", Some(("party", "clinic"))),
        Truth::False
    );
    let open = value("{ remove = \"case.pilot.deletion_due\" }", "case.pilot.deletion_due > today", None);
    let why = whys(&open)[0];
    assert_eq!((why.kind, why.what.as_str()), (WhyKind::Unanswered, "case-world.pilot.deletion_due"));
    let stated = value(
        "{ set = \"case.pilot.deletion_due\", to = \"unknown\" }",
        "case.pilot.deletion_due > today",
        None,
    );
    assert_eq!(whys(&stated)[0].kind, WhyKind::FactOpen);
    assert_eq!(
        value("{ remove = \"case.pilot.deletion_due\" }", "has(case.pilot.deletion_due)", None),
        Truth::False
    );
}

#[test]
fn answers_are_typed_and_say_why_they_are_open() {
    let q = "answer(\"q.review.overdue\")";
    assert_eq!(value("", q, None), Truth::False);
    assert_eq!(value("{ answer = \"q.review.overdue\", to = true }", q, None), Truth::True);
    let open = value("{ answer = \"q.review.overdue\", state = \"unknown\" }", q, None);
    assert_eq!(whys(&open)[0].kind, WhyKind::FactOpen);
    let na = "{ answer = \"q.review.overdue\", state = \"not-applicable\", reason = \"理由\" }";
    assert_eq!(value(na, "answer(\"q.review.overdue\") == null", None), Truth::True);
    let changed = "{ answer = \"q.change.made\", to = true }";
    let unanswered = value(changed, "answer(\"q.change.reassessed\")", None);
    assert_eq!(whys(&unanswered)[0].kind, WhyKind::Unanswered);
    // A question that does not apply is not waited for.
    assert_eq!(value("", "answer(\"q.change.reassessed\") == null", None), Truth::True);
    let judged = value("", "answer(\"q.law.mutual\")", None);
    assert_eq!((whys(&judged)[0].kind, whys(&judged)[0].what.as_str()), (WhyKind::Law, "q.law.mutual"));
    assert_eq!(value("", "\"abroad\" in answer(\"q.explanation.contents\")", None), Truth::False);
}

#[test]
fn evidence_counts_only_when_somebody_has_read_it() {
    let proof = "proved(party.agreement)";
    let at = Some(("party", "pf"));
    assert_eq!(value("", proof, at), Truth::True);
    assert_eq!(value("{ set = \"party.pf.agreement\", to = [] }", proof, at), Truth::False);
    let unread = value("{ set = \"party.pf.agreement\", to = [\"ev-self-declared\"] }", proof, at);
    let why = whys(&unread)[0];
    assert_eq!(
        (why.kind, why.what.as_str(), why.detail),
        (WhyKind::NoEvidence, "ev-self-declared", "unchecked")
    );
    assert!(why.waits_for_city());
    let missing = value("{ remove = \"party.pf.agreement\" }", proof, at);
    assert_eq!(whys(&missing)[0].kind, WhyKind::NoEvidence);
    assert!(!whys(&missing)[0].waits_for_city());
}

#[test]
fn a_missing_cell_is_for_the_city() {
    let open = value("", "lookup(\"records_party\", \"ch4-58-2\", \"party\") == \"yes\"", None);
    let why = whys(&open)[0];
    assert_eq!((why.kind, why.what.as_str()), (WhyKind::Law, "records_party[ch4-58-2][party]"));
}

#[test]
fn days_and_periods() {
    for (source, expected) in [
        ("months_later(date(\"2026-01-31\"), 1) == date(\"2026-02-28\")", Truth::True),
        ("days_between(date(\"2026-02-28\"), date(\"2026-03-01\")) == 1", Truth::True),
        ("days_between(date(\"2026-03-01\"), date(\"2026-02-28\")) == -1", Truth::True),
        ("consents.all(c, hours(c.withdrawal_within) >= days(c.withdrawal_within))", Truth::True),
    ] {
        assert_eq!(value("", source, None), expected, "{source}");
    }
}

#[test]
fn what_cannot_be_computed_is_broken_and_no_panic() {
    let case = fixture::changed("");
    let evidence = fixture::evidence(&case);
    let world = super::World::new(&case, &evidence, &fixture::pack().library, fixture::day(&case));
    for source in [
        "9223372036854775807 + 1 > 0",
        "months_later(today, 999999) > today",
        "months_later(today, 9223372036854775807) > today",
        "-(-9223372036854775807 - 1) > 0",
    ] {
        let expr = condition(source, None).unwrap();
        assert!(expr.evaluate(&world, None, &[]).is_err(), "{source}");
    }
}

#[test]
fn the_facts_read_are_those_looked_at_once_each_in_order() {
    let case = fixture::changed("");
    let flow = case.all("flow").next().unwrap();
    let found = outcome(
        &case,
        "flow.from == flow.to || (flow.from == flow.to && flow.stage == \"link\") || flow.when == \"both\"",
        Some(("flow", flow.id())),
    );
    let keys: Vec<(&str, &str)> = found.reads.iter().map(|r| (r.id.as_str(), r.key.as_str())).collect();
    assert_eq!(keys, [(flow.id(), "from"), (flow.id(), "to"), (flow.id(), "when")]);
    assert!(found.reads.iter().all(|read| read.place.is_some() && !read.value.is_empty()));
}

/// A condition that compares a key of a flow with a literal of its type.
fn comparison(key: &KeyDef) -> Option<String> {
    let name = &key.name;
    Some(match &key.ty {
        Type::Tri | Type::Bool => format!("flow.{name} == false"),
        Type::Int => format!("flow.{name} == 0"),
        Type::Enum(of) => format!("flow.{name} == \"{}\"", schema().vocabulary(of)?.ids().next()?),
        Type::Period => format!("hours(flow.{name}) == 0"),
        Type::Date => format!("flow.{name} == today"),
        Type::Words | Type::Text => format!("flow.{name} == \"\""),
        Type::Refs(_) | Type::Objects(_) | Type::Evidence => format!("size(flow.{name}) == 0"),
        _ => return None,
    })
}

#[test]
fn a_missing_key_is_never_equal_to_false() {
    let mut tried = 0;
    for key in schema().kind("flow").unwrap().written().filter(|key| !key.need) {
        let Some(source) = comparison(key) else { continue };
        if key.absent == crate::case::schema::Absent::None {
            continue;
        }
        let changes = format!("{{ remove = \"flow.F1.{}\" }}", key.name);
        let declared = fixture::changed("");
        let case = if declared.find("flow", "F1").unwrap().get(&key.name).is_some() {
            fixture::changed(&changes)
        } else {
            declared
        };
        let found = outcome(&case, &source, Some(("flow", "F1"))).value;
        assert_eq!(whys(&found)[0].kind, WhyKind::Unanswered, "{source}");
        let negated = outcome(&case, &format!("!({source})"), Some(("flow", "F1"))).value;
        assert_eq!(found, negated, "{source}");
        tried += 1;
    }
    assert!(tried > 12, "{tried}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Any text is an expression or an error, never a crash.
    #[test]
    fn any_text_is_refused_or_computed(source in "[a-z.()!&|=<>\\[\\]\"0-9 あ,+*?:-]{0,40}") {
        let _ = condition(&source, Some("flow"));
    }

    /// Well-typed conditions over any keys of any kind are computed without a panic.
    #[test]
    fn well_typed_conditions_are_total(
        picks in prop::collection::vec((0_usize..1000, any::<bool>(), 0_u8..3), 1..6),
        kind in prop::sample::select(vec!["flow", "party", "capacity", "dataset", "item", "consent", "system"]),
    ) {
        let keys: Vec<&KeyDef> = schema().kind(kind).unwrap().keys().filter(|key| key.name != "regime").collect();
        let mut source = "true".to_owned();
        for (pick, negated, operator) in picks {
            let Some(part) = comparison(keys[pick % keys.len()]) else { continue };
            let part = part.replace("flow.", "x.");
            let part = if negated { format!("!({part})") } else { part };
            source = match operator {
                0 => format!("({source}) && {part}"),
                1 => format!("({source}) || {part}"),
                _ => format!("({part} ? {source} : {part})"),
            };
        }
        let collection = match kind {
            "party" => "parties",
            "capacity" => "capacities",
            "dataset" => "datasets",
            "item" => "items",
            "consent" => "consents",
            "system" => "systems",
            _ => "flows",
        };
        static CASE: std::sync::LazyLock<crate::case::tree::Case> =
            std::sync::LazyLock::new(|| fixture::changed(""));
        for each in ["exists", "all", "exists_one"] {
            let _ = outcome(&CASE, &format!("{collection}.{each}(x, {source})"), None);
        }
    }
}
