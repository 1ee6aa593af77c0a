//! Checks one node on related tables, where people have several records.
//!
//! Why here: suppressing a person removes records from other classes, and a suppressed record
//! takes its children along, so that suppression is iterated to a fixpoint.
//!
//! Order, which is part of the definition: k and distinct-l are iterated first, all tables in one
//! round, until no class violates them. They are monotone, so that this is the greatest set of
//! records in which none does, whatever the order. Then every class whose t is too large goes at
//! once, and k and l are iterated again, until nothing changes.
//!
//! Memory: a few machine words per distinct (person, tuple, parent).

use super::engine::Verdict;
use super::lattice::{Attribute, Node};
use super::loss::{Gone, leaves_under};
use super::pack::{LevelColumns, Packer};
use super::problem::{Data, Exchange, NONE, Role};
use super::requirement::{Reference, Requirement, SensitiveRequirement};
use super::spread::{Distribution, Item, Spreader};
use super::tuples::TupleSet;

/// The tables with records, and the scratch of their checks.
#[derive(Debug)]
pub(crate) struct Relation<'a> {
    exchange: &'a Exchange,
    pub(crate) tables: Vec<RelatedTable>,
    person_table: Option<usize>,
    pub(crate) kinds: Kinds,
    k: u32,
    reference: Reference,
    packer: Packer,
    spreader: Spreader,
    items: Vec<Item>,
    pub(crate) person_alive: Vec<bool>,
    /// Class of every kind of person at the node: which generalised tuples it has.
    pub(crate) class_of_kind: Vec<u32>,
}

/// A kind of person: the set of leaf tuples that it has in the person table. Kind 0 has none.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    pub(crate) of_person: Vec<u32>,
    tuples: Vec<Vec<u32>>,
}

/// One table with records, ordered by person.
#[derive(Debug)]
pub(crate) struct RelatedTable {
    /// Index in the exchange.
    pub(crate) table: usize,
    columns: LevelColumns,
    pub(crate) person: Vec<u32>,
    pub(crate) tuple: Vec<u32>,
    pub(crate) rows: Vec<u64>,
    /// Position of the owner in its table, per record; empty without one.
    owner: Vec<u32>,
    owner_table: Option<usize>,
    /// What a class is made of: leaf tuple, or (kind of person, leaf tuple).
    pub(crate) group: Vec<u32>,
    /// The distinct (kind, leaf tuple) pairs; none where a class is made of leaf tuples alone.
    pub(crate) groups: Option<TupleSet>,
    /// Sensitive code per column and record.
    pub(crate) values: Vec<Vec<u32>>,
    sensitive: Vec<SensitiveRequirement>,
    pub(crate) input: Vec<Distribution>,
    allowed: u64,
    // --- result of the last check
    pub(crate) class_of_tuple: Vec<u32>,
    pub(crate) class_of_group: Vec<u32>,
    pub(crate) classes: usize,
    pub(crate) alive: Vec<bool>,
    pub(crate) violated: Vec<bool>,
    suppressed: u64,
    changed: bool,
}

impl<'a> Relation<'a> {
    pub(crate) fn new(exchange: &'a Exchange, requirement: &Requirement) -> Self {
        let kinds = exchange
            .person_table()
            .map(|table| Kinds::new(exchange, table))
            .unwrap_or_default();
        let mut tables: Vec<RelatedTable> = Vec::new();
        for index in 0..exchange.tables.len() {
            let earlier = tables.iter().map(|t| t.table).collect::<Vec<_>>();
            tables.extend(RelatedTable::new(
                exchange,
                index,
                &earlier,
                &kinds,
                requirement,
            ));
        }
        let person_table = exchange
            .person_table()
            .and_then(|table| tables.iter().position(|t| t.table == table));
        Self {
            exchange,
            tables,
            person_table,
            kinds,
            k: requirement.k,
            reference: requirement.reference,
            packer: Packer::default(),
            spreader: Spreader::default(),
            items: Vec::new(),
            person_alive: Vec::new(),
            class_of_kind: Vec::new(),
        }
    }

