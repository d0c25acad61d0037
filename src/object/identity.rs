//! The sequences behind identity columns: what they are called, and what of them CREATE TABLE has no clause for.

use super::address::Qualified;
use super::column::{Column, Value};
use super::steps::Steps;
use crate::sql::default_name::object_name;
use crate::sql::ident::quote_ident;

/// Returns the sequence of an identity column.
pub(crate) fn sequence(column: &Column, table: &Qualified) -> Option<Qualified> {
    match &column.value {
        Value::Identity(_, options) => Some(options.name.clone().unwrap_or_else(|| {
            let name = object_name(&table.name, &column.name, "seq");
            Qualified::new(table.schema.clone(), name)
        })),
        Value::Null | Value::Default(_) | Value::Generated(..) => None,
    }
}

/// Leaves out that a sequence is in the write-ahead log, or out of it, where its table is so too.
pub(crate) fn settle(column: &mut Column, unlogged: bool) {
    if let Value::Identity(_, options) = &mut column.value {
        options.logged = options.logged.filter(|logged| *logged == unlogged);
    }
}

/// Writes which sequences are in the write-ahead log or out of it, otherwise than their table. `LOGGED` among the
/// options of an identity is read by the newest minor releases only.
pub(crate) fn write(columns: &[Column], table: &Qualified, steps: &mut Steps<'_>) {
    for column in columns {
        let Value::Identity(_, options) = &column.value else { continue };
        if let (Some(logged), Some(sequence)) = (options.logged, sequence(column, table)) {
            let word = if logged { "LOGGED" } else { "UNLOGGED" };
            steps.push(format!("ALTER SEQUENCE {sequence} SET {word}"));
        }
    }
}

/// Writes the statement after which the sequence of a column that has values goes on behind the last of them.
pub(crate) fn goes_on(column: &Column, table: &Qualified) -> Option<String> {
    let Value::Identity(_, options) = &column.value else { return None };
    let falls = options.increment.as_ref().is_some_and(|it| it.starts_with('-'));
    let sequence = crate::sql::ident::quote_literal(&sequence(column, table)?.sql());
    let column = quote_ident(&column.name);
    let (last, step) = if falls { ("min", "- 1") } else { ("max", "+ 1") };
    Some(format!(
        "SELECT pg_catalog.setval({sequence}, {last}({column}) {step}, false) FROM {table} HAVING {last}({column}) IS NOT NULL"
    ))
}
