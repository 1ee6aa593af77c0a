//! CEL text → the small tree: precedence climbing over the words that `lexer` reads.
//!
//! Grammar, precedence and literals are those of the CEL specification; a property test compares
//! every tree with the one that the crate `cel` builds. Everything that the contract does not name
//! (maps, messages, indexes, multiplication) is refused here. Total: brackets inside each other and
//! the height of the tree are bounded, so that no text can exhaust the stack of any thread.

use std::ops::Range;

use super::ast::{Ast, Binary, Each, Node};
use super::error::ExprError;
use super::lexer::{Lexer, Token};
use crate::rule::fault::FaultCode;

/// Longest expression in bytes; keeps the time bounded.
const LONGEST: usize = 4_000;
/// Most brackets and choices inside each other; keeps the stack of the parser bounded.
const OPEN: usize = 32;
/// Greatest height of the tree; keeps the stack of the check and of the evaluator bounded.
const DEEPEST: usize = 64;
/// What is said of an expression that is too deep.
const TOO_DEEP: &str = "((((…))))";
/// Words that CEL keeps for other languages.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Reads one expression.
pub(in crate::rule) fn parse(source: &str) -> Result<Ast, ExprError> {
    if source.trim().is_empty() || source.len() > LONGEST {
        return Err(ExprError::new(FaultCode::Syntax, &(0..0), source.len().to_string()));
    }
    let mut lexer = Lexer::new(source);
    let (token, at) = lexer.next()?;
    let mut parser = Parser { lexer, token, at, open: 0 };
    let tree = parser.expr()?;
    match parser.token {
        Token::End => Ok(tree.ast),
        _ => Err(parser.unexpected()),
    }
}

/// A tree and its height.
struct Tree {
    ast: Ast,
    height: usize,
}

impl Tree {
    fn leaf(node: Node, at: Range<usize>) -> Self {
        Self { ast: Ast { node, at }, height: 1 }
    }

    fn boxed(self) -> Box<Ast> {
        Box::new(self.ast)
    }
}

type Parsed = Result<Tree, ExprError>;

/// A node over trees of which the highest has that height.
fn over(height: usize, node: Node, at: Range<usize>) -> Parsed {
    if height >= DEEPEST {
        return Err(ExprError::new(FaultCode::NotAllowed, &at, TOO_DEEP));
    }
    Ok(Tree { ast: Ast { node, at }, height: height + 1 })
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The word at hand and its place.
    token: Token<'a>,
    at: Range<usize>,
    /// How many expressions are open.
    open: usize,
}

