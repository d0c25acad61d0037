//! Tokens.

use crate::sql::lex::{Bad, TokenKind, tokens};

/// Shows the tokens of a text but the last.
fn cut(text: &str) -> Vec<(TokenKind, &str)> {
    let mut tokens = tokens(text);
    assert_eq!(tokens.pop().map(|token| token.kind), Some(TokenKind::Eof));
    tokens.into_iter().map(|token| (token.kind, token.range.of(text))).collect()
}

fn parts(text: &str) -> Vec<&str> {
    cut(text).into_iter().map(|(_, part)| part).collect()
}

fn kinds(text: &str) -> Vec<TokenKind> {
    cut(text).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn operators_are_as_long_as_they_may() {
    assert_eq!(parts("a->>b<@c"), ["a", "->>", "b", "<@", "c"]);
    assert_eq!(parts("a<=-1"), ["a", "<=", "-", "1"]);
    assert_eq!(parts("a@-1"), ["a", "@-", "1"]);
    assert_eq!(parts("a*-1"), ["a", "*", "-", "1"]);
    assert_eq!(parts("a+-1"), ["a", "+", "-", "1"]);
    assert_eq!(parts("a<>--b\nc"), ["a", "<>", "c"]);
    assert_eq!(parts("a+/*b*/c"), ["a", "+", "c"]);
    assert_eq!(parts("a::b:=c:d=>e"), ["a", "::", "b", ":=", "c", ":", "d", "=>", "e"]);
    assert_eq!(
        kinds("<> != <= >= => ~"),
        [
            TokenKind::NotEqual,
            TokenKind::NotEqual,
            TokenKind::LessEqual,
            TokenKind::GreaterEqual,
            TokenKind::Arrow,
            TokenKind::Operator,
        ]
    );
}

#[test]
fn comments_nest() {
    assert_eq!(parts("a /* b /* c */ d */ e -- f\n g"), ["a", "e", "g"]);
    assert_eq!(kinds("a /* b /* c */"), [TokenKind::Word, TokenKind::Bad(Bad::Comment)]);
}

#[test]
fn strings_of_every_quoting() {
    assert_eq!(
        kinds("'a' E'\\'' U&'a' B'0' x'F' n'a' $$a$$ $t$ $$ $t$"),
        [
            TokenKind::String,
            TokenKind::EscapeString,
            TokenKind::UnicodeString,
            TokenKind::BitString,
            TokenKind::BitString,
            TokenKind::String,
            TokenKind::DollarString,
            TokenKind::DollarString,
        ]
    );
    assert_eq!(parts("'a' -- b\n 'c' 'd'"), ["'a' -- b\n 'c'", "'d'"]);
    assert_eq!(parts("U&'a' UESCAPE '!' b"), ["U&'a' UESCAPE '!'", "b"]);
    assert_eq!(parts("U&\"a\" uescape b"), ["U&\"a\"", "uescape", "b"]);
    assert_eq!(parts("a$b$c $1"), ["a$b$c", "$1"]);
    for (text, bad) in [
        ("'a''", Bad::String),
        ("E'a\\'", Bad::String),
        ("\"a", Bad::QuotedWord),
        ("\"\"", Bad::EmptyName),
        ("$a$ $b$", Bad::DollarString),
        ("$a", Bad::Character),
        ("\\", Bad::Character),
    ] {
        assert_eq!(kinds(text).first(), Some(&TokenKind::Bad(bad)), "{text}");
    }
}

#[test]
fn numbers() {
    for text in ["1", "1.", ".5", "1.5e-3", "1e5", "0xFf", "0o17", "0b1_0", "1_000.5_0"] {
        assert_eq!(cut(text), [(TokenKind::Number, text)]);
    }
    assert_eq!(parts("1..10"), ["1", "..", "10"]);
    for text in ["1a", "1e", "0x", "1__0", "0b12", "$1a"] {
        assert_eq!(cut(text), [(TokenKind::Bad(Bad::Number), text)]);
    }
}
