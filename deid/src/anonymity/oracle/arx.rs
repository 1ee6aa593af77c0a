//! Published optima: ARX 3.9.2, measured (full-domain, loss with gs-factor ½, record suppression).

use crate::anonymity::fixture;
use crate::anonymity::*;

/// One measured search.
pub(super) struct Row {
    pub(super) k: u32,
    pub(super) l: u32,
    pub(super) t: Option<f64>,
    pub(super) limit: f64,
    pub(super) levels: [u8; 8],
    pub(super) loss: f64,
    pub(super) suppressed: u64,
    pub(super) least: u64,
    pub(super) classes: u64,
    /// CPU time of the search, quiet machine.
    pub(super) arx_ms: u32,
}

impl Row {
    pub(super) fn sensitive(&self) -> bool {
        self.l > 1 || self.t.is_some()
    }

    pub(super) fn requirement(&self) -> Requirement {
        let mut requirement = Requirement::k(self.k, self.limit);
        if self.sensitive() {
            requirement.sensitive = vec![vec![SensitiveRequirement { l: self.l, t: self.t }]];
        }
        requirement
    }

    pub(super) fn name(&self) -> String {
        let l = if self.l > 1 { format!(" l={}", self.l) } else { String::new() };
        let t = self.t.map_or(String::new(), |t| format!(" t={t}"));
        format!("k={}{l}{t} s={}%", self.k, self.limit * 100.0)
    }
}

#[rustfmt::skip]
pub(super) const ADULT: &[Row] = &[
    Row { k: 5, l: 1, t: None, limit: 0.0, levels: [4, 3, 2, 2, 1, 0, 0, 0], loss: 0.542_210_825_4, suppressed: 0, least: 5, classes: 26, arx_ms: 34 },
    Row { k: 5, l: 1, t: None, limit: 0.02, levels: [3, 2, 2, 1, 0, 0, 0, 1], loss: 0.246_477_155_2, suppressed: 506, least: 5, classes: 222, arx_ms: 301 },
    Row { k: 5, l: 1, t: None, limit: 1.0, levels: [3, 2, 0, 1, 0, 0, 0, 0], loss: 0.162_132_613_2, suppressed: 2184, least: 5, classes: 518, arx_ms: 416 },
    Row { k: 10, l: 1, t: None, limit: 0.0, levels: [4, 3, 1, 2, 1, 0, 0, 2], loss: 0.613_171_784_7, suppressed: 0, least: 406, classes: 8, arx_ms: 15 },
    Row { k: 10, l: 1, t: None, limit: 0.02, levels: [4, 2, 1, 1, 0, 0, 0, 1], loss: 0.277_072_046_9, suppressed: 592, least: 10, classes: 124, arx_ms: 236 },
    Row { k: 10, l: 1, t: None, limit: 1.0, levels: [3, 2, 0, 1, 0, 0, 0, 1], loss: 0.198_011_897_9, suppressed: 2297, least: 10, classes: 250, arx_ms: 584 },
    Row { k: 100, l: 1, t: None, limit: 0.0, levels: [4, 3, 1, 2, 1, 0, 0, 2], loss: 0.613_171_784_7, suppressed: 0, least: 406, classes: 8, arx_ms: 8 },
    Row { k: 100, l: 1, t: None, limit: 0.02, levels: [4, 2, 1, 2, 1, 0, 0, 1], loss: 0.466_956_510_6, suppressed: 556, least: 122, classes: 26, arx_ms: 103 },
    Row { k: 100, l: 1, t: None, limit: 1.0, levels: [3, 3, 1, 0, 0, 0, 0, 1], loss: 0.334_431_991_7, suppressed: 4732, least: 104, classes: 40, arx_ms: 854 },
    Row { k: 5, l: 3, t: None, limit: 0.02, levels: [3, 2, 2, 1, 0, 0, 0, 1], loss: 0.246_911_739_8, suppressed: 522, least: 5, classes: 219, arx_ms: 425 },
    Row { k: 5, l: 1, t: Some(0.2), limit: 0.02, levels: [4, 3, 1, 1, 1, 1, 1, 2], loss: 0.815_003_186_2, suppressed: 235, least: 233, classes: 6, arx_ms: 806 },
    Row { k: 1, l: 1, t: Some(0.2), limit: 0.0, levels: [4, 3, 1, 2, 1, 1, 1, 2], loss: 0.918_395_364_1, suppressed: 0, least: 14086, classes: 2, arx_ms: 12 },
];

