//! Figures measured with ARX 3.9.2 on Adult, and the ends of every scale.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
use super::*;
use crate::anonymity::{self, Fate, Quality, Requirement, fixture};
use crate::measure::{k_anonymity, risk};

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-6, "{a} is not {b}");
}

/// Measured with ARX 3.9.2 on Adult, eight quasi-identifiers.
#[test]
fn adult_input_risk() {
    let Some(adult) = fixture::adult() else {
        return;
    };
    let classes = Classes::new(&adult.columns).unwrap();
    let sizes = classes.people(None).unwrap();
    let k = k_anonymity::k_anonymity(&sizes);
    assert_eq!(k.classes, 12_458);
    assert!((k.average_class.unwrap() - 2.421_09).abs() < 1e-5);
    let r = risk::risk(&sizes).unwrap();
    near(r.mean_over_people, 0.413_036_270_8);
    near(r.highest, 1.0);
    assert_eq!(r.unique, 8_841);
    near(r.share_unique, 0.293_117_2);
    near(r.lowest, 1.0 / 137.0);
    near(r.share_at_lowest, 137.0 / 30_162.0);
    assert!((risk::share_above(&sizes, 0.2).unwrap() - 0.509_018).abs() < 1e-6);
}

fn release(adult: &fixture::Benchmark, limit: f64, levels: [u8; 8]) -> (Utility, Vec<u64>) {
    release_k(adult, 5, limit, levels)
}

fn release_k(adult: &fixture::Benchmark, k: u32, limit: f64, levels: [u8; 8]) -> (Utility, Vec<u64>) {
    let exchange = adult.exchange(false);
    let requirement = Requirement::k(k, limit);
    let node = anonymity::Node(levels.to_vec());
    let outcome = anonymity::apply(&exchange, &requirement, Quality::default(), &node).unwrap();
    let suppressed: Vec<bool> = (0..adult.sensitive.len())
        .map(|row| {
            let leaf_codes: Vec<u32> = adult.columns.iter().map(|c| c[row]).collect();
            outcome.verdicts.fate(0, None, &leaf_codes, None).unwrap() == Fate::Suppress
        })
        .collect();
    let published = Published {
        attributes: &adult.attributes,
        leaves: &adult.columns,
        levels: Levels::Same(&levels),
        suppressed: &suppressed,
    };
    let sizes = kept_class_sizes(&view::views(&published).unwrap()).unwrap();
    (utility(&published, 0.5).unwrap(), sizes)
}

#[test]
fn adult_release_with_suppression() {
    let Some(adult) = fixture::adult() else {
        return;
    };
    let (u, sizes) = release(&adult, 0.02, [3, 2, 2, 1, 0, 0, 0, 1]);
    near(u.discernibility.figure().utility(), 0.942_845_160);
    near(u.average_class_size.utility(), 0.995_650_984);
    near(u.granularity.utility(), 0.691_621_941);
    let each = [0.794_524, 0.622_010, 0.0, 0.714_149, 0.983_224, 0.983_224, 0.983_224, 0.702_303];
    for (a, b) in u.granularity.attributes.iter().zip(each) {
        near(a.utility(), b);
    }
    near(u.non_uniform_entropy.utility(), 0.388_880_268);
    near(u.generalization_intensity.utility(), 0.563_305_373);
    near(u.missings.mean().1, 0.139_679_066);
    near(u.ambiguity.utility(), 0.982_786_796);
    near(u.record_squared_error.utility(), 0.302_745_272);
    near(u.sse_sst.utility(), 0.241_940_794);
    assert_eq!((u.discernibility.after, u.discernibility.before), (52_454_192, 485_542));
    near(u.average_class_size.after, 133.585_585_6);
    near(u.loss.geometric, 0.246_477_155_2);
    near(u.precision.utility(), u.generalization_intensity.utility());
    assert_eq!((u.height.after, u.height.worst), (9.0, 16.0));
    near(risk::risk(&sizes).unwrap().highest, 0.2);
    near(sizes.iter().sum::<u64>() as f64 / sizes.len() as f64, 133.585_585_6);
}

#[test]
fn adult_release_without_suppression() {
    let Some(adult) = fixture::adult() else {
        return;
    };
    let (u, _) = release(&adult, 0.0, [4, 3, 2, 2, 1, 0, 0, 0]);
    near(u.granularity.utility(), 0.291_363_854);
    near(u.non_uniform_entropy.utility(), 0.207_086_540);
    near(u.discernibility.figure().utility(), 0.801_530_131);
}

