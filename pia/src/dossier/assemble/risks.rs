//! Risks: heat map, table with the computation, completeness.

use crate::dossier::model::{Anchor, Block, Inline, Row, Style};
use crate::risk::view::{Control, Effect, Risk};

use super::context::{Context, row};

pub(super) fn risks(context: &Context<'_>) -> Vec<Block> {
    let assessment = context.inputs.risks;
    let mut blocks =
        vec![context.paragraph("risks-note", Inline::text(context.t("risks.note"))), scale(context)];
    let mut by_scenario: Vec<(&str, Vec<&Risk>)> = Vec::new();
    for risk in &assessment.risks {
        match by_scenario.last_mut() {
            Some((scenario, all)) if *scenario == risk.scenario => all.push(risk),
            _ => by_scenario.push((&risk.scenario, vec![risk])),
        }
    }
    let worst: Vec<&Risk> = by_scenario.iter().filter_map(|(_, all)| worst_of(context, all)).collect();
    blocks.push(heat_map(context, "risks-before", "heat.before", &worst, |risk| risk.inherent.level));
    blocks.push(heat_map(context, "risks-after", "heat.after", &worst, |risk| risk.existing));
    blocks.push(heat_map(context, "risks-planned", "heat.planned", &worst, |risk| risk.residual));
    let rows = by_scenario.iter().map(|(_, all)| scenario(context, all)).collect();
    blocks.push(context.table(
        "risks-table",
        "risks",
        &[
            ("scenario", 6),
            ("flows", 4),
            ("severity", 6),
            ("inherent", 6),
            ("measures", 8),
            ("existing", 3),
            ("residual", 3),
        ],
        rows,
        Some("risks"),
    ));
    let grid = &assessment.grid;
    let mut lines = vec![context.fill(
        "risks.grid",
        &[
            ("cells", &grid.cells.to_string()),
            ("risks", &grid.risks.to_string()),
            ("na", &grid.not_applicable.iter().map(|(_, count)| count).sum::<usize>().to_string()),
            ("open", &grid.open.len().to_string()),
        ],
    )];
    lines.extend(grid.not_applicable.iter().map(|(reason, count)| {
        context.fill("count-line", &[("what", context.both(reason)), ("n", &count.to_string())])
    }));
    blocks.push(Block::List {
        id: Anchor::new("risks-grid"),
        items: lines.into_iter().map(Inline::text).collect(),
    });
    if !grid.open.is_empty() {
        let mut by_flow = std::collections::BTreeMap::<&str, Vec<(&str, Vec<String>)>>::new();
        for cell in &grid.open {
            let stages = by_flow.entry(&cell.flow).or_default();
            let threat = cell.linddun.to_string();
            match stages.last_mut() {
                Some((stage, threats)) if *stage == cell.stage => threats.push(threat),
                _ => stages.push((&cell.stage, vec![threat])),
            }
        }
        let rows = by_flow
            .into_iter()
            .map(|(flow, stages)| {
                let cells: Vec<String> = stages
                    .into_iter()
                    .map(|(stage, threats)| {
                        let facts =
                            [("stage", &*context.word("stage", stage)), ("threats", &*threats.join(" "))];
                        context.fill("grid.stage", &facts)
                    })
                    .collect();
                row(
                    format!("grid-{flow}"),
                    vec![
                        Inline::text(context.named(flow)),
                        Inline::text(cells.join(context.t("grid.separator"))),
                    ],
                )
            })
            .collect();
        blocks.push(context.table("grid-table", "grid", &[("flow", 4), ("cells", 12)], rows, None));
    }
    blocks
}

/// What the four severities mean.
fn scale(context: &Context<'_>) -> Block {
    let assessment = context.inputs.risks;
    let rows = (1_usize..)
        .zip(assessment.severities.iter().zip(&assessment.examples))
        .map(|(level, (name, example))| {
            let cells = vec![
                Inline::text(format!("{level} {}", context.both(name))),
                Inline::text(context.both(example)),
            ];
            row(format!("severity-{level}"), cells)
        })
        .collect();
    context.table("risks-scale", "scale", &[("level", 3), ("example", 12)], rows, None)
}

