//! Checks one node on a table that collapsed to people per distinct tuple.
//!
//! Why here: with one row per person nothing that is suppressed changes another class, so a check
//! is a group-by and a look at the classes. A node that generalises an earlier one starts from the
//! classes of that one instead of from the tuples (roll-up), from the fewest there are.
//!
//! Deliberately absent: people with several records (see `relation`).

use std::sync::Arc;

use super::cache::{Cache, Start};
use super::groups::{Grouper, Groups};
use super::items::Items;
use super::judge::{Classes, Judge};
use super::ladder::Ladder;
use super::lattice::Lattice;
use super::loss::Gone;
use super::models::Distribution;
use super::problem::{Data, Exchange, Table};
use super::requirement::{Reference, Requirement};
use super::witness::people_everywhere;

/// One table and the scratch of its checks.
#[derive(Debug)]
pub(crate) struct Histogram {
    core: Core,
    cache: Cache,
    /// The tuples at the lowest levels of the search: what checks start from at the latest.
    start: Arc<Groups>,
    grouper: Grouper,
    /// What the last check started from.
    source: Arc<Groups>,
    state: State,
}

/// What no check changes.
#[derive(Debug)]
struct Core {
    table: usize,
    ladder: Ladder,
    /// The distinct tuples, in the order of their numbers; then those that only the population has.
    base: Arc<Groups>,
    judge: Judge,
    /// Per sensitive column: the distribution of the input, and one more than its largest code.
    columns: Vec<(Distribution, usize)>,
    allowed: u64,
    /// Whether a class with too few people is worth a look at its tuples: nothing may go.
    follow: bool,
}

/// The result of the last check.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Values per class, of the columns that were asked for.
    columns: Vec<Items>,
    pub(crate) violated: Vec<bool>,
    /// Whether all classes were looked at.
    whole: bool,
    /// The codes of the class with the fewest people of those with too few, where one is enough.
    pub(crate) smallest: Option<Vec<u32>>,
    pub(crate) suppressed: u64,
    /// As far as models are concerned that are monotone at every limit.
    pub(crate) few: u64,
    /// People of this table who are suppressed at the least, here and at every specialisation.
    pub(crate) least: u64,
    /// Suppressed rows per attribute of the table, for whatever reason.
    pub(crate) gone: Vec<Gone>,
    /// As `gone`, of `few` alone.
    pub(crate) gone_few: Vec<Gone>,
}

/// Whether rows that go at every specialisation cost too much.
pub(crate) type Costly<'c> = dyn Fn(&[Gone]) -> bool + 'c;

/// Sources with fewer groups are used as they are.
const WIDE: u64 = 2048;
/// Earlier nodes are kept up to this many times the size of the table's own tuples.
const KEPT: usize = 4;

impl Histogram {
    /// `None` when the table did not collapse.
    pub(crate) fn new(exchange: &Exchange, table: usize, requirement: &Requirement) -> Option<Self> {
        let counted = exchange.tables.get(table)?;
        let Data::Histogram(counts) = &counted.data else {
            return None;
        };
        let judge = Judge::new(requirement, table, counted.spec.sensitive);
        let population = counted.population.as_ref().filter(|_| judge.needs_population());
        let tuples = population.map_or(&counted.tuples, |p| &p.tuples);
        let (ladder, words) = Ladder::new(&exchange.attributes, &counted.spec.attributes, tuples);
        let mut people: Vec<u32> =
            counted.rows_per_tuple().into_iter().map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect();
        people.resize(tuples.len(), 0);
        let columns: Vec<Items> =
            (0..counted.spec.sensitive).map(|column| items(counted, counts, column, tuples.len())).collect();
        let described = columns.iter().map(|items| {
            let mut distribution = Distribution::default();
            for (value, count) in &items.values {
                distribution.add(*value, *count);
            }
            let values = distribution.counts().len();
            (distribution, values)
        });
        let described: Vec<(Distribution, usize)> = described.collect();
        let base = Arc::new(Groups {
            levels: vec![0; ladder.fields.len()],
            words,
            people,
            population: population.map(|p| p.counts.clone()).unwrap_or_default(),
            columns,
        });
        let cache = Cache::new((KEPT + 1) * base.size());
        let core = Core {
            table,
            ladder,
            judge,
            columns: described,
            allowed: requirement.allowed(counted.rows),
            follow: requirement.allowed(counted.rows) == 0,
            base: Arc::clone(&base),
        };
        Some(Self {
            core,
            cache,
            start: Arc::clone(&base),
            grouper: Grouper::default(),
            source: base,
            state: State::default(),
        })
    }

