//! What may follow an operand: infix and postfix operators, tests, patterns, casts.

use smol_str::SmolStr;

use crate::sql::ast::call::{Arg, CallSyntax, Spread};
use crate::sql::ast::{
    Between, BetweenOrder, Binary, Cast, Collate, Distinct, Expr, ExprKind, In, InSet, Is, IsTest,
    Like, Matcher, Operator, Quantified, Quantifier, Quantity, Sense,
};
use crate::sql::lex::{TextRange, TokenKind};
use crate::sql::parse::expr::{Scope, power};
use crate::sql::parse::paren::Paren;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

/// What stands after an operand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Infix {
    Or,
    And,
    Is,
    /// `ISNULL` and `NOTNULL`.
    NullTest,
    Between,
    In,
    Like,
    Similar,
    Comparison,
    Other,
    Sum,
    Product,
    Power,
    AtTimeZone,
    Collate,
    Cast,
}

impl Infix {
    pub(super) const fn power(self) -> u8 {
        match self {
            Self::Or => power::OR,
            Self::And => power::AND,
            Self::Is | Self::NullTest => power::IS,
            Self::Comparison => power::COMPARISON,
            Self::Between | Self::In | Self::Like | Self::Similar => power::BETWEEN,
            Self::Other => power::OTHER,
            Self::Sum => power::SUM,
            Self::Product => power::PRODUCT,
            Self::Power => power::POWER,
            Self::AtTimeZone => power::AT,
            Self::Collate => power::COLLATE,
            Self::Cast => power::CAST,
        }
    }

    /// Whether two of them cannot follow each other without parentheses.
    pub(super) const fn stands_alone(self) -> bool {
        matches!(self.power(), power::IS | power::COMPARISON | power::BETWEEN)
    }
}

/// Whether an operand ended the construct; if not, it ended in a bracket or word that closes it.
type EndsInOperand = bool;

