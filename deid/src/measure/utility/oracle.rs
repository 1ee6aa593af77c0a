//! The figures written down a second time from their formulas: values as sets of leaves, nested
//! loops, no counting ahead. Compared on random releases, locally recoded ones included.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may stop on a broken assumption")]
use std::collections::BTreeSet;

use super::*;
use proptest::prelude::*;

/// Two columns: five leaves in pairs, then all; three leaves without a root.
fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::new("a", vec![vec![0, 1, 2, 3, 4], vec![0, 0, 1, 1, 2], vec![0; 5]]).unwrap(),
        Attribute::new("b", vec![vec![0, 1, 2], vec![0, 0, 1]]).unwrap().with_weight(0.5).unwrap(),
    ]
}

/// The leaves that a cell may stand for; NULL (the last leaf) alone but at the root.
fn covers(a: &Attribute, level: u8, leaf: u32) -> BTreeSet<u32> {
    let codes = a.levels()[level as usize].code_of_leaf();
    (0..=a.null_leaf()).filter(|l| codes[*l as usize] == codes[leaf as usize]).collect()
}

/// As [`covers`], in leaves that count: NULL is one, but none beside others.
fn share(a: &Attribute, level: u8, leaf: u32) -> f64 {
    let all = covers(a, level, leaf);
    let real = all.iter().filter(|l| **l < a.null_leaf()).count();
    real.max(1) as f64 / f64::from(a.leaves())
}

#[derive(Debug, Clone)]
struct Row {
    leaf: [u32; 2],
    level: [u8; 2],
    gone: bool,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0u32..6, 0u32..4, 0u8..3, 0u8..2, prop::bool::weighted(0.2));
    let row = row.prop_map(|(a, b, x, y, gone)| Row { leaf: [a, b], level: [x, y], gone });
    prop::collection::vec(row, 1..40)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

