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

struct Timed {
    cpu_ms: f64,
    wall_ms: f64,
    search: Search,
}

fn once(benchmark: &Benchmark, sensitive: bool, requirement: &Requirement, options: SearchOptions) -> Timed {
    let (cpu, wall) = (cpu_ns(), Instant::now());
    let exchange = benchmark.exchange(sensitive);
    let search = search(&exchange, requirement, Quality::default(), options).unwrap();
    Timed {
        cpu_ms: (cpu_ns() - cpu) as f64 / 1e6,
        wall_ms: wall.elapsed().as_secs_f64() * 1e3,
        search,
    }
}

/// The median of some runs by CPU time of the searching thread.
pub(super) fn timed(
    benchmark: &Benchmark,
    sensitive: bool,
    requirement: &Requirement,
    threads: usize,
) -> (f64, f64, Search) {
    let options = SearchOptions { alternatives: 0, threads, ..SearchOptions::default() };
    let mut runs: Vec<Timed> = Vec::new();
    let start = Instant::now();
    while runs.len() < 3 || (runs.len() < 9 && start.elapsed().as_millis() < 600) {
        runs.push(once(benchmark, sensitive, requirement, options));
    }
    let middle = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let cpu = middle(runs.iter().map(|r| r.cpu_ms).collect());
    let wall = middle(runs.iter().map(|r| r.wall_ms).collect());
    (cpu, wall, runs.pop().unwrap().search)
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
    if let Some(adult) = fixture::adult().filter(|_| wanted("adult") || !wanted("atus")) {
        compare("adult", &adult, ADULT);
    }
    if let Some(atus) = fixture::atus().filter(|_| wanted("atus") || !wanted("adult")) {
        compare("atus_syn", &atus, ATUS);
    }
}
