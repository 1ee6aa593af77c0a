//! Items, each weighed: adopted, coarser or left out, and why.

use crate::case::tree::ObjectRef;
use crate::dossier::model::{Block, Inline, Style};

use super::context::{Context, row};

pub(super) fn items(context: &Context<'_>) -> Vec<Block> {
    let mut rows = Vec::new();
    for dataset in context.inputs.case.all("dataset") {
        for item in dataset.many("items") {
            let code = context.say(item, "code");
            rows.push(row(
                format!("item-{}", item.id()),
                vec![
                    Inline::default().with(item.id(), Style::Code),
                    Inline::text(item.label(context.lang())),
                    Inline::text(context.inputs.taxon_name(&code, context.lang()))
                        .with(format!(" {code}"), Style::Small),
                    law_marks(context, item),
                    Inline::text(context.named(dataset.id())),
                    context.value(item, "status"),
                    context.value(item, "need"),
                    context.value(item, "origin"),
                    dataset
                        .one("retention")
                        .map_or_else(|| context.undeclared(), |retention| context.value(retention, "period")),
                ],
            ));
        }
    }
    vec![context.table(
        "items-table",
        "items",
        &[
            ("id", 5),
            ("name", 6),
            ("taxon", 9),
            ("marks", 6),
            ("dataset", 9),
            ("status", 3),
            ("need", 2),
            ("origin", 3),
            ("retention", 3),
        ],
        rows,
        Some("items"),
    )]
}

/// What the item taxonomy says about the law of an item, and how sensitive it is.
fn law_marks<'a>(context: &Context<'a>, item: ObjectRef<'a>) -> Inline {
    let Some(taxon) = item.one("taxon") else { return Inline::text("－") };
    let marks: Vec<String> =
        taxon.texts("marks").into_iter().map(|mark| context.word_of("item-mark", mark)).collect();
    let degree = taxon.int("sensitivity").map_or_else(String::new, |n| n.to_string());
    let degree = context.fill("items.sensitivity", &[("n", &degree)]);
    if marks.is_empty() {
        Inline::default().with(degree, Style::Small)
    } else {
        Inline::text(marks.join(context.t("list-separator"))).with(format!("\n{degree}"), Style::Small)
    }
}

pub(super) fn necessity(context: &Context<'_>) -> Vec<Block> {
    let mut blocks =
        vec![context.paragraph("necessity-tension", Inline::text(context.t("necessity.tension")))];
    for id in ["q.plan.proportionality", "q.plan.minimal"] {
        if let Some(asked) = context.inputs.questions.asked.iter().find(|asked| asked.id == id) {
            let answer = asked
                .given
                .as_ref()
                .map_or_else(|| context.undeclared(), |given| Inline::text(context.both(&given.words)));
            blocks.push(Block::Notice {
                id: crate::dossier::model::Anchor::new(&format!("necessity-{id}")),
                title: context.both(&asked.text).to_owned(),
                text: answer,
            });
        }
    }
    let rows = context
        .inputs
        .case
        .all("item")
        .map(|item| {
            row(
                format!("need-{}", item.id()),
                vec![
                    Inline::text(item.label(context.lang())).with(format!("\n{}", item.id()), Style::Small),
                    context.value(item, "status"),
                    context.value(item, "used_for"),
                    context.value(item, "without"),
                    context.value(item, "coarser"),
                    Inline::text(context.say(item, "reason"))
                        .with("\n", Style::Plain)
                        .with(context.say(item, "decided_by"), Style::Small),
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "necessity-table",
        "necessity",
        &[("name", 4), ("status", 3), ("used-for", 5), ("without", 5), ("coarser", 5), ("reason", 5)],
        rows,
        None,
    ));
    let alternatives = context
        .inputs
        .case
        .all("alternative")
        .map(|other| {
            row(
                format!("alternative-{}", other.id()),
                vec![
                    Inline::text(other.label(context.lang())),
                    context.value(other, "lacks"),
                    match other.flag("chosen") {
                        Some(true) => Inline::text(context.t("alternatives.yes")),
                        Some(false) => Inline::text(context.t("alternatives.no")),
                        None => context.value(other, "chosen"),
                    },
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "alternatives-table",
        "alternatives",
        &[("name", 6), ("lacks", 9), ("chosen", 2)],
        alternatives,
        None,
    ));
    blocks
}
