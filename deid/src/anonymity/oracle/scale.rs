//! Sizes that a city has. Ignored by default; prints times for the record.
//!
//! `cargo test --release -p deid --lib scale -- --ignored --nocapture`

use std::time::Instant;

use crate::anonymity::*;

/// A small generator with a fixed seed: the same exchange every time.
pub(super) struct Draws(pub(super) u64);

impl Draws {
    pub(super) fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(n)).unwrap()
    }

    /// Skewed towards 0, as codes of illnesses are.
    pub(super) fn skewed(&mut self, n: u32) -> u32 {
        let a = self.below(n) + 1;
        self.below(a)
    }
}

/// `leaves` leaves, joined by tens, hundreds, … to a root.
pub(super) fn decimal(name: &str, leaves: u32) -> Attribute {
    let mut codes = vec![(0..leaves).collect::<Vec<u32>>()];
    let mut step = 10;
    while step < leaves {
        codes.push((0..leaves).map(|x| x / step).collect());
        step *= 10;
    }
    codes.push(vec![0; leaves as usize]);
    Attribute::new(name, codes).unwrap()
}

#[test]
#[ignore = "200,000 people and 1.4 million records; run with --release"]
fn related_tables() {
    let attributes = vec![
        decimal("age", 100),
        decimal("sex", 2),
        decimal("town", 130),
        decimal("day", 365),
        decimal("illness", 500),
        decimal("drug", 800),
    ];
    let table = |role, attributes: &[usize], sensitive| TableSpec {
        role,
        people: People::Coded,
        attributes: attributes.to_vec(),
        sensitive,
    };
    let specs = vec![
        table(Role::Person, &[0, 1, 2], 0),
        table(Role::Event { parent: None }, &[3, 4], 1),
        table(Role::Event { parent: Some(1) }, &[5], 0),
    ];
    let start = Instant::now();
    let mut builder = ExchangeBuilder::new(attributes.len(), specs).unwrap();
    let mut draws = Draws(1);
    for person in 0..200_000 {
        let quasi = [draws.below(100), draws.below(2), draws.skewed(130)];
        builder.push(0, Some(person), &quasi, &[], None).unwrap();
        for _ in 0..draws.below(5) {
            let quasi = [draws.below(365), draws.skewed(500)];
            let sensitive = [draws.skewed(20)];
            let event = builder.push(1, Some(person), &quasi, &sensitive, None);
            let event = event.unwrap();
            for _ in 0..draws.below(5) {
                let quasi = [draws.skewed(800)];
                builder.push(2, Some(person), &quasi, &[], event).unwrap();
            }
        }
    }
    let exchange = builder.build(attributes.clone()).unwrap();
    let read = start.elapsed();
    let rows: Vec<u64> = exchange.tables().iter().map(problem::Table::rows).collect();
    let mut requirement = Requirement::k(5, 0.05);
    for (l, name) in [(1, "k=5 s=5%"), (2, "k=5 l=2 s=5%")] {
        requirement.sensitive = vec![vec![], vec![SensitiveRequirement { l, t: None }]];
        let start = Instant::now();
        let found = search(&exchange, &requirement, Quality::default(), SearchOptions::default()).unwrap();
        let searched = start.elapsed();
        let start = Instant::now();
        let quality = Quality::default();
        let outcome = apply(&exchange, &requirement, quality, &found.best.node).unwrap();
        eprintln!(
            "{rows:?} rows pushed in {read:?}; {name}: {:?} loss {:.6} suppressed {:?}, {} checks of {} in {searched:?}; applied in {:?}, joined k {:?}",
            found.best.node.0,
            found.best.loss,
            found.best.suppressed,
            found.checks,
            found.nodes,
            start.elapsed(),
            outcome.joined.as_ref().and_then(|j| j.k),
        );
        assert!(outcome.met);
        assert!(outcome.tables.iter().all(|t| t.k >= Some(5)));
    }
}

#[test]
#[ignore = "5 million rows; run with --release"]
fn five_million_rows_of_one_table() {
    let attributes = vec![decimal("age", 100), decimal("sex", 2), decimal("postal", 10_000)];
    for people in [People::EachRow, People::Coded] {
        let spec = TableSpec { role: Role::Person, people, attributes: vec![0, 1, 2], sensitive: 0 };
        let mut builder = ExchangeBuilder::new(attributes.len(), vec![spec]).unwrap();
        let mut draws = Draws(1);
        let start = Instant::now();
        for person in 0..5_000_000 {
            let quasi = [draws.below(100), draws.below(2), draws.skewed(10_000)];
            let person = (people == People::Coded).then_some(person);
            builder.push(0, person, &quasi, &[], None).unwrap();
        }
        let exchange = builder.build(attributes.clone()).unwrap();
        let read = start.elapsed();
        let start = Instant::now();
        let requirement = Requirement::k(5, 0.01);
        let quality = Quality::default();
        let found = search(&exchange, &requirement, quality, SearchOptions::default()).unwrap();
        let searched = start.elapsed();
        let start = Instant::now();
        let outcome = apply(&exchange, &requirement, quality, &found.best.node).unwrap();
        let applied = start.elapsed();
        let start = Instant::now();
        let mut draws = Draws(1);
        let mut gone = 0;
        for person in 0..5_000_000 {
            let quasi = [draws.below(100), draws.below(2), draws.skewed(10_000)];
            let person = (people == People::Coded).then_some(person);
            let fate = outcome.verdicts.fate(0, person, &quasi, None).unwrap();
            gone += u64::from(fate == Fate::Suppress);
        }
        eprintln!(
            "{people:?}: pushed in {read:?}, {} tuples, searched in {searched:?} ({} checks), applied in {applied:?}, asked in {:?}",
            exchange.tables()[0].tuples().len(),
            found.checks,
            start.elapsed()
        );
        assert!(exchange.tables()[0].is_histogram());
        assert_eq!(gone, found.best.suppressed[0]);
    }
}
