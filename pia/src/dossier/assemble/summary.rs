//! The first two pages: what is asked of the city, what to fix, what is measured and what is only said.

use crate::case::tree::ObjectRef;
use crate::dossier::model::{Anchor, Block, Counter, Inline, Row, Style};
use crate::judge::{Finding, Result, State};
use crate::rule::Severity;

use super::backing::{boxes, said};
use super::context::Context;
use super::findings::waiting;
use super::{picture, points, specification};

/// Findings listed on the first page.
pub(super) const TOP: usize = 5;
/// Risks listed on the second page.
const TOP_RISKS: usize = 3;

pub(super) fn first_page(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    let mut blocks = vec![asked(context, root), counters(context)];
    if let Some(figure) = picture::thirty_seconds(context) {
        blocks.push(figure);
    }
    blocks.extend(to_fix(context));
    blocks.extend(points::to_judge(context, root));
    blocks
}

/// What is asked, of which version.
fn asked<'a>(context: &Context<'a>, root: ObjectRef<'a>) -> Block {
    let request = root.one("request");
    let pilot = root.one("pilot");
    let of = |object: Option<ObjectRef<'a>>, key: &str| {
        object.map_or_else(|| context.undeclared(), |o| context.value(o, key))
    };
    let version = context.fill(
        "summary.number-line",
        &[
            ("number", &context.say(root, "number")),
            ("version", &context.say(root, "version")),
            ("as_of", &context.say(root, "as_of")),
            ("digest", context.digest_tail()),
        ],
    );
    let days = of(request, "reply_by")
        .with(context.t("summary.between-dates"), Style::Plain)
        .append(of(pilot, "start"));
    context.fields(
        "s1-asked",
        "summary.asked",
        vec![
            ("summary.case", context.value(root, "title").with(format!("\n{version}"), Style::Small)),
            ("summary.question", of(request, "question")),
            ("summary.reply-by", days),
        ],
    )
}

/// The four states with their counts, and beside them the empty box of the city.
pub(super) fn counters(context: &Context<'_>) -> Block {
    let judgement = context.inputs.judgement;
    let counts = &judgement.counts;
    let boxes = State::ALL
        .into_iter()
        .map(|state| {
            let count = match state {
                State::Incomplete => counts.incomplete,
                State::NeedsCorrection => counts.unmet,
                State::CityToDecide => counts.city,
                State::NothingFound => counts.met,
            };
            Counter {
                label: context.words.ui(&format!("state.{}", state.id())).to_owned(),
                value: context.count(count),
                note: context.words.ui(&format!("state.{}-note", state.id())).to_owned(),
                current: judgement.state == state,
            }
        })
        .chain([Counter {
            label: context.t("state.city-result").to_owned(),
            value: "　".to_owned(),
            note: context.t("state.city-result-note").to_owned(),
            current: false,
        }])
        .collect();
    Block::Counters { id: Anchor::new("s1-states"), boxes }
}

/// Unmet findings, the gravest first; informative ones left out.
pub(super) fn unmet<'a>(context: &Context<'a>) -> Vec<&'a Finding> {
    let mut found: Vec<&Finding> = context
        .inputs
        .judgement
        .findings
        .iter()
        .filter(|finding| finding.result == Result::Unmet && finding.severity != Severity::Info)
        .collect();
    found.sort_by(|a, b| (a.severity, a.gate, &a.id).cmp(&(b.severity, b.gate, &b.id)));
    found
}

