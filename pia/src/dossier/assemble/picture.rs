//! The case as a swimlane picture: parties are lanes, handling stages are columns.
//!
//! A flow ends in the column of its stage. It begins where its giver last received or held data
//! at or before that stage, else in the first column; so that a story reads from left to right.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::schema::schema;
use crate::case::tree::ObjectRef;
use crate::diagram::{
    Boundary, Column, DataState, Flow, Lane, Legend, Node, NodeKind, Picture, StateWords, draw,
};
use crate::dossier::model::{Anchor, Block, Inline, Row};
use crate::judge::Result;

use super::context::Context;
use super::flows;

/// Rows of the table on the first page.
const TOP: usize = 6;

/// The picture of all flows.
pub(super) fn whole(context: &Context<'_>) -> Block {
    let picture = of_case(context);
    let drawing = draw(&picture);
    Block::Figure {
        id: Anchor::new("picture"),
        svg: drawing.svg,
        alt: picture.description,
        caption: context.t("picture.caption").to_owned(),
    }
}

/// Who gives what to whom, and on which ground, in a few rows.
pub(super) fn thirty_seconds(context: &Context<'_>) -> Option<Block> {
    let handed: Vec<ObjectRef<'_>> = context
        .inputs
        .case
        .all("flow")
        .filter(|flow| {
            !matches!(flow.text("relation"), Some("internal" | "from-person" | "entrust" | "re-entrust"))
        })
        .collect();
    if handed.is_empty() {
        return None;
    }
    let mut rows: Vec<Row> = handed
        .iter()
        .take(TOP)
        .map(|flow| {
            let ground = |occasion: &str| {
                flow.many("legal")
                    .iter()
                    .filter(|basis| basis.text("side") == Some("gives"))
                    .filter(|basis| matches!(basis.text("when"), Some(when) if when == occasion || when == "both"))
                    .map(|basis| without_remark(&context.say(*basis, "basis")))
                    .collect::<Vec<_>>()
                    .join(context.t("list-separator"))
            };
            let dash = |text: String| if text.is_empty() { "－".to_owned() } else { text };
            Row {
                id: None,
                cells: vec![
                    Inline::default().link(flow.id(), Anchor::new(&format!("flow-{}", flow.id()))),
                    Inline::text(flows::ends(context, *flow)),
                    Inline::text(flows::some_items(context, *flow)),
                    Inline::text(dash(ground("normal"))),
                    Inline::text(dash(ground("emergency"))),
                ],
            }
        })
        .collect();
    let more = handed.len().saturating_sub(TOP);
    if more > 0 {
        let text = context.fill("summary.more-flows", &[("n", &more.to_string())]);
        let mut cells = vec![Inline::default(); 5];
        if let Some(cell) = cells.get_mut(1) {
            *cell = Inline::default().link(text, Anchor::new("flows-table"));
        }
        rows.push(Row { id: None, cells });
    }
    Some(context.table(
        "s1-flows",
        "summary.flows",
        &[("flow", 4), ("ends", 10), ("items", 10), ("normal", 6), ("emergency", 5)],
        rows,
        None,
    ))
}

/// The label of a basis without what stands in brackets.
pub(super) fn without_remark(label: &str) -> String {
    // 「69(2)(iv)」 is a number, not a remark; a remark in English stands behind a space.
    let short = label.split_once('（').map_or(label, |(short, _)| short);
    short.split_once(" (").map_or(short, |(short, _)| short).trim_end().to_owned()
}

/// Zones of trust: the city, providers of care, companies; a person stands in none.
fn zone(kind: &str) -> &'static str {
    match kind {
        "city" | "city-fire" | "city-medical" => "city",
        "national-university" | "medical" | "pharmacy" | "care" => "care",
        "person" => "",
        _ => "company",
    }
}

/// The picture of a case, also for `pia diagram`.
pub(super) fn of_case(context: &Context<'_>) -> Picture {
    let case = context.inputs.case;
    let stages: Vec<String> =
        schema().vocabulary("stage").map_or_else(Vec::new, |known| known.ids().map(str::to_owned).collect());
    let column = |stage: &str| stages.iter().position(|have| have == stage).unwrap_or(0);
    let flows: Vec<ObjectRef<'_>> = case.all("flow").collect();
    let mut received: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for flow in &flows {
        if let (Some(to), Some(stage)) = (flow.one("to"), flow.text("stage")) {
            received.entry(to.id()).or_default().insert(column(stage));
        }
    }
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let mut drawn = Vec::with_capacity(flows.len());
    for flow in &flows {
        let (Some(from), Some(to), Some(stage)) = (flow.one("from"), flow.one("to"), flow.text("stage"))
        else {
            continue;
        };
        let end = column(stage);
        let start =
            received.get(from.id()).and_then(|all| all.range(..=end).next_back().copied()).unwrap_or(0);
        for (capacity, at) in [(from, start), (to, end)] {
            used.insert(at);
            let stage = stages.get(at).map_or("", String::as_str);
            let node = node(context, capacity, stage);
            nodes.insert(node.id.clone(), node);
        }
        let name = |at: usize| stages.get(at).map_or("", String::as_str);
        drawn.push(arrow(context, *flow, node_id(from.id(), name(start)), node_id(to.id(), name(end))));
    }
    let lanes: Vec<Lane> = case
        .all("party")
        .filter(|party| nodes.values().any(|node| node.lane == party.id()))
        .map(|party| Lane {
            id: party.id().to_owned(),
            label: party.label(context.lang()).to_owned(),
            boundary: zone(party.text("kind").unwrap_or_default()).to_owned(),
        })
        .collect();
    let boundaries = ["city", "care", "company"]
        .iter()
        .map(|id| Boundary {
            id: (*id).to_owned(),
            label: context.words.ui(&format!("picture.zone-{id}")).to_owned(),
        })
        .collect();
    let columns = stages
        .iter()
        .enumerate()
        .filter(|(at, _)| used.contains(at))
        .map(|(_, stage)| Column { id: stage.clone(), label: context.word("stage", stage) })
        .collect();
    Picture {
        id: "flows".to_owned(),
        title: context.t("picture.title").to_owned(),
        description: description(context, &flows),
        boundaries,
        lanes,
        columns,
        nodes: nodes.into_values().collect(),
        flows: drawn,
        legend: legend(context),
    }
}

