//! The engine against the naive definitions, on small random exchanges.

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

fn spec(role: Role, people: People, attributes: &[usize], sensitive: usize) -> TableSpec {
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

fn world() -> impl Strategy<Value = World> {
    let attributes = proptest::collection::vec(attribute(), 3);
    let rows = proptest::collection::vec(draws(7, 16), 4);
    (0usize..7, attributes, rows).prop_map(|(layout, attributes, rows)| {
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

fn requirement() -> impl Strategy<Value = Requirement> {
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
    fn fit(&self, mut requirement: Requirement) -> Requirement {
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

    fn node(&self, draw: &[u8]) -> Node {
        let levels = self.attributes.iter().zip(draw);
        Node(levels.map(|(a, d)| d % (a.max_level() + 1)).collect())
    }

    fn person_of(&self, table: usize, row: &Row) -> Option<u32> {
        (self.tables[table].spec.people == People::Coded).then_some(row.person)
    }

    /// Pushes everything; the record names per table and row.
    fn count(&self) -> (Exchange, Vec<Vec<Option<RecordId>>>) {
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

    fn parent_name(&self, table: usize, row: &Row, names: &[Vec<Option<RecordId>>]) -> Option<RecordId> {
        match (self.tables[table].spec.role, row.parent) {
            (Role::Event { parent: Some(o) }, Some(p)) => names[o][p],
            _ => None,
        }
    }

    /// The same exchange with the rows of every table turned round by `shift` and reversed.
    fn turned(&self, shift: usize) -> World {
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

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12,
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_node_does_what_the_definitions_say(
        world in world(),
        requirement in requirement(),
        draw in proptest::collection::vec(0u8..8, 3),
        gs in prop_oneof![Just(0.5), Just(0.2), Just(0.8), Just(0.0), Just(1.0)],
    ) {
        let requirement = world.fit(requirement);
        let node = world.node(&draw);
        let (exchange, names) = world.count();
        let naive = world.apply(&requirement, gs, &node);
        let outcome = apply(&exchange, &requirement, Quality { gs_factor: gs }, &node).unwrap();
        prop_assert_eq!(outcome.met, naive.met);
        prop_assert!((outcome.loss - naive.loss).abs() < 1e-9, "{} {}", outcome.loss, naive.loss);
        for (t, table) in world.tables.iter().enumerate() {
            let of_table = &outcome.tables[t];
            prop_assert_eq!(of_table.suppressed_rows, naive.suppressed[t]);
            for (r, row) in table.rows.iter().enumerate() {
                let parent = world.parent_name(t, row, &names);
                let person = world.person_of(t, row);
                let fate = outcome.verdicts.fate(t, person, &row.leaves, parent);
                let expected = if naive.alive[t][r] { Fate::Keep } else { Fate::Suppress };
                prop_assert_eq!(fate, Some(expected));
                if let Some(name) = names[t][r] {
                    prop_assert_eq!(outcome.verdicts.record_suppressed(t, name), Some(!naive.alive[t][r]));
                }
            }
            let (k, classes, people, columns) = world.measures(t, &naive);
            prop_assert_eq!((of_table.k, of_table.classes, of_table.people), (k, classes, people));
            let left = (table.rows.len() as u64) - naive.suppressed[t];
            prop_assert_eq!(of_table.by_rows.iter().map(|s| s.size * s.classes).sum::<u64>(), left);
            prop_assert_eq!(of_table.by_people.iter().map(|s| s.rows).sum::<u64>(), left);
            for (a, (l, t_input, t_published)) in of_table.sensitive.iter().zip(columns) {
                prop_assert_eq!(a.l, l);
                prop_assert!(close(a.t_input, t_input), "{:?} {:?}", a.t_input, t_input);
                prop_assert!(close(a.t_published, t_published));
            }
        }
        let anonymous = world.tables.iter().any(|t| t.spec.people == People::EachRow);
        match &outcome.joined {
            Some(joined) if !anonymous || world.tables.len() == 1 => {
                let sizes: Vec<(u64, u64)> = world.joined(&naive, &node).into_iter().collect();
                prop_assert_eq!(joined.k, sizes.first().map(|s| s.0));
                prop_assert_eq!(&joined.by_people, &sizes);
                prop_assert_eq!(joined.people, sizes.iter().map(|s| s.0 * s.1).sum::<u64>());
            }
            _ => prop_assert!(anonymous),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_search_finds_what_trying_everything_finds(
        world in world(),
        requirement in requirement(),
        ranges in proptest::collection::vec((0u8..8, 0u8..8), 3),
        alternatives in 0usize..4,
        shift in 0usize..50,
    ) {
        let mut world = world;
        for (attribute, (a, b)) in world.attributes.iter_mut().zip(ranges) {
            let top = attribute.max_level();
            let min = a % (top + 1);
            let max = min + b % (top - min + 1);
            *attribute = attribute.clone().with_range(min, max).unwrap();
        }
        let requirement = world.fit(requirement);
        let quality = Quality::default();
        let (exchange, _) = world.count();
        let options = SearchOptions { alternatives, ..SearchOptions::default() };
        let result = search::search(&exchange, &requirement, quality, options);

        let mut nodes = vec![Vec::new()];
        for a in &world.attributes {
            nodes = nodes.into_iter().flat_map(|n: Vec<u8>| {
                (a.min_level()..=a.max_level()).map(move |l| [n.clone(), vec![l]].concat())
            }).collect();
        }
        let mut all: Vec<Found> = Vec::new();
        for node in nodes {
            let node = Node(node);
            let naive = world.apply(&requirement, quality.gs_factor, &node);
            let (found, met) = search::evaluate(&exchange, &requirement, quality, &node).unwrap();
            prop_assert_eq!(met, naive.met);
            prop_assert_eq!(&found.suppressed, &naive.suppressed);
            if met {
                all.push(found);
            }
        }
        all.sort_by(|a, b| {
            let rank = |f: &Found| {
                let distinct = |(level, a): (&u8, &Attribute)| {
                    let codes = a.levels()[usize::from(*level)].code_of_leaf();
                    let real = &codes[..a.leaves() as usize];
                    real.iter().collect::<std::collections::BTreeSet<_>>().len()
                };
                (
                    (f.loss * 1e12).round() as i64,
                    f.suppressed.iter().sum::<u64>(),
                    f.node.0.iter().map(|l| u32::from(*l)).sum::<u32>(),
                    f.node.0.iter().zip(&world.attributes).map(distinct).product::<usize>(),
                    f.node.clone(),
                )
            };
            rank(a).cmp(&rank(b))
        });
        all.truncate(alternatives + 1);
        match &result {
            Ok(found) => {
                let listed: Vec<&Found> = std::iter::once(&found.best).chain(&found.alternatives).collect();
                prop_assert_eq!(listed, all.iter().collect::<Vec<_>>());
            }
            Err(SearchError::Infeasible(why)) => {
                prop_assert!(all.is_empty());
                let naive = world.apply(&requirement, quality.gs_factor, &why.node);
                prop_assert_eq!(&why.needed, &naive.suppressed);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
        let (turned, _) = world.turned(shift).count();
        let again = search::search(&turned, &requirement, quality, options);
        prop_assert_eq!(result, again);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 4000 } else { 40_000 }))]

    /// More tables, against every node settled from its tuples, which the tests above compare with the
    /// definitions. Threads and a lattice declared too large change nothing but the certificate.
    #[test]
    fn the_search_finds_what_every_node_holds(
        world in world(),
        requirement in requirement(),
        alternatives in 0usize..4,
        gs in prop_oneof![Just(0.5), Just(0.2), Just(0.8)],
        threads in prop_oneof![20 => Just(1usize), 1 => Just(2), 1 => Just(8)],
    ) {
        let requirement = world.fit(requirement);
        let quality = Quality { gs_factor: gs };
        let (exchange, _) = world.count();
        let options = SearchOptions { alternatives, threads, ..SearchOptions::default() };
        let expected = search::exhaustive(&exchange, &requirement, quality, options, &|| false);
        let one = search::search(&exchange, &requirement, quality, SearchOptions { threads: 1, ..options });
        let found = search::search(&exchange, &requirement, quality, options);
        prop_assert_eq!(&one, &found);
        let small = SearchOptions { max_nodes: 0, ..options };
        let best_effort = search::search(&exchange, &requirement, quality, small);
        let stopped = search::search_until(&exchange, &requirement, quality, options, &|| true);
        match (expected.map(Option::unwrap), found, best_effort) {
            (Ok(expected), Ok(found), Ok(effort)) => {
                // A search that is told to stop has something, and claims no more than is true.
                let early = stopped.unwrap();
                let open = early.certificate;
                let (least, exact) = (expected.best.loss, search::evaluate(&exchange, &requirement, quality, &early.best.node));
                prop_assert_eq!(exact.unwrap(), (early.best.clone(), true));
                prop_assert!(open.bound <= least + 1e-9 && least <= early.best.loss + 1e-9);
                prop_assert!(!open.optimal || early.best.node == expected.best.node);
                let parts = [open.checked, open.narrowed, open.few, open.much, open.suppression, open.bounded, open.open];
                prop_assert_eq!(parts.iter().sum::<u64>(), early.nodes);
                prop_assert_eq!((&expected.best, &expected.alternatives), (&found.best, &found.alternatives));
                let why = found.certificate;
                let parts =
                    [why.checked, why.narrowed, why.few, why.much, why.suppression, why.bounded, why.open];
                prop_assert_eq!(parts.iter().sum::<u64>(), found.nodes);
                prop_assert!(why.optimal && why.open == 0);
                prop_assert!(effort.certificate.bound <= expected.best.loss + 1e-9);
                prop_assert!(effort.certificate.optimal);
                prop_assert_eq!((&expected.best, &expected.alternatives), (&effort.best, &effort.alternatives));
            }
            (Err(SearchError::Infeasible(_)), Err(SearchError::Infeasible(_)), Err(SearchError::Infeasible(_))) => {}
            other => prop_assert!(false, "{other:?}"),
        }
    }
}

#[test]
fn tables_that_do_not_fit_together_are_refused() {
    use problem::ProblemError;
    let event = |parent| spec(Role::Event { parent }, People::Coded, &[0], 0);
    let person = || spec(Role::Person, People::Coded, &[0], 0);
    let build = |specs| ExchangeBuilder::new(1, specs).map(|_| ());
    assert_eq!(build(vec![person(), person()]), Err(ProblemError::SecondPersonTable { table: 1 }));
    assert_eq!(build(vec![event(Some(0))]), Err(ProblemError::Parent { table: 0 }));
    assert_eq!(build(vec![person(), event(Some(0))]), Err(ProblemError::Parent { table: 1 }));
    assert_eq!(
        build(vec![spec(Role::Person, People::Coded, &[1], 0)]),
        Err(ProblemError::UnknownAttribute { table: 0 })
    );
    let rows = spec(Role::Event { parent: None }, People::EachRow, &[0], 0);
    assert_eq!(build(vec![person(), rows.clone()]), Err(ProblemError::NeedsPeople { table: 1 }));
    assert_eq!(build(vec![rows, event(Some(0))]), Err(ProblemError::NeedsPeople { table: 0 }));

    let mut builder = ExchangeBuilder::new(1, vec![event(None), event(Some(0))]).unwrap();
    let mut push = |t, person, leaf: &[u32], parent: Option<u32>| {
        builder.push(t, person, leaf, &[], parent.map(RecordId)).map(|_| ())
    };
    assert_eq!(push(0, None, &[0], None), Err(ProblemError::Person { table: 0 }));
    assert_eq!(push(0, Some(1), &[0, 0], None), Err(ProblemError::Width { table: 0 }));
    assert_eq!(push(1, Some(1), &[0], Some(0)), Err(ProblemError::ParentRecord { table: 1 }));
    assert_eq!(push(1, Some(1), &[0], None), Err(ProblemError::ParentRecord { table: 1 }));
    assert_eq!(push(0, Some(1), &[0], None), Ok(()));
    assert_eq!(push(1, Some(1), &[0], Some(0)), Ok(()));
    assert_eq!(push(2, Some(1), &[0], None), Err(ProblemError::NoTable));

    let mut builder = ExchangeBuilder::new(1, vec![event(None)]).unwrap();
    builder.push(0, Some(1), &[3], &[], None).unwrap();
    let a = Attribute::new("a", vec![vec![0, 1]]).unwrap();
    assert_eq!(builder.build(vec![a]).map(|_| ()), Err(ProblemError::UnknownLeaf { table: 0 }));
}

/// Two of three people who share everything fall because one event of each is rare; the third then
/// stands alone and falls too, with an event that nobody would have minded.
#[test]
fn suppression_reaches_a_fixpoint_through_the_person_table() {
    let yes_no = || Attribute::new("a", vec![vec![0, 1]]).unwrap();
    let specs = vec![
        spec(Role::Person, People::Coded, &[0], 0),
        spec(Role::Event { parent: None }, People::Coded, &[1], 0),
    ];
    let mut builder = ExchangeBuilder::new(2, specs).unwrap();
    for (person, quasi) in [(0, 0), (1, 0), (2, 0), (3, 1)] {
        builder.push(0, Some(person), &[quasi], &[], None).unwrap();
    }
    for (person, event) in [(0, 0), (1, 0), (2, 1), (3, 0)] {
        builder.push(1, Some(person), &[event], &[], None).unwrap();
    }
    let exchange = builder.build(vec![yes_no(), yes_no()]).unwrap();
    let requirement = Requirement::k(2, 1.0);
    let node = Node(vec![0, 0]);
    let outcome = apply(&exchange, &requirement, Quality::default(), &node).unwrap();
    // person 3 is alone in the person table; person 2's event is alone in its class
    assert!(outcome.verdicts.person_suppressed(3));
    assert!(!outcome.verdicts.person_suppressed(2));
    assert_eq!(outcome.tables[0].suppressed_rows, 1);
    assert_eq!(outcome.tables[1].suppressed_rows, 2);
    assert_eq!(outcome.tables[0].k, Some(3));
    assert_eq!(outcome.tables[1].k, Some(2));
    // all events known, person 2 is told apart by having none left
    let joined = outcome.joined.unwrap();
    assert_eq!((joined.k, joined.unique), (Some(1), 1));
    // a row that was never counted
    assert_eq!(outcome.verdicts.fate(1, Some(9), &[0], None), None);
}
