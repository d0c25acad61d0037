//! What starts with a name: columns, stars, calls, and strings with a type before them.

use smol_str::SmolStr;

use crate::sql::ast::call::{Arg, Call, CallQuantity, Spread};
use crate::sql::ast::type_ref::{Arity, TypeRef, TypeSource};
use crate::sql::ast::{Expr, ExprKind, Ident, Path, TypedLiteral};
use crate::sql::lex::{TextRange, TokenKind};
use crate::sql::parse::{Parsed, Parser};

impl Parser<'_> {
    /// Reads a column, `t.*`, a call, or a type and a string.
    pub(super) fn named(&mut self) -> Parsed<Expr> {
        let first = self.now;
        let start = first.range.start;
        let next = self.ahead(1);
        if !Self::is_column_name(first)
            && next.kind != TokenKind::LeftParen
            && !Self::is_string(next)
        {
            // The name of a function or type, such as `left`, is no column.
            return Err(self.expected_operand());
        }
        let path = self.path_from_here()?;
        let may_be_function = path.0.len() > 1 || Self::is_function_name(first);
        match self.now.kind {
            TokenKind::LeftParen if may_be_function => self.call_or_typed(start, path),
            TokenKind::Dot => {
                self.skip(2);
                Ok(self.node(start, ExprKind::Star(Some(path))))
            }
            _ if self.at_string() && may_be_function => {
                let ty = Self::plain_type(path, Vec::new());
                self.typed_literal(start, ty)
            }
            TokenKind::LeftBracket => {
                let column = self.node(start, ExprKind::Column(path));
                self.indirection(start, column)
            }
            _ => Ok(self.node(start, ExprKind::Column(path))),
        }
    }

    /// Reads a call; with a string right after it, it is a type with its modifiers.
    fn call_or_typed(&mut self, start: u32, path: Path) -> Parsed<Expr> {
        let mut call = self.call(path)?;
        if self.at_string() && is_bare(&call) {
            let modifiers = call.args.into_iter().map(|arg| arg.value).collect();
            let mut ty = Self::plain_type(call.function, modifiers);
            ty.range = self.since(start);
            return self.typed_literal(start, ty);
        }
        self.call_suffixes(&mut call)?;
        Ok(self.node(start, ExprKind::Call(Box::new(call))))
    }

    fn typed_literal(&mut self, start: u32, ty: TypeRef) -> Parsed<Expr> {
        let value = self.string()?;
        Ok(self.node(start, ExprKind::Typed(Box::new(TypedLiteral { ty, value }))))
    }

    pub(super) fn plain_type(path: Path, modifiers: Vec<Expr>) -> TypeRef {
        TypeRef {
            range: path.range(),
            path,
            modifiers,
            dimensions: Vec::new(),
            interval_fields: None,
            arity: Arity::One,
            source: TypeSource::Name,
        }
    }

    /// Makes the path of something in `pg_catalog` that the grammar implies; it stands at `range`.
    pub(super) fn catalog_path(name: &'static str, range: TextRange) -> Path {
        let ident = |name, range| Ident { name: SmolStr::new_static(name), range, quoted: false };
        let schema = ident("pg_catalog", TextRange::empty(range.start));
        Path(vec![schema, ident(name, range)])
    }
}

/// Whether the call is a name and values only, as a type with its modifiers is.
fn is_bare(call: &Call) -> bool {
    let is_value = |arg: &Arg| arg.name.is_none() && arg.spread == Spread::One;
    let is_plain = call.quantity == CallQuantity::Default && call.order_by.is_empty();
    is_plain && !call.args.is_empty() && call.args.iter().all(is_value)
}
