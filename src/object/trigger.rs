//! Triggers: `CREATE TRIGGER`, `pg_trigger`.

use super::address::{Address, Kind, Name, Qualified};
use super::column::relation_addresses;
use super::constraint_flags::{Timing, read_flags};
use super::contract::{Alter, ObjectKind};
use super::execute::{Enabled, Execute};
use super::reader::{Form, Reader, Rows, Scope};
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::writer::name_list;
use crate::syntax::{Node, Rule};

rule!(INSTEAD_OF_ON_TABLE, Error, "instead-of-on-table");
rule!(TRUNCATE_PER_ROW, Error, "truncate-per-row");
rule!(CONSTRAINT_TRIGGER_SHAPE, Error, "constraint-trigger-shape");
rule!(MISPLACED_TRANSITION, Error, "misplaced-transition-table");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&INSTEAD_OF_ON_TABLE, &TRUNCATE_PER_ROW, &CONSTRAINT_TRIGGER_SHAPE, &MISPLACED_TRANSITION];

/// A trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// `BEFORE`, `AFTER` or `INSTEAD OF`.
    pub when: Name,
    /// What fires it.
    pub events: Vec<Event>,
    /// Whether it fires for each row or once a statement.
    pub each: Each,
    /// Set for a constraint trigger: when it is checked, and the table that a foreign key refers to.
    pub constraint: Option<(Timing, Option<Qualified>)>,
    /// Names of the tables of old and new rows.
    pub old_table: Option<Name>,
    /// See `old_table`.
    pub new_table: Option<Name>,
    /// The rows it fires for.
    pub condition: Option<Expr>,
    /// What it runs.
    pub execute: Execute,
    /// Whether it fires.
    pub enabled: Enabled,
}

/// What fires a trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `INSERT`, `UPDATE`, `DELETE` or `TRUNCATE`.
    pub verb: Name,
    /// Only updates that name one of these columns.
    pub columns: Vec<Name>,
}

/// How often a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Each {
    Row,
    Statement,
}

impl ObjectKind for Trigger {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let relation = cx.relation();
        let name = cx.child_name(node)?;
        let when = node.child(Rule::trigger_timing)?.words().to_uppercase().into();
        let event = |it: Node<'_>, cx: &mut Reader<'_>| {
            Some(Event { verb: it.child(Rule::trigger_verb)?.text().to_uppercase().into(), columns: cx.names(it) })
        };
        let events = node.all(Rule::trigger_event).filter_map(|it| event(it, cx)).collect();
        let row = node.child(Rule::for_each).is_some_and(|it| it.words().ends_with("row"));
        let condition = node.child(Rule::trigger_when).and_then(|it| it.first());
        let scope = Scope { rows: Rows::OldNew, ..Scope::relation(&relation) };
        let condition = condition.map(|it| cx.expr(it, Form::Expr, None, scope));
        let flags: Vec<Node<'_>> = node.all(Rule::constraint_flag).collect();
        let from = node.child(Rule::trigger_from).and_then(|it| it.child(Rule::path)).and_then(|path| cx.relation_ref(path));
        let mut table = |word: &str| {
            let is = |it: &Node<'_>| it.child(Rule::transition_which).is_some_and(|which| which.is(word));
            node.all(Rule::transition).find(is).and_then(|it| cx.child_name(it))
        };
        let (old_table, new_table) = (table("old"), table("new"));
        let trigger = Trigger {
            when,
            events,
            each: if row { Each::Row } else { Each::Statement },
            constraint: node.has(Rule::constraint_word).then(|| (read_flags(&flags).0, from)),
            old_table,
            new_table,
            condition,
            execute: Execute::read(node, cx)?,
            enabled: Enabled::read(node),
        };
        trigger.check(node, cx);
        Some((Address::of(Kind::Trigger, &relation, name), trigger))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        relation_addresses(&at.relation(), out);
        out.push(self.execute.address());
        if let Some((_, Some(from))) = &self.constraint {
            relation_addresses(from, out);
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.condition.iter_mut().collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let (name, relation) = (quote_ident(&at.name), at.relation());
        steps.push(self.create_trigger(at, "CREATE"));
        if let Some(words) = self.enabled.words() {
            steps.push(format!("ALTER TABLE {relation} {words} TRIGGER {name}"));
        }
    }

