//! Limits of l and t that the measures do not bear out, column by column.

use super::{Case, predicate, tree};
use serde_json::{Value, json};

/// The good statement with a second sensitive column, whose figures are worse than any limit of
/// the first.
fn with_second_column(v: &mut Value) {
    let run = &mut v["predicate"];
    let mut column = run["tables"][0]["columns"][3].clone();
    column["name"] = json!("職業");
    push(&mut run["tables"][0]["columns"], column);
    push(&mut run["tables"][0]["sensitive"], json!("職業"));
    for (figure, value) in [(2, json!(1)), (3, json!("0.9000000000"))] {
        let mut measure = run["measures"][figure].clone();
        measure["columns"] = json!(["職業"]);
        measure["value"] = value;
        push(&mut run["measures"], measure);
    }
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().unwrap().push(item);
}

fn limit(table: &str, column: &str, limit: Value) -> Value {
    json!({"table": table, "column": column, "limit": limit})
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        (
            "limit-of-one-column",
            "ok",
            "the figures of a column without a limit lie beyond the limits of another",
            tree(with_second_column),
        ),
        (
            "limit-of-each-column",
            "ok",
            "two columns, each within a limit of its own",
            tree(|v| {
                with_second_column(v);
                let gate = &mut v["predicate"]["gate"];
                push(&mut gate["l"], limit("persons", "職業", json!(1)));
                push(&mut gate["t"], limit("persons", "職業", json!("0.9000000000")));
            }),
        ),
        (
            "limit-none",
            "ok",
            "k alone is limited; l and t are measured",
            tree(|v| {
                let gate = &mut v["predicate"]["gate"];
                (gate["l"], gate["t"]) = (json!([]), json!([]));
                gate["t_reference"] = Value::Null;
            }),
        ),
        (
            "joined-below-k",
            "ok",
            "the joined view lies below k; it is measured and not gated",
            predicate("/measures/1/value", json!(1)),
        ),
        (
            "limit-second-column-l",
            "gate-inconsistent",
            "the second column is beyond its own l",
            tree(|v| {
                with_second_column(v);
                let l = &mut v["predicate"]["gate"]["l"];
                push(l, limit("persons", "職業", json!(2)));
            }),
        ),
        (
            "limit-second-column-t",
            "gate-inconsistent",
            "the second column is beyond its own t",
            tree(|v| {
                with_second_column(v);
                let t = &mut v["predicate"]["gate"]["t"];
                push(t, limit("persons", "職業", json!("0.8999999999")));
            }),
        ),
        (
            "limit-without-figure-l",
            "gate-inconsistent",
            "a limit of l for a sensitive column whose l was never measured",
            tree(|v| {
                with_second_column(v);
                let run = &mut v["predicate"];
                run["measures"].as_array_mut().unwrap().remove(4);
                push(&mut run["gate"]["l"], limit("persons", "職業", json!(1)));
            }),
        ),
        (
            "limit-without-figure-t",
            "gate-inconsistent",
            "a limit of t for a sensitive column whose t was never measured",
            tree(|v| {
                with_second_column(v);
                let run = &mut v["predicate"];
                run["measures"].as_array_mut().unwrap().remove(5);
                push(&mut run["gate"]["t"], limit("persons", "職業", json!("1.0000000000")));
            }),
        ),
        (
            "limit-figure-of-two-columns",
            "gate-inconsistent",
            "l was measured for two columns together, not for the one that is limited",
            predicate("/measures/2/columns", json!(["病名", "年齢"])),
        ),
        (
            "limit-figure-joined",
            "gate-inconsistent",
            "l was measured for the joined view only",
            tree(|v| {
                let measure = &mut v["predicate"]["measures"][2];
                measure["scope"] = json!("joined");
                measure["table"] = Value::Null;
            }),
        ),
        (
            "limit-figure-of-other-table",
            "gate-inconsistent",
            "a column of the same name was measured in another table only",
            tree(|v| {
                let run = &mut v["predicate"];
                let mut table = run["tables"][0].clone();
                (table["id"], table["file"]) = (json!("visits"), json!("report.html"));
                push(&mut run["tables"], table);
                let mut k = run["measures"][0].clone();
                k["table"] = json!("visits");
                push(&mut run["measures"], k);
                push(&mut run["gate"]["l"], limit("visits", "病名", json!(2)));
            }),
        ),
        (
            "limit-figure-twice",
            "gate-inconsistent",
            "two figures of the limited column, one of them beyond the limit",
            tree(|v| {
                let mut measure = v["predicate"]["measures"][2].clone();
                measure["value"] = json!(1);
                push(&mut v["predicate"]["measures"], measure);
            }),
        ),
        (
            "limit-figure-as-ratio",
            "gate-inconsistent",
            "an l that is a ratio, so no count reaches the limit",
            predicate("/measures/2/value", json!("3.0000000000")),
        ),
        (
            "limit-figure-as-count",
            "gate-inconsistent",
            "a t that is a count",
            predicate("/measures/3/value", json!(0)),
        ),
        (
            "limit-unknown-column",
            "gate-inconsistent",
            "a limit for a column that is not there",
            predicate("/gate/l/0/column", json!("病状")),
        ),
        (
            "limit-unknown-table",
            "gate-inconsistent",
            "a limit for a table that is not there",
            predicate("/gate/l/0/table", json!("visits")),
        ),
        (
            "limit-not-sensitive",
            "gate-inconsistent",
            "a limit for a column that is measured and not sensitive",
            tree(|v| {
                let run = &mut v["predicate"];
                run["measures"][2]["columns"] = json!(["年齢"]);
                run["gate"]["l"][0]["column"] = json!("年齢");
            }),
        ),
        (
            "limit-twice-l",
            "gate-inconsistent",
            "two limits of l for one column, both kept",
            tree(|v| {
                push(&mut v["predicate"]["gate"]["l"], limit("persons", "病名", json!(3)));
            }),
        ),
        (
            "limit-twice-t",
            "gate-inconsistent",
            "one limit of t stated twice",
            tree(|v| {
                let t = &mut v["predicate"]["gate"]["t"];
                let again = t[0].clone();
                push(t, again);
            }),
        ),
        (
            "limit-t-without-reference",
            "gate-inconsistent",
            "t is limited and compared with nothing",
            predicate("/gate/t_reference", Value::Null),
        ),
        (
            "limit-reference-without-t",
            "gate-inconsistent",
            "a reference of t, and t is not limited",
            predicate("/gate/t", json!([])),
        ),
    ]
}