    /// No check will ask for levels below these.
    pub(crate) fn start_at(&mut self, levels: &[u8]) {
        if levels != self.start.levels {
            let Self { core, grouper, start, .. } = self;
            grouper.group(&core.ladder, start, levels, true);
            let columns = start.columns.iter().zip(&core.columns);
            let columns = columns.map(|(from, (_, values))| grouper.items(from, *values)).collect();
            *start = Arc::new(grouper.keep(&core.ladder, start, levels, columns));
        }
        self.cache.keep(Arc::clone(&self.start));
    }

    pub(crate) fn table(&self) -> usize {
        self.core.table
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// People per class.
    pub(crate) fn people(&self) -> &[u32] {
        &self.grouper.people
    }

    /// Class per leaf tuple, of a settled check.
    pub(crate) fn class_of(&self) -> &[u32] {
        &self.grouper.class_of
    }

    pub(crate) fn judge(&self) -> &Judge {
        &self.core.judge
    }

    /// Number of sensitive columns.
    pub(crate) fn columns(&self) -> usize {
        self.core.columns.len()
    }

    /// Per node of a lattice the people in the class of one tuple, of those with these codes at
    /// `levels`. `of` = the table's attributes.
    pub(crate) fn follow(
        &self,
        of: &[usize],
        levels: &[u8],
        codes: &[u32],
        lattice: &Lattice,
    ) -> Option<Vec<u32>> {
        people_everywhere(&self.core.ladder, &self.start, of, levels, codes, lattice)
    }

    /// Rows that may be suppressed.
    pub(crate) fn allowed(&self) -> u64 {
        self.core.allowed
    }

    /// The distribution of the input in a sensitive column.
    pub(crate) fn reference(&self, column: usize) -> Distribution {
        self.core.columns.get(column).map(|(d, _)| d.clone()).unwrap_or_default()
    }

    /// Values per class in a sensitive column, of the last settled check.
    pub(crate) fn items(&self, column: usize) -> Items {
        let values = self.core.columns.get(column).map_or(0, |(_, values)| *values);
        self.core.base.columns.get(column).map(|from| self.grouper.items(from, values)).unwrap_or_default()
    }

    /// Checks the table at `levels` (one per attribute of the table), as far as the verdict needs:
    /// it stops once more rows are suppressed at every specialisation than `allowed`, or `costly` says
    /// so of those found so far (of which [`State::gone_few`] then tells). Returns whether it went to
    /// the end.
    pub(crate) fn check(&mut self, levels: &[u8], allowed: u64, costly: Option<&Costly<'_>>) -> bool {
        self.source = match self.cache.find(levels) {
            None => Arc::clone(&self.start),
            Some(Start { groups, by_way_of: None }) => groups,
            Some(Start { groups, by_way_of: Some(way) }) => self.stop_at(groups, &way),
        };
        // A node with few classes costs as much as its source has; a stop in the middle costs the same
        // and serves others.
        let rows = self.source.len() as u64;
        if rows >= WIDE && self.core.ladder.domain(levels) <= rows / 4 {
            let way = self.core.ladder.between(&self.source.levels, levels, rows);
            if way != levels {
                self.source = self.stop_at(Arc::clone(&self.source), &way);
            }
        }
        let complete = if self.core.judge.is_k_alone() {
            self.group_and_count(levels, allowed, costly)
        } else {
            self.group_and_judge(levels, allowed)
        };
        if self.state.whole {
            self.keep(levels);
        }
        complete
    }

    /// The classes at levels that the next checks have in common, where they are much fewer.
    fn stop_at(&mut self, from: Arc<Groups>, levels: &[u8]) -> Arc<Groups> {
        let k_alone = self.core.judge.is_k_alone();
        self.grouper.group(&self.core.ladder, &from, levels, !k_alone);
        if self.grouper.people.len() * 4 > from.len() * 3 {
            return from;
        }
        let kept = self.kept(&from, levels);
        self.cache.keep(Arc::clone(&kept));
        kept
    }

    /// The classes of the last grouping as a node to start from.
    fn kept(&self, from: &Groups, levels: &[u8]) -> Arc<Groups> {
        let wanted =
            |column: usize| self.core.judge.reads(column) && self.grouper.class_of.len() == from.len();
        let columns = self.core.columns.iter().zip(&from.columns).enumerate();
        let columns =
            columns.map(
                |(column, ((_, values), items))| {
                    if wanted(column) { self.grouper.items(items, *values) } else { Items::default() }
                },
            );
        Arc::new(self.grouper.keep(&self.core.ladder, from, levels, columns.collect()))
    }

    /// Checks the table at `levels` and counts everything, per leaf tuple.
    pub(crate) fn settle(&mut self, levels: &[u8]) {
        self.source = Arc::clone(&self.core.base);
        self.group_and_judge(levels, u64::MAX);
    }

    /// Groups and judges where only k is asked for.
    fn group_and_count(&mut self, levels: &[u8], allowed: u64, costly: Option<&Costly<'_>>) -> bool {
        let Self { core, grouper, source, state, .. } = self;
        let (mut few, mut marked) = (0, Vec::new());
        let mut sums = vec![Gone::default(); core.ladder.fields.len()];
        let mut add = |marked: &mut Vec<(u32, u32)>| {
            for (sum, more) in sums.iter_mut().zip(gone(&core.ladder, source, levels, marked)) {
                sum.rows += more.rows;
                sum.leaves += more.leaves;
            }
            marked.clear();
            costly.is_some_and(|costly| costly(&sums))
        };
        let batch = if costly.is_some() { source.len() / 16 } else { usize::MAX };
        let mut stop = |people: &[u32], speakers: &[u32]| {
            let classes = people.iter().zip(speakers);
            for (people, speaker) in classes.filter(|(people, _)| core.judge.is_few(**people)) {
                few += u64::from(*people);
                marked.push((*speaker, *people));
            }
            // Not for more than are allowed: the classes serve later checks, which is worth more.
            marked.len() > batch && add(&mut marked)
        };
        state.whole = grouper.group_until(&core.ladder, source, levels, false, &mut stop);
        let complete = state.whole && few <= allowed;
        if complete {
            add(&mut marked);
        }
        state.smallest = if core.follow { smallest(&core.ladder, source, levels, &marked) } else { None };
        (state.few, state.suppressed, state.least) = (few, few, few);
        state.columns.clear();
        state.gone.clone_from(&sums);
        state.gone_few = sums;
        complete
    }

    fn group_and_judge(&mut self, levels: &[u8], allowed: u64) -> bool {
        let Self { core, grouper, source, state, .. } = self;
        let judge = &core.judge;
        grouper.group(&core.ladder, source, levels, true);
        state.whole = true;
        state.smallest = None;
        state.violated.clear();
        state.violated.resize(grouper.people.len(), false);
        state.columns.clear();
        state.few = judge.few_people(&grouper.people, &mut state.violated);
        (state.suppressed, state.least) = (state.few, state.few);
        if state.few > allowed {
            return false;
        }
        if !judge.is_k_alone() {
            for (column, (_, values)) in core.columns.iter().enumerate() {
                let from = source.columns.get(column).filter(|_| judge.reads(column));
                state.columns.push(from.map(|from| grouper.items(from, *values)).unwrap_or_default());
            }
            let State { columns, violated, few, .. } = state;
            *few += judge.few(&classes(grouper, columns), violated);
            (state.suppressed, state.least) = (state.few, state.few);
            if state.few > allowed {
                return false;
            }
        }
        self.state.gone_few = self.gone(levels);
        if self.core.judge.is_always() {
            self.state.gone.clone_from(&self.state.gone_few);
            return true;
        }
        let Self { core, grouper, state, .. } = self;
        let State { columns, violated, suppressed, least, .. } = state;
        let judge = &core.judge;
        let mut first = true;
        loop {
            if first || judge.reference == Reference::Published {
                let reference =
                    |column: usize, violated: &[bool]| match (judge.reference, columns.get(column)) {
                        (Reference::Published, Some(items)) => published(items, violated),
                        _ => core.columns.get(column).map(|(d, _)| d.clone()).unwrap_or_default(),
                    };
                let (marked, at_least) = judge.others(&classes(grouper, columns), violated, reference);
                *suppressed += marked;
                *least += if first { at_least } else { 0 };
                if marked > 0 && judge.reference == Reference::Published {
                    first = false;
                    continue;
                }
            }
            first = false;
            let marked = judge.sizes(&grouper.people, violated);
            *suppressed += marked;
            if marked == 0 {
                break;
            }
        }
        self.state.gone = self.gone(levels);
        true
    }

    /// The rows of the marked classes, per attribute of the table.
    fn gone(&self, levels: &[u8]) -> Vec<Gone> {
        let classes = self.grouper.people.iter().zip(&self.state.violated).zip(&self.grouper.speaker);
        let marked: Vec<(u32, u32)> =
            classes.filter(|((_, gone), _)| **gone).map(|((people, _), s)| (*s, *people)).collect();
        gone(&self.core.ladder, &self.source, levels, &marked)
    }

    /// Keeps the classes of the last check to start later ones from, where that saves much.
    fn keep(&mut self, levels: &[u8]) {
        if self.grouper.people.len() * 4 <= self.source.len() * 3 {
            let kept = if self.state.columns.is_empty() {
                self.kept(&self.source, levels)
            } else {
                let columns = std::mem::take(&mut self.state.columns);
                Arc::new(self.grouper.keep(&self.core.ladder, &self.source, levels, columns))
            };
            self.cache.keep(kept);
        }
    }
}

/// The rows of classes, told by their speakers and people, per attribute of the table.
#[expect(
    clippy::indexing_slicing,
    reason = "hot loop; speakers are groups of the source, codes are in the ladder's tables"
)]
fn gone(ladder: &Ladder, source: &Groups, levels: &[u8], marked: &[(u32, u32)]) -> Vec<Gone> {
    let rows = marked.iter().map(|(_, people)| u64::from(*people)).sum();
    if rows == 0 {
        return vec![Gone::default(); ladder.fields.len()];
    }
    let mut words: Vec<Vec<u64>> = vec![Vec::new(); source.words.len()];
    let fields = ladder.fields.iter().zip(source.levels.iter().zip(levels));
    fields
        .map(|(field, (from, to))| {
            if let Some(under) = field.evenly(*to) {
                return Gone { rows, leaves: rows * u64::from(under) };
            }
            if words[field.word].is_empty() {
                let word = &source.words[field.word];
                words[field.word].extend(marked.iter().map(|(speaker, _)| word[*speaker as usize]));
            }
            let under = field.under(*to);
            let up = field.up(*from, *to).iter();
            let under: Vec<u64> = up.map(|code| u64::from(under[*code as usize])).collect();
            let (shift, mask) = (field.shift, field.mask());
            let leaves = words[field.word].iter().zip(marked);
            let leaves =
                leaves.map(|(word, (_, people))| u64::from(*people) * under[(word >> shift & mask) as usize]);
            Gone { rows, leaves: leaves.sum() }
        })
        .collect()
}