#[rustfmt::skip]
pub(super) const ATUS: &[Row] = &[
    Row { k: 5, l: 1, t: None, limit: 0.0, levels: [5, 1, 0, 1, 2, 2, 1, 0], loss: 0.384_891_516_8, suppressed: 0, least: 7, classes: 504, arx_ms: 1139 },
    Row { k: 5, l: 1, t: None, limit: 0.02, levels: [4, 2, 0, 1, 1, 0, 0, 0], loss: 0.192_714_140_2, suppressed: 10337, least: 5, classes: 4102, arx_ms: 16026 },
    Row { k: 5, l: 1, t: None, limit: 1.0, levels: [3, 1, 0, 0, 0, 0, 0, 0], loss: 0.113_961_122_2, suppressed: 46319, least: 5, classes: 7063, arx_ms: 18180 },
    Row { k: 10, l: 1, t: None, limit: 0.02, levels: [4, 2, 0, 1, 1, 1, 0, 0], loss: 0.238_799_394_8, suppressed: 8284, least: 10, classes: 1841, arx_ms: 14298 },
    Row { k: 100, l: 1, t: None, limit: 0.02, levels: [4, 2, 1, 0, 1, 2, 1, 0], loss: 0.370_566_407_1, suppressed: 10503, least: 100, classes: 253, arx_ms: 7489 },
    Row { k: 5, l: 3, t: None, limit: 0.02, levels: [4, 2, 0, 0, 1, 1, 0, 0], loss: 0.215_128_446_5, suppressed: 9132, least: 5, classes: 3162, arx_ms: 14586 },
    Row { k: 5, l: 1, t: Some(0.2), limit: 0.0, levels: [5, 2, 0, 2, 2, 2, 0, 0], loss: 0.542_210_825_4, suppressed: 0, least: 771, classes: 48, arx_ms: 514 },
    Row { k: 5, l: 1, t: Some(0.2), limit: 0.02, levels: [4, 2, 0, 2, 2, 0, 1, 0], loss: 0.413_459_133_6, suppressed: 10000, least: 28, classes: 241, arx_ms: 29075 },
    Row { k: 10, l: 1, t: None, limit: 0.0, levels: [5, 2, 0, 0, 2, 2, 0, 0], loss: 0.414_213_562_4, suppressed: 0, least: 10, classes: 288, arx_ms: 1239 },
    Row { k: 100, l: 1, t: None, limit: 0.0, levels: [5, 2, 0, 1, 2, 2, 0, 0], loss: 0.444_138_179_9, suppressed: 0, least: 133, classes: 144, arx_ms: 715 },
];

/// That a search found what ARX found.
pub(super) fn assert_equal(row: &Row, result: &Search) {
    assert_eq!(result.best.node, Node(row.levels.to_vec()), "{}", row.name());
    assert!((result.best.loss - row.loss).abs() < 1e-9);
    assert_eq!(result.best.suppressed, vec![row.suppressed]);
}

fn compare(benchmark: &fixture::Benchmark, rows: &[Row]) {
    for row in rows {
        let exchange = benchmark.exchange(row.sensitive());
        let requirement = row.requirement();
        let result = search(&exchange, &requirement, Quality::default(), SearchOptions::default()).unwrap();
        assert_equal(row, &result);
        let outcome = apply(&exchange, &requirement, Quality::default(), &result.best.node).unwrap();
        assert!(outcome.met);
        assert_eq!(outcome.loss.to_bits(), result.best.loss.to_bits());
        let table = &outcome.tables[0];
        assert_eq!((table.k, table.classes), (Some(row.least), row.classes));
        assert_eq!(table.suppressed_rows, row.suppressed);
        assert_eq!(outcome.joined.as_ref().unwrap().k, Some(row.least));
        for other in &result.alternatives {
            assert!(other.loss >= result.best.loss);
        }
        let why = result.certificate;
        let parts = [why.checked, why.narrowed, why.few, why.much, why.suppression, why.bounded, why.open];
        assert_eq!(parts.iter().sum::<u64>(), result.nodes);
        assert!(why.optimal && why.open == 0);
    }
}

#[test]
fn adult() {
    if let Some(adult) = fixture::adult() {
        compare(&adult, ADULT);
    }
}

/// `cargo test --release -p deid --lib atus -- --ignored`
#[test]
#[ignore = "reads 539,253 rows; run with --release, see the comment"]
fn atus() {
    if let Some(atus) = fixture::atus() {
        compare(&atus, ATUS);
    }
}
