//! The forms of SQL/JSON, PostgreSQL 16 and later, some 17 and later (manual 9.16).

use crate::sql::ast::call::{FormArg, FormKind, FormRole};
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads the form that `word` starts, if it is one of SQL/JSON.
    pub(super) fn json(&mut self, word: Word) -> Parsed<Option<ExprKind>> {
        let kind = match word {
            Word::Json => FormKind::Json,
            Word::JsonArray => FormKind::JsonArray,
            Word::JsonArrayagg => FormKind::JsonArrayAgg,
            Word::JsonExists => FormKind::JsonExists,
            Word::JsonObject => return self.json_object().map(Some),
            Word::JsonObjectagg => FormKind::JsonObjectAgg,
            Word::JsonQuery => FormKind::JsonQuery,
            Word::JsonScalar => FormKind::JsonScalar,
            Word::JsonSerialize => FormKind::JsonSerialize,
            Word::JsonValue => FormKind::JsonValue,
            Word::MergeAction => FormKind::MergeAction,
            _ => return Ok(None),
        };
        self.bump();
        let mut form = self.in_parens(|p| match kind {
            FormKind::MergeAction => Ok(Self::form(kind, Vec::new(), None)),
            FormKind::JsonArray => p.json_array(),
            FormKind::JsonArrayAgg => p.json_array_aggregate(),
            FormKind::JsonObjectAgg => {
                let key = p.expr()?;
                let args = p.json_pair(key)?;
                p.json_constructor_end(kind, args)
            }
            FormKind::JsonExists | FormKind::JsonQuery | FormKind::JsonValue => {
                p.json_query_function(kind)
            }
            _ => {
                let value = p.json_value()?;
                p.json_constructor_end(kind, vec![Self::form_arg(FormRole::Value, value)])
            }
        })?;
        if let (FormKind::JsonArrayAgg | FormKind::JsonObjectAgg, ExprKind::Form(form)) =
            (kind, &mut form)
        {
            form.filter = self.filter()?;
            form.over = self.over()?;
        }
        Ok(Some(form))
    }

    /// Reads `JSON_OBJECT (…)`: the form with pairs, or a call of the function PostgreSQL always had.
    fn json_object(&mut self) -> Parsed<ExprKind> {
        let range = self.bump().range;
        let is_pairs = self.ahead(1).kind == TokenKind::RightParen
            || matches!(self.ahead(1).word, Word::Returning | Word::Absent)
                && self.ahead(2).kind == TokenKind::Word;
        if is_pairs {
            return self.in_parens(|p| p.json_constructor_end(FormKind::JsonObject, Vec::new()));
        }
        self.in_parens(|p| {
            let first = p.expr()?;
            if p.at(TokenKind::Comma) || p.at(TokenKind::RightParen) {
                let mut values = vec![first];
                while p.eat(TokenKind::Comma) {
                    values.push(p.expr()?);
                }
                return Ok(Self::sql_call("json_object", range, values));
            }
            let mut args = p.json_pair(first)?;
            while p.eat(TokenKind::Comma) {
                let key = p.expr()?;
                args.extend(p.json_pair(key)?);
            }
            p.json_constructor_end(FormKind::JsonObject, args)
        })
    }

    /// Reads `: value` or `VALUE value` after a key.
    fn json_pair(&mut self, key: Expr) -> Parsed<Vec<FormArg>> {
        if !self.eat(TokenKind::Colon) && !self.eat_word(Word::Value) {
            return Err(self.expected("`:` or `VALUE`"));
        }
        let value = self.json_value()?;
        Ok(vec![Self::form_arg(FormRole::Key, key), Self::form_arg(FormRole::Value, value)])
    }

    /// Reads a value and `FORMAT JSON`.
    fn json_value(&mut self) -> Parsed<Expr> {
        let value = self.expr()?;
        self.json_format()?;
        Ok(value)
    }

    pub(super) fn json_format(&mut self) -> Parsed<()> {
        if self.eat_words(&[Word::Format, Word::Json]) && self.eat_word(Word::Encoding) {
            self.label("an encoding")?;
        }
        Ok(())
    }

    fn json_array(&mut self) -> Parsed<ExprKind> {
        if self.at_query() {
            let start = self.start();
            let query = self.query()?;
            let query = self.node(start, ExprKind::Subquery(Box::new(query)));
            self.json_format()?;
            let args = vec![Self::form_arg(FormRole::Value, query)];
            return self.json_constructor_end(FormKind::JsonArrayQuery, args);
        }
        let is_empty = self.at(TokenKind::RightParen)
            || self.at_word(Word::Returning)
            || self.at_words(&[Word::Absent, Word::On])
            || self.at_words(&[Word::Null, Word::On]);
        let args = if is_empty {
            Vec::new()
        } else {
            self.comma_list(|p| Ok(Self::form_arg(FormRole::Value, p.json_value()?)))?
        };
        self.json_constructor_end(FormKind::JsonArray, args)
    }

    fn json_array_aggregate(&mut self) -> Parsed<ExprKind> {
        let args = vec![Self::form_arg(FormRole::Value, self.json_value()?)];
        let order_by = self.order_by()?;
        let mut kind = self.json_constructor_end(FormKind::JsonArrayAgg, args)?;
        if let ExprKind::Form(form) = &mut kind {
            form.order_by = order_by;
        }
        Ok(kind)
    }

    /// Reads `[NULL | ABSENT ON NULL] [WITH UNIQUE KEYS] [RETURNING type]`.
    fn json_constructor_end(&mut self, kind: FormKind, args: Vec<FormArg>) -> Parsed<ExprKind> {
        if !self.eat_words(&[Word::Null, Word::On, Word::Null]) {
            self.eat_words(&[Word::Absent, Word::On, Word::Null]);
        }
        self.unique_keys();
        let mut form = Self::form(kind, args, None);
        if let ExprKind::Form(form) = &mut form
            && self.eat_word(Word::Returning)
        {
            form.ty = Some(self.type_ref()?);
            self.json_format()?;
        }
        Ok(form)
    }

    /// Reads `WITH UNIQUE [KEYS]` or `WITHOUT UNIQUE [KEYS]` if it stands here.
    pub(super) fn unique_keys(&mut self) {
        let found = self.eat_words(&[Word::With, Word::Unique])
            || self.eat_words(&[Word::Without, Word::Unique]);
        if found {
            self.eat_word(Word::Keys);
        }
    }

    /// Reads what `JSON_EXISTS`, `JSON_QUERY` and `JSON_VALUE` have in their parentheses.
    fn json_query_function(&mut self, kind: FormKind) -> Parsed<ExprKind> {
        let mut args = vec![Self::form_arg(FormRole::Value, self.json_value()?)];
        self.expect(TokenKind::Comma, "`,`")?;
        args.push(Self::form_arg(FormRole::Value, self.expr()?));
        self.json_passing(&mut args)?;
        let mut ty = None;
        if self.eat_word(Word::Returning) {
            ty = Some(self.type_ref()?);
            self.json_format()?;
        }
        self.json_wrapper()?;
        let defaults = self.json_behaviors()?;
        args.extend(defaults.into_iter().map(|value| Self::form_arg(FormRole::Default, value)));
        Ok(Self::form(kind, args, ty))
    }

    /// Reads `PASSING x AS name, …` if it stands here.
    pub(super) fn json_passing(&mut self, args: &mut Vec<FormArg>) -> Parsed<()> {
        if !self.eat_word(Word::Passing) {
            return Ok(());
        }
        args.extend(self.comma_list(|p| {
            let value = p.json_value()?;
            p.expect_word(Word::As)?;
            let label = Some(p.label("a name")?);
            Ok(FormArg { role: FormRole::Passing, label, value })
        })?);
        Ok(())
    }

    /// Reads `WITH [CONDITIONAL | UNCONDITIONAL] [ARRAY] WRAPPER` and `KEEP | OMIT QUOTES [ON SCALAR STRING]`.
    pub(super) fn json_wrapper(&mut self) -> Parsed<()> {
        if self.eat_word(Word::With) || self.eat_word(Word::Without) {
            if !self.eat_word(Word::Conditional) {
                self.eat_word(Word::Unconditional);
            }
            self.eat_word(Word::Array);
            self.expect_word(Word::Wrapper)?;
        }
        if self.eat_word(Word::Keep) || self.eat_word(Word::Omit) {
            self.expect_word(Word::Quotes)?;
            self.eat_words(&[Word::On, Word::Scalar, Word::String]);
        }
        Ok(())
    }

    /// Reads `… ON EMPTY` and `… ON ERROR`, and gives the values after `DEFAULT` in them.
    pub(super) fn json_behaviors(&mut self) -> Parsed<Vec<Expr>> {
        let mut defaults = Vec::new();
        loop {
            match self.now.word {
                Word::Error | Word::Null | Word::True | Word::False | Word::Unknown => {
                    self.bump();
                }
                Word::Empty => {
                    self.bump();
                    if !self.eat_word(Word::Array) {
                        self.eat_word(Word::Object);
                    }
                }
                Word::Default => {
                    self.bump();
                    defaults.push(self.expr()?);
                }
                _ => return Ok(defaults),
            }
            self.expect_word(Word::On)?;
            if !self.eat_word(Word::Empty) {
                self.expect_word(Word::Error)?;
            }
        }
    }
}