#[test]
fn the_input_itself_is_whole_and_nothing_is_nothing() {
    let attribute = Attribute::new("a", vec![vec![0, 1, 2], vec![0, 0, 0]]).unwrap();
    let attributes = [attribute];
    let leaves = [vec![0, 1, 2, 2, 3]];
    let at = |levels: &'static [u8], suppressed: &'static [bool]| {
        utility(
            &Published { attributes: &attributes, leaves: &leaves, levels: Levels::Same(levels), suppressed },
            0.5,
        )
        .unwrap()
    };
    let whole = at(&[0], &[false; 5]);
    for u in [
        whole.discernibility.figure().utility(),
        whole.average_class_size.utility(),
        whole.granularity.utility(),
        whole.non_uniform_entropy.utility(),
        whole.generalization_intensity.utility(),
        whole.ambiguity.utility(),
        whole.record_squared_error.utility(),
        whole.sse_sst.utility(),
        whole.precision.utility(),
        whole.height.utility(),
        whole.squared_error.utility(),
        1.0 - whole.loss.geometric,
        1.0 - whole.loss.arithmetic,
    ] {
        near(u, 1.0);
    }
    near(whole.missings.mean().1, 0.2); // one NULL
    let nothing = at(&[0], &[true; 5]);
    near(nothing.granularity.utility(), 0.0);
    near(nothing.non_uniform_entropy.utility(), 0.0);
    near(nothing.discernibility.figure().utility(), 0.0);
    near(nothing.missings.mean().1, 1.0);
    near(nothing.average_class_size.utility(), 0.0);
    near(nothing.sse_sst.utility(), 0.0);
    near(nothing.precision.utility(), 0.0);
    near(nothing.squared_error.utility(), 0.0);
    near(nothing.loss.geometric, 1.0);
}

/// Levels (alphabetical), k, suppression limit → Loss and suppressed, as ARX measured them.
#[test]
fn adult_losses() {
    let Some(adult) = fixture::adult() else {
        return;
    };
    let rows: [(u32, f64, [u8; 8], f64, usize); 9] = [
        (5, 0.0, [4, 3, 2, 2, 1, 0, 0, 0], 0.542_210_825_4, 0),
        (5, 0.02, [3, 2, 2, 1, 0, 0, 0, 1], 0.246_477_155_2, 506),
        (5, 1.0, [3, 2, 0, 1, 0, 0, 0, 0], 0.162_132_613_2, 2_184),
        (10, 0.0, [4, 3, 1, 2, 1, 0, 0, 2], 0.613_171_784_7, 0),
        (10, 0.02, [4, 2, 1, 1, 0, 0, 0, 1], 0.277_072_046_9, 592),
        (10, 1.0, [3, 2, 0, 1, 0, 0, 0, 1], 0.198_011_897_9, 2_297),
        (100, 0.02, [4, 2, 1, 2, 1, 0, 0, 1], 0.466_956_510_6, 556),
        (100, 1.0, [3, 3, 1, 0, 0, 0, 0, 1], 0.334_431_991_7, 4_732),
        (5, 0.02, [0, 2, 1, 2, 1, 1, 0, 2], f64::NAN, 473),
    ];
    for (k, limit, levels, loss, gone) in rows {
        let (u, sizes) = release_k(&adult, k, limit, levels);
        assert_eq!(30_162 - sizes.iter().sum::<u64>(), gone as u64);
        if loss.is_nan() {
            let nm = u.non_uniform_entropy.sum().after;
            assert!((nm - 199_602.313_379_0).abs() < 1e-6, "{nm}");
        } else {
            assert!((u.loss.geometric - loss).abs() < 1e-9, "{} is not {loss}", u.loss.geometric);
        }
    }
}

#[test]
fn unknown_codes_are_refused() {
    let attributes = [Attribute::new("a", vec![vec![0, 1]]).unwrap()];
    let bad = Published {
        attributes: &attributes,
        leaves: &[vec![3]],
        levels: Levels::Same(&[0]),
        suppressed: &[false],
    };
    assert_eq!(utility(&bad, 0.5), Err(MeasureError::Unknown));
}

/// Prints the time of k, l and t on Adult, after load.
/// `cargo test --release -p deid --lib measure -- --nocapture kernels`
#[test]
fn kernels_agree_with_the_engine_on_adult() {
    let Some(adult) = fixture::adult() else {
        return;
    };
    use crate::measure::{l_diversity::l_diversity, t_closeness::*};
    let start = std::time::Instant::now();
    let classes = Classes::new(&adult.columns).unwrap();
    let k = k_anonymity::k_anonymity(&classes.people(None).unwrap()).k;
    let l = l_diversity(&classes, &adult.sensitive).unwrap();
    let reference = Distribution::of_column(None, &adult.sensitive).unwrap();
    let t = t_closeness(&classes, None, &adult.sensitive, &reference).unwrap();
    let spent = start.elapsed();
    #[expect(clippy::print_stderr, reason = "a measurement, not a test of time")]
    {
        eprintln!("k, l, t of 30,162 rows: {spent:?}");
    }
    let exchange = adult.exchange(true);
    let all = anonymity::apply(
        &exchange,
        &Requirement::k(1, 0.0),
        Quality::default(),
        &anonymity::Node(vec![0; 8]),
    )
    .unwrap();
    let engine = &all.tables[0];
    assert_eq!(k, engine.k);
    assert_eq!(l, engine.sensitive[0].l.map(u64::from));
    assert_eq!(t.map(f64::to_bits), engine.sensitive[0].t_input.map(f64::to_bits));
    assert_eq!(engine.sensitive[0].t_input, engine.sensitive[0].t_published, "nothing was suppressed");
}
