//! What a good case becomes, and what reading promises for any text.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::case::fixture::{base, reading, taxonomy};
use crate::case::tree::{Node, Object, Value};
use crate::error::{Name, Severity};
use crate::words::Lang;

#[test]
fn the_good_case_is_read_without_a_word() {
    let Reading { case, warnings } = reading();
    assert_eq!(warnings, []);
    assert_eq!(case.root().unwrap().id(), "bad-base");
    let flow = case.find("flow", "F1").unwrap();
    assert_eq!(flow.one("from").unwrap().id(), "C1");
    assert_eq!(flow.one("reverse").unwrap().id(), "F2");
    assert_eq!(flow.period("record_kept").unwrap().hours(), 3 * 365 * 24);
    assert_eq!(flow.get("encrypted"), None);
    assert_eq!(flow.many("legal")[0].id(), "F1-L1");
    let text = &case.files[usize::from(flow.place().file)].text;
    assert!(text[flow.place().span.clone()].starts_with("[[flow]]"), "{:?}", flow.place());
    let pilot = case.root().unwrap().one("pilot").unwrap();
    assert_eq!(pilot.id(), "bad-base.pilot");
    assert_eq!(pilot.one("participants").unwrap().int("max"), Some(50));
    let answer = case.all("answer").next().unwrap();
    assert_eq!(answer.id(), "answer[q.consent.explained K1]");
    assert_eq!(answer.flag("value"), Some(true));
    let count = case.find_any("answer[q.people.count]").unwrap();
    assert_eq!(count.get("value").unwrap().value, Value::Other(r#"{"unit":"人","value":50}"#.to_owned()));
    assert_eq!(case.root().unwrap().label(Lang::En), "Sample case");
    assert!(case.find("party", "F1").is_none());
}

#[test]
fn unknown_is_a_statement() {
    let mut files = base();
    let text = String::from_utf8(files[1].bytes.clone()).unwrap();
    let text = text.replace("channel = \"api\"\nsource_system = \"S1\"", "channel = \"api\"\nsource_system = \"unknown\"\nvia = \"unknown\"\nencrypted = \"unknown\"\nplatform_link = \"unknown\"\nobjection = \"unknown\"");
    files[1].bytes = text.into_bytes();
    let case = read(&files, &taxonomy()).unwrap().case;
    let flow = case.find("flow", "F1").unwrap();
    for key in ["source_system", "via", "encrypted", "platform_link", "objection", "systems"] {
        assert_eq!(flow.get(key).unwrap().value, Value::Unknown, "{key}");
    }
}

#[test]
fn every_fault_is_told_in_order_of_its_place() {
    let mut files = base();
    let text = String::from_utf8(files[1].bytes.clone()).unwrap();
    let text = text.replace("country = \"JP\"", "country = \"Japan\"").replace("iM05", "iM95");
    files[1].bytes = text.into_bytes();
    let refused = read(&files, &taxonomy()).unwrap_err();
    let told: Vec<_> = refused.diagnostics.iter().map(|d| (d.code, d.spot.as_ref().unwrap().line)).collect();
    assert_eq!(told.iter().filter(|(code, _)| *code == Code::BadCountry).count(), 3);
    assert_eq!(told.iter().filter(|(code, _)| *code == Code::UnknownItemCode).count(), 1);
    assert!(told.is_sorted_by_key(|(_, line)| *line));
}

/// A value in one line, tables and lists of tables in an order that `dice` chooses.
fn inline(value: &toml::Value, dice: &mut impl FnMut(usize) -> usize) -> String {
    match value {
        toml::Value::Table(table) => {
            let entries =
                table.iter().map(|(key, value)| format!("{key} = {}", inline(value, dice))).collect();
            format!("{{ {} }}", shuffled(entries, dice).join(", "))
        }
        toml::Value::Array(list) => {
            let entries: Vec<String> = list.iter().map(|value| inline(value, dice)).collect();
            let tables = list.iter().all(toml::Value::is_table);
            let entries = if tables { shuffled(entries, dice) } else { entries };
            format!("[{}]", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn shuffled(mut entries: Vec<String>, dice: &mut impl FnMut(usize) -> usize) -> Vec<String> {
    for i in (1..entries.len()).rev() {
        entries.swap(i, dice(i + 1));
    }
    entries
}

fn permuted(file: &RawFile, dice: &mut impl FnMut(usize) -> usize) -> RawFile {
    let table: toml::Table = std::str::from_utf8(&file.bytes).unwrap().parse().unwrap();
    let lines = table.iter().map(|(key, value)| format!("{key} = {}\n", inline(value, dice))).collect();
    RawFile::new(&file.name, &shuffled(lines, dice).concat())
}

fn without_place(node: &mut Node) {
    node.place = Place::default();
    if let Value::List(list) = &mut node.value {
        list.iter_mut().for_each(without_place);
    }
}

/// Everything but the places.
fn bare(case: &Case) -> Vec<Object> {
    let mut objects = case.objects.clone();
    for object in &mut objects {
        object.place = Place::default();
        object.fields.values_mut().chain(object.derived.values_mut()).for_each(without_place);
    }
    objects
}

/// Whatever is told can be shown: places lie in the texts, names are short.
fn presentable(result: &Result<Reading, Box<Unreadable>>) {
    let (files, list) = match result {
        Ok(reading) => (&reading.case.files, &reading.warnings),
        Err(refused) => (&refused.files, &refused.diagnostics),
    };
    assert_eq!(result.is_err(), list.iter().any(|d| d.severity == Severity::Error));
    for d in list {
        for spot in d.spot.iter().chain(d.labels.iter().map(|label| &label.spot)) {
            if let (Some(file), Some(span)) = (files.iter().find(|f| f.name == spot.file), &spot.span) {
                assert!(file.text.get(span.clone()).is_some(), "{:?} {span:?}", d.code);
            }
        }
        for (key, fact) in d.facts.iter().filter(|(key, _)| **key != "allowed") {
            assert!(fact.chars().count() <= Name::LONGEST, "{key}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_of_files_tables_and_keys_changes_nothing(seed in any::<u64>()) {
        let mut state = seed | 1;
        let mut dice = |n: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % n
        };
        let mut files: Vec<RawFile> = base().iter().map(|file| permuted(file, &mut dice)).collect();
        let at = dice(files.len());
        files.rotate_left(at);
        let case = read(&files, &taxonomy()).unwrap().case;
        let good = reading().case;
        prop_assert_eq!(bare(&case), bare(&good));
        prop_assert_eq!(case.by_id, good.by_id);
        prop_assert_eq!(case.by_kind, good.by_kind);
    }

    #[test]
    fn reading_is_total(
        file in 0usize..4,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, 0usize..14), 1..8),
    ) {
        let pieces = ["", "\"", "]", "[[flow]]\n", "id = \"F1\"\n", "\u{202E}", "\u{0}", "= {", "unknown", "2026-02-30", "\n[a.b]\n", "あ", "-1", "''' "];
        let mut files = base();
        let mut text: Vec<char> = String::from_utf8(files[file].bytes.clone()).unwrap().chars().collect();
        for (at, cut, piece) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + cut).min(text.len());
            text.splice(at..end, pieces[piece].chars());
        }
        files[file].bytes = text.into_iter().collect::<String>().into_bytes();
        let result = read(&files, &taxonomy());
        presentable(&result);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200), file in 0usize..4) {
        let mut files = base();
        files[file].bytes = bytes;
        presentable(&read(&files, &taxonomy()));
    }
}
