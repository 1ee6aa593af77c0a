//! The search against trying everything, on small random exchanges: naively, by the definitions alone,
//! and more of them by the engine's own settled nodes, which the naive ones are compared with.
//!
//! `cargo test --release -p deid --no-default-features --lib exhaustive` tries 20,000 tables naively, a debug
//! build 1,000; `DEID_ORACLE=100000` before it, as many as that.

use proptest::prelude::*;

use super::agreement::same_as_naive;
use super::naive::World;
use super::worlds::{requirement, world};
use crate::anonymity::*;

/// Tables that are tried naively.
fn tables() -> u32 {
    let usual = if cfg!(debug_assertions) { 1000 } else { 20_000 };
    std::env::var("DEID_ORACLE").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// That the search finds the optimum, the next best ones and every measure that the naive definitions
/// give when every node is tried, also after the rows were put in another order.
fn same_as_trying(
    mut world: World,
    requirement: Requirement,
    ranges: Vec<(u8, u8)>,
    alternatives: usize,
    shift: usize,
) -> Result<(), TestCaseError> {
    for (attribute, (a, b)) in world.attributes.iter_mut().zip(ranges) {
        let top = attribute.max_level();
        let min = a % (top + 1);
        let max = min + b % (top - min + 1);
        *attribute = attribute.clone().with_range(min, max).unwrap();
    }
    let requirement = world.fit(requirement);
    let quality = Quality::default();
    let (exchange, _) = world.count();
    let options = SearchOptions { alternatives, ..SearchOptions::default() };
    let result = search::search(&exchange, &requirement, quality, options);

    let mut nodes = vec![Vec::new()];
    for a in &world.attributes {
        nodes = nodes
            .into_iter()
            .flat_map(|n: Vec<u8>| {
                (a.min_level()..=a.max_level()).map(move |l| [n.clone(), vec![l]].concat())
            })
            .collect();
    }
    let mut all: Vec<Found> = Vec::new();
    for node in nodes {
        let node = Node(node);
        let naive = world.apply(&requirement, quality.gs_factor, &node);
        let (found, met) = search::evaluate(&exchange, &requirement, quality, &node).unwrap();
        prop_assert_eq!(met, naive.met);
        prop_assert_eq!(&found.suppressed, &naive.suppressed);
        prop_assert!((found.loss - naive.loss).abs() < 1e-9);
        if met {
            all.push(found);
        }
    }
    all.sort_by(|a, b| {
        let rank = |f: &Found| {
            let distinct = |(level, a): (&u8, &Attribute)| {
                let codes = a.levels()[usize::from(*level)].code_of_leaf();
                let real = &codes[..a.leaves() as usize];
                real.iter().collect::<std::collections::BTreeSet<_>>().len()
            };
            (
                (f.loss * 1e12).round() as i64,
                f.suppressed.iter().sum::<u64>(),
                f.node.0.iter().map(|l| u32::from(*l)).sum::<u32>(),
                f.node.0.iter().zip(&world.attributes).map(distinct).product::<usize>(),
                f.node.clone(),
            )
        };
        rank(a).cmp(&rank(b))
    });
    all.truncate(alternatives + 1);
    match &result {
        Ok(found) => {
            let listed: Vec<&Found> = std::iter::once(&found.best).chain(&found.alternatives).collect();
            prop_assert_eq!(listed, all.iter().collect::<Vec<_>>());
            same_as_naive(&world, &requirement, quality.gs_factor, &found.best.node)?;
        }
        Err(SearchError::Infeasible(why)) => {
            prop_assert!(all.is_empty());
            let naive = world.apply(&requirement, quality.gs_factor, &why.node);
            prop_assert_eq!(&why.needed, &naive.suppressed);
        }
        Err(other) => prop_assert!(false, "{other}"),
    }
    let (turned, _) = world.turned(shift).count();
    let again = search::search(&turned, &requirement, quality, options);
    prop_assert_eq!(result, again);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tables()))]

    #[test]
    fn the_search_finds_what_trying_everything_finds(
        world in world(),
        requirement in requirement(),
        ranges in proptest::collection::vec((0u8..8, 0u8..8), 3),
        alternatives in 0usize..4,
        shift in 0usize..50,
    ) {
        same_as_trying(world, requirement, ranges, alternatives, shift)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 4000 } else { 40_000 }))]

    /// More tables, against every node settled from its tuples, which the tests above compare with the
    /// definitions. A lattice declared too large changes nothing but the certificate.
    #[test]
    fn the_search_finds_what_every_node_holds(
        world in world(),
        requirement in requirement(),
        alternatives in 0usize..4,
        gs in prop_oneof![Just(0.5), Just(0.2), Just(0.8)],
    ) {
        let requirement = world.fit(requirement);
        let quality = Quality { gs_factor: gs };
        let (exchange, _) = world.count();
        let options = SearchOptions { alternatives, ..SearchOptions::default() };
        let expected = search::exhaustive(&exchange, &requirement, quality, options, &|| false);
        let found = search::search(&exchange, &requirement, quality, options);
        let small = SearchOptions { max_nodes: 0, ..options };
        let best_effort = search::search(&exchange, &requirement, quality, small);
        let stopped = search::search_until(&exchange, &requirement, quality, options, &|| true);
        match (expected.map(Option::unwrap), found, best_effort) {
            (Ok(expected), Ok(found), Ok(effort)) => {
                // A search that is told to stop has something, and claims no more than is true.
                let early = stopped.unwrap();
                let exact = search::evaluate(&exchange, &requirement, quality, &early.best.node).unwrap();
                prop_assert_eq!(exact, (early.best.clone(), true));
                let (open, least) = (early.certificate, expected.best.loss);
                prop_assert!(open.bound <= least + 1e-9 && least <= early.best.loss + 1e-9);
                prop_assert!(!open.optimal || early.best.node == expected.best.node);
                let parts =
                    [open.checked, open.narrowed, open.few, open.much, open.suppression, open.bounded, open.open];
                prop_assert_eq!(parts.iter().sum::<u64>(), early.nodes);
                prop_assert_eq!((&expected.best, &expected.alternatives), (&found.best, &found.alternatives));
                let why = found.certificate;
                let parts =
                    [why.checked, why.narrowed, why.few, why.much, why.suppression, why.bounded, why.open];
                prop_assert_eq!(parts.iter().sum::<u64>(), found.nodes);
                prop_assert!(why.optimal && why.open == 0);
                prop_assert!(effort.certificate.bound <= expected.best.loss + 1e-9);
                prop_assert!(effort.certificate.optimal);
                prop_assert_eq!((&expected.best, &expected.alternatives), (&effort.best, &effort.alternatives));
            }
            (Err(SearchError::Infeasible(_)), Err(SearchError::Infeasible(_)), Err(SearchError::Infeasible(_))) => {}
            other => prop_assert!(false, "{other:?}"),
        }
    }
}
