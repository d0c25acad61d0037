//! The form in which two expressions are compared: whatever they call a column, what means the same is written the same.
//!
//! PostgreSQL compares them after it has resolved them (`equal()`), so the way they were written plays no part. Where
//! SQL has several ways to write a thing that could come out equal, there is no such form, and nothing is concluded.

use std::fmt::Write as _;

use super::scope::Scope;
use crate::sql::ast::call::{CallQuantity, FormKind};
use crate::sql::ast::type_ref::TypeRef;
use crate::sql::ast::{Expr, ExprKind, Index, Param, Path};

/// Writes an expression so that equal ones are equal; `None` where that can't be told from how they are written.
pub(super) fn canon(expr: &Expr, scope: &Scope<'_>) -> Option<String> {
    let mut out = String::new();
    write(expr, scope, &mut out)?;
    Some(out)
}

fn write(expr: &Expr, scope: &Scope<'_>, out: &mut String) -> Option<()> {
    match &expr.kind {
        ExprKind::Column(path) => column(path, scope, out),
        ExprKind::Param(Param::Number(digits)) => put(out, '$', digits),
        ExprKind::Param(Param::Name(name)) => put(out, ':', &name.name),
        ExprKind::String(text) => put(out, '\'', text),
        ExprKind::Bits(text) => put(out, 'b', text),
        ExprKind::Number(digits) => put(out, '#', digits),
        ExprKind::Bool(value) => put(out, '?', if *value { "true" } else { "false" }),
        ExprKind::Null => put(out, '?', "null"),
        ExprKind::Typed(it) => cast(&it.ty, out, |out| put(out, '\'', &it.value)),
        ExprKind::Cast(it) => cast(&it.ty, out, |out| write(&it.operand, scope, out)),
        ExprKind::Value(value, precision) => {
            write!(out, "{value:?}{precision:?}").ok()?;
            Some(())
        }
        ExprKind::Unary(it) => list(&it.operator.name, std::iter::once(&it.operand), scope, out),
        ExprKind::Binary(it) => {
            let symbol = if it.operator.name == "!=" { "<>" } else { it.operator.name.as_str() };
            list(symbol, [&it.left, &it.right].into_iter(), scope, out)
        }
        ExprKind::And(parts) => list("and", parts.iter(), scope, out),
        ExprKind::Or(parts) => list("or", parts.iter(), scope, out),
        ExprKind::Call(call) => {
            let plain = call.order_by.is_empty()
                && call.within_group.is_empty()
                && call.filter.is_none()
                && call.over.is_none()
                && matches!(call.quantity, CallQuantity::Default | CallQuantity::Star)
                && call.args.iter().all(|it| it.name.is_none());
            let name = &call.function.last().filter(|_| plain)?.name;
            list(name, call.args.iter().map(|it| &it.value), scope, out)
        }
        ExprKind::Form(form) => {
            let name = match form.kind {
                FormKind::Coalesce => "coalesce",
                FormKind::Greatest => "greatest",
                FormKind::Least => "least",
                FormKind::NullIf => "nullif",
                _ => return None,
            };
            list(name, form.args.iter().map(|it| &it.value), scope, out)
        }
        ExprKind::Case(case) => {
            let arms = case.arms.iter().flat_map(|arm| [&arm.condition, &arm.value]);
            let shape = format!("case{}{}", case.operand.is_some(), case.otherwise.is_some());
            list(&shape, case.operand.iter().chain(arms).chain(&case.otherwise), scope, out)
        }
        ExprKind::Subscript(it) => match &it.index {
            Index::Element(index) => list("[]", [&it.operand, index].into_iter(), scope, out),
            Index::Slice(..) => None,
        },
        _ => None,
    }
}

fn column(path: &Path, scope: &Scope<'_>, out: &mut String) -> Option<()> {
    match scope.var(path) {
        Some((level, var)) => write!(out, "{level}.{var:?}").ok(),
        None => put(out, '@', &path.last()?.name),
    }
}

/// A type by the last of its names: `int4` and `pg_catalog.int4` are one.
fn cast(
    ty: &TypeRef,
    out: &mut String,
    operand: impl FnOnce(&mut String) -> Option<()>,
) -> Option<()> {
    out.push_str("cast(");
    operand(out)?;
    let modifiers = ty.modifiers.iter().map(|it| match &it.kind {
        ExprKind::Number(digits) => Some(digits.as_str()),
        _ => None,
    });
    let modifiers: Vec<&str> = modifiers.collect::<Option<_>>()?;
    let name = &ty.path.last()?.name;
    write!(out, " {name}{modifiers:?}{}{:?})", ty.dimensions.len(), ty.interval_fields).ok()
}

fn list<'e>(
    name: &str,
    parts: impl Iterator<Item = &'e Expr>,
    scope: &Scope<'_>,
    out: &mut String,
) -> Option<()> {
    out.push_str(name);
    out.push('(');
    for part in parts {
        write(part, scope, out)?;
        out.push(',');
    }
    out.push(')');
    Some(())
}

fn put(out: &mut String, mark: char, text: &str) -> Option<()> {
    out.push(mark);
    write!(out, "{text:?}").ok()
}
