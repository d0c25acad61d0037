//! Rewrite rules: `pg_rewrite`, but for those that make a relation a view.

use super::elements;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::trigger::enabled;
use super::{PG_REWRITE, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::rule::Rule;
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[Section { name: "rules", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT r.oid, r.ev_class, r.rulename, r.ev_type, r.is_instead, r.ev_enabled, pg_get_ruledef(r.oid) \
         FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class \
         WHERE NOT (r.rulename = '_RETURN' AND c.relkind IN ('v', 'm')) AND {} AND {}",
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation, name): (Oid, Oid, Name) = (row.number()?, row.number()?, row.name()?);
    let event = match row.text()? {
        "1" => "SELECT",
        "2" => "UPDATE",
        "3" => "INSERT",
        _ => "DELETE",
    };
    let instead = row.flag();
    let enabled = enabled(row.text()?);
    let (condition, commands) = elements::rule(row.text()?).ok_or_else(|| row.unreadable())?;
    let Some(table) = found.relation(relation) else { return Ok(()) };
    let rule = Rule {
        event: event.into(),
        instead,
        condition: condition.map(Expr::new),
        commands: commands.into_iter().map(Expr::new).collect(),
        enabled,
    };
    found.add(PG_REWRITE, oid, Address::of(Kind::Rule, &table, name), rule);
    Ok(())
}
