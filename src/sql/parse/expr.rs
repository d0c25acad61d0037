//! Expressions: operators climbed by precedence (manual 4.1.6).

use crate::sql::ast::{Expr, ExprKind, Operator, Path, Unary};
use crate::sql::lex::{TextRange, TokenKind};
use crate::sql::parse::infix::Infix;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

/// How strongly an operator binds, from the table of manual 4.1.6, weakest first.
pub(super) mod power {
    pub(in crate::sql::parse) const OR: u8 = 1;
    pub(in crate::sql::parse) const AND: u8 = 2;
    pub(in crate::sql::parse) const NOT: u8 = 3;
    pub(in crate::sql::parse) const IS: u8 = 4;
    pub(in crate::sql::parse) const COMPARISON: u8 = 5;
    pub(in crate::sql::parse) const BETWEEN: u8 = 6;
    pub(in crate::sql::parse) const OTHER: u8 = 7;
    pub(in crate::sql::parse) const SUM: u8 = 8;
    pub(in crate::sql::parse) const PRODUCT: u8 = 9;
    pub(in crate::sql::parse) const POWER: u8 = 10;
    pub(in crate::sql::parse) const AT: u8 = 11;
    pub(in crate::sql::parse) const COLLATE: u8 = 12;
    pub(in crate::sql::parse) const SIGN: u8 = 13;
    pub(in crate::sql::parse) const CAST: u8 = 14;
}

/// Which operators an expression may have outside parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Full,
    /// `b_expr` of PostgreSQL's grammar: no `AND`, `IN`, `LIKE` and so on, as one of them ends it.
    Restricted,
}

impl Parser<'_> {
    /// Reads an expression.
    pub(in crate::sql) fn expr(&mut self) -> Parsed<Expr> {
        self.expr_above(0, Scope::Full)
    }

    /// Reads an expression that an `AND` or `IN` of the construct around it ends.
    pub(super) fn restricted_expr(&mut self) -> Parsed<Expr> {
        self.expr_above(0, Scope::Restricted)
    }

    pub(super) fn expr_list(&mut self) -> Parsed<Vec<Expr>> {
        self.comma_list(Self::expr)
    }

    /// Reads an expression whose operators bind at least as strongly as `least`.
    pub(super) fn expr_above(&mut self, least: u8, scope: Scope) -> Parsed<Expr> {
        self.deeper(|p| {
            p.apart(|p| {
                let start = p.start();
                let operand = p.operand(scope)?;
                let expr = p.climb(start, operand, least, scope)?;
                p.grow()?;
                Ok(expr)
            })
        })
    }

    /// Reads the operators after `left`, which began at `start`.
    pub(super) fn climb(
        &mut self,
        start: u32,
        mut left: Expr,
        least: u8,
        scope: Scope,
    ) -> Parsed<Expr> {
        // The comparison at this level that has ended: another one cannot follow it.
        let mut ended = None;
        // Whether `left` is a chain of `AND` or `OR` built here, so not one in parentheses.
        let mut chain = None;
        while let Some(infix) = self.infix(scope) {
            if infix.power() < least {
                break;
            }
            if ended == Some(infix.power()) {
                return Err(self.error("a comparison cannot follow another without parentheses"));
            }
            if let Infix::And | Infix::Or = infix {
                left = self.logical(start, left, infix, chain == Some(infix))?;
                (chain, ended) = (Some(infix), None);
                continue;
            }
            self.grow()?;
            let operand_last;
            (left, operand_last) = self.apply(start, left, infix, scope)?;
            ended = operand_last.then_some(infix.power()).filter(|_| infix.stands_alone());
            chain = None;
        }
        Ok(left)
    }

    /// Reads `AND right` or `OR right`; a chain of them is one node.
    fn logical(&mut self, start: u32, left: Expr, infix: Infix, is_chain: bool) -> Parsed<Expr> {
        self.bump();
        let right = self.expr_above(infix.power() + 1, Scope::Full)?;
        let mut operands = match left.kind {
            ExprKind::And(operands) | ExprKind::Or(operands) if is_chain => operands,
            kind => {
                self.grow()?;
                vec![Expr { range: left.range, kind }]
            }
        };
        operands.push(right);
        let kind =
            if infix == Infix::And { ExprKind::And(operands) } else { ExprKind::Or(operands) };
        Ok(Expr { range: self.since(start), kind })
    }

    /// Reads an operand with the operators before it.
    fn operand(&mut self, scope: Scope) -> Parsed<Expr> {
        let start = self.start();
        let least = match self.now.kind {
            TokenKind::Plus | TokenKind::Minus => power::SIGN,
            TokenKind::Operator => power::OTHER + 1,
            TokenKind::Word if self.at_word(Word::Not) && scope == Scope::Full => {
                self.bump();
                let operand = self.expr_above(power::NOT, Scope::Full)?;
                return Ok(self.node(start, ExprKind::Not(Box::new(operand))));
            }
            TokenKind::Word if self.at_named_operator() => power::OTHER + 1,
            _ => return self.primary(),
        };
        let operator = self.operator()?;
        let operand = self.expr_above(least, scope)?;
        Ok(self.node(start, ExprKind::Unary(Box::new(Unary { operator, operand }))))
    }

    /// Whether an `OPERATOR (…)` stands here.
    pub(super) fn at_named_operator(&self) -> bool {
        self.at_word(Word::Operator) && self.ahead(1).kind == TokenKind::LeftParen
    }

    /// Reads an operator, by its characters or as `OPERATOR (schema.name)`.
    pub(super) fn operator(&mut self) -> Parsed<Operator> {
        let start = self.start();
        if !self.at_named_operator() {
            return self.bare_operator();
        }
        self.bump();
        self.open()?;
        let mut schema = Vec::new();
        while Self::is_column_name(self.now) {
            schema.push(self.ident());
            self.expect(TokenKind::Dot, "`.`")?;
        }
        let name = self.bare_operator()?.name;
        self.close()?;
        let schema = (!schema.is_empty()).then_some(Path(schema));
        Ok(Operator { schema, name, range: self.since(start) })
    }

    fn bare_operator(&mut self) -> Parsed<Operator> {
        if !self.at_operator() {
            return Err(self.expected("an operator"));
        }
        let range = self.bump().range;
        let text = self.slice(range);
        // PostgreSQL's lexer makes the two one.
        let name = if text == "!=" { "<>" } else { text };
        Ok(Operator { schema: None, name: name.into(), range })
    }

    pub(super) fn at_operator(&self) -> bool {
        self.now.kind.is_operator()
    }

    /// Makes the expression that reaches from `start` to here.
    pub(super) fn node(&self, start: u32, kind: ExprKind) -> Expr {
        Expr { range: self.since(start), kind }
    }

    /// Makes the expression that is the token just read.
    pub(super) fn leaf(range: TextRange, kind: ExprKind) -> Expr {
        Expr { range, kind }
    }
}
