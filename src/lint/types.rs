//! Types of PostgreSQL that are seldom what is wanted (PostgreSQL wiki: Don't Do This).

use super::cx::Cx;
use super::written_type::{self, WrittenType, respelled};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Rule};
use crate::sql::type_name::TypeName;

rule!(TIMESTAMP_WITHOUT_ZONE, Warning, "timestamp-without-zone");
rule!(ROUNDED_TIMESTAMP, Warning, "rounded-timestamp");
rule!(TIME_WITH_ZONE, Warning, "time-with-time-zone");
rule!(FIXED_LENGTH_CHARACTER, Warning, "fixed-length-character");
rule!(MONEY_TYPE, Warning, "money-type");
rule!(JSON_TYPE, Warning, "json-type");

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[
    &TIMESTAMP_WITHOUT_ZONE,
    &ROUNDED_TIMESTAMP,
    &TIME_WITH_ZONE,
    &FIXED_LENGTH_CHARACTER,
    &MONEY_TYPE,
    &JSON_TYPE,
];

/// What is said of a type.
struct Finding {
    rule: &'static Rule,
    /// What the message says after the name.
    is: &'static str,
    label: &'static str,
    instead: String,
}

pub(super) fn check(cx: &Cx<'_>) {
    written_type::for_each(cx, |it| {
        if let Some(finding) = it.ty.is_builtin().then(|| find(it.ty)).flatten() {
            report(cx, &it, finding);
        }
    });
}

fn report(cx: &Cx<'_>, it: &WrittenType<'_>, finding: Finding) {
    let Some((place, ty)) = it.place() else { return };
    let help = format!("write `{}`", finding.instead);
    let diagnostic = Diagnostic::new(finding.rule, format!("`{}` {}", it.name, finding.is))
        .label(ty, finding.label)
        .help(help.clone())
        .fix(Fix::likely(help).replace(ty, finding.instead));
    cx.report(place, diagnostic);
}

fn find(ty: &TypeName) -> Option<Finding> {
    let finding = |rule, is, label, instead: &str| {
        Some(Finding { rule, is, label, instead: respelled(instead, ty) })
    };
    match ty.name.as_str() {
        "timestamp without time zone" => finding(
            &TIMESTAMP_WITHOUT_ZONE,
            "has no time zone: it names no point in time",
            "read in whatever zone the session has",
            "timestamptz",
        ),
        "timestamp with time zone" if ty.modifier == "0" => finding(
            &ROUNDED_TIMESTAMP,
            "is rounded to whole seconds, up as well as down",
            "what is stored may lie half a second ahead",
            "timestamptz",
        )
        .map(without_modifier),
        "time with time zone" => finding(
            &TIME_WITH_ZONE,
            "has a time zone and no date",
            "which offset a zone has depends on the date",
            "time",
        ),
        // `bpchar` without a length is padded with nothing.
        "character" if !ty.modifier.is_empty() => finding(
            &FIXED_LENGTH_CHARACTER,
            "is padded with blanks",
            "shorter values get blanks, and blanks at the end count for nothing when it is compared",
            "varchar",
        ),
        "money" => finding(
            &MONEY_TYPE,
            "is `money`, whose currency and digits are a setting of the server",
            "read and written as `lc_monetary` says",
            "numeric",
        ),
        "json" => finding(
            &JSON_TYPE,
            "keeps its JSON as text",
            "parsed anew at each use, and without `=`",
            "jsonb",
        ),
        _ => None,
    }
}

fn without_modifier(finding: Finding) -> Finding {
    Finding { instead: finding.instead.replace("(0)", ""), ..finding }
}
