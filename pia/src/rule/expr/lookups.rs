//! What functions look up: answers, evidence, promises, tables, and arithmetic with days.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{Span, Unit};

use super::Expr;
use super::code::{Absent, Code};
use super::eval::{Run, both_open_or_null, open_or_null};
use super::given::{Given, given, has_reason};
use super::outcome::{Broken, WhyKind};
use super::reads::shown;
use super::types::{Asked, Ty};
use super::value::{Cause, Causes, Tri, Val, What};
use super::world::Remaining;
use crate::case::tree::{Ix, ObjectRef, Value};
use crate::evidence::status::{Kept, Promise, Standing};

type Result<T> = std::result::Result<T, Broken>;

pub(super) fn time<'a>(run: &mut Run<'_, 'a>, code: &'a Code) -> Result<Val<'a>> {
    match code {
        Code::MonthsLater(day, months) => match (run.eval(day)?, run.eval(months)?) {
            (Val::Date(day), Val::Int(months)) => {
                let span = Span::new().try_months(months).map_err(|_| Broken("no such day"))?;
                day.checked_add(span).map(Val::Date).map_err(|_| Broken("no such day"))
            }
            (a, b) => both_open_or_null(a, b),
        },
        Code::DaysBetween(from, until) => match (run.eval(from)?, run.eval(until)?) {
            (Val::Date(from), Val::Date(until)) => {
                let span = from.until((Unit::Day, until)).map_err(|_| Broken("no such day"))?;
                Ok(Val::Int(i64::from(span.get_days())))
            }
            (a, b) => both_open_or_null(a, b),
        },
        Code::Hours(period) => match run.eval(period)? {
            Val::Period(period) => Ok(Val::Int(period.hours())),
            other => open_or_null(other),
        },
        Code::Days(period) => match run.eval(period)? {
            Val::Period(period) => Ok(Val::Int(period.hours() / 24)),
            other => open_or_null(other),
        },
        _ => Err(Broken("no function of time")),
    }
}

pub(super) fn cell<'a>(
    run: &mut Run<'_, 'a>,
    table: &'a str,
    row: Val<'a>,
    column: Val<'a>,
) -> Result<Val<'a>> {
    let (row, column) = match (row, column) {
        (Val::Text(row), Val::Text(column)) => (row, column),
        (a, b) => return both_open_or_null(a, b),
    };
    let found = run.world.library.names.tables.get(table).ok_or(Broken("no such table"))?;
    Ok(match found.cell(&row, &column) {
        Some(word) => Val::Text(Cow::Borrowed(word)),
        None => Val::unknown(WhyKind::Law, None, What::Cell(format!("{table}[{row}][{column}]"))),
    })
}

pub(super) fn answer<'a>(
    run: &mut Run<'_, 'a>,
    question: &'a str,
    object: Option<Val<'a>>,
) -> Result<Val<'a>> {
    let about = match object {
        None => None,
        Some(Val::Object(ix)) => Some(ix),
        Some(other) => return open_or_null(other),
    };
    let world = run.world;
    let asked = world.library.names.questions.get(question).ok_or(Broken("no such question"))?;
    // A question of the case has one answer, whatever object it is asked with.
    let objects: Vec<Val<'a>> = match (&asked.for_each, about) {
        (Some(_), Some(ix)) => vec![Val::Object(ix)],
        _ => Vec::new(),
    };
    let sensible = asked.for_each.is_none() || about.is_some();
    if let Some(applies) = world.library.applies.get(question).filter(|_| sensible)
        && applies_not(run, applies, &objects)?
    {
        run.reads.told(about, question, None, || "not-applicable".to_owned());
        return Ok(Val::Null);
    }
    let derived = match world.library.derived.get(question).filter(|_| sensible) {
        Some(derive) => Some(run.inside(derive, objects, &[])?),
        None => None,
    };
    let id = about.and_then(|ix| world.case.get(ix)).map(ObjectRef::id);
    let Some(answer) = world.answer(question, id) else {
        if let Some(derived) = derived {
            return Ok(derived);
        }
        run.reads.told(about, question, None, String::new);
        return Ok(Val::unknown(open_kind(asked), about, What::Question(question)));
    };
    let weighed = given(asked, answer);
    if let Some(derived) = derived
        && !matches!(derived, Val::Unknown(_))
        && (weighed != Given::Value || !has_reason(answer))
    {
        return Ok(derived);
    }
    let place = Some(answer.place().clone());
    let (state, value) = (answer.get("state").map(|node| &node.value), answer.get("value"));
    run.reads.told(about, question, place, || {
        state.or(value.map(|node| &node.value)).map_or_else(String::new, |value| shown(world.case, value))
    });
    let open = |kind| Val::unknown(kind, about, What::Question(question));
    Ok(match (weighed, value.map(|node| &node.value)) {
        (Given::NotApplicable, _) => Val::Null,
        (Given::FactOpen, _) => open(WhyKind::FactOpen),
        // An answer that does not do answers nothing; the room `question` says why.
        (Given::Refused(_), _) | (Given::Value, None) => open(open_kind(asked)),
        (Given::Value, Some(value)) => typed(run, value, &asked.ty).unwrap_or_else(|| open(open_kind(asked))),
    })
}

