//! Columns that constraints, indexes and the like name exist in their table.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use std::collections::BTreeMap;

use super::{Objects, report};
use crate::compile::ResultColumn;
use crate::compile::read::Read;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, did_you_mean};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Column;
use crate::object::constraint::Demand;
use crate::object::inclusion::in_mixin;
use crate::object::index_element::Key;
use crate::object::named_column::NamedColumn;
use crate::object::reader::Reader;
use crate::source::Span;

rule!(UNKNOWN_COLUMN, Error, "unknown-column");
rule!(REPEATED_KEY_COLUMN, Error, "repeated-key-column");
rule!(NULLABLE_PRIMARY_KEY, Error, "nullable-primary-key");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&UNKNOWN_COLUMN, &REPEATED_KEY_COLUMN, &NULLABLE_PRIMARY_KEY];

/// The columns of a relation as far as they are known.
pub(in crate::compile) struct Columns<'r> {
    pub(in crate::compile) list: Vec<&'r Column>,
    /// Whether the list has every column: nothing is missing because it could not be read or comes from elsewhere.
    pub(in crate::compile) complete: bool,
}

impl<'r> Columns<'r> {
    pub(in crate::compile) fn find(&self, name: &str) -> Option<&'r Column> {
        self.list.iter().find(|column| column.name == name).copied()
    }
}

/// Returns a table's columns, inherited ones first.
pub(in crate::compile) fn columns_of<'r>(
    objects: &Objects<'r>,
    relation: &Qualified,
    depth: u32,
) -> Columns<'r> {
    let mut found = Columns { list: Vec::new(), complete: false };
    let Some(read) = objects.relation(relation).filter(|_| depth < 100) else { return found };
    let (own, inherits, of, typed) = match &read.entry.object {
        Object::Table(it) => {
            (&it.columns, &it.inherits, it.partition_of.as_ref(), it.of_type.is_some())
        }
        Object::ForeignTable(it) => (&it.columns, &it.inherits, it.partition_of.as_ref(), false),
        _ => return found,
    };
    found.complete = !read.origin.incomplete && !typed;
    for parent in inherits.iter().chain(of.map(|it| &it.parent)) {
        let above = columns_of(objects, parent, depth + 1);
        found.complete &= above.complete;
        for column in above.list {
            if found.find(&column.name).is_none() {
                found.list.push(column);
            }
        }
    }
    for column in own {
        match found.list.iter_mut().find(|it| it.name == column.name) {
            Some(slot) => *slot = column,
            None => found.list.push(column),
        }
    }
    found
}

/// Every column that is named exists.
pub(super) fn exist(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    // Members of one relation stand together, so its columns are found once for all of them.
    let mut last: Option<(Qualified, Columns<'_>)> = None;
    for read in objects.reads {
        let named = named_columns(&read.entry.object);
        if named.is_empty() {
            continue;
        }
        let relation = read.at.relation();
        let known = last.take().filter(|(of, _)| *of == relation);
        let (relation, columns) = known.unwrap_or_else(|| {
            let columns = columns_of(objects, &relation, 0);
            (relation, columns)
        });
        for name in &named {
            column_exists(read, name, &relation, &columns, read.place(name), cx);
        }
        differ(read, cx);
        key_refuses_null(read, objects.relation(&relation), &columns, cx);
        last = Some((relation, columns));
    }
}

/// Every column of a view that its indexes, statistics and triggers name exists. Views with all their columns are given.
pub(in crate::compile) fn exist_in_views(
    reads: &[Read],
    views: &BTreeMap<Address, Vec<ResultColumn>>,
    cx: &mut Reader<'_>,
) {
    for read in reads {
        if !matches!(
            read.entry.object,
            Object::Index(_) | Object::Statistics(_) | Object::Trigger(_)
        ) {
            continue;
        }
        let Qualified { schema, name: view } = read.at.relation();
        let columns = [Kind::MaterializedView, Kind::View]
            .into_iter()
            .find_map(|kind| views.get(&Address::new(kind, schema.clone(), view.clone())));
        let Some(columns) = columns else { continue };
        for name in named_columns(&read.entry.object) {
            if columns.iter().any(|it| it.name == name) {
                continue;
            }
            let message = format!("`{view}` has no column `{name}`");
            let diagnostic =
                Diagnostic::new(&UNKNOWN_COLUMN, message).label(read.place(&name), "named here");
            let help = did_you_mean(&name, columns.iter().map(|it| it.name.as_str()));
            let place = read.place(&name);
            report(read, diagnostic.help_if(help).as_meant(place, written(read, &name)), cx);
        }
    }
}

/// Every column that privileges, publications and sequences name exists.
pub(in crate::compile) fn named_elsewhere_exist(
    reads: &[Read],
    views: &BTreeMap<Address, Vec<ResultColumn>>,
    cx: &mut Reader<'_>,
) {
    let objects = Objects::new(reads);
    for NamedColumn { relation, name, span, inclusion } in std::mem::take(&mut cx.named_columns) {
        let Some(read) = objects.relation(&relation) else { continue };
        let known: Vec<&str> = match views.get(&read.at) {
            Some(columns) => columns.iter().map(|it| it.name.as_str()).collect(),
            None => {
                let columns = columns_of(&objects, &relation, 0);
                if !columns.complete {
                    continue;
                }
                columns.list.iter().map(|it| it.name.as_str()).collect()
            }
        };
        if known.contains(&name.as_str()) || is_system_column(&name) {
            continue;
        }
        let message = format!("`{}` has no column `{name}`", relation.name);
        let diagnostic = Diagnostic::new(&UNKNOWN_COLUMN, message).label(span, "named here");
        let help = did_you_mean(&name, known);
        let is_replaced = inclusion.as_ref().is_some_and(|it| !it.bindings.is_empty());
        let diagnostic =
            diagnostic.help_if(help).as_meant(span, if is_replaced { "" } else { &name });
        cx.diagnostics.push(in_mixin(diagnostic, inclusion.as_deref()));
    }
}

/// Tells whether every table has a column of this name.
fn is_system_column(name: &str) -> bool {
    matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid")
}

/// Returns a name as it is written, where a mixin does not put another in.
fn written<'n>(read: &Read, name: &'n Name) -> &'n str {
    let is_replaced = read.inclusion().is_some_and(|it| !it.bindings.is_empty());
    if is_replaced { "" } else { name }
}

