//! Faults and spans match their truth; every other cell fits CP932.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Every struck cell is told, every told cell is struck, and undoing the faults gives the clean
/// city again.
#[test]
fn faults_match_their_truth() {
    let many = Fault::ALL.into_iter().fold(Injections::NONE, |all, fault| all.with(fault, 30_000));
    let clean = city(600, 3, Injections::NONE);
    let mut struck = city(600, 3, many);
    let mut kinds = BTreeSet::new();
    for (table, record, column, told) in std::mem::take(&mut struck.truths) {
        kinds.insert(told.kind);
        let cell = &mut struck.tables[table][record][column];
        match told.span {
            Some((from, to)) => {
                let inside: String = cell.chars().skip(from as usize).take((to - from) as usize).collect();
                assert_eq!(inside, told.clean);
            }
            None if told.kind.starts_with("planted_") => assert!(!told.clean.is_empty()),
            // A reference may have been struck after it was made.
            None if told.kind == "duplicate_reference" => cell.clone_from(&told.clean),
            None if table == 0 && record >= 600 => assert_eq!(*cell, told.written),
            None => {
                assert_eq!(*cell, told.written, "{}", told.kind);
                assert_ne!(told.clean, told.written);
                cell.clone_from(&told.clean);
            }
        }
    }
    for fault in Fault::ALL {
        assert!(kinds.contains(fault.code()), "{}", fault.code());
    }
    let twice = struck.tables[0].split_off(600);
    assert!(!twice.is_empty());
    for (table, (a, b)) in struck.tables.iter().zip(&clean.tables).enumerate() {
        assert!(a == b, "table {table}");
    }
    // A second registration has its own id and the birth date and town of the first.
    let births: BTreeSet<_> = clean.columns(Table::Residents, ["生年月日", "町名"]).into_iter().collect();
    assert!(twice.iter().all(|row| births.contains(&[row[5].as_str(), row[9].as_str()])));
}

/// One fault alone strikes as often as it is asked to, and nothing else happens.
#[test]
fn faults_come_one_by_one() {
    for fault in Fault::ALL {
        let kept = city(600, 3, Injections::NONE.with(fault, 100_000));
        let is_fault = |kind: &str| !kind.starts_with("planted_") && !kind.starts_with("span_");
        let told = kept.truths.iter().map(|t| t.3.kind).filter(|kind| is_fault(kind));
        let other = |kind: &&str| *kind != fault.code() && !kind.starts_with("duplicate_");
        let told: Vec<_> = told.collect();
        assert!(!told.is_empty(), "{fault:?}");
        assert_eq!(told.iter().filter(|k| other(k)).count(), 0, "{fault:?}");
    }
    let kept = city(3_000, 3, Injections::NONE.with(Fault::Blank, 100_000));
    near(
        kept.share(Table::Residents, "氏名カナ", |k| !k.contains('\u{3000}') || k == "\u{3000}"),
        1_000,
        180,
    );
}

/// All cells fit CP932 but those struck by variants and private-use characters.
#[test]
fn cells_fit_cp932() {
    let kept = city(2_000, 4, Injections::usual());
    let told: BTreeSet<_> = kept
        .truths
        .iter()
        .filter(|t| ["variant_kanji", "gaiji", "duplicate_spelling"].contains(&t.3.kind))
        .map(|(table, record, column, _)| (*table, *record, *column))
        .collect();
    let mut beyond = 0;
    for (table, rows) in kept.tables.iter().enumerate() {
        for (record, row) in rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                if encoding_rs::SHIFT_JIS.encode(cell).2 {
                    assert!(told.contains(&(table, record, column)), "{cell}");
                    beyond += 1;
                }
            }
        }
    }
    assert!(beyond > 0);
}

/// Spans of notes cover every phone number and the name of whoever is carried.
#[test]
fn notes_tell_all_their_names() {
    let kept = city(5_000, 12, Injections::NONE);
    let mut spans: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (_, record, _, told) in &kept.truths {
        if let Some((from, to)) = told.span {
            let span = (from as usize, to as usize);
            spans.entry(*record).or_default().push(span);
        }
    }
    let names: BTreeMap<_, _> = kept
        .columns(Table::Residents, ["住民ID", "氏名"])
        .into_iter()
        .map(|[id, name]| (id, name.replace('\u{3000}', "")))
        .collect();
    let notes = kept.columns(Table::Transports, ["住民ID", "概要"]);
    for (record, [id, note]) in notes.into_iter().enumerate() {
        let told = spans.get(&record).map_or(&[][..], Vec::as_slice);
        let is_told = |i: usize| told.iter().any(|(from, to)| (*from..*to).contains(&i));
        let rest: String = (0..).zip(note.chars()).map(|(i, c)| if is_told(i) { '\n' } else { c }).collect();
        assert!(!rest.contains(['{', '}', '-']), "{note}");
        assert!(!rest.contains(&names[id]), "{note}");
    }
    assert!(spans.len() > 100);
}
