//! The static check: types every node and resolves every name against schema and pack.

use std::ops::Range;
use std::sync::Arc;

use super::ast::{Ast, Binary, Each, Node};
use super::code::{Absent, Code, Key, Order};
use super::error::ExprError;
use super::types::{Names, Ty};
use super::{Expr, functions};
use crate::case::schema::{self, KeyDef, schema};
use crate::rule::fault::FaultCode;

/// The collections of a case and the kinds of their members.
const COLLECTIONS: [(&str, &str); 13] = [
    ("flows", "flow"),
    ("parties", "party"),
    ("capacities", "capacity"),
    ("systems", "system"),
    ("measures", "measure"),
    ("subject_groups", "subject_group"),
    ("purposes", "purpose"),
    ("consents", "consent"),
    ("datasets", "dataset"),
    ("items", "item"),
    ("legals", "legal"),
    ("platform_gaps", "platform_gap"),
    ("alternatives", "alternative"),
];

/// Whether rules may be written for each object of a kind.
#[must_use]
pub fn is_iterable(kind: &str) -> bool {
    COLLECTIONS.iter().any(|(_, have)| *have == kind)
}

/// What an expression may use.
pub struct Scope<'a> {
    /// Names of the pack.
    pub names: &'a Names,
    /// Variables: the object of the iteration, or the parameters of a predicate.
    pub variables: Vec<(String, Ty)>,
    /// Whether it may look at the regime of a capacity: predicates alone. Elsewhere it may only be
    /// the row or column of a lookup table.
    pub regime: bool,
}

/// Checks an expression that says yes or no.
pub(in crate::rule) fn condition(source: &str, ast: &Ast, scope: &Scope<'_>) -> Result<Expr, ExprError> {
    let expr = value(source, ast, scope)?;
    match expr.ty {
        Ty::Bool | Ty::Any => Ok(expr),
        ref other => Err(ExprError::new(FaultCode::NotBoolean, &ast.at, other.name())),
    }
}

/// Checks an expression of any type.
pub(in crate::rule) fn value(source: &str, ast: &Ast, scope: &Scope<'_>) -> Result<Expr, ExprError> {
    let mut check = Check { scope, variables: scope.variables.clone(), regime: scope.regime };
    let (code, ty) = check.expr(ast)?;
    Ok(Expr { source: source.to_owned(), code, ty })
}

pub(super) struct Check<'a> {
    pub(super) scope: &'a Scope<'a>,
    variables: Vec<(String, Ty)>,
    /// Whether the node at hand may name the regime: in predicates, and as row or column of a table.
    pub(super) regime: bool,
}

type Checked = Result<(Code, Ty), ExprError>;

