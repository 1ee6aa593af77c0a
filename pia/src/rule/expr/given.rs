//! What a recorded answer is worth, given the question it answers.
//!
//! Why here: conditions and the questionnaire must never disagree about whether something was
//! answered, so both ask this. An answer that does not do answers nothing; `question` tells why.

use super::types::{Asked, Ty};
use crate::case::tree::{ObjectRef, Value};

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// A value of the type of its question.
    Value,
    /// 非該当, with a reason.
    NotApplicable,
    /// 未確認
    FactOpen,
    /// It answers nothing.
    Refused(Refused),
}

/// Why an answer answers nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// Not of the type of the question.
    Type,
    /// Not among the options.
    Option,
    /// A number without the unit that the question asks for.
    Unit,
    /// Names an object or evidence that the case does not have.
    NotListed,
    /// A legal evaluation that is not recorded as judged.
    NotJudged,
    /// Judged, or not applicable, without a reason.
    NoReason,
}

impl Refused {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Type, Self::Option, Self::Unit, Self::NotListed, Self::NotJudged, Self::NoReason];

    /// Its word in rules/questions/words.toml.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Option => "option",
            Self::Unit => "unit",
            Self::NotListed => "not-listed",
            Self::NotJudged => "not-judged",
            Self::NoReason => "no-reason",
        }
    }
}

/// Whether an answer gives a reason.
#[must_use]
pub fn has_reason(answer: ObjectRef<'_>) -> bool {
    answer.text("reason").is_some_and(|reason| !reason.trim().is_empty())
}

/// Weighs an answer.
#[must_use]
pub fn given(asked: &Asked, answer: ObjectRef<'_>) -> Given {
    let value = answer.get("value").map(|node| &node.value);
    let state = answer.get("state").map(|node| &node.value);
    match (state, value) {
        (Some(state), _) if is_open(state) => return Given::FactOpen,
        (None, Some(Value::Unknown)) => return Given::FactOpen,
        (Some(_), _) => {}
        (None, value) => {
            if let Err(refused) = fits(asked, answer, value) {
                return Given::Refused(refused);
            }
        }
    }
    let not_applicable = state.is_some();
    if asked.judged && answer.text("source") != Some("judged") {
        return Given::Refused(Refused::NotJudged);
    }
    if (asked.judged || not_applicable) && !has_reason(answer) {
        return Given::Refused(Refused::NoReason);
    }
    if not_applicable { Given::NotApplicable } else { Given::Value }
}

/// The state `unknown`, however the reader of a case takes that word.
fn is_open(state: &Value) -> bool {
    match state {
        Value::Unknown => true,
        Value::Word(word) | Value::Text(word) => word == "unknown",
        _ => false,
    }
}

fn fits(asked: &Asked, answer: ObjectRef<'_>, value: Option<&Value>) -> Result<(), Refused> {
    let value = value.ok_or(Refused::Type)?;
    if let Value::Other(json) = value {
        return quantity(asked, json);
    }
    fits_type(asked, answer, value, &asked.ty)
}

fn fits_type(asked: &Asked, answer: ObjectRef<'_>, value: &Value, ty: &Ty) -> Result<(), Refused> {
    let text = match value {
        Value::Text(text) | Value::Word(text) | Value::Words { ja: text, .. } => Some(text.as_str()),
        _ => None,
    };
    let fits = match (ty, value) {
        (Ty::Any, _) | (Ty::Bool, Value::Bool(_)) | (Ty::Date, Value::Date(_)) => true,
        (Ty::Int, Value::Int(_)) => match asked.unit {
            Some(_) => return Err(Refused::Unit),
            None => true,
        },
        (Ty::Period, Value::Period(_)) | (Ty::Object(_), Value::Object(_)) => true,
        (Ty::List(of), Value::List(nodes)) => {
            return nodes.iter().try_for_each(|node| fits_type(asked, answer, &node.value, of));
        }
        (Ty::List(of), one) => return fits_type(asked, answer, one, of),
        (Ty::Date, _) => text.is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
        (Ty::Period, _) => text.is_some_and(|text| text.parse::<crate::case::period::Period>().is_ok()),
        (Ty::Text, _) => text.is_some(),
        (Ty::Word(_), _) => match text {
            Some(text) if asked.options.iter().any(|option| option == text) => true,
            Some(_) => return Err(Refused::Option),
            None => false,
        },
        (Ty::Object(kind), _) => match text {
            Some(id) if answer.case().find(kind, id).is_some() => true,
            Some(_) => return Err(Refused::NotListed),
            None => false,
        },
        _ => false,
    };
    if fits { Ok(()) } else { Err(Refused::Type) }
}

/// `{ value = 12, unit = "months" }`.
fn quantity(asked: &Asked, json: &str) -> Result<(), Refused> {
    if asked.ty != Ty::Int {
        return Err(Refused::Type);
    }
    let table: serde_json::Value = serde_json::from_str(json).map_err(|_| Refused::Type)?;
    let number = table.get("value").and_then(serde_json::Value::as_i64);
    if number.is_none_or(|number| number < 0) {
        return Err(Refused::Type);
    }
    match (&asked.unit, table.get("unit").and_then(serde_json::Value::as_str)) {
        (None, _) => Ok(()),
        (Some(unit), Some(found)) if unit == found => Ok(()),
        _ => Err(Refused::Unit),
    }
}
