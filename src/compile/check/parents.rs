//! What a table has from its parents, from a type and of itself agrees (`MergeAttributes`, `transformOfType`).
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only tables have parents")]

use super::columns::{UNKNOWN_COLUMN, columns_of};
use super::{Objects, report};
use crate::compile::read::Read;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::column::{Column, Value};
use crate::object::constraint::Demand;
use crate::object::partition::Strategy;
use crate::object::reader::Reader;
use crate::object::table::Table;
use crate::object::trigger::Each;
use crate::syntax::Rule;

rule!(WRONG_PARENT, Error, "wrong-parent");
rule!(INHERITED_CONFLICT, Error, "inherited-column-conflict");
rule!(WRONG_PARTITION_KEY, Error, "wrong-partition-key");
rule!(NOT_ON_PARTITIONED, Error, "not-on-partitioned-table");

/// The rules of this file.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&WRONG_PARENT, &INHERITED_CONFLICT, &WRONG_PARTITION_KEY, &NOT_ON_PARTITIONED];

/// Every table agrees with where its columns come from.
pub(super) fn agree(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    for read in objects.reads {
        match &read.entry.object {
            Object::Table(table) => {
                parents_serve(read, table, objects, cx);
                columns_agree(read, table, objects, cx);
                if table.attached {
                    columns_are_its_own(read, table, objects, cx);
                }
                no_column_is_added(read, table, objects, cx);
                key_serves(read, table, objects, cx);
            }
            Object::Constraint(it)
                if matches!(it.demand, Demand::Check { no_inherit: true, .. })
                    && is_partitioned(read, objects) =>
            {
                let message = "a check of a partitioned table holds for its partitions too";
                let diagnostic =
                    Diagnostic::new(&NOT_ON_PARTITIONED, message).label(read.span(), "here");
                report(read, diagnostic.help("delete `no inherit`"), cx);
            }
            Object::Trigger(it)
                if it.each == Each::Row && (it.old_table.is_some() || it.new_table.is_some()) =>
            {
                row_trigger(read, objects, cx);
            }
            _ => {}
        }
    }
}

/// Returns the table that a member belongs to.
fn table_of<'r>(read: &Read, objects: &Objects<'r>) -> Option<&'r Table> {
    match &objects.relation(&read.at.relation())?.entry.object {
        Object::Table(table) => Some(table),
        _ => None,
    }
}

fn is_partitioned(read: &Read, objects: &Objects<'_>) -> bool {
    table_of(read, objects).is_some_and(|table| table.partition_by.is_some())
}

/// A trigger that runs for each row sees no transition tables on a table with parents or partitions.
fn row_trigger(read: &Read, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let Some(table) = table_of(read, objects) else { return };
    let what = if table.partition_by.is_some() {
        "a partitioned table"
    } else if table.partition_of.is_some() {
        "a partition"
    } else if !table.inherits.is_empty() {
        "a table that inherits"
    } else {
        return;
    };
    let message = format!("a trigger of {what} has no transition tables for each row");
    let diagnostic = Diagnostic::new(&NOT_ON_PARTITIONED, message).label(read.span(), "here");
    report(read, diagnostic.help("write `for each statement`, or delete `referencing`"), cx);
}

fn parents_serve(read: &Read, table: &Table, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let mut wrong = |clause: Rule, name: &Name, message: String, help: &str| {
        let diagnostic =
            Diagnostic::new(&WRONG_PARENT, message).label(read.part(clause, name), "named here");
        report(read, diagnostic.help(help), cx);
    };
    for (n, parent) in table.inherits.iter().enumerate() {
        let name = &parent.name;
        if table.inherits.iter().take(n).any(|it| it == parent) {
            let message = format!("`{name}` is named twice");
            wrong(Rule::inherits, name, message, "delete one of them");
        }
        let Some(found) = objects.relation(parent) else { continue };
        match &found.entry.object {
            Object::Table(it) if it.partition_by.is_some() => {
                let message = format!("`{name}` is partitioned, and no table inherits from it");
                let help = "make this one a partition: `partition NAME …;` in its block";
                wrong(Rule::inherits, name, message, help);
            }
            Object::Table(_) | Object::ForeignTable(_) => {}
            _ => {
                let message = format!("a table can't inherit from a {}", found.at.kind.word());
                wrong(Rule::inherits, name, message, "name a table");
            }
        }
    }
    if let (Some(_), Some(parent)) = (&table.partition_by, table.inherits.first()) {
        let message = "a partitioned table inherits from no other".to_owned();
        wrong(Rule::inherits, &parent.name, message, "write the columns here");
    }
    if let Some(of) = &table.of_type {
        let at = objects.relation(of).map(|it| it.at.kind);
        let is_type = at.is_none_or(|kind| kind == Kind::CompositeType);
        if !is_type || at.is_none() && objects.types.contains_key(of) {
            let message = format!("`{}` is no composite type", of.name);
            wrong(
                Rule::of_type,
                &of.name,
                message,
                "name a type with attributes: `type NAME { … }`",
            );
        }
    }
}