/// Reports a column that a relation does not have, unless it could have it all the same.
pub(super) fn column_exists(
    read: &Read,
    name: &Name,
    relation: &Qualified,
    columns: &Columns<'_>,
    span: Span,
    cx: &mut Reader<'_>,
) {
    if !columns.complete || columns.find(name).is_some() {
        return;
    }
    let diagnostic =
        Diagnostic::new(&UNKNOWN_COLUMN, format!("`{}` has no column `{name}`", relation.name))
            .label(span, "named here");
    let help = did_you_mean(name, columns.list.iter().map(|it| it.name.as_str()));
    report(read, diagnostic.help_if(help).as_meant(span, written(read, name)), cx);
}

/// Returns the columns that an object names outside of expressions.
fn named_columns(object: &Object) -> Vec<Name> {
    let key = |it: &Key| match it {
        Key::Column(name) => Some(name.clone()),
        Key::Expr(_) => None,
    };
    match object {
        Object::Constraint(it) => match &it.demand {
            Demand::PrimaryKey(it) | Demand::Unique(it) => {
                it.columns.iter().chain(&it.include).cloned().collect()
            }
            Demand::Exclusion(it) => it
                .elements
                .iter()
                .filter_map(|(element, _)| key(&element.key))
                .chain(it.include.iter().cloned())
                .collect(),
            Demand::Check { .. } => Vec::new(),
        },
        Object::Index(it) => it
            .elements
            .iter()
            .filter_map(|element| key(&element.key))
            .chain(it.include.iter().cloned())
            .collect(),
        Object::Statistics(it) => it.keys.iter().filter_map(key).collect(),
        Object::ForeignKey(it) => it.columns.clone(),
        Object::Trigger(it) => {
            it.events.iter().flat_map(|event| event.columns.iter().cloned()).collect()
        }
        Object::Table(it) => it
            .partition_by
            .iter()
            .flat_map(|by| by.elements.iter().filter_map(|element| key(&element.key)))
            .collect(),
        _ => Vec::new(),
    }
}

/// A key names no column twice.
fn differ(read: &Read, cx: &mut Reader<'_>) {
    let columns: &[Name] = match &read.entry.object {
        Object::Constraint(it) => it.key().map_or(&[], |key| &key.columns),
        Object::ForeignKey(it) => &it.columns,
        _ => return,
    };
    let repeated =
        columns.iter().enumerate().find(|(n, name)| columns.iter().take(*n).any(|it| it == *name));
    if let Some((_, name)) = repeated {
        let places: Vec<Span> = read
            .origin
            .members
            .iter()
            .filter(|(it, _)| it == name)
            .map(|(_, place)| place.name)
            .collect();
        let again = places.get(1).copied().unwrap_or(read.span());
        let diagnostic =
            Diagnostic::new(&REPEATED_KEY_COLUMN, format!("the key names `{name}` twice"))
                .label(again, "again here")
                .label_if(places.first().copied(), "first here");
        report(read, diagnostic.help("delete one of them"), cx);
    }
}

/// A primary key's columns refuse NULL, so none of them is declared with `?`.
fn key_refuses_null(
    read: &Read,
    relation: Option<&Read>,
    columns: &Columns<'_>,
    cx: &mut Reader<'_>,
) {
    let Object::Constraint(it) = &read.entry.object else { return };
    let Demand::PrimaryKey(key) = &it.demand else { return };
    for column in
        key.columns.iter().filter_map(|name| columns.find(name)).filter(|column| !column.not_null)
    {
        let message = format!("`{}` is part of the primary key and can't be nullable", column.name);
        let place = read.place(&column.name);
        let diagnostic =
            Diagnostic::new(&NULLABLE_PRIMARY_KEY, message).label(place, "in this key");
        // A column of a mixin, or of a parent, is nullable for others too.
        let own = relation.and_then(|it| it.origin.member(&column.name));
        let own = own.filter(|it| it.inclusion.is_none()).and_then(|it| it.ty);
        // The mark stands right behind the type.
        let fix = own.map(|ty| {
            let mark = Span { start: ty.end, end: ty.end + 1, ..ty };
            Fix::certain("delete `?`").delete(mark)
        });
        report(read, diagnostic.help("take the `?` off its type").fix_if(fix), cx);
    }
}
