//! Triggers: `pg_trigger`. Those that a partition has of its parent are the parent's.

use super::elements;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_TRIGGER, Section};
use crate::object::address::{Address, Kind, Name};
use crate::object::constraint_flags::Timing;
use crate::object::execute::{Enabled, Execute};
use crate::object::trigger::{Each, Event, Trigger};
use crate::sql::expr::Expr;
use crate::sql::version::PgVersion;

pub(super) const SECTIONS: &[Section] = &[Section { name: "triggers", query, read }];

fn query(_: PgVersion) -> Option<String> {
    Some(format!(
        "SELECT t.oid, t.tgrelid, t.tgname, t.tgtype, t.tgattr, t.tgconstraint <> 0, t.tgdeferrable, t.tginitdeferred, \
         nullif(t.tgconstrrelid, 0), t.tgoldtable, t.tgnewtable, n.nspname, p.proname, encode(t.tgargs, 'hex'), t.tgenabled, \
         CASE WHEN t.tgqual IS NOT NULL THEN pg_get_triggerdef(t.oid) END \
         FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid \
         JOIN pg_namespace n ON n.oid = p.pronamespace \
         WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND {} AND {}",
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation, name): (Oid, Oid, Name) = (row.number()?, row.number()?, row.name()?);
    let bits: u16 = row.number()?;
    let columns: Vec<i16> = row.numbers()?;
    let (is_constraint, deferrable, deferred) = (row.flag(), row.flag(), row.flag());
    let from: Option<Oid> = row.optional_number()?;
    let (old_table, new_table) = (row.optional_name(), row.optional_name());
    let function = row.qualified()?;
    let arguments = arguments(row.text()?).ok_or_else(|| row.unreadable())?;
    let enabled = enabled(row.text()?);
    let condition = row.option().map(|it| elements::condition(it).ok_or_else(|| row.unreadable())).transpose()?;
    let Some(table) = found.relation(relation) else { return Ok(()) };
    let columns = found.column_names(relation, &columns).ok_or_else(|| row.unreadable())?;
    let timing = match (deferrable, deferred) {
        (_, true) => Timing::Deferred,
        (true, false) => Timing::Deferrable,
        (false, false) => Timing::Immediate,
    };
    let trigger = Trigger {
        when: when(bits).into(),
        events: events(bits, columns),
        each: if bits & 1 != 0 { Each::Row } else { Each::Statement },
        constraint: is_constraint.then(|| (timing, from.and_then(|it| found.relation(it)))),
        old_table,
        new_table,
        condition: condition.map(Expr::new),
        execute: Execute { function, arguments },
        enabled,
    };
    found.add(PG_TRIGGER, oid, Address::of(Kind::Trigger, &table, name), trigger);
    Ok(())
}

/// The bits are those of `pg_trigger.h`.
fn when(bits: u16) -> &'static str {
    if bits & 2 != 0 {
        "BEFORE"
    } else if bits & 64 != 0 {
        "INSTEAD OF"
    } else {
        "AFTER"
    }
}

/// Returns the events in the order in which PostgreSQL writes them.
fn events(bits: u16, columns: Vec<Name>) -> Vec<Event> {
    let verbs = [(4, "INSERT"), (8, "DELETE"), (16, "UPDATE"), (32, "TRUNCATE")];
    let event = |verb: &str| Event {
        verb: verb.into(),
        columns: if verb == "UPDATE" { columns.clone() } else { Vec::new() },
    };
    verbs.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, verb)| event(verb)).collect()
}

/// Reads arguments: each ends in a zero byte; two hexadecimal digits a byte.
fn arguments(hex: &str) -> Option<Vec<Box<str>>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok().and_then(|it| u8::from_str_radix(it, 16).ok()));
    let bytes: Option<Vec<u8>> = pairs.collect();
    let text = String::from_utf8(bytes?).ok()?;
    let ended = text.strip_suffix('\0');
    Some(ended.map(|it| it.split('\0').map(Box::from).collect()).unwrap_or_default())
}

/// Reads `tgenabled`, `ev_enabled` and their like.
pub(super) fn enabled(letter: &str) -> Enabled {
    match letter {
        "D" => Enabled::Disabled,
        "R" => Enabled::Replica,
        "A" => Enabled::Always,
        _ => Enabled::Origin,
    }
}
