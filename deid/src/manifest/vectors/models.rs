//! Limits of further privacy models that the measures do not bear out.

use super::{Case, tree};
use serde_json::{Value, json};

/// The good statement with two further models: entropy l of the sensitive column, and average risk.
fn with_models(v: &mut Value) {
    let run = &mut v["predicate"];
    for (definition, columns, value) in [
        ("l-diversity.entropy", json!(["病名"]), json!("2.5000000000")),
        ("average-risk", json!(["年齢"]), json!("0.0500000000")),
    ] {
        let mut measure = run["measures"][0].clone();
        (measure["definition"], measure["columns"], measure["value"]) = (json!(definition), columns, value);
        run["measures"].as_array_mut().unwrap().push(measure);
    }
    run["gate"]["models"] = json!([
        {"definition": "l-diversity.entropy", "table": "persons", "column": "病名", "parameters": {},
         "limit": "2.5000000000", "bound": "least"},
        {"definition": "average-risk", "table": "persons", "column": null, "parameters": {"note": "x", "n": 1},
         "limit": "0.0500000000", "bound": "greatest"},
    ]);
}

fn changed(change: impl Fn(&mut Value)) -> impl Fn(&mut Value) {
    move |v| {
        with_models(v);
        change(&mut v["predicate"]);
    }
}

pub(super) fn cases() -> Vec<Case> {
    let bad = |name, why, change: fn(&mut Value)| (name, "gate-inconsistent", why, tree(changed(change)));
    vec![
        ("model-limits", "ok", "two further models, both exactly at their limits", tree(with_models)),
        (
            "model-limits-absent",
            "statement-malformed",
            "a gate without its list of further models",
            tree(|v| {
                v["predicate"]["gate"].as_object_mut().unwrap().remove("models");
            }),
        ),
        (
            "model-bound-unknown",
            "statement-malformed",
            "a limit that does not say on which side the figure keeps",
            tree(changed(|run| run["gate"]["models"][0]["bound"] = json!("about"))),
        ),
        (
            "model-parameter-list",
            "statement-malformed",
            "a parameter that is a list",
            tree(changed(|run| run["gate"]["models"][1]["parameters"]["note"] = json!(["x"]))),
        ),
        bad("model-below-least", "a figure below its least", |run| {
            run["measures"][4]["value"] = json!("2.4999999999")
        }),
        bad("model-above-greatest", "a figure above its greatest", |run| {
            run["measures"][5]["value"] = json!("0.0500000001");
        }),
        bad("model-figure-as-count", "a limit that is a ratio, and a figure that is a count", |run| {
            run["measures"][4]["value"] = json!(3);
        }),
        bad("model-without-figure", "a limit of what was never measured", |run| {
            run["measures"].as_array_mut().unwrap().remove(5);
        }),
        bad("model-figure-of-other-column", "a figure of another column", |run| {
            run["measures"][4]["columns"] = json!(["年齢"]);
        }),
        bad("model-figure-joined", "a figure of the joined view only", |run| {
            run["measures"][5]["scope"] = json!("joined");
            run["measures"][5]["table"] = Value::Null;
        }),
        bad("model-not-sensitive", "a limit about a column that is not sensitive", |run| {
            run["measures"][4]["columns"] = json!(["年齢"]);
            run["gate"]["models"][0]["column"] = json!("年齢");
        }),
        bad("model-unknown-table", "a limit for a table that is not there", |run| {
            run["gate"]["models"][1]["table"] = json!("visits");
        }),
        bad("model-twice", "two limits of one figure, both kept", |run| {
            let mut again = run["gate"]["models"][1].clone();
            again["limit"] = json!("0.1000000000");
            run["gate"]["models"].as_array_mut().unwrap().push(again);
        }),
        (
            "model-figure-null",
            "ok",
            "no record was published, so nothing is beyond a limit",
            tree(changed(|run| {
                run["measures"][5]["value"] = Value::Null;
            })),
        ),
    ]
}
