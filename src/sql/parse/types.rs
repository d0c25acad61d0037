//! Types: names, SQL's own words for types, modifiers and array bounds (`Typename` in gram.y).

use smol_str::{SmolStr, format_smolstr};

use crate::sql::SyntaxError;
use crate::sql::ast::type_ref::{Arity, TypeRef, TypeSource};
use crate::sql::ast::{Expr, ExprKind, TypedLiteral};
use crate::sql::lex::{TextRange, TokenKind};
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::{Category, Word};

/// Where a type stands: `char` without a length is of length 1 but before a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Type,
    Literal,
}

impl Parser<'_> {
    /// Reads a type.
    pub(in crate::sql) fn type_ref(&mut self) -> Parsed<TypeRef> {
        let start = self.start();
        let arity = if self.eat_word(Word::Setof) { Arity::SetOf } else { Arity::One };
        let mut ty = self.simple_type(Place::Type)?;
        ty.arity = arity;
        self.dimensions(&mut ty.dimensions)?;
        ty.range = self.since(start);
        Ok(ty)
    }

    fn dimensions(&mut self, dimensions: &mut Vec<Option<SmolStr>>) -> Parsed<()> {
        if self.eat_word(Word::Array) {
            let size = if self.at(TokenKind::LeftBracket) { self.dimension()? } else { None };
            dimensions.push(size);
            return Ok(());
        }
        while self.at(TokenKind::LeftBracket) {
            let size = self.dimension()?;
            dimensions.push(size);
        }
        Ok(())
    }

    fn dimension(&mut self) -> Parsed<Option<SmolStr>> {
        self.bump();
        let size = (self.at(TokenKind::Number)).then(|| {
            let range = self.bump().range;
            self.slice(range).into()
        });
        self.expect(TokenKind::RightBracket, "`]`")?;
        Ok(size)
    }

    /// Reads a type in SQL's own words and a string, if `word` starts the two.
    pub(super) fn typed_by_word(&mut self, word: Word) -> Parsed<Option<Expr>> {
        let starts_type = matches!(
            word,
            Word::Int
                | Word::Integer
                | Word::Smallint
                | Word::Bigint
                | Word::Real
                | Word::Float
                | Word::Decimal
                | Word::Dec
                | Word::Numeric
                | Word::Boolean
                | Word::Bit
                | Word::Character
                | Word::Char
                | Word::Varchar
                | Word::National
                | Word::Nchar
                | Word::Timestamp
                | Word::Time
                | Word::Interval
                | Word::Double
                | Word::Json
        );
        if !starts_type || !self.is_literal_type() {
            return Ok(None);
        }
        let start = self.start();
        let mut ty = self.simple_type(Place::Literal)?;
        ty.range = self.since(start);
        let value = self.string()?;
        if word == Word::Interval && ty.modifiers.is_empty() {
            self.interval_fields(&mut ty)?;
        }
        Ok(Some(self.node(start, ExprKind::Typed(Box::new(TypedLiteral { ty, value })))))
    }

    /// Whether a string or what leads to one follows the word for a type.
    fn is_literal_type(&self) -> bool {
        let next = self.ahead(1);
        match next.kind {
            TokenKind::LeftParen => !matches!(self.now.word, Word::Json | Word::Double),
            TokenKind::Word => match self.now.word {
                Word::Double => next.word == Word::Precision,
                Word::Bit | Word::Character | Word::Char | Word::Nchar => {
                    next.word == Word::Varying
                }
                Word::National => matches!(next.word, Word::Character | Word::Char),
                Word::Time | Word::Timestamp => {
                    matches!(next.word, Word::With | Word::Without)
                        && self.ahead(2).word == Word::Time
                }
                _ => false,
            },
            _ => self.now.word != Word::Double && Self::is_string(next),
        }
    }

    fn simple_type(&mut self, place: Place) -> Parsed<TypeRef> {
        let start = self.start();
        let word = self.now.word;
        let has_words = match word {
            Word::Double => self.ahead(1).word == Word::Precision,
            _ => word.category() == Category::ColumnName,
        };
        if !has_words {
            return self.named_type();
        }
        let name = match word {
            Word::Int | Word::Integer => "int4",
            Word::Smallint => "int2",
            Word::Bigint => "int8",
            Word::Real => "float4",
            Word::Boolean => "bool",
            Word::Decimal | Word::Dec | Word::Numeric => "numeric",
            Word::Float => return self.float(start),
            Word::Double => {
                self.bump();
                "float8"
            }
            Word::Bit => return self.bit(start, place),
            Word::Character | Word::Char | Word::Nchar | Word::National | Word::Varchar => {
                return self.character(start, place);
            }
            Word::Timestamp => return self.time(start, ["timestamp", "timestamptz"]),
            Word::Time => return self.time(start, ["time", "timetz"]),
            Word::Interval => return self.interval(start),
            _ => return self.named_type(),
        };
        self.bump();
        let mut ty = self.word_type(start, name);
        if name == "numeric" {
            ty.modifiers = self.modifiers()?;
        }
        Ok(ty)
    }

    /// Makes a type of `pg_catalog` that was spelled with the words from `start` to here.
    fn word_type(&self, start: u32, name: &'static str) -> TypeRef {
        Self::plain_type(Self::catalog_path(name, self.since(start)), Vec::new())
    }

    fn named_type(&mut self) -> Parsed<TypeRef> {
        // `JSON` is no name for a type in PostgreSQL 16 and later, but the type's own.
        if !Self::is_function_name(self.now) && !self.at_word(Word::Json) {
            return Err(self.expected("a type"));
        }
        let path = self.path_from_here()?;
        if self.at(TokenKind::Percent) && self.ahead(1).word == Word::Type {
            self.skip(2);
            let mut ty = Self::plain_type(path, Vec::new());
            ty.source = TypeSource::Column;
            return Ok(ty);
        }
        let modifiers = self.modifiers()?;
        Ok(Self::plain_type(path, modifiers))
    }

    fn modifiers(&mut self) -> Parsed<Vec<Expr>> {
        if self.at(TokenKind::LeftParen) { self.in_parens(Self::expr_list) } else { Ok(Vec::new()) }
    }

    /// Reads `FLOAT [(bits)]`: up to 24 bits are a `float4` (manual 8.1.3).
    fn float(&mut self, start: u32) -> Parsed<TypeRef> {
        self.bump();
        let range = self.now.range;
        let bits = self.precision();
        let is_short = match bits.as_deref().map(str::parse::<u32>) {
            None => false,
            Some(Ok(bits @ 1..=53)) => bits < 25,
            Some(_) => {
                let message = SmolStr::new_static("`float` takes 1 to 53 bits");
                return Err(SyntaxError { at: range, message });
            }
        };
        Ok(self.word_type(start, if is_short { "float4" } else { "float8" }))
    }

    fn bit(&mut self, start: u32, place: Place) -> Parsed<TypeRef> {
        self.bump();
        let name = if self.eat_word(Word::Varying) { "varbit" } else { "bit" };
        let mut ty = self.word_type(start, name);
        ty.modifiers = self.modifiers()?;
        Ok(self.with_length(ty, place))
    }

    fn character(&mut self, start: u32, place: Place) -> Parsed<TypeRef> {
        let word = self.bump().word;
        if word == Word::National && !self.eat_word(Word::Character) {
            self.expect_word(Word::Char)?;
        }
        let varies = word == Word::Varchar || self.eat_word(Word::Varying);
        let mut ty = self.word_type(start, if varies { "varchar" } else { "bpchar" });
        ty.modifiers = self.number_in_parens()?;
        Ok(self.with_length(ty, place))
    }

    /// Gives a type of fixed length the length 1 if it has none.
    fn with_length(&self, mut ty: TypeRef, place: Place) -> TypeRef {
        let is_fixed =
            ty.path.last().is_some_and(|name| matches!(name.name.as_str(), "bit" | "bpchar"));
        if is_fixed && ty.modifiers.is_empty() && place == Place::Type {
            let one = ExprKind::Number(SmolStr::new_static("1"));
            ty.modifiers.push(Self::leaf(TextRange::empty(self.since(0).end), one));
        }
        ty
    }

    /// Reads `TIME [(n)] [WITH | WITHOUT TIME ZONE]`; `names` are without and with a zone.
    fn time(&mut self, start: u32, [plain, zoned]: [&'static str; 2]) -> Parsed<TypeRef> {
        self.bump();
        let modifiers = self.number_in_parens()?;
        let has_zone = self.at_words(&[Word::With, Word::Time]);
        if has_zone || self.at_words(&[Word::Without, Word::Time]) {
            self.skip(2);
            self.expect_word(Word::Zone)?;
        }
        let mut ty = self.word_type(start, if has_zone { zoned } else { plain });
        ty.modifiers = modifiers;
        Ok(ty)
    }

    fn number_in_parens(&mut self) -> Parsed<Vec<Expr>> {
        if !self.at(TokenKind::LeftParen) {
            return Ok(Vec::new());
        }
        let number = self.in_parens(|p| p.expect(TokenKind::Number, "a number"))?;
        let text = self.slice(number.range);
        Ok(vec![Self::leaf(number.range, ExprKind::Number(text.into()))])
    }

    /// Reads `INTERVAL [(n)]` or `INTERVAL [fields]`.
    fn interval(&mut self, start: u32) -> Parsed<TypeRef> {
        self.bump();
        let mut ty = self.word_type(start, "interval");
        ty.modifiers = self.number_in_parens()?;
        if ty.modifiers.is_empty() {
            self.interval_fields(&mut ty)?;
        }
        Ok(ty)
    }

    /// Reads `DAY TO SECOND (3)` and its like if it stands here.
    fn interval_fields(&mut self, ty: &mut TypeRef) -> Parsed<()> {
        let is_field = |word| {
            matches!(
                word,
                Word::Year | Word::Month | Word::Day | Word::Hour | Word::Minute | Word::Second
            )
        };
        let first = self.now.word;
        if !is_field(first) {
            return Ok(());
        }
        self.bump();
        let mut last = first;
        if self.at_word(Word::To) && is_later_field(first, self.ahead(1).word) {
            self.bump();
            last = self.bump().word;
        }
        if last == Word::Second {
            ty.modifiers = self.number_in_parens()?;
        }
        ty.interval_fields = Some(if last == first {
            SmolStr::new_static(first.text())
        } else {
            format_smolstr!("{} to {}", first.text(), last.text())
        });
        Ok(())
    }
}

/// Whether an interval may reach from one field to the other.
const fn is_later_field(first: Word, last: Word) -> bool {
    matches!(
        (first, last),
        (Word::Year, Word::Month)
            | (Word::Day, Word::Hour | Word::Minute | Word::Second)
            | (Word::Hour, Word::Minute | Word::Second)
            | (Word::Minute, Word::Second)
    )
}
