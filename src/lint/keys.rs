//! Keys and indexes on columns that make poor ones.

use super::cx::Cx;
use super::index_like::{IndexLike, all};
use super::relation::Relation;
use super::written_type::base;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::address::Name;
use crate::object::column::{Column, Value};
use crate::sql::figure;

rule!(JSON_KEY, Warning, "json-key");
rule!(WIDE_INDEX, Warning, "wide-index");
rule!(SMALL_KEY, Note, Off, "small-key");
rule!(RANDOM_KEY, Note, Off, "random-key");
rule!(NULLABLE_UNIQUE, Note, Off, "nullable-unique");
rule!(BOOLEAN_INDEX, Warning, Off, "boolean-index");

/// The rules of this module.
pub(super) static RULES: &[&Rule] =
    &[&JSON_KEY, &WIDE_INDEX, &SMALL_KEY, &RANDOM_KEY, &NULLABLE_UNIQUE, &BOOLEAN_INDEX];

/// The most bytes that the values of one entry of a B-tree can have (`BTMaxItemSize` of pages of 8 KiB).
const MOST_BYTES: u64 = 2704;

/// From how many columns on an index that is not unique is called wide (manual 11.3 doubts more than three).
const MANY_COLUMNS: usize = 6;

pub(super) fn check(cx: &Cx<'_>) {
    let on = |rule| cx.is_on(rule);
    let (small, random) = (on(&SMALL_KEY), on(&RANDOM_KEY));
    let (nullable, boolean) = (on(&NULLABLE_UNIQUE), on(&BOOLEAN_INDEX));
    for relation in &cx.relations {
        for index in all(cx, relation) {
            json_key(cx, relation, &index);
            wide(cx, relation, &index);
            if small && index.is_primary() {
                small_key(cx, relation, &index);
            }
            if random {
                random_key(cx, relation, &index);
            }
            if nullable {
                nullable_unique(cx, relation, &index);
            }
            if boolean {
                boolean_index(cx, relation, &index);
            }
        }
    }
}

/// Returns the columns of an index as far as they are written in its table.
fn columns<'c>(relation: &Relation<'c>, index: &IndexLike<'c>) -> Vec<&'c Column> {
    index.columns().filter_map(|name| relation.table.column(name)).collect()
}

fn json_key(cx: &Cx<'_>, relation: &Relation<'_>, index: &IndexLike<'_>) {
    // Beside other columns of a unique constraint, a document may be what is to differ.
    let is_key = index.is_primary() || (index.is_unique() && index.parts.len() == 1);
    if !is_key {
        return;
    }
    let columns = columns(relation, index);
    let Some(column) = columns.iter().find(|it| base(cx.catalog(), &it.ty).is("jsonb")) else {
        return;
    };
    let message = format!("a document is a poor key: `{}` is `jsonb`", column.name);
    let diagnostic = Diagnostic::new(&JSON_KEY, message)
        .label(index.place.name, "fails for documents of more than some 2,700 bytes")
        .label_if(relation.origin.member(&column.name).and_then(|it| it.ty), "its type")
        .help("make a column of what tells the rows apart");
    cx.report(index.place, diagnostic);
}

/// An index of many columns, or one whose values may be too long for an entry.
fn wide(cx: &Cx<'_>, relation: &Relation<'_>, index: &IndexLike<'_>) {
    if index.method != "btree" {
        return;
    }
    let columns = columns(relation, index);
    let n_bytes: u64 = columns.iter().filter_map(|it| declared_length(cx, it)).sum();
    let (message, label) = if MOST_BYTES < n_bytes {
        (
            format!("the values of this index may have {n_bytes} characters"),
            format!("an entry of a B-tree has at most {MOST_BYTES} bytes: longer rows are refused"),
        )
    } else if MANY_COLUMNS <= index.parts.len() && !index.is_unique() {
        (
            format!("this index has {} columns", index.parts.len()),
            "the last ones seldom help to find a row".to_owned(),
        )
    } else {
        return;
    };
    let help = match MOST_BYTES < n_bytes {
        true => "index a hash of the text, or shorten the types",
        false => "keep the columns that rows are found by; move others to `include (…)`",
    };
    let diagnostic = Diagnostic::new(&WIDE_INDEX, message).label(index.place.name, label);
    cx.report(index.place, diagnostic.help(help));
}

