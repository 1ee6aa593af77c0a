//! A checked expression: every name resolved, ready to be computed.

use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;

use super::ast::Each;

#[derive(Debug, Clone)]
pub(super) enum Code {
    Null,
    Bool(bool),
    Int(i64),
    Text(Arc<str>),
    Day(Date),
    Today,
    Root,
    /// All objects of a kind; the name it was called by, and the kind.
    All(Arc<str>, Arc<str>),
    /// A variable, by its place on the stack of this expression.
    Variable(usize),
    Field(Box<Code>, Key),
    Has(Box<Code>, Key),
    List(Vec<Code>),
    Not(Box<Code>),
    Negative(Box<Code>),
    And(Box<Code>, Box<Code>),
    Or(Box<Code>, Box<Code>),
    Choose(Box<(Code, Code, Code)>),
    Equal(Box<Code>, Box<Code>),
    Order(Order, Box<Code>, Box<Code>),
    In(Box<Code>, Box<Code>),
    Add(Box<Code>, Box<Code>),
    Subtract(Box<Code>, Box<Code>),
    Each(Each, Box<Code>, Box<Code>),
    Size(Box<Code>),
    Contains(Box<Code>, Box<Code>),
    StartsWith(Box<Code>, Box<Code>),
    Matches(Box<Code>, Regex),
    MonthsLater(Box<Code>, Box<Code>),
    DaysBetween(Box<Code>, Box<Code>),
    Hours(Box<Code>),
    Days(Box<Code>),
    Answer(Arc<str>, Option<Box<Code>>),
    Proved(Box<Code>),
    PromiseKept(Box<Code>),
    Lookup(Arc<str>, Box<Code>, Box<Code>),
    /// Whether a risk of this rank or above remains.
    RiskRemains(usize),
    Mentions(Box<Code>, Arc<str>),
    /// A predicate, by its index.
    Call(usize, Vec<Code>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A key and what its absence means.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) name: Arc<str>,
    pub(super) absent: Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    Unknown,
    Null,
    Empty,
    No,
}

impl Code {
    /// Calls `visit` for this node and all below.
    pub(super) fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Text(_)
            | Self::Day(_)
            | Self::Today
            | Self::Root
            | Self::All(..)
            | Self::Variable(_)
            | Self::RiskRemains(_)
            | Self::Answer(_, None) => {}
            Self::Field(a, _)
            | Self::Has(a, _)
            | Self::Not(a)
            | Self::Negative(a)
            | Self::Size(a)
            | Self::Matches(a, _)
            | Self::Hours(a)
            | Self::Days(a)
            | Self::Answer(_, Some(a))
            | Self::Proved(a)
            | Self::PromiseKept(a)
            | Self::Mentions(a, _) => a.walk(visit),
            Self::And(a, b)
            | Self::Or(a, b)
            | Self::Equal(a, b)
            | Self::Order(_, a, b)
            | Self::In(a, b)
            | Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Each(_, a, b)
            | Self::Contains(a, b)
            | Self::StartsWith(a, b)
            | Self::MonthsLater(a, b)
            | Self::DaysBetween(a, b)
            | Self::Lookup(_, a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Self::Choose(three) => {
                three.0.walk(visit);
                three.1.walk(visit);
                three.2.walk(visit);
            }
            Self::List(all) | Self::Call(_, all) => all.iter().for_each(|one| one.walk(visit)),
        }
    }
}
