//! Versions and approval, the page for citizens, and what the assessment covers.

use crate::case::natural_order;
use crate::dossier::model::{Anchor, Block, Inline, Style};
use crate::judge::State;
use crate::risk::view::Effect;

use super::context::{Context, row};

pub(super) fn revisions(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    let rows = root
        .many("revisions")
        .iter()
        .map(|revision| {
            row(
                format!("revision-{}", context.say(*revision, "version")),
                ["version", "date", "changed", "reason", "author", "checker"]
                    .iter()
                    .map(|key| Inline::text(context.say(*revision, key)))
                    .collect(),
            )
        })
        .collect();
    let mut blocks = vec![context.table(
        "revisions-table",
        "revisions",
        &[("version", 2), ("date", 6), ("changed", 9), ("reason", 6), ("author", 3), ("checker", 4)],
        rows,
        None,
    )];
    if let Some(changes) = context.inputs.changes {
        let rows = changes
            .iter()
            .enumerate()
            .map(|(n, cells)| {
                row(
                    format!("change-{}", n + 1),
                    cells.iter().map(|cell| Inline::text(cell.as_str())).collect(),
                )
            })
            .collect();
        blocks.push(context.table(
            "changes-table",
            "changes",
            &[("item", 5), ("before", 7), ("after", 7), ("weight", 2)],
            rows,
            Some("changes"),
        ));
    }
    blocks.push(Block::SignOff {
        id: Anchor::new("approval"),
        caption: context.t("approval.caption").to_owned(),
        columns: ["approval.1", "approval.2", "approval.3", "approval.4"]
            .iter()
            .map(|key| context.t(key).to_owned())
            .collect(),
    });
    blocks
}

/// One page in plain words: what it is good for, what is used, what remains, and how to say no.
pub(super) fn citizen(context: &Context<'_>) -> Vec<Block> {
    let case = context.inputs.case;
    let Some(root) = case.root() else { return Vec::new() };
    let mut blocks = vec![context.paragraph("citizen-plain", context.value(root, "plain"))];
    let recipients: Vec<&str> = case
        .all("party")
        .filter(|party| party.text("kind") != Some("person"))
        .map(|party| party.label(context.lang()))
        .collect();
    let benefits: Vec<Inline> = root
        .many("benefits")
        .iter()
        .map(|benefit| {
            Inline::text(context.fill(
                "citizen.benefit-line",
                &[("who", &context.say(*benefit, "who")), ("what", &context.say(*benefit, "what"))],
            ))
        })
        .collect();
    blocks.push(context.heading("citizen-good", "", "citizen.good"));
    blocks.push(Block::List { id: Anchor::new("citizen-good-list"), items: benefits });
    blocks.push(context.heading("citizen-worry", "", "citizen.worry"));
    blocks.push(Block::List { id: Anchor::new("citizen-worry-list"), items: worries(context) });
    blocks.push(context.fields(
        "citizen-facts",
        "citizen.facts",
        vec![
                (
                    "citizen.what",
                    Inline::text(used(context)),
                ),
                ("citizen.who", Inline::text(recipients.join(context.t("list-separator")))),
                (
                    "citizen.until",
                    root.one("pilot")
                        .map_or_else(|| context.undeclared(), |pilot| context.value(pilot, "end")),
                ),
                (
                    "citizen.deleted",
                    root.one("pilot")
                        .map_or_else(|| context.undeclared(), |pilot| context.value(pilot, "deletion_due")),
                ),
                (
                    "citizen.stop",
                    Inline::text(
                        case.all("consent")
                            .map(|consent| context.say(consent, "withdrawal"))
                            .collect::<std::collections::BTreeSet<_>>()
                            .into_iter()
                            .collect::<Vec<_>>()
                            .join("\n"),
                    ),
                ),
                ("citizen.ask", context.value(root, "contact")),
            ],
    ));
    let state = match context.inputs.judgement.state {
        State::NothingFound => "citizen.state-nothing",
        _ => "citizen.state-open",
    };
    blocks.push(Block::Notice {
        id: Anchor::new("citizen-state"),
        title: context.t("citizen.state").to_owned(),
        text: Inline::text(context.t(state)).with(context.t("citizen.city-decides"), Style::Strong),
    });
    blocks
}

