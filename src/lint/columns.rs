//! Columns whose default, identity or NULL is likely not what is meant.

use super::cx::Cx;
use super::edit;
use super::relation::Relation;
use super::written_type::base;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Rule};
use crate::object::column::{Column, Identity, Value};
use crate::object::origin::Place;
use crate::object::sequence_options::SequenceOptions;

rule!(DEFAULT_NULL, Warning, "default-null");
rule!(SMALL_IDENTITY, Note, Off, "small-identity");
rule!(IDENTITY_BY_DEFAULT, Note, Off, "identity-by-default");
rule!(NULLABLE_BOOLEAN, Warning, Off, "nullable-boolean");
rule!(NULLABLE_ARRAY, Warning, Off, "nullable-array");

/// The rules of this module.
pub(super) static RULES: &[&Rule] =
    &[&DEFAULT_NULL, &SMALL_IDENTITY, &IDENTITY_BY_DEFAULT, &NULLABLE_BOOLEAN, &NULLABLE_ARRAY];

pub(super) fn check(cx: &Cx<'_>) {
    let small = cx.is_on(&SMALL_IDENTITY);
    let by_default = cx.is_on(&IDENTITY_BY_DEFAULT);
    let nullable = cx.is_on(&NULLABLE_BOOLEAN) || cx.is_on(&NULLABLE_ARRAY);
    for relation in &cx.relations {
        for column in &relation.table.columns {
            match &column.value {
                Value::Default(default) if default.text().eq_ignore_ascii_case("null") => {
                    default_null(cx, relation, column, default.text());
                }
                Value::Identity(how, options) => {
                    if small {
                        small_identity(cx, relation, column, options);
                    }
                    if by_default && *how == Identity::ByDefault {
                        identity_by_default(cx, relation, column);
                    }
                }
                Value::Null | Value::Default(_) | Value::Generated(..) => {}
            }
            if nullable && !relation.refuses_null(&column.name) {
                nullable_value(cx, relation, column);
            }
        }
    }
}

fn place<'c>(relation: &Relation<'c>, column: &Column) -> Option<&'c Place> {
    relation.origin.member(&column.name)
}

fn default_null(cx: &Cx<'_>, relation: &Relation<'_>, column: &Column, text: &str) {
    // It hides the default of a domain.
    if super::written_type::domain(cx.catalog(), &column.ty).is_some() {
        return;
    }
    let Some(place) = place(relation, column) else { return };
    let message = format!("`{}` is NULL without a default anyway", column.name);
    let at = edit::default_value(cx, place.whole, text).unwrap_or(place.name);
    let label = match relation.refuses_null(&column.name) {
        true => "the column refuses NULL: an INSERT must give a value with it and without it",
        false => "says nothing",
    };
    let mut diagnostic =
        Diagnostic::new(&DEFAULT_NULL, message).label(at, label).help("delete `default null`");
    if let Some(span) = edit::without_default(cx, place.whole, text) {
        diagnostic = diagnostic.fix(Fix::certain("delete `default null`").delete(span));
    }
    cx.report(place, diagnostic);
}

fn small_identity(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    column: &Column,
    options: &SequenceOptions,
) {
    if !column.ty.is("smallint") || options.cycle {
        return;
    }
    let Some(place) = place(relation, column) else { return };
    let ty = place.ty.unwrap_or(place.name);
    let message = format!("`{}` is used up after 32,767 rows", column.name);
    let diagnostic = Diagnostic::new(&SMALL_IDENTITY, message)
        .label(ty, "numbers of rows that were deleted or rolled back are not given again")
        .help("write `bigint`")
        .fix(Fix::likely("write `bigint`").replace(ty, "bigint"));
    cx.report(place, diagnostic);
}

fn identity_by_default(cx: &Cx<'_>, relation: &Relation<'_>, column: &Column) {
    let Some(place) = place(relation, column) else { return };
    let words = edit::words(cx, place.whole, &["by", "default", "as"]);
    let message = format!("an INSERT may give `{}` a number of its own", column.name);
    let mut diagnostic = Diagnostic::new(&IDENTITY_BY_DEFAULT, message)
        .label(words.unwrap_or(place.name), "the sequence does not know of such a number")
        .help("write `generated always as identity`");
    if let Some(words) = words {
        let fix = Fix::likely("write `generated always as identity`");
        diagnostic = diagnostic.fix(fix.replace(words, "always as"));
    }
    cx.report(place, diagnostic);
}

fn nullable_value(cx: &Cx<'_>, relation: &Relation<'_>, column: &Column) {
    let ty = base(cx.catalog(), &column.ty);
    let (rule, message, label) = if ty.is("boolean") {
        let message = format!("`{}` is true, false or neither", column.name);
        (&NULLABLE_BOOLEAN, message, "`where` and `not` treat NULL like neither of the two")
    } else if column.ty.dimensions != 0 {
        let message = format!("`{}` is NULL or empty where there is nothing", column.name);
        (&NULLABLE_ARRAY, message, "two ways to say the same")
    } else {
        return;
    };
    let Some(place) = place(relation, column) else { return };
    let ty = place.ty.unwrap_or(place.name);
    let help = match rule.name == NULLABLE_BOOLEAN.name {
        true => "take the `?` off, and give a default; or use an enum",
        false => "take the `?` off, and say `default '{}'`",
    };
    cx.report(place, Diagnostic::new(rule, message).label(ty, label).help(help));
}
