//! Values per class: distinct values and distance from a reference.
//!
//! Why here: distinct-l and equal-distance t need, per class, how often each sensitive value
//! occurs. Both engines produce (class, value, count) items; this file turns them into figures
//! with whole numbers, so that t is one division and equal fractions compare equal.
//!
//! Deliberately absent: other distances (ordered, hierarchical) and other kinds of l.

/// `count` people of a class have this value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) class: u32,
    pub(crate) value: u32,
    pub(crate) count: u64,
}

/// What a class holds in one sensitive column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) class: u32,
    /// Number of distinct values.
    pub(crate) distinct: u32,
    /// Total variation distance from the reference, in 0..=1; 0 without a reference.
    pub(crate) distance: f64,
}

/// Reused between checks.
#[derive(Debug, Default)]
pub(crate) struct Spreader {
    start: Vec<usize>,
    sorted: Vec<(u32, u64)>,
    tally: Vec<u64>,
    touched: Vec<u32>,
    matrix: Vec<u64>,
}

/// A distribution as whole numbers: how often each value code occurs, and the total.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Distribution {
    counts: Vec<u64>,
    total: u64,
}

impl Distribution {
    pub(crate) fn add(&mut self, value: u32, count: u64) {
        let at = value as usize;
        if self.counts.len() <= at {
            self.counts.resize(at + 1, 0);
        }
        if let Some(c) = self.counts.get_mut(at) {
            *c += count;
            self.total += count;
        }
    }

    fn of(&self, value: u32) -> u64 {
        self.counts.get(value as usize).copied().unwrap_or(0)
    }
}

impl Spreader {
    /// Visits every class that has items, in order of its number. `classes` is one more than the
    /// largest class.
    pub(crate) fn visit(
        &mut self,
        classes: usize,
        items: &[Item],
        reference: Option<&Distribution>,
        mut visit: impl FnMut(Spread),
    ) {
        let values = items.iter().map(|i| i.value as usize + 1).max().unwrap_or(0);
        if classes.saturating_mul(values) <= 4 * items.len() {
            self.visit_matrix(values, classes, items, reference, visit);
            return;
        }
        self.sort(classes, items);
        let sorted = std::mem::take(&mut self.sorted);
        let start = std::mem::take(&mut self.start);
        for (class, bounds) in (0u32..).zip(start.windows(2)) {
            let [from, to] = bounds else { continue };
            let run = sorted.get(*from..*to).unwrap_or(&[]);
            if run.is_empty() {
                continue;
            }
            let spread = self.spread(class, run, reference);
            visit(spread);
        }
        self.sorted = sorted;
        self.start = start;
    }

    /// As `visit`, where a count per class and value takes no more room than the items.
    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; classes and values are below the sides of the matrix"
    )]
    fn visit_matrix(
        &mut self,
        values: usize,
        classes: usize,
        items: &[Item],
        reference: Option<&Distribution>,
        mut visit: impl FnMut(Spread),
    ) {
        let mut matrix = std::mem::take(&mut self.matrix);
        matrix.clear();
        matrix.resize(classes * values, 0);
        for item in items {
            matrix[item.class as usize * values + item.value as usize] += item.count;
        }
        for (class, row) in (0u32..).zip(matrix.chunks_exact(values.max(1))) {
            let counts = (0u32..).zip(row).map(|(value, count)| (value, *count));
            let counts = counts.filter(|(_, count)| *count > 0);
            let total: u64 = row.iter().sum();
            if total > 0 {
                visit(describe(class, total, counts, reference));
            }
        }
        self.matrix = matrix;
    }

    /// Counting sort by class.
    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; every class is below `classes`, and positions are prefix sums of counts"
    )]
    fn sort(&mut self, classes: usize, items: &[Item]) {
        self.start.clear();
        self.start.resize(classes + 2, 0);
        for item in items {
            self.start[item.class as usize + 2] += 1;
        }
        for at in 2..self.start.len() {
            self.start[at] += self.start[at - 1];
        }
        self.sorted.clear();
        self.sorted.resize(items.len(), (0, 0));
        for item in items {
            let next = &mut self.start[item.class as usize + 1];
            self.sorted[*next] = (item.value, item.count);
            *next += 1;
        }
        self.start.truncate(classes + 1);
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; the tally is made as long as the largest value of the run first"
    )]
    fn spread(&mut self, class: u32, run: &[(u32, u64)], reference: Option<&Distribution>) -> Spread {
        let largest = run.iter().map(|(value, _)| *value).max().unwrap_or(0) as usize;
        if self.tally.len() <= largest {
            self.tally.resize(largest + 1, 0);
        }
        self.touched.clear();
        let mut total = 0;
        for (value, count) in run {
            let tally = &mut self.tally[*value as usize];
            if *tally == 0 {
                self.touched.push(*value);
            }
            *tally += count;
            total += count;
        }
        let counts = self.touched.iter();
        let counts = counts.map(|value| (*value, self.tally[*value as usize]));
        let spread = describe(class, total, counts, reference);
        for value in &self.touched {
            self.tally[*value as usize] = 0;
        }
        spread
    }
}

/// The figures of one class from its counts, each value once.
fn describe(
    class: u32,
    total: u64,
    counts: impl Iterator<Item = (u32, u64)>,
    reference: Option<&Distribution>,
) -> Spread {
    let mut distinct = 0;
    let Some(reference) = reference else {
        counts.for_each(|_| distinct += 1);
        return Spread { class, distinct, distance: 0.0 };
    };
    // Σ |c/n − C/N| over all values, times n·N: whole numbers until the last division.
    let (n, whole) = (u128::from(total), u128::from(reference.total));
    let mut present = 0u128;
    let mut sum = 0u128;
    for (value, count) in counts {
        distinct += 1;
        let expected = u128::from(reference.of(value));
        present += expected;
        sum += (u128::from(count) * whole).abs_diff(expected * n);
    }
    sum += n * whole.saturating_sub(present);
    let scale = 2 * n * whole;
    Spread { class, distinct, distance: if scale == 0 { 0.0 } else { sum as f64 / scale as f64 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(class: u32, value: u32, count: u64) -> Item {
        Item { class, value, count }
    }

    #[test]
    fn counts_distinct_values_and_the_distance_from_the_whole() {
        let items = [item(2, 7, 1), item(0, 0, 3), item(2, 0, 1), item(0, 0, 1)];
        let mut all = Distribution::default();
        for i in &items {
            all.add(i.value, i.count);
        }
        let mut seen = Vec::new();
        Spreader::default().visit(3, &items, Some(&all), |s| seen.push(s));
        // whole: value 0 five of six, value 7 one of six
        let close = |a: f64, b: f64| (a - b).abs() < 1e-15;
        assert!(matches!(seen.as_slice(), [a, b]
            if a.class == 0 && a.distinct == 1 && close(a.distance, 1.0 / 6.0)
            && b.class == 2 && b.distinct == 2 && close(b.distance, 1.0 / 3.0)));
    }

    #[test]
    fn equal_fractions_compare_equal() {
        // 1 of 5 against 0 of anything else: exactly one fifth
        let mut whole = Distribution::default();
        whole.add(0, 4);
        whole.add(1, 1);
        let items = [item(0, 0, 15)];
        let mut t = 1.0f64;
        Spreader::default().visit(1, &items, Some(&whole), |s| t = s.distance);
        assert_eq!(t.to_bits(), 0.2f64.to_bits());
    }
}
