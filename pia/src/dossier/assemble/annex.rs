//! Annexes: every question and answer, every piece of evidence, every law, every input.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::natural_order;
use crate::dossier::model::{Block, Inline, Row, Style};
use crate::evidence::status::NotAccepted;
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

/// One row for each answer: where the same answer was given about several objects, they share a row.
fn answers_table(context: &Context<'_>, id: &str, all: &[&Asked], sheet: Option<&str>) -> Block {
    let mut shared: Vec<(&Asked, Vec<&str>)> = Vec::new();
    for asked in all {
        let object = asked.object.as_deref();
        match shared.last_mut() {
            Some((first, objects)) if object.is_some() && is_same_answer(first, asked) => {
                objects.extend(object);
            }
            _ => shared.push((asked, object.into_iter().collect())),
        }
    }
    let rows = shared
        .iter()
        .map(|(asked, objects)| {
            let about: Vec<String> = objects.iter().map(|id| context.named(id)).collect();
            let (answer, source, who) = told(context, asked);
            row(
                format!("{id}-{}-{}", asked.id, objects.first().copied().unwrap_or_default()),
                vec![
                    Inline::text(asked.number.as_str()),
                    if about.is_empty() {
                        Inline::text(context.both(&asked.text))
                    } else {
                        Inline::text(context.both(&asked.text))
                            .with(format!("\n{}", about.join(context.t("list-separator"))), Style::Small)
                    },
                    answer,
                    source,
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

/// Whether two objects got one answer to one question.
fn is_same_answer(one: &Asked, other: &Asked) -> bool {
    one.object.is_some() && one.id == other.id && one.state == other.state && one.given == other.given
}

/// The answer, where it comes from, and who gave it when.
fn told(context: &Context<'_>, asked: &Asked) -> (Inline, Inline, String) {
    let Some(given) = &asked.given else {
        let later = asked.gate > context.inputs.judgement.reached;
        let open = context.t(if later { "answers.later" } else { "answers.open" });
        let open = if later {
            Inline::default().with(open, Style::Small)
        } else {
            Inline::default().with(open, Style::Tag)
        };
        return (open, Inline::default(), String::new());
    };
    let mut answer = Inline::text(context.readable(context.both(&given.words)));
    if !given.reason.is_empty() {
        answer = answer.with(format!("\n{}", given.reason), Style::Small);
    }
    if given.overrides_derived {
        answer = answer.with("\n", Style::Plain).with(context.t("answers.overrides"), Style::Tag);
    }
    let who = match given.at {
        Some(at) => format!("{}\n{}", given.by, context.day(at)),
        None => given.by.clone(),
    };
    let source = context.word("answer-source", given.source.id());
    (answer, Inline::default().with(source, Style::Tag), who)
}

pub(super) fn evidence(context: &Context<'_>) -> Vec<Block> {
    vec![
        context.paragraph("evidence-note", Inline::text(context.t("evidence.note"))),
        context.table(
            "evidence-table",
            "evidence",
            &[("id", 6), ("title", 7), ("kind", 6), ("date", 5), ("state", 4), ("covers", 4), ("digest", 9)],
            evidence_rows(context, |_| true),
            Some("evidence"),
        ),
    ]
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
                    Inline::default().with(context.short_ids(proof.texts("covers")), Style::Small),
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

/// A law; in it, for each force, day and verification, every place with the rules that cite it.
struct CitedLaw<'a> {
    cite: &'a Cite,
    places: Vec<(String, Vec<&'a str>)>,
}

/// Laws that bind first, then guidelines, contracts and our own wishes.
pub(super) fn laws(context: &Context<'_>) -> Vec<Block> {
    let cites = || {
        let findings = context.inputs.judgement.findings.iter();
        findings.flat_map(|finding| finding.cites.iter().map(move |cite| (cite, finding.rule.as_str())))
    };
    let binding: BTreeSet<&str> =
        cites().filter(|(cite, _)| cite.binds()).map(|(cite, _)| cite.law.as_str()).collect();
    let mut cited = BTreeMap::<_, CitedLaw<'_>>::new();
    for (cite, rule) in cites() {
        let law = context.inputs.law_name(&cite.law, context.lang());
        let last = !binding.contains(cite.law.as_str());
        let key = (last, law, !cite.binds(), cite.force.as_str(), cite.as_of, cite.verified.as_str());
        let entry = cited.entry(key).or_insert(CitedLaw { cite, places: Vec::new() });
        let place = context.place_in_law(cite);
        match entry.places.iter_mut().find(|(have, _)| *have == place) {
            Some((_, rules)) if rules.contains(&rule) => {}
            Some((_, rules)) => rules.push(rule),
            None => entry.places.push((place, vec![rule])),
        }
    }
    let mut codes = BTreeSet::new();
    let rows = cited
        .into_iter()
        .enumerate()
        .map(|(n, ((_, law, ..), CitedLaw { cite, mut places }))| {
            places.sort_by(|a, b| natural_order(&a.0, &b.0));
            let mut rules = Inline::default();
            for (at, (place, by)) in places.iter().enumerate() {
                if at > 0 {
                    rules = rules.with(context.t("laws.separator"), Style::Plain);
                }
                if !place.is_empty() {
                    rules = rules.with(format!("{place} "), Style::Plain);
                }
                rules = rules.with(by.join(" "), Style::Small);
            }
            let mut verified = Inline::text(context.inputs.force_name(&cite.force, context.lang()));
            let seen = match cite.as_of {
                Some(day) if !cite.is_own() => {
                    codes.insert(cite.verified.as_str());
                    context.fill("laws.seen", &[("verified", &*cite.verified), ("as_of", &*context.day(day))])
                }
                _ => context.t("laws.own").to_owned(),
            };
            verified = verified.with(format!("\n{seen}"), Style::Small);
            if cite.is_from_memory() {
                verified = verified.with(" ", Style::Plain).with(context.t("laws.memory"), Style::Tag);
            }
            row(format!("law-{}", n + 1), vec![Inline::text(law), verified, rules])
        })
        .collect();
    let codes = codes
        .into_iter()
        .map(|code| {
            let label = context.inputs.verified.get(code).map_or("", |label| context.both(label));
            row(format!("verified-{code}"), vec![Inline::text(code), Inline::text(label)])
        })
        .collect();
    vec![
        context.paragraph("laws-note", Inline::text(context.t("laws.note"))),
        context.table("verified-table", "verified", &[("code", 1), ("meaning", 13)], codes, None),
        context.table(
            "laws-table",
            "laws",
            &[("law", 6), ("verified", 7), ("rules", 12)],
            rows,
            Some("laws"),
        ),
    ]
}

pub(super) fn inputs(context: &Context<'_>) -> Vec<Block> {
    let rows = context
        .inputs
        .digests
        .iter()
        .map(|input| {
            // What is no file of the case is called "kind:value".
            let name = match input.name.split_once(':') {
                Some((kind, value)) => {
                    let key = format!("inputs.{kind}");
                    Inline::text(context.fill(&key, &[("value", value)]))
                }
                None => Inline::default().with(input.name.as_str(), Style::Code),
            };
            row(
                format!("input-{}", input.name),
                vec![name, Inline::default().with(input.sha256.as_str(), Style::Code)],
            )
        })
        .collect();
    vec![
        context.paragraph(
            "inputs-digest",
            Inline::text(format!("{}\n", context.t("inputs.note"))).with(context.inputs.digest, Style::Code),
        ),
        context.table("inputs-table", "inputs", &[("name", 5), ("digest", 13)], rows, None),
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
