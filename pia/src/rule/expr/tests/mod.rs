//! Tests of expressions: Kleene's tables against brute force, types, and conditions over a case.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests"
)]

mod kleene;
mod meaning;
mod parsing;
mod refused;

use super::{Expr, ExprError, Outcome, Scope, Truth, Ty, Why, World};
use crate::case::tree::Case;
use crate::rule::fixture;

/// Checks a condition for a kind of object, as a rule would.
fn condition(source: &str, kind: Option<&str>) -> Result<Expr, ExprError> {
    let variables = kind.map(|kind| (kind.to_owned(), Ty::Object(kind.to_owned()))).into_iter().collect();
    Expr::condition(source, &Scope { names: &fixture::pack().library.names, variables, regime: false })
}

/// Computes a condition for an object.
fn outcome(case: &Case, source: &str, at: Option<(&str, &str)>) -> Outcome {
    let expr = condition(source, at.map(|(kind, _)| kind)).unwrap_or_else(|e| panic!("{source}: {e:?}"));
    let evidence = fixture::evidence(case);
    let world = World::new(case, &evidence, &fixture::pack().library, fixture::day(case));
    let object = at.map(|(kind, id)| case.find(kind, id).expect(id).ix());
    // The reasons and facts are owned, so nothing of the world is kept.
    expr.clone().evaluate_owned(&world, object)
}

impl Expr {
    fn evaluate_owned(&self, world: &World<'_>, object: Option<crate::case::tree::Ix>) -> Outcome {
        let library = world.library;
        let world = World::new(world.case, world.evidence, library, world.today);
        self.evaluate(&world, object, &[]).unwrap()
    }
}

fn whys(truth: &Truth) -> Vec<&Why> {
    match truth {
        Truth::Unknown(whys) => whys.iter().collect(),
        known => panic!("known: {known:?}"),
    }
}
