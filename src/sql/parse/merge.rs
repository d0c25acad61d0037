//! `MERGE`, PostgreSQL 15 and later (manual: MERGE).

use crate::sql::ast::dml::{Merge, MergeAction, MergeCase, MergeWhen};
use crate::sql::ast::query::With;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    pub(super) fn merge(&mut self, with: Option<Box<With>>) -> Parsed<Merge> {
        self.bump();
        self.expect_word(Word::Into)?;
        let into = self.changed_table()?;
        self.expect_word(Word::Using)?;
        let using = self.source()?;
        self.expect_word(Word::On)?;
        let on = self.expr()?;
        let mut whens = Vec::new();
        while self.at_word(Word::When) {
            whens.push(self.merge_when()?);
        }
        if whens.is_empty() {
            return Err(self.expected("`WHEN`"));
        }
        let returning = self.returning()?;
        Ok(Merge { with, into, using, on, whens, returning })
    }

    fn merge_when(&mut self) -> Parsed<MergeWhen> {
        self.expect_word(Word::When)?;
        let case = if self.eat_words(&[Word::Not, Word::Matched]) {
            if self.eat_words(&[Word::By, Word::Source]) {
                MergeCase::NotMatchedBySource
            } else {
                self.eat_words(&[Word::By, Word::Target]);
                MergeCase::NotMatchedByTarget
            }
        } else {
            self.expect_word(Word::Matched)?;
            MergeCase::Matched
        };
        let condition = if self.eat_word(Word::And) { Some(self.expr()?) } else { None };
        self.expect_word(Word::Then)?;
        Ok(MergeWhen { case, condition, action: self.merge_action(case)? })
    }

    fn merge_action(&mut self, case: MergeCase) -> Parsed<MergeAction> {
        if self.eat_words(&[Word::Do, Word::Nothing]) {
            return Ok(MergeAction::DoNothing);
        }
        if case == MergeCase::NotMatchedByTarget {
            return self.merge_insert();
        }
        if self.eat_word(Word::Delete) {
            return Ok(MergeAction::Delete);
        }
        if self.eat_word(Word::Update) {
            return Ok(MergeAction::Update(self.set()?));
        }
        Err(self.expected("`UPDATE`, `DELETE` or `DO NOTHING`"))
    }

    fn merge_insert(&mut self) -> Parsed<MergeAction> {
        if !self.eat_word(Word::Insert) {
            return Err(self.expected("`INSERT` or `DO NOTHING`"));
        }
        let columns = self.insert_columns()?;
        let overriding = self.overriding()?;
        let values = if self.eat_words(&[Word::Default, Word::Values]) {
            None
        } else {
            self.expect_word(Word::Values)?;
            Some(self.in_parens(Self::expr_list)?)
        };
        Ok(MergeAction::Insert { columns, overriding, values })
    }
}
