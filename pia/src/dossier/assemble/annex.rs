//! Annexes: every question and answer, every piece of evidence, every law, every input.

use std::collections::BTreeMap;

use crate::case::natural_order;
use crate::dossier::model::{Block, Inline, Row, Style};
use crate::evidence::status::NotAccepted;
use crate::evidence::{Figure, RunManifest};
use crate::judge::QuestionState;
use crate::question::view::Asked;
use crate::rule::Cite;

use super::context::{Context, row};

pub(super) fn answers(context: &Context<'_>) -> Vec<Block> {
    let all: Vec<&Asked> = context
        .inputs
        .questions
        .asked
        .iter()
        .filter(|asked| asked.state != QuestionState::NotApplicable)
        .collect();
    let mut blocks = vec![
        context.paragraph(
            "answers-note",
            Inline::text(context.fill("answers.note", &[("n", &all.len().to_string())])),
        ),
        answers_table(context, "answers-table", &all, Some("answers")),
    ];
    if !context.inputs.questions.orphans.is_empty() {
        let rows = context
            .inputs
            .questions
            .orphans
            .iter()
            .enumerate()
            .map(|(n, orphan)| {
                row(
                    format!("orphan-{}", n + 1),
                    vec![
                        Inline::default().with(orphan.question.as_str(), Style::Code),
                        Inline::default().with(orphan.about.as_str(), Style::Code),
                        Inline::text(orphan.text.as_str()),
                    ],
                )
            })
            .collect();
        blocks.push(context.table(
            "orphans-table",
            "orphans",
            &[("question", 5), ("about", 4), ("text", 9)],
            rows,
            None,
        ));
    }
    blocks
}

/// The answers of some sections, for the chapter that they belong to.
pub(super) fn answers_of(context: &Context<'_>, id: &str, sections: &[&str]) -> Vec<Block> {
    let all: Vec<&Asked> = context
        .inputs
        .questions
        .asked
        .iter()
        .filter(|asked| {
            sections.contains(&asked.section.as_str()) && asked.state != QuestionState::NotApplicable
        })
        .collect();
    if all.is_empty() { Vec::new() } else { vec![answers_table(context, id, &all, None)] }
}

/// The answers to some questions.
pub(super) fn answers_of_ids(context: &Context<'_>, id: &str, questions: &[&str]) -> Vec<Block> {
    let all: Vec<&Asked> = context
        .inputs
        .questions
        .asked
        .iter()
        .filter(|asked| questions.contains(&asked.id.as_str()))
        .collect();
    vec![answers_table(context, id, &all, None)]
}

fn answers_table(context: &Context<'_>, id: &str, all: &[&Asked], sheet: Option<&str>) -> Block {
    let rows = all
        .iter()
        .map(|asked| {
            let object = asked.object.as_deref().unwrap_or_default();
            let (answer, source, who) = match &asked.given {
                Some(given) => {
                    let mut answer = Inline::text(readable(context, context.both(&given.words)));
                    if !given.reason.is_empty() {
                        answer = answer.with(format!("\n{}", given.reason), Style::Small);
                    }
                    if given.overrides_derived {
                        answer =
                            answer.with("\n", Style::Plain).with(context.t("answers.overrides"), Style::Tag);
                    }
                    let who = match given.at {
                        Some(at) => format!("{}\n{}", given.by, context.day(at)),
                        None => given.by.clone(),
                    };
                    (answer, context.word("answer-source", given.source.id()), who)
                }
                None => (
                    Inline::default().with(context.t("answers.open"), Style::Tag),
                    String::new(),
                    String::new(),
                ),
            };
            row(
                format!("{id}-{}-{object}", asked.id),
                vec![
                    Inline::text(asked.number.as_str()),
                    Inline::text(context.both(&asked.text)).with(
                        if object.is_empty() {
                            String::new()
                        } else {
                            format!("\n{}", context.named(object))
                        },
                        Style::Small,
                    ),
                    answer,
                    if source.is_empty() {
                        Inline::default()
                    } else {
                        Inline::default().with(source, Style::Tag)
                    },
                    Inline::default().with(who, Style::Small),
                ],
            )
        })
        .collect();
    context.table(
        id,
        "answers",
        &[("number", 2), ("question", 10), ("answer", 10), ("source", 3), ("who", 6)],
        rows,
        sheet,
    )
}

