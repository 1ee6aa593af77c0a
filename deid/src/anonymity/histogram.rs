//! Checks one node on a table that collapsed to people per distinct tuple.
//!
//! Why here: with one row per person nothing that is suppressed changes another class, so a check
//! is a group-by and a look at the classes. A node that generalises an earlier one starts from the
//! classes of that one instead of from the tuples (roll-up).
//!
//! Deliberately absent: people with several records (see `relation`).

use super::engine::Verdict;
use super::lattice::Attribute;
use super::loss::{Gone, leaves_under};
use super::pack::{LevelColumns, Packer};
use super::problem::{Data, Exchange};
use super::requirement::{Reference, Requirement, SensitiveRequirement};
use super::spread::{Distribution, Item, Spreader};

/// One table and the scratch of its checks.
#[derive(Debug)]
pub(crate) struct Histogram<'a> {
    exchange: &'a Exchange,
    table: usize,
    columns: LevelColumns,
    base: Source,
    saved: Vec<Saved>,
    /// Number of checks so far, the clock of `saved`.
    clock: u64,
    k: u64,
    sensitive: Vec<SensitiveRequirement>,
    reference_kind: Reference,
    reference: Vec<Distribution>,
    allowed: u64,
    packer: Packer,
    spreader: Spreader,
    items: Vec<Item>,
    state: State,
}

/// What a check starts from: the distinct tuples, or the classes of an earlier node.
#[derive(Debug, Default)]
struct Source {
    /// A leaf tuple of every group.
    tuple: Vec<u32>,
    people: Vec<u64>,
    /// Per sensitive column: people per group and value.
    items: Vec<Vec<Item>>,
}

/// The result of the last check.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Which source was used: position in `saved`, or none for the base.
    source: Option<usize>,
    /// Class per group of the source.
    pub(crate) class_of: Vec<u32>,
    pub(crate) people: Vec<u64>,
    pub(crate) violated: Vec<bool>,
    pub(crate) suppressed: u64,
}

/// An earlier node to start from.
#[derive(Debug)]
struct Saved {
    levels: Vec<u8>,
    source: Source,
    used: u64,
}

impl Source {
    fn size(&self) -> usize {
        self.tuple.len() + self.items.iter().map(Vec::len).sum::<usize>()
    }
}

/// Earlier nodes are kept up to this many times the size of the table's own tuples.
const SAVED: usize = 4;
/// And no more than this many, so that looking for one stays cheap.
const SAVED_NODES: usize = 512;

impl<'a> Histogram<'a> {
    /// `None` when the table did not collapse.
    pub(crate) fn new(exchange: &'a Exchange, table: usize, requirement: &Requirement) -> Option<Self> {
        let counted = exchange.tables.get(table)?;
        let Data::Histogram(counts) = &counted.data else {
            return None;
        };
        let tuples = u32::try_from(counted.tuples.len()).ok()?;
        let mut base =
            Source { tuple: (0..tuples).collect(), people: counted.rows_per_tuple(), items: Vec::new() };
        let mut reference = Vec::new();
        for column in 0..counted.spec.sensitive {
            let mut distribution = Distribution::default();
            let items: Vec<Item> = (0u32..)
                .zip(counts)
                .map(|(entry, count)| Item {
                    class: counted.tuple_of(entry),
                    value: counted.value_of(entry, column),
                    count: *count,
                })
                .collect();
            for item in &items {
                distribution.add(item.value, item.count);
            }
            base.items.push(merge_items(counted.tuples.len(), items));
            reference.push(distribution);
        }
        Some(Self {
            exchange,
            table,
            columns: LevelColumns::new(&exchange.attributes, &counted.spec.attributes, &counted.tuples),
            base,
            saved: Vec::new(),
            clock: 0,
            k: u64::from(requirement.k),
            sensitive: (0..counted.spec.sensitive).map(|column| requirement.on(table, column)).collect(),
            reference_kind: requirement.reference,
            reference,
            allowed: requirement.allowed(counted.rows),
            packer: Packer::default(),
            spreader: Spreader::default(),
            items: Vec::new(),
            state: State::default(),
        })
    }

