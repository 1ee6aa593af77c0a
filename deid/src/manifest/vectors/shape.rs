//! Faults of the payload: JSON, types, versions, keys.

use super::{Case, payload_text, predicate, signed, tree, with};
use crate::manifest::sample;
use serde_json::json;

pub(super) fn cases() -> Vec<Case> {
    let at = |rest: &str| format!("/tables/0{rest}");
    vec![
        ("payload-empty", "statement-malformed", "an empty payload", with(|v| v.envelope = signed(b""))),
        (
            "payload-not-utf8",
            "statement-malformed",
            "a byte that is not UTF-8",
            with(|v| v.envelope = signed(b"\"\xff\"")),
        ),
        (
            "payload-trailing",
            "statement-malformed",
            "something stands after the statement",
            payload_text("\"acknowledged\":false}]}}", "\"acknowledged\":false}]}}x"),
        ),
        (
            "payload-deep",
            "statement-malformed",
            "lists a thousand deep",
            with(|v| v.envelope = signed("[".repeat(1000).as_bytes())),
        ),
        (
            "duplicate-key",
            "duplicate-key",
            "demo twice",
            payload_text("\"demo\":false", "\"demo\":true,\"demo\":false"),
        ),
        (
            "duplicate-key-escaped",
            "duplicate-key",
            "demo twice, once written with an escape",
            payload_text("\"demo\":false", "\"d\\u0065mo\":true,\"demo\":false"),
        ),
        (
            "duplicate-parameter",
            "duplicate-key",
            "a treatment's parameter twice",
            payload_text("\"level\":1}", "\"level\":3,\"level\":1}"),
        ),
        (
            "statement-type",
            "statement-type",
            "in-toto Statement v0.1",
            payload_text("Statement/v1", "Statement/v0.1"),
        ),
        (
            "unknown-version",
            "predicate-unknown",
            "run-manifest of a version to come",
            payload_text("run-manifest/v1", "run-manifest/v2"),
        ),
        (
            "other-predicate",
            "predicate-unknown",
            "a statement of another kind, well signed",
            payload_text("run-manifest/v1", "re-measurement/v1"),
        ),
        (
            "unknown-key",
            "statement-malformed",
            "a key that the contract does not name",
            tree(|v| v["predicate"]["note"] = json!("x")),
        ),
        (
            "unknown-key-deep",
            "statement-malformed",
            "an unknown key in a column",
            tree(|v| v["predicate"]["tables"][0]["columns"][0]["sample"] = json!("x")),
        ),
        (
            "missing-key",
            "statement-malformed",
            "link_group left out instead of null",
            tree(|v| {
                v["predicate"].as_object_mut().unwrap().remove("link_group");
            }),
        ),
        ("k-as-string", "statement-malformed", "k of the gate in quotes", predicate("/gate/k", json!("5"))),
        ("k-as-float", "statement-malformed", "k of the gate as 5.0", payload_text("\"k\":5", "\"k\":5.0")),
        ("k-negative", "statement-malformed", "a negative k", predicate("/gate/k", json!(-5))),
        (
            "count-too-large",
            "statement-malformed",
            "2^53, which other readers round",
            payload_text("\"rows\":100,\"format\"", "\"rows\":9007199254740992,\"format\""),
        ),
        (
            "ratio-as-number",
            "statement-malformed",
            "t as a JSON number",
            predicate("/gate/t/0/limit", json!(1)),
        ),
        (
            "ratio-short",
            "statement-malformed",
            "t with two decimals",
            predicate("/gate/t/0/limit", json!("0.20")),
        ),
        (
            "ratio-padded",
            "statement-malformed",
            "t with a needless zero",
            predicate("/gate/t/0/limit", json!("00.2000000000")),
        ),
        (
            "gate-one-l",
            "statement-malformed",
            "one l for all columns in place of a list",
            predicate("/gate/l", json!(2)),
        ),
        (
            "gate-no-l-as-null",
            "statement-malformed",
            "no limit of l written as null in place of an empty list",
            predicate("/gate/l", json!(null)),
        ),
        (
            "limit-l-as-ratio",
            "statement-malformed",
            "a limit of l that is a ratio",
            predicate("/gate/l/0/limit", json!("2.0000000000")),
        ),
        (
            "limit-null",
            "statement-malformed",
            "a limit of l that limits nothing",
            predicate("/gate/l/0/limit", json!(null)),
        ),
        (
            "limit-unknown-key",
            "statement-malformed",
            "a limit with a key that the contract does not name",
            predicate(
                "/gate/l/0",
                json!({"table": "persons", "column": "病名", "limit": 2, "definition": "l-diversity.entropy"}),
            ),
        ),
        (
            "list-for-object",
            "statement-malformed",
            "counts as a list",
            predicate(&at("/rows"), json!([100, 98, 2])),
        ),
        (
            "digest-upper-case",
            "statement-malformed",
            "a digest in capitals",
            predicate("/recipe/sha256", json!(sample::digest("recipe").as_str().to_uppercase())),
        ),
        (
            "digest-short",
            "statement-malformed",
            "a digest of 63 digits",
            predicate("/recipe/sha256", json!("a".repeat(63))),
        ),
        (
            "digest-other",
            "statement-malformed",
            "a second digest beside sha256",
            tree(|v| v["subject"][0]["digest"]["md5"] = json!("00")),
        ),
        (
            "time-with-zone",
            "statement-malformed",
            "a run time that is not written in UTC",
            predicate("/run_time", json!("2026-11-20T10:02:03+09:00")),
        ),
        (
            "time-no-such-day",
            "statement-malformed",
            "30 February",
            predicate("/run_time", json!("2026-02-30T00:00:00Z")),
        ),
        (
            "time-year-9999",
            "statement-malformed",
            "a run time that not every library of dates can hold",
            predicate("/run_time", json!("9999-12-31T23:59:59Z")),
        ),
        (
            "level-too-large",
            "statement-malformed",
            "a level beyond 32 bits",
            predicate("/decision/levels/0/level", json!(4294967296u64)),
        ),
        (
            "parameter-list",
            "statement-malformed",
            "a parameter that could hold a list of values of the data",
            predicate("/tables/0/columns/0/treatments/0/parameters/domain", json!(["a", "b"])),
        ),
        (
            "legal-form-unknown",
            "statement-malformed",
            "a legal form that the law does not know",
            predicate("/legal_form", json!("匿名化")),
        ),
        (
            "basis-unknown",
            "statement-malformed",
            "a basis between recountable and attested",
            predicate("/measures/0/basis", json!("probable")),
        ),
        (
            "key-id-malformed",
            "statement-malformed",
            "a key id with a path",
            predicate("/keys/0/id", json!("root-../../etc/pass")),
        ),
    ]
}
