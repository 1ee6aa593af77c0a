//! Walks through the questionnaire with typed lines.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;
use crate::case::tree::Case;
use crate::rule::Role;
use crate::rule::fixture;
use crate::words::Lang;

/// A case in memory; counts how often it was saved.
struct InMemory {
    files: RefCell<Vec<RawFile>>,
    saved: RefCell<usize>,
}

impl InMemory {
    fn new() -> Self {
        Self { files: RefCell::new(fixture::world().files), saved: RefCell::new(0) }
    }

    fn answers(&self) -> String {
        let files = self.files.borrow();
        let file = files.iter().find(|file| file.name == ANSWERS).unwrap();
        String::from_utf8(file.bytes.clone()).unwrap()
    }
}

impl Shelf for InMemory {
    fn files(&self, _: &Words) -> Result<Vec<RawFile>, Failure> {
        Ok(self.files.borrow().clone())
    }

    fn evidence(&self, _: &Case, _: &Words) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        Ok(fixture::world().evidence)
    }

    fn save(&self, text: &str, _: &Words) -> Result<(), Failure> {
        *self.saved.borrow_mut() += 1;
        let mut files = self.files.borrow_mut();
        files.retain(|file| file.name != ANSWERS);
        files.push(RawFile::new(ANSWERS, text));
        Ok(())
    }
}

fn catalogue() -> Catalogue {
    let pack = fixture::pack();
    crate::question::read(&pack.texts, &pack.library.names).unwrap()
}

fn risks() -> crate::risk::Catalogue {
    let pack = fixture::pack();
    crate::risk::catalogue::read(&pack.texts, &pack.library.names).unwrap()
}

/// What is said on the screen while lines are typed, and the exit status.
fn typed(shelf: &InMemory, wanted: Wanted, lang: Lang, lines: &[&str]) -> (String, Exit) {
    let (words, catalogue) = (Words::load(lang), catalogue());
    let mut walk = Walk {
        shelf,
        pack: fixture::pack(),
        catalogue: &catalogue,
        risks: &risks(),
        words: &words,
        wanted,
        by: Some("担当 青葉".to_owned()),
        at: "2025-11-25".parse().unwrap(),
    };
    let mut out = Vec::new();
    let input = format!("{}\n", lines.join("\n"));
    let exit = walk.walk(&mut input.as_bytes(), &mut out).unwrap_or_else(|failure| panic!("{failure:?}"));
    (String::from_utf8(out).unwrap(), exit)
}

fn section(id: &str) -> Wanted {
    Wanted { section: Some(id.to_owned()), ..Wanted::default() }
}

fn only(id: &str) -> Wanted {
    Wanted { question: Some(id.to_owned()), ..Wanted::default() }
}

#[test]
fn a_section_is_walked_saved_after_every_answer_and_resumed() {
    let shelf = InMemory::new();
    let before = shelf.answers();
    let (screen, exit) = typed(&shelf, section("accident"), Lang::Ja, &["はい 当直と窓口を結ぶ", "1"]);
    assert_eq!(exit, Exit::Findings);
    assert_eq!(*shelf.saved.borrow(), 1);
    assert!(screen.contains("問44") && screen.contains("問45"), "{screen}");
    assert!(shelf.answers().starts_with(&before));
    assert!(shelf.answers().contains("reason = \"当直と窓口を結ぶ\""));
    // Taken up again: the first question is not asked any more.
    let lines = ["y", "10月28日に行った。", "n", "", "q"];
    let (screen, exit) = typed(&shelf, section("accident"), Lang::Ja, &lines);
    assert!(!screen.contains("問44") && screen.contains("問45"), "{screen}");
    assert_eq!(exit, Exit::Done, "{screen}");
    assert_eq!(*shelf.saved.borrow(), 3);
    let (screen, exit) = typed(&shelf, section("accident"), Lang::Ja, &[]);
    assert_eq!((screen.contains('問'), exit), (true, Exit::Done));
    assert!(!screen.contains("問4"), "{screen}");
}

#[test]
fn one_answer_does_for_all_objects_or_each_has_its_own() {
    let shelf = InMemory::new();
    typed(&shelf, only("q.safety.log-kept"), Lang::Ja, &["１２か月", ""]);
    assert_eq!(shelf.answers().matches("q.safety.log-kept").count(), 1);
    let (screen, _) =
        typed(&shelf, only("q.safety.log-kept"), Lang::Ja, &["個別", "24", "", "36 か月", "理由です。", "q"]);
    assert!(screen.contains("個別"), "{screen}");
    let text = shelf.answers();
    assert_eq!(text.matches("q.safety.log-kept").count(), 3, "{text}");
    assert!(
        text.contains("{ value = 24, unit = \"months\" }")
            && text.contains("{ value = 36, unit = \"months\" }")
    );
}

#[test]
fn a_legal_evaluation_wants_a_reason_and_is_recorded_as_judged() {
    let shelf = InMemory::new();
    let (screen, _) = typed(&shelf, only("q.law.council"), Lang::Ja, &["2", ""]);
    assert_eq!(*shelf.saved.borrow(), 0, "{screen}");
    typed(&shelf, only("q.law.council"), Lang::Ja, &["2", "条例の諮問事項に当たらない。"]);
    let text = shelf.answers();
    assert!(text.contains("source = \"judged\"") && text.contains("value = \"not-needed\""), "{text}");
}

