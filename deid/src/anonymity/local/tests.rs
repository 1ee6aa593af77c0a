//! The recoding as a whole: random tables against the naive recount, and the published anchors.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may stop on a broken assumption"
)]

use proptest::prelude::*;

use super::plain::KAndDistinctL;
use super::*;
use crate::anonymity::{Attribute, fixture};

/// Hierarchies with and without a root, with a range, a weight and a NULL.
fn attributes() -> Vec<Attribute> {
    let halves = |steps: &[u32]| steps.iter().map(|step| (0..8).map(|leaf| leaf / step).collect()).collect();
    vec![
        Attribute::new("rooted", halves(&[1, 2, 4, 8])).unwrap(),
        Attribute::new("flat", halves(&[1, 8])).unwrap().with_weight(0.25).unwrap(),
        Attribute::new("above", halves(&[1, 2, 8])).unwrap().with_range(1, 2).unwrap(),
        Attribute::new("forest", halves(&[1, 2, 4])).unwrap(),
    ]
}

#[derive(Debug, Clone)]
struct Table {
    attributes: Vec<Attribute>,
    leaves: Vec<Vec<u32>>,
    sensitive: Vec<Vec<u32>>,
    people: Option<Vec<u32>>,
}

impl Table {
    fn records(&self) -> Records<'_> {
        let records = Records::new(&self.attributes, &self.leaves).with_sensitive(&self.sensitive);
        Records { people: self.people.as_deref(), ..records }
    }

    /// The table with its rows in another order.
    fn permuted(&self, order: &[usize]) -> Self {
        let column = |column: &Vec<u32>| order.iter().map(|row| column[*row]).collect::<Vec<u32>>();
        Self {
            attributes: self.attributes.clone(),
            leaves: self.leaves.iter().map(column).collect(),
            sensitive: self.sensitive.iter().map(column).collect(),
            people: self.people.as_ref().map(column),
        }
    }

    fn all(&self) -> ClassView {
        let distinct = |list: &Vec<u32>| list.iter().collect::<std::collections::BTreeSet<_>>().len() as u64;
        let rows = self.leaves[0].len() as u64;
        let values =
            self.sensitive.iter().map(|column| (0..distinct(column)).map(|v| (v as u32, 1)).collect());
        ClassView { rows, people: self.people.as_ref().map_or(rows, distinct), values: values.collect() }
    }
}

prop_compose! {
    fn table(rooted: bool)(
        rows in prop::collection::vec(([0u32..9, 0u32..9, 0u32..9, 0u32..9], 0u32..4, 0u32..12), 1..50),
        width in 1usize..5,
        skewed in any::<bool>(),
        with_people in any::<bool>(),
    ) -> Table {
        let width = if rooted { width.min(3) } else { width };
        let leaf = |cells: &[u32; 4], a: usize| if skewed { cells[a] * cells[(a + 1) % 4] / 8 } else { cells[a] };
        Table {
            attributes: attributes().into_iter().take(width).collect(),
            leaves: (0..width).map(|a| rows.iter().map(|row| leaf(&row.0, a)).collect()).collect(),
            sensitive: vec![rows.iter().map(|row| row.1).collect()],
            people: with_people.then(|| rows.iter().map(|row| row.2).collect()),
        }
    }
}

fn published(recoding: &Recoding) -> Vec<Option<&[Cell]>> {
    let cells = |class: &Option<u32>| class.map(|class| &recoding.classes[class as usize].cells[..]);
    recoding.class_of.iter().map(cells).collect()
}

