//! Parentheses, which hold an expression, a row or a query, and only their inside tells which.

use crate::sql::SyntaxError;
use crate::sql::ast::query::Query;
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::lex::TokenKind;
use crate::sql::parse::expr::Scope;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

/// What a pair of parentheses holds.
pub(super) enum Paren {
    Query(Query),
    /// One expression, its range widened over the parentheses.
    Expr(Expr),
    /// Two expressions or more.
    List(Vec<Expr>),
}

impl Parser<'_> {
    /// Reads parentheses and what they hold.
    ///
    /// After `((SELECT 1)` there may follow ` UNION …)`, ` + 1)` or `)`: the inner query is read first, and then
    /// taken for a part of a query or for an operand. So nothing is read twice.
    pub(super) fn paren(&mut self) -> Parsed<Paren> {
        self.deeper(|p| {
            let start = p.start();
            p.open()?;
            let paren = if p.at_query() {
                Paren::Query(p.query()?)
            } else if p.at(TokenKind::LeftParen) {
                p.apart(Self::paren_in_paren)?
            } else {
                let first = p.expr()?;
                p.list_after(first)?
            };
            p.close()?;
            Ok(match paren {
                Paren::Expr(expr) => Paren::Expr(p.node(start, expr.kind)),
                other @ (Paren::Query(_) | Paren::List(_)) => other,
            })
        })
    }

    fn paren_in_paren(&mut self) -> Parsed<Paren> {
        let start = self.start();
        let operand = match self.paren()? {
            Paren::Query(query) if self.at(TokenKind::RightParen) => {
                return Ok(Paren::Query(query));
            }
            Paren::Query(query) if self.at_query_clause() => {
                return Ok(Paren::Query(self.query_after(start, query)?));
            }
            paren => self.paren_operand(start, paren)?,
        };
        let first = self.climb(start, operand, 0, Scope::Full)?;
        self.list_after(first)
    }

    fn list_after(&mut self, first: Expr) -> Parsed<Paren> {
        if !self.at(TokenKind::Comma) {
            return Ok(Paren::Expr(first));
        }
        let mut list = vec![first];
        while self.eat(TokenKind::Comma) {
            list.push(self.expr()?);
        }
        Ok(Paren::List(list))
    }

    /// Makes an operand of what parentheses hold, with the fields and subscripts after it.
    pub(super) fn paren_operand(&mut self, start: u32, paren: Paren) -> Parsed<Expr> {
        match paren {
            Paren::Query(query) => {
                let query = self.node(start, ExprKind::Subquery(Box::new(query)));
                self.indirection(start, query)
            }
            Paren::Expr(expr) => self.indirection(start, expr),
            Paren::List(list) => {
                let row = self.node(start, ExprKind::Row(list));
                self.overlaps(start, row)
            }
        }
    }

    /// Reads a query that stands in parentheses.
    pub(super) fn query_in_parens(&mut self) -> Parsed<Query> {
        let open = self.now;
        match self.paren()? {
            Paren::Query(query) => Ok(query),
            Paren::Expr(_) | Paren::List(_) => Err(SyntaxError {
                at: open.range,
                message: "expected a query in these parentheses".into(),
            }),
        }
    }

    /// Whether a query starts here with a word.
    pub(super) fn at_query(&self) -> bool {
        match self.now.word {
            Word::Select | Word::Table | Word::With => true,
            // `values` alone may name a column.
            Word::Values => self.ahead(1).kind == TokenKind::LeftParen,
            _ => false,
        }
    }

    /// Whether a clause that follows a whole query starts here.
    pub(super) fn at_query_clause(&self) -> bool {
        matches!(
            self.now.word,
            Word::Union
                | Word::Intersect
                | Word::Except
                | Word::Order
                | Word::Limit
                | Word::Offset
                | Word::Fetch
                | Word::For
        )
    }
}
