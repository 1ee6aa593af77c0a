//! Processed datasets: what was promised, what a signed run measured.
//!
//! A run measures each table alone and all tables joined; the joined figures stand behind those of the
//! tables, because whoever knows all records of a person is the stronger attacker. Whether a promise is
//! kept is judged by the rules, not here.

use std::collections::BTreeSet;

use crate::case::tree::ObjectRef;
use crate::dossier::model::{Block, Inline, Row, Style};
use crate::evidence::{Figure, Measure, RunManifest};

use super::annex;
use super::context::{Context, row};

pub(super) fn processing(context: &Context<'_>) -> Vec<Block> {
    let mut rows = Vec::new();
    let mut figures = Vec::new();
    let mut joined = Vec::new();
    let mut runs = BTreeSet::new();
    for dataset in context.inputs.case.all("dataset").filter(|dataset| dataset.text("state") != Some("raw")) {
        let promise = dataset.one("promise");
        let table = promise.and_then(|promise| promise.text("table"));
        let mut backing = Inline::default();
        let mut worst = Vec::new();
        for proof in promise.map_or_else(Vec::new, |promise| promise.many("manifest")) {
            let Some(standing) = context.inputs.evidence.get(proof.id()) else { continue };
            backing = backing
                .with(context.class(standing.class), Style::Tag)
                .with(format!(" {} ", proof.label(context.lang())), Style::Small);
            if let Some(why) = &standing.refused {
                backing = backing.with(context.words.ui(annex::refusal_key(why)), Style::Strong);
            }
            let Some(manifest) = standing.manifest.as_ref().map(|manifest| manifest.content()) else {
                continue;
            };
            worst.extend(worst_of(context, manifest, table));
            let id = format!("measured-{}-{}", dataset.id(), proof.id());
            let wanted = |measure: &Measure| match (table, measure.table.as_deref()) {
                (_, None) => false,
                (Some(table), Some(of)) => of == table,
                (None, Some(_)) => true,
            };
            figures.extend(measured(context, &id, &context.named(dataset.id()), manifest, wanted));
            if runs.insert(proof.id()) {
                let id = format!("measured-joined-{}", proof.id());
                let all = context.t("processing.joined");
                joined.extend(measured(context, &id, all, manifest, |measure| measure.table.is_none()));
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
                promised(context, promise),
                if worst.is_empty() {
                    Inline::text(context.t("none"))
                } else {
                    Inline::text(worst.join("\n"))
                },
                backing,
                context.value(dataset, "key_destroyed"),
            ],
        ));
    }
    figures.extend(joined);
    let mut blocks = vec![
        context.paragraph("processing-note", Inline::text(context.t("processing.note"))),
        context.table(
            "processing-table",
            "processing",
            &[
                ("dataset", 6),
                ("state", 4),
                ("promised", 4),
                ("measured", 6),
                ("backing", 6),
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
            &[("dataset", 8), ("name", 9), ("column", 6), ("value", 3), ("basis", 5)],
            figures,
            Some("measured"),
        ));
    }
    blocks.extend(annex::answers_of(context, "processing-answers", &["processing"]));
    blocks
}

/// k, l and t that the case promises.
fn promised<'a>(context: &Context<'a>, promise: Option<ObjectRef<'a>>) -> Inline {
    let each: Vec<String> = ["k", "l", "t_percent"]
        .iter()
        .filter_map(|key| {
            let value = promise?.int(key)?;
            Some(format!("{} {value}", context.words.ui(&format!("processing.{key}"))))
        })
        .collect();
    Inline::text(if each.is_empty() { context.t("none").to_owned() } else { each.join("\n") })
}

