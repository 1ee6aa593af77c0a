//! One table of a relation: its records, ordered by person, and their classes at a node.
//!
//! Why here: everything that looks at the records of one table alone; what happens between tables
//! is in `relation`.

use super::items::Items;
use super::judge::{Classes, Judge};
use super::kinds::Kinds;
use super::models::Distribution;
use super::pack::LevelColumns;
use super::problem::{Data, Exchange, NONE, Role};
use super::requirement::{Reference, Requirement};
use super::tuples::TupleSet;

/// One table with records, ordered by person.
#[derive(Debug)]
pub(crate) struct RelatedTable {
    /// Index in the exchange.
    pub(crate) table: usize,
    pub(crate) columns: LevelColumns,
    pub(crate) person: Vec<u32>,
    pub(crate) tuple: Vec<u32>,
    pub(crate) rows: Vec<u64>,
    /// Position of the owner in its table, per record; empty without one.
    owner: Vec<u32>,
    pub(crate) owner_table: Option<usize>,
    /// What a class is made of: leaf tuple, or (kind of person, leaf tuple).
    pub(crate) group: Vec<u32>,
    /// The distinct (kind, leaf tuple) pairs; none where a class is made of leaf tuples alone.
    pub(crate) groups: Option<TupleSet>,
    /// Sensitive code per column and record.
    pub(crate) values: Vec<Vec<u32>>,
    pub(crate) judge: Judge,
    pub(crate) input: Vec<Distribution>,
    pub(crate) allowed: u64,
    // --- result of the last check
    pub(crate) class_of_tuple: Vec<u32>,
    pub(crate) class_of_group: Vec<u32>,
    pub(crate) classes: usize,
    pub(crate) alive: Vec<bool>,
    pub(crate) violated: Vec<bool>,
    pub(crate) suppressed: u64,
    pub(crate) changed: bool,
}

impl RelatedTable {
    /// `None` for a table that collapsed to a histogram.
    pub(crate) fn new(
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
            owner.and_then(|o| exchange.tables.get(o)).map_or(&[], |o| match &o.data {
                Data::Records { position, .. } => position,
                Data::Histogram(_) => &[],
            });
        let tuple: Vec<u32> = records.iter().map(|r| table.tuple_of(r.entry)).collect();
        let person: Vec<u32> = records.iter().map(|r| r.person).collect();
        let is_event_of_people = table.spec.role != Role::Person && exchange.person_table().is_some();
        let mut groups = TupleSet::new(2);
        let group: Vec<u32> = if is_event_of_people {
            let kind_of = |p: u32| kinds.of_person.get(p as usize).copied().unwrap_or(0);
            let pairs = person.iter().zip(&tuple);
            pairs.map(|(p, t)| groups.intern(&[kind_of(*p), *t]).unwrap_or(0)).collect()
        } else {
            tuple.clone()
        };
        let columns = LevelColumns::new(&exchange.attributes, &table.spec.attributes, &table.tuples);
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
            judge: Judge::new(requirement, index, table.spec.sensitive),
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
        related.input = (0..table.spec.sensitive).map(|column| related.distribution(column, &[])).collect();
        Some(related)
    }

    /// Class of a record at the node of the last check.
    pub(crate) fn class_of(&self, record: usize) -> u32 {
        let group = self.group.get(record).copied().unwrap_or(0);
        self.class_of_group.get(group as usize).copied().unwrap_or(0)
    }

