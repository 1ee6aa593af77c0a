//! Processed datasets: what was promised, what a signed run measured.

use crate::dossier::model::{Block, Inline, Style};

use super::annex;
use super::context::{Context, row};

pub(super) fn processing(context: &Context<'_>) -> Vec<Block> {
    let mut rows = Vec::new();
    let mut figures = Vec::new();
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
        let before = figures.len();
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
                for (n, figure) in
                    annex::measures_of(context, manifest.content(), table).into_iter().enumerate()
                {
                    let cells = std::iter::once(dataset.id().to_owned()).chain(figure);
                    figures.push(row(
                        format!("measured-{}-{}-{}", dataset.id(), proof.id(), n + 1),
                        cells.map(Inline::text).collect(),
                    ));
                }
            }
        }
        if backing == Inline::default() {
            backing = Inline::default().with(context.t("class.none"), Style::Tag);
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
                match figures.len() - before {
                    0 => context.undeclared(),
                    n => Inline::text(context.fill("processing.count", &[("n", &n.to_string())])),
                },
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
                ("dataset", 6),
                ("state", 5),
                ("promised", 4),
                ("measured", 4),
                ("backing", 5),
                ("destroyed", 4),
            ],
            rows,
            Some("processing"),
        ),
    ];
    if !figures.is_empty() {
        blocks.push(context.table(
            "measured-table",
            "measured",
            &[("dataset", 5), ("table", 4), ("name", 10), ("value", 3), ("basis", 7)],
            figures,
            Some("measured"),
        ));
    }
    blocks.extend(annex::answers_of(context, "processing-answers", &["processing"]));
    blocks
}
