//! Triggers: `pg_trigger`. Those that a partition has of its parent are the parent's.

use std::sync::Arc;

use super::elements;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, PG_TRIGGER, Section, Viewpoint};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::constraint_flags::Timing;
use crate::object::execute::{Enabled, Execute};
use crate::object::trigger::{Each, Event, Trigger};
use crate::object::trigger_state::TriggerState;
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "triggers", query, read },
    Section { name: "triggers of partitions", query: states, read: read_state },
];

/// Conditions and arguments are taken from the statement, as the text in the catalogs is in the database's own encoding.
fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.oid, t.tgrelid, t.tgname, t.tgtype, t.tgattr, t.tgconstraint <> 0, t.tgdeferrable, t.tginitdeferred, \
         fn.nspname, f.relname, t.tgoldtable, t.tgnewtable, n.nspname, p.proname, t.tgenabled, t.tgqual IS NOT NULL, \
         CASE WHEN t.tgqual IS NOT NULL OR t.tgnargs <> 0 THEN pg_get_triggerdef(t.oid) END \
         FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid \
         JOIN pg_namespace n ON n.oid = p.pronamespace \
         LEFT JOIN pg_class f ON f.oid = t.tgconstrrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace \
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
    let from = row.optional_qualified();
    let (old_table, new_table) = (row.optional_name(), row.optional_name());
    let function = row.qualified()?;
    let (enabled, has_condition) = (enabled(row.text()?), row.flag());
    let (condition, arguments) = match row.option() {
        Some(text) => elements::trigger(text, has_condition).ok_or_else(|| row.unreadable())?,
        None => (None, Vec::new()),
    };
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
        constraint: is_constraint.then_some((timing, from)),
        old_table,
        new_table,
        condition: condition.map(Expr::new),
        execute: Execute { function, arguments },
        enabled,
    };
    found.add(PG_TRIGGER, oid, Address::of(Kind::Trigger, &table, name), trigger);
    Ok(())
}

/// Triggers that a partition has of its parent, and that are enabled otherwise. The triggers behind foreign keys have
/// numbers for names.
fn states(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.tgrelid, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_trigger u ON u.oid = t.tgparentid \
         JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled <> u.tgenabled AND t.tgconstraint = 0 AND {} AND {} \
         ORDER BY t.tgname",
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read_state(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (relation, name): (Oid, Name) = (row.number()?, row.name()?);
    let state = TriggerState { name, enabled: enabled(row.text()?) };
    match found.entry_mut(PG_CLASS, relation).map(|entry| &mut entry.object) {
        Some(Object::Table(it)) => Arc::make_mut(it).trigger_states.push(state),
        Some(Object::ForeignTable(it)) => Arc::make_mut(it).trigger_states.push(state),
        _ => {}
    }
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

/// Reads `tgenabled`, `ev_enabled` and their like.
pub(super) fn enabled(letter: &str) -> Enabled {
    match letter {
        "D" => Enabled::Disabled,
        "R" => Enabled::Replica,
        "A" => Enabled::Always,
        _ => Enabled::Origin,
    }
}
