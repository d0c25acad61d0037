//! What is lost: rows, columns, values.

use super::Hazard;
use crate::diagnostic::rule::rule;
use crate::hazard::statement::Named;
use crate::object::address::{Name, Qualified};
use crate::sql::lex::TextRange;

rule!(DROPS_TABLE, Warning, "drops-table");
rule!(DROPS_COLUMN, Warning, "drops-column");
rule!(DROPS_SCHEMA, Warning, "drops-schema");
rule!(DROPS_DATABASE, Warning, "drops-database");
rule!(DROPS_BY_CASCADE, Warning, "drops-by-cascade");
rule!(NARROWS_TYPE, Warning, "narrows-type");
rule!(TRUNCATES_TABLE, Warning, "truncates-table");
rule!(WRITES_EVERY_ROW, Warning, "writes-every-row");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &DROPS_TABLE,
    &DROPS_COLUMN,
    &DROPS_SCHEMA,
    &DROPS_DATABASE,
    &DROPS_BY_CASCADE,
    &NARROWS_TYPE,
    &TRUNCATES_TABLE,
    &WRITES_EVERY_ROW,
];

pub(in crate::hazard) fn drops_table(table: &Qualified, at: TextRange) -> Hazard {
    Hazard::new(&DROPS_TABLE, format!("the rows of `{table}` are lost"), at)
        .label("dropped here")
        .help("deploy code that does not use the table first, keep a copy, and drop it later")
        .table(table)
}

pub(in crate::hazard) fn drops_column(table: &Qualified, column: &Name, at: TextRange) -> Hazard {
    let message = format!("the values of `{column}` in `{table}` are lost");
    Hazard::new(&DROPS_COLUMN, message, at)
        .label("dropped here; code that still names it fails")
        .help("deploy code that does not use the column first, then drop it")
        .table(table)
}

pub(in crate::hazard) fn drops_schema(schema: &Name, at: TextRange) -> Hazard {
    let message = format!("everything in the schema `{schema}` is lost");
    Hazard::new(&DROPS_SCHEMA, message, at)
        .label("dropped here, with all that is in it")
        .help("drop what is in it by name, then the schema without `CASCADE`")
}

pub(in crate::hazard) fn drops_database() -> Hazard {
    let message = "a whole database is lost".to_owned();
    Hazard { at: None, ..Hazard::new(&DROPS_DATABASE, message, TextRange::default()) }
        .label("dropped here")
        .help("take it out of the migration: databases are not part of a schema")
}

pub(in crate::hazard) fn drops_by_cascade(name: &Qualified, at: TextRange) -> Hazard {
    let message = format!("whatever depends on `{name}` is dropped too");
    Hazard::new(&DROPS_BY_CASCADE, message, at)
        .label("nobody has said what that is")
        .help("leave `CASCADE` out, and drop what PostgreSQL then names first")
}

pub(in crate::hazard) fn narrows_type(table: &Qualified, column: &Named, why: &str) -> Hazard {
    let message = format!("values of `{}` in `{table}` may be lost or refused: {why}", column.name);
    Hazard::new(&NARROWS_TYPE, message, column.at)
        .label("gets a narrower type")
        .help("look for values that don't fit first, or add a column of the new type beside it")
        .table(table)
}

pub(in crate::hazard) fn truncates_table(table: &Qualified, at: TextRange) -> Hazard {
    Hazard::new(&TRUNCATES_TABLE, format!("the rows of `{table}` are lost"), at)
        .label("emptied here")
        .help("take it out of the migration, or delete the rows that are meant by a condition")
        .table(table)
}

pub(in crate::hazard) fn writes_every_row(table: &Qualified, verb: &str, at: TextRange) -> Hazard {
    let message = format!("this `{verb}` locks every row of `{table}` until it is committed");
    Hazard::new(&WRITES_EVERY_ROW, message, at)
        .label("all rows of this table")
        .help("write some thousands of rows at a time, each batch in a transaction of its own")
        .table(table)
}
