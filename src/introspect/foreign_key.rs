//! Foreign keys: `pg_constraint` with `contype` `f`. Those that a partition has of its parent are the parent's.

use super::constraint::{flag_columns, flags};
use super::found::Found;
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CONSTRAINT, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::foreign_key::{Action, ForeignKey};

pub(super) const SECTIONS: &[Section] = &[Section { name: "foreign keys", query, read }];

fn query(version: Viewpoint) -> Option<String> {
    let set_columns = if version.is_at_least(15) { "k.confdelsetcols" } else { "NULL" };
    let period = if version.is_at_least(18) { "k.conperiod" } else { "false" };
    Some(format!(
        "SELECT k.oid, k.conrelid, k.conname, {}, k.conkey, k.confrelid, k.confkey, k.confmatchtype, k.confdeltype, \
         k.confupdtype, {set_columns}, {period} FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
         WHERE k.contype = 'f' AND k.conparentid = 0 AND {} AND {}",
        flag_columns(version),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation, name): (Oid, Oid, Name) = (row.number()?, row.number()?, row.name()?);
    let (timing, validation) = flags(row);
    let columns: Vec<i16> = row.numbers()?;
    let (other, referenced): (Oid, Vec<i16>) = (row.number()?, row.numbers()?);
    let match_full = row.text()? == "f";
    let (on_delete, on_update) = (row.text()?, row.text()?);
    let set_columns: Vec<i16> = row.numbers()?;
    let period = row.flag();
    let Some(table) = found.relation(relation) else { return Ok(()) };
    let Some(target) = found.relation(other) else {
        let what = "it refers to a table that is left out".to_owned();
        found.problem(format!("foreign key {name} on {table}"), what, "take the table in, too");
        return Ok(());
    };
    let names =
        |numbers: &[i16], of: Oid| found.column_names(of, numbers).ok_or_else(|| row.unreadable());
    let set = names(&set_columns, relation)?;
    let key = ForeignKey {
        columns: names(&columns, relation)?,
        referenced: names(&referenced, other)?,
        table: target,
        period,
        match_full,
        on_delete: action(on_delete, &set),
        on_update: action(on_update, &[]),
        timing,
        validation,
    };
    found.add(PG_CONSTRAINT, oid, Address::of(Kind::ForeignKey, &table, name), key);
    Ok(())
}

/// Reads a letter of `confdeltype` or `confupdtype`.
fn action(letter: &str, columns: &[Name]) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull(columns.to_vec()),
        "d" => Action::SetDefault(columns.to_vec()),
        _ => Action::NoAction,
    }
}