/// The worst k, l and t of a table, or of all; with the column that it is about.
fn worst_of(context: &Context<'_>, manifest: &RunManifest, table: Option<&str>) -> Vec<String> {
    let of = |family: &'static str| {
        manifest.measures.iter().filter_map(move |measure| {
            let of = measure.table.as_deref()?;
            let wanted = table.is_none_or(|table| table == of);
            let name = named_measure(&measure.definition).0;
            (wanted
                && (name == family || name.strip_prefix(family).is_some_and(|rest| rest.starts_with('.'))))
            .then_some(())?;
            Some((measure, measure.value?))
        })
    };
    let size = |figure: Figure| match figure {
        Figure::Count(count) => i128::from(count),
        Figure::Ratio(ratio) => ratio,
    };
    let found = [
        ("k", of("k-anonymity").filter(|(m, _)| m.definition == "k-anonymity").min_by_key(|f| size(f.1))),
        ("l", of("l-diversity.distinct").min_by_key(|found| size(found.1))),
        ("t", of("t-closeness.equal").max_by_key(|found| size(found.1))),
    ];
    found
        .into_iter()
        .filter_map(|(key, found)| {
            let (measure, figure) = found?;
            let columns = if key == "k" { String::new() } else { columns_of(context, measure) };
            let key = if columns.is_empty() {
                format!("processing.found-{key}")
            } else {
                format!("processing.found-{key}-of")
            };
            Some(context.fill(&key, &[("value", &figure_text(figure)), ("column", &columns)]))
        })
        .collect()
}

/// One row for each figure that was counted.
fn measured(
    context: &Context<'_>,
    id: &str,
    about: &str,
    manifest: &RunManifest,
    wanted: impl Fn(&Measure) -> bool,
) -> Vec<Row> {
    let figures = manifest.measures.iter().filter(|measure| wanted(measure));
    figures
        .filter_map(|measure| {
            let basis = if measure.recountable { "processing.recountable" } else { "processing.attested" };
            let value = with_limit(context, manifest, measure, figure_text(measure.value?));
            Some((measure, value, context.t(basis)))
        })
        .enumerate()
        .map(|(n, (measure, value, basis))| {
            row(
                format!("{id}-{}", n + 1),
                vec![
                    Inline::text(about),
                    Inline::text(measure_name(context, &measure.definition)),
                    Inline::text(columns_of(context, measure)),
                    Inline::text(value),
                    Inline::text(basis),
                ],
            )
        })
        .collect()
}

/// A figure that the run had to keep to, with its limit.
fn with_limit(context: &Context<'_>, manifest: &RunManifest, measure: &Measure, value: String) -> String {
    let mut limits = manifest.gate.iter().flat_map(|gate| &gate.models);
    let Some(limit) = limits.find(|limit| limit.is_about(measure)) else { return value };
    let key = if limit.at_least { "processing.at-least" } else { "processing.at-most" };
    context.fill(key, &[("value", &value), ("limit", &figure_text(limit.limit))])
}

fn figure_text(figure: Figure) -> String {
    match figure {
        Figure::Count(count) => count.to_string(),
        Figure::Ratio(ratio) => ratio_text(ratio),
    }
}

/// Name and column of a definition: "l-diversity.distinct[病名]".
fn named_measure(definition: &str) -> (&str, Option<&str>) {
    match definition.split_once('[') {
        Some((name, rest)) => (name, rest.strip_suffix(']')),
        None => (definition, None),
    }
}

/// The columns that a measure is about, as the run wrote them.
fn columns_of(context: &Context<'_>, measure: &Measure) -> String {
    match named_measure(&measure.definition).1 {
        Some(column) => column.to_owned(),
        None => measure.columns.join(context.t("list-separator")),
    }
}

/// A measure in words; its definition where there are no words for it.
fn measure_name(context: &Context<'_>, definition: &str) -> String {
    let name = named_measure(definition).0;
    let key = format!("processing.measure.{name}");
    let said = context.words.ui(&key);
    if said == key { definition.to_owned() } else { said.to_owned() }
}

/// A ratio in units of 10⁻¹⁰ with four digits after the point, rounded half up.
fn ratio_text(ratio: i128) -> String {
    let rounded = (ratio + 500_000).div_euclid(1_000_000);
    format!("{}.{:04}", rounded.div_euclid(10_000), rounded.rem_euclid(10_000))
}
