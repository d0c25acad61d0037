//! `SELECT`: its result, condition, groups and windows.

use crate::sql::ast::query::{GroupItem, Select, SelectDistinct, Target};
use crate::sql::ast::{Expr, ExprKind, Path};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    pub(super) fn select(&mut self) -> Parsed<Select> {
        self.bump();
        let distinct = self.select_distinct()?;
        let may_be_empty = distinct == SelectDistinct::All;
        let targets = if may_be_empty && !self.at_target() { Vec::new() } else { self.targets()? };
        let into = self.select_into()?;
        let from = if self.eat_word(Word::From) { self.sources()? } else { Vec::new() };
        let condition = self.where_clause()?;
        let group_by = self.group_by()?;
        let having = if self.eat_word(Word::Having) { Some(self.expr()?) } else { None };
        let windows = if self.eat_word(Word::Window) {
            self.comma_list(|p| {
                let name = p.name("a window name")?;
                p.expect_word(Word::As)?;
                Ok((name, p.window()?))
            })?
        } else {
            Vec::new()
        };
        Ok(Select { distinct, targets, into, from, condition, group_by, having, windows })
    }

    fn select_distinct(&mut self) -> Parsed<SelectDistinct> {
        if self.eat_word(Word::All) || !self.eat_word(Word::Distinct) {
            return Ok(SelectDistinct::All);
        }
        if !self.eat_word(Word::On) {
            return Ok(SelectDistinct::Distinct);
        }
        Ok(SelectDistinct::On(self.in_parens(Self::expr_list)?))
    }

    /// Whether a result column starts here; a `SELECT` may have none.
    fn at_target(&self) -> bool {
        let ends =
            matches!(self.now.kind, TokenKind::Eof | TokenKind::RightParen | TokenKind::Semicolon);
        let clause = matches!(
            self.now.word,
            Word::From
                | Word::Into
                | Word::Where
                | Word::Group
                | Word::Having
                | Word::Window
                | Word::Union
                | Word::Intersect
                | Word::Except
                | Word::Order
                | Word::Limit
                | Word::Offset
                | Word::Fetch
                | Word::For
        );
        !ends && !clause
    }

    pub(super) fn targets(&mut self) -> Parsed<Vec<Target>> {
        self.comma_list(Self::target)
    }

    fn target(&mut self) -> Parsed<Target> {
        let start = self.start();
        if self.eat(TokenKind::Star) {
            return Ok(Target { value: self.node(start, ExprKind::Star(None)), alias: None });
        }
        let value = self.expr()?;
        let alias = if self.eat_word(Word::As) {
            Some(self.label("a name")?)
        } else if Self::is_label(self.now) && self.now.word.is_bare_label() {
            Some(self.ident())
        } else {
            None
        };
        Ok(Target { value, alias })
    }

    /// Reads `INTO [TEMPORARY | UNLOGGED] [TABLE] name` if it stands here.
    fn select_into(&mut self) -> Parsed<Option<Path>> {
        if !self.eat_word(Word::Into) {
            return Ok(None);
        }
        let next = self.ahead(1);
        let is_modifier =
            matches!(self.now.word, Word::Temporary | Word::Temp | Word::Local | Word::Unlogged);
        if is_modifier && Self::is_label(next) && next.word != Word::From {
            self.bump();
            self.eat_word(Word::Temporary);
            self.eat_word(Word::Temp);
        }
        self.eat_word(Word::Table);
        Ok(Some(self.relation_path()?))
    }

    /// Reads `WHERE …` if it stands here.
    pub(super) fn where_clause(&mut self) -> Parsed<Option<Expr>> {
        if self.eat_word(Word::Where) { Ok(Some(self.expr()?)) } else { Ok(None) }
    }

    fn group_by(&mut self) -> Parsed<Vec<GroupItem>> {
        if !self.eat_word(Word::Group) {
            return Ok(Vec::new());
        }
        self.expect_word(Word::By)?;
        let _optional = self.eat_word(Word::All) || self.eat_word(Word::Distinct);
        self.comma_list(Self::group_item)
    }

    fn group_item(&mut self) -> Parsed<GroupItem> {
        let next_opens = self.ahead(1).kind == TokenKind::LeftParen;
        let is_empty = self.at(TokenKind::LeftParen) && self.ahead(1).kind == TokenKind::RightParen;
        if is_empty {
            self.skip(2);
            return Ok(GroupItem::Empty);
        }
        match self.now.word {
            Word::Rollup if next_opens => {
                self.bump();
                Ok(GroupItem::Rollup(self.in_parens(Self::expr_list)?))
            }
            Word::Cube if next_opens => {
                self.bump();
                Ok(GroupItem::Cube(self.in_parens(Self::expr_list)?))
            }
            Word::Grouping if self.ahead(1).word == Word::Sets => {
                self.skip(2);
                let items = self.deeper(|p| p.in_parens(|p| p.comma_list(Self::group_item)))?;
                Ok(GroupItem::Sets(items))
            }
            _ => Ok(GroupItem::Expr(self.expr()?)),
        }
    }
}
