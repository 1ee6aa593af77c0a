//! The recoding as a whole: random tables against the naive recount, and the published anchors.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may stop on a broken assumption"
)]

use proptest::prelude::*;

use super::*;
use crate::anonymity::{Attribute, fixture};

/// ARX 3.9.2, local recoding with nothing suppressed: k, l, granularity.
const ARX: [(u64, u64, f64); 3] = [(5, 1, 0.961_732), (10, 1, 0.943_917), (5, 3, 0.957_286)];

fn measured(name: &str, benchmark: &fixture::Benchmark, k: u64, l: u64) -> Verified {
    let sensitive = [benchmark.sensitive.clone()];
    let records = Records::new(&benchmark.attributes, &benchmark.columns).with_sensitive(&sensitive);
    let model = KAndDistinctL { k, l: vec![l] };
    let start = std::time::Instant::now();
    let recoding = recode(&records, &model, &Options::default()).unwrap();
    let spent = start.elapsed();
    let found = verify(&records, &model, &recoding, 0).unwrap();
    assert!((found.granularity - recoding.granularity).abs() < 1e-9);
    assert_eq!(found.classes, recoding.classes.len() as u64);
    eprintln!("{name} k={k} l={l}: {found:?}, {} changes, {spent:?}", recoding.changes);
    found
}

#[test]
fn adult_beats_arx_with_nothing_suppressed() {
    let Some(adult) = fixture::adult() else { return };
    for (k, l, bar) in ARX {
        let found = measured("adult", &adult, k, l);
        assert!(found.granularity > bar);
        assert!(found.least_people >= k);
    }
}

/// `cargo test --release -p deid --no-default-features --lib local::tests::large -- --ignored --nocapture`
#[test]
#[ignore = "reads 539,253 rows; run with --release"]
fn large_atus() {
    let Some(atus) = fixture::atus() else { return };
    for (k, l) in [(5, 1), (10, 1), (5, 3), (100, 1)] {
        measured("atus", &atus, k, l);
    }
}
