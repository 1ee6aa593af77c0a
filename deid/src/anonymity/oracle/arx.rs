//! Published optima: ARX 3.9.2, measured (full-domain, loss with gs-factor ½, record suppression).

use crate::anonymity::fixture;
use crate::anonymity::*;

/// levels, loss, suppressed, least class, classes
type Row = (u32, u32, Option<f64>, f64, [u8; 8], f64, u64, u64, u64);

fn compare(benchmark: &fixture::Benchmark, rows: &[Row]) {
    for (k, l, t, limit, levels, loss, suppressed, least, classes) in rows {
        let sensitive = *l > 1 || t.is_some();
        let exchange = benchmark.exchange(sensitive);
        let mut requirement = Requirement::k(*k, *limit);
        if sensitive {
            requirement.sensitive = vec![vec![SensitiveRequirement { l: *l, t: *t }]];
        }
        let start = std::time::Instant::now();
        let result = search(&exchange, &requirement, Quality::default(), SearchOptions::default()).unwrap();
        let spent = start.elapsed();
        eprintln!(
            "k={k} l={l} t={t:?} s={limit}: {:?} {:.10} {:?} in {} checks, {spent:?}",
            result.best.node.0, result.best.loss, result.best.suppressed, result.checks
        );
        assert_eq!(result.best.node, Node(levels.to_vec()));
        assert!((result.best.loss - loss).abs() < 1e-9);
        assert_eq!(result.best.suppressed, vec![*suppressed]);
        let outcome = apply(&exchange, &requirement, Quality::default(), &result.best.node).unwrap();
        assert!(outcome.met);
        assert_eq!(outcome.loss.to_bits(), result.best.loss.to_bits());
        let table = &outcome.tables[0];
        assert_eq!((table.k, table.classes), (Some(*least), *classes));
        assert_eq!(table.suppressed_rows, *suppressed);
        assert_eq!(outcome.joined.as_ref().unwrap().k, Some(*least));
        for other in &result.alternatives {
            assert!(other.loss >= result.best.loss);
        }
    }
}

#[test]
fn adult_k_anonymity() {
    let Some(adult) = fixture::adult() else {
        return;
    };
    compare(
        &adult,
        &[
            (5, 1, None, 0.0, [4, 3, 2, 2, 1, 0, 0, 0], 0.542_210_825_4, 0, 5, 26),
            (5, 1, None, 0.02, [3, 2, 2, 1, 0, 0, 0, 1], 0.246_477_155_2, 506, 5, 222),
            (5, 1, None, 1.0, [3, 2, 0, 1, 0, 0, 0, 0], 0.162_132_613_2, 2184, 5, 518),
            (10, 1, None, 0.0, [4, 3, 1, 2, 1, 0, 0, 2], 0.613_171_784_7, 0, 406, 8),
            (10, 1, None, 0.02, [4, 2, 1, 1, 0, 0, 0, 1], 0.277_072_046_9, 592, 10, 124),
            (10, 1, None, 1.0, [3, 2, 0, 1, 0, 0, 0, 1], 0.198_011_897_9, 2297, 10, 250),
            (100, 1, None, 0.0, [4, 3, 1, 2, 1, 0, 0, 2], 0.613_171_784_7, 0, 406, 8),
            (100, 1, None, 0.02, [4, 2, 1, 2, 1, 0, 0, 1], 0.466_956_510_6, 556, 122, 26),
            (100, 1, None, 1.0, [3, 3, 1, 0, 0, 0, 0, 1], 0.334_431_991_7, 4732, 104, 40),
        ],
    );
}

#[test]
fn adult_diversity_and_closeness() {
    let Some(adult) = fixture::adult() else {
        return;
    };
    compare(
        &adult,
        &[
            (5, 3, None, 0.02, [3, 2, 2, 1, 0, 0, 0, 1], 0.246_911_739_8, 522, 5, 219),
            (5, 1, Some(0.2), 0.02, [4, 3, 1, 1, 1, 1, 1, 2], 0.815_003_186_2, 235, 233, 6),
            (1, 1, Some(0.2), 0.0, [4, 3, 1, 2, 1, 1, 1, 2], 0.918_395_364_1, 0, 14086, 2),
        ],
    );
}

/// `cargo test --release -p deid --lib atus -- --ignored --nocapture`
#[test]
#[ignore = "reads 539,253 rows; run with --release, see the comment"]
fn atus() {
    let Some(atus) = fixture::atus() else { return };
    compare(
        &atus,
        &[
            (5, 1, None, 0.0, [5, 1, 0, 1, 2, 2, 1, 0], 0.384_891_516_8, 0, 7, 504),
            (5, 1, None, 0.02, [4, 2, 0, 1, 1, 0, 0, 0], 0.192_714_140_2, 10337, 5, 4102),
            (5, 1, None, 1.0, [3, 1, 0, 0, 0, 0, 0, 0], 0.113_961_122_2, 46319, 5, 7063),
            (10, 1, None, 0.0, [5, 2, 0, 0, 2, 2, 0, 0], 0.414_213_562_4, 0, 10, 288),
            (10, 1, None, 0.02, [4, 2, 0, 1, 1, 1, 0, 0], 0.238_799_394_8, 8284, 10, 1841),
            (100, 1, None, 0.0, [5, 2, 0, 1, 2, 2, 0, 0], 0.444_138_179_9, 0, 133, 144),
            (100, 1, None, 0.02, [4, 2, 1, 0, 1, 2, 1, 0], 0.370_566_407_1, 10503, 100, 253),
            (5, 3, None, 0.02, [4, 2, 0, 0, 1, 1, 0, 0], 0.215_128_446_5, 9132, 5, 3162),
            (5, 1, Some(0.2), 0.0, [5, 2, 0, 2, 2, 2, 0, 0], 0.542_210_825_4, 0, 771, 48),
            (5, 1, Some(0.2), 0.02, [4, 2, 0, 2, 2, 0, 1, 0], 0.413_459_133_6, 10000, 28, 241),
        ],
    );
}
