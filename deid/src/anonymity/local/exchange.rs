//! From a counted exchange to the records of a recoding, and from the recoding back to what the
//! publisher asks of an exchange.
//!
//! Why here: reading counts rows per tuple and forgets them; a recoding works on records. This is the
//! one place that knows both, so that the pass that writes, the figures and the gate see a recoding
//! as they see a node of the lattice: a fate per row, outcomes per table, a loss.
//!
//! Deliberately absent: exchanges of several tables, and people with several records.

use std::collections::BTreeMap;

use super::at;
use super::recoding::Recoding;
use super::records::Records;
use super::spread::Spread;
use crate::anonymity::loss::{LossModel, Quality};
use crate::anonymity::models::Distribution;
use crate::anonymity::outcome::{Joined, TableOutcome, joined_of_one, of_items, sizes};
use crate::anonymity::problem::{Data, Exchange};
use crate::anonymity::{Attribute, Verdicts};

/// "No class": the record is suppressed.
pub const SUPPRESSED: u32 = u32::MAX;

/// The records of a table that collapsed to a histogram: one per distinct tuple with its sensitive
/// values, and the rows that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    leaves: Vec<Vec<u32>>,
    sensitive: Vec<Vec<u32>>,
    rows: Vec<u64>,
    tuple: Vec<u32>,
    tuples: usize,
}

impl Counted {
    /// The records of the only table; `None` where there are several tables, or people with several
    /// records.
    #[must_use]
    pub fn new(exchange: &Exchange) -> Option<Self> {
        let [table] = exchange.tables.as_slice() else { return None };
        let Data::Histogram(rows) = &table.data else { return None };
        let entries = || 0..rows.len() as u32;
        let tuple: Vec<u32> = entries().map(|entry| table.tuple_of(entry)).collect();
        let width = table.spec.attributes.len();
        let mut leaves = vec![Vec::with_capacity(rows.len()); width];
        for tuple in &tuple {
            for (column, leaf) in leaves.iter_mut().zip(table.tuples.get(*tuple)) {
                column.push(*leaf);
            }
        }
        let values = |column| entries().map(|entry| table.value_of(entry, column)).collect();
        let sensitive = (0..table.spec.sensitive).map(values).collect();
        Some(Self { leaves, sensitive, rows: rows.clone(), tuple, tuples: table.tuples.len() })
    }

    /// The records, over the exchange's attributes.
    #[must_use]
    pub fn records<'a>(&'a self, attributes: &'a [Attribute]) -> Records<'a> {
        let (leaves, sensitive) = (&self.leaves, &self.sensitive);
        Records { attributes, leaves, sensitive, people: None, rows: Some(&self.rows) }
    }

    /// What a node of the lattice does, given the fate of every row.
    #[must_use]
    pub fn spread_at(&self, attributes: &[Attribute], levels: &[u8], verdicts: &Verdicts<'_>) -> Spread {
        let kept = |tuple| verdicts.fate_of(0, None, tuple, None) == Some(crate::anonymity::Fate::Keep);
        Spread::new(&self.records(attributes), |record| kept(at(&self.tuple, record)).then_some(levels))
    }
}

/// What a recoding does to its exchange.
#[derive(Debug)]
pub struct Effect<'a> {
    /// The fate of every row.
    pub verdicts: Verdicts<'a>,
    /// Per leaf tuple, its class; [`SUPPRESSED`] for none.
    pub class_of_tuple: Vec<u32>,
    /// The table, after suppression.
    pub table: TableOutcome,
    /// What an attacker sees who knows all records of a person.
    pub joined: Joined,
    /// Levels and leaves, summed up.
    pub spread: Spread,
    /// Loss with suppression.
    pub loss: f64,
}

impl<'a> Effect<'a> {
    /// Applies a recoding of these records, which are those of the exchange.
    #[must_use]
    pub fn new(exchange: &'a Exchange, counted: &Counted, recoding: &Recoding, quality: Quality) -> Self {
        let mut class_of_tuple = vec![SUPPRESSED; counted.tuples];
        for (tuple, class) in counted.tuple.iter().zip(&recoding.class_of) {
            if let (Some(slot), Some(class)) = (class_of_tuple.get_mut(*tuple as usize), class) {
                *slot = *class;
            }
        }
        let gone: Vec<bool> = class_of_tuple.iter().map(|class| *class == SUPPRESSED).collect();
        let levels: Vec<Vec<u8>> =
            recoding.classes.iter().map(|c| c.cells.iter().map(|cell| cell.level).collect()).collect();
        let of_record = |record: u32| {
            let class = recoding.class_of.get(record as usize).copied().flatten()?;
            levels.get(class as usize).map(Vec::as_slice)
        };
        let spread = Spread::new(&counted.records(&exchange.attributes), of_record);
        let table = outcome(counted, recoding);
        Self {
            verdicts: Verdicts::by_tuple(exchange, &gone),
            class_of_tuple,
            joined: joined_of_one(&table),
            table,
            loss: spread.loss(&LossModel::new(&exchange.attributes, &exchange.tables, quality)),
            spread,
        }
    }
}