    /// Checks all tables at a node. With `brief` it stops as soon as the verdict is known.
    pub(crate) fn check(&mut self, node: &Node, brief: bool) -> Verdict {
        self.number_classes(node);
        self.revive();
        let mut verdict = Verdict::Met;
        let mut reason = Verdict::TooFew;
        loop {
            while self.remove_few() {
                self.cascade();
                if self.beyond_limit() {
                    verdict = verdict.and(reason);
                    if brief {
                        return verdict;
                    }
                }
            }
            if !self.remove_far() {
                return verdict;
            }
            reason = Verdict::TooFar;
            self.cascade();
            if self.beyond_limit() {
                verdict = verdict.and(reason);
                if brief {
                    return verdict;
                }
            }
        }
    }

    fn number_classes(&mut self, node: &Node) {
        for table in &mut self.tables {
            let levels = local_levels(self.exchange, table.table, node);
            table.classes =
                table
                    .columns
                    .classes(&levels, &mut self.packer, &mut table.class_of_tuple);
        }
        let Some(people) = self.person_table else {
            for table in &mut self.tables {
                table.class_of_group.clone_from(&table.class_of_tuple);
            }
            return;
        };
        if let Some(table) = self.tables.get(people) {
            self.kinds
                .number(&table.class_of_tuple, &mut self.class_of_kind);
        }
        for (at, table) in self.tables.iter_mut().enumerate() {
            if at == people {
                table.class_of_group.clone_from(&table.class_of_tuple);
                continue;
            }
            let class_of = |of: &[u32], at: u32| of.get(at as usize).copied().unwrap_or(0);
            let kinds = &self.class_of_kind;
            let tuples = &table.class_of_tuple;
            let groups = table.groups.iter().flat_map(TupleSet::iter);
            let pairs = groups.map(|group| match group {
                [kind, tuple] => (class_of(kinds, *kind), class_of(tuples, *tuple)),
                _ => (0, 0),
            });
            table.classes = self.packer.pairs(pairs, &mut table.class_of_group);
        }
    }

    fn revive(&mut self) {
        self.person_alive.clear();
        self.person_alive.resize(self.exchange.people, true);
        for table in &mut self.tables {
            table.alive.clear();
            table.alive.resize(table.person.len(), true);
            table.violated.clear();
            table.violated.resize(table.classes, false);
            table.suppressed = 0;
            table.changed = true;
        }
    }

    /// One round of k and distinct-l over all tables. Returns whether a class was marked.
    fn remove_few(&mut self) -> bool {
        let mut any = false;
        for table in &mut self.tables {
            if !std::mem::take(&mut table.changed) {
                continue;
            }
            any |= table.few_people(self.k);
            for column in 0..table.sensitive.len() {
                let l = table.sensitive.get(column).map_or(0, |s| s.l);
                if l > 1 {
                    table.items(column, &mut self.items);
                    let violated = &mut table.violated;
                    self.spreader.visit(table.classes, &self.items, None, |s| {
                        any |= s.distinct < l && mark(violated, s.class);
                    });
                }
            }
        }
        any
    }

    /// One round of t over all tables. Returns whether a class was marked.
    fn remove_far(&mut self) -> bool {
        let mut any = false;
        for table in &mut self.tables {
            for column in 0..table.sensitive.len() {
                let Some(limit) = table.sensitive.get(column).and_then(|s| s.t) else {
                    continue;
                };
                table.items(column, &mut self.items);
                let published;
                let reference = if self.reference == Reference::Published {
                    published = table.distribution(column);
                    Some(&published)
                } else {
                    table.input.get(column)
                };
                let violated = &mut table.violated;
                self.spreader
                    .visit(table.classes, &self.items, reference, |s| {
                        any |= s.distance > limit && mark(violated, s.class);
                    });
            }
        }
        any
    }

    /// Removes the records of marked classes, then what falls with them.
    fn cascade(&mut self) {
        for table in &mut self.tables {
            table.remove_marked();
        }
        if let Some(table) = self.person_table.and_then(|p| self.tables.get(p)) {
            for (person, alive) in table.person.iter().zip(&table.alive) {
                if !alive && let Some(p) = self.person_alive.get_mut(*person as usize) {
                    *p = false;
                }
            }
        }
        for at in 0..self.tables.len() {
            let (earlier, rest) = self.tables.split_at_mut(at);
            let Some(table) = rest.first_mut() else {
                continue;
            };
            let owners = table
                .owner_table
                .and_then(|o| earlier.get(o))
                .map_or(&[][..], |o| &o.alive);
            table.remove_orphans(&self.person_alive, owners);
        }
    }

