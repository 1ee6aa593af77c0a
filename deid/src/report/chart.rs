//! The two pictures of a report as plain geometry: how large the classes are, and the risk before
//! and after.
//!
//! All coordinates are whole units of a view box, computed with integers, so a picture has no
//! NaN, no locale and no rounding that differs between machines. The SVG itself is in
//! `templates/`, where every text is escaped. Deliberately absent: colours and words.

use super::format::count;

/// Left edge of the plot, in a view box of 720 × 282 units.
const LEFT: u64 = 58;
/// Right edge of the plot.
const RIGHT: u64 = 708;
/// Upper edge of the plot.
const TOP: u64 = 34;
/// Base line of the bars.
const BASE: u64 = 226;

/// Lower edges of the bins: each small size by itself, then 1-2-5 steps; the last is open.
const EDGES: [u64; 18] =
    [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/// Classes of similar size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bin {
    /// Least number of people in a class.
    pub(super) from: u64,
    /// Largest; `None` = no limit.
    pub(super) to: Option<u64>,
    pub(super) classes: u64,
    pub(super) people: u64,
}

/// Bins from 1 up to the largest class, split at `k` so that no bin is partly below it.
pub(super) fn bins(sizes: &[(u64, u64)], k: Option<u64>) -> Vec<Bin> {
    let largest = sizes.iter().filter(|(_, classes)| *classes > 0).map(|(size, _)| *size).max().unwrap_or(0);
    let mut edges: Vec<u64> = EDGES.to_vec();
    edges.extend(k.filter(|k| *k > 0));
    edges.sort_unstable();
    edges.dedup();
    let next = edges.iter().skip(1).map(|e| Some(e - 1)).chain([None]);
    edges
        .iter()
        .zip(next)
        .take_while(|(from, _)| **from <= largest)
        .map(|(from, to)| {
            let mut bin = Bin { from: *from, to, classes: 0, people: 0 };
            for (size, classes) in
                sizes.iter().filter(|(size, _)| size >= from && to.is_none_or(|to| *size <= to))
            {
                bin.classes = bin.classes.saturating_add(*classes);
                bin.people = bin.people.saturating_add(size.saturating_mul(*classes));
            }
            bin
        })
        .collect()
}

/// One bar of the histogram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) width: u64,
    pub(super) height: u64,
    /// Middle of the bar, where its number stands.
    pub(super) middle: u64,
    /// Left edge of the bin, where its lower limit stands.
    pub(super) edge: u64,
    /// Smallest class of the bin, short.
    pub(super) from: String,
    /// Number of classes, short; empty for none.
    pub(super) label: String,
    /// Holds classes of fewer people than k.
    pub(super) below: bool,
}

/// A horizontal line of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tick {
    pub(super) y: u64,
    pub(super) label: String,
}

/// The classes of a table by size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Histogram {
    pub(super) bars: Vec<Bar>,
    pub(super) ticks: Vec<Tick>,
    /// Where k lies and how it is written.
    pub(super) k: Option<(u64, u64)>,
}

impl Histogram {
    /// The picture of these bins; `unit` writes large numbers short (`12k`, `1万`).
    pub(super) fn new(bins: &[Bin], k: Option<u64>, unit: fn(u64) -> String) -> Option<Self> {
        let most = bins.iter().map(|b| b.classes).max().filter(|n| *n > 0)?;
        let (step, top) = scale(most);
        let slot = ((RIGHT - LEFT) / u64::try_from(bins.len()).ok()?.max(1)).min(96);
        let mut bars = Vec::with_capacity(bins.len());
        let mut line = None;
        for (edge, bin) in (0..).map(|i| LEFT + i * slot).zip(bins) {
            let height = height(bin.classes, top);
            let gap = (slot / 10).max(1);
            if k == Some(bin.from) {
                line = Some((edge, bin.from));
            }
            bars.push(Bar {
                x: edge + gap,
                y: BASE - height,
                width: slot - 2 * gap,
                height,
                middle: edge + slot / 2,
                edge,
                from: unit(bin.from),
                label: if bin.classes == 0 { String::new() } else { unit(bin.classes) },
                below: k.is_some_and(|k| bin.from < k),
            });
        }
        let ticks = (0..)
            .map(|i| step.saturating_mul(i))
            .take_while(|v| *v <= top)
            .take(12)
            .map(|v| Tick { y: BASE - height(v, top), label: unit(v) })
            .collect();
        Some(Self { bars, ticks, k: line })
    }
}

