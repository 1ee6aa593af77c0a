//! Tests of the room on the small complete case of the rule pack: tables of changes, and what has
//! to hold for any two versions.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests"
)]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::case::change::{Change as Edit, apply};
use crate::case::read::RawFile;
use crate::case::schema::schema;
use crate::case::tree::Case;
use crate::evidence::EvidenceStatus;
use crate::judge::{Judgement, judge};
use crate::question::view::{Asked, Given, Orphan, Source, Stage, Standing};
use crate::risk::{assess, catalogue, view::Assessment};
use crate::rule::expr::World;
use crate::rule::{Bilingual, Gate, Role, fixture};
use crate::words::{Lang, Words};

/// Everything a state borrows.
struct Version {
    case: Case,
    evidence: EvidenceStatus,
    judgement: Judgement,
    standing: Standing,
    assessment: Assessment,
}

impl Version {
    fn of(files: &[RawFile]) -> Self {
        let pack = fixture::pack();
        let case = fixture::case(files);
        let evidence = fixture::evidence(&case);
        let today = fixture::day(&case);
        let catalogue = catalogue::read(&pack.texts, &pack.library.names).unwrap();
        let world = World::new(&case, &evidence, &pack.library, today);
        let assessment = assess(&world, &catalogue);
        let judgement = judge(&world.with_remaining(&assessment.remaining()), pack, &[], &[]);
        Self { case, evidence, judgement, standing: Standing::default(), assessment }
    }

    fn changed(edits: &str) -> Self {
        Self::of(&files(edits))
    }

    fn state(&self) -> State<'_> {
        State {
            case: &self.case,
            judgement: &self.judgement,
            standing: &self.standing,
            assessment: &self.assessment,
            evidence: &self.evidence,
        }
    }

    fn to(&self, other: &Self) -> Changes {
        diff(&self.state(), &other.state(), &weights())
    }
}

fn files(edits: &str) -> Vec<RawFile> {
    #[derive(serde::Deserialize)]
    struct Edits {
        change: Vec<Edit>,
    }
    let edits: Edits = toml::from_str(&format!("change = [{edits}]")).unwrap();
    apply(&fixture::world().files, &edits.change).unwrap()
}

fn weights() -> Weights {
    Weights::of(&fixture::pack().texts).unwrap()
}

/// The world with its flow texts rewritten.
fn rewritten(rewrite: impl Fn(String) -> String) -> Version {
    let mut files = fixture::world().files;
    for file in &mut files {
        if file.name.ends_with(".toml") && file.name != "case.toml" {
            file.bytes = rewrite(String::from_utf8(file.bytes.clone()).unwrap()).into_bytes();
        }
    }
    Version::of(&files)
}

/// What changed in a declaration: act, path, id, weight.
fn told(changes: &Changes) -> Vec<String> {
    changes
        .all
        .iter()
        .filter(|change| change.area == Area::Declaration)
        .map(|change| format!("{} {} {} {}", change.act.id(), change.path(), change.id(), change.weight.id()))
        .collect()
}

