//! The columns of tables: where they come from, how they differ, who names them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::State;
use super::dependents::parent;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::{Column, Value};
use crate::object::constraint::Demand;
use crate::sql::lex::{TokenKind, tokens};

/// Returns the columns of a table or foreign table.
pub(super) fn columns(object: &Object) -> &[Column] {
    match object {
        Object::Table(it) => &it.columns,
        Object::ForeignTable(it) => &it.columns,
        _ => &[],
    }
}

/// Gives a table or foreign table other columns.
pub(super) fn with_columns(object: &mut Object, columns: Vec<Column>) {
    match object {
        Object::Table(it) => Arc::make_mut(it).columns = columns,
        Object::ForeignTable(it) => Arc::make_mut(it).columns = columns,
        _ => {}
    }
}

/// Tells whether two tables differ in the order of their columns, if at all.
pub(super) fn is_only_order(old: &Object, new: &Object) -> bool {
    let (old, new) = (columns(old), columns(new));
    old.len() == new.len() && old.iter().all(|it| new.contains(it))
}

/// Tells whether columns will stand in another order than they shall: PostgreSQL adds a column behind all others.
pub(super) fn is_reordered(old: &Object, new: &Object) -> bool {
    let (old, new) = (columns(old), columns(new));
    let stays = |it: &&Column| new.iter().any(|other| other.name == it.name);
    let is_fresh = |it: &&Column| !old.iter().any(|other| other.name == it.name);
    let there = old.iter().filter(stays).chain(new.iter().filter(is_fresh));
    !there.map(|it| &it.name).eq(new.iter().map(|it| &it.name))
}

/// Returns the columns that are dropped, made again, or get another type or collation.
pub(super) fn changed_columns(old: &Object, new: &Object) -> BTreeSet<Name> {
    let new = columns(new);
    let changes = |it: &&Column| match new.iter().find(|other| other.name == it.name) {
        None => true,
        Some(other) => {
            let is_generated = matches!(other.value, Value::Generated(..))
                || matches!(it.value, Value::Generated(..));
            it.ty != other.ty
                || it.collation != other.collation
                || (is_generated && it.value != other.value)
        }
    };
    columns(old).iter().filter(changes).map(|it| it.name.clone()).collect()
}

/// Returns the tables that a table gets columns from.
pub(super) fn parents(state: State<'_>, table: &Qualified) -> Vec<Qualified> {
    let mut out: Vec<Qualified> = parent(state.catalog, table).into_iter().collect();
    match state.catalog.relation(table).map(|(_, entry)| &entry.object) {
        Some(Object::Table(it)) => out.extend(it.inherits.iter().cloned()),
        Some(Object::ForeignTable(it)) => out.extend(it.inherits.iter().cloned()),
        _ => {}
    }
    out
}

/// Returns the columns of a table, those of its parents among them.
pub(super) fn columns_of<'s>(state: State<'s>, table: &Qualified) -> Vec<&'s Column> {
    let mut todo = vec![table.clone()];
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    while let Some(table) = todo.pop() {
        if !seen.insert(table.clone()) {
            continue;
        }
        out.extend(
            state.catalog.columns(&table).unwrap_or_default().iter().filter(|it| !it.inherited),
        );
        todo.extend(parents(state, &table));
    }
    out
}

pub(super) fn primary_key(state: State<'_>, at: &Address) -> BTreeSet<Name> {
    let relation = at.relation();
    let mut constraints = state.catalog.of_relation(Kind::Constraint, &relation);
    let key = constraints.find_map(|(_, entry)| match &entry.object {
        Object::Constraint(it) => match &it.demand {
            Demand::PrimaryKey(key) => Some(key.columns.clone()),
            Demand::Unique(_) | Demand::Check { .. } | Demand::Exclusion(_) => None,
        },
        _ => None,
    });
    key.into_iter().flatten().collect()
}

/// Tells whether an object may name one of these columns: in a text, where `*` names them all, or in a list.
pub(super) fn mentions(object: &Object, columns: &BTreeSet<Name>) -> bool {
    if columns.is_empty() {
        return false;
    }
    let mut object = object.clone();
    if object.texts_mut().iter().any(|it| it.text().contains('*') || names_any(it.text(), columns))
    {
        return true;
    }
    let shown = format!("{object:?}");
    columns.iter().any(|it| shown.contains(&format!("{:?}", it.as_str())))
}

/// Tells whether a text of an object may name one of these columns.
pub(super) fn text_mentions(object: &Object, columns: &BTreeSet<Name>) -> bool {
    let mut object = object.clone();
    object.texts_mut().iter().any(|it| names_any(it.text(), columns))
}

/// Tells whether one of these names stands in a text.
pub(super) fn names_any(text: &str, names: &BTreeSet<Name>) -> bool {
    tokens(text).iter().any(|token| match token.kind {
        TokenKind::Word => {
            let word = token.range.of(text);
            names.iter().any(|name| word.eq_ignore_ascii_case(name))
        }
        TokenKind::QuotedWord => {
            let inside = token.range.of(text).trim_matches('"').replace("\"\"", "\"");
            names.iter().any(|name| *name == inside)
        }
        _ => false,
    })
}
