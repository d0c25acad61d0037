//! Comments on what comes with a column and has no item: its NOT NULL constraint, the sequence behind an identity.

use super::address::Qualified;
use super::column::Column;
use super::identity::sequence;
use super::steps::Steps;
use crate::sql::default_name::object_name;
use crate::sql::ident::{quote_ident, quote_literal};

/// Comments on what comes with a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnComments {
    /// Of the NOT NULL constraint (PostgreSQL 18).
    pub not_null: Option<Box<str>>,
    /// Of the sequence of an identity column.
    pub sequence: Option<Box<str>>,
}

/// Writes the comments on what comes with the columns of a table.
pub(crate) fn write(columns: &[Column], table: &Qualified, steps: &mut Steps<'_>) {
    for column in columns {
        let Some(comments) = &column.comments_beside else { continue };
        if let Some(text) = &comments.not_null {
            let default = || object_name(&table.name, &column.name, "not_null").into();
            let name = column.not_null_name.clone().unwrap_or_else(default);
            let (name, text) = (quote_ident(&name), quote_literal(text));
            steps.push(format!("COMMENT ON CONSTRAINT {name} ON {table} IS {text}"));
        }
        if let (Some(text), Some(sequence)) = (&comments.sequence, sequence(column, table)) {
            steps.push(format!("COMMENT ON SEQUENCE {sequence} IS {}", quote_literal(text)));
        }
    }
}

/// Writes what leads from the comments on what comes with a column to those of another.
pub(crate) fn change(old: &Column, new: &Column, table: &Qualified, steps: &mut Steps<'_>) {
    let of = |it: &Column| it.comments_beside.as_deref().cloned().unwrap_or_default();
    let (before, after) = (of(old), of(new));
    if before.not_null.is_some() && after.not_null.is_none() && new.not_null {
        let default = || object_name(&table.name, &new.name, "not_null").into();
        let name = new.not_null_name.clone().unwrap_or_else(default);
        steps.push(format!("COMMENT ON CONSTRAINT {} ON {table} IS NULL", quote_ident(&name)));
    }
    if let (Some(_), None, Some(sequence)) = (before.sequence, after.sequence, sequence(new, table))
    {
        steps.push(format!("COMMENT ON SEQUENCE {sequence} IS NULL"));
    }
    write(std::slice::from_ref(new), table, steps);
}
