//! Text → tree: the parser against the one of the crate `cel`, and what it refuses.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators as op};
use proptest::prelude::*;

use super::super::ast::{Ast, Binary, Each, Node};
use super::super::parse::parse;
use crate::rule::fault::FaultCode;
use crate::rule::pack::embedded;

/// The tree that the crate builds; `None`: it finds a fault, or something that is not ours.
fn oracle(source: &str) -> Option<Ast> {
    // Its parser needs a large stack: a bracket costs it some 130 kB in a debug build.
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(64 << 20);
        parser
            .spawn_scoped(scope, || {
                // An environment without macros leaves exists(), has() … as the calls they are written as.
                let parser = cel::Env::default().with_optional_support(false).parser();
                let (tree, places) = parser.parse_with_source_info(source).ok()?;
                Reader { source, places }.read(&tree)
            })
            .unwrap()
            .join()
            .unwrap()
    })
}

struct Reader<'a> {
    source: &'a str,
    places: SourceInfo,
}

impl Reader<'_> {
    fn at(&self, id: u64) -> Range<usize> {
        let (start, stop) = self.places.offset_for(id).unwrap();
        // Its lexer counts bytes, and the last one is included; of a character of several bytes it
        // names the first.
        let boundary = |byte: u32| {
            (byte as usize..self.source.len())
                .find(|at| self.source.is_char_boundary(*at))
                .unwrap_or(self.source.len())
        };
        boundary(start)..boundary(stop + 1)
    }

    fn boxed(&self, tree: &IdedExpr) -> Option<Box<Ast>> {
        Some(Box::new(self.read(tree)?))
    }

    fn all(&self, trees: &[IdedExpr]) -> Option<Vec<Ast>> {
        trees.iter().map(|tree| self.read(tree)).collect()
    }

    fn read(&self, tree: &IdedExpr) -> Option<Ast> {
        let node = match &tree.expr {
            Expr::Ident(name) => Node::Name(name.clone()),
            Expr::Select(select) => Node::Field(self.boxed(&select.operand)?, select.field.clone()),
            Expr::List(list) => Node::List(self.all(&list.elements)?),
            Expr::Literal(literal) => match literal {
                LiteralValue::Null => Node::Null,
                LiteralValue::Boolean(flag) => Node::Bool(**flag),
                LiteralValue::Int(number) => Node::Int(**number),
                LiteralValue::String(text) => Node::Text(text.inner().to_owned()),
                LiteralValue::Bytes(_) | LiteralValue::Double(_) | LiteralValue::UInt(_) => return None,
            },
            Expr::Call(call) => self.call(call)?,
            _ => return None,
        };
        Some(Ast { node, at: self.at(tree.id) })
    }

    fn call(&self, call: &CallExpr) -> Option<Node> {
        let name = call.func_name.as_str();
        match (&call.target, call.args.as_slice()) {
            (None, [a, b]) if binary(name).is_some() => {
                Some(Node::Binary(binary(name)?, self.boxed(a)?, self.boxed(b)?))
            }
            (None, [a]) if name == op::LOGICAL_NOT => Some(Node::Not(self.boxed(a)?)),
            (None, [a]) if name == op::NEGATE => Some(Node::Negative(self.boxed(a)?)),
            (None, [a, b, c]) if name == op::CONDITIONAL => {
                Some(Node::Choose(self.boxed(a)?, self.boxed(b)?, self.boxed(c)?))
            }
            (None, [a]) if name == op::HAS => match &a.expr {
                Expr::Select(select) => Some(Node::Has(self.boxed(&select.operand)?, select.field.clone())),
                _ => None,
            },
            (Some(target), [variable, body]) if Each::of(name).is_some() => match &variable.expr {
                Expr::Ident(variable) => Some(Node::Each(
                    Each::of(name)?,
                    self.boxed(target)?,
                    variable.clone(),
                    self.boxed(body)?,
                )),
                _ => None,
            },
            // The operators that are left: * / % [ ].
            _ if !name.starts_with(char::is_alphabetic) => None,
            (target, arguments) => {
                let mut all: Vec<Ast> =
                    target.iter().map(|target| self.read(target)).collect::<Option<_>>()?;
                all.extend(self.all(arguments)?);
                Some(Node::Call(name.to_owned(), all))
            }
        }
    }
}

fn binary(name: &str) -> Option<Binary> {
    let sign = match name {
        op::IN => "in",
        other => other.strip_prefix('_')?.strip_suffix('_')?,
    };
    Binary::of(sign).map(|(_, operator)| operator)
}

fn agrees(source: &str) {
    assert_eq!(parse(source).ok(), oracle(source), "{source}");
}

/// Every text of the pack that stands where an expression stands.
fn expressions(value: &toml::Value, into: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                match value {
                    toml::Value::String(text)
                        if ["when", "applies", "is", "derive", "suggest"].contains(&key.as_str()) =>
                    {
                        into.push(text.clone());
                    }
                    // The values that tests of rules write are no expressions.
                    value if key != "test" => expressions(value, into),
                    _ => {}
                }
            }
        }
        toml::Value::Array(all) => all.iter().for_each(|value| expressions(value, into)),
        _ => {}
    }
}

