//! The functions that expressions may call: their arguments, and what is checked when a pack is
//! loaded (patterns, days, names of tables, lists, questions and predicates).

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;

use super::ast::{Ast, Node};
use super::check::Check;
use super::code::Code;
use super::error::ExprError;
use super::types::Ty;
use crate::rule::fault::FaultCode;

pub(super) fn check(
    check: &mut Check<'_>,
    name: &str,
    arguments: &[Ast],
    at: &Range<usize>,
) -> Result<(Code, Ty), ExprError> {
    Ok(match (name, arguments) {
        ("size", [list]) => match check.expr(list)? {
            (code, Ty::List(_) | Ty::Any) => (Code::Size(Box::new(code)), Ty::Int),
            (_, other) => return Err(ExprError::new(FaultCode::TypeMismatch, &list.at, other.name())),
        },
        ("contains", [text, part]) => {
            (Code::Contains(check.boxed(text, &Ty::Text)?, check.boxed(part, &Ty::Text)?), Ty::Bool)
        }
        ("startsWith", [text, part]) => {
            (Code::StartsWith(check.boxed(text, &Ty::Text)?, check.boxed(part, &Ty::Text)?), Ty::Bool)
        }
        ("matches", [text, pattern]) => {
            let written = literal(pattern)?;
            let regex =
                Regex::new(written).map_err(|_| ExprError::new(FaultCode::Pattern, &pattern.at, written))?;
            (Code::Matches(check.boxed(text, &Ty::Text)?, regex), Ty::Bool)
        }
        ("mentions", [text, list]) => {
            let name = known(literal(list)?, |name| check.scope.names.lists.contains_key(name), list)?;
            (Code::Mentions(check.boxed(text, &Ty::Text)?, name), Ty::Bool)
        }
        ("lookup", [table, row, column]) => {
            let name = known(literal(table)?, |name| check.scope.names.tables.contains_key(name), table)?;
            let (ty, before) = (Ty::table(&name), check.regime);
            check.regime = true;
            let places = word(check, row).and_then(|row| Ok((row, word(check, column)?)));
            check.regime = before;
            let (row, column) = places?;
            (Code::Lookup(name, row, column), ty)
        }
        ("date", [text]) => {
            let written = literal(text)?;
            let day: Date =
                written.parse().map_err(|_| ExprError::new(FaultCode::Date, &text.at, written))?;
            (Code::Day(day), Ty::Date)
        }
        ("months_later", [day, months]) => {
            (Code::MonthsLater(check.boxed(day, &Ty::Date)?, check.boxed(months, &Ty::Int)?), Ty::Date)
        }
        ("days_between", [a, b]) => {
            (Code::DaysBetween(check.boxed(a, &Ty::Date)?, check.boxed(b, &Ty::Date)?), Ty::Int)
        }
        ("hours", [period]) => (Code::Hours(check.boxed(period, &Ty::Period)?), Ty::Int),
        ("days", [period]) => (Code::Days(check.boxed(period, &Ty::Period)?), Ty::Int),
        ("answer", [question, rest @ ..]) if rest.len() < 2 => {
            let id = literal(question)?;
            let Some(asked) = check.scope.names.questions.get(id) else {
                return Err(ExprError::new(FaultCode::UnknownQuestion, &question.at, id));
            };
            let object = match rest.first() {
                None => None,
                Some(object) => match check.expr(object)? {
                    (code, Ty::Object(_)) => Some(Box::new(code)),
                    (_, other) => {
                        return Err(ExprError::new(FaultCode::TypeMismatch, &object.at, other.name()));
                    }
                },
            };
            (Code::Answer(Arc::from(id), object), asked.ty.clone())
        }
        ("risk_remains", [level]) => {
            let (id, levels) = (literal(level)?, &check.scope.names.risk_levels);
            let rank = levels.iter().position(|have| have == id);
            let unknown = || ExprError::new(FaultCode::UnknownWord, &level.at, id);
            (Code::RiskRemains(rank.ok_or_else(unknown)?), Ty::Bool)
        }
        ("proved", [evidence]) => {
            let ty = Ty::list(Ty::Object("evidence".to_owned()));
            (Code::Proved(check.boxed(evidence, &ty)?), Ty::Bool)
        }
        ("promise_kept", [dataset]) => {
            let ty = Ty::Object("dataset".to_owned());
            (Code::PromiseKept(check.boxed(dataset, &ty)?), Ty::Bool)
        }
        (name, arguments) => match check.scope.names.predicates.get(name) {
            Some(found) if found.parameters.len() == arguments.len() => {
                let mut all = Vec::with_capacity(arguments.len());
                for (argument, (_, ty)) in arguments.iter().zip(&found.parameters) {
                    all.push(check.of(argument, ty)?.0);
                }
                (Code::Call(found.index, all), Ty::Bool)
            }
            _ => {
                let called = format!("{name}/{}", arguments.len());
                return Err(ExprError::new(FaultCode::UnknownFunction, at, called));
            }
        },
    })
}

/// A text that is written in the expression.
fn literal(ast: &Ast) -> Result<&str, ExprError> {
    match &ast.node {
        Node::Text(text) => Ok(text),
        _ => Err(ExprError::new(FaultCode::NotLiteral, &ast.at, "")),
    }
}

fn known(name: &str, has: impl Fn(&str) -> bool, ast: &Ast) -> Result<Arc<str>, ExprError> {
    if has(name) { Ok(Arc::from(name)) } else { Err(ExprError::new(FaultCode::UnknownTable, &ast.at, name)) }
}

/// A text, or a word of any vocabulary.
fn word(check: &mut Check<'_>, ast: &Ast) -> Result<Box<Code>, ExprError> {
    match check.expr(ast)? {
        (code, Ty::Text | Ty::Literal(_) | Ty::Word(_) | Ty::Any) => Ok(Box::new(code)),
        (_, other) => Err(ExprError::new(FaultCode::TypeMismatch, &ast.at, other.name())),
    }
}
