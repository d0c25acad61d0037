//! Queries: what combines them and the clauses that hold for the whole (manual: SELECT).

use smol_str::SmolStr;

use crate::sql::ast::query::{
    Direction, Duplicates, Inheritance, Limit, Lock, LockWait, Nulls, Query, QueryBody,
    SetOperation, SetOperator, SortKey, TableName, Ties, With,
};
use crate::sql::ast::{Expr, ExprKind, Path};
use crate::sql::lex::{TextRange, TokenKind};
use crate::sql::parse::expr::{Scope, power};
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads a query to the end of the text; a `;` may stand there.
    pub(in crate::sql) fn whole_query(&mut self) -> Parsed<Query> {
        let query = self.query()?;
        self.eat(TokenKind::Semicolon);
        Ok(query)
    }

    /// Reads a query.
    pub(super) fn query(&mut self) -> Parsed<Query> {
        let start = self.start();
        let with = self.with()?;
        self.query_with(start, with)
    }

    /// Reads the query after its `WITH`.
    pub(super) fn query_with(&mut self, start: u32, with: Option<Box<With>>) -> Parsed<Query> {
        self.deeper(|p| {
            p.apart(|p| {
                let first = p.query_operand()?;
                let body = p.set_operations(start, first, 0)?;
                p.query_end(start, with, body)
            })
        })
    }

    /// Reads what follows `first`, a query in parentheses that is part of another.
    pub(super) fn query_after(&mut self, start: u32, first: Query) -> Parsed<Query> {
        let body = QueryBody::Nested(Box::new(first));
        let first = Self::bare_query(self.since(start), body);
        let body = self.set_operations(start, first, 0)?;
        self.query_end(start, None, body)
    }

    fn bare_query(range: TextRange, body: QueryBody) -> Query {
        Query { range, with: None, body, order_by: Vec::new(), limit: None, locks: Vec::new() }
    }

    /// Reads the clauses after the body of a query; limits and locks come in any order.
    fn query_end(
        &mut self,
        start: u32,
        with: Option<Box<With>>,
        mut query: Query,
    ) -> Parsed<Query> {
        query.with = with;
        query.order_by = self.order_by()?;
        loop {
            match self.now.word {
                Word::Limit | Word::Offset | Word::Fetch => {
                    let limit = query.limit.get_or_insert_default();
                    self.limit(limit)?;
                }
                Word::For => query.locks.extend(self.lock()?),
                _ => break,
            }
        }
        query.range = self.since(start);
        Ok(query)
    }

    fn set_operations(&mut self, start: u32, mut left: Query, least: u8) -> Parsed<Query> {
        loop {
            let (operator, power) = match self.now.word {
                Word::Union => (SetOperator::Union, 1),
                Word::Except => (SetOperator::Except, 1),
                Word::Intersect => (SetOperator::Intersect, 2),
                _ => return Ok(left),
            };
            if power < least {
                return Ok(left);
            }
            self.grow()?;
            self.bump();
            let duplicates = if self.eat_word(Word::All) {
                Duplicates::Kept
            } else {
                self.eat_word(Word::Distinct);
                Duplicates::Removed
            };
            let right_start = self.start();
            let right = self.deeper(|p| {
                p.apart(|p| {
                    let right = p.query_operand()?;
                    p.set_operations(right_start, right, power + 1)
                })
            })?;
            let operation = SetOperation { operator, duplicates, left, right };
            let body = QueryBody::SetOperation(Box::new(operation));
            left = Self::bare_query(self.since(start), body);
        }
    }

    fn query_operand(&mut self) -> Parsed<Query> {
        let start = self.start();
        let body = match self.now.word {
            Word::Select => QueryBody::Select(Box::new(self.select()?)),
            Word::Values => {
                self.bump();
                QueryBody::Values(self.comma_list(|p| p.in_parens(Self::expr_list))?)
            }
            Word::Table => {
                self.bump();
                QueryBody::Table(Box::new(self.table_name()?))
            }
            _ if self.at(TokenKind::LeftParen) => {
                QueryBody::Nested(Box::new(self.query_in_parens()?))
            }
            _ => return Err(self.expected("a query")),
        };
        Ok(Self::bare_query(self.since(start), body))
    }

    /// Reads `[ONLY] name [*]` or `ONLY (name)`.
    pub(super) fn table_name(&mut self) -> Parsed<TableName> {
        if self.eat_word(Word::Only) {
            let path = if self.at(TokenKind::LeftParen) {
                self.in_parens(Self::relation_path)?
            } else {
                self.relation_path()?
            };
            return Ok(TableName { path, inheritance: Inheritance::Only });
        }
        let path = self.relation_path()?;
        self.eat(TokenKind::Star);
        Ok(TableName { path, inheritance: Inheritance::Included })
    }

    pub(super) fn relation_path(&mut self) -> Parsed<Path> {
        if Self::is_column_name(self.now) { self.path() } else { Err(self.expected("a table")) }
    }

    // ---- order, limit, locks ----

    /// Reads `ORDER BY …` if it stands here.
    pub(super) fn order_by(&mut self) -> Parsed<Vec<SortKey>> {
        if !self.eat_word(Word::Order) {
            return Ok(Vec::new());
        }
        self.expect_word(Word::By)?;
        self.comma_list(Self::sort_key)
    }

    fn sort_key(&mut self) -> Parsed<SortKey> {
        let value = self.expr()?;
        let direction = if self.eat_word(Word::Asc) {
            Direction::Ascending
        } else if self.eat_word(Word::Desc) {
            Direction::Descending
        } else if self.eat_word(Word::Using) {
            Direction::Using(self.operator()?)
        } else {
            Direction::Default
        };
        let nulls = if self.eat_words(&[Word::Nulls, Word::First]) {
            Nulls::First
        } else if self.eat_words(&[Word::Nulls, Word::Last]) {
            Nulls::Last
        } else {
            Nulls::Default
        };
        Ok(SortKey { value, direction, nulls })
    }

    fn limit(&mut self, limit: &mut Limit) -> Parsed<()> {
        let word = self.now;
        let is_again =
            if word.word == Word::Offset { limit.offset.is_some() } else { limit.count.is_some() };
        if is_again {
            return Err(self.error("this clause stands here twice"));
        }
        self.bump();
        match word.word {
            Word::Limit if self.eat_word(Word::All) => {}
            Word::Limit => limit.count = Some(self.expr()?),
            Word::Offset => {
                limit.offset = Some(self.expr()?);
                let _optional = self.eat_word(Word::Rows) || self.eat_word(Word::Row);
            }
            _ => self.fetch(limit)?,
        }
        Ok(())
    }

    /// Reads `{FIRST | NEXT} [n] {ROW | ROWS} {ONLY | WITH TIES}`.
    fn fetch(&mut self, limit: &mut Limit) -> Parsed<()> {
        if !self.eat_word(Word::First) && !self.eat_word(Word::Next) {
            return Err(self.expected("`FIRST` or `NEXT`"));
        }
        let start = self.start();
        limit.count = Some(if matches!(self.now.word, Word::Row | Word::Rows) {
            let one = ExprKind::Number(SmolStr::new_static("1"));
            Self::leaf(TextRange::empty(start), one)
        } else {
            self.fetch_count()?
        });
        if !self.eat_word(Word::Rows) && !self.eat_word(Word::Row) {
            return Err(self.expected("`ROWS`"));
        }
        if self.eat_word(Word::With) {
            self.expect_word(Word::Ties)?;
            limit.ties = Ties::WithTies;
        } else {
            self.expect_word(Word::Only)?;
        }
        Ok(())
    }

    /// Reads a number or an operand, so that `ROW` after it is not taken for a part of it.
    fn fetch_count(&mut self) -> Parsed<Expr> {
        self.expr_above(power::SIGN, Scope::Full)
    }

    fn lock(&mut self) -> Parsed<Option<Lock>> {
        self.bump();
        if self.eat_word(Word::Read) {
            self.expect_word(Word::Only)?;
            return Ok(None);
        }
        let strength = if self.eat_words(&[Word::No, Word::Key, Word::Update]) {
            "no key update"
        } else if self.eat_words(&[Word::Key, Word::Share]) {
            "key share"
        } else if self.eat_word(Word::Update) {
            "update"
        } else if self.eat_word(Word::Share) {
            "share"
        } else {
            return Err(self.expected("`UPDATE`, `NO KEY UPDATE`, `SHARE` or `KEY SHARE`"));
        };
        let of = if self.eat_word(Word::Of) {
            self.comma_list(Self::relation_path)?
        } else {
            Vec::new()
        };
        let wait = if self.eat_word(Word::Nowait) {
            LockWait::NoWait
        } else if self.eat_words(&[Word::Skip, Word::Locked]) {
            LockWait::SkipLocked
        } else {
            LockWait::Wait
        };
        Ok(Some(Lock { strength: SmolStr::new_static(strength), of, wait }))
    }
}
