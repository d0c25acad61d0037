//! Operands that start with a keyword and have a grammar of their own (`func_expr_common_subexpr` in gram.y).

use smol_str::SmolStr;

use crate::sql::ast::call::{Form, FormArg, FormKind, FormRole};
use crate::sql::ast::type_ref::TypeRef;
use crate::sql::ast::{Cast, Expr, ExprKind, Path, SqlValue};
use crate::sql::lex::{TextRange, TokenKind};
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::{Category, Word};

impl Parser<'_> {
    /// Reads the operand that `word` starts, if it starts one other than a name or call.
    pub(super) fn special(&mut self, word: Word) -> Parsed<Option<Expr>> {
        if let Some(value) = self.sql_value(word) {
            return Ok(Some(value));
        }
        if let Some(literal) = self.typed_by_word(word)? {
            return Ok(Some(literal));
        }
        if word == Word::Collation && self.ahead(1).word == Word::For {
            return self.collation_for().map(Some);
        }
        if self.ahead(1).kind != TokenKind::LeftParen {
            return Ok(None);
        }
        let start = self.start();
        let kind = match word {
            Word::Cast => self.cast()?,
            Word::Treat => self.treat()?,
            Word::Extract => self.extract()?,
            Word::Normalize => self.normalize()?,
            Word::Overlay => self.overlay()?,
            Word::Position => self.position()?,
            Word::Substring => self.substring()?,
            Word::Trim => self.trim()?,
            Word::Coalesce => self.value_list(FormKind::Coalesce)?,
            Word::Greatest => self.value_list(FormKind::Greatest)?,
            Word::Least => self.value_list(FormKind::Least)?,
            Word::Nullif => self.nullif()?,
            Word::Grouping => self.value_list(FormKind::Grouping)?,
            _ => {
                let xml = self.xml(word)?;
                let Some(form) = (if xml.is_some() { xml } else { self.json(word)? }) else {
                    return Ok(None);
                };
                form
            }
        };
        Ok(Some(self.node(start, kind)))
    }

    /// Reads `CURRENT_DATE`, `CURRENT_TIME (3)` and their like.
    fn sql_value(&mut self, word: Word) -> Option<Expr> {
        let value = match word {
            Word::CurrentCatalog => SqlValue::CurrentCatalog,
            Word::CurrentDate => SqlValue::CurrentDate,
            Word::CurrentRole => SqlValue::CurrentRole,
            // It is also a function.
            Word::CurrentSchema if self.ahead(1).kind != TokenKind::LeftParen => {
                SqlValue::CurrentSchema
            }
            Word::CurrentTime => SqlValue::CurrentTime,
            Word::CurrentTimestamp => SqlValue::CurrentTimestamp,
            Word::CurrentUser => SqlValue::CurrentUser,
            Word::Localtime => SqlValue::LocalTime,
            Word::Localtimestamp => SqlValue::LocalTimestamp,
            Word::SessionUser => SqlValue::SessionUser,
            Word::SystemUser => SqlValue::SystemUser,
            Word::User => SqlValue::User,
            _ => return None,
        };
        let start = self.bump().range.start;
        let takes_precision = matches!(
            value,
            SqlValue::CurrentTime
                | SqlValue::CurrentTimestamp
                | SqlValue::LocalTime
                | SqlValue::LocalTimestamp
        );
        let precision = if takes_precision { self.precision() } else { None };
        Some(self.node(start, ExprKind::Value(value, precision)))
    }

    /// Reads `(n)` if it stands here.
    pub(super) fn precision(&mut self) -> Option<SmolStr> {
        let number = self.ahead(1);
        let stands_here = self.at(TokenKind::LeftParen)
            && number.kind == TokenKind::Number
            && self.ahead(2).kind == TokenKind::RightParen;
        if !stands_here {
            return None;
        }
        self.skip(3);
        Some(self.slice(number.range).into())
    }

    fn collation_for(&mut self) -> Parsed<Expr> {
        let start = self.bump().range.start;
        self.bump();
        let range = self.since(start);
        let value = self.in_parens(Self::expr)?;
        Ok(self.node(start, Self::sql_call("pg_collation_for", range, vec![value])))
    }

    fn cast(&mut self) -> Parsed<ExprKind> {
        self.bump();
        self.in_parens(|p| {
            let operand = p.expr()?;
            p.expect_word(Word::As)?;
            let ty = p.type_ref()?;
            Ok(ExprKind::Cast(Box::new(Cast { operand, ty })))
        })
    }

    fn treat(&mut self) -> Parsed<ExprKind> {
        self.bump();
        self.in_parens(|p| {
            let value = p.expr()?;
            p.expect_word(Word::As)?;
            let ty = Some(p.type_ref()?);
            Ok(Self::form(FormKind::Treat, vec![Self::form_arg(FormRole::Value, value)], ty))
        })
    }

    /// Reads `EXTRACT (field FROM x)`; the field is a string to the function.
    fn extract(&mut self) -> Parsed<ExprKind> {
        let range = self.bump().range;
        self.in_parens(|p| {
            let at = p.now.range;
            let field = if p.at_string() {
                p.string()?
            } else if Self::is_label(p.now) && p.now.word.category() == Category::Unreserved {
                p.ident().name
            } else {
                return Err(p.expected("a field such as `year`"));
            };
            p.expect_word(Word::From)?;
            let source = p.expr()?;
            let field = Self::leaf(at, ExprKind::String(field));
            Ok(Self::sql_call("extract", range, vec![field, source]))
        })
    }

    /// Reads `NORMALIZE (x [, NFC])`; the form is a string to the function.
    fn normalize(&mut self) -> Parsed<ExprKind> {
        let range = self.bump().range;
        self.in_parens(|p| {
            let mut args = vec![p.expr()?];
            if p.eat(TokenKind::Comma) {
                if !matches!(p.now.word, Word::Nfc | Word::Nfd | Word::Nfkc | Word::Nfkd) {
                    return Err(p.expected("`NFC`, `NFD`, `NFKC` or `NFKD`"));
                }
                let form = p.bump();
                let name = form.word.text().to_ascii_uppercase().into();
                args.push(Self::leaf(form.range, ExprKind::String(name)));
            }
            Ok(Self::sql_call("normalize", range, args))
        })
    }

    fn overlay(&mut self) -> Parsed<ExprKind> {
        self.sql_or_plain_call("overlay", |p, args| {
            p.expect_word(Word::Placing)?;
            args.push(p.expr()?);
            p.expect_word(Word::From)?;
            args.push(p.expr()?);
            if p.eat_word(Word::For) {
                args.push(p.expr()?);
            }
            Ok(())
        })
    }

    /// Reads `POSITION (a IN b)`, which is `position(b, a)`.
    fn position(&mut self) -> Parsed<ExprKind> {
        let range = self.bump().range;
        self.in_parens(|p| {
            let part = p.restricted_expr()?;
            p.expect_word(Word::In)?;
            let whole = p.restricted_expr()?;
            Ok(Self::sql_call("position", range, vec![whole, part]))
        })
    }

    /// Reads `SUBSTRING (x FROM a FOR b)`, `(x SIMILAR p ESCAPE e)` and their like, or a plain call.
    fn substring(&mut self) -> Parsed<ExprKind> {
        self.sql_or_plain_call("substring", |p, args| {
            if p.eat_word(Word::Similar) {
                args.push(p.expr()?);
                p.expect_word(Word::Escape)?;
                args.push(p.expr()?);
                return Ok(());
            }
            // `FROM` and `FOR` may come in either order, each alone or with the other.
            let mut from = if p.eat_word(Word::From) { Some(p.expr()?) } else { None };
            let length = if p.eat_word(Word::For) { Some(p.expr()?) } else { None };
            if from.is_none() && p.eat_word(Word::From) {
                from = Some(p.expr()?);
            }
            if from.is_none() && length.is_none() {
                return Err(p.expected("`FROM` or `FOR`"));
            }
            // PostgreSQL's grammar puts a 1 where the start is left out, as each function has one.
            args.push(from.unwrap_or_else(|| {
                let one = ExprKind::Number(SmolStr::new_static("1"));
                Self::leaf(TextRange::empty(p.start()), one)
            }));
            args.extend(length);
            Ok(())
        })
    }

    /// Reads a call whose first argument is followed by words of SQL, or a plain call: of whatever function the
    /// search path gives, as it may be one's own.
    fn sql_or_plain_call(
        &mut self,
        function: &'static str,
        read_sql: impl FnOnce(&mut Self, &mut Vec<Expr>) -> Parsed<()>,
    ) -> Parsed<ExprKind> {
        let name = self.ident();
        let range = name.range;
        self.in_parens(|p| {
            let mut args = Vec::new();
            if !p.at(TokenKind::RightParen) {
                let first = p.arg()?;
                if p.at(TokenKind::Comma) || p.at(TokenKind::RightParen) || first.name.is_some() {
                    args.push(first);
                } else {
                    let mut values = vec![first.value];
                    read_sql(p, &mut values)?;
                    return Ok(Self::sql_call(function, range, values));
                }
            }
            while p.eat(TokenKind::Comma) {
                args.push(p.arg()?);
            }
            let mut call = Self::empty_call(Path(vec![name]));
            call.args = args;
            Ok(ExprKind::Call(Box::new(call)))
        })
    }

    /// Reads `TRIM ([BOTH | LEADING | TRAILING] [characters FROM] x)`, which is `btrim(x, characters)` or so.
    fn trim(&mut self) -> Parsed<ExprKind> {
        let range = self.bump().range;
        self.in_parens(|p| {
            let function = match p.now.word {
                Word::Leading => "ltrim",
                Word::Trailing => "rtrim",
                _ => "btrim",
            };
            if matches!(p.now.word, Word::Leading | Word::Trailing | Word::Both) {
                p.bump();
            }
            if p.eat_word(Word::From) {
                return Ok(Self::sql_call(function, range, p.expr_list()?));
            }
            let first = p.expr()?;
            let mut args = if p.eat_word(Word::From) {
                let mut args = p.expr_list()?;
                args.push(first);
                return Ok(Self::sql_call(function, range, args));
            } else {
                vec![first]
            };
            while p.eat(TokenKind::Comma) {
                args.push(p.expr()?);
            }
            Ok(Self::sql_call(function, range, args))
        })
    }

    fn value_list(&mut self, kind: FormKind) -> Parsed<ExprKind> {
        self.bump();
        let values = self.in_parens(Self::expr_list)?;
        let args = values.into_iter().map(|value| Self::form_arg(FormRole::Value, value)).collect();
        Ok(Self::form(kind, args, None))
    }

    fn nullif(&mut self) -> Parsed<ExprKind> {
        self.bump();
        self.in_parens(|p| {
            let left = p.expr()?;
            p.expect(TokenKind::Comma, "`,`")?;
            let right = p.expr()?;
            let args = [left, right].map(|value| Self::form_arg(FormRole::Value, value));
            Ok(Self::form(FormKind::NullIf, args.into(), None))
        })
    }

    pub(super) fn form(kind: FormKind, args: Vec<FormArg>, ty: Option<TypeRef>) -> ExprKind {
        let order_by = Vec::new();
        ExprKind::Form(Box::new(Form { kind, args, ty, order_by, filter: None, over: None }))
    }

    pub(super) fn form_arg(role: FormRole, value: Expr) -> FormArg {
        FormArg { role, label: None, value }
    }
}