/// The gravest findings, one row a rule with all its places.
fn to_fix(context: &Context<'_>) -> Vec<Block> {
    let mut by_rule: Vec<(&Finding, Vec<String>)> = Vec::new();
    for finding in unmet(context) {
        let place = finding
            .object
            .as_deref()
            .map_or_else(|| context.t("whole-case").to_owned(), |id| context.named(id));
        match by_rule.iter_mut().find(|(first, _)| first.rule == finding.rule) {
            Some((_, places)) => places.push(place),
            None => by_rule.push((finding, vec![place])),
        }
    }
    let more = by_rule.len().saturating_sub(TOP);
    let rows: Vec<Row> = by_rule
        .into_iter()
        .take(TOP)
        .map(|(finding, places)| {
            let severity = context.word_of("severity", finding.severity.id());
            let cite = finding.cites.first().map_or_else(String::new, |cite| context.cite(cite));
            let role = context.word_of("role", finding.role.id());
            let gate = context.word_of("gate-by", finding.gate.id());
            Row {
                id: None,
                cells: vec![
                    Inline::default()
                        .with(severity, Style::Tag)
                        .with(format!(" {}", context.both(&finding.title)), Style::Plain)
                        .with(format!("\n{}", first_sentence(context.both(&finding.remedy))), Style::Small),
                    Inline::text(few(context, places)),
                    Inline::default().with(cite, Style::Small),
                    Inline::text(role).with(format!("\n{gate}"), Style::Small),
                    Inline::default()
                        .link(finding.rule.clone(), Anchor::new(&format!("finding-{}", finding.id.as_str()))),
                ],
            }
        })
        .collect();
    let mut last = Inline::default();
    if more > 0 {
        let text = context.fill("summary.more", &[("n", &more.to_string())]);
        last = last.link(text, Anchor::new("findings-unmet")).with("　", Style::Plain);
    }
    let mut blocks = vec![context.table(
        "s1-fix",
        "summary.fix",
        &[("what", 9), ("where", 6), ("ground", 5), ("who", 4), ("page", 3)],
        rows,
        None,
    )];
    last = last.append(pointer(context, false, "summary.more-open", "findings-open"));
    if last != Inline::default() {
        blocks.push(context.paragraph("s1-more", last));
    }
    blocks
}

/// How many findings and questions stand elsewhere, and where; empty when there are none.
pub(super) fn pointer(context: &Context<'_>, city: bool, key: &str, target: &str) -> Inline {
    let (findings, questions) = waiting(context, city);
    if findings + questions == 0 {
        return Inline::default();
    }
    let facts = [
        ("n", &*(findings + questions).to_string()),
        ("findings", &*findings.to_string()),
        ("questions", &*questions.to_string()),
    ];
    Inline::default().link(context.fill(key, &facts), Anchor::new(target))
}

/// Names of places, and how many more there are.
fn few(context: &Context<'_>, mut places: Vec<String>) -> String {
    const FEW: usize = 2;
    let more = places.len().saturating_sub(FEW);
    places.truncate(FEW);
    let named: Vec<String> = places.iter().map(|name| cut(name, PLACE)).collect();
    let named = named.join(context.t("list-separator"));
    if more == 0 {
        named
    } else {
        context.fill("summary.places-more", &[("named", &named), ("n", &more.to_string())])
    }
}

/// Characters of a place that fit in two lines.
const PLACE: usize = 22;
/// Characters of a text of the second page; the chapters have the whole.
const LINE: usize = 70;
/// Lines of a list on the second page.
const LINES: usize = 4;

/// A text of at most so many characters; the chapter has the whole.
fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        text.to_owned()
    } else {
        text.chars().take(longest).chain(['…']).collect()
    }
}

/// The first lines of a list, and how many more there are.
fn lines(context: &Context<'_>, mut texts: Vec<String>) -> String {
    let more = texts.len().saturating_sub(LINES);
    if more > 0 {
        texts.truncate(LINES);
        texts.push(context.fill("summary.lines-more", &[("n", &more.to_string())]));
    }
    if texts.is_empty() { context.t("none").to_owned() } else { texts.join("\n") }
}

