//! The first two pages: what is asked of the city, what to fix, what is measured and what is only said.

use crate::case::tree::ObjectRef;
use crate::dossier::model::{Anchor, Block, Counter, Inline, Row, Style};
use crate::evidence::status::Class;
use crate::judge::{Finding, Result, State};
use crate::rule::Severity;
use crate::rule::expr::WhyKind;

use super::context::Context;
use super::{picture, specification};

/// Findings listed on the first page.
const TOP: usize = 5;
/// Risks listed on the second page.
const TOP_RISKS: usize = 3;

pub(super) fn first_page(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    let mut blocks = vec![asked(context, root), counters(context)];
    if let Some(figure) = picture::thirty_seconds(context) {
        blocks.push(figure);
    }
    blocks.push(to_fix(context));
    blocks.push(to_judge(context, root));
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
            ("digest", &context.inputs.digest.chars().take(16).collect::<String>()),
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
fn to_fix(context: &Context<'_>) -> Block {
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
    let mut rows: Vec<Row> = by_rule
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
    let open = context.inputs.judgement.counts.incomplete;
    let mut last = Inline::default();
    for (n, key, target) in [(more, "summary.more", "findings"), (open, "summary.more-open", "findings-open")]
    {
        if n > 0 {
            let gap = if last == Inline::default() { "" } else { "\n" };
            last = last
                .with(gap, Style::Plain)
                .link(context.fill(key, &[("n", &n.to_string())]), Anchor::new(target));
        }
    }
    if last != Inline::default() {
        rows.push(pointer(last, Inline::default()));
    }
    context.table(
        "s1-fix",
        "summary.fix",
        &[("what", 9), ("where", 6), ("ground", 5), ("who", 4), ("page", 3)],
        rows,
        None,
    )
}

/// Names of places, and how many more there are.
fn few(context: &Context<'_>, mut places: Vec<String>) -> String {
    const FEW: usize = 2;
    let more = places.len().saturating_sub(FEW);
    places.truncate(FEW);
    let named: Vec<String> = places.iter().map(|name| cut(name)).collect();
    let named = named.join(context.t("list-separator"));
    if more == 0 {
        named
    } else {
        context.fill("summary.places-more", &[("named", &named), ("n", &more.to_string())])
    }
}

/// A name that fits in two lines; the chapter has the whole.
fn cut(name: &str) -> String {
    const LONGEST: usize = 22;
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST).chain(['…']).collect()
    }
}

/// What to do, in one sentence; the chapter has the rest.
fn first_sentence(text: &str) -> &str {
    let end = text.find('。').map(|at| at + '。'.len_utf8()).or_else(|| text.find(". ").map(|at| at + 1));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// A last row that only leads somewhere.
fn pointer(first: Inline, last: Inline) -> Row {
    Row { id: None, cells: vec![first, Inline::default(), Inline::default(), Inline::default(), last] }
}

fn to_judge<'a>(context: &Context<'a>, root: ObjectRef<'a>) -> Block {
    let points = root.one("request").map_or_else(Vec::new, |request| request.many("points"));
    let mut rows: Vec<Row> = points
        .iter()
        .take(TOP)
        .map(|point| Row {
            id: None,
            cells: vec![
                context.value(*point, "question"),
                context.value(*point, "pro"),
                context.value(*point, "contra"),
                context.value(*point, "proposal"),
                Inline::text("□"),
            ],
        })
        .collect();
    let waiting = context
        .inputs
        .judgement
        .findings
        .iter()
        .filter(|finding| matches!(&finding.result, Result::Unknown(whys) if whys.iter().any(|why| why.kind == WhyKind::Law)))
        .count();
    if waiting > 0 {
        let more = context.fill("summary.more-points", &[("n", &waiting.to_string())]);
        rows.push(pointer(Inline::default().link(more, Anchor::new("findings-city")), Inline::text("□")));
    }
    context.table(
        "s1-judge",
        "summary.judge",
        &[("point", 14), ("pro", 11), ("contra", 11), ("proposal", 12), ("box", 3)],
        rows,
        None,
    )
}

pub(super) fn second_page(context: &Context<'_>) -> Vec<Block> {
    let Some(root) = context.inputs.case.root() else { return Vec::new() };
    vec![
        scale(context, root),
        top_risks(context),
        backing(context),
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
                &[("who", &context.say(*benefit, "who")), ("what", &context.say(*benefit, "what"))],
            )
        })
        .collect();
    let alternatives: Vec<String> = case
        .all("alternative")
        .map(|other| {
            context.fill(
                "summary.alternative-line",
                &[("name", other.label(context.lang())), ("lacks", &context.say(other, "lacks"))],
            )
        })
        .collect();
    context.fields(
        "s2-scale",
        "summary.scale",
        vec![
            ("summary.people", Inline::text(people.join("\n"))),
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
            ("summary.benefits", Inline::text(benefits.join("\n"))),
            ("summary.alternatives", Inline::text(alternatives.join("\n"))),
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

fn backing(context: &Context<'_>) -> Block {
    let mut counts = [(Class::Measured, 0_usize), (Class::Document, 0), (Class::SelfDeclared, 0)];
    let mut refused = 0_usize;
    for (_, standing) in context.inputs.evidence.iter() {
        if !standing.is_acceptable() {
            refused += 1;
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
                    ("withdrawal", &context.say(consent, "withdrawal")),
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
            format!("{}（{}）", context.named(object.id()), object.text("country").unwrap_or_default())
        })
        .collect();
    let subcontractors: Vec<String> = case
        .all("party")
        .filter(|party| party.int("depth").is_some_and(|depth| depth > 1))
        .map(|party| context.named(party.id()))
        .collect();
    let list =
        |texts: Vec<String>| if texts.is_empty() { context.t("none").to_owned() } else { texts.join("\n") };
    let changes = match context.inputs.changes {
        Some(changes) => context.fill("summary.changes-line", &[("n", &changes.len().to_string())]),
        None => context.say(root, "previous"),
    };
    context.fields(
        "s2-conditions",
        "summary.conditions",
        vec![
            ("summary.choice", Inline::text(list(choice))),
            ("summary.contact", context.value(root, "contact")),
            ("summary.abroad", Inline::text(list(abroad))),
            ("summary.subcontractors", Inline::text(list(subcontractors))),
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
        .with(context.say(root, "gate_by_gate"), Style::Plain),
    }
}
