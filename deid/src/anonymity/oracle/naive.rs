//! The definitions, by nested loops over rows. Slow and plain on purpose; shares no code with the
//! engine but the hierarchies.

use std::collections::{BTreeMap, BTreeSet};

use crate::anonymity::*;

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) person: u32,
    pub(super) leaves: Vec<u32>,
    pub(super) sensitive: Vec<u32>,
    /// Row of the parent table.
    pub(super) parent: Option<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) spec: TableSpec,
    pub(super) rows: Vec<Row>,
    /// Leaf codes and people.
    pub(super) population: Vec<(Vec<u32>, u64)>,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) attributes: Vec<Attribute>,
    pub(super) tables: Vec<Table>,
}

type Key = (BTreeSet<Vec<u32>>, Vec<u32>);

pub(super) struct Applied {
    pub(super) alive: Vec<Vec<bool>>,
    pub(super) met: bool,
    pub(super) suppressed: Vec<u64>,
    pub(super) loss: f64,
    keys: Vec<Vec<Key>>,
}

impl World {
    fn general(&self, table: usize, row: &Row, node: &Node) -> Vec<u32> {
        let of = &self.tables[table].spec.attributes;
        let cells = row.leaves.iter().zip(of);
        cells
            .map(|(leaf, a)| {
                let level = usize::from(node.0[*a]);
                self.attributes[*a].levels()[level].code_of_leaf()[*leaf as usize]
            })
            .collect()
    }

    fn person_table(&self) -> Option<usize> {
        let is_person = |t: &Table| t.spec.role == Role::Person;
        self.tables.iter().position(is_person)
    }

    fn keys(&self, node: &Node) -> Vec<Vec<Key>> {
        let people = self.person_table();
        let tables = self.tables.iter().enumerate();
        tables
            .map(|(t, table)| {
                let key = |row: &Row| {
                    let own = self.general(t, row, node);
                    let of_person = match people {
                        Some(p) if p != t => {
                            let theirs = self.tables[p].rows.iter();
                            let theirs = theirs.filter(|r| r.person == row.person);
                            theirs.map(|r| self.general(p, r, node)).collect()
                        }
                        _ => BTreeSet::new(),
                    };
                    (of_person, own)
                };
                table.rows.iter().map(key).collect()
            })
            .collect()
    }

    /// Who a row counts for: its person, or itself.
    fn who(&self, table: usize, row: usize) -> u32 {
        match self.tables[table].spec.people {
            People::Coded => self.tables[table].rows[row].person,
            People::EachRow => u32::try_from(row).unwrap(),
        }
    }

    /// Distinct (person, value) of rows.
    fn pairs(&self, table: usize, column: usize, rows: &[usize]) -> BTreeSet<(u32, u32)> {
        let value = |r: usize| self.tables[table].rows[r].sensitive[column];
        rows.iter().map(|r| (self.who(table, *r), value(*r))).collect()
    }

    pub(super) fn classes(
        &self,
        table: usize,
        applied_keys: &[Vec<Key>],
        alive: &[Vec<bool>],
    ) -> Vec<Vec<usize>> {
        let mut classes: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (row, key) in applied_keys[table].iter().enumerate() {
            if alive[table][row] {
                classes.entry(key).or_default().push(row);
            }
        }
        classes.into_values().collect()
    }

    fn people(&self, table: usize, rows: &[usize]) -> usize {
        let who: BTreeSet<u32> = rows.iter().map(|r| self.who(table, *r)).collect();
        who.len()
    }

    fn distance(&self, table: usize, column: usize, rows: &[usize], of: &[usize]) -> f64 {
        let (class, whole) = (self.pairs(table, column, rows), self.pairs(table, column, of));
        let share = |set: &BTreeSet<(u32, u32)>, v: u32| {
            set.iter().filter(|p| p.1 == v).count() as f64 / set.len() as f64
        };
        let values: BTreeSet<u32> = class.iter().chain(&whole).map(|p| p.1).collect();
        let sum: f64 = values.iter().map(|v| (share(&class, *v) - share(&whole, *v)).abs()).sum();
        sum / 2.0
    }

    /// What a further model sees of a class.
    fn violates(&self, demand: &Demand, class: &[usize], reference: &[usize], node: &Node) -> bool {
        let t = demand.table;
        let mut values: BTreeMap<u32, u64> = BTreeMap::new();
        let mut whole = models::Distribution::default();
        if let Some(column) = demand.column {
            for (_, value) in self.pairs(t, column, class) {
                *values.entry(value).or_insert(0) += 1;
            }
            for (_, value) in self.pairs(t, column, reference) {
                whole.add(value, 1);
            }
        }
        let own = self.general(t, &self.tables[t].rows[class[0]], node);
        let people = |(leaves, people): &(Vec<u32>, u64)| {
            let row = Row { person: 0, leaves: leaves.clone(), sensitive: Vec::new(), parent: None };
            if self.general(t, &row, node) == own { *people } else { 0 }
        };
        let values: Vec<(u32, u64)> = values.into_iter().collect();
        demand.model.violates(&models::Class {
            people: self.people(t, class) as u64,
            population: self.tables[t].population.iter().map(people).sum(),
            values: &values,
            reference: &whole,
        })
    }

