//! Figures of ARX 3.9.2 on Adult, and samples whose origin is known.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
use super::*;
use crate::anonymity::fixture;
use crate::measure::Classes;
use proptest::prelude::*;

fn adult() -> Option<Sample> {
    let adult = fixture::adult()?;
    let classes = Classes::new(&adult.columns).unwrap();
    Some(Sample::new(&classes.people(None).unwrap()))
}

fn near(found: Option<f64>, wanted: f64, digits: f64) {
    let found = found.unwrap();
    assert!((found - wanted).abs() <= digits, "{found} is not {wanted}");
}

/// As printed by ARX for the United States and for sampling fractions of 1 % and 10 %.
#[test]
fn adult_population_uniques() {
    let Some(sample) = adult() else { return };
    let rows = [
        (317_238_626, 4_614_481.191, 27_295_484.25, 0.005),
        (3_016_200, 200_186.706, 294_012.207, 0.000_5),
        (301_620, 42_411.141, 44_668.941, 0.000_5),
    ];
    for (population, pitman, zayatz, digits) in rows {
        let e = estimate(&sample, population).unwrap();
        near(e.pitman, pitman, 0.000_5);
        near(e.zayatz, zayatz, digits);
        assert_eq!(e.dankar, e.pitman);
    }
}

/// ARX prints 0 for these; see the page of [`snb`].
#[test]
fn adult_has_solutions_of_the_shifted_negative_binomial_model() {
    let Some(sample) = adult() else { return };
    for (population, uniques, alpha, beta) in [
        (317_238_626, 15_773_863.066, 0.001_079_448_949, 0.000_127_829_172),
        (3_016_200, 149_254.109, 0.083_282_949_979, 0.014_429_293_689),
        (301_620, 37_691.487, 0.165_799_687_269, 0.087_278_069_720),
    ] {
        near(snb::population_uniques(&sample, population), uniques, 0.001);
        let f = 30_162.0 / f64::from(population as u32);
        let k = snb::classes(&sample, f).unwrap();
        let fit = snb::fit(k, f, 8_841.0, 1_565.0).unwrap();
        near(Some(fit.alpha), alpha, 1e-9);
        near(Some(fit.beta), beta, 1e-9);
    }
}

/// At N of a city and of the country, the three stay in order and none exceeds the population.
#[test]
fn estimates_grow_with_the_population() {
    let Some(sample) = adult() else { return };
    let mut before = 0.0;
    for population in [30_162, 40_000, 255_000, 1_000_000, JAPAN] {
        let e = estimate(&sample, population).unwrap();
        for found in [e.pitman, e.zayatz, e.snb, e.dankar] {
            assert!(found.unwrap() <= population as f64);
        }
        assert!(e.pitman.unwrap() > before);
        before = e.pitman.unwrap();
    }
    let all = estimate(&sample, 30_162).unwrap();
    assert_eq!(
        (all.pitman, all.zayatz, all.snb, all.dankar),
        (Some(8_841.0), Some(8_841.0), Some(8_841.0), Some(8_841.0))
    );
}

#[test]
fn ordinary_samples_have_all_estimates() {
    let sizes: Vec<u64> = [(1, 90), (2, 15), (3, 6), (5, 3), (10, 1)]
        .iter()
        .flat_map(|(size, count)| vec![*size; *count])
        .collect();
    for population in [200, 1_000, 100_000, JAPAN] {
        let e = estimate(&Sample::new(&sizes), population).unwrap();
        assert!(e.pitman.is_some() && e.zayatz.is_some() && e.snb.is_some(), "{e:?}");
    }
}

#[test]
fn no_valid_solution_is_none_and_not_zero() {
    let alone = Sample::new(&[1; 50]);
    assert_eq!(pitman::population_uniques(&alone, 1_000), None);
    assert_eq!(snb::population_uniques(&alone, 1_000), None);
    assert!(zayatz::population_uniques(&alone, 1_000).is_some());
    let nobody = Sample::new(&[5; 50]);
    let e = estimate(&nobody, 1_000).unwrap();
    assert_eq!((e.pitman, e.zayatz, e.snb, e.dankar), (None, None, None, None));
    assert_eq!(estimate(&Sample::new(&[]), 10), None);
    assert_eq!(estimate(&nobody, 10), None);
}

/// ln of Pitman's probability, term by term.
fn naive_likelihood(sample: &Sample, theta: f64, alpha: f64) -> f64 {
    let mut l = 0.0;
    for i in 1..sample.classes() {
        l += (theta + i as f64 * alpha).ln();
    }
    for i in 1..sample.people() {
        l -= (theta + i as f64).ln();
    }
    for (size, count) in sample.sizes() {
        for _ in 0..*count {
            for j in 1..*size {
                l += (j as f64 - alpha).ln();
            }
        }
    }
    l
}

