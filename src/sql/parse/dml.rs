//! `INSERT`, `UPDATE`, `DELETE` and the clauses they share (manual: INSERT, UPDATE, DELETE).

use crate::sql::ast::dml::{
    Assignment, ChangedTable, ColumnTarget, Condition, ConflictTarget, ConflictUpdate, Delete,
    IndexKey, Insert, InsertSource, OnConflict, Overriding, Returning, Step, Update,
};
use crate::sql::ast::query::{Inheritance, TableName, With};
use crate::sql::lex::TokenKind;
use crate::sql::parse::expr::{Scope, power};
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    pub(super) fn insert(&mut self, with: Option<Box<With>>) -> Parsed<Insert> {
        self.bump();
        self.expect_word(Word::Into)?;
        let table = TableName { path: self.relation_path()?, inheritance: Inheritance::Included };
        let alias = if self.eat_word(Word::As) { Some(self.name("a name")?) } else { None };
        let into = ChangedTable { table, alias };
        let columns = self.insert_columns()?;
        let overriding = self.overriding()?;
        let source = if self.eat_words(&[Word::Default, Word::Values]) {
            InsertSource::DefaultValues
        } else {
            InsertSource::Query(self.query()?)
        };
        let on_conflict = if self.eat_words(&[Word::On, Word::Conflict]) {
            Some(self.on_conflict()?)
        } else {
            None
        };
        let returning = self.returning()?;
        Ok(Insert { with, into, columns, overriding, source, on_conflict, returning })
    }

    /// Reads `(column, …)` if it stands here, and not a query in parentheses.
    pub(super) fn insert_columns(&mut self) -> Parsed<Vec<ColumnTarget>> {
        let is_query = matches!(self.ahead(1).word, Word::Select | Word::With | Word::Table)
            || self.ahead(1).word == Word::Values && self.ahead(2).kind == TokenKind::LeftParen
            || self.ahead(1).kind == TokenKind::LeftParen;
        if !self.at(TokenKind::LeftParen) || is_query {
            return Ok(Vec::new());
        }
        self.column_targets()
    }

    fn column_targets(&mut self) -> Parsed<Vec<ColumnTarget>> {
        self.in_parens(|p| p.comma_list(Self::column_target))
    }

    fn column_target(&mut self) -> Parsed<ColumnTarget> {
        let column = self.name("a column name")?;
        let mut steps = Vec::new();
        loop {
            if self.eat(TokenKind::Dot) {
                steps.push(Step::Field(self.label("a field name")?));
            } else if self.at(TokenKind::LeftBracket) {
                steps.push(Step::Index(self.index()?));
            } else {
                return Ok(ColumnTarget { column, steps });
            }
        }
    }

    /// Reads `OVERRIDING {SYSTEM | USER} VALUE` if it stands here.
    pub(super) fn overriding(&mut self) -> Parsed<Option<Overriding>> {
        if !self.eat_word(Word::Overriding) {
            return Ok(None);
        }
        let overriding = match self.now.word {
            Word::System => Overriding::System,
            Word::User => Overriding::User,
            _ => return Err(self.expected("`SYSTEM` or `USER`")),
        };
        self.bump();
        self.expect_word(Word::Value)?;
        Ok(Some(overriding))
    }

    fn on_conflict(&mut self) -> Parsed<OnConflict> {
        let target = self.conflict_target()?;
        self.expect_word(Word::Do)?;
        if self.eat_word(Word::Nothing) {
            return Ok(OnConflict { target, update: None });
        }
        self.expect_word(Word::Update)?;
        let set = self.set()?;
        let condition = self.where_clause()?;
        Ok(OnConflict { target, update: Some(ConflictUpdate { set, condition }) })
    }

    fn conflict_target(&mut self) -> Parsed<Option<ConflictTarget>> {
        if self.eat_words(&[Word::On, Word::Constraint]) {
            return Ok(Some(ConflictTarget::Constraint(self.name("a constraint")?)));
        }
        if !self.at(TokenKind::LeftParen) {
            return Ok(None);
        }
        let keys = self.in_parens(|p| p.comma_list(Self::index_key))?;
        Ok(Some(ConflictTarget::Index(keys, self.where_clause()?)))
    }

    /// Reads a key, whose collation is a part of the expression, and its operator class.
    fn index_key(&mut self) -> Parsed<IndexKey> {
        let value = self.expr_above(power::COLLATE, Scope::Full)?;
        let has_class = Self::is_column_name(self.now) || Self::is_function_name(self.now);
        let operator_class = if has_class { Some(self.path()?) } else { None };
        let _optional = self.eat_word(Word::Asc) || self.eat_word(Word::Desc);
        Ok(IndexKey { value, operator_class })
    }

    pub(super) fn set(&mut self) -> Parsed<Vec<Assignment>> {
        self.expect_word(Word::Set)?;
        self.comma_list(|p| {
            if p.at(TokenKind::LeftParen) {
                let columns = p.column_targets()?;
                p.expect(TokenKind::Equal, "`=`")?;
                return Ok(Assignment::Columns(columns, p.expr()?));
            }
            let column = p.column_target()?;
            p.expect(TokenKind::Equal, "`=`")?;
            Ok(Assignment::Column(column, p.expr()?))
        })
    }

    /// Reads `[ONLY] table [*] [[AS] alias]`.
    pub(super) fn changed_table(&mut self) -> Parsed<ChangedTable> {
        let table = self.table_name()?;
        let is_certain = self.eat_word(Word::As);
        let has_alias = is_certain || Self::is_column_name(self.now) && !self.at_word(Word::Set);
        let alias = if has_alias { Some(self.name("a name")?) } else { None };
        Ok(ChangedTable { table, alias })
    }

    pub(super) fn update(&mut self, with: Option<Box<With>>) -> Parsed<Update> {
        self.bump();
        let table = self.changed_table()?;
        let set = self.set()?;
        let from = if self.eat_word(Word::From) { self.sources()? } else { Vec::new() };
        let condition = self.where_or_current()?;
        let returning = self.returning()?;
        Ok(Update { with, table, set, from, condition, returning })
    }

    pub(super) fn delete(&mut self, with: Option<Box<With>>) -> Parsed<Delete> {
        self.bump();
        self.expect_word(Word::From)?;
        let from = self.changed_table()?;
        let using = if self.eat_word(Word::Using) { self.sources()? } else { Vec::new() };
        let condition = self.where_or_current()?;
        let returning = self.returning()?;
        Ok(Delete { with, from, using, condition, returning })
    }

    fn where_or_current(&mut self) -> Parsed<Condition> {
        if !self.eat_word(Word::Where) {
            return Ok(Condition::None);
        }
        if self.eat_words(&[Word::Current, Word::Of]) {
            return Ok(Condition::CurrentOf(self.name("a cursor")?));
        }
        Ok(Condition::Where(self.expr()?))
    }

    /// Reads `RETURNING …` if it stands here.
    pub(super) fn returning(&mut self) -> Parsed<Option<Returning>> {
        if !self.eat_word(Word::Returning) {
            return Ok(None);
        }
        let (mut old, mut new) = (None, None);
        if self.at_word(Word::With) && self.ahead(1).kind == TokenKind::LeftParen {
            self.bump();
            self.in_parens(|p| {
                p.comma_list(|p| {
                    let row = match p.now.word {
                        Word::Old => &mut old,
                        Word::New => &mut new,
                        _ => return Err(p.expected("`OLD` or `NEW`")),
                    };
                    p.bump();
                    p.expect_word(Word::As)?;
                    *row = Some(p.name("a name")?);
                    Ok(())
                })
            })?;
        }
        Ok(Some(Returning { old, new, targets: self.targets()? }))
    }
}