    /// Distinct living people per class. Records are ordered by person, so that the last person
    /// seen in a class tells whether this one is new to it.
    #[expect(
        clippy::indexing_slicing,
        reason = "hot loop; groups and classes are numbered by this table, below these lengths"
    )]
    pub(crate) fn people_per_class(&self) -> Vec<u32> {
        // Last person and number together: one place in memory per record.
        let mut classes = vec![(NONE, 0u32); self.classes];
        for ((person, group), alive) in self.person.iter().zip(&self.group).zip(&self.alive) {
            if *alive {
                let (last, people) = &mut classes[self.class_of_group[*group as usize] as usize];
                *people += u32::from(*last != *person);
                *last = *person;
            }
        }
        classes.into_iter().map(|(_, people)| people).collect()
    }

    /// Per class the values of a sensitive column and how many people have each, without marked
    /// classes.
    pub(crate) fn items(&self, column: usize) -> Items {
        let mut items: Vec<(u32, u32)> = Vec::new();
        let Some(values) = self.values.get(column) else {
            return Items::default();
        };
        let mut from = 0;
        let mut last = NONE;
        for (record, ((person, alive), value)) in self.person.iter().zip(&self.alive).zip(values).enumerate()
        {
            if *person != last {
                distinct_from(&mut items, from);
                from = items.len();
                last = *person;
            }
            let class = self.class_of(record);
            if *alive && !self.violated.get(class as usize).is_some_and(|v| *v) {
                items.push((class, *value));
            }
        }
        distinct_from(&mut items, from);
        let counted: Vec<(u32, [(u32, u64); 1])> = items.into_iter().map(|(c, v)| (c, [(v, 1)])).collect();
        Items::collect(self.classes, counted.iter().map(|(class, value)| (*class, value.as_slice())))
    }

    /// Distinct (living person, value), without the classes in `violated`: a value that a person has
    /// in two classes counts once.
    pub(crate) fn distribution(&self, column: usize, violated: &[bool]) -> Distribution {
        let mut distribution = Distribution::default();
        let values = self.values.get(column).map_or(&[][..], |v| v);
        let mut of_person: Vec<u32> = Vec::new();
        let mut at = 0;
        for records in self.person.chunk_by(|a, b| a == b) {
            of_person.clear();
            for record in at..at + records.len() {
                let class = self.class_of(record);
                let lives = self.alive.get(record).is_some_and(|a| *a)
                    && !violated.get(class as usize).is_some_and(|v| *v);
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

    fn columns(&self) -> Vec<Items> {
        let of = |column| if self.judge.reads(column) { self.items(column) } else { Items::default() };
        (0..self.values.len()).map(of).collect()
    }

    /// One round of the models that are monotone at every limit. Returns whether a class was marked.
    pub(crate) fn mark_few(&mut self) -> bool {
        let people = self.people_per_class();
        let mut violated = std::mem::take(&mut self.violated);
        let mut marked = self.judge.few_people(&people, &mut violated);
        self.violated = violated;
        if !self.judge.is_k_alone() {
            let columns = self.columns();
            let classes = Classes { people: &people, population: &[], columns: &columns };
            marked += self.judge.few(&classes, &mut self.violated);
        }
        marked > 0
    }

    /// One round of the other models of classes. Returns whether a class was marked.
    pub(crate) fn mark_others(&mut self) -> bool {
        let people = self.people_per_class();
        let columns = self.columns();
        let classes = Classes { people: &people, population: &[], columns: &columns };
        let mut violated = std::mem::take(&mut self.violated);
        let (marked, _) =
            self.judge.others(&classes, &mut violated, |column, violated| match self.judge.reference {
                Reference::Published => self.distribution(column, violated),
                Reference::Input => self.input.get(column).cloned().unwrap_or_default(),
            });
        self.violated = violated;
        marked > 0
    }

    /// One round of the models of the whole table. Returns whether a class was marked.
    pub(crate) fn mark_sizes(&mut self) -> bool {
        !self.judge.is_always() && self.judge.sizes(&self.people_per_class(), &mut self.violated) > 0
    }

    pub(crate) fn remove_marked(&mut self) {
        for record in 0..self.person.len() {
            let class = self.class_of(record);
            if self.violated.get(class as usize).is_some_and(|v| *v) {
                self.remove(record);
            }
        }
    }

    pub(crate) fn remove_orphans(&mut self, person_alive: &[bool], owners: &[bool]) {
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
fn distinct_from(items: &mut Vec<(u32, u32)>, from: usize) {
    if items.len() <= from + 1 {
        return;
    }
    let mut tail = items.split_off(from);
    tail.sort_unstable();
    tail.dedup();
    items.append(&mut tail);
}
