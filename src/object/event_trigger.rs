//! Event triggers: `CREATE EVENT TRIGGER`, `pg_event_trigger`.

use super::address::{Address, Kind, Name};
use super::contract::ObjectKind;
use super::execute::{Enabled, Execute};
use super::reader::Reader;
use super::steps::Steps;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

rule!(UNKNOWN_EVENT, Error, "unknown-event");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&UNKNOWN_EVENT];

/// The events (manual 40.1); `login` since PostgreSQL 17.
const EVENTS: [&str; 5] = ["ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite", "login"];

/// An event trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventTrigger {
    /// The event.
    pub event: Name,
    /// The commands it fires for, as literals; empty means all.
    pub tags: Vec<Name>,
    /// What it runs.
    pub execute: Execute,
    /// Whether it fires.
    pub enabled: Enabled,
}

impl ObjectKind for EventTrigger {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let mut names = node.all(Rule::name);
        let (name, event_node) = (names.next()?, names.next()?);
        let (name, event) = (cx.name(name), cx.name(event_node));
        if !EVENTS.contains(&event.as_str()) {
            let diagnostic = Diagnostic::new(&UNKNOWN_EVENT, format!("there is no event `{event}`")).label(event_node.span(), "here");
            cx.report(diagnostic.help(did_you_mean(&event, EVENTS).unwrap_or_else(|| format!("use one of {}", EVENTS.join(", ")))));
        }
        let tags = node.child(Rule::event_tags).into_iter().flat_map(|it| it.all(Rule::string)).map(|it| it.text().into()).collect();
        let trigger = EventTrigger { event, tags, execute: Execute::read(node, cx)?, enabled: Enabled::read(node) };
        Some((Address::global(Kind::EventTrigger, name), trigger))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.push(self.execute.address());
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = quote_ident(&at.name);
        let tags = if self.tags.is_empty() { String::new() } else { format!(" WHEN TAG IN ({})", comma(&self.tags)) };
        steps.push(format!("CREATE EVENT TRIGGER {name} ON {}{tags} {}", self.event, self.execute.sql()));
        if let Some(words) = self.enabled.words() {
            steps.push(format!("ALTER EVENT TRIGGER {name} {words}"));
        }
    }
}
