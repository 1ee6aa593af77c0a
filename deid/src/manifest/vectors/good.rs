//! Documents that every check accepts.

use super::{Case, good, signature, tree, with, with_signatures};
use crate::manifest::sample;
use serde_json::{Value, json};

pub(super) fn cases() -> Vec<Case> {
    let one = sample::key(1);
    let two = sample::key(2);
    vec![
        ("good", "ok", "a document without fault", good()),
        (
            "good-two-signatures",
            "ok",
            "a signature by an unknown key beside the good one is ignored",
            with(|v| {
                v.envelope = with_signatures(&[(&two, signature(&two)), (&one, signature(&one))]);
            }),
        ),
        (
            "good-key-order",
            "ok",
            "order of keys and blanks in the payload mean nothing",
            tree(|v| {
                v["predicate"]["exchange"] = json!("emergency-2027");
            }),
        ),
        (
            "good-pin-without-period",
            "ok",
            "a pin without dates holds always",
            with(|v| {
                v.trusted_keys[0].from = None;
                v.trusted_keys[0].until = None;
            }),
        ),
        (
            "good-no-gate",
            "ok",
            "a run without a gate is a true statement; what it is worth is for the judge",
            tree(|v| {
                v["predicate"]["gate"] = Value::Null;
                v["predicate"]["measures"] = json!([]);
            }),
        ),
        (
            "good-nothing-published",
            "ok",
            "a measure of nothing is null and meets every limit",
            tree(|v| {
                for measure in v["predicate"]["measures"].as_array_mut().unwrap() {
                    measure["value"] = Value::Null;
                }
            }),
        ),
    ]
}
