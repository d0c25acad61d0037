//! Triggers.

use super::Print;
use super::constraint::flags;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::constraint_flags::Validation;
use crate::object::execute::{Enabled, Execute};
use crate::object::trigger::{Each, Event, Trigger};
use crate::object::trigger_state::TriggerState;
use crate::sql::ident::{quote_ident, quote_literal};
use crate::sql::writer::comma;

impl Print for Trigger {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let constraint = if self.constraint.is_some() { "constraint " } else { "" };
        let event = |it: &Event| match it.columns.as_slice() {
            [] => it.verb.to_lowercase(),
            columns => format!("{} of {}", it.verb.to_lowercase(), out.names(columns)),
        };
        let events: Vec<String> = self.events.iter().map(event).collect();
        let (when, events) = (self.when.to_lowercase(), events.join(" or "));
        out.push(&format!("{constraint}trigger {} {when} {events}", quote_ident(&at.name)));
        if let Some((timing, from)) = &self.constraint {
            if let Some(from) = from {
                out.push(&format!(" from {}", out.path(from)));
            }
            out.push(&flags(*timing, Validation::Valid));
        }
        let tables = [("old", &self.old_table), ("new", &self.new_table)];
        for (n, (which, name)) in
            tables.into_iter().filter_map(|(which, name)| Some((which, name.as_ref()?))).enumerate()
        {
            let referencing = if n == 0 { " referencing" } else { "" };
            out.push(&format!("{referencing} {which} table as {}", quote_ident(name)));
        }
        out.push(match self.each {
            Each::Row => " for each row",
            Each::Statement => " for each statement",
        });
        if let Some(condition) = &self.condition {
            out.push(&format!(" when {}", out.group(condition)));
        }
        out.push(&execute(&self.execute, out));
        out.push(enabled(self.enabled));
    }
}

/// Returns ` execute function …`.
pub(super) fn execute(it: &Execute, out: &Printer<'_>) -> String {
    let arguments = comma(it.arguments.iter().map(|it| quote_literal(it)));
    format!(" execute function {}({arguments})", out.path(&it.function))
}

/// Returns whether a trigger or rule fires, where it is not as it is born.
pub(super) fn enabled(enabled: Enabled) -> &'static str {
    match enabled {
        Enabled::Origin => "",
        Enabled::Replica => " enable replica",
        Enabled::Always => " enable always",
        Enabled::Disabled => " disabled",
    }
}

/// Writes which triggers of its parent's a partition does not fire when that does.
pub(super) fn states(states: &[TriggerState], out: &mut Printer<'_>) {
    for state in states {
        let words = match state.enabled {
            Enabled::Origin => " enabled",
            it @ (Enabled::Replica | Enabled::Always | Enabled::Disabled) => enabled(it),
        };
        out.push(&format!("trigger {}{words};\n", quote_ident(&state.name)));
    }
}
