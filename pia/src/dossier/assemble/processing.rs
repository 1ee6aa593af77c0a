//! Processed datasets: what was promised, what a signed run measured.

use crate::dossier::model::{Block, Inline, Style};

use super::annex;
use super::context::{Context, row};

pub(super) fn processing(context: &Context<'_>) -> Vec<Block> {
    let mut rows = Vec::new();
    for dataset in context.inputs.case.all("dataset").filter(|dataset| dataset.text("state") != Some("raw")) {
        let promise = dataset.one("promise");
        let table = promise.and_then(|promise| promise.text("table"));
        let promised: Vec<String> = ["k", "l", "t_percent"]
            .iter()
            .filter_map(|key| {
                promise?
                    .int(key)
                    .map(|value| format!("{} {value}", context.words.ui(&format!("processing.{key}"))))
            })
            .collect();
        let mut measured = Vec::new();
        let mut backing = Inline::default();
        for proof in promise.map_or_else(Vec::new, |promise| promise.many("manifest")) {
            let Some(standing) = context.inputs.evidence.get(proof.id()) else { continue };
            backing = backing
                .with(context.class(standing.class), Style::Tag)
                .with(format!(" {} ", proof.id()), Style::Small);
            if let Some(why) = &standing.refused {
                backing = backing.with(context.words.ui(annex::refusal_key(why)), Style::Strong);
            }
            if let Some(manifest) = &standing.manifest {
                measured.extend(annex::measures_of(context, manifest.content(), table));
            }
        }
        rows.push(row(
            format!("processing-{}", dataset.id()),
            vec![
                Inline::text(context.named(dataset.id())),
                context.value(dataset, "state"),
                Inline::text(if promised.is_empty() {
                    context.t("none").to_owned()
                } else {
                    promised.join("\n")
                }),
                if measured.is_empty() { context.undeclared() } else { Inline::text(measured.join("\n")) },
                backing,
                context.value(dataset, "key_destroyed"),
            ],
        ));
    }
    let mut blocks = vec![
        context.paragraph("processing-note", Inline::text(context.t("processing.note"))),
        context.table(
            "processing-table",
            "processing",
            &[
                ("dataset", 5),
                ("state", 4),
                ("promised", 3),
                ("measured", 6),
                ("backing", 4),
                ("destroyed", 3),
            ],
            rows,
            Some("processing"),
        ),
    ];
    blocks.extend(annex::answers_of(context, "processing-answers", &["processing"]));
    blocks
}