/// A column that several give has one type and one collation.
fn columns_agree(read: &Read, table: &Table, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let mut known: Vec<(&Column, &Name)> = Vec::new();
    let own = (&read.at.name, table.columns.iter().collect::<Vec<_>>());
    let above = table.inherits.iter().map(|it| (&it.name, columns_of(objects, it, 0).list));
    let above: Vec<(&Name, Vec<&Column>)> = above.collect();
    if above.is_empty() {
        return;
    }
    for (from, columns) in above.iter().map(|(from, list)| (*from, list)).chain([(own.0, &own.1)]) {
        for column in columns {
            let Some((first, origin)) = known.iter().find(|(it, _)| it.name == column.name) else {
                known.push((column, from));
                continue;
            };
            let of = if from == own.0 { "here".to_owned() } else { format!("in `{from}`") };
            let message = if first.ty != column.ty {
                let name = &column.name;
                format!("`{name}` is `{}` in `{origin}` and `{}` {of}", first.ty, column.ty)
            } else if collation(first) != collation(column) {
                format!("`{}` has another collation in `{origin}` than {of}", column.name)
            } else if from == own.0
                && matches!(first.value, Value::Generated(..))
                && matches!(column.value, Value::Default(_) | Value::Identity(..))
            {
                format!("`{}` is generated in `{origin}` and is not {of}", column.name)
            } else {
                continue;
            };
            let place = match from == own.0 {
                true => read.place(&column.name),
                false => read.part(Rule::inherits, from),
            };
            let diagnostic =
                Diagnostic::new(&INHERITED_CONFLICT, message).label(place, "declared otherwise");
            report(read, diagnostic.help("make both alike, or rename one"), cx);
        }
    }
}

/// A table that is attached to its parents has all their columns itself (`MergeAttributesIntoExisting`).
fn columns_are_its_own(read: &Read, table: &Table, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    for column in table.columns.iter().filter(|it| it.inherited) {
        let message = format!("`{}` is a column of a table that is attached", column.name);
        let diagnostic = Diagnostic::new(&WRONG_PARENT, message)
            .label(read.place(&column.name), "and so its own");
        report(read, diagnostic.help("delete `#[inherited]`"), cx);
    }
    if read.origin.incomplete {
        return;
    }
    for parent in &table.inherits {
        for column in columns_of(objects, parent, 0).list {
            let name = &column.name;
            let (message, place, label, help) = match table.column(name) {
                None => (
                    format!("`{}` lacks the column `{name}` of `{}`", read.at.name, parent.name),
                    read.part(Rule::inherits, &parent.name),
                    "attached here",
                    format!("add `{name}: {}`, or delete `attached`", column.ty),
                ),
                Some(own) if refuses_null(column) && !refuses_null(own) => (
                    format!("`{name}` can't be NULL in `{}` and can here", parent.name),
                    read.place(name),
                    "here",
                    "take the `?` off its type".to_owned(),
                ),
                Some(_) => continue,
            };
            let diagnostic = Diagnostic::new(&INHERITED_CONFLICT, message).label(place, label);
            report(read, diagnostic.help(help), cx);
        }
    }
}

/// Tells whether a column has a NOT NULL that children have too.
fn refuses_null(column: &Column) -> bool {
    column.not_null && !column.not_null_no_inherit
}

fn collation(column: &Column) -> &str {
    column.collation.as_ref().map_or("default", |it| it.name.as_str())
}

/// A partition and a typed table have the columns of what they come from, and no others.
fn no_column_is_added(read: &Read, table: &Table, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let (from, known): (&Qualified, Vec<&Name>) = match (&table.partition_of, &table.of_type) {
        (Some(of), _) => {
            let columns = columns_of(objects, &of.parent, 0);
            if !columns.complete {
                return;
            }
            (&of.parent, columns.list.iter().map(|it| &it.name).collect())
        }
        (None, Some(of)) => match objects.relation(of) {
            Some(found) if !found.origin.incomplete => match &found.entry.object {
                Object::CompositeType(it) => {
                    (of, it.attributes.iter().map(|it| &it.name).collect())
                }
                _ => return,
            },
            _ => return,
        },
        (None, None) => return,
    };
    for column in &table.columns {
        let place = read.place(&column.name);
        if table.partition_of.is_some() && matches!(column.value, Value::Identity(..)) {
            let message = "a partition has the identity columns of its parent and none of its own";
            let diagnostic = Diagnostic::new(&NOT_ON_PARTITIONED, message).label(place, "here");
            report(read, diagnostic.help("say it of the partitioned table"), cx);
        }
        if known.contains(&&column.name) {
            continue;
        }
        let message = format!("`{}` has no column `{}`", from.name, column.name);
        let diagnostic = Diagnostic::new(&UNKNOWN_COLUMN, message).label(place, "added here");
        let help = did_you_mean(&column.name, known.iter().map(|it| it.as_str()))
            .unwrap_or_else(|| format!("declare it in `{}`", from.name));
        report(read, diagnostic.help(help), cx);
    }
}

/// A partition key has plain columns, and that of a list only one.
fn key_serves(read: &Read, table: &Table, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let Some(by) = &table.partition_by else { return };
    if by.strategy == Strategy::List && 1 < by.elements.len() {
        let message = "a table that is partitioned by list has one column or expression as its key";
        let place = read.in_element(1, Rule::index_element);
        let diagnostic =
            Diagnostic::new(&WRONG_PARTITION_KEY, message).label(place, "a second one");
        report(read, diagnostic.help("delete it, or partition by range"), cx);
    }
    let columns = columns_of(objects, &read.at.relation(), 0);
    for (n, element) in by.elements.iter().enumerate() {
        let Some(column) = element.column().and_then(|name| columns.find(name)) else { continue };
        if matches!(column.value, Value::Generated(..)) {
            let message = format!("`{}` is generated and can't be in a partition key", column.name);
            let place = read.in_element(n, Rule::index_element);
            let diagnostic = Diagnostic::new(&WRONG_PARTITION_KEY, message).label(place, "here");
            report(read, diagnostic.help("use a column that is stored as it is given"), cx);
        }
    }
}
