//! Test-only reader of the benchmark tables: `;`, no quoting, ARX hierarchies.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests may stop on a broken assumption"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Attribute, Exchange, ExchangeBuilder, People, Role, TableSpec};

/// A benchmark table as codes.
pub(crate) struct Benchmark {
    pub(crate) attributes: Vec<Attribute>,
    /// Leaf codes per quasi-identifier (alphabetical) and row.
    pub(crate) columns: Vec<Vec<u32>>,
    pub(crate) sensitive: Vec<u32>,
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/arx"))
}

/// The codes of a hierarchy file: `codes[level][leaf]`, and the leaf code of every text.
fn hierarchy(text: &str) -> (Vec<Vec<u32>>, HashMap<String, u32>) {
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|l| !l.is_empty()).map(|l| l.split(';').collect()).collect();
    let mut codes = Vec::new();
    for level in 0..rows[0].len() {
        let mut known: HashMap<&str, u32> = HashMap::new();
        codes.push(
            rows.iter()
                .map(|row| {
                    let next = u32::try_from(known.len()).unwrap();
                    *known.entry(row[level]).or_insert(next)
                })
                .collect(),
        );
    }
    let leaves = rows.iter().zip(0u32..).map(|(row, leaf)| (row[0].to_owned(), leaf)).collect();
    (codes, leaves)
}

/// Reads a table's quasi-identifiers and its sensitive column; `None` for an empty text. The
/// hierarchies lie beside it: `hierarchies/NAME_hierarchy_COLUMN.csv`.
pub(crate) fn read(folder: &Path, name: &str, table: &str, sensitive: &str) -> Option<Benchmark> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next()?.split(';').collect();
    let mut quasi: Vec<&str> = header.iter().copied().filter(|c| *c != sensitive).collect();
    quasi.sort_unstable();
    let mut benchmark =
        Benchmark { attributes: Vec::new(), columns: vec![Vec::new(); quasi.len()], sensitive: Vec::new() };
    let mut leaf_of = Vec::new();
    for column in &quasi {
        let path = folder.join(format!("hierarchies/{name}_hierarchy_{column}.csv"));
        let (codes, leaves) = hierarchy(&std::fs::read_to_string(path).unwrap());
        benchmark.attributes.push(Attribute::new(*column, codes).unwrap());
        leaf_of.push(leaves);
    }
    let at = |column: &str| header.iter().position(|c| *c == column).unwrap();
    let positions: Vec<usize> = quasi.iter().map(|c| at(c)).collect();
    let sensitive_at = at(sensitive);
    let mut values: HashMap<String, u32> = HashMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(';').collect();
        for ((column, leaves), position) in benchmark.columns.iter_mut().zip(&leaf_of).zip(&positions) {
            column.push(leaves[cells[*position]]);
        }
        let next = u32::try_from(values.len()).unwrap();
        let value = values.entry(cells[sensitive_at].to_owned()).or_insert(next);
        benchmark.sensitive.push(*value);
    }
    Some(benchmark)
}

pub(crate) fn adult() -> Option<Benchmark> {
    let Ok(text) = std::fs::read_to_string(folder().join("adult.csv")) else {
        eprintln!("skipped: ../shared/data/arx is absent");
        return None;
    };
    read(&folder(), "adult", &text, "occupation")
}

pub(crate) fn atus() -> Option<Benchmark> {
    let path = folder().join("atus_syn.csv.gz");
    if !path.exists() {
        eprintln!("skipped: ../shared/data/arx is absent");
        return None;
    }
    let out = std::process::Command::new("gzip").arg("-dc").arg(path).output().expect("gzip is installed");
    let text = String::from_utf8(out.stdout).unwrap();
    read(&folder(), "atus", &text, "Highest level of school completed")
}

impl Benchmark {
    /// One person per row, with or without the sensitive column.
    pub(crate) fn exchange(&self, with_sensitive: bool) -> Exchange {
        self.exchange_by(with_sensitive, 1)
    }

    /// The same, counted by so many threads.
    pub(crate) fn exchange_by(&self, with_sensitive: bool, threads: usize) -> Exchange {
        let spec = TableSpec {
            role: Role::Person,
            people: People::EachRow,
            attributes: (0..self.attributes.len()).collect(),
            sensitive: usize::from(with_sensitive),
        };
        let mut builder = ExchangeBuilder::new(self.attributes.len(), vec![spec]).unwrap();
        let columns: Vec<&[u32]> = self.columns.iter().map(Vec::as_slice).collect();
        let sensitive: &[&[u32]] = if with_sensitive { &[&self.sensitive] } else { &[] };
        builder.push_columns(0, self.sensitive.len(), &columns, sensitive, threads).unwrap();
        builder.build(self.attributes.clone()).unwrap()
    }
}