fn node_id(capacity: &str, stage: &str) -> String {
    format!("{capacity}.{stage}")
}

fn node<'a>(context: &Context<'a>, capacity: ObjectRef<'a>, stage: &str) -> Node {
    let party = capacity.parent();
    let kind = match (party.and_then(|party| party.text("kind")), capacity.text("role"), stage) {
        (Some("person"), _, _) => NodeKind::External,
        (_, Some("platform"), _) => NodeKind::Platform,
        (_, _, "store") => NodeKind::Store,
        _ => NodeKind::Process,
    };
    let country =
        party.and_then(|party| party.text("country")).filter(|country| *country != "JP").unwrap_or_default();
    Node {
        id: node_id(capacity.id(), stage),
        lane: party.map_or_else(String::new, |party| party.id().to_owned()),
        column: stage.to_owned(),
        kind,
        label: context.say(capacity, "business"),
        sublabel: country.to_owned(),
    }
}

fn arrow<'a>(context: &Context<'a>, flow: ObjectRef<'a>, from: String, to: String) -> Flow {
    let state = match flow.one("dataset").and_then(|dataset| dataset.text("state")) {
        Some("safety") => DataState::Safety,
        Some("pseudonymous") => DataState::Pseudonymous,
        Some("anonymous" | "administrative") => DataState::Anonymous,
        Some("statistics") => DataState::Statistics,
        _ => DataState::Raw,
    };
    let assessment = context.inputs.risks;
    let grave = assessment.levels.iter().position(|level| level.id == "high").unwrap_or(usize::MAX);
    let mut marks: Vec<String> = assessment
        .risks
        .iter()
        .filter(|risk| risk.flow == flow.id() && risk.open.is_empty())
        .filter(|risk| {
            let [_, _, residual] = &risk.levels;
            assessment.rank(residual) >= grave
        })
        .map(|risk| risk.scenario.clone())
        .collect();
    if marks.len() > 2 {
        let more = marks.len() - 1;
        marks.truncate(1);
        marks.push(format!("+{more}"));
    }
    let open = context.inputs.judgement.findings.iter().any(|finding| {
        finding.object.as_deref() == Some(flow.id())
            && !matches!(finding.result, Result::Met | Result::NotApplicable)
    });
    Flow {
        id: flow.id().to_owned(),
        number: flow.id().to_owned(),
        from,
        to,
        state,
        encrypted: matches!(flow.text("encrypted"), Some("tls13" | "tls12" | "vpn")),
        emergency_only: flow.text("when") == Some("emergency"),
        risk_marks: marks,
        open_marks: open,
        label: format!("{} {}: {}", flow.id(), flow.label(context.lang()), flows::ends(context, flow)),
    }
}

fn description<'a>(context: &Context<'a>, all: &[ObjectRef<'a>]) -> String {
    let each: Vec<String> = all
        .iter()
        .map(|flow| {
            format!("{} {}（{}）", flow.id(), flow.label(context.lang()), flows::ends(context, *flow))
        })
        .collect();
    context.fill(
        "picture.description",
        &[("n", &all.len().to_string()), ("flows", &each.join(context.t("list-separator")))],
    )
}

fn legend(context: &Context<'_>) -> Legend {
    let t = |key: &str| context.words.ui(&format!("picture.{key}")).to_owned();
    let state =
        |id: &str| StateWords { short: t(&format!("state-{id}-short")), long: t(&format!("state-{id}")) };
    Legend {
        heading: t("legend"),
        external: t("external"),
        process: t("process"),
        store: t("store"),
        platform: t("platform"),
        raw: state("raw"),
        safety: state("safety"),
        pseudonymous: state("pseudonymous"),
        anonymous: state("anonymous"),
        statistics: state("statistics"),
        boundary: t("boundary"),
        flow: t("flow"),
        emergency_only: t("emergency-only"),
        encrypted: t("encrypted"),
        risk: t("risk"),
        open: t("open"),
    }
}
