//! What lowers a risk: a measure at every system where the scenario can strike, proven, and once.

use jiff::civil::{Date, date};
use pia::case::change::Change;
use pia::evidence::status::Class;
use pia::risk::view::{Control, Effect, Risk};

use crate::folder::Folder;

const TODAY: Date = date(2025, 9, 26);

fn set(path: &str, to: &str) -> Change {
    Change::Set { set: path.to_owned(), to: toml::Value::String(to.to_owned()) }
}

/// A risk of the emergency case after changes.
fn risk(scenario: &str, flow: &str, changes: &[Change]) -> Risk {
    let risks = Folder::open("emergency").changed(changes).risks(TODAY);
    risks.risks.into_iter().find(|risk| risk.scenario == scenario && risk.flow == flow).unwrap()
}

fn control<'a>(risk: &'a Risk, kind: &str) -> &'a Control {
    let mut found = risk.controls.iter().filter(|control| control.kind == kind);
    let first = found.next().unwrap();
    assert!(found.next().is_none(), "{kind} is listed twice");
    first
}

fn systems(control: &Control) -> Vec<&str> {
    control.held.iter().map(|held| held.system.as_str()).collect()
}

// F03 goes from S3 over S1 and the cloud S4 to S2; the cloud cannot be reached from outside.

#[test]
fn a_measure_is_listed_once_with_the_systems_that_have_it() {
    let whole = risk("R01", "F03", &[]);
    let mfa = control(&whole, "mfa");
    assert_eq!((mfa.effect, mfa.class, mfa.steps), (Effect::Lowers, Class::Document, 1));
    assert_eq!((systems(mfa), mfa.missing.len()), (vec!["S3", "S1", "S2"], 0));
}

#[test]
fn one_system_without_it_and_nothing_is_lowered() {
    let (whole, without) =
        (risk("R01", "F03", &[]), risk("R01", "F03", &[set("measure.S2-mfa.kind", "dlp")]));
    let mfa = control(&without, "mfa");
    assert_eq!((mfa.effect, &*mfa.missing), (Effect::NotEverywhere, &["S2".to_owned()][..]));
    assert_eq!((without.existing, without.residual), (whole.existing + 1, whole.residual + 1));
    // Planned at one of them, it lowers what is planned and no more.
    let planned = risk("R01", "F03", &[set("measure.S2-mfa.status", "planned")]);
    assert_eq!(control(&planned, "mfa").effect, Effect::Planned);
    assert_eq!((planned.existing, planned.residual), (whole.existing + 1, whole.residual));
    // Not proven at one of them, it lowers nothing.
    let empty = Change::Set { set: "measure.S2-mfa.evidence".to_owned(), to: toml::Value::Array(Vec::new()) };
    let claimed = risk("R01", "F03", &[empty]);
    let mfa = control(&claimed, "mfa");
    assert_eq!((mfa.effect, mfa.class), (Effect::NoEvidence, Class::SelfDeclared));
    assert_eq!(claimed.residual, whole.residual + 1);
}

#[test]
fn where_a_scenario_cannot_strike_nothing_is_needed_but_not_knowing_is_no_no() {
    let bare = set("measure.S4-mfa.kind", "dlp");
    let closed = risk("R01", "F03", std::slice::from_ref(&bare));
    assert_eq!(control(&closed, "mfa").effect, Effect::Lowers);
    let open = risk("R01", "F03", &[bare, set("system.S4.public_network", "unknown")]);
    let mfa = control(&open, "mfa");
    assert_eq!((mfa.effect, &*mfa.missing), (Effect::NotEverywhere, &["S4".to_owned()][..]));
}

#[test]
fn a_procedure_about_the_flow_is_done_once_and_needs_what_it_rests_on() {
    let whole = risk("R09", "F03", &[]);
    let check = control(&whole, "consent-check");
    assert_eq!((check.effect, systems(check)), (Effect::Lowers, vec!["S1"]));
    // One way past the check, or one that is not known, and it lowers nothing.
    for answer in ["no", "unknown"] {
        let past = risk("R09", "F03", &[set("system.S3.consent_check", answer)]);
        assert_eq!(control(&past, "consent-check").effect, Effect::NeedNotMet, "{answer}");
    }
}