/// The codes of the class with the fewest people; of several the one with the lowest codes, so that
/// nothing depends on what the classes were made from.
fn smallest(ladder: &Ladder, source: &Groups, levels: &[u8], marked: &[(u32, u32)]) -> Option<Vec<u32>> {
    let fewest = marked.iter().map(|(_, people)| *people).min()?;
    let codes = |speaker: u32| -> Option<Vec<u32>> {
        let fields = ladder.fields.iter().zip(source.levels.iter().zip(levels));
        let codes = fields.map(|(field, (from, to))| {
            let word = source.words.get(field.word)?.get(speaker as usize)?;
            field.up(*from, *to).get((word >> field.shift & field.mask()) as usize).copied()
        });
        codes.collect()
    };
    marked.iter().filter(|(_, people)| *people == fewest).filter_map(|(speaker, _)| codes(*speaker)).min()
}

fn classes<'a>(grouper: &'a Grouper, columns: &'a [Items]) -> Classes<'a, u32> {
    Classes { people: &grouper.people, population: &grouper.population, columns }
}

/// The distribution of the classes that are left.
fn published(items: &Items, violated: &[bool]) -> Distribution {
    let mut distribution = Distribution::default();
    for (class, _) in violated.iter().enumerate().filter(|(_, gone)| !**gone) {
        for (value, count) in items.of(class) {
            distribution.add(*value, *count);
        }
    }
    distribution
}

/// The values of every distinct tuple in a sensitive column.
fn items(table: &Table, counts: &[u64], column: usize, tuples: usize) -> Items {
    let of_entry = (0u32..).zip(counts).map(|(entry, count)| [(table.value_of(entry, column), *count)]);
    let values: Vec<[(u32, u64); 1]> = of_entry.collect();
    let runs = (0u32..).zip(&values).filter(|(_, [(_, count)])| *count > 0);
    Items::collect(tuples, runs.map(|(entry, value)| (table.tuple_of(entry), value.as_slice())))
}
