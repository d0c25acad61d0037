//! Foreign keys whose actions fail, whose types differ, or that are there twice.

use super::cx::Cx;
use super::edit;
use super::relation::Relation;
use super::written_type::base;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Rule};
use crate::object::address::Name;
use crate::object::column::Value;
use crate::object::foreign_key::{Action, ForeignKey};
use crate::object::origin::Place;
use crate::sql::type_name::TypeName;

rule!(SET_NULL_ON_NOT_NULL, Warning, "set-null-on-not-null");
rule!(SET_DEFAULT_WITHOUT_DEFAULT, Warning, "set-default-without-default");
rule!(FOREIGN_KEY_TYPE_DIFFERS, Warning, "foreign-key-type-differs");
rule!(DUPLICATE_FOREIGN_KEY, Warning, "duplicate-foreign-key");
rule!(MISSING_ON_DELETE, Note, Off, "missing-on-delete");

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[
    &SET_NULL_ON_NOT_NULL,
    &SET_DEFAULT_WITHOUT_DEFAULT,
    &FOREIGN_KEY_TYPE_DIFFERS,
    &DUPLICATE_FOREIGN_KEY,
    &MISSING_ON_DELETE,
];

pub(super) fn check(cx: &Cx<'_>) {
    let wants_on_delete = cx.is_on(&MISSING_ON_DELETE);
    for relation in &cx.relations {
        for (n, (at, key)) in relation.foreign_keys.iter().enumerate() {
            let Some(place) = cx.place(at) else { continue };
            for (event, action) in [("delete", &key.on_delete), ("update", &key.on_update)] {
                set_null(cx, relation, key, place, event, action);
                set_default(cx, relation, key, place, event, action);
            }
            types_differ(cx, relation, key, place);
            let before = relation.foreign_keys.iter().take(n);
            if let Some((first, _)) = before.into_iter().find(|(_, it)| is_same(cx, it, key)) {
                duplicate(cx, relation, key, place, cx.place(first));
            }
            if wants_on_delete
                && key.on_delete == Action::NoAction
                && edit::words(cx, place.whole, &["on", "delete"]).is_none()
            {
                let diagnostic = Diagnostic::new(
                    &MISSING_ON_DELETE,
                    "the foreign key does not say what a delete does",
                );
                let label = format!("a delete from `{}` is refused", key.table.name);
                let help = "add `on delete restrict`, `cascade` or `set null`";
                cx.report(place, diagnostic.label(place.name, label).help(help));
            }
        }
    }
}

/// Returns the columns that an action sets: those it names, or all of the key.
fn set_columns<'k>(key: &'k ForeignKey, named: &'k [Name]) -> &'k [Name] {
    if named.is_empty() { &key.columns } else { named }
}

fn set_null(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    key: &ForeignKey,
    place: &Place,
    event: &str,
    action: &Action,
) {
    let Action::SetNull(named) = action else { return };
    let columns = set_columns(key, named);
    let Some(column) = columns.iter().find(|it| relation.refuses_null(it)) else { return };
    let message = format!("`{column}` is NOT NULL and can't be set null");
    let words = edit::words(cx, place.whole, &["on", event, "set", "null"]);
    let diagnostic = Diagnostic::new(&SET_NULL_ON_NOT_NULL, message)
        .label(words.unwrap_or(place.name), format!("each such {event} fails"))
        .label_if(relation.origin.member(column).and_then(|it| it.ty), "NULL is refused here")
        .help("add `?` to the column's type, or choose another action");
    cx.report(place, diagnostic);
}

fn set_default(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    key: &ForeignKey,
    place: &Place,
    event: &str,
    action: &Action,
) {
    let Action::SetDefault(named) = action else { return };
    let lacks = |name: &&Name| {
        let column = relation.table.column(name);
        column.is_some_and(|it| {
            let of_type = super::written_type::domain(cx.catalog(), &it.ty);
            it.value == Value::Null && of_type.is_none_or(|domain| domain.default.is_none())
        })
    };
    let Some(column) = set_columns(key, named).iter().find(lacks) else { return };
    let message = format!("`{column}` has no default to be set to");
    let words = edit::words(cx, place.whole, &["on", event, "set", "default"]);
    let label = match relation.refuses_null(column) {
        true => format!("each such {event} fails"),
        false => "sets it to NULL".to_owned(),
    };
    let diagnostic = Diagnostic::new(&SET_DEFAULT_WITHOUT_DEFAULT, message)
        .label(words.unwrap_or(place.name), label)
        .help("give the column a default, or choose another action");
    cx.report(place, diagnostic);
}

