//! CEL text → the small tree. The grammar is the one of the crate `cel`; everything that the
//! contract does not name (maps, messages, indexes, floats, bytes, multiplication) is refused here.

use std::cell::Cell;
use std::ops::Range;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators as op};

use super::ast::{Ast, Binary, Each, Node};
use super::error::ExprError;
use crate::rule::fault::FaultCode;

/// Longest expression in bytes; keeps the parser's time bounded.
const LONGEST: usize = 4_000;
/// Most of what makes the parser of the crate descend once more; it has no bound of its own.
const MOST: [(&str, usize); 5] = [("([{?", 32), ("+-*/%", 64), (".", 240), ("!<>=", 160), ("&|", 240)];
/// Stack of the parser: a bracket costs it some 130 kB in a debug build, and the main thread of some
/// platforms has one megabyte.
const STACK: usize = 32 << 20;
/// Deepest nesting; keeps the stack of the check and of the evaluator bounded.
const DEEPEST: usize = 64;

/// Reads one expression.
pub(in crate::rule) fn parse(source: &str) -> Result<Ast, ExprError> {
    if source.trim().is_empty() || source.len() > LONGEST {
        return Err(ExprError::new(FaultCode::Syntax, &(0..0), source.len().to_string()));
    }
    if let Some(at) = too_many(source) {
        return Err(ExprError::new(FaultCode::NotAllowed, &at, "((((…))))"));
    }
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(STACK);
        let thread = parser.spawn_scoped(scope, || tree(source)).map_err(|_| ());
        thread.and_then(|thread| thread.join().map_err(|_| ()))
    })
    .unwrap_or_else(|()| Err(ExprError::new(FaultCode::Syntax, &(0..0), "")))
}

fn tree(source: &str) -> Result<Ast, ExprError> {
    // An environment without macros leaves exists(), has() … as the calls they are written as.
    let parser = cel::Env::default().with_optional_support(false).parser();
    match parser.parse_with_source_info(source) {
        Ok((tree, places)) => Reader { source, places, depth: Cell::new(0) }.read(&tree),
        Err(errors) => {
            let first = errors.errors.first();
            let (line, column) = first.map_or((1, 1), |error| error.pos);
            let at = offset(source, line, column);
            let detail = first.map(|error| error.msg.lines().next().unwrap_or_default().to_owned());
            Err(ExprError::new(FaultCode::Syntax, &(at..at), detail.unwrap_or_default()))
        }
    }
}

/// Where brackets are open too deep, or operators are too many. Texts are not told apart: a rule
/// that quotes fifty brackets is no rule.
fn too_many(source: &str) -> Option<Range<usize>> {
    let mut counts = [0_usize; MOST.len()];
    for (at, c) in source.char_indices() {
        for ((set, most), count) in MOST.iter().zip(&mut counts) {
            if set.contains(c) {
                *count += 1;
            } else if matches!(c, ')' | ']' | '}') && set.contains('(') {
                *count = count.saturating_sub(1);
            }
            if *count > *most {
                return Some(at..at + c.len_utf8());
            }
        }
    }
    None
}

/// Byte of a line (from 1) and a column in characters (from 1).
fn offset(source: &str, line: isize, column: isize) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = source.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column - 1).map_or(rest.trim_end().len(), |(at, _)| at)
}

struct Reader<'a> {
    source: &'a str,
    places: SourceInfo,
    depth: Cell<usize>,
}