    /// PostgreSQL replaces no constraint triggers, and makes none of others (`CreateTriggerFiringOn`).
    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let (name, relation) = (quote_ident(&at.name), at.relation());
        let mut enabled = self.enabled;
        if (Trigger { enabled: new.enabled, ..self.clone() }) != *new {
            if self.constraint.is_some() || new.constraint.is_some() {
                return Alter::Replace;
            }
            steps.push(new.create_trigger(at, "CREATE OR REPLACE"));
            enabled = Enabled::Origin;
        }
        if enabled != new.enabled {
            let words = new.enabled.words().unwrap_or("ENABLE");
            steps.push(format!("ALTER TABLE {relation} {words} TRIGGER {name}"));
        }
        Alter::InPlace
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        let relation = at.relation();
        self.events.iter_mut().for_each(|it| renames.column_list(&relation, &mut it.columns));
        if let Some((_, Some(table))) = &mut self.constraint {
            renames.relation(table);
        }
    }
}

impl Trigger {
    fn create_trigger(&self, at: &Address, verb: &str) -> String {
        let constraint = if self.constraint.is_some() { "CONSTRAINT " } else { "" };
        let (name, relation) = (quote_ident(&at.name), at.relation());
        let event = |it: &Event| match it.columns.as_slice() {
            [] => it.verb.to_string(),
            columns => format!("{} OF {}", it.verb, name_list(columns)),
        };
        let events: Vec<String> = self.events.iter().map(event).collect();
        let mut sql = format!("{verb} {constraint}TRIGGER {name} {} {} ON {relation}", self.when, events.join(" OR "));
        if let Some((timing, from)) = &self.constraint {
            sql.push_str(&from.as_ref().map(|from| format!(" FROM {from}")).unwrap_or_default());
            sql.push_str(super::constraint_flags::flags_sql(*timing, Default::default()));
        }
        if self.old_table.is_some() || self.new_table.is_some() {
            sql.push_str(" REFERENCING");
        }
        for (word, table) in [("OLD", &self.old_table), ("NEW", &self.new_table)] {
            sql.push_str(&table.as_ref().map(|it| format!(" {word} TABLE AS {}", quote_ident(it))).unwrap_or_default());
        }
        sql.push_str(match self.each {
            Each::Row => " FOR EACH ROW",
            Each::Statement => " FOR EACH STATEMENT",
        });
        sql.push_str(&self.condition.as_ref().map(|it| format!(" WHEN ({it})")).unwrap_or_default());
        format!("{sql} {}", self.execute.sql())
    }

    /// What CREATE TRIGGER refuses (manual: CREATE TRIGGER).
    fn check(&self, node: Node<'_>, cx: &mut Reader<'_>) {
        let timing = node.child(Rule::trigger_timing).unwrap_or(node);
        let kind = cx.kind_of(&cx.relation());
        if self.when == "INSTEAD OF" && kind.is_some_and(|kind| kind != Kind::View) {
            let diagnostic = Diagnostic::new(&INSTEAD_OF_ON_TABLE, "only a view has `instead of` triggers");
            cx.report(diagnostic.label(timing.span(), "here").help("use `before` or `after`"));
        }
        if self.each == Each::Row
            && let Some(event) = node.all(Rule::trigger_event).find(|it| it.is("truncate"))
        {
            let diagnostic = Diagnostic::new(&TRUNCATE_PER_ROW, "`truncate` fires no trigger for each row");
            cx.report(diagnostic.label(event.span(), "here").help("use `for each statement`"));
        }
        if let (Some(_), Some(word)) = (&self.constraint, node.child(Rule::constraint_word))
            && (self.when != "AFTER" || self.each != Each::Row)
        {
            let diagnostic = Diagnostic::new(&CONSTRAINT_TRIGGER_SHAPE, "a constraint trigger fires `after`, `for each row`");
            cx.report(diagnostic.label(word.span(), "here").help("write `after … for each row`, or leave `constraint` out"));
        }
        if let Some(transition) = node.child(Rule::transition)
            && (self.when != "AFTER" || self.constraint.is_some())
        {
            let diagnostic = Diagnostic::new(&MISPLACED_TRANSITION, "only a plain `after` trigger has tables of old and new rows");
            cx.report(diagnostic.label(transition.span(), "here").help("use `after`, or delete `referencing`"));
        }
    }
}