pub(super) fn evidence(context: &Context<'_>) -> Vec<Block> {
    vec![
        context.paragraph("evidence-note", Inline::text(context.t("evidence.note"))),
        context.table(
            "evidence-table",
            "evidence",
            &[("id", 4), ("title", 6), ("kind", 5), ("date", 5), ("state", 4), ("covers", 4), ("digest", 9)],
            evidence_rows(context, |_| true),
            Some("evidence"),
        ),
    ]
}

/// An answer that is a date or the id of something, as people write it.
fn readable(context: &Context<'_>, words: &str) -> String {
    words.parse().map_or_else(|_| context.named(words), |date| context.day(date))
}

/// One row for each piece of evidence of the kinds asked for.
pub(super) fn evidence_rows(context: &Context<'_>, wanted: impl Fn(&str) -> bool) -> Vec<Row> {
    context
        .inputs
        .case
        .all("evidence")
        .filter(|proof| proof.text("kind").is_some_and(&wanted))
        .map(|proof| {
            let mut state = Inline::default();
            if let Some(standing) = context.inputs.evidence.get(proof.id()) {
                state = state.with(context.class(standing.class), Style::Tag);
                if let Some(why) = &standing.refused {
                    state = state.with(format!(" {}", context.words.ui(refusal_key(why))), Style::Strong);
                }
            }
            row(
                format!("evidence-{}", proof.id()),
                vec![
                    Inline::default().with(proof.id(), Style::Code),
                    Inline::text(proof.label(context.lang())),
                    context.value(proof, "kind"),
                    context.value(proof, "date"),
                    state,
                    Inline::default()
                        .with(proof.texts("covers").join(context.t("list-separator")), Style::Small),
                    match proof.text("sha256") {
                        Some(digest) => Inline::default().with(digest, Style::Code),
                        None => context.undeclared(),
                    },
                ],
            )
        })
        .collect()
}

/// Key of the word for why an evidence is not accepted.
pub(super) fn refusal_key(why: &NotAccepted) -> &'static str {
    match why {
        NotAccepted::NoFile => "refused.no-file",
        NotAccepted::FileMissing => "refused.file-missing",
        NotAccepted::NoDigest => "refused.no-digest",
        NotAccepted::DigestDiffers => "refused.digest-differs",
        NotAccepted::Empty => "refused.empty",
        NotAccepted::Expired => "refused.expired",
        NotAccepted::FromTheFuture => "refused.future",
        NotAccepted::Unchecked => "refused.unchecked",
        NotAccepted::Manifest(_) if why.is_broken_manifest() => "refused.broken",
        NotAccepted::Manifest(_) => "refused.untrusted",
    }
}

/// The figures of a manifest for one table, or for all: table, measure, value, who can count it.
/// Those that were not counted are left out.
pub(super) fn measures_of(
    context: &Context<'_>,
    manifest: &RunManifest,
    table: Option<&str>,
) -> Vec<[String; 4]> {
    manifest
        .measures
        .iter()
        .filter(|measure| table.is_none_or(|table| measure.table.as_deref() == Some(table)))
        .filter_map(|measure| {
            let value = match measure.value? {
                Figure::Count(count) => count.to_string(),
                Figure::Ratio(ratio) => ratio_text(ratio),
            };
            let table = measure.table.as_deref().unwrap_or(context.t("processing.joined"));
            let basis =
                context.t(if measure.recountable { "processing.recountable" } else { "processing.attested" });
            Some([table.to_owned(), measure_name(context, &measure.definition), value, basis.to_owned()])
        })
        .collect()
}

/// A measure in words, with the column that it is about; its definition where there are no words for it.
fn measure_name(context: &Context<'_>, definition: &str) -> String {
    let (name, column) = definition
        .split_once('[')
        .map_or((definition, ""), |(name, rest)| (name, rest.strip_suffix(']').unwrap_or(rest)));
    let key = format!("processing.measure.{name}");
    let said = context.words.ui(&key);
    if said == key {
        definition.to_owned()
    } else if column.is_empty() {
        said.to_owned()
    } else {
        context.fill("processing.of-column", &[("name", said), ("column", column)])
    }
}

