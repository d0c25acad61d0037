//! Types that some projects do without.

use super::cx::Cx;
use super::written_type::{self, WrittenType, respelled};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Rule};

rule!(LIMITED_VARCHAR, Warning, Off, "limited-varchar");
rule!(FLOAT_FOR_MONEY, Warning, Off, "float-for-money");
rule!(INTERNAL_TYPE, Warning, Off, "internal-type");

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[&LIMITED_VARCHAR, &FLOAT_FOR_MONEY, &INTERNAL_TYPE];

/// Words in the names of columns that hold amounts of money.
const MONEY_WORDS: [&str; 14] = [
    "price", "amount", "cost", "total", "subtotal", "balance", "fee", "salary", "tax", "discount",
    "payment", "revenue", "budget", "refund",
];

pub(super) fn check(cx: &Cx<'_>) {
    written_type::for_each(cx, |it| {
        if !it.ty.is_builtin() {
            return;
        }
        match it.ty.name.as_str() {
            "character varying" if !it.ty.modifier.is_empty() => limited(cx, &it),
            "real" | "double precision" if means_money(it.name) => float(cx, &it),
            "name" | "\"char\"" | "oid" | "xid" | "cid" | "tid" => internal(cx, &it),
            _ => {}
        }
    });
}

fn means_money(name: &str) -> bool {
    name.split('_').any(|part| MONEY_WORDS.contains(&part.trim_end_matches('s')))
}

fn limited(cx: &Cx<'_>, it: &WrittenType<'_>) {
    let Some((place, ty)) = it.place() else { return };
    let instead = if it.ty.dimensions == 0 { "text" } else { "text[]" };
    let message = format!("`{}` holds at most {} characters", it.name, it.ty.modifier);
    let diagnostic = Diagnostic::new(&LIMITED_VARCHAR, message)
        .label(ty, "the limit saves no space, and raising it is a migration")
        .help(format!("write `{instead}`, with a check where the limit is meant"))
        .fix(Fix::likely(format!("write `{instead}`")).replace(ty, instead));
    cx.report(place, diagnostic);
}

fn float(cx: &Cx<'_>, it: &WrittenType<'_>) {
    let Some((place, ty)) = it.place() else { return };
    let instead = respelled("numeric", it.ty);
    let message = format!("`{}` seems to be an amount of money, and is inexact", it.name);
    let diagnostic = Diagnostic::new(&FLOAT_FOR_MONEY, message)
        .label(ty, "0.1 has no exact value here")
        .help(format!("write `{instead}`"))
        .fix(Fix::likely(format!("write `{instead}`")).replace(ty, instead));
    cx.report(place, diagnostic);
}

fn internal(cx: &Cx<'_>, it: &WrittenType<'_>) {
    let Some((place, ty)) = it.place() else { return };
    let (is, instead) = match it.ty.name.as_str() {
        "name" => ("cut at 63 bytes without a word", "`text`"),
        "\"char\"" => ("one byte", "`text`, or an enum"),
        _ => ("a number that PostgreSQL gives away anew", "`bigint`, or a foreign key"),
    };
    let message = format!("`{}` is of a type that is made for the system catalogs", it.name);
    let diagnostic = Diagnostic::new(&INTERNAL_TYPE, message).label(ty, is);
    cx.report(place, diagnostic.help(format!("use {instead}")));
}
