//! What the references of a case must not form: circles, one-way pairs, loops, foreign items.

use std::collections::BTreeSet;

use super::problems::Problems;
use crate::case::tree::{Case, Ix, Node, ObjectRef, Value};
use crate::codes::Code;
use crate::error::Diagnostic;

/// References that must lead to an end: who engages whom, what is made from what.
const ACYCLIC: [(&str, &str); 2] = [("party", "engaged_by"), ("dataset", "made_from")];

/// Checks a case whose references are followed.
pub(super) fn check(case: &Case, problems: &mut Problems<'_>) {
    for (kind, key) in ACYCLIC {
        circles(case, kind, key, problems);
    }
    for flow in case.all("flow") {
        same_capacity(flow, problems);
        reverse(flow, problems);
        foreign_items(flow, problems);
    }
}

fn targets(node: &Node) -> Vec<(Ix, &Node)> {
    match &node.value {
        Value::Object(ix) => vec![(*ix, node)],
        Value::List(list) => list.iter().flat_map(targets).collect(),
        _ => Vec::new(),
    }
}

/// Walks from each object as far as references lead, without recursion: a chain may be long.
fn circles(case: &Case, kind: &str, key: &str, problems: &mut Problems<'_>) {
    let mut done: BTreeSet<Ix> = BTreeSet::new();
    for start in case.all(kind) {
        // The way to here: object, the references that are left to follow.
        let mut way: Vec<(Ix, Vec<(Ix, &Node)>)> = Vec::new();
        let next = |ix: Ix| case.get(ix).and_then(|o| o.get(key)).map(targets).unwrap_or_default();
        if !done.contains(&start.ix()) {
            way.push((start.ix(), next(start.ix())));
        }
        while let Some((here, left)) = way.last_mut() {
            let Some((to, node)) = left.pop() else {
                done.insert(*here);
                way.pop();
                continue;
            };
            if let Some(first) = way.iter().position(|(ix, _)| *ix == to) {
                let circle: Vec<&str> =
                    way.iter().skip(first).filter_map(|(ix, _)| case.get(*ix)).map(ObjectRef::id).collect();
                let fault = Diagnostic::error(Code::Cycle).own("key", [key]);
                problems.at(&node.place, fault.name("ids", &circle.join(" → ")));
            } else if !done.contains(&to) {
                way.push((to, next(to)));
            }
        }
    }
}

fn same_capacity(flow: ObjectRef<'_>, problems: &mut Problems<'_>) {
    let (Some(from), Some(to)) = (flow.one("from"), flow.one("to")) else { return };
    if from.ix() == to.ix()
        && let Some(node) = flow.get("to")
    {
        let fault = Diagnostic::error(Code::SameCapacity).name("id", flow.id());
        problems.at(&node.place, fault.name("capacity", to.id()));
    }
}

/// A pair of flows points at each other and leads there and back. Told once, at the flow that
/// does not fit.
fn reverse(flow: ObjectRef<'_>, problems: &mut Problems<'_>) {
    let (Some(other), Some(node)) = (flow.one("reverse"), flow.get("reverse")) else { return };
    let ends = |flow: ObjectRef<'_>| Some((flow.one("from")?.ix(), flow.one("to")?.ix()));
    // An end that could not be read has been told.
    let (Some(there), Some(back)) = (ends(flow), ends(other)) else { return };
    let opposite = there == (back.1, back.0);
    let back = other.one("reverse").map(ObjectRef::ix) == Some(flow.ix());
    if back && (opposite || flow.ix() > other.ix()) {
        return;
    }
    let label = problems.spot(other.get("reverse").map_or(other.place(), |node| &node.place));
    let fault = Diagnostic::error(Code::ReverseMismatch).name("id", flow.id()).name("other", other.id());
    problems.at(&node.place, fault.label(label, "label.other"));
}

fn foreign_items(flow: ObjectRef<'_>, problems: &mut Problems<'_>) {
    let (Some(dataset), Some(node)) = (flow.one("dataset"), flow.get("only_items")) else { return };
    for (ix, node) in targets(node) {
        let Some(item) = flow.case().get(ix) else { continue };
        if item.parent().map(ObjectRef::ix) != Some(dataset.ix()) {
            let fault = Diagnostic::error(Code::ItemOfOtherDataset).name("item", item.id());
            problems.at(&node.place, fault.name("dataset", dataset.id()));
        }
    }
}
