//! What a stricter or milder gate would cost: the best levels for other k and suppression limits,
//! without those that another one beats in every respect (Pareto front).
//!
//! Why here: an officer chooses k and the limit before anything is published; the price of each
//! choice is a search on counts that are already made. l, t and further models stay as the recipe says.
//!
//! Deliberately absent: a recommendation. The tool shows the price; who decides is the city.

use super::decide::{self, Counts};
use super::decision::{Candidate, candidate, decimal};
use super::gate::risk_of;
use super::layout::Layout;
use super::proof::{Patience, Proof};
use crate::anonymity::{self, Requirement, SearchError};
use crate::codes::Code;
use crate::error::{Diagnostic, Result};
use crate::manifest::{Decimal, Sha256Hex};
use crate::recipe::Recipe;
use crate::report::front::{FrontPage, FrontRow};

/// Values of k that are tried, and the recipe's own.
const KS: [u32; 7] = [2, 3, 5, 10, 20, 50, 100];
/// Suppression limits that are tried, and the recipe's own.
const LIMITS: [f64; 5] = [0.0, 0.01, 0.02, 0.05, 0.1];

/// One gate and the best that meets it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// Least number of people in a class asked for.
    pub k: u64,
    /// Largest share of records that may be suppressed.
    pub suppression: Decimal,
    /// Whether these are the recipe's own k and limit.
    pub own: bool,
    /// The levels, with their loss and the suppressed records.
    pub best: Candidate,
    /// Suppressed records, of the records of all tables together.
    pub share: Decimal,
    /// Whether nothing that meets this gate loses less.
    pub proven: bool,
    /// How far the loss may be from the least; 0 where that is proven.
    pub gap: Decimal,
    /// Largest risk of a published person, over all tables; `null` where nothing is left.
    pub risk_highest: Option<Decimal>,
    /// Mean risk of the published people of the table where it is largest.
    pub risk_average: Option<Decimal>,
}

/// The choices, mildest k first, then least suppression.
///
/// # Errors
/// [`Code::Internal`]; a gate that nothing meets is left out.
pub(crate) fn front(
    counts: &Counts,
    recipe: &Recipe,
    layout: &Layout<'_>,
    patience: &dyn Patience,
) -> Result<Vec<Choice>> {
    let own = decide::requirement(counts, recipe, layout);
    let mut ks = KS.to_vec();
    ks.push(own.k);
    ks.sort_unstable();
    ks.dedup();
    let mut limits = LIMITS.to_vec();
    limits.push(own.limit);
    limits.sort_by(f64::total_cmp);
    limits.dedup();
    let mut choices = Vec::new();
    for k in ks {
        for limit in &limits {
            let asked = Requirement { k, limit: *limit, ..own.clone() };
            choices.extend(choice(counts, recipe, layout, &asked, &own, patience)?);
        }
    }
    let beaten = |c: &Choice| choices.iter().any(|other| beats(other, c));
    Ok(choices.iter().filter(|c| c.own || !beaten(c)).cloned().collect())
}

fn choice(
    counts: &Counts,
    recipe: &Recipe,
    layout: &Layout<'_>,
    asked: &Requirement,
    own: &Requirement,
    patience: &dyn Patience,
) -> Result<Option<Choice>> {
    let quality = decide::quality(recipe);
    let (best, proof) = match decide::search(counts, asked, recipe, patience, 0) {
        Ok(searched) => (searched.search.best.clone(), Proof::new(&searched.search, searched.ended)),
        Err(SearchError::Infeasible(_)) => return Ok(None),
        Err(error) => return Err(decide::search_problem(&error, counts, recipe, layout)),
    };
    let tables = anonymity::tables_at(&counts.exchange, asked, quality, &best.node)
        .map_err(|_| Box::new(Diagnostic::error(Code::Internal)))?;
    let risks: Vec<_> = tables.iter().filter_map(risk_of).collect();
    let largest =
        |of: fn(&crate::measure::risk::Risk) -> f64| risks.iter().map(of).max_by(f64::total_cmp).map(decimal);
    let rows = counts.exchange.rows();
    Ok(Some(Choice {
        k: u64::from(asked.k),
        suppression: decimal(asked.limit),
        own: asked == own,
        best: candidate(layout, &best),
        share: Decimal::ratio(best.suppressed.iter().sum(), rows.max(1)).unwrap_or(Decimal::ZERO),
        proven: proof.optimal,
        gap: proof.gap,
        risk_highest: largest(|r| r.highest),
        risk_average: largest(|r| r.mean_over_people),
    }))
}

