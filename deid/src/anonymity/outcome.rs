//! What a node does to the exchange: who is suppressed, and the measures of what is left.
//!
//! Why here: the search compares nodes; this describes one, completely, from the same checks. The
//! gate does not rely on it: `measure` counts again on what was really published.
//!
//! Deliberately absent: risk figures (`measure::risk` makes them from the class sizes).

use std::collections::BTreeMap;

use super::engine::Engine;
use super::histogram::Histogram;
use super::lattice::{Node, node_fits};
use super::loss::Quality;
use super::models::t_equal::distance;
use super::models::{Class, Distribution};
use super::problem::{Exchange, NONE};
use super::related::RelatedTable;
use super::relation::Relation;
use super::requirement::Requirement;
use super::search::SearchError;
use super::sequences::Counted;
use super::verdict::Verdicts;

/// A node, applied.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The levels.
    pub node: Node,
    /// Whether the requirement is met within the suppression limit.
    pub met: bool,
    /// Loss with suppression.
    pub loss: f64,
    /// Per table of the exchange.
    pub tables: Vec<TableOutcome>,
    /// What an attacker sees who knows all records of a person. `None` where no table has people
    /// and there are several.
    pub joined: Option<Joined>,
    /// The fate of every row.
    pub verdicts: Verdicts<'a>,
}

/// One table, after suppression.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableOutcome {
    /// Rows read.
    pub rows: u64,
    /// Rows suppressed, for whatever reason.
    pub suppressed_rows: u64,
    /// Distinct people with a row that is left; where rows are people, rows left.
    pub people: u64,
    /// Classes that are left.
    pub classes: u64,
    /// Least number of distinct people in a class; `None` when nothing is left.
    pub k: Option<u64>,
    /// Classes by number of people, ascending.
    pub by_people: Vec<ClassSize>,
    /// Classes by number of rows, ascending.
    pub by_rows: Vec<ClassSize>,
    /// Per sensitive column.
    pub sensitive: Vec<SensitiveOutcome>,
}

/// So many classes have this size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassSize {
    /// People or rows in each.
    pub size: u64,
    /// Number of classes.
    pub classes: u64,
    /// Rows in all of them together.
    pub rows: u64,
}

/// A sensitive column, after suppression; all `None` when nothing is left.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SensitiveOutcome {
    /// Least number of distinct values in a class, NULL being one.
    pub l: Option<u32>,
    /// Largest equal distance of a class from the distribution of the input.
    pub t_input: Option<f64>,
    /// Largest equal distance of a class from the distribution of what is left.
    pub t_published: Option<f64>,
}

/// People whom not even all their records tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Least number of people who share the quasi tuple of the person table and the multiset of
    /// quasi tuples in every event table; `None` when nobody is left.
    pub k: Option<u64>,
    /// People left.
    pub people: u64,
    /// People who share with nobody.
    pub unique: u64,
    /// Groups by number of people, ascending: (people, groups).
    pub by_people: Vec<(u64, u64)>,
}

/// Applies a node. The node may lie outside the level ranges (a decision of yesterday).
///
/// # Errors
/// [`SearchError::Requirement`] and [`SearchError::Node`].
pub fn apply<'a>(
    exchange: &'a Exchange,
    requirement: &Requirement,
    quality: Quality,
    node: &Node,
) -> Result<Outcome<'a>, SearchError> {
    let (engine, met, tables) = settled(exchange, requirement, quality, node)?;
    let joined = match (&engine.relation, tables.as_slice()) {
        (Some(relation), _) => Some(join(relation)),
        (None, [only]) => Some(joined_of_one(only)),
        (None, _) => None,
    };
    Ok(Outcome {
        node: node.clone(),
        met,
        loss: engine.loss(node),
        tables,
        joined,
        verdicts: Verdicts::new(exchange, engine),
    })
}

/// The tables as they are at a node, without what only a published node is asked for.
///
/// # Errors
/// As [`apply`].
pub fn tables_at(
    exchange: &Exchange,
    requirement: &Requirement,
    quality: Quality,
    node: &Node,
) -> Result<Vec<TableOutcome>, SearchError> {
    settled(exchange, requirement, quality, node).map(|(_, _, tables)| tables)
}

