//! t-closeness with hierarchical distance: earth mover's distance over a tree of values.
//!
//! Source: N. Li, T. Li, S. Venkatasubramanian, "t-closeness: privacy beyond k-anonymity and
//! l-diversity", ICDE 2007, section 5.2: extra(leaf) = p − q, extra(N) = Σ over its children; the cost
//! of an inner node of height h in a tree of height H is h/H · min(Σ positive, Σ negative extra of its
//! children), and D is the sum of the costs.
//!
//! As the equal distance it is convex and at most 1: monotone without suppression, with the same
//! least share.

use super::{Class, Model, Monotone, Reads, share_above};

/// Hierarchical distance of at most `t` per class.
#[derive(Debug, Clone, PartialEq)]
pub struct THierarchical {
    /// Largest distance, in 0..=1.
    pub t: f64,
    /// `levels[0][value]` is the node above each value code, `levels[i][node]` the node above each
    /// node of height i; nodes are numbered from 0 on every height, and the last level has one.
    pub levels: Vec<Vec<u32>>,
}

impl THierarchical {
    /// Distance of a class; 1 where it or the reference has a value that is not in the tree.
    #[expect(
        clippy::indexing_slicing,
        reason = "nodes of a height are numbered below the maximum that sizes the vectors"
    )]
    fn distance(&self, class: &Class<'_>) -> f64 {
        let (n, whole) = (i128::from(class.total()), i128::from(class.reference.total()));
        let values = self.levels.first().map_or(0, Vec::len);
        if class.reference.counts().len() > values || class.values.iter().any(|v| v.0 as usize >= values) {
            return 1.0;
        }
        let mut extra: Vec<i128> =
            (0u32..).take(values).map(|v| -i128::from(class.reference.of(v)) * n).collect();
        for (value, count) in class.values {
            extra[*value as usize] += i128::from(*count) * whole;
        }
        let mut sum = 0i128;
        for (height, parents) in (1i128..).zip(&self.levels) {
            let nodes = parents.iter().max().map_or(0, |m| *m as usize + 1);
            let (mut more, mut less) = (vec![0i128; nodes], vec![0i128; nodes]);
            for (extra, parent) in extra.iter().zip(parents) {
                let side = if *extra > 0 { &mut more } else { &mut less };
                side[*parent as usize] += extra;
            }
            extra = more.iter().zip(&less).map(|(m, l)| m + l).collect();
            sum += height * more.iter().zip(&less).map(|(m, l)| (*m).min(-l)).sum::<i128>();
        }
        let scale = n as f64 * whole as f64 * self.levels.len() as f64;
        if scale > 0.0 { sum as f64 / scale } else { 0.0 }
    }
}

impl Model for THierarchical {
    fn id(&self) -> &'static str {
        "t-closeness.hierarchical"
    }

    fn reads(&self) -> Reads {
        Reads::Values
    }

    fn monotone(&self) -> Monotone {
        Monotone::WithoutSuppression
    }

    fn is_valid(&self) -> bool {
        let covers =
            |(below, above): (&Vec<u32>, &Vec<u32>)| below.iter().all(|n| (*n as usize) < above.len());
        (0.0..=1.0).contains(&self.t)
            && self.levels.iter().zip(self.levels.iter().skip(1)).all(covers)
            && self.levels.last().is_some_and(|top| top.iter().all(|node| *node == 0))
    }

    fn violates(&self, class: &Class<'_>) -> bool {
        self.distance(class) > self.t
    }

    fn least_share(&self, class: &Class<'_>) -> f64 {
        share_above(self.distance(class), self.t, 1.0)
    }
}
