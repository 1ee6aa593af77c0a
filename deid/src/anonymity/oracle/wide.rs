//! Tables whose possible tuples are too many for an array, so that classes are hashed part by part:
//! against a map, and by any number of threads.

use std::collections::BTreeMap;

use super::bench::made;
use crate::anonymity::fixture::Benchmark;
use crate::anonymity::*;

/// People in classes below `k` at a node.
fn few(table: &Benchmark, k: u64, node: &[u8]) -> u64 {
    let general = |row: usize| -> Vec<u32> {
        let levels = table.columns.iter().zip(&table.attributes).zip(node);
        levels
            .map(|((c, a), level)| a.levels()[usize::from(*level)].code_of_leaf()[c[row] as usize])
            .collect()
    };
    let mut classes: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
    for row in 0..table.sensitive.len() {
        *classes.entry(general(row)).or_insert(0) += 1;
    }
    classes.values().filter(|people| **people < k).sum()
}

#[test]
fn parts_of_hashes_hold_what_a_map_holds() {
    // Six attributes fill one word; with eleven there are two, and an index in two parts.
    let shapes: [&[u32]; 2] =
        [&[400, 50, 300, 12, 90, 7], &[9000, 8000, 9000, 8000, 9000, 7000, 100, 60, 20, 3, 2]];
    for shape in shapes {
        let shape: Vec<(u32, bool)> = shape.iter().map(|leaves| (*leaves, true)).collect();
        let table = made(3000, &shape);
        let exchange = table.exchange(false);
        for step in 0..12u8 {
            let tops = table.attributes.iter().zip(0u8..);
            let node: Vec<u8> = tops.map(|(a, at)| (step / 2 + at * step) % (a.max_level() + 1)).collect();
            let expected = few(&table, 3, &node);
            let (found, _) =
                search::evaluate(&exchange, &Requirement::k(3, 1.0), Quality::default(), &Node(node))
                    .unwrap();
            assert_eq!(found.suppressed, [expected]);
        }
    }
}

/// The whole result, its counts included, on a table with work for several threads; and the optimum that
/// trying every node gives.
#[test]
fn threads_change_nothing() {
    let table = made(6000, &[(400, true), (50, true), (300, true), (12, false), (7, true)]);
    let one = table.exchange_by(false, 1);
    for limit in [0.0, 0.02, 1.0] {
        let requirement = Requirement::k(4, limit);
        let by = |threads| {
            let options = SearchOptions::default();
            search(&table.exchange_by(false, threads), &requirement, Quality::default(), options).unwrap()
        };
        let found = by(1);
        assert_eq!(found, by(2));
        assert_eq!(found, by(8));
        let options = SearchOptions::default();
        let all = search::exhaustive(&one, &requirement, Quality::default(), options, &|| false);
        let all = all.unwrap().unwrap();
        assert_eq!((found.best, found.alternatives), (all.best, all.alternatives));
    }
}
