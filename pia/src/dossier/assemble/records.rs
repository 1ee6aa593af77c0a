//! Hearings, opinions, the empty form for the city's decision, and when to look again.

use crate::dossier::model::{Anchor, Block, Inline, Row, Style};

use super::annex;
use super::context::Context;

/// Empty rows for what is written by hand.
const EMPTY_ROWS: usize = 4;

pub(super) fn hearing(context: &Context<'_>) -> Vec<Block> {
    let mut rows = annex::evidence_rows(context, |kind| kind == "hearing");
    rows.extend(std::iter::repeat_n(Row { id: None, cells: vec![Inline::text("　"); 5] }, EMPTY_ROWS));
    let rows =
        rows.into_iter().map(|row| Row { cells: row.cells.into_iter().take(5).collect(), ..row }).collect();
    let mut blocks = vec![context.table(
        "hearing-table",
        "hearing",
        &[("id", 3), ("title", 7), ("kind", 4), ("date", 6), ("state", 3)],
        rows,
        None,
    )];
    blocks.extend(annex::answers_of_ids(context, "hearing-answers", &["q.review.overdue"]));
    blocks
}

pub(super) fn opinions(context: &Context<'_>) -> Vec<Block> {
    annex::answers_of_ids(
        context,
        "opinions-answers",
        &["q.plan.voice", "q.law.council", "q.publication.summary"],
    )
}

/// The city fills this in; the tool never does.
pub(super) fn decision(context: &Context<'_>) -> Vec<Block> {
    let blank = || Inline::text("　");
    vec![
        context.paragraph("decision-note", Inline::text(context.t("decision.note"))),
        context.fields(
            "decision-form",
            "decision.caption",
            vec![
                ("decision.result", Inline::text(context.t("decision.boxes"))),
                ("decision.conditions", blank()),
                ("decision.due", blank()),
                ("decision.checker", blank()),
                ("decision.date", blank()),
                ("decision.by", blank()),
                ("decision.digest", Inline::default().with(context.inputs.digest, Style::Code)),
            ],
        ),
    ]
}

pub(super) fn triggers(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    let items: Vec<Inline> = root.texts("review_triggers").into_iter().map(Inline::text).collect();
    let mut blocks = vec![context.fields(
        "triggers-validity",
        "",
        vec![("triggers.valid-until", context.value(root, "valid_until"))],
    )];
    if items.is_empty() {
        blocks.push(context.paragraph("triggers-none", context.undeclared()));
    } else {
        blocks.push(context.paragraph("triggers-intro", Inline::text(context.t("triggers.intro"))));
        blocks.push(Block::List { id: Anchor::new("triggers-list"), items });
    }
    blocks
}
