//! The four use-case conditions of the specification, its schedule, and the connection to the platform.
//!
//! The conditions are counted here for people to see; whether they are met is what the rules of
//! area S say, and the answer to that is copied from the judgement.

use crate::dossier::model::{Block, Inline, Style};
use crate::judge::Result;

use super::context::{Context, row};

/// Condition (key of the word file) and the rule that judges it.
const CONDITIONS: [(&str, &str); 5] = [
    ("specification.api", "S01"),
    ("specification.several", "S02"),
    ("specification.both-ways", "S03"),
    ("specification.items", "S04"),
    ("specification.three-months", "S05"),
];

/// What the rule said, over all its objects: the worst.
fn result<'a>(context: &Context<'a>, rule: &str) -> &'a str {
    let rank = |result: &Result| match result {
        Result::Unmet => 3,
        Result::Unknown(_) => 2,
        Result::Met => 1,
        Result::NotApplicable => 0,
    };
    context
        .inputs
        .judgement
        .findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| &finding.result)
        .max_by_key(|result| rank(result))
        .map_or_else(|| context.t("result.not-judged"), |result| context.words.ui(result_key(result)))
}

fn result_key(result: &Result) -> &'static str {
    match result {
        Result::Met => "result.met",
        Result::Unmet => "result.unmet",
        Result::Unknown(_) => "result.unknown",
        Result::NotApplicable => "result.na",
    }
}

/// All conditions in one line, for the summary.
pub(super) fn in_one_line(context: &Context<'_>) -> Inline {
    let mut line = Inline::default();
    for (n, (key, rule)) in CONDITIONS.into_iter().enumerate() {
        if n > 0 {
            line = line.with("\n", Style::Plain);
        }
        line = line
            .with(result(context, rule), Style::Tag)
            .with(format!(" {}", context.words.ui(key)), Style::Plain);
    }
    line
}

pub(super) fn specification(context: &Context<'_>) -> Vec<Block> {
    let case = context.inputs.case;
    let Some(root) = case.root() else { return Vec::new() };
    let providers: Vec<&str> = case
        .all("party")
        .filter(|party| party.flag("data_manager") == Some(true))
        .map(|party| party.label(context.lang()))
        .collect();
    let kinds: std::collections::BTreeSet<&str> = case
        .all("item")
        .filter(|item| item.text("status") != Some("left-out"))
        .filter_map(|item| item.text("code"))
        .collect();
    let fact = |rule: &str| match rule {
        "S01" | "S02" => providers.join(context.t("list-separator")),
        "S03" => case
            .all("flow")
            .filter_map(|flow| Some((flow.id(), flow.one("reverse")?.id())))
            .filter(|(flow, reverse)| flow < reverse)
            .map(|(flow, reverse)| format!("{flow} ⇄ {reverse}"))
            .collect::<Vec<_>>()
            .join(context.t("list-separator")),
        "S04" => context.fill("specification.kinds", &[("n", &kinds.len().to_string())]),
        _ => root.one("pilot").map_or_else(String::new, |pilot| {
            format!("{} 〜 {}", context.say(pilot, "start"), context.say(pilot, "end"))
        }),
    };
    let rows = CONDITIONS
        .into_iter()
        .map(|(key, rule)| {
            row(
                format!("condition-{rule}"),
                vec![
                    Inline::text(context.words.ui(key)),
                    Inline::text(fact(rule)),
                    Inline::default()
                        .with(result(context, rule), Style::Tag)
                        .with(format!(" {rule}"), Style::Small),
                ],
            )
        })
        .collect();
    let mut blocks = vec![context.table(
        "conditions-table",
        "conditions",
        &[("what", 7), ("fact", 9), ("result", 3)],
        rows,
        None,
    )];
    let mut steps: Vec<_> = root.many("milestones");
    steps.sort_by_key(|step| (step.date("from"), step.id()));
    let rows = steps
        .into_iter()
        .map(|step| {
            row(
                format!("milestone-{}", step.id()),
                vec![
                    Inline::text(context.say(step, "name")),
                    context.value(step, "from"),
                    Inline::text(context.say(step, "until")),
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "schedule-table",
        "schedule",
        &[("name", 7), ("from", 5), ("until", 5)],
        rows,
        None,
    ));
    blocks.push(context.fields(
        "specification-fit",
        "specification.fit",
        vec![
            ("specification.needs", context.value(root, "needs")),
            ("specification.plans", context.value(root, "plans")),
        ],
    ));
    let rows = case
        .all("platform_gap")
        .map(|gap| {
            row(
                format!("gap-{}", gap.id()),
                vec![
                    context.value(gap, "point"),
                    context.value(gap, "area"),
                    context.value(gap, "issue"),
                    context.value(gap, "priority"),
                    context.value(gap, "solved_by"),
                    Inline::text(
                        gap.many("flows")
                            .iter()
                            .map(|flow| flow.id())
                            .collect::<Vec<_>>()
                            .join(context.t("list-separator")),
                    ),
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "gaps-table",
        "gaps",
        &[("point", 5), ("area", 3), ("issue", 8), ("priority", 2), ("solved", 4), ("flows", 3)],
        rows,
        Some("gaps"),
    ));
    blocks
}