/// Whether a question is hidden. What cannot be told does not hide it.
fn applies_not<'a>(run: &mut Run<'_, 'a>, applies: &'a Expr, objects: &[Val<'a>]) -> Result<bool> {
    Ok(matches!(run.inside(applies, objects.to_vec(), &[])?.truth()?, Tri::False))
}

fn open_kind(asked: &Asked) -> WhyKind {
    if asked.judged { WhyKind::Law } else { WhyKind::Unanswered }
}

/// An answer as a value of its question's type; `None`: it is not of this type.
fn typed<'a>(run: &Run<'_, 'a>, value: &'a Value, ty: &Ty) -> Option<Val<'a>> {
    Some(match (ty, value) {
        (_, Value::Unknown) => return None,
        (Ty::Bool, Value::Bool(flag)) => Val::Bool(*flag),
        (Ty::Int, Value::Int(number)) => Val::Int(*number),
        (Ty::Int, Value::Other(json)) => {
            let table: serde_json::Value = serde_json::from_str(json).ok()?;
            Val::Int(table.get("value")?.as_i64()?)
        }
        (Ty::Text | Ty::Word(_), Value::Text(text) | Value::Word(text) | Value::Words { ja: text, .. }) => {
            Val::Text(Cow::Borrowed(text))
        }
        (Ty::Date, Value::Date(date)) => Val::Date(*date),
        (Ty::Date, Value::Text(text)) => Val::Date(text.parse().ok()?),
        (Ty::Period, Value::Period(period)) => Val::Period(*period),
        (Ty::Period, Value::Text(text)) => Val::Period(text.parse().ok()?),
        (Ty::Object(_), Value::Object(ix)) => Val::Object(*ix),
        (Ty::Object(kind), Value::Text(id)) => Val::Object(run.world.case.find(kind, id)?.ix()),
        (Ty::List(of), Value::List(nodes)) => {
            let all: Option<Vec<_>> = nodes.iter().map(|node| typed(run, &node.value, of)).collect();
            Val::list(all?)
        }
        (Ty::List(of), one) if !matches!(one, Value::Other(_)) => Val::list([typed(run, one, of)?]),
        (Ty::Any, value) => Val::declared(value, &|| Val::Null),
        _ => return None,
    })
}

/// Whether a risk of a rank or above remains; open while it is not known whether one applies.
pub(super) fn risk_remains<'a>(run: &mut Run<'_, 'a>, rank: usize) -> Val<'a> {
    let Some(remaining) = run.world.remaining else {
        return Val::unknown(WhyKind::Broken, None, What::Key(RISKS));
    };
    let found: Vec<&'a Remaining> = remaining.iter().filter(|risk| risk.rank >= rank).collect();
    run.reads.told(None, RISKS, None, || listed(&found));
    if found.iter().any(|risk| risk.open.is_empty()) {
        return Val::Bool(true);
    }
    let causes: Causes<'a> = found
        .iter()
        .flat_map(|risk| &risk.open)
        .map(|why| Cause { kind: why.kind, object: why.object, what: What::Known(why) })
        .collect();
    if causes.is_empty() { Val::Bool(false) } else { Val::Unknown(causes) }
}

/// What the fact of remaining risks is called.
const RISKS: &str = "risks";

/// `R04 high: F03, F06; R16 extreme: F04`, whatever the order of the flows in a file.
fn listed(found: &[&Remaining]) -> String {
    let mut all: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for risk in found {
        all.entry((&risk.scenario, &risk.level)).or_default().insert(&risk.flow);
    }
    let line = |((scenario, level), flows): ((&str, &str), BTreeSet<&str>)| {
        format!("{scenario} {level}: {}", flows.into_iter().collect::<Vec<_>>().join(", "))
    };
    all.into_iter().map(line).collect::<Vec<_>>().join("; ")
}