/// A ratio in units of 10⁻¹⁰ with four digits after the point, rounded half up.
fn ratio_text(ratio: i128) -> String {
    let rounded = (ratio + 500_000).div_euclid(1_000_000);
    format!("{}.{:04}", rounded.div_euclid(10_000), rounded.rem_euclid(10_000))
}

/// One row for each law, day and verification; in it every place with the rules that cite it.
pub(super) fn laws(context: &Context<'_>) -> Vec<Block> {
    let mut cited = BTreeMap::<_, (&Cite, Vec<(String, Vec<&str>)>)>::new();
    for finding in &context.inputs.judgement.findings {
        for cite in finding.cites.iter() {
            let law = context.inputs.law_name(&cite.law, context.lang());
            let key = (law, cite.force.as_str(), cite.as_of, cite.verified.as_str());
            let (_, places) = cited.entry(key).or_insert((cite, Vec::new()));
            let place = context.place_in_law(cite);
            match places.iter_mut().find(|(have, _)| *have == place) {
                Some((_, rules)) if rules.contains(&finding.rule.as_str()) => {}
                Some((_, rules)) => rules.push(&finding.rule),
                None => places.push((place, vec![finding.rule.as_str()])),
            }
        }
    }
    let rows = cited
        .into_iter()
        .enumerate()
        .map(|(n, ((law, ..), (cite, mut places)))| {
            places.sort_by(|a, b| natural_order(&a.0, &b.0));
            let mut rules = Inline::default();
            for (at, (place, by)) in places.iter().enumerate() {
                let gap = if at == 0 { "" } else { context.t("laws.separator") };
                rules = rules
                    .with(format!("{gap}{place}"), Style::Plain)
                    .with(format!(" {}", by.join(" ")), Style::Small);
            }
            let verified = if cite.is_own() {
                Inline::text(context.t("laws.own"))
            } else {
                Inline::text(verification(context, &cite.verified))
            };
            row(
                format!("law-{}", n + 1),
                vec![
                    Inline::text(law),
                    Inline::text(context.inputs.force_name(&cite.force, context.lang())),
                    cite.as_of.map_or_else(
                        || Inline::text(context.t("laws.no-source")),
                        |day| Inline::text(context.day(day)),
                    ),
                    if cite.is_from_memory() {
                        verified.with(" ", Style::Plain).with(context.t("laws.memory"), Style::Tag)
                    } else {
                        verified
                    },
                    rules,
                ],
            )
        })
        .collect();
    vec![
        context.paragraph("laws-note", Inline::text(context.t("laws.note"))),
        context.table(
            "laws-table",
            "laws",
            &[("law", 8), ("force", 3), ("as-of", 6), ("verified", 3), ("rules", 11)],
            rows,
            Some("laws"),
        ),
    ]
}

/// The mark of a verification; what no law says has none.
fn verification<'a>(context: &Context<'a>, verified: &'a str) -> &'a str {
    if verified == "design" { context.t("laws.no-source") } else { verified }
}

pub(super) fn inputs(context: &Context<'_>) -> Vec<Block> {
    let rows = context
        .inputs
        .digests
        .iter()
        .map(|input| {
            row(
                format!("input-{}", input.name),
                vec![
                    Inline::default().with(input.name.as_str(), Style::Code),
                    Inline::default().with(input.sha256.as_str(), Style::Code),
                ],
            )
        })
        .collect();
    vec![
        context.paragraph(
            "inputs-digest",
            Inline::text(format!("{}\n", context.t("inputs.note"))).with(context.inputs.digest, Style::Code),
        ),
        context.table("inputs-table", "inputs", &[("name", 5), ("digest", 9)], rows, None),
    ]
}

pub(super) fn glossary(context: &Context<'_>) -> Vec<Block> {
    let prefix = "glossary.entry.";
    let rows = context
        .words
        .keys()
        .filter_map(|key| Some((key, key.strip_prefix(prefix)?)))
        .map(|(key, _)| {
            let (word, meaning) =
                context.words.ui(key).split_once('|').unwrap_or((context.words.ui(key), ""));
            Row { id: None, cells: vec![Inline::text(word), Inline::text(meaning)] }
        })
        .collect();
    vec![context.table("glossary-table", "glossary", &[("term", 3), ("meaning", 11)], rows, None)]
}
