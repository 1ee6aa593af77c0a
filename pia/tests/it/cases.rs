//! What the tool says of each case that ships: state, counts, everything unmet or open.

use std::fmt::Write as _;

use jiff::civil::{Date, date};
use pia::case::change::Change;
use pia::evidence::status::{Class, Kept, Promise};
use pia::judge::{Judgement, QuestionState, Result};
use pia::risk::view::Assessment;

use crate::folder::{Folder, line, path, repository, set_phase, sha256};

/// Cases and the day on which they are judged: that of the submission.
const CASES: [(&str, Date); 3] = [
    ("emergency", date(2025, 9, 26)),
    ("care-link", date(2025, 10, 3)),
    ("health-return", date(2025, 10, 10)),
];

fn shown(judgement: &Judgement, risks: &Assessment) -> String {
    let counts = &judgement.counts;
    let mut text = format!(
        "state {}\nincomplete {} unmet {} city {} met {} na {}\n",
        judgement.state.id(),
        counts.incomplete,
        counts.unmet,
        counts.city,
        counts.met,
        counts.not_applicable
    );
    for question in &judgement.open {
        let object = question.object.as_deref().unwrap_or("case");
        writeln!(text, "question {}@{object} {:?}", question.id, question.state).unwrap();
    }
    for finding in &judgement.findings {
        if matches!(finding.result, Result::Unmet | Result::Unknown(_)) {
            writeln!(text, "{}", line(finding)).unwrap();
        }
    }
    for risk in &risks.risks {
        let controls: Vec<String> =
            risk.controls.iter().map(|control| format!("{}={:?}", control.kind, control.effect)).collect();
        writeln!(text, "{}@{} {} {}", risk.scenario, risk.flow, risk.levels.join(">"), controls.join(" "))
            .unwrap();
    }
    text
}

#[test]
fn each_case_has_its_declared_gaps_and_no_others() {
    let mut wrong = Vec::new();
    for (name, today) in CASES {
        let folder = Folder::open(name);
        assert_eq!(folder.warnings(), [], "{name}");
        let found = shown(&folder.judged(today), &folder.risks(today));
        let expected = repository().join("pia/tests/it/expected").join(format!("{name}.txt"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{name}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_analysis_copy_is_proven_by_a_real_run() {
    let folder = Folder::open("emergency");
    let standings = folder.standings(date(2025, 9, 26));
    let manifest = standings.get("E-manifest").unwrap();
    assert_eq!((manifest.class, manifest.refused), (Class::Measured, None));
    let kept = |dataset, table| {
        Promise { dataset, table: Some(table), k: Some(10), l: None, t_percent: None }.is_kept_by(manifest)
    };
    // The declared gap: transports are 5-anonymous, and 10 was promised.
    assert_eq!((kept("D5", "transports"), kept("D6", "persons")), (Kept::No, Kept::Yes));
}

/// `BLESS=1` pins the digests anew, after a file of evidence was replaced on purpose.
#[test]
fn every_evidence_is_pinned_to_its_file() {
    for name in ["emergency", "care-link", "health-return", "false-alarms", "lazy"] {
        let folder = Folder::open(name);
        let case = folder.case();
        let mut pins = Vec::new();
        for entry in case.all("evidence") {
            let bytes = folder.evidence.get(entry.text("file").unwrap());
            let digest = sha256(bytes.unwrap_or_else(|| panic!("{name}: {}", entry.id())));
            if entry.text("sha256") != Some(&digest) {
                pins.push(Change::Set {
                    set: format!("evidence.{}.sha256", entry.id()),
                    to: toml::Value::String(digest),
                });
            }
        }
        if std::env::var_os("BLESS").is_some() && !pins.is_empty() {
            let pinned = folder.changed(&pins);
            let index = pinned.files.iter().find(|file| file.name == "evidence/index.toml").unwrap();
            std::fs::write(path(name).join(&index.name), &index.bytes).unwrap();
        } else {
            assert!(pins.is_empty(), "{name}: {pins:?}");
        }
    }
}
#[test]
fn the_full_stage_of_the_emergency_case_needs_few_prompts() {
    let questions = Folder::open("emergency").questions(CASES[0].1);
    assert!(questions.prompts <= 60, "{}", questions.prompts);
    assert!(questions.orphans.is_empty(), "{:?}", questions.orphans);
    assert_eq!(questions.verdict.map(|verdict| verdict.level_id).as_deref(), Some("detailed"));
}

/// Whether somebody has to accept what remains follows from the table, and nobody is asked for it.
#[test]
fn who_must_accept_follows_from_the_risk_table() {
    for (name, today) in CASES {
        let folder = set_phase(&Folder::open(name), "start");
        let risks = folder.risks(today);
        let high = risks.risks.iter().any(|risk| matches!(risk.levels[2].as_str(), "high" | "extreme"));
        let judged = folder.judged(today);
        let accepted = judged.findings.iter().find(|finding| finding.rule == "T04").unwrap();
        assert_eq!(accepted.result != Result::NotApplicable, high, "{name}");
        let questions = folder.questions(today);
        let asked = questions.asked.iter().find(|asked| asked.id == "q.risk.acceptance").unwrap();
        assert_eq!(asked.state != QuestionState::NotApplicable, high, "{name}");
    }
}
