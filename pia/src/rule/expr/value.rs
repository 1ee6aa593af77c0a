//! Values inside an evaluation. Unknown is one of them and carries its causes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use jiff::civil::Date;

use super::outcome::{Broken, Why, WhyKind};
use crate::case::period::Period;
use crate::case::tree::{Case, Ix, Value};

/// Why a value is not known, before it is put into words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause<'a> {
    pub(super) kind: WhyKind,
    pub(super) object: Option<Ix>,
    pub(super) what: What<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What<'a> {
    Key(&'a str),
    Question(&'a str),
    Evidence(&'a str, &'static str),
    Promise(&'static str),
    Cell(String),
    /// A reason that was found before.
    Known(&'a Why),
}

impl Cause<'_> {
    pub(super) fn why(&self, case: &Case) -> Why {
        let id = self.object.and_then(|ix| case.get(ix)).map_or("", |object| object.id());
        let (what, detail) = match &self.what {
            What::Key(key) => (format!("{id}.{key}"), ""),
            What::Question(question) if id.is_empty() => ((*question).to_owned(), ""),
            What::Question(question) => (format!("{question}@{id}"), ""),
            What::Evidence(evidence, reason) => ((*evidence).to_owned(), *reason),
            What::Promise(reason) => (format!("{id}.promise"), *reason),
            What::Cell(cell) => (cell.clone(), ""),
            What::Known(why) => (why.what.clone(), why.detail),
        };
        Why { kind: self.kind, what, detail, object: self.object }
    }
}

pub(super) type Causes<'a> = BTreeSet<Cause<'a>>;

/// A truth value of Kleene's strong logic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tri<'a> {
    True,
    False,
    Unknown(Causes<'a>),
}

impl<'a> Tri<'a> {
    pub(super) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            open @ Self::Unknown(_) => open,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, other) | (other, Self::True) => other,
            (Self::Unknown(mut a), Self::Unknown(b)) => {
                a.extend(b);
                Self::Unknown(a)
            }
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, other) | (other, Self::False) => other,
            (Self::Unknown(mut a), Self::Unknown(b)) => {
                a.extend(b);
                Self::Unknown(a)
            }
        }
    }

    pub(super) fn of(flag: bool) -> Self {
        if flag { Self::True } else { Self::False }
    }

    pub(super) fn value(self) -> Val<'a> {
        match self {
            Self::True => Val::Bool(true),
            Self::False => Val::Bool(false),
            Self::Unknown(causes) => Val::Unknown(causes),
        }
    }
}

/// A member of a list: surely there, or perhaps (after a filter that stayed open).
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) value: Val<'a>,
    pub(super) there: Tri<'a>,
}

#[derive(Debug, Clone)]
pub(super) enum Val<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    Date(Date),
    Period(Period),
    Object(Ix),
    List(Rc<Vec<Member<'a>>>),
    Unknown(Causes<'a>),
}

impl<'a> Val<'a> {
    pub(super) fn unknown(kind: WhyKind, object: Option<Ix>, what: What<'a>) -> Self {
        Self::Unknown(BTreeSet::from([Cause { kind, object, what }]))
    }

    pub(super) fn list(values: impl IntoIterator<Item = Val<'a>>) -> Self {
        let member = |value| Member { value, there: Tri::True };
        Self::List(Rc::new(values.into_iter().map(member).collect()))
    }

    /// A declared value; `open` is what an unknown one is called.
    pub(super) fn declared(value: &'a Value, open: &impl Fn() -> Val<'a>) -> Self {
        match value {
            Value::Unknown => open(),
            Value::Text(text) | Value::Word(text) | Value::Words { ja: text, .. } | Value::Other(text) => {
                Self::Text(Cow::Borrowed(text))
            }
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Int(number) => Self::Int(*number),
            Value::Date(date) => Self::Date(*date),
            Value::Period(period) => Self::Period(*period),
            Value::Object(ix) => Self::Object(*ix),
            Value::List(nodes) => Self::list(nodes.iter().map(|node| Self::declared(&node.value, open))),
        }
    }

    /// As a yes or no. Null (not applicable, none) is no.
    pub(super) fn truth(self) -> Result<Tri<'a>, Broken> {
        match self {
            Self::Bool(flag) => Ok(Tri::of(flag)),
            Self::Null => Ok(Tri::False),
            Self::Unknown(causes) => Ok(Tri::Unknown(causes)),
            _ => Err(Broken("not a yes or no")),
        }
    }

    /// Whether two values are the same. Values of different types are not.
    pub(super) fn equals(&self, other: &Self) -> Tri<'a> {
        match (self, other) {
            (Self::Unknown(a), Self::Unknown(b)) => Tri::Unknown(a.union(b).cloned().collect()),
            (Self::Unknown(causes), _) | (_, Self::Unknown(causes)) => Tri::Unknown(causes.clone()),
            (Self::Null, Self::Null) => Tri::True,
            (Self::Bool(a), Self::Bool(b)) => Tri::of(a == b),
            (Self::Int(a), Self::Int(b)) => Tri::of(a == b),
            (Self::Text(a), Self::Text(b)) => Tri::of(a == b),
            (Self::Date(a), Self::Date(b)) => Tri::of(a == b),
            (Self::Period(a), Self::Period(b)) => Tri::of(a == b),
            (Self::Object(a), Self::Object(b)) => Tri::of(a == b),
            (Self::List(a), Self::List(b)) => equal_lists(a, b),
            _ => Tri::False,
        }
    }
}

fn equal_lists<'a>(a: &[Member<'a>], b: &[Member<'a>]) -> Tri<'a> {
    // With members that are only perhaps there, no position is sure: open, whatever they are.
    let mut perhaps = Causes::new();
    for member in a.iter().chain(b) {
        if let Tri::Unknown(causes) = &member.there {
            perhaps.extend(causes.iter().cloned());
        }
    }
    if !perhaps.is_empty() {
        return Tri::Unknown(perhaps);
    }
    if a.len() != b.len() {
        return Tri::False;
    }
    a.iter().zip(b).fold(Tri::True, |all, (a, b)| all.and(a.value.equals(&b.value)))
}