#[test]
fn one_edit_is_one_change_of_the_right_weight() {
    let world = Version::changed("");
    for (edit, expected) in [
        (r#"{set = "flow.F5.relation", to = "view"}"#, "changed flow.relation F5 major"),
        (r#"{set = "flow.F5.name", to = "別の名称"}"#, "changed flow.name F5 minor"),
        (r#"{set = "flow.F5.frequency", to = "毎日"}"#, "changed flow.frequency F5 minor"),
        (r#"{set = "flow.F5.via", to = ["s-cloud"]}"#, "changed flow.via F5 major"),
        (r#"{remove = "flow.F5.encrypted"}"#, "changed flow.encrypted F5 major"),
        (r#"{set = "system.s-cloud.country", to = "US"}"#, "changed system.country s-cloud major"),
        (r#"{set = "system.s-cloud.name", to = "別の雲"}"#, "changed system.name s-cloud minor"),
        (r#"{set = "party.clinic.contact", to = "別の人"}"#, "changed party.contact clinic minor"),
        (r#"{set = "party.clinic.country", to = "US"}"#, "changed party.country clinic major"),
        (r#"{set = "item.i-bp.status", to = "left-out"}"#, "changed item.status i-bp minor"),
        (r#"{set = "item.i-gps.status", to = "adopted"}"#, "changed item.status i-gps major"),
        (r#"{set = "item.i-bp.code", to = "iM01"}"#, "changed item.code i-bp major"),
        (r#"{set = "legal.F5-g.basis", to = "within-purpose"}"#, "changed legal.basis F5-g major"),
        (
            r#"{set = "consent.k-share.countries", to = ["JP", "US"]}"#,
            "changed consent.countries k-share major",
        ),
        (r#"{set = "purpose.p-care.text", to = "別の目的"}"#, "changed purpose.text p-care major"),
        (r#"{set = "measure.m-pf-mfa.status", to = "planned"}"#, "changed measure.status m-pf-mfa major"),
        (r#"{set = "measure.m-pf-mfa.detail", to = "別の内容"}"#, "changed measure.detail m-pf-mfa minor"),
        (r#"{drop = "measure.m-pf-mfa"}"#, "removed measure m-pf-mfa major"),
        (r#"{drop = "item.i-gps"}"#, "removed item i-gps minor"),
        (
            r#"{set = "dataset.d-health.retention.period", to = "P1M"}"#,
            "changed retention.period d-health.retention minor",
        ),
        (
            r#"{set = "dataset.d-health.retention.period", to = "P9Y"}"#,
            "changed retention.period d-health.retention major",
        ),
        (r#"{set = "subject_group.g-users.people.max", to = 900}"#, "changed range.max g-users.people minor"),
        (
            r#"{set = "subject_group.g-users.people.max", to = 1001}"#,
            "changed range.max g-users.people major",
        ),
        (r#"{set = "case.version", to = "9.9"}"#, "changed case.version world minor"),
        (r#"{set = "system.s-cloud.users_max", to = 77777}"#, "changed system.users_max s-cloud major"),
    ] {
        let found = told(&world.to(&Version::changed(edit)));
        let expected = expected.replace("world", world.case.root().unwrap().id());
        assert_eq!(found, [expected], "{edit}");
    }
}

#[test]
fn a_new_object_is_told_once_and_without_its_parts() {
    let world = Version::changed("");
    let dropped =
        Version::changed(r#"{drop = "system.s-fire"}, {set = "flow.F9.source_system", to = "s-pf"}"#);
    let back = told(&dropped.to(&world));
    assert!(back.contains(&"added system s-fire major".to_owned()), "{back:?}");
    assert!(!back.iter().any(|line| line.contains("m-fire")), "{back:?}");
}

#[test]
fn a_list_that_loses_its_last_object_is_told_by_that_object() {
    let world = Version::changed("");
    let without = Version::changed(
        r#"{drop = "measure.m-fire-mfa"}, {drop = "measure.m-fire-priv"}, {drop = "measure.m-fire-rest"}, {drop = "measure.m-fire-log"}, {set = "system.s-fire.measures", to = []}"#,
    );
    let lines = told(&world.to(&without));
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("removed measure")), "{lines:?}");
    // None declared and not declared are not the same.
    let silent = Version::changed(r#"{remove = "system.s-fire.measures"}"#);
    assert_eq!(told(&without.to(&silent)), ["changed system.measures s-fire major"]);
}

#[test]
fn neither_order_nor_comments_are_a_change() {
    let world = Version::changed("");
    let turned = rewritten(|text| {
        let text = text.replace(r#"via = ["s-pf", "s-cloud"]"#, "# 注\nvia = [\"s-cloud\",\n \"s-pf\"]");
        let (head, tail) = text
            .split_once("[[party]]")
            .map_or((text.clone(), String::new()), |(a, b)| (a.to_owned(), b.to_owned()));
        let mut parts: Vec<&str> = tail.split("\n[[party]]").collect();
        if parts.len() < 2 {
            return text;
        }
        // The last party is followed by other tables: those stay at the end.
        let last = parts.pop().unwrap();
        parts.reverse();
        format!("{head}[[party]]{}\n[[party]]{last}", parts.join("\n[[party]]"))
    });
    assert_ne!(turned.case.files, world.case.files);
    assert_eq!(world.to(&turned), Changes::default());
}

#[test]
fn a_renamed_flow_stays_the_same_flow() {
    let world = Version::changed("");
    let renamed = rewritten(|text| {
        let text = text.replace("\"F5\"", "\"F50\"");
        text.replacen("id = \"F50\"", "id = \"F50\"\nrenamed_from = \"F5\"", 1)
    });
    let changes = world.to(&renamed);
    assert_eq!(told(&changes), ["renamed flow F50 minor"]);
    assert_eq!(changes.all.len(), 1, "{:#?}", changes.all);
    // And back: the older version says nothing of it, the newer one does.
    assert_eq!(told(&renamed.to(&world)), ["renamed flow F5 minor"]);
}

fn asked(id: &str, object: Option<&str>, answer: Option<(&str, Source)>) -> Asked {
    let both = |text: &str| Bilingual { ja: text.to_owned(), en: text.to_owned() };
    Asked {
        id: id.to_owned(),
        number: "5".to_owned(),
        section: "s".to_owned(),
        stage: Stage::Full,
        text: both("撤回できるか"),
        why: both("理由"),
        judged: false,
        role: Role::Engineer,
        gate: Gate::Submission,
        object: object.map(str::to_owned),
        object_label: None,
        state: crate::judge::QuestionState::Answered,
        given: answer.map(|(words, source)| Given {
            words: both(words),
            source,
            by: "青葉".to_owned(),
            at: Some(date(2026, 1, 1)),
            reason: String::new(),
            evidence: Vec::new(),
            overrides_derived: false,
        }),
        rules: Vec::new(),
        cites: [].into(),
    }
}

#[test]
fn answers_are_compared_by_question_and_object_and_told_in_groups() {
    let mut old = Version::changed("");
    let mut new = Version::changed("");
    let declared = |words| Some((words, Source::Declared));
    old.standing.asked = vec![
        asked("q.a", Some("F2"), declared("はい")),
        asked("q.a", Some("F10"), declared("はい")),
        asked("q.b", None, None),
        asked("q.derived", None, Some(("1", Source::Derived))),
        asked("q.kept", Some("F9"), declared("本文")),
    ];
    new.standing.asked = vec![
        asked("q.b", None, declared("はい")),
        asked("q.a", Some("F10"), declared("いいえ")),
        asked("q.a", Some("F2"), declared("いいえ")),
        asked("q.derived", None, Some(("2", Source::Derived))),
    ];
    // Its object is gone; the text is not.
    new.standing.orphans =
        vec![Orphan { question: "q.kept".to_owned(), about: "F9".to_owned(), text: "本文".to_owned() }];
    let words = Words::load(Lang::Ja);
    let changes = old.to(&new);
    assert_eq!(
        rows(&changes, &words),
        [
            ["5 撤回できるか（F2、F10） 回答", "はい", "いいえ", "重要"],
            ["5 撤回できるか の追加", "（記載なし）", "はい", "重要"],
        ]
        .map(|row| row.map(str::to_owned))
    );
}

#[test]
fn replaced_evidence_and_its_standing_are_told() {
    let old = Version::changed("");
    let mut new = Version::changed("");
    let mut world = fixture::world();
    let bytes = world.evidence.get_mut("ev-record.txt").unwrap();
    bytes.push(b'!');
    let trust = crate::evidence::TrustList::default();
    new.evidence = EvidenceStatus::of(&new.case, &world.evidence, &trust, fixture::day(&new.case));
    let changes = old.to(&new);
    let lines: Vec<String> = changes
        .all
        .iter()
        .map(|change| format!("{} {} {}", change.path(), change.id(), change.weight.id()))
        .collect();
    assert_eq!(lines, ["evidence.content ev-record major", "evidence.standing ev-record major"]);
    let words = Words::load(Lang::En);
    assert_eq!(rows(&changes, &words)[1][2], words.ui("evidence-refused.digest-differs"));
}

#[test]
fn findings_open_and_close_and_risks_move() {
    let old = Version::changed("");
    let systems = ["pf", "cloud", "app", "ehr", "univ", "fire"];
    let without = |kinds: &[&str]| {
        let drop =
            |kind: &&str| systems.map(|one| format!(r#"{{drop = "measure.m-{one}-{kind}"}}"#)).join(", ");
        Version::changed(&kinds.iter().map(drop).collect::<Vec<_>>().join(", "))
    };
    let opened = |changes: &Changes| -> Vec<String> {
        let opened = changes.all.iter().filter(|change| change.act == Act::Opened);
        opened.map(|change| change.id().to_owned()).collect()
    };
    let new = without(&["rest"]);
    let expected = ["F09@s-app", "F09@s-cloud", "F09@s-ehr", "F09@s-fire", "F09@s-pf", "F09@s-univ"];
    assert_eq!(opened(&old.to(&new)), expected);
    let back = new.to(&old);
    assert_eq!(back.all.iter().filter(|change| change.act == Act::Closed).count(), expected.len());

    let new = without(&["mfa", "priv", "rest", "log"]);
    let risks = |changes: Changes| -> Vec<Weight> {
        changes.all.iter().filter(|change| change.area == Area::Risk).map(|change| change.weight).collect()
    };
    let (there, back) = (risks(old.to(&new)), risks(new.to(&old)));
    assert!(!there.is_empty() && there.contains(&Weight::Major), "{there:?}");
    assert_eq!(there.len(), back.len());
    // One risk grows with the logs that guard against the others.
    let majors = |all: &[Weight]| all.iter().filter(|weight| **weight == Weight::Major).count();
    assert!(majors(&back) < majors(&there), "{there:?} {back:?}");
}

#[test]
fn a_flow_that_goes_takes_its_risks_with_it_in_one_line() {
    let old = Version::changed("");
    let new =
        Version::changed(r#"{drop = "flow.F13"}, {drop = "dataset.d-stat"}, {drop = "purpose.p-stat"}"#);
    let changes = old.to(&new);
    let risks: Vec<&Change> = changes.all.iter().filter(|change| change.area == Area::Risk).collect();
    assert_eq!(risks.len(), 1, "{risks:#?}");
    assert_eq!((risks[0].act, risks[0].id()), (Act::Removed, "F13"));
}

#[test]
fn weights_name_only_what_there_is() {
    let own = ["answer", "judged-answer", "risk", "finding", "finding-facts", "outcome"];
    let evidence = ["content", "standing"];
    for pattern in weights().patterns() {
        let known = match pattern.split_once('.') {
            None => schema().kind(pattern).is_some() || own.contains(&pattern),
            Some(("*", key)) => schema().kinds().any(|kind| kind.key(key).is_some()),
            Some((kind, "*")) => schema().kind(kind).is_some(),
            Some(("evidence", key)) if evidence.contains(&key) => true,
            Some((kind, key)) => schema().key(kind, key).is_some() || own.contains(&kind),
        };
        assert!(known, "{pattern}");
    }
}

#[test]
fn broken_weights_are_refused() {
    for text in [
        "",
        "format = 2\notherwise = { ja = \"a\", en = \"a\" }",
        "format = 1\notherwise = { ja = \"a\", en = \"a\" }\n[[weigh]]\nwhat = [\"flow\"]\nacts = [\"vanished\"]\nweight = \"minor\"\nwhy = { ja = \"a\", en = \"a\" }",
        "format = 1\notherwise = { ja = \"a\", en = \"a\" }\n[[weigh]]\nwhat = [\"flow\"]\nweight = \"tiny\"\nwhy = { ja = \"a\", en = \"a\" }",
        "format = 1\notherwise = { ja = \"a\", en = \"a\" }\n[[weigh]]\nwhat = [\"flow\"]\nweight = \"minor\"\nwhy = { ja = \"\", en = \"a\" }",
    ] {
        assert!(Weights::parse(text).is_err(), "{text}");
    }
}

#[test]
fn what_nothing_is_said_about_is_major() {
    let weights = Weights::parse("format = 1\notherwise = { ja = \"a\", en = \"b\" }").unwrap();
    let (old, new) = (Version::changed(""), Version::changed(r#"{set = "flow.F5.name", to = "x"}"#));
    let changes = diff(&old.state(), &new.state(), &weights);
    assert_eq!((changes.count(Weight::Major), changes.count(Weight::Minor)), (1, 0));
    assert_eq!(changes.all[0].ground.en, "b");
}

#[test]
fn lines_and_json_say_what_the_table_says() {
    let old = Version::changed("");
    let new = Version::changed(
        r#"{set = "flow.F5.relation", to = "view"}, {set = "flow.F5.name", to = "別の\u001b名称"}, {remove = "system.s-cloud.handles_data"}, {set = "case.version", to = "2"}"#,
    );
    let changes = old.to(&new);
    let words = Words::load(Lang::Ja);
    insta::assert_snapshot!(lines(&changes, &words).join("\n").replace('\u{1b}', "<ESC>"));
    let value = json(&changes, &words);
    let rows = rows(&changes, &words);
    assert_eq!(value["changes"].as_array().unwrap().len(), rows.len());
    for (entry, row) in value["changes"].as_array().unwrap().iter().zip(&rows) {
        assert_eq!(entry["what"], row[0]);
        assert_eq!(entry["before"]["text"], row[1]);
        assert_eq!(entry["after"]["text"], row[2]);
    }
    assert_eq!(super::lines(&Changes::default(), &words), [words.ui("diff.none")]);
}

/// Edits that do not get into each other's way.
const EDITS: &[&str] = &[
    r#"{set = "flow.F5.relation", to = "view"}"#,
    r#"{set = "flow.F3.name", to = "別の名称"}"#,
    r#"{remove = "flow.F6.encrypted"}"#,
    r#"{set = "flow.F4.via", to = []}"#,
    r#"{set = "system.s-cloud.country", to = "US"}"#,
    r#"{set = "system.s-pf.handles_data", to = "unknown"}"#,
    r#"{drop = "measure.m-pf-mfa"}"#,
    r#"{set = "measure.m-app-log.status", to = "planned"}"#,
    r#"{drop = "item.i-steps"}"#,
    r#"{set = "item.i-gps.status", to = "adopted"}"#,
    r#"{drop = "flow.F13"}"#,
    r#"{set = "subject_group.g-users.people.max", to = 2000}"#,
    r#"{remove = "dataset.d-health.retention"}"#,
    r#"{set = "consent.k-share.countries", to = ["JP", "US"]}"#,
    r#"{drop = "platform_gap.gap-consent"}"#,
    r#"{set = "case.title", to = "別の案件名"}"#,
];

fn chosen(flags: u32) -> String {
    let picked: Vec<&str> =
        EDITS.iter().enumerate().filter(|(at, _)| flags & (1 << at) != 0).map(|(_, edit)| *edit).collect();
    picked.join(", ")
}

/// A change without what depends on the direction of reading: its name and its weight.
fn bare(change: &Change) -> String {
    format!(
        "{:?} {:?} {} {}→{} {:?} {:?} {:?}",
        change.area,
        change.act,
        change.path(),
        change.old_id,
        change.new_id,
        change.before,
        change.after,
        change.trend
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn nothing_changes_into_itself_and_the_way_back_is_reversed(a in 0_u32..1 << EDITS.len(), b in 0_u32..1 << EDITS.len()) {
        let (old, new) = (Version::changed(&chosen(a)), Version::changed(&chosen(b)));
        prop_assert!(old.to(&old).is_empty());
        let mut there: Vec<String> = old.to(&new).all.iter().map(|change| bare(&change.reversed())).collect();
        let mut back: Vec<String> = new.to(&old).all.iter().map(bare).collect();
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
        // Every edit that only one side has is told.
        let differing = (a ^ b).count_ones() as usize;
        let declared = old.to(&new).all.iter().filter(|change| change.area == Area::Declaration).count();
        prop_assert!(declared >= differing, "{} < {}", declared, differing);
    }
}