#[test]
fn not_known_and_not_applicable_say_who_and_why() {
    let shelf = InMemory::new();
    typed(&shelf, only("q.plan.voice"), Lang::Ja, &["未確認", "所管課 係長", "来週", "2025-12-01", "", ""]);
    assert!(
        shelf.answers().contains("owner = \"所管課 係長\"") && shelf.answers().contains("due = 2025-12-01")
    );
    typed(&shelf, only("q.plan.voice"), Lang::Ja, &["x", "参加者は職員だけである。"]);
    let text = shelf.answers();
    assert!(text.contains("state = \"not-applicable\"") && !text.contains("owner ="), "{text}");
    assert_eq!(text.matches("q.plan.voice").count(), 1);
}

#[test]
fn answering_hides_and_shows_what_depends_on_it() {
    let shelf = InMemory::new();
    let all = || Wanted { until: Some(Gate::Acceptance), ..section("review") };
    // In the small complete case nothing has changed, so nobody is asked whether it was assessed again.
    let (screen, _) = typed(&shelf, all(), Lang::Ja, &["", "", "", "", "", ""]);
    assert!(!screen.contains("再評価をしましたか"), "{screen}");
    typed(&shelf, only("q.change.made"), Lang::Ja, &["はい 提供先を一つ加えた。", ""]);
    let (screen, _) = typed(&shelf, all(), Lang::Ja, &["", "", "", "", "", ""]);
    assert!(screen.contains("再評価をしましたか"), "{screen}");
}

#[test]
fn what_cannot_be_read_back_is_not_written() {
    let shelf = InMemory::new();
    let before = shelf.answers();
    let long = "長".repeat(5_000_000);
    let (screen, _) = typed(&shelf, only("q.end.proof"), Lang::En, &[&long, "q"]);
    assert_eq!(shelf.answers(), before);
    assert!(screen.contains("Cannot be recorded"), "{}", screen.chars().take(3000).collect::<String>());
}

#[test]
fn what_was_typed_is_shown_harmless() {
    let shelf = InMemory::new();
    typed(&shelf, only("q.end.proof"), Lang::Ja, &["a\u{202e}b\u{1b}[31mc"]);
    let (screen, _) = typed(&shelf, only("q.end.proof"), Lang::Ja, &["q"]);
    assert!(screen.contains("a<U+202E>b<U+001B>[31mc"), "{screen}");
    assert!(!screen.contains('\u{202e}') && !screen.contains('\u{1b}'));
}

#[test]
fn an_override_of_what_the_flows_say_wants_a_reason() {
    let shelf = InMemory::new();
    let (screen, _) = typed(&shelf, only("q.scope.abroad"), Lang::Ja, &["はい", ""]);
    assert!(screen.contains("宣言から導いた値"), "{screen}");
    assert_eq!(*shelf.saved.borrow(), 0);
    typed(&shelf, only("q.scope.abroad"), Lang::Ja, &["はい。委託先の保守が国外から入る"]);
    assert!(shelf.answers().contains("委託先の保守が国外から入る"));
}

#[test]
fn roles_are_asked_apart_and_the_end_of_the_input_ends_the_walk() {
    let shelf = InMemory::new();
    let wanted = Wanted { role: Some(Role::Officer), ..Wanted::default() };
    let (screen, exit) = typed(&shelf, wanted, Lang::En, &[""]);
    assert!(screen.contains("officer") && !screen.contains("department,"), "{screen}");
    assert_eq!(exit, Exit::Findings);
}

#[test]
fn the_next_question_as_json() {
    let shelf = InMemory::new();
    let (words, catalogue) = (Words::load(Lang::Ja), catalogue());
    let view = View::read(&shelf, fixture::pack(), &catalogue, &risks(), &words)
        .unwrap_or_else(|found| panic!("{found:?}"));
    let found = next::next(&view, fixture::pack(), &catalogue, &section("safety"));
    assert_eq!(found["next"]["question"], "q.safety.log-items");
    assert_eq!(found["next"]["kind"], "system");
    assert!(found["next"]["objects"].as_array().unwrap().len() > 1);
    assert_eq!(found["next"]["options"].as_array().unwrap().len(), 5);
    assert!(found["open"].as_u64().unwrap() > 3);
    let none = Wanted { section: Some("automation".to_owned()), ..Wanted::default() };
    let found = next::next(&view, fixture::pack(), &catalogue, &none);
    assert!(found["next"].is_null());
}

#[test]
fn questions_of_later_gates_wait() {
    let shelf = InMemory::new();
    let (screen, _) = typed(&shelf, section("end"), Lang::Ja, &["", "", "", "", ""]);
    assert!(screen.contains("問54") && !screen.contains("問55"), "{screen}");
    let wanted = Wanted { until: Some(Gate::End), ..section("end") };
    let (screen, _) = typed(&shelf, wanted, Lang::Ja, &["", "", "", "", ""]);
    assert!(screen.contains("問55") && !screen.contains("問57"), "{screen}");
}

#[test]
fn what_is_due_first_is_asked_first_and_the_head_says_when() {
    let shelf = InMemory::new();
    let every = Wanted { until: Some(Gate::Acceptance), ..Wanted::default() };
    let (screen, _) = typed(&shelf, every, Lang::Ja, &[""; 100]);
    let heads: Vec<&str> = screen.lines().filter(|line| line.starts_with("―――――")).collect();
    let schema = crate::case::schema::schema();
    let gates: Vec<&str> = schema
        .vocabulary("gate")
        .unwrap()
        .ids()
        .map(|id| schema.vocabulary("gate").unwrap().label(id).unwrap().get(Lang::Ja))
        .collect();
    let named = |head: &&str| gates.iter().position(|gate| head.contains(&format!("「{gate}」"))).unwrap();
    let order: Vec<usize> = heads.iter().map(named).collect();
    assert!(order.is_sorted() && order.first() < order.last(), "{heads:?}");
    assert!(heads[0].contains("その後の段階に") && !heads[heads.len() - 1].contains("その後"), "{heads:?}");
}
