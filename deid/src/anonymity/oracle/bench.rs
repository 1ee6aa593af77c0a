//! The search alone, timed: from encoded columns to the optimum, counting distinct tuples included.
//!
//! `cargo test --release -p deid --no-default-features --lib bench -- --ignored --nocapture --test-threads=1`
//! (`DEID_BENCH=adult` or another part of a name narrows it.) See docs/benchmarks.md.

use std::time::Instant;

use super::arx::{ADULT, ATUS, Row, assert_equal};
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
    let options = SearchOptions { alternatives: 0, threads, ..SearchOptions::default() };
    let run = || {
        let exchange = benchmark.exchange(sensitive);
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

fn wanted(name: &str) -> bool {
    std::env::var("DEID_BENCH").map_or(true, |part| name.contains(&part))
}

fn compare(name: &str, benchmark: &Benchmark, rows: &[Row]) {
    eprintln!("| {name} | ARX ms | ms CPU, 1 thread | ARX / ours | ms wall 1 | ms wall 2 | checks | nodes | loss | suppressed |");
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