    fn living(&self, table: usize, alive: &[Vec<bool>]) -> Vec<usize> {
        let rows = 0..self.tables[table].rows.len();
        rows.filter(|r| alive[table][*r]).collect()
    }

    fn reference(&self, table: usize, alive: &[Vec<bool>], which: Reference) -> Vec<usize> {
        match which {
            Reference::Input => (0..self.tables[table].rows.len()).collect(),
            Reference::Published => self.living(table, alive),
        }
    }

    pub(super) fn apply(&self, requirement: &Requirement, gs: f64, node: &Node) -> Applied {
        let keys = self.keys(node);
        let each = |t: &Table| vec![true; t.rows.len()];
        let mut alive: Vec<Vec<bool>> = self.tables.iter().map(each).collect();
        loop {
            loop {
                let mut dead = Vec::new();
                for t in 0..self.tables.len() {
                    for class in self.classes(t, &keys, &alive) {
                        let few = self.people(t, &class) < requirement.k as usize;
                        let poor = (0..self.tables[t].spec.sensitive).any(|c| {
                            let values: BTreeSet<u32> =
                                self.pairs(t, c, &class).iter().map(|p| p.1).collect();
                            values.len() < requirement.on(t, c).l as usize
                        });
                        let always = requirement.models.iter().filter(|d| d.table == t);
                        let mut always = always.filter(|d| d.model.monotone() == models::Monotone::Always);
                        let further = always.any(|d| self.violates(d, &class, &[], node));
                        if few || poor || further {
                            dead.extend(class.into_iter().map(|r| (t, r)));
                        }
                    }
                }
                if dead.is_empty() {
                    break;
                }
                self.kill(&dead, &mut alive);
            }
            let mut dead = Vec::new();
            for t in 0..self.tables.len() {
                for c in 0..self.tables[t].spec.sensitive {
                    let Some(limit) = requirement.on(t, c).t else {
                        continue;
                    };
                    let reference = self.reference(t, &alive, requirement.reference);
                    // Columns of one table are looked at one after the other: what an earlier one
                    // marked is out of the published reference of the later one.
                    let reference: Vec<usize> = if requirement.reference == Reference::Published {
                        let marked = |r: &usize| dead.contains(&(t, *r));
                        reference.into_iter().filter(|r| !marked(r)).collect()
                    } else {
                        reference
                    };
                    for class in self.classes(t, &keys, &alive) {
                        if class.iter().any(|r| dead.contains(&(t, *r))) {
                            continue;
                        }
                        // Sums of doubles may miss a limit that is met exactly.
                        if self.distance(t, c, &class, &reference) > limit + 1e-12 {
                            dead.extend(class.into_iter().map(|r| (t, r)));
                        }
                    }
                }
            }
            for demand in requirement.models.iter().filter(|d| {
                d.model.monotone() != models::Monotone::Always && d.model.reads() != models::Reads::Sizes
            }) {
                let t = demand.table;
                let marked = dead.clone();
                let marked = |r: &usize| marked.contains(&(t, *r));
                let reference = self.reference(t, &alive, requirement.reference);
                let published = requirement.reference == Reference::Published;
                let reference: Vec<usize> =
                    reference.into_iter().filter(|r| !(published && marked(r))).collect();
                for class in self.classes(t, &keys, &alive) {
                    if !class.iter().any(&marked) && self.violates(demand, &class, &reference, node) {
                        dead.extend(class.into_iter().map(|r| (t, r)));
                    }
                }
            }
            if dead.is_empty() {
                for t in 0..self.tables.len() {
                    let classes = self.classes(t, &keys, &alive);
                    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
                    for class in &classes {
                        *sizes.entry(self.people(t, class) as u64).or_insert(0) += 1;
                    }
                    let sizes: Vec<(u64, u64)> = sizes.into_iter().collect();
                    let demands = requirement.models.iter().filter(|d| d.table == t);
                    let cut = demands.map(|d| d.model.cut(&sizes)).max().unwrap_or(0);
                    let small = classes.into_iter().filter(|c| self.people(t, c) as u64 <= cut);
                    dead.extend(small.flatten().map(|r| (t, r)));
                }
            }
            if dead.is_empty() {
                break;
            }
            self.kill(&dead, &mut alive);
        }
        let suppressed: Vec<u64> = alive.iter().map(|t| t.iter().filter(|a| !**a).count() as u64).collect();
        let met =
            suppressed.iter().zip(&self.tables).all(|(s, t)| *s <= requirement.allowed(t.rows.len() as u64));
        let loss = self.loss(gs, node, &alive);
        Applied { alive, met, suppressed, loss, keys }
    }

