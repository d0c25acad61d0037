//! SQL text inside an object: an expression, a query, a body.

use std::fmt;

/// SQL text as its author wrote it, without the parentheses around it.
///
/// It is kept byte for byte: PostgreSQL is the judge of what it means. Two texts are equal here when they are the
/// same text; whether they mean the same only a server can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expr(Box<str>);

impl Expr {
    /// Takes a text; blanks at its ends and at the ends of its lines are left out.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        if !text.contains(" \n") && !text.contains("\t\n") {
            return Expr(text.into());
        }
        let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
        Expr(lines.join("\n").into())
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
