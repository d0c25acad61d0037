//! `WITH`: common tables, their search and cycle clauses (manual 7.8).

use crate::sql::ast::query::{
    CommonTable, Cycle, Materialized, Recursion, Search, SearchOrder, With,
};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads `WITH …` if it stands here.
    pub(super) fn with(&mut self) -> Parsed<Option<Box<With>>> {
        if !self.eat_word(Word::With) {
            return Ok(None);
        }
        let next = self.ahead(1);
        // The first table may have the name `recursive`.
        let is_name = next.kind == TokenKind::LeftParen || next.word == Word::As;
        let recursion = if !is_name && self.eat_word(Word::Recursive) {
            Recursion::Recursive
        } else {
            Recursion::None
        };
        let tables = self.comma_list(Self::common_table)?;
        Ok(Some(Box::new(With { recursion, tables })))
    }

    fn common_table(&mut self) -> Parsed<CommonTable> {
        let name = self.name("a name")?;
        let columns =
            if self.at(TokenKind::LeftParen) { self.names_in_parens()? } else { Vec::new() };
        self.expect_word(Word::As)?;
        let materialized = if self.eat_word(Word::Materialized) {
            Materialized::Always
        } else if self.eat_words(&[Word::Not, Word::Materialized]) {
            Materialized::Never
        } else {
            Materialized::Default
        };
        let statement = self.in_parens(|p| p.deeper(Self::preparable_statement))?;
        let search = self.search()?;
        let cycle = self.cycle()?;
        Ok(CommonTable { name, columns, materialized, statement, search, cycle })
    }

    fn search(&mut self) -> Parsed<Option<Search>> {
        if !self.eat_word(Word::Search) {
            return Ok(None);
        }
        let order = if self.eat_word(Word::Breadth) {
            SearchOrder::BreadthFirst
        } else {
            self.expect_word(Word::Depth)?;
            SearchOrder::DepthFirst
        };
        self.expect_word(Word::First)?;
        self.expect_word(Word::By)?;
        let columns = self.comma_list(|p| p.name("a column name"))?;
        self.expect_word(Word::Set)?;
        Ok(Some(Search { order, columns, set: self.name("a column name")? }))
    }

    fn cycle(&mut self) -> Parsed<Option<Cycle>> {
        if !self.eat_word(Word::Cycle) {
            return Ok(None);
        }
        let columns = self.comma_list(|p| p.name("a column name"))?;
        self.expect_word(Word::Set)?;
        let set = self.name("a column name")?;
        let (to, default) = if self.eat_word(Word::To) {
            let to = self.expr()?;
            self.expect_word(Word::Default)?;
            (Some(to), Some(self.expr()?))
        } else {
            (None, None)
        };
        self.expect_word(Word::Using)?;
        Ok(Some(Cycle { columns, set, to, default, using: self.name("a column name")? }))
    }
}