/// Step of the grid (1, 2 or 5 times a power of ten) and the top of the axis: 3 to 6 steps.
fn scale(most: u64) -> (u64, u64) {
    let mut power = 1_u64;
    loop {
        for m in [1, 2, 5] {
            let step = power.saturating_mul(m);
            if most.div_ceil(step) <= 5 || step == u64::MAX {
                return (step, most.div_ceil(step).saturating_mul(step));
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Height of a bar; what is not nothing can be seen.
fn height(value: u64, top: u64) -> u64 {
    if value == 0 || top == 0 {
        return 0;
    }
    let full = u128::from(BASE - TOP);
    let scaled = (u128::from(value) * full / u128::from(top)).clamp(2, full);
    u64::try_from(scaled).unwrap_or(BASE - TOP)
}

/// Long numbers in thousands and millions, rounded down: `12k`, `3M`.
pub(super) fn short_en(n: u64) -> String {
    match n {
        0..10_000 => count(n),
        10_000..10_000_000 => format!("{}k", count(n / 1_000)),
        _ => format!("{}M", count(n / 1_000_000)),
    }
}

/// Long numbers in 万 and 億, rounded down.
pub(super) fn short_ja(n: u64) -> String {
    match n {
        0..10_000 => count(n),
        10_000..100_000_000 => format!("{}万", count(n / 10_000)),
        _ => format!("{}億", count(n / 100_000_000)),
    }
}

/// Width of a bar of the risk picture for a ratio, of 300 units.
pub(super) fn risk_width(ratio: f64) -> u64 {
    if !ratio.is_finite() || ratio <= 0.0 {
        return 0;
    }
    // A ratio times 300 is a small positive number: the cast cannot lose anything.
    ((ratio.min(1.0) * 300.0).round() as u64).max(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn k_splits_a_bin() {
        let bins = bins(&[(6, 3), (7, 2), (9, 1)], Some(7));
        assert_eq!(bins.iter().map(|b| b.from).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 7]);
        assert_eq!((bins[4].to, bins[4].classes, bins[4].people), (Some(6), 3, 18));
        assert_eq!((bins[5].to, bins[5].classes, bins[5].people), (Some(9), 3, 23));
        let drawn = Histogram::new(&bins, Some(7), short_en).unwrap();
        assert_eq!(
            drawn.bars.iter().map(|b| b.below).collect::<Vec<_>>(),
            [true, true, true, true, true, false]
        );
        assert_eq!(drawn.k, Some((drawn.bars[5].edge, 7)));
    }

    #[test]
    fn nothing_draws_nothing() {
        assert!(bins(&[], Some(5)).is_empty());
        assert!(Histogram::new(&bins(&[(3, 0)], None), None, short_ja).is_none());
    }

    #[test]
    fn numbers_are_written_short() {
        assert_eq!(
            (short_en(9_999), short_en(12_345), short_en(23_000_000)),
            ("9,999".into(), "12k".into(), "23M".into())
        );
        assert_eq!(
            (short_ja(9_999), short_ja(50_000), short_ja(1_200_000_000)),
            ("9,999".into(), "5万".into(), "12億".into())
        );
    }

    #[test]
    fn risk_widths_stay_in_the_picture() {
        assert_eq!([f64::NAN, -1.0, 0.0, 1e-9, 0.5, 1.0, 7.0].map(risk_width), [0, 0, 0, 1, 150, 300, 300]);
    }

    proptest! {
        #[test]
        fn every_class_is_in_one_bin(sizes in prop::collection::btree_map(1u64..500_000, 1u64..1_000_000, 1..60), k in prop::option::of(1u64..300)) {
            let sizes: Vec<_> = sizes.into_iter().collect();
            let bins = bins(&sizes, k);
            prop_assert_eq!(bins.iter().map(|b| b.classes).sum::<u64>(), sizes.iter().map(|s| s.1).sum::<u64>());
            prop_assert_eq!(bins.iter().map(|b| b.people).sum::<u64>(), sizes.iter().map(|s| s.0 * s.1).sum::<u64>());
        }

        #[test]
        fn bars_are_monotone_inside_the_plot_and_apart(sizes in prop::collection::vec((1u64..500_000, 0u64..1_000_000_000_000_000), 1..60), k in prop::option::of(1u64..300)) {
            let bins = bins(&sizes, k);
            let Some(drawn) = Histogram::new(&bins, k, short_ja) else { return Ok(()) };
            for (bar, bin) in drawn.bars.iter().zip(&bins) {
                prop_assert!(bar.width >= 1 && bar.x >= LEFT && bar.x + bar.width <= RIGHT);
                prop_assert!(bar.y >= TOP && bar.y + bar.height == BASE);
                prop_assert_eq!(bar.height == 0, bin.classes == 0);
                for (other, more) in drawn.bars.iter().zip(&bins) {
                    prop_assert!(bin.classes > more.classes || bar.height <= other.height);
                }
            }
            for pair in drawn.bars.windows(2) {
                prop_assert!(pair[0].x + pair[0].width < pair[1].x);
            }
            prop_assert!((2..=7).contains(&drawn.ticks.len()), "{}", drawn.ticks.len());
            for pair in drawn.ticks.windows(2) {
                prop_assert!(pair[0].y > pair[1].y);
            }
        }
    }
}
