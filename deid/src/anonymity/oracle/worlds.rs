//! Small random exchanges and requirements: nulls, ties, one class, nothing but unique rows, related
//! tables, every model.

use proptest::prelude::*;

use super::naive::{Row, Table, World};
use crate::anonymity::*;

/// A nested hierarchy over 1..=4 leaves: every level joins codes of the one below.
fn attribute() -> impl Strategy<Value = Attribute> {
    (
        1u32..=4,
        proptest::collection::vec(proptest::collection::vec(0u32..3, 4), 0..=2),
        any::<bool>(),
        prop_oneof![Just(1.0), Just(0.0), Just(0.4)],
    )
        .prop_map(|(leaves, joins, root, weight)| {
            let mut codes: Vec<Vec<u32>> = vec![(0..leaves).collect()];
            for join in joins {
                let last = codes.last().unwrap();
                codes.push(last.iter().map(|c| join[*c as usize]).collect());
            }
            if root {
                codes.push(vec![0; leaves as usize]);
            }
            let attribute = Attribute::new("a", codes).unwrap();
            attribute.with_weight(weight).unwrap()
        })
}

/// What the quasi-identifiers of a table look like.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Any,
    OneClass,
    /// As far as the leaves go.
    Unique,
}

impl Shape {
    fn lay(self, draws: &mut [Draw]) {
        let first = draws.first().map(|draw| draw.1.clone());
        for (row, draw) in (0u32..).zip(draws) {
            match self {
                Self::Any => {}
                Self::OneClass => draw.1.clone_from(first.as_ref().unwrap()),
                // Counted on in five digits, which is as many as an attribute has leaves at the most.
                Self::Unique => draw.1 = vec![row, row / 5],
            }
        }
    }
}

/// Leaf draws are reduced to the attribute's leaves (NULL included) when the world is put together.
type Draw = (u32, Vec<u32>, Vec<u32>, usize);

fn draws(people: u32, most: usize) -> impl Strategy<Value = Vec<Draw>> {
    let draw = (
        0..people,
        proptest::collection::vec(0u32..60, 2),
        proptest::collection::vec(0u32..3, 1),
        0usize..100,
    );
    proptest::collection::vec(draw, 0..most)
}

pub(super) fn spec(role: Role, people: People, attributes: &[usize], sensitive: usize) -> TableSpec {
    TableSpec { role, people, attributes: attributes.to_vec(), sensitive }
}

fn specs(layout: usize) -> Vec<TableSpec> {
    let event = |parent| Role::Event { parent };
    match layout {
        0 => vec![spec(Role::Person, People::EachRow, &[0, 1], 1)],
        1 => vec![spec(event(None), People::Coded, &[0, 1], 1)],
        2 => vec![spec(Role::Person, People::Coded, &[0, 1], 1)],
        3 => vec![
            spec(Role::Person, People::Coded, &[0], 0),
            spec(event(None), People::Coded, &[1], 1),
            spec(event(Some(1)), People::Coded, &[2], 1),
        ],
        4 => vec![
            spec(event(None), People::Coded, &[0, 1], 1),
            spec(Role::Person, People::Coded, &[2], 1),
            spec(event(Some(0)), People::Coded, &[], 1),
            spec(event(Some(2)), People::Coded, &[1], 0),
        ],
        5 => vec![
            spec(event(None), People::EachRow, &[0], 1),
            spec(event(None), People::Coded, &[0, 1], 0),
            spec(event(Some(1)), People::Coded, &[2], 1),
        ],
        _ => {
            vec![spec(event(None), People::EachRow, &[0, 2], 1), spec(event(None), People::EachRow, &[1], 1)]
        }
    }
}

pub(super) fn world() -> impl Strategy<Value = World> {
    let attributes = proptest::collection::vec(attribute(), 3);
    let rows = proptest::collection::vec(draws(7, 16), 4);
    let shape = prop_oneof![8 => Just(Shape::Any), 1 => Just(Shape::OneClass), 1 => Just(Shape::Unique)];
    (0usize..7, attributes, rows, shape).prop_map(|(layout, attributes, mut rows, shape)| {
        for draws in &mut rows {
            shape.lay(draws);
        }
        let mut tables: Vec<Table> = Vec::new();
        for (spec, draws) in specs(layout).into_iter().zip(rows) {
            let parent_rows = match spec.role {
                Role::Event { parent: Some(p) } => Some(tables[p].rows.len()),
                _ => None,
            };
            let rows = draws
                .into_iter()
                .filter(|_| parent_rows != Some(0))
                .map(|(person, cells, sensitive, parent)| Row {
                    person,
                    leaves: spec
                        .attributes
                        .iter()
                        .zip(cells)
                        .map(|(a, cell)| cell % (attributes[*a].leaves() + 1))
                        .collect(),
                    sensitive: sensitive[..spec.sensitive].to_vec(),
                    parent: parent_rows.map(|n| parent % n),
                })
                .collect();
            tables.push(Table { spec, rows, population: Vec::new() });
        }
        for table in tables.iter_mut().filter(|t| t.spec.people == People::EachRow) {
            // Everybody in the table, twice the first ones, and somebody who is not in it.
            let rows = table.rows.iter().enumerate();
            table.population = rows.map(|(at, r)| (r.leaves.clone(), if at < 3 { 2 } else { 1 })).collect();
            table.population.push((vec![0; table.spec.attributes.len()], 1));
        }
        World { attributes, tables }
    })
}