fn settled<'a>(
    exchange: &'a Exchange,
    requirement: &Requirement,
    quality: Quality,
    node: &Node,
) -> Result<(Engine<'a>, bool, Vec<TableOutcome>), SearchError> {
    requirement.fits(exchange)?;
    if !node_fits(&exchange.attributes, node) {
        return Err(SearchError::Node);
    }
    let mut engine = Engine::new(exchange, requirement, quality);
    let met = engine.settle(node);
    let mut tables = vec![TableOutcome::default(); exchange.tables.len()];
    for histogram in &engine.histograms {
        if let Some(slot) = tables.get_mut(histogram.table()) {
            *slot = of_histogram(histogram);
        }
    }
    if let Some(relation) = &engine.relation {
        for related in &relation.tables {
            if let Some(slot) = tables.get_mut(related.table) {
                *slot = of_related(related);
            }
        }
    }
    for ((outcome, table), suppressed) in tables.iter_mut().zip(&exchange.tables).zip(engine.suppressed()) {
        outcome.rows = table.rows;
        outcome.suppressed_rows = suppressed;
    }
    Ok((engine, met, tables))
}

/// Sizes of the classes that are left, from (people, rows) of each.
pub(super) fn sizes(outcome: &mut TableOutcome, classes: impl Iterator<Item = (u64, u64)>) {
    let mut by_people: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    let mut by_rows: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for (people, rows) in classes.filter(|(_, rows)| *rows > 0) {
        outcome.classes += 1;
        for (map, size) in [(&mut by_people, people), (&mut by_rows, rows)] {
            let entry = map.entry(size).or_insert((0, 0));
            entry.0 += 1;
            entry.1 += rows;
        }
    }
    let list = |map: BTreeMap<u64, (u64, u64)>| {
        let sized = |(size, (classes, rows))| ClassSize { size, classes, rows };
        map.into_iter().map(sized).collect::<Vec<_>>()
    };
    outcome.k = by_people.keys().next().copied();
    outcome.by_people = list(by_people);
    outcome.by_rows = list(by_rows);
}

fn of_histogram(histogram: &Histogram) -> TableOutcome {
    let violated = &histogram.state().violated;
    let mut outcome = TableOutcome::default();
    let left = histogram.people().iter().zip(violated).filter(|(_, gone)| !**gone);
    sizes(&mut outcome, left.map(|(people, _)| (u64::from(*people), u64::from(*people))));
    outcome.people = outcome.by_people.iter().map(|s| s.rows).sum();
    for column in 0..histogram.columns() {
        let items = histogram.items(column);
        let left = violated.iter().enumerate().filter(|(_, gone)| !**gone);
        let left: Vec<&[(u32, u64)]> = left.map(|(class, _)| items.of(class)).collect();
        let mut published = Distribution::default();
        for (value, count) in left.iter().copied().flatten() {
            published.add(*value, *count);
        }
        outcome.sensitive.push(of_items(left.into_iter(), &histogram.reference(column), &published));
    }
    outcome
}

fn of_related(related: &RelatedTable) -> TableOutcome {
    let mut outcome = TableOutcome::default();
    let people = related.people_per_class();
    let mut rows = vec![0u64; related.classes];
    let mut last = NONE;
    for record in 0..related.person.len() {
        if !related.alive.get(record).is_some_and(|a| *a) {
            continue;
        }
        let person = related.person.get(record).copied().unwrap_or(NONE);
        if person != last {
            outcome.people += 1;
            last = person;
        }
        if let Some(sum) = rows.get_mut(related.class_of(record) as usize) {
            *sum += related.rows.get(record).copied().unwrap_or(0);
        }
    }
    let classes = people.iter().map(|p| u64::from(*p)).zip(rows);
    sizes(&mut outcome, classes);
    for (column, input) in related.input.iter().enumerate() {
        let items = related.items(column);
        let published = related.distribution(column, &related.violated);
        let left = (0..related.classes).map(|class| items.of(class));
        outcome.sensitive.push(of_items(left, input, &published));
    }
    outcome
}

