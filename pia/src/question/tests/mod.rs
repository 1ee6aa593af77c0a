//! Tests of the questionnaire over the pack of this repository and its small complete case.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests"
)]

mod catalogue;
mod contradictions;
mod properties;
mod standing;

use std::sync::LazyLock;

use super::catalogue::Catalogue;
use super::view::{Asked, Standing};
use crate::case::tree::Case;
use crate::rule::expr::World;
use crate::rule::fixture;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let pack = fixture::pack();
    match super::read(&pack.texts, &pack.library.names) {
        Ok(catalogue) => catalogue,
        Err(faults) => panic!("{faults:#?}"),
    }
});

/// The questions of the pack.
fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// Where the questions stand in a case.
fn of(case: &Case) -> Standing {
    let evidence = fixture::evidence(case);
    let world = World::new(case, &evidence, &fixture::pack().library, fixture::day(case));
    super::standing(&world, catalogue())
}

/// Where they stand in the small complete case after changes.
fn after(changes: &str) -> Standing {
    of(&fixture::changed(changes))
}

fn asked<'a>(standing: &'a Standing, id: &str, object: Option<&str>) -> &'a Asked {
    let found = standing.asked.iter().find(|asked| asked.id == id && asked.object.as_deref() == object);
    found.unwrap_or_else(|| panic!("{id} {object:?} is not asked"))
}

fn rules(standing: &Standing) -> Vec<&str> {
    standing.findings.iter().map(|finding| finding.rule.as_str()).collect()
}
