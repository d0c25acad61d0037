//! Statements: which one stands here, and the way from one to the next.

use crate::sql::SyntaxError;
use crate::sql::ast::dml::{Statement, StatementKind};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads a statement to the end of the text; a `;` may stand there.
    pub(in crate::sql) fn whole_statement(&mut self) -> Parsed<Statement> {
        let statement = self.statement()?;
        self.eat(TokenKind::Semicolon);
        Ok(statement)
    }

    /// Reads statements with `;` between, to the end of the text.
    pub(in crate::sql) fn statements(&mut self) -> Vec<Result<Statement, SyntaxError>> {
        let mut statements = Vec::new();
        let is_atomic = self.eat_words(&[Word::Begin, Word::Atomic]);
        loop {
            while self.eat(TokenKind::Semicolon) {}
            if self.at(TokenKind::Eof) {
                break;
            }
            if is_atomic && self.at_word(Word::End) {
                self.bump();
                while self.eat(TokenKind::Semicolon) {}
                if !self.at(TokenKind::Eof) {
                    statements.push(Err(self.expected("the end")));
                }
                break;
            }
            (self.depth, self.height) = (0, 0);
            let statement = self.statement().and_then(|statement| self.ended(statement));
            if statement.is_err() {
                self.skip_statement();
            }
            statements.push(statement);
        }
        statements
    }

    fn ended(&self, statement: Statement) -> Parsed<Statement> {
        let ends = self.at(TokenKind::Semicolon) || self.at(TokenKind::Eof);
        if ends { Ok(statement) } else { Err(self.expected("`;` or the end")) }
    }

    /// Reads one statement; one of a sort that is not read is skipped.
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let start = self.start();
        if self.at_read_statement() {
            return self.preparable_statement();
        }
        if self.eat_word(Word::Return) {
            let value = self.expr()?;
            let kind = StatementKind::Return(Box::new(value));
            return Ok(Statement { range: self.since(start), kind });
        }
        if self.at(TokenKind::Eof) || self.at(TokenKind::Semicolon) {
            return Err(self.expected("a statement"));
        }
        // Whoever makes a routine has this query analysed, too (`transformCreateTableAsStmt`).
        let mut kind = StatementKind::Other;
        if self.at_create_table() && self.skip_to_query() {
            kind = StatementKind::CreateAs(Box::new(self.query()?));
        }
        self.skip_statement();
        Ok(Statement { range: self.since(start), kind })
    }

    /// Whether `CREATE` of a table or a materialized view stands here, with words such as `TEMPORARY`.
    fn at_create_table(&self) -> bool {
        self.at_word(Word::Create)
            && (1..4).any(|n| matches!(self.ahead(n).word, Word::Table | Word::Materialized))
    }

    /// Steps behind the `AS` of a query; says whether there is one, else the end of the statement is reached.
    fn skip_to_query(&mut self) -> bool {
        let mut parens = 0_u32;
        loop {
            match self.now.kind {
                TokenKind::Eof => return false,
                TokenKind::Semicolon if parens == 0 => return false,
                TokenKind::LeftParen => parens += 1,
                TokenKind::RightParen => parens = parens.saturating_sub(1),
                _ => {}
            }
            let is_as = parens == 0 && self.at_word(Word::As);
            self.bump();
            if is_as && (self.at_query() || self.at(TokenKind::LeftParen)) {
                return true;
            }
        }
    }

    fn at_read_statement(&self) -> bool {
        self.at_query()
            || self.at(TokenKind::LeftParen)
            || matches!(
                self.now.word,
                Word::Values | Word::Insert | Word::Update | Word::Delete | Word::Merge
            )
    }

    /// Reads a query or a change of rows, with its `WITH`.
    pub(super) fn preparable_statement(&mut self) -> Parsed<Statement> {
        let start = self.start();
        let with = self.with()?;
        let kind = match self.now.word {
            Word::Insert => StatementKind::Insert(Box::new(self.insert(with)?)),
            Word::Update => StatementKind::Update(Box::new(self.update(with)?)),
            Word::Delete => StatementKind::Delete(Box::new(self.delete(with)?)),
            Word::Merge => StatementKind::Merge(Box::new(self.merge(with)?)),
            _ => StatementKind::Query(Box::new(self.query_with(start, with)?)),
        };
        Ok(Statement { range: self.since(start), kind })
    }

    /// Steps to the `;` that ends the statement at hand, over those in a body `BEGIN ATOMIC … END`.
    fn skip_statement(&mut self) {
        let (mut parens, mut blocks) = (0_u32, 0_u32);
        loop {
            match self.now.kind {
                TokenKind::Eof => return,
                TokenKind::Semicolon if parens == 0 && blocks == 0 => return,
                TokenKind::LeftParen => parens += 1,
                TokenKind::RightParen => parens = parens.saturating_sub(1),
                TokenKind::Word => match self.now.word {
                    Word::Begin if self.ahead(1).word == Word::Atomic => blocks += 1,
                    Word::Case if blocks > 0 => blocks += 1,
                    Word::End if blocks > 0 => blocks -= 1,
                    _ => {}
                },
                _ => {}
            }
            self.bump();
        }
    }
}