/// Over the values of every class that is left.
pub(super) fn of_items<'i>(
    classes: impl Iterator<Item = &'i [(u32, u64)]>,
    input: &Distribution,
    published: &Distribution,
) -> SensitiveOutcome {
    let mut outcome = SensitiveOutcome::default();
    let larger = |so_far: Option<f64>, t: f64| Some(so_far.map_or(t, |s| s.max(t)));
    for values in classes.filter(|values| !values.is_empty()) {
        let distinct = u32::try_from(values.len()).unwrap_or(u32::MAX);
        let far = |reference| distance(&Class { people: 0, population: 0, values, reference });
        outcome.l = Some(outcome.l.map_or(distinct, |l| l.min(distinct)));
        outcome.t_input = larger(outcome.t_input, far(input));
        outcome.t_published = larger(outcome.t_published, far(published));
    }
    outcome
}

pub(super) fn joined_of_one(table: &TableOutcome) -> Joined {
    let by_people: Vec<(u64, u64)> = table.by_people.iter().map(|s| (s.size, s.classes)).collect();
    Joined { k: table.k, people: table.people, unique: unique(&by_people), by_people }
}

fn unique(by_people: &[(u64, u64)]) -> u64 {
    by_people.iter().find(|(people, _)| *people == 1).map_or(0, |(_, groups)| *groups)
}

/// Groups the living people by everything that is published of them.
fn join(relation: &Relation<'_>) -> Joined {
    let mut groups = Counted::default();
    let mut cursors = vec![0usize; relation.tables.len()];
    let mut key: Vec<u32> = Vec::new();
    let mut of_table: Vec<(u32, u64)> = Vec::new();
    let mut people = 0;
    for (person, alive) in (0u32..).zip(&relation.person_alive) {
        let kind = relation.kinds.of_person.get(person as usize).copied();
        let class = kind.and_then(|k| relation.class_of_kind.get(k as usize));
        key.clear();
        key.push(class.copied().unwrap_or(0));
        let mut has_rows = false;
        for (table, cursor) in relation.tables.iter().zip(&mut cursors) {
            of_table.clear();
            while table.person.get(*cursor) == Some(&person) {
                if table.alive.get(*cursor).is_some_and(|a| *a) {
                    let tuple = table.tuple.get(*cursor).copied().unwrap_or(0);
                    let class = table.class_of_tuple.get(tuple as usize).copied();
                    let rows = table.rows.get(*cursor).copied().unwrap_or(0);
                    of_table.push((class.unwrap_or(0), rows));
                }
                *cursor += 1;
            }
            has_rows |= !of_table.is_empty();
            if !relation.is_person_table(table.table) {
                describe(&mut key, &mut of_table);
            } else if relation.kinds.of_person.is_empty() {
                // Nobody else asks for kinds of people then: the set of classes stands for itself.
                of_table.sort_unstable();
                of_table.dedup_by_key(|(class, _)| *class);
                key.extend(of_table.iter().map(|(class, _)| *class));
            }
        }
        if *alive && has_rows {
            people += 1;
            groups.add(&key);
        }
    }
    let mut by_people: BTreeMap<u64, u64> = BTreeMap::new();
    for count in groups.finish() {
        *by_people.entry(count).or_insert(0) += 1;
    }
    let by_people: Vec<(u64, u64)> = by_people.into_iter().collect();
    Joined { k: by_people.first().map(|(size, _)| *size), people, unique: unique(&by_people), by_people }
}

/// Appends a multiset of classes to a key: (class, rows as two halves)…, end.
fn describe(key: &mut Vec<u32>, of_table: &mut Vec<(u32, u64)>) {
    of_table.sort_unstable();
    of_table.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    for (class, rows) in of_table.iter() {
        key.extend([*class, (*rows >> 32) as u32, *rows as u32]);
    }
    key.push(NONE);
}