/// Types that can be compared but are not the same: each check of the key then converts one of them.
fn types_differ(cx: &Cx<'_>, relation: &Relation<'_>, key: &ForeignKey, place: &Place) {
    let Some(target) = cx.relation(&key.table) else { return };
    let referenced: &[Name] = match (&key.referenced[..], target.primary_key()) {
        ([], Some((_, primary))) => &primary.columns,
        (columns, _) => columns,
    };
    for (name, other) in key.columns.iter().zip(referenced) {
        let own = relation.table.column(name);
        let Some((own, to)) = own.zip(target.table.column(other)) else { continue };
        let (a, b) = (base(cx.catalog(), &own.ty), base(cx.catalog(), &to.ty));
        if !a.is_builtin() || !b.is_builtin() || a.name == b.name || (is_text(a) && is_text(b)) {
            continue;
        }
        let message = format!("`{name}` is `{}`, and `{other}` is `{}`", own.ty, to.ty);
        let own_type = relation.origin.member(name).and_then(|it| Some((it, it.ty?)));
        let target_type = target.origin.member(other).and_then(|it| it.ty);
        let mut diagnostic = Diagnostic::new(&FOREIGN_KEY_TYPE_DIFFERS, message)
            .label(own_type.map_or(place.name, |(_, ty)| ty), label(a, b))
            .label_if(target_type, "what it refers to")
            .help(format!("declare `{name}` as `{}`", to.ty));
        if let Some(((column, ty), wanted)) = own_type.zip(target_type)
            && column.inclusion.is_none()
            && to.ty.is_builtin()
        {
            let text = cx.text(wanted);
            diagnostic = diagnostic.fix(Fix::likely(format!("write `{text}`")).replace(ty, text));
        }
        cx.report(own_type.map_or(place, |(column, _)| column), diagnostic);
    }
}

fn is_text(ty: &TypeName) -> bool {
    ["text", "character varying", "character", "name"].contains(&ty.name.as_str())
}

fn label(own: &TypeName, other: &TypeName) -> &'static str {
    let size = |ty: &TypeName| ["smallint", "integer", "bigint"].iter().position(|it| ty.is(it));
    match (size(own), size(other)) {
        (Some(own), Some(other)) if own < other => "can't hold every value of that key",
        _ => "converted each time the two are compared",
    }
}

fn is_same(cx: &Cx<'_>, a: &ForeignKey, b: &ForeignKey) -> bool {
    let primary = || cx.relation(&a.table).and_then(|it| it.primary_key());
    let referenced = |key: &ForeignKey| match &key.referenced[..] {
        [] => primary().map(|(_, it)| it.columns.clone()),
        columns => Some(columns.to_vec()),
    };
    (&a.columns, &a.table) == (&b.columns, &b.table) && referenced(a) == referenced(b)
}

fn duplicate(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    key: &ForeignKey,
    place: &Place,
    first: Option<&Place>,
) {
    let (second, first) = match first {
        Some(other) if place.whole < other.whole => (other, Some(place)),
        other => (place, other),
    };
    let message = "two foreign keys have the same columns on both sides";
    let mut diagnostic = Diagnostic::new(&DUPLICATE_FOREIGN_KEY, message)
        .label(second.name, "each change is checked twice")
        .label_if(first.map(|it| it.name), "first here")
        .help("delete one of them");
    if second.inclusion.is_none()
        && let Some(span) = edit::without(cx, relation, second, key.columns.first())
    {
        diagnostic = diagnostic.fix(Fix::likely("delete it").delete(span));
    }
    cx.report(second, diagnostic);
}