    /// Whether a table of the exchange is the person table.
    pub(crate) fn is_person_table(&self, table: usize) -> bool {
        self.exchange.person_table() == Some(table)
    }

    fn beyond_limit(&self) -> bool {
        self.tables.iter().any(|t| t.suppressed > t.allowed)
    }

    /// Suppressed rows per table of the exchange; 0 for tables that are not here.
    pub(crate) fn suppressed(&self) -> Vec<u64> {
        let mut all = vec![0; self.exchange.tables.len()];
        for table in &self.tables {
            if let Some(s) = all.get_mut(table.table) {
                *s = table.suppressed;
            }
        }
        all
    }

    /// Suppressed rows of the last check, per attribute of the exchange.
    pub(crate) fn gone(&self, node: &Node) -> Vec<Gone> {
        let mut gone = vec![Gone::default(); self.exchange.attributes.len()];
        for related in &self.tables {
            let Some(table) = self.exchange.tables.get(related.table) else {
                continue;
            };
            if related.suppressed == 0 {
                continue;
            }
            let dead = related.alive.iter().zip(&related.tuple).zip(&related.rows);
            let mut rows_of_tuple = vec![0u64; table.tuples.len()];
            for ((alive, tuple), rows) in dead {
                if !alive && let Some(sum) = rows_of_tuple.get_mut(*tuple as usize) {
                    *sum += rows;
                }
            }
            for (tuple, rows) in table.tuples.iter().zip(&rows_of_tuple) {
                for (leaf, attribute) in tuple.iter().zip(&table.spec.attributes) {
                    let level = node.0.get(*attribute).copied().unwrap_or(0);
                    let hierarchy: Option<&Attribute> = self.exchange.attributes.get(*attribute);
                    if let (Some(sum), Some(hierarchy)) = (gone.get_mut(*attribute), hierarchy) {
                        sum.rows += rows;
                        sum.leaves += rows * leaves_under(hierarchy, level, *leaf);
                    }
                }
            }
        }
        gone
    }
}

fn local_levels(exchange: &Exchange, table: usize, node: &Node) -> Vec<u8> {
    let of = exchange.tables.get(table).map(|t| &t.spec.attributes);
    of.into_iter()
        .flatten()
        .map(|a| node.0.get(*a).copied().unwrap_or(0))
        .collect()
}

fn mark(violated: &mut [bool], class: u32) -> bool {
    violated
        .get_mut(class as usize)
        .is_some_and(|v| !std::mem::replace(v, true))
}

impl Kinds {
    fn new(exchange: &Exchange, table: usize) -> Self {
        let mut kinds = Self {
            of_person: vec![0; exchange.people],
            tuples: vec![Vec::new()],
        };
        let Some(table) = exchange.tables.get(table) else {
            return kinds;
        };
        let Data::Records { records, .. } = &table.data else {
            return kinds;
        };
        let mut known: std::collections::HashMap<Vec<u32>, u32> = std::collections::HashMap::new();
        for of_person in records.chunk_by(|a, b| a.person == b.person) {
            let mut set: Vec<u32> = of_person.iter().map(|r| table.tuple_of(r.entry)).collect();
            set.sort_unstable();
            set.dedup();
            let next = u32::try_from(kinds.tuples.len()).unwrap_or(NONE);
            let kind = *known.entry(set).or_insert_with_key(|set| {
                kinds.tuples.push(set.clone());
                next
            });
            let person = of_person.first().map_or(0, |r| r.person);
            if let Some(k) = kinds.of_person.get_mut(person as usize) {
                *k = kind;
            }
        }
        kinds
    }