impl<'a> Parser<'a> {
    /// Goes on to the next word; the one that was at hand, and its place.
    fn advance(&mut self) -> Result<(Token<'a>, Range<usize>), ExprError> {
        let (token, at) = self.lexer.next()?;
        Ok((std::mem::replace(&mut self.token, token), std::mem::replace(&mut self.at, at)))
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(have) if have == sign)
    }

    /// Goes on if the word at hand is this sign.
    fn take(&mut self, sign: &str) -> Result<bool, ExprError> {
        let there = self.is(sign);
        if there {
            self.advance()?;
        }
        Ok(there)
    }

    fn expect(&mut self, sign: &str) -> Result<Range<usize>, ExprError> {
        if self.is(sign) { Ok(self.advance()?.1) } else { Err(self.unexpected()) }
    }

    /// The word at hand cannot stand where it stands, in CEL or in ours.
    fn unexpected(&self) -> ExprError {
        let (code, found) = match &self.token {
            Token::Sign(sign @ ("{" | "*" | "/" | "%")) => (FaultCode::NotAllowed, *sign),
            Token::Sign(word) | Token::Name(word) | Token::Int(word) => (FaultCode::Syntax, *word),
            Token::Text(text) => (FaultCode::Syntax, text.as_str()),
            Token::End => (FaultCode::Syntax, ""),
        };
        ExprError::new(code, &self.at, found)
    }

    /// An operation, or a choice between two.
    fn expr(&mut self) -> Parsed {
        if self.open > OPEN {
            return Err(ExprError::new(FaultCode::NotAllowed, &self.at, TOO_DEEP));
        }
        self.open += 1;
        let mut tree = self.operation(0)?;
        if self.is("?") {
            let (_, at) = self.advance()?;
            let yes = self.operation(0)?;
            self.expect(":")?;
            let no = self.expr()?;
            let height = tree.height.max(yes.height).max(no.height);
            tree = over(height, Node::Choose(tree.boxed(), yes.boxed(), no.boxed()), at)?;
        }
        self.open -= 1;
        Ok(tree)
    }

    /// Operators of a rank and all that bind closer.
    fn operation(&mut self, least: u8) -> Parsed {
        let mut left = self.unary()?;
        loop {
            let Token::Sign(sign) = self.token else { return Ok(left) };
            let Some((rank, operator)) = Binary::of(sign).filter(|(rank, _)| *rank >= least) else {
                return Ok(left);
            };
            if matches!(operator, Binary::And | Binary::Or) {
                let (mut terms, mut places) = (vec![left], Vec::new());
                while self.is(sign) {
                    places.push(self.advance()?.1);
                    terms.push(self.operation(rank + 1)?);
                }
                left = balanced(operator, &mut terms.into_iter(), &places)?;
            } else {
                let (_, at) = self.advance()?;
                let right = self.operation(rank + 1)?;
                left = joined(operator, left, right, &at)?;
            }
        }
    }

    /// `!` or `-`, once or several times; two of them are none.
    fn unary(&mut self) -> Parsed {
        let Token::Sign(sign @ ("!" | "-")) = self.token else { return self.member() };
        let (_, at) = self.advance()?;
        let mut times = 1_usize;
        while self.take(sign)? {
            times += 1;
        }
        if let (1, "-", Token::Int(digits)) = (times, sign, &self.token) {
            let number = self.number(digits, true)?;
            return self.members(number);
        }
        let tree = self.member()?;
        match sign {
            _ if times.is_multiple_of(2) => Ok(tree),
            "!" => over(tree.height, Node::Not(tree.boxed()), at),
            _ => over(tree.height, Node::Negative(tree.boxed()), at),
        }
    }

    fn member(&mut self) -> Parsed {
        let first = self.primary()?;
        self.members(first)
    }

    /// Keys and methods of what was read.
    fn members(&mut self, mut tree: Tree) -> Parsed {
        loop {
            if self.is("[") {
                return Err(ExprError::new(FaultCode::NotAllowed, &self.at, "[]"));
            }
            if !self.is(".") {
                return Ok(tree);
            }
            let (_, at) = self.advance()?;
            let Token::Name(name) = self.token else { return Err(self.unexpected()) };
            self.advance()?;
            tree = if self.is("(") {
                self.call(Some(tree), name)?
            } else {
                over(tree.height, Node::Field(tree.boxed(), name.to_owned()), at)?
            };
        }
    }

    fn primary(&mut self) -> Parsed {
        match &self.token {
            Token::Name(name) if RESERVED.contains(name) => Err(self.unexpected()),
            Token::Name(name) => {
                let name = *name;
                let (_, at) = self.advance()?;
                if self.is("(") {
                    return self.call(None, name);
                }
                Ok(Tree::leaf(Node::Name(name.to_owned()), at))
            }
            Token::Int(digits) => self.number(digits, false),
            Token::Text(_) => match self.advance()? {
                (Token::Text(text), at) => Ok(Tree::leaf(Node::Text(text), at)),
                (_, at) => Err(ExprError::new(FaultCode::Syntax, &at, "")),
            },
            Token::Sign("(") => {
                self.advance()?;
                let tree = self.expr()?;
                self.expect(")")?;
                Ok(tree)
            }
            Token::Sign("[") => self.list(),
            Token::Sign("-") => {
                self.advance()?;
                match self.token {
                    Token::Int(digits) => self.number(digits, true),
                    _ => Err(self.unexpected()),
                }
            }
            Token::Sign(word) => {
                let node = match *word {
                    "true" => Node::Bool(true),
                    "false" => Node::Bool(false),
                    "null" => Node::Null,
                    "." => return Err(ExprError::new(FaultCode::NotAllowed, &self.at, ".")),
                    _ => return Err(self.unexpected()),
                };
                Ok(Tree::leaf(node, self.advance()?.1))
            }
            Token::End => Err(self.unexpected()),
        }
    }

    fn number(&mut self, digits: &str, negative: bool) -> Parsed {
        let (digits, radix) = digits.strip_prefix("0x").map_or((digits, 10), |hex| (hex, 16));
        let sign = if negative { "-" } else { "" };
        let number = i64::from_str_radix(&format!("{sign}{digits}"), radix).map_err(|_| self.unexpected())?;
        Ok(Tree::leaf(Node::Int(number), self.advance()?.1))
    }

    /// `[a, b]`; CEL allows a comma at the end.
    fn list(&mut self) -> Parsed {
        let (_, at) = self.advance()?;
        let (mut all, mut height) = (Vec::new(), 0);
        while !self.is("]") && !self.is(",") {
            let member = self.expr()?;
            height = height.max(member.height);
            all.push(member.ast);
            if !self.is(",") {
                break;
            }
            self.advance()?;
            if self.is(",") {
                return Err(self.unexpected());
            }
        }
        if all.is_empty() {
            self.take(",")?;
        }
        self.expect("]")?;
        over(height, Node::List(all), at)
    }

    /// A function, a method, or one of the macros.
    fn call(&mut self, target: Option<Tree>, name: &str) -> Parsed {
        let at = self.expect("(")?;
        let refuse = |what: &str| Err(ExprError::new(FaultCode::NotAllowed, &at, what));
        let mut all: Vec<Tree> = target.into_iter().collect();
        let is_method = !all.is_empty();
        if !self.is(")") {
            all.push(self.expr()?);
            while self.take(",")? {
                all.push(self.expr()?);
            }
        }
        self.expect(")")?;
        let height = all.iter().map(|tree| tree.height).max().unwrap_or(0);
        let mut all: Vec<Ast> = all.into_iter().map(|tree| tree.ast).collect();
        let node = match (name, is_method, Each::of(name)) {
            ("has", false, _) if all.len() == 1 => match all.pop().map(|ast| ast.node) {
                Some(Node::Field(of, key)) => Node::Has(of, key),
                _ => return refuse("has()"),
            },
            (_, true, Some(each)) if all.len() == 3 => match (all.pop(), all.pop(), all.pop()) {
                (Some(body), Some(Ast { node: Node::Name(variable), .. }), Some(list)) => {
                    Node::Each(each, Box::new(list), variable, Box::new(body))
                }
                _ => return refuse(name),
            },
            _ => Node::Call(name.to_owned(), all),
        };
        over(height, node, at)
    }
}

/// A chain of the same operator as a tree of little height: its value and the order in which it is
/// looked at are the same.
fn balanced(operator: Binary, terms: &mut std::vec::IntoIter<Tree>, places: &[Range<usize>]) -> Parsed {
    let (before, rest) = places.split_at(places.len() / 2);
    let Some((at, after)) = rest.split_first() else {
        return terms.next().ok_or_else(|| ExprError::new(FaultCode::Syntax, &(0..0), ""));
    };
    let left = balanced(operator, terms, before)?;
    let right = balanced(operator, terms, after)?;
    joined(operator, left, right, at)
}

fn joined(operator: Binary, left: Tree, right: Tree, at: &Range<usize>) -> Parsed {
    let height = left.height.max(right.height);
    over(height, Node::Binary(operator, left.boxed(), right.boxed()), at.clone())
}
