//! Values of a sensitive column per group, and per class that groups are merged into.
//!
//! Why here: where a model reads values, merging them costs more than finding the classes.
//!
//! Deliberately absent: which group is in which class (see `groups`).

use super::groups::Grouper;

/// Values per group: those of group g are at `start[g]..start[g + 1]`.
#[derive(Debug, Default, Clone)]
pub(crate) struct Items {
    pub(crate) start: Vec<u32>,
    /// (value, people), ascending by value within a group.
    pub(crate) values: Vec<(u32, u64)>,
}

impl Grouper {
    /// The values of the source's groups by class; needs the class of every group.
    #[expect(clippy::indexing_slicing, reason = "hot loop; classes are numbered, values are below `values`")]
    pub(crate) fn items(&self, from: &Items, values: usize) -> Items {
        let classes = self.people.len();
        let mut merged = Items { start: Vec::with_capacity(classes + 1), values: Vec::new() };
        merged.start.push(0);
        let groups = from.start.windows(2).zip(&self.class_of);
        if classes.saturating_mul(values) <= 16 * from.values.len() + 4096 {
            // People of a histogram are counted in 32 bits.
            let mut matrix = vec![0u32; classes * values];
            for (bounds, class) in groups {
                let base = *class as usize * values;
                for (value, count) in &from.values[bounds[0] as usize..bounds[1] as usize] {
                    matrix[base + *value as usize] += *count as u32;
                }
            }
            // No branch: whether a class has a value is as good as random, and a guess costs more.
            merged.values.resize(from.values.len() + 1, (0, 0));
            let mut at = 0;
            for row in matrix.chunks_exact(values.max(1)) {
                for (value, count) in (0u32..).zip(row) {
                    merged.values[at] = (value, u64::from(*count));
                    at += usize::from(*count > 0);
                }
                merged.start.push(at as u32);
            }
            merged.values.truncate(at);
            merged.start.resize(classes + 1, merged.values.len() as u32);
            return merged;
        }
        let runs =
            groups.map(|(bounds, class)| (*class, &from.values[bounds[0] as usize..bounds[1] as usize]));
        Items::collect(classes, runs)
    }
}

impl Items {
    /// The values of `groups` groups from runs of them, in any order: sorted and added up.
    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; groups are below `groups`, and positions are prefix sums of counts"
    )]
    pub(crate) fn collect<'i>(
        groups: usize,
        runs: impl Iterator<Item = (u32, &'i [(u32, u64)])> + Clone,
    ) -> Self {
        let mut next = vec![0u32; groups + 1];
        for (group, run) in runs.clone() {
            next[group as usize + 1] += run.len() as u32;
        }
        for group in 0..groups {
            next[group + 1] += next[group];
        }
        let ends: Vec<u32> = next.iter().skip(1).copied().collect();
        let mut sorted = vec![(0u32, 0u64); ends.last().map_or(0, |end| *end as usize)];
        for (group, run) in runs {
            let at = &mut next[group as usize];
            sorted[*at as usize..*at as usize + run.len()].copy_from_slice(run);
            *at += run.len() as u32;
        }
        let mut merged =
            Self { start: Vec::with_capacity(groups + 1), values: Vec::with_capacity(sorted.len()) };
        merged.start.push(0);
        let mut begin = 0;
        for end in ends {
            let run = &mut sorted[begin..end as usize];
            run.sort_unstable_by_key(|(value, _)| *value);
            for same in run.chunk_by(|a, b| a.0 == b.0) {
                merged.values.push((same[0].0, same.iter().map(|(_, count)| count).sum()));
            }
            merged.start.push(merged.values.len() as u32);
            begin = end as usize;
        }
        merged
    }
}
