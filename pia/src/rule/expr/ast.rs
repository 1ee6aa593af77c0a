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

/// What runs over the members of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    Exists,
    All,
    ExistsOne,
    Filter,
    Map,
}
