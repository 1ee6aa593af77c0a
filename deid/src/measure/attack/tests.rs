//! A naive attacker with nested loops, and the release of Adult.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
use std::collections::BTreeSet;

use super::*;
use crate::anonymity::{self, Fate, Quality, Requirement, fixture};
use proptest::prelude::*;

fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::new("a", vec![vec![0, 1, 2, 3], vec![0, 0, 1, 1], vec![0; 4]]).unwrap(),
        Attribute::new("b", vec![vec![0, 1, 2], vec![0, 0, 1]]).unwrap(),
    ]
}

#[derive(Debug, Clone, Copy)]
enum Cell {
    Leaf(u32, u8),
    Any,
    Nobody,
}

fn cell(leaves: u32, levels: u8) -> impl Strategy<Value = Cell> {
    prop_oneof![
        8 => (0..=leaves, 0..levels).prop_map(|(leaf, level)| Cell::Leaf(leaf, level)),
        1 => Just(Cell::Any),
        1 => Just(Cell::Nobody),
    ]
}

proptest! {
    #[test]
    fn both_ways_agree_with_nested_loops(
        people in proptest::collection::vec((0u32..5, 0u32..4, 0u32..6), 0..90),
        published in proptest::collection::vec((cell(4, 3), cell(3, 2)), 0..25),
        named in any::<bool>(),
    ) {
        let attributes = attributes();
        let cells = |c: usize| published.iter().map(move |p| if c == 0 { p.0 } else { p.1 });
        let levels: Vec<Vec<u8>> = (0..2).map(|c| cells(c).map(|v| match v {
            Cell::Leaf(_, level) => level,
            // No level: any number will do.
            _ => 77,
        }).collect()).collect();
        let codes: Vec<Vec<u32>> = (0..2).map(|c| cells(c).map(|v| match v {
            Cell::Leaf(leaf, level) => attributes[c].levels()[level as usize].code_of_leaf()[leaf as usize],
            Cell::Any => ANY,
            Cell::Nobody => NOBODY,
        }).collect()).collect();
        let leaves: Vec<Vec<u32>> = vec![people.iter().map(|p| p.0).collect(), people.iter().map(|p| p.1).collect()];
        let names: Vec<u32> = people.iter().map(|p| p.2).collect();
        let release = Release { attributes: &attributes, levels: &levels, codes: &codes };
        let known = Known { leaves: &leaves, people: named.then_some(&names[..]) };

        let fits = |c: usize, value: Cell, leaf: u32| match value {
            Cell::Any => true,
            Cell::Nobody => false,
            Cell::Leaf(own, level) => {
                let code = attributes[c].levels()[level as usize].code_of_leaf();
                code[own as usize] == code[leaf as usize]
            }
        };
        let naive: Vec<u64> = published.iter().map(|p| {
            let all: Vec<usize> = (0..people.len())
                .filter(|i| fits(0, p.0, people[*i].0) && fits(1, p.1, people[*i].1)).collect();
            if named { all.iter().map(|i| names[*i]).collect::<BTreeSet<_>>().len() as u64 } else { all.len() as u64 }
        }).collect();
        prop_assert_eq!(&matches_by(&release, &known, Some(true)).unwrap(), &naive);
        prop_assert_eq!(&matches_by(&release, &known, Some(false)).unwrap(), &naive);
        prop_assert_eq!(&matches(&release, &known).unwrap(), &naive);

        let l = Linkage::new(&naive);
        prop_assert_eq!(l.histogram.iter().map(|(_, n)| n).sum::<u64>(), published.len() as u64);
        prop_assert_eq!(l.certain, naive.iter().filter(|m| **m == 1).count() as u64);
        let expected: f64 = naive.iter().filter(|m| **m > 0).map(|m| 1.0 / *m as f64).sum();
        prop_assert!((l.expected - expected).abs() < 1e-9);
    }
}

