//! The sequences behind identity columns: what they are called, and what of them CREATE TABLE has no clause for.

use super::address::Qualified;
use super::column::{Column, Value};
use super::steps::Steps;
use crate::sql::default_name::object_name;

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
