//! A decision derived again, by looking at every combination of levels and at nothing else.
//!
//! Why here: who does not want to believe the arguments of a search can have the same claim from a loop
//! without any, at the price of one full check per combination.
//!
//! Deliberately absent: a verdict in words; the command line has those.

use super::decide::{self, Counts};
use super::decision::{Candidate, Decision, candidate};
use super::layout::Layout;
use super::proof::{Patience, Watch};
use crate::anonymity::SearchOptions;
use crate::anonymity::search::exhaustive;
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::recipe::Recipe;

/// More combinations are not looked at one by one: it would take hours on a small table, days on
/// others.
pub const MOST: u64 = 1_000_000;

/// Losses are rounded to ten decimals after sums in another order.
const DIGIT: f64 = 1e-9;

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rederived {
    /// Combinations that were looked at, all of them.
    pub nodes: u64,
    /// Whether the best and the alternatives are those of the decision.
    pub agrees: bool,
    /// The best that was found.
    pub best: Candidate,
}

/// Derives a decision again. `looked` is told after how many of how many combinations.
///
/// # Errors
/// [`Code::ExhaustiveTooLarge`]; [`Code::ExhaustiveNotFinished`] once patience is over;
/// [`Code::Infeasible`] if nothing meets the gate, which then contradicts the decision.
pub(crate) fn rederive(
    counts: &Counts,
    recipe: &Recipe,
    layout: &Layout<'_>,
    decision: &Decision,
    patience: &dyn Patience,
    looked: &dyn Fn(u64, u64),
) -> Result<Rederived> {
    let nodes = counts.exchange.combinations();
    if nodes > MOST {
        let facts = crate::report::format::combinations(nodes);
        let most = crate::report::format::count(MOST);
        let error = Diagnostic::error(Code::ExhaustiveTooLarge);
        return Err(Box::new(error.name("nodes", &*facts).name("limit", &*most)));
    }
    let watch = Watch::begin(patience);
    let asked = std::cell::Cell::new(0u64);
    let stop = || {
        looked(asked.get(), nodes);
        asked.set(asked.get() + 1);
        watch.stop()
    };
    let options = SearchOptions { alternatives: decide::ALTERNATIVES, ..SearchOptions::default() };
    let (requirement, quality) = (decide::requirement(counts, recipe, layout), decide::quality(recipe));
    let search = exhaustive(&counts.exchange, &requirement, quality, options, &stop)
        .map_err(|e| decide::search_problem(&e, counts, recipe, layout))?;
    let Some(search) = search else {
        let done = asked.get().saturating_sub(1);
        let error = Diagnostic::error(Code::ExhaustiveNotFinished);
        return Err(Box::new(error.number("looked", done).number("nodes", nodes)));
    };
    let best = candidate(layout, &search.best);
    let others: Vec<Candidate> = search.alternatives.iter().map(|f| candidate(layout, f)).collect();
    let agrees = same(&best, &decision.chosen)
        && others.len() == decision.alternatives.len()
        && others.iter().zip(&decision.alternatives).all(|(a, b)| same(a, b));
    Ok(Rederived { nodes, agrees, best })
}

fn same(a: &Candidate, b: &Candidate) -> bool {
    a.levels == b.levels && a.suppressed == b.suppressed && (a.loss.to_f64() - b.loss.to_f64()).abs() <= DIGIT
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::manifest::Decimal;

    #[test]
    fn the_same_is_the_same_levels_suppression_and_loss() {
        let made = |level: u8, gone: u64, loss: &str| Candidate {
            levels: [("t".to_owned(), [("a".to_owned(), level)].into())].into(),
            loss: Decimal::parse(loss).unwrap(),
            suppressed: [("t".to_owned(), gone)].into(),
        };
        let one = made(1, 2, "0.2500000000");
        assert!(same(&one, &made(1, 2, "0.2500000001")), "the last decimal may be rounded otherwise");
        for other in [made(2, 2, "0.2500000000"), made(1, 3, "0.2500000000"), made(1, 2, "0.2500001000")] {
            assert!(!same(&one, &other));
        }
    }
}