    pub(crate) fn table(&self) -> usize {
        self.table
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The distribution of the input, per sensitive column.
    pub(crate) fn reference(&self) -> &[Distribution] {
        &self.reference
    }

    /// People per surviving class and value, of the last check.
    pub(crate) fn items_left(&self, column: usize, items: &mut Vec<Item>) {
        items.clear();
        let state = &self.state;
        let from = self.source().items.get(column).map_or(&[][..], |i| i);
        items.extend(from.iter().filter_map(|item| {
            let class = *state.class_of.get(item.class as usize)?;
            let gone = *state.violated.get(class as usize)?;
            (!gone).then_some(Item { class, ..*item })
        }));
    }

    /// Checks the table at `levels` (one per attribute of the table). With `brief` it stops as
    /// soon as the verdict is known and may start from an earlier node; without, the state counts
    /// everything, per leaf tuple.
    pub(crate) fn check(&mut self, levels: &[u8], brief: bool) -> Verdict {
        self.group(levels, brief);
        let mut verdict = self.few_people();
        if verdict == Verdict::Met || !brief {
            let distinct = self.few_values();
            verdict = verdict.and(distinct);
        }
        let wants_t = self.sensitive.iter().any(|s| s.t.is_some());
        if wants_t && (verdict == Verdict::Met || !brief) {
            while verdict == Verdict::Met || !brief {
                let before = self.state.suppressed;
                verdict = verdict.and(self.far_values());
                if self.state.suppressed == before || self.reference_kind == Reference::Input {
                    break;
                }
            }
        }
        if brief {
            self.save(levels);
        }
        verdict
    }

    fn group(&mut self, levels: &[u8], brief: bool) {
        self.clock += 1;
        let below = |(_, saved): &(usize, &Saved)| saved.levels.iter().zip(levels).all(|(a, b)| a <= b);
        let smallest = self
            .saved
            .iter()
            .enumerate()
            .filter(below)
            .min_by_key(|(_, saved)| saved.source.size())
            .map(|(position, _)| position);
        self.state.source = smallest.filter(|_| brief);
        if let Some(saved) = self.state.source.and_then(|s| self.saved.get_mut(s)) {
            saved.used = self.clock;
        }
        let class_of = &mut self.state.class_of;
        let (source, count) = match self.state.source.and_then(|s| self.saved.get(s)) {
            Some(Saved { source: saved, .. }) => {
                let packer = &mut self.packer;
                let count = self.columns.classes_of(&saved.tuple, levels, packer, class_of);
                (saved, count)
            }
            None => {
                let count = self.columns.classes(levels, &mut self.packer, class_of);
                (&self.base, count)
            }
        };
        sum_by_class(class_of, &source.people, count, &mut self.state.people);
        self.state.violated.clear();
        self.state.violated.resize(count, false);
        self.state.suppressed = 0;
    }

    fn source(&self) -> &Source {
        let saved = self.state.source.and_then(|s| self.saved.get(s));
        saved.map_or(&self.base, |saved| &saved.source)
    }

    fn few_people(&mut self) -> Verdict {
        let State { people, violated, suppressed, .. } = &mut self.state;
        for (people, violated) in people.iter().zip(violated) {
            if *people < self.k {
                *violated = true;
                *suppressed += people;
            }
        }
        self.within(Verdict::TooFew)
    }

    fn few_values(&mut self) -> Verdict {
        for column in 0..self.sensitive.len() {
            let l = self.sensitive.get(column).map_or(0, |s| s.l);
            if l > 1 {
                self.violate(column, false, |distinct, _| distinct < l);
            }
        }
        self.within(Verdict::TooFew)
    }

    fn far_values(&mut self) -> Verdict {
        for column in 0..self.sensitive.len() {
            if let Some(t) = self.sensitive.get(column).and_then(|s| s.t) {
                self.violate(column, true, |_, distance| distance > t);
            }
        }
        self.within(Verdict::TooFar)
    }

    fn within(&self, otherwise: Verdict) -> Verdict {
        if self.state.suppressed > self.allowed { otherwise } else { Verdict::Met }
    }

    /// Marks the surviving classes of which `bad` holds.
    fn violate(&mut self, column: usize, with_distance: bool, bad: impl Fn(u32, f64) -> bool) {
        let mut items = std::mem::take(&mut self.items);
        self.items_left(column, &mut items);
        let published = (with_distance && self.reference_kind == Reference::Published).then(|| {
            let mut d = Distribution::default();
            for item in &items {
                d.add(item.value, item.count);
            }
            d
        });
        let reference = if with_distance { published.as_ref().or(self.reference.get(column)) } else { None };
        let State { people, violated, suppressed, .. } = &mut self.state;
        self.spreader.visit(people.len(), &items, reference, |s| {
            if !bad(s.distinct, s.distance) {
                return;
            }
            let at = s.class as usize;
            if let (Some(violated), Some(people)) = (violated.get_mut(at), people.get(at)) {
                *violated = true;
                *suppressed += people;
            }
        });
        self.items = items;
    }

    /// The suppressed rows of the last check, per attribute of the table.
    pub(crate) fn gone(&self, levels: &[u8]) -> Vec<Gone> {
        let Some(table) = self.exchange.tables.get(self.table) else {
            return Vec::new();
        };
        let attributes = &table.spec.attributes;
        let mut gone = vec![Gone::default(); attributes.len()];
        if self.state.suppressed == 0 {
            return gone;
        }
        let hierarchies: Vec<&Attribute> =
            attributes.iter().filter_map(|a| self.exchange.attributes.get(*a)).collect();
        // All tuples of a class have the same leaves under their values: one speaks for all.
        let source = self.source();
        let mut speaker: Vec<Option<u32>> = vec![None; self.state.people.len()];
        for (class, tuple) in self.state.class_of.iter().zip(&source.tuple) {
            if let Some(slot) = speaker.get_mut(*class as usize) {
                *slot = Some(*tuple);
            }
        }
        let classes = self.state.people.iter().zip(&self.state.violated);
        for ((people, _), tuple) in classes.zip(speaker).filter(|((_, gone), _)| **gone) {
            let Some(tuple) = tuple else { continue };
            let leaves = table.tuples.get(tuple).iter().zip(levels);
            for (gone, ((leaf, level), hierarchy)) in gone.iter_mut().zip(leaves.zip(&hierarchies)) {
                gone.rows += people;
                gone.leaves += people * leaves_under(hierarchy, *level, *leaf);
            }
        }
        gone
    }

    /// Keeps the classes of the last check to start later ones from, where that saves much.
    fn save(&mut self, levels: &[u8]) {
        let classes = self.state.people.len();
        let source = self.source();
        if classes * 2 > source.tuple.len() || classes * 2 > self.base.tuple.len() {
            return;
        }
        let mut saved =
            Source { tuple: vec![0; classes], people: self.state.people.clone(), items: Vec::new() };
        for (class, tuple) in self.state.class_of.iter().zip(&source.tuple) {
            if let Some(t) = saved.tuple.get_mut(*class as usize) {
                *t = *tuple;
            }
        }
        for column in &source.items {
            let renamed = column.iter().filter_map(|item| {
                let class = *self.state.class_of.get(item.class as usize)?;
                Some(Item { class, ..*item })
            });
            saved.items.push(merge_items(classes, renamed.collect()));
        }
        self.make_room(saved.size());
        self.saved.push(Saved { levels: levels.to_vec(), source: saved, used: self.clock });
    }

    /// Forgets the nodes that were of no use for longest, but not the one in use.
    fn make_room(&mut self, size: usize) {
        let room = SAVED * self.base.size();
        let mut held: usize = self.saved.iter().map(|s| s.source.size()).sum();
        while held + size > room || self.saved.len() >= SAVED_NODES {
            let others = (0..self.saved.len()).filter(|at| Some(*at) != self.state.source);
            let oldest = others.min_by_key(|at| self.saved.get(*at).map(|s| s.used));
            let Some(oldest) = oldest else { return };
            let last = self.saved.len() - 1;
            held -= self.saved.swap_remove(oldest).source.size();
            if self.state.source == Some(last) {
                self.state.source = Some(oldest);
            }
        }
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "hot loop; classes are numbered below `count`, the length of `sums`"
)]
fn sum_by_class(class_of: &[u32], people: &[u64], count: usize, sums: &mut Vec<u64>) {
    sums.clear();
    sums.resize(count, 0);
    for (class, people) in class_of.iter().zip(people) {
        sums[*class as usize] += people;
    }
}

/// Adds up the items of equal class and value; sorted by both.
fn merge_items(classes: usize, mut items: Vec<Item>) -> Vec<Item> {
    let values = items.iter().map(|i| i.value as usize + 1).max().unwrap_or(0);
    if classes.saturating_mul(values) <= 4 * items.len() {
        return merge_in_matrix(classes, values, &items);
    }
    items.sort_unstable_by_key(|i| (i.class, i.value));
    items.dedup_by(|next, kept| {
        let same = (next.class, next.value) == (kept.class, kept.value);
        if same {
            kept.count += next.count;
        }
        same
    });
    items
}

/// As `merge_items`, where a count per class and value takes no more room than the items.
#[expect(clippy::indexing_slicing, reason = "hot loop; classes and values are below the sides of the matrix")]
fn merge_in_matrix(classes: usize, values: usize, items: &[Item]) -> Vec<Item> {
    let mut matrix = vec![0u64; classes * values];
    for item in items {
        matrix[item.class as usize * values + item.value as usize] += item.count;
    }
    let rows = (0u32..).zip(matrix.chunks_exact(values.max(1)));
    let cells = rows.flat_map(|(class, row)| {
        let cells = (0u32..).zip(row);
        cells.map(move |(value, count)| Item { class, value, count: *count })
    });
    cells.filter(|item| item.count > 0).collect()
}