/// Every class publishes, per attribute, the lowest level at which its members are one.
fn is_tight(table: &Table, recoding: &Recoding) -> bool {
    (0u32..).zip(&recoding.classes).all(|(number, class)| {
        class.cells.iter().zip(&table.attributes).zip(&table.leaves).all(|((cell, attribute), column)| {
            let members = || column.iter().zip(&recoding.class_of).filter(|(_, of)| **of == Some(number));
            let one = |level: u8| {
                let codes = attribute.levels()[usize::from(level)].code_of_leaf();
                members()
                    .all(|(leaf, _)| codes[*leaf as usize] == codes[*members().next().unwrap().0 as usize])
            };
            one(cell.level) && (attribute.min_level()..cell.level).all(|level| !one(level))
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_class_is_accepted_and_the_order_of_rows_is_nothing(
        table in table(true),
        k in 1u64..6,
        l in 0u64..4,
        passes in 0usize..3,
        seed in any::<u64>(),
    ) {
        let model = KAndDistinctL { k, l: vec![l] };
        let options = Options { passes, neighbours: Some(1 + (seed % 5) as usize), ..Options::default() };
        match recode(&table.records(), &model, &options) {
            Err(problem) => {
                // With a root everywhere, one class of all is the last resort.
                prop_assert!(!model.accepts(&table.all()));
                let needed = table.leaves[0].len() as u64;
                prop_assert_eq!(problem, LocalError::Infeasible { needed, allowed: 0 });
            }
            Ok(recoding) => {
                let found = verify(&table.records(), &model, &recoding, 0).unwrap();
                prop_assert_eq!(found.suppressed, 0);
                prop_assert!(found.least_people >= k);
                prop_assert!((found.granularity - recoding.granularity).abs() < 1e-9);
                prop_assert_eq!(found.classes, recoding.classes.len() as u64);
                prop_assert!(is_tight(&table, &recoding));
                prop_assert_eq!(&recode(&table.records(), &model, &options).unwrap(), &recoding);
                let mut order: Vec<usize> = (0..recoding.class_of.len()).collect();
                order.sort_by_key(|row| (*row as u64).wrapping_add(1).wrapping_mul(seed | 1));
                let other = table.permuted(&order);
                let again = recode(&other.records(), &model, &options).unwrap();
                prop_assert_eq!(&again.classes, &recoding.classes);
                let (before, after) = (published(&recoding), published(&again));
                for (new, old) in order.iter().enumerate() {
                    prop_assert_eq!(after[new], before[*old]);
                }
            }
        }
    }

    /// Hierarchies without a root, and models that a union can break: suppressed or accepted.
    #[test]
    fn what_no_class_can_take_is_suppressed_and_counted(
        table in table(false),
        odd in any::<bool>(),
        share in prop::sample::select(vec![0.0, 0.3, 1.0]),
        suppressible in 0u64..60,
    ) {
        // Not kept under union: at most half of a class may share a value.
        let model = |class: &ClassView| {
            class.people >= 2
                && (!odd || class.values[0].iter().all(|(_, people)| 2 * people <= class.people))
        };
        let options = Options { suppressible, suppressed_share: share, ..Options::default() };
        match recode(&table.records(), &model, &options) {
            Err(LocalError::Infeasible { needed, allowed }) => {
                prop_assert!(needed > allowed);
                prop_assert_eq!(allowed, suppressible);
            }
            Err(other) => prop_assert!(false, "{other}"),
            Ok(recoding) => {
                let found = verify(&table.records(), &model, &recoding, suppressible).unwrap();
                prop_assert_eq!(found.suppressed, recoding.suppressed);
                prop_assert!((found.granularity - recoding.granularity).abs() < 1e-9);
                prop_assert!(is_tight(&table, &recoding));
            }
        }
    }
}

#[test]
fn a_histogram_gives_what_its_rows_give() {
    let attributes = &attributes()[..2];
    let tuples = [([0, 0], 3u64), ([1, 0], 1), ([0, 5], 1), ([7, 8], 6)];
    let short: Vec<Vec<u32>> = (0..2).map(|a| tuples.iter().map(|t| t.0[a]).collect()).collect();
    let counts: Vec<u64> = tuples.iter().map(|t| t.1).collect();
    let long: Vec<Vec<u32>> = (0..2)
        .map(|a| tuples.iter().flat_map(|t| std::iter::repeat_n(t.0[a], t.1 as usize)).collect())
        .collect();
    let model = KAndDistinctL { k: 3, l: vec![] };
    let rows = recode(&Records::new(attributes, &long), &model, &Options::default()).unwrap();
    let records = Records { rows: Some(&counts), ..Records::new(attributes, &short) };
    let histogram = recode(&records, &model, &Options::default()).unwrap();
    assert_eq!(rows.classes, histogram.classes);
    assert_eq!(rows.granularity.to_bits(), histogram.granularity.to_bits());
    assert_eq!(verify(&records, &model, &histogram, 0).unwrap().least_people, 5);
}

#[test]
fn the_recount_finds_what_is_wrong() {
    let attributes = &attributes()[..1];
    let leaves = vec![vec![0, 1, 4, 5]];
    let records = Records::new(attributes, &leaves);
    let model = KAndDistinctL { k: 2, l: vec![] };
    let good = recode(&records, &model, &Options::default()).unwrap();
    assert_eq!(good.classes.len(), 2);
    let mut wrong = good.clone();
    wrong.class_of[0] = good.class_of[3];
    assert_eq!(verify(&records, &model, &wrong, 0), Err(Violation::NotAncestor));
    let mut wrong = good.clone();
    wrong.class_of[0] = None;
    assert_eq!(verify(&records, &model, &wrong, 0), Err(Violation::Suppressed));
    assert_eq!(verify(&records, &model, &wrong, 1), Err(Violation::Refused));
    let mut wrong = good.clone();
    wrong.class_of.pop();
    assert_eq!(verify(&records, &model, &wrong, 0), Err(Violation::Shape));
    let narrow = [attributes[0].clone().with_range(2, 3).unwrap()];
    assert_eq!(verify(&Records::new(&narrow, &leaves), &model, &good, 0), Err(Violation::Level));
}

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

/// Six attributes, skewed, many tuples unique.
fn synthetic(rows: u32) -> fixture::Benchmark {
    let mut state = 1u64;
    let mut below = |n: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % u64::from(n)).unwrap()
    };
    let shapes: [&[u32]; 6] =
        [&[1, 5, 10, 20, 100], &[1, 2], &[1, 13, 130], &[1, 3, 9], &[1, 10, 50, 500], &[1, 4, 20]];
    let attribute = |steps: &&[u32]| {
        let leaves = *steps.last().unwrap();
        Attribute::new("x", steps.iter().map(|step| (0..leaves).map(|leaf| leaf / step).collect()).collect())
    };
    let leaves: Vec<u32> = shapes.iter().map(|steps| *steps.last().unwrap()).collect();
    let mut columns = vec![Vec::new(); shapes.len()];
    for _ in 0..rows {
        for (column, leaves) in columns.iter_mut().zip(&leaves) {
            let most = below(*leaves) + 1;
            column.push(below(most));
        }
    }
    let attributes = shapes.iter().map(|steps| attribute(steps).unwrap()).collect();
    fixture::Benchmark { attributes, columns, sensitive: (0..rows).map(|row| row % 7).collect() }
}

/// `cargo test --release -p deid --no-default-features --lib local::tests::growing -- --ignored --nocapture`
#[test]
#[ignore = "10⁴ to 10⁶ rows; run with --release"]
fn growing_tables() {
    for rows in [10_000, 100_000, 1_000_000] {
        measured(&format!("{rows} rows"), &synthetic(rows), 5, 1);
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
