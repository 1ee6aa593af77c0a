//! What is said of the search: proven, not proven, none made, and what does not fit together.

use super::{Case, predicate};
use serde_json::{Value, json};

/// The good statement with this search.
fn search(proven: bool, loss: &str, bound: &str, gap: &str, stopped: Value) -> super::Vector {
    let said = json!({ "proven": proven, "loss": loss, "bound": bound, "gap": gap, "stopped": stopped });
    predicate("/decision/search", said)
}

pub(super) fn cases() -> Vec<Case> {
    let (loss, bound, gap, none) = ("0.4000000000", "0.3000000000", "0.1000000000", "0.0000000000");
    let wrong = "decision-inconsistent";
    vec![
        (
            "good-not-proven",
            "ok",
            "a search that ended early and says how far it may be from the best",
            search(false, loss, bound, gap, json!("limit")),
        ),
        (
            "good-stopped-by-time",
            "ok",
            "the same, ended by a clock",
            search(false, loss, none, loss, json!("time")),
        ),
        (
            "good-re-applied",
            "ok",
            "an earlier decision was applied again: nothing is said of a search",
            predicate("/decision/search", Value::Null),
        ),
        ("good-no-decision", "ok", "the recipe searches for none", predicate("/decision", Value::Null)),
        ("search-proven-with-gap", wrong, "proven, and a gap", search(true, loss, bound, gap, Value::Null)),
        (
            "search-proven-and-stopped",
            wrong,
            "proven, and ended early",
            search(true, loss, loss, none, json!("limit")),
        ),
        (
            "search-not-proven-without-reason",
            wrong,
            "not proven, and not why",
            search(false, loss, bound, gap, Value::Null),
        ),
        (
            "search-gap-too-small",
            wrong,
            "a gap that is not loss - bound",
            search(false, loss, bound, "0.0100000000", json!("limit")),
        ),
        (
            "search-bound-above-loss",
            wrong,
            "a bound above the loss",
            search(false, bound, loss, "-0.1000000000", json!("limit")),
        ),
        (
            "search-bound-negative",
            wrong,
            "a bound below nothing",
            search(false, bound, "-0.1000000000", loss, json!("limit")),
        ),
        (
            "search-stopped-unknown",
            "statement-malformed",
            "ended for a reason that nobody knows",
            search(false, loss, bound, gap, json!("tired")),
        ),
        (
            "search-loss-as-number",
            "statement-malformed",
            "a loss as a number",
            predicate("/decision/search/loss", json!(0.1875)),
        ),
    ]
}