/// Returns the most characters of a column's type, where it says so.
fn declared_length(cx: &Cx<'_>, column: &Column) -> Option<u64> {
    let ty = base(cx.catalog(), &column.ty);
    let is_text = ty.is("character varying") || ty.is("character");
    ty.modifier.parse().ok().filter(|_| is_text)
}

fn small_key(cx: &Cx<'_>, relation: &Relation<'_>, index: &IndexLike<'_>) {
    let &[column] = &columns(relation, index)[..] else { return };
    let ty = base(cx.catalog(), &column.ty);
    let most = match ty.name.as_str() {
        _ if !ty.is_builtin() => return,
        "integer" => "2,147,483,647",
        "smallint" => "32,767",
        _ => return,
    };
    let Some(place) = relation.origin.member(&column.name) else { return };
    let message = format!("the key of `{}` ends at {most}", relation.at.name);
    let diagnostic = Diagnostic::new(&SMALL_KEY, message)
        .label(place.ty.unwrap_or(place.name), "widening it later rewrites the table")
        .help("write `bigint`");
    cx.report(place, diagnostic);
}

/// An index of values that are made at random: each new row is put somewhere else.
fn random_key(cx: &Cx<'_>, relation: &Relation<'_>, index: &IndexLike<'_>) {
    let Some(column) = index.columns().next().and_then(|it| relation.table.column(it)) else {
        return;
    };
    let Value::Default(default) = &column.value else { return };
    const RANDOM: [&str; 3] = ["gen_random_uuid", "uuid_generate_v4", "random"];
    let called = figure::column_name(default.text());
    if index.method != "btree" || called.is_none_or(|it| !RANDOM.contains(&it.as_str())) {
        return;
    }
    let message = format!("this index begins with `{}`, which is random", column.name);
    let diagnostic = Diagnostic::new(&RANDOM_KEY, message)
        .label(index.place.name, "new rows go to pages all over the index")
        .label_if(relation.origin.member(&column.name).map(|it| it.name), "made at random")
        .help("use identity, or `uuidv7()` of PostgreSQL 18, where many rows are inserted");
    cx.report(index.place, diagnostic);
}

fn nullable_unique(cx: &Cx<'_>, relation: &Relation<'_>, index: &IndexLike<'_>) {
    if !index.is_unique() || index.is_primary() || index.has_equal_nulls() {
        return;
    }
    // A condition may be about NULL.
    if index.predicate.is_some() {
        return;
    }
    let known = |it: &&Name| relation.table.column(it).is_some() && !relation.refuses_null(it);
    let Some(column) = index.columns().find(known) else { return };
    let message = format!("any number of rows may have NULL in `{column}`");
    let diagnostic = Diagnostic::new(&NULLABLE_UNIQUE, message)
        .label(index.place.name, "two NULLs are not the same here")
        .help("say `nulls not distinct`, or take the `?` off the column's type");
    cx.report(index.place, diagnostic);
}

fn boolean_index(cx: &Cx<'_>, relation: &Relation<'_>, index: &IndexLike<'_>) {
    let [_] = &index.parts[..] else { return };
    let &[column] = &columns(relation, index)[..] else { return };
    if index.predicate.is_some() || !base(cx.catalog(), &column.ty).is("boolean") {
        return;
    }
    let message = format!("an index on the boolean `{}` tells two sorts of rows apart", column.name);
    let diagnostic = Diagnostic::new(&BOOLEAN_INDEX, message)
        .label(index.place.name, "reading the whole table is often cheaper")
        .help(format!("index what you look for: `index (…) where {}`", column.name));
    cx.report(index.place, diagnostic);
}
