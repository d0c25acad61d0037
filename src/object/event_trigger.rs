//! Event triggers: `CREATE EVENT TRIGGER`, `pg_event_trigger`.

use super::address::{Address, Kind, Name};
use super::column::MISPLACED_CLAUSE;
use super::contract::{Alter, ObjectKind};
use super::execute::{Enabled, Execute};
use super::reader::Reader;
use super::steps::Steps;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::sql::definition::unquote;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

rule!(UNKNOWN_EVENT, Error, "unknown-event");
rule!(UNKNOWN_COMMAND_TAG, Error, "unknown-command-tag");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&UNKNOWN_EVENT, &UNKNOWN_COMMAND_TAG];

/// The events (manual 40.1); `login` since PostgreSQL 17.
const EVENTS: [&str; 5] = ["ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite", "login"];

/// Commands with `alter`, `create` and `drop` that event triggers fire for (manual 40.2).
const OBJECTS: [&str; 39] = [
    "ACCESS METHOD", "AGGREGATE", "CAST", "COLLATION", "CONSTRAINT", "CONVERSION", "DOMAIN", "EXTENSION", "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE", "FUNCTION", "INDEX", "LANGUAGE", "LARGE OBJECT", "MATERIALIZED VIEW", "OPERATOR", "OPERATOR CLASS",
    "OPERATOR FAMILY", "POLICY", "PROCEDURE", "PUBLICATION", "ROUTINE", "RULE", "SCHEMA", "SEQUENCE", "SERVER", "STATISTICS",
    "SUBSCRIPTION", "TABLE", "TEXT SEARCH CONFIGURATION", "TEXT SEARCH DICTIONARY", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE",
    "TRANSFORM", "TRIGGER", "TYPE", "USER MAPPING", "VIEW", "DEFAULT PRIVILEGES",
];

/// The other commands that they fire for.
const COMMANDS: [&str; 10] = [
    "COMMENT", "CREATE TABLE AS", "DROP OWNED", "GRANT", "IMPORT FOREIGN SCHEMA", "REFRESH MATERIALIZED VIEW", "REINDEX", "REVOKE",
    "SECURITY LABEL", "SELECT INTO",
];

/// What commands that they do not fire for are about.
const CLUSTER: [&str; 5] = ["DATABASE", "EVENT TRIGGER", "ROLE", "SYSTEM", "TABLESPACE"];

/// Every command that is named is one that event triggers fire for.
fn tags_exist(node: Node<'_>, cx: &mut Reader<'_>) {
    for tag in node.child(Rule::event_tags).into_iter().flat_map(|it| it.all(Rule::string)) {
        let name = unquote(tag.text()).to_uppercase();
        let verbs = ["ALTER ", "CREATE ", "DROP "];
        let object = verbs.iter().find_map(|verb| name.strip_prefix(verb));
        if COMMANDS.contains(&name.as_str()) || object.is_some_and(|it| OBJECTS.contains(&it)) {
            continue;
        }
        let with_verbs = verbs.iter().flat_map(|verb| OBJECTS.iter().map(move |it| format!("{verb}{it}")));
        let known: Vec<String> = with_verbs.chain(COMMANDS.map(str::to_owned)).collect();
        let of_cluster = object.is_some_and(|it| CLUSTER.contains(&it));
        let meant = if of_cluster { None } else { did_you_mean(&name, known.iter().map(String::as_str)) };
        let help = meant.unwrap_or_else(|| "name a command on an object of one database, as `CREATE TABLE`".to_owned());
        let diagnostic = Diagnostic::new(&UNKNOWN_COMMAND_TAG, format!("event triggers do not fire for `{name}`"));
        cx.report(diagnostic.label(tag.span(), "here").help(help));
    }
}

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
        tags_exist(node, cx);
        if let Some(argument) = node.child(Rule::execute).and_then(|it| it.child(Rule::argument)) {
            let diagnostic = Diagnostic::new(&MISPLACED_CLAUSE, "the function of an event trigger takes no arguments");
            cx.report(diagnostic.label(argument.span(), "here").help("delete it"));
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

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if (EventTrigger { enabled: new.enabled, ..self.clone() }) != *new {
            return Alter::Replace;
        }
        if self.enabled != new.enabled {
            let words = new.enabled.words().unwrap_or("ENABLE");
            steps.push(format!("ALTER EVENT TRIGGER {} {words}", quote_ident(&at.name)));
        }
        Alter::InPlace
    }
}