/// What to do, in one sentence; the chapter has the rest.
fn first_sentence(text: &str) -> &str {
    let end = text.find('。').map(|at| at + '。'.len_utf8()).or_else(|| text.find(". ").map(|at| at + 1));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

pub(super) fn second_page(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    vec![
        scale(context, root),
        top_risks(context),
        context.paragraph(
            "s2-backing-caption",
            Inline::default().with(context.t("summary.backing"), Style::Strong),
        ),
        boxes(context),
        context.paragraph("s2-said", Inline::text(said(context))),
        conditions(context, root),
        not_known(context, root),
    ]
}

fn scale<'a>(context: &Context<'a>, root: ObjectRef<'a>) -> Block {
    let case = context.inputs.case;
    let items: Vec<_> = case.all("item").collect();
    let with = |status: &str| items.iter().filter(|item| item.text("status") == Some(status)).count();
    let adopted = with("adopted") + with("coarser");
    let number =
        items.iter().any(|item| item.text("code") == Some("iN01") && item.text("status") != Some("left-out"));
    let people: Vec<String> = case
        .all("subject_group")
        .map(|group| {
            let range = group.one("people");
            let bound = |key: &str| {
                range.and_then(|range| range.int(key)).map_or_else(String::new, |n| n.to_string())
            };
            context.fill(
                "summary.people-line",
                &[("who", group.label(context.lang())), ("min", &bound("min")), ("max", &bound("max"))],
            )
        })
        .collect();
    let benefits: Vec<String> = root
        .many("benefits")
        .iter()
        .map(|benefit| {
            context.fill(
                "summary.benefit-line",
                &[
                    ("who", &cut(&context.say(*benefit, "who"), LINE)),
                    ("what", &cut(&context.say(*benefit, "what"), LINE)),
                ],
            )
        })
        .collect();
    let alternatives: Vec<String> = case
        .all("alternative")
        .map(|other| {
            context.fill(
                "summary.alternative-line",
                &[
                    ("name", &cut(other.label(context.lang()), LINE)),
                    ("lacks", &cut(&context.say(other, "lacks"), LINE)),
                ],
            )
        })
        .collect();
    context.fields(
        "s2-scale",
        "summary.scale",
        vec![
            ("summary.people", Inline::text(lines(context, people))),
            (
                "summary.items",
                Inline::text(context.fill(
                    "summary.items-line",
                    &[
                        ("all", &items.len().to_string()),
                        ("adopted", &adopted.to_string()),
                        ("coarser", &with("coarser").to_string()),
                        ("left-out", &with("left-out").to_string()),
                    ],
                )),
            ),
            (
                "summary.number-check",
                Inline::text(context.t(if number { "summary.number-yes" } else { "summary.number-no" })),
            ),
            ("summary.benefits", Inline::text(lines(context, benefits))),
            ("summary.alternatives", Inline::text(lines(context, alternatives))),
        ],
    )
}

fn top_risks(context: &Context<'_>) -> Block {
    let assessment = context.inputs.risks;
    let mut worst: Vec<_> = assessment.risks.iter().filter(|risk| risk.open.is_empty()).collect();
    worst.sort_by(|a, b| {
        let rank = |risk: &crate::risk::view::Risk| {
            let [inherent, existing, residual] = &risk.levels;
            (assessment.rank(residual), assessment.rank(existing), assessment.rank(inherent))
        };
        rank(b).cmp(&rank(a)).then_with(|| (&a.scenario, &a.flow).cmp(&(&b.scenario, &b.flow)))
    });
    let mut seen = std::collections::BTreeSet::new();
    worst.retain(|risk| seen.insert(risk.scenario.clone()));
    let rows = worst
        .into_iter()
        .take(TOP_RISKS)
        .map(|risk| {
            let level = |id: &str| {
                assessment.levels.iter().find(|level| level.id == id).map_or_else(
                    || id.to_owned(),
                    |level| format!("{} {}", level.mark, context.both(&level.label)),
                )
            };
            let [inherent, existing, residual] = &risk.levels;
            let backed = risk
                .controls
                .iter()
                .filter(|control| control.effect == crate::risk::view::Effect::Lowers)
                .map(|control| context.class(control.class))
                .collect::<std::collections::BTreeSet<_>>();
            let accept = assessment
                .levels
                .iter()
                .find(|known| known.id == *residual)
                .map_or_else(String::new, |known| context.both(&known.accept).to_owned());
            Row {
                id: None,
                cells: vec![
                    Inline::default()
                        .link(risk.scenario.clone(), Anchor::new(&format!("risk-{}", risk.scenario)))
                        .with(format!(" {}", context.both(&risk.title)), Style::Plain),
                    Inline::text(format!("{} → {} → {}", level(inherent), level(existing), level(residual))),
                    Inline::text(if backed.is_empty() {
                        context.t("summary.no-backing").to_owned()
                    } else {
                        backed.into_iter().collect::<Vec<_>>().join(context.t("list-separator"))
                    }),
                    Inline::text(accept),
                ],
            }
        })
        .collect();
    context.table(
        "s2-risks",
        "summary.risks",
        &[("risk", 8), ("levels", 6), ("backing", 4), ("acceptor", 5)],
        rows,
        None,
    )
}

