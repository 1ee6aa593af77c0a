//! Which classes must go: the demands on one table, in the order that is part of their definition.
//!
//! Why here: tables that collapsed to a histogram and tables with records are counted differently and
//! judged alike. Models that are monotone at every limit come first ([`Judge::few`]); what they mark
//! is marked at every specialisation as well. The others follow ([`Judge::others`]), then the models
//! of the whole table ([`Judge::sizes`]).
//!
//! Deliberately absent: formulas (see `models`) and what suppression does to other tables.

use std::collections::BTreeMap;

use super::items::Items;
use super::models::{Class, Distribution, Monotone, Reads};
use super::requirement::{Demand, Reference, Requirement};

/// The demands on one table.
#[derive(Debug, Clone)]
pub(crate) struct Judge {
    k: u64,
    always: Vec<Demand>,
    others: Vec<Demand>,
    sizes: Vec<Demand>,
    pub(crate) reference: Reference,
    /// Whether a failure without suppression rules out all specialisations.
    pub(crate) monotone: bool,
}

/// The classes of a table at a node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Classes<'a, P> {
    /// Distinct people.
    pub(crate) people: &'a [P],
    /// People of the population; empty without one.
    pub(crate) population: &'a [u64],
    /// Per sensitive column.
    pub(crate) columns: &'a [Items],
}

impl<P: Copy + Into<u64>> Classes<'_, P> {
    fn class<'c>(&'c self, at: usize, column: Option<usize>, reference: &'c Distribution) -> Class<'c> {
        let values = column.and_then(|c| self.columns.get(c)).map_or(&[][..], |items| items.of(at));
        Class {
            people: self.people.get(at).map_or(0, |p| (*p).into()),
            population: self.population.get(at).copied().unwrap_or(0),
            values,
            reference,
        }
    }
}

impl Items {
    /// The values of a group.
    pub(crate) fn of(&self, group: usize) -> &[(u32, u64)] {
        let bounds = self.start.get(group).zip(self.start.get(group + 1));
        bounds.and_then(|(from, to)| self.values.get(*from as usize..*to as usize)).unwrap_or(&[])
    }
}

impl Judge {
    pub(crate) fn new(requirement: &Requirement, table: usize, columns: usize) -> Self {
        let mut judge = Self {
            k: u64::from(requirement.k),
            always: Vec::new(),
            others: Vec::new(),
            sizes: Vec::new(),
            reference: requirement.reference,
            monotone: true,
        };
        for demand in requirement.demands(table, columns) {
            judge.monotone &= demand.model.monotone() != Monotone::Never;
            match (demand.model.reads(), demand.model.monotone()) {
                (Reads::Sizes, _) => judge.sizes.push(demand),
                (_, Monotone::Always) => judge.always.push(demand),
                _ => judge.others.push(demand),
            }
        }
        judge
    }

    /// Whether only k is asked for.
    pub(crate) fn is_k_alone(&self) -> bool {
        self.always.is_empty() && self.is_always()
    }

    /// Whether everything is monotone at every limit.
    pub(crate) fn is_always(&self) -> bool {
        self.others.is_empty() && self.sizes.is_empty()
    }

    /// Whether anything reads this column.
    pub(crate) fn reads(&self, column: usize) -> bool {
        self.always.iter().chain(&self.others).any(|d| d.column == Some(column))
    }

    pub(crate) fn needs_population(&self) -> bool {
        self.always.iter().chain(&self.others).any(|d| d.model.reads() == Reads::Population)
    }

    /// Whether a class has people, but too few.
    pub(crate) fn is_few(&self, people: u32) -> bool {
        people > 0 && u64::from(people) < self.k
    }

    /// Marks the classes with too few people. Returns the people newly marked.
    pub(crate) fn few_people<P: Copy + Into<u64>>(&self, people: &[P], violated: &mut [bool]) -> u64 {
        let mut marked = 0;
        for (people, violated) in people.iter().zip(violated) {
            let people: u64 = (*people).into();
            if people < self.k && people > 0 && !*violated {
                *violated = true;
                marked += people;
            }
        }
        marked
    }

    /// Marks the classes that violate a further model that is monotone at every limit. Returns the
    /// people newly marked.
    pub(crate) fn few<P: Copy + Into<u64>>(&self, classes: &Classes<'_, P>, violated: &mut [bool]) -> u64 {
        let none = Distribution::default();
        let mut marked = 0;
        for demand in &self.always {
            for (at, violated) in violated.iter_mut().enumerate().filter(|(_, v)| !**v) {
                let class = classes.class(at, demand.column, &none);
                if class.people > 0 && demand.model.violates(&class) {
                    *violated = true;
                    marked += class.people;
                }
            }
        }
        marked
    }

    /// Marks, of the classes that are left, those that violate one of the other models. `reference`
    /// gives the distribution of a column, without the marked classes where it is that of what is
    /// published. Returns the people newly marked, and how many of these must go at any
    /// specialisation.
    pub(crate) fn others<P: Copy + Into<u64>>(
        &self,
        classes: &Classes<'_, P>,
        violated: &mut [bool],
        mut reference: impl FnMut(usize, &[bool]) -> Distribution,
    ) -> (u64, u64) {
        let (mut marked, mut least) = (0, 0);
        let before: Vec<bool> = violated.to_vec();
        let mut shares = vec![0.0f64; if self.others.is_empty() { 0 } else { before.len() }];
        for demand in &self.others {
            let of = demand.column.map(|column| reference(column, violated)).unwrap_or_default();
            let fixed = self.reference == Reference::Input || demand.column.is_none();
            let marks = violated.iter_mut().zip(&before).zip(&mut shares).enumerate();
            for (at, ((violated, before), share)) in marks {
                // Against a fixed reference every model is asked, for the largest least share.
                if *before || (*violated && !fixed) {
                    continue;
                }
                let class = classes.class(at, demand.column, &of);
                if class.people > 0 && demand.model.violates(&class) {
                    marked += if *violated { 0 } else { class.people };
                    *violated = true;
                    if fixed {
                        *share = share.max(demand.model.least_share(&class));
                    }
                }
            }
        }
        for (at, share) in shares.iter().enumerate().filter(|(_, s)| **s > 0.0) {
            let people: u64 = classes.people.get(at).map_or(0, |p| (*p).into());
            least += (share * people as f64 - 1e-6).ceil().max(0.0) as u64;
        }
        (marked, least)
    }

    /// Marks the smallest of the classes that are left until the models of the whole table hold.
    /// Returns the people newly marked.
    pub(crate) fn sizes<P: Copy + Into<u64>>(&self, people: &[P], violated: &mut [bool]) -> u64 {
        let mut marked = 0;
        if self.sizes.is_empty() {
            return 0;
        }
        loop {
            let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
            for (people, _) in people.iter().zip(violated.iter()).filter(|(_, gone)| !**gone) {
                let people: u64 = (*people).into();
                if people > 0 {
                    *sizes.entry(people).or_insert(0) += 1;
                }
            }
            let sizes: Vec<(u64, u64)> = sizes.into_iter().collect();
            let cut = self.sizes.iter().map(|d| d.model.cut(&sizes)).max().unwrap_or(0);
            if cut == 0 {
                return marked;
            }
            for (people, violated) in people.iter().zip(violated.iter_mut()) {
                let people: u64 = (*people).into();
                if people > 0 && people <= cut && !*violated {
                    *violated = true;
                    marked += people;
                }
            }
        }
    }
}
