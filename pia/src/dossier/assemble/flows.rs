//! The service and its flows: picture, table of flows, table of legal bases.

use crate::case::tree::ObjectRef;
use crate::dossier::model::{Block, Inline, Style};

use super::context::{Context, row};
use super::picture;

/// What the service does, and its picture.
pub(super) fn service(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    vec![context.paragraph("flows-summary", context.value(root, "summary")), picture::whole(context)]
}

/// Every flow, and what each side rests on.
pub(super) fn flows(context: &Context<'_>) -> Vec<Block> {
    let case = context.inputs.case;
    let rows = case
        .all("flow")
        .map(|flow| {
            row(
                format!("flow-{}", flow.id()),
                vec![
                    Inline::default()
                        .with(flow.id(), Style::Strong)
                        .with(format!(" {}", flow.label(context.lang())), Style::Plain),
                    Inline::text(ends(context, flow)),
                    context.value(flow, "relation"),
                    context.value(flow, "when"),
                    Inline::text(items_of(context, flow)),
                    state_of(context, flow),
                    Inline::text(context.say(flow, "purposes")),
                    context
                        .value(flow, "channel")
                        .with("\n", Style::Plain)
                        .with(context.say(flow, "frequency"), Style::Small),
                    context.value(flow, "encrypted"),
                ],
            )
        })
        .collect();
    let mut blocks = vec![context.table(
        "flows-table",
        "flows",
        &[
            ("flow", 10),
            ("ends", 12),
            ("relation", 8),
            ("when", 8),
            ("items", 12),
            ("state", 7),
            ("purposes", 17),
            ("channel", 8),
            ("encrypted", 6),
        ],
        rows,
        Some("flows"),
    )];
    let mut legal = Vec::new();
    for flow in case.all("flow") {
        for basis in flow.many("legal") {
            legal.push(row(
                format!("legal-{}", basis.id()),
                vec![
                    Inline::default().with(flow.id(), Style::Strong),
                    context.value(basis, "side"),
                    context.value(basis, "when"),
                    context.value(basis, "basis"),
                    Inline::text(written_article(context, basis)),
                    context.value(basis, "reason"),
                ],
            ));
        }
    }
    blocks.push(context.table(
        "legal-table",
        "legal",
        &[("flow", 2), ("side", 3), ("when", 3), ("basis", 9), ("article", 11), ("reason", 9)],
        legal,
        Some("legal"),
    ));
    blocks
}

/// "渡す側 → 受ける側", by the names of the parties.
pub(super) fn ends<'a>(context: &Context<'a>, flow: ObjectRef<'a>) -> String {
    let party = |key: &str| {
        flow.one(key)
            .and_then(|capacity| capacity.parent().or(Some(capacity)))
            .map_or_else(String::new, |party| party.label(context.lang()).to_owned())
    };
    format!("{} → {}", party("from"), party("to"))
}

/// Items named in full before "and n more".
const FEW: usize = 3;

/// Names of the items that the flow carries.
pub(super) fn items_of<'a>(context: &Context<'a>, flow: ObjectRef<'a>) -> String {
    names(context, flow).join(context.t("list-separator"))
}

/// The first few names, and how many more there are.
pub(super) fn some_items<'a>(context: &Context<'a>, flow: ObjectRef<'a>) -> String {
    let mut all = names(context, flow);
    let more = all.len().saturating_sub(FEW);
    all.truncate(FEW);
    let named = all.join(context.t("list-separator"));
    if more == 0 {
        named
    } else {
        context.fill("summary.items-more", &[("named", &named), ("n", &more.to_string())])
    }
}

fn names<'a>(context: &Context<'a>, flow: ObjectRef<'a>) -> Vec<&'a str> {
    flow.many("items").iter().map(|item| item.label(context.lang())).collect()
}

fn state_of<'a>(context: &Context<'a>, flow: ObjectRef<'a>) -> Inline {
    flow.one("dataset").map_or_else(|| context.undeclared(), |dataset| context.value(dataset, "state"))
}

/// The article as the case wrote it; not verified by the tool.
fn written_article<'a>(context: &Context<'a>, basis: ObjectRef<'a>) -> String {
    let say = |key: &str| context.say(basis, key);
    context.inputs.law_name(&say("law"), context.lang())
        + &context.article(&say("article"), &say("paragraph"), &say("item"))
}
