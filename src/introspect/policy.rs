//! Row security policies: `pg_policy`.

use super::elements::without_parentheses;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_POLICY, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::policy::Policy;
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[Section { name: "policies", query, read }];

/// Role 0 is PUBLIC.
fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT p.oid, p.polrelid, p.polname, p.polcmd, p.polpermissive, \
         (SELECT array_agg(r.rolname::text ORDER BY r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)), \
         pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid) \
         FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE {} AND {}",
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation, name): (Oid, Oid, Name) = (row.number()?, row.number()?, row.name()?);
    let command = match row.text()? {
        "r" => "SELECT",
        "a" => "INSERT",
        "w" => "UPDATE",
        "d" => "DELETE",
        _ => "ALL",
    };
    let restrictive = !row.flag();
    let roles = row.names()?;
    let mut expr = || row.option().map(|it| Expr::new(without_parentheses(it)));
    let policy =
        Policy { command: command.into(), restrictive, roles, using: expr(), check: expr() };
    let Some(table) = found.relation(relation) else { return Ok(()) };
    found.add(PG_POLICY, oid, Address::of(Kind::Policy, &table, name), policy);
    Ok(())
}
