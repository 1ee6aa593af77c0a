//! The search, timed on tables that this repository has never seen.
//!
//! `DEID_BENCH_FOLDER=… cargo test --release -p deid --no-default-features --lib bench_folder -- --ignored --nocapture`
//! The folder is laid out as ARX's examples are: `NAME.csv` (`;`, no quoting, header) with a column
//! `sens` that is not a quasi-identifier, and `hierarchies/NAME_hierarchy_COLUMN.csv` for every other
//! column. `DEID_BENCH=name` narrows it. See docs/benchmarks.md.

use std::path::Path;

use super::bench::{timed, wanted};
use crate::anonymity::{Requirement, fixture};

#[test]
#[ignore = "a benchmark; run with --release, see the head of the file"]
fn bench_folder() {
    let Ok(folder) = std::env::var("DEID_BENCH_FOLDER") else {
        eprintln!("skipped: DEID_BENCH_FOLDER names no folder");
        return;
    };
    let folder = Path::new(&folder);
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".csv")?.to_owned()))
        .filter(|name| wanted(name))
        .collect();
    names.sort();
    eprintln!(
        "| table | k, s | ms CPU, 1 thread | ms wall 1 | ms wall 2 | checks | nodes | loss | levels | suppressed | optimal, bound |"
    );
    eprintln!("|---|---|---|---|---|---|---|---|---|---|---|");
    for name in names {
        let text = std::fs::read_to_string(folder.join(format!("{name}.csv"))).unwrap();
        let table = fixture::read(folder, &name, &text, "sens").unwrap();
        for limit in [0.0, 0.02, 1.0] {
            let requirement = Requirement::k(5, limit);
            let (cpu, wall, found) = timed(&table, false, &requirement, 1);
            let (_, wall_2, again) = timed(&table, false, &requirement, 2);
            assert_eq!(found, again);
            eprintln!(
                "| {name} | k=5 s={}% | {cpu:.1} | {wall:.1} | {wall_2:.1} | {} | {} | {:.10} | {:?} | {:?} | {} {:.10} |",
                limit * 100.0,
                found.checks,
                found.nodes,
                found.best.loss,
                found.best.node.0,
                found.best.suppressed,
                found.certificate.optimal,
                found.certificate.bound,
            );
        }
    }
}
