//! Every model against its definition written down again, over rows and in plain loops; and the two
//! things that the search relies on: what is monotone, and what must go at the least.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "tests may stop on a broken assumption"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::average_risk::AverageRisk;
use super::beta_likeness::BetaLikeness;
use super::delta_disclosure::DeltaDisclosure;
use super::delta_presence::DeltaPresence;
use super::distinct_l::DistinctL;
use super::entropy_l::EntropyL;
use super::k_anonymity::KAnonymity;
use super::k_map::KMap;
use super::recursive_l::RecursiveL;
use super::sample_uniqueness::SampleUniqueness;
use super::t_equal::TEqual;
use super::t_hierarchical::THierarchical;
use super::t_ordered::TOrdered;
use super::*;

const VALUES: u32 = 5;
/// Heights of the tree over five values: {0,1}, {2}, {3,4} and the root.
fn tree() -> Vec<Vec<u32>> {
    vec![vec![0, 0, 1, 2, 2], vec![0, 0, 0]]
}

fn counted(rows: &[u32]) -> Vec<(u32, u64)> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for value in rows {
        *counts.entry(*value).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn whole(rows: &[u32]) -> Distribution {
    let mut distribution = Distribution::default();
    for value in rows {
        distribution.add(*value, 1);
    }
    distribution
}

fn share(rows: &[u32], value: u32) -> f64 {
    rows.iter().filter(|v| **v == value).count() as f64 / rows.len() as f64
}

/// Flow of earth between neighbours in a row, one unit of distance each.
fn ordered(class: &[u32], all: &[u32]) -> f64 {
    let mut carried = 0.0;
    let mut work: f64 = 0.0;
    for value in 0..VALUES - 1 {
        carried += share(class, value) - share(all, value);
        work += f64::abs(carried);
    }
    work / f64::from(VALUES - 1)
}

/// What must leave each subtree goes over its root: cost ½ a step of height, on both sides.
fn hierarchical(class: &[u32], all: &[u32]) -> f64 {
    let extra = |values: &[u32]| values.iter().map(|v| share(class, *v) - share(all, *v)).sum::<f64>();
    // A tree metric: half the height of the lowest common node for each edge that mass crosses.
    let leaves: f64 = (0..VALUES).map(|v| f64::abs(extra(&[v]))).sum();
    let nodes: f64 = [&[0, 1][..], &[2], &[3, 4]].iter().map(|n| f64::abs(extra(n))).sum();
    // H = 2: an edge below height 1 costs ½·½, one below the root another ½·½.
    leaves / 4.0 + nodes / 4.0
}

/// Of the values of a class, those of the whole and the people of the population.
type Naive = fn(&[u32], &[u32], u64) -> f64;

/// Every model of classes with its naive definition: does this class violate it, and by how much is it
/// away from doing so (0 = undecided by rounding)?
fn pairs() -> Vec<(Box<dyn Model>, Naive)> {
    fn entropy(class: &[u32]) -> f64 {
        counted(class).iter().map(|(_, c)| *c as f64 / class.len() as f64).map(|p| -p * p.ln()).sum()
    }
    fn beta(class: &[u32], all: &[u32], enhanced: bool) -> f64 {
        let over = |v: u32| {
            let (p, q) = (share(all, v), share(class, v));
            let most = if enhanced { f64::min(0.8, -p.ln()) } else { 0.8 };
            if q > p { (q - p) / p - most } else { -1.0 }
        };
        (0..VALUES).filter(|v| share(class, *v) > 0.0).map(over).fold(f64::MIN, f64::max)
    }
    vec![
        (Box::new(KAnonymity { k: 4 }), |class, _, _| 3.5 - class.len() as f64),
        (Box::new(DistinctL { l: 3 }), |class, _, _| 2.5 - counted(class).len() as f64),
        (Box::new(EntropyL { l: 2.5 }), |class, _, _| 2.5f64.ln() - entropy(class)),
        (Box::new(RecursiveL { c: 1.5, l: 2 }), |class, _, _| {
            let mut counts: Vec<f64> = counted(class).iter().map(|(_, c)| *c as f64).collect();
            counts.sort_by(|a, b| b.total_cmp(a));
            // r₁ < c·rest holds, or does not: exactly equal violates
            counts[0] - 1.5 * counts[1..].iter().sum::<f64>() + 1e-9
        }),
        (Box::new(TEqual { t: 0.3 }), |class, all, _| {
            (0..VALUES).map(|v| f64::abs(share(class, v) - share(all, v))).sum::<f64>() / 2.0 - 0.3
        }),
        (Box::new(TOrdered { t: 0.2, order: (0..VALUES).collect() }), |c, all, _| ordered(c, all) - 0.2),
        (Box::new(THierarchical { t: 0.25, levels: tree() }), |c, all, _| hierarchical(c, all) - 0.25),
        (Box::new(BetaLikeness { beta: 0.8, enhanced: false }), |c, all, _| beta(c, all, false)),
        (Box::new(BetaLikeness { beta: 0.8, enhanced: true }), |c, all, _| beta(c, all, true)),
        (Box::new(DeltaDisclosure { delta: 1.5 }), |class, all, _| {
            let far = |v: u32| (share(class, v) / share(all, v)).log2().abs() - 1.5;
            (0..VALUES).filter(|v| share(all, *v) > 0.0).map(far).fold(f64::MIN, f64::max)
        }),
        (Box::new(KMap { k: 9 }), |_, _, population| 8.5 - population as f64),
        (Box::new(DeltaPresence { min: 0.0, max: 0.4 }), |class, _, population| {
            class.len() as f64 / population as f64 - 0.4
        }),
        (Box::new(DeltaPresence { min: 0.2, max: 0.6 }), |class, _, population| {
            let p = class.len() as f64 / population as f64;
            f64::max(p - 0.6, 0.2 - p)
        }),
    ]
}

fn class<'a>(
    rows: &[u32],
    values: &'a [(u32, u64)],
    population: u64,
    reference: &'a Distribution,
) -> Class<'a> {
    Class { people: rows.len() as u64, population, values, reference }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A class of several parts, in a whole that has other rows too.
    #[test]
    fn models_do_what_their_definitions_say(
        parts in prop::collection::vec((prop::collection::vec(0..VALUES, 1..7), 0u64..12), 1..5),
        others in prop::collection::vec(0..VALUES, 0..20),
    ) {
        let merged: Vec<u32> = parts.iter().flat_map(|(rows, _)| rows.clone()).collect();
        let all: Vec<u32> = merged.iter().chain(&others).copied().collect();
        let reference = whole(&all);
        let population = |rows: &[u32], more: u64| rows.len() as u64 + more;
        let in_population: u64 = parts.iter().map(|(rows, more)| population(rows, *more)).sum();
        let merged_values = counted(&merged);
        let merged_class = class(&merged, &merged_values, in_population, &reference);
        for (model, naive) in pairs() {
            let mut gone = 0;
            let mut undecided = false;
            for (rows, more) in &parts {
                let values = counted(rows);
                let people = population(rows, *more);
                let over = naive(rows, &all, people);
                let violates = model.violates(&class(rows, &values, people, &reference));
                undecided |= over.abs() < 1e-10;
                prop_assert!(undecided || violates == (over > 0.0), "{}: {}", model.id(), over);
                gone += if violates { rows.len() } else { 0 };
            }
            let over = naive(&merged, &all, in_population);
            let violates = model.violates(&merged_class);
            prop_assert!(over.abs() < 1e-10 || violates == (over > 0.0), "{}: {}", model.id(), over);
            let least = model.least_share(&merged_class);
            prop_assert!((0.0..=1.0).contains(&least));
            prop_assert!(violates || least == 0.0);
            // What must go of the whole must go of its parts.
            prop_assert!(least * merged.len() as f64 <= gone as f64 + 1e-6, "{}", model.id());
            match model.monotone() {
                Monotone::Always => prop_assert!(!violates || gone == merged.len()),
                Monotone::WithoutSuppression => prop_assert!(!violates || gone > 0, "{}", model.id()),
                Monotone::Never => {}
            }
        }
    }

    /// The cut is the smallest that suffices.
    #[test]
    fn sizes_are_cut_from_below(
        classes in prop::collection::vec(1u64..9, 0..12),
        limit in prop_oneof![Just(0.0), Just(0.1), Just(0.25), Just(0.5), Just(1.0)],
    ) {
        let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
        for size in &classes {
            *sizes.entry(*size).or_insert(0) += 1;
        }
        let sizes: Vec<(u64, u64)> = sizes.into_iter().collect();
        let left = |cut: u64| classes.iter().copied().filter(|s| *s > cut).collect::<Vec<u64>>();
        let average = |cut: u64| {
            let left = left(cut);
            left.len() as f64 <= limit * left.iter().sum::<u64>() as f64
        };
        let unique = |cut: u64| {
            let left = left(cut);
            left.iter().filter(|s| **s == 1).count() as f64 <= limit * left.iter().sum::<u64>() as f64
        };
        let first = |holds: &dyn Fn(u64) -> bool| (0..10).find(|cut| holds(*cut)).unwrap();
        if limit > 0.0 {
            let cut = AverageRisk { risk: limit }.cut(&sizes);
            prop_assert_eq!(left(cut), left(first(&average)));
        }
        let cut = SampleUniqueness { share: limit }.cut(&sizes);
        prop_assert_eq!(left(cut), left(first(&unique)));
    }
}

