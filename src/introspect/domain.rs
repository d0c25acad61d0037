//! Domains: `pg_type` with `typtype` `d`, and their rows of `pg_constraint`.

use std::sync::Arc;

use super::elements::without_parentheses;
use super::found::{Beside, Found};
use super::index::bare_where_builtin;
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CONSTRAINT, PG_TYPE, Section, Viewpoint};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::domain::{Domain, DomainCheck};
use crate::sql::default_name;
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "domains", query, read },
    Section { name: "constraints of domains", query: constraints, read: read_constraint },
];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.oid, n.nspname, t.typname, {}, format_type(t.typbasetype, t.typtypmod), cn.nspname, co.collname, \
         pg_get_expr(t.typdefaultbin, 0), t.typnotnull FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
         JOIN pg_type b ON b.oid = t.typbasetype \
         LEFT JOIN pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation \
         LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE t.typtype = 'd' AND {} AND {}",
        ownership("pg_type", "t.oid", "t.typowner", "t.typacl", "T"),
        in_user_schema("t.typnamespace"),
        of_no_extension("pg_type", "t.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let base = row.ty()?;
    let collation = row.optional_qualified().map(bare_where_builtin);
    let default = row.option().map(|it| Expr::new(&super::column::bare(it)));
    let not_null = row.flag();
    let domain = Domain {
        base,
        collation,
        default,
        not_null,
        not_null_name: None,
        not_null_comment: None,
        checks: Vec::new(),
    };
    found.add_owned(
        PG_TYPE,
        oid,
        Address::new(Kind::Domain, at.schema, at.name),
        domain,
        ownership,
    );
    Ok(())
}

/// From PostgreSQL 17 on, NOT NULL of a domain is a constraint with a name.
fn constraints(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT k.oid, k.contypid, k.conname, k.contype, k.convalidated, \
         CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, 0) END \
         FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid WHERE k.contype IN ('c', 'n') AND {} ORDER BY k.conname",
        in_user_schema("t.typnamespace")
    ))
}

fn read_constraint(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, of, name): (Oid, Oid, Name) = (row.number()?, row.number()?, row.name()?);
    let sort = row.text()?;
    let validated = row.flag();
    let condition = row.option().map(|it| Expr::new(without_parentheses(it)));
    let Some(at) = found.address(PG_TYPE, of).cloned() else { return Ok(()) };
    let beside = match sort {
        "n" => Beside::DomainNotNull(of),
        _ => Beside::DomainCheck(of, name.clone()),
    };
    found.beside.insert((PG_CONSTRAINT.0, oid), beside);
    let Some(Object::Domain(domain)) = found.entry_mut(PG_TYPE, of).map(|it| &mut it.object) else {
        return Ok(());
    };
    let domain = Arc::make_mut(domain);
    match condition {
        Some(condition) => domain.checks.push(DomainCheck {
            name,
            condition,
            comment: None,
            not_valid: !validated,
        }),
        None if sort == "n" => {
            let is_default = name == default_name::domain_not_null(&at.name);
            domain.not_null_name = (!is_default).then_some(name);
        }
        None => return Err(row.unreadable()),
    }
    domain.checks.sort();
    Ok(())
}