/// The data that is used, in the order of the taxonomy: what two datasets hold alike is named once.
fn used(context: &Context<'_>) -> String {
    let items = context.inputs.case.all("item").filter(|item| item.text("status") != Some("left-out"));
    let mut by_code = std::collections::BTreeMap::<String, Vec<&str>>::new();
    for item in items {
        let names = by_code.entry(context.say(item, "code")).or_default();
        let name = item.label(context.lang());
        // 「生年月日」 and 「傷病者の生年月日」 are one thing to a citizen.
        if names.iter().any(|have| name.contains(have)) {
            continue;
        }
        names.retain(|have| !have.contains(name));
        names.push(name);
    }
    let mut codes: Vec<&String> = by_code.keys().collect();
    codes.sort_by(|a, b| natural_order(a, b));
    // Who a person is comes first, then the rest in the order of the taxonomy.
    codes.sort_by_key(|code| !code.starts_with("iP"));
    let names: Vec<&str> =
        codes.into_iter().filter_map(|code| by_code.get(code)).flatten().copied().collect();
    names.join(context.t("list-separator"))
}

/// The scenarios with the highest remaining levels, each once, in plain sentences.
fn worries(context: &Context<'_>) -> Vec<Inline> {
    let assessment = context.inputs.risks;
    let mut worst = std::collections::BTreeMap::<&str, (usize, &crate::risk::view::Risk)>::new();
    for risk in assessment.risks.iter().filter(|risk| risk.open.is_empty()) {
        let [_, _, residual] = &risk.levels;
        let rank = assessment.rank(residual);
        let entry = worst.entry(&risk.scenario).or_insert((rank, risk));
        if rank > entry.0 {
            *entry = (rank, risk);
        }
    }
    let mut sorted: Vec<_> = worst.into_values().collect();
    sorted.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.scenario.cmp(&b.1.scenario)));
    sorted
        .into_iter()
        .take(4)
        .map(|(_, risk)| {
            let measures: Vec<&str> = risk
                .controls
                .iter()
                .filter(|control| matches!(control.effect, Effect::Lowers | Effect::Planned))
                .flat_map(|control| control.held.iter().map(|held| held.detail.as_str()))
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .take(2)
                .collect();
            let answer = if measures.is_empty() {
                context.t("citizen.no-measure").to_owned()
            } else {
                context.fill("citizen.measure", &[("what", &measures.join(context.t("list-separator")))])
            };
            Inline::text(context.both(&risk.plain)).with(answer, Style::Plain)
        })
        .collect()
}

pub(super) fn scope(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    let mut blocks = vec![context.fields(
        "scope-fields",
        "",
        vec![
            ("scope.summary", context.value(root, "summary")),
            ("scope.field", context.value(root, "field")),
            ("scope.phase", context.value(root, "phase")),
            ("scope.as-of", context.value(root, "as_of")),
            ("scope.not-covered", context.value(root, "gate_by_gate")),
            ("scope.method", Inline::text(context.t("scope.method-text"))),
        ],
    )];
    if let Some(verdict) = &context.inputs.questions.verdict {
        blocks.push(context.heading("scope-threshold", "", "scope.threshold"));
        blocks.push(context.paragraph(
            "scope-verdict",
            Inline::text(context.t("scope.verdict")).with(context.both(&verdict.level), Style::Strong),
        ));
        let rows = verdict
            .criteria
            .iter()
            .map(|criterion| {
                let mark = match criterion.fired {
                    Some(true) => "scope.fired",
                    Some(false) => "scope.silent",
                    None => "scope.assumed",
                };
                row(
                    format!("criterion-{}", criterion.id),
                    vec![
                        Inline::text(criterion.id.as_str()),
                        Inline::text(context.both(&criterion.label)),
                        Inline::text(context.t(mark)),
                    ],
                )
            })
            .collect();
        blocks.push(context.table(
            "scope-criteria",
            "criteria",
            &[("id", 2), ("what", 11), ("result", 4)],
            rows,
            None,
        ));
    }
    blocks
}