#[test]
fn every_expression_of_the_pack_is_read_as_the_crate_reads_it() {
    let mut all = Vec::new();
    for (path, text) in embedded() {
        if ["checks/", "questions/", "risks/", "predicates.toml"].iter().any(|part| path.starts_with(part)) {
            expressions(&toml::Value::Table(text.parse().unwrap()), &mut all);
        }
    }
    all.sort();
    all.dedup();
    assert!(all.len() > 150, "{}", all.len());
    for source in &all {
        assert!(parse(source).is_ok(), "{source}");
        agrees(source);
    }
}

#[test]
fn corners_of_the_grammar() {
    for source in [
        "-5",
        "--5",
        "---5",
        "- 5",
        "!-5",
        "-a",
        "--a",
        "!!a",
        "!!!a",
        "!-a",
        "-!a",
        "a - -5",
        "a--5",
        "-5.size()",
        "-9223372036854775808",
        "9223372036854775808",
        "-0x10",
        "0x1F",
        "0x",
        "1in",
        "a?b:c?d:e",
        "a?b?c:d:e",
        "(a?b:c)?d:e",
        "a||b&&c||d",
        "a&&b&&c&&d&&e",
        "a||b||c||d||e||f",
        "a<b<c",
        "a in b in c",
        "a==b in c",
        "a-b-c",
        "a-b+c",
        "a+b-c==d",
        "[]",
        "[,]",
        "[a,]",
        "[a,,]",
        "[a b]",
        "f(a,)",
        "f()",
        "f(,)",
        "a.f().g.h(b)",
        "a.in",
        "a.if",
        "if",
        "if(a)",
        "a.true",
        "true.a",
        "a . b",
        "a.\nb",
        "(a).b",
        "((a))",
        "(a",
        "a)",
        "a b",
        "has(a.b)",
        "has((a.b))",
        "has(a)",
        "has(a.b, c)",
        "x.has(a.b)",
        "has(a.b.c)",
        "a.exists(x, y)",
        "a.exists((x), y)",
        "a.exists(x.z, y)",
        "a.exists(x)",
        "exists(a, x, y)",
        "a.map(x, x.filter(y, y))",
        "a == 'あ' && b",
        "'a' 'b'",
        "\"\"\"a\"\"\"",
        "''''''",
        "r'\\d'",
        "R\"x\"",
        "a.\"b\"",
        "1.5",
        "1e5",
        ".5",
        "a.5",
        "1u",
        "b'x'",
        "a[0]",
        "{}",
        "{'a': 1}",
        "X{}",
        "a.?b",
        "[?a]",
        "a = b",
        "a & b",
        "a | b",
        "a *b",
        "a % b",
        "@",
        "",
        " ",
        "null",
        "nullx",
        "_a",
        "a ? b",
        "a ? : b",
        "?",
        ",",
        "&&",
        "a &&",
        "a && && b",
        "a <> b",
    ] {
        agrees(source);
    }
}

/// Texts of expressions: mostly of our grammar, with brackets and spaces here and there.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-c]{1,2}",
        Just("true".to_owned()),
        Just("null".to_owned()),
        (-99_i64..99).prop_map(|number| number.to_string()),
        "'[ -&(-\\[\\]-~あ-ん]{0,5}'",
        "\"(\\\\n|\\\\x41|\\\\\"|あ|a){0,4}\"",
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let operators = prop::sample::select(vec![
            "&&", "||", "==", "!=", "<", "<=", ">", ">=", " in ", "+", "-", " && ", " - ", "\n|| ",
        ]);
        let each = prop::sample::select(vec!["exists", "all", "exists_one", "filter", "map", "f"]);
        prop_oneof![
            4 => (inner.clone(), operators, inner.clone()).prop_map(|(a, sign, b)| format!("{a}{sign}{b}")),
            2 => inner.clone().prop_map(|a| format!("({a})")),
            1 => (prop::sample::select(vec!["!", "-", "!!", "--", "- "]), inner.clone())
                .prop_map(|(sign, a)| format!("{sign}{a}")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("{a} ? {b} : {c}")),
            1 => (inner.clone(), "[a-c]").prop_map(|(a, key)| format!("{a}.{key}")),
            1 => (inner.clone(), "[a-c]").prop_map(|(a, key)| format!("has({a}.{key})")),
            1 => (inner.clone(), each, inner.clone()).prop_map(|(a, each, b)| format!("{a}.{each}(x, {b})")),
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(|all| format!("[{}]", all.join(", "))),
            1 => prop::collection::vec(inner, 0..3).prop_map(|all| format!("f({})", all.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_tree_is_the_one_of_the_crate(source in expression()) {
        // Beyond our bounds, the crate may still read it.
        if parse(&source).err().is_none_or(|error| error.detail != "((((…))))") {
            prop_assert_eq!(parse(&source).ok(), oracle(&source), "{}", source);
        }
    }

    #[test]
    fn any_text_gives_a_tree_or_a_fault_with_its_place(source in "([a-c(\\[.!<'\"\\\\0-9 \\-あ{}?:,+]|&&|==|in ){0,40}") {
        if let Err(error) = parse(&source) {
            prop_assert!(source.get(error.at.clone()).is_some(), "{error:?}");
        }
    }
}

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
