//! A default that its column can't hold, so that each INSERT that relies on it fails.
//!
//! PostgreSQL takes such a default: it measures a value when it is stored.

use super::cx::Cx;
use super::edit;
use super::written_type::base;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::address::{Kind, Name};
use crate::object::column::Value;
use crate::object::origin::Place;
use crate::sql::ast::{self, ExprKind};
use crate::sql::expr::Expr;
use crate::sql::parse_expr;
use crate::sql::type_name::TypeName;

rule!(DEFAULT_DOES_NOT_FIT, Warning, "default-does-not-fit");

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[&DEFAULT_DOES_NOT_FIT];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        for column in &relation.table.columns {
            if let Value::Default(default) = &column.value
                && let Some(why) = misfit(cx, &column.ty, default)
                && let Some(place) = relation.origin.member(&column.name)
            {
                report(cx, place, &column.name, default, &why);
            }
        }
    }
    for (at, entry) in cx.catalog().of(Kind::Domain) {
        if let Object::Domain(domain) = &entry.object
            && let Some(default) = &domain.default
            && let Some(why) = misfit(cx, &domain.base, default)
            && let Some(place) = cx.place(at)
        {
            report(cx, place, &at.name, default, &why);
        }
    }
}

fn report(cx: &Cx<'_>, place: &Place, name: &Name, default: &Expr, why: &str) {
    let at = edit::default_value(cx, place.whole, default.text()).unwrap_or(place.name);
    let message = format!("the default of `{name}` does not fit its type");
    let diagnostic = Diagnostic::new(&DEFAULT_DOES_NOT_FIT, message)
        .label(at, why)
        .help("change the default, or the type: an INSERT that leaves the column out fails");
    cx.report(place, diagnostic);
}

/// A constant as PostgreSQL takes it before it is stored.
enum Constant {
    Text(String),
    Number(f64),
    Bits(usize),
}

/// Says why a default can't be stored, where that is sure.
fn misfit(cx: &Cx<'_>, ty: &TypeName, default: &Expr) -> Option<String> {
    let starts_as_constant = |c: char| c.is_ascii_digit() || "'-+.bBxX".contains(c);
    if !default.text().starts_with(starts_as_constant) {
        return None;
    }
    let ty = base(cx.catalog(), ty);
    if !ty.is_builtin() || ty.dimensions != 0 {
        return None;
    }
    let constant = constant(&parse_expr(default.text()).ok()?)?;
    match ty.name.as_str() {
        "character varying" | "character" => too_long(ty, constant),
        "smallint" => out_of_range(i16::MIN.into(), i16::MAX.into(), constant),
        "integer" => out_of_range(i32::MIN.into(), i32::MAX.into(), constant),
        "bigint" => out_of_range(i64::MIN, i64::MAX, constant),
        "numeric" => overflow(ty, constant),
        "bit" | "bit varying" => wrong_bits(ty, constant),
        _ => None,
    }
}

fn constant(expr: &ast::Expr) -> Option<Constant> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "of all expressions, few are constants")]
    match &expr.kind {
        ExprKind::String(text) => Some(Constant::Text(text.to_string())),
        ExprKind::Number(text) => text.replace('_', "").parse().ok().map(Constant::Number),
        ExprKind::Bits(digits) => {
            let per_digit = if digits.starts_with(['x', 'X']) { 4 } else { 1 };
            Some(Constant::Bits((digits.len() - 1) * per_digit))
        }
        ExprKind::Unary(it) => match (it.operator.name.as_str(), constant(&it.operand)?) {
            ("-", Constant::Number(number)) => Some(Constant::Number(-number)),
            _ => None,
        },
        _ => None,
    }
}

/// More characters than the type takes, unless they are blanks (manual 8.3).
fn too_long(ty: &TypeName, constant: Constant) -> Option<String> {
    let Constant::Text(text) = constant else { return None };
    let most: usize = ty.modifier.parse().ok()?;
    let n_chars = text.chars().count();
    let cut_off = text.chars().skip(most).any(|c| c != ' ');
    cut_off.then(|| format!("{n_chars} characters, and `{ty}` takes {most}"))
}

fn out_of_range(least: i64, most: i64, constant: Constant) -> Option<String> {
    let Constant::Number(number) = constant else { return None };
    let rounded = number.round();
    // The ends of `bigint` are rounded to 2⁶³ here: only what lies beyond is surely too large.
    let outside = rounded < least as f64 || (most as f64) < rounded;
    outside.then(|| format!("outside of {least} to {most}"))
}

/// A number with more digits before the point than the type takes; digits after it are rounded.
fn overflow(ty: &TypeName, constant: Constant) -> Option<String> {
    let number = match constant {
        Constant::Number(number) => number,
        Constant::Text(text) => text.trim().parse().ok().filter(|it: &f64| it.is_finite())?,
        Constant::Bits(_) => return None,
    };
    let (precision, scale) = ty.modifier.split_once(',')?;
    let (precision, scale): (i32, i32) = (precision.parse().ok()?, scale.parse().ok()?);
    let limit = 10_f64.powi(precision - scale);
    let n_digits = precision - scale;
    (limit <= number.abs())
        .then(|| format!("`{ty}` takes {n_digits} digits before the point"))
}

fn wrong_bits(ty: &TypeName, constant: Constant) -> Option<String> {
    let n_bits = match constant {
        Constant::Bits(n_bits) => n_bits,
        Constant::Text(text) if text.bytes().all(|it| matches!(it, b'0' | b'1')) => text.len(),
        Constant::Text(_) | Constant::Number(_) => return None,
    };
    let wanted: usize = ty.modifier.parse().ok()?;
    let fits = if ty.name == "bit" { n_bits == wanted } else { n_bits <= wanted };
    (!fits).then(|| format!("{n_bits} bits, and `{ty}` takes {wanted}"))
}
