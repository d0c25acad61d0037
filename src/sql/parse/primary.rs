//! Operands: literals, parameters, parentheses, `CASE`, arrays, rows, and what starts with a name or keyword.

use crate::sql::SyntaxError;
use crate::sql::ast::{Case, CaseArm, Expr, ExprKind, Field, Index, Param, Subscript};
use crate::sql::lex::{Token, TokenKind};
use crate::sql::parse::{Parsed, Parser};
use crate::sql::unquote;
use crate::sql::word::{Category, Word};

impl Parser<'_> {
    /// Reads an operand without operators.
    pub(super) fn primary(&mut self) -> Parsed<Expr> {
        let token = self.now;
        match token.kind {
            TokenKind::Word => self.word_primary(),
            TokenKind::QuotedWord => self.named(),
            TokenKind::Number => {
                self.bump();
                Ok(Self::leaf(token.range, ExprKind::Number(self.slice(token.range).into())))
            }
            TokenKind::String
            | TokenKind::EscapeString
            | TokenKind::UnicodeString
            | TokenKind::DollarString => {
                let value = self.string()?;
                Ok(Self::leaf(token.range, ExprKind::String(value)))
            }
            TokenKind::BitString => {
                self.bump();
                let bits = unquote::bits(self.slice(token.range));
                Ok(Self::leaf(token.range, ExprKind::Bits(bits)))
            }
            TokenKind::LeftParen => {
                let start = self.start();
                let paren = self.paren()?;
                self.paren_operand(start, paren)
            }
            TokenKind::Param => {
                self.bump();
                let digits = self.slice(token.range).trim_start_matches('$');
                let param = ExprKind::Param(Param::Number(digits.into()));
                self.indirection(token.range.start, Self::leaf(token.range, param))
            }
            TokenKind::Colon => self.named_param(token),
            _ => Err(self.expected_operand()),
        }
    }

    /// Reads `:name`, which is two tokens that touch.
    fn named_param(&mut self, colon: Token) -> Parsed<Expr> {
        let name = self.ahead(1);
        if !Self::is_label(name) || name.range.start != colon.range.end {
            return Err(self.expected_operand());
        }
        self.bump();
        let param = ExprKind::Param(Param::Name(self.ident()));
        let param = self.node(colon.range.start, param);
        self.indirection(colon.range.start, param)
    }

    #[cold]
    pub(super) fn expected_operand(&self) -> SyntaxError {
        let after_operator = self.before.is_some_and(|token| token.kind.is_operator());
        self.expected(if after_operator { "an operand" } else { "an expression" })
    }

    /// Reads an operand that starts with a word.
    fn word_primary(&mut self) -> Parsed<Expr> {
        let Token { word, range, .. } = self.now;
        let constant = |p: &mut Self, kind| {
            p.bump();
            Ok(Self::leaf(range, kind))
        };
        match word {
            Word::Plain => self.named(),
            Word::True => constant(self, ExprKind::Bool(true)),
            Word::False => constant(self, ExprKind::Bool(false)),
            Word::Null => constant(self, ExprKind::Null),
            Word::Default => constant(self, ExprKind::Default),
            Word::Case => self.case(),
            Word::Array => self.array(),
            Word::Row if self.ahead(1).kind == TokenKind::LeftParen => self.row(),
            Word::Exists if self.ahead(1).kind == TokenKind::LeftParen => {
                self.bump();
                let query = self.query_in_parens()?;
                Ok(self.node(range.start, ExprKind::Exists(Box::new(query))))
            }
            _ => self.keyword_primary(word),
        }
    }

    fn keyword_primary(&mut self, word: Word) -> Parsed<Expr> {
        if let Some(special) = self.special(word)? {
            return Ok(special);
        }
        match word.category() {
            Category::Unreserved | Category::ColumnName | Category::TypeOrFunctionName => {
                self.named()
            }
            Category::Reserved => Err(self.expected_operand()),
        }
    }

    fn case(&mut self) -> Parsed<Expr> {
        let start = self.bump().range.start;
        let operand = if self.at_word(Word::When) { None } else { Some(self.expr()?) };
        let mut arms = Vec::new();
        while self.eat_word(Word::When) {
            let condition = self.expr()?;
            self.expect_word(Word::Then)?;
            let value = self.expr()?;
            arms.push(CaseArm { condition, value });
        }
        if arms.is_empty() {
            return Err(self.expected("`WHEN`"));
        }
        let otherwise = if self.eat_word(Word::Else) { Some(self.expr()?) } else { None };
        self.expect_word(Word::End)?;
        Ok(self.node(start, ExprKind::Case(Box::new(Case { operand, arms, otherwise }))))
    }

    fn array(&mut self) -> Parsed<Expr> {
        let start = self.bump().range.start;
        if self.at(TokenKind::LeftParen) {
            let query = self.query_in_parens()?;
            return Ok(self.node(start, ExprKind::ArrayQuery(Box::new(query))));
        }
        let elements = self.elements()?;
        Ok(self.node(start, ExprKind::Array(elements)))
    }

    /// Reads `[…]` of an array, where an inner pair of brackets is an array again.
    fn elements(&mut self) -> Parsed<Vec<Expr>> {
        self.deeper(|p| {
            p.expect(TokenKind::LeftBracket, "`[` or `(`")?;
            if p.eat(TokenKind::RightBracket) {
                return Ok(Vec::new());
            }
            let inner = p.at(TokenKind::LeftBracket);
            let elements = p.comma_list(|p| {
                if !inner {
                    return p.expr();
                }
                let start = p.start();
                let elements = p.elements()?;
                p.grow()?;
                Ok(p.node(start, ExprKind::Array(elements)))
            })?;
            p.expect(TokenKind::RightBracket, "`,` or `]`")?;
            Ok(elements)
        })
    }

    fn row(&mut self) -> Parsed<Expr> {
        let start = self.bump().range.start;
        self.open()?;
        let values = if self.at(TokenKind::RightParen) { Vec::new() } else { self.expr_list()? };
        self.close()?;
        let row = self.node(start, ExprKind::Row(values));
        self.overlaps(start, row)
    }

    /// Reads `OVERLAPS row` after a row, which is a call with the values of both.
    pub(super) fn overlaps(&mut self, start: u32, row: Expr) -> Parsed<Expr> {
        if !self.at_word(Word::Overlaps) {
            return Ok(row);
        }
        let range = self.bump().range;
        let other = self.deeper(Self::primary)?;
        match (row.kind, other.kind) {
            (ExprKind::Row(mut values), ExprKind::Row(others)) => {
                values.extend(others);
                Ok(self.node(start, Self::sql_call("overlaps", range, values)))
            }
            _ => Err(self.error("`OVERLAPS` takes a row on either side")),
        }
    }

    /// Reads `.field`, `.*`, `[index]` and `[low:high]` after `operand`.
    pub(super) fn indirection(&mut self, start: u32, mut operand: Expr) -> Parsed<Expr> {
        loop {
            let kind = match self.now.kind {
                TokenKind::Dot if self.ahead(1).kind == TokenKind::Star => {
                    self.skip(2);
                    let kind = ExprKind::FieldStar(Box::new(operand));
                    return Ok(self.node(start, kind));
                }
                TokenKind::Dot => {
                    self.bump();
                    let name = self.label("a field name")?;
                    ExprKind::Field(Box::new(Field { operand, name }))
                }
                TokenKind::LeftBracket => {
                    let index = self.index()?;
                    ExprKind::Subscript(Box::new(Subscript { operand, index }))
                }
                _ => return Ok(operand),
            };
            self.grow()?;
            operand = self.node(start, kind);
        }
    }

    /// Reads `[index]` or `[low:high]`.
    ///
    /// In `[:n]` the colon is a slice's, as in PostgreSQL; in `[:n:m]` the first one is a parameter's.
    pub(super) fn index(&mut self) -> Parsed<Index> {
        self.bump();
        let is_open = self.at(TokenKind::Colon) && self.ahead(2).kind != TokenKind::Colon;
        let low = if is_open { None } else { Some(self.expr()?) };
        let index = match low {
            Some(element) if !self.at(TokenKind::Colon) => Index::Element(element),
            low => {
                self.bump();
                let high = if self.at(TokenKind::RightBracket) { None } else { Some(self.expr()?) };
                Index::Slice(low, high)
            }
        };
        self.expect(TokenKind::RightBracket, "`]`")?;
        Ok(index)
    }
}