/// The worked example of the paper on t-closeness (section 5): salaries 3k … 11k in steps of 1k, all
/// nine once; {3k, 4k, 5k} is at 0.375, {6k, 8k, 11k} at 0.167.
#[test]
fn ordered_distance_of_the_paper() {
    let all: Vec<u32> = (3..12).collect();
    let reference = whole(&all);
    let at_most = |rows: &[u32], t: f64| {
        let values = counted(rows);
        !TOrdered { t, order: all.clone() }.violates(&class(rows, &values, 0, &reference))
    };
    assert!(at_most(&[3, 4, 5], 0.375) && !at_most(&[3, 4, 5], 0.374));
    assert!(at_most(&[6, 8, 11], 0.1667) && !at_most(&[6, 8, 11], 0.1666));
}

#[test]
fn parameters_out_of_range_are_known() {
    assert!(!KAnonymity { k: 0 }.is_valid());
    assert!(!EntropyL { l: 0.5 }.is_valid());
    assert!(!RecursiveL { c: 0.0, l: 2 }.is_valid());
    assert!(!TEqual { t: f64::NAN }.is_valid());
    assert!(!TOrdered { t: 0.1, order: vec![1, 1] }.is_valid());
    assert!(!THierarchical { t: 0.1, levels: vec![vec![0, 1]] }.is_valid());
    assert!(THierarchical { t: 0.1, levels: tree() }.is_valid());
    assert!(!BetaLikeness { beta: 0.0, enhanced: true }.is_valid());
    assert!(!DeltaDisclosure { delta: f64::INFINITY }.is_valid());
    assert!(!KMap { k: 0 }.is_valid());
    assert!(!DeltaPresence { min: 0.5, max: 0.4 }.is_valid());
    assert!(!AverageRisk { risk: 0.0 }.is_valid());
    assert!(!SampleUniqueness { share: 1.1 }.is_valid());
    assert!(DistinctL { l: 0 }.is_valid());
}
