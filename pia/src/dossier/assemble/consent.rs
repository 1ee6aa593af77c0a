//! Consent, explanation and the rights of the person.

use crate::dossier::model::{Block, Inline, Style};

use super::annex;
use super::context::{Context, row};

pub(super) fn consent(context: &Context<'_>) -> Vec<Block> {
    let case = context.inputs.case;
    let mut blocks = Vec::new();
    for consent in case.all("consent") {
        blocks.push(context.fields(
            &format!("consent-{}", consent.id()),
            "consent.caption",
            vec![
                ("consent.name", Inline::text(context.named(consent.id()))),
                ("consent.version", context.value(consent, "version")),
                (
                    "consent.digest",
                    match consent.text("text_sha256") {
                        Some(digest) => Inline::default().with(digest, Style::Code),
                        None => context.undeclared(),
                    },
                ),
                ("consent.method", context.value(consent, "method")),
                ("consent.identity", context.value(consent, "identity")),
                ("consent.recipients", context.value(consent, "recipients")),
                ("consent.purposes", context.value(consent, "purposes")),
                ("consent.items", context.value(consent, "items")),
                ("consent.countries", context.value(consent, "countries")),
                ("consent.proxy", context.value(consent, "proxy")),
                ("consent.withdrawal", context.value(consent, "withdrawal")),
                ("consent.within", context.value(consent, "withdrawal_within")),
            ],
        ));
    }
    if blocks.is_empty() {
        blocks.push(context.paragraph("consent-none", Inline::text(context.t("consent.none"))));
    }
    let rows = case
        .all("capacity")
        .filter(|capacity| capacity.text("role") != Some("subject"))
        .map(|capacity| {
            let party =
                capacity.parent().map_or_else(String::new, |party| party.label(context.lang()).to_owned());
            row(
                format!("desk-{}", capacity.id()),
                vec![
                    Inline::text(party),
                    context.value(capacity, "desk"),
                    context.value(capacity, "complaints"),
                ],
            )
        })
        .collect();
    blocks.push(context.table(
        "desks-table",
        "desks",
        &[("party", 6), ("desk", 7), ("complaints", 7)],
        rows,
        None,
    ));
    blocks.extend(annex::answers_of(context, "consent-answers", &["consent", "rights"]));
    blocks
}