fn model() -> impl Strategy<Value = std::sync::Arc<dyn models::Model>> {
    use models::*;
    use std::sync::Arc;
    (0usize..14).prop_map(|which| -> Arc<dyn Model> {
        match which {
            0 => Arc::new(k_anonymity::KAnonymity { k: 3 }),
            1 => Arc::new(distinct_l::DistinctL { l: 2 }),
            2 => Arc::new(entropy_l::EntropyL { l: 1.7 }),
            3 => Arc::new(recursive_l::RecursiveL { c: 2.5, l: 2 }),
            4 => Arc::new(t_ordered::TOrdered { t: 0.3, order: vec![2, 0, 1] }),
            5 => Arc::new(t_hierarchical::THierarchical { t: 0.3, levels: vec![vec![0, 1, 1], vec![0, 0]] }),
            6 => Arc::new(beta_likeness::BetaLikeness { beta: 0.7, enhanced: false }),
            7 => Arc::new(beta_likeness::BetaLikeness { beta: 0.9, enhanced: true }),
            8 => Arc::new(delta_disclosure::DeltaDisclosure { delta: 1.2 }),
            9 => Arc::new(k_map::KMap { k: 3 }),
            10 => Arc::new(delta_presence::DeltaPresence { min: 0.0, max: 0.7 }),
            11 => Arc::new(delta_presence::DeltaPresence { min: 0.55, max: 1.0 }),
            12 => Arc::new(average_risk::AverageRisk { risk: 0.4 }),
            _ => Arc::new(sample_uniqueness::SampleUniqueness { share: 0.1 }),
        }
    })
}

fn demands() -> impl Strategy<Value = Vec<Demand>> {
    let demand = (0usize..4, model()).prop_map(|(table, model)| {
        let column = (model.reads() == models::Reads::Values).then_some(0);
        Demand { table, column, model }
    });
    prop_oneof![2 => Just(Vec::new()), 3 => proptest::collection::vec(demand, 1..3)]
}

pub(super) fn requirement() -> impl Strategy<Value = Requirement> {
    let one = (0u32..3, prop_oneof![Just(None), Just(Some(0.25)), Just(Some(0.5))])
        .prop_map(|(l, t)| SensitiveRequirement { l, t });
    (
        1u32..4,
        prop_oneof![Just(0.0), Just(0.2), Just(0.5), Just(1.0)],
        prop_oneof![Just(Reference::Input), Just(Reference::Published)],
        proptest::collection::vec(one, 4),
        demands(),
    )
        .prop_map(|(k, limit, reference, on, models)| Requirement {
            k,
            limit,
            reference,
            sensitive: on.into_iter().map(|s| vec![s]).collect(),
            models,
        })
}

impl World {
    /// The requirement, cut to the columns that exist.
    pub(super) fn fit(&self, mut requirement: Requirement) -> Requirement {
        requirement.sensitive.truncate(self.tables.len());
        for (on, table) in requirement.sensitive.iter_mut().zip(&self.tables) {
            on.truncate(table.spec.sensitive);
        }
        requirement.models.retain_mut(|demand| {
            demand.table %= self.tables.len();
            let spec = &self.tables[demand.table].spec;
            match demand.model.reads() {
                models::Reads::Values => spec.sensitive > 0,
                models::Reads::Population => spec.people == People::EachRow,
                _ => true,
            }
        });
        requirement
    }

    pub(super) fn node(&self, draw: &[u8]) -> Node {
        let levels = self.attributes.iter().zip(draw);
        Node(levels.map(|(a, d)| d % (a.max_level() + 1)).collect())
    }

    pub(super) fn person_of(&self, table: usize, row: &Row) -> Option<u32> {
        (self.tables[table].spec.people == People::Coded).then_some(row.person)
    }

    /// Pushes everything; the record names per table and row.
    pub(super) fn count(&self) -> (Exchange, Vec<Vec<Option<RecordId>>>) {
        let specs = self.tables.iter().map(|t| t.spec.clone()).collect();
        let mut builder = ExchangeBuilder::new(self.attributes.len(), specs).unwrap();
        let mut names: Vec<Vec<Option<RecordId>>> = Vec::new();
        for (t, table) in self.tables.iter().enumerate() {
            let mut of_table = Vec::new();
            for row in &table.rows {
                let parent = self.parent_name(t, row, &names);
                let person = self.person_of(t, row);
                of_table.push(builder.push(t, person, &row.leaves, &row.sensitive, parent).unwrap());
            }
            names.push(of_table);
            for (leaves, people) in &table.population {
                builder.push_population(t, leaves, *people).unwrap();
            }
        }
        (builder.build(self.attributes.clone()).unwrap(), names)
    }

    pub(super) fn parent_name(
        &self,
        table: usize,
        row: &Row,
        names: &[Vec<Option<RecordId>>],
    ) -> Option<RecordId> {
        match (self.tables[table].spec.role, row.parent) {
            (Role::Event { parent: Some(o) }, Some(p)) => names[o][p],
            _ => None,
        }
    }

    /// The same exchange with the rows of every table turned round by `shift` and reversed.
    pub(super) fn turned(&self, shift: usize) -> World {
        let mut turned = self.clone();
        let new_place = |n: usize, old: usize| n - 1 - (old + shift) % n;
        for (t, table) in self.tables.iter().enumerate() {
            for (old, row) in table.rows.iter().enumerate() {
                let mut row = row.clone();
                if let (Role::Event { parent: Some(o) }, Some(p)) = (table.spec.role, row.parent) {
                    row.parent = Some(new_place(self.tables[o].rows.len(), p));
                }
                turned.tables[t].rows[new_place(table.rows.len(), old)] = row;
            }
        }
        turned
    }
}
