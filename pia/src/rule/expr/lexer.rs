//! The words of an expression: names, numbers, texts, signs; written as the CEL specification says.
//!
//! Why an own one: a pack has hundreds of conditions, and all of them are read each time a case is
//! checked. What CEL has and the contract does not name (decimals, unsigned numbers, bytes) is
//! refused here, with its place.

use std::ops::Range;

use super::error::ExprError;
use crate::rule::fault::FaultCode;

/// One word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    /// Digits as written, decimal or `0x…`.
    Int(&'a str),
    Text(String),
    /// An operator, a bracket, or one of the words that CEL keeps: `in true false null`.
    Sign(&'static str),
    End,
}

/// Signs, the longer ones first.
const SIGNS: [&str; 22] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "?", ":", "+", "-", "*", "/", "%", ".", ",", "(", ")",
    "[", "]",
];
/// What only maps and messages need.
const BRACES: [&str; 2] = ["{", "}"];
const KEPT: [&str; 4] = ["in", "true", "false", "null"];

pub(super) struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Takes as many characters as fit.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// What was taken since `start` is no word of an expression.
    fn refuse<T>(&self, code: FaultCode, start: usize, detail: &str) -> Result<T, ExprError> {
        Err(ExprError::new(code, &(start..self.at), detail))
    }

    /// The next word and where it stands.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Range<usize>), ExprError> {
        self.run(|c| matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}'));
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok((Token::End, start..start)) };
        let token = match first {
            'A'..='Z' | 'a'..='z' | '_' => self.name(start)?,
            '0'..='9' => self.number(start)?,
            '"' | '\'' => Token::Text(self.text(start, false)?),
            '.' if rest.get(1..2).is_some_and(is_digits) => {
                self.at += 1;
                self.run(|c| c.is_ascii_digit());
                return self.refuse(FaultCode::NotAllowed, start, "1.0");
            }
            _ => match SIGNS.iter().chain(&BRACES).find(|sign| rest.starts_with(**sign)) {
                Some(sign) => {
                    self.at += sign.len();
                    Token::Sign(sign)
                }
                None => {
                    self.at += first.len_utf8();
                    return self.refuse(FaultCode::Syntax, start, first.encode_utf8(&mut [0; 4]));
                }
            },
        };
        Ok((token, start..self.at))
    }

    fn name(&mut self, start: usize) -> Result<Token<'a>, ExprError> {
        let name = self.run(|c| c.is_ascii_alphanumeric() || c == '_');
        if self.rest().starts_with(['"', '\'']) {
            if name.eq_ignore_ascii_case("r") {
                return Ok(Token::Text(self.text(start, true)?));
            }
            if name.eq_ignore_ascii_case("b") || name.eq_ignore_ascii_case("br") {
                return self.refuse(FaultCode::NotAllowed, start, "b''");
            }
        }
        Ok(KEPT.iter().find(|kept| **kept == name).map_or(Token::Name(name), |kept| Token::Sign(kept)))
    }

    fn number(&mut self, start: usize) -> Result<Token<'a>, ExprError> {
        self.run(|c| c.is_ascii_digit());
        if self.source.get(start..self.at) == Some("0")
            && self
                .rest()
                .strip_prefix('x')
                .is_some_and(|hex| hex.starts_with(|c: char| c.is_ascii_hexdigit()))
        {
            self.at += 1;
            self.run(|c| c.is_ascii_hexdigit());
        }
        let rest = self.rest();
        if rest.starts_with(['u', 'U']) {
            self.at += 1;
            return self.refuse(FaultCode::NotAllowed, start, "1u");
        }
        let exponent =
            rest.strip_prefix(['e', 'E']).map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
        if [rest.strip_prefix('.'), exponent].into_iter().flatten().any(is_digits) {
            self.at += 1;
            self.run(|c| c.is_ascii_alphanumeric() || c == '.');
            return self.refuse(FaultCode::NotAllowed, start, "1.0");
        }
        Ok(Token::Int(self.source.get(start..self.at).unwrap_or_default()))
    }

    /// A text between quotes, its escapes read. Over several lines only between three quotes.
    fn text(&mut self, start: usize, raw: bool) -> Result<String, ExprError> {
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| self.rest().starts_with(*quote));
        let quote = quote.unwrap_or("'");
        self.at += quote.len();
        let mut text = String::new();
        loop {
            let rest = self.rest();
            if rest.starts_with(quote) {
                self.at += quote.len();
                return Ok(text);
            }
            let Some(c) = rest.chars().next() else { return self.refuse(FaultCode::Syntax, start, quote) };
            self.at += c.len_utf8();
            match c {
                '\\' if !raw => match escaped(self.rest()) {
                    Some((c, length)) => {
                        self.at += length;
                        text.push(c);
                    }
                    None => return self.refuse(FaultCode::Syntax, self.at - 1, "\\"),
                },
                '\n' | '\r' if quote.len() == 1 => return self.refuse(FaultCode::Syntax, start, quote),
                '\r' => {
                    self.at += usize::from(self.rest().starts_with('\n'));
                    text.push('\n');
                }
                c => text.push(c),
            }
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The character that an escape stands for, and the bytes that it takes after the backslash.
fn escaped(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    let coded = |from: usize, length: usize, radix: u32| {
        let digits =
            rest.get(from..from + length).filter(|digits| digits.chars().all(|c| c.is_digit(radix)))?;
        Some((char::from_u32(u32::from_str_radix(digits, radix).ok()?)?, from + length))
    };
    let plain = match first {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '\'' | '"' | '`' | '?' => first,
        'x' | 'X' => return coded(1, 2, 16),
        'u' => return coded(1, 4, 16),
        'U' => return coded(1, 8, 16),
        '0'..='3' => return coded(0, 3, 8),
        _ => return None,
    };
    Some((plain, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(source: &str) -> Result<Token<'_>, ExprError> {
        Lexer::new(source).next().map(|(token, _)| token)
    }

    #[test]
    fn texts_are_read_with_their_escapes() {
        for (source, text) in [
            (r#""a\n\"b\"""#, "a\n\"b\""),
            (r"'\x41\u3042\U0001F431\101\?'", "Aあ🐱A?"),
            ("'''it's\r\nso'''", "it's\nso"),
            (r#"r"\d+""#, r"\d+"),
            ("''", ""),
        ] {
            assert_eq!(only(source), Ok(Token::Text(text.to_owned())), "{source}");
        }
        for source in ["'a", "'a\nb'", r"'\q'", r"'\xg0'", r"'\uD800'", r"'\08'", "'''a''", "\"", "'\\"] {
            assert_eq!(only(source).map_err(|error| error.code), Err(FaultCode::Syntax), "{source}");
        }
    }

    #[test]
    fn what_is_no_word_of_ours_is_refused_with_its_place() {
        for (source, code, end) in [
            ("1.5e3 x", FaultCode::NotAllowed, 5),
            (".5", FaultCode::NotAllowed, 2),
            ("2e9", FaultCode::NotAllowed, 3),
            ("0x1fu", FaultCode::NotAllowed, 5),
            ("b'x'", FaultCode::NotAllowed, 1),
            ("＝", FaultCode::Syntax, 3),
            ("&", FaultCode::Syntax, 1),
            ("`a`", FaultCode::Syntax, 1),
        ] {
            let found = only(source).map_err(|error| (error.code, error.at));
            assert_eq!(found, Err((code, 0..end)), "{source}");
        }
        assert_eq!(only("0x1F"), Ok(Token::Int("0x1F")));
        assert_eq!(only("in"), Ok(Token::Sign("in")));
        assert_eq!(only("inside"), Ok(Token::Name("inside")));
    }
}