/// Against its own input, k = 5 leaves nobody certain, and every class is of those whom it fits:
/// the expected links are the classes.
#[test]
fn adult_release_is_linked_back_to_its_input() {
    let Some(adult) = fixture::adult() else { return };
    let at = [3u8, 2, 2, 1, 0, 0, 0, 1];
    let node = anonymity::Node(at.to_vec());
    let exchange = adult.exchange(false);
    let outcome = anonymity::apply(&exchange, &Requirement::k(5, 0.02), Quality::default(), &node).unwrap();
    let kept: Vec<usize> = (0..adult.sensitive.len())
        .filter(|row| {
            let leaves: Vec<u32> = adult.columns.iter().map(|c| c[*row]).collect();
            outcome.verdicts.fate(0, None, &leaves, None).unwrap() != Fate::Suppress
        })
        .collect();
    let levels: Vec<Vec<u8>> = at.iter().map(|l| vec![*l; kept.len()]).collect();
    let codes: Vec<Vec<u32>> = (0..8)
        .map(|c| {
            let code = adult.attributes[c].levels()[at[c] as usize].code_of_leaf();
            kept.iter().map(|row| code[adult.columns[c][*row] as usize]).collect()
        })
        .collect();
    let release = Release { attributes: &adult.attributes, levels: &levels, codes: &codes };
    let known = Known { leaves: &adult.columns, people: None };
    let found = matches(&release, &known).unwrap();
    assert_eq!(found, matches_by(&release, &known, Some(true)).unwrap());
    let l = Linkage::new(&found);
    assert_eq!((l.records, l.unmatched, l.certain), (29_656, 0, 0));
    assert_eq!(l.histogram.first().map(|(m, _)| *m), Some(5));
    assert!((l.expected - 222.0).abs() < 1e-6);

    // The input against itself: those who are alone are known.
    let levels = vec![vec![0; adult.sensitive.len()]; 8];
    let release = Release { attributes: &adult.attributes, levels: &levels, codes: &adult.columns };
    let l = Linkage::new(&matches(&release, &known).unwrap());
    assert_eq!((l.certain, l.unmatched), (8_841, 0));
    assert!((l.expected - 12_458.0).abs() < 1e-6);
    assert!((l.share_expected().unwrap() - 0.413_036_270_8).abs() < 1e-9);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let attributes = attributes();
    let leaves = vec![vec![0], vec![9]];
    let release =
        Release { attributes: &attributes, levels: &[vec![0], vec![0]], codes: &[vec![0], vec![0]] };
    assert_eq!(matches(&release, &Known { leaves: &leaves, people: None }), Err(MeasureError::Unknown));
    let leaves = vec![vec![0]];
    assert_eq!(matches(&release, &Known { leaves: &leaves, people: None }), Err(MeasureError::Ragged));
    assert_eq!(Linkage::new(&[]).share_certain(), None);
}

/// `cargo test --release -p deid --no-default-features --lib attack -- --nocapture --ignored`
#[test]
#[ignore = "a measurement; run in release"]
fn seconds_for_an_attack() {
    for table in [fixture::adult(), fixture::atus()] {
        let Some(table) = table else { return };
        let rows = table.sensitive.len();
        let known = Known { leaves: &table.columns, people: None };
        // One level for all records, and one of four levels from record to record.
        for mixed in [false, true] {
            let level = |c: usize, row: usize| -> u8 {
                let last = table.attributes[c].levels().len() - 1;
                let at = if mixed { (table.columns[0][row] as usize + c) % 4 } else { 1 };
                at.min(last) as u8
            };
            let levels: Vec<Vec<u8>> = (0..8).map(|c| (0..rows).map(|row| level(c, row)).collect()).collect();
            let codes: Vec<Vec<u32>> = (0..8)
                .map(|c| {
                    let code = |row: usize| {
                        let at = table.attributes[c].levels()[level(c, row) as usize].code_of_leaf();
                        at[table.columns[c][row] as usize]
                    };
                    (0..rows).map(code).collect()
                })
                .collect();
            let release = Release { attributes: &table.attributes, levels: &levels, codes: &codes };
            let start = std::time::Instant::now();
            let found = Linkage::new(&matches(&release, &known).unwrap());
            let spent = start.elapsed();
            assert_eq!(found.unmatched, 0);
            #[expect(clippy::print_stderr, reason = "a measurement, not a test of time")]
            {
                eprintln!("attack, {rows} records, mixed levels {mixed}: {spent:?}");
            }
        }
    }
}
