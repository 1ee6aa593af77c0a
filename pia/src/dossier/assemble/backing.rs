//! What is measured and what is only said, in numbers: evidence, answers, measures.

use crate::case::tree::ObjectRef;
use crate::dossier::model::{Anchor, Block, Counter};
use crate::evidence::status::Class;
use crate::question::view::Source;

use super::context::Context;

/// Accepted and refused evidence, counted by what it is.
pub(super) fn boxes(context: &Context<'_>) -> Block {
    let mut counts = [(Class::Measured, 0_usize), (Class::Document, 0), (Class::SelfDeclared, 0)];
    let mut refused = 0_usize;
    for (_, standing) in context.inputs.evidence.iter() {
        if !standing.is_acceptable() {
            refused += 1;
            continue;
        }
        for (class, count) in &mut counts {
            if *class == standing.class {
                *count += 1;
            }
        }
    }
    let boxes = counts
        .into_iter()
        .map(|(class, count)| Counter {
            label: context.class(class),
            value: context.count(count),
            note: context.words.ui(&format!("class.{}-note", class.id())).to_owned(),
            current: false,
        })
        .chain([Counter {
            label: context.t("summary.refused").to_owned(),
            value: context.count(refused),
            note: context.t("summary.refused-note").to_owned(),
            current: false,
        }])
        .collect();
    Block::Counters { id: Anchor::new("s2-backing"), boxes }
}

/// Answers and measures, by what stands behind them.
pub(super) fn said(context: &Context<'_>) -> String {
    let answers = &context.inputs.questions.asked;
    let given = || answers.iter().filter_map(|asked| asked.given.as_ref());
    let from = |source: Source| given().filter(|given| given.source == source).count();
    let derived = from(Source::Derived);
    let judged = from(Source::Judged);
    let proven = given()
        .filter(|given| !matches!(given.source, Source::Derived | Source::Judged))
        .filter(|given| given.evidence.iter().any(|id| is_accepted(context, id)))
        .count();
    let all = given().count();
    let measures: Vec<ObjectRef<'_>> = context.inputs.case.all("measure").collect();
    let planned = measures.iter().filter(|measure| measure.text("status") == Some("planned")).count();
    let backed = measures
        .iter()
        .filter(|measure| measure.text("status") != Some("planned"))
        .filter(|measure| measure.many("evidence").iter().any(|proof| is_accepted(context, proof.id())))
        .count();
    context.fill(
        "summary.said",
        &[
            ("answers", &all.to_string()),
            ("derived", &derived.to_string()),
            ("judged", &judged.to_string()),
            ("proven", &proven.to_string()),
            ("only-said", &all.saturating_sub(derived + judged + proven).to_string()),
            ("measures", &measures.len().to_string()),
            ("backed", &backed.to_string()),
            ("planned", &planned.to_string()),
            ("unbacked", &measures.len().saturating_sub(backed + planned).to_string()),
        ],
    )
}

fn is_accepted(context: &Context<'_>, id: &str) -> bool {
    context.inputs.evidence.get(id).is_some_and(|standing| standing.is_acceptable())
}