impl Parser<'_> {
    /// Says what infix stands here.
    pub(super) fn infix(&self, scope: Scope) -> Option<Infix> {
        match self.now.kind {
            TokenKind::Less
            | TokenKind::Greater
            | TokenKind::Equal
            | TokenKind::LessEqual
            | TokenKind::GreaterEqual
            | TokenKind::NotEqual => Some(Infix::Comparison),
            TokenKind::Operator => Some(Infix::Other),
            TokenKind::Plus | TokenKind::Minus => Some(Infix::Sum),
            TokenKind::Star | TokenKind::Slash | TokenKind::Percent => Some(Infix::Product),
            TokenKind::Caret => Some(Infix::Power),
            TokenKind::ColonColon => Some(Infix::Cast),
            TokenKind::Word => self.word_infix(scope),
            _ => None,
        }
    }

    fn word_infix(&self, scope: Scope) -> Option<Infix> {
        let next = self.ahead(1).word;
        let infix = match self.now.word {
            Word::Or => Infix::Or,
            Word::And => Infix::And,
            Word::Is => Infix::Is,
            Word::Isnull | Word::Notnull => Infix::NullTest,
            Word::Not => match next {
                Word::Between => Infix::Between,
                Word::In => Infix::In,
                Word::Like | Word::Ilike => Infix::Like,
                Word::Similar => Infix::Similar,
                _ => return None,
            },
            Word::Between => Infix::Between,
            Word::In => Infix::In,
            Word::Like | Word::Ilike => Infix::Like,
            // Without `TO` it is a clause of `SUBSTRING`.
            Word::Similar if next == Word::To => Infix::Similar,
            Word::At if matches!(next, Word::Time | Word::Local) => Infix::AtTimeZone,
            Word::Collate => Infix::Collate,
            Word::Operator if self.at_named_operator() => Infix::Other,
            _ => return None,
        };
        let allowed = match (scope, infix) {
            (Scope::Full, _) | (Scope::Restricted, Infix::Other) => true,
            (Scope::Restricted, Infix::Is) => {
                let test = if next == Word::Not { self.ahead(2).word } else { next };
                matches!(test, Word::Distinct | Word::Document)
            }
            (Scope::Restricted, _) => false,
        };
        allowed.then_some(infix)
    }

    /// Reads `infix` and what follows it, applied to `left`.
    pub(super) fn apply(
        &mut self,
        start: u32,
        left: Expr,
        infix: Infix,
        scope: Scope,
    ) -> Parsed<(Expr, EndsInOperand)> {
        let (kind, ends_in_operand) = match infix {
            Infix::Comparison | Infix::Other | Infix::Sum | Infix::Product | Infix::Power => {
                self.binary(left, infix.power(), scope)?
            }
            Infix::Cast => {
                self.bump();
                let ty = self.type_ref()?;
                (ExprKind::Cast(Box::new(Cast { operand: left, ty })), false)
            }
            Infix::Is => self.is_test(left, scope)?,
            Infix::NullTest => {
                let negated = self.bump().word == Word::Notnull;
                let sense = if negated { Sense::Negated } else { Sense::Plain };
                let test = IsTest::Null;
                (ExprKind::Is(Box::new(Is { operand: left, test, sense })), false)
            }
            Infix::Between => self.between(left)?,
            Infix::In => self.in_set(left)?,
            Infix::Like | Infix::Similar => self.like(left)?,
            Infix::AtTimeZone => self.at_time_zone(left)?,
            Infix::Collate => {
                self.bump();
                let collation = self.path()?;
                (ExprKind::Collate(Box::new(Collate { operand: left, collation })), false)
            }
            // `climb` reads these itself, as a chain of them is one node.
            Infix::And | Infix::Or => (left.kind, false),
        };
        Ok((self.node(start, kind), ends_in_operand))
    }

    fn binary(&mut self, left: Expr, power: u8, scope: Scope) -> Parsed<(ExprKind, EndsInOperand)> {
        let operator = self.operator()?;
        if let Some(quantifier) = self.quantifier() {
            return Ok((self.quantified(left, operator, quantifier)?, false));
        }
        let right = self.expr_above(power + 1, scope)?;
        Ok((ExprKind::Binary(Box::new(Binary { operator, left, right })), true))
    }

    fn quantifier(&self) -> Option<Quantifier> {
        if self.ahead(1).kind != TokenKind::LeftParen {
            return None;
        }
        match self.now.word {
            Word::Any | Word::Some => Some(Quantifier::Any),
            Word::All => Some(Quantifier::All),
            _ => None,
        }
    }

    fn quantified(
        &mut self,
        left: Expr,
        operator: Operator,
        quantifier: Quantifier,
    ) -> Parsed<ExprKind> {
        self.bump();
        let right = match self.paren()? {
            Paren::Query(query) => Quantity::Query(query),
            Paren::Expr(array) => Quantity::Array(array),
            Paren::List(_) => return Err(self.error("`ANY` and `ALL` take one array or a query")),
        };
        Ok(ExprKind::Quantified(Box::new(Quantified { left, operator, quantifier, right })))
    }

    fn negation(&mut self) -> Sense {
        if self.eat_word(Word::Not) { Sense::Negated } else { Sense::Plain }
    }

    fn is_test(&mut self, operand: Expr, scope: Scope) -> Parsed<(ExprKind, EndsInOperand)> {
        self.bump();
        let sense = self.negation();
        let test = match self.now.word {
            Word::Null => IsTest::Null,
            Word::True => IsTest::True,
            Word::False => IsTest::False,
            Word::Unknown => IsTest::Unknown,
            Word::Document => IsTest::Document,
            Word::Normalized => IsTest::Normalized,
            Word::Nfc | Word::Nfd | Word::Nfkc | Word::Nfkd
                if self.ahead(1).word == Word::Normalized =>
            {
                self.bump();
                IsTest::Normalized
            }
            Word::Json => {
                self.is_json();
                return Ok((
                    ExprKind::Is(Box::new(Is { operand, test: IsTest::Json, sense })),
                    false,
                ));
            }
            Word::Distinct => {
                self.bump();
                self.expect_word(Word::From)?;
                let right = self.expr_above(power::IS + 1, scope)?;
                let distinct = Distinct { left: operand, right, sense };
                return Ok((ExprKind::Distinct(Box::new(distinct)), true));
            }
            _ => return Err(self.expected("a test such as `NULL` or `DISTINCT FROM`")),
        };
        self.bump();
        Ok((ExprKind::Is(Box::new(Is { operand, test, sense })), false))
    }

    /// Reads `JSON [VALUE | ARRAY | OBJECT | SCALAR] [WITH | WITHOUT UNIQUE [KEYS]]`.
    fn is_json(&mut self) {
        self.bump();
        if matches!(self.now.word, Word::Value | Word::Array | Word::Object | Word::Scalar) {
            self.bump();
        }
        self.unique_keys();
    }

    fn between(&mut self, operand: Expr) -> Parsed<(ExprKind, EndsInOperand)> {
        let sense = self.negation();
        self.bump();
        let order = if self.eat_word(Word::Symmetric) {
            BetweenOrder::Symmetric
        } else {
            self.eat_word(Word::Asymmetric);
            BetweenOrder::Asymmetric
        };
        let low = self.restricted_expr()?;
        self.expect_word(Word::And)?;
        let high = self.expr_above(power::BETWEEN + 1, Scope::Full)?;
        let between = Between { operand, low, high, order, sense };
        Ok((ExprKind::Between(Box::new(between)), true))
    }

    fn in_set(&mut self, operand: Expr) -> Parsed<(ExprKind, EndsInOperand)> {
        let sense = self.negation();
        self.bump();
        let set = match self.paren()? {
            Paren::Query(query) => InSet::Query(query),
            Paren::Expr(value) => InSet::List(vec![value]),
            Paren::List(values) => InSet::List(values),
        };
        Ok((ExprKind::In(Box::new(In { operand, set, sense })), false))
    }

    fn like(&mut self, operand: Expr) -> Parsed<(ExprKind, EndsInOperand)> {
        let start = self.start();
        let sense = self.negation();
        let matcher = match self.bump().word {
            Word::Ilike => Matcher::Ilike,
            Word::Similar => {
                self.expect_word(Word::To)?;
                Matcher::SimilarTo
            }
            _ => Matcher::Like,
        };
        if let (Some(quantifier), Some(name)) = (self.quantifier(), operator_of(matcher, sense)) {
            let name = SmolStr::new_static(name);
            let operator = Operator { schema: None, name, range: self.since(start) };
            return Ok((self.quantified(operand, operator, quantifier)?, false));
        }
        let pattern = self.expr_above(power::BETWEEN + 1, Scope::Full)?;
        let escape = if self.eat_word(Word::Escape) {
            Some(self.expr_above(power::BETWEEN + 1, Scope::Full)?)
        } else {
            None
        };
        let like = Like { matcher, operand, pattern, escape, sense };
        Ok((ExprKind::Like(Box::new(like)), true))
    }

    /// Reads `AT TIME ZONE zone`, which is `timezone(zone, operand)`, or `AT LOCAL` (PostgreSQL 17 and later).
    fn at_time_zone(&mut self, operand: Expr) -> Parsed<(ExprKind, EndsInOperand)> {
        let at = self.bump().range;
        if self.eat_word(Word::Local) {
            let args = vec![operand];
            return Ok((Self::sql_call("timezone", self.since(at.start), args), false));
        }
        self.expect_word(Word::Time)?;
        self.expect_word(Word::Zone)?;
        let range = self.since(at.start);
        let zone = self.expr_above(power::AT + 1, Scope::Full)?;
        Ok((Self::sql_call("timezone", range, vec![zone, operand]), true))
    }

    /// Makes the call of a `pg_catalog` function that a form of SQL stands for.
    pub(super) fn sql_call(function: &'static str, range: TextRange, args: Vec<Expr>) -> ExprKind {
        let mut call = Self::empty_call(Self::catalog_path(function, range));
        call.syntax = CallSyntax::Sql;
        let arg = |value| Arg { name: None, spread: Spread::One, value };
        call.args = args.into_iter().map(arg).collect();
        ExprKind::Call(Box::new(call))
    }
}

/// Gives the operator a pattern match stands for; `SIMILAR TO` is none.
const fn operator_of(matcher: Matcher, sense: Sense) -> Option<&'static str> {
    match (matcher, sense) {
        (Matcher::Like, Sense::Plain) => Some("~~"),
        (Matcher::Like, Sense::Negated) => Some("!~~"),
        (Matcher::Ilike, Sense::Plain) => Some("~~*"),
        (Matcher::Ilike, Sense::Negated) => Some("!~~*"),
        (Matcher::SimilarTo, _) => None,
    }
}
