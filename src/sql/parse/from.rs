//! `FROM`: tables, functions, queries and joins (manual 7.2.1).

use smol_str::SmolStr;

use crate::sql::SyntaxError;
use crate::sql::ast::query::{
    Alias, ColumnDefinition, FromItem, FromSource, FunctionSource, Join, JoinCondition, JoinKind,
    Lateral, Ordinality, Query, Sample,
};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

/// What a pair of parentheses in `FROM` holds.
enum FromParen {
    Query(Query),
    /// A join, or one more pair of parentheses around one.
    Item(FromItem),
}

impl Parser<'_> {
    pub(super) fn sources(&mut self) -> Parsed<Vec<FromItem>> {
        self.comma_list(Self::source)
    }

    /// Reads one source with the joins after it.
    pub(super) fn source(&mut self) -> Parsed<FromItem> {
        self.deeper(|p| {
            p.apart(|p| {
                let start = p.start();
                let first = p.source_operand()?;
                p.joins(start, first)
            })
        })
    }

    /// Reads the joins after `left`.
    ///
    /// In `a JOIN b JOIN c ON … ON …` the first condition ends the second join, so what follows a join's right
    /// side is read as joins of its own until a condition stands there.
    fn joins(&mut self, start: u32, mut left: FromItem) -> Parsed<FromItem> {
        loop {
            let is_natural = self.at_word(Word::Natural);
            let Some(kind) = self.join_kind()? else { return Ok(left) };
            self.grow()?;
            let right_start = self.start();
            let mut right = self.source_operand()?;
            let condition = match kind {
                JoinKind::Cross => JoinCondition::None,
                _ if is_natural => JoinCondition::Natural,
                JoinKind::Inner | JoinKind::Left | JoinKind::Right | JoinKind::Full => {
                    right = self.deeper(|p| p.joins(right_start, right))?;
                    self.join_condition()?
                }
            };
            left = self.joined(start, Join { kind, left, right, condition });
        }
    }

    fn joined(&self, start: u32, join: Join) -> FromItem {
        let source = FromSource::Join(Box::new(join));
        FromItem { range: self.since(start), source, lateral: Lateral::No, alias: None }
    }

    /// Reads `[NATURAL] LEFT OUTER JOIN` and its like if it stands here.
    fn join_kind(&mut self) -> Parsed<Option<JoinKind>> {
        let is_natural = self.eat_word(Word::Natural);
        let kind = match self.now.word {
            Word::Cross if !is_natural => JoinKind::Cross,
            Word::Inner => JoinKind::Inner,
            Word::Left => JoinKind::Left,
            Word::Right => JoinKind::Right,
            Word::Full => JoinKind::Full,
            Word::Join => {
                self.bump();
                return Ok(Some(JoinKind::Inner));
            }
            _ if is_natural => return Err(self.expected("`JOIN`")),
            _ => return Ok(None),
        };
        self.bump();
        if matches!(kind, JoinKind::Left | JoinKind::Right | JoinKind::Full) {
            self.eat_word(Word::Outer);
        }
        self.expect_word(Word::Join)?;
        Ok(Some(kind))
    }

    fn join_condition(&mut self) -> Parsed<JoinCondition> {
        if self.eat_word(Word::On) {
            return Ok(JoinCondition::On(self.expr()?));
        }
        if !self.eat_word(Word::Using) {
            return Err(self.expected("`ON` or `USING`"));
        }
        let columns = self.names_in_parens()?;
        let alias = if self.eat_word(Word::As) { Some(self.name("a name")?) } else { None };
        Ok(JoinCondition::Using(columns, alias))
    }

    // ---- one source ----

    fn source_operand(&mut self) -> Parsed<FromItem> {
        let start = self.start();
        let lateral = if self.eat_word(Word::Lateral) { Lateral::Lateral } else { Lateral::No };
        if self.at(TokenKind::LeftParen) {
            let mut item = match self.source_paren()? {
                FromParen::Query(query) => self.query_source(start, query)?,
                FromParen::Item(item) => self.aliased_join(start, item)?,
            };
            item.lateral = lateral;
            return Ok(item);
        }
        let (source, alias) = self.unparenthesised_source()?;
        if let (Lateral::Lateral, FromSource::Table(table, _)) = (lateral, &source) {
            let message = SmolStr::new_static("`LATERAL` takes a query or a function");
            return Err(SyntaxError { at: table.path.range(), message });
        }
        Ok(FromItem { range: self.since(start), source, lateral, alias: alias.map(Box::new) })
    }

    /// Reads parentheses around a query or a join, which may stand in more parentheses; see `paren`.
    fn source_paren(&mut self) -> Parsed<FromParen> {
        self.deeper(|p| {
            p.open()?;
            let start = p.start();
            let inner = if p.at_query() {
                FromParen::Query(p.query()?)
            } else if p.at(TokenKind::LeftParen) {
                match p.source_paren()? {
                    FromParen::Query(query) if p.at(TokenKind::RightParen) => {
                        FromParen::Query(query)
                    }
                    FromParen::Query(query) if p.at_query_clause() => {
                        FromParen::Query(p.query_after(start, query)?)
                    }
                    FromParen::Query(query) => {
                        let first = p.query_source(start, query)?;
                        FromParen::Item(p.joins(start, first)?)
                    }
                    FromParen::Item(item) => {
                        let first = p.aliased_join(start, item)?;
                        FromParen::Item(p.joins(start, first)?)
                    }
                }
            } else {
                FromParen::Item(p.source()?)
            };
            if let FromParen::Item(FromItem {
                source:
                    FromSource::Table(..)
                    | FromSource::Function(_)
                    | FromSource::RowsFrom(..)
                    | FromSource::Query(_)
                    | FromSource::Document(_),
                ..
            }) = inner
            {
                return Err(p.expected("a join"));
            }
            p.close()?;
            Ok(inner)
        })
    }

    /// Reads the alias of a query in parentheses, which PostgreSQL before 16 wants.
    fn query_source(&mut self, start: u32, query: Query) -> Parsed<FromItem> {
        let alias = self.alias()?.map(Box::new);
        let source = FromSource::Query(Box::new(query));
        Ok(FromItem { range: self.since(start), source, lateral: Lateral::No, alias })
    }

    /// Reads the alias of a join in parentheses.
    fn aliased_join(&mut self, start: u32, mut join: FromItem) -> Parsed<FromItem> {
        if let Some(alias) = self.alias()? {
            join.alias = Some(Box::new(alias));
        }
        join.range = self.since(start);
        Ok(join)
    }

    fn unparenthesised_source(&mut self) -> Parsed<(FromSource, Option<Alias>)> {
        let next_opens = self.ahead(1).kind == TokenKind::LeftParen;
        match self.now.word {
            Word::Only => return self.table_source(),
            Word::Rows if self.ahead(1).word == Word::From => return self.rows_from(),
            Word::Xmltable | Word::JsonTable if next_opens => {
                let source = self.document_table()?;
                return Ok((FromSource::Document(Box::new(source)), self.alias()?));
            }
            _ => {}
        }
        if self.at_function() {
            let call = self.deeper(Self::primary)?;
            let ordinality = self.ordinality();
            let alias = self.function_alias()?;
            let function = FunctionSource { call, ordinality, definitions: Vec::new() };
            return Ok((FromSource::Function(Box::new(function)), alias));
        }
        self.table_source()
    }

    /// Whether a call stands here, and not a table: names with dots between, then a parenthesis.
    fn at_function(&self) -> bool {
        let is_value = matches!(
            self.now.word,
            Word::CurrentCatalog
                | Word::CurrentDate
                | Word::CurrentRole
                | Word::CurrentSchema
                | Word::CurrentTime
                | Word::CurrentTimestamp
                | Word::CurrentUser
                | Word::Localtime
                | Word::Localtimestamp
                | Word::SessionUser
                | Word::SystemUser
                | Word::User
                | Word::Cast
                | Word::Collation
        );
        if is_value || !Self::is_label(self.now) {
            return is_value;
        }
        let mut count = 1;
        while self.ahead(count).kind == TokenKind::Dot && Self::is_label(self.ahead(count + 1)) {
            count += 2;
        }
        self.ahead(count).kind == TokenKind::LeftParen
    }

    fn table_source(&mut self) -> Parsed<(FromSource, Option<Alias>)> {
        let table = self.table_name()?;
        let alias = self.alias()?;
        let sample =
            if self.eat_word(Word::Tablesample) { Some(Box::new(self.sample()?)) } else { None };
        Ok((FromSource::Table(table, sample), alias))
    }

    fn sample(&mut self) -> Parsed<Sample> {
        let method = self.path()?;
        let args = self.in_parens(Self::expr_list)?;
        let repeatable =
            if self.eat_word(Word::Repeatable) { Some(self.in_parens(Self::expr)?) } else { None };
        Ok(Sample { method, args, repeatable })
    }

    fn rows_from(&mut self) -> Parsed<(FromSource, Option<Alias>)> {
        self.skip(2);
        let functions = self.in_parens(|p| {
            p.comma_list(|p| {
                let call = p.deeper(Self::primary)?;
                let definitions =
                    if p.eat_word(Word::As) { p.column_definitions()? } else { Vec::new() };
                Ok(FunctionSource { call, ordinality: Ordinality::No, definitions })
            })
        })?;
        let ordinality = self.ordinality();
        let alias = self.function_alias()?;
        Ok((FromSource::RowsFrom(functions, ordinality), alias))
    }

    fn ordinality(&mut self) -> Ordinality {
        if self.eat_words(&[Word::With, Word::Ordinality]) {
            Ordinality::WithOrdinality
        } else {
            Ordinality::No
        }
    }

    // ---- aliases ----

    /// Reads `[AS] name [(column, …)]` if it stands here.
    pub(super) fn alias(&mut self) -> Parsed<Option<Alias>> {
        let is_certain = self.eat_word(Word::As);
        if !is_certain && !self.at_alias() {
            return Ok(None);
        }
        let name = Some(self.name("a name")?);
        let columns =
            if self.at(TokenKind::LeftParen) { self.names_in_parens()? } else { Vec::new() };
        Ok(Some(Alias { name, columns, definitions: Vec::new() }))
    }

    /// Reads the alias of a function, which may give columns their types.
    fn function_alias(&mut self) -> Parsed<Option<Alias>> {
        let is_certain = self.eat_word(Word::As);
        if is_certain && self.at(TokenKind::LeftParen) {
            let definitions = self.column_definitions()?;
            return Ok(Some(Alias { name: None, columns: Vec::new(), definitions }));
        }
        if !is_certain && !self.at_alias() {
            return Ok(None);
        }
        let name = Some(self.name("a name")?);
        let (mut columns, mut definitions) = (Vec::new(), Vec::new());
        if self.at(TokenKind::LeftParen) {
            if matches!(self.ahead(2).kind, TokenKind::Comma | TokenKind::RightParen) {
                columns = self.names_in_parens()?;
            } else {
                definitions = self.column_definitions()?;
            }
        }
        Ok(Some(Alias { name, columns, definitions }))
    }

    /// Whether a name stands here that may be an alias without `AS`.
    fn at_alias(&self) -> bool {
        Self::is_column_name(self.now)
    }

    fn column_definitions(&mut self) -> Parsed<Vec<ColumnDefinition>> {
        self.in_parens(|p| {
            p.comma_list(|p| {
                let name = p.name("a column name")?;
                let ty = p.type_ref()?;
                let collation = if p.eat_word(Word::Collate) { Some(p.path()?) } else { None };
                Ok(ColumnDefinition { name, ty, collation })
            })
        })
    }
}
