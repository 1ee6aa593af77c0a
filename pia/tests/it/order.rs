//! The order in which a person writes a case, and the form, change nothing in its judgement; what a
//! change leaves behind is told.

use std::collections::BTreeMap;

use jiff::civil::date;
use pia::case::change::Change;
use pia::case::read::RawFile;
use pia::codes::Code;
use pia::judge::{Finding, Judgement, QuestionState};
use proptest::prelude::*;
use toml::Value;

use crate::folder::Folder;

/// A small generator of orders; the property needs any order, not a good one.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at + 1);
            list.swap(at, other);
        }
    }
}

/// The same value with its keys, and the objects of its lists, in another order.
fn written(value: &Value, dice: &mut Dice) -> String {
    match value {
        Value::Table(table) => {
            let mut keys: Vec<_> = table.iter().collect();
            dice.shuffle(&mut keys);
            let keys: Vec<String> =
                keys.into_iter().map(|(key, value)| format!("{key} = {}", written(value, dice))).collect();
            format!("{{ {} }}", keys.join(", "))
        }
        Value::Array(list) => {
            let mut list: Vec<&Value> = list.iter().collect();
            if list.iter().all(|value| value.is_table()) {
                dice.shuffle(&mut list);
            }
            let list: Vec<String> = list.into_iter().map(|value| written(value, dice)).collect();
            format!("[{}]", list.join(", "))
        }
        other => other.to_string(),
    }
}

fn permuted(folder: &Folder, dice: &mut Dice) -> Folder {
    let mut folder = folder.clone();
    for file in &mut folder.files {
        let table: toml::Table = toml::from_slice(&file.bytes).unwrap();
        let mut lines: Vec<String> =
            table.iter().map(|(key, value)| format!("{key} = {}\n", written(value, dice))).collect();
        dice.shuffle(&mut lines);
        *file = RawFile::new(&file.name, &lines.concat());
    }
    dice.shuffle(&mut folder.files);
    folder
}

/// What a judgement says, without places (lines move) and without the order in which facts were read.
fn said(judgement: &Judgement) -> BTreeMap<String, String> {
    let words = |finding: &Finding| {
        let mut facts: Vec<String> =
            finding.facts.iter().map(|fact| format!("{}.{}={}", fact.id, fact.key, fact.value)).collect();
        facts.sort();
        format!("{} {} {} {facts:?}", crate::folder::line(finding), finding.message.ja, finding.remedy.ja)
    };
    judgement.findings.iter().map(|finding| (finding.id.as_str().to_owned(), words(finding))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_files_tables_and_keys_changes_nothing(seed in any::<u64>()) {
        for (name, today) in [("emergency", date(2025, 9, 26)), ("care-link", date(2025, 10, 3))] {
            let folder = Folder::open(name);
            let before = folder.judged(today);
            let after = permuted(&folder, &mut Dice(seed)).judged(today);
            prop_assert_eq!(before.state, after.state);
            prop_assert_eq!(&before.counts, &after.counts);
            let order = |judgement: &Judgement| -> Vec<String> {
                judgement.findings.iter().map(|finding| finding.id.as_str().to_owned()).collect()
            };
            prop_assert_eq!(order(&before), order(&after));
            let (before, after) = (said(&before), said(&after));
            for (id, words) in &before {
                prop_assert_eq!(Some(words), after.get(id));
            }
        }
    }
}

#[test]
fn answers_about_a_flow_that_is_gone_are_kept_and_told() {
    let folder = Folder::open("emergency");
    let today = date(2025, 9, 26);
    assert!(folder.questions(today).orphans.is_empty());
    let gone = folder.changed(&[Change::Drop { drop: "flow.F09".to_owned() }]);
    let orphans: Vec<_> = gone
        .questions(today)
        .orphans
        .into_iter()
        .map(|orphan| format!("{}@{} {}", orphan.question, orphan.about, orphan.text))
        .collect();
    assert_eq!(orphans.len(), 1, "{orphans:?}");
    assert!(orphans[0].starts_with("q.legal.a69@F09-a "), "{orphans:?}");
    let told = gone.warnings().into_iter().any(|found| {
        found.code == Code::AboutNothing && found.spot.is_some_and(|spot| spot.file == "answers.toml")
    });
    assert!(told, "the reader of the case says so, too");
}

#[test]
fn an_answer_that_a_condition_hides_is_kept_and_does_not_count() {
    let today = date(2025, 9, 26);
    let state = |folder: &Folder| {
        let asked = folder.questions(today).asked;
        let found = asked
            .into_iter()
            .find(|asked| asked.id == "q.safety.log-kept" && asked.object.as_deref() == Some("S5"));
        found.map(|asked| (asked.state, asked.given.map(|given| given.words.ja)))
    };
    let folder = Folder::open("emergency");
    let (shown, words) = state(&folder).unwrap();
    assert_eq!(shown, QuestionState::Answered);
    let set = Change::Set { set: "system.S5.handles_data".to_owned(), to: "no".into() };
    let (hidden, kept) = state(&folder.changed(&[set])).unwrap();
    assert_eq!(hidden, QuestionState::NotApplicable);
    assert_eq!(words, kept);
}