fn outcome(counted: &Counted, recoding: &Recoding) -> TableOutcome {
    let rows: u64 = counted.rows.iter().sum();
    let mut outcome = TableOutcome { rows, ..TableOutcome::default() };
    outcome.suppressed_rows = recoding.suppressed;
    outcome.people = rows - recoding.suppressed;
    sizes(&mut outcome, recoding.classes.iter().map(|class| (class.rows, class.rows)));
    for column in &counted.sensitive {
        let (mut input, mut published) = (Distribution::default(), Distribution::default());
        let mut of_class: Vec<BTreeMap<u32, u64>> = vec![BTreeMap::new(); recoding.classes.len()];
        for ((value, rows), class) in column.iter().zip(&counted.rows).zip(&recoding.class_of) {
            input.add(*value, *rows);
            if let Some(values) = class.and_then(|class| of_class.get_mut(class as usize)) {
                published.add(*value, *rows);
                *values.entry(*value).or_insert(0) += rows;
            }
        }
        let of_class: Vec<Vec<(u32, u64)>> =
            of_class.into_iter().map(|values| values.into_iter().collect()).collect();
        outcome.sensitive.push(of_items(of_class.iter().map(Vec::as_slice), &input, &published));
    }
    outcome
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::{Demanded, Options, recode, verify};
    use super::*;
    use crate::anonymity::{
        ExchangeBuilder, Fate, Node, People, Requirement, Role, SensitiveRequirement, TableSpec, apply,
    };
    use proptest::prelude::*;

    fn exchange(rows: &[(u32, u32, u32)]) -> Exchange {
        let spec = TableSpec {
            role: Role::Event { parent: None },
            people: People::EachRow,
            attributes: vec![0, 1],
            sensitive: 1,
        };
        let mut builder = ExchangeBuilder::new(2, vec![spec]).unwrap();
        for (a, b, value) in rows {
            builder.push(0, None, &[*a, *b], &[*value], None).unwrap();
        }
        let steps = |of: &[u32]| of.iter().map(|s| (0..4).map(|leaf| leaf / s).collect()).collect();
        let attributes = [&[1, 2, 4][..], &[1, 4]].map(|of| Attribute::new("x", steps(of)).unwrap());
        builder.build(attributes.to_vec()).unwrap()
    }

    proptest! {
        /// A recoding that gives every record the root is the lattice's top; both ways of describing
        /// it agree in every figure.
        #[test]
        fn agrees_with_the_engine_at_the_top(
            rows in prop::collection::vec((0u32..5, 0u32..5, 0u32..3), 1..30),
            gs_factor in 0.0f64..=1.0,
        ) {
            let exchange = exchange(&rows);
            let quality = Quality { gs_factor };
            let counted = Counted::new(&exchange).unwrap();
            let records = counted.records(exchange.attributes());
            let k = u32::try_from(rows.len()).unwrap();
            let model = Demanded::new(&Requirement::k(k, 0.0), &records).unwrap();
            let recoding = recode(&records, &model, &Options::default()).unwrap();
            let found = Effect::new(&exchange, &counted, &recoding, quality);
            let levels: Vec<u8> = recoding.classes[0].cells.iter().map(|cell| cell.level).collect();
            let node = apply(&exchange, &Requirement::k(1, 0.0), quality, &Node(levels.clone())).unwrap();
            prop_assert_eq!(&found.table, &node.tables[0]);
            prop_assert_eq!(&Some(found.joined), &node.joined);
            prop_assert!((found.loss - node.loss).abs() < 1e-12);
            prop_assert_eq!(&found.spread, &counted.spread_at(exchange.attributes(), &levels, &node.verdicts));
        }

        #[test]
        fn fates_sizes_and_sums_are_those_of_the_recoding(
            rows in prop::collection::vec((0u32..5, 0u32..5, 0u32..3), 1..40),
            k in 1u32..5,
            l in 0u32..3,
            suppressible in 0u64..10,
            suppressed_share in 0.0f64..=1.0,
        ) {
            let exchange = exchange(&rows);
            let counted = Counted::new(&exchange).unwrap();
            let records = counted.records(exchange.attributes());
            let on = SensitiveRequirement { l, t: None };
            let requirement = Requirement { sensitive: vec![vec![on]], ..Requirement::k(k, 0.0) };
            let model = Demanded::new(&requirement, &records).unwrap();
            let options = Options { suppressible, suppressed_share, ..Options::default() };
            let Ok(recoding) = recode(&records, &model, &options) else { return Ok(()) };
            let verified = verify(&records, &model, &recoding, suppressible).unwrap();
            let found = Effect::new(&exchange, &counted, &recoding, Quality::default());
            prop_assert!((found.spread.granularity() - verified.granularity).abs() < 1e-9);
            prop_assert_eq!(found.table.classes, verified.classes);
            prop_assert_eq!(found.table.k.unwrap_or(0), verified.least_people);
            prop_assert_eq!(found.table.suppressed_rows, verified.suppressed);
            prop_assert!(found.table.sensitive[0].l.is_none_or(|found| found >= l));
            let mut gone = 0;
            for (a, b, _) in &rows {
                let leaves = [*a, *b];
                let tuple = exchange.tables()[0].tuples().find(&leaves).unwrap();
                let class = found.class_of_tuple[tuple as usize];
                match found.verdicts.fate(0, None, &leaves, None).unwrap() {
                    Fate::Suppress => {
                        prop_assert_eq!(class, SUPPRESSED);
                        gone += 1;
                    }
                    Fate::Keep => prop_assert!((class as usize) < recoding.classes.len()),
                }
            }
            prop_assert_eq!(gone, verified.suppressed);
            let published: u64 = found.spread.at_level[0].iter().sum();
            prop_assert_eq!(published + gone, rows.len() as u64);
        }
    }
}