    /// The class of every kind: the set of classes of its tuples.
    fn number(&self, class_of_tuple: &[u32], out: &mut Vec<u32>) {
        out.clear();
        // A class of one tuple keeps its number + 1; sets of several follow; kind 0 is class 0.
        let singles = class_of_tuple.iter().max().map_or(0, |c| c + 1);
        let mut known: std::collections::HashMap<Vec<u32>, u32> = std::collections::HashMap::new();
        for tuples in &self.tuples {
            let class_of = |t: &u32| class_of_tuple.get(*t as usize).copied().unwrap_or(0);
            let class = match tuples.as_slice() {
                [] => 0,
                [one] => class_of(one) + 1,
                several => {
                    let mut set: Vec<u32> = several.iter().map(class_of).collect();
                    set.sort_unstable();
                    set.dedup();
                    if let [one] = set.as_slice() {
                        one + 1
                    } else {
                        let next = singles + 1 + u32::try_from(known.len()).unwrap_or(0);
                        *known.entry(set).or_insert(next)
                    }
                }
            };
            out.push(class);
        }
    }
}

impl RelatedTable {
    /// `None` for a table that collapsed to a histogram.
    fn new(
        exchange: &Exchange,
        index: usize,
        earlier: &[usize],
        kinds: &Kinds,
        requirement: &Requirement,
    ) -> Option<Self> {
        let table = exchange.tables.get(index)?;
        let Data::Records { records, .. } = &table.data else {
            return None;
        };
        let owner = match table.spec.role {
            Role::Event { parent } => parent,
            Role::Person => None,
        };
        let owner_position: &[u32] =
            owner
                .and_then(|o| exchange.tables.get(o))
                .map_or(&[], |o| match &o.data {
                    Data::Records { position, .. } => position,
                    Data::Histogram(_) => &[],
                });
        let tuple: Vec<u32> = records.iter().map(|r| table.tuple_of(r.entry)).collect();
        let person: Vec<u32> = records.iter().map(|r| r.person).collect();
        let is_event_of_people =
            table.spec.role != Role::Person && exchange.person_table().is_some();
        let mut groups = TupleSet::new(2);
        let group: Vec<u32> = if is_event_of_people {
            let kind_of = |p: u32| kinds.of_person.get(p as usize).copied().unwrap_or(0);
            let pairs = person.iter().zip(&tuple);
            pairs
                .map(|(p, t)| groups.intern(&[kind_of(*p), *t]).unwrap_or(0))
                .collect()
        } else {
            tuple.clone()
        };
        let columns =
            LevelColumns::new(&exchange.attributes, &table.spec.attributes, &table.tuples);
        let mut related = Self {
            table: index,
            columns,
            rows: records.iter().map(|r| r.rows).collect(),
            owner: match owner {
                Some(_) => {
                    let at = |id: u32| owner_position.get(id as usize).copied().unwrap_or(NONE);
                    records.iter().map(|r| at(r.parent)).collect()
                }
                None => Vec::new(),
            },
            owner_table: owner.and_then(|o| earlier.iter().position(|t| *t == o)),
            group,
            groups: None,
            values: (0..table.spec.sensitive)
                .map(|c| records.iter().map(|r| table.value_of(r.entry, c)).collect())
                .collect(),
            sensitive: (0..table.spec.sensitive)
                .map(|column| requirement.on(index, column))
                .collect(),
            input: Vec::new(),
            allowed: requirement.allowed(table.rows),
            class_of_tuple: Vec::new(),
            class_of_group: vec![0; table.tuples.len().max(groups.len())],
            classes: 1,
            alive: vec![true; person.len()],
            violated: vec![false],
            suppressed: 0,
            changed: true,
            person,
            tuple,
        };
        related.groups = is_event_of_people.then_some(groups);
        related.input = (0..table.spec.sensitive)
            .map(|column| related.distribution(column))
            .collect();
        Some(related)
    }

    /// Class of a record at the node of the last check.
    pub(crate) fn class_of(&self, record: usize) -> u32 {
        let group = self.group.get(record).copied().unwrap_or(0);
        self.class_of_group
            .get(group as usize)
            .copied()
            .unwrap_or(0)
    }

