//! What changes do to a case, told by reading it again.

#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::case::fixture::{base, taxonomy};
use crate::case::read::{Reading, read};
use crate::case::tree::Case;

#[derive(Deserialize)]
struct Test {
    change: Vec<Change>,
}

fn changes(text: &str) -> Vec<Change> {
    toml::from_str::<Test>(&format!("change = [{text}]")).unwrap().change
}

fn changed(text: &str) -> Case {
    let files = apply(&base(), &changes(text)).unwrap();
    match read(&files, &taxonomy()) {
        Ok(Reading { case, .. }) => case,
        Err(refused) => unreachable!("{:#?}", refused.diagnostics),
    }
}

#[test]
fn set_gives_keys_of_every_depth_a_value() {
    let case = changed(
        r#"
        { set = "flow.F1.relation", to = "provide" },
        { set = "legal.F1-L1.basis", to = "consent" },
        { set = "legal.F1-L1.reason", to = "同意書による" },
        { set = "case.pilot.end", to = 2026-10-01 },
        { set = "case.title.en", to = "Other" },
        { set = "dataset.D1.retention.period", to = "P6M" },
        { set = "dataset.D1.promise.k", to = 10 },
        { set = "item.I1.name", to = { ja = "薬", en = "drug" } },
        { set = "flow.F2.via", to = ["S1"] }"#,
    );
    assert_eq!(case.find("flow", "F1").unwrap().text("relation"), Some("provide"));
    assert_eq!(case.find("legal", "F1-L1").unwrap().text("basis"), Some("consent"));
    assert_eq!(case.root().unwrap().one("pilot").unwrap().date("end").unwrap().to_string(), "2026-10-01");
    let dataset = case.find("dataset", "D1").unwrap();
    assert_eq!(dataset.one("retention").unwrap().period("period").unwrap().hours(), 180 * 24);
    assert_eq!(dataset.one("promise").unwrap().int("k"), Some(10));
    assert_eq!(case.find("flow", "F2").unwrap().many("via").len(), 1);
}

#[test]
fn add_appends_objects_and_entries_however_the_list_is_written() {
    let legal = |id: &str| {
        format!(r#"value = {{ id = "{id}", side = "takes", when = "emergency", basis = "life" }}"#)
    };
    let case = changed(&format!(
        r#"
        {{ add = "flow.F1.legal", {} }},
        {{ add = "flow.F2.legal", {} }},
        {{ add = "flow.F2.only_items", value = "I1" }},
        {{ add = "purpose", value = {{ id = "U2", text = "統計", tags = ["statistics"] }} }},
        {{ add = "evidence", value = {{ id = "E2", title = "同意書", kind = "consent-form", date = 2026-06-01 }} }},
        {{ add = "flow.F1.purposes", value = "U2" }}"#,
        legal("L-a"),
        legal("L-b")
    ));
    assert_eq!(case.find("flow", "F1").unwrap().many("legal").len(), 2);
    assert_eq!(case.find("flow", "F2").unwrap().many("legal").len(), 2);
    assert_eq!(case.find("purpose", "U2").unwrap().many("flows").len(), 1);
    assert!(case.find("evidence", "E2").is_some());
}

#[test]
fn drop_takes_the_references_along_and_leaves_the_answers() {
    let case = changed(r#"{ drop = "flow.F2" }, { drop = "consent.K1" }, { drop = "item.I1" }"#);
    assert!(case.find("flow", "F2").is_none());
    let flow = case.find("flow", "F1").unwrap();
    assert_eq!(flow.get("reverse"), None);
    assert_eq!(flow.texts("only_items").len(), 0);
    assert_eq!(case.find("legal", "F1-L1").unwrap().get("consent"), None);
    let answer = case.find_any("answer[q.consent.explained K1]").unwrap();
    assert_eq!(answer.texts("about"), ["K1"]);
}

#[test]
fn an_answer_takes_the_place_of_one_about_the_same() {
    let case = changed(
        r#"
        { answer = "q.consent.explained", about = "K1", to = false, reason = "未実施" },
        { answer = "q.consent.explained", to = true },
        { answer = "q.open", about = ["F1", "F2"], state = "unknown" }"#,
    );
    assert_eq!(case.find_any("answer[q.consent.explained K1]").unwrap().flag("value"), Some(false));
    assert_eq!(case.find_any("answer[q.consent.explained]").unwrap().flag("value"), Some(true));
    let open = case.find_any("answer[q.open F1 F2]").unwrap();
    assert_eq!(open.text("state"), Some("unknown"));
    assert_eq!(open.date("at"), case.root().unwrap().date("dated"));
    assert_eq!(case.all("answer").count(), 4);
}

#[test]
fn what_a_change_does_not_touch_stays_as_it_was_written() {
    let files = apply(&base(), &changes(r#"{ set = "flow.F1.channel", to = "file" }"#)).unwrap();
    for (old, new) in base().iter().zip(&files) {
        let (old, new) = (std::str::from_utf8(&old.bytes).unwrap(), std::str::from_utf8(&new.bytes).unwrap());
        let differs = old.lines().zip(new.lines()).filter(|(a, b)| a != b).count();
        assert_eq!(differs, usize::from(old.contains("[[flow]]")));
        assert_eq!(old.lines().count(), new.lines().count());
    }
}

#[test]
fn a_change_that_finds_nothing_is_a_mistake() {
    for bad in [
        r#"{ set = "flow.F3.relation", to = "view" }"#,
        r#"{ set = "flow.F1", to = "view" }"#,
        r#"{ set = "flows.F1.relation", to = "view" }"#,
        r#"{ remove = "flow.F1.encrypted" }"#,
        r#"{ drop = "flow.F3" }"#,
        r#"{ drop = "flow.F1.legal" }"#,
        r#"{ add = "flow.F1.relation", value = "view" }"#,
        r#"{ add = "flow", value = "F3" }"#,
    ] {
        assert!(apply(&base(), &changes(bad)).is_err(), "{bad}");
    }
    assert!(toml::from_str::<Test>("change = [{ set = \"case.id\", too = 1 }]").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn changes_never_panic(path in "[a-zF12.]{0,12}|(flow|case|item|dataset)\\.(F1|D1|I1|title)(\\.[a-z_]{1,8}){0,3}") {
        for text in [
            format!("{{ set = \"{path}\", to = 1 }}"),
            format!("{{ remove = \"{path}\" }}"),
            format!("{{ drop = \"{path}\" }}"),
            format!("{{ add = \"{path}\", value = {{ id = \"x\" }} }}"),
        ] {
            if let Ok(files) = apply(&base(), &changes(&text)) {
                let _ = read(&files, &taxonomy());
                prop_assert_eq!(files.len(), 4);
            }
        }
    }
}
