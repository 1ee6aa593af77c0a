//! What good practice and the declared legal form say about a readable recipe, before any data.
//!
//! [`lint`] is pure: recipe, rule pack and what is known of the run go in, [`Finding`]s come out, in
//! the order of the recipe's text. Two kinds: the tool's own (`D1xx`, words in `i18n/`) and the
//! checks of the legal form (`DLxxx`, words and limits in the rule pack, logic in [`predicates`]).
//! Columns are judged by their *item*, never by their header. No finding says that a recipe is
//! lawful, and the absence of findings says so neither.

mod acknowledge;
mod coverage;
mod finding;
mod hierarchies;
mod paths;
mod predicates;
mod publishing;
mod release;
#[cfg(test)]
mod testing;
mod view;

pub use acknowledge::{Stage, acknowledge};
pub use finding::{Finding, Wording};
pub(crate) use view::Hit;
pub use view::LintContext;

use self::view::View;
use super::Recipe;
use crate::rulepack::RulePack;

/// Judges a recipe. Ordered by place, then code, then table and column.
#[must_use]
pub fn lint(recipe: &Recipe, pack: &RulePack, context: &LintContext) -> Vec<Finding> {
    let view = View::new(recipe, pack, context);
    let mut found = Vec::new();
    for own in [coverage::lint, hierarchies::lint, paths::lint, publishing::lint, release::lint] {
        own(&view, &mut found);
    }
    if let Some(form) = pack.form(recipe.legal_form) {
        for check in &form.checks {
            let hits = predicates::function(check.when)(&view, &check.params);
            found.extend(hits.into_iter().map(|hit| Finding::of_check(check, hit)));
        }
    }
    acknowledge(recipe, pack, Stage::BeforeRun, &mut found);
    found.sort_by(Finding::order);
    found
}
