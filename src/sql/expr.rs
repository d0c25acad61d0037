//! SQL text inside an object: an expression, a query, a body.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a node of the grammar is one of many, and only some are meant"
)]

use std::borrow::Cow;
use std::fmt;

use super::lex::{TokenKind, tokens};
use super::lines::without_indentation;
use super::word::Word;

/// SQL text as its author wrote it, without the parentheses around it.
///
/// It is kept token for token and blank for blank, but for how far it stands from the left: PostgreSQL is the judge of
/// what it means. Two texts are equal here when they are the same text; whether they mean the same only a server can
/// tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expr(Box<str>);

impl Expr {
    /// Takes a text without its indentation ([`without_indentation`]).
    pub fn new(text: &str) -> Self {
        Expr(without_indentation(text).into())
    }

    /// Takes a text from which the indentation was taken before something was put into it.
    pub fn of_replaced(text: &str) -> Self {
        Expr(text.into())
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns the text as `DEFAULT` of a column or domain takes it, with parentheses where it needs them.
    ///
    /// PostgreSQL reads a narrower sort of expression there, so that the clauses after it are found (`b_expr` in
    /// its `gram.y`): one with `AND`, `IS NULL` and the like stands in parentheses.
    pub fn as_default(&self) -> Cow<'_, str> {
        let mut depth = 0_u32;
        for token in tokens(&self.0) {
            match token.kind {
                TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
                TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
                TokenKind::Word if depth == 0 && is_loose(token.word) => {
                    return Cow::Owned(format!("({})", self.0));
                }
                _ => {}
            }
        }
        Cow::Borrowed(&self.0)
    }
}

/// Tells whether a word joins operands more loosely than a default without parentheses may.
fn is_loose(word: Word) -> bool {
    use Word::*;
    let joins = [And, Or, Not, Is, Isnull, Notnull, Like, Ilike, Similar, Between, In, At, Collate];
    joins.contains(&word) || [Any, All, Some, Overlaps].contains(&word)
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_stands_in_parentheses_where_it_must() {
        for text in ["1 + 2", "(a and b)", "coalesce(a is null, b)", "'x and y'", "array[not true]"]
        {
            assert_eq!(Expr::new(text).as_default(), text);
        }
        assert_eq!(Expr::new("1 is null").as_default(), "(1 is null)");
        assert_eq!(Expr::new("(a) AND (b)").as_default(), "((a) AND (b))");
    }
}
