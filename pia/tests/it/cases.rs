//! What the tool says of each case that ships: state, counts, everything unmet or open.

use std::fmt::Write as _;

use jiff::civil::{Date, date};
use pia::judge::{Judgement, Result};

use crate::folder::{Folder, line, repository};

/// Cases and the day on which they are judged: that of the submission.
const CASES: [(&str, Date); 3] = [
    ("emergency", date(2025, 9, 26)),
    ("care-link", date(2025, 10, 3)),
    ("health-return", date(2025, 10, 10)),
];

fn shown(judgement: &Judgement) -> String {
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
    text
}

#[test]
fn each_case_has_its_declared_gaps_and_no_others() {
    let mut wrong = Vec::new();
    for (name, today) in CASES {
        let folder = Folder::open(name);
        assert_eq!(folder.warnings(), [], "{name}");
        let found = shown(&folder.judged(today));
        let expected = repository().join("pia/tests/it/expected").join(format!("{name}.txt"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{name}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