impl Reader<'_> {
    fn at(&self, id: u64) -> Range<usize> {
        let Some((start, stop)) = self.places.offset_for(id) else { return 0..0 };
        // The lexer counts bytes, and the last one is included; of a character of several bytes it
        // names the first.
        let boundary = |byte: u32| {
            let byte = usize::try_from(byte).unwrap_or(usize::MAX);
            (byte..self.source.len())
                .find(|at| self.source.is_char_boundary(*at))
                .unwrap_or(self.source.len())
        };
        let start = boundary(start);
        start..boundary(stop.saturating_add(1)).max(start)
    }

    fn refuse(&self, tree: &IdedExpr, what: &str) -> ExprError {
        ExprError::new(FaultCode::NotAllowed, &self.at(tree.id), what)
    }

    fn boxed(&self, tree: &IdedExpr) -> Result<Box<Ast>, ExprError> {
        Ok(Box::new(self.read(tree)?))
    }

    fn all(&self, trees: &[IdedExpr]) -> Result<Vec<Ast>, ExprError> {
        trees.iter().map(|tree| self.read(tree)).collect()
    }

    fn read(&self, tree: &IdedExpr) -> Result<Ast, ExprError> {
        self.depth.set(self.depth.get() + 1);
        if self.depth.get() > DEEPEST {
            return Err(self.refuse(tree, "((((…))))"));
        }
        let node = match &tree.expr {
            Expr::Ident(name) => Node::Name(name.clone()),
            Expr::Select(select) if !select.test => {
                Node::Field(self.boxed(&select.operand)?, select.field.clone())
            }
            Expr::List(list) if list.optional_indices.is_empty() => Node::List(self.all(&list.elements)?),
            Expr::Literal(literal) => match literal {
                LiteralValue::Null => Node::Null,
                LiteralValue::Boolean(flag) => Node::Bool(**flag),
                LiteralValue::Int(number) => Node::Int(**number),
                LiteralValue::String(text) => Node::Text(text.inner().to_owned()),
                LiteralValue::Bytes(_) | LiteralValue::Double(_) | LiteralValue::UInt(_) => {
                    return Err(self.refuse(tree, "b'' 1.0 1u"));
                }
            },
            Expr::Call(call) => self.call(tree, call)?,
            Expr::Map(_) => return Err(self.refuse(tree, "{…}")),
            Expr::Struct(_) => return Err(self.refuse(tree, "Name{…}")),
            Expr::Comprehension(_) | Expr::Unspecified | Expr::List(_) | Expr::Select(_) => {
                return Err(self.refuse(tree, "?"));
            }
        };
        self.depth.set(self.depth.get() - 1);
        Ok(Ast { node, at: self.at(tree.id) })
    }

    fn call(&self, tree: &IdedExpr, call: &CallExpr) -> Result<Node, ExprError> {
        let name = call.func_name.as_str();
        match (&call.target, call.args.as_slice()) {
            (None, [a, b]) if binary(name).is_some() => {
                let operator = binary(name).unwrap_or(Binary::And);
                Ok(Node::Binary(operator, self.boxed(a)?, self.boxed(b)?))
            }
            (None, [a]) if name == op::LOGICAL_NOT => Ok(Node::Not(self.boxed(a)?)),
            (None, [a]) if name == op::NEGATE => Ok(Node::Negative(self.boxed(a)?)),
            (None, [a, b, c]) if name == op::CONDITIONAL => {
                Ok(Node::Choose(self.boxed(a)?, self.boxed(b)?, self.boxed(c)?))
            }
            (None, [a]) if name == op::HAS => match &a.expr {
                Expr::Select(select) => Ok(Node::Has(self.boxed(&select.operand)?, select.field.clone())),
                _ => Err(self.refuse(tree, "has()")),
            },
            (Some(target), [variable, body]) if each(name).is_some() => match &variable.expr {
                Expr::Ident(variable) => {
                    let each = each(name).unwrap_or(Each::Exists);
                    Ok(Node::Each(each, self.boxed(target)?, variable.clone(), self.boxed(body)?))
                }
                _ => Err(self.refuse(tree, name)),
            },
            // The operators that are left: * / % [ ] and the optional ones.
            _ if !name.starts_with(char::is_alphabetic) => Err(self.refuse(tree, name)),
            (target, arguments) => {
                let mut all = match target {
                    Some(target) => vec![self.read(target)?],
                    None => Vec::new(),
                };
                all.extend(self.all(arguments)?);
                Ok(Node::Call(name.to_owned(), all))
            }
        }
    }
}