impl Check<'_> {
    pub(super) fn expr(&mut self, ast: &Ast) -> Checked {
        let at = &ast.at;
        Ok(match &ast.node {
            Node::Null => (Code::Null, Ty::Null),
            Node::Bool(flag) => (Code::Bool(*flag), Ty::Bool),
            Node::Int(number) => (Code::Int(*number), Ty::Int),
            Node::Text(text) => (Code::Text(Arc::from(text.as_str())), Ty::Literal(vec![text.clone()])),
            Node::Name(name) => return self.name(name, at),
            Node::Field(of, key) => {
                let (code, key, def) = self.key(of, key, at)?;
                (Code::Field(Box::new(code), key), Ty::of(def))
            }
            Node::Has(of, key) => {
                let (code, key, _) = self.key(of, key, at)?;
                (Code::Has(Box::new(code), key), Ty::Bool)
            }
            Node::List(members) => {
                let mut ty = Ty::Any;
                let mut all = Vec::with_capacity(members.len());
                for member in members {
                    let (code, found) = self.expr(member)?;
                    ty = self.join(&ty, &found, &member.at)?;
                    all.push(code);
                }
                (Code::List(all), Ty::list(ty))
            }
            Node::Not(a) => (Code::Not(self.boxed(a, &Ty::Bool)?), Ty::Bool),
            Node::Negative(a) => (Code::Negative(self.boxed(a, &Ty::Int)?), Ty::Int),
            Node::Choose(a, b, c) => {
                let (a, _) = self.of(a, &Ty::Bool)?;
                let ((b, left), (c_code, right)) = (self.expr(b)?, self.expr(c)?);
                let ty = self.join(&left, &right, &c.at)?;
                (Code::Choose(Box::new((a, b, c_code))), ty)
            }
            Node::Binary(operator, a, b) => return self.binary(*operator, a, b, at),
            Node::Each(each, list, variable, body) => return self.each(*each, list, variable, body),
            Node::Call(name, arguments) => return functions::check(self, name, arguments, at),
        })
    }

    fn name(&self, name: &str, at: &Range<usize>) -> Checked {
        if let Some(place) = self.variables.iter().rposition(|(have, _)| have == name) {
            let ty = self.variables.get(place).map_or(Ty::Any, |(_, ty)| ty.clone());
            return Ok((Code::Variable(place), ty));
        }
        if let Some((name, kind)) = COLLECTIONS.iter().find(|(have, _)| *have == name) {
            let ty = Ty::list(Ty::Object((*kind).to_owned()));
            return Ok((Code::All(Arc::from(*name), Arc::from(*kind)), ty));
        }
        match name {
            "case" => Ok((Code::Root, Ty::Object("case".to_owned()))),
            "today" => Ok((Code::Today, Ty::Date)),
            _ => Err(ExprError::new(FaultCode::UnknownVariable, at, name)),
        }
    }

    /// The object that a key is asked of, and the key.
    fn key(
        &mut self,
        of: &Ast,
        name: &str,
        at: &Range<usize>,
    ) -> Result<(Code, Key, &'static KeyDef), ExprError> {
        let (code, ty) = self.expr(of)?;
        let Ty::Object(kind) = &ty else {
            return Err(ExprError::new(FaultCode::UnknownField, at, format!("{}.{name}", ty.name())));
        };
        let Some(def) = schema().key(kind, name) else {
            return Err(ExprError::new(FaultCode::UnknownField, at, format!("{kind}.{name}")));
        };
        if name == "regime" && kind == "capacity" && !self.regime {
            return Err(ExprError::new(FaultCode::Regime, at, format!("{kind}.{name}")));
        }
        let absent = match (&def.absent, &def.ty) {
            (schema::Absent::Unknown, _) => Absent::Unknown,
            (schema::Absent::None, ty) if ty.is_list() => Absent::Empty,
            (schema::Absent::None, schema::Type::Tri | schema::Type::Bool) => Absent::No,
            (schema::Absent::None, _) => Absent::Null,
        };
        Ok((code, Key { name: Arc::from(name), absent }, def))
    }

    fn binary(&mut self, operator: Binary, a: &Ast, b: &Ast, at: &Range<usize>) -> Checked {
        let ordered = |this: &mut Self, order: Order| {
            let ((left, left_ty), (right, right_ty)) = (this.expr(a)?, this.expr(b)?);
            let ty = this.join(&left_ty, &right_ty, at)?;
            if !matches!(ty, Ty::Int | Ty::Date | Ty::Period | Ty::Any) {
                return Err(ExprError::new(FaultCode::TypeMismatch, at, ty.name()));
            }
            Ok((Code::Order(order, Box::new(left), Box::new(right)), Ty::Bool))
        };
        Ok(match operator {
            Binary::And => (Code::And(self.boxed(a, &Ty::Bool)?, self.boxed(b, &Ty::Bool)?), Ty::Bool),
            Binary::Or => (Code::Or(self.boxed(a, &Ty::Bool)?, self.boxed(b, &Ty::Bool)?), Ty::Bool),
            Binary::Equal | Binary::NotEqual => {
                let ((left, left_ty), (right, right_ty)) = (self.expr(a)?, self.expr(b)?);
                self.join(&left_ty, &right_ty, at)?;
                let equal = Code::Equal(Box::new(left), Box::new(right));
                let same = operator == Binary::Equal;
                (if same { equal } else { Code::Not(Box::new(equal)) }, Ty::Bool)
            }
            Binary::Less => return ordered(self, Order::Less),
            Binary::LessOrEqual => return ordered(self, Order::LessOrEqual),
            Binary::Greater => return ordered(self, Order::Greater),
            Binary::GreaterOrEqual => return ordered(self, Order::GreaterOrEqual),
            Binary::Add => (Code::Add(self.boxed(a, &Ty::Int)?, self.boxed(b, &Ty::Int)?), Ty::Int),
            Binary::Subtract => (Code::Subtract(self.boxed(a, &Ty::Int)?, self.boxed(b, &Ty::Int)?), Ty::Int),
            Binary::In => {
                let ((member, member_ty), (list, list_ty)) = (self.expr(a)?, self.expr(b)?);
                self.join(&Ty::list(member_ty), &list_ty, at)?;
                (Code::In(Box::new(member), Box::new(list)), Ty::Bool)
            }
        })
    }

    fn each(&mut self, each: Each, list: &Ast, variable: &str, body: &Ast) -> Checked {
        let (list_code, list_ty) = self.expr(list)?;
        let member = match &list_ty {
            Ty::List(member) => (**member).clone(),
            Ty::Any => Ty::Any,
            other => return Err(ExprError::new(FaultCode::TypeMismatch, &list.at, other.name())),
        };
        self.variables.push((variable.to_owned(), member));
        let found = if each == Each::Map { self.expr(body) } else { self.of(body, &Ty::Bool) };
        self.variables.pop();
        let (body, body_ty) = found?;
        let ty = match each {
            Each::Exists | Each::All | Each::ExistsOne => Ty::Bool,
            Each::Filter => list_ty,
            Each::Map => Ty::list(body_ty),
        };
        Ok((Code::Each(each, Box::new(list_code), Box::new(body)), ty))
    }

    /// An expression of a given type.
    pub(super) fn of(&mut self, ast: &Ast, expected: &Ty) -> Checked {
        let (code, ty) = self.expr(ast)?;
        self.join(&ty, expected, &ast.at)?;
        Ok((code, ty))
    }

    pub(super) fn boxed(&mut self, ast: &Ast, expected: &Ty) -> Result<Box<Code>, ExprError> {
        Ok(Box::new(self.of(ast, expected)?.0))
    }

    pub(super) fn join(&self, a: &Ty, b: &Ty, at: &Range<usize>) -> Result<Ty, ExprError> {
        self.scope.names.join(a, b).map_err(|(code, detail)| ExprError::new(code, at, detail))
    }
}