    fn kill(&self, dead: &[(usize, usize)], alive: &mut [Vec<bool>]) {
        for (t, r) in dead {
            alive[*t][*r] = false;
        }
        let people = self.person_table();
        loop {
            let mut changed = false;
            for t in 0..self.tables.len() {
                for r in 0..self.tables[t].rows.len() {
                    let row = &self.tables[t].rows[r];
                    let person_gone = people.is_some_and(|p| {
                        self.tables[p].spec.people == People::Coded
                            && (0..self.tables[p].rows.len())
                                .any(|o| self.tables[p].rows[o].person == row.person && !alive[p][o])
                    });
                    let parent_gone = match (self.tables[t].spec.role, row.parent) {
                        (Role::Event { parent: Some(o) }, Some(p)) => !alive[o][p],
                        _ => false,
                    };
                    if alive[t][r] && (person_gone || parent_gone) {
                        alive[t][r] = false;
                        changed = true;
                    }
                }
            }
            if !changed {
                return;
            }
        }
    }

    fn loss(&self, g: f64, node: &Node, alive: &[Vec<bool>]) -> f64 {
        let gf = if g <= 0.5 { 1.0 } else { 1.0 - 2.0 * (g - 0.5) };
        let sf = if g < 0.5 { 2.0 * g } else { 1.0 };
        let d = self.attributes.len() as f64;
        let mut product = 1.0;
        for (a, attribute) in self.attributes.iter().enumerate() {
            let (mut sum, mut n) = (0.0, 0.0);
            for (t, table) in self.tables.iter().enumerate() {
                for (position, of) in table.spec.attributes.iter().enumerate() {
                    for (r, row) in table.rows.iter().enumerate().filter(|_| *of == a) {
                        let share = attribute.share(node.0[a], row.leaves[position]).unwrap();
                        n += 1.0;
                        sum += if alive[t][r] {
                            share * gf
                        } else if sf == 1.0 {
                            1.0
                        } else {
                            share + sf * (1.0 - share)
                        };
                    }
                }
            }
            let least = gf * n / f64::from(attribute.leaves());
            let x: f64 = if n - least > 0.0 { ((sum - least) / (n - least)).max(0.0) } else { 0.0 };
            product *= (attribute.weight() * x + 1.0).powf(1.0 / d);
        }
        product - 1.0
    }

    /// k, classes, people left, and per column l, t against the input and the published.
    pub(super) fn measures(
        &self,
        table: usize,
        applied: &Applied,
    ) -> (Option<u64>, u64, u64, Vec<(Option<u32>, Option<f64>, Option<f64>)>) {
        let classes = self.classes(table, &applied.keys, &applied.alive);
        let living = self.living(table, &applied.alive);
        let all: Vec<usize> = (0..self.tables[table].rows.len()).collect();
        let k = classes.iter().map(|c| self.people(table, c) as u64).min();
        let columns = (0..self.tables[table].spec.sensitive).map(|column| {
            let distinct = |c: &Vec<usize>| {
                let values: BTreeSet<u32> = self.pairs(table, column, c).iter().map(|p| p.1).collect();
                u32::try_from(values.len()).unwrap()
            };
            let far =
                |of: &[usize]| classes.iter().map(|c| self.distance(table, column, c, of)).reduce(f64::max);
            (classes.iter().map(distinct).min(), far(&all), far(&living))
        });
        (k, classes.len() as u64, self.people(table, &living) as u64, columns.collect())
    }

    /// People left, by all that is published of them.
    pub(super) fn joined(&self, applied: &Applied, node: &Node) -> BTreeMap<u64, u64> {
        let mut by_person: BTreeMap<u32, (BTreeSet<Vec<u32>>, Vec<Vec<Vec<u32>>>)> = BTreeMap::new();
        for (t, table) in self.tables.iter().enumerate() {
            for (r, row) in table.rows.iter().enumerate() {
                if !applied.alive[t][r] {
                    continue;
                }
                let entry = by_person
                    .entry(self.who(t, r))
                    .or_insert_with(|| (BTreeSet::new(), vec![Vec::new(); self.tables.len()]));
                let own = self.general(t, row, node);
                if table.spec.role == Role::Person {
                    entry.0.insert(own);
                } else {
                    entry.1[t].push(own);
                    entry.1[t].sort();
                }
            }
        }
        let mut groups = BTreeMap::new();
        for profile in by_person.into_values() {
            *groups.entry(profile).or_insert(0u64) += 1;
        }
        let mut sizes = BTreeMap::new();
        for size in groups.into_values() {
            *sizes.entry(size).or_insert(0u64) += 1;
        }
        sizes
    }
}