fn binary(name: &str) -> Option<Binary> {
    Some(match name {
        op::LOGICAL_AND => Binary::And,
        op::LOGICAL_OR => Binary::Or,
        op::EQUALS => Binary::Equal,
        op::NOT_EQUALS => Binary::NotEqual,
        op::LESS => Binary::Less,
        op::LESS_EQUALS => Binary::LessOrEqual,
        op::GREATER => Binary::Greater,
        op::GREATER_EQUALS => Binary::GreaterOrEqual,
        op::ADD => Binary::Add,
        op::SUBSTRACT => Binary::Subtract,
        op::IN => Binary::In,
        _ => return None,
    })
}

fn each(name: &str) -> Option<Each> {
    Some(match name {
        op::EXISTS => Each::Exists,
        op::ALL => Each::All,
        op::EXISTS_ONE => Each::ExistsOne,
        op::FILTER => Each::Filter,
        op::MAP => Each::Map,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        reason = "tests"
    )]
    use super::*;

    #[test]
    fn macros_stay_calls_of_ours() {
        let tree = parse("flows.exists(f, has(f.retention) && f.people_max > 3)").unwrap();
        let Node::Each(Each::Exists, list, variable, body) = tree.node else { panic!("{tree:?}") };
        assert_eq!((list.node, variable.as_str()), (Node::Name("flows".into()), "f"));
        let Node::Binary(Binary::And, has, _) = body.node else { panic!("{body:?}") };
        assert!(matches!(has.node, Node::Has(_, ref key) if key == "retention"));
    }

    #[test]
    fn places_are_bytes_even_after_japanese() {
        let source = "mentions(purpose.text, \"救急\") && oops";
        let Node::Binary(_, _, right) = parse(source).unwrap().node else { panic!() };
        assert_eq!(&source[right.at], "oops");
    }

    #[test]
    fn what_the_contract_does_not_name_is_refused_with_its_place() {
        for (source, code) in [
            ("1 * 2", FaultCode::NotAllowed),
            ("a[0]", FaultCode::NotAllowed),
            ("{'a': 1}", FaultCode::NotAllowed),
            ("X{a: 1}", FaultCode::NotAllowed),
            ("1.5 < 2", FaultCode::NotAllowed),
            ("1u", FaultCode::NotAllowed),
            ("b'x'", FaultCode::NotAllowed),
            ("a.?b", FaultCode::Syntax),
            ("a &&", FaultCode::Syntax),
            ("has(a)", FaultCode::NotAllowed),
            ("a.exists(1, true)", FaultCode::NotAllowed),
            ("", FaultCode::Syntax),
        ] {
            assert_eq!(parse(source).unwrap_err().code, code, "{source}");
        }
        let error = parse("a == 1 &&\n  b * 2 == 1").unwrap_err();
        assert_eq!(&"a == 1 &&\n  b * 2 == 1"[error.at], "*");
    }

    #[test]
    fn a_deep_or_long_expression_is_an_error_and_no_crash() {
        let deep = format!("{}a{}", "(".repeat(500), ")".repeat(500));
        assert_eq!(parse(&deep).unwrap_err().code, FaultCode::NotAllowed);
        assert!(parse(&"!".repeat(9000)).is_err());
        // The worst that gets through to the parser: an error or a tree, and no crash.
        for (head, part, tail, times) in [
            ("", "(", "a", 32),
            ("a", "+a", "", 64),
            ("a", ".b", "", 239),
            ("a", "<a", "", 159),
            ("", "a?b:", "c", 32),
            ("", "!", "a", 159),
            ("a", "&&a", "", 119),
            ("", "a.exists(x,", "a", 32),
        ] {
            let closing = if part.ends_with(['(', ',']) { ")".repeat(times) } else { String::new() };
            let _ = parse(&format!("{head}{}{tail}{closing}", part.repeat(times)));
        }
    }
}
