//! Event triggers: `pg_event_trigger`.

use super::found::Found;
use super::query::{is_users, owner};
use super::row::{Oid, Row, Unreadable};
use super::trigger::enabled;
use super::{PG_EVENT_TRIGGER, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::event_trigger::EventTrigger;
use crate::object::execute::Execute;
use crate::sql::ident::quote_literal;

pub(super) const SECTIONS: &[Section] = &[Section { name: "event triggers", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT e.oid, e.evtname, {}, e.evtevent, e.evttags, n.nspname, p.proname, e.evtenabled FROM pg_event_trigger e \
         JOIN pg_proc p ON p.oid = e.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {}",
        owner("e.evtowner"),
        is_users("pg_event_trigger", "e.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let ownership = row.ownership()?;
    let event = row.name()?;
    let tags = row.strings()?.iter().map(|it| Name::from(quote_literal(it))).collect();
    let execute = Execute { function: row.qualified()?, arguments: Vec::new() };
    let trigger = EventTrigger { event, tags, execute, enabled: enabled(row.text()?) };
    found.add_owned(
        PG_EVENT_TRIGGER,
        oid,
        Address::global(Kind::EventTrigger, name),
        trigger,
        ownership,
    );
    Ok(())
}
