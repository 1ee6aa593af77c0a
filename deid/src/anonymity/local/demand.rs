//! The requirement of a gate as the model of a class.
//!
//! Why here: k, l, t and every further model that looks at one class mean in a local recoding what
//! they mean in a search; this asks the same [`Model`]s.
//!
//! Deliberately absent: what a class cannot answer. Models of the whole table and of a population,
//! and a reference that changes with what is published, are refused by [`Demanded::new`].

use super::model::{ClassModel, ClassView};
use super::records::Records;
use crate::anonymity::models::{Class, Distribution, Monotone, Reads};
use crate::anonymity::requirement::{Demand, Reference, Requirement};

/// A requirement of one table, asked of one class at a time.
#[derive(Debug)]
pub struct Demanded {
    k: u64,
    demands: Vec<Demand>,
    /// Per sensitive column, the values of the whole input.
    input: Vec<Distribution>,
    monotone: bool,
    reads: bool,
    none: Distribution,
}

impl Demanded {
    /// The requirement on the only table of an exchange. `None` where it asks what no class by itself
    /// can answer ([`Demanded::lacks`] says what).
    #[must_use]
    pub fn new(requirement: &Requirement, records: &Records<'_>) -> Option<Self> {
        if Self::lacks(requirement, records.sensitive.len()).is_some() {
            return None;
        }
        let demands = requirement.demands(0, records.sensitive.len());
        let input = records.sensitive.iter().map(|column| {
            let mut all = Distribution::default();
            for (record, value) in (0u32..).zip(column) {
                all.add(*value, records.rows_of(record));
            }
            all
        });
        Some(Self {
            k: u64::from(requirement.k),
            monotone: demands.iter().all(|d| d.model.monotone() == Monotone::Always),
            reads: demands.iter().any(|d| d.model.reads() == Reads::Values),
            input: input.collect(),
            demands,
            none: Distribution::default(),
        })
    }

    /// The id of the first model that no class by itself can answer, if there is one.
    #[must_use]
    pub fn lacks(requirement: &Requirement, columns: usize) -> Option<&'static str> {
        let published = requirement.reference == Reference::Published;
        let cannot = |d: &&Demand| match d.model.reads() {
            Reads::Population | Reads::Sizes => true,
            // How diverse a class is asks nothing of the reference.
            Reads::Values => published && !d.model.id().starts_with("l-diversity."),
            Reads::People => false,
        };
        requirement.demands(0, columns).iter().find(cannot).map(|d| d.model.id())
    }
}

impl ClassModel for Demanded {
    fn accepts(&self, class: &ClassView) -> bool {
        let meets = |demand: &Demand| {
            let values = demand.column.and_then(|c| class.values.get(c)).map_or(&[][..], Vec::as_slice);
            let reference = demand.column.and_then(|c| self.input.get(c)).unwrap_or(&self.none);
            !demand.model.violates(&Class { people: class.people, population: 0, values, reference })
        };
        class.people >= self.k && self.demands.iter().all(meets)
    }

    fn least_people(&self) -> u64 {
        self.k
    }

    fn keeps_under_union(&self) -> bool {
        self.monotone
    }

    fn reads_values(&self) -> bool {
        self.reads
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain::KAndDistinctL;
    use super::*;
    use crate::anonymity::SensitiveRequirement;
    use crate::anonymity::models::sample_uniqueness::SampleUniqueness;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn requirement(k: u32, l: u32, t: Option<f64>) -> Requirement {
        Requirement { sensitive: vec![vec![SensitiveRequirement { l, t }]], ..Requirement::k(k, 0.0) }
    }

    fn of(column: &[u32], requirement: &Requirement) -> Option<Demanded> {
        let sensitive = [column.to_vec()];
        let records = Records::new(&[], &[]).with_sensitive(&sensitive);
        Demanded::new(requirement, &records)
    }

    fn view(column: &[u32]) -> ClassView {
        let mut values: Vec<(u32, u64)> = Vec::new();
        for code in 0..4 {
            let count = column.iter().filter(|v| **v == code).count() as u64;
            values.extend((count > 0).then_some((code, count)));
        }
        ClassView { rows: column.len() as u64, people: column.len() as u64, values: vec![values] }
    }

    proptest! {
        #[test]
        fn asks_what_the_plain_model_asks(
            input in prop::collection::vec(0u32..4, 1..20),
            taken in 1usize..20,
            k in 1u32..5,
            l in 0u32..4,
            t in prop::option::of(0.0f64..1.0),
        ) {
            let class: Vec<u32> = input.iter().copied().take(taken).collect();
            let plain = KAndDistinctL { k: u64::from(k), l: vec![u64::from(l)] };
            let demanded = of(&input, &requirement(k, l, t));
            let share = |of: &[u32], v: u32| of.iter().filter(|o| **o == v).count() as f64 / of.len() as f64;
            let far: f64 = (0..4).map(|v| (share(&class, v) - share(&input, v)).abs()).sum::<f64>() / 2.0;
            // At the limit itself doubles may differ.
            prop_assume!(t.is_none_or(|t| (far - t).abs() > 1e-9));
            let near = t.is_none_or(|t| far <= t);
            let accepted = demanded.as_ref().map(|d| d.accepts(&view(&class)));
            prop_assert_eq!(accepted, Some(plain.accepts(&view(&class)) && near));
            prop_assert_eq!(demanded.map(|d| d.keeps_under_union()), Some(t.is_none()));
        }
    }

    #[test]
    fn what_a_class_cannot_answer_is_refused() {
        let published = |t| Requirement { reference: Reference::Published, ..requirement(2, 2, t) };
        assert!(of(&[0, 1], &published(None)).is_some());
        assert_eq!(Demanded::lacks(&published(Some(0.5)), 1), Some("t-closeness.equal"));
        let whole = Demand { table: 0, column: None, model: Arc::new(SampleUniqueness { share: 0.1 }) };
        let asked = Requirement { models: vec![whole], ..requirement(2, 0, None) };
        assert!(of(&[0, 1], &asked).is_none());
    }
}
