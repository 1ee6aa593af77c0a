//! The small tree of an expression, as it was written: names are not resolved yet.

use std::ops::Range;

/// A node with its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rule) struct Ast {
    pub(super) node: Node,
    /// Bytes of the token that made it.
    pub(super) at: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Name(String),
    Field(Box<Ast>, String),
    Has(Box<Ast>, String),
    List(Vec<Ast>),
    Not(Box<Ast>),
    Negative(Box<Ast>),
    Choose(Box<Ast>, Box<Ast>, Box<Ast>),
    Binary(Binary, Box<Ast>, Box<Ast>),
    Each(Each, Box<Ast>, String, Box<Ast>),
    /// A function; of a method call, the target is the first argument.
    Call(String, Vec<Ast>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    In,
}

impl Binary {
    /// How close an operator binds, and which it is.
    pub(super) fn of(sign: &str) -> Option<(u8, Self)> {
        Some(match sign {
            "||" => (0, Self::Or),
            "&&" => (1, Self::And),
            "==" => (2, Self::Equal),
            "!=" => (2, Self::NotEqual),
            "<" => (2, Self::Less),
            "<=" => (2, Self::LessOrEqual),
            ">" => (2, Self::Greater),
            ">=" => (2, Self::GreaterOrEqual),
            "in" => (2, Self::In),
            "+" => (3, Self::Add),
            "-" => (3, Self::Subtract),
            _ => return None,
        })
    }
}

/// What runs over the members of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    Exists,
    All,
    ExistsOne,
    Filter,
    Map,
}

impl Each {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "exists" => Self::Exists,
            "all" => Self::All,
            "exists_one" => Self::ExistsOne,
            "filter" => Self::Filter,
            "map" => Self::Map,
            _ => return None,
        })
    }
}