/// True with one acceptable evidence of a kind that counts; false when none is claimed, or when a
/// run manifest is broken; else open.
pub(super) fn proved<'a>(run: &mut Run<'_, 'a>, list: Val<'a>) -> Result<Val<'a>> {
    let members = match list {
        Val::List(members) => members,
        Val::Null => return Ok(Val::Bool(false)),
        Val::Unknown(causes) => return Ok(Val::Unknown(causes.into_iter().map(not_proved).collect())),
        _ => return Err(Broken("evidence that is no list")),
    };
    if members.is_empty() {
        return Ok(Val::Bool(false));
    }
    let (mut causes, mut broken) = (Causes::new(), false);
    for member in members.iter() {
        let (id, ix) = match &member.value {
            Val::Object(ix) => (run.world.case.get(*ix).map_or("", ObjectRef::id), Some(*ix)),
            Val::Text(Cow::Borrowed(id)) => (*id, run.world.case.find("evidence", id).map(ObjectRef::ix)),
            Val::Unknown(more) => {
                causes.extend(more.iter().cloned().map(not_proved));
                continue;
            }
            _ => return Err(Broken("evidence without id")),
        };
        let standing = run.world.evidence.get(id);
        run.reads.told(ix, "evidence", None, || standing.map_or_else(String::new, Standing::summary));
        let reason = match standing {
            None => "not-listed",
            Some(standing) => match standing.refused.as_ref() {
                None if run.kinds.is_empty() || run.kinds.contains(&standing.kind) => {
                    return Ok(Val::Bool(true));
                }
                None => "other-kind",
                Some(refused) => {
                    broken |= refused.is_broken_manifest();
                    refused.id()
                }
            },
        };
        let what = What::Evidence(id, reason);
        causes.insert(Cause { kind: WhyKind::NoEvidence, object: ix, what });
    }
    Ok(if broken { Val::Bool(false) } else { Val::Unknown(causes) })
}

/// That nobody has declared evidence means that there is none yet.
fn not_proved(mut cause: Cause<'_>) -> Cause<'_> {
    if cause.kind == WhyKind::Unanswered {
        cause.kind = WhyKind::NoEvidence;
    }
    cause
}

pub(super) fn promise_kept<'a>(run: &mut Run<'_, 'a>, dataset: Val<'a>) -> Result<Val<'a>> {
    let dataset = match dataset {
        Val::Object(ix) => ix,
        other => return open_or_null(other),
    };
    let open = |reason| Val::unknown(WhyKind::NoEvidence, Some(dataset), What::Promise(reason));
    let Val::Object(promise) = run.key(dataset, "promise", Absent::Null)? else {
        return Ok(open("none"));
    };
    let manifests = match run.key(promise, "manifest", Absent::Unknown)? {
        Val::List(members) => members,
        Val::Unknown(causes) => return Ok(Val::Unknown(causes.into_iter().map(not_proved).collect())),
        _ => return Err(Broken("evidence that is no list")),
    };
    let object = run.world.case.get(promise).ok_or(Broken("no such object"))?;
    for key in ["k", "l", "t_percent", "table"] {
        run.key(promise, key, Absent::Null)?;
    }
    let promised = Promise {
        dataset: run.world.case.get(dataset).map_or("", ObjectRef::id),
        table: object.text("table"),
        k: object.int("k"),
        l: object.int("l"),
        t_percent: object.int("t_percent"),
    };
    let mut answer = Kept::Open("none");
    for member in members_of(run, &manifests) {
        let (ix, id) = member;
        let standing = run.world.evidence.get(id);
        run.reads.told(Some(ix), "evidence", None, || standing.map_or_else(String::new, Standing::summary));
        answer = answer
            .and_also(standing.map_or(Kept::Open("not-listed"), |standing| promised.is_kept_by(standing)));
    }
    Ok(match answer {
        Kept::Yes => Val::Bool(true),
        Kept::No => Val::Bool(false),
        Kept::Open(reason) => open(reason),
    })
}

fn members_of<'a>(run: &Run<'_, 'a>, members: &[super::value::Member<'a>]) -> Vec<(Ix, &'a str)> {
    let one = |member: &super::value::Member<'a>| match &member.value {
        Val::Object(ix) => run.world.case.get(*ix).map(|object| (*ix, object.id())),
        Val::Text(id) => run.world.case.find("evidence", id).map(|object| (object.ix(), object.id())),
        _ => None,
    };
    members.iter().filter_map(one).collect()
}
