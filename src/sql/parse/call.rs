//! Calls of functions: arguments and what may follow them (manual 4.2.6 to 4.2.8, 4.3).

use crate::sql::ast::call::{Arg, Call, CallQuantity, CallSyntax, Spread};
use crate::sql::ast::query::SortKey;
use crate::sql::ast::{Expr, Path};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads `(…)` after the name of a function.
    pub(super) fn call(&mut self, function: Path) -> Parsed<Call> {
        let mut call = Self::empty_call(function);
        self.open()?;
        if self.eat(TokenKind::RightParen) {
            return Ok(call);
        }
        if self.at(TokenKind::Star) && self.ahead(1).kind == TokenKind::RightParen {
            self.bump();
            call.quantity = CallQuantity::Star;
        } else {
            call.quantity = match self.now.word {
                Word::Distinct => CallQuantity::Distinct,
                Word::All => CallQuantity::All,
                _ => CallQuantity::Default,
            };
            if call.quantity != CallQuantity::Default {
                self.bump();
            }
            self.args(&mut call.args)?;
            call.order_by = self.order_by()?;
        }
        self.expect(TokenKind::RightParen, "`,` or `)`")?;
        Ok(call)
    }

    /// Makes a call without arguments.
    pub(super) fn empty_call(function: Path) -> Call {
        Call {
            function,
            syntax: CallSyntax::Plain,
            args: Vec::new(),
            quantity: CallQuantity::Default,
            order_by: Vec::new(),
            within_group: Vec::new(),
            filter: None,
            over: None,
        }
    }

    fn args(&mut self, args: &mut Vec<Arg>) -> Parsed<()> {
        loop {
            let arg = self.arg()?;
            let is_last = arg.spread == Spread::Variadic;
            args.push(arg);
            if is_last || !self.eat(TokenKind::Comma) {
                return Ok(());
            }
        }
    }

    pub(super) fn arg(&mut self) -> Parsed<Arg> {
        let spread = if self.eat_word(Word::Variadic) { Spread::Variadic } else { Spread::One };
        let is_named = matches!(self.ahead(1).kind, TokenKind::Arrow | TokenKind::ColonEqual);
        let name = if is_named && Self::is_function_name(self.now) {
            let name = self.ident();
            self.bump();
            Some(name)
        } else {
            None
        };
        Ok(Arg { name, spread, value: self.expr()? })
    }

    /// Reads `WITHIN GROUP`, `FILTER` and `OVER`.
    pub(super) fn call_suffixes(&mut self, call: &mut Call) -> Parsed<()> {
        if self.at_words(&[Word::Within, Word::Group]) {
            self.skip(2);
            call.within_group = self.in_parens(Self::some_order_by)?;
        }
        call.filter = self.filter()?;
        call.over = self.over()?;
        Ok(())
    }

    /// Reads `FILTER (WHERE …)` if it stands here.
    pub(super) fn filter(&mut self) -> Parsed<Option<Expr>> {
        if !self.at_word(Word::Filter) || self.ahead(1).kind != TokenKind::LeftParen {
            return Ok(None);
        }
        self.bump();
        let condition = self.in_parens(|p| {
            p.expect_word(Word::Where)?;
            p.expr()
        })?;
        Ok(Some(condition))
    }

    fn some_order_by(&mut self) -> Parsed<Vec<SortKey>> {
        if self.at_word(Word::Order) { self.order_by() } else { Err(self.expected("`ORDER BY`")) }
    }
}
