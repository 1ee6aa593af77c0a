//! The search alone, timed: from encoded columns to the optimum, counting distinct tuples included.
//!
//! `cargo test --release -p deid --no-default-features --lib bench -- --ignored --nocapture --test-threads=1`
//! (`DEID_BENCH=adult` or another part of a name narrows it.) See docs/benchmarks.md.

use std::time::Instant;

use super::arx::{ADULT, ATUS, Row, assert_equal};
use super::scale::{Draws, decimal};
use crate::anonymity::fixture::{self, Benchmark};
use crate::anonymity::*;

/// CPU nanoseconds of this thread and of those it has running, where the system tells (Linux).
fn cpu_ns() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

/// The mean CPU and wall milliseconds of some runs, and what they found. The system counts the CPU time
/// of a thread in ticks of some milliseconds, so that short runs are repeated.
pub(super) fn timed(
    benchmark: &Benchmark,
    sensitive: bool,
    requirement: &Requirement,
    threads: usize,
) -> (f64, f64, Search) {
    let options = SearchOptions { alternatives: 0, ..SearchOptions::default() };
    let run = || {
        let exchange = benchmark.exchange_by(sensitive, threads);
        search(&exchange, requirement, Quality::default(), options).unwrap()
    };
    let found = run();
    let (cpu, wall) = (cpu_ns(), Instant::now());
    let mut runs = 0;
    while runs < 3 || (runs < 100 && wall.elapsed().as_millis() < 600) {
        assert_eq!(run(), found);
        runs += 1;
    }
    let mean = |ms: f64| ms / f64::from(runs);
    (mean((cpu_ns() - cpu) as f64 / 1e6), mean(wall.elapsed().as_secs_f64() * 1e3), found)
}

pub(super) fn wanted(name: &str) -> bool {
    std::env::var("DEID_BENCH").map_or(true, |part| name.contains(&part))
}

fn compare(name: &str, benchmark: &Benchmark, rows: &[Row]) {
    eprintln!(
        "| {name} | ARX ms | ms CPU, 1 thread | ARX / ours | ms wall 1 | ms wall 2 | checks | nodes | loss | suppressed |"
    );
    eprintln!("|---|---|---|---|---|---|---|---|---|---|");
    for row in rows.iter().filter(|row| wanted(&format!("{name} {}", row.name()))) {
        let (cpu, wall, result) = timed(benchmark, row.sensitive(), &row.requirement(), 1);
        let (_, wall_2, again) = timed(benchmark, row.sensitive(), &row.requirement(), 2);
        assert_equal(row, &result);
        assert_eq!(result, again);
        eprintln!(
            "| {} | {} | {cpu:.2} | {:.1} | {wall:.2} | {wall_2:.2} | {} | {} | {:.10} | {:?} |",
            row.name(),
            row.arx_ms,
            f64::from(row.arx_ms) / cpu,
            result.checks,
            result.nodes,
            result.best.loss,
            result.best.suppressed,
        );
        eprintln!("  {:?}", result.certificate);
    }
}

#[test]
#[ignore = "a benchmark; run with --release, see the head of the file"]
fn bench_arx_rows() {
    let asked = std::env::var("DEID_BENCH").unwrap_or_default();
    if let Some(adult) = (!asked.starts_with("atus")).then(fixture::adult).flatten() {
        compare("adult", &adult, ADULT);
    }
    if let Some(atus) = (!asked.starts_with("adult")).then(fixture::atus).flatten() {
        compare("atus_syn", &atus, ATUS);
    }
}

/// A table made from a fixed seed: per attribute its leaves and how skewed its values are.
pub(super) fn made(rows: usize, shape: &[(u32, bool)]) -> Benchmark {
    let mut draws = Draws(7);
    let mut benchmark = Benchmark {
        attributes: shape.iter().map(|(leaves, _)| decimal("a", *leaves)).collect(),
        columns: vec![Vec::with_capacity(rows); shape.len()],
        sensitive: Vec::with_capacity(rows),
    };
    for _ in 0..rows {
        for (column, (leaves, skewed)) in benchmark.columns.iter_mut().zip(shape) {
            column.push(if *skewed { draws.skewed(*leaves) } else { draws.below(*leaves) });
        }
        benchmark.sensitive.push(draws.skewed(12));
    }
    benchmark
}

#[test]
#[ignore = "a benchmark; run with --release, see the head of the file"]
fn bench_made_tables() {
    let tables: [(&str, usize, Vec<(u32, bool)>); 4] = [
        (
            "million",
            1_000_000,
            vec![(100, false), (2, false), (50, true), (400, true), (12, true), (7, true)],
        ),
        (
            "unique",
            300_000,
            vec![(100, false), (2, false), (1000, false), (365, false), (500, true), (40, true)],
        ),
        ("few", 500_000, vec![(3, true), (2, false), (4, true), (3, false)]),
        ("twenty", 50_000, (0..20).map(|a| (2 + a % 7, a % 2 == 0)).collect()),
    ];
    for (name, rows, shape) in tables.iter().filter(|(name, _, _)| wanted(name)) {
        let table = made(*rows, shape);
        for (k, limit) in [(5, 0.0), (5, 0.02), (5, 1.0)] {
            let (cpu, wall, found) = timed(&table, false, &Requirement::k(k, limit), 1);
            eprintln!(
                "| {name} k={k} s={limit} | {cpu:.1} ms CPU, {wall:.1} ms wall | {} checks of {} nodes | loss {:.6}, {:?} suppressed, optimal {}, bound {:.6} |",
                found.checks,
                found.nodes,
                found.best.loss,
                found.best.suppressed,
                found.certificate.optimal,
                found.certificate.bound,
            );
        }
    }
}

/// Forty attributes need more than 128 bits and have more nodes than can be counted.
#[test]
fn forty_attributes() {
    let shape: Vec<(u32, bool)> = (0..40).map(|a| (20 + a % 11, true)).collect();
    let table = made(400, &shape);
    let exchange = table.exchange(false);
    let options = SearchOptions { max_checks: 500, ..SearchOptions::default() };
    let requirement = Requirement::k(3, 0.05);
    let found = search(&exchange, &requirement, Quality::default(), options).unwrap();
    assert!(found.nodes > 1 << 63);
    assert!(!found.certificate.optimal);
    assert!(found.certificate.bound <= found.best.loss && found.best.loss < 1.0);
    assert!(found.checks <= 700);
    let outcome = apply(&exchange, &requirement, Quality::default(), &found.best.node).unwrap();
    assert!(outcome.met && outcome.tables[0].k >= Some(3));
    assert_eq!(outcome.loss.to_bits(), found.best.loss.to_bits());
    // The tuples themselves, compared in full.
    let rows: std::collections::BTreeSet<Vec<u32>> =
        (0..400).map(|row| table.columns.iter().map(|c| c[row]).collect()).collect();
    assert_eq!(exchange.tables()[0].tuples().len(), rows.len());
    let lowest = Node(vec![0; 40]);
    let all = apply(&exchange, &Requirement::k(1, 0.0), Quality::default(), &lowest).unwrap();
    assert_eq!(all.tables[0].classes, rows.len() as u64);
}