/// The flow where a scenario is worst: the first of those with the highest levels.
fn worst_of<'a>(context: &Context<'_>, all: &[&'a Risk]) -> Option<&'a Risk> {
    let assessment = context.inputs.risks;
    let rank = |risk: &Risk| {
        let [inherent, existing, residual] = &risk.levels;
        (
            risk.open.is_empty(),
            assessment.rank(residual),
            assessment.rank(existing),
            assessment.rank(inherent),
        )
    };
    let mut worst: Option<&Risk> = None;
    for risk in all {
        if worst.is_none_or(|best| rank(risk) > rank(best)) {
            worst = Some(risk);
        }
    }
    worst
}

/// The worst flow of a scenario stands in the row; the others are named.
fn scenario(context: &Context<'_>, all: &[&Risk]) -> Row {
    let Some(worst) = worst_of(context, all) else {
        return Row { id: None, cells: vec![Inline::default(); 7] };
    };
    let flows: Vec<&str> = all.iter().map(|risk| risk.flow.as_str()).collect();
    let reason = |step: &crate::risk::view::Step| {
        let mut cell = Inline::default()
            .with(step.level.to_string(), Style::Strong)
            .with(format!(" {}", context.both(&step.reason)), Style::Plain);
        if step.assumed {
            cell = cell.with(" ", Style::Plain).with(context.t("risks.assumed"), Style::Tag);
        }
        cell
    };
    let mut measures = Inline::default();
    for (n, control) in worst.controls.iter().enumerate() {
        measures = measures
            .with(if n > 0 { "\n" } else { "" }, Style::Plain)
            .with(context.class(control.class), Style::Tag)
            .with(format!(" {}", measure(context, control)), Style::Plain);
    }
    let [_, existing, residual] = &worst.levels;
    let mut last = level(context, residual, worst.residual);
    if let Some(change) = &worst.overridden {
        last = last.with("\n", Style::Plain).with(context.t("risks.overridden"), Style::Tag).with(
            context.fill(
                "risks.override-line",
                &[
                    ("reason", &change.reason),
                    ("by", &change.by),
                    ("at", &change.at),
                    ("from", &change.computed),
                ],
            ),
            Style::Small,
        );
    }
    let [inherent, _, _] = &worst.levels;
    row(
        format!("risk-{}", worst.scenario),
        vec![
            Inline::default()
                .with(worst.scenario.as_str(), Style::Strong)
                .with(format!(" {}", context.both(&worst.title)), Style::Plain)
                .with(format!("\nLINDDUN: {}", worst.linddun.join(", ")), Style::Small),
            Inline::default()
                .with(worst.flow.as_str(), Style::Strong)
                .with(format!("\n{}", flows.join(context.t("list-separator"))), Style::Small),
            reason(&worst.severity),
            reason(&worst.inherent).with("\n", Style::Plain).append(level(
                context,
                inherent,
                worst.inherent.level,
            )),
            if worst.controls.is_empty() { Inline::text(context.t("none")) } else { measures },
            level(context, existing, worst.existing),
            last,
        ],
    )
}

/// A kind of measure once, with the systems that have it and what it does.
fn measure(context: &Context<'_>, control: &Control) -> String {
    let separator = context.t("list-separator");
    let mut systems: Vec<&str> = control.held.iter().map(|held| held.system.as_str()).collect();
    systems.dedup();
    let effect = match control.effect {
        Effect::Lowers => "risks.lowers",
        Effect::Planned => "risks.planned",
        Effect::NoEvidence => "risks.no-evidence",
        Effect::NotEverywhere => "risks.not-everywhere",
        Effect::NeedNotMet => "risks.need-not-met",
    };
    let steps = control.steps.to_string();
    let effect = context.fill(effect, &[("n", &steps), ("missing", &control.missing.join(separator))]);
    let kind = context.word("measure-kind", &control.kind);
    let facts = [("kind", &*kind), ("systems", &*systems.join(separator)), ("effect", &*effect)];
    context.fill("risks.measure", &facts)
}

fn level(context: &Context<'_>, id: &str, likelihood: u8) -> Inline {
    let known = context.inputs.risks.levels.iter().find(|level| level.id == id);
    let text =
        known.map_or_else(|| id.to_owned(), |level| format!("{} {}", level.mark, context.both(&level.label)));
    Inline::default().with(text, Style::Strong).with(format!(" ({likelihood})"), Style::Small)
}

/// Severity × likelihood as a table with the level's mark and the scenarios in each cell, each once.
fn heat_map(
    context: &Context<'_>,
    id: &str,
    key: &str,
    worst: &[&Risk],
    likelihood: impl Fn(&Risk) -> u8,
) -> Block {
    let assessment = context.inputs.risks;
    let mut rows = Vec::new();
    for severity in (1..=4_usize).rev() {
        let name = assessment
            .severities
            .get(severity - 1)
            .map_or_else(String::new, |name| context.both(name).to_owned());
        let mut cells = vec![Inline::default().with(format!("{severity} {name}"), Style::Strong)];
        for column in 1..=4_usize {
            let found: Vec<&str> = worst
                .iter()
                .filter(|risk| {
                    risk.open.is_empty()
                        && usize::from(risk.severity.level) == severity
                        && usize::from(likelihood(risk)) == column
                })
                .map(|risk| risk.scenario.as_str())
                .collect();
            let level = assessment.matrix.get(severity - 1).and_then(|row| row.get(column - 1));
            let mark = level
                .and_then(|id| assessment.levels.iter().find(|known| known.id == *id))
                .map_or_else(String::new, |level| format!("{} {}", level.mark, context.both(&level.label)));
            cells.push(
                Inline::default()
                    .with(mark, Style::Small)
                    .with(format!("\n{}", found.join(" ")), Style::Plain),
            );
        }
        rows.push(Row { id: None, cells });
    }
    let mut block =
        context.table(id, key, &[("severity", 3), ("1", 4), ("2", 4), ("3", 4), ("4", 4)], rows, None);
    if let Block::Table(table) = &mut block {
        for (column, name) in table.columns.iter_mut().skip(1).zip(&assessment.likelihoods) {
            column.header = format!("{} {}", column.header, context.both(name));
        }
    }
    block
}
