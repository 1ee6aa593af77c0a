//! Measures with owner, date and evidence; what remains, and who accepts it.

use crate::dossier::model::{Block, Inline, Style};

use super::context::{Context, row};
use super::{annex, summary};

pub(super) fn plan(context: &Context<'_>) -> Vec<Block> {
    let case = context.inputs.case;
    let rows = case
        .all("measure")
        .map(|measure| {
            let system =
                measure.parent().map_or_else(String::new, |system| system.label(context.lang()).to_owned());
            let mut backing = Inline::default();
            for proof in measure.many("evidence") {
                if let Some(standing) = context.inputs.evidence.get(proof.id()) {
                    backing = backing
                        .with(context.class(standing.class), Style::Tag)
                        .with(format!(" {} ", proof.label(context.lang())), Style::Small);
                }
            }
            if backing == Inline::default() {
                backing = Inline::default().with(context.t("class.none"), Style::Tag);
            }
            row(
                format!("measure-{}", measure.id()),
                vec![
                    context.value(measure, "kind"),
                    context.value(measure, "detail"),
                    Inline::text(system),
                    context.value(measure, "status"),
                    context.value(measure, "since"),
                    context.value(measure, "owner"),
                    backing,
                ],
            )
        })
        .collect();
    let mut blocks = vec![context.table(
        "measures-table",
        "measures",
        &[
            ("kind", 6),
            ("detail", 9),
            ("system", 6),
            ("status", 3),
            ("since", 5),
            ("owner", 3),
            ("backing", 8),
        ],
        rows,
        Some("measures"),
    )];
    let todo = summary::unmet(context)
        .into_iter()
        .map(|finding| {
            row(
                format!("todo-{}", finding.id.as_str()),
                vec![
                    Inline::text(finding.rule.as_str()),
                    Inline::text(context.both(&finding.remedy)),
                    Inline::text(
                        finding
                            .object
                            .as_deref()
                            .map_or_else(|| context.t("whole-case").to_owned(), |id| context.named(id)),
                    ),
                    Inline::text(context.words.ui(&format!("role.{}", finding.role.id()))),
                    Inline::text(context.words.ui(&format!("gate-by.{}", finding.gate.id()))),
                    Inline::default(),
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "todo-table",
        "todo",
        &[("rule", 2), ("what", 9), ("where", 5), ("who", 3), ("until", 3), ("done", 3)],
        todo,
        None,
    ));
    blocks.extend(annex::answers_of(context, "plan-answers", &["review"]));
    blocks
}