proptest! {
    #[test]
    fn every_figure_follows_from_its_formula(rows in rows(), g in 0.0..1.0f64) {
        let attributes = attributes();
        let leaves: Vec<Vec<u32>> = (0..2).map(|c| rows.iter().map(|r| r.leaf[c]).collect()).collect();
        let levels: Vec<Vec<u8>> = (0..2).map(|c| rows.iter().map(|r| r.level[c]).collect()).collect();
        let suppressed: Vec<bool> = rows.iter().map(|r| r.gone).collect();
        let u = utility(&Published {
            attributes: &attributes, leaves: &leaves, levels: Levels::PerRow(&levels), suppressed: &suppressed,
        }, g).unwrap();
        let n = rows.len() as f64;

        // classes are equal sets of leaves
        let tuple = |r: &Row| [0, 1].map(|c| covers(&attributes[c], r.level[c], r.leaf[c]));
        let kept: Vec<_> = rows.iter().filter(|r| !r.gone).map(tuple).collect();
        let mut dm = 0u128;
        for r in &rows {
            dm += if r.gone { rows.len() } else { kept.iter().filter(|k| **k == tuple(r)).count() } as u128;
        }
        prop_assert_eq!(u.discernibility.after, dm);
        let classes = kept.iter().collect::<BTreeSet<_>>().len();
        let average = if classes == 0 { n } else { kept.len() as f64 / classes as f64 };
        prop_assert!(close(u.average_class_size.after, average));

        let (mut geometric, mut arithmetic, mut ambiguity) = (1.0, 0.0, vec![1.0; rows.len()]);
        let (gf, sf) = (if g <= 0.5 { 1.0 } else { 2.0 - 2.0 * g }, if g < 0.5 { 2.0 * g } else { 1.0 });
        for (c, a) in attributes.iter().enumerate() {
            let s = |r: &Row| share(a, r.level[c], r.leaf[c]);
            let mean = rows.iter().map(|r| if r.gone { 1.0 } else { s(r) }).sum::<f64>() / n;
            prop_assert!(close(u.granularity.attributes[c].after, mean));
            let cost: f64 = rows.iter().map(|r| match r.gone {
                false => s(r) * gf,
                true if sf >= 1.0 => 1.0,
                true => s(r) + sf * (1.0 - s(r)),
            }).sum();
            let least = gf * n / f64::from(a.leaves());
            let x = ((cost - least) / (n - least)).max(0.0);
            prop_assert!((u.loss.attributes[c] - x).abs() < 2e-10);
            geometric *= (a.weight() * x + 1.0).sqrt();
            arithmetic += a.weight() * x / 2.0;
            for (product, r) in ambiguity.iter_mut().zip(&rows) {
                *product *= if r.gone { f64::from(a.leaves()) } else { s(r) * f64::from(a.leaves()) };
            }
            // entropy: counted over the input, by sets of leaves
            let mut bits = 0.0;
            for r in &rows {
                let v = rows.iter().filter(|o| o.leaf[c] == r.leaf[c]).count() as f64;
                let set = covers(a, r.level[c], r.leaf[c]);
                let same = rows.iter().filter(|o| set.contains(&o.leaf[c])).count() as f64;
                bits -= (v / same).log2();
            }
            let gone: Vec<&Row> = rows.iter().filter(|r| r.gone).collect();
            for r in &gone {
                // what a suppressed row would have been is a level and a code there
                let set = covers(a, r.level[c], r.leaf[c]);
                let same = gone.iter().filter(|o| o.level[c] == r.level[c] && set.contains(&o.leaf[c])).count();
                bits -= (same as f64 / gone.len() as f64).log2();
            }
            prop_assert!(close(u.non_uniform_entropy.attributes[c].after, bits), "{c}: {bits}");
            let top = (a.levels().len() - 1) as f64;
            let up = rows.iter().map(|r| if r.gone { 1.0 } else { f64::from(r.level[c]) / top }).sum::<f64>() / n;
            prop_assert!(close(u.precision.attributes[c].after, up));
            let positions = |r: &Row| -> Vec<f64> {
                if r.gone { return (0..a.leaves()).map(f64::from).collect(); }
                let all = covers(a, r.level[c], r.leaf[c]);
                let real: Vec<f64> = all.iter().filter(|l| **l < a.null_leaf()).map(|l| f64::from(*l)).collect();
                if real.is_empty() { vec![f64::from(a.null_leaf())] } else { real }
            };
            let (mut near, mut far) = (0.0, 0.0);
            for r in &rows {
                let x = f64::from(r.leaf[c]);
                let most = |all: &[f64]| all.iter().map(|p| (p - x).powi(2)).fold(0.0, f64::max);
                let whole = most(&rows.iter().map(|o| f64::from(o.leaf[c])).collect::<Vec<_>>());
                near += if r.gone { whole } else { most(&positions(r)).min(whole) };
                far += whole;
            }
            prop_assert!(close(u.squared_error.attributes[c].after, near));
            prop_assert!(close(u.squared_error.attributes[c].worst, far));
        }
        prop_assert!((u.loss.geometric - (geometric - 1.0)).abs() < 1e-9);
        prop_assert!((u.loss.arithmetic - arithmetic).abs() < 1e-9);
        prop_assert!(close(u.ambiguity.after, ambiguity.iter().sum()));
        for figure in [u.granularity.sum(), u.non_uniform_entropy.sum(), u.ambiguity, u.height, u.sse_sst] {
            prop_assert!((0.0..=1.0).contains(&figure.utility()));
        }
    }

    /// One level for all rows is the same release, said in two ways.
    #[test]
    fn both_forms_of_levels_agree(rows in rows(), at in (0u8..3, 0u8..2)) {
        let attributes = attributes();
        let leaves: Vec<Vec<u32>> = (0..2).map(|c| rows.iter().map(|r| r.leaf[c]).collect()).collect();
        let suppressed: Vec<bool> = rows.iter().map(|r| r.gone).collect();
        let same = [at.0, at.1];
        let each = same.map(|l| vec![l; rows.len()]);
        let measure = |levels| utility(&Published {
            attributes: &attributes, leaves: &leaves, levels, suppressed: &suppressed,
        }, 0.5).unwrap();
        prop_assert_eq!(measure(Levels::Same(&same)), measure(Levels::PerRow(&each)));
    }
}
