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
use crate::anonymity::problem::{Data, Exchange, Table};
use crate::anonymity::{Attribute, Fate, Level, Verdicts};

/// "No class": the record is suppressed.
pub const SUPPRESSED: u32 = u32::MAX;

/// The records of a table that collapsed to a histogram: one per distinct tuple with its sensitive
/// values, and the rows that it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// As those of the exchange, with the leaves in an order of their own.
    attributes: Vec<Attribute>,
    leaves: Vec<Vec<u32>>,
    sensitive: Vec<Vec<u32>>,
    rows: Vec<u64>,
    tuple: Vec<u32>,
    tuples: usize,
}

impl Counted {
    /// The records of the only table; `None` where there are several tables, or people with several
    /// records.
    ///
    /// `places`: per attribute, the place of each leaf among the others. Codes count leaves in the
    /// order in which rows brought them; where two choices cost the same, a recoding looks at the
    /// codes, so an order of the values themselves makes it independent of the order of the rows.
    #[must_use]
    pub fn new(exchange: &Exchange, places: &[Vec<u32>]) -> Option<Self> {
        let (table, rows) = only_histogram(exchange)?;
        let entries = || 0..rows.len() as u32;
        let tuple: Vec<u32> = entries().map(|entry| table.tuple_of(entry)).collect();
        let ordered = exchange.attributes.iter().zip(places).map(|(a, places)| in_order(a, places));
        let attributes = ordered.collect::<Option<Vec<Attribute>>>()?;
        if attributes.len() != exchange.attributes.len() {
            return None;
        }
        let mut leaves = vec![Vec::with_capacity(rows.len()); attributes.len()];
        for tuple in &tuple {
            let places = places.iter().zip(&exchange.attributes);
            for ((column, leaf), (places, attribute)) in
                leaves.iter_mut().zip(table.tuples.get(*tuple)).zip(places)
            {
                let null = *leaf == attribute.null_leaf();
                column.push(if null { *leaf } else { at(places, *leaf) });
            }
        }
        let values = |column| entries().map(|entry| table.value_of(entry, column)).collect();
        let sensitive = (0..table.spec.sensitive).map(values).collect();
        Some(Self { attributes, leaves, sensitive, rows: rows.to_vec(), tuple, tuples: table.tuples.len() })
    }

    /// The records.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        Records {
            attributes: &self.attributes,
            leaves: &self.leaves,
            sensitive: &self.sensitive,
            people: None,
            rows: Some(&self.rows),
        }
    }
}

fn only_histogram(exchange: &Exchange) -> Option<(&Table, &[u64])> {
    match exchange.tables.as_slice() {
        [table] => match &table.data {
            Data::Histogram(rows) => Some((table, rows)),
            Data::Records { .. } => None,
        },
        _ => None,
    }
}

/// The attribute with its leaves at other places; `None` unless every leaf has its own.
fn in_order(attribute: &Attribute, places: &[u32]) -> Option<Attribute> {
    let count = attribute.leaves() as usize;
    let mut leaf_at = vec![None; count];
    for (leaf, place) in places.iter().enumerate().take(count) {
        *leaf_at.get_mut(*place as usize)? = Some(leaf);
    }
    let level = |level: &Level| {
        let code = |leaf: &Option<usize>| level.code_of_leaf().get((*leaf)?).copied();
        leaf_at.iter().map(code).collect::<Option<Vec<u32>>>()
    };
    let codes = attribute.levels().iter().map(level).collect::<Option<Vec<_>>>()?;
    let ordered = Attribute::new(attribute.name(), codes).ok()?;
    let ordered = ordered.with_range(attribute.min_level(), attribute.max_level()).ok()?;
    ordered.with_weight(attribute.weight()).ok()
}

/// What a node of the lattice does to the only table, given the fate of every row; `None` as
/// [`Counted::new`].
#[must_use]
pub fn spread_at(exchange: &Exchange, levels: &[u8], verdicts: &Verdicts<'_>) -> Option<Spread> {
    let (table, _) = only_histogram(exchange)?;
    let rows = table.rows_per_tuple();
    let kept = |tuple| verdicts.fate_of(0, None, tuple, None) == Some(Fate::Keep);
    let tuples = (0u32..).zip(table.tuples.iter()).zip(&rows);
    let tuples = tuples.map(|((tuple, leaves), rows)| (leaves, *rows, kept(tuple).then_some(levels)));
    Some(Spread::new(&exchange.attributes, tuples))
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
        let rows = only_histogram(exchange).map_or_else(Vec::new, |(table, _)| table.rows_per_tuple());
        let tuples = exchange.tables.iter().take(1).flat_map(|table| table.tuples.iter());
        let levels_of = |class: &u32| levels.get(*class as usize).map(Vec::as_slice);
        let tuples = tuples.zip(&rows).zip(&class_of_tuple);
        let tuples = tuples.map(|((leaves, rows), class)| (leaves, *rows, levels_of(class)));
        let spread = Spread::new(&exchange.attributes, tuples);
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
        ExchangeBuilder, Node, People, Requirement, Role, SensitiveRequirement, TableSpec, apply,
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

    /// The leaves from the last to the first.
    fn counted(exchange: &Exchange) -> Counted {
        Counted::new(exchange, &[vec![3, 2, 1, 0], vec![3, 2, 1, 0]]).unwrap()
    }

    #[test]
    fn every_leaf_has_a_place_of_its_own() {
        let exchange = exchange(&[(0, 1, 0), (4, 2, 0)]);
        assert_eq!(counted(&exchange).leaves, [vec![3, 4], vec![2, 1]], "NULL stays");
        for places in [vec![3, 2, 1, 1], vec![0, 1, 2], vec![0, 1, 2, 4]] {
            assert_eq!(Counted::new(&exchange, &[vec![0, 1, 2, 3], places]), None);
        }
        assert_eq!(Counted::new(&exchange, &[vec![0, 1, 2, 3]]), None);
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
            let counted = counted(&exchange);
            let records = counted.records();
            let k = u32::try_from(rows.len()).unwrap();
            let model = Demanded::new(&Requirement::k(k, 0.0), &records).unwrap();
            let recoding = recode(&records, &model, &Options::default()).unwrap();
            let found = Effect::new(&exchange, &counted, &recoding, quality);
            let levels: Vec<u8> = recoding.classes[0].cells.iter().map(|cell| cell.level).collect();
            let node = apply(&exchange, &Requirement::k(1, 0.0), quality, &Node(levels.clone())).unwrap();
            prop_assert_eq!(&found.table, &node.tables[0]);
            prop_assert_eq!(&Some(found.joined), &node.joined);
            prop_assert!((found.loss - node.loss).abs() < 1e-12);
            prop_assert_eq!(Some(found.spread), spread_at(&exchange, &levels, &node.verdicts));
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
            let counted = counted(&exchange);
            let records = counted.records();
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
