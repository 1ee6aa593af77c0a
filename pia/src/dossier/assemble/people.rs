//! Who takes part: parties, capacities, contracts, systems.

use crate::dossier::model::{Block, Inline, Style};

use super::context::{Context, row};

pub(super) fn parties(context: &Context<'_>) -> Vec<Block> {
    let case = context.inputs.case;
    let mut rows = Vec::new();
    for party in case.all("party") {
        for capacity in party.many("capacities") {
            rows.push(row(
                format!("capacity-{}", capacity.id()),
                vec![
                    Inline::default()
                        .with(party.id(), Style::Code)
                        .with(format!(" {}", party.label(context.lang())), Style::Plain),
                    context.value(party, "kind"),
                    Inline::text(context.say(capacity, "business")),
                    context.value(capacity, "regime"),
                    context.value(capacity, "role"),
                    Inline::text(dash(context.say(capacity, "mandate"))),
                    Inline::text(dash(context.say(party, "contact"))),
                ],
            ));
        }
    }
    let mut blocks = vec![context.table(
        "parties-table",
        "parties",
        &[
            ("party", 6),
            ("kind", 4),
            ("business", 5),
            ("regime", 7),
            ("role", 3),
            ("mandate", 5),
            ("contact", 4),
        ],
        rows,
        Some("parties"),
    )];
    let engaged = case
        .all("party")
        .filter(|party| party.one("engaged_by").is_some())
        .map(|party| {
            row(
                format!("engagement-{}", party.id()),
                vec![
                    Inline::text(party.label(context.lang())),
                    context.value(party, "engaged_by"),
                    Inline::text(context.say(party, "depth")),
                    context.value(party, "scope"),
                    if party.int("depth").unwrap_or(1) > 1 {
                        context.value(party, "approved_on")
                    } else {
                        Inline::text("－")
                    },
                    context.value(party, "own_use"),
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "engagements-table",
        "engagements",
        &[("party", 6), ("by", 6), ("depth", 2), ("scope", 2), ("approved", 5), ("own-use", 3)],
        engaged,
        None,
    ));
    let systems = case
        .all("system")
        .map(|system| {
            row(
                format!("system-{}", system.id()),
                vec![
                    Inline::default()
                        .with(system.id(), Style::Code)
                        .with(format!(" {}", system.label(context.lang())), Style::Plain),
                    context.value(system, "operator"),
                    context.value(system, "kind"),
                    context.value(system, "environment"),
                    context.value(system, "country"),
                    context.value(system, "handles_data"),
                    context.value(system, "authorisation"),
                    context.value(system, "consent_check"),
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "systems-table",
        "systems",
        &[
            ("system", 6),
            ("operator", 5),
            ("kind", 4),
            ("environment", 2),
            ("country", 2),
            ("handles", 3),
            ("authorisation", 3),
            ("consent", 3),
        ],
        systems,
        Some("systems"),
    ));
    blocks
}

/// What need not be declared and was not.
fn dash(text: String) -> String {
    if text.is_empty() { "－".to_owned() } else { text }
}
