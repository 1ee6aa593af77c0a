//! What a class must be to be published, and how the recoding asks.
//!
//! Why here: the partition must not know k from l from anything that comes later. A model sees one
//! class as counts and says yes or no; a closure is a model, so a caller can bring its own.
//!
//! Deliberately absent: models over the whole table (average risk, population models): they are
//! gates on a finished recoding, not on a class.

use std::cell::RefCell;

use super::at;
use super::records::{Atoms, Records};

/// One candidate class, as counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassView {
    /// Records.
    pub rows: u64,
    /// Distinct people; equal to `rows` where every record is a person of its own.
    pub people: u64,
    /// Per sensitive column, (code, distinct people who have it), ascending by code. Empty where
    /// the model does not read values.
    pub values: Vec<Vec<(u32, u64)>>,
}

/// A requirement on one class.
pub trait ClassModel {
    /// Whether this class may be published.
    fn accepts(&self, class: &ClassView) -> bool;

    /// No class with fewer people than this is accepted; saves asking.
    fn least_people(&self) -> u64 {
        1
    }

    /// Whether a class that contains an accepted class is always accepted (k-anonymity,
    /// distinct-l). Where this is not promised, every union is asked again.
    fn keeps_under_union(&self) -> bool {
        false
    }

    /// Whether [`ClassView::values`] must be filled.
    fn reads_values(&self) -> bool {
        true
    }
}

impl<F: Fn(&ClassView) -> bool> ClassModel for F {
    fn accepts(&self, class: &ClassView) -> bool {
        self(class)
    }
}

/// Asks a model about sets of atoms.
pub(super) struct Checker<'a> {
    model: &'a dyn ClassModel,
    records: &'a Records<'a>,
    atoms: &'a Atoms,
    least: u64,
    monotone: bool,
    reads: bool,
    /// Per atom, whether it may be published by itself.
    alone: Vec<bool>,
    scratch: RefCell<Scratch>,
}

#[derive(Default)]
struct Scratch {
    view: ClassView,
    people: Vec<u32>,
    pairs: Vec<(u32, u64)>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(model: &'a dyn ClassModel, records: &'a Records<'a>, atoms: &'a Atoms) -> Self {
        let mut checker = Self {
            model,
            records,
            atoms,
            least: model.least_people(),
            monotone: model.keeps_under_union(),
            reads: model.reads_values() && !records.sensitive.is_empty(),
            alone: Vec::new(),
            scratch: RefCell::default(),
        };
        checker.alone = (0..atoms.len()).map(|atom| checker.accepts(&[atom], atoms.rows(atom))).collect();
        checker
    }

    pub(super) fn alone(&self, atom: u32) -> bool {
        at(&self.alone, atom)
    }

    /// No class with fewer rows than this is accepted.
    pub(super) fn least(&self) -> u64 {
        self.least
    }

    /// Whether adding records to an accepted class may be done without asking.
    pub(super) fn monotone(&self) -> bool {
        self.monotone
    }

    /// Whether a set of atoms with this many rows in all is a class; false for no atom.
    pub(super) fn accepts(&self, members: &[u32], rows: u64) -> bool {
        if rows < self.least || members.is_empty() {
            return false;
        }
        if self.monotone && members.iter().any(|atom| self.alone(*atom)) {
            return true;
        }
        let mut scratch = self.scratch.borrow_mut();
        let scratch = &mut *scratch;
        self.fill(scratch, members, rows);
        self.model.accepts(&scratch.view)
    }

    fn fill(&self, scratch: &mut Scratch, members: &[u32], rows: u64) {
        let view = &mut scratch.view;
        view.rows = rows;
        view.people = rows;
        let records = || members.iter().flat_map(|atom| self.atoms.records(*atom)).copied();
        if let Some(people) = self.records.people {
            scratch.people.clear();
            scratch.people.extend(records().map(|record| at(people, record)));
            scratch.people.sort_unstable();
            scratch.people.dedup();
            view.people = scratch.people.len() as u64;
        }
        if !self.reads {
            return;
        }
        view.values.resize(self.records.sensitive.len(), Vec::new());
        for (column, values) in self.records.sensitive.iter().zip(&mut view.values) {
            values.clear();
            scratch.pairs.clear();
            match self.records.people {
                Some(people) => {
                    let person = |record| (at(column, record), u64::from(at(people, record)));
                    scratch.pairs.extend(records().map(person));
                    scratch.pairs.sort_unstable();
                    scratch.pairs.dedup();
                    for pair in &mut scratch.pairs {
                        pair.1 = 1;
                    }
                }
                None => {
                    scratch.pairs.extend(records().map(|r| (at(column, r), self.records.rows_of(r))));
                    scratch.pairs.sort_unstable();
                }
            }
            for (code, count) in &scratch.pairs {
                match values.last_mut() {
                    Some(last) if last.0 == *code => last.1 += count,
                    _ => values.push((*code, *count)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::super::plain::KAndDistinctL;
    use super::*;

    #[test]
    fn people_and_values_are_counted_once_per_person() {
        let leaves = vec![vec![0, 0, 0, 1]];
        let sensitive = vec![vec![7, 7, 8, 7]];
        let people = vec![1, 1, 1, 2];
        let attribute = crate::anonymity::Attribute::new("x", vec![vec![0, 1], vec![0, 0]]).unwrap();
        let attributes = [attribute];
        let records = Records::new(&attributes, &leaves).with_sensitive(&sensitive).with_people(&people);
        let trees = [super::super::tree::Tree::new(&attributes[0], 1.0)];
        let atoms = Atoms::new(&records, &trees).unwrap();
        let seen = RefCell::new(Vec::new());
        let model = |class: &ClassView| {
            seen.borrow_mut().push(class.clone());
            class.people >= 2
        };
        let checker = Checker::new(&model, &records, &atoms);
        assert!(!checker.alone(0));
        assert!(checker.accepts(&[0, 1], 4));
        let last = seen.borrow().last().cloned().unwrap();
        assert_eq!(last, ClassView { rows: 4, people: 2, values: vec![vec![(7, 2), (8, 1)]] });
    }

    #[test]
    fn k_and_l_read_what_they_need() {
        let class = |people, distinct: u32| ClassView {
            rows: people,
            people,
            values: vec![(0..distinct).map(|v| (v, 1)).collect()],
        };
        let model = KAndDistinctL { k: 5, l: vec![3] };
        assert!(model.accepts(&class(5, 3)));
        assert!(!model.accepts(&class(4, 3)));
        assert!(!model.accepts(&class(9, 2)));
        assert!(!KAndDistinctL { k: 5, l: vec![1] }.reads_values());
    }
}