fn conditions<'a>(context: &Context<'a>, root: ObjectRef<'a>) -> Block {
    let case = context.inputs.case;
    let pilot = root.one("pilot");
    let choice: Vec<String> = case
        .all("consent")
        .map(|consent| {
            context.fill(
                "summary.consent-line",
                &[
                    ("name", consent.label(context.lang())),
                    ("withdrawal", &cut(&context.say(consent, "withdrawal"), LINE)),
                    ("within", &context.say(consent, "withdrawal_within")),
                ],
            )
        })
        .collect();
    let abroad: Vec<String> = case
        .all("party")
        .filter(|party| party.text("country").is_some_and(|country| country != "JP"))
        .chain(
            case.all("system").filter(|system| system.text("country").is_some_and(|country| country != "JP")),
        )
        .map(|object| {
            let country = context.country(object.text("country").unwrap_or_default());
            let facts = [("name", &*context.named(object.id())), ("country", &*country)];
            context.fill("summary.abroad-line", &facts)
        })
        .collect();
    let subcontractors: Vec<String> = case
        .all("party")
        .filter(|party| party.int("depth").is_some_and(|depth| depth > 1))
        .map(|party| context.named(party.id()))
        .collect();
    let changes = match context.inputs.changes {
        Some(changes) => context.fill("summary.changes-line", &[("n", &changes.len().to_string())]),
        None => context.say(root, "previous"),
    };
    context.fields(
        "s2-conditions",
        "summary.conditions",
        vec![
            ("summary.choice", Inline::text(lines(context, choice))),
            ("summary.contact", context.value(root, "contact")),
            ("summary.abroad", Inline::text(lines(context, abroad))),
            ("summary.subcontractors", Inline::text(lines(context, subcontractors))),
            (
                "summary.deletion",
                pilot.map_or_else(|| context.undeclared(), |pilot| context.value(pilot, "deletion_due")),
            ),
            ("summary.four", specification::in_one_line(context)),
            (
                "summary.changes",
                if changes.is_empty() {
                    Inline::text(context.t("summary.first-version"))
                } else {
                    Inline::text(changes)
                },
            ),
        ],
    )
}

fn not_known<'a>(context: &Context<'a>, root: ObjectRef<'a>) -> Block {
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    for finding in &context.inputs.judgement.findings {
        if let Result::Unknown(whys) = &finding.result {
            for why in whys {
                *kinds.entry(why.kind.id()).or_default() += 1;
            }
        }
    }
    let counted: Vec<String> = kinds
        .into_iter()
        .map(|(kind, count)| {
            context.fill(
                "count-line",
                &[("what", context.words.ui(&format!("why.{kind}"))), ("n", &count.to_string())],
            )
        })
        .collect();
    Block::Notice {
        id: Anchor::new("s2-unknown"),
        title: context.t("summary.not-known").to_owned(),
        text: Inline::text(if counted.is_empty() {
            context.t("none").to_owned()
        } else {
            counted.join(context.t("list-separator"))
        })
        .with("\n", Style::Plain)
        .with(context.t("summary.not-checked"), Style::Strong)
        .with(cut(&context.say(root, "gate_by_gate"), 4 * LINE), Style::Plain),
    }
}
