//! The two ends: a case in which nothing is wrong, and one in which nothing is said.

use jiff::civil::date;
use pia::judge::{Result, State};

use crate::folder::{Folder, set_phase};

/// Rules that a hasty checker fires where they do not hold, the object, and what is right.
/// Law and reasons: comments of fixtures/cases/false-alarms/flows.toml.
const FALSE_ALARMS: [(&str, &str, &str); 46] = [
    // Regimes: a national university and a clinic of the city have capacities of their own.
    ("A01", "P03-hospital", "met"),
    ("A01", "P11-clinic", "met"),
    ("A04", "F07-a", "met"),
    ("A04", "F16-a", "met"),
    ("G01", "P03-hospital", "met"),
    ("G01", "P11-clinic", "met"),
    ("G02", "P11-clinic", "na"),
    ("I01", "P03-hospital", "na"),
    ("I02", "P11-clinic", "met"),
    // Records of provision: not where the city gives or takes, nor through the person.
    ("D04", "F01", "na"),
    ("D04", "F02", "na"),
    ("D04", "F04", "na"),
    ("D04", "F05", "na"),
    ("D04", "F06", "na"),
    ("D04", "F08", "na"),
    ("D04", "F16", "na"),
    // … but where a national university gives to a private clinic they are due, and are kept.
    ("D04", "F07", "met"),
    // Article 27 binds neither the city, nor the person, nor an entrustment.
    ("D01", "F01", "na"),
    ("D01", "F05", "na"),
    ("D01", "F08", "na"),
    ("D01", "F12", "na"),
    ("D01", "F18", "na"),
    // Obtaining sensitive information: the city has no 20(2); directly from the person is consent;
    // the consent of the giving side suffices.
    ("C03", "F01", "met"),
    ("C03", "F04", "na"),
    ("C03", "F07", "met"),
    ("C03", "F08", "met"),
    ("C03", "F12", "na"),
    // Implied consent by posting covers pharmacies and care providers.
    ("C05", "F02-a", "met"),
    ("C05", "F03-a", "met"),
    ("C06", "F14", "met"),
    // Insurance numbers: clinics and pharmacies may ask for them.
    ("K04", "F01", "met"),
    ("K04", "F02", "met"),
    // 69(2)3 counts national universities among its recipients.
    ("B07", "F06-a", "met"),
    // A cloud that handles no data is neither recipient nor contractor nor abroad.
    ("E01", "F18", "na"),
    ("E02", "F10", "na"),
    ("E03", "F10", "na"),
    ("E06", "S4", "met"),
    ("D06", "P09", "na"),
    // The city's contract binds its own contractors only.
    ("A02", "F12", "na"),
    ("B08", "F12", "na"),
    ("D07", "P12", "na"),
    ("D08", "P12", "na"),
    // Copies of the city: not pseudonymous information, not for the register, not the originals.
    ("J01", "D7", "na"),
    ("L08", "D7", "na"),
    ("H03", "D7", "na"),
    // Exactly three months are three months.
    ("S05", "case", "met"),
];

/// False alarms that the rules still raise, reported to their owner: X03 does not know 69(2)3 to a
/// national university; E03 asks about a cloud abroad that handles no data. Empty is the aim.
const KNOWN: [&str; 2] = ["X03@F06", "E03@F18"];

/// Rules of later gates, which must not be red before.
const LATER: [&str; 4] = ["H02", "S07", "S10", "T03"];

#[test]
fn nothing_is_said_about_handling_that_is_in_order() {
    let judgement = Folder::open("false-alarms").judged(date(2025, 10, 27));
    let said: Vec<String> = judgement
        .findings
        .iter()
        .filter(|finding| matches!(finding.result, Result::Unmet | Result::Unknown(_)))
        .map(|finding| finding.id.as_str().to_owned())
        .collect();
    assert_eq!(said, KNOWN);
    assert!(judgement.open.is_empty(), "{:?}", judgement.open);
    assert_eq!(judgement.state == State::NothingFound, KNOWN.is_empty(), "{:?}", judgement.open);
    for (rule, object, expected) in FALSE_ALARMS {
        let id = format!("{rule}@{object}");
        let found = judgement.findings.iter().find(|finding| finding.id.as_str() == id);
        assert_eq!(found.map(|finding| finding.result.id()), Some(expected), "{id}");
    }
    for rule in LATER {
        assert!(!judgement.findings.iter().any(|finding| finding.rule == rule), "{rule}");
    }
}

#[test]
fn a_lazy_case_never_gets_through() {
    let lazy = Folder::open("lazy");
    // The second says as little in words that no list holds: then the empty evidence gives it away.
    let sly = lazy.reworded("適切に管理している", "関係者の間で決めたとおりに行っている");
    for phase in ["submission", "start", "during", "end", "acceptance"] {
        for (case, unmet) in [(&lazy, true), (&sly, false)] {
            let judgement = set_phase(case, phase).judged(date(2025, 9, 26));
            assert_ne!(judgement.state, State::NothingFound, "{phase}");
            assert!(judgement.counts.unmet > 0 || !unmet, "{phase}");
            assert!(judgement.counts.incomplete > 0, "{phase}");
        }
    }
    let settled_by_an_empty_file = lazy
        .standings(date(2025, 9, 26))
        .iter()
        .filter(|(_, standing)| standing.is_acceptable())
        .map(|(id, _)| id.to_owned())
        .collect::<Vec<_>>();
    assert!(settled_by_an_empty_file.is_empty(), "{settled_by_an_empty_file:?}");
}