/// `cargo test --release -p deid --no-default-features --lib population -- --nocapture --ignored`
#[test]
#[ignore = "a measurement; run in release"]
fn seconds_for_all_estimates() {
    let Some(sample) = adult() else { return };
    let start = std::time::Instant::now();
    let found = estimate(&sample, 317_238_626);
    let spent = start.elapsed();
    assert!(found.is_some());
    #[expect(clippy::print_stderr, reason = "a measurement, not a test of time")]
    {
        eprintln!("Pitman, Zayatz, SNB of 30,162 records: {spent:?}");
    }
}

proptest! {
    #[test]
    fn pitman_is_at_the_top(sizes in proptest::collection::vec(1u64..12, 2..60)) {
        let sample = Sample::new(&sizes);
        if let Some(p) = pitman::fit(&sample) {
            let top = naive_likelihood(&sample, p.theta, p.alpha);
            for (theta, alpha) in [(1.001, 1.0), (0.999, 1.0), (1.0, 1.001), (1.0, 0.999), (1.01, 0.99), (0.99, 1.01)] {
                let (theta, alpha) = (p.theta * theta, p.alpha * alpha);
                if alpha < 1.0 && theta > -alpha {
                    prop_assert!(naive_likelihood(&sample, theta, alpha) <= top + 1e-9);
                }
            }
        }
    }

    /// Where no maximum is found, no point of a grid lies above its border.
    #[test]
    fn pitman_is_missed_only_where_there_is_none(sizes in proptest::collection::vec(1u64..12, 2..60)) {
        let sample = Sample::new(&sizes);
        if pitman::fit(&sample).is_none() && sample.of_size(1) > 0 {
            let (mut inside, mut border) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            for a in 0..40u32 {
                for t in 0..160u32 {
                    let (alpha, theta) = (0.0125 + 0.025 * f64::from(a), 0.02 * 1.1f64.powf(f64::from(t)));
                    let at_border = a == 0 || a == 39 || t == 0 || t == 159;
                    let best = if at_border { &mut border } else { &mut inside };
                    *best = best.max(naive_likelihood(&sample, theta, alpha));
                }
            }
            // The grid is coarse across the ridge, so that the border may lie a little lower.
            prop_assert!(inside - border < 0.02, "{inside} {border}");
        }
    }

    /// P(unique | unique) with the hypergeometric chances written as binomial coefficients.
    #[test]
    fn zayatz_by_binomial_coefficients(sizes in proptest::collection::vec(1u64..6, 1..8), more in 1u64..20) {
        let sample = Sample::new(&sizes);
        let (n, all) = (sample.people(), sample.people() + more);
        let choose = |n: u64, k: u64| (0..k).fold(1.0, |p, i| p * (n.saturating_sub(i)) as f64 / (i + 1) as f64);
        let chance: f64 = sample.sizes().iter().map(|(j, count)| {
            *count as f64 * *j as f64 * choose(all - j, n - 1) / choose(all, n)
        }).sum();
        let f = n as f64 / all as f64;
        let ones = sample.of_size(1) as f64;
        match zayatz::population_uniques(&sample, all) {
            Some(found) => prop_assert!((found - ones * ones / chance).abs() < 1e-9 * found.max(1.0), "{} {}", found, f),
            None => prop_assert!(ones == 0.0),
        }
    }

    /// Expected s₁ and s₂ summed over the sizes of the population give α and β back.
    #[test]
    fn snb_finds_what_the_sample_was_made_with(alpha in 0.05..3.0f64, beta in 0.05..0.8f64, f in 0.02..0.9f64) {
        let (mut ones, mut twos) = (0.0, 0.0);
        let mut p = beta.powf(alpha);
        for x in 0..4_000u32 {
            let size = f64::from(x) + 1.0;
            let one = size * f * (1.0 - f).powf(size - 1.0);
            let two = size * (size - 1.0) / 2.0 * f * f * (1.0 - f).powf(size - 2.0);
            ones += 1e6 * p * one;
            twos += 1e6 * p * two;
            p *= (alpha + f64::from(x)) / (f64::from(x) + 1.0) * (1.0 - beta);
        }
        let found = snb::fit(1e6, f, ones, twos).unwrap();
        prop_assert!((found.alpha - alpha).abs() < 1e-5 * alpha, "{} {}", found.alpha, alpha);
        prop_assert!((found.beta - beta).abs() < 1e-5 * beta);
    }
}
