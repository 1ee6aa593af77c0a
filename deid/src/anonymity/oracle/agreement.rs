//! What a node does, against the naive definitions, on small random exchanges.

use proptest::prelude::*;

use super::naive::World;
use super::worlds::{requirement, spec, world};
use crate::anonymity::*;

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12,
        (a, b) => a == b,
    }
}

/// That applying a node does what the definitions say: who goes, the loss, and every measure of what is
/// left.
pub(super) fn same_as_naive(
    world: &World,
    requirement: &Requirement,
    gs: f64,
    node: &Node,
) -> Result<(), TestCaseError> {
    let (exchange, names) = world.count();
    let naive = world.apply(requirement, gs, node);
    let outcome = apply(&exchange, requirement, Quality { gs_factor: gs }, node).unwrap();
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
            let sizes: Vec<(u64, u64)> = world.joined(&naive, node).into_iter().collect();
            prop_assert_eq!(joined.k, sizes.first().map(|s| s.0));
            prop_assert_eq!(&joined.by_people, &sizes);
            prop_assert_eq!(joined.people, sizes.iter().map(|s| s.0 * s.1).sum::<u64>());
        }
        _ => prop_assert!(anonymous),
    }
    Ok(())
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
        same_as_naive(&world, &requirement, gs, &world.node(&draw))?;
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