    /// Distinct living people per class. Records are ordered by person, so that the last person
    /// seen in a class tells whether this one is new to it.
    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; groups and classes are numbered by this table, below these lengths"
    )]
    pub(crate) fn people_per_class(&self) -> Vec<u32> {
        let mut people = vec![0u32; self.classes];
        let mut last = vec![NONE; self.classes];
        for ((person, group), alive) in self.person.iter().zip(&self.group).zip(&self.alive) {
            if *alive {
                let class = self.class_of_group[*group as usize] as usize;
                if last[class] != *person {
                    last[class] = *person;
                    people[class] += 1;
                }
            }
        }
        people
    }

    fn few_people(&mut self, k: u32) -> bool {
        let mut any = false;
        let people = self.people_per_class();
        for (violated, people) in self.violated.iter_mut().zip(people) {
            if people > 0 && people < k && !*violated {
                *violated = true;
                any = true;
            }
        }
        any
    }

    /// Distinct (living person, class, value), each with a count of 1, without marked classes.
    pub(crate) fn items(&self, column: usize, items: &mut Vec<Item>) {
        items.clear();
        let Some(values) = self.values.get(column) else {
            return;
        };
        let mut from = 0;
        let mut last = NONE;
        for (record, ((person, alive), value)) in
            self.person.iter().zip(&self.alive).zip(values).enumerate()
        {
            if *person != last {
                distinct_from(items, from);
                from = items.len();
                last = *person;
            }
            let class = self.class_of(record);
            if *alive && !self.violated.get(class as usize).is_some_and(|v| *v) {
                items.push(Item {
                    class,
                    value: *value,
                    count: 1,
                });
            }
        }
        distinct_from(items, from);
    }

    /// Distinct (living person, value), without marked classes: a value that a person has in two
    /// classes counts once.
    pub(crate) fn distribution(&self, column: usize) -> Distribution {
        let mut distribution = Distribution::default();
        let values = self.values.get(column).map_or(&[][..], |v| v);
        let mut of_person: Vec<u32> = Vec::new();
        let mut at = 0;
        for records in self.person.chunk_by(|a, b| a == b) {
            of_person.clear();
            for record in at..at + records.len() {
                let class = self.class_of(record);
                let lives = self.alive.get(record).is_some_and(|a| *a)
                    && !self.violated.get(class as usize).is_some_and(|v| *v);
                of_person.extend(values.get(record).filter(|_| lives));
            }
            of_person.sort_unstable();
            of_person.dedup();
            for value in &of_person {
                distribution.add(*value, 1);
            }
            at += records.len();
        }
        distribution
    }

    fn remove_marked(&mut self) {
        for record in 0..self.person.len() {
            let class = self.class_of(record);
            if self.violated.get(class as usize).is_some_and(|v| *v) {
                self.remove(record);
            }
        }
    }

    fn remove_orphans(&mut self, person_alive: &[bool], owners: &[bool]) {
        for record in 0..self.person.len() {
            let person = self.person.get(record).copied().unwrap_or(0);
            let lives = person_alive.get(person as usize).is_none_or(|a| *a);
            let owner = self.owner.get(record).copied().unwrap_or(NONE);
            let owned = owners.get(owner as usize).is_none_or(|a| *a);
            if !(lives && owned) {
                self.remove(record);
            }
        }
    }

    fn remove(&mut self, record: usize) {
        if let (Some(alive), Some(rows)) = (self.alive.get_mut(record), self.rows.get(record))
            && std::mem::replace(alive, false)
        {
            self.suppressed += rows;
            self.changed = true;
        }
    }
}

/// Removes repetitions among the items from `from` on.
fn distinct_from(items: &mut Vec<Item>, from: usize) {
    if items.len() <= from + 1 {
        return;
    }
    let Some(tail) = items.get_mut(from..) else {
        return;
    };
    tail.sort_unstable_by_key(|i| (i.class, i.value));
    let mut kept = from;
    for at in from..items.len() {
        let Some(item) = items.get(at).copied() else {
            continue;
        };
        if at == from || items.get(kept.wrapping_sub(1)).copied() != Some(item) {
            if let Some(slot) = items.get_mut(kept) {
                *slot = item;
            }
            kept += 1;
        }
    }
    items.truncate(kept);
}