/// The choices as a page shows them.
pub(crate) fn page(counts: &Counts, recipe: &Recipe, recipe_text: &str, choices: &[Choice]) -> FrontPage {
    let row = |c: &Choice| FrontRow {
        k: c.k,
        limit: c.suppression.to_f64(),
        own: c.own,
        loss: c.best.loss.to_f64(),
        gap: (!c.proven).then(|| c.gap.to_f64()),
        suppressed: c.best.suppressed.values().sum(),
        share: c.share.to_f64(),
        risk: (c.risk_highest.map(Decimal::to_f64), c.risk_average.map(Decimal::to_f64)),
    };
    FrontPage {
        title: recipe.title.clone(),
        recipe: recipe.id.clone(),
        recipe_sha256: Sha256Hex::of(recipe_text.as_bytes()).as_str().to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        rows: counts.exchange.rows(),
        choices: choices.iter().map(row).collect(),
    }
}

/// Whether `a` asks for as much, costs no more, and is better in some respect. Of two that are
/// equal in all respects the one with the lower limit is the plainer statement.
fn beats(a: &Choice, b: &Choice) -> bool {
    let gone = |c: &Choice| c.best.suppressed.values().sum::<u64>();
    let (loss_a, loss_b) = (a.best.loss.to_f64(), b.best.loss.to_f64());
    let as_good = a.k >= b.k && loss_a <= loss_b && gone(a) <= gone(b);
    let better = a.k > b.k || loss_a < loss_b || gone(a) < gone(b);
    as_good && (better || a.suppression.to_f64() < b.suppression.to_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(k: u64, limit: f64, loss: f64, gone: u64) -> Choice {
        Choice {
            k,
            suppression: decimal(limit),
            own: false,
            best: Candidate {
                levels: std::collections::BTreeMap::new(),
                loss: decimal(loss),
                suppressed: std::iter::once(("t".to_owned(), gone)).collect(),
            },
            share: Decimal::ZERO,
            proven: true,
            gap: Decimal::ZERO,
            risk_highest: None,
            risk_average: None,
        }
    }

    #[test]
    fn a_stricter_choice_at_no_higher_price_beats() {
        assert!(beats(&made(5, 0.0, 0.5, 0), &made(2, 0.0, 0.5, 0)));
        assert!(beats(&made(5, 0.01, 0.4, 3), &made(5, 0.02, 0.5, 3)));
        assert!(!beats(&made(5, 0.01, 0.4, 3), &made(5, 0.0, 0.5, 0)), "it suppresses more");
        assert!(beats(&made(5, 0.0, 0.5, 0), &made(5, 0.01, 0.5, 0)), "the same under a lower limit");
    }

    proptest! {
        /// No choice beats itself, and two never beat each other: something is always left.
        #[test]
        fn beating_is_an_order(a in (1u64..4, 0u8..3, 0u8..3, 0u64..3), b in (1u64..4, 0u8..3, 0u8..3, 0u64..3)) {
            let of = |(k, limit, loss, gone)| made(k, f64::from(limit) / 10.0, f64::from(loss) / 10.0, gone);
            let (a, b): (Choice, Choice) = (of(a), of(b));
            prop_assert!(!beats(&a, &a));
            prop_assert!(!(beats(&a, &b) && beats(&b, &a)));
        }
    }
}
